"""Bones that an avatar gets only on request."""

from __future__ import annotations

from ..choices import Choice, by_id

EXTRA_BONES = by_id(
    Choice(
        id="twist",
        title="Twist Bones",
        title_zh="扭转骨骼",
        description="One in each upper arm and forearm, which spreads the turn of shoulder and wrist",
        description_zh="上臂和前臂各一根,分散肩和手腕的扭转",
    ),
    Choice(
        id="springs",
        title="Spring Bones",
        title_zh="弹簧骨骼",
        description="Chains in long hair, skirts and coats, which VRM viewers let swing",
        description_zh="长发、裙子和大衣里的骨骼链,VRM 程序会让它们摆动",
    ),
    Choice(
        id="physics",
        title="Physics",
        title_zh="物理",
        description="Spring bones that swing in Blender, too, while the animation plays",
        description_zh="弹簧骨骼在 Blender 中播放动画时也会摆动",
    ),
)
"""The kinds of extra bones by their ids."""
