"""Sorts labeled things into collections of their groups, without affecting other users of a collection."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import bpy

from ml_core.vocabulary.scene.labels import GROUP_OF

from ...bridge.data.part_of import parts_by_root
from ...bridge.data.single_user import users_of
from ...bridge.object_labels import title

GROUP_KEY = "atelier_group"
_ONLY_SHOWING = (bpy.types.Screen, bpy.types.WindowManager, bpy.types.WorkSpace)

LINKED = "it belongs to a linked collection or a library override"
HIDDEN = "its collection is hidden or excluded"
USED = "something else uses its collection, which it stays in as well"
LEFT = "its collection has settings of its own"


def group_of(label: str) -> str:
    """The group of a label; a new name taught by the artist counts as a prop."""
    return GROUP_OF.get(label, "prop")


def sort_into_collections(
    scene: bpy.types.Scene,
    own: list[tuple[bpy.types.Object, str]],
    sort_by: str,
    skipped: list[dict[str, str]],
) -> dict[str, int]:
    """Moves each thing into the collection of its group, right under the scene, or of its label, under that.

    A thing leaves only ordinary collections: local, visible, with no settings of their own, that only this scene's tree
    refers to. Things in a collection that is used elsewhere (instances, modifiers, particles, force fields, assets,
    other scenes) are additionally linked to their group. Hidden, excluded or linked ones stay.

    Returns:
        ``{collection: things in it}``; ``skipped`` receives those that stay somewhere, with the reason.
    """
    tree = SceneTree.of(scene)
    parts = parts_by_root(scene.objects)
    counts: Counter[str] = Counter()
    for obj, label in own:
        whole = [item for item in (obj, *parts.get(obj.session_uid, [])) if item.library is None]
        fixed = next((why for item in whole if (why := tree.why_fixed(item))), "")
        if fixed:
            skipped.append({"name": obj.name, "why": fixed})
            continue
        home = _home(tree, label, sort_by)
        for item in whole:
            tree.move(item, home)
        counts[home.name] += 1
        if any(tree.why_not[collection.session_uid] for part in whole for collection in tree.homes(part)):
            skipped.append({"name": obj.name, "why": USED})
    return dict(counts)


def holders() -> dict[int, list[bpy.types.Collection]]:
    """``{session_uid of an object: the collections that hold it}``, scenes' own ones included, in all of the file."""
    found: dict[int, list[bpy.types.Collection]] = defaultdict(list)
    for collection in (*bpy.data.collections, *(scene.collection for scene in bpy.data.scenes)):
        for obj in collection.objects:
            found[obj.session_uid].append(collection)
    return found


def _home(tree: SceneTree, label: str, sort_by: str) -> bpy.types.Collection:
    group = group_of(label)
    home = tree.collection(tree.scene.collection, group, title(group))
    return tree.collection(home, label, title(label)) if sort_by == "label" else home


@dataclass
class SceneTree:
    """The collections of a scene and what is in them; ``why_not`` gives the reason why things may not leave one, by its
    session_uid; empty for an ordinary one."""

    scene: bpy.types.Scene
    why_not: dict[int, str] = field(default_factory=dict)
    holders: dict[int, list[bpy.types.Collection]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, scene: bpy.types.Scene) -> SceneTree:
        inner = list(scene.collection.children_recursive)
        users, hidden = _other_users(scene, inner), _hidden(scene)
        reasons = {item.session_uid: _reason(item, users, hidden) for item in inner}
        for parent in inner:  # what holds for a collection holds for all below it
            for child in parent.children_recursive:
                reasons[child.session_uid] = reasons[child.session_uid] or reasons[parent.session_uid]
        tree = cls(scene, {scene.collection.session_uid: "", **reasons})
        for item in (scene.collection, *inner):
            for obj in item.objects:
                tree.holders[obj.session_uid].append(item)
        return tree

    def homes(self, obj: bpy.types.Object) -> list[bpy.types.Collection]:
        """The collections of the scene that hold ``obj`` itself."""
        return self.holders[obj.session_uid]

    def why_fixed(self, obj: bpy.types.Object) -> str:
        """The reason why ``obj`` must not appear in another collection; empty if it may."""
        reasons = [self.why_not[collection.session_uid] for collection in self.homes(obj)]
        return "" if not reasons or "" in reasons or USED in reasons else reasons[0]

    def move(self, obj: bpy.types.Object, home: bpy.types.Collection) -> None:
        """Link ``obj`` to ``home`` and take it out of the collections that it may leave."""
        if home not in self.homes(obj):
            home.objects.link(obj)
        leaving = [
            collection
            for collection in self.homes(obj)
            if collection != home and not self.why_not[collection.session_uid]
        ]
        for item in leaving:
            item.objects.unlink(obj)
        self.holders[obj.session_uid] = [
            home,
            *(collection for collection in self.homes(obj) if collection not in (home, *leaving)),
        ]

    def collection(self, parent: bpy.types.Collection, key: str, name: str) -> bpy.types.Collection:
        """The ordinary collection for a group or label under ``parent``, created if there is none."""
        for child in parent.children:
            if (child.get(GROUP_KEY) == key or child.name == name) and not self.why_not.get(child.session_uid):
                return child
        made = bpy.data.collections.new(name)
        made[GROUP_KEY] = key
        parent.children.link(made)
        self.why_not[made.session_uid] = ""
        return made


def _reason(collection: bpy.types.Collection, used: set[int], hidden: set[int]) -> str:
    if collection.library is not None or collection.override_library is not None:
        return LINKED
    uid = collection.session_uid
    if uid in hidden or collection.hide_viewport or collection.hide_render:
        return HIDDEN
    if uid in used or collection.asset_data is not None or collection.use_fake_user:
        return USED
    drawn = collection.lineart_usage != "INCLUDE" or collection.lineart_use_intersection_mask
    if collection.hide_select or collection.exporters or drawn:
        return LEFT
    return ""


def _other_users(scene: bpy.types.Scene, collections: list[bpy.types.Collection]) -> set[int]:
    """Which of the collections something refers to beside the tree of ``scene``, by session_uid."""
    in_tree = {collection.session_uid for collection in collections}
    parents = Counter(
        child.session_uid for collection in (scene.collection, *collections) for child in collection.children
    )
    users = users_of(collections)
    used = {setting.session_uid for setting in _of_render_settings(scene)}
    for collection in collections:
        others = {
            user
            for user in users[collection]
            if not isinstance(user, _ONLY_SHOWING) and user != scene and user.session_uid not in in_tree
        }
        counted = collection.users - int(collection.use_fake_user) - int(collection.use_extra_user)
        # Reference counts tell what scene and parents refer to the collection for beside having it in their tree.
        if others or counted > parents[collection.session_uid]:
            used.add(collection.session_uid)
    return used


def _of_render_settings(scene: bpy.types.Scene) -> Iterator[bpy.types.Collection]:
    """Collections that render settings refer to without counting as users."""
    for layer in scene.view_layers:
        for lines in layer.freestyle_settings.linesets:
            if lines.collection is not None:
                yield lines.collection


def _hidden(scene: bpy.types.Scene) -> set[int]:
    """Collections that some view layer of the scene does not show as usual, by session_uid."""
    found = set()
    for view_layer in scene.view_layers:
        for obj in _below(view_layer.layer_collection.children):
            if obj.exclude or obj.hide_viewport or obj.holdout or obj.indirect_only:
                found.add(obj.collection.session_uid)
    return found


def _below(children: Iterable[bpy.types.LayerCollection]) -> Iterator[bpy.types.LayerCollection]:
    for child in children:
        yield child
        yield from _below(child.children)
