"""The package name under which Blender has registered the extension."""

EXTENSION = __package__
"""``blender_addon`` as a plain package, ``bl_ext.REPOSITORY.avatar_atelier`` where it is installed."""
