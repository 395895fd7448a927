"""The yardstick of the other tests: right draws pass it, draws that are a little wrong do not."""

from typing import Any

import numpy as np
import pytest
from documented import refuted, refuted_by

from symcheck.laws.layers import DocumentedLaw, blocks_of, documented_by, rule_of
from symcheck.parameters import Documented, Parameter

RIGHT: dict[str, Any] = {
    "uniform(-1/sqrt(fan_in), 1/sqrt(fan_in))": lambda rng, n: rng.uniform(-1, 1, n) / np.sqrt(36),
    "normal(1/sqrt(outputs))": lambda rng, n: rng.standard_normal(n) / np.sqrt(8),
    "glorot_uniform": lambda rng, n: rng.uniform(-1, 1, n) * np.sqrt(6 / (36 + 72)),
    "glorot_normal": lambda rng, n: rng.standard_normal(n) * np.sqrt(2 / (36 + 72)),
    "zeros": lambda rng, n: np.zeros(n),
    "constant(0.25)": lambda rng, n: np.full(n, 0.25),
}


def parameter(law: str) -> Parameter:
    return Parameter("w", np.zeros(4), inputs=4, outputs=8, kernel=(3, 3), documented=(Documented(law, "here"),))


@pytest.mark.parametrize("law", RIGHT)
def test_right_draws_pass_and_wrong_ones_do_not(law: str) -> None:
    rng, draw = np.random.default_rng(), RIGHT[law]
    assert refuted_by(law, parameter(law), [draw(rng, 50_000)]) is None
    for wrong in (3.0, 1.08):
        assert refuted_by(law, parameter(law), [draw(rng, 50_000) * wrong + (law == "zeros") * 1e-6])


def test_a_block_of_its_own_is_judged_apart() -> None:
    laws = (Documented("zeros", "here", "[2]"), Documented("ones", "here"))
    values = np.ones((4, 3))
    told = Parameter("w", values, documented=laws)
    assert refuted([told]) is not None
    values[2] = 0
    assert refuted([told]) is None
    values[3, 1] = 0
    assert refuted([told]) is not None


def test_rules_tell_blocks_and_laws() -> None:
    rule = DocumentedLaw("bias", "zeros", ("input", "forget"), -1, (("forget", "ones"),))
    assert [b.selector for b in blocks_of(rule, (2, 6))] == ["[:, 0:3]", "[:, 3:6]"]
    assert blocks_of(rule, (2, 5)) == blocks_of(rule, ()) == ()
    assert documented_by(rule, "here", (6,), {}) == (Documented("ones", "here", "[3:6]"), Documented("zeros", "here"))
    padded = DocumentedLaw("table", "normal({std})", row=("padding", "zeros"))
    assert documented_by(padded, "here", (6, 2), {"padding": 5})[0] == Documented("zeros", "here", "[5]")
    assert documented_by(padded, "here", (6, 2), {"padding": None, "std": 2}) == (Documented("normal(2)", "here"),)
    assert rule_of({"weight_[ih]h*": rule}, "weight_hh_l0_reverse") is rule
    assert rule_of({"weight_[ih]h*": rule}, "weight_hr_l0") is None
