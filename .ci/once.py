"""A pytest plugin: what has passed in one stage is not run again in a later one, which has more installed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("once", "what has passed in another run")
    group.addoption("--write-passed", metavar="FILE", help="Write the names of the tests that pass.")
    group.addoption("--skip-passed", metavar="FILE", help="Leave out the tests that FILE names.")


def pytest_configure(config: pytest.Config) -> None:
    # Not for the runs of pytest that tests start.
    os.environ.pop("PYTEST_ADDOPTS", None)
    # With workers it is the process that started them that hears of all tests.
    if config.option.write_passed and not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Written(Path(config.option.write_passed)))


class _Written:
    def __init__(self, file: Path) -> None:
        self._file, self._passed = file, list[str]()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            self._passed.append(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        self._file.write_text("\n".join(self._passed), encoding="utf-8")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.option.skip_passed:
        passed = set(Path(config.option.skip_passed).read_text(encoding="utf-8").splitlines())
        config.hook.pytest_deselected(items=[item for item in items if item.nodeid in passed])
        items[:] = [item for item in items if item.nodeid not in passed]
