"""English words of the grammar. Colours are sRGB hex; skin, hair and eye colours are those of people."""

COLORS = {
    "black": "#1a1a1a", "white": "#e8e8e8", "grey": "#808080", "gray": "#808080", "silver": "#b4b7ba",
    "charcoal": "#36393d", "red": "#b22222", "crimson": "#9b1b30", "burgundy": "#5e1224", "maroon": "#5a1a1a",
    "pink": "#e49ab0", "rose": "#c9707f", "orange": "#d9742b", "rust": "#9a4a24", "yellow": "#d8b93a",
    "mustard": "#b8912f", "gold": "#b8923c", "beige": "#cdbb98", "cream": "#e6dcc4", "khaki": "#8f8560",
    "tan": "#b6976b", "brown": "#6b4a30", "olive": "#5d6136", "green": "#2e6b3e", "mint": "#9bcbb0",
    "teal": "#1f6f70", "turquoise": "#3aa6a6", "cyan": "#3ab0c4", "blue": "#2b4f9e", "navy": "#1d2a4d",
    "denim": "#54708f", "indigo": "#33307a", "purple": "#5b2f7a", "violet": "#6d479c", "lavender": "#a99bc9",
}  # fmt: skip

SKIN = {
    "pale": "#efd0bd", "fair": "#e8c3aa", "light": "#e0b597", "white": "#e8c3aa", "medium": "#c08c66",
    "olive": "#b98d64", "tan": "#b07a50", "tanned": "#b07a50", "brown": "#8a5a38", "dark": "#5c3823",
    "deep": "#43281a", "black": "#43281a", "ebony": "#352016",
}  # fmt: skip

HAIR = {
    "black": "#17120f", "dark": "#231914", "brown": "#4a3122", "brunette": "#4a3122", "chestnut": "#5d3520",
    "auburn": "#6b2f1d", "red": "#8a3a1c", "ginger": "#a85424", "blond": "#b8935c", "blonde": "#b8935c",
    "light": "#b8935c", "golden": "#c19a55", "grey": "#8b8986", "gray": "#8b8986", "silver": "#b3b1ae",
    "white": "#d9d6d1",
}  # fmt: skip

EYES = {
    "brown": "#5a3a22", "dark": "#33221a", "black": "#241a16", "blue": "#5b86b0", "green": "#5f7d4f",
    "hazel": "#7a6238", "grey": "#7f8a92", "gray": "#7f8a92", "amber": "#96682c",
}  # fmt: skip

NOUNS = {
    "skin": ("skin", "complexion"),
    "hair": (
        "hair", "haired", "ponytail", "pigtail", "bob", "pixie", "buzz", "bun", "topknot", "updo", "chignon", "afro",
        "curls", "coils", "waves",
    ),
    "eye": ("eye", "eyes", "eyed"),
    "top": (
        "shirt", "t-shirt", "tshirt", "tee", "jacket", "coat", "blouse", "sweater", "jumper", "hoodie", "top", "blazer",
        "vest", "tunic",
    ),
    "bottom": ("trousers", "pants", "jeans", "skirt", "shorts", "slacks", "leggings", "bottoms"),
    "suit": ("suit", "uniform", "scrubs", "overall", "overalls", "outfit", "clothes", "dress"),
}  # fmt: skip

OUTFITS = {
    "casual": ("casual", "t-shirt", "tshirt", "jeans", "hoodie", "sweater", "everyday"),
    "business": ("business", "suit", "blazer", "tie", "office", "formal", "manager", "banker", "lawyer"),
    "medical": ("medical", "doctor", "nurse", "scrubs", "surgeon", "hospital"),
    "military": ("military", "soldier", "army", "camouflage", "camo", "uniform"),
    "utility": ("utility", "worker", "mechanic", "overalls", "overall", "engineer", "technician", "builder"),
}

PRESENTATION = {
    0.0: ("man", "male", "masculine", "boy", "guy", "gentleman", "he", "father", "businessman"),
    0.5: ("androgynous",),
    1.0: ("woman", "female", "feminine", "girl", "lady", "she", "mother", "businesswoman"),
}

HEIGHT = {"tall": (0.09, 0), "taller": (0.09, 0), "short": (-0.09, 0), "small": (-0.09, 0), "petite": (-0.10, 0)}
"""Metres over or under the mean of the presentation."""

BUILD = {
    "slim": 0.2, "thin": 0.1, "skinny": 0.05, "slender": 0.2, "lean": 0.25, "athletic": 0.55, "muscular": 0.7,
    "stocky": 0.75, "heavy": 0.9, "fat": 1.0, "big": 0.8, "curvy": 0.7, "chubby": 0.85,
}  # fmt: skip

HAIR_STYLES = {
    "none": ("bald", "shaved head", "hairless", "no hair"),
    "buzz": ("buzz cut", "buzzcut", "buzz", "crew cut", "stubble hair", "shaved hair", "cropped hair"),
    "short_crop": ("short hair", "pixie cut", "pixie", "short crop", "spiky hair"),
    "side_part": ("side part", "side parting", "side-parted", "parted hair", "comb-over", "slicked hair"),
    "bob": ("bob", "bobbed hair", "chin-length hair", "shoulder-length hair", "medium hair"),
    "long_straight": ("long hair", "straight hair", "long straight hair"),
    "long_wavy": ("wavy hair", "long wavy hair", "long curly hair", "waves"),
    "ponytail": ("ponytail", "pony tail", "pigtail"),
    "bun": ("bun", "topknot", "top knot", "updo", "chignon"),
    "afro": ("afro", "curly hair", "frizzy hair", "kinky hair", "coils"),
}
"""Where a word stands before "hair", up to two words, such as its colour, may stand between."""

ACTIONS = {
    "select": ("select", "pick", "choose"),
    "hide": ("hide",),
    "show": ("show", "unhide", "reveal"),
    "delete": ("delete", "remove", "erase"),
    "label": ("label", "recognise", "recognize", "identify", "classify"),
    "apply_labels": ("rename", "sort", "organise", "organize", "tidy"),
    "export": ("export", "send", "save"),
    "generate": ("generate", "create", "make", "add"),
}

EVERYTHING = ("everything", "all", "every object", "all objects", "scene", "the scene")
REST = ("rest", "the rest", "others", "everything else", "remaining")
TARGETS = {
    "unity": ("unity",),
    "unreal": ("unreal", "ue5", "ue"),
    "web": ("web", "gltf", "glb", "browser", "three.js", "godot"),
}

LABELS = {
    "tv_monitor": ("tv", "television", "monitor", "screen"),
    "potted_plant": ("plant", "potted plant", "houseplant"),
    "picture_frame": ("picture", "frame", "painting", "poster", "picture frame"),
    "sofa": ("sofa", "couch"),
    "rug": ("rug", "carpet"),
    "refrigerator": ("refrigerator", "fridge"),
    "trash_bin": ("trash bin", "bin", "trash can", "garbage can"),
    "ceiling_light": ("ceiling light", "ceiling lamp", "chandelier", "pendant"),
    "street_light": ("street light", "street lamp"),
    "stove": ("stove", "oven", "cooker"),
    "cabinet": ("cabinet", "cupboard", "wardrobe", "dresser"),
    "shelf": ("shelf", "bookcase", "bookshelf", "shelves"),
    "person": ("person", "people", "human", "character"),
    "cup": ("cup", "mug"),
    "box": ("box", "crate"),
    "gun": ("gun", "weapon", "rifle", "pistol"),
    "melee_weapon": ("sword", "axe", "dagger", "melee weapon"),
    "hand_tool": ("tool", "hand tool", "hammer"),
    "kitchen_utensil": ("utensil", "kitchen utensil", "cutlery", "knife", "fork", "spoon"),
    "cooking_pot": ("pot", "pan", "cooking pot"),
}
"""Words for a label beside its own name (its underscore read as a space) and plurals."""
