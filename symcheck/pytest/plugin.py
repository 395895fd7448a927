"""The pytest plugin: ``pytest --symcheck SUBJECT`` runs the property suite, or the checks, against a subject.

It is loaded in every pytest run of an environment in which symcheck is installed, so it imports nothing but pytest
until it is asked for something.
"""

from __future__ import annotations

from collections.abc import Generator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from symcheck.pytest.session import Session

_SESSION = pytest.StashKey["Session"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("symcheck", "symcheck: properties of networks and initializers")
    group.addoption(
        "--symcheck",
        metavar="SUBJECT",
        help="What to judge: file.py:attribute, package.module:attribute, a module with the "
        "implementation protocol, weights.npz, or a law.",
    )
    group.addoption("--symcheck-law", metavar="LAW", help="The law of the weights, e.g. he_normal.")
    group.addoption(
        "--symcheck-kind", choices=["implementation", "initializer", "network"], help="Where it is not plain."
    )
    group.addoption(
        "--symcheck-profile",
        choices=["fast", "default", "thorough"],
        default="default",
        help="How many examples each property gets: 25, 100 or 1000.",
    )
    group.addoption("--symcheck-seed", type=int, metavar="N", help="Repeats a run; fresh by default.")
    group.addoption(
        "--symcheck-false-alarm",
        type=float,
        default=1e-9,
        metavar="RATE",
        help="Chance that a correct subject fails anything statistical (default 1e-9).",
    )
    group.addoption(
        "--symcheck-timeout", type=float, default=10.0, metavar="SECONDS", help="For each call (default 10)."
    )
    group.addoption("--symcheck-xfail", metavar="FILE", help="Expected failures: one 'name: reason' a line.")
    parser.addini("symcheck_xfail", "File of expected failures, one 'name: reason' a line.", default="")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> None:
    """With a subject and no paths, what is collected is the shipped suite, not the tests of the working directory."""
    known = early_config.known_args_namespace
    if not known.symcheck or known.file_or_dir:
        return
    from symcheck.suite.run import suite

    folder = [str(suite()[0].parent)] if suite() else []
    args.extend(folder)
    known.file_or_dir = folder


@pytest.hookimpl(tryfirst=True)
def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """The suite is collected although it lies in a virtual environment, whatever norecursedirs says here."""
    if not config.option.symcheck:
        return None
    from symcheck.suite.run import suite

    return False if any(collection_path in (file, *file.parents) for file in suite()[:1]) else None


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """The suite is collected whatever python_files says here."""
    patterns = parent.config.getini("python_files")
    if not parent.config.option.symcheck or any(fnmatch(file_path.name, pattern) for pattern in patterns):
        return None
    from symcheck.suite.run import suite

    return pytest.Module.from_parent(parent, path=file_path) if file_path in suite() else None


def pytest_configure(config: pytest.Config) -> None:
    """Choose the seed of the run before workers are started, so that all of them have the same."""
    if config.option.symcheck_seed is None:
        import secrets

        config.option.symcheck_seed = secrets.randbelow(2**31)


def _session(config: pytest.Config) -> Session:
    if _SESSION not in config.stash:
        from symcheck.pytest.session import open_session

        config.stash[_SESSION] = open_session(config)
    return config.stash[_SESSION]


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say what is judged, and how."""
    return _session(config).header() if config.option.symcheck else []


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Without a subject the properties run against the reference networks."""
    # Only the suite's own: a user may have a fixture of this name.
    ours = "implementation" in metafunc.fixturenames and _of_suite(metafunc.definition)
    if ours and not metafunc.config.option.symcheck:
        session = _session(metafunc.config)
        metafunc.parametrize("implementation", session.names, indirect=True, ids=session.names, scope="session")


@pytest.fixture(scope="session")
def implementation(request: pytest.FixtureRequest) -> Any:
    """The implementation under test."""
    return _session(request.config).implementation(getattr(request, "param", None))


@pytest.fixture(scope="session")
def symcheck_run(request: pytest.FixtureRequest) -> Any:
    """Seed, budget and profile of this run."""
    return _session(request.config).run


@pytest.fixture
def symcheck(request: pytest.FixtureRequest) -> Any:
    """Judge a subject inside a test: ``symcheck(subject, law=None, xfail={})`` fails the test with what is wrong."""
    from symcheck.pytest.decorator import judge

    run = _session(request.config).run

    def call(subject: Any, law: str | None = None, **options: Any) -> Any:
        return judge(subject, law, run=run, **options)

    return call


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Turn the suite into what the subject's kind asks for, and mark what is expected to fail."""
    suite = [item for item in items if _of_suite(item)]
    if suite or config.option.symcheck:
        _session(config).arrange(session, items, suite)


def _of_suite(item: Any) -> bool:
    return getattr(item, "path", None) in _files_of_suite()


@cache
def _files_of_suite() -> frozenset[Path]:
    # Every test of every session with the plugin comes by here: the folder is looked through once.
    from symcheck.suite.run import suite

    return frozenset(suite())


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, Any, Any]:
    """Count the examples of a property."""
    if not hasattr(pyfuncitem.obj, "symcheck_claim"):
        return (yield)
    with _session(pyfuncitem.config).counting(pyfuncitem):
        return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Show what failed in the words of whoever wrote the subject, and the cause first where a report did not pass."""
    if call.when == "call" and call.excinfo is not None and call.excinfo.errisinstance(AssertionError):
        from symcheck.pytest.asserted import say_cause_first

        say_cause_first(call.excinfo)
    report: Any = yield
    ours = _told(report) or (call.excinfo is not None and call.excinfo.type.__module__.startswith("symcheck."))
    if call.when == "call" and ours:
        from symcheck.pytest.session import retell

        retell(_session(item.config), item, call, report)
    return report


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Count the properties and examples that were run."""
    reports = [r for group in terminalreporter.stats.values() for r in group if hasattr(r, "when")]
    from_suite = [r for r in reports if _told(r)]
    if from_suite:
        from symcheck.pytest.summary import summarise

        for line in summarise(from_suite, config.option):
            terminalreporter.write_line(line)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Say what is behind the failures before they are shown; a run in which no property and no check ran is not a pass."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    ended = (
        [r for n in ("failed", "skipped") for r in reporter.stats.get(n, []) if _told(r)]
        if reporter is not None
        else []
    )
    if reporter is not None and ended:
        from symcheck.pytest.summary import causes

        failing = bool(reporter.stats.get("failed"))
        for number, line in enumerate(causes(ended)):
            reporter.ensure_newline()
            reporter.write_line(line, red=number == 0 and failing, yellow=number == 0 and not failing, bold=number == 0)
    if (
        exitstatus == 0
        and session.config.option.symcheck
        and reporter is not None
        and not session.config.option.collectonly
    ):
        passed = [r for r in reporter.stats.get("passed", []) + reporter.stats.get("xfailed", []) if _told(r)]
        if not passed:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the subject's process."""
    if _SESSION in config.stash:
        config.stash[_SESSION].close()


def _told(report: Any) -> bool:
    return any(name == "symcheck" for name, _ in getattr(report, "user_properties", ()))
