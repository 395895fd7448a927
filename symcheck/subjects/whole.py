"""A file named as a whole: judged by what it defines, and run in full where that is not enough."""

from __future__ import annotations

from dataclasses import replace

from symcheck.errors import SubjectError
from symcheck.subjects.data import Options
from symcheck.subjects.given import Given
from symcheck.subjects.kinds import Taken, take
from symcheck.subjects.running import left_out, run_whole, told


def take_whole(given: Given, options: Options) -> Taken:
    """Look at an object; of a file from which statements were left out it is said which.

    Raises:
        SubjectError: it is nothing that can be checked.
        SubjectFailure: it raises when it is called.
        BaseException: whatever the file raises where all of it has to be run.
    """
    left = left_out(given.obj) if given.whole_module else ()
    if not left:
        return take(given, options)
    try:
        facts, serves = take(given, options)
    except SubjectError:
        # What the file defines is not enough: all of it is run, as an import would.
        run_whole(given.obj)
        return take(given, options)
    return replace(facts, notes=(told(left), *facts.notes)), serves
