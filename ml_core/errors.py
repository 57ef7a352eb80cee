"""The two errors that callers catch. Their messages are shown to artists as they are."""


class AtelierError(Exception):
    """Something could not be done; the message says in plain words what, and what to do about it."""

    @property
    def sentences(self) -> list[str]:
        """The message, one sentence for each thing that failed."""
        return [str(self)]


class InputError(AtelierError):
    """What the caller gave (a file, a mesh, a trait, a folder) cannot be used; scripts end with exit code 2."""
