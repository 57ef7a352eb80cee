"""Jobs as lines: read with their types, refused one by one, and known again by their content."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts.batches.jobs import JOB_KINDS, BadJob, Planned, job_from, plan, read_lines, values_of

EXAMPLES = [
    {"job": "generate", "id": "ann", "describe": "a nurse", "seed": 7, "traits": {"age": 40}},
    {"job": "dress", "id": "formal", "of": "ann", "garments": ["blazer"], "color": "#203050"},
    {"job": "texture", "id": "knight", "of": "ann", "seed": 3},
    {"job": "label", "id": "room", "scene": "room.obj", "picture": True},
    {"job": "asset", "id": "thing", "scene": "room.obj", "license": "MIT", "real_size": True, "preview": 64},
    {"job": "export", "id": "web", "of": "ann", "engines": ["web"], "lods": 1},
    {"job": "check", "id": "checked", "of": "web"},
    {"job": "render", "id": "seen", "of": "ann", "width": 64, "height": 64},
]


def planned(folder: Path, *lines: object, program: str = "1") -> list[Planned | BadJob]:
    """The plan of a jobs file with these lines, beside a scene."""
    (folder / "room.obj").write_text("v 0 0 0\n")
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    (folder / "jobs.jsonl").write_text("# a comment\n\n" + "\n".join(texts) + "\n", encoding="utf-8")
    return plan(read_lines(folder / "jobs.jsonl"), folder, program)


def test_every_kind_is_read_and_written_again(tmp_path: Path) -> None:
    assert {example["job"] for example in EXAMPLES} == set(JOB_KINDS)
    for example in EXAMPLES:
        assert values_of(job_from(example)) == example
    assert not [one for one in planned(tmp_path, *EXAMPLES) if isinstance(one, BadJob)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{oops", "JSON"),
        ('{"job": "exec", "id": "a"}', "one of generate"),
        ('{"job": "generate", "id": "../a"}', "folder"),
        ('{"job": "generate", "id": ".hidden"}', "folder"),
        ('{"job": "generate", "id": "a", "seed": "7"}', "whole number"),
        ('{"job": "generate", "id": "a", "seed": -1}', "seed"),
        ('{"job": "generate", "id": "a", "size": 300}', "size"),
        ('{"job": "generate", "id": "a", "traits": {"horns": 2}}', "horns"),
        ('{"job": "generate", "id": "a", "command": "rm"}', "command"),
        ('{"job": "label", "id": "a", "scene": "../../etc/passwd"}', "leads out"),
        ('{"job": "label", "id": "a", "scene": "/etc/passwd"}', "not a path inside"),
        ('{"job": "label", "id": "a", "scene": "gone.blend"}', "no such file"),
        ('{"job": "label", "id": "a"}', "either"),
        ('{"job": "label", "id": "a", "of": "later"}', "earlier job"),
        ('{"job": "export", "id": "a", "scene": "room.obj", "engines": ["doom"]}', "doom"),
        ('{"job": "check", "id": "a", "of": "good"}', "cannot be taken"),
        ('{"job": "generate", "id": "GOOD"}', "earlier job with this id"),
    ],
)
def test_a_bad_line_fails_alone(tmp_path: Path, line: str, reason: str) -> None:
    found = planned(tmp_path, {"job": "generate", "id": "good"}, line, {"job": "generate", "id": "later"})
    assert [isinstance(one, BadJob) for one in found] == [False, True, False]
    assert reason in found[1].reason  # type: ignore[union-attr]


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "secret.obj").write_text("v 0 0 0\n")
    (tmp_path / "inside" / "scene.obj").symlink_to(tmp_path / "secret.obj")
    (found,) = planned(tmp_path / "inside", {"job": "label", "id": "a", "scene": "scene.obj"})
    assert isinstance(found, BadJob)


def test_the_key_follows_the_content(tmp_path: Path) -> None:
    """Of the job, of what it is made from, of the scene, and of the program; spaces and order do not matter."""
    lines: list[object] = [dict(example) for example in EXAMPLES]

    def keys(*changed: object, program: str = "1") -> dict[str, str]:
        return {one.job.id: one.key for one in planned(tmp_path, *(changed or lines), program=program)}  # type: ignore[union-attr]

    first = keys()
    assert len(set(first.values())) == len(first)
    assert first == keys(*[dict(reversed(example.items())) for example in EXAMPLES])
    other = keys({**EXAMPLES[0], "seed": 8}, *lines[1:])
    assert {name for name in first if first[name] != other[name]} == set(first) - {"room", "thing"}
    assert not set(first.values()) & set(keys(program="2").values())
    before = planned(tmp_path, EXAMPLES[3])[0]
    (tmp_path / "room.obj").write_text("v 1 0 0\n")
    assert plan([job_from(EXAMPLES[3])], tmp_path, "1")[0].key != before.key  # type: ignore[union-attr]
