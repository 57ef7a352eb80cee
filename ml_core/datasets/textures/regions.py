"""What each texel of an avatar texture is made of, and the surface maps that follow from that.

The avatar textures come with base color and normals only. Skin, hair, upper and lower garment are told apart by
color, by chart and by the boxes in which ``avatars.csv`` measured its colors; roughness and occlusion are derived by
the rules of :func:`roughness_rule` and :func:`occlusion_rule`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ml_core.color import srgb_to_lab
from ml_core.geometry.atlas.charts import CHARTS
from ml_core.vocabulary.traits import COLOR_REGIONS, REGIONS

_SPREAD = {"skin": (22.0, 8.0, 9.0), "hair": (13.0, 7.0, 8.0), "top": (10.0, 6.0, 7.0), "bottom": (10.0, 6.0, 7.0)}
_FREE_ENERGY = 4.5
_NEVER = 60.0

_ROUGHNESS = {"skin": 0.55, "hair": 0.45, "top": 0.82, "bottom": 0.80, "free": 0.60}
_SHOE_ROUGHNESS = 0.42

_RELIEF_OFFSET = 0.08
_RELIEF_SLOPE, _RELIEF_GAIN = 0.16, 6.0
"""Slope (rms) of the outfits whose artists made normals; the most that flat ones are raised."""
_FLATTENED = 0.25


def blur(image: NDArray, sigma: float) -> NDArray[np.float32]:
    """Gaussian blur of (H, W) or (H, W, C), edges repeated."""
    image = np.asarray(image, dtype=np.float32)
    return ndimage.gaussian_filter(image, (sigma, sigma, 0)[: image.ndim], mode="nearest", truncate=3.0)


def chart_coordinates(size: int) -> dict[str, tuple[tuple[slice, slice], NDArray, NDArray]]:
    """Pixels, t and across of every chart at ``size``."""
    return {name: (chart.pixels(size), *chart.texel_grid(size)) for name, chart in CHARTS.items()}


def _prototypes(colors: NDArray, count: int = 5, rounds: int = 6) -> NDArray:
    """Cluster centers of Lab colors (N, 3): plain k-means from evenly spaced lightness quantiles."""
    order = np.argsort(colors[:, 0])
    centers = colors[order[np.linspace(0, len(order) - 1, count + 2)[1:-1].astype(int)]]
    for _ in range(rounds):
        nearest = np.argmin(((colors[:, None] - centers[None]) ** 2).sum(-1), axis=1)
        centers = np.stack(
            [colors[nearest == k].mean(0) if np.any(nearest == k) else center for k, center in enumerate(centers)]
        )
    return centers


def _distance(lab: NDArray, centers: NDArray, spread: tuple[float, float, float]) -> NDArray:
    scale = np.asarray(spread, dtype=np.float32)
    best = np.full(lab.shape[:-1], np.inf, dtype=np.float32)
    for center in centers:
        best = np.minimum(best, (((lab - center) / scale) ** 2).sum(-1))
    return np.sqrt(best)


def _ramp(t: NDArray, start: float, end: float, height: float) -> NDArray:
    return height * np.clip((t - start) / (end - start), 0, 1)


def _chart_priors(size: int, covered_legs: bool) -> NDArray:
    """(5, S, S) energies of what can be where: no trousers on hands, shoes on feet, a waist on the torso."""
    energy = np.zeros((len(REGIONS), size, size), dtype=np.float32)
    skin, hair, top, bottom, free = range(len(REGIONS))
    energy[hair] = _NEVER
    for name, (pixels, t, _) in chart_coordinates(size).items():
        part = name.removeprefix("left_").removeprefix("right_")
        cell = energy[(slice(None), *pixels)]
        if part == "head":
            cell[hair] = _ramp(t, 0.62, 0.82, 8.0)
            cell[top] = 12.0 - _ramp(t, 0.72, 0.84, 12.0)
            cell[bottom] = _NEVER
            cell[free] = 6.0 - _ramp(t, 0.74, 0.86, 5.0)
        elif part == "torso":
            cell[top] = _ramp(t, 0.70, 0.86, 5.0)
            cell[bottom] = 5.0 - _ramp(t, 0.60, 0.74, 5.0)
        elif part in ("upper_arm", "lower_arm"):
            cell[bottom] = _NEVER
        elif part in ("hand_back", "hand_palm"):
            cell[top] = 5.0 + _ramp(t, 0.0, 0.15, _NEVER)
            cell[bottom] = _NEVER
            cell[free] = 8.0
        elif part in ("upper_leg", "lower_leg"):
            cell[top] = 3.0 + _ramp(t, 0.1, 0.35, _NEVER) if part == "upper_leg" else _NEVER
            cell[free] = 1.0 - _ramp(t, 0.6, 0.8, 1.0) if part == "lower_leg" else 2.0
            cell[skin] = _NEVER if covered_legs else 0.0
        else:
            cell[top] = _NEVER
            cell[bottom] = 4.0
            cell[skin] = _NEVER if covered_legs else 1.0
            cell[free] = 0.0
    return energy


def segment(base_color: NDArray, boxes: Mapping[str, NDArray], has_hair: bool, covered_legs: bool) -> NDArray:
    """Soft region masks (5, S, S) float32 that sum to 1, in the order of :data:`REGIONS`.

    Args:
        base_color: (S, S, 3) sRGB 0..1 in the body atlas.
        boxes: for skin, hair, top and bottom the texels (S, S) bool in which ``avatars.csv`` measured the color.
        has_hair: whether the crown shows hair; without, no texel is called hair.
        covered_legs: no skin below the waist (boots may have the color of skin).
    """
    size = base_color.shape[0]
    lab = srgb_to_lab(blur(base_color, size / 512))
    energy = _chart_priors(size, covered_legs)
    hands = np.zeros((size, size), dtype=bool)
    for name, chart in CHARTS.items():
        if "hand" in name:
            hands[chart.pixels(size)] = True
    for index, region in enumerate(COLOR_REGIONS):
        seeds = boxes[region] | hands if region == "skin" else boxes[region]
        if region == "hair" and not has_hair:
            energy[index] = _NEVER
            continue
        if region == "bottom":
            legs = boxes["bottom"]
            seeds = legs if legs.any() else boxes["top"]
        energy[index] += 0.5 * _distance(lab, _prototypes(lab[seeds]), _SPREAD[region]) ** 2
    energy[4] += _FREE_ENERGY
    energy = np.stack([blur(np.minimum(layer, _NEVER), 1.5 * size / 512) for layer in energy])
    weights = np.exp(-(energy - energy.min(axis=0)))
    masks = weights / weights.sum(axis=0)
    if has_hair:
        masks = _keep_crown_hair(masks)
    return masks.astype(np.float32)


def _keep_crown_hair(masks: NDArray) -> NDArray:
    """Hair hangs together with the crown: dark nostrils and lashes go back to skin. (Brows and beards stay skin.)"""
    size = masks.shape[-1]
    pixels = CHARTS["head"].pixels(size)
    hair = masks[(1, *pixels)]
    candidate = hair > 0.3
    crown = np.zeros_like(candidate)
    crown[: max(2, candidate.shape[0] // 6)] = True
    # Around the head: three copies side by side, of which the middle one has its neighbors.
    reached = ndimage.binary_propagation(np.tile(crown & candidate, 3), mask=np.tile(candidate, 3))
    reached = reached[:, candidate.shape[1] : 2 * candidate.shape[1]]
    keep = np.clip(2 * blur(reached.astype(np.float32), size / 256), 0, 1)
    moved = hair * (1 - keep)
    masks = masks.copy()
    masks[(1, *pixels)] -= moved
    masks[(0, *pixels)] += moved
    return masks


def roughness_rule(base_color: NDArray, masks: NDArray) -> NDArray:
    """Roughness (S, S) of sRGB base color (S, S, 3) and region masks (5, S, S).

    Measured skin lies at 0.45 to 0.6 with an oilier forehead, nose and chin (the T-zone) and moist lips; hair fibers
    are glossy (0.45), woven cloth is nearly diffuse (0.8), polished leather is not (0.42 on the feet).
    Texels darker than their surroundings (pores, weave gaps, seams) are rougher.
    """
    size = base_color.shape[0]
    values = np.array([_ROUGHNESS[name] for name in REGIONS], dtype=np.float32)
    result = np.tensordot(values, masks, axes=1)
    for name, (pixels, t, across) in chart_coordinates(size).items():
        if name.endswith("foot"):
            result[pixels] += masks[(4, *pixels)] * (_SHOE_ROUGHNESS - _ROUGHNESS["free"])
        if name == "head":
            forehead = np.exp(-(((t - 0.36) / 0.06) ** 2) - (across / 0.55) ** 2)
            nose = np.exp(-(((t - 0.52) / 0.10) ** 2) - (across / 0.16) ** 2)
            result[pixels] -= 0.10 * masks[(0, *pixels)] * np.maximum(forehead, nose)
    lab = srgb_to_lab(base_color)
    redness = np.clip((lab[..., 1] - blur(lab[..., 1], size / 24) - 4) / 10, 0, 1)
    result -= 0.15 * masks[0] * redness * (_head_front(size))
    luminance = lab[..., 0]
    result += np.clip((blur(luminance, size / 64) - luminance) * 0.004, -0.03, 0.06)
    return np.clip(result, 0.05, 1.0).astype(np.float32)


def _head_front(size: int) -> NDArray:
    front = np.zeros((size, size), dtype=np.float32)
    pixels, _, across = chart_coordinates(size)["head"]
    front[pixels] = np.exp(-((across / 0.8) ** 2))
    return front


def relief_rule(normal: NDArray, base_color: NDArray, masks: NDArray) -> tuple[NDArray, NDArray]:
    """Folds and seams that the artist painted into the base color of cloth, moved into the normals.

    Half of the outfits come with flat normals and shaded folds. Dark lines of a plain cloth are taken for valleys, so
    the lightness without each region's own color is a height; its slope joins where the normals are flat, and the
    shading in the base color is reduced by what the relief will now give.

    Args:
        normal: xy (S, S, 2), OpenGL. base_color: sRGB (S, S, 3). masks: (5, S, S) in the order of :data:`REGIONS`.

    Returns:
        normals and base color of the same shapes.
    """
    size = normal.shape[0]
    logs = np.log(base_color.mean(axis=-1) + _RELIEF_OFFSET)
    flat = np.zeros_like(logs)
    for mask in masks:
        flat += mask * float((logs * mask).sum() / max(mask.sum(), 1e-3))
    cloth = np.clip(masks[2] + masks[3] + 0.6 * masks[4], 0, 1)
    height = np.zeros_like(logs)
    slope = np.zeros_like(normal)
    for chart in CHARTS.values():
        pixels = chart.pixels(size)
        height[pixels] = blur(logs[pixels] - flat[pixels], size / 512)
        down, right = np.gradient(height[pixels])
        slope[(*pixels, 0)], slope[(*pixels, 1)] = -right, down
    slope *= size / 512 * cloth[..., None]
    strength = np.sqrt((slope**2).sum(-1)[cloth > 0.5].mean() if np.any(cloth > 0.5) else 1.0)
    slope *= min(_RELIEF_GAIN, _RELIEF_SLOPE / max(float(strength), 1e-6))
    slope /= np.maximum(1, np.linalg.norm(slope, axis=-1, keepdims=True) / 0.45)
    present = np.sqrt(blur((normal**2).sum(-1), size / 64))
    missing = cloth * np.clip(1 - present / _RELIEF_SLOPE, 0, 1)
    color = np.exp(np.log(base_color + _RELIEF_OFFSET) - _FLATTENED * (missing * height)[..., None]) - _RELIEF_OFFSET
    return np.clip(normal + missing[..., None] * slope, -0.95, 0.95), np.clip(color, 0, 1).astype(np.float32)


def occlusion_rule(normal: NDArray, base_color: NDArray) -> NDArray:
    """Occlusion (S, S) in 0..1 (1 = open) of normals xy (S, S, 2, OpenGL) and sRGB base color.

    The divergence of the normals is the curvature of the relief: where it is negative the surface is a valley. Valleys
    at three scales, and the broad dark lines that the artists baked into the base color, darken the result.
    """
    size = normal.shape[0]
    divergence = np.gradient(normal[..., 0], axis=1) - np.gradient(normal[..., 1], axis=0)
    cavity = sum(
        gain * np.maximum(0, -blur(divergence, sigma * size / 512))
        for gain, sigma in ((1.5, 1.0), (4.0, 2.5), (8.0, 6.0))
    )
    luminance = srgb_to_lab(base_color)[..., 0]
    baked = np.clip((blur(luminance, size / 40) - blur(luminance, size / 400)) / 100 - 0.02, 0, 0.2)
    return np.clip(1 - np.minimum(cavity, 0.6) - 0.5 * baked, 0.25, 1.0).astype(np.float32)
