"""An avatar as an asset: a collection of its own, taken out of nothing that anybody else uses."""

from __future__ import annotations

import bpy
import numpy as np
import pytest

from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.scene import avatar_asset as asset


@pytest.mark.parametrize("used", [False, True], ids=["", "instanced"])
def test_an_avatar_stays_in_a_collection_that_something_uses(
    clean_scene: bpy.types.Context, monkeypatch: pytest.MonkeyPatch, used: bool
) -> None:
    monkeypatch.setattr(asset, "portrait", lambda *_: np.zeros((asset.SIDE, asset.SIDE, 4), np.float32))
    crowd = bpy.data.collections.new("Crowd")
    clean_scene.scene.collection.children.link(crowd)
    ann, body, bystander = (bpy.data.objects.new(name, None) for name in ("Ann", "Body", "Bystander"))
    body.parent = ann
    for one in (ann, body, bystander):
        crowd.objects.link(one)
    if used:
        instance = bpy.data.objects.new("Instance", None)
        instance.instance_type, instance.instance_collection = "COLLECTION", crowd
        clean_scene.scene.collection.objects.link(instance)
    report = run_to_end(asset.asset_job(clean_scene, ann))
    made = bpy.data.collections[report["collection"]]
    assert set(made.objects) == {ann, body}
    assert made.asset_data is not None
    assert set(crowd.objects) == ({ann, body, bystander} if used else {bystander})
    assert run_to_end(asset.asset_job(clean_scene, ann))["collection"] == made.name
