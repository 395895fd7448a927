"""Is what the recipe holds to zeros, ones, a constant, the identity or an orthogonal matrix that, entry by entry?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from symcheck.checks.definition import Skip, Verdict, failed, parameter_check, passed
from symcheck.checks.parameters.bench import ParameterBench
from symcheck.checks.parameters.held import Held
from symcheck.checks.parameters.pieces import box_pieces
from symcheck.checks.parameters.sentences import first_few, named
from symcheck.errors import counted
from symcheck.file_arrays import FileArray, Values
from symcheck.parameters import Parameter
from symcheck.recipes.boxes import Box
from symcheck.types import Array, Floats

#: Vectors of random signs that a matrix in a file is tried on: a row that is off by some length is off by a good part of it
#: on each with a chance of at least 3/16 (Paley and Zygmund 1932), so that all of them miss it with a chance below 2e-9.
_TRIED_ON = 96


@parameter_check("rounding")
def structure(bench: ParameterBench) -> Verdict:
    """What the recipe holds to zeros, ones, a constant, the identity or an orthogonal matrix is that, entry by entry.

    Causes: A bias that is drawn, an orthogonal draw of a fused matrix as a whole where each block is meant, a gain that is
    lost.
    Remedy: Compare the parameter the message names with its rule in the recipe.
    """
    held = [one for one in bench.held if not one.law.independent]
    if not held:
        raise Skip("the recipe holds no parameter to a structure")
    builds = [bench.parameters, bench.another()] if bench.factory else [bench.parameters]
    misses = [
        (one, *miss_of(one, values, np.random.default_rng([bench.seed, 10])))
        for one in held
        for build in builds
        if (values := _values(build, one)) is not None
    ]
    unknown = [
        f"{one.name}: {one.law.name} of a parameter is not tested yet" for one, miss, *_ in misses if miss is None
    ]
    told = [
        f"{one.name} is not {one.law.name}: {what} ({one.said})"
        for one, miss, what, rest in misses
        if miss is not None and not miss <= rest
    ]
    told = list(dict.fromkeys(told))
    if told:
        return failed(first_few(told, "parameters"), measured=len(told), expected=0)
    moved = [one.name for one in held if one.name in bench.moved]
    if moved:
        which = f"{named(moved)}, held to a constant, {'differs' if len(moved) == 1 else 'differ'} between builds"
        return failed(which, measured=len(moved), expected=0)
    if unknown:
        return Verdict("error", first_few(unknown), measured="untested")
    return passed(f"as the recipe has it, in {counted(len(held), 'parameter')}")


def _values(build: Mapping[str, Parameter], held: Held) -> Values | None:
    found = build.get(held.parameter.name)
    return None if found is None or found.shape != held.parameter.shape else found.values


def miss_of(held: Held, values: Values, rng: np.random.Generator) -> tuple[float | None, str, float]:
    """How far a parameter is from its structure, in words too, and what rounding explains.

    Args:
        values: of the whole parameter. rng: of the vectors that a matrix in a file is tried on.
    """
    law, spacing = held.law, held.form.spacing
    if law.family == "constant":
        return *_not_constant(values, held.boxes, law.value), 4 * float(spacing(abs(law.value)))
    if len(held.boxes) > 1 or values.ndim < 2:
        return None, "", 0.0
    if law.family == "identity":
        miss = _not_identity(values, held.boxes[0], law.gain)
        return miss, f"it is off by {miss:.3g}", 4 * float(spacing(law.gain))
    if law.family == "orthogonal":
        epsilon = max(held.form.epsilon, float(spacing(law.gain)) / law.gain)
        return _not_orthogonal(values, held.boxes[0], law.gain, epsilon, rng)
    return None, "", 0.0


def _not_constant(values: Values, boxes: tuple[Box, ...], value: float) -> tuple[float, str]:
    """The entry that is farthest from a number: how far, and where it is."""
    miss, said = -1.0, ""
    for box in boxes:
        for at, rows in box_pieces(values, box):
            off = np.abs(rows.astype(np.float64) - value)
            if not (most := float(off.max(initial=0))) <= miss:
                place = np.unravel_index(int(off.argmax()), off.shape) if off.ndim else ()
                begins = [low for low, _ in box.ranges]
                whole = tuple(
                    int(i) + low + at * (k == 0) for k, (i, low) in enumerate(zip(place, begins, strict=True))
                )
                miss, said = most, f"entry {whole} is {float(rows[place]):.6g}"
    return miss, said


def _not_identity(values: Values, box: Box, gain: float) -> float:
    return max(
        float(np.abs(matrix - gain * np.eye(len(matrix), matrix.shape[1], k=at)).max(initial=0))
        for at, matrix in _matrices(values, box)
    )


def _not_orthogonal(
    values: Values, box: Box, gain: float, epsilon: float, rng: np.random.Generator
) -> tuple[float, str, float]:
    rows = box.ranges[0][1] - box.ranges[0][0]
    columns = box.size // rows
    allowed = 8 * max(rows, columns) * epsilon
    what = "rows" if rows <= columns else "columns"
    if isinstance(values, FileArray):
        miss = _not_isometric(values, box, gain, (rows, columns), rng)
        return miss, f"products of its {what} with sums of them are off by {miss:.3g}, in units of the gain", allowed
    matrix = next(_matrices(values, box))[1] / gain
    gram = matrix @ matrix.T if rows <= columns else matrix.T @ matrix
    miss = float(np.abs(gram - np.eye(len(gram))).max())
    return miss, f"products of its {what} are off by {miss:.3g}, in units of the gain", allowed


def _not_isometric(values: FileArray, box: Box, gain: float, shape: tuple[int, int], rng: np.random.Generator) -> float:
    """How far M^T M x (or M M^T x, where M has fewer rows than columns) is from x, for vectors x of random signs.

    Of an orthogonal matrix it is not; the matrix of all products, which is as large as M, is not needed (Freivalds 1977).
    """
    rows, columns = shape
    signs = rng.choice((-1.0, 1.0), (min(shape), _TRIED_ON))
    if rows <= columns:
        image: Floats = np.zeros((columns, _TRIED_ON))
        for at, matrix in _matrices(values, box):
            image += (matrix / gain).T @ signs[at : at + len(matrix)]
        back = np.concatenate([(matrix / gain) @ image for _, matrix in _matrices(values, box)])
    else:
        back = np.zeros((columns, _TRIED_ON))
        for _, matrix in _matrices(values, box):
            back += (matrix / gain).T @ ((matrix / gain) @ signs)
    return float(np.abs(back - signs).max())


def _matrices(values: Values, box: Box) -> Iterator[tuple[int, Array]]:
    for at, rows in box_pieces(values, box):
        yield at, rows.astype(np.float64).reshape(len(rows), -1)
