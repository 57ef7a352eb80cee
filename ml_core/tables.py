"""Cells of CSV files, written so that a spreadsheet never takes a name for a formula.

Excel, LibreOffice and Google Sheets take a cell that begins with ``=``, ``+``, ``-``, ``@`` or a control character for
a formula, also inside of quotes. The names in our tables come with the artist's files. As OWASP's page on CSV injection
advises, an apostrophe before such text makes it text; :func:`text_of` takes it off again.
"""

from __future__ import annotations

from typing import Any

_MARK = "'"
# The last four are the full-width forms that East Asian input methods write, which spreadsheets read alike.
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def cell(value: Any) -> Any:
    """``value`` for a cell of a table; text that would run as a formula gets an apostrophe, numbers stay numbers."""
    return _MARK + value if isinstance(value, str) and _runs(value) else value


def text_of(cell: str) -> str:
    """The text of a cell that :func:`cell` made; any other text as it is."""
    return cell.removeprefix(_MARK) if cell.startswith(_MARK) and _runs(cell) else cell


def _runs(text: str) -> bool:
    """Whether text would run as a formula; leading apostrophes are ignored, so that cells stay distinct."""
    return text.lstrip(_MARK + " ").startswith(_STARTS)
