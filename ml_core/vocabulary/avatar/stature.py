"""Standing heights of adults in meters by presentation: 0 masculine, 1 feminine."""

from __future__ import annotations

DRAWN_HEIGHT = {0.0: (1.71, 0.07), 1.0: (1.59, 0.065)}
"""Mean and standard deviation that the seed draws by: NCD Risk Factor Collaboration 2016, "A century of trends in adult
human height", means over the countries born 1996, and the usual 0.07 m spread."""

SPOKEN_MEAN_HEIGHT = {0.0: 1.76, 0.5: 1.70, 1.0: 1.64}
"""What "tall" and "short" in a description are said against: about the means of Europe and North America (NCD-RisC
2020), which are higher than those of the world."""

REFERENCE_HEIGHT = 1.72
"""Of the neutral body, and where the panel's slider stands before it is moved."""
