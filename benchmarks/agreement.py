"""Certificates against three other engines on random networks, and against training in floating point.

    python benchmarks/agreement.py [--networks 20000] [--rational 20000] [--training 1000] [--seed N]

First part, over GF(2^61 - 1): random interpretation trains each network with random functions, gradient colour
refinement knows no layers. "Unsound" is a tie, a zero or a frozen unit that training refutes. "Missed" is one that
training keeps and the certificate does not claim, where biases train in every layer and no activation is linear;
elsewhere it is counted as "not proved". "Wrong step" is a `separates_at` that is not the step at which training
separates the units ("other step" under weight decay, which may separate them earlier). Where weights may differ by a
multiple of 2^61 - 1, interpretation takes the field of a random prime of 127 bits; what refinement, which does not, keeps
together there is "not told apart".

Second part, in rational arithmetic with ReLU itself: see `rational_agreement.py`. Third part: see `floating.py`.

Exits with 1 if anything is unsound, missed, or separates beyond the rounding bound.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from floating import compare_with_training
from rational_agreement import compare_with_rational_training, described
from small_networks import planted_network, random_network
from structured_networks import random_chain, random_structured

from symcheck.exact.dyadic import Dyadic
from symcheck.exact.fields import MERSENNE, RandomPrime
from symcheck.exact.interpretation import Interpretation, interpret_many
from symcheck.exact.mlp_refinement import reachable_many
from symcheck.exact.units import UnitClasses
from symcheck.network import Network
from symcheck.symmetry.certified_layer import CertifiedLayer
from symcheck.symmetry.certify import certify

Draw = Callable[[np.random.Generator], Network]
Units = UnitClasses | CertifiedLayer

FAMILIES: dict[str, Draw] = {
    "mixed": random_network,
    "planted": planted_network,
    "structured floats": random_structured,
    "linear chains": random_chain,
}
# Optimizer named to `certify`, the rule that interpretation trains by, weight decay, share of the networks.
RULES = {
    "sgd": ("sgd", "sgd", False, 1),
    "adamw": ("adamw", "entrywise", True, 4),
    "coupled": ("adam_l2", "coupled", False, 4),
}
_BATCH = 500
#: Counts that must be 0.
FAULTS = ("unsound", "missed", "wrong step", "unsound (refinement)", "missed (refinement)")


def complete(network: Network) -> bool:
    """Whether no tie may be missed: biases train in every layer, and no activation is linear."""
    return all(b is not None for b in network.biases) and not any(a.linear for a in network.activations)


def told_apart(network: Network) -> bool:
    """Whether sums over any classes that differ have residues modulo 2^61 - 1 that differ."""
    layers = zip(network.weights, network.biases, strict=True)
    numbers = [Dyadic.of(values) for pair in layers for values in pair if values is not None]
    # Two sums over a class, each with the first column of a softmax head subtracted.
    terms = 4 * max(network.sizes)
    return all(values.bits + terms.bit_length() <= 60 for values in numbers)


def relations(units: Units) -> np.ndarray:
    """For each pair of units 1 if tied, -1 if anti-tied, 0 if neither; two zero units count as tied."""
    signs = np.where(units.zero, 1, units.signs).astype(int)
    return np.equal.outer(units.labels, units.labels) * np.multiply.outer(signs, signs)


def differences(claimed: CertifiedLayer, seen: UnitClasses) -> tuple[int, int]:
    """How many claims about pairs and units are refuted, and how many are not made."""
    pairs = np.triu_indices(claimed.units, 1)
    ours, theirs = relations(claimed)[pairs], relations(seen)[pairs]
    # Two units that are zero are also each other's negative.
    both = np.logical_and.outer(seen.zero, seen.zero)[pairs]
    refuted = int(np.count_nonzero((ours != 0) & (ours != theirs) & ~both))
    unmade = int(np.count_nonzero((ours == 0) & (theirs != 0)))
    for flag in ("zero", "frozen"):
        a, b = getattr(claimed, flag), getattr(seen, flag)
        refuted, unmade = refuted + int((a & ~b).sum()), unmade + int((b & ~a).sum())
    return refuted, unmade


def compare(networks: list[Network], rule: str, rng: np.random.Generator) -> Iterator[tuple[Network, Counter[str]]]:
    """Counts for each network."""
    optimizer, update, decay, _ = RULES[rule]
    trained = _interpreted(networks, rng, update, decay)
    refined = _refined(networks, rng) if rule == "sgd" else [None] * len(networks)
    for network, run, space in zip(networks, trained, refined, strict=True):
        counts: Counter[str] = Counter(networks=1)
        missed = "missed" if complete(network) else "not proved"
        for i, claimed in enumerate(certify(network, optimizer).layers):
            seen = run.layers[i]
            pairs = relations(seen.units)[np.triu_indices(claimed.units, 1)]
            counts.update(
                {
                    "units": claimed.units,
                    "pairs": len(pairs),
                    "tied": int((pairs == 1).sum()),
                    "anti-tied": int((pairs == -1).sum()),
                    "zero": int(seen.zero.sum()),
                    "frozen": int(seen.frozen.sum()),
                    "separate late": int((seen.separates_at or 0) > 0),
                }
            )
            refuted, unmade = differences(claimed, seen.units)
            counts.update({"unsound": refuted, missed: unmade})
            # The step is that of gradient descent; weight decay may separate units earlier.
            step = "other step" if decay else "wrong step"
            counts[step] += claimed.separates_at != seen.separates_at and not unmade
            if space is not None:
                refuted, unmade = differences(claimed, space.layers[i])
                counts["unsound (refinement)"] += refuted
                counts[f"{missed if told_apart(network) else 'not told apart'} (refinement)"] += unmade
        yield network, counts


def _interpreted(networks: list[Network], rng: np.random.Generator, rule: str, decay: bool) -> list[Interpretation]:
    """Random interpretation, in a field that tells the weights of each network apart."""
    found: dict[int, Interpretation] = {}
    for apart, field in ((True, MERSENNE), (False, RandomPrime(rng))):
        places = [i for i, network in enumerate(networks) if told_apart(network) == apart]
        some = interpret_many([networks[i] for i in places], rng, rule=rule, decay=decay, field=field)
        found.update(zip(places, some, strict=True))
    return [found[i] for i in range(len(networks))]


def _refined(networks: list[Network], rng: np.random.Generator) -> list[Any]:
    """Gradient colour refinement, of networks of one depth at a time."""
    depths: dict[int, list[int]] = defaultdict(list)
    for i, network in enumerate(networks):
        depths[network.depth].append(i)
    found: dict[int, Any] = {}
    for places in depths.values():
        found.update(zip(places, reachable_many([networks[i] for i in places], rng), strict=True))
    return [found[i] for i in range(len(networks))]


def run(draw: Draw, rule: str, count: int, rng: np.random.Generator) -> Counter[str]:
    """Counts over all networks; prints those at fault."""
    totals: Counter[str] = Counter()
    for start in range(0, count, _BATCH):
        networks = [draw(rng) for _ in range(min(_BATCH, count - start))]
        for network, counts in compare(networks, rule, rng):
            totals.update(counts)
            if any(counts[fault] for fault in FAULTS):
                print(f"FAULT {dict(+counts)} {described(network)}", flush=True)
    return totals


def _line(counts: Counter[str], names: Iterable[str]) -> str:
    return ", ".join(f"{name} {counts[name]:,}" for name in names)


def main() -> None:
    """Run all parts, print the figures, and exit with 1 if a claim is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--networks", type=int, default=20000, help="networks of each family; a quarter for other rules"
    )
    parser.add_argument("--rational", type=int, default=20000, help="networks of each family trained in rationals")
    parser.add_argument("--training", type=int, default=1000, help="networks trained in floating point")
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    seed = np.random.SeedSequence(options.seed).entropy
    print(f"seed {seed}", flush=True)
    rng, bad = np.random.default_rng(seed), 0
    for rule, (*_, share) in RULES.items():
        for family, draw in FAMILIES.items():
            start = time.perf_counter()
            counts = run(draw, rule, max(1, options.networks // share), rng)
            bad += sum(counts[fault] for fault in FAULTS)
            print(f"{family}, {rule} ({time.perf_counter() - start:.0f} s)")
            what = ("networks", "units", "pairs", "tied", "anti-tied", "zero", "frozen", "separate late")
            print("  " + _line(counts, what))
            open_ends = ("not proved", "not proved (refinement)", "not told apart (refinement)", "other step")
            print("  " + _line(counts, (*FAULTS, *open_ends)), flush=True)
    if options.rational:
        bad += compare_with_rational_training(options.rational, rng)
    if options.training:
        bad += compare_with_training(options.training, rng)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
