"""English words of commands, each with its role in the grammar of :mod:`ml_core.inference.language`.

Words are lower case; labels and groups are also known by their own ids, and nouns by their plurals.
"""

from __future__ import annotations

from ml_core.vocabulary import targets

ACTIONS = {
    "select": ("select", "pick", "choose"),
    "hide": ("hide", "conceal"),
    "show": ("show", "show me", "unhide", "reveal", "display"),
    "delete": ("delete", "remove", "erase", "get rid of"),
    "keep": ("keep", "preserve", "spare"),
    "label": ("label", "recognise", "recognize", "identify", "classify"),
    "apply_labels": (
        "apply labels", "apply the labels", "apply all labels", "organise", "organize", "tidy", "tidy up",
    ),
    "rename": ("rename",),
    "sort": ("sort",),
    "export": ("export", "send"),
    "generate": ("generate", "create", "make", "add"),
}  # fmt: skip

ROLES = {
    "not": (
        "not", "no", "never", "don't", "dont", "do not", "does not", "doesn't", "must not", "mustn't", "should not",
        "shouldn't", "cannot", "can't",
    ),
    "all": ("all", "all of", "the whole", "the entire"),
    "every": ("every", "each", "each of", "every one of", "every single"),
    "any": ("any", "any of"),
    "article": ("the", "my", "our"),
    "indefinite": ("a", "an"),
    "only": ("only",),
    "everything": ("everything",),
    "anything": ("anything",),
    "things": ("objects", "things", "items"),
    "thing": ("object", "thing", "item"),
    "ones": ("ones", "one"),
    "scene": ("scene", "whole scene", "entire scene", "complete scene"),
    "selection": ("selection", "current selection"),
    "selected": ("selected", "currently selected"),
    "visible": ("visible",),
    "hidden": ("hidden", "invisible"),
    "rest": ("rest", "others", "other", "everything else", "all else", "remaining", "remainder", "rest of"),
    "them": ("them", "it"),
    "and": ("and", "as well as", "and also", "&", "plus"),
    "or": ("or", "nor"),
    "then": ("then", "and then", "next", "after that", "afterwards", "finally", "lastly", "also"),
    "first": ("first", "first of all"),
    "but": ("but",),
    "except": (
        "except", "except for", "excluding", "apart from", "aside from", "other than", "besides", "but not", "and not",
    ),
    "to": ("to", "for", "into", "onto", "as", "in"),
    "format": ("format", "file", "files", "engine", "folder"),
    "tail": ("by label", "by labels", "by their labels", "by kind", "by group", "by type", "after their labels"),
    "collections": ("into collections", "in collections", "to collections"),
    "here": ("in the scene", "in this scene", "in my scene", "from the scene", "from this scene", "of the scene"),
    "polite": (
        "please", "pls", "kindly", "thanks", "thank you", "hi", "hey", "hello", "ok", "okay", "just", "now", "for me",
        "let's", "let us", "go ahead and", "i want to", "i want you to", "i'd like to", "i'd like you to",
        "i would like to", "i would like you to",
    ),
    "request": (
        "could you", "can you", "would you", "will you", "can we", "could we", 
    ),
    "place": (
        "on", "under", "below", "above", "over", "near", "beside", "behind", "between", "inside", "outside", "at",
        "by", "from", "with", "without", "next to", "in front of", "on top of", "left of", "right of", "of",
        "around", "against", "within", "that", "which", "whose",
    ),
}  # fmt: skip

TARGETS = {target.id: target.words_en for target in targets.TARGETS.values()}

LABELS = {
    "sofa": ("couch", "settee"),
    "tv_monitor": ("tv", "television", "monitor", "tv monitor"),
    "potted_plant": ("plant", "houseplant", "pot plant"),
    "picture_frame": ("picture", "frame"),
    "rug": ("carpet",),
    "nightstand": ("night stand", "bedside table"),
    "refrigerator": ("fridge",),
    "trash_bin": ("bin", "trash can", "garbage can", "wastebasket"),
    "street_light": ("street lamp", "streetlight", "streetlamp", "lamp post"),
    "stove": ("cooker",),
    "cabinet": ("cupboard",),
    "person": ("human", "character"),
    "boat": ("ship",),
    "rock": ("stone", "boulder"),
    "bush": ("shrub",),
    "hand_tool": ("tool",),
    "kitchen_utensil": ("utensil", "cutlery"),
    "cooking_pot": ("pot",),
    "pillow": ("cushion",),
    "gun": ("firearm",),
    "floor": ("flooring",),
    "curtain": ("drapes",),
    "washing_machine": ("washer", "laundry machine"),
    "kitchen_hood": ("range hood", "extractor hood", "cooker hood"),
    "keyboard": ("computer keyboard",),
    "bathtub": ("bath tub",),
    "stairs": ("staircase", "stairway"),
    "gravestone": ("tombstone", "headstone"),
    "traffic_light": ("stoplight",),
    "truck": ("lorry",),
    "rail_vehicle": ("train", "locomotive"),
    "bicycle": ("bike",),
    "aircraft": ("airplane", "aeroplane"),
    "spaceship": ("spacecraft",),
    "armor": ("armour",),
    "jewelry": ("jewellery",),
    "tin_can": ("soda can", "beer can"),
}
"""Words for a label beside its own name (its underscore read as a space)."""

NARROWER = {
    "tv_monitor": ("screen",),
    "picture_frame": ("painting", "poster"),
    "ceiling_light": ("ceiling lamp", "chandelier", "pendant", "pendant lamp"),
    "lamp": ("table lamp", "desk lamp", "floor lamp"),
    "table": ("coffee table", "dining table", "side table"),
    "chair": ("office chair", "dining chair"),
    "stove": ("oven",),
    "cabinet": ("wardrobe", "dresser", "closet"),
    "shelf": ("bookcase", "bookshelf"),
    "cup": ("mug",),
    "box": ("crate",),
    "gun": ("rifle", "pistol"),
    "melee_weapon": ("sword", "axe", "dagger"),
    "hand_tool": ("hammer", "wrench", "screwdriver"),
    "kitchen_utensil": ("knife", "fork", "spoon"),
    "cooking_pot": ("pan",),
    "kitchen_appliance": ("toaster", "microwave", "coffee machine", "coffee maker"),
    "musical_instrument": ("guitar", "piano", "violin", "drum"),
    "column": ("pillar",),
    "bag": ("backpack", "suitcase", "handbag"),
    "shoe": ("boot", "slipper"),
    "headwear": ("helmet", "crown"),
    "wheel": ("tire", "tyre"),
    "crystal": ("gem",),
}
"""Words that are narrower than their label: a fork is a kitchen utensil, yet not each of those is a fork. They are
understood, but not where more would be deleted than was named."""

SAME_SORTS = (
    ("bookcase", "bookshelf"), ("wardrobe", "closet"), ("coffee machine", "coffee maker"), ("tire", "tyre"),
    ("ceiling lamp", "chandelier", "pendant", "pendant lamp"), ("table lamp", "desk lamp"),
)  # fmt: skip
"""Words for one and the same sort."""

GROUPS = {
    "furniture": ("piece of furniture",),
    "furnishing": ("furnishings", "decor", "decoration"),
    "appliance": (),
    "sanitary": ("sanitary ware", "bathroom fixture"),
    "kitchenware": ("tableware", "crockery"),
    "lighting": ("light fixture",),
    "building_part": (),
    "nature": ("vegetation",),
    "vehicle": (),
    "prop": (),
    "weapon": (),
    "outdoor": ("street furniture",),
    "apparel": (),
}
"""Words for a group beside its own name; groups that are not here go by the name of a label."""

AVATARS = ("avatar",)

IRREGULAR = {"person": "people", "shelf": "shelves", "bookshelf": "bookshelves", "knife": "knives"}
"""Plurals that no rule gives."""

UNCOUNTED = (
    "food", "cutlery", "furniture", "furnishings", "decor", "sanitary", "sanitary ware", "kitchenware", "tableware",
    "crockery", "lighting", "nature", "vegetation", "stairs", "drapes", "aircraft", "spacecraft", "fish", "headwear",
    "armor", "armour", "jewelry", "jewellery", "grass", "apparel", "outdoor", "street furniture",
)  # fmt: skip
"""Nouns that mean many objects without a plural form."""
