"""What a check of a network works on: its weights, the law they are held to, and its share of the false-alarm budget."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from symcheck.checks.definition import Skip
from symcheck.distribution.recognise import Observation
from symcheck.fans import Layer
from symcheck.laws.law import Law
from symcheck.network import Network, NotFinite
from symcheck.subjects.data import NetworkFacts

#: For each layer: the statistical checks.
CHANCES_PER_LAYER = 6


@dataclass
class NetworkBench:
    """A network with the law its weights are held to, if any."""

    network: Network
    description: NetworkFacts
    law: Law | None
    optimizer: str
    false_alarm_rate: float
    seed: int = 0

    @property
    def called_as(self) -> str | None:
        """How the function was called that drew the network, if one was."""
        return self.description.called_as

    @property
    def rectified(self) -> bool:
        """Whether every hidden layer is known to go through ReLU."""
        facts = self.description
        return bool(facts.activations) and facts.activation_known and set(facts.activations) == {"relu"}

    @property
    def alpha(self) -> float:
        """The false-alarm rate of a single test."""
        return self.false_alarm_rate / (CHANCES_PER_LAYER * self.network.depth)

    @cached_property
    def not_finite(self) -> NotFinite | None:
        """Where there first is a weight or bias that is no finite number."""
        return self.network.not_finite()

    def finite_needed(self) -> None:
        """Say that a check is about numbers.

        Raises:
            Skip: some weight or bias is none.
        """
        if self.not_finite:
            raise Skip("some weights are not finite numbers")

    def observations(self) -> list[Observation]:
        """The weights of each layer.

        Raises:
            Skip: some are not finite numbers.
        """
        self.finite_needed()
        return [Observation(Layer(*weight.shape), weight) for weight in self.network.weights]

    @cached_property
    def certificate(self) -> Any:
        """The certificate of the network's symmetry.

        Raises:
            Skip: there is no hidden layer, some weight is not a finite number, or layers share one array: the updates
                of one then move the other, which the decision about ties does not reckon with.
        """
        if self.network.depth == 1:
            raise Skip("there is no hidden layer")
        self.finite_needed()
        if self.description.shared:
            raise Skip("layers share one array, and a certificate is about layers that are trained apart")
        from symcheck.symmetry import certify

        return certify(self.network, optimizer=self.optimizer)
