"""Randomness as a caller relies on it: not constant, reproducible from a seed, different from another, fresh each time."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from symcheck.checks.bench import InitializerBench
from symcheck.checks.definition import Skip, UnfiledFinding, failed, initializer_check, passed
from symcheck.checks.layers import SMALL, SUCCESSIVE
from symcheck.distribution.rounding import unit_of


@initializer_check("exact")
def constant(bench: InitializerBench) -> UnfiledFinding:
    """The entries of a random law are not all one number.

    Causes: A scale that came out as 0 (integer division, an argument in the wrong place), or a fill instead of a draw.
    Remedy: Print the scale the function computes and the arguments it hands to its generator.
    """
    array = bench.array(SMALL)
    if not bench.random and not (bench.law is None and bench.all_equal):
        raise Skip("the law is deterministic" if bench.law else "the same array comes with every seed")
    if bench.all_equal and bench.law is not None and bench.law.independent:
        form = bench.form(SMALL)
        if not unit_of(bench.law.entry(SMALL.fans), form).carried:
            raise Skip(f"{form.name} rounds most draws of {bench.law.name} to one number")
    if not bench.all_equal:
        return passed(f"{np.unique(array).size:,} different values among {array.size:,}")
    value = float(array.flat[0])
    promised = bench.law.name if bench.law else "random draws" if bench.random else "weights that differ"
    zero = "A scale of 0: look for integer division or an argument in the wrong place."
    return failed(
        f"every weight is {value:g}, but should be {promised}",
        measured=value,
        expected=promised,
        diagnosis=zero if value == 0 else None,
    )


def not_constant(bench: InitializerBench) -> None:
    """Leave constant arrays to the check that speaks of them.

    Raises:
        Skip: every entry is one number.
    """
    if bench.all_equal:
        raise Skip(f"every weight is the same number; see {constant.name}")


@initializer_check("exact")
def seed(bench: InitializerBench) -> UnfiledFinding:
    """The same seed gives the same array.

    Causes: The function draws from a generator of its own, or reads the clock, beside the one it is given.
    Remedy: Draw everything from the generator that is passed in (or from the library's global one).
    """
    first, again = bench.array(SMALL), bench.arrays(SMALL, 2)[0]
    if np.array_equal(first, again):
        return passed("the same seed gives the same array, bit for bit")
    if bench.description.seeded:
        message = "the same seed gives another array: the generator it is given is not the only source"
        return failed(message, measured="different", expected="equal")
    raise Skip("it takes no seed and follows no global one, so its draws cannot be repeated")


@initializer_check("exact")
def other_seed(bench: InitializerBench) -> UnfiledFinding:
    """Another seed gives another array.

    Causes: A seed pinned inside the function; the generator it is given is ignored.
    Remedy: Remove the pinned seed and use the generator that is passed in.
    """
    first, other = bench.array(SMALL, 0), bench.array(SMALL, 1)
    not_constant(bench)
    if bench.description.one_instance:
        raise Skip("the subject is one instance, whose seed is part of it")
    same = np.array_equal(first, other)
    if same and (bench.random or bench.description.seeded) and not _promised_fixed(bench):
        cause = "A seed is pinned inside the function, or the generator it is given is never used."
        return failed("another seed gives the same array", measured="equal", expected="different", diagnosis=cause)
    if same:
        raise Skip(_fixed_reason(bench))
    return passed("another seed gives another array")


@initializer_check("exact")
def fresh(bench: InitializerBench) -> UnfiledFinding:
    """Successive draws differ, each from all others, and the generator goes on: no two layers of one shape start equal.

    Causes: The generator is made anew from one seed in every call, or set back after it; one keras instance is used for
    several layers.
    Remedy: Keep one generator and go on drawing from it; give each layer its own initializer.
    """
    not_constant(bench)
    drawn = bench.successive
    pairs = list(combinations(range(len(drawn)), 2))
    if same := [(i, j) for i, j in pairs if np.array_equal(drawn[i], drawn[j])]:
        if _promised_fixed(bench) or not (bench.random or bench.description.seeded or bench.description.one_instance):
            raise Skip(_fixed_reason(bench))
        i, j = (n + 1 for n in same[0])
        which = "successive draws" if same == pairs else f"draws {i} and {j} of {len(drawn)} successive ones"
        cause = _repeated(bench, same[0])
        return failed(f"{which} are the same array", measured="equal", expected="different", diagnosis=cause)
    states = [draw.state for draw in bench.draws(SMALL, seed=2, count=SUCCESSIVE)]
    # A generator that is not used has no state.
    if bench.random and (back := [(i, j) for i, j in pairs if states[i] == states[j] != ""]):
        i, j = (n + 1 for n in back[0])
        stands = f"after draw {j} the generator stands where it stood after draw {i}"
        return failed(
            f"{stands}: what is drawn next repeats itself",
            measured="set back",
            expected="going on",
            diagnosis="The generator's state is set inside the function.",
        )
    return passed(f"{len(drawn)} successive draws differ from each other")


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
