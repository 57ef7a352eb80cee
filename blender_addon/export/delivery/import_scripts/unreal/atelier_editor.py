# SPDX-License-Identifier: MIT-0 (no attribution needed)
"""Helpers of the import scripts: a report, guarded properties, import tasks.

The editor's Python is 3.9 in Unreal 5.3, and names of properties differ between versions: every property is set
separately, and a missing one is reported and skipped.
"""

from __future__ import annotations

from contextlib import contextmanager

import unreal

# Unreal raises these for what this version lacks or does not take.
REFUSALS = (AttributeError, TypeError, ValueError, RuntimeError)


class Report:
    """What was made and what went wrong, printed at the end."""

    def __init__(self):
        self.counts = {}
        self.problems = []

    def count(self, what, number=1):
        self.counts[what] = self.counts.get(what, 0) + number

    def problem(self, text):
        self.problems.append(text)
        unreal.log_warning("Atelier: " + text)

    def close(self):
        done = ", ".join(f"{number} {what}" for what, number in self.counts.items()) or "nothing"
        unreal.log(f"Atelier: {done}; {len(self.problems)} problems")
        for text in self.problems:
            unreal.log_warning("Atelier: - " + text)


def put(target, report, **values):
    """Sets editor properties one by one; those that this version of Unreal lacks are reported."""
    for name, value in values.items():
        try:
            target.set_editor_property(name, value)
        except Exception as error:  # noqa: BLE001 - Unreal raises bare Exception for a property that it has not
            report.problem(f"{type(target).__name__}.{name} is left as it is ({error})")


def enum(group, name):
    """A value of one of Unreal's enums, or None if this version has another name for it."""
    return getattr(getattr(unreal, group, None), name, None)


@contextmanager
def own_fbx_importer():
    """From 5.5 on Unreal may hand FBX to Interchange, which supports neither these options nor UCX_ colliders fully."""
    switch = "Interchange.FeatureFlags.Import.FBX"
    before = True
    try:
        before = unreal.SystemLibrary.get_console_variable_bool_value(switch)
        unreal.SystemLibrary.execute_console_command(None, switch + " 0")
    except REFUSALS:
        before = False
    try:
        yield
    finally:
        if before:
            unreal.SystemLibrary.execute_console_command(None, switch + " 1")


def import_file(path, destination, report, options=None):
    """Runs one import task without dialogs; returns the paths of the assets that it created."""
    task = unreal.AssetImportTask()
    put(
        task,
        report,
        filename=str(path),
        destination_path=destination,
        destination_name=path.stem,
        automated=True,
        replace_existing=True,
        replace_existing_settings=True,
        save=False,
    )
    if options is not None:
        put(task, report, options=options)
    unreal.AssetToolsHelpers.get_asset_tools().import_asset_tasks([task])
    made = [str(item) for item in task.get_editor_property("imported_object_paths") or []]
    if not made:
        report.problem(path.name + " was not imported; the lines above in the Output Log say why")
    return made


def load(path):
    """The asset at a path, or None."""
    return unreal.EditorAssetLibrary.load_asset(path) if unreal.EditorAssetLibrary.does_asset_exist(path) else None


def first_of(paths, kind):
    """The first asset of a class (by its name) among imported paths."""
    found = getattr(unreal, kind)
    return next((asset for asset in map(load, paths) if isinstance(asset, found)), None)
