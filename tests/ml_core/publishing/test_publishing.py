"""A result replaces the earlier one whole, and no file of the user's is ever harmed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ml_core.errors import InputError
from ml_core.publishing import published_folder
from ml_core.publishing.listing import holds_result, owned_files
from ml_core.publishing.paths import is_plain, sha256

from .results import FIRST, SECOND, USERS, content, is_whole, publish, write


def test_ours_are_replaced_and_the_users_stay(target: Path) -> None:
    before = (target / "Editor/Import.cs").stat()
    publish(target, SECOND)
    assert content(target) == SECOND | USERS
    assert is_whole(target)
    assert (target / "Editor/Import.cs").stat().st_ino == before.st_ino  # engines import only what has changed
    publish(target, {"only.txt": "x"})
    assert content(target) == {"only.txt": "x"} | USERS
    assert sorted(path.name for path in target.iterdir()) == sorted(
        ["only.txt", "manifest.json", "maps", "SM_Cube.fbx.meta", "thesis.txt"]
    )
    assert [path.name for path in target.parent.iterdir()] == ["unity"]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("SM_Cube.fbx", "changed.*: SM_Cube.fbx"),
        ("SM_New.fbx", "your files: .*SM_New.fbx"),
        ("deep", "your files: .*deep"),
    ],
)
def test_a_file_of_the_users_in_the_way_is_an_error_or_kept(target: Path, name: str, why: str) -> None:
    (target / name).write_text("the user's")
    before = content(target)
    with pytest.raises(InputError, match=why):
        publish(target, SECOND)
    assert content(target) == before
    assert publish(target, SECOND, force=True) == {name: f"{name}.bak"}
    assert content(target) == SECOND | USERS | {f"{name}.bak": "the user's"}
    (target / name / "x" if name == "deep" else target / name).parent.mkdir(exist_ok=True)
    if name != "deep":
        (target / name).write_text("again")
        assert publish(target, SECOND | {"c": "c"}, force=True) == {name: f"{name}.bak2"}


def test_a_changed_file_that_is_no_longer_exported_stays(target: Path) -> None:
    (target / "SM_Old.fbx").write_text("retouched")
    publish(target, SECOND)
    assert content(target) == SECOND | USERS | {"SM_Old.fbx": "retouched"}


def test_a_folder_without_a_manifest_of_ours_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"avatar.json": "{}", "thesis.txt": "years"})
    for manifest in (None, "{", "[]", '{"generator": "other"}', '{"generator": ["avatar-atelier"]}', "[" * 10**5):
        if manifest is not None:
            (tmp_path / "manifest.json").write_text(manifest)
        with pytest.raises(InputError, match="not an Atelier export"):
            publish(tmp_path, FIRST)
    kept = publish(tmp_path, FIRST | {"avatar.json": "new"}, force=True)
    assert kept == {"avatar.json": "avatar.json.bak", "manifest.json": "manifest.json.bak"}
    assert (tmp_path / "thesis.txt").read_text() == "years"
    assert (tmp_path / "avatar.json.bak").read_text() == "{}"


def test_an_empty_folder_and_one_with_hidden_files_are_taken(tmp_path: Path) -> None:
    (tmp_path / ".DS_Store").touch()
    publish(tmp_path, FIRST)
    assert content(tmp_path) == FIRST | {".DS_Store": ""}


@pytest.mark.parametrize(
    "path", ["../thesis.txt", "/etc/passwd", "a/../../x", "a//b", "C:\\x", "a\\b", "", "a\0", 7, None]
)
def test_paths_that_lead_out_are_none(path: Any) -> None:
    assert not is_plain(path)


def test_a_manifest_never_leads_out_and_never_raises(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "in"
    write(outside, {"a.txt": "a", "b.txt": "b"})
    publish(folder, {"x": "x"})
    (folder / "link").symlink_to(outside)
    (folder / "b.txt").symlink_to(outside / "b.txt")
    a, b = sha256(outside / "a.txt"), sha256(outside / "b.txt")
    files = [
        {"path": "../outside/a.txt", "sha256": a}, {"path": str(outside / "a.txt"), "sha256": a},
        {"path": "link/a.txt", "sha256": a}, {"path": "b.txt", "sha256": b}, {"path": ["x"], "sha256": a},
        {"path": "x", "sha256": 5}, 3, None, {"path": "q/" * 400 + "q", "sha256": a}, {"path": "e" * 9000, "sha256": a},
    ]  # fmt: skip
    manifest = {"generator": "avatar-atelier", "files": files}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    publish(folder, {"y": "y"})
    assert content(outside) == {"a.txt": "a", "b.txt": "b"}
    assert (folder / "link").is_symlink()
    assert (folder / "b.txt").is_symlink()
    (folder / "manifest.json").write_text(json.dumps(manifest | {"files": {"a": 1}}))
    publish(folder, {"z": "z"})
    with pytest.raises(InputError, match="link"):  # a new file would go through a link of the user's
        publish(folder, {"link/a.txt": "new"})
    assert content(outside) == {"a.txt": "a", "b.txt": "b"}


def test_a_linked_target_stays_a_link(tmp_path: Path, target: Path) -> None:
    (tmp_path / "link").symlink_to(target)
    publish(tmp_path / "link", SECOND)
    assert (tmp_path / "link").is_symlink()
    assert content(target) == SECOND | USERS
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(InputError, match="loop"):
        publish(tmp_path / "loop", FIRST)


def test_an_export_inside_a_result_may_be_made_again_on_its_own(tmp_path: Path) -> None:
    def avatar(text: str, engine: bool) -> None:
        with published_folder(tmp_path, "avatar") as draft:
            write(draft.folder, {"avatar.json": text})
            if engine:
                publish(draft.folder / "web", {"scene.glb": text, f"{text}.png": text})

    avatar("1", engine=True)
    publish(tmp_path / "web", {"scene.glb": "by hand", "1.png": "1", "hand.png": "x"})
    avatar("2", engine=False)  # the export is another one now, and stays
    assert content(tmp_path / "web") == {"scene.glb": "by hand", "1.png": "1", "hand.png": "x"}
    avatar("3", engine=True)
    assert content(tmp_path) == {"avatar.json": "3", "web/scene.glb": "3", "web/3.png": "3"}
    avatar("4", engine=False)
    assert content(tmp_path) == {"avatar.json": "4"}
    with pytest.raises(InputError) as caught, published_folder(tmp_path, "avatar") as draft:
        raise InputError(f"{draft.folder / 'web'}: is full")
    assert str(caught.value) == f"{tmp_path / 'web'}: is full"


def test_what_holds_a_result_is_known_by_its_manifest(target: Path) -> None:
    assert holds_result(target)
    assert owned_files(target, {}).stale == set(FIRST)
    (target / "manifest.json").unlink()
    assert not holds_result(target)
