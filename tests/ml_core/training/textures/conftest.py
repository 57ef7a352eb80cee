from __future__ import annotations

import pytest

from ml_core.datasets.textures.avatar_textures import AtlasTextures

from .texture_samples import made_textures


@pytest.fixture(scope="module")
def textures() -> AtlasTextures:
    return made_textures(8, 512)
