"""``assert symcheck.check(...).passed``: an assertion about a report begins with what the report found."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any

import pytest

#: Characters of a report's line by which it is found in the message, which pytest cuts in the middle.
_BEGINNING = 60


def say_cause_first(excinfo: pytest.ExceptionInfo[BaseException]) -> None:
    """Put the cause before the message of a failed assertion in which a report that did not pass is shown."""
    # Nothing is imported for it: without this module there is no report.
    known = sys.modules.get("symcheck.report")
    message = str(excinfo.value)
    if known is None or "<Report " not in message:
        return
    for report in _values(excinfo.traceback[-1].frame.raw):
        if type(report) is known.Report and not report.passed and repr(report)[:_BEGINNING] in message:
            excinfo.value.args = (f"{report.name} {report.said}\n{message}",)
            return


def _values(frame: FrameType) -> Iterator[Any]:
    """What the frame holds: its variables, the parts of a rewritten assertion among them, and the globals that it names."""
    yield from frame.f_locals.values()
    yield from (frame.f_globals[name] for name in frame.f_code.co_names if name in frame.f_globals)
