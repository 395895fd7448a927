"""How often does a sound sampler fail? The statistical checks on arrays drawn in this process, with fresh seeds.

    python benchmarks/false_alarms.py --runs 20000 --counts counts.json

Every run takes another law, dtype, layout and set of shapes, and one of three ways to draw: in float64 and rounded to the
dtype; rounded to float32 on the way to a narrower dtype, as frameworks do; or by the inverse distribution function from
uniform numbers of 23 bits, as jax does. With --counts the figures so far are read from a file and added to, so that an
interrupted run goes on. By design an alarm comes once in 1e9 runs. A law that the dtype cannot carry must come out as
undecided, never as passed. Exits with 1 on any alarm.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

# Matrices here are small, and threads would only wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from symcheck.checks.bench import InitializerBench
from symcheck.checks.catalogue import checks_of
from symcheck.checks.layers import CHAINED, CONVOLUTIONS, DENSE, NARROW, PROBE, SMALL, SMALL_CONVOLUTION
from symcheck.checks.network_bench import NetworkBench
from symcheck.checks.samples import UNDECIDED
from symcheck.fans import LAYOUTS, Layer, layer_of
from symcheck.laws.law import Law
from symcheck.laws.names import parse_law
from symcheck.network import Network
from symcheck.reference.samplers import sample
from symcheck.subjects.data import InitializerFacts, NetworkFacts
from symcheck.subjects.messages import Draw, Request
from symcheck.types import Array

LAWS = (
    "he_normal",
    "he_uniform",
    "he_normal(distribution=truncated_normal)",
    "glorot_normal",
    "glorot_uniform",
    "lecun_normal(mode=fan_out)",
    "lecun_uniform",
    "variance_scaling(1, fan_avg, uncorrected_truncated_normal)",
    "normal(0.01)",
    "normal(0.005, mean=1)",
    "normal(1e-7)",
    "normal(1e-9)",
    "normal(1e-40)",
    "uniform(0, 0.01)",
    "uniform(1, 1.05)",
    "truncated_normal(0.02, -2, 2)",
    "truncated_normal(1, -1, 3)",
    "orthogonal",
    "orthogonal(1.4142135623730951)",
    "sparse(0.1)",
    "sparse(0.3, std=1e-6)",
)
DTYPES = ("float16", "bfloat16", "float32", "float64")
#: Those that may fail by chance.
CHECKS = [c for c in checks_of("initializer") if c.grade == "statistical" or c.name == "initializer.written"]
OF_NETWORKS = [c for c in checks_of("network") if c.grade == "statistical"]
#: One run in so many is made of the shapes of the package itself.
FULL = 100
#: One run in so many is of a network of three layers.
NETWORKS = 5
SIDES = (16, 24, 40, 64, 96, 128, 160)


def rounded(values: Array, dtype: str, twice: bool) -> Array:
    """To nearest even; ``twice``: to float32 first. bfloat16 comes as float32, as everywhere in the package."""
    # What overflows is for the check of finite entries, which is none of chance; no law here does.
    if twice or dtype == "bfloat16":
        values = values.astype(np.float32)
    if dtype != "bfloat16":
        return values.astype(dtype)
    raw = values.view(np.uint32)
    return ((raw + np.uint32(0x7FFF) + ((raw >> 16) & np.uint32(1))) & np.uint32(0xFFFF0000)).view(np.float32)


@dataclass
class Sound:
    """A sampler of a law, drawn from in this process."""

    law: Law
    dtype: str
    layout: str
    way: str

    @property
    def facts(self) -> InitializerFacts:
        return InitializerFacts("sound", "f(shape, rng)", self.layout, seeded=True)

    def draw(self, request: Request) -> list[Draw]:
        rng, shape = np.random.default_rng(request.seed), request.layer.shape(self.layout)
        arrays = [self.one(shape, rng) for _ in range(request.count)]
        return [Draw(array, self.dtype, state=str(i)) for i, array in enumerate(arrays, 1)]

    def one(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        if self.way == "23 bits":
            entry = self.law.entry(layer_of(shape, self.layout).fans)
            values = np.clip(entry.quantile(rng.integers(1, 1 << 23, shape) * 2.0**-23), entry.low, entry.high)
        else:
            values = np.ascontiguousarray(sample(self.law, shape, rng, self.layout))
        return rounded(values, self.dtype, self.way == "twice")


@dataclass
class SmallBench(InitializerBench):
    """A bench whose large layers are of random sides, and which draws a few of the small ones."""

    shapes: tuple[Layer, ...] = ()
    few: tuple[Layer, ...] = ()

    @property
    def layers(self) -> tuple[Layer, ...]:  # type: ignore[override]
        return self.shapes

    @property
    def small_layers(self) -> tuple[Layer, ...]:  # type: ignore[override]
        return self.few


def ways(law: Law, dtype: str) -> list[str]:
    """The ways of drawing a law that are sound in a dtype: float64 has digits that the other ways do not fill."""
    if dtype == "float64":
        return ["ideal"]
    return ["ideal", *(["twice"] if dtype != "float32" else []), *(["23 bits"] if law.independent else [])]


def shapes(rng: np.random.Generator) -> tuple[Layer, ...]:
    """Two matrices and a convolution, or the package's own."""
    if rng.integers(FULL) == 0:
        return (*DENSE, *CONVOLUTIONS)
    dense = [Layer(*(int(n) for n in rng.choice(SIDES, 2))) for _ in range(2)]
    kernel = ((3, 3), (5,), (2, 3), (1, 1))[rng.integers(4)]
    return (*dense, Layer(*(int(n) for n in rng.choice(SIDES[:4], 2)), kernel))


def few(rng: np.random.Generator) -> tuple[Layer, ...]:
    """The layer that successive draws are of, and two of the other small ones, or all of them."""
    others = [SMALL_CONVOLUTION, *CHAINED, PROBE, *NARROW]
    kept = range(len(others)) if rng.integers(FULL) == 0 else rng.choice(len(others), 2, replace=False)
    return (SMALL, *(others[int(i)] for i in kept))


def judge(law: Law, dtype: str, rng: np.random.Generator) -> tuple[str, list[str]]:
    """One run: alarm, undecided or passed, with what the alarms say."""
    layout, seed = LAYOUTS[rng.integers(2)], int(rng.integers(2**62))
    sound = Sound(law, dtype, layout, str(rng.choice(ways(law, dtype))))
    if law.independent and rng.integers(NETWORKS) == 0:
        sizes = [int(n) for n in rng.choice(SIDES, 4)]
        weights = [sound.one((b, a), rng) for a, b in pairwise(sizes)] if layout == "out_in" else None
        if weights is not None and all(np.ptp(w) > 0 for w in weights):
            network = Network(weights, None, "tanh")
            facts = NetworkFacts("sound", network.weights, network.biases, ("tanh", "tanh"))
            findings = [c.judge(NetworkBench(network, facts, law, "sgd", 1e-9, seed)) for c in OF_NETWORKS]
            return verdict(findings)
    bench = SmallBench(sound, law, seed, 1e-9, shapes=shapes(rng), few=few(rng))  # type: ignore[arg-type]
    return verdict([c.judge(bench) for c in CHECKS])


def verdict(findings: list) -> tuple[str, list[str]]:
    """What a run came to."""
    bad = [f for f in findings if f.bad]
    undecided = [f for f in findings if UNDECIDED in f.message]
    alarms = [f"{f.check}: {f.message}" for f in bad if f not in undecided]
    return ("alarm" if alarms else "undecided" if undecided else "passed"), alarms


def main() -> None:
    """Run, print the table, and exit with 1 on any alarm."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=2000, help="runs in all, those in the file of counts included")
    parser.add_argument("--counts", type=Path, help="a file that the counts are kept in")
    options = parser.parse_args()
    cells = [f"{law} | {dtype}" for law in LAWS for dtype in DTYPES]
    kept = json.loads(options.counts.read_text()) if options.counts and options.counts.exists() else {}
    counts = {cell: kept.get(cell, {"passed": 0, "undecided": 0, "alarm": 0}) for cell in cells}
    rng, start, done = np.random.default_rng(), time.perf_counter(), sum(sum(c.values()) for c in counts.values())
    first = done
    while done < options.runs:
        cell = cells[int(rng.integers(len(cells)))]
        law, dtype = cell.split(" | ")
        # Hundreds of Haar matrices take as long as five other runs.
        if law.startswith("orthogonal") and rng.integers(4):
            continue
        outcome, alarms = judge(parse_law(law), dtype, rng)
        counts[cell][outcome] += 1
        done += 1
        for alarm in alarms:
            print(f"ALARM {cell}: {alarm}", flush=True)
        if options.counts and (done % 100 == 0 or done == options.runs):
            options.counts.write_text(json.dumps(counts, indent=1))
    print(table(counts))
    alarms_in_all = sum(c["alarm"] for c in counts.values())
    each = (time.perf_counter() - start) / max(1, done - first)
    print(f"{alarms_in_all} alarms in {done:,} runs, {each:.3f} s a run")
    sys.exit(1 if alarms_in_all else 0)


def table(counts: dict[str, dict[str, int]]) -> str:
    """Alarms of runs by law and dtype; in brackets the runs in which the law was undecided."""
    rows = [f"{'law':60s}" + "".join(f"{dtype:>18s}" for dtype in DTYPES)]
    for law in LAWS:
        cells = [counts[f"{law} | {dtype}"] for dtype in DTYPES]
        shown = [
            f"{c['alarm']} of {sum(c.values())}" + (f" ({c['undecided']})" if c["undecided"] else "") for c in cells
        ]
        rows.append(f"{law:60s}" + "".join(f"{text:>18s}" for text in shown))
    return "\n".join(rows)


if __name__ == "__main__":
    main()
