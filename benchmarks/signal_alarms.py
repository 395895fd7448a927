"""Alarms of `symcheck signal` on networks of 12 activations, widths 16 to 1024 and depths 1 to 100: none is due at the gain
that was asked for; and how often a gain that is off is seen.

    python benchmarks/signal_alarms.py --runs 2000
    python benchmarks/signal_alarms.py --power 200
"""

from __future__ import annotations

import argparse
from math import log, sqrt

import numpy as np

import symcheck
from symcheck.activations import ACTIVATIONS, get_activation
from symcheck.propagation.findings import report_of
from symcheck.propagation.signal import Signal
from symcheck.types import Floats

WIDTHS, DEPTHS = (16, 32, 64, 128, 256, 512, 1024), (1, 2, 3, 5, 10, 20, 50, 100)


LAWS = ("normal", "normal", "uniform", "orthogonal")


def drawn(
    rng: np.random.Generator, activation: str, width: int, depth: int, off: float, bias: float, law: str
) -> symcheck.Network:
    """A network with ``depth`` hidden layers of the activation's gain, times ``off``."""
    gain = get_activation(activation).gain * off
    weights = [of_variance_one(rng, width, law) * gain / sqrt(width) for _ in range(depth)]
    weights.append(rng.standard_normal((10, width)) / sqrt(width))
    biases = [rng.standard_normal(len(w)) * bias for w in weights] if bias else None
    return symcheck.Network(weights, biases, activation=activation)


def of_variance_one(rng: np.random.Generator, width: int, law: str) -> Floats:
    """A square matrix."""
    if law == "uniform":
        return rng.uniform(-sqrt(3), sqrt(3), (width, width))
    normal = rng.standard_normal((width, width))
    return np.linalg.qr(normal)[0] * sqrt(width) if law == "orthogonal" else normal


def looked_at(network: symcheck.Network, activation: str, rng: np.random.Generator) -> Signal:
    """Held to the gain of its activation, on a few samples."""
    inputs = rng.standard_normal((8, network.sizes[0]))
    return symcheck.signal(network, inputs, gain=activation)


def alarms(runs: int, most: int, rng: np.random.Generator) -> None:
    """Networks as they should be; ``most`` weights each, so that wide ones are less deep."""
    undecided = 0
    seen, by_check, off_by = 0, dict.fromkeys(("gain", "passage_forward", "passage_backward"), 0), []
    smallest = 1.0
    for run in range(runs):
        if run and run % 100 == 0:
            print(f"{run} runs, {seen} with an alarm", flush=True)
        activation = str(rng.choice(ACTIVATIONS))
        width, depth = int(rng.choice(WIDTHS)), int(rng.choice(DEPTHS))
        depth = max(1, min(depth, most // width**2))
        bias, law = float(rng.choice([0.0, 0.0, 0.1])), str(rng.choice(LAWS))
        found = looked_at(drawn(rng, activation, width, depth, 1.0, bias, law), activation, rng)
        report = report_of(found)
        bad = [
            f.check.split(".")[1] for f in report.findings if f.p_value is not None and f.status in ("failed", "warned")
        ]
        smallest = min([smallest, *(f.p_value for f in report.findings if f.p_value is not None)])
        seen += bool(bad)
        for check in bad:
            by_check[check] += 1
            print(f"alarm: {check}, {activation}, width {width}, depth {depth}, biases {bias:g}, {law}")
        stack = found.stack
        if stack is not None and found.totals.forward > 0:
            predicted = sum(log(row.predicted_forward) for row in found.factors if row.predicted_forward)
            spread = sqrt(sum(5 / width for _ in range(depth)))
            off_by.append((log(found.totals.forward) - predicted) / spread)
            undecided += bool(stack.heavy)
    print(f"{undecided} undecided, because entries seemed to have long tails")
    print(f"{runs} runs: {seen} with an alarm {by_check}; the smallest p-value {smallest:.2g}")
    print(
        f"log second moment, measured less predicted, in units of sqrt(5 depth / width): mean {np.mean(off_by):+.2f}, std {np.std(off_by):.2f}"
    )


def power(runs: int, rng: np.random.Generator) -> None:
    """ReLU networks whose gain is off."""
    print("gain off by   depth   width   seen   decidable from")
    for off in (1.01, 1.03, 0.97, 1.1):
        for depth, width in ((2, 16), (10, 64), (10, 256), (50, 64), (50, 256), (100, 256)):
            seen, least = 0, 0.0
            for _ in range(runs):
                found = looked_at(drawn(rng, "relu", width, depth, off, 0.0, "normal"), "relu", rng)
                gain = report_of(found).findings[0]
                seen += gain.status == "failed"
                assert found.stack is not None
                least = found.stack.scale.decidable(found.alpha / 2)
            print(f"{off - 1:+11.0%} {depth:7} {width:7} {seen:4}/{runs} {least:14.2%}")


def main() -> None:
    """Print both tables, or the one that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=0)
    parser.add_argument("--entries", type=int, default=1 << 23, help="weights of one network at most")
    parser.add_argument("--power", type=int, default=0)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    if options.runs:
        alarms(options.runs, options.entries, rng)
    if options.power:
        power(options.power, rng)


if __name__ == "__main__":
    main()
