"""Networks are drawn as deep as a fault may lie: what goes wrong from the fourth layer on alone is found."""

from __future__ import annotations

from pathlib import Path

import pytest
from written_networks import written

import symcheck

GRADIENTS = "implementation.gradients_are_those_of_the_loss"
OUTPUTS = "implementation.outputs_are_those_of_the_network"
LINE = "self.dW[l] = delta @ self.a[l].T"
Z = "            z = W @ self.a[-1] + b\n"


@pytest.mark.first(1)
@pytest.mark.parametrize("factor", [2, 1.00001])
def test_a_gradient_that_is_wrong_in_the_fourth_layer_alone_fails(factor: float, tmp_path: Path) -> None:
    path = written(tmp_path, (LINE, f"{LINE} * ({factor} if l >= 3 else 1)"))
    assert not symcheck.check(path, only=[GRADIENTS]).passed


@pytest.mark.soak
def test_outputs_that_are_wrong_in_the_fourth_layer_alone_fail(tmp_path: Path) -> None:
    path = written(tmp_path, (Z, Z.replace("+ b", "+ b * (1 if l < 3 else 1.00001)")))
    assert not symcheck.check(path, only=[OUTPUTS]).passed


def test_deep_networks_that_are_right_pass(tmp_path: Path) -> None:
    assert symcheck.check(written(tmp_path), only=[GRADIENTS, OUTPUTS]).passed
