"""The schema of each block of VRM 1.0: VRMC_vrm, VRMC_springBone, VRMC_node_constraint, VRMC_materials_mtoon."""

from __future__ import annotations

from .walking import Choice, Code, Flag, Index, Items, Named, Number, Numbers, Table, Text

PRESETS = (
    "happy", "angry", "sad", "relaxed", "surprised", "aa", "ih", "ou", "ee", "oh", "blink", "blinkLeft", "blinkRight",
    "lookUp", "lookDown", "lookLeft", "lookRight", "neutral",
)  # fmt: skip

_FINGERS = (
    *(f"Thumb{item}" for item in ("Metacarpal", "Proximal", "Distal")),
    *(
        f"{name}{item}"
        for name in ("Index", "Middle", "Ring", "Little")
        for item in ("Proximal", "Intermediate", "Distal")
    ),
)
_SIDED = ("Eye", "Shoulder", "UpperArm", "LowerArm", "Hand", "UpperLeg", "LowerLeg", "Foot", "Toes", *_FINGERS)
JOINTS = (
    *("hips", "spine", "chest", "upperChest", "neck", "head", "jaw"),
    *(f"{side}{name}" for side in ("left", "right") for name in _SIDED),
)

PERMISSIONS = {
    "avatarPermission": ("onlyAuthor", "onlySeparatelyLicensedPerson", "everyone"),
    "commercialUsage": ("personalNonProfit", "personalProfit", "corporation"),
    "creditNotation": ("required", "unnecessary"),
    "modification": ("prohibited", "allowModification", "allowModificationRedistribution"),
}
"""Choices of the meta block, the strictest first, which is the default."""

ALLOWANCES = (
    "allowExcessivelyViolentUsage", "allowExcessivelySexualUsage", "allowPoliticalOrReligiousUsage",
    "allowAntisocialOrHateUsage", "allowRedistribution",
)  # fmt: skip

META = Table(
    {
        "name": Text(),
        "version": Text(),
        "authors": Items(Text(), 64),
        "copyrightInformation": Text(),
        "contactInformation": Text(),
        "references": Items(Text(), 256),
        "thirdPartyLicenses": Text(2**16),
        "thumbnailImage": Index("image"),
        "licenseUrl": Text(),
        "otherLicenseUrl": Text(),
        **{key: Choice(words) for key, words in PERMISSIONS.items()},
        **{key: Flag() for key in ALLOWANCES},
    }
)

HUMAN_BONES = Table({joint: Table({"node": Index("bone")}, ("node",)) for joint in JOINTS})

_OVERRIDE = Choice(("none", "block", "blend"))
EXPRESSION = Table(
    {
        "isBinary": Flag(),
        "morphTargetBinds": Items(
            Table(
                {"node": Index("mesh node"), "index": Index("morph target"), "weight": Number(0, 1)},
                ("node", "index", "weight"),
            )
        ),
        "materialColorBinds": Items(
            Table(
                {
                    "material": Index("material"),
                    "type": Choice(("color", "emissionColor", "shadeColor", "matcapColor", "rimColor", "outlineColor")),
                    "targetValue": Numbers(4),
                },
                ("material", "type", "targetValue"),
            )
        ),
        "textureTransformBinds": Items(
            Table({"material": Index("material"), "scale": Numbers(2), "offset": Numbers(2)}, ("material",))
        ),
        "overrideBlink": _OVERRIDE,
        "overrideLookAt": _OVERRIDE,
        "overrideMouth": _OVERRIDE,
    }
)
EXPRESSIONS = Table({"preset": Table(dict.fromkeys(PRESETS, EXPRESSION)), "custom": Named(EXPRESSION)})

_RANGE = Table({"inputMaxValue": Number(0, 180), "outputScale": Number()})
RANGES = ("rangeMapHorizontalInner", "rangeMapHorizontalOuter", "rangeMapVerticalDown", "rangeMapVerticalUp")
LOOK_AT = Table(
    {
        "offsetFromHeadBone": Numbers(3),
        "type": Choice(("bone", "expression")),
        **dict.fromkeys(RANGES, _RANGE),
    }
)

ANNOTATIONS = Items(
    Table(
        {
            "node": Index("mesh node"),
            "type": Choice(("auto", "both", "thirdPersonOnly", "firstPersonOnly")),
        },
        ("node", "type"),
    )
)

_SPHERE = {"offset": Numbers(3), "radius": Number(0)}
_CAPSULE = {**_SPHERE, "tail": Numbers(3)}
_WIDER = Table(
    {
        "sphere": Table({**_SPHERE, "inside": Flag()}),
        "capsule": Table({**_CAPSULE, "inside": Flag()}),
        "plane": Table({"offset": Numbers(3), "normal": Numbers(3)}),
    }
)
EXTENDED_COLLIDER = "VRMC_springBone_extended_collider"
COLLIDERS = Items(
    Table(
        {
            "node": Index("bone"),
            "shape": Table({"sphere": Table(_SPHERE), "capsule": Table(_CAPSULE)}),
            "extensions": Table({EXTENDED_COLLIDER: Table({"specVersion": Text(), "shape": _WIDER}, ("shape",))}),
        },
        ("node", "shape"),
    )
)
COLLIDER_GROUPS = Items(Table({"name": Text(256), "colliders": Items(Index("collider"))}, ("colliders",)))
SPRINGS = Items(
    Table(
        {
            "name": Text(256),
            "joints": Items(
                Table(
                    {
                        "node": Index("bone"),
                        "tail": Numbers(3),  # ours: a virtual end, this far from the bone before it
                        "hitRadius": Number(0),
                        "stiffness": Number(0),
                        "gravityPower": Number(),
                        "gravityDir": Numbers(3),
                        "dragForce": Number(0, 1),
                    },
                    ("node",),
                )
            ),
            "colliderGroups": Items(Index("collider group")),
            "center": Index("bone"),
        },
        ("joints",),
    )
)

_SOURCE = {"source": Index("bone"), "weight": Number(0, 1)}
AXES = ("PositiveX", "NegativeX", "PositiveY", "NegativeY", "PositiveZ", "NegativeZ")
CONSTRAINTS = Items(
    Table(
        {
            "node": Index("bone"),
            "constraint": Table(
                {
                    "roll": Table({**_SOURCE, "rollAxis": Choice(("X", "Y", "Z"))}, ("source", "rollAxis")),
                    "aim": Table({**_SOURCE, "aimAxis": Choice(AXES)}, ("source", "aimAxis")),
                    "rotation": Table(_SOURCE, ("source",)),
                }
            ),
        },
        ("node", "constraint"),
    )
)

_FACTOR = Number(0, 1)
_COLOR = Numbers(3, 0)
_TRANSFORM = Table({"offset": Numbers(2), "rotation": Number(), "scale": Numbers(2), "texCoord": Number(0, 7, True)})
REPEAT = 10497
_WRAP = Code((33071, 33648, REPEAT))
SAMPLER = Table(
    {
        "magFilter": Code((9728, 9729)),
        "minFilter": Code((9728, 9729, 9984, 9985, 9986, 9987)),
        "wrapS": _WRAP,
        "wrapT": _WRAP,
    }
)
"""A sampler of glTF, in the numbers of OpenGL."""
TEXTURE = Table(
    {
        "sampler": SAMPLER,  # ours: of the texture that ``index`` means
        "index": Index("texture"),
        "texCoord": Number(0, 7, True),
        "scale": Number(),
        "extensions": Table({"KHR_texture_transform": _TRANSFORM}),
    },
    ("index",),
)
MTOON_TEXTURES = (
    "shadeMultiplyTexture", "shadingShiftTexture", "matcapTexture", "rimMultiplyTexture",
    "outlineWidthMultiplyTexture", "uvAnimationMaskTexture",
)  # fmt: skip
MTOON = Table(
    {
        "transparentWithZWrite": Flag(),
        "renderQueueOffsetNumber": Number(-9, 9, True),
        "shadeColorFactor": _COLOR,
        "shadingShiftFactor": Number(-1, 1),
        "shadingToonyFactor": _FACTOR,
        "giEqualizationFactor": _FACTOR,
        "matcapFactor": _COLOR,
        "parametricRimColorFactor": _COLOR,
        "rimLightingMixFactor": _FACTOR,
        "parametricRimFresnelPowerFactor": Number(0),
        "parametricRimLiftFactor": Number(),
        "outlineWidthMode": Choice(("none", "worldCoordinates", "screenCoordinates")),
        "outlineWidthFactor": Number(0),
        "outlineColorFactor": _COLOR,
        "outlineLightingMixFactor": _FACTOR,
        "uvAnimationScrollXSpeedFactor": Number(),
        "uvAnimationScrollYSpeedFactor": Number(),
        "uvAnimationRotationSpeedFactor": Number(),
        **dict.fromkeys(MTOON_TEXTURES, TEXTURE),
    }
)

BLOCKS = Table(
    {
        "meta": META,
        "humanBones": HUMAN_BONES,
        "expressions": EXPRESSIONS,
        "lookAt": LOOK_AT,
        "meshAnnotations": ANNOTATIONS,
        "colliders": COLLIDERS,
        "colliderGroups": COLLIDER_GROUPS,
        "springs": SPRINGS,
        "constraints": CONSTRAINTS,
    }
)
"""An avatar without its materials, as we keep it: the blocks of several extensions in one table."""
