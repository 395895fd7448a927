"""Randomness as a caller relies on it: not constant, reproducible from a seed, different from another, fresh each time."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from symcheck.checks.bench import SMALL, SUCCESSIVE, InitializerBench
from symcheck.checks.registry import Skip, failed, passed, register
from symcheck.report import Finding
from symcheck.types import Array

_CONSTANT = "every weight is the same number; see initializer.constant"


@register(
    "initializer.constant",
    grade="exact",
    looks_at="The entries of a random law are not all one number.",
    causes="A scale that came out as 0 (integer division, an argument in the wrong place), or a fill instead of a draw.",
    remedy="Print the scale the function computes and the arguments it hands to its generator.",
)
def constant(bench: InitializerBench) -> Finding:
    """The array is not constant."""
    array = bench.array(SMALL)
    if not bench.random and not (bench.law is None and bench.all_equal):
        raise Skip("the law is deterministic" if bench.law else "the same array comes with every seed")
    if not bench.all_equal:
        return passed("initializer.constant", f"{np.unique(array).size:,} different values among {array.size:,}")
    value = float(array.flat[0])
    promised = bench.law.name if bench.law else "random draws" if bench.random else "weights that differ"
    zero = "A scale of 0: look for integer division or an argument in the wrong place."
    return failed(
        "initializer.constant",
        f"every weight is {value:g}, but should be {promised}",
        measured=value,
        expected=promised,
        diagnosis=zero if value == 0 else None,
    )


@register(
    "initializer.seed",
    grade="exact",
    looks_at="The same seed gives the same array.",
    causes="The function draws from a generator of its own, or reads the clock, beside the one it is given.",
    remedy="Draw everything from the generator that is passed in (or from the library's global one).",
)
def same_seed(bench: InitializerBench) -> Finding:
    """One seed, one array."""
    first, again = bench.array(SMALL), bench.arrays(SMALL, 2)[0]
    if np.array_equal(first, again):
        return passed("initializer.seed", "the same seed gives the same array, bit for bit")
    if bench.description.seeded:
        return failed(
            "initializer.seed",
            "the same seed gives another array: the generator it is given is not the only source",
            measured="different",
            expected="equal",
        )
    raise Skip("it takes no seed and follows no global one, so its draws cannot be repeated")


@register(
    "initializer.other_seed",
    grade="exact",
    looks_at="Another seed gives another array.",
    causes="A seed pinned inside the function; the generator it is given is ignored.",
    remedy="Remove the pinned seed and use the generator that is passed in.",
)
def other_seed(bench: InitializerBench) -> Finding:
    """Two seeds, two arrays."""
    first, other = bench.array(SMALL, 0), bench.array(SMALL, 1)
    if bench.all_equal:
        raise Skip(_CONSTANT)
    if bench.description.one_instance:
        raise Skip("the subject is one instance, whose seed is part of it")
    same = np.array_equal(first, other)
    if same and (bench.random or bench.description.seeded) and not _promised_fixed(bench):
        return failed(
            "initializer.other_seed",
            "another seed gives the same array",
            measured="equal",
            expected="different",
            diagnosis="A seed is pinned inside the function, or the generator it is given is never used.",
        )
    if same:
        raise Skip(_fixed_reason(bench))
    return passed("initializer.other_seed", "another seed gives another array")


@register(
    "initializer.fresh",
    grade="exact",
    looks_at="Successive draws differ, each from all others, and the generator goes on: no two layers of one shape start "
    "equal.",
    causes="The generator is made anew from one seed in every call, or set back after it; one keras instance is used for "
    "several layers.",
    remedy="Keep one generator and go on drawing from it; give each layer its own initializer.",
)
def fresh(bench: InitializerBench) -> Finding:
    """Draws that follow each other differ."""
    if bench.all_equal:
        raise Skip(_CONSTANT)
    drawn = bench.successive
    same = next((pair for pair in combinations(range(len(drawn)), 2) if _same(drawn, pair)), None)
    if same is not None:
        if _promised_fixed(bench) or not (bench.random or bench.description.seeded or bench.description.one_instance):
            raise Skip(_fixed_reason(bench))
        number = sum(_same(drawn, pair) for pair in combinations(range(len(drawn)), 2))
        total = len(drawn) * (len(drawn) - 1) // 2
        which = (
            "successive draws are the same array"
            if number == total
            else (f"draws {same[0] + 1} and {same[1] + 1} of {len(drawn)} successive ones are the same array")
        )
        return failed(
            "initializer.fresh", which, measured="equal", expected="different", diagnosis=_repeated(bench, same)
        )
    states = [draw.state for draw in bench.draws(SMALL, seed=2, count=SUCCESSIVE)]
    back = next((pair for pair in combinations(range(len(states)), 2) if _set_back(states, pair)), None)
    if back is not None and bench.random:
        return failed(
            "initializer.fresh",
            f"after draw {back[1] + 1} the generator stands where it stood after draw {back[0] + 1}: what is drawn next "
            "repeats itself",
            measured="set back",
            expected="going on",
            diagnosis="The generator's state is set inside the function.",
        )
    return passed("initializer.fresh", f"{len(drawn)} successive draws differ from each other")


def _same(drawn: list[Array], pair: tuple[int, int]) -> bool:
    return np.array_equal(drawn[pair[0]], drawn[pair[1]])


def _set_back(states: list[str], pair: tuple[int, int]) -> bool:
    """Whether a draw that moved the generator left it where an earlier one had; one that is not used has no state."""
    return states[pair[0]] == states[pair[1]] != ""


def _repeated(bench: InitializerBench, pair: tuple[int, int]) -> str:
    if bench.description.one_instance:
        return (
            "One keras initializer instance gives the same values at each call: layers that share it start identical. "
            "Give each layer its own instance, or a keras.random.SeedGenerator as seed."
        )
    if pair == (0, 1):
        return "The generator is seeded inside the function."
    return "The generator is set back after a draw: its state or seed is set inside the function."


def _promised_fixed(bench: InitializerBench) -> bool:
    return bench.law is not None and not bench.law.random


def _fixed_reason(bench: InitializerBench) -> str:
    if bench.law is not None:
        return f"{bench.law.name} is deterministic"
    return "the same array comes with every seed; if it is meant to be random, a seed is pinned inside (pass --law)"
