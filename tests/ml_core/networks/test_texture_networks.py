import dataclasses

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch trains the networks (extra 'train'); it is not installed")
onnx = pytest.importorskip("onnx", reason="onnx exports the networks (extra 'train'); it is not installed")

from ml_core.networks.code_bank import HEAD_SIZE, CodeBank  # noqa: E402
from ml_core.networks.discriminator import PatchDiscriminator  # noqa: E402
from ml_core.networks.generator import (  # noqa: E402
    BORDER,
    CELLS_A_CODE,
    FACE,
    LATENT_SIZE,
    GeneratorConfig,
    TexturePainter,
    compose_color,
)
from ml_core.training.textures.export import TextureNetwork, export_network  # noqa: E402
from ml_core.vocabulary.avatar.seed_vector import SEED_SIZE  # noqa: E402

SIZES = (256, 512, 1024)
REACH = 5
"""Codes, as far as a convolution's zeros are seen."""
TINY = GeneratorConfig(latent=4, channels=(8, 8, 8))


@pytest.fixture(params=[0, 4], ids=["two sizes", "three sizes"])
def network(request):
    torch.manual_seed(0)
    config = dataclasses.replace(TINY, fine=request.param, details=request.param // 2)
    bank = CodeBank(
        np.array([0.0, 1.0, 0.0]), np.array([0.0, 1.0]), np.eye(5)[[0, 1]], TINY.latent, (3.0, 8.0), config.details
    )
    if config.details:
        torch.nn.init.normal_(bank.details)
    return TextureNetwork(TexturePainter(config), bank).eval()


def test_a_crop_of_codes_paints_a_crop_of_the_atlas(network):
    codes = torch.randn(1, TINY.latent, 64, 64)
    painted = network.painter.paint_atlas(codes)
    assert [raw.shape for raw in painted] == [(1, 12, size, size) for size in SIZES[: network.painter.config.levels]]
    assert network.painter.config.size == painted[-1].shape[-1]
    for expected, window in zip(painted, network.painter.paint(codes[:, :, 8:32, 16:40]), strict=True):
        texels = expected.shape[-1] // LATENT_SIZE
        cut = REACH * texels
        expected = expected[:, :, 8 * texels : 32 * texels, 16 * texels : 40 * texels]
        assert torch.allclose(window[..., cut:-cut, cut:-cut], expected[..., cut:-cut, cut:-cut], atol=1e-4)
    assert REACH > BORDER


def test_details_of_a_face_change_the_face_at_the_finest_level_alone(network):
    painter, bank = network.painter, network.bank
    if not painter.config.details:
        assert not hasattr(bank, "details")
        return
    shares = torch.eye(3)[[1, 2]][None]
    codes, details = bank(shares, torch.eye(2)[[0]]), bank.face_details(shares)
    with_details, without = painter.paint_atlas(codes, details=details), painter.paint_atlas(codes)
    for one, other in zip(with_details[:-1], without[:-1], strict=True):
        assert torch.equal(one, other)
    changed = (with_details[-1] - without[-1]).abs().amax(dim=(0, 1)) > 1e-6
    rows, columns = changed.any(dim=1).nonzero(), changed.any(dim=0).nonzero()
    texels = painter.config.size // (CELLS_A_CODE * LATENT_SIZE)
    for found, part in zip((rows, columns), FACE, strict=True):
        reach = 4  # of the convolutions behind them
        assert abs(int(found.min()) - texels * part.start) <= reach
        assert abs(int(found.max()) + 1 - texels * part.stop) <= reach
    upper, lower = bank.details[1].clone(), bank.details[2].clone()
    assert torch.allclose(details[0, :, 4, 10], upper[:, 4, 10], atol=1e-3)
    assert torch.allclose(details[0, :, -5, 10], lower[:, -5, 10], atol=1e-3)


def test_the_head_is_two_faces_but_for_the_collar(network):
    bank = network.bank
    with torch.no_grad():
        bank.collars[0, :, :4].fill_(20)
        bank.collars[0, :, 4:].fill_(-20)
        codes = bank(torch.eye(3)[[1, 2]][None], torch.eye(2)[[0]])[0]
    assert torch.allclose(codes[:, 4:8, :HEAD_SIZE], bank.faces[1, :, 4:8], atol=1e-4)
    assert torch.allclose(codes[:, 24:HEAD_SIZE, :HEAD_SIZE], bank.faces[2, :, 24:], atol=1e-4)
    assert torch.allclose(codes[:, :4], bank.outfits[0, :, :4], atol=1e-5)
    assert torch.allclose(codes[:, HEAD_SIZE:], bank.outfits[0, :, HEAD_SIZE:], atol=1e-5)


def test_a_region_without_detail_has_exactly_the_asked_color():
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
    for level in range(network.painter.config.levels):
        given = session.run(["maps", "regions"], feeds | {"level": np.array(level)})
        for mine, other in zip(given, expected[2 * level : 2 * level + 2], strict=True):
            assert mine.shape == other.shape
            assert np.abs(mine - other.numpy()).max() < 1e-3


def test_codes_are_stored_in_eight_bits(network, tmp_path):
    """The exported network paints what the rounded one does, and rounding moves nothing by more than half a step."""
    before = network.bank.outfits.detach().clone()
    export_network(network, tmp_path / "tiny.onnx")
    step = before.abs().amax(dim=(0, 2, 3), keepdim=True) / 127
    assert ((network.bank.outfits - before).abs() <= 0.501 * step).all()
    stored = {tensor.name: tensor.data_type for tensor in onnx.load(str(tmp_path / "tiny.onnx")).graph.initializer}
    assert stored["bank.faces"] == stored["bank.outfits"] == onnx.TensorProto.INT8


def test_the_mixture_follows_outfit_and_presentation(network):
    z = torch.randn(64, SEED_SIZE)
    face, outfit = network.bank.weights(z, torch.eye(5)[[1] * 64], torch.ones(64, 1))
    assert torch.allclose(face.sum(dim=2), torch.ones(64, 2))
    assert float(face[:, :, 1].min()) > 0.9
    assert float(outfit[:, 1].min()) > 0.99


def test_the_discriminator_knows_where_it_looks():
    torch.manual_seed(0)
    discriminator = PatchDiscriminator(width=4, place_channels=4)
    crop = torch.zeros(1, 7, 64, 64).expand(2, -1, -1, -1)
    logits = discriminator(crop, torch.tensor([[0, 0], [128, 64]]))
    assert logits.shape == (2, 8, 8)
    assert not torch.allclose(logits[0], logits[1])
