"""What passes between the checker and the side on which a subject lives: plain data, that can cross to another process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from symcheck.fans import Layer
from symcheck.parameters import Block, Documented, Parameter
from symcheck.subjects.data import (
    AppliedFacts,
    InitializerFacts,
    ModelFacts,
    NetworkFacts,
    Offer,
    Options,
    PartFound,
    ReturnedLoss,
    SecondOutputs,
)
from symcheck.types import Array


@dataclass(frozen=True)
class Find:
    """Import what a text names; nothing of it is called. The reply is `Found`."""

    spec: str
    seed: int = 0


@dataclass(frozen=True)
class Found:
    """It was found."""


@dataclass(frozen=True)
class Take:
    """Look at what was found. The reply is what is known of it: facts of its kind."""

    options: Options


@dataclass(frozen=True)
class Request:
    """Draw ``count`` arrays for one layer, from one stream of randomness started at ``seed``. The reply is `Draws`."""

    layer: Layer
    seed: int
    count: int = 1
    poison: float = float("nan")


@dataclass
class Draw:
    """One array as it came back, or what went wrong instead.

    Attributes:
        array: a private copy in its own dtype (bfloat16 as float32), or None.
        dtype: the name of the dtype it came in.
        misfit: whether the call raised because its arguments are not what the subject takes.
        error: one sentence, if no array came back; ``kind`` is then raised, hung, died or nonsense.
        unwritten: entries of an in-place target that still hold the poison.
        changed: names of arguments that were changed and should not have been.
        aliased: whether a later call wrote into this array or shares memory with it.
        state: a digest of the numpy generator that was passed, as the call left it, with the number of generators
            spawned from it; empty where none was passed, or where the call did not move it.
    """

    array: Array | None = None
    dtype: str = ""
    error: str | None = None
    kind: str = ""
    unwritten: int = 0
    changed: Sequence[str] = ()
    aliased: bool = False
    misfit: bool = False
    state: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Draws:
    """What a `Request` gave."""

    draws: Sequence[Draw]


@dataclass(frozen=True)
class Build:
    """Build the model with global generators seeded, and tell its parameters. The reply is `Built`.

    Attributes:
        names: of the parameters whose values are wanted; None for all.
    """

    seed: int
    names: Sequence[str] | None = None


@dataclass(frozen=True)
class Built:
    """What a `Build` gave.

    Attributes:
        same: whether the very object came back that was built before, so that it holds no fresh draws.
    """

    parameters: Sequence[Parameter]
    same: bool = False


@dataclass(frozen=True)
class Call:
    """One call: the method, and what its arguments need beside the arrays, which are in (out, in) layout.

    ``arrays`` holds W_1, b_1, ..., W_L, b_L of the parameters, then X and Y, or the gradients, as the method takes
    them; ``depth`` is L. Before a call that is ``fresh`` the subject forgets what earlier ones left behind, where it can.
    """

    method: str
    depth: int = 0
    sizes: Sequence[int] = ()
    seed: int = 0
    learning_rate: float = 0.0
    arrays: Sequence[Array] = ()
    fresh: bool = False


@dataclass(frozen=True)
class Transcribe:
    """Write a call down in the functions of an author's own code. The reply is `Written`.

    Attributes:
        part: what of it is to be printed: layer, and 0 for W or 1 for b; () of outputs, or for all.
    """

    call: Call
    part: Sequence[int] = ()


@dataclass(frozen=True)
class Written:
    """Lines of Python; "" where there are none."""

    text: str = ""


@dataclass(frozen=True)
class Sharing:
    """Memory that a result shares with something else.

    Attributes:
        whose: ``argument`` (its name in ``parts``), ``result`` (two parts of the same result), or ``state`` (what the
            subject keeps, so that the next call changes what the last one returned).
        parts: as ``W of layer 1``.
    """

    whose: str
    parts: Sequence[str] = ()


@dataclass
class Answer:
    """What came back: arrays in (out, in) layout, or one sentence; and what was seen beside it.

    Attributes:
        arrays: where biases alone have wrong shapes, those of W with zeros in their places.
        error: one sentence; ``kind`` is then raised, nonsense, hung or died.
        misshapen: what has a wrong shape: outputs, W or b, or "" where nothing has.
        layers: of what is wrong, counted from 1: of biases with wrong shapes all, else the first.
        shape: the shape it has; ``misfit`` is transposed, squeezed, kept (an axis of a sum) or one number where
            that is all, else "".
        changed: arguments that were written into.
        shared: memory that the result shares with something else, or None.
        state: a sentence on global state that the call changed, or "".
        printed: the first line the call printed, or "".
    """

    arrays: Sequence[Array] = ()
    error: str = ""
    kind: str = ""
    misshapen: str = ""
    layers: Sequence[int] = ()
    shape: Sequence[int] = ()
    misfit: str = ""
    changed: Sequence[str] = ()
    shared: Sharing | None = None
    state: str = ""
    printed: str = ""


@dataclass(frozen=True)
class Refused:
    """The request cannot be carried out; ``reason`` is that of a `SubjectError`."""

    message: str
    reason: str = ""


@dataclass(frozen=True)
class Failed:
    """The subject failed; see `SubjectFailure`."""

    message: str
    kind: str
    subject: str = ""


#: Everything that may cross, by name; nothing else can be named by a reply.
MESSAGES: dict[str, type[Any]] = {
    c.__name__: c
    for c in (
        *(
            Find,
            Found,
            Take,
            Options,
            Request,
            Layer,
            Draws,
            Draw,
            Build,
            Built,
            Parameter,
            Block,
            Documented,
            Call,
            Transcribe,
            Written,
            Answer,
            Sharing,
            Refused,
            Failed,
        ),
        *(InitializerFacts, NetworkFacts, ModelFacts, AppliedFacts, Offer, PartFound, ReturnedLoss, SecondOutputs),
    )
}
