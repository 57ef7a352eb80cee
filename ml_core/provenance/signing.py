"""Signatures beside exports: the checksums of all files, signed with the artist's own Ed25519 key (RFC 8032).

``cryptography`` does the arithmetic. It is not part of the extension; where it is missing, the error says how to get
it. A signature proves that the files are those that the holder of the key has signed, not who that is: for that,
compare the fingerprint with one that the artist has published.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
import stat
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml_core.errors import InputError, Message, reason_of
from ml_core.files import atomic_path, read_json
from ml_core.publishing import MANIFEST
from ml_core.publishing.paths import is_plain, sha256

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

FORMAT = "atelier-signature-1"
SUFFIX = ".signature.json"
_PUBLIC_SUFFIX = ".pub"
_FIELDS = {"format", "created", "about", "key", "files", "signature"}
_MOST_FILES = 100_000
_KEY_BYTES, _MOST_KEY_FILE = 32, 64 * 1024


@dataclass
class Verdict:
    """The result of a verification.

    Args:
        signer: fingerprint of the key that the signature names. problems: what differs from what was signed; empty for
            an untouched export. files: how many files were signed. created: when, according to the signer.
            is_known_key: whether the key is the expected one; ``None`` where none was given.
    """

    signer: str
    files: int = 0
    created: str = ""
    is_known_key: bool | None = None
    problems: list[Message] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not self.problems


def can_sign() -> bool:
    """Whether this Python has ``cryptography``."""
    try:
        _library()
    except InputError:
        return False
    return True


def signature_path(signed: Path) -> Path:
    """The path of the signature of a file or a folder, beside it."""
    return signed.with_name(signed.name + SUFFIX)


def make_key(path: Path, passphrase: str = "") -> str:
    """Make a key pair: the private key in ``path`` (mode 0600, PKCS 8, encrypted where a passphrase is given), the
    public one in ``path.pub``. Returns the fingerprint.

    Raises:
        InputError: one of the files is there already, cannot be written, or lies in an export; no ``cryptography``.
    """
    ed25519, serialization = _library()
    public_path = path.with_name(path.name + _PUBLIC_SUFFIX)
    for taken in (path, public_path):
        if taken.exists():
            raise InputError("{path}: is there already; a key that is replaced can sign no more", path=taken)
    if any((parent / MANIFEST).exists() for parent in path.absolute().parents):
        raise InputError("{path}: lies in an export, which others get; keep the key elsewhere", path=path)
    key = ed25519.Ed25519PrivateKey.generate()
    protection = (
        serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption()
    )
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection)
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(private)
        with atomic_path(public_path) as partial:
            partial.write_bytes(public)
    except OSError as error:
        raise InputError("{file}: cannot be written ({reason})", file=path, reason=reason_of(error)) from error
    return fingerprint(_raw(key.public_key()))


def load_key(path: Path, passphrase: str = "") -> Ed25519PrivateKey:
    """The private key of :func:`make_key`.

    Raises:
        InputError: it cannot be read, others may read it, the passphrase is wrong or missing, or it is not such a key.
    """
    ed25519, serialization = _library()
    data = _key_file(path)
    if os.name != "nt" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise InputError("{path}: others may read this key; take that away (chmod 600) or make a new one", path=path)
    try:
        key = serialization.load_pem_private_key(data, passphrase.encode() or None)
    except TypeError as error:
        reason = Message("it has a passphrase") if not passphrase else Message("it has no passphrase")
        raise InputError("{path}: cannot be read as a key ({reason})", path=path, reason=reason) from error
    except ValueError as error:
        reason = Message("wrong passphrase, or no PEM file")
        raise InputError("{path}: cannot be read as a key ({reason})", path=path, reason=reason) from error
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise InputError("{path}: is not an Ed25519 key; make one with sign_export.py --make-key", path=path)
    return key


def load_public_key(path: Path) -> bytes:
    """The 32 bytes of a public key that :func:`make_key` has written.

    Raises:
        InputError: it cannot be read, or is not such a key.
    """
    ed25519, serialization = _library()
    try:
        key = serialization.load_pem_public_key(_key_file(path))
    except ValueError as error:
        reason = Message("no PEM file of a public key")
        raise InputError("{path}: cannot be read as a key ({reason})", path=path, reason=reason) from error
    if not isinstance(key, ed25519.Ed25519PublicKey):
        raise InputError("{path}: is not an Ed25519 key; make one with sign_export.py --make-key", path=path)
    return _raw(key)


def fingerprint(public: bytes) -> str:
    """The fingerprint that people compare: the first 20 hexadecimal digits of the key's SHA-256, in fours."""
    digits = hashlib.sha256(public).hexdigest()[:20].upper()
    return " ".join(digits[start : start + 4] for start in range(0, 20, 4))


def sign(signed: Path, key: Ed25519PrivateKey, about: Mapping[str, str] | None = None) -> Path:
    """Sign a file, or all files of a folder; returns the path of the signature, beside it.

    Args:
        about: author, license and the like, which is signed too.

    Raises:
        InputError: there is nothing to sign, a private key lies in it, or the signature cannot be written.
    """
    files = _checksums(signed)
    if not files:
        raise InputError("{path}: there is no file to sign", path=signed)
    for name in files:
        path = signed / name if signed.is_dir() else signed
        if _holds_private_key(path):
            raise InputError("{path}: is a private key; take it out of what others get, then sign", path=path)
    content = {
        "format": FORMAT,
        "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "about": dict(about or {}),
        "key": base64.b64encode(_raw(key.public_key())).decode(),
        "files": files,
    }
    signature = base64.b64encode(key.sign(_signed_bytes(content))).decode()
    target = signature_path(signed)
    text = json.dumps(content | {"signature": signature}, indent=1, ensure_ascii=False, sort_keys=True)
    with atomic_path(target) as partial:
        partial.write_text(text + "\n", encoding="utf-8")
    return target


def verify(signed: Path, public: bytes | None = None, signature: Path | None = None) -> Verdict:
    """Compare a file or a folder with its signature.

    Args:
        public: the key that is expected, 32 bytes. signature: the signature's file; default: the one beside.

    Raises:
        InputError: there is no signature, or it is not ours; no ``cryptography``.
    """
    path = signature or signature_path(signed)
    content = read_json(path, str(path))
    key, value, files = _read(content, path)
    created, about = content.get("created"), content.get("about")
    verdict = Verdict(fingerprint(key), len(files), created if isinstance(created, str) else "")
    if public is not None:
        verdict.is_known_key = public == key
        if public != key:
            verdict.problems.append(
                Message("signed with another key: {signer}, not {wanted}", signer=fingerprint(key),
                        wanted=fingerprint(public))
            )  # fmt: skip
    plain = {"format": FORMAT, "created": created, "about": about, "key": content["key"], "files": files}
    if not _is_signed(key, value, _signed_bytes(plain)):
        verdict.problems.append(Message("the signature's list of files was changed after it was signed"))
    there = _checksums(signed)
    for name in sorted(files.keys() | there.keys()):
        if name not in there:
            verdict.problems.append(Message("{path}: is missing", path=name))
        elif name not in files:
            verdict.problems.append(Message("{path}: was added after the signature", path=name))
        elif files[name] != there[name]:
            verdict.problems.append(Message("{path}: was changed after the signature", path=name))
    return verdict


def _checksums(signed: Path) -> dict[str, str]:
    """SHA-256 by path of a file, or of all files of a folder, links not followed out of it."""
    if signed.is_file():
        return {signed.name: sha256(signed)}
    if not signed.is_dir():
        raise InputError("{path}: no such file or folder", path=signed)
    found: dict[str, str] = {}
    for path in sorted(signed.rglob("*")):
        if path.is_symlink():
            raise InputError("{path}: is a link; a signature is for the files of one folder", path=path)
        if path.is_file():
            found[path.relative_to(signed).as_posix()] = sha256(path)
            if len(found) > _MOST_FILES:
                raise InputError("{path}: more than {most} files cannot be signed", path=signed, most=_MOST_FILES)
    return found


def _read(content: dict[str, Any], path: Path) -> tuple[bytes, bytes, dict[str, str]]:
    """Key, signature and checksums of a signature's file."""
    files = content.get("files")
    try:
        if content.get("format") != FORMAT or not isinstance(files, dict):
            raise ValueError
        if content.keys() != _FIELDS:  # what is not signed would be read as if it were
            raise ValueError
        key = base64.b64decode(content["key"], validate=True)
        value = base64.b64decode(content["signature"], validate=True)
        if len(key) != _KEY_BYTES or not all(
            is_plain(name) and isinstance(digest, str) for name, digest in files.items()
        ):
            raise ValueError
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise InputError("{path}: is not a signature of Atelier", path=path) from error
    return key, value, files


def _signed_bytes(content: dict[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def _is_signed(key: bytes, signature: bytes, data: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature  # optional; see _library

    ed25519, _ = _library()
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(key).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def _raw(key: Ed25519PublicKey) -> bytes:
    _, serialization = _library()
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def _key_file(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(_MOST_KEY_FILE)
    except OSError as error:
        raise InputError("{path}: cannot be read ({reason})", path=path, reason=reason_of(error)) from error


def _holds_private_key(path: Path) -> bool:
    with path.open("rb") as stream:
        head = stream.read(_MOST_KEY_FILE)
    return b"-----BEGIN" in head and b"PRIVATE KEY-----" in head


def _library() -> tuple[Any, Any]:
    """Modules of ``cryptography``; imported here because it is optional.

    Raises:
        InputError: it is not installed.
    """
    try:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError as error:
        raise InputError("signing needs a library that is not here: pip install avatar-atelier[sign]") from error
    return ed25519, serialization
