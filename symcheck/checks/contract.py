"""What any initializer owes its caller: it returns, an array, of the shape asked for, finite, wholly written, its own."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from symcheck.checks.bench import DENSE, NARROW, PROBE, SMALL, SMALL_CONVOLUTION, SUCCESSIVE, InitializerBench
from symcheck.checks.registry import Skip, failed, passed, register
from symcheck.checks.sentences import are, not_finite
from symcheck.fans import Layer
from symcheck.report import Finding
from symcheck.subjects.model import Draw
from symcheck.types import Array


def _everything(bench: InitializerBench) -> Iterator[tuple[Layer, Draw]]:
    convolutions = (SMALL_CONVOLUTION,) if bench.draws_convolutions else ()
    for layer in (PROBE, SMALL, *NARROW, *convolutions, *DENSE):
        yield bench.asked(layer), bench.draws(layer)[0]


@register(
    "initializer.call",
    grade="exact",
    looks_at="Every call comes back in time with an array of real numbers.",
    causes="The function raises, loops for ever, forgets its return statement, returns a list, or returns complex numbers.",
    remedy="Call the function by hand with the shape in the message and mend what it raises or returns.",
)
def call(bench: InitializerBench) -> Finding:
    """Every call returns an array of real numbers within the time limit."""
    bad = next(((layer, draw) for layer, draw in _everything(bench) if draw.error), None)
    if bad is None:
        slowest = max(draw.seconds for _, draw in _everything(bench))
        return passed("initializer.call", f"returns an array for every shape, in {slowest:.2g} s at most")
    layer, draw = bad
    return Finding(
        "initializer.call",
        "error",
        "exact",
        f"for {layer}: {draw.error}",
        measured=draw.kind,
        expected="an array of real numbers",
        diagnosis=_why(draw, bench),
    )


def _why(draw: Draw, bench: InitializerBench) -> str | None:
    if draw.kind == "hung":
        return "A rejection loop that can never succeed is the usual cause; --timeout sets the limit."
    if draw.kind == "raised" and ("argument" in (draw.error or "") or "not subscriptable" in (draw.error or "")):
        return f"It was called as {bench.called_as}; if that is wrong, say how with --call."
    return None


@register(
    "initializer.shape",
    grade="exact",
    looks_at="The array has the shape that was asked for, in one layout.",
    causes="Sides swapped, an index off by one, a result that is flattened or squeezed.",
    remedy="Return an array of exactly the shape asked for; --layout says whether that is (out, in) or (in, out).",
)
def shape(bench: InitializerBench) -> Finding:
    """Every array has the shape asked for."""
    shapes = 0
    for layer, draw in _everything(bench):
        if draw.array is None:
            continue
        wanted = layer.shape(bench.layout)
        if draw.array.shape != wanted:
            return failed(
                "initializer.shape",
                f"got shape {draw.array.shape}, but should be {wanted} [{layer}]",
                measured=draw.array.shape,
                expected=wanted,
                diagnosis=_shape_cause(draw.array.shape, wanted, layer),
            )
        shapes += 1
    if not shapes:
        raise Skip("no array came back")
    return passed("initializer.shape", f"{shapes} shapes come back as asked, as ({bench.layout.replace('_', ', ')})")


def _shape_cause(got: tuple[int, ...], wanted: tuple[int, ...], layer: Layer) -> str | None:
    if got == wanted[::-1]:
        return "The sides are swapped."
    if set(got) & {layer.inputs + 3, layer.out + 5}:
        return "The index into layer_size is off by one: W_l has shape (layer_size[l], layer_size[l-1])."
    if got in (wanted + (1,), (1, *wanted)) or got == tuple(n for n in wanted if n != 1):
        return "An axis of length 1 was added or squeezed away."
    return None


@register(
    "initializer.dtype",
    grade="exact",
    looks_at="The array holds floating-point numbers, the same type for every shape.",
    causes="Integer arithmetic (1 / n with integers, np.ones(shape, int)), which cannot be trained.",
    remedy="Return float32 or float64.",
)
def dtype(bench: InitializerBench) -> Finding:
    """The dtype is a floating-point one."""
    types = {draw.dtype for _, draw in _everything(bench) if draw.array is not None}
    if not types:
        raise Skip("no array came back")
    named = ", ".join(sorted(types))
    if any("float" not in t for t in types):
        return failed(
            "initializer.dtype",
            f"got {named}, but should be floating point",
            measured=named,
            expected="float",
            diagnosis="Integer weights lose every update smaller than 1.",
        )
    if len(types) > 1:
        return failed(
            "initializer.dtype", f"the dtype depends on the shape: {named}", measured=named, expected="one dtype"
        )
    low = {"float16": " (11 bits)", "bfloat16": " (8 bits)"}.get(named, "")
    return passed("initializer.dtype", f"{named}{low}", measured=named)


@register(
    "initializer.finite",
    grade="exact",
    looks_at="No entry is NaN or infinite.",
    causes="Division by a fan of zero, the square root of a negative number, memory that was never written.",
    remedy="Look at the entries named in the message and at what the formula gives there.",
)
def finite(bench: InitializerBench) -> Finding:
    """Every entry is finite."""
    count = 0
    for layer, draw in _everything(bench):
        if draw.array is None or draw.array.dtype.kind != "f":
            continue
        # What an in-place target still holds was put there by this program; the next check speaks of it.
        bad = int((~np.isfinite(draw.array)).sum()) - draw.unwritten
        if bad > 0:
            where = [int(n) for n in np.argwhere(~np.isfinite(draw.array))[0]]
            first = draw.array[tuple(where)]
            return failed(
                "initializer.finite",
                f"{not_finite(bad, draw.array.size, 'entries', first, where)} [{layer}]",
                measured=bad,
                expected=0,
            )
        count += draw.array.size
    if not count:
        raise Skip("no array came back")
    return passed("initializer.finite", f"{count:,} entries are finite")


@register(
    "initializer.written",
    grade="exact",
    looks_at="Every entry is written: in-place targets are filled with a poison first, and no entry of a random law "
    "stays the same from draw to draw, unless it draws so few values that some must.",
    causes="A loop that stops one short, np.empty filled in part, a slice that leaves out the last row.",
    remedy="Fill the whole array; the message names the first entry that was left.",
)
def written(bench: InitializerBench) -> Finding:
    """Every entry is written."""
    if bench.description.in_place:
        for layer in (PROBE, SMALL):
            for poison in (float("nan"), 12345.675):
                draw = bench.draws(layer, poison=poison)[0]
                if draw.unwritten:
                    return failed(
                        "initializer.written",
                        f"{draw.unwritten} of {np.prod(bench.asked(layer).shape(bench.layout))} entries "
                        f"{are(draw.unwritten)} left as they were [{bench.asked(layer)}]",
                        measured=draw.unwritten,
                        expected=0,
                    )
    if bench.law is None or not bench.law.independent:
        if bench.description.in_place:
            return passed("initializer.written", "every entry of a poisoned target is overwritten")
        raise Skip("entries of this law may repeat, and no target can be poisoned")
    stack = np.stack(bench.arrays(SMALL, SUCCESSIVE, seed=2))
    if bench.description.one_instance or (stack == stack[0]).all():
        raise Skip("repeated draws are the same throughout; see initializer.fresh")
    stuck = (stack == stack[0]).all(axis=0)
    number, expected = int(stuck.sum()), coincidences(stack)
    p = coincidence_p(number, stuck.size, expected)
    if number and p < bench.share(1):
        index = np.argwhere(stuck)[0].tolist()
        return failed(
            "initializer.written",
            f"{number} of {stuck.size} entries {are(number)} the same in {SUCCESSIVE} draws, first at {index} [{SMALL}]",
            measured=number,
            expected=round(expected, 3),
            diagnosis="They are not drawn: memory that is never written, or a slice that is set to a constant.",
        )
    if number:
        return passed(
            "initializer.written",
            f"{number} of {stuck.size} entries agree in {SUCCESSIVE} draws, as draws of so few values do by chance "
            f"({expected:.3g} are expected)",
        )
    return passed("initializer.written", f"every entry differs between draws ({SUCCESSIVE} draws, {SMALL})")


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


@register(
    "initializer.input",
    grade="exact",
    looks_at="The arguments (list of sizes, shape) are as they were after the call.",
    causes="The function sorts, pops or overwrites the list it is given.",
    remedy="Copy the argument before changing it.",
)
def untouched(bench: InitializerBench) -> Finding:
    """No argument is changed."""
    changed = sorted({name for _, draw in _everything(bench) for name in draw.changed})
    if changed:
        shown = " and ".join({"sizes": "layer_size"}.get(c, c) for c in changed)
        return failed("initializer.input", f"changes its argument {shown}", measured=changed, expected=[])
    if all(draw.array is None for _, draw in _everything(bench)):
        raise Skip("no array came back")
    return passed("initializer.input", "leaves its arguments as they were")


@register(
    "initializer.shared",
    grade="exact",
    looks_at="Two arrays drawn one after the other share no memory.",
    causes="The function hands out one buffer again and again, or a view of its own state.",
    remedy="Return a new array, or a copy: otherwise all layers train the same numbers.",
)
def shared(bench: InitializerBench) -> Finding:
    """Arrays do not share memory."""
    if bench.description.in_place:
        raise Skip("it writes into arrays of the caller's own")
    draws = bench.draws(PROBE, seed=3, count=2)
    if any(draw.error for draw in draws):
        raise Skip(f"no array to judge: the subject {draws[-1].error}")
    if any(draw.aliased for draw in draws):
        return failed(
            "initializer.shared",
            "two draws share one array: the second call changes what the first returned",
            measured="shared",
            expected="separate",
        )
    return passed("initializer.shared", "each draw is an array of its own")
