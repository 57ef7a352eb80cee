"""Content Credentials (C2PA) in pictures: who made them and how, bound to their pixels and signed.

``c2pa-python`` and ``cryptography`` do the work; both are optional, and neither needs a network. The certificate is
made from the artist's own key, so readers report that the signer is not on their trust list: nobody has verified the
name.
"""

from __future__ import annotations

import datetime
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml_core.errors import InputError, Message
from ml_core.files import atomic_path, read_json
from ml_core.publishing import GENERATOR, MANIFEST
from ml_core.publishing.paths import sha256
from ml_core.version import __version__

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FORMATS = {".png": "image/png", ".webp": "image/webp", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
_SOURCES = "http://cv.iptc.org/newscodes/digitalsourcetype"
GENERATED, DRAWN = f"{_SOURCES}/trainedAlgorithmicMedia", f"{_SOURCES}/digitalCreation"
"""Of what a model made, and of what artists sign as their own work; C2PA requires one of them."""
_YEARS = 10
_UNTRUSTED = "signingCredential.untrusted"
_MOST_BYTES = 256 * 2**20


def add_credentials(picture: Path, key: Ed25519PrivateKey, about: Mapping[str, str], is_generated: bool) -> None:
    """Put Content Credentials into a picture, in place.

    Args:
        about: ``author`` and ``license``. is_generated: whether a trained model made it.

    Raises:
        InputError: the file is not a picture of :data:`FORMATS`, or cannot be signed; no ``c2pa-python``.
    """
    c2pa = _library()
    kind = _format_of(picture)
    created = {"action": "c2pa.created", "digitalSourceType": GENERATED if is_generated else DRAWN}
    assertions: list[dict[str, Any]] = [{"label": "c2pa.actions", "data": {"actions": [created]}}]
    if about:
        work = {"@context": "https://schema.org", "@type": "CreativeWork"}
        if about.get("author"):
            work |= {"author": [{"@type": "Person", "name": about["author"]}]}  # type: ignore[dict-item]
        if about.get("license"):
            work["license"] = about["license"]
        assertions.append({"label": "stds.schema-org.CreativeWork", "data": work})
    content = {
        "claim_generator_info": [{"name": GENERATOR, "version": __version__}],
        "title": picture.name,
        "assertions": assertions,
    }
    chain = _certificates(key, about.get("author") or "Atelier artist")
    made = io.BytesIO()
    try:
        signer = c2pa.Signer.from_callback(key.sign, c2pa.C2paSigningAlg.ED25519, chain, None)
        c2pa.Builder(json.dumps(content)).sign(signer, kind, io.BytesIO(_bytes_of(picture)), made)
    except c2pa.C2paError as error:
        raise InputError("{path}: cannot be signed ({reason})", path=picture, reason=error) from error
    with atomic_path(picture) as partial:
        partial.write_bytes(made.getvalue())


def check_credentials(picture: Path) -> list[Message] | None:
    """The problems with the Content Credentials of a picture; ``None`` where it has none.

    Raises:
        InputError: see :func:`add_credentials`.
    """
    c2pa = _library()
    kind = _format_of(picture)
    try:
        text = c2pa.Reader(kind, io.BytesIO(_bytes_of(picture))).json()
    except c2pa.C2paError as error:
        if "ManifestNotFound" in str(error):
            return None
        return [Message("{path}: its Content Credentials cannot be read ({reason})", path=picture.name, reason=error)]
    statuses = read_json(text, picture.name).get("validation_status")
    codes = [str(item.get("code", "")) for item in (statuses if isinstance(statuses, list) else [])]
    return [
        Message("{path}: its Content Credentials do not hold ({reason})", path=picture.name, reason=code)
        for code in codes
        if code != _UNTRUSTED
    ]


def relisted(folder: Path, pictures: list[Path]) -> None:
    """Write the new checksums of changed ``pictures`` into the manifest of an export, where it lists them."""
    path = folder / MANIFEST
    if not path.is_file():
        return
    manifest = read_json(path, str(path))
    changed = {picture.relative_to(folder).as_posix(): picture for picture in pictures}
    entries = manifest.get("files")
    for entry in entries if isinstance(entries, list) else []:
        picture = changed.get(str(entry.get("path"))) if isinstance(entry, dict) else None
        if picture is not None:
            entry |= {"sha256": sha256(picture), "bytes": picture.stat().st_size}
    with atomic_path(path) as partial:
        partial.write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _certificates(key: Ed25519PrivateKey, author: str) -> str:
    """A certificate for ``key``, signed by a temporary one whose key is discarded, as PEM: C2PA requires a chain."""
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ed25519
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    root = ed25519.Ed25519PrivateKey.generate()
    now = datetime.datetime.now(datetime.UTC)

    def name(text: str) -> x509.Name:
        return x509.Name(
            [
                x509.NameAttribute(NameOID.COMMON_NAME, text[:64]),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, text[:64]),
            ]
        )

    def certificate(of: Ed25519PrivateKey, subject: str, is_root: bool) -> bytes:
        public = of.public_key()
        builder = (
            x509.CertificateBuilder()
            .subject_name(name(subject))
            .issuer_name(name(f"{author[:50]} (own root)"))
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=365 * _YEARS))
            .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
            .add_extension(
                x509.KeyUsage(not is_root, False, False, False, False, is_root, is_root, False, False), critical=True
            )
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root.public_key()), critical=False)
        )
        if not is_root:
            usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
            builder = builder.add_extension(usage, critical=False)
        return builder.sign(root, None).public_bytes(serialization.Encoding.PEM)

    own = certificate(key, author, is_root=False)
    return (own + certificate(root, f"{author[:50]} (own root)", is_root=True)).decode()


def _format_of(picture: Path) -> str:
    kind = FORMATS.get(picture.suffix.lower())
    if kind is None:
        raise InputError("{path}: Content Credentials go into {formats}", path=picture, formats=" ".join(FORMATS))
    return kind


def _bytes_of(picture: Path) -> bytes:
    if not picture.is_file():
        raise InputError("{path}: no such file or folder", path=picture)
    if picture.stat().st_size > _MOST_BYTES:
        raise InputError("{what}: is larger than {most} MiB", what=picture, most=_MOST_BYTES // 2**20)
    return picture.read_bytes()


def _library() -> Any:
    """``c2pa``; imported here because it is optional."""
    try:
        import c2pa
    except ImportError as error:
        raise InputError("signing needs a library that is not here: pip install avatar-atelier[sign]") from error
    return c2pa
