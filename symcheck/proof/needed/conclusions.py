"""What each theorem concludes, as far as a case can contradict it, and from which hypotheses.

A conclusion rests on hypotheses that can hold together with the failure of each one of them; where that cannot be, as for
two ways to the same end, there are two conclusions.
"""

from __future__ import annotations

from dataclasses import dataclass

from symcheck.proof.needed import descent, layers, network, random_layers, ratios, scalars
from symcheck.proof.needed.case import Kind
from symcheck.proof.needed.network_conditions import CONDITIONS


@dataclass(frozen=True)
class Conclusion:
    """A conclusion of a theorem.

    Attributes:
        kind: of the cases that can contradict it.
        hypotheses: all that it rests on.
        outcomes: what contradicts it, with # for a number.
        so: why it does, where that does not go without saying.
    """

    kind: Kind
    hypotheses: tuple[str, ...]
    outcomes: tuple[str, ...]
    so: str = ""


_PLAIN, _RULES = (
    Kind("network", network.network(), CONDITIONS),
    Kind("network", network.network("all", rules=True), CONDITIONS),
)
_BLOCKS, _SIGNED, _BELOW = (
    Kind("network", network.network(blocks), CONDITIONS) for blocks in ("all", "signed", "inputs")
)
_TIED = (network.DIFFER, network.SEPARATE)
_EQUITABLE = ("row-sums", "column-sums", "equal-biases", "inputs", "outputs")
_MIXED = ("relu", "symmetric", "independent", "uncorrelated", "zero-mean")
_GLOROT = ("zero-mean", "uncorrelated", "forward-independent", "backward-independent", "glorot-scale")
_RATIO = ("relu", "symmetric", "second-moment", "fourth-moment", "independent")

CONCLUSIONS: dict[str, tuple[Conclusion, ...]] = {
    "constant-init": (Conclusion(_PLAIN, ("constant-weights", "constant-biases", "shared-rate"), _TIED),),
    "equitable-partitions": (Conclusion(_BLOCKS, (*_EQUITABLE, "shared-rate"), _TIED),),
    "optimizers": (Conclusion(_RULES, (*_EQUITABLE, "entrywise-rule", "equal-memory"), _TIED),),
    "zero-init": (
        Conclusion(_PLAIN, ("zero-weights", "zero-biases", "zero-at-zero", "depth"), (network.MOVES,)),
        # Zeros at which nothing moves tie units whatever the rates: here the activation is not 0 at 0.
        Conclusion(_PLAIN, ("zero-weights", "zero-biases", "shared-rate"), _TIED),
    ),
    "signs": (
        Conclusion(
            _SIGNED, (*_EQUITABLE, "shared-rate", "odd-activation"), (*_TIED, network.NOT_OPPOSITE, network.CEASE)
        ),
    ),
    "invariant-subspace": (
        Conclusion(descent.DESCENT, ("gradient-in-V", "one-rate"), (descent.LEAVES,)),
        Conclusion(
            descent.DESCENT, ("gradient-in-classes", "odd-rule", "same-rule", "same-memory"), (descent.LEAVES_CLASSES,)
        ),
    ),
    "quotient": (
        Conclusion(_BLOCKS, (*_EQUITABLE, "shared-rate"), _TIED, ", which no single unit in their place can be"),
    ),
    "zero-bias": (
        Conclusion(layers.layer(), ("zero-biases", "spanning-inputs", "injective", "tied"), (layers.ROWS_DIFFER,)),
        Conclusion(
            layers.layer(),
            ("zero-biases", "spanning-inputs", "both-sides", "tied", "tied-on-opposites"),
            (layers.ROWS_DIFFER,),
        ),
    ),
    "separate-supports": (
        Conclusion(
            layers.layer(supports=True),
            ("zero-biases", "spanning-inputs", "injective", "tied", "nonzero-weights"),
            (layers.READ_DIFFERENTLY,),
        ),
    ),
    "logistic-regression": (Conclusion(scalars.LOSS, ("convex-loss",), (scalars.NOT_CONVEX,)),),
    "he-gain": (Conclusion(random_layers.unit(), (*_MIXED, "he-scale"), (random_layers.SHARE, random_layers.FACTOR)),),
    "leaky-gain": (
        Conclusion(
            random_layers.unit(alpha=True), (*_MIXED, "leaky-scale"), (random_layers.SHARE, random_layers.FACTOR)
        ),
    ),
    "scale-power": (
        Conclusion(random_layers.unit(s=True), (*_MIXED, "scaled"), (random_layers.SHARE, random_layers.FACTOR)),
    ),
    "scale-limit": (
        Conclusion(scalars.DEPTH, ("shrinks",), (scalars.KEEPS,)),
        Conclusion(scalars.DEPTH, ("grows",), (scalars.STAYS,)),
    ),
    "glorot-compromise": (
        Conclusion(
            random_layers.LINEAR, _GLOROT, (random_layers.FORWARD, random_layers.BACKWARD, random_layers.ONE_SIDE)
        ),
    ),
    "ratio-variance": (Conclusion(ratios.RATIO, _RATIO, (ratios.MEAN, ratios.VARIANCE)),),
    "arc-cosine": (Conclusion(ratios.PAIR, ("normal",), (ratios.ANGLE,)),),
    "constant-rank": (
        Conclusion(
            layers.MAP,
            ("constant-weights", "equal-input-sums", "equal-gradient-sums"),
            (layers.RANK_TWO, layers.NO_COLLAPSE, layers.NO_COLLAPSE_BACK),
        ),
    ),
    "random-draws": (Conclusion(scalars.DRAWS, ("independent", "no-atoms"), (scalars.EQUAL,)),),
    "dead-by-sign": (
        Conclusion(
            _BELOW,
            ("relu", "non-negative-inputs", "inputs", "non-positive-sums", "non-positive-bias"),
            (network.UNIT_MOVES,),
        ),
    ),
    "rescaling-identity": (Conclusion(_PLAIN, ("homogeneous",), (network.NO_IDENTITY,)),),
}
