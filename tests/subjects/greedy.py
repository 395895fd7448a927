"""Subjects that forge replies, hold pipes or hand over far too much, named by text in the tests beside this file."""

import itertools
import os
import signal
import stat
import sys
import time
from typing import Any

import numpy as np


def he(shape: Any, rng: Any) -> Any:
    return rng.standard_normal(shape) * np.sqrt(2 / np.prod(shape[1:]))


def _written_to_pipes(content: bytes) -> None:
    for descriptor in range(3, 64):
        try:
            if stat.S_ISFIFO(os.fstat(descriptor).st_mode):
                os.write(descriptor, content)
        except OSError:
            continue


def forges_a_reply(shape: Any, rng: Any) -> Any:
    """Answers with a sound array, of its own making, in the checker's own words."""
    from symcheck.subjects import wire
    from symcheck.subjects.messages import Draw, Draws

    reply = Draws([Draw(array=np.ones(tuple(shape)), dtype="float64")])
    for part in wire.frame(reply, os.urandom(wire.NUMBER)):
        _written_to_pipes(bytes(part))
    return he(shape, rng)


def writes_a_byte(shape: Any, rng: Any) -> Any:
    _written_to_pipes(b"x")
    return he(shape, rng)


def writes_without_end(shape: Any, rng: Any) -> Any:
    while True:
        _written_to_pipes(b"\0" * 65536)


def claims_a_long_frame(shape: Any, rng: Any) -> Any:
    _written_to_pipes(b"\xff" * 24)
    return he(shape, rng)


def leaves_a_session_behind(shape: Any, rng: Any) -> Any:
    """What it forks leaves its group, and holds both pipes."""
    if os.fork() == 0:
        os.setsid()
        time.sleep(20)
        os._exit(0)
    os._exit(4)


def stops_itself(shape: Any, rng: Any) -> Any:
    os.kill(os.getpid(), signal.SIGSTOP)
    return he(shape, rng)


def ignores_signals(shape: Any, rng: Any) -> Any:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGALRM):
        signal.signal(number, signal.SIG_IGN)
    time.sleep(1e6)


class Spoof(np.ndarray):
    dtype = property(lambda self: np.dtype("f8"))


class Shrinks(np.ndarray):
    shape = property(lambda self: (7, 5))
    size = property(lambda self: 35)


def spoofed(shape: Any, rng: Any) -> Any:
    return np.zeros(shape, object).view(Spoof)


spoofed_network = [np.zeros((2, 2), object).view(Spoof), np.zeros((1, 2))]


def view(shape: Any, rng: Any) -> Any:
    return np.broadcast_to(np.float64(0), (2**20, 2**20))


def shrunk(shape: Any, rng: Any) -> Any:
    return np.broadcast_to(np.float64(0), (2**20, 2**20)).view(Shrinks)


view_network = [np.broadcast_to(np.float64(0), (2**20, 2**20)), np.zeros((1, 2**20))]
repeated_network = [np.broadcast_to(np.float64(1), (2**12, 2**12)), np.zeros((1, 2**12))]


class Plain:
    activation = "tanh"

    def forward(self, params: Any, X: Any) -> Any:
        for number, (W, b) in enumerate(params, 1):
            X = X @ W.T + b
            X = np.tanh(X) if number < len(params) else X
        return X


class Forges(Plain):
    def forward(self, params: Any, X: Any) -> Any:
        _written_to_pipes(b"\0" * 32)
        return super().forward(params, X)


class Stops(Plain):
    def forward(self, params: Any, X: Any) -> Any:
        os.kill(os.getpid(), signal.SIGSTOP)


class Views(Plain):
    def forward(self, params: Any, X: Any) -> Any:
        return np.broadcast_to(np.float64(0), (2**20, 2**20))


class WithoutEnd:
    def initialize(self, sizes: Any, rng: Any) -> Any:
        return ((np.zeros((m, n)), np.zeros(m)) for n, m in itertools.cycle([tuple(sizes[:2])]))


class Spoofs:
    def initialize(self, sizes: Any, rng: Any) -> Any:
        return [(np.zeros((m, n), object).view(Spoof), np.zeros(m)) for n, m in itertools.pairwise(sizes)]


class Leaves(Plain):
    def forward(self, params: Any, X: Any) -> Any:
        sys.exit(0)
