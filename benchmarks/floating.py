"""Certified ties under real activations, in float64, on the reference network with SGD and Adam.

A tie that holds in exact arithmetic is kept in floating point up to rounding. Rounding enters each step with one
unit in the last place of the largest number involved and is then carried on by training, so the bound is

    2^-52 * scale * steps * GROWTH

with `scale` the largest activation (at least 1). `GROWTH` = 2^7 is what a network of these widths, depths and learning
rates may multiply a difference by in all; Adam divides by sqrt(v) + epsilon and multiplies it by 1 / epsilon besides,
for which epsilon is 1e-3 here. Units that are not tied are separated by much more: how many of them pass the same
comparison is printed (relu units that are off for all samples do), and it is worth something only if few do.

Two kinds of runs are left out and counted. Where a pre-activation of relu vanishes because different numbers cancel,
the unit stands on the kink and one rounding error decides its slope: seen by an activation that is not zero, but below
the bound, at some step. And training that diverges (an activation above 1e3) says nothing.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass

import numpy as np
from small_networks import planted_network, random_network

from symcheck.network import Network
from symcheck.reference import hidden, optimizer, params_of
from symcheck.reference.mlp import gradients
from symcheck.symmetry.certificate import Certificate, certify

NAMES = ("tanh", "sigmoid", "softplus", "gelu", "elu", "relu")
GROWTH = 2.0**7
STEPS = 25
EPSILON = 1e-3
_RATES = {"sgd": 0.05, "adam": 0.01}


def bound(scale: float, steps: int, rule: str) -> float:
    """How far rounding may separate two tied units."""
    return 2.0**-52 * scale * steps * GROWTH / (EPSILON if rule == "adam" else 1.0)


def scaled(network: Network) -> Network:
    """The same network with weights divided by 8, which keeps every equality of sums and training from diverging."""
    biases = [None if b is None else b / 8 for b in network.biases]
    return Network([w / 8 for w in network.weights], biases, network.activations, network.head)


@dataclass
class Run:
    """Activations of the hidden layers after training, parameters before and after, and what spoils a comparison."""

    units: list[np.ndarray]
    start: list
    end: list
    spoilt: str = ""


def train(network: Network, rule: str, rng: np.random.Generator) -> Run:
    """Train on random data."""
    name, softmax = network.activations[0].name, network.head == "softmax"
    x, y = rng.uniform(-1, 1, (6, network.sizes[0])), rng.uniform(-1, 1, (6, network.sizes[-1]))
    if softmax:
        y = np.exp(y) / np.exp(y).sum(1, keepdims=True)
    loss = "softmax_cross_entropy" if softmax else "mse"
    settings = {"epsilon": EPSILON} if rule == "adam" else {}
    method, start = optimizer(rule, **settings), params_of(network)
    run = Run(hidden(start, x, name), start, start)
    state = method.init(start)
    for _ in range(STEPS):
        run.end, state = method.step(run.end, gradients(run.end, x, y, name, loss), state, _RATES[rule])
        run.units = hidden(run.end, x, name)
        largest = max(float(np.abs(h).max()) for h in run.units)
        if not largest < 1e3:
            run.spoilt = "diverged"
            break
        if name == "relu" and any(((h > 0) & (h <= bound(largest, STEPS, rule))).any() for h in run.units):
            run.spoilt = "on a kink"
            break
    return run


def gaps(certificate: Certificate, run: Run, rule: str) -> tuple[Counter[str], float]:
    """Pairs compared, what is beyond the bound, and the largest gap of tied units in units of the bound."""
    counts, largest = Counter[str](), 0.0
    for layer, h, (w0, b0), (w1, b1) in zip(certificate.layers, run.units, run.start, run.end, strict=False):
        most = bound(max(1.0, float(np.abs(h).max())), STEPS, rule)
        signed = h * layer.signs
        first = np.unique(layer.labels, return_index=True)[1]
        gap = np.abs(signed - signed[:, first[layer.labels]]).max(0)
        others = first[layer.labels] != np.arange(layer.units)
        counts["tied"] += int(others.sum())
        counts["tied beyond the bound"] += int((gap[others] > most).sum())
        counts["bitwise"] += int((gap[others] == 0).sum())
        largest = max(largest, float(gap.max()) / most)
        counts["zero beyond the bound"] += int((np.abs(h[:, layer.zero]) > most).any(0).sum())
        moved = np.abs(w1 - w0).max(1)
        if b0 is not None:
            moved = np.maximum(moved, np.abs(b1 - b0))
        counts["frozen"] += int(layer.frozen.sum())
        counts["frozen beyond the bound"] += int((moved[layer.frozen] > most).sum())
        counts["frozen to the last bit"] += int((moved[layer.frozen] == 0).sum())
        i, k = np.triu_indices(layer.units, 1)
        apart = layer.labels[i] != layer.labels[k]
        differ = np.abs(h[:, i[apart]] - h[:, k[apart]]).max(0, initial=0.0)
        counts["untied"] += int(apart.sum())
        counts["untied within the bound"] += int((differ <= most).sum())
    return counts, largest


def compare_with_training(count: int, rng: np.random.Generator) -> int:
    """Train networks of both families, print the figures, and return how many claims are refuted."""
    bad = 0
    for rule in _RATES:
        totals, start, largest = Counter[str](), time.perf_counter(), 0.0
        for k in range(count):
            name = NAMES[k % len(NAMES)]
            draw = planted_network if k // len(NAMES) % 2 else random_network
            network = scaled(draw(rng, activations=(name,), max_depth=5))
            certificate = certify(network, rule)
            run = train(network, rule, rng)
            totals[run.spoilt or "networks"] += 1
            if run.spoilt:
                continue
            counts, gap = gaps(certificate, run, rule)
            largest = max(largest, gap)
            totals.update(counts)
            beyond = {key: v for key, v in counts.items() if key.endswith("beyond the bound") and v}
            if beyond:
                layers = zip(network.weights, network.biases, strict=True)
                arrays = [((8 * w).tolist(), None if b is None else (8 * b).tolist()) for w, b in layers]
                print(f"FAULT {beyond} {network!r} {arrays}", flush=True)
                bad += sum(beyond.values())
        print(
            f"float64, {rule}, {STEPS} steps, bound {bound(1.0, STEPS, rule):.1e} ({time.perf_counter() - start:.0f} s)"
        )
        print("  " + ", ".join(f"{key} {value:,}" for key, value in totals.items()))
        print(f"  largest gap of tied units: {largest:.1e} of the bound", flush=True)
    return bad
