"""One layer in numbers: what its outputs tell of its rows, and what constant weights lose."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from symcheck.proof.worked.calculation import CalculationLine, Worked, compare, listed, show
from symcheck.proof.worked.training import layers
from symcheck.reference import forward, hidden

HALF = Fraction(1, 2)
_UNITS = ("unit 1", "unit 2")
ROWS = ((1, 2), (2, 1))
#: Two samples that span, and the combinations of them that are unit vectors.
SAMPLES, SOLVING = ((1, 1), (1, -1)), ((HALF, HALF), (HALF, -HALF))


def two_samples() -> Worked:
    """Two samples that span tell the rows of two tanh units apart."""
    sums, _ = _outputs(ROWS, SAMPLES, "tanh")
    return Worked(
        "zero-bias",
        f"a layer of two tanh units, W = {listed(ROWS)}, zero biases, samples {listed(SAMPLES)}",
        _UNITS,
        (
            *_samples(ROWS, SAMPLES, "tanh"),
            *(
                compare(
                    f"solved for weight {q + 1}",
                    f"W[i, {q + 1}] = {told}",
                    *(sum(a * Fraction(z) for a, z in zip(SOLVING[q], sums[:, i], strict=True)) for i in (0, 1)),
                    lemma="solved",
                )
                for q, told in enumerate(("1/2 z[1, i] + 1/2 z[2, i]", "1/2 z[1, i] - 1/2 z[2, i]"))
            ),
        ),
        "The activations give the pre-activations, and these give the rows: units that agreed in both samples would have "
        "equal rows. No bias was needed for that.",
    )


def one_sample() -> Worked:
    """One of the two samples does not span: the units agree in it, and their rows differ."""
    return Worked(
        "zero-bias",
        f"the same layer with the first sample only, {listed(SAMPLES[0])}",
        _UNITS,
        _samples(ROWS, SAMPLES[:1], "tanh"),
        "In one sample two different rows can agree: it takes inputs that span to tell rows apart.",
        fails="spanning-inputs",
    )


def silent_relus() -> Worked:
    """ReLU is not injective: on one side, units with any rows agree."""
    rows = ((-1,), (-2,))
    return Worked(
        "zero-bias",
        f"two ReLU units with one input, W = {listed(rows)}, the sample x = 1, which spans",
        _UNITS,
        _samples(rows, ((1,),), "relu"),
        "Both units are silent. The opposite sample x = -1 would tell them apart.",
        fails="injective",
    )


def one_input_each() -> Worked:
    """Equal weights behind a mask: the supports are read off the outputs."""
    return Worked(
        "separate-supports",
        f"two tanh units, all weights w = {HALF}, zero biases; unit 1 reads input 1, unit 2 reads input 2; samples "
        f"{listed(np.eye(2))}",
        _UNITS,
        _masked(((1, 0), (0, 1))),
        "The units differ in both samples, although every weight is equal: what they read is different.",
    )


def one_sample_of_equal_inputs() -> Worked:
    """A sample of equal inputs does not span, and hides the mask."""
    return Worked(
        "separate-supports",
        "the same layer with the one sample [1, 1]",
        _UNITS,
        _masked(((1, 1),)),
        "Where both inputs are equal it does not matter which of them is read: the units agree.",
        fails="spanning-inputs",
    )


def _masked(samples: Sequence[Sequence[int]]) -> tuple[CalculationLine, ...]:
    mask = ((1, 0), (0, 1))
    weights = [[HALF * k for k in row] for row in mask]
    sums, _ = _outputs(weights, samples, "tanh")
    supports = (
        compare(
            "solved for what they read",
            "K[i, q] = z[q, i] / w",
            *([Fraction(z) / HALF for z in sums[:, i]] for i in (0, 1)),
            lemma="solved",
        ),
    )
    return (
        compare("inputs that are read", "K[i, j]", *mask),
        *_samples(weights, samples, "tanh"),
        *(supports if len(samples) == 2 else ()),
    )


def _samples(
    rows: Sequence[Sequence[Any]], samples: Sequence[Sequence[Any]], activation: str
) -> tuple[CalculationLine, ...]:
    """The rows, and what the units make of each sample."""
    sums, activations = _outputs(rows, samples, activation)
    formula = " + ".join(f"W[i, {j + 1}] y[s, {j + 1}]" for j in range(len(samples[0])))
    lines = [compare("rows", "W[i, j]", *rows)]
    for s, sample in enumerate(samples):
        lines += [
            compare(f"pre-activations, y = {listed(sample)}", f"z[s, i] = {formula}", *sums[s]),
            compare("and activations", f"h[s, i] = {activation}(z[s, i])", *activations[s], lemma="readable"),
        ]
    return tuple(lines)


def _outputs(rows: Any, samples: Any, activation: str) -> tuple[Any, Any]:
    params = layers((rows, 0), ([[1, 1]], 0))
    inputs = np.array(samples, dtype=float)
    return forward(params[:1], inputs, activation), hidden(params, inputs, activation)[0]


def constant_matrix() -> Worked:
    """Constant weights see the sum of the inputs alone, and carry back the sum of the gradients alone."""
    return Worked(
        "constant-rank",
        f"two units with two inputs, all weights {HALF}",
        ("x and d", "y and e"),
        _rank(((HALF, HALF), (HALF, HALF))),
        "Two different inputs with one sum become the same, and so do two gradients on the way back.",
    )


def one_entry_changed() -> Worked:
    """With one other weight the matrix has full rank, and nothing is lost."""
    W = ((HALF, HALF), (HALF, Fraction(1)))
    return Worked(
        "constant-rank",
        f"the same with one weight changed, W[2, 2] = {W[1][1]}",
        ("x and d", "y and e"),
        _rank(W),
        "The minor is not 0: different inputs stay different, and so do different gradients.",
        fails="constant-weights",
    )


def _rank(W: Sequence[Sequence[Fraction]]) -> tuple[CalculationLine, ...]:
    inputs, gradients = ((1, 2), (3, 0)), ((1, 0), (0, 1))

    def times(matrix: Any, vector: Any) -> list[Fraction]:
        return [sum((w * x for w, x in zip(row, vector, strict=True)), Fraction(0)) for row in matrix]

    back = list(zip(*W, strict=True))
    return (
        show("minor", "W[1, 1] W[2, 2] - W[1, 2] W[2, 1]", W[0][0] * W[1][1] - W[0][1] * W[1][0], lemma="rank-one"),
        compare("two inputs", "x[j] and y[j]", *inputs),
        compare("their sums", "x[1] + x[2] and y[1] + y[2]", *map(sum, inputs)),
        compare("what the layer makes of them", "z[i] and t[i]", *(times(W, x) for x in inputs), lemma="collapse"),
        compare("two gradients", "d[i] and e[i]", *gradients),
        compare("their sums", "d[1] + d[2] and e[1] + e[2]", *map(sum, gradients)),
        compare("carried back", "b[j] and a[j]", *(times(back, d) for d in gradients), lemma="collapse-back"),
    )
