"""What the artist sees: the sidebar tab, one file a panel, and the entry in the Add menu."""


def register() -> None: ...


def unregister() -> None: ...
