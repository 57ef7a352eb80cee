"""The secondary motion of an avatar of ours, stored as in VRM: springs, colliders, rolls.

It is stored where the data of an imported VRM are, so that the same code writes it into a file, reports what is left
out, and finds bones again after they were renamed.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import bpy

from ml_core.vrm.blocks import Blocks

from ...bridge.data.identity import new_id
from ...bridge.vrm.addon_data import addon_data
from ...bridge.vrm.stored import DATA_KEY, MARK_KEY, VrmData, store, stored_data


@dataclass
class Secondary:
    """The stored data of an armature, changed by methods that store them again."""

    armature: bpy.types.Object
    data: VrmData

    @classmethod
    def of(cls, armature: bpy.types.Object) -> Secondary:
        return cls(armature, copy.deepcopy(stored_data(armature)) or VrmData(new_id(), 1, {}))

    def keep_roll(self, bone: str, source: str) -> None:
        """``bone`` rolls about its axis as ``source`` does."""
        rolls = self.data.blocks.setdefault("constraints", [])
        roll = {"roll": {"source": self._index(source), "rollAxis": "Y", "weight": 1.0}}
        rolls.append({"node": self._index(bone), "constraint": roll})
        self._keep()

    def keep_springs(self, blocks: Mapping[str, list]) -> None:
        """Replaces the stored springs and colliders; without any, removes them.

        Args:
            blocks: as in :data:`ml_core.vrm.kinds.BLOCKS`, but with bone names as their nodes.
        """
        for key in ("colliders", "colliderGroups", "springs"):
            self.data.blocks.pop(key, None)
        made: Blocks = copy.deepcopy(dict(blocks))
        for collider in made.get("colliders", []):
            collider["node"] = self._index(collider["node"])
        for spring in made.get("springs", []):
            for joint in spring["joints"]:
                joint["node"] = self._index(joint["node"])
        self.data.blocks.update({key: items for key, items in made.items() if items})
        self._keep()

    def forget(self, bones: Collection[str]) -> None:
        """Discards the rolls of bones that are about to be removed."""
        gone = {number for number, name in self.data.bones.items() if name in bones}
        rolls = [item for item in self.data.blocks.pop("constraints", []) if item["node"] not in gone]
        if rolls:
            self.data.blocks["constraints"] = rolls
        self._keep()

    def _keep(self) -> None:
        rig = self.armature.data
        assert isinstance(rig, bpy.types.Armature)
        if not self.data.blocks:
            rig.pop(DATA_KEY, None)
        elif (
            stored_data(self.armature) is not None or addon_data(self.armature) is None
        ):  # the add-on's would be hidden
            for number, name in self.data.bones.items():
                if name in rig.bones:
                    rig.bones[name][MARK_KEY] = self.data.mark(number)
            store(rig, self.data)

    def _index(self, bone: str) -> int:
        for number, name in self.data.bones.items():
            if name == bone:
                return number
        number = max(self.data.bones, default=-1) + 1
        self.data.bones[number] = bone
        return number
