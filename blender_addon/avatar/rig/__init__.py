"""The rig of an avatar: controls, poses, clips."""
