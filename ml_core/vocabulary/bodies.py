"""The built-in bodies that a new avatar can have."""

from __future__ import annotations

from .choices import Choice, by_id

BODIES = by_id(
    Choice(
        id="anatomical",
        title="Anatomical",
        title_zh="解剖体型",
        description="A person with real anatomy, in garments that are objects of their own",
        description_zh="具有真实解剖结构的人物,衣物是独立的物体",
    ),
    Choice(
        id="classic",
        title="Classic",
        title_zh="经典",
        description="The simple body of earlier versions, with painted clothes",
        description_zh="早期版本的简单身体,衣服是画上去的",
    ),
)
"""The bodies by their ids."""
DEFAULT_BODY = "anatomical"
