"""One line of English or Chinese: a person described, or commands for a scene.

This is a grammar over word tables (``ml_core.vocabulary.words_*`` and ``command_words_*``), not a trained model. A
command is understood as a whole or refused; a description is understood as far as the tables go, and what it says
beyond them is listed. A trained parser takes its place behind the same calls.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ml_core.errors import InputError
from ml_core.vocabulary.commands import SceneCommand
from ml_core.vocabulary.traits import AvatarTraits

from .commands import commands_of
from .descriptions import Description, description_of

__all__ = ["Description", "LanguageModel"]


class LanguageModel:
    """Reads descriptions and commands.

    Example:
        >>> LanguageModel.load().describe("a tall woman in a navy suit, dark skin, blond hair").outfit
        'business'
        >>> LanguageModel.load().read_description("an elf with blue eyes").ignored
        ('elf',)
    """

    @classmethod
    def load(cls) -> LanguageModel:
        return cls()

    def describe(self, text: str) -> AvatarTraits:
        """The traits that a description names; what it leaves open stays ``None``.

        Raises:
            InputError: the text is too long.
        """
        return self.read_description(text).traits

    def read_description(self, text: str) -> Description:
        """As :meth:`describe`, with the words that were not understood.

        Raises:
            InputError: the text is too long.
        """
        return description_of(text)

    def command(self, text: str, labels: Collection[str] = (), names: Collection[str] = ()) -> list[SceneCommand]:
        """The steps that a sentence asks for, in order.

        Args:
            labels: what objects may be labeled beside the learned labels, such as those that the artist taught.
            names: of the objects in the scene, which the sentence may name.

        Raises:
            InputError: a word is not understood, or what the sentence asks is not clear; nothing of it may be done
                then. The message lists the words.
        """
        return commands_of(text, self._unread, labels, names)

    def _unread(self, text: str) -> Sequence[str]:
        description = self.read_description(text)
        if not description.ignored and not description.has_person:
            raise InputError(
                "{text!r}: names no person; only avatars can be added, such as: create a tall woman", text=text
            )
        return description.ignored
