import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch trains the networks (extra 'train'); it is not installed")

from ml_core.training.textures.batches import TextureBatches  # noqa: E402
from ml_core.training.textures.losses import (  # noqa: E402
    discriminator_loss,
    generator_loss,
    gradient_penalties,
    laplacian_loss,
)
from ml_core.training.textures.measuring.classifier import judged, precision_recall, read_reals, train_classifier  # noqa: E402
from ml_core.training.textures.measuring.metrics import novelty, sliced_wasserstein, trait_errors  # noqa: E402


def test_losses_are_those_of_the_papers():
    zero = torch.zeros(3)
    assert float(discriminator_loss(zero, zero)) == pytest.approx(np.log(2))
    assert float(discriminator_loss(zero + 9, zero)) < 1e-3
    assert float(generator_loss(zero, zero + 9)) < 1e-3
    crops = torch.ones(2, 3, requires_grad=True)[..., None, None]
    slopes = torch.tensor([2.0, 4.0])[:, None, None, None]  # of D at the real crop, and at the painted one
    r1, r2 = gradient_penalties((slopes * crops).sum(dim=(1, 2, 3)), crops)
    assert float(r1) == pytest.approx(0.5 * 3 * 2**2)
    assert float(r2) == pytest.approx(0.5 * 3 * 4**2)
    weight = torch.ones(1, 1, 16, 16)
    a = torch.rand(1, 2, 16, 16)
    assert float(laplacian_loss(a, a, weight)) == 0
    assert float(laplacian_loss(a, a + 0.5, weight)) == pytest.approx(0.5, abs=1e-5)


def test_metrics_tell_good_from_bad(textures):
    colors = np.full((1, 4, 3), 0.4, np.float32)
    maps = np.full((1, 7, 512, 512), 0.4, np.float32)
    assert trait_errors(maps, colors, textures.boxes)["skin"]["median"] == pytest.approx(0, abs=0.01)
    maps[:, :3] = 0.6
    assert trait_errors(maps, colors, textures.boxes)["top"]["median"] > 10
    rng = np.random.default_rng(0)
    noise = rng.random((4, 3, 64, 64), dtype=np.float32)
    other = rng.random((4, 3, 64, 64), dtype=np.float32)
    near = sliced_wasserstein(noise, other, patches=512, slices=32)
    far = sliced_wasserstein(0.5 * noise, other, patches=512, slices=32)
    assert all(b > 2 * a for a, b in zip(near, far, strict=True))
    faces = rng.random((3, 3, 64, 64), dtype=np.float32)
    same = novelty(faces, faces, ["a", "b", "c"])
    assert same["sample_to_nearest_training"] == 0
    assert same["between_training"] > 5


def test_the_classifier_learns_and_precision_and_recall_tell_far_from_near(textures):
    batches = TextureBatches(textures, np.random.default_rng(0), 0.3)
    reals = read_reals(batches)
    network = train_classifier(reals, batches, steps=60, batch=8)
    images = reals.images(np.arange(8), reals.colors)
    outfit, presentation, features = judged(network, images)
    assert (outfit == reals.outfit.numpy()).mean() > 0.6
    assert set(presentation) <= {0, 1}
    assert precision_recall(features, features) == (1, 1)
    assert precision_recall(features, features + 1e3) == (0, 0)
