"""Certificates mutated at every field, and what the verifier says to them.

    python benchmarks/mutations.py [--mutants 10000] [--seed N]

What a mutant deserves is decided without the verifier. It is held against a certificate computed afresh for the same
network and class of optimizers; points against their exact evaluation, and their range; the rest against the form that
a document must have. Where the claims stand and only the witness was changed, either answer is right: it may or may not
suffice still; but reads that are only repeated must be accepted. What is accepted is refuted, if it can be, by training
in rational arithmetic besides.

Exits with 1 if a false certificate is accepted, a true one is rejected, or any has no answer of one sentence.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
from certificate_mutants import Document, mutant
from rational_agreement import FAULTS, compare, described, false_alive
from small_networks import Generated, planted_network, random_network
from structured_networks import random_chain, random_rectified, random_structured

from symcheck.exact.dyadic import Dyadic
from symcheck.exact.rational import forward, train
from symcheck.exact.rational_functions import RationalActivation
from symcheck.network import Network
from symcheck.symmetry.certificate import Certificate
from symcheck.symmetry.certify import certify
from symcheck.symmetry.optimizers import OPTIMIZER_CLASSES
from symcheck.symmetry.verify import Verification, verify
from symcheck.symmetry.witness import SIDES, Read
from symcheck.texts import LONGEST_LINE

Verifier = Callable[[str, Network], Verification]

DRAWS: tuple[Callable[..., Network], ...] = (
    *(random_network, planted_network, random_rectified, random_rectified, random_structured, random_chain),
)
_SECONDS = 20
# A line as it may be shown, and how many characters were left out.
_LONGEST = LONGEST_LINE + 40
_PER_NETWORK = 10
_CLAIMS = ("labels", "signs", "zero", "frozen", "separates_at")


class Truth:
    """What certificates of one network deserve."""

    def __init__(self, network: Network, rng: np.random.Generator) -> None:
        self.network, self._rng = network, rng
        self._fresh: dict[str, Certificate] = {}

    def fresh(self, kind: str) -> Certificate:
        """The certificate for a class of optimizers, computed once."""
        if kind not in self._fresh:
            self._fresh[kind] = certify(self.network, kind)
        return self._fresh[kind]

    def deserves(self, text: str, original: Certificate) -> str:
        """``accept``, ``reject`` or ``either``, for a mutant of a certificate that is right."""
        try:
            document = json.loads(text, object_pairs_hook=_once, parse_constant=_refuse)
        except (ValueError, RecursionError):
            return "reject"
        base = original.as_dict()
        if not isinstance(document, dict) or set(document) != set(base):
            return "reject"
        changed = {key for key in base if not same(document[key], base[key])}
        if not changed:
            return "accept"
        if changed - {"witness", "points", "chance", "optimizer_class"}:
            return "reject"
        if "optimizer_class" in changed:
            kind = document["optimizer_class"]
            return "either" if kind in OPTIMIZER_CLASSES and self._stands(original, kind) else "reject"
        if "points" in changed and (wrong := self._points(document["points"], original)):
            return wrong
        if "witness" not in changed:
            return "reject" if "chance" in changed else "accept"
        if not well_formed(document["witness"], original.sizes):
            return "reject"
        longer = replace(original, witness=(Read(1, SIDES[0], (), ()),) * len(document["witness"]))
        if document["chance"] != longer.chance:
            return "reject"
        return "accept" if _without_repeats(document["witness"]) == _without_repeats(base["witness"]) else "either"

    def refuted(self, text: str) -> bool:
        """Whether training or evaluation in rationals refutes what a certificate says."""
        read = Certificate.from_json(text)
        rule = {"equitable": "sgd"}.get(read.optimizer_class, read.optimizer_class)
        counts = compare(read, train(self.network, self._rng, rule=rule), same_steps=True)
        counts["false alive"] = false_alive(read, self.network, self._rng)
        return any(counts[fault] for fault in FAULTS)

    def _stands(self, original: Certificate, kind: str) -> bool:
        pairs = zip(original.layers, self.fresh(kind).layers, strict=True)
        return all(np.array_equal(getattr(a, name), getattr(b, name)) for a, b in pairs for name in _CLAIMS)

    def _points(self, points: Document, original: Certificate) -> str | None:
        inputs = self.network.sizes[0]
        if not isinstance(points, list) or not all(isinstance(p, list) and len(p) == inputs for p in points):
            return "reject"
        if any(type(x) is not float or not np.isfinite(x) for p in points for x in p):
            return "reject"
        low, high = self.network.inputs
        if any(not low <= x <= high for p in points for x in p):
            return "reject"
        exact = True
        values = forward(self.network, np.array(points, float).reshape(-1, inputs), self._rng)
        for layer, z, sigma in zip(original.layers, values, self.network.activations, strict=False):
            if layer.active is not None:
                if not exact:
                    return "either"
                if not np.array_equal(_active(z) & ~layer.zero, layer.active):
                    return "reject"
            exact = exact and RationalActivation(sigma, self._rng).exact
        return None


def _active(z: Dyadic) -> np.ndarray:
    return np.asarray(z.numerators > 0, bool).any(0)


def same(one: Document, other: Document) -> bool:
    """Equality of JSON values in which 1, 1.0 and true differ, and 0.0 and -0.0 do not."""
    return json.dumps(_unsigned(one), sort_keys=True) == json.dumps(_unsigned(other), sort_keys=True)


def _unsigned(value: Document) -> Document:
    if isinstance(value, dict):
        return {key: _unsigned(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_unsigned(entry) for entry in value]
    return value + 0.0 if isinstance(value, float) else value


def well_formed(witness: Document, sizes: Sequence[int]) -> bool:
    """Whether a value has the form of a witness, and names only units that a network of these sizes has."""
    return isinstance(witness, list) and all(_is_read(read, sizes) for read in witness)


def _is_read(read: Document, sizes: Sequence[int]) -> bool:
    if not isinstance(read, dict) or set(read) != {"layer", "side", "neighbours", "units"}:
        return False
    layer, side = read["layer"], read["side"]
    if type(layer) is not int or side not in SIDES or not 0 < layer < len(sizes) - 1:
        return False
    other = layer + 1 if side == "outgoing" else layer - 1
    return _are_ranges(read["units"], sizes[layer]) and _are_ranges(read["neighbours"], sizes[other])


def _are_ranges(part: Document, count: int) -> bool:
    if not isinstance(part, list) or not all(isinstance(r, list) and [type(x) for x in r] == [int, int] for r in part):
        return False
    ends = [0, *(end for pair in part for end in pair), count]
    return ends == sorted(ends) and all(start < stop for start, stop in part)


def _without_repeats(witness: list[Document]) -> list[Document]:
    return [read for i, read in enumerate(witness) if not i or read != witness[i - 1]]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("one key twice")
    return dict(pairs)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def one_sentence(reason: str | None) -> bool:
    """Whether a reason can be shown in one line."""
    return reason is not None and 0 < len(reason) <= _LONGEST and reason.isprintable()


@contextmanager
def limit(seconds: int) -> Iterator[None]:
    """Raise TimeoutError after so many seconds."""

    def over(*_: object) -> None:
        raise TimeoutError(f"no answer in {seconds} s")

    before = signal.signal(signal.SIGALRM, over)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def limited(text: str, network: Network) -> Verification:
    """What the verifier says within a time in which it always has an answer."""
    with limit(_SECONDS):
        return verify(text, network)


def judge(text: str, original: Certificate, truth: Truth, verifier: Verifier) -> tuple[str, str | None]:
    """What a mutant deserves, and what is wrong with the verifier's answer; None where it is right."""
    deserved = truth.deserves(text, original)
    try:
        result = verifier(text, truth.network)
    except Exception as error:
        return deserved, f"raised {type(error).__name__}: {error}"
    if result and (deserved == "reject" or truth.refuted(text)):
        return deserved, "false accepted"
    if not result and deserved == "accept":
        return deserved, f"true rejected: {result.reason}"
    if not result and not one_sentence(result.reason):
        return deserved, f"no sentence: {result.reason!r}"
    return deserved, None


def main() -> None:
    """Draw mutants, print what they deserved and got by kind, and exit with 1 at a fault."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--mutants", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    seed = np.random.SeedSequence(options.seed).entropy
    print(f"seed {seed}", flush=True)
    rng, start = np.random.default_rng(seed), time.perf_counter()
    c, bad = Generated(rng), 0
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for k in range(0, options.mutants, _PER_NETWORK):
        network = c.one_of(DRAWS)(rng, max_depth=4)
        truth = Truth(network, rng)
        original = truth.fresh(OPTIMIZER_CLASSES[0] if c.chance(0.7) else c.one_of(OPTIMIZER_CLASSES))
        texts = [("original", original.to_json()), *(mutant(c, original) for _ in range(_PER_NETWORK))]
        for kind, text in texts[: options.mutants - k + 1]:
            deserved, wrong = judge(text, original, truth, limited)
            table[kind][deserved] += 1
            if wrong:
                bad += 1
                table[kind]["faults"] += 1
                print(f"FAULT {kind}: {wrong}\n  {described(network)}\n  {text[:5000]!r}", flush=True)
    for kind, counts in sorted(table.items()):
        print(
            f"{kind:24} " + ", ".join(f"{name} {counts[name]:,}" for name in ("accept", "either", "reject", "faults"))
        )
    print(f"{bad} faults in {sum(sum(t.values()) - t['faults'] for t in table.values()):,}", end=" ")
    print(f"({time.perf_counter() - start:.0f} s)", flush=True)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
