"""Is random what should be random, and constant what should be constant? In one model, and between two builds of it."""

from __future__ import annotations

import re
from itertools import combinations

import numpy as np

from symcheck.checks.definition import Skip, UnfiledFinding, failed, parameter_check, passed, warned
from symcheck.checks.network_copies import LEAST
from symcheck.checks.parameters.bench import ParameterBench, same
from symcheck.checks.parameters.sentences import first_few, grouped
from symcheck.errors import counted
from symcheck.file_arrays import entries_of
from symcheck.parameters import Parameter
from symcheck.types import Array

#: What scales and shifts of a normalization usually start at.
_USUAL = {"scale": (1.0, 0.0), "shift": (0.0,)}


@parameter_check("exact")
def fresh(bench: ParameterBench) -> UnfiledFinding:
    """A model that is built from another seed has other random numbers, parameter by parameter.

    Causes: A seed set inside the factory or inside an init function, a generator with a fixed seed, one initializer
    object with a seed, weights that are read from a file.
    Remedy: Set the seed once, outside, where the program starts.
    """
    other = bench.another()
    if bench.build(1).same:
        return failed("the factory gives the same model again when it is called a second time", measured="same object")
    scattered = [p.name for p in bench.valued.values() if looks_drawn(p)]
    if not scattered:
        raise Skip("no parameter looks random")
    repeated = [name for name in scattered if name not in bench.redrawn and name in other]
    if repeated:
        which = "all random parameters" if len(repeated) == len(scattered) > 1 else grouped(repeated)
        hold = "holds" if len(repeated) == 1 else "hold"
        return failed(
            f"{which} {hold} the same numbers in two builds from different seeds",
            measured=len(repeated),
            expected=0,
            diagnosis="A seed is set inside: every model that is built starts from the same draws.",
        )
    return passed(f"{counted(len(scattered), 'random parameter')} drawn afresh by each build")


@parameter_check("exact")
def seed(bench: ParameterBench) -> UnfiledFinding:
    """Two models that are built from one seed, one key or one generator that the factory is passed are equal. Of a factory
    that is passed none it is said whether the global generators repeat it.

    Causes: A generator that is seeded from the clock or from the system.
    Remedy: Draw from the global generator or from one that is passed in, so that runs can be repeated.
    """
    if not bench.factory:
        raise Skip("there is one model only, which cannot be built afresh")
    if bench.build(0).same:
        raise Skip("the factory gives the same model each time")
    again = {p.name: p.values for p in bench.build(0, again=True).parameters}
    changed = [name for name, p in bench.valued.items() if not same(p.values, again.get(name))]
    if changed:
        said = f"{grouped(changed)} {'differs' if len(changed) == 1 else 'differ'} between two builds from one seed, so that runs cannot be repeated"
        if bench.subject.facts.seeded:
            return failed(said, measured=len(changed), expected=0)
        return passed(f"{said}: it draws from a generator of its own")
    return passed(f"one seed gives the same {counted(len(bench.valued), 'parameter')} again")


@parameter_check("exact")
def constants(bench: ParameterBench) -> UnfiledFinding:
    """Scales and shifts of normalizations start at a constant, and no matrix of weights is one.

    Causes: An init function that draws every parameter of a model, norms included, because it goes by names or walks all
    parameters; weights filled with one number.
    Remedy: Leave norms at 1 and 0; draw matrices at random. A zero matrix is fine where what it is multiplied with, or
    what it is added to, is random: the last layer of a branch, one of two low-rank factors.
    """
    drawn = [p for p in bench.valued.values() if p.role in _USUAL and _constant(bench, p) is None]
    published = [p for p in drawn if _as_published(bench, p)]
    drawn = [p for p in drawn if p not in published]
    unusual = [p for p in bench.valued.values() if p.role in _USUAL and _unusual(bench, p)]
    matrices = {
        p.name: value for p in bench.valued.values() if _matrix(p) and (value := _constant(bench, p)) is not None
    }
    zero = [name for name, value in matrices.items() if value == 0]
    decided = _by_recipe(bench)
    faults = [
        f"{p.name}, {_of(p)}, is drawn at random, where a constant is the convention"
        for p in drawn
        if p.name not in decided
    ]
    faults += [
        f"{name} is {value:g} in every entry" for name, value in matrices.items() if value and name not in decided
    ]
    if faults and not bench.factory:
        return warned(
            f"{first_few(faults)}; in weights that have been trained that is as it should be", measured=len(faults)
        )
    if faults:
        return failed(first_few(faults), measured=len(faults), expected=0)
    doubts = [
        f"{p.name}, {_of(p)}, is drawn about 1, as Radford et al. (2016) do in DCGAN"
        for p in published
        if p.name not in decided
    ]
    doubts += [f"{p.name}, {_of(p)}, starts at {_constant(bench, p):g}" for p in unusual if p.name not in decided]
    factors = _zero_factors(bench)
    doubts += [
        f"{a} and {b} are both zero: where one is multiplied with the other, neither ever changes" for a, b in factors
    ]
    if zero := [name for name in zero if name not in decided and not any(name in pair for pair in factors)]:
        doubts.append(
            f"{grouped(zero)} {'is' if len(zero) == 1 else 'are'} zero, which is fine where what stands beside is random"
        )
    if doubts:
        return warned("; ".join(doubts), measured=len(doubts), expected=0)
    norms = sum(p.role in _USUAL for p in bench.valued.values())
    weights = sum(map(_matrix, bench.valued.values()))
    if not norms + weights:
        raise Skip("no parameter is known as a weight or as that of a normalization")
    told = [f"{counted(norms, 'norm parameter')} constant"] * (norms > 0)
    told += [f"{counted(weights, 'matrix', 'matrices')} not constant"] * (weights > 0)
    return passed(", ".join(told))


def _by_recipe(bench: ParameterBench) -> set[str]:
    return {held.parameter.name for held in bench.held} if bench.recipe is not None else set()


def _matrix(p: Parameter) -> bool:
    return p.role in ("weight", "table") and len(p.shape) > 1 and min(p.shape[:2]) > 1


def looks_drawn(p: Parameter) -> bool:
    """Whether it holds so many different numbers that it must have been drawn."""
    return p.values is not None and p.values.dtype.kind == "f" and _many(entries_of(p.values, 0, 1 << 16))


def _many(head: Array) -> bool:
    # Shards and members that are copies leave a part of the values only.
    return np.unique(np.abs(head)).size > max(LEAST, head.size // 64)


def _constant(bench: ParameterBench, p: Parameter) -> float | None:
    """The one number that all its entries are; None where they are not."""
    return bench.surveys[p.name].constant


def _zero_factors(bench: ParameterBench) -> list[tuple[str, str]]:
    """Pairs of trained matrices of one module that are zero and share an axis, as two low-rank factors do."""
    found: dict[str, list[Parameter]] = {}
    for p in bench.valued.values():
        if p.trained and len(p.shape) == 2 and min(p.shape) > 1 and p.role != "bias" and _constant(bench, p) == 0:
            found.setdefault(re.sub(r"\.?[^.]+(\.(weight|kernel))?$", "", p.name), []).append(p)
    return [
        (a.name, b.name)
        for members in found.values()
        for a, b in combinations(members, 2)
        if a.shape[0] == b.shape[1] != a.shape[1] or b.shape[0] == a.shape[1] != b.shape[1]
    ]


def _unusual(bench: ParameterBench, p: Parameter) -> bool:
    value = _constant(bench, p)
    return value is not None and value not in _USUAL[p.role]


def _as_published(bench: ParameterBench, p: Parameter) -> bool:
    """Whether it is the scale of a batch normalization drawn from normal(0.02, 1), which one well-known model starts with."""
    if p.role != "scale" or "BatchNorm" not in p.layer:
        return False
    some = bench.some_of(p, 1 << 16)
    return abs(float(some.mean()) - 1) < 0.05 and float(some.std()) < 0.05


def _of(p: Parameter) -> str:
    return f"the {p.role} of {p.layer or 'a normalization'}"
