"""What other functions of a subject give beside its forward, in sentences."""

from __future__ import annotations

from symcheck.subjects.data import SecondOutputs
from symcheck.subjects.implementation import Implementation


def second_lines(subject: Implementation) -> list[str]:
    """One line for each function whose outputs differ from those of the forward by an activation alone."""
    return [_by_activation(second) for second in subject.offer.second if second.relation in ("after", "before")]


def _by_activation(second: SecondOutputs) -> str:
    if second.relation == "after":
        return f"{second.told} gives the {second.activation} of what the forward gives; of its outputs nothing else is judged"
    return (
        f"the forward gives the {second.activation} of what {second.told} gives; of its outputs nothing else is judged"
    )


def differing(second: SecondOutputs) -> str:
    """That a function gives other outputs than the forward does."""
    if second.decides:
        return (
            f"{second.told} decides by something else than the outputs of the forward: its results are no largest of them, "
            "no side of a threshold and no rounding"
        )
    return (
        f"{second.told} gives other outputs than the forward for the same parameters and inputs: {second.got:.6g}, but should be "
        f"{second.forward:.6g}"
    )


def differing_mistake(second: SecondOutputs, subject: Implementation) -> str | None:
    """What the function computes instead, where a network gives it: the activations, and whether biases are added."""
    if not second.activation:
        return None
    own = subject.offer.activation or "", subject.offer.output_activation or "identity"
    wrong = [] if second.biased else ["the biases are missing"]
    hidden = dict.fromkeys(second.hidden)
    if second.hidden and tuple(hidden) != (own[0],):
        wrong.append(
            "the activation of the hidden layers is missing"
            if tuple(hidden) == ("identity",)
            else f"its hidden layers have {' and '.join(hidden)}, those of the forward {own[0] or 'another activation'}"
        )
    if second.activation != own[1]:
        wrong.append(
            "the output activation is missing"
            if second.activation == "identity"
            else f"its outputs go through {second.activation}, those of the forward through {own[1]}"
        )
    name = second.told.partition("(")[0]
    return f"in {name} {'; and '.join(wrong)}" if wrong else None
