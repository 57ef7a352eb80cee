"""A narrow painter starts as its teacher's most telling part, comes nearer to it, and goes on where it stopped."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs torch")

from ml_core.networks.code_bank import CodeBank  # noqa: E402
from ml_core.networks.generator import GeneratorConfig, TexturePainter  # noqa: E402
from ml_core.training.cards import write_card  # noqa: E402
from ml_core.training.loop import open_fabric  # noqa: E402
from ml_core.training.textures.distillation import DistillationConfig, PainterDistillation, narrowed  # noqa: E402
from ml_core.training.textures.export import (  # noqa: E402
    TextureNetwork,
    bank_facts,
    export_network,
    read_network,
)
from scripts.training import distil_texture_gan  # noqa: E402

SIZES = GeneratorConfig(latent=4, channels=(16, 12, 8))
STATISTICS = {
    "people": [{"skin": "#c08060", "hair": "#201008"}, {"skin": "#583020", "hair": "#080808"}],
    "garments": [{"top": "#3050a0", "bottom": "#202020"}],
}
CONFIG = DistillationConfig(channels=(8, 8, 4), steps=20, batch=2, crop_codes=12, learning_rate=1e-2, saves=2)


@pytest.fixture
def teacher() -> TextureNetwork:
    torch.manual_seed(0)
    bank = CodeBank(np.array([0.0, 1.0]), np.array([0.0, 1.0]), np.eye(5)[[0, 1]], SIZES.latent, (3.0, 8.0))
    painter = TexturePainter(SIZES)
    for layer in painter.modules():
        if isinstance(layer, torch.nn.Conv2d):
            torch.nn.init.normal_(layer.bias, std=0.1)
    for head in (painter.half_head, painter.head):
        torch.nn.init.normal_(head.weight, std=0.1)
    return TextureNetwork(painter, bank).eval()


def difference(first: TexturePainter, second: TexturePainter, codes: torch.Tensor) -> float:
    with torch.no_grad():
        pairs = zip(first.paint(codes), second.paint(codes), strict=True)
        return float(sum((one - other).abs().mean() for one, other in pairs))


def test_as_many_channels_paint_the_same(teacher: TextureNetwork) -> None:
    codes = torch.randn(2, SIZES.latent, 12, 12)
    assert difference(narrowed(teacher.painter, SIZES.channels, codes), teacher.painter, codes) < 1e-6


def test_the_telling_channels_are_kept(teacher: TextureNetwork) -> None:
    """Constant channels go first, and live on in the next layer's bias (but for the edges, where zeros are read)."""
    with torch.no_grad():
        for layer in (teacher.painter.passing, teacher.painter.high[0]):
            layer.weight[4:] = 0
            layer.bias[4:] = 0.7
    codes = torch.randn(2, SIZES.latent, 40, 40)
    narrow = narrowed(teacher.painter, (16, 12, 4), codes)
    assert torch.equal(narrow.head.weight, teacher.painter.head.weight[:, :4])
    with torch.no_grad():
        inner = [painter.paint(codes)[1][..., 8:-8, 8:-8] for painter in (narrow, teacher.painter)]
    assert torch.allclose(*inner, atol=0.01 * float(inner[1].std()))


def test_training_comes_nearer(teacher: TextureNetwork, tmp_path) -> None:
    run = PainterDistillation(
        teacher, STATISTICS, replace(CONFIG, channels=SIZES.channels), tmp_path, open_fabric("cpu")
    )
    with torch.no_grad():
        for parameter in run.bare.parameters():
            parameter += 0.05 * torch.randn_like(parameter)
    codes = 0.1 * torch.randn(2, SIZES.latent, 12, 12)  # as the bank's are
    before = difference(run.bare, teacher.painter, codes)
    run.fit(report=lambda line: None)
    assert difference(run.bare, teacher.painter, codes) < 0.7 * before


def test_a_resumed_run_is_the_same_run(teacher: TextureNetwork, tmp_path) -> None:
    config = replace(CONFIG, steps=6)
    whole = PainterDistillation(teacher, STATISTICS, config, tmp_path / "whole", open_fabric("cpu"))
    whole.fit(report=lambda line: None)
    first = PainterDistillation(teacher, STATISTICS, config, tmp_path / "parts", open_fabric("cpu"))
    first.fit(3, report=lambda line: None)
    second = PainterDistillation(teacher, STATISTICS, config, tmp_path / "parts", open_fabric("cpu"))
    second.resume()
    second.fit(report=lambda line: None)
    for one, other in zip(whole.average.parameters(), second.average.parameters(), strict=True):
        assert torch.equal(one, other)


def test_the_script_writes_weights_that_say_where_they_are_from(teacher: TextureNetwork, tmp_path, capsys) -> None:
    source = tmp_path / "wide.onnx"
    export_network(teacher, source)
    sizes = {"latent": SIZES.latent, "channels": list(SIZES.channels), "edge": SIZES.edge}
    card = {
        "statistics": STATISTICS,
        "codes": bank_facts(teacher.bank),
        "training": {"configuration": {"generator": sizes, "hold_out": []}},
        "metrics": {"of": "the wide one"},
    }
    write_card(source, card)
    arguments = ["--from", str(source), "--out", str(tmp_path / "run"), "--steps", "2", "--batch", "1"]
    assert distil_texture_gan.main([*arguments, "--channels", "8", "8", "4"]) == 0
    network, narrow = read_network(tmp_path / "run" / "texture_generator.onnx")
    assert network.painter.config.channels == (8, 8, 4)
    assert torch.allclose(network.bank.outfits, read_network(source)[0].bank.outfits, atol=1e-6)
    assert "metrics" not in narrow
    assert (
        narrow["training"]["distilled"]["from_sha256"] == json.loads(source.with_suffix(".json").read_text())["sha256"]
    )
    assert distil_texture_gan.main([*arguments, "--channels", "32", "8", "4"]) == 2
    assert "not within the widths" in capsys.readouterr().err
