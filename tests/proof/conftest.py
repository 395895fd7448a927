"""Reading the worked instances beside the theorems."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from symcheck.proof.worked import worked

_instances = cache(worked)


@pytest.fixture(scope="session")
def told() -> Callable[[str, int, str], tuple[Any, ...]]:
    """From a theorem, the number of an instance and the words of a line, what the line has in its columns.

    The words are those of one line; an entry of one number is that number.
    """

    def found(theorem: str, number: int, words: str) -> tuple[Any, ...]:
        (line,) = (line for line in _instances(theorem)[number].lines if line.words == words)
        return tuple(values[0] if len(values) == 1 else values for values in line.entries)

    return found
