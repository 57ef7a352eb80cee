"""Standing heights of adults in meters by presentation: 0 masculine, 1 feminine."""

from __future__ import annotations

DRAWN_HEIGHT = {0.0: (1.71, 0.07), 1.0: (1.59, 0.065)}
"""Mean and standard deviation that the seed draws by: NCD Risk Factor Collaboration 2016, "A century of trends in adult
human height", means over the countries born 1996, and the usual 0.07 m spread."""

SPOKEN_MEAN_HEIGHT = {0.0: 1.76, 0.5: 1.70, 1.0: 1.64}
"""The mean to which "tall" and "short" in a description are relative: about the means of Europe and North America
(NCD-RisC 2020), which are higher than those of the world."""

BODY_MASS_INDEX = {
    0.0: (19.0, 20.6, 21.6, 22.2, 22.7, 26.3, 32.3, 38.7, 41.6),
    1.0: (16.1, 18.2, 19.5, 20.2, 20.9, 24.5, 30.4, 36.7, 39.6),
}
"""Kilograms per square meter of adults of our body model at :data:`WEIGHTS`: its volume times the density of people
(:func:`ml_core.geometry.body.measures.body_mass`), at average muscle, within 0.8 between heights of 1.6 and 1.9 m."""
CHILD_MASS_INDEX = {
    0.0: (15.5, 16.3, 16.7, 17.1, 17.3, 19.4, 22.9, 26.6, 28.3),
    1.0: (13.8, 14.7, 15.5, 16.2, 16.7, 18.9, 22.3, 25.9, 27.5),
}
"""The same at ten years."""
WEIGHTS = (0.0, 0.25, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
"""Values of the trait ``weight``."""

REFERENCE_HEIGHT = 1.72
"""Height of the neutral body, and initial value of the panel's slider."""
