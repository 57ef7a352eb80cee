import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch trains the networks (extra 'train'); it is not installed")
pytest.importorskip("onnx", reason="onnx exports the networks (extra 'train'); it is not installed")

from ml_core.networks.discriminator import PatchDiscriminator  # noqa: E402
from ml_core.networks.generator import GeneratorConfig, TexturePainter, chart_groups, compose_color  # noqa: E402
from ml_core.networks.style_sampler import SEED_SIZE, CodeSampler  # noqa: E402
from ml_core.training.texture_export import TextureNetwork, export_network  # noqa: E402

TINY = GeneratorConfig(
    face_code=4,
    outfit_code=4,
    style=16,
    channels=(8, 8, 8),
    position_channels=(8, 4, 4),
    passed_channels=(0, 4, 4),
)


@pytest.fixture
def network():
    torch.manual_seed(0)
    sampler = CodeSampler(np.array([0.0, 1.0, 0.0]), np.array([0.0, 1.0]), np.eye(5)[[0, 1]], (4, 4))
    return TextureNetwork(TexturePainter(TINY), sampler).eval()


def test_every_cell_belongs_to_one_group():
    assert torch.equal(chart_groups().sum(dim=0), torch.ones(32, 32))


def test_levels_stop_at_their_size(network):
    codes = torch.zeros(1, 4), torch.zeros(1, 4), torch.full((1, 4, 3), 0.5), torch.zeros(1, 1)
    for levels, size in ((1, 64), (2, 128), (3, 256)):
        maps, masks = network.painter(*codes, levels)
        assert maps.shape == (1, 7, size, size)
        assert torch.allclose(masks.sum(dim=1), torch.ones(1, size, size), atol=1e-5)


def test_a_region_without_detail_has_exactly_the_asked_colour():
    colors = torch.rand(1, 4, 3)
    masks = torch.zeros(1, 5, 2, 2)
    for region in range(4):
        masks[0, region, region // 2, region % 2] = 1
    painted = compose_color(torch.zeros(1, 3, 2, 2), masks, colors)
    assert torch.allclose(painted[0].permute(1, 2, 0).reshape(4, 3), colors[0], atol=1e-5)


def test_onnx_runtime_agrees_with_torch(network, tmp_path):
    import onnxruntime

    path = tmp_path / "tiny.onnx"
    export_network(network, path)
    rng = np.random.default_rng(0)
    feeds = {
        "z": rng.standard_normal((3, SEED_SIZE)).astype(np.float32),
        "colors": rng.random((3, 4, 3), dtype=np.float32),
        "outfit": np.eye(5, dtype=np.float32)[[0, 1, 4]],
        "presentation": np.array([[0.0], [1.0], [0.4]], np.float32),
    }
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    with torch.no_grad():
        expected = network(*(torch.from_numpy(value) for value in feeds.values()))
    for mine, other in zip(session.run(["maps", "regions"], feeds), expected, strict=True):
        assert mine.shape == other.shape
        assert np.abs(mine - other.numpy()).max() < 1e-3


def test_the_sampler_follows_outfit_and_presentation(network):
    sampler = network.sampler
    z = torch.randn(64, SEED_SIZE)
    woman = torch.ones(64, 1)
    face, outfit = sampler(z, torch.eye(5)[[1] * 64], woman)
    assert torch.allclose(face, sampler.face_codes[1].expand(64, -1), atol=0.15)
    assert torch.allclose(outfit, sampler.outfit_codes[1].expand(64, -1), atol=0.05)


def test_the_discriminator_knows_where_it_looks():
    torch.manual_seed(0)
    discriminator = PatchDiscriminator(width=4, place_channels=4)
    crop = torch.zeros(1, 7, 64, 64).expand(2, -1, -1, -1)
    logits = discriminator(crop, torch.tensor([[0, 0], [128, 64]]))
    assert logits.shape == (2, 8, 8)
    assert not torch.allclose(logits[0], logits[1])
