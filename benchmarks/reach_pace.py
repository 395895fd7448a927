"""What reach costs on a large model: time against one gradient evaluation, and peak memory.

python benchmarks/reach_pace.py [--parameters MILLIONS]
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable

import numpy as np
import torch

from symcheck import reach
from symcheck.adapters.reach_torch import TorchModel


def encoder(millions: float) -> torch.nn.Module:
    """A transformer encoder of about so many parameters."""
    nn = torch.nn
    depth = 6
    width = int(np.sqrt(millions * 1e6 / depth / 12)) // 8 * 8
    layer = nn.TransformerEncoderLayer(width, 4, 4 * width, dropout=0.0, batch_first=True)
    return nn.TransformerEncoder(layer, depth, enable_nested_tensor=False)


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--parameters", type=float, default=10)
    torch.set_num_threads(1)
    model = encoder(options.parse_args().parameters)
    inputs = torch.randn(4, 6, model.layers[0].linear1.in_features)
    held = _peak()
    one = _one_gradient(TorchModel(model, inputs))
    evaluations = 0
    gradient = TorchModel.gradient

    def counted(self: TorchModel, *arguments: object) -> object:
        nonlocal evaluations
        evaluations += 1
        return gradient(self, *arguments)

    TorchModel.gradient = counted
    found = None

    def run() -> None:
        nonlocal found
        found = reach(model, inputs)

    took = _seconds(run)
    print(
        f"{found.parameters:,} parameters, {found.reachable:,} reachable, {found.frozen:,} frozen, gap {found.gap}",
        flush=True,
    )
    print(f"one gradient {one:.2f} s, reach {took:.0f} s = {took / one:.0f} times, {evaluations} gradients")
    print(
        f"{took / (one * evaluations):.2f} times the gradients themselves, peak memory {_peak():.2f} GB, model {held:.2f} GB"
    )


def _one_gradient(seen: TorchModel) -> float:
    rng = np.random.default_rng()
    batch = seen.batch(rng)
    cotangents = [rng.standard_normal(shape) for shape in seen.output_shapes(batch)]
    point = [np.asarray(p.values, np.float64) for p in seen.parameters]
    return min(_seconds(lambda: seen.gradient(point, batch, cotangents)) for _ in range(3))


def _seconds(run: Callable[[], object]) -> float:
    """Of the processor, which other programs do not lengthen; on one thread."""
    started = time.process_time()
    run()
    return time.process_time() - started


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


if __name__ == "__main__":
    main()
