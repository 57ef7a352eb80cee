import copy
import dataclasses
import json
from types import SimpleNamespace

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch trains the networks (extra 'train'); it is not installed")
pytest.importorskip("lightning", reason="Lightning Fabric trains the networks (extra 'train'); it is not installed")

from ml_core.errors import AtelierError, InputError  # noqa: E402
from ml_core.networks.code_bank import HEAD_SIZE, CodeBank  # noqa: E402
from ml_core.networks.generator import (  # noqa: E402
    BORDER,
    GeneratorConfig,
)
from ml_core.training.cards import write_card  # noqa: E402
from ml_core.training.loop import open_fabric  # noqa: E402
from ml_core.training.textures.config import TextureTrainingConfig  # noqa: E402
from ml_core.training.textures.export import (  # noqa: E402
    TextureNetwork,
    export_network,
    read_network,
    read_weights,
)
from ml_core.training.textures.model import take_codes  # noqa: E402
from ml_core.training.textures.results import card_of, load_run  # noqa: E402
from ml_core.training.textures.starting import kept_codes  # noqa: E402
from ml_core.training.textures.trainer import TextureTrainer  # noqa: E402
from scripts.training.train_texture_gan import configuration, parse  # noqa: E402

from .texture_samples import made_textures  # noqa: E402

TINY = TextureTrainingConfig(
    generator=GeneratorConfig(latent=4, channels=(8, 8, 8)),
    encoder_steps=2,
    adversarial_steps=4,
    batch=2,
    adversarial_batch=2,
    mixed_batch=1,
    crop_codes=12,
    discriminator_resolution=64,
    discriminator_width=4,
    penalty_every=2,
    hold_out=("g3",),
    saves=1,
)


def trainer(textures, folder, config=TINY, bank=None) -> TextureTrainer:
    return TextureTrainer(config, textures, folder, open_fabric("cpu"), bank)


def silent(_: str) -> None:
    pass


@pytest.fixture(scope="module")
def first(textures, tmp_path_factory) -> TextureTrainer:
    """A whole run of :data:`TINY`."""
    run = trainer(textures, tmp_path_factory.mktemp("first"))
    run.fit(report=silent)
    return run


def network_of(run: TextureTrainer) -> TextureNetwork:
    """A copy of what the run trained: an export rounds it."""
    return copy.deepcopy(TextureNetwork(run.average.painter, run.average.bank))


def test_a_resumed_run_ends_where_an_unbroken_one_does(first, textures, tmp_path):
    trainer(textures, tmp_path).fit(stop=4, report=silent)
    second = trainer(textures, tmp_path)
    second.resume()
    second.fit(report=silent)
    assert second.step == TINY.total_steps
    for mine, other in zip(second.average.parameters(), first.average.parameters(), strict=True):
        assert torch.equal(mine, other)
    assert list(first.folder.glob("grid_*.png"))
    assert json.loads((first.folder / "config.json").read_text())["encoder_steps"] == 2


def test_held_out_faces_are_not_seen(textures, tmp_path):
    assert trainer(textures, tmp_path).batches.identities == ["id0", "id1", "id2"]


def test_training_learns(textures, tmp_path):
    model = trainer(textures, tmp_path, dataclasses.replace(TINY, encoder_steps=60))
    crops, schedule = model.batches.draw(2, TINY.crop_codes), model.schedule()

    def loss() -> torch.Tensor:
        return model.reconstruction_loss(crops, model.network(crops.colors, layers=crops.layers))

    before = float(loss().detach())
    for _ in range(60):
        model.update(loss())
        model.step += 1
        schedule.step()
    assert float(loss().detach()) < 0.85 * before


def test_the_bank_starts_from_what_the_encoder_finds(textures, tmp_path):
    model = trainer(textures, tmp_path)
    before = model.average.bank.outfits.clone()
    model.fit(stop=3, report=silent)
    assert not torch.allclose(before, model.average.bank.outfits)
    index = int(np.flatnonzero(model.batches.outfits == 0)[0])
    crops = model.batches.whole(np.array([index]), model.batches.colors[[index]], BORDER)
    found = model.average.encoder(crops.layers)[0, :, BORDER:-BORDER, BORDER:-BORDER]
    kept = model.average.bank.outfits[0]
    assert torch.nn.functional.cosine_similarity(found.flatten(), kept.flatten(), dim=0) > 0.9


def test_training_may_start_from_other_weights(first, textures, tmp_path):
    network = network_of(first)
    export_network(network, tmp_path / "mine.onnx")
    second = trainer(textures, tmp_path / "second")
    second.start_from(read_weights(tmp_path / "mine.onnx"))
    for mine, other in zip(second.average.painter.parameters(), network.painter.parameters(), strict=True):
        assert torch.allclose(mine, other, atol=1e-3)
    with pytest.raises(AtelierError, match="nothing in these weights"):
        second.start_from({"other": torch.zeros(3)})


class PlainPainter:
    """Paints a code's first seven channels as they are."""

    def paint(self, codes, levels=None):
        return (torch.nn.functional.interpolate(codes, scale_factor=4.0),)

    paint_atlas = paint

    def finish(self, raw, colors):
        return raw[:, :7], None


def test_codes_go_to_the_textures_that_they_paint():
    """Two garments of the data, one look of the source unused; the heads come in another order."""
    torch.manual_seed(0)
    source = CodeBank(np.zeros(3), np.zeros(3), np.eye(5)[[0, 1, 2]], 8, (3.0, 8.0))
    bank = CodeBank(np.zeros(3), np.zeros(2), np.eye(5)[[0, 1]], 8, (3.0, 8.0))
    faces, outfits = np.array([0, 1, 2, 0]), np.array([0, 1, 1, 0])
    right_face, right_outfit = [2, 0, 1], [2, 0]

    def whole(index, colors):
        codes = source.outfits[[right_outfit[outfits[index[0]]]]].detach().clone()
        codes[..., :HEAD_SIZE, :HEAD_SIZE] = source.faces[right_face[faces[index[0]]]].detach()
        noisy = codes + 0.02 * torch.randn_like(codes)
        return SimpleNamespace(target=torch.nn.functional.interpolate(noisy, scale_factor=8.0)[:, :7])

    batches = SimpleNamespace(faces=faces, outfits=outfits, colors=np.zeros((4, 4, 3)), whole=whole)
    take_codes(SimpleNamespace(painter=PlainPainter(), bank=bank), source, batches)
    assert torch.equal(bank.faces, source.faces[right_face])
    assert torch.equal(bank.outfits, source.outfits[right_outfit])
    assert torch.equal(bank.collars, source.collars[right_outfit])


def test_the_game_goes_on_from_exported_weights(first, textures, tmp_path):
    network = network_of(first)
    config = dataclasses.replace(TINY, encoder_steps=0, adversarial_steps=2, parent_run={"steps": 6})
    second = trainer(textures, tmp_path / "second", config)
    second.go_on_from(network)
    assert torch.equal(second.average.painter.head.weight, network.painter.head.weight)
    kept = second.average.bank.outfits.clone()
    second.fit(report=silent)
    assert second.step == 2
    assert torch.allclose(second.average.bank.outfits, kept, atol=0.1)
    read, batches, again, state = load_run(tmp_path / "second", textures)
    assert again == config
    assert torch.equal(read.bank.outfits, second.average.bank.outfits)
    assert card_of({}, read, batches, again, state)["training"]["parent_run"] == {"steps": 6}


def test_wider_codes_start_with_what_is_left_out(first, textures, tmp_path):
    network = network_of(first)
    wide = GeneratorConfig(latent=7, channels=(8, 8, 8))
    config = dataclasses.replace(TINY, generator=wide, encoder_steps=0, fitting_steps=30, adversarial_steps=1)
    second = trainer(textures, tmp_path / "second", config)
    second.go_on_from(network)
    bank, old = second.average.bank, first.average.bank
    for codes, known in ((bank.outfits, old.outfits), (bank.faces, old.faces)):
        assert all(any(torch.equal(code, one) for one in known) for code in codes[:, :4])
    assert torch.equal(second.average.painter.low[0].weight[:, :4], network.painter.low[0].weight)
    further = torch.cat(
        [bank.outfits[:, 4:].transpose(0, 1).flatten(1), bank.faces[:, 4:].transpose(0, 1).flatten(1)], 1
    )
    assert torch.allclose(further.square().mean(dim=1).sqrt(), torch.full((3,), float(old.outfits.std())), rtol=0.5)
    crops = second.batches.draw(8, config.crop_codes)

    def left() -> float:
        with torch.no_grad():
            shares = second.bare.bank.own_shares(crops.faces, crops.outfits)
            painted = second.network(crops.colors, shares=shares, corners=crops.corners, side=config.crop_codes)
            return float(second.reconstruction_loss(crops, painted))

    at_first = left()
    second.fit(stop=30, report=silent)
    assert left() < at_first
    assert set(second.training_step()) > {"generator", "discriminator"}
    narrow = trainer(textures, tmp_path / "third", dataclasses.replace(config, generator=GeneratorConfig(2, (8, 8, 8))))
    with pytest.raises(InputError, match="more than 2"):
        narrow.go_on_from(network)


def test_a_finer_level_is_trained_on_top_and_leaves_the_rest_as_it_is(first, textures, tmp_path):
    export_network(network_of(first), tmp_path / "texture_generator.onnx")
    card = card_of({}, *load_run(first.folder, textures))
    write_card(tmp_path / "texture_generator.onnx", card)
    assert (card["size"], card["levels"]) == (512, 2)
    given = ["--from", str(tmp_path / "texture_generator.onnx"), "--encoder-steps", "0", "--size", "1024"]
    options = parse(given)
    config = configuration(options)
    assert config.finest_only
    small = {
        name: getattr(TINY, name)
        for name in ("batch", "adversarial_batch", "mixed_batch", "crop_codes", "discriminator_resolution")
    }
    small |= {"discriminator_width": 4, "saves": 1, "fitting_steps": 20, "adversarial_steps": 1}
    config = dataclasses.replace(config, **small)
    fine_textures = made_textures(3, 1024)
    network = read_network(tmp_path / "texture_generator.onnx")[0]
    second = trainer(fine_textures, tmp_path / "second", config, kept_codes(config, network, None))
    second.go_on_from(network)
    assert len(second.average.bank.outfits) == len(network.bank.outfits) > len(set(second.batches.outfits))
    codes = torch.randn(1, config.generator.latent, 12, 12)
    fine_layers = [name for name in network.painter.state_dict() if "fine" in name]
    assert not fine_layers
    crops = second.batches.draw(8, config.crop_codes)
    assert crops.target.shape[-1] == 16 * config.crop_codes

    def left() -> float:
        with torch.no_grad():
            shares = second.bare.bank.own_shares(crops.faces, crops.outfits)
            painted = second.network(
                crops.colors, shares=shares, corners=crops.corners, side=config.crop_codes, levels=1
            )
            return float(second.reconstruction_loss(crops, painted))

    before, bank = left(), second.average.bank.outfits.clone()
    assert second.average.bank.details[np.unique(second.batches.faces)].std() > 0.1
    second.fit(report=silent)
    assert left() < before
    read, batches, again, state = load_run(tmp_path / "second", fine_textures)
    with torch.no_grad():
        for one, other in zip(read.painter.paint(codes, 2), network.painter.paint(codes), strict=True):
            assert torch.equal(one, other)
        *_, half, finest = read.painter.paint(codes)
    assert torch.equal(read.bank.outfits, bank)
    doubled = torch.nn.functional.interpolate(half, scale_factor=2.0, mode="bilinear")
    assert finest.shape == doubled.shape
    assert (finest - doubled).abs()[..., 16:-16, 16:-16].mean() > 1e-4
    card = card_of({}, read, batches, again, state)
    assert (card["size"], card["levels"]) == (1024, 3)
    requested = (
        card["training"]["command"]
        .removesuffix(" --hold-out")
        .replace("WEIGHTS", str(tmp_path / "texture_generator.onnx"))
    )
    repeated = configuration(parse(requested.split()[2:]))
    assert (repeated.generator.size, repeated.fitting_steps, repeated.adversarial_steps) == (1024, 20, 1)
    assert repeated.generator == config.generator
    options = parse(["--out", str(tmp_path / "second"), "--resume"])
    again = trainer(fine_textures, tmp_path / "second", config, kept_codes(configuration(options), None, options.out))
    again.resume()
    assert (again.batches.outfits == second.batches.outfits).all()
    with pytest.raises(InputError, match="widened at 512"):
        configuration(parse([*given, "--latent", "6"]))


def test_a_finer_level_needs_weights_to_stand_on():
    with pytest.raises(InputError, match="--encoder-steps 0"):
        configuration(parse(["--size", "1024"]))


def test_a_number_that_is_not_finite_stops_training(textures, tmp_path):
    model = trainer(textures, tmp_path)
    with torch.no_grad():
        model.bare.painter.head.weight.fill_(float("nan"))
    with pytest.raises(AtelierError, match="not a finite number"):
        model.fit(report=silent)
    assert not (tmp_path / "checkpoint.pt").exists()


def test_a_file_that_is_no_checkpoint_is_named(textures, tmp_path):
    path = tmp_path / "checkpoint.pt"
    path.write_bytes(b"not a checkpoint")
    with pytest.raises(AtelierError, match=r"checkpoint\.pt"):
        trainer(textures, tmp_path).resume()
