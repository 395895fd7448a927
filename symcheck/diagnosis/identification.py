"""Which law is this? The laws that draws are consistent with, their measured scale, and the nearest known mistake."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symcheck.diagnosis.consistent import TESTS, Evidence, consistent_laws
from symcheck.diagnosis.identified import Identified, Measured
from symcheck.diagnosis.intervals import common, mean_interval, std_interval
from symcheck.diagnosis.scale_causes import LooksLike, ScaleCause
from symcheck.diagnosis.scales import scale_cause
from symcheck.diagnosis.slips import find_slip
from symcheck.diagnosis.structures import sparsity_of, structure_of
from symcheck.distribution.formats import FloatFormat, format_named
from symcheck.distribution.moments import mean_of
from symcheck.distribution.recognise import Observation, recognise
from symcheck.distribution.shape import family_of
from symcheck.laws.law import CATALOGUE, Law
from symcheck.types import Array

#: The law that a mistake may have been made with, by the family of the draws.
_MEANT = {"uniform": ("he_uniform", "lecun_uniform", "glorot_uniform")}
_MEANT_ELSE = ("he_normal", "lecun_normal", "glorot_normal")
#: The largest entries of which products of a few do not leave the range of numbers.
_ORDINARY = (1e-60, 1e60)


def identify_draws(
    observations: Sequence[Observation],
    *,
    forms: Sequence[FloatFormat] | None = None,
    documented: Law | None = None,
    false_alarm_rate: float = 1e-9,
    seed: int = 0,
) -> Identified:
    """Name the law of arrays that are taken to follow one law.

    Args:
        observations: one or several of (out, in, *kernel) each, or with the draws along a first axis; a sample of another
            shape is judged by its entries with the fans of its layer. Each holds an entry at least.
        forms: of the dtypes they were drawn in, if not those of the arrays.
        documented: the law that they are promised to follow.
        false_alarm_rate: the chance that the law that they do follow is missing from the answer.
        seed: of the digits that were rounded away.
    """
    forms = forms or [format_named(np.asarray(o.sample).dtype.name) for o in observations]
    finite = [o for o in observations if np.isfinite(np.asarray(o.sample, np.float64)).all()]
    if len(finite) < len(observations):
        return Identified("not_finite", (), True, ())
    if sum(o.sample.size for o in observations) < 2:
        return Identified("single", (), True, ())
    limit = false_alarm_rate / (TESTS * len(observations))
    largest = max(float(np.abs(o.sample).max()) for o in observations)
    if not (largest == 0 or _ORDINARY[0] < largest < _ORDINARY[1]):
        return Identified("extreme", (), True, ())
    structured = structure_of(observations, forms)
    family = structured.family if structured else family_of(max(observations, key=lambda o: o.sample.size).sample)
    measured = tuple(_measured(o, family, limit) for o in observations)
    if structured is not None:
        holds = None if documented is None else documented.name == structured.name
        return Identified(family, (structured,), True, measured, documented=documented, holds=holds)
    evidence = Evidence(observations, forms, limit, seed)
    consistent = [*_sparse(evidence), *consistent_laws(evidence)]
    holds = None
    if documented is not None:
        holds = (
            evidence.allows(documented) if documented.independent else documented.name in {l.name for l in consistent}
        )
        consistent = [*([documented] if holds else []), *(law for law in consistent if law.name != documented.name)]
    mistake = None
    if not holds and not any(_of_the_field(law) for law in consistent):
        mistake = _mistake(evidence, family, documented, bool(consistent))
    return Identified(family, tuple(consistent), False, measured, mistake, documented, holds)


def _measured(o: Observation, family: str, limit: float) -> Measured:
    return Measured(o.layer, o.sample.size, mean_of(o.sample), o.std, std_interval(o.sample, family, limit))


def _of_the_field(law: Law) -> bool:
    """Whether a law follows the fans, or is no independent draws; a scale that was read off explains nothing."""
    return law.scale is not None or not law.independent


def _sparse(evidence: Evidence) -> list[Law]:
    share = sparsity_of(evidence.observations)
    if share is None:
        return []
    left = [Observation(o.layer, _left(o.sample)) for o in evidence.observations]
    kept = Evidence(left, evidence.forms, evidence.limit, evidence.seed)
    for law in (l for l in consistent_laws(kept) if l.entries is not None and l.family == "normal"):
        assert law.entries is not None
        return [CATALOGUE["sparse"](share, law.entries.std)] if law.entries.mean == 0 else []
    return []


def _left(sample: Array) -> Array:
    left: Array = sample[sample != 0]
    return left


def _mistake(evidence: Evidence, family: str, documented: Law | None, fitted: bool) -> ScaleCause | None:
    observations = evidence.observations
    if documented is not None and documented.independent:
        return scale_cause(observations, documented)
    if len({o.layer.fans for o in observations}) == 1 or not _about_zero(evidence):
        # One shape fits some formula by coincidence, and none of them has another mean.
        return None
    if (slip := _slip(observations, family)) is not None:
        return slip
    found = recognise(observations)
    # A scale that fits explains nothing where a law with such a number is consistent as it is.
    return LooksLike(found.sentence) if not fitted or (found.rule is not None and found.rule.mistake) else None


def _about_zero(evidence: Evidence) -> bool:
    means = common([mean_interval(o, evidence.limit) for o in evidence.observations])
    return means.low <= 0 <= means.high


def _slip(observations: Sequence[Observation], family: str) -> ScaleCause | None:
    slips = [find_slip(observations, CATALOGUE[name](), family, most=1) for name in _MEANT.get(family, _MEANT_ELSE)]
    return next((slip for slip in slips if slip is not None), None)
