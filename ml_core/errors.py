"""The two errors that callers catch, and the messages that they carry, which artists read as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from string import Formatter
from typing import Any

_FIELDS = Formatter()


class Message(str):
    """An English sentence that keeps its template and values, so that it can be translated.

    It is the filled-in text wherever a text is expected, such as in JSON. Fields are names, with a conversion or a
    format specification where needed. A template without values is taken as it is, braces and all.

    >>> Message("{file}: {size:.1f} MB are too many", file="a.glb", size=12.345)
    'a.glb: 12.3 MB are too many'
    """

    template: str
    values: Mapping[str, str]
    """What stands in the text for each field, by its name: a text, or a message that has a template of its own."""

    def __new__(cls, template: str, /, **values: object) -> Message:
        texts = _texts(template, values) if values else {}
        message = super().__new__(cls, fill(template, texts) if values else template)
        message.template, message.values = template, texts
        return message

    @classmethod
    def joined(cls, separator: str, parts: Iterable[str]) -> Message:
        """``separator.join(parts)``, whose parts can still be translated one by one."""
        values = {f"part_{number}": part for number, part in enumerate(parts)}
        return cls(separator.join(f"{{{name}}}" for name in values), **values)

    def replacing(self, old: str, new: str) -> Message:
        """The same sentence with ``old`` in its values replaced by ``new``, in a finished text wherever it stands."""
        if not self.values:
            return Message(self.template.replace(old, new))
        values = {
            name: value.replacing(old, new) if isinstance(value, Message) else value.replace(old, new)
            for name, value in self.values.items()
        }
        return Message.restored(fill(self.template, values), self.template, values)

    @classmethod
    def restored(cls, text: str, template: str, values: Mapping[str, str]) -> Message:
        """A message from its stored parts; ``template`` may be anything, since it is not filled in."""
        message = super().__new__(cls, text)
        message.template, message.values = template, values
        return message

    def as_json(self) -> dict[str, Any]:
        """``{"text", "template", "values"}``, which :func:`message_from_json` reads."""
        values = {name: value.as_json() if isinstance(value, Message) else value for name, value in self.values.items()}
        return {"text": str(self), "template": self.template, "values": values}


class AtelierError(Exception):
    """Something could not be done; the message says in plain words what, and what to do about it.

    Args:
        template: the sentence with ``{names}`` for ``values``, or a finished :class:`Message`.
        values: numbers, texts, paths; an error or a message stays translatable.
    """

    def __init__(self, template: str = "", /, **values: object) -> None:
        self.message = template if isinstance(template, Message) and not values else Message(template, **values)
        super().__init__(self.message)

    def __str__(self) -> str:
        return self.message

    @property
    def template(self) -> str:
        return self.message.template

    @property
    def values(self) -> Mapping[str, str]:
        return self.message.values

    @property
    def sentences(self) -> list[str]:
        """The message, one sentence for each thing that failed."""
        return [self.message]


class InputError(AtelierError):
    """What the caller gave (a file, a mesh, a trait, a folder) cannot be used; scripts end with exit code 2."""


def reason_of(error: BaseException) -> Message:
    """Why ``error`` was raised, for a sentence that already names its file."""
    if isinstance(error, AtelierError):
        return error.message
    return Message(getattr(error, "strerror", None) or str(error))


def message_from_json(values: object, text: str) -> str:
    """The message of ``values`` from :meth:`Message.as_json`; ``text`` alone where they have another shape."""
    if not isinstance(values, Mapping) or not isinstance(values.get("template"), str):
        return text
    parts = values.get("values")
    return Message.restored(
        text,
        values["template"],
        {
            str(name): part if isinstance(part, str) else message_from_json(part, str(part.get("text", "")))
            for name, part in (parts.items() if isinstance(parts, Mapping) else ())
            if isinstance(part, str | Mapping)
        },
    )


def fill(template: str, values: Mapping[str, str]) -> str:
    """``template`` with each of its fields replaced by its text; conversions and formats are already applied."""
    return "".join(literal + ("" if name is None else values[name]) for literal, name, _, _ in _FIELDS.parse(template))


def fields_of(template: str) -> list[str]:
    """The names of the fields of ``template``, in their order."""
    return [name for _, name, _, _ in _FIELDS.parse(template) if name is not None]


def _texts(template: str, values: Mapping[str, object]) -> dict[str, str]:
    return {
        name: _text(values[name], specification or "", conversion)
        for _, name, specification, conversion in _FIELDS.parse(template)
        if name is not None
    }


def _text(value: object, specification: str, conversion: str | None) -> str:
    if conversion is not None:
        value = _FIELDS.convert_field(value, conversion)
    if specification:
        return format(value, specification)
    if isinstance(value, AtelierError):
        return value.message
    return value if isinstance(value, str) else str(value)
