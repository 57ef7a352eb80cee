"""Commands about people in a room: who does what, together, and what they take off or put on."""

from __future__ import annotations

import pytest

from ml_core import InputError, LanguageModel

NAMES = ("Anna", "Ben", "Mei")
MODEL = LanguageModel.load()


def read(text: str) -> str:
    return "; ".join(map(str, MODEL.read_command(text, (), NAMES).steps))


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("Ben walks to the armchair, sits down and then nods", "act Ben | armchair | 'walk:armchair; sit; nod'"),
        ("Ben 走到扶手椅旁边坐下", "act Ben | armchair | 'walk:armchair; sit'"),
        ("make all three wave at the same time", "act avatar | 'wave'"),
        ("大家一起跳舞", "act avatar | 'dance'"),
        ("let everybody look at the camera", "rotate avatar | facing camera"),
        ("dress everyone in business clothes", "dress avatar | 'business clothes'"),
        ("让大家都换上正装", "dress avatar | '正装'"),
        ("remove ben's beard", "adjust Ben | 'no beard'"),
        ("take off Mei's glasses", "undress Mei | 'glasses'"),
        ("摘掉 Mei 的眼镜", "undress Mei | '眼镜'"),
        ("Anna and Ben face each other", "rotate Anna | facing Ben; rotate Ben | facing Anna"),
        ("who is the tallest?", "measure avatar[tallest]"),
        ("谁最高", "measure avatar[tallest]"),
    ],
)  # fmt: skip
def test_people_are_told_what_to_do(text: str, steps: str) -> None:
    assert read(text) == steps


@pytest.mark.parametrize("text", ["the lamp walks to the door", "Anna hugs Ben", "remove the roof's beard"])
def test_what_nobody_can_do_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        read(text)
