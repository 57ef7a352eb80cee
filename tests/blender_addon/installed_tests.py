"""Run by Blender 5.2's Python: installs the zip as an artist would and runs tests of this repository against it.

usage: installed_tests.py EXTENSION.zip REPOSITORY [pytest arguments], with BLENDER_USER_RESOURCES on an empty folder
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import os
import sys
from types import ModuleType

import bpy

MODULE = "bl_ext.user_default.avatar_atelier"


class InstalledExtension(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Lets ``import blender_addon.x`` give the module of the installed extension, which has another name there."""

    def __init__(self) -> None:
        self._specs: dict[str, importlib.machinery.ModuleSpec | None] = {}

    def find_spec(self, name: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:
        if name != "blender_addon" and not name.startswith("blender_addon."):
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        module = importlib.import_module(MODULE + spec.name.removeprefix("blender_addon"))
        self._specs[spec.name] = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        name = "blender_addon" + module.__name__.removeprefix(MODULE)
        module.__spec__ = self._specs[name]  # importlib has put the alias there


def main(archive: str, repository: str, arguments: list[str]) -> int:
    bpy.ops.extensions.package_install_files(filepath=archive, repo="user_default", enable_on_install=True)
    sys.meta_path.insert(0, InstalledExtension())
    # ml_core comes from the extension's own wheel, which is on the path by now; the tests from the repository.
    sys.path.append(repository)
    os.chdir(repository)
    import pytest

    import ml_core

    assert not str(ml_core.__file__).startswith(repository), ml_core.__file__
    return int(pytest.main(["-p", "no:cacheprovider", "--import-mode=importlib", *arguments]))


if __name__ == "__main__":
    code = main(sys.argv[1], sys.argv[2], sys.argv[3:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # static destructors of the bpy wheel may wait for a thread for ever
