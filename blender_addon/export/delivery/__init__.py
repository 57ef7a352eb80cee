"""The files of a target: models, textures, manifest, provenance, import scripts."""
