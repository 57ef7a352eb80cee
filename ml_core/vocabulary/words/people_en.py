"""English words for people beside those of :mod:`descriptions_en`: ancestry, jobs, layers, comparison, degree."""

from __future__ import annotations

ANCESTRY = {
    "african": ("black", "african", "african american", "african-american", "afro-american", "nigerian", "kenyan",
                "ethiopian", "ghanaian", "west african", "of african descent", "afro-caribbean", "senegalese"),
    "asian": ("asian", "east asian", "chinese", "japanese", "korean", "vietnamese", "thai", "southeast asian",
              "filipino", "mongolian", "taiwanese", "east-asian", "of asian descent"),
    "caucasian": ("caucasian", "white", "european", "scandinavian", "german", "irish", "nordic", "british", "french",
                  "russian", "polish", "italian", "swedish", "danish", "dutch", "norwegian", "american", "spanish",
                  "greek"),
}  # fmt: skip
"""Words of each of :data:`ml_core.vocabulary.traits.ANCESTRIES`."""
BETWEEN = {
    "south_asian": ((0.15, 0.25, 0.6), "#9c6b45"), "latin_american": ((0.1, 0.3, 0.6), "#c1926b"),
    "middle_eastern": ((0.1, 0.1, 0.8), "#c39a74"), "native_american": ((0.0, 0.6, 0.4), "#a9744f"),
    "polynesian": ((0.2, 0.6, 0.2), "#9a6a48"),
}  # fmt: skip
"""What lies between them: shares of the three, and a skin (sRGB hex) where none is said. No figures were fitted to:
these are middles of regions whose people differ widely, chosen by eye."""
BETWEEN_WORDS = {
    "native_american": ("native american", "indigenous american", "american indian"),
    "south_asian": ("south asian", "indian", "pakistani", "bangladeshi", "sri lankan", "nepali", "nepalese", "punjabi"),
    "latin_american": ("latin american", "latino", "latina", "latinx", "hispanic", "mexican", "colombian", "peruvian",
                       "south american", "puerto rican"),
    "middle_eastern": ("middle eastern", "middle-eastern", "arab", "arabian", "persian", "iranian", "turkish",
                       "egyptian", "moroccan", "north african", "lebanese", "iraqi"),
    "polynesian": ("polynesian", "hawaiian", "maori", "samoan", "pacific islander"),
}  # fmt: skip
ANCESTRY_SKIN = {"african": "#43281a", "asian": "#d8ac88", "caucasian": "#e8c3aa"}
"""The skin that comes with an ancestry where none is said."""
MIXED = ("mixed-race", "biracial", "mixed race", "mixed")

SKIN = {
    "bronze": "#a06a42", "bronzed": "#a06a42", "porcelain": "#f2d9c9", "caramel": "#a9744f", "chocolate": "#5a3825",
    "honey": "#c68e5f", "ivory": "#f0d8c4", "golden brown": "#a9714b", "sun-tanned": "#b07a50", "suntanned": "#b07a50",
    "warm brown": "#8a5a38", "light brown": "#a9744f", "dark brown": "#5c3823", "deep brown": "#4b2e1d",
    "very dark": "#3d2517", "very pale": "#f3dccb", "very fair": "#f0d3be", "golden": "#c99a6b", "wheat": "#c99a6b",
    "rosy": "#e8bba5", "slightly tanned": "#c08c66", "medium": "#c08c66", "beige": "#d9b18f", "peach": "#e8bfa0",
}  # fmt: skip
HAIR = {
    "jet black": "#0b0908", "raven": "#100d0c", "platinum blond": "#d8ccb0", "platinum blonde": "#d8ccb0",
    "dirty blonde": "#8f744c", "dirty blond": "#8f744c", "honey blonde": "#b98b4e", "honey blond": "#b98b4e",
    "copper": "#9c4f24", "salt and pepper": "#6f6c69", "salt-and-pepper": "#6f6c69", "light brown": "#7a5636",
    "dark brown": "#2e1d13", "dark blond": "#8f744c", "dark blonde": "#8f744c", "light blond": "#cfae78",
    "light blonde": "#cfae78", "bright red": "#a83a1c", "bleached": "#e0d3b2", "bleach blonde": "#e0d3b2",
    "graying": "#6f6c69", "greying": "#6f6c69", "snow white": "#e8e6e2",
    "reddish": "#7a3a20", "brownish": "#5a4030",
}  # fmt: skip
EYES = {
    "icy blue": "#8fb4cc", "bright green": "#6f9a4f", "deep blue": "#33507a", "pale blue": "#93b2c6",
    "light blue": "#7fa3ba", "bright blue": "#4f8fc0", "dark blue": "#33507a", "light brown": "#8a6a45",
    "light green": "#8aa576",
}  # fmt: skip

LAYERS = {
    "freckles": ("freckles", "freckled", "freckle", "freckled face"),
    "moles": ("moles", "mole", "beauty mark", "beauty spot", "birthmark"),
    "scar": ("scar", "scars", "scarred"),
    "tattoo": ("tattoo", "tattoos", "tattooed", "tat", "ink"),
    "lipstick": ("lipstick", "lip gloss", "painted lips"),
    "eye_makeup": ("eye makeup", "eye make-up", "eyeshadow", "eye shadow", "eyeliner", "smoky eyes", "smokey eyes",
                   "mascara"),
    "blush": ("blush", "rosy cheeks", "rouge", "red cheeks"),
    "stubble": ("stubble", "designer stubble", "five o'clock shadow", "three-day beard", "unshaven", "stubbly",
                "5 o'clock shadow"),
    "face_paint": ("face paint", "war paint"),
    "dirt": ("dirt", "dirty", "muddy", "mud", "dirty face", "grime"),
    "wet": ("wet", "soaked", "wet skin", "sweaty", "sweat"),
}  # fmt: skip
"""Words for kinds of :data:`ml_core.inference.textures.layer_kinds.LAYER_KINDS`."""
MAKEUP = ("make-up", "makeup", "make up", "cosmetics")
"""Stands for lipstick, eye make-up and blush together."""
PLACES = {
    "head": ("cheek", "cheeks", "face", "forehead", "chin", "eye", "nose", "eyebrow", "temple", "lip", "neck", "brow"),
    "torso": ("chest", "back", "stomach", "belly", "shoulder", "shoulders"),
    "upper_arm": ("arm", "arms", "upper arm", "biceps"),
    "lower_arm": ("forearm", "wrist", "lower arm"),
    "hand_back": ("hand", "hands"),
    "upper_leg": ("leg", "thigh", "legs"),
    "lower_leg": ("calf", "shin", "ankle"),
}
PLACE_XY = {
    "cheek": (0.38, 0.56), "cheeks": (0.38, 0.56), "forehead": (0.5, 0.27), "chin": (0.5, 0.78), "eye": (0.4, 0.4),
    "eyebrow": (0.4, 0.35), "nose": (0.5, 0.48), "temple": (0.33, 0.36), "lip": (0.5, 0.66), "neck": (0.33, 0.85),
    "brow": (0.4, 0.35), "back": (0.0, 0.3), "chest": (0.5, 0.25), "stomach": (0.5, 0.6), "belly": (0.5, 0.6),
    "face": (0.4, 0.5),
}  # fmt: skip
"""Where the place lies in its chart (:class:`ml_core.inference.textures.layer_kinds.Layer`), on the wearer's right."""
SIDES = {"left": ("left",), "right": ("right",), "both": ("both",)}

BEARDS = (
    "beard", "full beard", "mustache", "moustache", "goatee", "sideburns", "facial hair", "bearded", "mustached",
    "handlebar mustache", "soul patch", "moustached",
)  # fmt: skip
"""Understood, and made where the wardrobe of hair has them."""
SHAVEN = ("clean-shaven", "clean shaven", "shaven", "smooth-shaven")

JOBS = {
    "medical": ("paramedic", "dentist", "physician", "vet", "pharmacist", "midwife", "scientist", "lab technician",
                "chemist", "researcher", "medic", "veterinarian"),
    "business": ("office worker", "secretary", "businessman", "businesswoman", "accountant", "politician", "teacher",
                 "president", "ceo", "boss", "salesman", "diplomat", "professor", "groom", "clerk", "executive",
                 "receptionist"),
    "utility": ("construction worker", "farmer", "plumber", "electrician", "carpenter", "janitor", "mover", "miner",
                "fisherman", "lumberjack", "woodcutter",
                "truck driver", "gardener", "welder", "handyman", "factory worker", "craftsman"),
    "military": ("army officer", "marine", "sergeant", "general", "sniper", "trooper", "mercenary", "paratrooper"),
    "casual": ("student", "gamer", "tourist", "hipster", "artist", "programmer", "skater", "teen idol", "streamer",
               "developer", "influencer", "photographer"),
}  # fmt: skip
"""Jobs by the kind of outfit that they wear, beside the words of :mod:`ml_core.vocabulary.avatar.outfits`."""
JOB_NOUNS = (
    "chef", "police officer", "policeman", "policewoman", "cop", "security guard", "guard", "knight", "firefighter",
    "fireman", "waiter", "waitress", "pilot", "cook", "wizard", "pirate", "athlete", "bartender", "astronaut", "cowboy",
    "detective", "sailor", "ninja", "king", "queen", "princess", "monk", "nun", "priest", "butler", "maid", "barista",
    "baker", "samurai", "viking", "witch", "flight attendant", "superhero", "zombie", "elf", "judge",
)  # fmt: skip
"""Jobs that no outfit has been made for, unless a garment or an outfit of the wardrobe has the word."""

HEIGHT = {
    "towering": 0.16, "lanky": 0.1, "very tall": 0.15, "really tall": 0.15, "super tall": 0.16, "extremely tall": 0.18,
    "rather tall": 0.07, "quite tall": 0.08, "huge": 0.16, "little": -0.09, "tiny": -0.14, "very short": -0.15,
    "really short": -0.15, "a bit short": -0.05, "quite short": -0.08, "rather short": -0.07, "fairly tall": 0.07,
    "average height": 0.0, "medium height": 0.0, "of average height": 0.0, "normal height": 0.0, "pretty tall": 0.08,
    "of medium height": 0.0, "average-height": 0.0, "gigantic": 0.2, "a bit tall": 0.05,
}  # fmt: skip
BUILD = {
    "plump": 0.8, "obese": 1.0, "scrawny": 0.05, "buff": 0.72, "ripped": 0.72, "jacked": 0.75, "beefy": 0.8,
    "bulky": 0.8, "stout": 0.85, "heavyset": 0.9, "toned": 0.5, "wiry": 0.25, "husky": 0.85, "bony": 0.05, "fit": 0.5,
    "well-built": 0.7, "heavy-set": 0.9, "heavy set": 0.9, "thickset": 0.8, "broad-shouldered": 0.7, "lanky": 0.2,
    "broad shoulders": 0.7, "big muscles": 0.75,
    "muscular build": 0.7, "athletic build": 0.55, "slim build": 0.2, "heavy build": 0.9, "stocky build": 0.75,
    "slim figure": 0.2, "average build": 0.4, "average weight": 0.4, "rail thin": 0.02, "corpulent": 0.95,
    "underweight": 0.08, "hefty": 0.88, "well built": 0.7, "sturdy": 0.7, "built": 0.7, "round": 0.85, "sporty": 0.5,
    "muscles": 0.7, "trim": 0.3,
}  # fmt: skip
AGES = {
    "child": 9.0, "kid": 9.0, "teenager": 15.0, "teen": 15.0, "toddler": 6.0, "grandma": 70.0, "grandpa": 70.0,
    "grandmother": 70.0, "grandfather": 70.0, "granny": 72.0, "elder": 72.0, "senior": 70.0, "youngster": 17.0,
    "boy": 11.0, "girl": 11.0, "old lady": 72.0, "baby": 6.0, "pensioner": 70.0,
}  # fmt: skip
"""Years that the noun alone says. A girl or a boy is one unless something else says grown-up."""
AGE_WORDS = {
    "young": 23.0, "old": 72.0, "elderly": 76.0, "middle-aged": 48.0, "middle aged": 48.0, "teenage": 15.0,
    "aged": 72.0, "senior": 70.0, "youngish": 28.0, "very old": 85.0, "really old": 85.0, "ancient": 92.0,
    "very young": 19.0, "quite young": 24.0, "fairly young": 26.0, "rather old": 66.0, "thirty-something": 35.0,
    "twenty-something": 25.0, "forty-something": 45.0, "adult": 30.0, "grown-up": 30.0, "mature": 50.0,
    "thirtysomething": 35.0, "fortysomething": 45.0, "adolescent": 15.0,
}  # fmt: skip

COMPARATIVES = {
    "taller": ("height", 1), "shorter": ("height", -1), "older": ("age", 1), "younger": ("age", -1),
    "thinner": ("build", -1), "slimmer": ("build", -1), "skinnier": ("build", -1), "leaner": ("build", -1),
    "fatter": ("build", 1), "heavier": ("build", 1), "chubbier": ("build", 1), "bulkier": ("build", 1),
    "bigger": ("build", 1), "rounder": ("build", 1), "lighter": ("build", -1),
    "stronger": ("muscle", 1), "buffer": ("muscle", 1), "weaker": ("muscle", -1), "fitter": ("muscle", 1),
}  # fmt: skip
"""Comparatives of a person as a whole: trait and sign."""
SIZE_COMPARATIVES = {
    "bigger": ("big", 1), "larger": ("big", 1), "smaller": ("big", -1), "longer": ("long", 1), "shorter": ("long", -1),
    "wider": ("wide", 1), "broader": ("wide", 1), "narrower": ("wide", -1), "thicker": ("thick", 1),
    "fuller": ("thick", 1), "plumper": ("thick", 1), "thinner": ("thick", -1), "higher": ("high", 1),
    "lower": ("high", -1), "flatter": ("high", -1), "stronger": ("wide", 1), "rounder": ("wide", 1),
}  # fmt: skip
COLOR_COMPARATIVES = {
    "darker": -1, "lighter": 1, "paler": 1, "fairer": 1, "browner": -1, "blacker": -1, "whiter": 1, "brighter": 1,
    "blonder": 1, "more tanned": -1, "tanner": -1, "deeper": -1, "less pale": -1,
}  # fmt: skip
MORE = ("more",)
LESS = ("less", "not so", "not as", "not that")
PRESENTATION_STEPS = {"masculine": -1, "manly": -1, "feminine": 1, "womanly": 1, "androgynous": 0, "girly": 1,
    "male": -1,
                "female": 1}  # fmt: skip
DEGREES = {
    "a bit": 0.5, "a little": 0.5, "slightly": 0.5, "a touch": 0.4, "a tad": 0.4, "somewhat": 0.7, "a little bit": 0.5,
    "much": 2.0, "a lot": 2.0, "far": 2.0, "way": 2.0, "even": 1.0, "still": 1.0, "very": 1.4, "really": 1.4,
    "quite": 1.1, "rather": 1.0, "super": 1.6, "extremely": 1.8, "fairly": 0.9, "pretty": 1.1, "so": 1.3, "too": 1.2,
    "heavy": 1.6, "heavily": 1.6, "light": 0.5, "lightly": 0.5, "subtle": 0.5, "lots of": 1.7, "some": 0.8,
    "a few": 0.6, "many": 1.6, "big": 1.4, "large": 1.4, "small": 0.6, "bit of": 0.5, "a bit of": 0.5,
    "completely": 1.0,
    "totally": 1.0, "bit": 0.5, "little": 0.5, "huge": 1.8, "hint of": 0.4, "strong": 1.5, "faint": 0.4, "long": 1.3,
    "thin": 0.7, "old": 1.0, "deep": 1.3, "full": 1.3, "dark": 1.2, "covered in": 1.8,
}  # fmt: skip
PATTERNS = (
    "striped", "plaid", "checked", "checkered", "floral", "polka dot", "patterned", "printed", "worn", "torn", "ripped",
    "elegant", "baggy", "tight", "loose", "fancy", "fitted", "knitted", "vintage", "modern", "casual", "formal",
    "double-breasted", "sleeveless", "oversized", "cropped", "skinny", "slim-fit", "high-waisted", "nice", "simple",
    "plain", "warm", "thick", "thin", "heavy", "long", "short", "old", "new", "big", "round", "shiny", "dirty",
    "comfortable", "light", "stylish", "smart", "classic", "winter", "summer", "rain", "trench",
)  # fmt: skip
"""Patterns that no garment of the wardrobe has, unless it is part of a garment's own name."""
SAME = ("same", "the same", "same person", "same as before", "same again", "just like now", "as before", "as now",
        "the same one", "exactly like this", "like before", "like now")  # fmt: skip
SILENT = (
    "a", "an", "the", "with", "and", "of", "in", "is", "are", "has", "have", "had", "having", "who", "that", "which",
    "her", "his", "their", "its", "she", "he", "they", "wearing", "wears", "wear", "dressed", "as", "but", "on", "at",
    "some", "one", "pair", "tied", "back", "up", "into", "cut", "tone", "color", "colour", "colored", "coloured",
    "looking", "looks", "very", "quite", "rather", "please", "i", "want", "need", "give", "me", "make", "like", "it",
    "to", "for", "over", "also", "too", "whose", "been", "being", "be", "'s", "it's", "she's", "he's", "they're",
    "who's",
    "got", "was", "just", "really", "let's", "how", "about", "around", "roughly", "approximately", "'ve", "let",
    "him", "them", "around", "somewhere", "early",
    "mid", "late", "year", "years", "avatar", "create", "imagine", "picture", "think", "works", "work", "there",
    "look", "appears", "seems", "plus", "along", "both", "all", "features", "featuring", "sporting", "sports", "kind",
    "sort", "type", "style", "styled", "worn", "done", "put", "tall", "old", "build", "build", "figure", "body", 
    "shape", "shaped", "or", "so", "kept", "rocking", "carrying", "keeps", "keep", "down", "out",
    "from", "this", "these", "my", "our", "you", "can", "would", "could", "now", "thanks", "then", "bit", "little",
    "more", "lot", "much", "slightly", "somewhat", "any", "no", "not", "without", "never",
)  # fmt: skip
