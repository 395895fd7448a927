"""What a subject can be: widths and numbers of samples that are fixed, to which generated problems keep."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from unittest import SkipTest

from symcheck.errors import an, counted
from symcheck.strategies.architecture import Sizes

Widths = tuple[int | None, ...]


@dataclass(frozen=True)
class Frame:
    """What is fixed of a network and its batches.

    Attributes:
        widths: of all layers, inputs first, None for one that is free; None where the depth is free, too.
        samples: the only number of samples, or None.
        hidden: the activation of the hidden layers, where outputs are to stay small.
        calm: how large a pre-activation of the last layer may be, or None: where probabilities round to 0 or 1, code that
            is right elsewhere divides by zero.
        outputs: at least so many: a softmax of one output is 1, and 1 - p is then 0.
        biases: whether layers have biases; else they are 0.
    """

    widths: Widths | None = None
    samples: int | None = None
    hidden: str = "identity"
    calm: float | None = None
    outputs: int = 1
    biases: bool = True

    @property
    def shown(self) -> str:
        """``a 2-3-1 network``, with ``n`` for a width that is free, or how many hidden layers it has."""
        widths = self.widths or ()
        if all(n is None for n in widths):
            return f"a network of {counted(len(widths) - 2, 'hidden layer')}"
        return f"{an('-'.join('n' if n is None else str(n) for n in widths))} network"

    def allows(self, sizes: Sequence[int]) -> bool:
        """Whether a network may have these widths."""
        if self.widths is None:
            return True
        return len(sizes) == len(self.widths) and all(
            own is None or own == n for own, n in zip(self.widths, sizes, strict=True)
        )

    def nearest(self, sizes: Sequence[int]) -> list[int]:
        """These widths, with those that are fixed in their places; hidden ones are those of the first hidden layer."""
        if self.widths is None:
            return list(sizes)
        wanted = [sizes[0], *[sizes[1]] * (len(self.widths) - 2), sizes[-1]]
        return [n if own is None else own for own, n in zip(self.widths, wanted, strict=True)]

    def require(self, sizes: Sequence[int]) -> None:
        """Skip what needs a network of these widths.

        Raises:
            unittest.SkipTest: it cannot have them.
        """
        if not self.allows(sizes):
            raise SkipTest(f"it is {self.shown}, and this speaks of a {'-'.join(map(str, sizes))} network")


#: Nothing is fixed.
FREE = Frame()

_CURRENT: ContextVar[Frame] = ContextVar("frame", default=FREE)


def current_frame() -> Frame:
    """The frame to which problems are drawn now."""
    return _CURRENT.get()


@contextmanager
def drawing_within(frame: Frame) -> Iterator[None]:
    """Draw problems within a frame."""
    token = _CURRENT.set(frame)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def fixed_sizes(frame: Frame, free: Sizes, hidden: tuple[int, int | None], least: tuple[int, int, int]) -> Sizes:
    """The frame's widths, with ``free`` ones (inputs, a width for each hidden layer, outputs) where it fixes none.

    Args:
        hidden: at least and at most so many hidden layers; None: any number.
        least: inputs, units of a hidden layer, outputs.

    Raises:
        unittest.SkipTest: the frame has too few or too many.
    """
    assert frame.widths is not None
    count = len(frame.widths) - 2
    low, high = hidden
    if count < low or (high is not None and count > high):
        wanted = counted(low, "hidden layer") if low == high else f"at least {counted(low, 'hidden layer')}"
        raise SkipTest(f"it is {frame.shown}, and this speaks of {wanted}")
    sizes = tuple(n if own is None else own for own, n in zip(frame.widths, free, strict=True))
    wants = (least[0], *[least[1]] * count, least[2])
    if any(n < want for n, want in zip(sizes, wants, strict=True)):
        raise SkipTest(f"it is {frame.shown}, and this speaks of wider layers")
    return sizes
