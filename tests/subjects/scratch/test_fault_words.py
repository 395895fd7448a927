"""What is said of each one-line change is kept for the table of first catches."""

from fault_words import WORDS
from faults import FAULTS


def test_every_fault_has_the_words_that_name_it() -> None:
    assert WORDS.keys() == FAULTS.keys()
    assert all(WORDS.values())
