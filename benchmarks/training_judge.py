"""Training as the judge of what is said to be tied, frozen and distinct.

    python benchmarks/training_judge.py [--models N]

Rounding that training amplifies is no movement of its own: of a LayerNorm over equal units every step multiplies what rounding
left by up to 1 / sqrt(eps) = 316, so that in ordinary training ties come apart in the end though each step keeps them. So
after each step the parameters are put back onto theta_0 + V, and what one step left of it is compared with rounding.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from random_torch_models import random_torch_model
from torch import nn

from symcheck import SymcheckError, reach
from symcheck.reachability.points import sample_scales

#: What rounding may leave of one gradient, relative to the largest in the model, and by how much more for each normalization: over
#: equal units it divides by sqrt(1e-5).
ROUNDING, BY_NORM = 1e-11, 400.0
NORMS = (nn.LayerNorm, nn.GroupNorm, nn.modules.batchnorm._BatchNorm)
#: What Adam adds to the root mean square that it divides by.
ADAM = 1e-8
RULES = ("SGD", "Adam")
#: From theta_0 along random multiples of gradients, so that every point is one that some training reaches.
WALKS, LENGTH = 12, 10


@dataclass(frozen=True)
class Judgement:
    """What training showed.

    Attributes:
        steps: how many were made before parameters left the range of floats.
        gradient: the largest part of a gradient outside V, relative to the largest gradient.
        step: the largest part of a step outside V, relative to what that part of the gradients so far may make of it.
        unseen: pairs of classes that neither training nor gradients along random walks of long steps told apart, and classes
            that they did not move.
        rounding: what of a gradient rounding may leave outside.
        drift: how far ordinary training, without projections, ended from theta_0 + V.
    """

    steps: int
    gradient: float
    step: float
    unseen: int
    rounding: float
    drift: float

    @property
    def upheld(self) -> bool:
        """Whether every tie and freeze survived."""
        return self.gradient <= self.rounding and self.step <= 1


class Space:
    """theta_0 + V of a model of n trained scalars, by signed labels."""

    def __init__(self, model: nn.Module, classes: Any) -> None:
        self.model = model
        self.trained = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
        labels = np.concatenate([np.asarray(classes[name]).ravel() for name, _ in self.trained])
        self.signs, self.label = np.sign(labels), np.abs(labels)
        self.count = int(self.label.max(initial=0))
        self.sizes = np.maximum(np.bincount(self.label, minlength=self.count + 1), 1)
        self.start = self.read()

    def read(self) -> np.ndarray:
        """The parameters, shape (n,)."""
        return torch.cat([p.detach().reshape(-1) for _, p in self.trained]).numpy().copy()

    def write(self, values: np.ndarray) -> None:
        """Set the parameters."""
        with torch.no_grad():
            at = 0
            for _, p in self.trained:
                p.copy_(torch.as_tensor(values[at : at + p.numel()]).reshape(p.shape))
                at += p.numel()

    def means(self, moved: np.ndarray) -> np.ndarray:
        """By class how far its members moved with their signs, shape (classes + 1,); 0 for the frozen."""
        found = np.bincount(self.label, self.signs * moved, self.count + 1) / self.sizes
        found[0] = 0
        return np.asarray(found)

    def projected(self, moved: np.ndarray) -> np.ndarray:
        """The part of a movement that lies in V."""
        return np.asarray(self.means(moved)[self.label] * self.signs)

    def gradient(self, inputs: torch.Tensor) -> np.ndarray:
        """Of the squared distance to random targets; leaves it in the parameters."""
        self.model.zero_grad()
        outputs = self.model(inputs)
        (outputs - torch.randn_like(outputs)).square().mean().backward()
        parts = [torch.zeros(p.numel()) if p.grad is None else p.grad.reshape(-1) for _, p in self.trained]
        return torch.cat(parts).double().numpy()


def judge(model: nn.Module, shape: tuple[int, ...], classes: Any, steps: int = 300) -> Judgement:
    """Train a float64 model with SGD and with Adam, and look at gradients along random walks besides.

    Args:
        shape: of a batch of normal numbers.
        classes: signed labels by parameter.
    """
    space = Space(model.train(), classes)
    signals, made, gradient, step = [], steps, 0.0, 0.0
    for rule in RULES:
        run = _trained(space, shape, rule, steps)
        made, gradient, step = min(made, run[0]), max(gradient, run[1]), max(step, run[2])
        signals.append(space.means(space.read() - space.start))
    for _ in range(WALKS):
        signals += _walk(space, shape)
    drift = _drift(space, shape, steps)
    space.write(space.start)
    rounding = ROUNDING * BY_NORM ** sum(isinstance(part, NORMS) for part in model.modules())
    finite = [s for s in signals if np.isfinite(s).all()]
    return Judgement(made, gradient, step, _unseen(np.array(finite)), rounding, drift)


def _trained(space: Space, shape: tuple[int, ...], rule: str, steps: int) -> tuple[int, float, float]:
    space.write(space.start)
    current = space.start.copy()
    rate = 0.01
    optimizer: Any = getattr(torch.optim, rule)([p for _, p in space.trained], lr=rate)
    left, relative, excess = 0.0, 0.0, 0.0
    for done in range(steps):
        gradient = space.gradient(torch.randn(shape, dtype=torch.float64))
        if not np.isfinite(gradient).all() or np.abs(gradient).max() > 1e6:
            return done, relative, excess
        remainder = np.abs(gradient - space.projected(gradient)).max()
        left = max(left, remainder)
        relative = max(relative, remainder / max(np.abs(gradient).max(), np.finfo(float).tiny))
        optimizer.step()
        moved = space.read() - current
        # A step of Adam changes by at most some ten times what its gradients do over what is added below them.
        allowed = rate * left * (2 if rule == "SGD" else 10 / ADAM) + 10 * np.spacing(
            max(np.abs(current).max(), np.abs(moved).max())
        )
        excess = max(excess, float(np.abs(moved - space.projected(moved)).max() / allowed))
        current = current + space.projected(moved)
        space.write(current)
    return steps, relative, excess


def _walk(space: Space, shape: tuple[int, ...]) -> list[np.ndarray]:
    rng = np.random.default_rng()
    found, current = [], space.start.copy()
    for _ in range(LENGTH):
        space.write(current)
        # Of the scales that reach draws: a ReLU behind a normalization may open for one sample that is far larger than the others.
        scales = torch.as_tensor(sample_scales(rng, shape[0])).reshape(-1, *[1] * (len(shape) - 1))
        gradient = space.gradient(torch.randn(shape, dtype=torch.float64) * scales)
        if not np.isfinite(gradient).all():
            break
        found.append(space.means(gradient))
        scale = rng.choice([0.1, 1.0, 3.0]) * rng.standard_normal()
        current = current + scale * space.projected(gradient) / max(np.abs(gradient).max(), np.finfo(float).tiny)
    return found


def _drift(space: Space, shape: tuple[int, ...], steps: int) -> float:
    space.write(space.start)
    optimizer = torch.optim.SGD([p for _, p in space.trained], lr=0.01)
    moved = np.zeros_like(space.start)
    for _ in range(steps):
        gradient = space.gradient(torch.randn(shape, dtype=torch.float64))
        if not np.isfinite(gradient).all() or np.abs(gradient).max() > 1e6:
            break
        optimizer.step()
        moved = space.read() - space.start
    return float(np.abs(moved - space.projected(moved)).max(initial=0))


def _unseen(signals: np.ndarray) -> int:
    """Pairs of classes that are equal, or opposite, in every one of signals of shape (signals, classes + 1)."""
    equal = np.ones((signals.shape[1],) * 2, bool)
    opposite = equal.copy()
    for one in signals:
        tolerance = 1e-11 * np.maximum.outer(np.abs(one), np.abs(one)) + 1e-15 * np.abs(one).max(initial=0)
        equal &= np.abs(np.subtract.outer(one, one)) <= tolerance
        opposite &= np.abs(np.add.outer(one, one)) <= tolerance
    return int(np.triu(equal | opposite, 1).sum())


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--models", type=int, default=200)
    count = options.parse_args().models
    torch.set_num_threads(1)
    entropy = np.random.SeedSequence().entropy
    told: Counter[str] = Counter()
    worst = {"gradient": 0.0, "step": 0.0, "drift": 0.0}
    gap = np.inf
    for number in range(count):
        model, shape, what = random_torch_model(np.random.default_rng([entropy, number]))
        try:
            found = reach(model, torch.randn(shape))
        except SymcheckError as error:
            told["refused"] += 1
            print(f"{number} of {entropy} refused: {error}\n    {what}")
            continue
        result = judge(model, shape, found.classes)
        told["judged"] += 1
        told["models with a tie or a freeze"] += found.reachable < found.parameters
        told["parameters"] += found.parameters
        told["frozen"] += found.frozen
        told["tied"] += found.parameters - found.reachable - found.frozen
        told["steps"] += result.steps * len(RULES)
        told["classes"] += found.reachable
        told["pairs of classes, or classes, not seen to part or to move"] += result.unseen
        told["refuted"] += not result.upheld
        told["models in which ordinary training left the space by more than 1e-6"] += result.drift > 1e-6
        if found.gap is not None and found.gap.equal:
            gap = min(gap, found.gap.different / found.gap.equal)
        for key in worst:
            worst[key] = max(worst[key], getattr(result, key))
        if not result.upheld or result.unseen:
            print(f"{number} of {entropy}: {result}\n    {what}")
    print(*(f"{value:>10,}  {key}" for key, value in told.items()), sep="\n")
    print(f"smallest ratio of different to equal gradients {gap:.1e}")
    print(f"largest part of one gradient outside the space {worst['gradient']:.1e} of the largest gradient")
    print(f"largest part of one step outside, of what rounding of the gradients allows: {worst['step']:.2f}")
    print(f"furthest that ordinary training left the space {worst['drift']:.1e}")


if __name__ == "__main__":
    main()
