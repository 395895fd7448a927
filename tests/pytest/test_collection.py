"""What `pytest --symcheck` collects, with and without workers, and what it leaves alone."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from symcheck.suite.run import suite


def test_nothing_of_the_working_directory_is_collected(run_apart: Any, folder: Any) -> None:
    (folder / "test_mine.py").write_text("raise RuntimeError('collected')\n")
    (folder / "conftest.py").write_text("raise RuntimeError('loaded')\n")
    (folder / "pytest.ini").write_text("[pytest]\npython_files = check_*.py\nnorecursedirs = * \n")
    ran = run_apart("--symcheck", "mlps.py:MyMLP", "-k", "an_update_is or outputs_are_those")
    assert ran.status == 0, ran.out
    assert ran.count("passed") == 2


def test_paths_given_are_what_is_collected(run: Any, folder: Any) -> None:
    (folder / "test_mine.py").write_text(
        "def test_mine(implementation):\n    assert implementation.name == 'mlps.py:MyMLP'\n"
    )
    ran = run("--symcheck", "mlps.py:MyMLP", "test_mine.py")
    assert "1 passed" in ran.out
    assert run("test_mine.py").count("failed") == 1, "without a subject it is the reference"


def test_workers_agree_and_tell_failures_too(run: Any, run_apart: Any) -> None:
    pytest.importorskip("xdist")
    asked = ("--symcheck", "mlps.py:DerivativeForgotten", "--symcheck-seed", "7")
    some = ("-k", "gradients_are_those or outputs_are_those or zero_weights")
    ran = run_apart(*asked, "-n", "2", *some)
    alone = run(*asked, "-p", "no:randomly", *some)
    assert ran.status == alone.status == 1
    counted = [line for line in ran.out.splitlines() if line.startswith("symcheck: ")]
    assert counted == [line for line in alone.out.splitlines() if line.startswith("symcheck: ")]
    assert "seed 7" in counted[0]
    assert "likely mistake: derivative of the activation is missing" in ran.out
    assert ran.count("failed") == alone.count("failed") >= 1
    assert ran.count("passed") == alone.count("passed") >= 2


def test_a_seed_repeats_a_run(run: Any) -> None:
    found = {
        run(
            "--symcheck", "mlps.py:DerivativeForgotten", "--symcheck-seed", "11", "-k", "gradients_are_those"
        ).out.split("in ")[0]
        for _ in range(2)
    }
    assert len(found) == 1


def test_a_run_in_which_nothing_ran_is_no_pass(run: Any) -> None:
    ran = run("--symcheck", "mlps.py:ForwardOnly", "-k", "an_update_is")
    assert ran.status == 1
    assert "nothing was run, and that is not a pass" in ran.out


def test_a_property_without_an_example_is_an_error(run: Any, folder: Any) -> None:
    (folder / "test_mine.py").write_text(
        "from hypothesis import assume, given, settings, strategies as st\n"
        "from symcheck.suite.claim import claim\n"
        "@claim(theorem='descent')\n"
        "@settings(suppress_health_check=list(__import__('hypothesis').HealthCheck), database=None)\n"
        "@given(n=st.just(1))\n"
        "def test_mine(n):\n    assume(False)\n"
    )
    ran = run("test_mine.py")
    assert ran.status == 1
    assert "no example" in ran.out or "Unable to satisfy" in ran.out


def test_the_plugin_imports_nothing_until_asked() -> None:
    heavy = "{'numpy', 'scipy', 'hypothesis', 'sympy', 'autograd', 'symcheck.suite'}"
    code = f"import symcheck.pytest.plugin, sys; print(*({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_a_run_without_a_subject_is_left_alone(run_apart: Any, folder: Any) -> None:
    (folder / "test_mine.py").write_text(
        "import sys\ndef test_mine():\n    assert not {'numpy', 'hypothesis', 'autograd'} & set(sys.modules)\n"
    )
    ran = run_apart("-p", "no:hypothesispytest", "test_mine.py")
    assert ran.status == 0, ran.out
    assert "symcheck:" not in ran.out


def test_a_users_fixture_of_the_same_name_is_his_own(run: Any, folder: Any) -> None:
    (folder / "test_mine.py").write_text(
        "import pytest\n@pytest.fixture\ndef implementation():\n    return 3\n"
        "def test_mine(implementation):\n    assert implementation == 3\n"
    )
    assert run("test_mine.py").count("passed") == 1


def test_statistical_properties_fit_into_the_budget() -> None:
    from symcheck.suite.claim import claim_of
    from symcheck.suite.properties import REFERENCES, properties
    from symcheck.suite.run import STATISTICAL

    claims = [claim_of(f) for f in properties()]
    assert 0 < sum(c.statistical for c in claims if c) * len(REFERENCES) <= STATISTICAL


def test_the_suite_names_every_property_once() -> None:
    from symcheck.suite.properties import properties

    names = [f.__name__ for f in properties()]
    assert len(names) == len(set(names)) > 35
    assert len({file.name for file in suite()}) == len(suite())
    assert all(f.__doc__ for f in properties())
