"""A garment of somebody else's is one entry of data: everything that knows garments knows it then."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
PROGRAM = """
from ml_core.geometry.garments import pieces
from ml_core.geometry.garments.entry import Buttons, Cut, Fall, Height, Piece, Seam

gilet = Piece(
    "gilet", "Gilet", "羽绒马甲", "outer", 6, "tights",
    Cut(hem=Height("crotch", 0.06), arm_hole=0.03, v_neck=Height("chest", 0.05), neck_front=Height("collar_bone"),
        neck_back=Height("neck", -0.01)),
    Fall(0.012, 0.04, rounds=25, hang=0.3), "#445566", words=("gilet", "羽绒马甲"), fabric="corduroy",
    trims=(Seam("hem"), Buttons(3, Height("waist", 0.08), Height("waist", -0.05))),
)
pieces.PIECES += (gilet,)
pieces.BY_NAME[gilet.name] = gilet

from ml_core import LanguageModel
from ml_core.geometry.body.model import body_model
from ml_core.geometry.body.traits import BodyTraits
from ml_core.geometry.garments.wardrobe import Wardrobe

person = body_model().person(BodyTraits(presentation=0, age=30), 1)
shirt, worn = Wardrobe(person.data).dressed(person.rows, ["gilet", "shirt"])
print(worn.piece.label, len(worn.faces) > 1000, [cloth.fabric for cloth in worn.cloths], shirt.hidden.mean() > 0.1)
for sentence in ("a woman in a green gilet", "穿羽绒马甲和牛仔裤的男人"):
    print("gilet" in LanguageModel.load().describe(sentence).garments)
"""


def test_a_garment_is_one_entry() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["Gilet True ['corduroy', 'plastic', 'stitching'] True", "True", "True"]
