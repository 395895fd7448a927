"""How far an orthogonal matrix may be from one when it is computed and stored in floating point."""

from __future__ import annotations

from math import sqrt

from symcheck.distribution.formats import FORMATS, FloatFormat


def gram_rounding(rows: int, columns: int, form: FloatFormat, gain: float = 1.0) -> float:
    """By how much products of the rows (or columns) of a matrix, divided by the gain's square, may be off by rounding.

    Two unit vectors whose entries were each rounded by a relative e/2 have a product that is off by e(1 + e/4) at most
    (Cauchy and Schwarz). What the decomposition loses grows with the size (Higham 2002, section 19.3) in the precision that it
    is done in, which is single at least. It is never taken as large as what independent draws, normalized, are off by.
    """
    stored = max(form.epsilon, float(form.spacing(gain)) / gain)
    worked = min(form.epsilon, FORMATS["float32"].epsilon)
    size = max(rows, columns)
    return 1.25 * stored + min(8 * size * worked, 1 / (8 * sqrt(size)))
