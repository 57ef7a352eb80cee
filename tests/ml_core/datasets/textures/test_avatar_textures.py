import json

import numpy as np
import pytest

from ml_core.color import ciede2000, hex_to_srgb, srgb_to_lab
from ml_core.datasets.textures.avatar_sources import box_masks, read_rows, warp_base_color, warp_normal
from ml_core.datasets.textures.avatar_textures import AtlasTextures, TextureLabel, measure_colors
from ml_core.datasets.textures.regions import REGIONS, occlusion_rule, roughness_rule, segment
from ml_core.datasets.textures.warp import SUPERSAMPLES, SourceMap
from ml_core.errors import InputError
from ml_core.geometry.atlas.charts import CHARTS

SIZE = 128
LABEL = TextureLabel(
    "a", "g", "casual", "casual", 0, 1.0, "#c28567", "#1d120e", "#203050", "#808080", "#443322", "atlas"
)


def identity_map(size: int) -> SourceMap:
    """The atlas itself as source layout."""
    fine = size * SUPERSAMPLES
    centers = (np.arange(fine) + 0.5) / fine
    u, v = np.meshgrid(centers, 1 - centers)
    rotation = np.broadcast_to(np.eye(2), (fine, fine, 2, 2))
    return SourceMap(np.stack([u, v], axis=-1), np.ones((fine, fine), bool), rotation)


def person(size: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """A flat-colored figure in the atlas, and the boxes its colors are measured in."""
    image = np.zeros((size, size, 3), np.float32)
    colors = {name: hex_to_srgb(getattr(LABEL, name)) for name in ("skin", "hair", "top", "bottom")}
    boxes = {name: np.zeros((size, size), bool) for name in colors}
    for name, chart in CHARTS.items():
        part = name.removeprefix("left_").removeprefix("right_")
        rows, columns = chart.pixels(size)
        region = {"torso": "top", "upper_arm": "top", "upper_leg": "bottom", "lower_leg": "bottom"}.get(part, "skin")
        image[rows, columns] = colors[region]
        middle = slice((rows.start + rows.stop) // 2 - 3, (rows.start + rows.stop) // 2 + 3)
        if part in ("torso", "upper_leg", "head"):
            boxes[region][middle, columns] = True
    rows, columns = CHARTS["head"].pixels(size)
    crown = slice(rows.start, rows.start + (rows.stop - rows.start) // 4)
    image[crown, columns] = colors["hair"]
    boxes["hair"][crown, columns] = True
    feet = CHARTS["left_foot"].pixels(size)
    image[feet] = [0.1, 0.5, 0.1]
    return image, boxes


def test_gathering_through_the_identity_keeps_the_image():
    image = np.random.default_rng(0).random((2 * SIZE, 2 * SIZE, 3), dtype=np.float32)
    expected = image.reshape(SIZE, 2, SIZE, 2, 3).mean(axis=(1, 3))
    assert np.allclose(identity_map(SIZE).gather(image), expected, atol=1e-4)


def test_holes_are_filled_from_their_own_chart():
    source = identity_map(SIZE)
    valid = source.valid.copy()
    rows, columns = CHARTS["torso"].pixels(len(valid))
    valid[rows.start + 40 : rows.start + 60, columns] = False
    image = np.zeros((2 * SIZE, 2 * SIZE, 1), np.float32)
    image[CHARTS["torso"].pixels(2 * SIZE)] = 0.7
    filled = SourceMap(source.uv, valid, source.rotation).gather(image)
    assert np.allclose(filled[CHARTS["torso"].pixels(SIZE)], 0.7, atol=0.02)
    assert np.allclose(filled[CHARTS["head"].pixels(SIZE)], 0, atol=0.02)


def test_a_turned_frame_turns_normals_and_green_is_flipped_before():
    source = identity_map(SIZE)
    quarter = np.broadcast_to(np.array([[0.0, -1.0], [1.0, 0.0]]), source.rotation.shape)
    turned = SourceMap(source.uv, source.valid, quarter)
    normal = np.broadcast_to(np.array([0.2, 0.1], np.float32), (2 * SIZE, 2 * SIZE, 2))
    flip = np.ones((SIZE, SIZE), bool)
    assert np.allclose(turned.gather_normal(normal, flip), [0.1, 0.2], atol=1e-5)


def test_regions_of_a_flat_figure():
    image, boxes = person(SIZE)
    masks = segment(image, boxes, has_hair=True, covered_legs=False)
    assert np.allclose(masks.sum(axis=0), 1, atol=1e-5)
    named = dict(zip(REGIONS, masks, strict=True))
    for region, box in boxes.items():
        assert named[region][box].mean() > 0.9, region
    assert named["free"][CHARTS["left_foot"].pixels(SIZE)].mean() > 0.8
    assert named["skin"][CHARTS["left_hand_back"].pixels(SIZE)].mean() > 0.9
    bald = segment(image, boxes, has_hair=False, covered_legs=False)
    assert bald[REGIONS.index("hair")].max() < 1e-3


def test_cloth_is_rougher_than_skin_and_valleys_are_occluded():
    image, boxes = person(SIZE)
    roughness = roughness_rule(image, segment(image, boxes, has_hair=True, covered_legs=False))
    assert roughness[boxes["top"]].mean() > roughness[boxes["skin"]].mean() + 0.15
    normal = np.zeros((SIZE, SIZE, 2), np.float32)
    normal[:, 60:64, 0] = 0.4
    normal[:, 64:68, 0] = -0.4
    flat = np.full((SIZE, SIZE, 3), 0.5, np.float32)
    valley = occlusion_rule(normal, flat)[50, 63:65].mean()
    ridge = occlusion_rule(-normal, flat)[50, 63:65].mean()
    # Normals that lean to the right on the left side and back again stand on a ridge; the other way in a valley.
    assert valley < ridge - 0.1 or ridge < valley - 0.1
    assert occlusion_rule(normal, flat)[:, :40].min() > 0.98


def test_a_dataset_survives_saving(tmp_path):
    arrays = AtlasTextures(
        [LABEL],
        np.full((1, 64, 64, 3), 7, np.uint8),
        np.full((1, 64, 64, 2), -3, np.int8),
        np.full((1, 64, 64, 5), 51, np.uint8),
        np.full((1, 64, 64, 2), 9, np.uint8),
        np.ones((64, 64), np.float32),
        np.zeros((4, 64, 64), bool),
    )
    arrays.save(tmp_path)
    again = AtlasTextures.load(tmp_path, 64)
    assert again.labels == [LABEL]
    assert np.array_equal(again.normal, arrays.normal)
    with pytest.raises(InputError, match="128"):
        AtlasTextures.load(tmp_path, 128)
    (tmp_path / "labels.json").write_text(json.dumps([{"identity": "a"}]))
    with pytest.raises(InputError, match="lacks face_group"):
        AtlasTextures.load(tmp_path, 64)


def test_folders_without_data_are_named(tmp_path):
    with pytest.raises(InputError, match="make_texture_dataset"):
        AtlasTextures.load(tmp_path, 256)
    with pytest.raises(InputError, match=r"avatars\.csv"):
        read_rows(tmp_path)


@pytest.mark.data
def test_a_shared_avatar_keeps_its_measured_colors(data_dir):
    pytest.importorskip("embreex", reason="rays need embreex (extra 'train'); it is not installed")
    from ml_core.datasets.textures.source_bodies import source_maps

    folder = data_dir / "avatars"
    source = source_maps(folder / "meshes", SIZE)[0.0]
    assert source.coverage().mean() > 0.8
    boxes = box_masks(source)
    for row in read_rows(folder):
        if (row.values["id"], row.values["outfit"]) not in (("id24", "utility"), ("id00", "business")):
            continue
        colors = measure_colors(warp_base_color(row, source), boxes)
        for name, color in colors.items():
            stated = srgb_to_lab(hex_to_srgb(row.values[f"{name}_hex"]))
            assert ciede2000(srgb_to_lab(color), stated) < 2.5, (row.values["id"], name)
        assert np.abs(warp_normal(row, source)).max() < 1
