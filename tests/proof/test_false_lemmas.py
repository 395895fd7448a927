"""False lemmas, kind by kind: each is put to the rules alone and to the whole kernel, and both must reject it.

A lemma is false if brute force over small integers finds a place where its sides differ; what happens to be true is left out.
Each kind is one that a kernel with named bound indices, with sums that count downwards, with division, or with too small
worlds accepts.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

import numpy as np
import pytest

from symcheck.proof.kernel.check import check_proof
from symcheck.proof.kernel.declared import reach
from symcheck.proof.kernel.judges import symbolic
from symcheck.proof.kernel.proofs import Array, Declarations, Hypothesis, Lemma, Proof
from symcheck.proof.kernel.signs import Known
from symcheck.proof.kernel.steps import Scope, Step
from symcheck.proof.kernel.terms import Fact, Range, Term, delta, entry, mul, number, power, summed, variable
from symcheck.proof.library import proof_of, theorem_text
from symcheck.proof.settings.equations import made_by
from tests.proof.brute import Model, differs

LEMMAS = 200
SIZES = {"n": 0}
ARRAYS = {
    "a": Array("a", (Range("i"),)),
    "c": Array("c", (Range("i"),)),
    "V": Array("V", (Range("i"),)),
    "n": Array("n", (Range("l"),), least=0),
}
DECLARED = Declarations(ARRAYS)
Claim = tuple[Step, tuple[Range, ...], tuple[Fact, ...]]


def v(name: str) -> Term:
    return variable(name)


def num(value: int) -> Term:
    return number(value)


def capture_in_exchange(rng: np.random.Generator) -> Claim:
    """The outer end is a free index called like the inner bound one."""
    low, high = sorted(int(k) for k in rng.integers(0, 4, 2))
    inner = summed(delta(v("j"), num(int(rng.integers(0, 3)))) * entry("a", v("t")), ("t", num(low), num(high)))
    left = summed(inner, ("j", num(0), v("t")))
    # The wrong side has the free t captured by the sum over t.
    body = delta(v("j"), num(int(rng.integers(0, 3)))) * entry("a", v("t"))
    right = summed(summed(body, ("j", num(0), v("t"))), ("t", num(low), num(high)))
    return Step("exchange sums", left, right), (Range("t", num(0)),), ()


def capture_in_collapse(rng: np.random.Generator) -> Claim:
    """A free index lies in a range whose end is called like a bound one."""
    end = int(rng.integers(1, 4))
    body = delta(v("i"), v("j")) * entry("a", v("j"))
    left = summed(body, ("t", num(int(rng.integers(0, 2))), num(end)), ("j", num(0), v("t")))
    right = summed(entry("a", v("i")), ("t", left.args[0], num(end)))
    return Step("collapse a sum", left, right), (Range("t", num(0)), Range("i", num(0), v("t"))), ()


def capture_in_congruence(rng: np.random.Generator) -> Claim:
    """A fact for i in 0..k is used up to a free t, under a sum over an index called t that ends at k."""
    end = int(rng.integers(0, 4))
    fact = Fact("equal", entry("a", v("i")), entry("c", num(0)), (Range("i", num(0), num(end)),))
    at = v("i") + int(rng.integers(0, 2))
    left, right = (summed(e, ("t", num(0), num(end))) for e in (entry("a", at), entry("c", num(0))))
    step = Step("congruence of sums", left, right, uses=("equal",))
    return step, (Range("t", num(0)), Range("i", num(0), v("t"))), (fact,)


def capture_in_derivative(rng: np.random.Generator) -> Claim:
    """The variable of the derivative has a free index called like the bound one."""
    places = [int(k) for k in rng.integers(-1, 5, 3)]
    f = delta(v("t"), num(places[0])) + delta(v("t"), num(places[1])) * int(rng.integers(1, 4))
    end = int(rng.integers(1, 4))
    left = Term("partial", None, (summed(entry("V", v("t")) * f, ("t", num(0), num(end))), entry("V", v("t"))))
    right = summed(f, ("t", num(0), num(end)))
    return Step("differentiate", left, right), (Range("t", num(0)),), ()


def name_of_the_kernel(rng: np.random.Generator) -> Claim:
    """A user's index is called as a kernel might call its own."""
    name = str(rng.choice(["#0", "#1", "_0", "bound", "0", "omega", "i"]))
    end = int(rng.integers(1, 4))
    left = summed(delta(v(name), num(int(rng.integers(0, 2)))) * entry("a", v("i")), ("i", num(0), num(end)))
    right = summed(delta(v("i"), num(int(rng.integers(0, 2)))) * entry("a", v("i")), ("i", num(0), num(end)))
    ranges = (Range(name, num(0)),) if name != "i" else (Range("i", num(0)),)
    return Step("algebra", left, right), ranges, ()


def negative_count(rng: np.random.Generator) -> Claim:
    """A range may end so far below its start that the number of its terms, as an expression, is negative."""
    low, off = int(rng.integers(0, 3)), int(rng.integers(1, 5))
    high = entry("n", v("l")) - off if rng.integers(2) else v("l") - off
    left = summed(entry("c", num(0)), ("j", num(low), high))
    right = mul(entry("c", num(0)), high - low + 1)
    return Step("count equal terms", left, right), (Range("l", num(0), num(3)),), ()


def mean_of_nothing(rng: np.random.Generator) -> Claim:
    """A mean over a number of samples that may be 0."""
    factor = int(rng.integers(1, 5))
    size = v("N") if rng.integers(2) else entry("n", v("N"))
    left = summed(mul(num(factor), power(size, -1)), ("j", num(1), size))
    return Step("count equal terms", left, num(factor)), (Range("N", num(0)),), ()


def division_by_zero(rng: np.random.Generator) -> Claim:
    """x / x = 1 and what is like it, for an x that may be 0."""
    x = [entry("a", v("i")), v("i"), entry("n", v("i")), entry("a", v("i")) + entry("c", v("i"))][int(rng.integers(4))]
    y = [num(int(rng.integers(1, 4))), entry("c", v("i")) * entry("c", v("i")) + 1][int(rng.integers(2))]
    left = mul(x, y, power(x, -1))
    return Step("algebra", left, y), (Range("i", num(0), num(3)),), ()


def out_of_range(rng: np.random.Generator) -> Claim:
    """A fact is used one place beyond its range."""
    low, high = sorted(int(k) for k in rng.integers(0, 4, 2))
    fact = Fact("equal", entry("a", v("i")), entry("c", num(0)), (Range("i", num(low), num(high)),))
    side = int(rng.integers(2))
    ranges = (Range("k", num(low - 1 + side), num(high + side)),)
    return Step("substitute", entry("a", v("k")), entry("c", num(0)), uses=("equal",)), ranges, (fact,)


def wrong_cut(rng: np.random.Generator) -> Claim:
    """Two cases that leave a value out, or are cut at the index itself."""
    end = int(rng.integers(0, 3))
    low = Fact("low", entry("a", v("i")), entry("c", num(0)), (Range("i", num(0), num(end)),))
    high = Fact("high", entry("a", v("i")), entry("c", num(0)), (Range("i", num(end + 2)),))
    cut = [v("k"), num(end), num(end + 1), v("k") + 1][int(rng.integers(4))]
    step = Step("cases", entry("a", v("k")), entry("c", num(0)), uses=("low", "high"), through=v("k"), over=(cut,))
    return step, (Range("k", num(0), num(4)),), (low, high)


KINDS: tuple[Callable[[np.random.Generator], Claim], ...] = (
    capture_in_exchange, capture_in_collapse, capture_in_congruence, capture_in_derivative, name_of_the_kernel,
    negative_count, mean_of_nothing, division_by_zero, out_of_range, wrong_cut,
)  # fmt: skip


def false_in_some_model(
    step: Step, ranges: tuple[Range, ...], facts: tuple[Fact, ...], rng: np.random.Generator
) -> bool:
    """Whether brute force finds a place where the sides differ, in a model in which the facts hold."""
    left, right = step.left, step.right
    if left.op == "partial":
        left = derivative_by_hand(left)

    def a(at: int) -> int:
        return 7 if any(holds(f, at) for f in facts) else -3 * at * at + at - 1

    def holds(fact: Fact, at: int) -> bool:
        (r,) = fact.ranges
        return (r.low is None or at >= r.low.head) and (r.high is None or at <= r.high.head)

    seed = int(rng.integers(1000))
    tried = (
        [Model({"a": a, "c": lambda at: 7}, None, SIZES, seed)]
        if facts
        else [Model(None, None, SIZES, seed), Model({"a": lambda at: 0}, None, SIZES, seed)]
    )
    return differs(left, right, ranges, tried) is not None


def derivative_by_hand(left: Term) -> Term:
    """d/dV[t] of Sum(V[q] f(q)): f(t) where t is in the range of the sum."""
    total, place = left.args
    low, high, body = total.args
    (t,) = place.args
    at = Term("sum", "q", (low, high, Term("mul", None, (body, delta(Term("bound", 0), t)))))
    ones = {e: number(1) for e in body.walk() if e.op == "entry"}
    return _with(at, ones)


def _with(e: Term, change: dict[Term, Term]) -> Term:
    return change.get(e) or Term(e.op, e.head, [_with(a, change) for a in e.args])


def claims(kind: Callable[[np.random.Generator], Claim]) -> list[Claim]:
    """False ones of this kind, drawn afresh."""
    rng = np.random.default_rng()

    def drawn() -> object:
        while True:
            claim = kind(rng)
            if false_in_some_model(*claim, rng):
                yield claim

    return list(islice(drawn(), LEMMAS))  # type: ignore[arg-type]


def accepted_by_the_kernel(step: Step, ranges: tuple[Range, ...], facts: tuple[Fact, ...]) -> bool:
    hypotheses = tuple(Hypothesis(f.name, (f,), "") for f in facts)
    world = made_by(DECLARED, {}, {f.name: f for f in facts}, {})
    lemma = Lemma(Fact("goal", step.left, step.right, ranges), (step,), tuple(f.name for f in facts))
    proof = Proof("false", "", "", DECLARED, hypotheses, (), (lemma,), ("goal",), world)
    try:
        return check_proof(proof)[0]
    except ValueError:
        return False  # it is refused as no proof at all


@pytest.mark.first(4)
@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.__name__)
def test_both_the_rules_alone_and_the_kernel_reject(kind: Callable[[np.random.Generator], Claim]) -> None:
    found = claims(kind)
    assert len(found) == LEMMAS
    for number_, (step, ranges, facts) in enumerate(found):
        known = Known({r.name: r for r in ranges}, SIZES)
        verdict = symbolic(step, Scope({f.name: f for f in facts}, frozenset(), known))
        assert not verdict.accepted, (step, ranges)
        assert verdict.why
        if number_ < 40:
            assert not accepted_by_the_kernel(step, ranges, facts), (step, ranges)


TRUE = """
theorem right
  Right
array a[i], c[i]
integers n[l]   least 0
size N in 1..
lemma exchanged   sum(j in 0..t) sum(u in 0..1) [j = 2] a[u] = sum(u in 0..1) sum(j in 0..t) [j = 2] a[u]   for t in 0..
  exchange
lemma collapsed   sum(j in 0..t) [i = j] a[j] = a[i]   for t in 0.., i in 0..t
  collapse
lemma counted   sum(j in 1..n[l]) c[0] = n[l] c[0]   for l in 0..
  count
lemma averaged   sum(j in 1..N) c[0] / N = c[0]
  count
lemma cancelled   (a[i]^2 + 1) c[i] / (a[i]^2 + 1) = c[i]   for i in 0..
  algebra
conclude exchanged-too from exchanged
"""


def test_what_is_like_them_and_true_is_accepted() -> None:
    accepted, checked = check_proof(proof_of(TRUE, "right.txt"))
    assert accepted, [c.verdict.why for c in checked if not c.accepted]


DEEP = """
define auxiliary   a loss of its own for each hidden layer from 4 on
  A[t] = sum(l in 4..L-1, s in 1..N, i in 1..n[l]) z[t, l, s, i]
"""


def with_auxiliary_losses() -> str:
    """constant-init with a loss that also sees hidden layers, of which backpropagation knows nothing."""
    text = theorem_text("constant-init")
    assert text is not None
    declared = "array A[t]   for t in 0..\norder A[t]   step t, last\n"
    other = "use network\n" + declared + DEEP + "any A[t] of z[t, L, s, o]   the same loss\n"
    return text.replace("use network\n", other.replace("array A", "array A"))


def test_a_loss_on_deep_hidden_layers_is_no_function_of_the_outputs() -> None:
    # The chain rule looks at every way from a layer to the loss, not at worlds that may be too shallow to show one.
    text = (
        with_auxiliary_losses()
        + """
lemma wrong   ∂A[t] / ∂z[t, l, s, i] = sum(o in 1..n[l+1]) (∂A[t] / ∂z[t, l+1, s, o]) (∂z[t, l+1, s, o] / ∂z[t, l, s, i])   for l in 1..L-1
  through z[t, l+1, s, o] over o
"""
    )
    proof = proof_of(text, "auxiliary.txt")
    accepted, checked = check_proof(proof)
    (wrong,) = [c for c in checked if c.lemma == "wrong"]
    assert not accepted
    assert not wrong.accepted
    assert "passes through" in wrong.verdict.why
    assert "differ" in wrong.verdict.why  # and some worlds are deep enough to see it
    assert reach(proof) >= 4
