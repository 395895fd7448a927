"""Every global generator seeded while a subject is loaded, built or called."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from symcheck import adapters


class Seeded:
    """Seed every global generator that is loaded, and put Python's and numpy's back afterwards."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._states: list[tuple[adapters.Adapter, Any]] = []

    def __enter__(self) -> None:
        self._python, self._numpy = random.getstate(), np.random.get_state()
        self._states = [(adapter, adapter.save_state()) for adapter in adapters.loaded()]
        for adapter in adapters.loaded():
            adapter.seed(self._seed % 2**31)
        random.seed(self._seed)
        np.random.seed(self._seed % 2**32)

    def __exit__(self, *_: object) -> None:
        random.setstate(self._python)
        np.random.set_state(self._numpy)
        for adapter, state in self._states:
            adapter.restore_state(state)
