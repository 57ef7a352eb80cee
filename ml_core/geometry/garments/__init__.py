"""Garments as geometry: cut out of MakeHuman's clothing helpers by level sets, draped over a person.

``pieces`` lists the garments as data, ``wardrobe`` cuts and fits them, ``drape`` lays cloth over a body, ``surface``
and ``sparse`` are what they are built on; ``poke_through`` checks layers in poses.
"""
