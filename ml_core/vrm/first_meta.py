"""Converts the permissions of a VRM 0.x avatar to VRM 1.0, never allowing more than the author has allowed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .json_values import items, number_of, text_of

_WHO = {
    "OnlyAuthor": "onlyAuthor",
    "ExplicitlyLicensedPerson": "onlySeparatelyLicensedPerson",
    "Everyone": "everyone",
}
_CREATIVE_COMMONS = {
    "CC0": "https://creativecommons.org/publicdomain/zero/1.0/",
    **{
        f"CC_{name}": f"https://creativecommons.org/licenses/{name.lower().replace('_', '-')}/4.0/"
        for name in ("BY", "BY_NC", "BY_SA", "BY_NC_SA", "BY_ND", "BY_NC_ND")
    },
}


def meta_of_first(meta: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the meta block of VRM 1.0 (not checked yet) for one of version 0.

    A Creative Commons license sets the permissions for modification, redistribution and credit, and its address goes
    into ``otherLicenseUrl``. What cannot be expressed in permissions is kept word for word in ``thirdPartyLicenses``.
    """
    license_name = text_of(meta.get("licenseName"))
    for_money = text_of(meta.get("commercialUssageName")) == "Allow" and "NC" not in license_name.split("_")
    is_open = license_name in _CREATIVE_COMMONS
    may_change = is_open and "ND" not in license_name.split("_")
    made = {
        "name": text_of(meta.get("title")),
        "version": text_of(meta.get("version")),
        "authors": [text_of(meta.get("author"))] if text_of(meta.get("author")) else [],
        "contactInformation": text_of(meta.get("contactInformation")),
        "references": [text_of(meta.get("reference"))] if text_of(meta.get("reference")) else [],
        "avatarPermission": _WHO.get(text_of(meta.get("allowedUserName")), "onlyAuthor"),
        "allowExcessivelyViolentUsage": text_of(meta.get("violentUssageName")) == "Allow",
        "allowExcessivelySexualUsage": text_of(meta.get("sexualUssageName")) == "Allow",
        "allowPoliticalOrReligiousUsage": False,
        "allowAntisocialOrHateUsage": False,
        "commercialUsage": "corporation" if for_money else "personalNonProfit",
        "creditNotation": "unnecessary" if license_name == "CC0" else "required",
        "modification": "allowModificationRedistribution" if may_change else "prohibited",
        "allowRedistribution": is_open,
    }
    addresses = [
        _CREATIVE_COMMONS.get(license_name, ""),
        text_of(meta.get("otherLicenseUrl")),
        text_of(meta.get("otherPermissionUrl")),
    ]
    known = list(dict.fromkeys(address for address in addresses if address))
    if known:
        made["otherLicenseUrl"] = known[0]
    words = [f"VRM 0 license: {license_name}"] if license_name else []
    words += known[1:]
    if words:
        made["thirdPartyLicenses"] = "\n".join(words)
    texture, textures = number_of(meta.get("texture")), items(document.get("textures"))
    if texture is not None and texture < len(textures):
        image = number_of(textures[texture].get("source"))
        if image is not None:
            made["thumbnailImage"] = image
    return {key: value for key, value in made.items() if value not in ("", [])}
