"""Names that copies take for a while, and their owners afterwards."""

from __future__ import annotations

import bpy
import pytest

from blender_addon.bridge.state import preserved_scene as borrowing
from blender_addon.bridge.state.preserved_scene import claim_name, preserved_scene

pytestmark = pytest.mark.both_blenders
LONG = "SM_" + "a" * 58


def test_owners_of_claimed_names_get_them_back(clean_scene: bpy.types.Context, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"SM_Chair_{number}" for number in range(50)] + [LONG]
    owners = [bpy.data.objects.new(name, None) for name in names]
    looked: list[str] = []
    look = borrowing.names_of
    monkeypatch.setattr(borrowing, "names_of", lambda kind: looked.append(kind) or look(kind))
    with preserved_scene(clean_scene):
        copies = [bpy.data.objects.new(name, None) for name in names]
        for copy, name in zip(copies, names, strict=True):
            claim_name(copy, "objects", name)
        assert [copy.name for copy in copies] == names
        for copy in copies:
            copy.name = f"{copy.name[:40]}_LOD0"
        again = [bpy.data.objects.new("Other", None) for _ in names]
        for copy, name in zip(again, names, strict=True):
            claim_name(copy, "objects", name)
        bpy.data.batch_remove(again)
        last = [bpy.data.objects.new(name, None) for name in names]
        for copy, name in zip(reversed(last), reversed(names), strict=True):
            claim_name(copy, "objects", name)
        assert [copy.name for copy in last] == names
        assert looked == ["objects"]  # once, not for each
    assert [owner.name for owner in owners] == names


def test_a_name_is_claimed_again_from_a_copy_and_after_its_owner_is_gone(clean_scene: bpy.types.Context) -> None:
    owner = bpy.data.objects.new("SM_Chair", None)
    with preserved_scene(clean_scene):
        first, second, third = (bpy.data.objects.new("Copy", None) for _ in range(3))
        claim_name(first, "objects", "SM_Chair")
        claim_name(second, "objects", "SM_Chair")
        assert (second.name, first.name) == ("SM_Chair", "SM_Chair__held.001")
        bpy.data.objects.remove(second)
        late = bpy.data.objects.new("SM_Chair", None)
        claim_name(third, "objects", "SM_Chair")
        assert third.name == "SM_Chair" != late.name
    assert owner.name == "SM_Chair"
