"""The avatar follows a slider while the mouse is still down.

A slider calls :func:`follow`. A timer hands the newest traits to one worker thread, which paints and carries the base
color over to the mesh's own layout; the main thread only copies finished pixels into the image. When the slider has
rested for a moment, all maps follow in full size, one image a tick, and are packed into the file.

The traits are stored on the avatar at once, so that the undo step that Blender makes of a drag holds both; after an
undo the pixels are painted again from what is stored then.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.errors import AtelierError
from ml_core.geometry.atlas.transfer import AtlasMap
from ml_core.geometry.body.traits import BodyTraits
from ml_core.vocabulary.earlier_sliders import BODY_SLIDERS, slider_values
from ml_core.vocabulary.texture_sizes import DEFAULT_SIZE, MAPPED_SIZES
from ml_core.vocabulary.traits import SHOWN_TRAITS, AvatarTraits

from ...bridge.data.single_user import ensure_editable
from ...bridge.jobs import busy
from ...bridge.models import loaded as models
from ...bridge.state.views import redraw_views
from ..anatomy.person import is_anatomical, stored_body
from ..body.earlier_body import has_sliders, refit_armature, set_sliders
from ..body.hair import hair_change
from ..body.targets import Body, find_targets
from ..body.traits import is_followed
from ..own_data import own_avatar, sharing, worn_image
from ..stored import store_traits, stored_traits
from ..surface.fabrics import wear_fabric
from ..surface.images import pngs_of, rgba_of, show_pixels, store_png
from ..surface.layers import LayeredLook, LayeredMaps, LayerStack
from ..surface.looks import Fabric, Skin, takes_paint
from ..surface.texturing import MapSource, image_role, map_sources, painted_images, store_part
from . import shaping
from .panel_state import is_lost, keep_panel, restore_panel

TICK = 0.015
REST = 0.35
"""Every trait of the panel. Presentation, height and build move the body by its shape keys at once; its skeleton
follows when the slider rests, and so does the iris. Hair of another style grows in the worker, and is put on then.
"""


BODY_TRAITS = ("presentation", "age", "height", "weight", "muscle")
"""Traits of the panel that shape an anatomical body."""
_PAINTED_BY = {"presentation", "age"}
"""Those of them that the skin shows: by its features, and by the plain clothes that are painted on it."""

HairChange = Callable[[], list[Callable[[], object]]] | None


@dataclass
class _Sitter:
    """The avatar that is being edited, and what was read of it when that began."""

    armature: bpy.types.Object
    sources: list[MapSource]
    bodies: list[Body]
    dyed: list[Body]
    size: int
    eye: str | None
    layers: LayerStack

    @classmethod
    def of(cls, armature: bpy.types.Object, eye: str | None) -> _Sitter:
        # After an undo, objects have no place in the world until they are evaluated; a body that is read without one
        # wears the texture of another place.
        bpy.context.view_layer.update()
        found = find_targets(armature)
        sources = map_sources(armature, found)
        stack = LayerStack.of(armature)
        dyed = [body for body in found.garments if not takes_paint(body.look, stack)]
        return cls(armature, sources, found.bodies, dyed, _image_size(sources), eye, stack)

    def show_skin_of(self, body: BodyTraits) -> None:
        """Paint the plain clothes of these traits from now on."""
        self.sources = [
            replace(source, look=Skin(body)) if isinstance(source.look, Skin) else source for source in self.sources
        ]


@dataclass
class _State:
    sitter: _Sitter | None = None
    wanted: tuple[AvatarTraits, int] | None = None
    changed: float = 0.0
    shown: tuple[AvatarTraits, int] | None = None
    finished: tuple[AvatarTraits, int] | None = None
    work: Future[list[Callable[[], object]]] | None = None
    work_for: tuple[AvatarTraits, int] | None = None
    work_is_full: bool = False
    left: list[Callable[[], object]] = field(default_factory=list)
    worker: ThreadPoolExecutor | None = None
    layered: set[int] = field(default_factory=set)
    owned: tuple[Any, ...] = ()
    """What :func:`sharing` said when the avatar was last made to own all that it wears."""
    unfitted: bool = False
    """Whether the body has moved on from its skeleton."""


_state = _State()


def is_live(armature: bpy.types.Object | None) -> bool:
    """Whether the sliders of the panel are those of ``armature``."""
    return armature is not None and bpy.context.scene.atelier.live_target == armature


def begin(context: bpy.types.Context, armature: bpy.types.Object) -> None:
    """From now on the panel's sliders show and change ``armature``.

    Raises:
        InputError: it has no body that a texture goes on, or is linked from another file.
    """
    ensure_editable(armature)
    traits, seed = stored_traits(armature)
    settings = context.scene.atelier
    sitter = _Sitter.of(armature, traits.eye)
    settings.live_target = None  # or the sliders would follow themselves
    keep_panel(settings)
    settings.description = ""
    settings.traits.from_traits(traits)
    settings.seed = seed
    settings.live_target = armature
    _state.sitter = sitter
    _state.wanted = _state.shown = _state.finished = (traits, seed)


def end(context: bpy.types.Context) -> None:
    """The panel goes back to being that of the next avatar. What is still to be painted is painted all the same."""
    _end(context.scene)


def _end(scene: bpy.types.Scene) -> None:
    scene.atelier.live_target = None
    restore_panel(scene.atelier)
    if settled():
        _state.sitter = None


def follow(trait: str) -> None:
    """A slider has moved: store the new traits on the avatar and have it painted."""
    with busy.measured(), _reported():
        _follow(trait)


@contextmanager
def _reported() -> Iterator[None]:
    """Print what keeps an avatar from being painted: Blender has nobody to tell in the update of a property or an undo
    handler, and the Generate button says it, too."""
    try:
        yield
    except (AtelierError, ReferenceError, RuntimeError) as error:
        print(f"Atelier: the live update stopped ({error})")
        _forget()


def _follow(trait: str) -> None:
    scene = bpy.context.scene
    armature = scene.atelier.live_target if scene is not None else None
    if armature is None or (stored := stored_traits(armature)) is None:
        return
    value = getattr(scene.atelier.traits.to_traits(), trait)
    if value is None or getattr(stored[0], trait) == value or not is_followed(armature, trait):
        return
    if is_anatomical(armature) and trait in BODY_TRAITS:
        body_changed(armature, {trait: value})
        return
    traits = stored[0].replace(**{trait: value})
    _own(armature)
    store_traits(armature, traits)
    if trait in BODY_SLIDERS and has_sliders(armature):
        set_sliders(armature, {trait: slider_values(traits)[trait]})
        _ask(armature)
    elif trait in SHOWN_TRAITS:
        _ask(armature)


def body_changed(armature: bpy.types.Object, values: Mapping[str, Any]) -> None:
    """Traits of an anatomical body are to change; its skin is painted anew where that shows.

    Args:
        values: as :func:`.shaping.change` takes them.
    """
    if not armature.is_editable:
        return
    _own(armature)
    shaping.change(armature, values)
    stored = stored_traits(armature)
    if stored is not None:
        store_traits(armature, stored[0])
    if not _PAINTED_BY.isdisjoint(values):
        body = stored_body(armature)
        if _state.sitter is not None and _state.sitter.armature == armature and body is not None:
            _state.sitter.show_skin_of(body)
        _ask(armature)


def garments_changed(armature: bpy.types.Object) -> None:
    """Garments were put on or taken off: what was read of the avatar is out of date."""
    shaping.forget()
    if _state.sitter is not None and _state.sitter.armature == armature:
        _state.sitter = None


def layers_changed(armature: bpy.types.Object) -> None:
    """The layers over the skin have changed: have it painted."""
    if _state.sitter is not None and _state.sitter.armature == armature:
        _state.sitter.layers = LayerStack.of(armature)
    _state.shown = _state.finished = None
    _state.layered.add(armature.session_uid)
    _ask(armature)


def _own(armature: bpy.types.Object) -> None:
    """Before its first change, and whenever it was copied since, the avatar gets what it wears for itself."""
    if sharing(armature) != _state.owned:
        own_avatar(armature)
        _state.owned = sharing(armature)


def settled() -> bool:
    """Whether everything that was asked for is painted, in full."""
    return _state.finished == _state.wanted


def shown() -> tuple[AvatarTraits, int] | None:
    """The traits and the seed of the last picture of the avatar, whether finished or a preview."""
    return _state.shown


def layered() -> set[int]:
    """The ``session_uid`` of each avatar whose layers were moved by sliders in this session."""
    return _state.layered


def _ask(armature: bpy.types.Object) -> None:
    _own(armature)
    if _state.sitter is None or _state.sitter.armature != armature:
        _state.sitter = _Sitter.of(armature, None)
    _state.wanted = stored_traits(armature)
    _state.changed = time.monotonic()
    _state.unfitted = has_sliders(armature)
    if bpy.app.background:  # no timers there: a script sees the result at once
        _finish_now()
    elif not bpy.app.timers.is_registered(_tick):
        bpy.app.timers.register(_tick, first_interval=0.0)


def _tick() -> float | None:
    again = False
    with busy.measured(), _reported():  # the avatar may be deleted, or its body changed, under the slider
        again = _advance()
    return TICK if again else None


def _advance() -> bool:
    """One step of the update; False when everything is painted."""
    state, sitter = _state, _state.sitter
    if sitter is None or state.wanted is None or sitter.armature.name not in bpy.data.objects:
        return False
    if state.work_is_full and state.work_for != state.wanted:
        state.left = []  # the slider moves again: what was painted in full is out of date
    if state.left:
        state.left.pop(0)()
        redraw_views()
        if not state.left and state.work_is_full and state.work_for == state.wanted:
            state.finished = state.wanted
        return True
    if state.work is not None:
        if not state.work.done():
            return True
        state.left, state.work = state.work.result(), None
        state.shown = state.work_for
        return True
    resting = time.monotonic() - state.changed >= REST
    if resting and state.unfitted:
        state.unfitted = not refit_armature(bpy.context, sitter.armature)
    if state.finished == state.wanted:
        return state.unfitted and not resting
    if state.shown != state.wanted or resting:
        _start(full=state.shown == state.wanted)
    return True


def _start(full: bool) -> None:
    assert _state.sitter is not None
    assert _state.wanted is not None
    if _state.worker is None:
        _state.worker = ThreadPoolExecutor(1, thread_name_prefix="atelier-live")
    sitter, wanted = _state.sitter, _state.wanted
    hair = hair_change(bpy.context, sitter.armature, sitter.bodies)
    _state.work_for, _state.work_is_full = wanted, full
    _state.work = _state.worker.submit(_painted if full else _previewed, sitter, *wanted, hair)


def _previewed(sitter: _Sitter, traits: AvatarTraits, seed: int, hair: HairChange) -> list[Callable[[], object]]:
    """Off the main thread: the base color alone, from the size that the network paints in, and the hair."""
    look = LayeredLook(models.texture_generator().quick_look(traits, seed), sitter.layers)
    steps: list[Callable[[], object]] = []
    for source in sitter.sources:
        atlas = look.of(source.look)
        pixels = source.atlas_map(sitter.size).gather(atlas.shape[0])(atlas)
        pixels = source.look.finished({"BC": pixels})["BC"]
        if source.tile:
            steps.append(partial(store_part, source.body, source.suffix, source.tile, "BC", pixels, False))
        else:
            steps.append(partial(_show, source, rgba_of(pixels)))
    steps += [partial(_dye, body, traits) for body in sitter.dyed]
    return steps + (hair() if hair is not None else [])


def _painted(sitter: _Sitter, traits: AvatarTraits, seed: int, hair: HairChange) -> list[Callable[[], object]]:
    """Off the main thread: all maps in full size."""
    maps = models.texture_generator().generate(traits, seed=seed, size=sitter.size)
    layered = LayeredMaps(maps, sitter.layers)
    steps: list[Callable[[], object]] = []
    for source in sitter.sources:
        atlas_map: AtlasMap = source.atlas_map(sitter.size)
        pictures = source.look.finished(painted_images(atlas_map, layered.of(source.look)))
        if source.tile or source.folder is not None:
            steps += [partial(_store, source, kind, pixels) for kind, pixels in pictures.items()]
        else:
            steps += [partial(_store_packed, source, kind, png) for kind, png in pngs_of(pictures).items()]
    steps += [partial(_dye, body, traits) for body in sitter.dyed]
    if hair is not None:
        # In one go: what is left of a full painting is dropped when the slider moves again.
        steps.append(partial(_all, hair()))
    if sitter.eye != traits.eye:
        sitter.eye = traits.eye
        steps += [paint(maps.traits) for source in sitter.sources[:1] for paint in source.eyes]
    return steps


def _all(steps: list[Callable[[], object]]) -> None:
    for step in steps:
        step()


def _dye(body: Body, traits: AvatarTraits) -> None:
    assert isinstance(body.look, Fabric)
    wear_fabric(body.obj, body.look.dye(traits))


def _show(source: MapSource, rgba: NDArray[np.float32]) -> None:
    show_pixels(image_role(source.suffix, "BC"), rgba, source.body)


def _store(source: MapSource, kind: str, pixels: NDArray[np.float32]) -> None:
    store_part(source.body, source.suffix, source.tile, kind, pixels, True, source.folder)


def _store_packed(source: MapSource, kind: str, png: bytes) -> None:
    store_png(image_role(source.suffix, kind), png, color=kind == "BC", owner=source.body)


def _finish_now() -> None:
    sitter, wanted = _state.sitter, _state.wanted
    assert sitter is not None
    assert wanted is not None
    for step in _painted(sitter, *wanted, hair_change(bpy.context, sitter.armature, sitter.bodies)):
        step()
    _state.unfitted = not refit_armature(bpy.context, sitter.armature)
    _state.shown = _state.finished = wanted


def _image_size(sources: list[MapSource]) -> int:
    """The size of the images that the avatar wears."""
    for source in sources:
        image = worn_image(source.body, image_role(source.suffix, "BC"))
        if image is not None and image.size[0] in MAPPED_SIZES:
            return int(image.size[0])
    return DEFAULT_SIZE


@bpy.app.handlers.persistent
def _after_undo(*_: Any) -> None:
    """Undo brings the stored traits back, but not the pixels."""
    _state.sitter = None
    armature = bpy.context.scene.atelier.live_target
    stored = stored_traits(armature) if armature is not None else None
    if stored is not None and stored != _state.finished:
        with _reported():
            _ask(armature)


@bpy.app.handlers.persistent
def _forget(*_: Any) -> None:
    _state.sitter, _state.wanted, _state.left, _state.work = None, None, [], None


@bpy.app.handlers.persistent
def _end_lost(scene: bpy.types.Scene, *_: Any) -> None:
    """The edited avatar may have been deleted, or unlinked from its scene."""
    if is_lost(scene):
        _end(scene)


@bpy.app.handlers.persistent
def _end_all(*_: Any) -> None:
    """An edit lasts as long as its session: a file that was saved during one opens without it."""
    for scene in getattr(bpy.data, "scenes", ()):
        if scene.is_editable and (scene.atelier.live_target is not None or scene.atelier.before_live):
            _end(scene)


_HANDLERS = {
    "undo_post": _after_undo,
    "redo_post": _after_undo,
    "load_pre": _forget,
    "load_post": _end_all,
    "depsgraph_update_post": _end_lost,
}


def register() -> None:
    for name, handler in _HANDLERS.items():
        getattr(bpy.app.handlers, name).append(handler)


def unregister() -> None:
    _end_all()
    for name, handler in _HANDLERS.items():
        getattr(bpy.app.handlers, name).remove(handler)
    if bpy.app.timers.is_registered(_tick):
        bpy.app.timers.unregister(_tick)
    if _state.worker is not None:
        _state.worker.shutdown(wait=False, cancel_futures=True)
        _state.worker = None
    _forget()
