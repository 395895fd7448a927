"""Inductions: what is given at one value of a variable says nothing of another, and each has a first value."""

from __future__ import annotations

import pytest

from symcheck.errors import SymcheckError
from symcheck.proof.kernel.check import check_proof
from symcheck.proof.library import proof_of

#: Two inductions over one variable, in opposite directions, each of which uses what the other one has yet to show.
#: Below 7 nothing is said, so that no world shows what is wrong.
NESTED = """
theorem nested
  Each waits for the other
integers n[l]   least 1
array a[t], b[t]   for t in 0..n[0]
let many(t) = sum(i in 7..t) 1
given first   the first a is 0
  many(0) a[0] = 0
given next   and every other one is the b before
  many(t+1) a[t+1] = many(t) b[t]   for t in 0..n[0]-1
given last   the last b is 0
  many(n[0]) b[n[0]] = 0
given before   and every other one is the a behind
  many(t-1) b[t-1] = many(t) a[t]   for t in 1..n[0]
claim no-a   many(t) a[t] = 0   for t in 0..n[0]
claim no-b   many(t) b[t] = 0   for t in 0..n[0]
induction down on t downwards   from the last one
  start no-b
    last
  keep no-b
    before
    no-a
induction up on t   from the first one
  start no-a
    first
  keep no-a
    next
    no-b
conclude wrong from no-a   at every t
"""


def test_inductions_over_one_variable_do_not_rest_on_each_other() -> None:
    with pytest.raises(ValueError, match="goes through t, of which no-a holds one value"):
        check_proof(proof_of(NESTED, "nested.txt"))


INSIDE = """
theorem inside
  Layers within a step
size L in 1..
array a[t, l]   for t in 0.., l in 0..L
given first   all are 0 at the start
  a[0, l] = 0
given input   and in layer 0, if they were before
  a[t+1, 0] = a[t, L]   for t in 0..
given above   each layer is made from the one below and from itself before
  a[t+1, l+1] = a[t+1, l] + a[t, l+1]   for t in 0.., l in 0..L-1
claim step   a[t, l] = 0   for t in 0.., l in 0..L
claim layer   a[t+1, l] = 0   for t in 0.., l in 0..L
induction layers on l   up through the layers of a step
  start layer
    input
    step
  keep layer
    above
    layer
    step
induction steps on t   from step to step
  start step
    first
  keep step
    layer
conclude zero from step   at every step
"""


def test_an_induction_over_another_variable_may() -> None:
    accepted, checked = check_proof(proof_of(INSIDE, "inside.txt"))
    assert accepted, [c.verdict.why for c in checked if not c.accepted]


#: The further t is from s, the further the induction hypothesis is from its start: a[t, s] = t - s satisfies all that is given.
MOVING = """
theorem moving
  A start that moves away
array a[t, s]
given diagonal   where it starts it is 0
  a[s, s] = 0
given next   and else it is what it was a step before, and one further away
  a[t+1, s] = a[t, s-1]   for t in s..
claim zero   a[t, s] = 0   for t in s..
induction up on t   from s on
  start zero
    diagonal
  keep zero
    next
    zero
conclude wrong from zero   everywhere
"""


def test_the_first_value_does_not_move_with_another_variable() -> None:
    with pytest.raises(SymcheckError, match="zero has no first value of t"):
        proof_of(MOVING, "moving.txt")


#: It holds for three numbers, of which the claim allows two; as a sum from 5 on it is 0 = 0 in the worlds.
REDUCED = """
theorem reduced
  A claim used a step too early
array a[t]   for t in 0..
array b
let S(t) = sum(l in 5..t) a[l]
given first   nothing at the start
  S(0) = 0
given cubic   one of three numbers
  S(t+1)^2 = S(t+1)^3 - b^2 S(t+1) + b S(t+1)   for t in 0..
claim square   S(t)^2 = b S(t)   for t in 0..
induction up on t   from 0 on
  start square
    first
    algebra
    <- first
  keep square
    cubic
    reduce square at t = t + 1
    algebra
conclude wrong from square   at every t
"""


def test_powers_are_not_reduced_by_a_claim_at_another_value_than_its_own() -> None:
    accepted, checked = check_proof(proof_of(REDUCED, "reduced.txt"))
    assert not accepted
    (reduced,) = [c for c in checked if c.rule == "reduce higher powers"]
    assert not reduced.accepted
