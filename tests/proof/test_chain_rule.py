"""The chain rule: what passes through a layer does so whatever the definitions call their own variables."""

from __future__ import annotations

import pytest

from symcheck.proof.kernel.check import Checked, check_proof
from symcheck.proof.library import proof_of, shared

#: The network, with a way past the next layer that starts in layers which no world is deep enough to have.
SKIP = " + sum(k in 5 + 5 n[0]..l) sum(j in 1..n[l-2]) h[t, l-2, s, j]"


def through_the_next_layer(layer: str, skip: str, more: str = "") -> list[Checked]:
    network = (shared("network") or "").replace("+ b[t, l, i]", f"+ b[t, l, i]{skip}")
    network = network.replace("define input", f"{more}define input")
    goal = (
        f"∂E[t] / ∂z[t, {layer}, s, i] = sum(o in 1..n[{layer}+1]) (∂E[t] / ∂z[t, {layer}+1, s, o])"
        f" (∂z[t, {layer}+1, s, o] / ∂z[t, {layer}, s, i])   for {layer} in 1..L-1"
    )
    text = f"theorem some\n  Some\n{network}{shared('descent')}\nconclude goal   {goal}\n  through z[t, {layer}+1, s, o] over o\n"
    return check_proof(proof_of(text, "some.txt"))[1]


@pytest.mark.parametrize("layer", ["l", "k"])
def test_a_way_past_the_layer_is_seen(layer: str) -> None:
    (step,) = through_the_next_layer(layer, SKIP)
    assert not step.accepted
    assert "leads past it" in step.verdict.why


@pytest.mark.parametrize("layer", ["l", "k"])
def test_without_it_the_layer_is_all_there_is(layer: str) -> None:
    (step,) = through_the_next_layer(layer, "")
    assert step.accepted, step.verdict.why


#: A copy of each layer that is kept, and enters layers far above.
KEPT = """
array r[t, l, s, i]   for t in 0.., l in 1..L, s in 1..N, i in 1..n[l]
order r[t, l, s, i]   step t, made 3 l + 2, used 3 l + 10
define kept   a copy
  r[t, l, s, i] = z[t, l, s, i]
"""
LATE = " + sum(k in 5 + 5 n[0]..l) sum(j in 1..n[l-4]) r[t, l-4, s, j]"


def test_a_way_through_what_is_kept_is_seen() -> None:
    (step,) = through_the_next_layer("l", LATE, KEPT)
    assert not step.accepted
    assert "leads past it" in step.verdict.why
    (step,) = through_the_next_layer("l", "", KEPT)
    assert step.accepted, step.verdict.why  # it leads nowhere


def test_a_long_way_is_no_long_time() -> None:
    order = KEPT.replace("used 3 l + 10", "used 3 l + 999999999999").replace("made 3 l + 2", "made 3 l - 888888888888")
    (step,) = through_the_next_layer("l", "", order.replace("= z[t, l, s, i]", "= 1"))
    assert step.accepted, step.verdict.why


CIRCULAR_ORDER = """
theorem order
  An order in which y is made after z and z after y
array y, z, E
order z   made 10, used 0
order y   made 1, used 1
order E   made 9, last
define one   y
  y = z
any E of y   any function
lemma nothing   1 = 1
  algebra
"""


def test_what_is_used_before_it_is_made_has_no_order() -> None:
    assert check_proof(proof_of(CIRCULAR_ORDER, "order.txt"))[1]
    with pytest.raises(ValueError, match="used before it is made"):
        check_proof(proof_of(CIRCULAR_ORDER.replace("define one   y\n  y = z", "define one   z\n  z = 1"), "order.txt"))
