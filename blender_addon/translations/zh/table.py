"""The interface in simplified Chinese, by its English: one table from those of its areas."""

from __future__ import annotations

from ml_core.vocabulary.avatar.designs import DESIGNS
from ml_core.vocabulary.avatar.extra_bones import EXTRA_BONES
from ml_core.vocabulary.avatar.hair.beards import BEARDS
from ml_core.vocabulary.avatar.hair.hair_styles import HAIR_STYLES
from ml_core.vocabulary.avatar.hair.hair_zones import HAIR_ZONES
from ml_core.vocabulary.avatar.outfits import OUTFIT_KINDS
from ml_core.vocabulary.choices import translations
from ml_core.vocabulary.targets import TARGETS
from ml_core.vocabulary.texture_sizes import OFFERED_SIZES

from .avatar.body import BODY
from .avatar.layers import LAYERS
from .avatar.motion import MOTION
from .avatar.photo import PHOTO
from .avatar.section import AVATAR
from .export.findings import FINDINGS
from .export.provenance import PROVENANCE
from .export.section import EXPORT
from .export.staying import STAYING
from .home import HOME
from .scene.commands import COMMANDS
from .scene.labels import LABELS
from .scene.libraries import LIBRARIES
from .scene.lighting import LIGHTING
from .scene.places import PLACES
from .scene.section import SCENE
from .training import TRAINING
from .window import WINDOW

_OTHER: dict[str, str] = {
    "Active Collection": "活动集合",
    "Taught labels": "教会的标签",
    "Own files": "自己的文件",
    "ONNX Runtime {version} on {device}": "ONNX Runtime {version},设备 {device}",
    "{ms} ms a texture of 256 pixels": "每张 256 像素贴图 {ms} 毫秒",
    "{number} objects a second": "每秒 {number} 个物体",
    "English and Chinese": "英文和中文",
    "{number} labels of your own": "自己的标签 {number} 个",
    "Kept in {folder}": "保存在 {folder}",
    "Repair": "修复",
    "Go back to the networks that came along, or move a damaged file of taught labels aside, and check again": "换回随附的网络,或移走损坏的标签文件,然后再次检查",
    "Everything works.": "一切正常。",
    "Avatar textures": "虚拟形象贴图",
    "Object recognition": "物体识别",
    "Words": "词语",
    "Atelier Job": "Atelier 任务",
    "By Kind": "按类别",
    "Cancel": "取消",
    "Cancelled; the scene is as it was before.": "已取消;场景保持原样。",
    "Check Installation": "检查安装",
    "Check Scene": "检查场景",
    "Checking the scene": "正在检查场景",
    "Choose the build yourself. When this is off, the seed draws it": "自己选择体型。关闭时由随机种决定",
    "Choose the color of the bottom yourself. When this is off, the seed draws it": "自己选择下装颜色。关闭时由随机种决定",
    "Choose the color of the eyes yourself. When this is off, the seed draws it": "自己选择眼睛颜色。关闭时由随机种决定",
    "Choose the color of the hair yourself. When this is off, the seed draws it": "自己选择头发颜色。关闭时由随机种决定",
    "Choose the color of the skin yourself. When this is off, the seed draws it": "自己选择肤色。关闭时由随机种决定",
    "Choose the color of the top yourself. When this is off, the seed draws it": "自己选择上装颜色。关闭时由随机种决定",
    "Choose the height yourself. When this is off, the seed draws it": "自己选择身高。关闭时由随机种决定",
    "Choose the kind of clothes yourself. When this is off, the seed draws it": "自己选择服装种类。关闭时由随机种决定",
    "Choose the presentation yourself. When this is off, the seed draws it": "自己选择性别气质。关闭时由随机种决定",
    "Commands": "命令",
    "Copy Details": "复制详情",
    "Copy what went wrong to the clipboard, with everything that the developers need to find the fault": "把出错信息复制到剪贴板,包含开发者查找问题所需的全部内容",
    "Do what the sentence says, such as: hide every chair and export the rest to Unreal": "执行句子的内容,例如:隐藏所有椅子,把其余的导出到虚幻",
    "Draws everything that you do not choose. The same seed always gives the same person": "决定所有您没有选择的内容。同一个随机种总是得到同一个人",
    "Edited Avatar": "正在编辑的虚拟形象",
    "Esc cancels": "按 Esc 取消",
    "{number} of {count} targets were not exported:": "{count} 个目标中有 {number} 个没有导出：",
    "Folder": "文件夹",
    "For All My Files": "用于我的所有文件",
    "Give each kind its own viewport color, shown when the viewport colors objects by Object": "给每一种类一个视图颜色,当视图按“物体”着色时显示",
    "In the collection of each kind one for each label, such as Chair": "在每个类别的集合中,每个标签一个集合,例如“椅子”",
    "Look at every mesh object of the scene, hidden ones too": "查看场景中的所有网格物体,包括隐藏的",
    "Look at every object of the active collection, hidden ones too": "查看活动集合中的所有物体,包括隐藏的",
    "Look at every object that the viewport shows": "查看视图中显示的所有物体",
    "Look at the selected objects only": "只查看选中的物体",
    "Look for what would go wrong in the chosen engines, and say how to put it right; changes nothing": "查找在所选引擎中会出错的地方,并说明如何改正;不做任何改动",
    "No Atelier job is running.": "没有正在运行的 Atelier 任务。",
    "Nothing has been exported to this folder yet.": "还没有导出到这个文件夹。",
    "One collection for all furniture, one for all tools, and so on": "所有家具一个集合,所有工具一个集合,依此类推",
    "One sentence in English or Chinese": "一句英文或中文",
    "One sentence in English or Chinese, such as: hide every chair and export the rest to Unreal": "一句英文或中文,例如:隐藏所有椅子,把其余的导出到虚幻",
    "Open Folder": "打开文件夹",
    "Open the export folder in the file manager": "在文件管理器中打开导出文件夹",
    "Choose the hair style yourself. When this is off, the seed draws it": "自己选择发型。关闭时由随机种抽取",
    "Remember in a file beside the saved blend file, to pass on together with it": "记在已保存的 blend 文件旁边的文件中,可一起转交",
    "Remember in your own library, which serves every file on this machine": "记在你自己的库中,供本机所有文件使用",
    "Run Command": "执行命令",
    "Save the file first, or choose a folder.": "请先保存文件,或选择一个文件夹。",
    "Stop the running job and leave the scene as it was before": "停止正在运行的任务,场景保持原样",
    "The avatar that follows the trait sliders": "跟随特征滑块的虚拟形象",
    "The details are on the clipboard.": "详情已复制到剪贴板。",
    "The engines to export for": "要导出到的引擎",
    "The engines to export for; hold Shift to choose several": "要导出到的引擎;按住 Shift 可选择多个",
    "The last job met no fault.": "上一个任务没有出错。",
    "There is no scene.": "没有场景。",
    "Try every model once, and say what works, on which device and how fast": "把每个模型试用一次,并说明是否可用、在哪个设备上、速度如何",
    "Visible": "可见",
    "Where the export goes": "导出到哪里",
    "Keep Files in the Way": "保留挡路的文件",
    "Keep your files that would be overwritten, as .bak, instead of stopping": "与要写入的文件同名的您的文件保留为 .bak，而不是停止",
    "Where the export goes. A path that begins with // is relative to the blend file": "导出到哪里。以 // 开头的路径相对于 blend 文件",
    "Where your corrections are remembered": "你的改正记在哪里",
    "Who the avatar is, in plain English or Chinese, such as: a tall woman in a navy suit, dark skin": "用简单的英文或中文描述虚拟形象,例如:一位穿藏青色西装的高个女人,深色皮肤",
    "Whole Scene": "整个场景",
    "With This File": "随此文件",
    "Write a folder that the chosen engines take as it is: models, textures and a manifest": "写出所选引擎可直接使用的文件夹:模型、贴图和清单",
    "about {seconds} s left": "大约还剩 {seconds} 秒",
    "findings": "检查结果",
    "{seconds} s left": "还剩 {seconds} 秒",
}
SECTIONS = (
    LABELS,  # first: where its words mean something else, they have a context of their own
    BODY,
    AVATAR,
    COMMANDS,
    EXPORT,
    FINDINGS,
    HOME,
    LAYERS,
    LIBRARIES,
    LIGHTING,
    MOTION,
    PHOTO,
    PLACES,
    PROVENANCE,
    SCENE,
    STAYING,
    TRAINING,
    WINDOW,
    translations(TARGETS, DESIGNS, EXTRA_BONES, HAIR_STYLES, HAIR_ZONES, BEARDS, OUTFIT_KINDS, OFFERED_SIZES),
    _OTHER,
)
CHINESE: dict[str, str] = {english: chinese for section in SECTIONS for english, chinese in section.items()}
