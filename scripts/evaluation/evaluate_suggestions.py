"""Measures how soon suggestions learn a taste, by simulated tastes: prints a table.

    python scripts/evaluation/evaluate_suggestions.py
    python scripts/evaluation/evaluate_suggestions.py --tastes 60 --votes 5 10 20 --out suggestions.json

A simulated taste likes a fifth of all people from seeds, by one to three of their traits. It votes on looks one after
another, as they are proposed; then a grid of nine is proposed. Liked proposals are compared with random ones.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import scripts.lib.environment  # noqa: F401 - says first which Python to use

import numpy as np

from ml_core.errors import AtelierError, InputError
from ml_core.inference.taste import Choice, Taste, look
from ml_core.inference.textures.generator import TextureGenerator
from ml_core.outputs import check_outputs, written_together
from ml_core.vocabulary.traits import AvatarTraits

GRID, POOL, LIKED_SHARE = 9, 240, 0.2


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="evaluate_suggestions.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--tastes", type=int, default=40, help="simulated people (%(default)s)")
    options.add_argument("--votes", type=int, nargs="+", default=[0, 5, 10, 20], help="(%(default)s)")
    options.add_argument("--seed", type=int, default=0, help="(%(default)s)")
    options.add_argument("--out", type=Path, metavar="JSON", help="also write the table there")
    return options


def main(arguments: list[str] | None = None) -> int:
    given = parser().parse_args(arguments)
    try:
        if not 1 <= given.tastes <= 1000 or not all(0 <= votes <= 200 for votes in given.votes):
            raise InputError("give 1 to 1000 tastes and 0 to 200 votes")
        if given.out:
            check_outputs([given.out])
        table = measured(given.tastes, sorted(set(given.votes)), given.seed)
        if given.out:
            with written_together(given.out) as (partial,):
                partial.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    except (AtelierError, OSError) as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    print(json.dumps(table, indent=1))
    return 0


def measured(tastes: int, votes: list[int], seed: int) -> dict:
    """The liked fraction of a grid after a number of votes, averaged over all tastes, and that of random grids."""
    generator = TextureGenerator.load()
    people = [(generator.resolve(AvatarTraits(), number), number) for number in range(3 * POOL)]
    looks = np.stack([look(traits, number) for traits, number in people])
    shares: dict[int, list[float]] = {count: [] for count in votes}
    for number in range(tastes):
        rng = np.random.default_rng([seed, number])
        liked = simulated(looks, rng)
        voting, shown = np.arange(POOL), np.arange(POOL, 3 * POOL)
        choices: list[Choice] = []
        for count in range(max(votes) + 1):
            taste = Taste.of(choices)
            if count in shares:
                grid = (
                    shown[taste.proposals(looks[shown], GRID, rng, 0.15)] if choices else rng.choice(shown, GRID, False)
                )
                shares[count].append(float(liked[grid].mean()))
            index = voting[taste.proposals(looks[voting], 1, rng, 0.5)[0]] if choices else int(rng.choice(voting))
            voting = voting[voting != index]
            choices.append(Choice(*people[index], bool(liked[index])))
    random = float(np.mean([simulated(looks, np.random.default_rng([seed, n])).mean() for n in range(tastes)]))
    rows = {str(count): round(float(np.mean(values)), 3) for count, values in shares.items()}
    return {
        "tastes": tastes,
        "liked of random proposals": round(random, 3),
        "liked of proposals after votes": rows,
        "times random": {count: round(share / random, 2) for count, share in rows.items()},
    }


def simulated(looks: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(N,) bool: what a simulated taste likes, the fifth of all variations that is farthest in a direction of one to
    three traits."""
    spread = looks.std(axis=0)
    useful = np.flatnonzero(spread > 0.15)
    chosen = rng.choice(useful, int(rng.integers(1, 4)), replace=False)
    direction = np.zeros(looks.shape[1])
    direction[chosen] = rng.normal(size=len(chosen)) / spread[chosen]
    score = looks @ direction + 0.05 * rng.normal(size=len(looks))
    return score > np.quantile(score, 1 - LIKED_SHARE)


if __name__ == "__main__":
    sys.exit(main())
