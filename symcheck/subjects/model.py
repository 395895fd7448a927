"""What passes between a subject and the checks: plain data, so that it can cross a process boundary."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from symcheck.errors import SymcheckError
from symcheck.fans import Layer
from symcheck.types import Array

KINDS = ("initializer", "network")

#: Seconds one call of a subject may take, and one import: heavy frameworks take long on a busy machine.
CALL_LIMIT, LOAD_LIMIT = 10.0, 90.0
#: A call that builds a model may take so many times as long as one that draws an array, for it may import a framework.
BUILDING = 3


@dataclass(frozen=True)
class Options:
    """What the user said about the subject beyond its name."""

    kind: str | None = None
    call: str | None = None
    layout: str | None = None
    activation: str | None = None
    head: str | None = None
    call_limit: float = CALL_LIMIT
    seed: int = 0

    @property
    def build_limit(self) -> float:
        """Seconds that may pass until it is known what the subject is, its module imported and a factory called."""
        return BUILDING * self.call_limit


@dataclass
class Description:
    """What was found out about a subject by looking at it.

    ``law`` is the documented law of a known library function, as text; ``promise`` is ``"random"`` where the
    name promises random draws without a law. For a network, the arrays travel beside this in ``arrays``, and
    ``shared`` holds pairs of layers, counted from 1, that train one array.
    """

    kind: str
    name: str
    called_as: str | None = None
    layout: str = "out_in"
    library: str | None = None
    law: str | None = None
    promise: str | None = None
    seeded: bool = False
    in_place: bool = False
    dense_only: bool = False
    one_instance: bool = False
    activations: list[str] = field(default_factory=list)
    head: str = "linear"
    activation_known: bool = True
    with_bias: list[bool] = field(default_factory=list)
    shared: list[tuple[int, int]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    arrays: list[Array] = field(default_factory=list)

    def header(self) -> dict[str, Any]:
        """The fields without the arrays."""
        fields = asdict(self)
        del fields["arrays"]
        return fields


@dataclass(frozen=True)
class Request:
    """Draw ``count`` arrays for one layer, from one stream of randomness started at ``seed``."""

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
    changed: list[str] = field(default_factory=list)
    aliased: bool = False
    state: str = ""
    seconds: float = 0.0

    def header(self) -> dict[str, Any]:
        """The fields without the array."""
        fields = asdict(self)
        del fields["array"]
        return fields


class IsImplementation(SymcheckError):
    """A subject that is neither an initializer nor a network: it offers the implementation protocol."""


class SubjectFailure(Exception):
    """The subject itself failed while it was loaded: it raised, hung or died (a finding, not a bad request)."""

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind
