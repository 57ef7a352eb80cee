"""Tools for programs that work for the artist, such as language models: typed, confined to a folder, without code.

``arguments`` turns a dataclass into a JSON schema and checks what comes, ``tools`` is the list of them, ``calling``
does one, ``bridge`` offers them to programs on this machine while an artist has it switched on.
"""
