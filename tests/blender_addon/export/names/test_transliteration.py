"""Names of other scripts in Latin letters: nothing that is heard is lost."""

from __future__ import annotations

import pytest

from blender_addon.export.names.transliteration import latin

SPELLINGS = {
    "センター": "sentaa",
    "グルーブ": "guruubu",
    "ﾎﾞｰﾝ": "boon",
    "キャップ": "kyappu",
    "シャツ": "shatsu",
    "ティッシュ": "tisshu",
    "フォーク": "fooku",
    "ウィッグ": "wiggu",
    "ヴァイオリン": "vaiorin",
    "マッチ": "matchi",
    "しっぽ": "shippo",
    "左ひじ": "_u5DE6_hiji",
    "人々": "_u4EBA__u4EBA_",
    "ー": "",
    "ッ": "tsu",
    "つま先ＥＸ２": "tsuma_u5148_EX2",
    "Ярослав": "Yaroslav",
    "Ελένη": "Eleni",
    "Straße": "Strasse",
    "Ünïcödé": "Unicode",
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_reads_as_it_sounds(name: str) -> None:
    assert latin(name) == SPELLINGS[name]
