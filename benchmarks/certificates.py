"""What a certificate costs, as ratios within one run.

    python benchmarks/certificates.py [--width 8192] [--repeats 5]

Each figure is a median over repeats, taken in turn with what it is compared to, so that other work on the machine
slows both. The physical limit is one ``numpy.sum`` over all weights: one read of every byte. Peers are
``numpy.unique(axis=0)`` and the comparison of all pairs of rows, which answer the smaller question of which rows of one
matrix are equal. Memory is the peak of Python's and numpy's allocations during the call.
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


def constant(width: int, depth: int, rng: np.random.Generator) -> Network:
    """Every weight the same."""
    return Network([np.full((width, width), 0.01, np.float32) for _ in range(depth)], None, "tanh")


def permutations(width: int, depth: int, rng: np.random.Generator) -> Network:
    """Constant first and last layers, permutation matrices between: no two rows alike, all sums alike."""
    ends = [np.full((width, width), 0.01, np.float32) for _ in range(2)]
    middle = [np.eye(width, dtype=np.float32)[rng.permutation(width)] for _ in range(depth - 2)]
    return Network([ends[0], *middle, ends[1]], None, "tanh")


def circulants(width: int, depth: int, rng: np.random.Generator) -> Network:
    """Constant first and last layers, dense random circulant matrices between: no two rows alike, all sums alike."""
    ends = [np.full((width, width), 0.01, np.float32) for _ in range(2)]
    middle = []
    for _ in range(depth - 2):
        twice = np.tile(rng.standard_normal(width, dtype=np.float32), 2)
        middle.append(np.lib.stride_tricks.sliding_window_view(twice, width)[:width].copy())
    return Network([ends[0], *middle, ends[1]], None, "tanh")


def copies(width: int, depth: int, rng: np.random.Generator) -> Network:
    """Random weights, every hidden unit with one copy."""
    weights = [rng.standard_normal((width, width), dtype=np.float32) for _ in range(depth)]
    for low, high in pairwise(weights):
        low[width // 2 :] = low[: width // 2]
        high[:, width // 2 :] = high[:, : width // 2]
    return Network(weights, None, "relu")


#: Networks by name, with the largest ratio to one sum that is aimed at.
CASES: dict[str, tuple[Callable[[int, int, np.random.Generator], Network], float | None]] = {
    "random": (random_network, 1.0),
    "constant": (constant, 3.0),
    "permutations": (permutations, None),
    "circulants": (circulants, None),
    "every unit copied once": (copies, None),
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
    print(
        f"{'4 layers, float32':24} {'width':>6} {'certificate':>13} {'one sum':>10} {'ratio':>8} {'aim':>6} {'memory':>8}"
    )
    cost: dict[int, float] = {}
    for name, (build, aim) in CASES.items():
        for size in (width // 4, width // 2, width):
            network = build(size, 4, rng)
            ours, sums = compare(lambda n=network: symcheck.certify(n), lambda n=network: read_all(n), repeats)
            if name == "random":
                cost[size] = ours
            wanted = f"{aim:.1f}" if aim and size == width else ""
            print(
                f"{name:24} {size:6} {ours * 1e3:10.1f} ms {sums * 1e3:7.1f} ms {ours / sums:8.2f} {wanted:>6}"
                f" {100 * peak_share(network):6.2f} %",
                flush=True,
            )
    growth = ", ".join(f"{cost[b] / cost[a]:.2f} from {a} to {b}" for a, b in pairwise(sorted(cost)))
    print(f"random weights, cost for 2 times the units and 4 times the weights: {growth}")
    network = random_network(min(width, 4096), 2, rng)
    first, second = network.weights[0], np.ascontiguousarray(network.weights[1].T)
    # A unit is told apart by its row in one matrix or its column in the other: peers compare the rows of the first
    # alone, or of both.
    peers = (("numpy.unique(axis=0)", lambda matrix: np.unique(matrix, axis=0)), ("all pairs", all_pairs))
    for name, peer in peers:
        for which, matrices in (("rows", (first,)), ("rows, and columns of the next", (first, second))):
            ours, theirs = compare(
                lambda: symcheck.certify(network), lambda p=peer, m=matrices: [p(one) for one in m], min(repeats, 3)
            )
            print(
                f"{name} of {which} at {len(first)}: {theirs / ours:.0f} times the certificate (aim: 100)", flush=True
            )


if __name__ == "__main__":
    main()
