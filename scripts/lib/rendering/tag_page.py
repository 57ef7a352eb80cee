"""A page with the picture of a scene that shows what is under the pointer: one file, no third-party scripts."""

from __future__ import annotations

import base64
import html
import io
import json
from collections import Counter
from collections.abc import Sequence

import bpy
import numpy as np
from PIL import Image

from blender_addon.bridge.object_labels import title
from scripts.lib.rendering.tags import Tag, colors_of, in_picture

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;margin:0;display:flex;height:100vh;color:#26292e;background:#f6f4f0}
main{flex:1;min-width:0;display:flex;align-items:center;justify-content:center;padding:1rem}
svg{max-width:100%;max-height:calc(100vh - 2rem);border-radius:.6rem}
aside{width:16rem;overflow:auto;padding:1rem;background:#fff;border-left:1px solid #ddd}
input[type=search]{width:100%;box-sizing:border-box;font:inherit;padding:.3rem .5rem;margin-bottom:.6rem}
label{display:flex;gap:.5rem;align-items:center;padding:.1rem 0;cursor:pointer}
label i{width:.8rem;height:.8rem;border-radius:.2rem;flex:none}label b{margin-left:auto;font-weight:400;color:#767a80}
rect{fill:transparent;stroke-width:2;stroke-opacity:.35}rect:hover,rect:focus{stroke-opacity:1;fill:#ffffff55;outline:0}
svg.one rect{stroke-opacity:0}svg.one rect.on{stroke-opacity:1;fill:#ffffff33}rect.off{display:none}
#said{position:fixed;pointer-events:none;background:#26292e;color:#fff;padding:.3rem .6rem;border-radius:.4rem;
display:none;max-width:20rem;overflow-wrap:anywhere}small{color:#767a80}
"""
_SCRIPT = """
const svg=document.querySelector("svg"),said=document.getElementById("said");
const search=document.querySelector("input[type=search]");
const boxes=[...svg.querySelectorAll("rect")],choices=[...document.querySelectorAll("aside input[type=checkbox]")];
function show(box,x,y){said.textContent=box.dataset.said;said.style.display="block";
said.style.left=Math.min(x+14,innerWidth-said.offsetWidth-8)+"px";said.style.top=Math.min(y+14,innerHeight-said.offsetHeight-8)+"px"}
for(const box of boxes){box.addEventListener("pointermove",event=>show(box,event.clientX,event.clientY));
box.addEventListener("pointerleave",()=>said.style.display="none");
box.addEventListener("focus",()=>{const at=box.getBoundingClientRect();show(box,at.x,at.y)});
box.addEventListener("blur",()=>said.style.display="none")}
function choose(){const on=new Set(choices.filter(choice=>choice.checked).map(choice=>choice.value));
const text=search.value.trim().toLowerCase();svg.classList.toggle("one",text!=="");
for(const box of boxes){box.classList.toggle("off",!on.has(box.dataset.label));
box.classList.toggle("on",text!==""&&box.dataset.said.toLowerCase().includes(text))}}
for(const choice of choices)choice.addEventListener("change",choose);search.addEventListener("input",choose);choose();
"""


def page_of(picture: Image.Image, scene: bpy.types.Scene, tags: Sequence[Tag], left_out: int = 0) -> str:
    """The page: the picture, a box for each thing with its name, label and confidence, and the labels to choose.

    Args:
        left_out: number of labeled things outside the picture, stated on the page.
    """
    data = io.BytesIO()
    picture.convert("RGB").save(data, "JPEG", quality=88)
    image = base64.b64encode(data.getvalue()).decode("ascii")
    shapes = [
        (float((x1 - x0) * (y1 - y0)), tag, (x0, y0, x1, y1)) for tag, (x0, y0, x1, y1) in _boxes(picture, scene, tags)
    ]
    colors = colors_of(tags)
    rects = [
        _rect(tag, box, colors[tag.label]) for _, tag, box in sorted(shapes, key=lambda shape: -shape[0])
    ]  # small ones on top
    counts = Counter(tag.label for tag in tags)
    rows = sorted(counts.items(), key=lambda item: (item[0] is None, -item[1], item[0] or ""))
    unseen = (
        f"<p><small>{left_out} labeled things lie far away and are not in the picture.</small></p>" if left_out else ""
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Labels</title>'
        '<meta name="viewport" content="width=device-width">'
        f"<style>{_STYLE}</style><main>"
        f'<svg viewBox="0 0 {picture.width} {picture.height}" role="img" aria-label="The scene with its labels">'
        f'<image href="data:image/jpeg;base64,{image}" width="{picture.width}" height="{picture.height}"/>'
        f'{"".join(rects)}</svg></main><aside><input type=search placeholder="Name or label" aria-label="Search">'
        f"{''.join(_choice(label, count, colors[label]) for label, count in rows)}{unseen}</aside><div id=said></div>"
        f"<script>{_SCRIPT}</script></html>\n"
    )


def _boxes(picture: Image.Image, scene: bpy.types.Scene, tags: Sequence[Tag]) -> list[tuple[Tag, tuple[float, ...]]]:
    """The box around the object of each tag in the picture, in pixels."""
    found = []
    for tag in tags:
        seen = in_picture(scene, tag.box, picture.size)
        if not len(seen) or not np.isfinite(seen).all():
            continue
        low = np.clip(seen.min(axis=0), 0, picture.size)
        high = np.clip(seen.max(axis=0), 0, picture.size)
        if (high - low > 1).all():
            found.append((tag, (*low.tolist(), *high.tolist())))
    return found


def _rect(tag: Tag, box: tuple[float, ...], color: tuple[int, int, int]) -> str:
    share = "" if tag.share is None else f" {tag.share:.0%}"
    said = html.escape(f"{tag.name}: {tag.text}{share}", quote=True)
    label = html.escape(json.dumps(tag.label), quote=True)
    red, green, blue = color
    return (
        f'<rect x="{box[0]:.1f}" y="{box[1]:.1f}" width="{box[2] - box[0]:.1f}" height="{box[3] - box[1]:.1f}" '
        f'stroke="rgb({red},{green},{blue})" tabindex="0" data-label="{label}" data-said="{said}"/>'
    )


def _choice(label: str | None, count: int, color: tuple[int, int, int]) -> str:
    red, green, blue = color
    value = html.escape(json.dumps(label), quote=True)
    name = html.escape("Unknown" if label is None else title(label))
    checked = "" if label is None else " checked"
    return (
        f'<label><input type=checkbox value="{value}"{checked}><i style="background:rgb({red},{green},{blue})"></i>'
        f"{name}<b>{count}</b></label>"
    )
