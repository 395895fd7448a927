"""Does an initializer break symmetry? No units stay tied in networks drawn from it."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from symcheck.activations import get_activation
from symcheck.checks.bench import InitializerBench
from symcheck.checks.definition import Skip, UnfiledFinding, failed, initializer_check, passed
from symcheck.checks.layers import SMALL
from symcheck.checks.sentences import not_seen_active, not_seen_to_separate, verdict_sentence
from symcheck.fans import Layer
from symcheck.network import Network

#: Chains of layers a network is drawn for: all of one width, and widening.
SQUARE = (16, 16, 16, 16)
WIDENING = (8, 24, 16, 4)


def drawn_network(bench: InitializerBench, sizes: tuple[int, ...], activation: str) -> Network:
    """A network whose layers are drawn one after the other, with biases at zero."""
    weights = []
    for i, (inputs, out) in enumerate(itertools.pairwise(sizes)):
        weights.append(bench.turned(bench.arrays(Layer(out, inputs), i + 1, seed=10)[i]))
    return Network(weights, [np.zeros(len(w)) for w in weights], activation)


@initializer_check("proved")
def symmetry(bench: InitializerBench) -> UnfiledFinding:
    """In a network whose layers are drawn by the initializer, with biases at zero, no hidden units stay tied and none
    stay dead.

    Causes: Constant weights, zeros, or a pattern whose row and column sums agree.
    Remedy: Draw the weights at random (any scale will do for this), or use a structure that tells units apart.
    """
    from symcheck.symmetry import certify

    bench.matrices_needed()
    activation, factor = bench.activation, _width_factor(bench)
    square, widening = (tuple(factor * n for n in sizes) for sizes in (SQUARE, WIDENING))
    outcomes = {}
    for sizes in (square, widening):
        certificate = certify(drawn_network(bench, sizes, activation), optimizer=bench.optimizer)
        outcomes[sizes] = certificate
        structured = bench.law is not None and bench.law.family in ("identity", "hadamard")
        if not untied_and_alive(certificate) and (sizes == square or not structured):
            return failed(
                f"{verdict_sentence(certificate)} ({_named(sizes)}, {activation}, zero biases)",
                measured=certificate.verdict,
                expected="broken",
                diagnosis=_as_weights(bench),
            )
    both = f"{_named(square)} and {_named(widening)}"
    message = f"every hidden unit is its own class in {both} ({activation}, zero biases)"
    if open_ := [text for c in outcomes.values() for text in (not_seen_to_separate(c), not_seen_active(c)) if text]:
        message = f"no unit is proved tied or dead in {both} ({activation}, zero biases), but {'; '.join(open_)}"
    if not untied_and_alive(outcomes[widening]):
        message = (
            f"breaks symmetry where layers keep their width ({_named(square)}); in layers that widen, "
            f"{_named(widening)}, {verdict_sentence(outcomes[widening])}"
        )
    return passed(message, measured="broken")


def _as_weights(bench: InitializerBench) -> str:
    """Why units must differ; and of constants, what they are good for, since only their use as weights is judged."""
    why = "Only weights that differ from unit to unit let the units learn different things."
    if not bench.all_equal or bench.random:
        return why
    if bench.array(SMALL).flat[0] == 0:
        return (
            f"Judged as the weights of every layer. {why} Zeros are fine for biases, and for one layer of a network whose "
            "other layers are random, such as the last: symcheck certify judges a whole network."
        )
    return (
        f"Judged as the weights of every layer. {why} A constant is fine for biases and for scales of a normalization."
    )


def untied_and_alive(certificate: Any) -> bool:
    """Whether no hidden unit is proved tied to another one, zero for ever or frozen."""
    apart = certificate.verdict in ("broken", "undecided")
    return apart and not any(layer.zero.any() or layer.frozen.any() for layer in certificate.layers)


def _width_factor(bench: InitializerBench) -> int:
    """How much wider the networks must be so that chance leaves no unit without inputs, but once in 1e12.

    A weight is none where a sparse law has a zero, and into a ReLU half the time besides, where it is negative.
    """
    sparsity = bench.law.sparsity if bench.law is not None else 0.0
    rectified = get_activation(bench.activation).rectified
    for factor in (1, 2, 3, 4, 8, 16, 32):
        missing = 64 * factor * sparsity ** (8 * factor)
        if missing + 64 * factor * ((1 + sparsity) / 2) ** (16 * factor) * rectified < 1e-12:
            return factor
    raise Skip(f"a law as sparse as {sparsity:g} leaves units without inputs in networks of a reasonable width")


def _named(sizes: tuple[int, ...]) -> str:
    return "-".join(map(str, sizes))
