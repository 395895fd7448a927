"""What is known of a subject: what the user said of it, and what was found out by looking at it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar

from symcheck.clipping import Clipping
from symcheck.errors import NetworkError
from symcheck.network import ANY_INPUTS, Network
from symcheck.objective import Objective, stated
from symcheck.penalty import Penalty
from symcheck.types import Array

KINDS = ("initializer", "network", "implementation")
#: What an initializer may be held to: matrices, convolution kernels, or both.
SHAPES = ("dense", "kernels", "all")

#: Seconds one call of a subject may take, and one import: heavy frameworks take long on a busy machine.
CALL_LIMIT, LOAD_LIMIT = 10.0, 90.0
#: A call that builds a model may take so many times as long as one that draws an array, for it may import a framework.
BUILDING = 3


@dataclass(frozen=True)
class Options:
    """What the user said about the subject beyond its name; ``by_parameter`` where laws were given for its parameters."""

    kind: str | None = None
    call: str | None = None
    layout: str | None = None
    activation: str | None = None
    head: str | None = None
    inputs: tuple[float, float] | None = None
    shapes: str | None = None
    by_parameter: bool = False
    call_limit: float = CALL_LIMIT
    seed: int = 0

    @property
    def build_limit(self) -> float:
        """Seconds that may pass until it is known what the subject is, its module imported and a factory called."""
        return BUILDING * self.call_limit


@dataclass(frozen=True)
class InitializerFacts:
    """What is known of an initializer without drawing from it.

    Attributes:
        law: the documented law of a known library function, as text.
        promise: ``random`` where the name promises random draws without a law.
        seeded: whether randomness is an argument.
        dense_only: whether it can only be asked for matrices.
        one_instance: whether one object draws every time, and not a new one.
    """

    kind: ClassVar[str] = "initializer"

    name: str
    called_as: str
    layout: str = "out_in"
    library: str | None = None
    law: str | None = None
    promise: str | None = None
    seeded: bool = False
    in_place: bool = False
    dense_only: bool = False
    one_instance: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class NetworkFacts:
    """A network's weights, and what is known beside them.

    Attributes:
        weights, biases: of shape (out, in) and (out,), whatever ``layout`` they came in; None for a layer without.
        law: the documented law of a library's fresh model, as text.
        inputs: between which numbers every input lies.
        activation_known: whether the model or the user named the activations.
        rebuilt: whether what builds it was called a second time, with another seed.
        shared: pairs of layers, counted from 1, that train one array.
        called_as: how the function was called that drew it, if one was.
        pinned: layers, counted from 1, that came out the same when that function was called again with another seed.
    """

    kind: ClassVar[str] = "network"

    name: str
    weights: tuple[Array, ...]
    biases: tuple[Array | None, ...]
    activations: tuple[str, ...]
    head: str = "linear"
    inputs: tuple[float, float] = ANY_INPUTS
    layout: str = "out_in"
    library: str | None = None
    law: str | None = None
    activation_known: bool = True
    shared: tuple[tuple[int, int], ...] = ()
    called_as: str | None = None
    pinned: tuple[int, ...] = ()
    rebuilt: bool = False
    notes: tuple[str, ...] = ()

    def close(self) -> None:
        """Nothing to end: the weights are here."""

    def network(self) -> Network:
        """The network itself.

        Raises:
            NetworkError: the arrays do not fit each other.
        """
        try:
            return Network(list(self.weights), list(self.biases), list(self.activations), self.head, self.inputs)
        except NetworkError as error:
            raise NetworkError(f"{self.name}: {error}") from error


@dataclass(frozen=True)
class AppliedFacts:
    """What a function over modules did to one of each layer of a library.

    Attributes:
        how: it was called.
        touched, left: parameters that it changed, and did not. partly: those of the former of which it left a good part.
        raised: layers that it raised on, with what.
    """

    how: str
    touched: tuple[str, ...]
    partly: tuple[str, ...]
    left: tuple[str, ...]
    raised: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ModelFacts:
    """A model that is judged parameter by parameter.

    Attributes:
        saved: whether it is a file, or arrays without the layers that they belong to.
        built_afresh: whether it can be built again, with another seed.
        of_library: whether a class of the library itself is what builds it, so that no code of the user's took part.
        seeded: whether what builds it is passed the randomness.
        called_as: how it is built.
        applied: of a function over modules, what it does.
    """

    kind: ClassVar[str] = "model"

    name: str
    saved: bool = False
    built_afresh: bool = False
    of_library: bool = False
    seeded: bool = False
    library: str | None = None
    called_as: str = ""
    applied: AppliedFacts | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class PartFound:
    """A part of an author's own code that was found by looking and trying.

    Attributes:
        part: of the protocol, or ``not used``. how: where it is, or how it is called.
        override: the attribute by which its author can say otherwise, "" where there is none.
    """

    part: str
    how: str
    override: str = ""

    @property
    def told(self) -> str:
        """The part in one line."""
        return f"{self.part}: {self.how}{f'   (or say {self.override})' if self.override else ''}"


@dataclass(frozen=True)
class SecondOutputs:
    """What another function of an author's code gives for a batch, beside what its forward gives.

    Attributes:
        told: how it is called.
        relation: ``same``; ``decided``: a class, a side of a threshold or a rounded number by the outputs; ``after``: what
            ``activation`` makes of them, ``before``: what they are made of by it; ``other``: neither.
        activation: that one; of an ``other`` that of its last layer, "" where none is seen.
        hidden: of an ``other`` the activations of its hidden layers; () where none are seen. biased: whether it adds biases.
        decides: whether what it gives are decisions.
        got, forward: where they are most apart, its output and that of the forward.
    """

    told: str
    relation: str
    activation: str = ""
    hidden: tuple[str, ...] = ()
    biased: bool = True
    decides: bool = False
    got: float = 0.0
    forward: float = 0.0


@dataclass(frozen=True)
class ReturnedLoss:
    """A loss that comes beside gradients: its own are so many times those, times powers of the numbers of samples and outputs.

    Attributes:
        name: as the code has it, "" where it has none.
        factor: NaN where they were not found to be such a multiple; below 0 where they point the other way.
        changes: whether a second call with the same arguments returns another one, so that it was not held to anything.
        along_weights: whether the same multiple was found along the weights as along the biases: a penalty of the weights that
            is in one of the two alone makes another one.
    """

    name: str
    samples: int
    outputs: int
    factor: float
    changes: bool = False
    along_weights: bool = True

    @property
    def same(self) -> bool:
        """Whether the gradients are its own and no other multiple."""
        return (self.samples, self.outputs, self.factor) == (0, 0, 1.0)


@dataclass(frozen=True)
class Offer:
    """What an implementation says of itself.

    Attributes:
        methods: those of the protocol that it has.
        activation, loss: their names, or None where it names none.
        layout: of its weights.
        optimizer: what its update does; anything but ``sgd`` is not held to the rule of gradient descent.
        deterministic: whether it declares that ``initialize`` draws nothing.
        dtype: ``float32`` where it declares that it computes in single precision whatever it is given.
        law: of the hidden layers' initial weights, or None where it promises none.
        output_activation, reduction, loss_factor: of the loss; see `symcheck.objective.Objective`. None where not named.
        guard: what its logarithms add to a probability, as it turned out.
        widths: of all layers, inputs first, None for one that is free; None where the depth is free, too.
        samples: the only number of samples that it takes, or None.
        features_first: whether it takes and returns batches of shape (features, samples).
        other_loss: whether it says that its loss is none of those that are known.
        columns: whether biases are of shape (out, 1).
        biases: whether its layers have biases; where they have none, those that it is given are 0, and stay so.
        settings: of the optimizer, by name. optimizer_named: whether it names its optimizer.
        rate: the only learning rate that a training step takes, or None.
        classes: whether it takes its targets as the number of the class, whatever its loss.
        notes: sentences on declarations that say nothing.
        unused: its functions that are none of the protocol.
        activation_mentioned: whether its activation is only named in its code, and its outputs are not those of it.
        mixed: the activations of its hidden layers, where they were seen and differ.
        l2: what it declares that is added of each weight to its gradient, or None. penalty: what was measured of that, and is taken
            off before anything is judged.
        second: what other functions of an author's own code give beside its forward.
        piling: gradients to which every call adds, by their names in an author's own code.
        coarse: what it does beside its activations that double precision could tell, and single precision could not, in words.
        clipping: what was measured of gradients that are too large, in code as its author left it. clips_in: in which method.
        named: whether ``name`` is the text that it was found by.
        calls: how many calls lie between what that text names and the implementation.
        found: of code that does not follow the protocol, what was taken for each part of it.
        known: of an object in memory, a line that imports it and what its caller calls it; empty where nothing does.
        returned_loss: what comes beside gradients in code as its author left it, or None.
    """

    kind: ClassVar[str] = "implementation"

    name: str
    methods: tuple[str, ...]
    called_as: str = ""
    activation: str | None = None
    loss: str | None = None
    layout: str = "out_in"
    optimizer: str = "sgd"
    deterministic: bool = False
    law: str | None = None
    dtype: str = "float64"
    named: bool = False
    calls: int = 0
    found: tuple[PartFound, ...] = ()
    output_activation: str | None = None
    reduction: str | None = None
    loss_factor: float | None = None
    guard: float = 0.0
    widths: tuple[int | None, ...] | None = None
    samples: int | None = None
    features_first: bool = False
    columns: bool = False
    biases: bool = True
    other_loss: bool = False
    settings: tuple[tuple[str, float], ...] = ()
    optimizer_named: bool = False
    rate: float | None = None
    classes: bool = False
    notes: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    l2: float | None = None
    penalty: Penalty | None = None
    activation_mentioned: bool = False
    mixed: tuple[str, ...] = ()
    piling: tuple[str, ...] = ()
    known: tuple[str, str] = ("", "")
    second: tuple[SecondOutputs, ...] = ()
    coarse: str = ""
    clipping: Clipping | None = None
    clips_in: str = ""
    returned_loss: ReturnedLoss | None = None

    @cached_property
    def objective(self) -> Objective | None:
        """What it minimizes, or None where something of it is left open."""
        found = stated(self.loss, self.reduction, self.loss_factor, self.output_activation)
        return found and replace(found, guard=self.guard, unit_rows=self.classes)

    def held_to(self, objective: Objective) -> Offer:
        """The same with another objective."""
        return replace(
            self,
            loss=objective.loss,
            reduction=objective.reduction,
            loss_factor=objective.factor,
            output_activation=objective.output_activation,
            guard=objective.guard,
        )


Facts = InitializerFacts | NetworkFacts | ModelFacts | Offer
