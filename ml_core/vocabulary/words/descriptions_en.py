"""English words of a person's description. Colors are sRGB hex; skin, hair and eye colors are those of people."""

from __future__ import annotations

from ml_core.vocabulary.avatar.hair import hair_styles
from ml_core.vocabulary.avatar.irises import IRISES
from ml_core.vocabulary.avatar.outfits import OUTFIT_KINDS

COLORS = {
    "black": "#1a1a1a", "white": "#e8e8e8", "grey": "#808080", "gray": "#808080", "silver": "#b4b7ba",
    "charcoal": "#36393d", "red": "#b22222", "crimson": "#9b1b30", "burgundy": "#5e1224", "maroon": "#5a1a1a",
    "pink": "#e49ab0", "rose": "#c9707f", "orange": "#d9742b", "rust": "#9a4a24", "yellow": "#d8b93a",
    "mustard": "#b8912f", "gold": "#b8923c", "beige": "#cdbb98", "cream": "#e6dcc4", "khaki": "#8f8560",
    "tan": "#b6976b", "brown": "#6b4a30", "olive": "#5d6136", "green": "#2e6b3e", "mint": "#9bcbb0",
    "teal": "#1f6f70", "turquoise": "#3aa6a6", "cyan": "#3ab0c4", "blue": "#2b4f9e", "navy": "#1d2a4d",
    "dark": "#2b2d31", "light": "#d6d4cf", "navy blue": "#1d2a4d", "sky blue": "#7fa6cf", "royal blue": "#2b4fae",
    "forest green": "#22502f",
    "olive green": "#5d6136", "off white": "#e2ded2", "ivory": "#e6dfca", "lime": "#8fb93a", "magenta": "#a8326e",
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
    "white": "#d9d6d1", "strawberry blond": "#b8744c", "strawberry blonde": "#b8744c", "platinum": "#d8ccb0",
    "sandy": "#a8845a",
}  # fmt: skip

EYES = {**IRISES, "dark": IRISES["dark brown"], "grey": IRISES["gray"]}

PERSON_SKIN = {"black": "black", "white": "white", "pale": "pale", "tanned": "tanned", "fair": "fair"}
"""Adjectives of a person that describe the skin."""
PERSON_HAIR = {
    "blond": "blond", "blonde": "blonde", "brunette": "brunette", "ginger": "ginger", "redhead": "red",
    "redheaded": "red",
}  # fmt: skip
"""Adjectives of a person that describe the hair."""

SHADES = {"dark": 0.55, "deep": 0.6, "light": 1.5, "pale": 1.6, "bright": 1.15}
"""Factor on a color that follows."""

NOUNS = {
    "skin": ("skin", "skinned", "complexion"),
    "hair": (
        "hair", "haired", "ponytail", "pigtail", "bob", "pixie", "buzz", "bun", "topknot", "updo", "chignon", "afro",
        "curls", "coils", "waves",
    ),
    "eye": ("eye", "eyes", "eyed", "irises"),
    "top": (
        "shirt", "t-shirt", "tshirt", "tee", "jacket", "coat", "blouse", "sweater", "jumper", "hoodie", "top", "blazer",
        "vest", "tunic", "crop top", "lab coat", "tank top", "cardigan", "pullover", "polo", "long sleeve",
        "longsleeve", "turtleneck", "roll neck", "button-up", "dress shirt", "polo shirt", "hooded sweatshirt",
        "scrub top", "gown", "suit jacket", "sports jacket", "overcoat", "doctor's coat", "field jacket", "army jacket",
        "denim jacket", "jean jacket",
    ),
    "bottom": (
        "trousers", "pants", "jeans", "skirt", "shorts", "slacks", "leggings", "bottoms", "chinos", "long skirt",
        "scrub pants", "scrubs trousers", "cargo pants", "cargo trousers",
    ),
    "worn": (
        "shoes", "boots", "socks", "sneakers", "trainers", "leather shoes", "dress shoes", "pumps", "flats",
        "ballet flats", "sandals", "belt", "tie", "necktie", "bow tie", "glasses", "spectacles", "sunglasses", "shades",
        "cap", "baseball cap", "hat", "fedora", "beanie", "woolly hat",
    ),
    "suit": (
        "suit", "uniform", "scrubs", "overall", "overalls", "outfit", "clothes", "clothing", "dress", "jumpsuit",
        "tracksuit", "attire",
    ),
    "stature": ("build", "figure", "physique", "body", "stature", "height"),
}  # fmt: skip
"""What a color or another adjective can belong to. ``stature`` is the person as a whole."""

OWN_COLORS = {"jeans": "denim", "denim jacket": "denim", "jean jacket": "denim"}
"""The color of a garment when none is said."""

JACKETS = ("jacket", "jackets")
"""Words for a jacket of no particular cut."""
UNIFORMS = ("uniform", "uniforms")
"""Clothes of a job: of which one, another word says."""
UNMADE = ("vest", "tunic", "crop top", "jumpsuit", "tracksuit")
"""Clothes for which the wardrobe has no substitute."""

PARTS = {
    "nose": ("nose", "nosed"),
    "lips": ("lips", "lipped", "lip"),
    "mouth": ("mouth",),
    "jaw": ("jaw", "jawed", "jawline"),
    "chin": ("chin",),
    "cheekbones": ("cheekbones", "cheekbone"),
    "ears": ("ears", "eared", "ear"),
    "forehead": ("forehead",),
    "neck": ("neck", "necked"),
    "head": ("head", "headed"),
}
"""Parts of the face that sliders shape; the eyes are among the nouns."""

SIZES = {
    "big": ("big", "large", "huge"),
    "small": ("small", "little", "tiny"),
    "long": ("long",),
    "short": ("short",),
    "wide": ("wide", "broad"),
    "narrow": ("narrow",),
    "thick": ("thick", "full", "plump", "fat"),
    "thin": ("thin", "slim", "slender"),
    "high": ("high",),
    "low": ("low",),
    "prominent": ("prominent", "strong", "pronounced"),
    "flat": ("flat",),
    "wide_set": ("wide-set", "wide set"),
    "close_set": ("close-set", "close set"),
}

OUTFITS = {outfit.id: outfit.words_en for outfit in OUTFIT_KINDS.values()}

PRESENTATION = {
    0.0: (
        "man", "male", "masculine", "boy", "guy", "gentleman", "he", "father", "dad", "grandfather", "grandpa", "uncle",
        "businessman", "dude", "bloke", "chap", "lad", "fella",
    ),
    0.5: ("androgynous",),
    1.0: (
        "woman", "female", "feminine", "girl", "lady", "she", "mother", "mom", "mum", "grandmother", "grandma", "aunt",
        "businesswoman", "gal", "granny", "schoolgirl",
    ),
}  # fmt: skip

PEOPLE = (
    "person", "human", "adult", "child", "kid", "teenager", "student", "avatar", "character", "someone",
    "somebody", "they",
    "doctor", "nurse", "surgeon", "soldier", "worker", "mechanic", "engineer", "technician", "builder", "manager",
    "banker", "lawyer",
)  # fmt: skip
"""Nouns for a person that say nothing of the presentation."""
ANY_PERSON = ("person", "human", "adult", "avatar", "character", "someone", "somebody")
"""Those of them that may stand before the person who is described: "an avatar of a nurse"."""
PRONOUNS = ("he", "she", "they")
POSSESSIVES = ("her", "his", "their", "whose")
GUISES = ("as",)
"""Words after which the same person is named again: "dressed as a doctor"."""
DEGREES = ()
"""Words that make an adjective a predicate without a copula."""

HEIGHT = {"tall": 0.09, "taller": 0.09, "short": -0.09, "small": -0.09, "petite": -0.10}
"""Meters over or under the mean of the presentation."""

BUILD = {
    "slim": 0.2, "thin": 0.1, "skinny": 0.05, "slender": 0.2, "lean": 0.25, "athletic": 0.55, "muscular": 0.7,
    "stocky": 0.75, "heavy": 0.9, "fat": 1.0, "big": 0.8, "curvy": 0.7, "chubby": 0.85, "strong": 0.7,
    "overweight": 0.95, "burly": 0.8,
}  # fmt: skip

AGE = {"young": -0.2, "teenage": -0.4, "middle-aged": 0.4, "old": 0.8, "elderly": 0.9, "aged": 0.8}
"""Value of the face slider ``age``; 0 is an adult in their twenties."""

HAIR_STYLES = {style.id: style.words_en for style in hair_styles.HAIR_STYLES.values()}
STYLE_ADJECTIVES = ("bald", "hairless", "side-parted")
"""Hair styles that are said of the person."""

NEGATIONS = (
    "not", "no", "without", "never", "isn't", "doesn't", "don't", "nor", "neither", "non", "lacks", "lacking", "minus",
    "without any", "isnt", "doesnt", "cannot", "hardly", "barely", "scarcely", "no longer", "formerly", "used to",
    "rather than", "instead of", "other than", "except", "except for", "anything but", "anything except",
    "anything other than", "everything but", "everything except", "all but",
)  # fmt: skip
"""Also any word that ends in n't. What comes after them is not so, or not so any more."""
PLAIN_NEGATIONS = (
    "not",
    "no",
    "without",
    "isn't",
    "doesn't",
    "lacks",
    "lacking",
    "minus",
    "without any",
    "non",
    "don't",
)
"""Those that deny what comes right after them, and nothing else."""
BREAKS = (
    "with", "in", "wearing", "wears", "has", "have", "having", "dressed", "but", "on", "featuring", "who", "plus", "at",
    "under", "over", "beside", "near", "holding", "carrying", "by",
)  # fmt: skip
"""Words after which the subject changes."""
ARTICLES = ("a", "an", "the", "her", "his", "their", "its", "my", "whose")
COPULAS = ("is", "are", "was", "were", "'s")
CONJUNCTIONS = ("and", "or", "&")
SILENT = (
    "very", "really", "quite", "rather", "slightly", "fairly", "of", "that", "which", "as", "colored", "coloured",
    "color", "colour", "please", "does", "do", "did", "it", "to", "from", "for", "also", "too", "looking",
)  # fmt: skip
"""Words that carry nothing that could be painted or built."""
