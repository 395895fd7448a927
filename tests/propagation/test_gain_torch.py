"""Gains of torch's activations, with parameters and without."""

from __future__ import annotations

from typing import Any

import pytest

import symcheck
from symcheck.errors import SubjectFailure

torch = pytest.importorskip("torch", reason="torch is not installed")
nn: Any = torch.nn if torch else None


@pytest.mark.parametrize("slope", [0.25, 0.1])
def test_modules_with_parameters_of_single_precision_have_a_gain(slope: float) -> None:
    found = symcheck.gain(nn.PReLU(init=slope))
    assert found.called_as == "f(float32 tensor)"
    error = abs(found.second_moment.value - (1 + slope**2) / 2)
    assert error <= found.second_moment.quadrature.error < 1e-6
    assert symcheck.gain(nn.LeakyReLU(slope)).called_as == "f(tensor)"


def test_what_is_said_of_a_function_of_tensors_is_what_it_raises_of_tensors() -> None:
    with pytest.raises(SubjectFailure, match="Halving dimension"):
        symcheck.gain(nn.GLU())
