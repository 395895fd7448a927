"""Does an initializer have the structure of its law? Entry by entry, and for orthogonal laws over many draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symcheck.checks.bench import InitializerBench, promised
from symcheck.checks.definition import Skip, UnfiledFinding, failed, figures_of, initializer_check, passed
from symcheck.checks.layers import PROBE, SMALL
from symcheck.checks.randomness import fresh
from symcheck.checks.samples import zeros_promised
from symcheck.checks.sentences import p_shown
from symcheck.distribution.formats import FloatFormat
from symcheck.distribution.haar import HaarOutcome, haar_tests
from symcheck.distribution.orthogonality import gram_rounding
from symcheck.errors import counted
from symcheck.fans import Layer
from symcheck.laws.law import Law
from symcheck.types import Array

#: Square, tall and wide, small enough for many draws; and one of a usual size.
HAAR_LAYERS = {Layer(8, 8): 256, PROBE: 256, Layer(5, 7): 256, SMALL: 64}
#: Structures that kernels have too.
WITH_KERNELS = ("constant", "orthogonal", "identity")
#: Statistics of a square matrix: signs, entries, directions, determinant.
_STATISTICS = 4


@initializer_check("rounding")
def structure(bench: InitializerBench) -> UnfiledFinding:
    """A structured law is met entry by entry: constant, identity, orthogonal, sparse, Hadamard.

    Causes: Rows where columns are meant, a missing normalization, the wrong share of zeros.
    Remedy: Compare with numpy.eye, a QR decomposition with positive diagonal, or scipy.linalg.hadamard.
    """
    law = promised(bench.law)
    if law.independent:
        raise Skip("the entries of this law are independent draws")
    judged = 0
    for layer in (*bench.layers, *bench.small_layers):
        if layer.kernel and law.family not in WITH_KERNELS:
            continue
        if layer not in bench.layers and bench.draws(layer)[0].error:
            continue
        if missed := structure_missed(law, layer, bench.oriented(layer), bench.form(layer)):
            return failed(f"{missed.sentence} at {layer}", measured=missed.by, expected=0.0)
        judged += 1
    return passed(f"{law.name}, to rounding, in {counted(judged, 'shape')}")


@dataclass(frozen=True)
class Missed:
    """How far an array is from the structure of its law.

    Attributes:
        what: is off. by: so much. allowed: by rounding.
    """

    what: str
    by: float
    allowed: float

    @property
    def sentence(self) -> str:
        """What is off, by how much, and what rounding would explain."""
        return f"{self.what} is off by {self.by:.3g} (rounding explains {self.allowed:.1g})"


def structure_missed(law: Law, layer: Layer, array: Array, form: FloatFormat) -> Missed | None:
    """Whether an array of shape (out, in, *kernel) misses the structure of its law by more than rounding."""
    miss, what = _structure_miss(law, layer, np.asarray(array, dtype=np.float64))
    tolerance = _structure_tolerance(law, layer, form)
    return Missed(what, miss, tolerance) if miss > tolerance else None


def _structure_tolerance(law: Law, layer: Layer, form: FloatFormat) -> float:
    if law.family == "sparse":
        return 0.0
    if law.family == "orthogonal":
        return gram_rounding(layer.out, layer.fans.fan_in, form, law.gain)
    return 32 * float(form.spacing(abs(law.value) if law.family == "constant" else law.gain))


def _structure_miss(law: Law, layer: Layer, array: Array) -> tuple[float, str]:
    from symcheck.reference.samplers import sample

    if law.family == "orthogonal":
        largest = float(np.abs(array).max())
        # No entry of it is larger than the gain; products of entries that are would overflow.
        if largest > 2 * law.gain:
            return largest - law.gain, "the largest entry"
        flat = array.reshape(layer.out, -1) / law.gain
        gram = flat @ flat.T if flat.shape[0] <= flat.shape[1] else flat.T @ flat
        what = "the Gram matrix of its shorter side, divided by the gain's square,"
        return float(
            np.abs(gram - np.eye(len(gram))).max()
        ), what if law.gain != 1 else "the Gram matrix of its shorter side"
    if law.family == "sparse":
        # Zeros beyond these may be drawn; whether they are too many is for the check of atoms.
        zeros = (array == 0).sum(axis=0)
        return float(np.maximum(zeros_promised(law, layer) - zeros, 0).max()), "the number of zeros in a column"
    wanted = sample(law, array.shape, np.random.default_rng())
    return float(np.abs(array - wanted).max()), f"the largest entry's distance from {law.name}"


@initializer_check("statistical")
def haar(bench: InitializerBench) -> UnfiledFinding:
    """An orthogonal law is Haar-random: over many draws, the signs of each entry and of the determinant are fair coins,
    and entries and fixed directions have the Beta law of a random point of the sphere.

    Causes: A QR decomposition whose signs are left as LAPACK sets them, a rotation (determinant 1) where an orthogonal
    matrix is meant, a fixed matrix with its rows shuffled.
    Remedy: q, r = qr(gaussian); q * sign(diag(r)) is Haar-random (Mezzadri 2007).
    """
    law = bench.law
    if law is None or law.family != "orthogonal":
        raise Skip("only orthogonal laws are Haar-random")
    if bench.repeats:
        raise Skip(f"repeated draws are the same; see {fresh.name}")
    rng = np.random.default_rng(bench.seed)
    judged = [
        (outcome, bench.asked(layer))
        for layer, count in HAAR_LAYERS.items()
        for outcome in haar_tests(_as_matrices(bench, layer, count) / law.gain, rng)
    ]
    limit = bench.share(_STATISTICS * len(HAAR_LAYERS))
    bad = [o for o, _ in judged if o.p_value < limit]
    outcome, layer = min(judged, key=lambda row: row[0].p_value)
    figures = figures_of(outcome)
    if bad:
        sentence = f"orthogonal, but not Haar-random: {_haar_sentence(outcome, layer)}"
        return failed(sentence, diagnosis=_haar_cause(bad), **figures)
    draws = ", ".join(f"{count} of {layer}" for layer, count in HAAR_LAYERS.items())
    return passed(f"signs, determinants and entries are those of Haar matrices ({draws})", **figures)


def _as_matrices(bench: InitializerBench, layer: Layer, count: int) -> Array:
    """Draws as matrices, one unit a row: kernels are orthogonal as axis 0 against the rest."""
    drawn = [bench.turned(a) for a in bench.arrays(layer, count, seed=5)]
    return np.stack([a.reshape(len(a), -1) for a in drawn])


def _haar_sentence(outcome: HaarOutcome, layer: Layer) -> str:
    share, p = f"{int(outcome.measured)} of {outcome.draws} draws", p_shown(outcome.p_value)
    entry = "w[" + ", ".join(map(str, outcome.where)) + "]"
    if outcome.kind == "sign":
        return f"entry {entry} at {layer} is positive in {share}, and half of them are expected ({p})"
    if outcome.kind == "determinant":
        return f"the determinant at {layer} is positive in {share}, and half of them are expected ({p})"
    what = f"entry {entry}" if outcome.kind == "entry" else "a random direction's image"
    return f"{what} at {layer} is {outcome.measured:.2g} away from its Beta law over {outcome.draws} draws ({p})"


def _haar_cause(bad: list[HaarOutcome]) -> str | None:
    kinds = {o.kind for o in bad}
    if kinds == {"determinant"}:
        return "The matrices have a determinant of one sign: these are rotations, half of the orthogonal group."
    if "sign" in kinds:
        return (
            "The signs are biased, as in a QR decomposition whose signs are left as they come: multiply the columns of Q by "
            "sign(diag(R))."
        )
    return None
