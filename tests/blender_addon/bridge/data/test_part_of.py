"""A prop of several objects stays one prop, whatever is done to its objects and to their names."""

from __future__ import annotations

from pathlib import Path

import bpy
import pytest

from blender_addon.bridge.data.identity import identity, put
from blender_addon.bridge.data.label_keys import CONFIDENCE_KEY, LABEL_KEY, PART_KEY
from blender_addon.bridge.data.part_of import part_roots, set_part
from blender_addon.bridge.object_labels import object_label, parts_of, roots, stands_for

pytestmark = pytest.mark.both_blenders

Prop = tuple[bpy.types.Object, list[bpy.types.Object]]


def prop(name: str = "Chair", hung: bool = True) -> Prop:
    """A labeled object in a collection of its own, with two parts that hang on it or only stand beside it."""
    collection = bpy.data.collections.new(name)
    bpy.context.scene.collection.children.link(collection)
    made = [bpy.data.objects.new(one, bpy.data.meshes.new(one)) for one in (name, f"{name} Leg", f"{name} Back")]
    for place, obj in enumerate(made):
        obj.data.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
        collection.objects.link(obj)
        obj.location.x = place * 0.3
        obj[LABEL_KEY], obj[CONFIDENCE_KEY] = "chair", 0.9
        if place and hung:
            obj.parent = made[0]
    bpy.context.view_layer.update()
    for part in made[1:]:
        set_part(part, made[0])
    return made[0], made[1:]


def duplicated(objects: list[bpy.types.Object], linked: bool = False) -> list[bpy.types.Object]:
    """Copies of ``objects`` in the same order, three meters aside."""
    before = set(bpy.data.objects)
    for obj in bpy.context.view_layer.objects:
        obj.select_set(obj in objects)
    bpy.context.view_layer.objects.active = objects[0]
    bpy.ops.object.duplicate(linked=linked)
    made = sorted(set(bpy.data.objects) - before, key=lambda one: [o.name for o in objects].index(one.name[:-4]))
    for obj in made:
        if obj.parent not in made:
            obj.location.y += 3
    bpy.context.view_layer.update()
    return made


def is_whole(root: bpy.types.Object, parts: list[bpy.types.Object]) -> bool:
    return (
        parts_of(root, bpy.context.scene) == parts
        and roots(root)
        and all(part_roots([p])[p.session_uid] == root for p in parts)
    )


@pytest.fixture(params=[True, False], ids=["hung", "loose"])
def chair(clean_scene: bpy.types.Context, request: pytest.FixtureRequest) -> Prop:
    return prop(hung=request.param)


def test_a_new_name_and_another_object_of_the_old_one_change_nothing(chair: Prop) -> None:
    root, parts = chair
    root.name = "Grandmother's chair"
    bpy.context.scene.collection.objects.link(bpy.data.objects.new("Chair", None))
    assert is_whole(root, parts)


@pytest.mark.parametrize("linked", [False, True])
def test_parts_of_a_copy_are_the_copys(chair: Prop, linked: bool) -> None:
    copy, *copied = duplicated([chair[0], *chair[1]], linked)
    copy.name = "A"  # before the original, whatever the order of names
    assert is_whole(*chair)
    assert is_whole(copy, copied)


def test_a_copied_part_belongs_to_the_same_prop_and_a_copied_lead_has_no_parts(chair: Prop) -> None:
    (root,) = duplicated([chair[0]])
    assert parts_of(root, bpy.context.scene) == []
    (leg,) = duplicated([chair[1][0]])
    leg.location.y -= 2.5
    bpy.context.view_layer.update()
    assert part_roots([leg])[leg.session_uid] == chair[0]


@pytest.mark.parametrize("how", ["append", "link", "override"])
def test_append_link_and_override_keep_props_apart(chair: Prop, how: str, tmp_path: Path) -> None:
    path = str(tmp_path / "chair.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.read_factory_settings(use_empty=True)
    own = prop("Chair", hung=False)
    own[0]["atelier_id"] = identity(own[0])
    before = set(bpy.data.objects)
    for _ in range(2 if how == "append" else 1):  # appended twice: two props of one id in one place
        with bpy.data.libraries.load(path, link=how != "append") as (_source, wanted):
            wanted.collections = ["Chair"]
        bpy.context.scene.collection.children.link(wanted.collections[0])
    if how == "override":
        linked = wanted.collections[0]
        linked.override_hierarchy_create(bpy.context.scene, bpy.context.view_layer, do_fully_editable=True)
    bpy.context.view_layer.update()
    assert is_whole(*own)
    fresh = [one for one in bpy.data.objects if one not in before]
    wholes = [one for one in fresh if one.session_uid not in part_roots()]
    assert len(wholes) == (1 if how == "link" else 2)
    for root in wholes:
        parts = parts_of(root, bpy.context.scene)
        assert len(parts) == 2
        assert {part.library for part in parts} == {root.library}
        assert all(part.users_collection == root.users_collection for part in parts)


def test_names_of_an_older_version_become_ids_when_a_file_is_opened(chair: Prop, tmp_path: Path) -> None:
    root, parts = chair
    del root["atelier_id"]
    for part in parts:
        part[PART_KEY] = root.name
        del part["atelier_part_place"]
    assert is_whole(root, parts)
    path = str(tmp_path / "old.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    root = bpy.data.objects["Chair"]
    root.name = "Sold"
    assert len(parts_of(root, bpy.context.scene)) == 2


def test_a_lead_renamed_before_is_found_by_what_its_parts_hang_on(clean_scene: bpy.types.Context) -> None:
    root, parts = prop()
    for part in parts:
        part[PART_KEY] = "Chair"
    root.name = "Grandmother's chair"
    assert is_whole(root, parts)


FOREIGN = [7, 0.5, [1, 2], {"a": 1}, True, "", "nobody", b"\xff", "f" * 32, 10**9]


def test_any_value_of_a_foreign_file_is_only_data(clean_scene: bpy.types.Context) -> None:
    _, (leg, _back) = prop(hung=False)
    for value in (*FOREIGN, leg):
        for key in (PART_KEY, "atelier_id", "atelier_part_place", LABEL_KEY, CONFIDENCE_KEY, "atelier_ranking"):
            put(leg, key, value)
        assert roots(leg), value
        assert not stands_for(leg), value
        object_label(leg)
