"""Certificates against training in exact rational arithmetic, with ReLU itself; a part of `agreement.py`.

"Unsound" is a tie, a zero or a frozen unit that some training refutes, "step too late" a layer that was seen apart
before the step claimed, and "false alive" a unit that is said to be active at some point of the certificate and is not,
evaluated exactly. Training proves nothing by not separating units: what it never told apart, never saw active or never
saw move, though the certificate neither proves that nor says that it is undecided, is counted as "not seen", by kind.
Units that the certificate itself leaves undecided are "undecided".
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

import numpy as np
from small_networks import planted_network
from structured_networks import random_chain, random_rectified, random_structured

from symcheck.exact.rational import RationalTraining, forward, train
from symcheck.exact.rational_functions import RationalActivation
from symcheck.network import Network
from symcheck.symmetry.certificate import Certificate
from symcheck.symmetry.certify import certify

Draw = Callable[[np.random.Generator], Network]

FAMILIES: dict[str, Draw] = {
    "rectified": random_rectified,
    "structured floats": random_structured,
    "linear chains": random_chain,
    "planted": planted_network,
}
#: Optimizer named to `certify`, and the rules that training draws from.
RULES: dict[str, tuple[str, ...]] = {
    "sgd": ("sgd", "entrywise"),
    "coupled": ("coupled",),
    "dropout": ("dropout",),
    "noise": ("noise",),
}
# The share of each family, of each optimizer class.
_SHARES = {"sgd": 1, "coupled": 4, "dropout": 8, "noise": 20}
#: Counts that must be 0.
FAULTS = ("unsound tie", "unsound zero", "unsound frozen", "step too late", "false alive")
_OPEN = ("undecided", "undecided and silent", "not seen active", "not seen apart", "not seen moving", "other step")


def compare(certificate: Certificate, trained: RationalTraining, same_steps: bool) -> Counter[str]:
    """Counts of claims, of what refutes them, and of what neither side decides.

    ``same_steps``: whether units may not separate sooner than claimed. A certificate's step is that of gradient
    descent; entrywise rules and weight decay may separate units earlier, but not before the first update.
    """
    counts: Counter[str] = Counter(networks=1)
    for claimed, seen in zip(certificate.layers, trained.layers, strict=True):
        pairs = np.triu_indices(claimed.units, 1)
        ours, theirs = _relations(claimed)[pairs], _relations(seen)[pairs]
        silent = np.logical_and.outer(seen.zero, seen.zero)[pairs]
        first, last = seen.separates_at, claimed.separates_at
        late = first is not None and last is not None and first < last and (same_steps or first == 0)
        decided = np.logical_and.outer(~claimed.undecided, ~claimed.undecided)[pairs]
        unseen = (ours == 0) & (theirs != 0) & ~silent & decided
        counts.update(
            {
                "units": claimed.units,
                "pairs": len(ours),
                "tied": int(np.count_nonzero((ours != 0) & ~silent)),
                "zero": int(claimed.zero.sum()),
                "frozen": int(claimed.frozen.sum()),
                "unsound tie": int(np.count_nonzero((ours != 0) & (ours != theirs) & ~silent)),
                "unsound zero": int((claimed.zero & ~seen.zero).sum()),
                "unsound frozen": int((claimed.frozen & ~seen.frozen).sum()),
                "step too late": int(late),
                "undecided": int(claimed.undecided.sum()),
                "undecided and silent": int((claimed.undecided & seen.zero).sum()),
                "not seen active": int((seen.zero & ~claimed.zero & ~claimed.undecided).sum()),
                "not seen apart": int(np.count_nonzero(unseen)),
                "not seen moving": int((seen.frozen & ~claimed.frozen & ~claimed.undecided & ~seen.zero).sum()),
                "other step": int(claimed.separates_at is not None and claimed.separates_at != seen.separates_at),
            }
        )
    return counts


def false_alive(certificate: Certificate, network: Network, rng: np.random.Generator) -> int:
    """Units that are said to be active at some point and are not, in layers that can be evaluated exactly."""
    wrong, exact = 0, True
    for claimed, z, sigma in zip(
        certificate.layers, forward(network, certificate.points, rng), network.activations, strict=False
    ):
        if exact and claimed.active is not None:
            active = np.asarray(z.numerators > 0, bool).any(0)
            wrong += int((claimed.active & ~active).sum())
        exact = exact and RationalActivation(sigma, rng).exact
    return wrong


def _relations(layer: object) -> np.ndarray:
    """For each pair of units 1 if tied, -1 if anti-tied, 0 if neither."""
    signs = np.where(layer.zero, 1, layer.signs).astype(int)
    return np.equal.outer(layer.labels, layer.labels) * np.multiply.outer(signs, signs)


def run(draw: Draw, optimizer: str, count: int, rng: np.random.Generator) -> Counter[str]:
    """Counts over all networks; prints those at fault."""
    totals: Counter[str] = Counter()
    for k in range(count):
        network, rules = draw(rng), RULES[optimizer]
        certificate = certify(network, optimizer)
        rule, decay = rules[k % len(rules)], optimizer == "sgd" and bool(k // len(rules) % 2)
        trained = train(network, rng, rule=rule, decay=decay)
        counts = compare(certificate, trained, rule != "entrywise" and not decay)
        counts["false alive"] = false_alive(certificate, network, rng)
        totals.update(counts)
        if any(counts[fault] for fault in FAULTS):
            print(f"FAULT {dict(+counts)} {rule} {described(network)}", flush=True)
    return totals


def described(network: Network) -> str:
    """A network as text, to be built again."""
    layers = zip(network.weights, network.biases, strict=True)
    lists = [(w.dtype.name, w.tolist(), None if b is None else (b.dtype.name, b.tolist())) for w, b in layers]
    return f"{network!r} {[a.name for a in network.activations]} {network.inputs} {lists}"


def compare_with_rational_training(count: int, rng: np.random.Generator) -> int:
    """Judge certificates of all families and optimizer classes, print the figures, and return how many are at fault."""
    bad = 0
    for optimizer, share in _SHARES.items():
        for family, draw in FAMILIES.items():
            start = time.perf_counter()
            counts = run(draw, optimizer, max(1, count // share), rng)
            bad += sum(counts[fault] for fault in FAULTS)
            print(f"rational training, {family}, {optimizer} ({time.perf_counter() - start:.0f} s)")
            for names in (("networks", "units", "pairs", "tied", "zero", "frozen"), FAULTS, _OPEN):
                print("  " + ", ".join(f"{name} {counts[name]:,}" for name in names), flush=True)
    return bad
