"""What cloth is made of, as data: how each fabric repeats, how deep it is, and how it shines."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fabric:
    """A fabric.

    Attributes:
        tile: meters after which it repeats. relief: meters from its lowest to its highest thread.
        contrast: share by which its lows are darker. fleck: share by which its highs go to white, as worn denim.
        rough: added to the roughness in its lows. metallic: 0 or 1. sheen: 0..1, of soft surfaces.
        pattern: name of its height field in :data:`.patterns.PATTERNS`.
        tones: name of the colors beside its own that are woven or printed into it, in :data:`.tones.TONES`.
        roughness: of cloth made of it. stiffness: width of its folds relative to those of twill.
    """

    name: str
    tile: float
    relief: float
    contrast: float
    pattern: str
    fleck: float = 0.0
    rough: float = 0.1
    metallic: float = 0.0
    sheen: float = 0.0
    tones: str = ""
    roughness: float = 0.85
    stiffness: float = 1.0


FABRICS: dict[str, Fabric] = {
    fabric.name: fabric
    for fabric in (
        Fabric("jersey", 0.030, 0.00025, 0.12, "fine knit", sheen=0.1, stiffness=0.95),
        Fabric("knit", 0.060, 0.0022, 0.42, "knit", sheen=0.3, roughness=0.95, stiffness=1.35),
        Fabric("rib", 0.045, 0.0014, 0.35, "rib", sheen=0.2, roughness=0.95, stiffness=1.2),
        Fabric("pique", 0.024, 0.0004, 0.22, "waffle", sheen=0.1),
        Fabric("poplin", 0.012, 0.00010, 0.08, "plain weave", roughness=0.75, stiffness=0.9),
        Fabric("linen", 0.030, 0.00030, 0.20, "slubs", sheen=0.1, tones="slubs", stiffness=0.95),
        Fabric("canvas", 0.024, 0.0004, 0.22, "plain weave", stiffness=1.1),
        Fabric("twill", 0.020, 0.0003, 0.16, "twill"),
        Fabric("denim", 0.028, 0.00045, 0.30, "twill", fleck=0.22, stiffness=1.1),
        Fabric("corduroy", 0.036, 0.0011, 0.38, "wales", sheen=0.3, roughness=0.95, stiffness=1.2),
        Fabric("wool", 0.050, 0.0004, 0.22, "herringbone", sheen=0.3, stiffness=1.25),
        Fabric("tweed", 0.064, 0.0006, 0.20, "tweed", sheen=0.3, roughness=0.95, tones="nubs", stiffness=1.35),
        Fabric("herringbone", 0.064, 0.0005, 0.10, "herringbone", sheen=0.3, roughness=0.9, tones="herringbone"),
        Fabric("felt", 0.060, 0.0004, 0.20, "fibres", sheen=0.4, roughness=0.95, stiffness=1.5),
        Fabric("fleece", 0.050, 0.0008, 0.18, "fibres", sheen=0.4, roughness=0.95, stiffness=1.4),
        Fabric("velvet", 0.040, 0.0002, 0.30, "pile", sheen=0.8, roughness=0.7, stiffness=1.2),
        Fabric("satin", 0.030, 0.00004, 0.05, "twill", rough=-0.05, sheen=0.2, roughness=0.4, stiffness=0.95),
        Fabric("striped", 0.048, 0.00025, 0.10, "fine knit", sheen=0.1, tones="stripes"),
        Fabric("pinstripe", 0.036, 0.0003, 0.14, "fine twill", sheen=0.2, roughness=0.8, tones="pinstripes"),
        Fabric("checked", 0.096, 0.00025, 0.10, "fine weave", roughness=0.8, tones="checks"),
        Fabric("camouflage", 0.480, 0.0004, 0.10, "plain", tones="camouflage"),
        Fabric("stitching", 0.012, 0.0005, 0.30, "stitches", tones="thread"),
        Fabric("topstitching", 0.012, 0.0005, 0.30, "stitches", tones="gold thread"),
        Fabric("webbing", 0.012, 0.0006, 0.30, "herringbone"),
        Fabric("leather", 0.028, 0.00018, 0.18, "grain", rough=0.15, roughness=0.42, stiffness=1.4),
        Fabric("suede", 0.040, 0.00025, 0.16, "nap", sheen=0.5, roughness=0.95, stiffness=1.3),
        Fabric("rubber", 0.040, 0.0003, 0.12, "speckle"),
        Fabric("plastic", 0.100, 0.0, 0.0, "plain"),
        Fabric("metal", 0.100, 0.0, 0.0, "plain", metallic=1.0),
        Fabric("glass", 0.100, 0.0, 0.0, "plain"),
    )
}
"""Fabrics by name, as in :class:`ml_core.geometry.garments.entry.Cloth`."""
