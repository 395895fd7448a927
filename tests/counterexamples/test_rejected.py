"""Every check rejects its counterexamples, gross and slight; sound subjects pass everything."""

import pytest

from symcheck.checking import check
from symcheck.checks.catalogue import CHECKS
from symcheck.cli.selftest import SOUND
from symcheck.counterexamples import COUNTEREXAMPLES, FAULT_SIZES, Counterexample
from symcheck.report import NotJudged


@pytest.mark.parametrize("example", COUNTEREXAMPLES, ids=lambda e: f"{e.check}-{e.fault}")
def test_the_check_rejects_its_counterexample(example: Counterexample) -> None:
    if example.needs:
        pytest.importorskip(example.needs)
    # Among all checks where there is a law: each must see past what the others excuse.
    report = check(example.build(), example.law, only=None if example.law else [example.check], **example.settings)
    (finding,) = (f for f in report.findings if f.check == example.check)
    assert finding.bad, f"{finding.status}: {finding.message}"
    assert not isinstance(finding, NotJudged), finding.message
    assert not report.passed


@pytest.mark.parametrize("item", CHECKS, ids=lambda c: c.name)
def test_every_check_has_a_gross_and_a_slight_counterexample(item) -> None:  # type: ignore[no-untyped-def]
    sizes = {e.size for e in COUNTEREXAMPLES if e.check == item.name}
    assert sizes == set(FAULT_SIZES)
    assert all(len(text) > 20 for text in (item.looks_at, item.causes, item.remedy))


@pytest.mark.parametrize("name", SOUND)
def test_sound_subjects_pass(name: str) -> None:
    report = check(name)
    assert report.passed, [f"{f.check}: {f.message}" for f in report.failures]


def test_a_run_in_which_no_check_ran_is_no_pass() -> None:
    report = check("he_normal", only=["network.ties"])
    assert not report.passed
    assert report.as_dict()["verdict"] == "failed"
