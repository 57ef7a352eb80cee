"""VRM avatars as validated data, whichever version of the format a file has.

Everything here is in the terms of VRM 1.0 (vrm-c/vrm-specification); files of version 0 are converted when they are
read. Indices are those of the file that it came from, until they are moved to another one by
:func:`ml_core.vrm.walking.walk`.
"""
