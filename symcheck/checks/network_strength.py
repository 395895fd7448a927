"""Networks whose units are not tied, but nearly: near ties, and how strongly symmetry is broken."""

from __future__ import annotations

from math import degrees

import numpy as np

from symcheck.checks.definition import Skip, UnfiledFinding, failed, network_check, passed
from symcheck.checks.network_bench import NetworkBench
from symcheck.network import Network
from symcheck.symmetry.strength import Strength

#: Layers with fewer units or inputs may have a low rank by chance.
WIDE_ENOUGH = 16
#: Below this effective (stable) rank all units respond to one direction of the input.
COLLAPSED = 1.5


@network_check("statistical")
def near_ties(bench: NetworkBench) -> UnfiledFinding:
    """No two hidden units are almost tied: equal up to a relative 1e-3, and nearer than random weights of these widths
    come by chance. It is a measurement beside the certificate and never part of it.

    Causes: A unit copied with a little noise, a checkpoint rounded to low precision, noise too small to matter added to
    a constant.
    Remedy: Such units separate, but slowly; add noise of the size of the weights themselves.
    """
    from symcheck.symmetry.near_ties import near_ties as measure

    found = measure(bench.network, bench.certificate)
    for tie in found:
        chance = chance_of_pair(bench.network, tie.layer, tie.distance)
        if chance < bench.alpha:
            first, second = tie.units
            opposite = "opposite" if tie.sign < 0 else "equal"
            return failed(
                f"units {first + 1} and {second + 1} of layer {tie.layer} are {opposite} up to a relative {tie.distance:.1e}: not "
                f"tied, but they start as one ({len(found)} such pairs)",
                measured=tie.distance,
                expected="> 1e-3",
                p_value=chance,
                diagnosis="They separate in training, but slowly at first: symmetry is broken in name only.",
            )
    if found:
        nearest = found[0]
        return passed(
            f"the nearest units are {nearest.distance:.1e} apart in their weights, in and out, as random ones of this width may be",
            measured=nearest.distance,
            p_value=chance_of_pair(bench.network, nearest.layer, nearest.distance),
        )
    tied = sum(layer.units - layer.classes for layer in bench.certificate.layers)
    if tied and all(layer.classes == 1 for layer in bench.certificate.layers):
        raise Skip("all units of each hidden layer are tied, so none are nearly so")
    apart = "apart from the tied ones, " if tied else ""
    return passed(f"{apart}no two units have all their weights, in and out, within a relative 1e-3 of each other")


def chance_of_pair(network: Network, layer: int, distance: float) -> float:
    """A bound on the chance that some pair of units drawn at random is this near.

    For normal vectors u, v of dimension d, |u - v|^2 / (2 |u|^2 + 2 |v|^2) is Beta(d/2, d/2); the dimension is the
    participation ratio of the coordinates' variances, and all pairs are counted (Bonferroni).
    """
    from scipy.special import betainc

    incoming, outgoing = network.weights[layer - 1], network.weights[layer]
    bias = network.biases[layer - 1]
    parts = [(incoming, 0), (outgoing, 1), *([] if bias is None else [(bias[:, None], 0)])]
    largest = max(float(np.abs(part.astype(np.float64)).max()) for part, _ in parts)
    exponent = int(np.frexp(largest)[1])
    means = [np.mean(np.square(np.ldexp(part.astype(np.float64), -exponent)), axis=axis) for part, axis in parts]
    variances = np.concatenate(means)
    dimension = float(variances.sum() ** 2 / np.square(variances).sum()) if np.square(variances).any() else 1.0
    units = len(incoming)
    return float(min(1.0, units * (units - 1) / 2 * betainc(dimension / 2, dimension / 2, distance**2 / 2)))


@network_check("observed")
def strength(bench: NetworkBench) -> UnfiledFinding:
    """How strongly symmetry is broken: the effective rank of each layer's weights and the smallest angle between two
    units. It fails when all units of a wide layer respond to one direction only.

    Causes: An outer product, or noise that is small beside a common row.
    Remedy: Draw the weights independently; an orthogonal or Gaussian matrix has nearly full rank.
    """
    from symcheck.symmetry.strength import strength as measure

    if any(layer.classes < layer.units or layer.zero.any() for layer in bench.certificate.layers):
        raise Skip("some units are tied or dead, which says more than a rank")
    texts = []
    for item in measure(bench.network):
        rank, word = _rank(item)
        weight, bias = bench.network.weights[item.layer - 1], bench.network.biases[item.layer - 1]
        # The rank is that of the rows with the bias as one more column.
        most = min(len(weight), weight.shape[1] + (bias is not None))
        if _collapsed(item, bench.network):
            return failed(
                f"layer {item.layer} has {word} rank {rank:.2f} of at most {most}: its units respond to one "
                "direction of their input",
                measured=rank,
                expected=f">= {COLLAPSED}",
                diagnosis="Everything but that direction is lost to the layers above and to the gradient below.",
            )
        angle = "" if item.smallest_angle is None else f", angles >= {degrees(item.smallest_angle):.3g} degrees"
        texts.append(f"layer {item.layer}: {word} rank {rank:.3g} of {most}{angle}")
    return passed("; ".join(texts))


def collapsed(network: Network) -> list[int]:
    """The numbers of wide hidden layers all of whose units respond to one direction of their input."""
    from symcheck.symmetry.strength import strength as measure

    return [item.layer for item in measure(network) if _collapsed(item, network)]


def _collapsed(item: Strength, network: Network) -> bool:
    return min(network.weights[item.layer - 1].shape) >= WIDE_ENOUGH and _rank(item)[0] < COLLAPSED


def _rank(item: Strength) -> tuple[float, str]:
    """The rank that was measured, and which of the two it is."""
    return (item.stable_rank, "stable") if item.effective_rank is None else (item.effective_rank, "effective")
