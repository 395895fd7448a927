"""`symcheck.gain`: the door to what a layer does to a signal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symcheck.activations import Activation
from symcheck.propagation.gains import Gain, gain_of, named_gain
from symcheck.texts import exact_text


def gain(activation: str | Activation | Callable[[Any], Any]) -> Gain:
    """The factor g with g^2 E[sigma(z)^2] = 1 for z ~ N(0, 1), by quadrature and in closed form, beside what libraries recommend.

    Args:
        activation: a name such as ``"tanh"`` or ``"leaky_relu(0.2)"``, a function of arrays, of tensors or of numbers, or where
            one is: ``"FILE.py:function"``, ``"torch.nn.functional:gelu"``.

    Raises:
        SymcheckError: no such activation, a function that is not elementwise or not finite, or one that has no gain.
        SubjectFailure: the function raises.
    """
    if isinstance(activation, Activation):
        return named_gain(activation.name)
    if isinstance(activation, str) and ":" not in activation:
        return named_gain(exact_text(activation))
    from symcheck.subjects.elementwise import as_elementwise, elementwise

    if isinstance(activation, str):
        found = elementwise(exact_text(activation))
    else:
        found = as_elementwise(activation, getattr(activation, "__name__", type(activation).__name__))
    return gain_of(found.function, found.name, eps=found.eps, called_as=found.called_as)
