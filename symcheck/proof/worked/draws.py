"""Random draws: how likely it is that two units come out tied, for a law with a density and for signs."""

from __future__ import annotations

from fractions import Fraction

from symcheck.proof.worked.calculation import Worked, compare, show
from symcheck.proof.worked.outcomes import draws
from symcheck.proof.worked.training import layers, trained

_WIDTHS = (Fraction(1, 10), Fraction(1, 100), Fraction(1, 1000), Fraction(0))

#: A draw like any other.
DRAW = Fraction(1, 4)


def two_uniform_draws() -> Worked:
    """Two independent uniform weights are closer than eps with a chance that goes to 0 with eps."""
    return Worked(
        "random-draws",
        "a 1-2-1 network, tanh, zero biases, its weights independent and uniform between 0 and 1: two units are tied only if "
        "their rows, one weight each, are equal",
        ("chance",),
        tuple(
            show(
                f"weights that differ by {eps} at most" if eps else "weights that are equal",
                "P(|W_1[1, 1] - W_1[2, 1]| <= eps) = 1 - (1 - eps)^2",
                # Two triangles of legs 1 - eps are what the unit square has outside of the strip.
                1 - (1 - eps) ** 2,
            )
            for eps in _WIDTHS
        ),
        "A strip around the diagonal of the square has an area that shrinks with it; the diagonal itself has none: the units "
        "are tied with probability 0.",
    )


def two_signs() -> Worked:
    """Weights 1 or -1 have no density: rows agree with a positive chance, which falls with the number of inputs."""

    def agreeing(inputs: int) -> Fraction:
        outcomes = draws((1, -1), 2 * inputs)
        return Fraction(sum(row[:inputs] == row[inputs:] for row in outcomes), len(outcomes))

    return Worked(
        "random-draws",
        "the same with weights 1 or -1, which have no density; all outcomes counted",
        ("chance",),
        (
            *(
                show(
                    f"equal rows, {inputs} input{'s' if inputs > 1 else ''}",
                    "P(W_1[1, :] = W_1[2, :])",
                    agreeing(inputs),
                )
                for inputs in (1, 2, 3)
            ),
            show(
                "the same, 1 input and 2^24 equally likely values", "k P(W = value)^2", 2**24 * Fraction(1, 2**24) ** 2
            ),
        ),
        "Rows of finitely many values come out equal with a positive chance. Floats have finitely many values as well: with "
        "them the chance is small, and not 0.",
        fails="no-atoms",
    )


def one_draw_copied() -> Worked:
    """One draw for both rows and both columns: random, with a density, and tied for sure."""
    before, after = trained(layers(([[DRAW]] * 2, 0), ([[DRAW] * 2], 0)), [1], [0], "tanh", Fraction(1, 2))
    return Worked(
        "random-draws",
        f"the same with one uniform draw, say {DRAW}, that is copied into all weights; x = 1, y = 0, rate 1/2",
        ("unit 1", "unit 2"),
        (
            compare("rows of W_1", "W_1[i, 1]", *before.weights(1)),
            compare("activations", "tanh(W_1[i, 1] x)", *before.hidden(1)),
            compare("rows after a step", "W_1[i, 1] - 1/2 G[i, 1]", *after.weights(1)),
            compare("activations after a step", "h[i]", *after.hidden(1)),
        ),
        "Random is not enough: whatever is drawn, the copies are tied. The draws must be independent.",
        fails="independent",
    )
