"""Who uses a block, without holding on to any."""

from __future__ import annotations

import gc

import bpy
import pytest

from blender_addon.bridge.data.single_user import users_of


def alive() -> int:
    """References of Python to lattices, which nothing else makes."""
    gc.collect()
    return sum(isinstance(one, bpy.types.Lattice) for one in gc.get_objects())


@pytest.mark.both_blenders
def test_asking_for_users_keeps_no_block_alive(clean_scene: bpy.types.Context) -> None:
    """A batch asks for each of its avatars; what was kept each time would add up."""
    before = alive()
    blocks = [bpy.data.lattices.new(name) for name in ("asked", "other")]
    objects = [bpy.data.objects.new(block.name, block) for block in blocks]
    assert users_of(blocks[:1])[blocks[0]] == {objects[0]}
    assert users_of([]) == {}
    for block in blocks:
        bpy.data.lattices.remove(block)
    blocks.clear()
    del block
    assert alive() == before
