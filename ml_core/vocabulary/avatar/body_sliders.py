"""Every slider of the built-in body, with its names in both languages and the targets that it moves.

This is the only list: the compiler takes its targets from here, the model its weights, the prior its spreads, and a
panel its groups and labels. A slider runs from -1 to 1 and is 0 at rest. ``*`` in a target stands for both sides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Group = Literal[
    "build", "limbs", "head", "forehead", "brows", "eyes", "nose", "mouth", "chin", "cheeks", "ears", "neck"
]
GROUPS: dict[Group, tuple[str, str]] = {
    "build": ("Build", "体型"),
    "limbs": ("Limbs", "四肢"),
    "head": ("Head", "头部"),
    "forehead": ("Forehead", "额头"),
    "brows": ("Brows", "眉部"),
    "eyes": ("Eyes", "眼睛"),
    "nose": ("Nose", "鼻子"),
    "mouth": ("Mouth", "嘴"),
    "chin": ("Chin and Jaw", "下巴与下颌"),
    "cheeks": ("Cheeks", "脸颊"),
    "ears": ("Ears", "耳朵"),
    "neck": ("Neck", "颈部"),
}
"""Group -> its label in English and Chinese, in the order of the panel."""

ENDS = {
    "size": ("decr", "incr"),
    "up": ("down", "up"),
    "out": ("in", "out"),
    "forward": ("backward", "forward"),
    "convex": ("concave", "convex"),
    "open": ("compress", "uncompress"),
}
"""Kind of a pair of targets -> the last words of their names at -1 and at 1."""


@dataclass(frozen=True)
class Slider:
    """A slider and its targets (name without folder's ``.target.gz``, share at the end of the range).

    Attributes:
        low, high: targets that grow from 0 toward -1, and from 0 toward 1.
        mean, spread: of the normal distribution that a seed draws from; a spread of 0 is never drawn.
        adult: has no effect under 18, whose build is the child's own.
    """

    name: str
    group: Group
    label: str
    label_zh: str
    low: tuple[tuple[str, float], ...]
    high: tuple[tuple[str, float], ...]
    mean: float = 0.0
    spread: float = 0.0
    adult: bool = False

    def targets(self, value: float) -> dict[str, float]:
        """Target -> weight of the slider at ``value``."""
        return {name: share * abs(value) for name, share in (self.high if value > 0 else self.low) if value}


def _slider(
    name: str,
    group: Group,
    labels: str,
    targets: str,
    spread: float = 0.0,
    mean: float = 0.0,
    adult: bool = False,
) -> Slider:
    """A slider from ``"English/Chinese"`` labels and targets such as ``"nose/nose-hump:size:0.8"``, separated by spaces.

    A kind with ``-`` before it swaps the ends; ``only`` has one target, at 1.
    """
    label, label_zh = labels.split("/")
    low: list[tuple[str, float]] = []
    high: list[tuple[str, float]] = []
    for entry in targets.split():
        stem, kind, *rest = entry.split(":")
        share = float(rest[0]) if rest else 1.0
        for path in _sides(stem):
            if kind == "only":
                high.append((path, share))
                continue
            down, up = ENDS[kind.removeprefix("-")]
            if kind.startswith("-"):
                down, up = up, down
            low.append((f"{path}-{down}", share))
            high.append((f"{path}-{up}", share))
    return Slider(name, group, label, label_zh, tuple(low), tuple(high), mean, spread, adult)


def _sides(stem: str) -> list[str]:
    return [stem.replace("*", side) for side in ("l", "r")] if "*" in stem else [stem]


# fmt: off
SLIDERS: tuple[Slider, ...] = (
    _slider("shoulders", "build", "Shoulders/肩宽", "torso/measure-shoulder-dist:size", 0.22, adult=True),
    _slider("chest", "build", "Chest/胸围", "torso/measure-bust-circ:size torso/torso-scale-depth:size:0.3", 0.18, adult=True),
    _slider("waist", "build", "Waist/腰围", "torso/measure-waist-circ:size", 0.2, adult=True),
    _slider("hips", "build", "Hips/臀围", "torso/measure-hips-circ:size hip/hip-scale-horiz:size:0.3", 0.2, adult=True),
    _slider("back", "build", "Back/背阔", "torso/torso-muscle-dorsi:size torso/torso-vshape:size:0.5", 0.15, adult=True),
    _slider("pectorals", "build", "Pectorals/胸肌", "torso/torso-muscle-pectoral:size", 0.15, adult=True),
    _slider("belly", "build", "Belly/腹部", "stomach/stomach-tone:-size", 0.2, adult=True),
    _slider("seat", "build", "Seat/臀部", "buttocks/buttocks-volume:size", 0.2, adult=True),
    _slider("torso_length", "build", "Torso Length/躯干长度", "torso/torso-scale-vert:size", 0.15),
    _slider("upper_arms", "limbs", "Upper Arms/上臂", "arms/*-upperarm-fat:size", 0.15, adult=True),
    _slider("forearms", "limbs", "Forearms/前臂", "arms/*-lowerarm-scale-horiz:size arms/*-lowerarm-scale-depth:size", 0.15, adult=True),
    _slider("arm_length", "limbs", "Arm Length/手臂长度", "arms/*-upperarm-scale-vert:size:0.6 arms/*-lowerarm-scale-vert:size:0.6", 0.12),
    _slider("thighs", "limbs", "Thighs/大腿", "legs/*-upperleg-fat:size", 0.18, adult=True),
    _slider("calves", "limbs", "Calves/小腿", "legs/*-lowerleg-muscle:size", 0.18, adult=True),
    _slider("leg_length", "limbs", "Leg Length/腿长", "legs/upperlegs-height:size legs/lowerlegs-height:size", 0.12),
    _slider("hand_size", "limbs", "Hand Size/手的大小", "hands/*-hand-scale:size:0.6", 0.15),
    _slider("finger_length", "limbs", "Finger Length/手指长度", "hands/*-hand-fingers-length:size:0.6", 0.15),
    _slider("finger_width", "limbs", "Finger Width/手指粗细", "hands/*-hand-fingers-diameter:size:0.7", 0.15),
    _slider("foot_size", "limbs", "Foot Size/脚的大小", "feet/*-foot-scale:size:0.6", 0.15),

    _slider("age", "head", "Age of the Face/面部年龄", "head/head-age:size", 0.12),
    _slider("head_size", "head", "Head Size/头部大小", "head/head-scale-horiz:size:0.5 head/head-scale-vert:size:0.5 head/head-scale-depth:size:0.5", 0.08),
    _slider("head_width", "head", "Head Width/头宽", "head/head-scale-horiz:size", 0.16),
    _slider("head_length", "head", "Head Length/头长", "head/head-scale-vert:size", 0.16),
    _slider("head_depth", "head", "Head Depth/头部厚度", "head/head-scale-depth:size", 0.14),
    _slider("back_of_head", "head", "Back of the Head/后脑", "head/head-back-scale-depth:size", 0.2),
    _slider("face_fat", "head", "Fullness of the Face/面部丰满度", "head/head-fat:size", 0.25),
    _slider("face_angle", "head", "Profile/侧面轮廓", "head/head-angle:out", 0.15),
    _slider("oval", "head", "Oval Face/椭圆脸", "head/head-oval:only", 0.25),
    _slider("round", "head", "Round Face/圆脸", "head/head-round:only", 0.25),
    _slider("square", "head", "Square Face/方脸", "head/head-square:only", 0.22),
    _slider("rectangular", "head", "Long Face/长脸", "head/head-rectangular:only", 0.2),
    _slider("triangular", "head", "Wide Jaw/梨形脸", "head/head-triangular:only", 0.18),
    _slider("heart", "head", "Heart-Shaped Face/心形脸", "head/head-invertedtriangular:only", 0.22),
    _slider("diamond", "head", "Diamond Face/菱形脸", "head/head-diamond:only", 0.18),

    _slider("forehead", "forehead", "Forehead/额头", "forehead/forehead-trans:forward", 0.3),
    _slider("forehead_height", "forehead", "Forehead Height/额头高度", "forehead/forehead-scale-vert:size", 0.3),
    _slider("forehead_roundness", "forehead", "Forehead Roundness/额头圆度", "forehead/forehead-nubian:size", 0.28),
    _slider("temples", "forehead", "Temple Width/太阳穴宽度", "forehead/forehead-temple:size", 0.28),

    _slider("brow_height", "brows", "Brow Height/眉高", "eyebrows/eyebrows-trans:up", 0.35, 0.12),
    _slider("brow_angle", "brows", "Brow Angle/眉角度", "eyebrows/eyebrows-angle:up", 0.3, -0.1),
    _slider("brow_depth", "brows", "Brow Depth/眉骨", "eyebrows/eyebrows-trans:forward", 0.3, -0.15),

    _slider("eye_size", "eyes", "Eye Size/眼睛大小", "eyes/*-eye-scale:size", 0.22, 0.05),
    _slider("eye_distance", "eyes", "Eye Distance/眼距", "eyes/*-eye-trans:out", 0.28),
    _slider("eye_height", "eyes", "Eye Height/眼睛高度", "eyes/*-eye-trans:up", 0.22),
    _slider("eye_opening", "eyes", "Eye Opening/睁眼程度", "eyes/*-eye-height2:size", 0.28, 0.12),
    _slider("eye_inner_opening", "eyes", "Inner Opening/内眼裂", "eyes/*-eye-height1:size", 0.2),
    _slider("eye_outer_opening", "eyes", "Outer Opening/外眼裂", "eyes/*-eye-height3:size", 0.2),
    _slider("eye_inner_corner", "eyes", "Inner Corner/内眼角", "eyes/*-eye-corner1:up", 0.25),
    _slider("eye_outer_corner", "eyes", "Outer Corner/外眼角", "eyes/*-eye-corner2:up", 0.3, 0.05),
    _slider("epicanthus", "eyes", "Epicanthic Fold/内眦褶", "eyes/*-eye-epicanthus:out", 0.22),
    _slider("lid_fold", "eyes", "Lid Fold/双眼皮高度", "eyes/*-eye-eyefold:up", 0.3),
    _slider("lid_hood", "eyes", "Hooded Lids/眼睑下垂", "eyes/*-eye-eyefold:convex", 0.3),
    _slider("lid_angle", "eyes", "Lid Angle/眼睑角度", "eyes/*-eye-eyefold-angle:up", 0.25),
    _slider("eye_bags", "eyes", "Eye Bags/眼袋", "eyes/*-eye-bag:size", 0.25),
    _slider("eye_bag_height", "eyes", "Eye Bag Height/眼袋高度", "eyes/*-eye-bag-height:size", 0.2),

    _slider("nose_length", "nose", "Nose Length/鼻长", "nose/nose-scale-vert:size", 0.28),
    _slider("nose_width", "nose", "Nose Width/鼻宽", "nose/nose-scale-horiz:size", 0.22),
    _slider("nose_depth", "nose", "Nose Projection/鼻子突出", "nose/nose-scale-depth:size", 0.25),
    _slider("nose_bridge", "nose", "Nose Bridge/鼻梁", "nose/nose-greek:size", 0.28),
    _slider("nose_hump", "nose", "Nose Hump/驼峰鼻", "nose/nose-hump:size", 0.28),
    _slider("nose_curve", "nose", "Nose Curve/鼻梁弧度", "nose/nose-curve:convex", 0.3),
    _slider("nose_root_width", "nose", "Root Width/鼻根宽度", "nose/nose-width1:size", 0.28),
    _slider("nose_middle_width", "nose", "Middle Width/鼻中宽度", "nose/nose-width2:size", 0.28),
    _slider("nose_wing_width", "nose", "Wing Width/鼻翼宽度", "nose/nose-width3:size", 0.25),
    _slider("nose_tip_height", "nose", "Tip Height/鼻尖高度", "nose/nose-point:up", 0.32),
    _slider("nose_tip_width", "nose", "Tip Width/鼻尖宽度", "nose/nose-point-width:size", 0.32),
    _slider("nose_base", "nose", "Nose Base/鼻底", "nose/nose-base:up", 0.28),
    _slider("nose_height", "nose", "Nose Height/鼻子高度", "nose/nose-trans:up", 0.2),
    _slider("nose_volume", "nose", "Nose Volume/鼻子体积", "nose/nose-volume:size", 0.25),
    _slider("nostril_width", "nose", "Nostril Width/鼻孔宽度", "nose/nose-nostrils-width:size", 0.28),
    _slider("nostril_angle", "nose", "Nostril Angle/鼻孔角度", "nose/nose-nostrils-angle:up", 0.3),
    _slider("nostril_flare", "nose", "Nostril Flare/鼻翼外扩", "nose/nose-flaring:size", 0.25),
    _slider("septum", "nose", "Septum/鼻中隔", "nose/nose-septumangle:size", 0.25),

    _slider("mouth_width", "mouth", "Mouth Width/嘴宽", "mouth/mouth-scale-horiz:size", 0.25),
    _slider("mouth_height", "mouth", "Mouth Height/嘴的高度", "mouth/mouth-trans:up", 0.22),
    _slider("mouth_depth", "mouth", "Mouth Projection/嘴部突出", "mouth/mouth-trans:forward", 0.22),
    _slider("mouth_corners", "mouth", "Mouth Corners/嘴角", "mouth/mouth-angles:up", 0.28, 0.18),
    _slider("lip_fullness", "mouth", "Lip Fullness/嘴唇厚度", "mouth/mouth-upperlip-volume:size mouth/mouth-lowerlip-volume:size mouth/mouth-upperlip-height:size:0.4 mouth/mouth-lowerlip-height:size:0.4", 0.25),
    _slider("upper_lip", "mouth", "Upper Lip/上唇", "mouth/mouth-upperlip-height:size", 0.28),
    _slider("lower_lip", "mouth", "Lower Lip/下唇", "mouth/mouth-lowerlip-height:size", 0.28),
    _slider("upper_lip_width", "mouth", "Upper Lip Width/上唇宽度", "mouth/mouth-upperlip-width:size", 0.22),
    _slider("lower_lip_width", "mouth", "Lower Lip Width/下唇宽度", "mouth/mouth-lowerlip-width:size", 0.22),
    _slider("cupids_bow", "mouth", "Cupid's Bow/唇峰", "mouth/mouth-cupidsbow:size", 0.3),
    _slider("cupids_bow_width", "mouth", "Cupid's Bow Width/唇峰宽度", "mouth/mouth-cupidsbow-width:size", 0.28),
    _slider("philtrum", "mouth", "Philtrum/人中", "mouth/mouth-philtrum-volume:size", 0.3),
    _slider("laugh_lines", "mouth", "Laugh Lines/法令纹", "mouth/mouth-laugh-lines:-out", 0.22),
    _slider("dimples", "mouth", "Dimples/酒窝", "mouth/mouth-dimples:-out", 0.2),

    _slider("jaw_width", "chin", "Jaw Width/下颌宽度", "chin/chin-bones:size", 0.3),
    _slider("jaw_drop", "chin", "Jaw Angle/下颌角", "chin/chin-jaw-drop:size", 0.25),
    _slider("chin_length", "chin", "Chin Length/下巴长度", "chin/chin-height:size", 0.28),
    _slider("chin_width", "chin", "Chin Width/下巴宽度", "chin/chin-width:size", 0.3),
    _slider("chin_projection", "chin", "Chin Projection/下巴突出", "chin/chin-prominent:size", 0.28),
    _slider("chin_cleft", "chin", "Chin Cleft/下巴沟", "chin/chin-cleft:size", 0.2),
    _slider("underbite", "chin", "Jaw Projection/下颌突出", "chin/chin-prognathism:size", 0.2),
    _slider("chin_point", "chin", "Pointed Chin/尖下巴", "chin/chin-triangle:only", 0.2),

    _slider("cheekbones", "cheeks", "Cheekbones/颧骨", "cheek/*-cheek-bones:size", 0.3),
    _slider("cheek_fullness", "cheeks", "Cheek Fullness/脸颊丰满度", "cheek/*-cheek-volume:size", 0.28, 0.1),
    _slider("cheek_height", "cheeks", "Cheek Height/脸颊高度", "cheek/*-cheek-trans:up", 0.25),
    _slider("inner_cheeks", "cheeks", "Inner Cheeks/内侧脸颊", "cheek/*-cheek-inner:size", 0.25),

    _slider("ear_size", "ears", "Ear Size/耳朵大小", "ears/*-ear-scale:size", 0.2),
    _slider("ear_width", "ears", "Ear Width/耳宽", "ears/*-ear-scale-depth:size", 0.22),
    _slider("ear_length", "ears", "Ear Length/耳长", "ears/*-ear-scale-vert:size", 0.22),
    _slider("ear_wing", "ears", "Protruding Ears/招风耳", "ears/*-ear-wing:size", 0.25),
    _slider("ear_lobe", "ears", "Ear Lobes/耳垂", "ears/*-ear-lobe:size", 0.3),
    _slider("ear_flap", "ears", "Ear Flaps/耳屏", "ears/*-ear-flap:size", 0.2),
    _slider("ear_angle", "ears", "Ear Angle/耳朵角度", "ears/*-ear-rot:forward", 0.2),
    _slider("ear_height", "ears", "Ear Height/耳朵高度", "ears/*-ear-trans:up", 0.2),
    _slider("pointed_ears", "ears", "Pointed Ears/尖耳", "ears/*-ear-shape-pointed:only"),

    _slider("neck", "neck", "Neck Width/脖子粗细", "neck/neck-scale-horiz:size neck/neck-scale-depth:size", 0.2),
    _slider("neck_length", "neck", "Neck Length/脖子长度", "neck/neck-scale-vert:size", 0.18),
    _slider("nape", "neck", "Nape/后颈", "neck/neck-back-scale-depth:size", 0.2),
    _slider("double_chin", "neck", "Double Chin/双下巴", "neck/neck-double:size", 0.15),
)  # fmt: skip
# fmt: on

BY_NAME: dict[str, Slider] = {slider.name: slider for slider in SLIDERS}
BODY_GROUPS: tuple[Group, ...] = ("build", "limbs")
FACE_SLIDERS: tuple[str, ...] = tuple(slider.name for slider in SLIDERS if slider.group not in BODY_GROUPS)
SHAPE_SLIDERS: tuple[str, ...] = tuple(slider.name for slider in SLIDERS if slider.group in BODY_GROUPS)


def _both_sides(*targets: tuple[str, float]) -> tuple[tuple[str, float], ...]:
    return tuple((path, share) for stem, share in targets for path in _sides(stem))


def _lids(wide: float = 0.0, squint: float = 0.0) -> tuple[tuple[str, float], ...]:
    """Facial units that raise the upper lids, by 3.6 mm at 1, and the lower ones, by 3.2 mm."""
    shares = (("eyeWide", wide), ("eyeSquint", squint))
    return tuple((f"face/{unit}{side}", share) for unit, share in shares if share for side in ("Left", "Right"))


HEAVY: tuple[tuple[str, float], ...] = (
    ("stomach/stomach-tone-decr", 1.35),
    ("torso/measure-waist-circ-incr", 2.1),
    ("torso/measure-bust-circ-incr", 1.3),
    ("torso/measure-hips-circ-incr", 0.6),
    ("torso/torso-scale-depth-incr", 1.5),
    ("torso/torso-scale-horiz-incr", 0.6),
    ("hip/hip-scale-depth-incr", 1.2),
    ("buttocks/buttocks-volume-incr", 0.8),
    ("head/head-fat-incr", 1.0),
    ("neck/neck-double-incr", 1.0),
    ("neck/measure-neck-circ-incr", 1.2),
    *((f"arms/{side}-upperarm-fat-incr", 1.8) for side in "lr"),
    *((f"arms/{side}-lowerarm-fat-incr", 1.4) for side in "lr"),
    *((f"legs/{side}-upperleg-fat-incr", 1.1) for side in "lr"),
    *((f"legs/{side}-lowerleg-fat-incr", 1.2) for side in "lr"),
    *((f"cheek/{side}-cheek-volume-incr", 0.5) for side in "lr"),
    ("mouth/mouth-scale-horiz-incr", 0.45),
    *((f"hands/{side}-hand-fingers-diameter-incr", 0.6) for side in "lr"),
)
"""Targets of the heaviest people and their shares at weight = 1: MakeHuman's own weight only broadens."""

MUSCULAR: tuple[tuple[str, float], ...] = (
    ("torso/torso-muscle-dorsi-incr", 0.5),
    ("torso/torso-muscle-pectoral-incr", 0.4),
    *((f"arms/{side}-upperarm-muscle-incr", 1.0) for side in "lr"),
    *((f"arms/{side}-lowerarm-muscle-incr", 0.8) for side in "lr"),
    *((f"arms/{side}-upperarm-shoulder-muscle-incr", 0.7) for side in "lr"),
    *((f"legs/{side}-upperleg-muscle-incr", 0.7) for side in "lr"),
    *((f"legs/{side}-lowerleg-muscle-incr", 0.7) for side in "lr"),
)
"""Targets of the most muscular adults and their shares at muscle = 1."""

# What MakeHuman's macros leave out of a face by age and presentation; ``*`` stands for both sides.
CHILDLIKE: tuple[tuple[str, float], ...] = _both_sides(
    ("eyes/*-eye-scale-incr", 0.55),
    ("eyes/*-eye-height2-decr", 0.9),
    ("cheek/*-cheek-volume-incr", 0.32),
    ("cheek/*-cheek-inner-incr", 0.2),
    ("chin/chin-height-decr", 0.15),
    ("chin/chin-bones-decr", 0.35),
    ("chin/chin-width-decr", 0.2),
    ("nose/nose-scale-vert-decr", 0.35),
    ("nose/nose-scale-horiz-decr", 0.38),
    ("nose/nose-scale-depth-decr", 0.25),
    ("nose/nose-hump-decr", 0.3),
    ("nose/nose-point-up", 0.28),
    ("nose/nose-volume-decr", 0.15),
    ("mouth/mouth-scale-horiz-incr", 0.5),
    ("mouth/mouth-upperlip-height-decr", 0.3),
    ("mouth/mouth-lowerlip-height-decr", 0.5),
    ("mouth/mouth-upperlip-volume-decr", 0.2),
    ("mouth/mouth-lowerlip-volume-decr", 0.25),
    ("mouth/mouth-trans-backward", 0.15),
    ("forehead/forehead-trans-forward", 0.25),
    ("eyebrows/eyebrows-trans-up", 0.25),
    ("eyebrows/eyebrows-trans-backward", 0.35),
)
"""Of a child: a small round nose, full cheeks, thin lips, no brow ridge, eyes that are nearly as large as an adult's
and show no white above the iris."""

CHILDLIKE_AFRICAN: tuple[tuple[str, float], ...] = (
    ("mouth/mouth-upperlip-height-decr", 0.2),
    ("mouth/mouth-lowerlip-height-decr", 0.4),
    ("mouth/mouth-upperlip-volume-decr", 0.2),
    ("mouth/mouth-lowerlip-volume-decr", 0.35),
)
"""Of a child with African ancestors besides: MakeHuman gives them an adult's lips, which go on growing up to 18."""

FEMININE: tuple[tuple[str, float], ...] = _both_sides(
    ("eyes/*-eye-scale-incr", 0.2),
    ("eyes/*-eye-height2-incr", 0.12),
    ("eyes/*-eye-corner2-up", 0.2),
    ("eyebrows/eyebrows-trans-up", 0.45),
    ("eyebrows/eyebrows-trans-backward", 0.45),
    ("eyebrows/eyebrows-angle-up", 0.1),
    ("forehead/forehead-trans-forward", 0.15),
    ("chin/chin-bones-decr", 0.5),
    ("chin/chin-width-decr", 0.4),
    ("chin/chin-height-decr", 0.05),
    ("chin/chin-jaw-drop-decr", 0.25),
    ("chin/chin-prominent-decr", 0.1),
    ("cheek/*-cheek-bones-incr", 0.25),
    ("cheek/*-cheek-volume-incr", 0.05),
    ("head/head-invertedtriangular", 0.25),
    ("nose/nose-scale-horiz-decr", 0.2),
    ("nose/nose-scale-vert-decr", 0.12),
    ("nose/nose-hump-decr", 0.3),
    ("nose/nose-point-up", 0.2),
    ("nose/nose-point-width-decr", 0.2),
    ("nose/nose-volume-decr", 0.12),
    ("nose/nose-width3-decr", 0.12),
    ("mouth/mouth-upperlip-volume-incr", 0.25),
    ("mouth/mouth-lowerlip-volume-incr", 0.35),
    ("mouth/mouth-upperlip-height-incr", 0.2),
    ("mouth/mouth-lowerlip-height-incr", 0.25),
    ("mouth/mouth-cupidsbow-incr", 0.2),
    ("mouth/mouth-scale-horiz-incr", 0.2),
    ("neck/neck-scale-horiz-decr", 0.2),
    ("neck/neck-scale-depth-decr", 0.15),
)
"""Of a feminine face: high brows over a smooth forehead, a narrow jaw, a small chin and nose, full lips."""

MASCULINE: tuple[tuple[str, float], ...] = (
    *_both_sides(
        ("eyebrows/eyebrows-trans-down", 0.1),
        ("eyebrows/eyebrows-trans-forward", 0.2),
        ("eyes/*-eye-scale-incr", 0.25),
        ("chin/chin-bones-incr", 0.25),
        ("chin/chin-width-incr", 0.15),
        ("chin/chin-height-incr", 0.35),
        ("chin/chin-prominent-incr", 0.15),
        ("cheek/*-cheek-volume-decr", 0.35),
        ("cheek/*-cheek-inner-decr", 0.2),
        ("head/head-fat-decr", 0.25),
        ("nose/nose-scale-depth-incr", 0.1),
    ),
    *_lids(wide=0.4, squint=0.2),
)
"""Of a masculine face: a brow ridge, a long, heavy jaw, lean cheeks. MakeHuman's men look from slits: their upper lids
cover 3 mm of the iris, which people's do by 1 to 2."""

AGED_MASCULINE: tuple[tuple[str, float], ...] = _lids(wide=0.16, squint=0.12)
"""Of an old masculine face besides: MakeHuman's lids fall by 1.5 mm from 30 to 75 years, those of people by half."""

RELAXED: tuple[tuple[str, float], ...] = (("mouth/mouth-angles-up", 0.22), *_lids(squint=0.12))
"""Of everybody: MakeHuman's mouths are sculpted with their corners down, and white shows below their irises."""

_ASYMMETRIES = {
    "brown": 2, "cheek": 2, "ear": 4, "eye": 8, "jaw": 3, "mouth": 2, "nose": 4, "temple": 2, "top": 2,
}  # fmt: skip
ASYMMETRY: tuple[tuple[str, str], ...] = (
    *((f"asym/asym-{part}-{n}-l", f"asym/asym-{part}-{n}-r") for part, count in _ASYMMETRIES.items()
      for n in range(1, count + 1)),
    ("asym/asymm-trunk-1-l", "asym/asymm-trunk-1-r"),
)  # fmt: skip
"""Pairs of targets that move one side, or the other."""


def local_targets() -> list[str]:
    """Every target that a slider, a build, a kind of face or asymmetry uses, but for facial units, sorted."""
    names = {name for slider in SLIDERS for name, _ in (*slider.low, *slider.high)}
    tables = (HEAVY, MUSCULAR, CHILDLIKE, CHILDLIKE_AFRICAN, FEMININE, MASCULINE, RELAXED)
    names |= {name for table in tables for name, _ in table if not name.startswith("face/")}
    return sorted(names | {name for pair in ASYMMETRY for name in pair})
