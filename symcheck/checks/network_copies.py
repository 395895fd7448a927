"""Layers that hold the same random numbers in arrays of their own: copies, or one seed used for several layers."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np

from symcheck.checks.definition import Skip, UnfiledFinding, failed, network_check, passed, warned
from symcheck.checks.network_bench import NetworkBench
from symcheck.distribution.formats import format_named
from symcheck.distribution.moments import times_two_to, to_unit
from symcheck.errors import counted
from symcheck.types import Array

#: Independent draws agree in fewer numbers by chance: with bfloat16's 8 bits, 16 do once in 1e17.
LEAST = 16
#: So many different sizes no pattern has that is made of shifted rows or of a table of cosines, in layers of usual width.
MANY = 1024
#: Entries that show whether a layer looks random.
_LOOKED_AT = 1 << 18
#: Compared before whole layers are.
_FIRST = 64
_ORDERS = ("in rows", "in columns")


@network_check("rounding")
def fresh(bench: NetworkBench) -> UnfiledFinding:
    """No two layers hold the same random numbers: whole matrices, their transposes, or one as the beginning of the
    other, whatever the scale. Constant, zero and identity layers, and other patterns, may repeat.

    Causes: One seed for several layers (a keras initializer with a seed repeats itself, with another shape as far as it
    goes), a generator made anew for each layer, copy.deepcopy of a layer.
    Remedy: Draw all layers from one generator, or give each its own seed; initialize again what was copied.
    """
    weights = bench.network.weights
    if len(weights) == 1:
        raise Skip("there is only one layer")
    bench.finite_needed()
    random = [i for i, w in enumerate(weights, 1) if looks_random(w)]
    found = []
    # Layers that share one array are the business of network.shared.
    shared = {tuple(pair) for pair in bench.description.shared}
    for i, j in combinations(random, 2):
        if (i, j) not in shared and (how := same_numbers(weights[i - 1], weights[j - 1])):
            found.append((i, j, how))
    if found:
        i, j, how = found[0]
        others = len(found) - 1
        more = f" (and {others} more pair{'s' if others > 1 else ''} of layers)" if others else ""
        return failed(
            f"layers {i} and {j} hold the same random numbers: {how}{more}",
            measured=len(found),
            expected=0,
            diagnosis="They were copied, or drawn from one seed: the second layer adds no randomness of its own.",
        )
    if len(random) < 2:
        raise Skip("fewer than two layers look random")
    return passed(f"no two of {counted(len(random), 'layer')} hold the same random numbers", measured=0, expected=0)


@network_check("exact")
def other_seed(bench: NetworkBench) -> UnfiledFinding:
    """A function that draws a network from layer sizes draws another one with another seed. Of one that builds a network
    without being told a seed it is only warned of.

    Causes: A seed that is set inside the function, for the sake of an exercise or of a test; a generator made there.
    Remedy: Remove it, and take the seed or the generator as an argument.
    """
    built = bench.description.rebuilt
    if bench.called_as is None and not built:
        raise Skip("the weights came as they are, and not from a function that draws them")
    weights = bench.network.weights
    random = [i for i, w in enumerate(weights, 1) if looks_random(w)]
    if not random:
        raise Skip("no layer looks random")
    pinned = [i for i in bench.description.pinned if i in random]
    if not pinned:
        return passed(
            f"another seed gives another network, in {counted(len(random), 'random layer')}", measured=0, expected=0
        )
    which = "all layers" if pinned == random else f"layer {', '.join(map(str, pinned))}"
    verdict = warned if built else failed
    return verdict(
        f"another seed gives the same numbers in {which}",
        measured=len(pinned),
        expected=0,
        diagnosis="A seed is set inside the function, or a generator made there from one.",
    )


def looks_random(weight: Array) -> bool:
    """Whether a matrix has more different sizes of entries than a pattern would."""
    entries = _head(weight, min(weight.size, _LOOKED_AT))
    magnitudes = np.abs(to_unit(entries[entries != 0])[0])
    if not magnitudes.size:
        return False
    # To six digits, since a pattern's equal entries may differ by their rounding.
    sizes = np.unique(np.round(magnitudes / magnitudes.max(), 6))
    pattern = sum(weight.shape) if min(weight.shape) > 1 else 0
    # The gaps of a ramp (numpy.arange, numpy.linspace) are all alike.
    gaps = np.diff(sizes)
    ramp = gaps.size > 1 and gaps.max() <= gaps.min() * 1.01
    return bool(sizes.size >= max(LEAST, min(pattern + 1, MANY)) and not ramp)


def same_numbers(first: Array, second: Array) -> str | None:
    """How two matrices hold the same numbers, up to a positive factor; None where they do not."""
    tolerance = 4 * max(_eps(first), _eps(second))
    for row, column in product((0, 1), repeat=2):
        a, b = (first.T if row else first), (second.T if column else second)
        ratio = _ratio(a, b, tolerance)
        if ratio is None:
            continue
        scale = "" if abs(ratio - 1) <= tolerance else f" times {ratio:.4g}"
        if a.shape == b.shape:
            return f"the second is the first{'' if row == column else ' transposed'}{scale}"
        count = f"their first {min(a.size, b.size):,} agree"
        order = _ORDERS[row] if row == column else f"the first's {_ORDERS[row]}, the second's {_ORDERS[column]}"
        return f"{count}, read {order}{f', up to the factor {ratio:.4g}' if scale else ''}"
    return None


def _eps(array: Array) -> float:
    return format_named(array.dtype.name).epsilon


def _ratio(first: Array, second: Array, tolerance: float) -> float | None:
    """The positive c with second = c first as far as both go, in row order; None where there is none."""
    n = min(first.size, second.size)
    if n < LEAST:
        return None
    ratio = None
    for size in sorted({min(n, _FIRST), n}):
        (a, exponent), (b, other) = (to_unit(_head(x, size)) for x in (first, second))
        square = float(a @ a)
        if square == 0 or not b.any():
            # A sparse layer may begin with zeros only; the whole decides.
            if size == n:
                return None
            continue
        ratio = float(a @ b) / square
        if not (ratio > 0 and np.abs(b - ratio * a).max() <= tolerance * np.abs(b).max()):
            return None
        ratio = times_two_to(ratio, other - exponent)
    if np.unique(_head(first, n)).size < LEAST:
        return None
    return ratio


def _head(array: Array, count: int) -> Array:
    rows = -(-count // array.shape[1])
    return array[:rows].reshape(-1)[:count]
