"""What was measured of an implementation where it declares nothing, or something else than its gradients are those of."""

from __future__ import annotations

from dataclasses import dataclass

from symcheck.objective import Objective
from symcheck.penalty import Penalty


@dataclass(frozen=True)
class Settlement:
    """What was found out; the sentences are made in `symcheck.suite.settlement_sentences`.

    Attributes:
        activation: of the hidden layers, where it is not declared and outputs show it.
        output_activation: the same of the outputs.
        objective: by which gradients are judged, where it is not the declared one as it stands.
        promised: what is declared instead, or None where nothing is, or only parts of it are. returned: whether that is the loss
            which it returns beside its gradients.
        whole: whether all gradients are those of ``objective``, and not only those of ``parts`` (W, b or both) of the
            output layer.
        power: by which power of the number of samples they are off, beside its reduction.
        optimizer, settings: what training steps follow, where that is not declared; "" where nothing that is known.
        scaleless: whether these divide out the scale of the gradients, so that none can be told.
        guessed: whether no loss is declared at all.
        alike: objectives that no network it can be tells from this one.
        astray: with which fault of the forward pass alone its outputs are those of these activations; "" where without any.
        against: where nothing fits, what speaks against there being any loss whose gradients these are; see
            `symcheck.diagnosis.some_loss`.
        unknown: whether outputs were looked at and are those of no activation that is known. units: what hidden units were seen
            to compute instead, in words. mixed: the activations of hidden layers that have different ones.
        by_outputs: whether gradients are held to difference quotients of the outputs, which are those of no activation that is
            known. meant: the activation that the code names, where forward and backward are at one on another.
        penalty: a penalty inside its gradients.
        robust: a loss that is linear far from 0 whose gradients these are, in words; "" where they are of none.
        nearest: what comes nearest where nothing fits, and ``distance`` how far off, relative to the size.
    """

    activation: str | None = None
    output_activation: str | None = None
    objective: Objective | None = None
    promised: Objective | None = None
    whole: bool = True
    parts: str = "Wb"
    power: int = 0
    optimizer: str | None = None
    settings: tuple[tuple[str, float], ...] = ()
    scaleless: bool = False
    guessed: bool = False
    alike: tuple[Objective, ...] = ()
    astray: str = ""
    against: str = ""
    unknown: bool = False
    units: str = ""
    mixed: tuple[str, ...] = ()
    by_outputs: bool = False
    meant: str = ""
    penalty: Penalty | None = None
    robust: str = ""
    nearest: Objective | None = None
    distance: float = 0.0
    returned: bool = False
