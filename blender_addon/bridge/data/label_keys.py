"""Names of the custom properties that store an object's label, and what it is a part of."""

LABEL_KEY = "atelier_label"
CONFIDENCE_KEY = "atelier_confidence"
RANKING_KEY = "atelier_ranking"
BY_HAND_KEY = "atelier_labeled_by_hand"

PART_KEY = "atelier_part_of"
"""Of a part: the id of its root; older versions wrote its name."""

PLACE_KEY = "atelier_part_place"
"""Of a part: where its origin stood in the space of its root, (3,)."""

NAMED_KEY = "atelier_named"
"""The name that an object got after its label: it says nothing that was not known before."""
