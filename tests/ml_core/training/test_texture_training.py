import json

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch trains the networks (extra 'train'); it is not installed")
pytest.importorskip("lightning", reason="Lightning Fabric trains the networks (extra 'train'); it is not installed")

from lightning.fabric import Fabric  # noqa: E402

from ml_core.datasets.avatar_textures import AtlasTextures, TextureLabel  # noqa: E402
from ml_core.errors import AtelierError  # noqa: E402
from ml_core.networks.generator import GeneratorConfig  # noqa: E402
from ml_core.training.texture_batches import TextureBatches  # noqa: E402
from ml_core.training.texture_config import TextureTrainingConfig  # noqa: E402
from ml_core.training.texture_losses import discriminator_loss, generator_loss, laplacian_loss, r1_penalty  # noqa: E402
from ml_core.training.texture_metrics import novelty, sliced_wasserstein, trait_errors  # noqa: E402
from ml_core.training.texture_trainer import TextureTrainer  # noqa: E402
from ml_core.vocabulary.traits import OUTFITS  # noqa: E402

TINY = TextureTrainingConfig(
    generator=GeneratorConfig(4, 4, 16, (8, 8, 8), (8, 4, 4), (0, 4, 4), (1, 1, 1)),
    steps_64=2,
    steps_128=1,
    steps_256=1,
    adversarial_steps=3,
    batch=2,
    mixed_batch=1,
    discriminator_width=4,
    crops=2,
    r1_every=2,
    hold_out=("g3",),
    saves=1,
)


@pytest.fixture(scope="module")
def textures() -> AtlasTextures:
    rng = np.random.default_rng(0)
    count, size = 8, 256
    labels = [
        TextureLabel(
            f"id{k // 2}", f"g{k // 2}", OUTFITS[k % 5], OUTFITS[k % 5], k % 5, float(k // 2 % 2),
            "#c28567", "#1d120e", "#203050", "#808080", "#443322", "atlas",
        )
        for k in range(count)
    ]  # fmt: skip
    regions = np.zeros((count, size, size, 5), np.uint8)
    for k in range(5):
        regions[:, :, k * 50 : (k + 1) * 50 + 10, k] = 255
    boxes = np.zeros((4, size, size), bool)
    for k in range(4):
        boxes[k, 20:30, k * 50 + 20 : k * 50 + 40] = True
    return AtlasTextures(
        labels,
        rng.integers(60, 190, (count, size, size, 3), dtype=np.uint8),
        rng.integers(-30, 30, (count, size, size, 2)).astype(np.int8),
        regions,
        rng.integers(0, 255, (count, size, size, 2), dtype=np.uint8),
        np.ones((size, size), np.float32),
        boxes,
    )


def trainer(textures, folder, config=TINY) -> TextureTrainer:
    return TextureTrainer(config, textures, folder, Fabric(accelerator="cpu", devices=1))


def silent(_: str) -> None:
    pass


def test_a_resumed_run_ends_where_an_unbroken_one_does(textures, tmp_path):
    whole = trainer(textures, tmp_path / "whole")
    whole.fit(report=silent)
    first = trainer(textures, tmp_path / "broken")
    first.fit(stop=5, report=silent)
    second = trainer(textures, tmp_path / "broken")
    second.resume(tmp_path / "broken" / "checkpoint.pt")
    second.fit(report=silent)
    assert second.step == TINY.total_steps
    for mine, other in zip(second.average.parameters(), whole.average.parameters(), strict=True):
        assert torch.allclose(mine, other, atol=1e-6)
    assert list((tmp_path / "whole").glob("grid_*.png"))
    assert json.loads((tmp_path / "whole" / "config.json").read_text())["steps_64"] == 2


def test_held_out_faces_are_not_seen(textures, tmp_path):
    assert trainer(textures, tmp_path).batches.identities == ["id0", "id1", "id2"]


def test_training_learns(textures, tmp_path):
    import dataclasses

    config = dataclasses.replace(TINY, steps_64=60, steps_128=0, steps_256=0, adversarial_steps=0, learning_rate=1e-2)
    model = trainer(textures, tmp_path, config)
    batch = model.batches.draw(4)
    before = float(model._reconstruct(batch)[0].detach())
    model.fit(report=silent)
    model.step = 0
    assert float(model._reconstruct(batch)[0].detach()) < 0.8 * before


def test_a_number_that_is_not_finite_stops_training(textures, tmp_path):
    model = trainer(textures, tmp_path)
    with torch.no_grad():
        model.painter.positions[0].fill_(float("nan"))
    with pytest.raises(AtelierError, match="not a finite number"):
        model.fit(report=silent)
    assert not (tmp_path / "checkpoint.pt").exists()


def test_a_file_that_is_no_checkpoint_is_named(textures, tmp_path):
    path = tmp_path / "checkpoint.pt"
    path.write_bytes(b"not a checkpoint")
    with pytest.raises(AtelierError, match=r"checkpoint\.pt"):
        trainer(textures, tmp_path).resume(path)


def test_recolouring_changes_the_regions_and_nothing_else(textures):
    batches = TextureBatches(textures, np.random.default_rng(0), 0.3)
    index = np.array([1])
    colors = batches.colors[index].copy()
    same = batches.batch(index, colors).target[0, :3].numpy()
    original = textures.base_color[1].transpose(2, 0, 1) / 255
    assert np.abs(same - original).max() < 1e-3
    colors[0, 2] = [0.8, 0.1, 0.1]
    new = batches.batch(index, colors).target[0, :3].numpy()
    top = textures.regions[1, :, :, 2] > 0
    assert np.abs(new - same)[:, ~top].max() < 1e-6
    assert (new - same)[0, top].mean() > 0.1


def test_losses_are_those_of_the_papers():
    zero = torch.zeros(3)
    assert float(discriminator_loss(zero, zero)) == pytest.approx(2 * np.log(2))
    assert float(generator_loss(zero)) == pytest.approx(np.log(2))
    crops = torch.ones(2, 3, requires_grad=True)[..., None, None]
    assert float(r1_penalty((2 * crops).sum(dim=(1, 2, 3)), crops)) == pytest.approx(0.5 * 3 * 4)
    weight = torch.ones(1, 1, 16, 16)
    a = torch.rand(1, 2, 16, 16)
    assert float(laplacian_loss(a, a, weight)) == 0
    assert float(laplacian_loss(a, a + 0.5, weight)) == pytest.approx(0.5, abs=1e-5)


def test_metrics_tell_good_from_bad(textures):
    colors = np.full((1, 4, 3), 0.4, np.float32)
    maps = np.full((1, 7, 256, 256), 0.4, np.float32)
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
