"""The ledger: statuses are computed from evidence that was run, and change when it does not hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from typing import Any

import pytest
from gone_through import proved

from symcheck.claims import demonstrations
from symcheck.claims.evidence import Bench, CheckEvidence, Demonstration, Needs, ProofEvidence, Properties, Shown
from symcheck.claims.ledger import LEDGER, SOURCES, Claim, Part, claim_named
from symcheck.claims.status import STATUSES, claim_data, judge_claim
from symcheck.errors import SymcheckError
from symcheck.proof import THEOREMS
from symcheck.suite.claim import claim_of
from symcheck.suite.properties import properties
from symcheck.symmetry import certify

#: What the evidence that there is today comes to.
EXPECTED = {
    "C1": "proved",
    "C2": "proved",
    "C3": "proved",
    "C4": "needs a hypothesis",
    "C5": "needs a hypothesis",
    "C6": "tested",
    "C7": "proved",
    "C8": "tested",
    "C9": "tested",
    "C10": "proved",
    "C11": "tested",
    "C12": "tested; proved; refuted",
    "C13": "proved",
    "C14": "proved",
    "C15": "proved",
    "C16": "needs a hypothesis",
    "C17": "tested; refuted",
    "C18": "proved",
    "C19": "refuted",
    "C20": "proved",
    "C21": "proved",
    "C22": "proved",
    "C23": "refuted",
    # It trains on the digits that scikit-learn ships.
    "C24": "tested" if find_spec("sklearn") else "open",
    "C25": "refuted",
    "C26": "not established",
}


class _GoneThrough(Bench):
    """In which the kernel goes through a theorem that another test has asked for no second time."""

    def prove(self, name: str, without: tuple[str, ...] = ()) -> Any:
        return proved(name, without)


@pytest.fixture(scope="module")
def bench() -> Bench:
    return _GoneThrough()


@pytest.mark.parametrize("claim", LEDGER, ids=lambda claim: claim.id)
def test_the_status_is_what_the_evidence_comes_to(claim: Claim, bench: Bench) -> None:
    judged = judge_claim(claim, bench)
    told = [f"{o.kind} {o.name}: {o.says}" for part in judged.outcomes for o in part if not o.holds]
    assert judged.status == EXPECTED[claim.id], told
    assert set(judged.statuses) <= set(STATUSES)
    json.dumps(claim_data(claim, judged, SOURCES))


def test_the_ledger_has_every_claim_once_with_its_sources() -> None:
    assert [c.id for c in LEDGER] == [f"C{n}" for n in range(1, 27)]
    assert all(c.sources and set(c.sources) <= set(SOURCES) and c.says and c.parts for c in LEDGER)


def test_every_property_that_names_a_claim_is_evidence_for_it(bench: Bench) -> None:
    taken = {
        (claim.id, name)
        for claim in LEDGER
        for part in claim.parts
        for e in part.evidence
        if isinstance(e, Properties)
        for _, name in e.names(bench)
    }
    marked = {(i, f.__name__.removeprefix("test_")) for f in properties() for i in getattr(claim_of(f), "ids", ())}
    assert taken == marked


def test_what_the_ledger_names_exists() -> None:
    evidence = [e for claim in LEDGER for part in claim.parts for e in part.evidence]
    assert {e.theorem for e in evidence if isinstance(e, ProofEvidence | Needs)} <= set(THEOREMS)
    shown = {e.show.__name__ for e in evidence if isinstance(e, Demonstration)}
    written = {n for n, f in vars(demonstrations).items() if getattr(f, "__module__", "") == demonstrations.__name__}
    assert shown == {n for n in written if not n.startswith("_")}


class _Rejecting(Bench):
    """In which one kind of evidence does not hold."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def prove(self, name: str, without: tuple[str, ...] = ()) -> Any:
        theorem = super().prove(name, without)
        if self.kind == "theorem" and not without:
            return replace(theorem, accepted=False)
        return replace(theorem, counterexample=None) if self.kind == "hypothesis" and without else theorem

    def hold(self, name: str) -> tuple[bool, str]:
        return (False, "fails") if self.kind == "property" else (True, "")

    def rejects(self, name: str) -> tuple[bool, str]:
        return (False, "lets all pass") if self.kind == "check" else (True, "")


@pytest.mark.parametrize(
    ("kind", "evidence"),
    [
        ("theorem", ProofEvidence("invariant-subspace")),
        ("hypothesis", Needs("constant-init", "shared-rate")),
        ("property", Properties("C6")),
        ("property", Properties("C6", ("no such word",))),
        ("check", CheckEvidence("network.ties")),
        ("case", Demonstration(lambda: Shown("a", "b", "c", False))),
    ],
    ids=["theorem", "hypothesis", "property", "no-property", "check", "case"],
)
def test_evidence_that_does_not_hold_is_never_green(kind: str, evidence: Any) -> None:
    claim = Claim("C0", ("000",), "", (Part("", (evidence,)),))
    assert judge_claim(claim, _Rejecting(kind)).status == "failing"


@pytest.mark.parametrize(
    ("evidence", "status"),
    [
        ((), "not established"),
        (
            (
                Demonstration(lambda: Shown("a", "b", "c", True), needs="a_module_nobody_has"),
                ProofEvidence("invariant-subspace"),
            ),
            "open",
        ),
        ((Demonstration(lambda: Shown("a", "b", "c", True)),), "tested"),
        (
            (Demonstration(lambda: Shown("a", "b", "c", True), "refutes"), ProofEvidence("invariant-subspace")),
            "refuted",
        ),
        (
            (Demonstration(lambda: Shown("a", "b", "c", True), "limits"), ProofEvidence("invariant-subspace")),
            "needs a hypothesis",
        ),
        (
            (Demonstration(lambda: Shown("a", "b", "c", False), "refutes"), ProofEvidence("invariant-subspace")),
            "failing",
        ),
    ],
    ids=["nothing", "missing", "case", "refutation", "limit", "failing"],
)
def test_a_status_follows_from_the_roles_of_its_evidence(evidence: Any, status: str, bench: Bench) -> None:
    assert judge_claim(Claim("C0", ("000",), "", (Part("", evidence),)), bench).status == status


def test_a_property_that_runs_nothing_is_no_evidence(monkeypatch: pytest.MonkeyPatch) -> None:
    from symcheck.claims.properties import held

    def nothing_applies(implementation: Any) -> None:
        pytest.skip("nothing to do")

    told = claim_of(next(iter(properties())))
    nothing_applies.symcheck_claim = told  # type: ignore[attr-defined]
    assert held(nothing_applies) == (False, "was not run: nothing to do")


def test_a_check_that_lets_a_counterexample_pass_is_no_evidence(monkeypatch: pytest.MonkeyPatch) -> None:
    from symcheck import counterexamples

    sound = [e for e in counterexamples.COUNTEREXAMPLES if e.check == "network.ties"]
    broken = replace(
        sound[0], build=lambda: "he_normal", settings={}, fault="nothing_is_wrong", check="initializer.scale"
    )
    monkeypatch.setattr(counterexamples, "COUNTEREXAMPLES", [broken])
    assert Bench().rejects("initializer.scale") == (False, "lets nothing_is_wrong pass")
    assert Bench().rejects("network.ties")[0] is False


def test_cases_fail_when_what_they_show_is_not_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is computed: with an engine that finds no ties, or no signal, it does not hold."""
    import symcheck.reference
    import symcheck.symmetry

    honest = certify
    monkeypatch.setattr(symcheck.symmetry, "certify", lambda network, *a: honest(replace_weights(network), *a))
    assert not demonstrations.a_constant_of_a_half_is_tied().holds
    assert not demonstrations.a_constant_of_a_tenth_is_tied().holds
    monkeypatch.setattr(symcheck.symmetry, "certify", honest)
    right = symcheck.reference.hidden
    monkeypatch.setattr(symcheck.reference, "hidden", lambda *a: [h * 1.001 for h in right(*a)])
    assert not demonstrations.ones_give_the_sum_of_the_inputs().holds
    forward = symcheck.reference.forward
    monkeypatch.setattr(symcheck.reference, "forward", lambda *a: forward(*a) + 1e-9)
    assert not demonstrations.two_distinct_units_fit_exclusive_or().holds
    assert not demonstrations.one_input_puts_every_kink_at_zero().holds


def replace_weights(network: Any) -> Any:
    """The same network with one weight off by 1e-9."""
    from symcheck import Network

    first = network.weights[0].copy()
    first[0, 0] += 1e-9
    return Network([first, *network.weights[1:]], network.biases, network.activations, network.head)


def test_one_claim_is_shown_with_its_counterexample(cli: Callable[..., Any]) -> None:
    done = cli("claims", "C17", "--run")
    assert done.status == 0
    assert "Small weights saturate.   refuted" in done.out
    assert "slope 0.249994 at 0.01" in " ".join(done.out.split())


def test_a_list_runs_nothing_and_is_green_nowhere(cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Bench, "prove", None)
    monkeypatch.setattr(Bench, "hold", None)
    done = cli("claims", "--list")
    assert done.status == 0
    assert done.out.count("not run") >= 26
    assert not any(word in done.out for word in ("proved", "refuted"))


def test_json_has_every_piece_of_evidence(cli: Callable[..., Any]) -> None:
    (claim,) = json.loads(cli("claims", "c23", "--json", "-").out)["claims"]
    assert claim["id"] == "C23"
    assert claim["status"] == "refuted"
    assert claim["said_in"]
    assert {e["kind"] for part in claim["parts"] for e in part["evidence"]} == {"property", "case"}
    assert all(e["holds"] for part in claim["parts"] for e in part["evidence"])


def test_failing_evidence_is_a_failure(cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Bench, "hold", lambda self, name: (False, "a counterexample was found"))
    done = cli("claims", "C6")
    assert done.status == 1
    assert "FAILS" in done.out
    assert "a counterexample was found" in done.out


@pytest.mark.parametrize("arguments", [("C99",), ("nonsense",), ("C1", "--run", "--list")])
def test_what_cannot_be_carried_out_is_one_sentence(cli: Callable[..., Any], arguments: tuple[str, ...]) -> None:
    done = cli("claims", *arguments)
    assert done.status == 2
    assert done.err.count("\n") == 1


def test_an_unknown_claim_lists_what_there_is() -> None:
    with pytest.raises(SymcheckError, match="C1 to C26"):
        claim_named("C27")
