"""English words of space, size, order, amounts and looks in commands, by what they mean."""

from __future__ import annotations

TYPES = {
    "light": ("light", "lights", "light source", "light sources", "spotlight", "spotlights", "sun lamp", "area light"),
    "camera": ("camera", "cameras", "cam"),
    "mesh": ("mesh", "meshes"),
    "empty": ("empty", "empties"),
    "armature": ("armature", "armatures", "rig", "rigs", "skeleton", "skeletons"),
    "curve": ("curve", "curves"),
    "text": ("text object", "text objects"),
}

RELATIONS = {
    "on": ("on", "onto", "on top of", "upon", "atop", "on the top of", "sitting on", "standing on", "lying on"),
    "under": ("under", "underneath", "below", "beneath"),
    "above": ("above", "over", "hovering over"),
    "in": ("in", "inside", "into", "inside of", "within"),
    "next_to": (
        "next to", "beside", "alongside", "adjacent to", "by", "at the side of", "right next to", "close to",
        "near", "near to", "around here by", "to the side of", "up to", "at",
    ),
    "left_of": ("left of", "to the left of", "on the left of", "on the left side of", "to the left side of"),
    "right_of": ("right of", "to the right of", "on the right of", "on the right side of", "to the right side of"),
    "in_front_of": ("in front of", "before", "ahead of", "opposite"),
    "behind": ("behind", "in back of", "at the back of", "in the back of"),
    "between": ("between", "in between"),
    "around": ("around", "all around", "round", "in a circle around", "in a ring around", "surrounding"),
    "facing": ("facing", "face", "faces", "to face", "towards", "toward", "at", "so it faces", "looking at"),
    "row": ("in a row", "in a line", "in line", "side by side", "one after another"),
    "grid": ("in a grid", "in rows"),
    "against": ("against", "up against", "flush against", "flush with"),
    "floor": ("on the floor", "on the ground", "to the floor", "to the ground", "onto the floor", "onto the ground"),
    "center": ("in the center", "in the middle", "at the center", "to the center", "to the middle", "at the origin",
               "to the origin", "to the world origin", "at the world origin", "in the middle of the scene"),
}  # fmt: skip

DIRECTIONS = {
    "up": ("up", "upward", "upwards", "higher", "raise", "lift", "elevate", "hoist", "raised"),
    "down": ("down", "downward", "downwards", "lower", "sink", "drop"),
    "left": ("left", "to the left", "leftward", "leftwards", "to its left", "towards the left", "over to the left"),
    "right": ("right", "to the right", "rightward", "rightwards", "to its right", "towards the right",
              "over to the right"),
    "forward": ("forward", "forwards", "closer", "to the front", "towards me", "toward me", "towards the camera",
                "closer to me", "toward the camera", "frontwards", "towards us", "ahead"),
    "back": ("back", "backward", "backwards", "further away", "farther away", "away from me", "away from the camera",
             "to the back", "further back", "farther back", "away"),
    "x": ("x", "x axis", "x-axis", "the x axis", "in x", "on x", "along x", "along the x axis", "around x",
          "on the x axis", "around the x axis", "about x"),
    "y": ("y", "y axis", "y-axis", "the y axis", "in y", "on y", "along y", "along the y axis", "around y",
          "on the y axis", "around the y axis", "about y"),
    "z": ("z", "z axis", "z-axis", "the z axis", "in z", "on z", "along z", "along the z axis", "around z",
          "on the z axis", "around the z axis", "about z"),
    "clockwise": ("clockwise", "to the right"),
    "counterclockwise": ("counterclockwise", "counter-clockwise", "anticlockwise", "anti-clockwise",
                         "counter clockwise", "the other way"),
}  # fmt: skip
"""Those that are said with a verb of their own ("raise") are among them."""

SUPERLATIVES = {
    "largest": ("largest", "biggest", "hugest", "largest of", "biggest of"),
    "smallest": ("smallest", "tiniest", "littlest"),
    "tallest": ("tallest", "longest"),
    "shortest": ("shortest",),
    "widest": ("widest", "broadest"),
    "narrowest": ("narrowest", "thinnest"),
    "leftmost": ("leftmost", "left-most", "far left"),
    "rightmost": ("rightmost", "right-most", "far right"),
    "frontmost": ("frontmost", "front"),
    "rearmost": ("rearmost", "back", "rear"),
    "highest": ("highest", "topmost", "uppermost", "top"),
    "lowest": ("lowest", "bottommost", "bottom"),
    "nearest": ("nearest", "closest"),
    "farthest": ("farthest", "furthest"),
    "big": ("big", "large", "huge", "giant"),
    "small": ("small", "little", "tiny"),
}

ORDINALS = {
    1: ("first", "1st"), 2: ("second", "2nd"), 3: ("third", "3rd"), 4: ("fourth", "4th"), 5: ("fifth", "5th"),
    6: ("sixth", "6th"), 7: ("seventh", "7th"), 8: ("eighth", "8th"), 9: ("ninth", "9th"), 10: ("tenth", "10th"),
    -1: ("last", "final"), -2: ("second to last", "second last", "penultimate"),
}  # fmt: skip

NUMBERS = {
    1: ("one", "single"), 2: ("two", "couple", "pair", "both", "couple of", "pair of"), 3: ("three",), 4: ("four",),
    5: ("five",), 6: ("six",),
    7: ("seven",), 8: ("eight",), 9: ("nine",), 10: ("ten",), 11: ("eleven",), 12: ("twelve", "dozen"),
    15: ("fifteen",), 20: ("twenty",), 30: ("thirty",), 40: ("forty",), 45: ("forty-five", "forty five"),
    50: ("fifty",), 60: ("sixty",), 90: ("ninety",), 100: ("hundred",), 180: ("hundred eighty",),
    0.5: ("half",), 0.25: ("quarter",), 1.5: ("one and a half",),
}  # fmt: skip

LENGTHS = {
    "m": ("m", "meter", "meters", "metre", "metres"),
    "cm": ("cm", "centimeter", "centimeters", "centimetre", "centimetres", "cms"),
    "mm": ("mm", "millimeter", "millimeters", "millimetre", "millimetres"),
    "km": ("km", "kilometer", "kilometers"),
    "ft": ("ft", "foot", "feet"),
    "in": ("inch", "inches"),
    "unit": ("unit", "units"),
}
METERS = {"m": 1.0, "cm": 0.01, "mm": 0.001, "km": 1000.0, "ft": 0.3048, "in": 0.0254, "unit": 1.0}
ANGLES = {
    "deg": ("degree", "degrees", "deg", "degs", "°"),
    "rad": ("radian", "radians", "rad"),
    "turn": ("turn", "turns", "rotation"),
}
FACTORS = {
    2.0: ("twice", "twice as big", "double", "two times", "twice as large", "twice the size", "double the size",
          "double size", "twice its size"),
    3.0: ("triple", "three times", "three times as big", "thrice"),
    0.5: ("half", "half as big", "half the size", "half size", "half its size", "half as large"),
    1.25: ("bigger", "larger", "up", "a bit bigger", "a little bigger", "enlarge", "grow", "bigger", "taller", "wider"),
    1.5: ("much bigger", "a lot bigger", "way bigger", "much larger"),
    0.8: ("smaller", "down", "a bit smaller", "a little smaller", "shrink", "reduce", "shorter", "narrower"),
    0.6: ("much smaller", "a lot smaller", "way smaller"),
}  # fmt: skip
"""What a size is multiplied by. Vague ones take a step that can be seen and repeated."""
VAGUE = {
    0.25: ("a bit", "a little", "slightly", "a touch", "a tad", "a little bit", "a smidge", "somewhat", "a hair", "bit",
           "little"),
    1.0: ("a lot", "much", "far", "way"),
}  # fmt: skip
"""Vague amounts of meters; of degrees they are 60 times as many."""
ROTATIONS = {
    180.0: ("around", "upside down", "halfway around", "half a turn", "a half turn", "half way round", "the other way",
            "the other way round", "the other way around", "round", "over"),
    90.0: ("a quarter turn", "quarter turn", "sideways", "a quarter of a turn"),
    360.0: ("all the way around", "a full turn", "full circle", "a full rotation"),
}  # fmt: skip

PRESETS = {
    "studio": ("studio", "studio light", "studio lighting", "product", "portrait", "neutral"),
    "three_point": ("three point", "three-point", "3 point", "3-point"),
    "noon": ("day", "daylight", "sunny", "sun", "sunlight", "midday", "noon", "morning", "outdoor", "daytime"),
    "dusk": ("sunset", "golden hour", "dusk", "evening", "sunrise", "dawn", "warm", "warmer"),
    "night": ("night", "moonlight", "nighttime", "night time", "moonlit", "dark", "midnight", "moody night", "darker"),
    "night_street": ("night street", "street at night", "streetlights", "street lights", "street lamps", "lamplight",
                     "city at night", "night in the city", "night city"),
    "cozy_interior": ("cozy", "cosy", "cozy interior", "cosy interior", "cozy room", "cosy room", "candlelight",
                      "candle light", "candlelit", "lamp light", "homely", "fireside", "cozier", "cosier"),
    "overcast": ("overcast", "cloudy", "gray sky", "grey sky"),
    "soft": ("soft", "diffuse", "diffused", "even", "softer"),
    "dramatic": ("dramatic", "moody", "noir", "spooky", "cinematic", "horror"),
    "bright": ("bright", "brighter", "lighter", "well lit"),
}  # fmt: skip
"""By the ids of the looks."""
VIEWS = {
    "top": ("top", "above", "bird's eye", "birds eye", "overhead", "bird's-eye"),
    "front": ("front",), "back": ("back", "behind", "rear"), "left": ("left", "left side"),
    "right": ("right", "right side"), "camera": ("camera", "through the camera"), "bottom": ("bottom", "underneath"),
}  # fmt: skip

SIDES = {
    "leftmost": ("on the left", "at the left", "to the left", "on the left side", "left", "on the left hand side"),
    "rightmost": ("on the right", "at the right", "to the right", "on the right side", "right",
                  "on the right hand side"),
    "rearmost": ("in the back", "at the back", "in the rear", "in the background"),
    "frontmost": ("in front", "in the front", "at the front", "in the foreground"),
}  # fmt: skip
"""Places in the view that choose one of several: "the chair on the left"."""

PHRASES = {
    "all": ("all", "all of", "every", "each", "any", "every one of", "each of", "every single", "any of",
        "each one of"),
    "article": ("the", "my", "our", "this", "that", "these", "those", "a", "an", "its", "their", "of", "her",
                "his", "your"),
    "them": ("it", "them", "these", "those", "this", "that", "this one", "that one", "these ones", "those ones",
             "both of them", "all of them", "him", "her", "they", "he", "she", "all of it", "these things",
             "each of them", "both", "this thing", "that thing"),
    "selected": ("selected", "currently selected", "highlighted", "picked", "i selected", "i've selected",
                 "i have selected", "that i selected", "that are selected", "that is selected", "chosen", "i picked",
                 "that's selected", "in the selection", "i clicked", "active"),
    "selection": ("selection", "current selection", "what i selected", "what i have selected", "what's selected",
                  "whatever is selected", "what i've selected", "what is selected"),
    "visible": ("visible", "that are visible", "i can see", "i see"),
    "hidden": ("hidden", "invisible", "that are hidden", "i hid", "i have hidden"),
    "rest": ("rest", "rest of", "others", "other", "everything else", "all else", "remaining", "remainder",
             "other ones", "all the others", "all others", "rest of them", "the rest of the"),
    "everything": ("everything", "all objects", "all", "whole scene", "entire scene", "the lot", "scene", "anything",
                   "every object", "all the objects", "whatever", "whatever is", "what is", "whatever's", "what's",
                   "anything that is", "all things", "whole thing", "every thing", "room", "all of it",
                   "all the stuff", "whole room", "whole lot"),
    "things": ("object", "objects", "thing", "things", "item", "items", "one", "ones", "stuff", "piece", "pieces",
               "prop", "model", "models", "props"),
    "here": ("in the scene", "in this scene", "in my scene", "here", "there", "from the scene", "of the scene",
             "in the room", "in this room", "in the whole scene", "already", "that are there", "from the room"),
    "colored": ("colored", "coloured", "color", "colour", "in color", "in colour", "in"),
    "that": ("that", "which", "who", "is", "are", "that's", "that is", "that are", "which is", "which are", "stands",
             "standing", "sitting", "lying", "placed", "sits", "stand", "sit", "lie", "hanging", "located", "which",
             "happen to be"),
    "and": ("and", "as well as", "plus", "&", "along with", "or", "nor", "together with", "and also", "with"),
    "collection": ("collection", "group", "layer", "folder"),
}  # fmt: skip

HARMLESS = (
    "please", "pls", "plz", "thanks", "thank", "you", "thx", "hey", "hi", "hello", "ok", "okay", "so", "now", "just",
    "kindly", "could", "can", "would", "will", "may", "might", "i", "i'd", "i'll", "i'm", "we", "we'd", "me", "us",
    "want", "like", "need", "to", "the", "a", "an", "let's", "lets", "let", "ahead", "go ahead", "go ahead and",
    "and", "then", "also", "for",
    "of", "my", "our", "your", "is", "are", "be", "am", "it", "that", "this", "there", "here", "do", "does", "did",
    "have", "has", "should", "um", "uh", "er", "hmm", "well", "actually", "maybe", "perhaps", "too",
    "as", "at", "have we got", "have i got", "do we have", "over to", "whoops", "oops", "right now", "okay then",
    "all of", "if you can", "if possible", "if you could", "in", "on", "with", "by", "from", "mind", "wondering",
    "really", "simply", "quickly",
    "quick", "right", "away", "whole", "its", "their", "them", "they", "these", "those", "all", "each",
    "please.", "mate", "buddy", "dude", "atelier", "blender", "yo", "alright", "great", "cool", "good", "sorry",
    "next", "finally", "afterwards", "first", "lastly", "done", "that's", "it's", "what", "how",
    "many", "which", "much", "far", "long", "wide", "tall", "which", "been", "being", "think", "guess", "would've",
    "bit", "little", "a", "yes", "yeah", "oh", "nice", "perfect", "asap", "ta", "cheers", "gonna", "wanna", "gotta",
    "'s", "instead", "again", "still", 
    "scene", "color", "colour", "size", "into", "library", "file", "evenly", "equally", "asset", "assets", "browser",
    "further", "more", "so that",
    "was", "were", "any", "one", "ones", "his", "her",
)  # fmt: skip
"""Words that may stand outside everything that the network marks without changing the request."""
