"""One step of training on a loss whose gradient is the same everywhere, in fractions: whether it leaves theta_0 + V."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from symcheck.proof.needed.case import Kind, Wrong, apart
from symcheck.proof.needed.exactly import fit, remainder
from symcheck.proof.needed.line import Matrix, NeededError, Settings, Vector, tuple_of, written

LEAVES, LEAVES_CLASSES = "training leaves theta_0 + V", "training leaves the span of the classes"


@dataclass(frozen=True)
class Descent:
    """Parameters, a space V, and the step.

    Attributes:
        V: vectors that span V; for classes their signed indicators.
        classes: the class of each parameter with its sign, 0 for what is frozen, or empty.
        rates: of the parameters.
        memory: what is remembered at the start, by parameter; the rule adds it to the gradient.
        positive: whether the rule follows positive gradients only.
    """

    V: Matrix
    classes: Vector
    gradient: Vector
    rates: Vector
    memory: Vector
    positive: bool

    def wrong(self, outcome: str, at: tuple[int, ...]) -> Wrong:
        """See `Case`."""
        if bool(self.classes) != (outcome == LEAVES_CLASSES):
            raise NeededError(
                f"{outcome!r} is said of {'V' if self.classes else 'classes'}, which the case does not give"
            )
        moved = [g + m for g, m in zip(self.gradient, self.memory, strict=True)]
        step = tuple(
            -rate * (max(g, Fraction(0)) if self.positive else g) for rate, g in zip(self.rates, moved, strict=True)
        )
        gap = max(map(abs, remainder(step, self.V)))
        return Wrong(gap, f"one step moves theta by {tuple_of(step)}, which does not lie in V")

    def outside(self, vector: Vector) -> bool:
        """Whether a vector lies outside V."""
        return any(remainder(vector, self.V))

    def words(self) -> str:
        """See `Case`."""
        spanned = "the signed indicators of the classes " + tuple_of(self.classes) if self.classes else written(self.V)
        rule = "a rule that follows positive gradients only" if self.positive else "gradient descent"
        memory = f", which adds {tuple_of(self.memory)}, as remembered, to the gradient," if any(self.memory) else ""
        return (
            f"{len(self.gradient)} parameters theta, V spanned by {spanned}, a loss whose gradient is {tuple_of(self.gradient)} "
            f"everywhere, one step of {rule}{memory} with the learning rates {tuple_of(self.rates)}"
        )


def _descent(settings: Settings) -> Descent:
    gradient = settings.vector("gradient")
    count = len(gradient)
    classes: Vector = ()
    if settings.given("classes"):
        (classes,) = fit("classes", (settings.vector("classes"),), count, "parameter")
        numbers = dict.fromkeys(abs(c) for c in classes if c)
        V = tuple(tuple(Fraction((c > 0) - (c < 0)) if abs(c) == n else Fraction(0) for c in classes) for n in numbers)
    else:
        V = fit("V", settings.matrix("V"), count, "parameter")
    (rates,) = fit("rates", (settings.vector("rates"),), count, "parameter")
    memory: Vector = (Fraction(0),) * count
    positive = False
    if classes:
        # Of other rules than gradient descent the theorem speaks for classes only.
        positive = settings.word("rule", ("gradient descent", "positive part"), "gradient descent") == "positive part"
        if settings.given("memory"):
            (memory,) = fit("memory", (settings.vector("memory"),), count, "parameter")
    return Descent(V, classes, gradient, rates, memory, positive)


DESCENT = Kind(
    "descent",
    _descent,
    {
        "gradient-in-V": lambda c: f"the gradient {tuple_of(c.gradient)} does not lie in V" * c.outside(c.gradient),
        "one-rate": lambda c: apart("the learning rates", c.rates),
        "gradient-in-classes": lambda c: (
            f"the gradients {tuple_of(c.gradient)} are not equal up to sign in each class" * c.outside(c.gradient)
        ),
        "odd-rule": lambda c: "the rule takes 1 to 1 and -1 to 0" * c.positive,
        "same-rule": lambda c: apart("the learning rates", c.rates),
        "same-memory": lambda c: (
            f"what is remembered at the start, {tuple_of(c.memory)}, does not agree up to sign in each class"
            * c.outside(c.memory)
        ),
    },
)
