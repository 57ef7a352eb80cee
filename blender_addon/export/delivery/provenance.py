"""Provenance metadata of generated textures and avatars, in the standards that platforms read.

XMP (ISO 16684) with the IPTC digital source type for pictures, KHR_xmp_json_ld for glTF. Nothing about the artist's
machine is included: no path, no user name.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable
from typing import Any
from xml.sax import saxutils

import bpy

from ml_core.provenance.history import HistoryStep, steps_of
from ml_core.publishing import GENERATOR
from ml_core.version import __version__
from ml_core.vocabulary.traits import AvatarTraits

from ...avatar.stored import has_traits, is_from_photo, stored_traits
from ...bridge.data.history import history_of
from ..options import ExportOptions

SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
PHOTO_SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
MODEL_CARD = "texture_generator.json"
HISTORY = "atelier:history"
_NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "stEvt": "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "atelier": "https://avatar-atelier.invalid/ns/1.0/",
}


def provenance(objects: Iterable[bpy.types.Object]) -> dict[str, str]:
    """Seed, traits and "AI-generated" of the first object with a generated texture; empty when there is none."""
    for obj in objects:
        if has_traits(obj):
            traits, seed = stored_traits(obj) or (AvatarTraits(), 0)
            from_photo = is_from_photo(obj)
            return {
                "Software": f"{GENERATOR} {__version__}",
                "atelier:seed": str(seed),
                "atelier:traits": json.dumps(traits.to_dict(), separators=(",", ":")),
                "atelier:model_card": MODEL_CARD,
                "atelier:provenance": "AI-generated, from a photo" if from_photo else "AI-generated",
                "Iptc4xmpExt:DigitalSourceType": PHOTO_SOURCE_TYPE if from_photo else SOURCE_TYPE,
            }
    return {}


def rights(options: ExportOptions) -> dict[str, str]:
    """Author and license, if the artist gave them."""
    given = {"Author": options.author, "Copyright": options.license}
    return {key: value for key, value in given.items() if value}


def history_note(objects: Iterable[bpy.types.Object]) -> dict[str, str]:
    """The edit history of the first object that has one, with this export at its end.

    Only the day of the export is noted, so that unchanged files stay byte-identical within a day.
    """
    steps = next((found for found in map(history_of, objects) if found), [])
    exported = HistoryStep("exported", __version__, time.strftime("%Y-%m-%d", time.gmtime()))
    return {HISTORY: json.dumps([item.to_list() for item in (*steps, exported)], separators=(",", ":"))}


def escape(text: str) -> str:
    """``text`` escaped for XML 1.0; a single control character makes the whole packet unreadable."""
    return saxutils.escape(re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text))


def xmp_packet(note: dict[str, str]) -> str:
    """An XMP packet (RDF/XML) from a note of :func:`provenance` and :func:`rights`."""
    spaces = "".join(f' xmlns:{prefix}="{address}"' for prefix, address in _NAMESPACES.items())
    lines = [f"<xmp:CreatorTool>{escape(note['Software'])}</xmp:CreatorTool>"] if "Software" in note else []
    if "Author" in note:
        lines.append(f"<dc:creator><rdf:Seq><rdf:li>{escape(note['Author'])}</rdf:li></rdf:Seq></dc:creator>")
    if "Copyright" in note:
        text = escape(note["Copyright"])
        lines.append(f'<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">{text}</rdf:li></rdf:Alt></dc:rights>')
    for key, value in note.items():
        if ":" in key:
            lines.append(f"<{key}>{escape(value)}</{key}>")
    if steps := steps_of(note.get(HISTORY)):
        lines.append(f"<xmpMM:History><rdf:Seq>{''.join(map(_xmp_event, steps))}</rdf:Seq></xmpMM:History>")
    body = "".join(lines)
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about=""{spaces}>{body}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    )


def _xmp_event(step: HistoryStep) -> str:
    """A step as XMP's ResourceEvent (XMP specification part 2, 1.2.2.5)."""
    values = {"action": step.action, "when": step.time, "softwareAgent": f"{GENERATOR} {step.version}"}
    inner = "".join(f"<stEvt:{name}>{escape(value)}</stEvt:{name}>" for name, value in values.items())
    return f'<rdf:li rdf:parseType="Resource">{inner}</rdf:li>'


def gltf_packet(note: dict[str, str]) -> dict[str, Any]:
    """The same as a packet of KHR_xmp_json_ld (JSON-LD)."""
    used = {key.split(":")[0] for key in note if ":" in key} | {"xmp"}
    packet: dict[str, Any] = {}
    if "Author" in note:
        used.add("dc")
        packet["dc:creator"] = {"@list": [note["Author"]]}
    if "Copyright" in note:
        used.add("dc")
        packet["dc:rights"] = {"@type": "rdf:Alt", "rdf:_1": {"@language": "en", "@value": note["Copyright"]}}
        packet_context = {"rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#"}
    else:
        packet_context = {}
    packet["xmp:CreatorTool"] = note.get("Software", f"{GENERATOR} {__version__}")
    packet |= {key: value for key, value in note.items() if ":" in key}
    if steps := steps_of(note.get(HISTORY)):
        used |= {"xmpMM", "stEvt"}
        packet["xmpMM:History"] = {
            "@list": [
                {"stEvt:action": item.action, "stEvt:when": item.time,
                 "stEvt:softwareAgent": f"{GENERATOR} {item.version}"}
                for item in steps
            ]
        }  # fmt: skip
    spaces = {prefix: address for prefix, address in _NAMESPACES.items() if prefix in used}
    return {"@context": packet_context | spaces, "@id": "", **packet}
