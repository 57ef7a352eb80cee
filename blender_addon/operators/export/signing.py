"""Buttons that sign an export: create a key, sign, and verify an export against its signature."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy

from ml_core.errors import AtelierError, InputError
from ml_core.provenance.signing import can_sign, fingerprint, load_key, load_public_key, make_key, sign, verify

from ...bridge.data.stored_values import setting
from ...bridge.files.chosen_folders import export_folder
from ...bridge.files.user_folder import user_folder
from ...translations.registry import formatted
from ..base import refused

KEY_FILE = "signing_key.pem"
NO_LIBRARY = "Blender's Python cannot sign (it has no cryptography); use scripts/sign_export.py."


def signing_key() -> Path:
    """The path of the artist's private key: in the extension's user folder, never in a blend file."""
    return user_folder() / KEY_FILE


class _SigningOperator:
    """Mix-in before ``bpy.types.Operator``: needs ``cryptography``, and takes a passphrase that is not stored."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        reason = "" if can_sign() else NO_LIBRARY
        if not reason and cls.needs_key() and not signing_key().is_file():
            reason = "There is no key yet; make one."
        if reason:
            cls.poll_message_set(formatted(reason))
        return not reason

    @classmethod
    def needs_key(cls) -> bool:
        """Whether the artist's key must exist."""
        return True

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[Any]:
        return context.window_manager.invoke_props_dialog(self)  # type: ignore[arg-type]


def passphrase_property():
    return bpy.props.StringProperty(
        name="Passphrase",
        description="Of the key; empty where it has none",
        subtype="PASSWORD",
        options={"SKIP_SAVE"},
    )


class ATELIER_OT_make_signing_key(_SigningOperator, bpy.types.Operator):
    """Make a key that signs your exports. It stays on this machine, in no blend file and in no export"""

    bl_idname = "atelier.make_signing_key"
    bl_label = "Make Signing Key"
    bl_options = {"INTERNAL"}

    passphrase: passphrase_property()

    @classmethod
    def needs_key(cls) -> bool:
        return False

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            made = make_key(signing_key(), self.passphrase)
        except AtelierError as error:
            return refused(self, error)
        self.report({"INFO"}, formatted("The key is made; its fingerprint is {digits}.", digits=made))
        return {"FINISHED"}


class ATELIER_OT_sign_export(_SigningOperator, bpy.types.Operator):
    """Sign the files of the last export, so that others can see that nothing was changed"""

    bl_idname = "atelier.sign_export"
    bl_label = "Sign Export"
    bl_options = {"INTERNAL"}

    passphrase: passphrase_property()

    def execute(self, context: bpy.types.Context) -> set[str]:
        options = context.scene.atelier.export
        given = {"author": setting(options, "author").strip(), "license": setting(options, "license").strip()}
        about = {name: value for name, value in given.items() if value}
        try:
            key = load_key(signing_key(), self.passphrase)
            signed = [sign(folder, key, about) for folder in _exports(context)]
        except AtelierError as error:
            return refused(self, error)
        self.report({"INFO"}, formatted("Signed: {names}", names=", ".join(path.name for path in signed)))
        return {"FINISHED"}


class ATELIER_OT_verify_export(_SigningOperator, bpy.types.Operator):
    """Compare the files of the last export with their signatures"""

    bl_idname = "atelier.verify_export"
    bl_label = "Verify"
    bl_options = {"INTERNAL"}

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[Any]:
        return self.execute(context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            public = load_public_key(signing_key().with_name(KEY_FILE + ".pub"))
            problems = [problem for folder in _exports(context) for problem in verify(folder, public).problems]
        except AtelierError as error:
            return refused(self, error)
        for problem in problems[:5]:
            self.report({"ERROR"}, formatted(problem))
        if problems:
            return {"CANCELLED"}
        self.report({"INFO"}, formatted("Everything is as you signed it, {digits}.", digits=fingerprint(public)))
        return {"FINISHED"}


def _exports(context: bpy.types.Context) -> list[Path]:
    """The folders of the chosen targets that have been exported.

    Raises:
        InputError: there is none.
    """
    settings = context.scene.atelier
    folder = export_folder(context.scene)
    found = [folder / target for target in sorted(settings.targets) if (folder / target).is_dir()]
    if not found:
        raise InputError("{folder}: no target was exported there yet", folder=folder)
    return found


CLASSES = (ATELIER_OT_make_signing_key, ATELIER_OT_sign_export, ATELIER_OT_verify_export)
