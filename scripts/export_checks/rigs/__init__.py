"""Checks of skeletons, clips and avatars."""
