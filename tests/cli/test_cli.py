"""The doors: commands, exit status, JSON, what is printed."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symcheck.checks import law as law_checks
from symcheck.checks.catalogue import CHECKS
from symcheck.cli import selftest
from symcheck.counterexamples import COUNTEREXAMPLES
from symcheck.laws.gallery import GALLERY
from symcheck.laws.law import CATALOGUE

Cli = Callable[..., Any]

SOURCE_TEXT = (
    "import numpy as np\n"
    "def init(layer_size, l): return np.random.randn(layer_size[l], layer_size[l-1]) * np.sqrt({} / layer_size[l-1])\n"
)


def test_the_source_texts_own_function(cli: Cli, tmp_path: Path) -> None:
    nets = tmp_path / "nets.py"
    nets.write_text(SOURCE_TEXT.format(2))
    outcome = cli("check", f"{nets}:init", "--law", "he_normal")
    assert outcome.status == 0, outcome.out
    assert "f(layer_size, l) -> (out, in)" in " ".join(outcome.out.split())
    nets.write_text(SOURCE_TEXT.format(1))
    outcome = cli("check", f"{nets}:init", "--law", "he_normal")
    assert outcome.status == 1
    words = " ".join(outcome.out.split())
    assert "This is LeCun's law, variance 1/fan_in: the 2 for relu is missing. Write sqrt(2 / fan_in)." in words
    assert re.search(r"1 failed, \d+ passed", words), "one cause, one failure"


def test_without_a_law_the_report_says_what_it_looks_like(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "nets.py").write_text(SOURCE_TEXT.format(2))
    outcome = cli("check", f"{tmp_path / 'nets.py'}:init")
    assert outcome.status == 0
    assert "normal entries, He's law, variance 2/fan_in" in " ".join(outcome.out.split())


@pytest.mark.parametrize("name", ["constant(0.5)", "constant(1)", "constant(0.1)", "zeros", "ones"])
def test_constants_stay_tied_for_ever(cli: Cli, name: str) -> None:
    outcome = cli("check", name)
    assert outcome.status == 1
    assert "all units of each hidden layer stay equal for ever" in " ".join(outcome.out.split())


@pytest.mark.parametrize(
    "name",
    [
        "0.01 * randn",
        "zero bias with random W",
        "he_normal",
        "10 * randn",
        "randn(layer_size[l], layer_size[l-1]) * sqrt(2 / layer_size[l-1])",
        "identity",
        "he_normal(gain=2)",
    ],
)
def test_what_breaks_symmetry_passes(cli: Cli, name: str) -> None:
    outcome = cli("check", name)
    assert outcome.status == 0, outcome.out


def test_random_biases_break_symmetry_in_name_only(cli: Cli) -> None:
    report = json.loads(cli("check", "random bias with constant W", "--json", "-").out)
    status = {finding["check"]: finding["status"] for finding in report["findings"]}
    assert status["network.ties"] == "passed"
    assert status["network.strength"] == "failed", "every layer responds to the sum of its inputs alone"


def test_the_json_report_has_its_contracted_keys(cli: Cli) -> None:
    outcome = cli("check", "he_normal", "--json", "-", "--seed", "5")
    report = json.loads(outcome.out)
    assert {"symcheck", "subject", "law", "verdict", "false_alarm_rate", "findings", "counts"} <= set(report)
    assert set(report["subject"]) == {"name", "kind", "called_as", "layout"}
    assert report["law"] == "he_normal"
    assert report["seed"] == 5
    keys = {"check", "status", "grade", "message", "measured", "expected", "p_value", "reproduce", "diagnosis"}
    keys |= {"explained"}
    for finding in report["findings"]:
        assert set(finding) == keys
        assert finding["status"] in ("passed", "failed", "skipped", "xfailed", "error")
        assert finding["grade"] in ("proved", "exact", "rounding", "statistical", "observed")
        assert finding["check"] in {c.name for c in CHECKS}
    assert sum(report["counts"].values()) == len(report["findings"])
    assert {f["check"] for f in report["findings"]} == {c.name for c in CHECKS if c.kind == "initializer"}


def test_a_seed_repeats_the_run_and_fresh_seeds_differ(cli: Cli) -> None:
    first, again = (json.loads(cli("check", "he_normal", "--json", "-", "--seed", "77").out) for _ in range(2))
    assert [f["p_value"] for f in first["findings"]] == [f["p_value"] for f in again["findings"]]
    other = json.loads(cli("check", "he_normal", "--json", "-").out)
    assert other["seed"] != first["seed"]


def test_json_and_html_files(cli: Cli, tmp_path: Path) -> None:
    outcome = cli("check", "constant(0.5)", "--json", str(tmp_path / "r.json"), "--html", str(tmp_path / "r.html"))
    assert outcome.status == 1
    assert "stay equal for ever" in outcome.out
    assert json.loads((tmp_path / "r.json").read_text())["verdict"] == "failed"
    page = (tmp_path / "r.html").read_text()
    assert page.startswith("<!doctype html>")
    assert "http" not in page
    assert 'name="viewport"' in page
    missing = str(tmp_path / "no" / "such" / "folder.json")
    for arguments in [
        ("check", "he_normal", "--json", missing),
        ("check", "he_normal", "--html", missing),
        ("certify", "he_normal", "--save", missing),
        ("prove", "--output", missing),
        ("laws", "--json", str(tmp_path)),
    ]:
        outcome = cli(*arguments)
        assert outcome.status == 2
        assert outcome.err.startswith("symcheck: cannot write")
        assert outcome.err.count("\n") == 1
        assert outcome.out == "", "refused before anything is done"


def test_weights_files(cli: Cli, tmp_path: Path) -> None:
    rng = np.random.default_rng()
    # Wide enough that no ReLU is dead by chance.
    shapes = {"W1": (64, 32), "W2": (64, 64), "W3": (4, 64)}
    np.savez(tmp_path / "random.npz", **{n: rng.standard_normal(s) for n, s in shapes.items()})
    np.savez(tmp_path / "constant.npz", **{n: np.full(s, 0.3) for n, s in shapes.items()})
    outcome = cli("check", str(tmp_path / "random.npz"))
    assert outcome.status == 0
    assert "32-64-64-4, relu, linear head, no biases" in outcome.out
    assert "no activation comes with these weights, so relu was taken" in outcome.out
    outcome = cli("check", str(tmp_path / "constant.npz"), "--activation", "tanh")
    assert outcome.status == 1
    assert "all units of each hidden layer stay equal for ever" in " ".join(outcome.out.split())
    outcome = cli("check", str(tmp_path / "random.npz"), "--law", "normal(1)")
    assert outcome.status == 0, outcome.out
    outcome = cli("check", str(tmp_path / "random.npz"), "--activation", "reluu")
    assert outcome.status == 2
    assert "no activation is named 'reluu'; did you mean relu?" in outcome.err
    outcome = cli("check", "he_normal", "--activation", "relo")
    assert "did you mean relu?" in outcome.err
    outcome = cli("check", "he_normal", "--law", "HeNormal")
    assert outcome.err == "symcheck: no law is named 'HeNormal'; did you mean he_normal?\n"
    outcome = cli("check", "he_normal", "--law", "normal(1")
    assert "bracket that is not closed: write 'normal(1)'" in outcome.err


@pytest.mark.parametrize(
    "options",
    [
        ["--law", "nope"],
        ["--kind", "model"],
        ["--call", "f(what)"],
        ["--layout", "up_down"],
        ["--seed", "-1"],
        ["--false-alarm", "2"],
        ["--timeout", "0"],
        ["--head", "sigmoid"],
        ["--optimizer", "nope"],
        ["--nonsense"],
    ],
)
def test_bad_options_are_refused(cli: Cli, options: list[str]) -> None:
    outcome = cli("check", "he_normal", *options)
    assert outcome.status == 2, outcome.out
    assert "Traceback" not in outcome.err
    assert outcome.err.strip()


def test_gallery(cli: Cli) -> None:
    outcome = cli("gallery", "--json", "-")
    assert outcome.status == 0
    rows = {row["name"]: row for row in json.loads(outcome.out)}
    assert set(rows) == set(GALLERY)
    assert rows["zeros"]["verdicts"] == {"relu": "dead", "tanh": "dead", "sigmoid": "tied"}
    for name in ("constant(0.5)", "constant(1)", "constant(0.1)"):
        assert set(rows[name]["verdicts"].values()) == {"tied"}
    for name in ("0.01 * randn", "10 * randn", "he_normal", "zero bias with random W", "random bias with constant W"):
        assert set(rows[name]["verdicts"].values()) == {"broken"}
    in_name_only = [name for name, row in rows.items() if "respond to one direction" in row["sentence"]]
    assert in_name_only == ["random bias with constant W"]
    table = cli("gallery").out
    assert all(name in table for name in GALLERY), "no name is broken"
    assert "symmetry broken" in table
    assert "tanh saturates" in table
    assert "random bias with constant W: in layers 1 and 2 all units respond to one direction" in " ".join(
        table.split()
    )


def test_explain_alone_lists_everything(cli: Cli) -> None:
    listed = cli("explain").out
    for name in (
        "initializer.scale",
        "network.ties",
        "parameter.",
        "implementation.gradients_are_those_of_the_loss",
        "model.gain",
    ):
        assert name in listed
    assert all(check.name in listed for check in CHECKS)


def test_laws_lists_the_catalogue_and_the_libraries(cli: Cli) -> None:
    listed = json.loads(cli("laws", "--json", "-").out)
    assert [row["name"] for row in listed["laws"]] == list(CATALOGUE)
    assert {"library": "torch", "name": "kaiming_normal_", "law": "he_normal"} in listed["libraries"]
    assert "kaiming_normal_" in cli("laws").out


@pytest.mark.parametrize("item", CHECKS, ids=lambda c: c.name)
def test_explain(cli: Cli, item: Any) -> None:
    outcome = cli("explain", item.name)
    assert outcome.status == 0
    assert "Usual causes" in outcome.out
    assert "gross" in outcome.out
    assert "slight" in outcome.out


def test_explain_an_unknown_check_lists_what_exists(cli: Cli) -> None:
    outcome = cli("explain", "scael")
    assert outcome.status == 2
    assert "did you mean initializer.scale, network.scale or parameter.scale?" in outcome.err
    assert "network.ties" in outcome.err
    both = cli("explain", "scale")
    assert both.status == 0
    assert "initializer.scale   grade" in both.out
    assert "network.scale   grade" in both.out
    assert "did you mean" not in cli("explain", "nosuch").err
    assert "did you mean initializer.symmetry?" in cli("explain", "initializer.symetry").err
    assert max(map(len, cli("explain", "nosuch").err.splitlines())) <= 80


def test_a_bad_seed_is_refused_in_plain_words(cli: Cli) -> None:
    assert "'abc' is not a valid integer." in cli("check", "he_normal", "--seed", "abc").err
    assert "-1 is not in the range" in cli("check", "he_normal", "--seed", "-1").err


def test_a_subject_that_cannot_be_drawn_from_has_no_notes_on_what_was_drawn(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("def init(shape): raise ValueError('no')\n")
    report = json.loads(cli("check", f"{tmp_path / 'bad.py'}:init", "--law", "he_normal", "--json", "-").out)
    assert report["notes"] == []
    (tmp_path / "worse.py").write_text("raise ValueError('no')\n")
    assert "layout" not in cli("check", f"{tmp_path / 'worse.py'}:init").out


def test_names_and_laws_are_not_broken_over_lines() -> None:
    from io import StringIO

    from rich.console import Console

    from symcheck.render.terminal import show_report, show_self_test
    from symcheck.report import Finding, Report

    law = "variance_scaling(1, fan_avg, uncorrected_truncated_normal)"
    finding = Finding("initializer.call", "passed", "exact", "fine")
    report = Report("subject", "initializer", [finding], called_as="f(shape, rng) -> (out, in)", law=law, seed=1)
    fault = "one_common_row_with_noise_of_one_percent"
    rows = [
        {"check": "network.near_ties", "size": "slight", "subject": fault, "right": True, "message": "too near " * 9}
    ]
    for width in (80, 160):
        terminal = Console(file=StringIO(), width=width)
        show_report(report, terminal)
        show_self_test(rows, terminal)
        lines = terminal.file.getvalue().splitlines()  # type: ignore[attr-defined]
        assert any(f"law {law}" in line for line in lines)
        assert any(f"network.near_ties   {fault} (slight)" in line for line in lines)
        assert max(map(len, lines)) <= width


def test_selftest_walks_counterexamples_and_sound_subjects(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    # That all of them are judged rightly is tested one by one beside the counterexamples.
    walked = [e for e in COUNTEREXAMPLES if e.check.startswith("network.") or e.check == "initializer.scale"]
    monkeypatch.setattr(selftest, "COUNTEREXAMPLES", walked)
    monkeypatch.setattr(selftest, "SOUND", selftest.SOUND[:1])
    outcome = cli("selftest", "--json", "-")
    assert outcome.status == 0
    rows = json.loads(outcome.out)
    assert all(row["right"] for row in rows)
    assert [row["subject"] for row in rows] == [*(e.fault for e in walked), *selftest.SOUND]


def test_selftest_fails_where_a_check_lets_its_counterexample_pass(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    faulty = next(e for e in COUNTEREXAMPLES if e.check == "initializer.scale")
    monkeypatch.setattr(selftest, "COUNTEREXAMPLES", [replace(faulty, build=lambda: "he_normal", law="he_normal")])
    monkeypatch.setattr(selftest, "SOUND", ())
    assert cli("selftest").status == 1


def test_selftest_fails_where_a_check_breaks_down(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("nothing")

    faulty = next(e for e in COUNTEREXAMPLES if e.check == "initializer.scale")
    monkeypatch.setattr(selftest, "COUNTEREXAMPLES", [faulty])
    monkeypatch.setattr(selftest, "SOUND", ())
    monkeypatch.setattr(law_checks, "samples", broken)
    outcome = cli("selftest")
    assert outcome.status == 1
    assert "which is a fault of symcheck" in " ".join(outcome.out.split())


def test_version_and_help(cli: Cli) -> None:
    from symcheck import __version__

    assert __version__ in cli("--version").out
    for command in ("check", "gallery", "laws", "explain", "selftest"):
        assert command in cli("--help").out
        assert cli(command, "--help").status == 0
