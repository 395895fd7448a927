"""Which laws of the catalogue does one array tell apart? Each is drawn at two sizes and identified.

    python benchmarks/identify.py [RUNS]

Prints a confusion table a size: a row for each law that was drawn, and how often each law was called consistent with the
draws. Laws that a square array cannot tell apart have to stand in one row together. Exits with 1 where the law that was
drawn is missing from its own row in some run, or where a law that is not the same one at that size is in it.
"""

from __future__ import annotations

import sys
from collections import Counter

import numpy as np

from symcheck.diagnosis.identification import identify_draws
from symcheck.distribution.recognise import Observation
from symcheck.fans import Layer
from symcheck.laws.law import Law
from symcheck.laws.names import parse_law
from symcheck.reference.samplers import sample

SIZES = (64, 512)
_CUT, _UNCUT = "distribution=truncated_normal", "distribution=uncorrected_truncated_normal"
CATALOGUE = (
    "normal(0.05)",
    "normal(1)",
    "uniform(-0.1, 0.1)",
    "uniform(0, 1)",
    "truncated_normal(0.02, -0.04, 0.04)",
    "constant(0.5)",
    "zeros",
    "ones",
    "identity",
    "orthogonal",
    "orthogonal(2)",
    "sparse(0.1)",
    "hadamard",
    *(f"{name}_{kind}" for name in ("he", "glorot", "lecun") for kind in ("normal", "uniform")),
    *(f"{name}_normal({cut})" for name in ("he", "glorot", "lecun") for cut in (_CUT, _UNCUT)),
    "he_normal(mode=fan_out)",
    "he_uniform(mode=fan_out)",
    "lecun_normal(mode=fan_out)",
    "variance_scaling(2, fan_avg, truncated_normal)",
    "lecun_uniform(gain=0.57735026918962576)",
)


def same_at(law: Law, other: Law, size: int) -> bool:
    """Whether two laws are one for a square array, or differ by less than its draws show."""
    if not (law.independent and other.independent):
        return law.family == other.family and (law.gain, law.value) == (other.gain, other.value)
    layer = Layer(size, size)
    one, two = law.entry(layer.fans), other.entry(layer.fans)
    if one.family != two.family or one.bounded != two.bounded:
        return False
    # Six standard errors of the law and six of the test.
    allowed = 12 / np.sqrt(2 * size * size)
    return abs(one.std / two.std - 1) < allowed and abs(one.mean - two.mean) < allowed * one.std


def main(runs: int) -> int:
    rng, wrong = np.random.default_rng(), 0
    for size in SIZES:
        print(f"\n{size} x {size}, {runs} runs: drawn -> consistent (times)\n")
        for text in CATALOGUE:
            law, named = parse_law(text), Counter[str]()
            for _ in range(runs):
                array = sample(law, (size, size), rng)
                found = identify_draws([Observation(Layer(size, size), array)], seed=int(rng.integers(2**31)))
                fixed = [f for f in found.consistent if f.scale is None and f.independent and law.scale is not None]
                # A scale that is read off differs from run to run; it is one column.
                named.update({f"{f.family}(of the measured scale)" for f in fixed})
                named.update(f.name for f in found.consistent if f not in fixed)
                missing = not any(same_at(law, f, size) for f in found.consistent)
                foreign = [f.name for f in found.consistent if not same_at(law, f, size)]
                wrong += missing or bool(foreign)
                if missing or foreign:
                    print(f"  wrong: {law.name} {'is missing' if missing else foreign}")
            shown = ", ".join(name if times == runs else f"{name} ({times})" for name, times in named.items())
            print(f"{law.name:62s} -> {shown}")
    print(f"\n{wrong} wrong of {2 * runs * len(CATALOGUE)}")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 3))
