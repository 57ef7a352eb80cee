"""The fingers of a hand of a rig with any bone names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ml_core.geometry.humanoid.structure import Upright

Array = NDArray[np.floating]

_MOST_FINGERS = 6
_FINGERS = ("Index", "Middle", "Ring", "Little")
_PHALANGES = ("Proximal", "Intermediate", "Distal")
_THUMB = ("Metacarpal", "Proximal", "Distal")


@dataclass(frozen=True)
class Hand:
    """The fingers of a hand."""

    rig: Upright
    hand: int
    lower: int

    def joints(self) -> dict[str, int]:
        """Joint -> bone; names without a side, thumbs as in VRM."""
        chains = self._chains()
        if not chains or (len(chains) == 1 and len(chains[0]) < 2):  # a mitten has a bone for all fingers, or none
            return {}
        wrist = self.rig.heads[self.hand]
        along = wrist - self.rig.heads[self.lower]
        along /= max(float(np.linalg.norm(along)), 1e-9)
        if len(chains) == 1:
            return self._named("Middle", self._phalanges(chains[0]))
        thumb = self._thumb(chains, wrist, along)
        others = [chain for chain in chains if chain is not thumb]
        found = {} if thumb is None else self._thumb_joints(thumb)
        base = self.rig.heads[thumb[0]] if thumb is not None else wrist
        bases = {id(chain): self.rig.heads[self._phalanges(chain)[0]] for chain in others}
        across = [bases[id(chain)] - base for chain in others]
        across = [item - (item @ along) * along for item in across]
        others = [others[number] for number in np.argsort([np.linalg.norm(item) for item in across], kind="stable")]
        for name, chain in zip(_FINGERS, others[:4], strict=False):
            found |= self._named(name, self._phalanges(chain))
        return found

    def _chains(self) -> list[list[int]]:
        """The chains from the hand, or from one bone that follows it and carries them all, to the tips."""
        start, wrist = self.hand, self.rig.heads[self.hand]
        reach = float(np.linalg.norm(wrist - self.rig.heads[self.lower]))
        while len(self.rig.children[start]) == 1 and len(self.rig.below(start)) > 4:
            start = self.rig.children[start][0]
        if len(self.rig.children[start]) < 2:
            start = self.hand
        chains = []
        for tip in [bone for bone in self.rig.below(start)[1:] if not self.rig.children[bone]]:
            chain = [tip]
            while (above := int(self.rig.parents[chain[0]])) != start and len(self.rig.children[above]) == 1:
                chain.insert(0, above)
            away = float(np.linalg.norm(self.rig.heads[tip] - wrist))
            if 0.02 * reach < away < 1.5 * reach:
                chains.append(chain)
        if len(chains) > _MOST_FINGERS:
            chains = [chain for chain in chains if len(chain) > 1]
        return chains[:_MOST_FINGERS]

    def _thumb(self, chains: list[list[int]], wrist: Array, along: Array) -> list[int] | None:
        """The chain that leaves the hand at the widest angle, nearest to the wrist."""
        rates = []
        for chain in chains:
            start, tip = self.rig.heads[self._phalanges(chain)[0]], self.rig.tip_of(tuple(chain))
            way = (tip - start) / max(float(np.linalg.norm(tip - start)), 1e-9)
            others = [self.rig.heads[self._phalanges(item)[0]] for item in chains if item is not chain]
            behind = float(np.mean([(item - start) @ along for item in others]))
            rates.append((1 - float(way @ along)) + behind / max(float(np.linalg.norm(tip - wrist)), 1e-9))
        best = int(np.argmax(rates))
        rest = [rate for number, rate in enumerate(rates) if number != best]
        return chains[best] if rates[best] > 0.15 + max(rest) * 0.8 else None

    def _phalanges(self, chain: list[int]) -> list[int]:
        """The bones that bend: without a metacarpal, which begins at the wrist."""
        heads, wrist = self.rig.heads, self.rig.heads[self.hand]
        whole = float(np.linalg.norm(self.rig.tip_of(tuple(chain)) - wrist))
        if len(chain) > 3 and np.linalg.norm(heads[chain[0]] - wrist) < 0.3 * whole:
            return chain[1:4]
        return chain[:3]

    def _named(self, name: str, bones: list[int]) -> dict[str, int]:
        return {name + phalanx: bone for phalanx, bone in zip(_PHALANGES, bones, strict=False)}

    def _thumb_joints(self, chain: list[int]) -> dict[str, int]:
        names = _THUMB if len(chain) > 2 else _THUMB[1:]
        if len(chain) <= 2:  # VRM takes no phalanx of a thumb without those above it
            names = _THUMB[:2]
        return {"Thumb" + name: bone for name, bone in zip(names, chain[:3], strict=False)}
