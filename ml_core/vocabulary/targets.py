"""The targets of an export: what each is called, in which format it takes models, and how much it can hold.

How a target's files are written is defined in the exporter's profile of the target, which begins with its entry here.
The checks of finished exports use these entries as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from .choices import Choice, by_id

Format = Literal["fbx", "glb", "vrm", "usdc"]
"""The format of a target's models, which is also their suffix."""
FbxAxes = Literal["", "zero", "centimeters"]


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much a target can hold: triangles of one object and of the whole scene, bones of one skeleton, materials of
    one object (0 is no limit), and the largest texture resolution in texels (square).
    """

    object_triangles: int = 200_000
    scene_triangles: int = 3_000_000
    bones: int = 0
    materials: int = 16
    texture: int = 4096


@dataclass(frozen=True, kw_only=True)
class Target(Choice):
    """One target.

    Args:
        words_en: what people call it in an English sentence, in lower case. words_zh: the same in Chinese, beside the
            English words.
        format: of its models.
        limits: how much it can hold; the default is a current desktop game.
        takes_statics: whether it takes objects that are not avatars.
        takes_clips: whether it takes animation.
        one_scene: whether all static objects lie in one file, as they stand in the scene, with cameras and lights.
        t_pose: whether humanoids are written in T-pose.
        directx_normals: whether green points down in its normal maps.
        lightmaps: whether the engine bakes light into a second UV map.
        fbx_axes: of FBX files: ``zero`` leaves no rotation and no scale on root nodes, ``centimeters`` is Blender's
            plain export for static meshes and data in centimeters for skeletons.
        lod_group: whether levels of detail lie below a node of their own; else they are siblings.
        collider_prefixes: names of collision nodes begin with these, by shape; empty where models have none.
        page_of: the target whose models it lays a page beside; a sentence that names their format means these alone.
        collider_suffix: the end of their names in a scene; empty where scenes have none.
    """

    words_en: tuple[str, ...]
    words_zh: tuple[str, ...] = ()
    format: Format
    limits: Limits = Limits()
    takes_statics: bool = True
    takes_clips: bool = True
    one_scene: bool = False
    t_pose: bool = False
    directx_normals: bool = False
    lightmaps: bool = False
    fbx_axes: FbxAxes = ""
    lod_group: bool = False
    collider_prefixes: Mapping[str, str] = field(default_factory=dict)
    collider_suffix: str = ""
    page_of: str = ""


TARGETS = by_id(
    Target(
        id="unity",
        title="Unity",
        title_zh="Unity",
        description="FBX files and textures packed for Unity",
        description_zh="FBX 文件,以及按 Unity 打包的贴图",
        words_en=("unity", "unity3d", "unity 3d"),
        format="fbx",
        t_pose=True,
        lightmaps=True,
        fbx_axes="zero",
        collider_prefixes={shape: f"COL_{shape.upper()}_" for shape in ("box", "sphere", "capsule", "convex")},
    ),
    Target(
        id="unreal",
        title="Unreal Engine",
        title_zh="虚幻引擎",
        description="FBX files in centimeters and textures packed for Unreal",
        description_zh="以厘米为单位的 FBX 文件,以及按虚幻引擎打包的贴图",
        words_en=("unreal", "unreal engine", "unreal engine 5", "unreal 5", "ue", "ue5", "ue 5"),
        words_zh=("虚幻引擎", "虚幻", "虚幻引擎5", "虚幻5"),
        format="fbx",
        limits=Limits(object_triangles=1_000_000, scene_triangles=10_000_000),
        directx_normals=True,
        lightmaps=True,
        fbx_axes="centimeters",
        lod_group=True,
        collider_prefixes={"box": "UBX_", "sphere": "USP_", "capsule": "UCP_", "convex": "UCX_"},
    ),
    Target(
        id="godot",
        title="Godot",
        title_zh="Godot",
        description="GLB files at full texture size, which Godot 4 imports by itself",
        description_zh="全尺寸纹理的 GLB 文件，Godot 4 可自行导入",
        words_en=("godot", "godot 4", "godot4"),
        words_zh=("戈多",),
        format="glb",
        one_scene=True,
        lightmaps=True,
        collider_suffix="-convcolonly",
    ),
    Target(
        id="web",
        title="Web",
        title_zh="网络",
        description="One compact GLB file for browsers and for every engine that reads glTF",
        description_zh="一个紧凑的 GLB 文件,适合浏览器和所有读取 glTF 的引擎",
        words_en=(*("web", "gltf", "glb", "browser", "web browser", "three.js", "threejs", "website"),),
        words_zh=("浏览器", "网站", "网络"),
        format="glb",
        # What a phone draws at 30 frames a second.
        limits=Limits(object_triangles=100_000, scene_triangles=500_000, bones=256, materials=8, texture=2048),
        one_scene=True,
    ),
    Target(
        id="webpage",
        title="Web Page",
        title_zh="网页",
        description="A page for any browser and for VR, with the names of things, a quiz and avatars that speak",
        description_zh="适用于任何浏览器与 VR 的网页,含物体名称、测验和会说话的虚拟形象",
        words_en=("web page", "webpage", "html", "html page"),
        words_zh=("网页", "页面"),
        format="glb",
        # As for the web: a phone opens it.
        limits=Limits(object_triangles=100_000, scene_triangles=500_000, bones=256, materials=8, texture=2048),
        one_scene=True,
        page_of="web",
    ),
    Target(
        id="vrm",
        title="VRM",
        title_zh="VRM",
        description="Avatars alone, each as a VRM 1.0 file with expressions, gaze and permissions",
        description_zh="仅导出虚拟形象，每个为一个带表情、视线与使用许可的 VRM 1.0 文件",
        words_en=("vrm", "vrchat", "vrm 1.0"),
        format="vrm",
        # VRChat's performance rank "Medium" on PC.
        limits=Limits(object_triangles=70_000, scene_triangles=70_000, bones=256, texture=2048),
        takes_statics=False,
        takes_clips=False,
        t_pose=True,
    ),
    Target(
        id="rpm",
        title="Ready Player Me",
        title_zh="Ready Player Me",
        description="Avatars alone, each as a GLB file with Mixamo's bone names, for what read Ready Player Me's",
        description_zh="仅导出虚拟形象，每个为一个采用 Mixamo 骨骼名称的 GLB 文件，用于替代 Ready Player Me",
        words_en=("rpm", "ready player me", "readyplayerme"),
        format="glb",
        # What its full-body avatars were delivered with, and a browser's share of materials.
        limits=Limits(object_triangles=50_000, scene_triangles=500_000, bones=128, texture=2048),
        takes_statics=False,
        takes_clips=False,
        t_pose=True,
    ),
    Target(
        id="usd",
        title="OpenUSD",
        title_zh="OpenUSD",
        description="USD files and textures for Omniverse, Houdini, Maya and other programs that read OpenUSD",
        description_zh="供 Omniverse、Houdini、Maya 等读取 OpenUSD 的软件使用的 USD 文件与纹理",
        words_en=("usd", "openusd", "open usd", "usdc", "omniverse"),
        format="usdc",
        limits=Limits(object_triangles=0, scene_triangles=0, materials=0),
        takes_clips=False,
        one_scene=True,
    ),
)
"""The targets by their ids, in the order of the menu."""

DEFAULT_TARGET = "unity"
