"""How long a subject is waited for: one deadline for everything that a request waits on."""

from __future__ import annotations

import os
import time

from symcheck.subjects.waiting import Wait

#: Load for each processor from which a machine is overloaded, and by how much a time limit grows at most.
_CROWDED, GROWN = 1.5, 4.0


class Deadline:
    """``limit`` seconds from now, of a machine that is not overloaded.

    Where more wants to run than there are processors, waiting for a turn is not the subject's fault: the limit grows as
    the load does, fourfold at most, once.
    """

    def __init__(self, limit: float, what: str = "", longest: float = GROWN) -> None:
        """Begin to wait.

        Args:
            what: is being done, for whoever waits. longest: by how much the limit grows at most.
        """
        self._wait, self._longest = Wait(what), longest
        self._limit, self._end = limit, time.monotonic() + limit
        self._extended = False

    def left(self) -> float:
        """Seconds that are left; 0 when it has passed."""
        left = self._end - time.monotonic()
        if left <= 0 and not self._extended:
            self._extended = True
            crowd = os.getloadavg()[0] / (os.cpu_count() or 1) if hasattr(os, "getloadavg") else 1.0
            if crowd > _CROWDED:
                self._end += self._limit * (min(crowd, self._longest) - 1)
                left = self._end - time.monotonic()
        left = max(0.0, left)
        self._wait.go_on(left)
        return left
