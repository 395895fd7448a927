"""The result of looking at a signal on its way through a model: layers as they ran, and what is judged of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from math import exp, inf, isfinite, log
from typing import Any

from symcheck.displayed import Displayed
from symcheck.propagation.judged import LayerFactors, StackJudged, Totals, factors, first_loss, judged_stack, totals
from symcheck.propagation.layers import SignalLayer, summarised
from symcheck.propagation.passages import Passage, passages
from symcheck.propagation.ran import ModelPass
from symcheck.propagation.spread import Spread
from symcheck.report import Report
from symcheck.texts import plain_values
from symcheck.types import Array


@dataclass(frozen=True)
class Reached:
    """Trainable parameters, and those that the loss does not reach.

    Attributes:
        trained: how many. unreached: names of those whose gradient is zero on this batch, also after a few steps.
        late: those whose gradient is zero at first only.
        zero: names of layers whose weights are all zero, behind which nothing is reached at first.
    """

    trained: int
    unreached: tuple[str, ...]
    late: tuple[str, ...]
    zero: tuple[str, ...]


@dataclass(frozen=True)
class FirstLoss:
    """The loss before training, and that of a network which knows nothing.

    Attributes:
        head: ``softmax``: cross-entropy, and ln(classes); else squared error for targets of variance 1.
    """

    head: str
    loss: float
    nothing: float
    classes: int


@dataclass(frozen=True, repr=False)
class Signal(Displayed):
    """What became of a signal in a model at its initialization.

    Attributes:
        name: of the model. library: it is from.
        fed: in words, what it was fed. draws: how many builds were looked at. fixed: whether they were all the same.
        not_followed: in words, modules of the model that have weights and are no layers here.
        seed: of what was drawn.
        layers: of the first build, weights and factors of all of them.
        factors: forward and backward, measured and predicted, of each layer but the last.
        stack: hidden layers against the gains that lose least; None where their activations were not all found.
        passages: whether the signal passes as through independent weights.
        totals: from the first layer to the last.
        alpha: the chance of a false alarm. most: the factor over the depth beyond which the signal counts as lost.
        report: the findings; None as long as they are not made.
    """

    name: str
    library: str | None
    fed: str
    draws: int
    fixed: bool
    not_followed: tuple[str, ...]
    seed: int | None
    layers: tuple[SignalLayer, ...]
    factors: tuple[LayerFactors, ...]
    stack: StackJudged | None
    passages: tuple[Passage, ...]
    totals: Totals
    reached: Reached
    first_loss: FirstLoss
    alpha: float
    most: float
    report: Report | None = None

    @property
    def passed(self) -> bool:
        """Whether nothing failed; what is warned of does pass."""
        return self.report is not None and self.report.passed

    @property
    def independent(self) -> bool:
        """Whether nothing says that the weights are not independent, which the predictions rest on."""
        return all(one.p_value >= self.alpha / 4 for one in self.passages)

    def to_json(self) -> str:
        """The report of the findings with the layers."""
        report = {} if self.report is None else self.report.as_dict()
        told = {
            **report,
            "fed": self.fed,
            "draws": self.draws,
            "not_followed": list(self.not_followed),
            "layers": self.layers_as_dicts(),
        }
        return json.dumps(told, indent=2, allow_nan=False)

    def layers_as_dicts(self) -> list[dict[str, Any]]:
        """Each layer with its factors, for JSON."""
        rows = [asdict(row) for row in self.factors] + [{}] * (len(self.layers) - len(self.factors))
        return [
            plain_values({**layer.as_dict(), **{k: v for k, v in row.items() if k != "name"}})
            for layer, row in zip(self.layers, rows, strict=True)
        ]


@dataclass(frozen=True, eq=False)
class Build:
    """What is kept of one pass through one build of a model.

    Attributes:
        layers: in the order in which they were called.
        trained: names of trainable parameters. unreached: the places in it of those whose gradient is zero.
        outputs, fed: as of `ModelPass`.
    """

    layers: tuple[SignalLayer, ...]
    outputs: Array
    trained: tuple[str, ...]
    unreached: tuple[int, ...]
    late: tuple[int, ...]
    fed: str
    not_followed: tuple[str, ...]

    def like(self, other: Build) -> bool:
        """Whether both have the same layers and parameters; names may be counted on, as keras does."""
        return len(self.trained) == len(other.trained) and [
            (layer.kind, layer.fan_in, layer.units) for layer in self.layers
        ] == [(layer.kind, layer.fan_in, layer.units) for layer in other.layers]

    def same(self, other: Build) -> bool:
        """Whether both have the same weights, as a seed that is fixed makes them."""
        return [layer.weights for layer in self.layers] == [layer.weights for layer in other.layers]


def kept(run: ModelPass) -> Build:
    """What is kept of a pass, without the arrays of its layers."""
    unreached, late = (
        tuple(i for i, name in enumerate(run.trained) if name in names) for names in (run.unreached, run.late)
    )
    return Build(
        tuple(summarised(run.layers)),
        run.outputs,
        tuple(run.trained),
        unreached,
        late,
        run.fed,
        tuple(run.not_followed),
    )


def judged(
    builds: Sequence[Build],
    name: str,
    library: str | None,
    head: str,
    *,
    gain: float | None,
    alpha: float,
    most: float,
    fixed: bool = False,
    seed: int | None = None,
) -> Signal:
    """A signal from the passes through one or several builds of a model.

    Args:
        gain: the one that weights are to have, or None for those that lose least.
        alpha: half of it is the scale's, a quarter each direction's of `passages`.
        fixed: whether another build had the same weights. seed: of what was drawn.
    """
    first = builds[0]
    layers = [_pooled(same) for same in zip(*(build.layers for build in builds), strict=True)]
    each = [factors(build.layers) for build in builds]
    rows = [_mean(same) for same in zip(*each, strict=True)]
    loss, nothing = first_loss(first.outputs, head)
    zero = tuple(layer.name for layer in layers if not layer.weights.square)
    unreached = tuple(first.trained[i] for i in first.unreached if all(i in build.unreached for build in builds))
    late = tuple(first.trained[i] for i in first.late)
    return Signal(
        name,
        library,
        first.fed,
        len(builds),
        fixed,
        first.not_followed,
        seed,
        tuple(layers),
        tuple(rows),
        judged_stack(layers, rows, library, gain, alpha / 2),
        tuple(passages(layers)),
        _mean_totals([totals(build.layers) for build in builds]),
        Reached(len(first.trained), unreached, late, zero),
        FirstLoss(head, loss, nothing, first.outputs.shape[1]),
        alpha,
        most,
    )


def _pooled(same: Sequence[SignalLayer]) -> SignalLayer:
    """A layer of several builds: entries of all, second moments as geometric means."""
    first = same[0]
    number = sum(one.weights.number for one in same)

    square = sum(one.weights.number * one.weights.square for one in same) / number
    kurtosis = 1.0
    if 0 < square < inf:
        parts = [one.weights.number * one.weights.kurtosis * (one.weights.square / square) ** 2 for one in same]
        kurtosis = sum(parts) / number
    mean = sum(one.weights.number * one.weights.mean for one in same) / number
    largest, orthogonal = max(one.weights.largest for one in same), all(one.weights.orthogonal for one in same)
    weights = Spread(number, square, kurtosis, largest, mean, orthogonal)
    return replace(
        first,
        weights=weights,
        bias_square=sum(one.bias_square for one in same) / len(same),
        forward_p=tuple(p for one in same for p in one.forward_p),
        backward_p=tuple(p for one in same for p in one.backward_p),
    )


def _mean(same: Sequence[LayerFactors]) -> LayerFactors:
    first = same[0]
    return replace(
        first,
        forward=_geometric([s.forward for s in same]),
        backward=_geometric([s.backward for s in same]),
        apart=_geometric([s.apart for s in same]),
    )


def _mean_totals(same: Sequence[Totals]) -> Totals:
    return Totals(
        _geometric([s.forward for s in same]),
        _geometric([s.backward for s in same]),
        _geometric([s.separation for s in same]),
        same[0].usual,
    )


def _geometric(values: Sequence[float]) -> float:
    if not all(isfinite(v) for v in values) or min(values) <= 0:
        return values[0]
    return exp(sum(map(log, values)) / len(values))
