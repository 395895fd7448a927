"""What a certificate costs, as ratios within one run.

    python benchmarks/certificates.py [--width 8192] [--repeats 5]

Each figure is a median over repeats, taken in turn with what it is compared to. The physical limit is one
``numpy.sum`` over all weights: one read of every byte. Peers are ``numpy.unique(axis=0)`` and the comparison of all
pairs of rows, which answer the smaller question of which rows of one layer are equal.
"""

from __future__ import annotations

import argparse
import time
import tracemalloc
from collections.abc import Callable
from itertools import pairwise
from statistics import median

import numpy as np

import symcheck
from symcheck import Network


def clock(function: Callable[[], object]) -> float:
    """Seconds of one call."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def compare(first: Callable[[], object], second: Callable[[], object], repeats: int) -> tuple[float, float]:
    """Medians of both, run in turn after one warm-up of each."""
    first(), second()
    pairs = [(clock(first), clock(second)) for _ in range(repeats)]
    return median(a for a, _ in pairs), median(b for _, b in pairs)


def random_network(width: int, depth: int, rng: np.random.Generator) -> Network:
    """Float32 weights of He's law, biases at zero."""
    weights = [
        rng.standard_normal((width, width), dtype=np.float32) * np.float32((2 / width) ** 0.5) for _ in range(depth)
    ]
    return Network(weights, [np.zeros(width, np.float32) for _ in weights], "relu")


def tied_networks(width: int, depth: int, rng: np.random.Generator) -> dict[str, Network]:
    """Networks whose hidden layers are one class or a few: constant, two blocks, a permutation, planted copies."""
    constant = [np.full((width, width), 0.01, np.float32) for _ in range(depth)]
    identity = [np.full((width, width), 0.01, np.float32), np.eye(width, dtype=np.float32)[rng.permutation(width)]]
    middle = identity[1:] * (depth - 2)
    copies = [rng.standard_normal((width, width), dtype=np.float32) for _ in range(depth)]
    for low, high in pairwise(copies):
        low[width // 2 :] = low[: width // 2]
        high[:, width // 2 :] = high[:, : width // 2]
    return {
        "constant": Network(constant, None, "tanh"),
        "constant, permutations, constant": Network([identity[0], *middle, identity[0]], None, "tanh"),
        "every unit copied once": Network(copies, None, "relu"),
    }


def read_all(network: Network) -> float:
    """One sum over every weight."""
    return float(sum(w.sum() for w in network.weights))


def peak_share(network: Network) -> float:
    """Peak memory of a certificate beyond the weights, as a share of the weights' own size."""
    tracemalloc.start()
    symcheck.certify(network)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / sum(w.nbytes for w in network.weights)


def all_pairs(matrix: np.ndarray) -> int:
    """Equal pairs of rows, by comparing each row with all later ones."""
    return sum(int((matrix[i + 1 :] == matrix[i]).all(axis=1).sum()) for i in range(len(matrix)))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--width", type=int, default=8192)
    parser.add_argument("--repeats", type=int, default=5)
    options, rng = parser.parse_args(), np.random.default_rng()
    width, repeats = options.width, options.repeats

    def row(name: str, ours: float, other: float, peer: str) -> None:
        print(f"{name:52} {ours * 1e3:10.1f} ms   {ours / other:8.4f} x {peer} ({other * 1e3:.1f} ms)", flush=True)

    network = random_network(width, 4, rng)
    row(f"random, 4 layers of {width}", *compare(lambda: symcheck.certify(network), lambda: read_all(network), repeats),
        "one numpy.sum")  # fmt: skip
    print(f"{'':52} memory beyond the weights: {100 * peak_share(network):.2f} % of them")
    for name, tied in tied_networks(width, 4, rng).items():
        row(f"{name}, 4 layers of {width}", *compare(lambda n=tied: symcheck.certify(n), lambda n=tied: read_all(n), repeats),
            "one numpy.sum")  # fmt: skip
        print(f"{'':52} memory beyond the weights: {100 * peak_share(tied):.2f} % of them")
    half = random_network(width // 2, 4, rng)
    small, large = compare(lambda: symcheck.certify(half), lambda: symcheck.certify(network), repeats)
    print(f"twice the width (4 times the weights) costs {large / small:.2f} times as much")
    peers = random_network(min(width, 4096), 2, rng)
    matrix = peers.weights[0]
    ours = median(clock(lambda: symcheck.certify(peers)) for _ in range(repeats))
    unique = clock(lambda: np.unique(matrix, axis=0))
    pairs = clock(lambda: all_pairs(matrix))
    print(
        f"numpy.unique(axis=0) on one matrix of {len(matrix)}: {unique / ours:.0f} times the certificate of two layers"
    )
    print(f"comparing all pairs of its rows: {pairs / ours:.0f} times")


if __name__ == "__main__":
    main()
