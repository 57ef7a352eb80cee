"""Labels applied to collections: nothing is taken out of a collection that anything else uses."""

from __future__ import annotations

from pathlib import Path

import bpy
import pytest

from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.scene.labels import applying
from blender_addon.scene.labels.applying import apply_labels_job

pytestmark = pytest.mark.both_blenders


def chair(name: str, *homes: bpy.types.Collection) -> bpy.types.Object:
    obj = bpy.data.objects.new(name, bpy.data.meshes.new(name))
    obj.data.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
    for home in homes:
        home.objects.link(obj)
    obj["atelier_label"], obj["atelier_confidence"] = "chair", 0.9
    return obj


def kit_in(scene: bpy.types.Scene, name: str = "Kit") -> bpy.types.Collection:
    kit = bpy.data.collections.new(name)
    scene.collection.children.link(kit)
    return kit


def homes(obj: bpy.types.Object) -> set[str]:
    return {one.name for one in obj.users_collection}


def plain(name: str) -> bpy.types.Object:
    obj = bpy.data.objects.new(name, bpy.data.meshes.new(name))
    bpy.context.scene.collection.objects.link(obj)
    return obj


def instanced(kit: bpy.types.Collection) -> None:
    empty = bpy.data.objects.new("Instance", None)
    empty.instance_type, empty.instance_collection = "COLLECTION", kit
    bpy.context.scene.collection.objects.link(empty)


def cut(kit: bpy.types.Collection) -> None:
    modifier = plain("Cut").modifiers.new("Boolean", "BOOLEAN")
    modifier.operand_type, modifier.collection = "COLLECTION", kit


def scattered(kit: bpy.types.Collection) -> None:
    group = bpy.data.node_groups.new("Scatter", "GeometryNodeTree")
    group.nodes.new("GeometryNodeCollectionInfo").inputs["Collection"].default_value = kit
    group.use_fake_user = True


def strewn(kit: bpy.types.Collection) -> None:
    plain("Strewn").modifiers.new("Particles", "PARTICLE_SYSTEM").particle_system.settings.instance_collection = kit


def blown(kit: bpy.types.Collection) -> None:
    plain("Cloth").modifiers.new("Cloth", "CLOTH").settings.effector_weights.collection = kit


def falling(kit: bpy.types.Collection) -> None:
    bpy.ops.rigidbody.world_add()
    bpy.context.scene.rigidbody_world.collection = kit


def outlined(kit: bpy.types.Collection) -> None:
    bpy.context.view_layer.freestyle_settings.linesets.new("Lines").collection = kit


def lit(kit: bpy.types.Collection) -> None:
    plain("Lit").light_linking.receiver_collection = kit


def shared(kit: bpy.types.Collection) -> None:
    bpy.data.scenes.new("Other").collection.children.link(kit)


def named(kit: bpy.types.Collection) -> None:
    plain("Note")["collection"] = kit


def offered(kit: bpy.types.Collection) -> None:
    kit.asset_mark()


def kept(kit: bpy.types.Collection) -> None:
    kit.use_fake_user = True


USES = [instanced, cut, scattered, strewn, blown, falling, outlined, lit, shared, named, offered, kept]


def test_a_collection_that_something_uses_keeps_its_objects(clean_scene: bpy.types.Context) -> None:
    objects = {}
    for use in USES:
        name = use.__name__
        kit, inner = kit_in(clean_scene.scene, name), bpy.data.collections.new(f"in {name}")
        kit.children.link(inner)
        objects[name], objects[inner.name] = chair(name, kit), chair(inner.name, inner)
        use(kit)
    report = run_to_end(apply_labels_job(clean_scene, rename=False))
    assert {name: homes(obj) for name, obj in objects.items()} == {name: {name, "Furniture"} for name in objects}
    assert {one["name"] for one in report["skipped"]} == set(objects)


def excluded(kit: bpy.types.Collection) -> None:
    bpy.context.view_layer.layer_collection.children[kit.name].exclude = True


def eye_closed(kit: bpy.types.Collection) -> None:
    bpy.context.view_layer.layer_collection.children[kit.name].hide_viewport = True


def disabled(kit: bpy.types.Collection) -> None:
    kit.hide_viewport = True


def unrendered(kit: bpy.types.Collection) -> None:
    kit.hide_render = True


def masking(kit: bpy.types.Collection) -> None:
    bpy.context.view_layer.layer_collection.children[kit.name].holdout = True


def excluded_elsewhere(kit: bpy.types.Collection) -> None:
    layer = bpy.context.scene.view_layers.new("Foreground")
    layer.layer_collection.children[kit.name].exclude = True


def locked(kit: bpy.types.Collection) -> None:
    kit.hide_select = True


def undrawn(kit: bpy.types.Collection) -> None:
    kit.lineart_usage = "EXCLUDE"


HIDES = [excluded, eye_closed, disabled, unrendered, masking, excluded_elsewhere, locked, undrawn]


def test_what_is_hidden_or_has_settings_of_its_own_stays(clean_scene: bpy.types.Context) -> None:
    objects = {hide.__name__: chair(hide.__name__, kit_in(clean_scene.scene, hide.__name__)) for hide in HIDES}
    for hide in HIDES:
        hide(bpy.data.collections[hide.__name__])
    report = run_to_end(apply_labels_job(clean_scene, rename=False))
    assert {name: homes(obj) for name, obj in objects.items()} == {name: {name} for name in objects}
    assert report["collections"] == {}
    assert "Furniture" not in bpy.data.collections
    assert {one["name"] for one in report["skipped"]} == set(objects)


def test_things_leave_ordinary_collections_and_only_those_of_this_scene(clean_scene: bpy.types.Context) -> None:
    scene = clean_scene.scene
    other = bpy.data.scenes.new("Other")
    obj = chair("Chair", kit_in(scene), scene.collection, other.collection)
    report = run_to_end(apply_labels_job(clean_scene, rename=False))
    assert {one.name for one in obj.users_collection} == {"Furniture", other.collection.name}
    assert list(other.collection.objects) == [obj]
    assert obj.name not in scene.collection.objects
    assert report["skipped"] == []


def test_a_used_or_hidden_collection_of_the_groups_name_takes_nothing(clean_scene: bpy.types.Context) -> None:
    taken = bpy.data.collections.new("Furniture")
    clean_scene.scene.collection.children.link(taken)
    clean_scene.view_layer.layer_collection.children["Furniture"].exclude = True
    obj = chair("Chair", clean_scene.scene.collection)
    run_to_end(apply_labels_job(clean_scene, rename=False))
    assert homes(obj) == {"Furniture.001"}
    assert obj.visible_get()


def test_objects_of_linked_collections_and_overrides_stay(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    chair("Chair", kit_in(clean_scene.scene))
    path = str(tmp_path / "kit.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.read_factory_settings(use_empty=True)
    with bpy.data.libraries.load(path, link=True) as (_, wanted):
        wanted.collections = ["Kit"]
    linked = wanted.collections[0]
    bpy.context.scene.collection.children.link(linked)
    linked.override_hierarchy_create(bpy.context.scene, bpy.context.view_layer, do_fully_editable=True)
    own = chair("Own", bpy.context.scene.collection)
    report = run_to_end(apply_labels_job(bpy.context, assets=True))
    override = next(one for one in bpy.data.objects if one.override_library is not None)
    assert [one.override_library is not None for one in override.users_collection] == [True]
    assert homes(own) == {"Furniture"}
    assert len(report["skipped"]) == 3
    assert override.asset_data is None


def test_an_avatar_keeps_its_name(clean_scene: bpy.types.Context) -> None:
    avatar, other = (chair(name, clean_scene.scene.collection) for name in ("Ann", "Scan"))
    avatar["atelier_label"] = other["atelier_label"] = "person"
    avatar["atelier_traits"] = "{}"
    run_to_end(apply_labels_job(clean_scene))
    assert (avatar.name, other.name) == ("Ann", "Person_01")
    assert homes(avatar) == homes(other) != {clean_scene.scene.collection.name}


def test_a_failure_on_the_way_takes_everything_back(
    clean_scene: bpy.types.Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit = kit_in(clean_scene.scene)
    one, two = chair("B", kit), chair("A", kit)
    instanced(kit)

    def fail(group: str) -> None:
        raise RuntimeError(group)

    monkeypatch.setattr(applying, "group_color", fail)
    with pytest.raises(RuntimeError):
        run_to_end(apply_labels_job(clean_scene, colors=True))
    assert (one.name, two.name) == ("B", "A")
    assert homes(one) == homes(two) == {"Kit"}
    assert "Furniture" not in bpy.data.collections
