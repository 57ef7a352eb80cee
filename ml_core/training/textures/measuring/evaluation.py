"""Figures of an exported texture generator, measured in ONNX Runtime against a data set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from ml_core.color import linear_to_srgb, srgb_to_hex, srgb_to_linear
from ml_core.datasets.textures.avatar_textures import AtlasTextures
from ml_core.geometry.atlas.resize import resize_atlas
from ml_core.inference.textures.generator import TextureGenerator
from ml_core.training.cards import plain_card
from ml_core.training.textures.batches import TextureBatches
from ml_core.training.textures.export import read_network
from ml_core.training.textures.measuring.classifier import SIZE as CLASSIFIER_SIZE
from ml_core.training.textures.measuring.classifier import judged, precision_recall, read_reals, train_classifier
from ml_core.training.textures.measuring.metrics import face_window, novelty, sliced_wasserstein, trait_errors
from ml_core.training.textures.model import matched
from ml_core.training.textures.results import MEASURED, request_colors
from ml_core.training.textures.starting import SIZE
from ml_core.vocabulary.avatar.seed_vector import SEED_SIZE
from ml_core.vocabulary.traits import COLOR_REGIONS, OUTFITS, AvatarTraits


def measure(weights: Path, data: Path, pictures: Path, requests: int) -> dict[str, Any]:
    """All figures of the exported ``weights`` against the dataset in ``data``; samples.png and inversion.png go to the
    folder ``pictures``.

    Raises:
        InputError: weights, card or dataset are missing or damaged.
    """
    card = plain_card(weights)
    hold_out = tuple(card["training"]["configuration"]["hold_out"])
    textures = AtlasTextures.load(data, SIZE)
    pictures.mkdir(parents=True, exist_ok=True)
    seen = [i for i, label in enumerate(textures.labels) if label.face_group not in hold_out]
    batches = TextureBatches(textures.subset(np.array(seen)), np.random.default_rng(0), 1.0)
    evaluation = Evaluation(TextureGenerator.load(weights, "cpu"), textures, batches, hold_out)
    evaluation.samples(pictures / "samples.png")
    metrics: dict[str, Any] = {
        "traits": evaluation.traits(requests),
        "sliced_wasserstein_x1000": evaluation.wasserstein(min(64, requests)),
        "face_distance": evaluation.novelty(min(200, requests)),
    }
    size = evaluation.generator.native_size
    if size > SIZE:
        fine = AtlasTextures.load(data, size)
        metrics["finest_band_x1000"] = evaluation.finest(fine, min(24, requests))
        metrics["training_faces_again"] = evaluation.faces_again(fine, weights, min(24, requests))
    if evaluation.held:
        metrics["inversion"] = evaluation.inversion(pictures / "inversion.png")
    return metrics


class Evaluation:
    """Draws from the exported file and measures it against the data set."""

    def __init__(
        self, generator: TextureGenerator, textures: AtlasTextures, batches: TextureBatches, hold_out: tuple[str, ...]
    ) -> None:
        self.generator, self.textures, self.batches, self.hold_out = generator, textures, batches, hold_out
        self.rng = np.random.default_rng(2026)
        self.boxes = textures.boxes[:, :: SIZE // MEASURED, :: SIZE // MEASURED]
        self.held = [i for i, label in enumerate(textures.labels) if label.face_group in hold_out]

    def requests(self, count: int, colors: np.ndarray) -> list[AvatarTraits]:
        """Random outfits and presentations in ``colors`` (count, 4, 3)."""
        named: list[dict[str, Any]] = [dict(zip(COLOR_REGIONS, map(srgb_to_hex, row), strict=True)) for row in colors]
        return [
            AvatarTraits(
                **traits,
                outfit=OUTFITS[self.rng.integers(len(OUTFITS))],
                presentation=float(self.rng.integers(0, 2)),
            )
            for traits in named
        ]

    def painted(self, request: AvatarTraits) -> np.ndarray:
        """Maps (7, :data:`MEASURED`, :data:`MEASURED`) of a random seed vector."""
        return self.generator.paint(request, self.rng.standard_normal(SEED_SIZE).astype(np.float32), MEASURED)[0]

    def traits(self, count: int) -> dict[str, Any]:
        """Color differences, and the classifier's agreement and features."""
        colors = np.stack([self.batches.distribution.draw(self.rng) for _ in range(count)]).astype(np.float32)
        requests = self.requests(count, colors)
        exact = np.stack([request_colors(request) for request in requests])
        reals = read_reals(self.batches)
        network = train_classifier(reals, self.batches)
        errors, small = [], []
        for request, requested in zip(requests, exact, strict=True):
            maps = self.painted(request)
            errors.append(trait_errors(maps[None], requested[None], self.boxes))
            small.append(reduced(maps))
        outfit, presentation, _ = judged(network, torch.stack(small))
        result: dict[str, Any] = {"requests": count, "ciede2000": _merged(errors)}
        result["classifier_agrees"] = {
            "outfit": _share([OUTFITS[k] == r.outfit for k, r in zip(outfit, requests, strict=True)]),
            "presentation": _share([k == r.presentation for k, r in zip(presentation, requests, strict=True)]),
        }
        if self.held:
            unseen = read_reals(self._subset(self.held))
            outfit, presentation, _ = judged(network, unseen.images(np.arange(len(self.held)), unseen.colors))
            result["classifier_on_people_kept_out"] = {
                "outfit": _share(outfit == unseen.outfit.numpy()),
                "presentation": _share(presentation == unseen.presentation.numpy()),
            }
        everyone = np.arange(len(reals.outfit))
        real = judged(network, reals.images(everyone, reals.colors))[2]
        index = self.rng.integers(len(everyone), size=len(everyone))
        natural = [reduced(self.painted(r)) for r in self.requests(len(index), self.batches.colors[index])]
        precision, recall = precision_recall(real, judged(network, torch.stack(natural))[2])
        result["precision_recall"] = {"precision": round(precision, 3), "recall": round(recall, 3)}
        return result

    def wasserstein(self, count: int) -> dict[str, Any]:
        """Distances (finest of four bands first) of base color and normals."""
        labels = self.textures.labels
        groups = sorted({label.face_group for label in labels if label.face_group not in self.hold_out})
        half = set(groups[::2])
        first = [i for i, label in enumerate(labels) if label.face_group in half]
        second = [i for i, label in enumerate(labels) if label.face_group in set(groups) - half]
        colors = self.batches.colors[self.rng.integers(len(self.batches.colors), size=count)]
        drawn = np.stack([self.painted(request)[:5] for request in self.requests(count, colors)])
        result = {"between_real_halves": sliced_wasserstein(self._real(first), self._real(second))}
        if self.held:
            real = self._real(self.held)
            result["generated_to_held_out"] = sliced_wasserstein(drawn, real)
            result["training_to_held_out"] = sliced_wasserstein(self._real((first + second)[:64]), real)
        return result

    def finest(self, textures: AtlasTextures, count: int) -> dict[str, Any]:
        """The finest band of the largest size: what is painted there, and the next smaller size resampled to it.
        ``textures`` are the data in the largest size."""
        size = self.generator.native_size
        colors = self.batches.colors[self.rng.integers(len(self.batches.colors), size=count)]
        painted, resampled = [], []
        for request in self.requests(count, colors):
            latent = self.rng.standard_normal(SEED_SIZE).astype(np.float32)
            painted.append(self.generator.paint(request, latent, size)[0][:5])
            half = self.generator.paint(request, latent, size // 2)[0][:5]
            resampled.append(resized(half.transpose(1, 2, 0), size))
        training = as_maps(textures, self._seen(count), size)
        real = as_maps(textures, self.held or self._seen()[1::2], size)
        sets = {"painted": np.stack(painted), "resampled": np.stack(resampled), "training": training}
        return {"size": size} | {name: sliced_wasserstein(maps, real)[0] for name, maps in sets.items()}

    @torch.no_grad()
    def faces_again(self, textures: AtlasTextures, weights: Path, count: int) -> dict[str, float]:
        """PSNR in dB of sRGB between training faces in the largest size and the paintings of their own codes: as
        painted, and resampled from the next smaller size."""
        network = read_network(weights)[0]
        batches = TextureBatches(textures.subset(np.array(self._seen(count))), np.random.default_rng(0), 1.0)
        heads, garments = matched(network.painter, network.bank, batches)
        window = face_window(textures.size)
        errors = []
        for index in range(len(batches.faces)):
            real = batches.whole(np.array([index]), batches.colors[[index]])
            shares = network.bank.own_shares(
                torch.from_numpy(heads[batches.faces[[index]]]), torch.from_numpy(garments[batches.outfits[[index]]])
            )
            raw = network.painter.paint_atlas(network.bank(*shares), details=network.bank.face_details(shares[0]))
            half, large = (network.painter.finish(item, real.colors)[0][0, :3].permute(1, 2, 0) for item in raw[-2:])
            wanted = real.target[0, :3].permute(1, 2, 0).numpy()[window]
            found = (large.numpy()[window], resize_atlas(half.numpy(), textures.size)[window])
            errors.append([float(np.square(item - wanted).mean()) for item in found])
        painted, resampled = (-10 * np.log10(np.array(errors))).mean(axis=0)
        return {"painted_db": round(float(painted), 2), "resampled_db": round(float(resampled), 2)}

    def novelty(self, count: int) -> dict[str, float]:
        """Faces in the mean colors of the data."""
        colors = self.batches.colors.mean(axis=0)
        index = np.array([int(np.flatnonzero(self.batches.faces == k)[0]) for k in range(self.batches.faces.max() + 1)])
        known = [self.batches.whole(index[[k]], colors[None]).target[0, :3] for k in range(len(index))]
        drawn = [self.painted(request)[:3] for request in self.requests(count, np.repeat(colors[None], count, axis=0))]
        groups = [self.batches.textures.labels[i].face_group for i in index]
        known = [resized(image.permute(1, 2, 0).numpy(), MEASURED) for image in known]
        return novelty(np.stack(drawn), np.stack(known), groups)

    def inversion(self, picture: Path) -> dict[str, Any]:
        """Inversion of people held out from training: the whole texture, and the face alone; PSNR and a picture."""
        labels = self.textures.labels
        first = {labels[i].identity: i for i in reversed(self.held)}
        rows: list[np.ndarray] = []
        found: dict[str, list[float]] = {"whole": [], "face_only": []}
        for index in first.values():
            image = srgb_to_linear(self.textures.base_color[index].astype(np.float32) / 255)
            known = self.textures.valid > 0.5
            face = np.zeros_like(known)
            face[: SIZE // 2, SIZE // 8 : SIZE * 3 // 8] = known[: SIZE // 2, SIZE // 8 : SIZE * 3 // 8]
            row = [self.textures.base_color[index][:: SIZE // MEASURED, :: SIZE // MEASURED]]
            for name, mask in (("whole", known), ("face_only", face)):
                inverted = self.generator.invert(image, mask)
                found[name].append(inverted.psnr)
                maps = self.generator.generate(inverted.traits, 0, MEASURED, latent=inverted.latent)
                row.append(np.round(255 * linear_to_srgb(maps.base_color)).astype(np.uint8))
            rows.append(np.concatenate(row, axis=1))
        Image.fromarray(np.concatenate(rows)).save(picture)
        return {"people": len(rows)} | {f"psnr_{name}": round(float(np.mean(all_)), 2) for name, all_ in found.items()}

    def samples(self, picture: Path) -> None:
        """64 people drawn by the seeds 0 to 63."""
        tiles = [
            np.round(255 * linear_to_srgb(self.generator.generate(seed=seed, size=256).base_color)).astype(np.uint8)
            for seed in range(64)
        ]
        Image.fromarray(np.concatenate([np.concatenate(tiles[k : k + 8], axis=1) for k in range(0, 64, 8)])).save(
            picture
        )

    def _seen(self, count: int | None = None) -> list[int]:
        """Textures of the training: all of them, or about ``count``, spread over the data."""
        seen = [i for i in range(len(self.textures.labels)) if i not in self.held]
        return seen[:: max(1, len(seen) // count) if count else 1]

    def _subset(self, index: list[int]) -> TextureBatches:
        return TextureBatches(self.textures.subset(np.array(index)), np.random.default_rng(0), 1.0)

    def _real(self, index: list[int]) -> np.ndarray:
        return as_maps(self.textures, index, MEASURED)


def as_maps(textures: AtlasTextures, index: list[int], size: int) -> np.ndarray:
    """(N, 5, size, size) base color and normals of the textures at ``index``."""
    images = (
        np.concatenate([textures.base_color[i] / np.float32(255), textures.normal[i] / np.float32(127)], axis=-1)
        for i in index
    )
    return np.stack([resized(image, size) for image in images])


def resized(image: np.ndarray, size: int) -> np.ndarray:
    """(C, size, size) of (S, S, C)."""
    return resize_atlas(image, size).transpose(2, 0, 1)


def reduced(maps: np.ndarray) -> torch.Tensor:
    """(5, S, S) base color and normals as the classifier sees them."""
    factor = maps.shape[-1] // CLASSIFIER_SIZE
    return torch.from_numpy(maps[:5].reshape(5, CLASSIFIER_SIZE, factor, CLASSIFIER_SIZE, factor).mean(axis=(2, 4)))


def _share(agree: Any) -> float:
    return round(float(np.mean(agree)), 3)


def _merged(errors: list[dict[str, dict[str, float]]]) -> dict[str, dict[str, float]]:
    """Median and 95th percentile over requests that were measured one by one."""
    return {
        name: {
            "median": round(float(np.median([error[name]["median"] for error in errors])), 2),
            "p95": round(float(np.quantile([error[name]["median"] for error in errors], 0.95)), 2),
        }
        for name in errors[0]
    }
