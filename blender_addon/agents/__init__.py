"""Tools for programs that work for the artist, such as language models: typed, confined to a folder, without code.

``arguments`` turns a dataclass into a JSON schema and validates a call's arguments, ``tools`` lists the tools,
``calling`` runs a call, ``bridge`` offers them to programs on this machine while an artist has it switched on.
"""
