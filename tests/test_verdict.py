"""What is behind all failures is told first, and claims no more than it explains."""

from __future__ import annotations

import ast
from dataclasses import asdict, replace
from typing import Any

import pytest

from symcheck.verdict import Behind, Extent, Failed, Unexplained, verdict_of

EVERYWHERE = Extent()
SIGN, SLOPE = ("sign of dW is wrong",), ("derivative is missing: write sigma'(z)",)


def failed(name: str, cause: tuple[Any, ...] | None = None, **facts: Any) -> Failed:
    return Failed(name, f"{name} is 1, but should be 2", causes=() if cause is None else (Behind(*cause),), **facts)


def sentences(*failures: Failed, undecided: tuple[str, ...] = ()) -> list[str]:
    verdict = verdict_of(failures, undecided)
    assert verdict is not None
    return verdict.sentences


def test_where_nothing_fails_and_nothing_is_undecided_there_is_no_verdict() -> None:
    assert verdict_of([]) is None
    assert sentences(undecided=("which loss", "which loss")) == ["undecided: which loss"]


@pytest.mark.parametrize(("count", "said"), [(1, "the only failure"), (2, "both failures"), (5, "all 5 failures")])
def test_one_mistake_behind_everything(count: int, said: str) -> None:
    told = sentences(*(failed(f"p{i}", (SIGN, 9)) for i in range(count)))
    assert told == [f"one mistake explains {said}: sign of dW is wrong"]


def test_one_mistake_behind_some_names_the_rest() -> None:
    told = sentences(failed("a", (SIGN, 9)), failed("b"), failed("c", (SIGN, 9)))
    assert told == ["one mistake explains 2 of 3 failures: sign of dW is wrong", "not explained by it: b"]


def test_two_mistakes_are_named_together_that_of_most_failures_first() -> None:
    told = sentences(failed("a", (SIGN, 9)), failed("b", (SLOPE, 9)), failed("c", (SLOPE, 9)))
    assert told == [
        "two mistakes explain all 3 failures: derivative is missing: write sigma'(z) (2 of them); and sign of dW is wrong (1 of them)"
    ]


def test_two_mistakes_behind_some_leave_the_rest_unexplained() -> None:
    told = sentences(failed("a", (SIGN, 9)), failed("b", (SLOPE, 9)), failed("c"))
    assert told[0].startswith("two mistakes explain 2 of 3 failures: ")
    assert told[1:] == ["not explained by them: c"]


def test_mistakes_that_only_together_give_it_are_told_as_two() -> None:
    pair = ("sign of dW is wrong; and derivative is missing",)
    assert sentences(failed("a", (pair, 9, EVERYWHERE, 2)), failed("b", (pair, 9, EVERYWHERE, 2))) == [
        "two mistakes together explain both failures: sign of dW is wrong; and derivative is missing"
    ]
    told = sentences(failed("a", (pair, 9, EVERYWHERE, 2)), failed("b", (("update adds the gradient",), 9)))
    assert told[0].startswith("three mistakes explain both failures: ")


def test_mistakes_that_cannot_be_told_apart_are_all_told() -> None:
    (told,) = sentences(failed("a", ((*SIGN, "h is negated"), 9)))
    assert "sign of dW is wrong, or h is negated" in told
    assert "do not tell them apart" in told


def test_a_failure_of_two_mistakes_is_counted_once() -> None:
    both = Failed("a", "a is 1, but should be 2", causes=(Behind(SIGN, 9), Behind(SLOPE, 9)))
    assert sentences(both, failed("b", (SLOPE, 9))) == [
        "two mistakes explain both failures: derivative is missing: write sigma'(z) (2 of them); and sign of dW is wrong (1 of them)"
    ]


@pytest.mark.parametrize(
    ("wrong", "right", "told"),
    [
        ([((3, 4, 2), 5), ((3, 3, 2), 1)], [], ""),
        (
            [((3, 4, 4, 2), 5)],
            [((3, 4, 2), 5), ((3, 2), 5)],
            "in networks of 3 layers; in those of 1 and 2 nothing is wrong",
        ),
        ([((3, 2), 5)], [((3, 4, 2), 5)], "in networks of 1 layer; in those of 2 nothing is wrong"),
        ([((3, 4, 2), 1)], [((3, 4, 2), 5)], "in batches of 1 sample; in those of 5 nothing is wrong"),
        ([((3, 4, 2), 5), ((3, 3, 2), 5)], [((3, 4, 3), 5)], "in 3-4-2 and 3-3-2 networks; in others nothing is wrong"),
        (
            [((3, 4, 2), 5)],
            [((3, 4, 2), 5)],
            "with some numbers, on 1 of 2 generated networks; on the others nothing is wrong",
        ),
    ],
)
def test_a_mistake_of_some_networks_says_of_which(wrong: Any, right: Any, told: str) -> None:
    extent = Extent(tuple(wrong), tuple(right))
    assert extent.told == told
    (sentence,) = sentences(failed("a", (SIGN, 9, extent)))
    assert sentence.endswith(f"sign of dW is wrong ({told})" if told else "sign of dW is wrong")


def test_of_unexplained_gradients_what_mistakes_give_in_part_is_told() -> None:
    parts = ("dW of the last layer", "db of the last layer")
    extent = Extent((((3, 4, 4, 2), 5),), (((3, 4, 2), 5),))
    known = Unexplained((), parts, (), 9, extent, ((SIGN[0], parts[:1]),))
    (told,) = sentences(failed("a", known=known))
    assert told == (
        "no known mistake gives all of these gradients on 9 generated networks: dW of the last layer and db of the last layer "
        "are wrong (in networks of 3 layers; in those of 2 nothing is wrong); dW of the last layer is as with: sign of dW is wrong"
    )


def test_what_is_seen_of_a_call_goes_before_what_is_guessed_from_numbers() -> None:
    guessed = failed("numbers", mistake="a bias is frozen")
    seen = failed("calls", mistake="gradients changes params in place", exact=True)
    for order in ((guessed, seen), (seen, guessed)):
        told = sentences(*order)
        assert told[0].startswith("1 failure of 2: gradients changes params in place; what else fails (1) may follow")
    assert sentences(guessed)[0].startswith("1 failure of 1: a bias is frozen")


def test_what_is_compared_goes_before_both() -> None:
    told = sentences(
        failed("calls", mistake="gradients changes params in place", exact=True), failed("numbers", (SIGN, 9))
    )
    assert told == ["one mistake explains 1 of 2 failures: sign of dW is wrong", "not explained by it: calls"]


def test_what_is_known_of_unexplained_gradients_is_told_unless_a_call_says_more() -> None:
    known = Unexplained(("dW of the last layer",), ("db of the last layer",), (("db of the last layer", 3.0),), 9)
    guess, call = failed("a", known=known, mistake="a bias is frozen"), failed("b", mistake="it prints", exact=True)
    (told,) = sentences(guess)
    assert told == (
        "no known mistake gives these gradients on 9 generated networks: db of the last layer is wrong; "
        "db of the last layer is 3 times the right one; dW of the last layer is right"
    )
    assert sentences(guess, call)[0].startswith("1 failure of 2: it prints")


def test_what_misbehaves_is_told_in_its_own_words() -> None:
    raising = replace(failed("a", misbehaved=True), sentence="forward raises IndexError")
    assert sentences(failed("b"), raising)[0].startswith("1 failure of 2: forward raises IndexError")


def test_what_is_done_on_several_networks_is_one_thing() -> None:
    raising = [
        replace(
            failed(name, misbehaved=True, did="raises SystemExit: 3"),
            sentence=f"gradients raises SystemExit: 3 [{name}]",
        )
        for name in ("1-1 network", "2-1 network")
    ]
    told = sentences(*raising, failed("b"))
    assert told == [
        "2 failures of 3: gradients raises SystemExit: 3 [1-1 network]; what else fails (1) may follow from it"
    ]


def test_failures_of_which_nothing_is_known_are_told_by_the_first() -> None:
    assert sentences(failed("a"), failed("b")) == [
        "no known mistake explains both failures; the first: a is 1, but should be 2"
    ]


def test_no_part_is_called_one_times_the_right_one() -> None:
    known = Unexplained(
        (),
        ("dW of the last layer", "db of the last layer"),
        (("dW of the last layer", 1.0), ("db of the last layer", 2.0)),
        9,
    )
    assert "is 1 times" not in known.sentence
    assert "db of the last layer is 2 times the right one" in known.sentence


def test_what_failed_crosses_to_another_process() -> None:
    extent = Extent((((2, 4), 3),), (((2, 4, 1), 3),))
    causes = (Behind(("a", "b"), 3, extent, 2), Behind(SIGN, 3))
    known = Unexplained(("dW",), ("db",), (("db", 2.0),), 5, extent)
    for one in (Failed("law", "got 1"), Failed("law", "got 1", "m", True, True, causes, known)):
        crossed = ast.literal_eval(repr(asdict(one)))
        assert Failed.of("law", crossed) == one
