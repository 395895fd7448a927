"""What any initializer owes its caller: it returns, an array, of the shape asked for, finite, wholly written, its own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from symcheck.checks.bench import InitializerBench
from symcheck.checks.definition import Skip, UnfiledFinding, failed, initializer_check, passed
from symcheck.checks.layers import DENSE, NARROW, PROBE, SMALL, SUCCESSIVE
from symcheck.checks.randomness import fresh
from symcheck.checks.sentences import are, not_finite
from symcheck.errors import counted
from symcheck.fans import Layer
from symcheck.subjects.messages import Draw
from symcheck.types import Array


def _everything(bench: InitializerBench) -> Iterator[tuple[Layer, Draw]]:
    for layer in (PROBE, SMALL, *NARROW, *bench.compared[1:], *DENSE):
        yield bench.asked(layer), bench.draws(layer)[0]


def _arrays(bench: InitializerBench) -> list[tuple[Layer, Draw, Array]]:
    """What came back as an array.

    Raises:
        Skip: nothing did.
    """
    came = [(layer, draw, draw.array) for layer, draw in _everything(bench) if draw.array is not None]
    if not came:
        raise Skip("no array came back")
    return came


@initializer_check("exact")
def call(bench: InitializerBench) -> UnfiledFinding:
    """Every call comes back in time with an array of real numbers.

    Causes: The function raises, loops for ever, forgets its return statement, returns a list, or returns complex
    numbers.
    Remedy: Call the function by hand with the shape in the message and mend what it raises or returns.
    """
    bad = next(((layer, draw) for layer, draw in _everything(bench) if draw.error), None)
    if bad is None:
        slowest = max(draw.seconds for _, draw in _everything(bench))
        return passed(f"returns an array for every shape, in {slowest:.2g} s at most")
    return not_drawn(*bad, bench)


def not_drawn(layer: Layer, draw: Draw, bench: InitializerBench) -> UnfiledFinding:
    """What is said of a call that gave no array."""
    message, expected = f"for {layer}: {draw.error}", "an array of real numbers"
    return UnfiledFinding("error", message, measured=draw.kind, expected=expected, diagnosis=_why(draw, bench))


def _why(draw: Draw, bench: InitializerBench) -> str | None:
    if draw.kind == "hung":
        return "A rejection loop that can never succeed is the usual cause; --timeout sets the limit."
    if draw.misfit:
        return f"It was called as {bench.called_as}; if that is wrong, say how with --call."
    return None


@initializer_check("exact")
def shape(bench: InitializerBench) -> UnfiledFinding:
    """The array has the shape that was asked for, in one layout.

    Causes: Sides swapped, an index off by one, a result that is flattened or squeezed.
    Remedy: Return an array of exactly the shape asked for; --layout says whether that is (out, in) or (in, out).
    """
    came = _arrays(bench)
    for layer, _, array in came:
        got, wanted = array.shape, layer.shape(bench.layout)
        if got != wanted:
            message, cause = f"got shape {got}, but should be {wanted} [{layer}]", _shape_cause(got, wanted, layer)
            return failed(message, measured=got, expected=wanted, diagnosis=cause)
    return passed(
        f"{counted(len(came), 'shape')} {'comes' if len(came) == 1 else 'come'} back as asked, as ({bench.layout.replace('_', ', ')})"
    )


def _shape_cause(got: tuple[int, ...], wanted: tuple[int, ...], layer: Layer) -> str | None:
    if got == wanted[::-1]:
        return "The sides are swapped."
    if set(got) & {layer.inputs + 3, layer.out + 5}:
        return "The index into layer_size is off by one: W_l has shape (layer_size[l], layer_size[l-1])."
    if got in (wanted + (1,), (1, *wanted)) or got == tuple(n for n in wanted if n != 1):
        return "An axis of length 1 was added or squeezed away."
    return None


@initializer_check("exact")
def dtype(bench: InitializerBench) -> UnfiledFinding:
    """The array holds floating-point numbers, the same type for every shape.

    Causes: Integer arithmetic (1 / n with integers, np.ones(shape, int)), which cannot be trained.
    Remedy: Return float32 or float64.
    """
    types = {draw.dtype for _, draw, _ in _arrays(bench)}
    named = ", ".join(sorted(types))
    if any("float" not in t for t in types):
        message, cause = (
            f"got {named}, but should be floating point",
            "Integer weights lose every update smaller than 1.",
        )
        return failed(message, measured=named, expected="float", diagnosis=cause)
    if len(types) > 1:
        return failed(f"the dtype depends on the shape: {named}", measured=named, expected="one dtype")
    low = {"float16": " (11 bits)", "bfloat16": " (8 bits)"}.get(named, "")
    return passed(f"{named}{low}", measured=named)


@initializer_check("exact")
def finite(bench: InitializerBench) -> UnfiledFinding:
    """No entry is NaN or infinite.

    Causes: Division by a fan of zero, the square root of a negative number, memory that was never written.
    Remedy: Look at the entries named in the message and at what the formula gives there.
    """
    floats = [(layer, draw, array) for layer, draw, array in _arrays(bench) if array.dtype.kind == "f"]
    if not floats:
        raise Skip("no array came back")
    for layer, draw, array in floats:
        # What an in-place target still holds was put there by this program; the next check speaks of it.
        bad = int((~np.isfinite(array)).sum()) - draw.unwritten
        if bad > 0:
            where = np.argwhere(~np.isfinite(array))[0].tolist()
            message = not_finite(bad, array.size, "entries", array[tuple(where)], where)
            return failed(f"{message} [{layer}]", measured=bad, expected=0)
    return passed(f"{sum(array.size for *_, array in floats):,} entries are finite")


@initializer_check("exact")
def written(bench: InitializerBench) -> UnfiledFinding:
    """Every entry is written: in-place targets are filled with a poison first, and no entry of a random law stays the
    same from draw to draw, unless it draws so few values that some must.

    Causes: A loop that stops one short, np.empty filled in part, a slice that leaves out the last row.
    Remedy: Fill the whole array; the message names the first entry that was left.
    """
    if bench.description.in_place:
        for layer, poison in product((PROBE, SMALL), (float("nan"), 12345.675)):
            if left := bench.draws(layer, poison=poison)[0].unwritten:
                asked = bench.asked(layer)
                entries = f"{left} of {np.prod(asked.shape(bench.layout))} entries {are(left)}"
                return failed(f"{entries} left as they were [{asked}]", measured=left, expected=0)
    if bench.law is None or not bench.law.independent:
        if bench.description.in_place:
            return passed("every entry of a poisoned target is overwritten")
        raise Skip("entries of this law may repeat, and no target can be poisoned")
    stack = np.stack(bench.arrays(SMALL, SUCCESSIVE, seed=2))
    if bench.description.one_instance or (stack == stack[0]).all():
        raise Skip(f"repeated draws are the same throughout; see {fresh.name}")
    stuck = (stack == stack[0]).all(axis=0)
    number, expected = int(stuck.sum()), coincidences(stack)
    p = coincidence_p(number, stuck.size, expected)
    if number and p < bench.share(1):
        index = np.argwhere(stuck)[0].tolist()
        return failed(
            f"{number} of {stuck.size} entries {are(number)} the same in {SUCCESSIVE} draws, first at {index} [{SMALL}]",
            measured=number,
            expected=round(expected, 3),
            diagnosis="They are not drawn: memory that is never written, or a slice that is set to a constant.",
        )
    if number:
        few = f"as draws of so few values do by chance ({expected:.3g} are expected)"
        return passed(f"{number} of {stuck.size} entries agree in {SUCCESSIVE} draws, {few}")
    return passed(f"every entry differs between draws ({SUCCESSIVE} draws, {SMALL})")


def coincidences(stack: Array) -> float:
    """How many entries agree in all draws, on average, when the values that came are dealt out at random.

    A value that came c times among m entries fills all k draws of one place with chance c(c-1)...(c-k+1) / m(m-1)...
    """
    draws, total = len(stack), stack.size
    counts = np.unique(stack, return_counts=True)[1].astype(np.float64)
    chances = np.ones_like(counts)
    for k in range(draws):
        chances *= np.maximum(counts - k, 0) / (total - k)
    return float(chances.sum()) * int(stack[0].size)


def coincidence_p(number: int, places: int, expected: float) -> float:
    """The chance of so many coincidences or more: binomial, with a tenth in hand because places share the values."""
    from scipy.stats import binom

    return float(binom.sf(number - 1, places, min(1.0, 1.1 * expected / places)))


@initializer_check("exact")
def input(bench: InitializerBench) -> UnfiledFinding:
    """The arguments (list of sizes, shape) are as they were after the call.

    Causes: The function sorts, pops or overwrites the list it is given.
    Remedy: Copy the argument before changing it.
    """
    changed = sorted({name for _, draw in _everything(bench) for name in draw.changed})
    if changed:
        shown = " and ".join({"sizes": "layer_size"}.get(c, c) for c in changed)
        return failed(f"changes its argument {shown}", measured=changed, expected=[])
    _arrays(bench)
    return passed("leaves its arguments as they were")


@initializer_check("exact")
def shared(bench: InitializerBench) -> UnfiledFinding:
    """Two arrays drawn one after the other share no memory.

    Causes: The function hands out one buffer again and again, or a view of its own state.
    Remedy: Return a new array, or a copy: otherwise all layers train the same numbers.
    """
    if bench.description.in_place:
        raise Skip("it writes into arrays of the caller's own")
    draws = bench.draws(PROBE, seed=3, count=2)
    if any(draw.error for draw in draws):
        raise Skip(f"no array to judge: the subject {draws[-1].error}")
    if any(draw.aliased for draw in draws):
        message = "two draws share one array: the second call changes what the first returned"
        return failed(message, measured="shared", expected="separate")
    return passed("each draw is an array of its own")
