"""Resolves the words of a command to objects of the scene."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import bpy

from ml_core.errors import InputError, Message
from ml_core.vocabulary.commands import DESTRUCTIVE, SceneCommand, Term, name_stem
from ml_core.vocabulary.scene.labels import LABELS

from ...avatar.stored import has_traits, stored_traits
from ...bridge.data.part_of import part_roots, parts_by_root
from ...bridge.object_labels import is_labeled_by_hand, label_of, object_label, title
from ..labels.sorting import group_of
from .naming import called_so, is_of_other_sort, kinds_of
from .narrowing import narrowed
from .sight import sight_of
from .things import things_of

_CHANGES = (
    "select", "hide", "show", "delete", "export", "deselect", "isolate", "duplicate", "move", "rotate", "scale",
    "place",
    "align", "distribute", "recolor", "swap", "collect", "count", "measure", "frame", "dress", "undress", "adjust",
)  # fmt: skip


def needs_labels(steps: Iterable[SceneCommand]) -> bool:
    """Whether a step refers to objects by label."""
    terms = [term for step in steps for term in (*step.terms, *step.excluded, *step.anchors)]
    return any(item.kind in ("label", "group") for term in terms for item in (term, *term.anchors))


def has_labels(scene: bpy.types.Scene) -> bool:
    """Whether any object of the scene has been labeled."""
    return any(object_label(obj) is not None for obj in scene.objects)


class AmbiguousError(InputError):
    """A question with its choices: several objects match ``term``, which refers to one; ``names`` are theirs."""

    def __init__(self, term: Term, objects: Sequence[bpy.types.Object]) -> None:
        self.term, self.names = term, tuple(obj.name for obj in objects)
        super().__init__(
            "{number} objects could be meant ({names}); say all of them, or name one",
            number=len(objects),
            names=", ".join(self.names[:5]),
        )


class Chooser:
    """Resolves the objects of each step of a sentence, after the effects of the previous steps.

    Args:
        steps: all steps of the sentence; objects that one of them keeps are excluded from all others.
        is_preview: steps are not executed in between, so their hiding and showing is simulated.
    """

    def __init__(self, context: bpy.types.Context, steps: Sequence[SceneCommand], is_preview: bool = False) -> None:
        self._context = context
        self._steps = steps
        self.sight = sight_of(context)
        self._is_preview = is_preview
        self._named: set[int] = set()
        self._last: list[int] = []
        self._hidden: dict[int, bool] = {}
        # Hiding deselects; what the artist had selected when the sentence was said is what is meant.
        layer = context.view_layer
        self._selected = {obj.session_uid for obj in layer.objects if obj.select_get(view_layer=layer)}
        self.doomed: dict[int, bpy.types.Object] = {}

    def choose(self, step: SceneCommand) -> list[bpy.types.Object]:
        """The objects of a step, in the order of the scene; none if they are only counted.

        Raises:
            InputError: its words match nothing, or several things where they refer to one.
        """
        try:
            chosen = self._chosen(step)
        except AmbiguousError:
            raise
        except InputError:
            if step.action != "count" or step.text:
                raise
            chosen = []
        self._note(step, chosen)
        return chosen

    def _chosen(self, step: SceneCommand) -> list[bpy.types.Object]:
        excluded = step.excluded
        if step.action not in DESTRUCTIVE:  # "the chairs that are not red", where none is
            excluded = tuple(term for term in excluded if not (term.color and self._is_none_of(term, step.terms)))
        chosen = self._without(self._all_of(step.terms, step.action != "keep"), excluded)
        if step.action == "keep":
            return chosen
        chosen = self._without_kept(chosen, step)
        if not chosen:
            raise InputError("the sentence leaves nothing to do it with; the scene is unchanged")
        return chosen

    def _is_none_of(self, term: Term, whole: Sequence[Term]) -> bool:
        """Whether a kind exists in the scene, but not in the requested color."""
        kind = replace(term, color="")
        if kind not in [replace(item, is_single=False) for item in whole] or not self.has_any([kind]):
            return False
        return not narrowed(self._matching(kind), term, [], self._context.scene, self.sight)

    def anchors(self, step: SceneCommand) -> list[bpy.types.Object]:
        """The objects that a step places others at, or measures to.

        Raises:
            InputError: the words match nothing, or several things where they refer to one.
        """
        return self._all_of(step.anchors, is_strict=True) if step.anchors else []

    def has_any(self, terms: Iterable[Term]) -> bool:
        """Whether the terms match anything here; "her" may match nothing if nothing is selected."""
        return any(self._matching(term) for term in terms)

    def note_made(self, objects: Sequence[bpy.types.Object]) -> None:
        """Notes that a step has created ``objects``, which "the rest" excludes."""
        self._named |= {obj.session_uid for obj in objects}
        self._last = [obj.session_uid for obj in objects]

    def _note(self, step: SceneCommand, chosen: list[bpy.types.Object]) -> None:
        uids = {obj.session_uid for obj in chosen}
        self._named |= uids
        self._last = [obj.session_uid for obj in chosen]
        if step.action == "delete" or (step.action == "swap" and self._is_preview):
            self.doomed |= {obj.session_uid: obj for obj in chosen}
        if self._is_preview and step.action in ("hide", "show"):
            self._hidden |= dict.fromkeys(uids, step.action == "hide")
        if self._is_preview and step.action == "isolate":
            self._hidden |= {obj.session_uid: obj.session_uid not in uids for obj in self._context.scene.objects}
        if step.action == "select":
            self._selected = uids

    def _all_of(self, terms: Iterable[Term], is_strict: bool) -> list[bpy.types.Object]:
        found: dict[int, bpy.types.Object] = {}
        for term in terms:
            found |= {obj.session_uid: obj for obj in self._of(term, is_strict)}
        return [obj for obj in self._context.scene.objects if obj.session_uid in found]

    def _without(self, objects: list[bpy.types.Object], terms: Sequence[Term]) -> list[bpy.types.Object]:
        """The objects not matched by the terms; "the second" among the exclusions is the second of ``objects``."""
        excluded = {obj.session_uid for term in terms for obj in self._of_these(term, objects)}
        return [obj for obj in objects if obj.session_uid not in excluded]

    def _of_these(self, term: Term, objects: Sequence[bpy.types.Object]) -> list[bpy.types.Object]:
        is_bare = term.kind == "everything" and not term.among
        return self._of(term, False, objects if is_bare else None)

    def _without_kept(self, objects: list[bpy.types.Object], step: SceneCommand) -> list[bpy.types.Object]:
        for keep in self._steps:
            if keep.action == "keep" and step.action in keep.protects:
                meant = {obj.session_uid: obj for term in keep.terms for obj in self._of_these(term, objects)}
                kept = self._without(list(meant.values()), keep.excluded)
                uids = {obj.session_uid for obj in kept}
                objects = [obj for obj in objects if obj.session_uid not in uids]
        return objects

    def _of(
        self, term: Term, is_strict: bool, pool: Sequence[bpy.types.Object] | None = None
    ) -> list[bpy.types.Object]:
        """The objects that one term refers to, from ``pool`` if given, with all that belongs to them."""
        matching = self._matching(term)
        found = [obj for obj in matching if self._is_among(obj, term)]
        if not found and term.among == "unselected" and term.is_single:
            found = matching  # "the other sofa", where all are selected or hidden: which one?
        if pool is not None:
            uids = {obj.session_uid for obj in pool}
            found = [obj for obj in found if obj.session_uid in uids]
        is_any = bool(found)
        if found and term.is_narrowed:
            anchors = self._all_of(term.anchors, is_strict=False) if term.anchors else []
            scene = self._context.scene
            every = narrowed(found, replace(term, count=0), anchors, scene, self.sight) if term.count else found
            found = narrowed(found, term, anchors, scene, self.sight)
            has_order = term.ordinal or term.superlative
            if is_strict and term.count and not has_order and len(every) > len(found):
                raise AmbiguousError(term, every)
            if is_strict and found and len(things_of(found)) < term.count:
                raise InputError(
                    "{number} of the {count} are there: {names}; name as many, or add the others first",
                    number=len(things_of(found)), count=term.count,
                    names=", ".join(thing.root.name for thing in things_of(found)[:5]),
                )  # fmt: skip
        if not found:
            raise InputError(
                Message("no object of the scene is meant by: {term}", term=term) if is_any else _nothing(term)
            )
        if is_strict and term.is_single:
            parts = part_roots(found)
            of_avatars = {child for obj in found if has_traits(obj) for child in obj.children_recursive}
            single = [obj for obj in found if obj.session_uid not in parts and obj not in of_avatars]
            if len(things_of(single)) > 1:
                raise AmbiguousError(term, single)
        return self._whole(found)

    def _matching(self, term: Term) -> list[bpy.types.Object]:
        scene = self._context.scene
        if term.kind == "them" and not self._last and not self._named:
            return [obj for obj in scene.objects if obj.session_uid in self._selected]
        if term.kind == "them":
            there = {obj.session_uid: obj for obj in scene.objects}  # a step may have replaced one: another dress
            return [there[uid] for uid in self._last if uid in there and uid not in self.doomed]
        if term.kind == "name":
            obj = scene.objects.get(term.value)
            return [obj] if obj is not None and obj.session_uid not in self.doomed else []
        pool = [obj for obj in scene.objects if obj.session_uid not in self.doomed]
        if term.kind == "avatar":
            return [obj for obj in pool if has_traits(obj) and _presents(obj, term.value)]
        if term.kind == "type":
            wanted = "FONT" if term.value == "text" else term.value.upper()
            return [obj for obj in pool if obj.type == wanted]
        if term.kind == "collection":
            homes = [
                item for item in scene.collection.children_recursive if item.name.casefold() == term.value.casefold()
            ]
            inside = {obj.session_uid for home in homes for obj in home.all_objects}
            return [obj for obj in pool if obj.session_uid in inside]
        if term.kind == "everything":
            return [obj for obj in pool if obj.type not in ("CAMERA", "LIGHT")]
        kinds = kinds_of(pool)
        if term.kind == "group":
            return [obj for obj in pool if (kind := kinds.get(obj.session_uid)) and group_of(kind) == term.value]
        labeled = [obj for obj in pool if kinds.get(obj.session_uid) == term.value]
        if any(is_labeled_by_hand(obj) for obj in labeled):  # the artist has said which they are
            labeled = [obj for obj in labeled if label_of(obj)]
        # An artist may have named as a label is called what has none: Wall, wall.001, Picture_Frame_02.
        called = term.value.replace("_", " ")
        alike = [obj for obj in pool if not kinds.get(obj.session_uid) and name_stem(obj.name) == called]
        if term.value not in LABELS and not labeled:
            return called_so(pool, term.value) or alike
        if term.said:
            others = [obj for obj in labeled if not is_of_other_sort(obj.name, term.said, term.value)]
            return called_so(labeled, term.said) or others or called_so(pool, term.said)
        return labeled or alike

    def _is_among(self, obj: bpy.types.Object, term: Term) -> bool:
        layer = self._context.view_layer
        if term.among == "rest":
            return obj.session_uid not in self._named
        if term.among == "selected":
            return obj.session_uid in self._selected
        if term.among == "unselected":
            return obj.session_uid not in self._selected and obj.visible_get(view_layer=layer)
        if term.among:
            is_hidden = self._hidden.get(obj.session_uid, not obj.visible_get(view_layer=layer))
            return is_hidden == (term.among == "hidden")
        return True

    def _whole(self, objects: Sequence[bpy.types.Object]) -> list[bpy.types.Object]:
        """The objects with the parts of props and rigs, and everything attached to avatars of ours."""
        parts = parts_by_root(self._context.scene.objects)
        found = {obj.session_uid: obj for obj in objects}
        for obj in objects:
            members = parts.get(obj.session_uid, [])
            if has_traits(obj):
                members = [*members, *obj.children_recursive]
            found |= {member.session_uid: member for member in members if member.session_uid not in self.doomed}
        return list(found.values())


def _presents(obj: bpy.types.Object, who: str) -> bool:
    """Whether an avatar matches the requested presentation (a man or a woman)."""
    stored = stored_traits(obj)
    presentation = stored[0].presentation if stored is not None else None
    return not who or presentation is None or (presentation >= 0.5) == (who == "woman")


def _nothing(term: Term) -> Message:
    if term.kind == "name":
        return Message("no object of the scene is named {name}", name=term.value)
    if term.kind == "label" and not term.among:
        return Message("no object of the scene is labeled {label}; correct its label first", label=title(term.value))
    if term.kind == "avatar":
        return Message("there is no avatar in the scene")
    return Message("no object of the scene is meant by: {term}", term=term)


def ambiguity(context: bpy.types.Context, steps: Sequence[SceneCommand]) -> AmbiguousError | None:
    """The first ambiguity of the steps in this scene; changes nothing."""
    try:
        preview(context, steps)
        Chooser(context, steps[:1], is_preview=True).anchors(steps[0])
    except AmbiguousError as error:
        return error
    except InputError:
        return None  # refused for another reason, which is said when it runs
    return None


def preview(context: bpy.types.Context, steps: Sequence[SceneCommand]) -> list[bpy.types.Object]:
    """The objects that the steps would delete; changes nothing.

    Raises:
        InputError: as :meth:`Chooser.choose` does, or the steps label or create objects before they delete.
    """
    chooser = Chooser(context, steps, is_preview=True)
    makes = False
    for step in steps:
        if step.action == "delete" and makes:
            raise InputError("delete in a sentence of its own, once the objects have their labels")
        makes |= step.action in ("label", "generate")
        if step.action in ("add", "duplicate") and any(
            item.action not in ("add", "save", "render", "light") for item in steps
        ):
            break  # what comes after may speak of what is made
        if step.action in ("dress", "undress", "adjust") and not chooser.has_any(step.terms):
            continue  # "her" is the active avatar where nothing is selected
        if step.action in (*_CHANGES, "keep"):
            chooser.choose(step)
    return list(chooser.doomed.values())
