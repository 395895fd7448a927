"""Gains against other ways to the same numbers; what is slightly off, and what has none, is told."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
from click.testing import CliRunner
from rich.console import Console

import symcheck
from symcheck.activations import ACTIVATIONS, get_activation
from symcheck.cli.main import symcheck as command
from symcheck.errors import SubjectFailure, SymcheckError
from symcheck.propagation.closed_forms import closed_forms
from symcheck.propagation.expectation import moments
from symcheck.propagation.gains import GAINS, named_gain
from symcheck.render.gain import show_gain

#: The gain of tanh to 20 digits, by mpmath at 40.
TANH = 1.5925374197228312


def by_mpmath(function: Callable[[Any], Any]) -> float:
    with mpmath.workdps(30):
        points = [-mpmath.inf, -8, -3, -1, 0, 1, 3, 8, mpmath.inf]
        return float(mpmath.quad(lambda z: function(z) ** 2 * mpmath.npdf(z), points))


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("tanh", mpmath.tanh),
        ("sigmoid", lambda z: 1 / (1 + mpmath.exp(-z))),
        ("silu", lambda z: z / (1 + mpmath.exp(-z))),
        ("softplus", lambda z: mpmath.log1p(mpmath.exp(-abs(z))) + max(z, 0)),
        ("softsign", lambda z: z / (1 + abs(z))),
        ("mish", lambda z: z * mpmath.tanh(mpmath.log1p(mpmath.exp(-abs(z))) + max(z, 0))),
    ],
)
def test_quadrature_is_right_to_twelve_digits(name: str, function: Callable[[Any], Any]) -> None:
    found = named_gain(name)
    assert found.second_moment.value == pytest.approx(by_mpmath(function), rel=1e-12)
    assert found.second_moment.quadrature.error < 1e-12


def test_tanh_has_its_gain_and_not_five_thirds() -> None:
    found = symcheck.gain("tanh")
    assert found.gain == pytest.approx(TANH, rel=1e-12)
    torch = found.tables[0]
    assert torch.call == "torch.nn.init.calculate_gain('tanh')"
    assert torch.gain / found.gain - 1 == pytest.approx(0.046548, abs=1e-5)


@pytest.mark.parametrize(
    "name", [n for n in GAINS if closed_forms(n)[0]] + ["leaky_relu(0.2)", "elu(0.5)", "elu(-1.5)"]
)
def test_closed_forms_agree_with_quadrature(name: str) -> None:
    found = named_gain(name)
    for moment in (found.second_moment, found.slope):
        assert moment is not None
        assert moment.closed is not None
        assert abs(moment.closed.value - moment.quadrature.value) <= moment.quadrature.error < 1e-12


def test_the_table_of_activations_says_the_same() -> None:
    for name in ACTIVATIONS:
        assert named_gain(name).gain == pytest.approx(get_activation(name).gain, rel=1e-12)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_slopes_are_found_from_values_alone(name: str) -> None:
    activation = get_activation(name)
    assert activation.function is not None
    known, found = moments(activation.function, activation.derivative), moments(activation.function)
    assert known.slope is not None
    assert found.slope is not None
    assert abs(found.slope.value - known.slope.value) <= found.slope.error + known.slope.error < 2e-12


@pytest.mark.parametrize("at", [0.0, 0.3217, -2.0, math.pi / 2])
def test_kinks_and_jumps_split_the_interval(at: float) -> None:
    kinked = moments(lambda z: np.abs(z - at))
    assert kinked.kinks == pytest.approx((at,), abs=1e-6)
    assert kinked.value.value == pytest.approx(1 + at**2, rel=1e-12)
    assert kinked.slope is not None
    assert kinked.slope.value == pytest.approx(1, rel=1e-11)
    stepped = moments(lambda z: (z > at) * 1.0)
    assert stepped.jumps == pytest.approx((at,), abs=1e-6)
    assert stepped.slope is None
    assert stepped.value.value == pytest.approx(math.erfc(at / math.sqrt(2)) / 2, abs=1e-12)


@pytest.mark.parametrize("steepness", [30.0, 1e3, 1e6])
def test_steep_functions_are_no_steps(steepness: float) -> None:
    """E[sigma'^2] of tanh(a z) tends to 4 a / (3 sqrt(2 pi)) as a grows, off by 1/a^2 or so."""
    found = symcheck.gain(lambda z: np.tanh(steepness * z))
    assert found.slope is not None
    assert not found.jumps
    assert found.slope.value == pytest.approx(4 * steepness / (3 * math.sqrt(2 * math.pi)), rel=1 / steepness**2)


def test_a_slightly_wrong_function_has_another_gain() -> None:
    wrong = symcheck.gain(lambda z: np.tanh(1.0001 * z))
    assert wrong.gain != pytest.approx(TANH, rel=1e-6)
    assert symcheck.gain(lambda z: 2 / (1 + np.exp(-2 * z)) - 1).gain == pytest.approx(TANH, rel=1e-12)


@pytest.mark.parametrize("function", [math.tanh, lambda z: max(z, 0.0), lambda z: z if z > 0 else 0.2 * z])
def test_functions_of_one_number_are_called_so(function: Callable[[float], float]) -> None:
    found = symcheck.gain(function)
    assert found.called_as == "f(number)"
    assert 1.3 < found.gain < 1.6


def test_single_precision_is_not_claimed_to_be_double() -> None:
    found = symcheck.gain(lambda z: np.tanh(z.astype(np.float32)))
    assert 1e-12 < abs(found.gain - TANH) <= found.second_moment.gain_error + 1e-8
    assert found.second_moment.quadrature.error > 1e-11
    assert found.slope is not None
    assert abs(found.slope.value - 0.46440290244826) <= found.slope.quadrature.error


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (np.sqrt, "gives nan at z = -"),
        (lambda z: np.exp(np.exp(z)), "gives inf at z = 7.5"),
        (lambda z: np.exp(z**2 / 4), "not finite"),
        (lambda z: 0 * z, "is 0 wherever z is likely"),
        (lambda z: np.exp(z) / np.exp(z).sum(), "it is not elementwise"),
        (lambda z: z[:-1], r"gives shape \(10,\) for an array of shape \(11,\)"),
        (lambda z: z.sum(), "gives shape"),
        (lambda z: z + np.random.standard_normal(z.shape), "other values when it is called again"),
        (lambda z: z + 1j, "complex128, which are no real numbers"),
        (lambda z: None, "gives NoneType"),
        (lambda z: np.sin(1e5 * z), "changes too fast"),
        (lambda z: z + 1000 * np.exp(-(((z - 0.3) / 1e-4) ** 2)), "changes too fast near z = 0.3"),
        (lambda z: np.where(np.abs(z + 1.7312) < 5e-4, 100.0, z), "changes too fast near z = -1.731"),
        (lambda z: 1e200 * np.tanh(z), "beyond the numbers of double precision"),
        (lambda z: 1e-200 * np.tanh(z), "beyond the numbers of double precision"),
        (lambda z: np.tanh(1e9 * (z - 1)), "changes too fast near z = 1 "),
    ],
)
def test_what_has_no_gain_is_refused_in_one_sentence(function: Callable[[Any], Any], words: str) -> None:
    with pytest.raises(SymcheckError, match=words) as raised:
        symcheck.gain(function)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("slope", [0.0, 1e-2])
def test_rounding_to_single_precision_is_no_difference_between_both_gains(slope: float) -> None:
    """Where the slope is that of the function; a part of it more is one."""
    found = symcheck.gain(lambda z: (np.maximum(z, 0) + slope * np.sin(3 * z)).astype(np.float32))
    assert found.backward_factor is not None
    assert found.backward_factor != 1
    assert found.keeps_both == (not slope)


@pytest.mark.parametrize("unit", [1e-140, 1e-8, 1e8, 1e140])
def test_the_unit_of_the_values_does_not_matter(unit: float) -> None:
    found = symcheck.gain(lambda z: unit * np.tanh(z))
    assert found.gain * unit == pytest.approx(TANH, rel=1e-12)
    assert found.second_moment.gain_error < 1e-12 * found.gain


def test_values_far_out_in_the_tail_have_their_gain() -> None:
    found = symcheck.gain(lambda z: np.maximum(z - 8, 0))
    exact = by_mpmath(lambda z: max(z - 8, 0))
    assert found.second_moment.value == pytest.approx(exact, rel=1e-9)


def test_a_root_is_steep_and_does_not_jump() -> None:
    for place in (0.0, 1.0):
        found = symcheck.gain(lambda z, place=place: np.cbrt(z - place))
        assert found.jumps == ()
        assert found.slope is None
    assert symcheck.gain(lambda z: np.heaviside(z - 1 / 3, 0.5)).jumps == (pytest.approx(1 / 3),)
    assert symcheck.gain(lambda z: z > 0).jumps == (0.0,)


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (np.ones_like, "the function is constant"),
        (np.cbrt, "no rule settles"),
        (lambda z: z + 1e8, "no rule settles"),
        (np.sign, "the function jumps at 0"),
    ],
)
def test_why_there_is_no_gain_for_gradients(function: Callable[[Any], Any], words: str) -> None:
    found = symcheck.gain(function)
    out = io.StringIO()
    show_gain(found, Console(file=out, width=200))
    assert f"backward   none: {words}" in out.getvalue()
    assert found.as_dict()["constant"] == (words == "the function is constant")


def test_a_function_that_raises_has_failed() -> None:
    def broken(z: Any) -> Any:
        raise KeyError("scale")

    with pytest.raises(SubjectFailure, match="KeyError: 'scale'"):
        symcheck.gain(broken)


@pytest.mark.parametrize("name", ["any", "tanhh", "seluu", "", "relu6(3)"])
def test_names_without_a_gain_are_refused(name: str) -> None:
    with pytest.raises(SymcheckError):
        symcheck.gain(name)


def test_the_command_prints_and_writes_json(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("import numpy as np\ndef cubed(z):\n    return z + 0.1 * z ** 3\n")
    done = CliRunner().invoke(command, ["gain", f"{file}:cubed", "--json", "-"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.output)
    # E[(z + z^3/10)^2] = 1 + 2*3/10 + 15/100 and E[(1 + 3z^2/10)^2] = 1 + 6/10 + 27/100.
    assert told["gain"] == pytest.approx(1.75**-0.5, rel=1e-12)
    assert told["backward_gain"] == pytest.approx(1.87**-0.5, rel=1e-12)
    assert told["tables"] == []
    shown = CliRunner().invoke(command, ["gain", "selu"]).output
    assert "gain 1.00000000" in shown
    assert "-25.00%" in shown


def test_ripples_where_z_hardly_comes_are_no_kinks() -> None:
    found = symcheck.gain(lambda z: z + np.sin(100 * z) ** 2 / 100)
    assert found.kinks == ()
    # E[sin^2(100 z)] is 1/2 and E[sin^4(100 z)] is 3/8, but for e^-20000; z goes with neither.
    assert found.second_moment.value == pytest.approx(1 + 3 / 8 / 100**2, rel=1e-12)


def test_a_function_over_lists_is_elementwise() -> None:
    assert symcheck.gain(lambda z: [max(0.0, one) for one in z]).gain == pytest.approx(np.sqrt(2), rel=1e-12)


def test_values_of_few_digits_have_a_gain_of_few_digits() -> None:
    found = symcheck.gain(lambda z: np.tanh(z).astype(np.float16))
    assert found.gain == pytest.approx(symcheck.gain("tanh").gain, rel=2e-3)
    assert 1e-4 < found.second_moment.gain_error < 1e-2
    assert found.slope is None
