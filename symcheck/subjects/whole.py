"""A file named as a whole: judged by what it defines, and run in full where that is not enough."""

from __future__ import annotations

from dataclasses import replace

from symcheck.errors import SubjectError
from symcheck.subjects.data import Options
from symcheck.subjects.find import find
from symcheck.subjects.given import Given
from symcheck.subjects.kinds import Taken, take
from symcheck.subjects.running import TOLERATED, left_out, run_definitions, run_whole, told
from symcheck.subjects.scratch.author import driver_of
from symcheck.subjects.scratch.driver import Driver
from symcheck.subjects.scratch.unrolled import Unrolled


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
    except SubjectError as refused:
        # What the file defines is not enough: all of it is run, as an import would.
        try:
            run_whole(given.obj)
        except TOLERATED:
            if refused.reason:
                raise
            # Functions of a network are there: what is missing is not what keeps them from being read.
            raise SubjectError(f"{refused}; {told(left)}") from None
        return take(given, options)
    return replace(facts, notes=(told(left), *facts.notes)), serves


def driver_of_file(path: str) -> Driver | Unrolled:
    """The network of a file as a subject of the protocol, as the suite calls it.

    Raises:
        SubjectError: there is no such file, or it cannot be read.
    """
    module = find(path, run_definitions)[0]
    try:
        return driver_of(module)
    except SubjectError:
        if not left_out(module):
            raise
        run_whole(module)
        return driver_of(module)
