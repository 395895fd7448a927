"""What a sample's distribution looks like apart from its scale: which family, and what is peculiar about it, in words."""

from __future__ import annotations

from math import sqrt

import numpy as np

from symcheck.distribution.goodness import family_test
from symcheck.distribution.moments import by_bulk, median, to_unit
from symcheck.errors import percent
from symcheck.laws.families import FAMILIES
from symcheck.types import Array, Floats

#: Samples of fewer values than this share are called discrete, unless their type is a coarse one.
_FEW = 1 / 16


def word(family: str) -> str:
    """A family's name in a sentence."""
    return family.replace("_", " ")


def _about_median(sample: Array) -> Floats:
    """The entries less their median, about 1 in size and flattened."""
    unit, _ = to_unit(np.ravel(sample))
    return by_bulk(unit - median(unit))[0]


def kurtosis(sample: Array) -> float:
    """E(w - mean)^4 / var^2 of the sample; nan where every entry is the same."""
    bulk = _about_median(sample)
    centred = bulk - bulk.mean()
    variance = float(np.mean(centred**2))
    return float(np.mean(centred**4)) / variance**2 if variance > 0 else float("nan")


def family_of(sample: Array) -> str:
    """The family whose distribution function is nearest, with mean and standard deviation taken from the sample.

    ``constant`` where every entry is the same, ``unfamiliar`` where none is near.
    """
    w = _about_median(sample)
    w = w - w.mean()
    std = float(w.std())
    if std == 0:
        return "constant"
    gaps = {name: family_test(w, family.of_std(std)).measured for name, family in FAMILIES.items()}
    best = min(gaps, key=lambda name: gaps[name])
    return best if gaps[best] < 0.01 + 2 / sqrt(w.size) else "unfamiliar"


def peculiarity(sample: Array, family: str, eps: float) -> str | None:
    """What tells the sample from the family, in a sentence: few values, atoms, another family, tails; None if nothing.

    Args:
        eps: machine epsilon of the type it was drawn in; a coarse type has few values whatever the law.
    """
    w = np.asarray(sample, dtype=np.float64).ravel()
    values, counts = np.unique(w, return_counts=True)
    if values.size == 1:
        return f"Every entry is {values[0]:.4g}."
    few = _few_values(values, w.size, eps)
    if few:
        return few
    most = int(counts.argmax())
    if counts[most] > max(0.002 * w.size, 8) and eps < 2.0**-12:
        return f"{percent(counts[most] / w.size)} of the entries are exactly {values[most] + 0.0:.4g}."
    seen = family_of(w)
    if seen not in (family, "unfamiliar"):
        return f"The entries look {word(seen)}, not {word(family)}."
    return _tails(w, family)


def _few_values(values: Array, n: int, eps: float) -> str | None:
    if values.size <= 8 and n > 64:
        shown = ", ".join(f"{v:.4g}" for v in values)
        return f"The entries take only {values.size} values: {shown}."
    if eps > 2.0**-12 or values.size > _FEW * n:
        return None
    steps = np.diff(values)
    step = float(steps.min())
    # Steps that differ by more have no digits in common, and their ratio may overflow.
    alike = float(steps.max()) * 2.0**-50 <= step
    on_grid = alike and bool(np.all(np.abs(steps / step - np.round(steps / step)) < 1e-3))
    if on_grid:
        return f"The entries lie on a grid of step {step:.3g}: only {values.size:,} values among {n:,} entries."
    return f"The entries take only {values.size:,} values among {n:,} entries."


def _tails(w: Array, family: str) -> str | None:
    apart = _about_median(w)
    centred = apart - apart.mean()
    std = float(centred.std())
    seen, expected = kurtosis(w), FAMILIES[family].kurtosis
    figures = f"kurtosis {seen:.3g}, the {word(family)} law has {expected:.3g}"
    far = np.abs(apart) > 12 * float(np.median(np.abs(apart)))
    huge = int(far.sum())
    if seen > 1.08 * expected and 0 < huge <= max(8, 1e-4 * w.size) and family_of(apart[~far]) == family:
        return f"{huge} huge entr{'y' if huge == 1 else 'ies'} among {w.size:,}; without them it is the {word(family)} law."
    skew = float(np.mean(centred**3)) / std**3
    heavy = _heavy_name(centred) if seen > 1.08 * expected else ""
    if abs(skew) > 0.1 and not heavy:
        return f"The entries are skewed (skewness {skew:.2g}; the {word(family)} law is symmetric)."
    if seen > 1.08 * expected:
        return f"The tails are heavier than the {word(family)} law's ({figures}){heavy}."
    if seen < 0.93 * expected:
        return f"The tails are lighter than the {word(family)} law's ({figures})."
    return None


def _heavy_name(centred: Array) -> str:
    """The heavy-tailed law that is nearest when the medians of the distances agree, if one is near."""
    from scipy import stats

    laws = {"a Laplace law": stats.laplace(), "a logistic law": stats.logistic()} | {
        f"Student's t with about {k} degrees of freedom": stats.t(k) for k in (1, 2, 3, 4, 5, 7, 10)
    }
    sample = np.sort(centred[:: max(1, centred.size // 20_000)])
    median, ranks = float(np.median(np.abs(sample))), np.arange(1, sample.size + 1) / sample.size
    gaps = {name: float(np.abs(law.cdf(sample / median * law.ppf(0.75)) - ranks).max()) for name, law in laws.items()}
    best = min(gaps, key=lambda name: gaps[name])
    return f", as {best} has them" if gaps[best] < 2 / sqrt(sample.size) + 1e-3 else ""
