"""What a garment of the wardrobe is: where it is cut, how it hangs, what it is made of and what is sewn onto it.

Heights of cuts are named heights of the reference body; lengths along limbs are 0 at shoulder or hip, 1 at elbow or
knee and 2 at wrist or ankle. So one entry fits everybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["top", "bottom", "outer", "shoes", "accessory"]
Helper = Literal["tights", "skirt", "robe"]
"""Meshes that garments are cut from: MakeHuman's two, and one whose legs are a tube."""
HEIGHTS = ("sole", "ankle", "knee", "crotch", "hips", "waist", "chest", "collar_bone", "neck")
"""Names of heights at which cuts are placed, from the ground up."""
Border = Literal["neck", "hem", "cuffs", "waist", "ankles"]
"""Names of a garment's borders."""


@dataclass(frozen=True)
class Height:
    """A height of the reference body: meters above (or below) a named one."""

    at: str
    above: float = 0.0


@dataclass(frozen=True)
class Cut:
    """Where a garment ends.

    Attributes:
        hem: lowest height on the trunk. top: highest height.
        sleeve, leg: along arm and leg. boot: from which point of the leg down.
        neck_front, neck_back: heights of the neckline. neck_width: meters from the middle to its
            sides, where shoulder straps begin.
        neck_rise: meters from front to back over which the neckline rises from the one to the other.
        v_neck: height of the point of a neckline that is a V; v_width: half its width where it ends, in meters.
        opening: meters from the middle of the front to its open edge. cutaway: height up to which the front is open
            below, with rounded corners; cutaway_width: half as wide as it is above these, in meters; cutaway_corner:
            their radius.
        arm_hole: meters inwards of the shoulder joint.
        band: a garment that is a band: the height of its middle; band_width: half its width in meters.
        throat: of low shoes, where their opening ends, as a share of the foot's length from the heel; instep: how high
            it is there, in meters above the sole. straps: of sandals, the middle and half the width of each strap as
            shares of the foot's length.
    """

    hem: Height | None = None
    top: Height | None = None
    sleeve: float | None = None
    leg: float | None = None
    boot: float | None = None
    neck_front: Height | None = None
    neck_back: Height | None = None
    neck_width: float = 0.1
    neck_rise: float = 0.15
    v_neck: Height | None = None
    v_width: float = 0.06
    opening: float | None = None
    cutaway: Height | None = None
    cutaway_width: float = 0.05
    cutaway_corner: float = 0.03
    arm_hole: float | None = None
    band: Height | None = None
    band_width: float = 0.02
    throat: float | None = None
    instep: float = 0.08
    straps: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Fall:
    """How cloth lies over the body, in meters over the helper mesh (which is 4 to 6 mm over the skin).

    Attributes:
        least, most: distances of the trunk and the legs. arms: the most of sleeves, which balloon otherwise.
        hem, cuff, leg: added to the least toward the hem, the ends of sleeves and the ends of legs.
        straight: legs hang straight from the thigh and narrow by this share down to the ankle. sleeves: the same for
            sleeves, from the upper arm to the wrist.
        hang: share by which the trunk hangs straight from chest and belly.
        fitted: share by which the trunk follows the waist instead, as a tailored jacket does.
        flare: meters by which the hem of a skirt stands further out than its hips.
        folds: meters of the deepest folds, which come where limbs bend and cloth gathers.
        pressed: legs have a crease down their fronts and backs.
        longer: share of the height of the ankles by which trouser legs reach further down than they are cut.
        reach: meters by which sleeves reach further over the hand than they are cut.
    """

    least: float
    most: float
    arms: float = 0.014
    hem: float = 0.0
    cuff: float = 0.0
    leg: float = 0.0
    rounds: int = 20
    straight: float | None = None
    sleeves: float | None = None
    hang: float = 0.0
    fitted: float = 0.0
    flare: float = 0.0
    folds: float = 0.0
    pressed: bool = False
    longer: float = 0.0
    reach: float = 0.0


@dataclass(frozen=True)
class Cloth:
    """A material: one of :data:`ml_core.geometry.fabrics.registry.FABRICS` in an sRGB color.

    A trim whose ``color`` is empty has that of its garment, whatever that is dyed in.
    """

    fabric: str
    color: str = ""
    roughness: float = 0.8


@dataclass(frozen=True)
class Band:
    """A strip along a border: ribs, waistbands, cuffs. ``cloth`` None is the garment's own.

    Attributes:
        width: meters from the border inwards. lift: meters over the cloth.
    """

    border: Border
    width: float
    lift: float = 0.0025
    cloth: Cloth | None = None


@dataclass(frozen=True)
class Collar:
    """A folded strip about the neck, open in front.

    Attributes:
        stand: meters that it rises. fall: meters that its outside comes down again; 0 is a stand alone.
        point: meters that its front ends are longer. gap: half the opening in front, meters.
        spread: meters that the points of its front ends stand further apart. ease: meters from the neck to its top.
        ends: share of the stand that is left at its front ends; those over lapels lie flat.
        start: height of the border's part that it sits on; lower parts, as of a V, carry none.
    """

    stand: float
    fall: float = 0.0
    point: float = 0.0
    gap: float = 0.006
    spread: float = 0.0
    ease: float = 0.005
    ends: float = 0.8
    start: Height | None = None
    cloth: Cloth | None = None


@dataclass(frozen=True)
class Hood:
    """A hood that lies on the back. ``size``: meters that it hangs down."""

    size: float = 0.2
    cloth: Cloth | None = None


@dataclass(frozen=True)
class Lapels:
    """Flaps along both edges of a V. ``width``: the most, meters; ``notch``: where they end below the collar."""

    width: float = 0.075
    notch: float = 0.035
    cloth: Cloth | None = None


@dataclass(frozen=True)
class Patch:
    """A flat piece sewn onto the front or back, as a polygon of four corners: pockets, plackets, flaps.

    Attributes:
        corners: (x, height name, meters above it) of each, counterclockwise as seen, x toward the wearer's left.
        side: which way it faces. both: its mirror image as well. lift: thickness in meters.
        one_edge: it stands out at its edge toward the wearer's right alone, as one front over the other.
    """

    corners: tuple[tuple[float, Height], ...]
    side: Literal["front", "back"] = "front"
    both: bool = False
    lift: float = 0.0025
    cloth: Cloth | None = None
    one_edge: bool = False


@dataclass(frozen=True)
class Buttons:
    """A row of buttons down the front from one height to another; x: meters toward the wearer's left."""

    count: int
    top: Height
    bottom: Height
    x: float = 0.0
    radius: float = 0.006
    both: bool = False
    lift: float = 0.004
    cloth: Cloth = Cloth("plastic", "#e8e4da", 0.35)


@dataclass(frozen=True)
class Sole:
    """A sole of its own under each foot.

    Attributes:
        thickness: meters. welt: meters that it stands out. rise: meters that it covers of the shoe's side.
        arch: meters that it is hollow before the heel. cloth: what it is made of. heel: meters of the thickness that
            only the heel has; before it the sole is so much thinner, down to the ball. pitch: meters by which the shoe
            is lower at the ball than at the heel; the foot in it stays level, so that toe boxes are as much higher.
    """

    thickness: float = 0.022
    welt: float = 0.003
    rise: float = 0.008
    arch: float = 0.0
    cloth: Cloth = Cloth("rubber", "#e9e7e2", 0.6)
    heel: float = 0.0
    pitch: float = 0.0


@dataclass(frozen=True)
class Laces:
    """Laces over the instep on a tongue; ``count`` crossings."""

    count: int = 5
    cloth: Cloth = Cloth("webbing", "#efece6", 0.8)


@dataclass(frozen=True)
class Seam:
    """Two rows of stitches, on a strip as wide as the tile of their fabric.

    Attributes:
        along: a border, or the ``sides`` of trunk and legs; empty where ``path`` says where they run.
        inset: meters from the border to their middle.
        path: (x, height) of the corners that they go straight between, x toward the wearer's left. side: which way it
            faces. both: its mirror image as well. lift: meters over the cloth.
    """

    along: Border | Literal["sides", ""] = ""
    inset: float = 0.018
    path: tuple[tuple[float, Height], ...] = ()
    side: Literal["front", "back"] = "front"
    both: bool = False
    lift: float = 0.0007
    cloth: Cloth = Cloth("stitching", "", 0.85)


Trim = Band | Collar | Hood | Lapels | Patch | Buttons | Sole | Laces | Seam


@dataclass(frozen=True)
class Last:
    """The form that a shoe is made on.

    Attributes:
        longer: meters that it is longer than the foot. point: 0 round toe, 1 pointed. toe: height of the toe box.
    """

    longer: float = 0.012
    point: float = 0.2
    toe: float = 0.045


@dataclass(frozen=True)
class Tie:
    """A tie down the front: half its width at the bottom, and the height where it ends."""

    width: float = 0.04
    end: Height = Height("waist", -0.02)


@dataclass(frozen=True)
class BowTie:
    """A bow at the throat: half its width and height, meters."""

    width: float = 0.055
    height: float = 0.024


@dataclass(frozen=True)
class Glasses:
    """Glasses: size of a lens in meters, how round it is (2 an ellipse, 6 nearly a rectangle), and of what it is."""

    width: float = 0.05
    height: float = 0.036
    corner: float = 3.2
    rim: float = 0.0018
    lens: Cloth | None = None


@dataclass(frozen=True)
class Headwear:
    """A hat: where its edge runs, how it stands and what goes around it.

    Attributes:
        front, back: meters of the edge above the eyes in front and behind.
        ease: meters from the head. crown: meters that the top is higher. flat: 0 a dome, 1 walls with a flat top.
        pinch: meters that the crown is dented on top. brim: meters all around; visor: meters in
            front alone. cuff: meters of a turned-up edge.
    """

    front: float = 0.05
    back: float = -0.02
    ease: float = 0.006
    crown: float = 0.0
    flat: float = 0.0
    pinch: float = 0.0
    brim: float = 0.0
    visor: float = 0.0
    cuff: float = 0.0
    ribbon: Cloth | None = None


Form = Tie | BowTie | Glasses | Headwear


@dataclass(frozen=True)
class Piece:
    """A garment.

    Attributes:
        layer: garments of a higher layer lie over those of lower ones.
        mesh: helper that it is cut from. thickness, fold: of its hems, meters.
        color: sRGB. words: that a sentence may name it by, English and Chinese.
        fabric: one of :data:`ml_core.geometry.fabrics.registry.FABRICS`.
        trims: what is sewn onto it. last: the form of a shoe. form: of what is not cut from a helper at all.
    """

    name: str
    label: str
    label_zh: str
    kind: Kind
    layer: int
    mesh: Helper
    cut: Cut
    fall: Fall
    color: str
    roughness: float = 0.8
    thickness: float = 0.003
    fold: float = 0.015
    words: tuple[str, ...] = ()
    fabric: str = "jersey"
    trims: tuple[Trim, ...] = ()
    last: Last | None = None
    form: Form | None = None

    @property
    def cloth(self) -> Cloth:
        """The material of its main part."""
        return Cloth(self.fabric, self.color, self.roughness)
