"""Causes of a wrong mean as sentences."""

from __future__ import annotations

from symcheck.diagnosis.means import MeanCause, OneSided, ShapesShifted, Shifted
from symcheck.diagnosis.scale_sentences import named


def mean_sentence(cause: MeanCause) -> str:
    """A cause in words."""
    if isinstance(cause, OneSided):
        return "No entry is negative: the draw is one-sided."
    if isinstance(cause, Shifted):
        how = "standard deviations in every shape" if cause.relative else "whatever the shape"
        return f"The entries are shifted by {cause.by:.2g} {how}."
    if isinstance(cause, ShapesShifted):
        return f"The entries are shifted at {named([f'{layer} ({shift:+.2g} sd)' for layer, shift in cause.off])}."
    return f"{cause.what} That alone moves the mean."
