"""中文命令词表。 Chinese words of commands, each with its role in the grammar of :mod:`ml_core.inference.language`.

Words are simplified; :data:`TRADITIONAL` turns a traditional sentence into these. The longest word at a place counts.
"""

from __future__ import annotations

from ml_core.vocabulary import targets

ACTIONS = {
    "select": ("选择", "选中", "选取", "选"),
    "hide": ("隐藏", "隐藏起来", "藏起来", "隐藏掉"),
    "show": ("显示", "显示出来", "取消隐藏", "解除隐藏"),
    "delete": ("删除", "移除", "删掉", "删去", "删了", "去掉", "清除", "删"),
    "keep": ("保留", "留下", "留着", "保留下来"),
    "label": ("识别", "标注", "标记"),
    "apply_labels": ("应用标签", "整理", "归类"),
    "rename": ("重命名", "改名"),
    "sort": ("分类", "排序"),
    "export": ("导出", "输出", "汇出"),
    "generate": ("生成", "创建", "添加", "制作", "新建"),
}

CLASSIFIERS = "个把张件只盏本台辆棵扇条艘块幅座瓶口"
"""Measure words: each of them may follow 每 and 每一."""

ROLES = {
    "not": (
        "不要", "别", "勿", "请勿", "不", "不许", "不得", "不可以", "不能", "不用", "不必", "无需", "千万别",
        "千万不要",
        "绝不", "永远不要", "切勿", "禁止", "没有", "没", "并不", "不准",
    ),
    "all": ("所有", "所有的", "全部", "全部的", "一切", "全都", "都", "全", "整个"),
    "every": ("每", *(f"每{noun}" for noun in CLASSIFIERS), *(f"每一{noun}" for noun in CLASSIFIERS)),
    "any": ("任何", "任何的"),
    "only": ("只", "仅", "仅仅", "只有"),
    "things": ("物体", "东西", "对象", "物品", "模型"),
    "scene": ("场景", "整个场景"),
    "selection": ("所选", "选中项", "所选物体", "选区"),
    "selected": ("选中的", "所选的", "已选", "已选的", "已选中的", "被选中的", "选择的"),
    "visible": ("可见", "可见的"),
    "hidden": ("隐藏的", "已隐藏的", "被隐藏的"),
    "rest": (
        "其余", "其余的", "其他", "其他的", "其它", "其它的", "剩下", "剩下的", "剩余", "剩余的", "别的", "余下的",
    ),
    "them": ("它们", "它", "他们"),
    "and": ("和", "与", "及", "以及", "跟", "、", "并", "并且", "还有", "同时"),
    "or": ("或", "或者"),
    "then": ("然后", "再", "接着", "之后", "最后", "随后", "接下来"),
    "first": ("首先", "先"),
    "but": ("但", "但是", "不过"),
    "except": ("除了", "除", "除去", "不包括", "不含"),
    "outside": ("以外的", "之外的", "外的", "以外", "之外", "外"),
    "to": ("到", "至", "为", "给", "成", "进", "去"),
    "format": ("引擎", "格式", "文件", "平台"),
    "tail": ("按标签", "按类别", "按种类", "根据标签"),
    "object_mark": ("把", "将"),
    "polite": (
        "请", "请问", "请帮我", "帮我", "麻烦", "麻烦你", "谢谢", "谢谢你", "一下", "吧", "好吗", "给我", "请你", "了",
        "你好", "现在",
        "我想", "我要", "我想要",
    ),
    "request": ("能不能", "能否", "可以", "可否", "能", "你能", "你可以", "你能不能"),
    "question": ("吗", "呢", "么"),
    "here": ("场景中的", "场景里的", "场景中", "场景里"),
    "place": (
        "上的", "上面的", "下的", "下面的", "里的", "里面的", "旁边的", "旁的", "前面的", "后面的", "中的", "附近的",
    ),
}  # fmt: skip

TARGETS = {target.id: target.words_zh for target in targets.TARGETS.values()}

LABELS = {
    "chair": ("椅子",), "armchair": ("扶手椅",), "sofa": ("沙发",), "stool": ("凳子",), "bench": ("长椅", "长凳"),
    "table": ("桌子",), "desk": ("书桌", "办公桌"), "nightstand": ("床头柜",), "bed": ("床",),
    "cabinet": ("柜子", "橱柜"),
    "shelf": ("架子",), "pillow": ("枕头", "靠垫", "抱枕"), "rug": ("地毯",), "vase": ("花瓶",),
    "picture_frame": ("画框", "相框"), "book": ("书", "书本", "书籍"), "refrigerator": ("冰箱",),
    "stove": ("炉灶", "炉子", "灶"), "tv_monitor": ("电视显示器", "电视", "显示器", "电视机"), "toilet": ("马桶",),
    "sink": ("水槽", "洗手池"), "cup": ("杯子",), "bowl": ("碗",), "plate": ("盘子",), "bottle": ("瓶子",),
    "cooking_pot": ("锅",), "kitchen_utensil": ("厨房用具", "餐具"), "food": ("食物", "食品"), "lamp": ("灯",),
    "ceiling_light": ("吊灯",), "street_light": ("路灯",), "door": ("门",), "window": ("窗户", "窗", "窗子"),
    "building": ("建筑", "建筑物", "房子"), "tree": ("树", "树木"), "bush": ("灌木",),
    "potted_plant": ("盆栽", "植物", "绿植", "盆景"),
    "rock": ("石头", "岩石"), "car": ("汽车", "车", "车子"), "boat": ("船",), "person": ("人物", "人"),
    "animal": ("动物",),
    "box": ("箱子", "盒子"), "chest": ("宝箱",), "barrel": ("木桶", "桶"), "trash_bin": ("垃圾桶",),
    "fence": ("栅栏", "围栏"), "sign": ("标志牌", "路牌", "标志"), "hand_tool": ("手工具", "工具"),
    "melee_weapon": ("近战武器",), "gun": ("枪",), "shield": ("盾牌", "盾"),
    "curtain": ("窗帘",), "candle": ("蜡烛",), "washing_machine": ("洗衣机",),
    "kitchen_appliance": ("厨房电器", "厨房小电器"), "kitchen_hood": ("抽油烟机", "油烟机"),
    "laptop": ("笔记本电脑",), "keyboard": ("键盘",), "bathtub": ("浴缸",), "shower": ("淋浴间", "淋浴"),
    "lantern": ("灯笼", "提灯"), "torch": ("火把", "火炬"), "stairs": ("楼梯", "台阶"),
    "column": ("柱子", "立柱", "石柱"), "arch": ("拱门",), "pipe": ("管道", "管子"), "ladder": ("梯子",),
    "bridge": ("桥",), "fountain": ("喷泉",), "gravestone": ("墓碑",), "tent": ("帐篷",),
    "campfire": ("篝火", "营火"), "traffic_light": ("红绿灯", "交通灯"), "traffic_cone": ("交通锥", "路锥"),
    "flower": ("花", "花朵"), "mushroom": ("蘑菇",), "cactus": ("仙人掌",), "grass": ("草",),
    "log": ("原木", "木头桩"), "truck": ("卡车", "货车"), "bus": ("公共汽车", "公交车", "巴士"),
    "rail_vehicle": ("火车", "列车"), "bicycle": ("自行车", "单车"), "aircraft": ("飞机",),
    "spaceship": ("飞船", "宇宙飞船"), "wheel": ("车轮", "轮子", "轮胎"), "robot": ("机器人",), "fish": ("鱼",),
    "headwear": ("头饰",), "shoe": ("鞋子", "鞋"), "armor": ("盔甲", "铠甲"), "jewelry": ("首饰", "珠宝"),
    "bag": ("包", "袋子", "背包"), "tin_can": ("罐头", "易拉罐"), "scroll": ("卷轴",), "key": ("钥匙",),
    "coin": ("硬币", "金币"), "crystal": ("水晶", "宝石"), "heart": ("红心", "爱心"), "star": ("星星",),
    "skull": ("头骨", "骷髅头"), "bone": ("骨头",), "trap": ("陷阱",), "flag": ("旗子", "旗帜"),
    "pallet": ("托盘", "货盘"), "musical_instrument": ("乐器",), "bow": ("弓",), "cannon": ("大炮", "加农炮"),
    "wall": ("墙", "墙壁", "墙面"), "floor": ("地板", "地面"), "ceiling": ("天花板",),
}  # fmt: skip

NARROWER = {
    "table": ("餐桌", "茶几"), "cabinet": ("衣柜",), "shelf": ("书架",), "picture_frame": ("画",), "stove": ("烤箱",),
    "kitchen_utensil": ("刀叉", "叉子", "勺子"), "lamp": ("台灯", "落地灯"), "ceiling_light": ("吸顶灯",),
    "melee_weapon": ("剑", "刀"), "kitchen_appliance": ("微波炉", "烤面包机", "搅拌机", "咖啡机"),
    "musical_instrument": ("吉他", "钢琴", "小提琴", "鼓"), "bag": ("手提箱", "行李箱"), "shoe": ("靴子", "拖鞋"),
    "headwear": ("头盔", "王冠"),
}  # fmt: skip
"""Words that are narrower than their label, as in English."""

GROUPS = {
    "furniture": ("家具",), "furnishing": ("摆设", "装饰品", "装饰"), "appliance": ("电器", "家电"),
    "sanitary": ("洁具", "卫浴"),
    "kitchenware": ("厨具",), "lighting": ("灯具", "照明"), "building_part": ("建筑构件", "门窗"),
    "nature": ("自然物",),
    "vehicle": ("车辆", "交通工具"), "prop": ("道具",), "weapon": ("武器",),
    "outdoor": ("户外设施",), "apparel": ("穿戴物",),
}  # fmt: skip

AVATARS = ("虚拟形象", "虚拟人", "化身")

TRADITIONAL = str.maketrans(
    "刪隱藏顯選擇導輸標記識別應用標籤類創製個張隻盞檯輛樹條塊們許無絕遠這物東對場餘並還時後最將幫煩謝給檔檔"
    "牀凳長辦櫃電視顯馬盤鍋廚燈門窗戶築樹車寶箱桶垃圾欄圍誌劍槍書畫爐機籬傢飾潔裝網頁瀏覽器虛戈虛擬體請項選"
    "藍紅綠黃銀橙褲襯裙鬍鬚髮膚臉頭鼻樑頸額顴寬窄高矮瘦壯醫護軍發師員穿西裝領帶歲為與從關閉見見員過齒單麼嗎"
    "動設種據構淺圓顏捲僅擺輕幾滿豐細條餵飯匯",
    "删隐藏显选择导输标记识别应用标签类创制个张只盏台辆树条块们许无绝远这物东对场余并还时后最将帮烦谢给档档"
    "床凳长办柜电视显马盘锅厨灯门窗户筑树车宝箱桶垃圾栏围志剑枪书画炉机篱家饰洁装网页浏览器虚戈虚拟体请项选"
    "蓝红绿黄银橙裤衬裙胡须发肤脸头鼻梁颈额颧宽窄高矮瘦壮医护军发师员穿西装领带岁为与从关闭见见员过齿单么吗"
    "动设种据构浅圆颜卷仅摆轻几满丰细条喂饭汇",
)
"""Traditional characters of these words and of descriptions, one for one."""
