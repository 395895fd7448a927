"""One deadline for everything that is waited for, and no reply but the subject's own worker's."""

import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcheck.__main__ import _ending_in_order
from symcheck.checking import check
from symcheck.errors import SubjectFailure
from symcheck.fans import Layer
from symcheck.subjects import wire
from symcheck.subjects.channel import Channel, Garbled, Gone, Late
from symcheck.subjects.data import Options
from symcheck.subjects.deadline import Deadline
from symcheck.subjects.host import ProcessHost, ThreadHost
from symcheck.subjects.messages import Call, Draw, Draws, Find, Found, Request, Take

GREEDY = Path(__file__).with_name("greedy.py")
NUMBER = b"0123456789abcdef"
WRITES = "writes into the pipe through which it answers when it is called"


@pytest.mark.parametrize(
    ("attribute", "words"),
    # A machine so busy that it does not return before it is called finds the same.
    [
        ("forges_a_reply", WRITES),
        ("writes_a_byte", WRITES),
        ("writes_without_end", WRITES),
        ("claims_a_long_frame", WRITES),
        ("leaves_a_session_behind", "ends the process when it is called (exit status 4)"),
        ("stops_itself", "does not return within"),
        ("ignores_signals", "does not return within"),
    ],
)
def test_an_initializer_that_answers_for_the_checker_or_never(attribute: str, words: str) -> None:
    report = check(f"{GREEDY}:{attribute}", timeout=1.0 if "return" in words else 60.0)
    assert words in report.failures[0].message
    assert report.counts["passed"] == 0


@pytest.mark.parametrize(
    ("attribute", "words"),
    [
        ("Forges", "forward writes into the pipe through which it answers"),
        ("Stops", "does not return within"),
        ("Leaves", "forward raises SystemExit: 0"),
    ],
)
def test_an_implementation_that_answers_for_the_checker_or_never(attribute: str, words: str) -> None:
    only = "implementation.outputs_are_those_of_the_network"
    report = check(f"{GREEDY}:{attribute}", timeout=1.0 if "return" in words else 60.0, only=only)
    assert [f.status for f in report.findings] == ["error"]
    assert words in report.failures[0].message


@pytest.fixture
def channel() -> Any:
    opened = Channel()
    yield opened
    opened.close()


def test_a_message_that_nobody_reads_is_not_waited_for(channel: Channel) -> None:
    """The process is stopped, and the message longer than what a pipe holds."""
    os.killpg(channel._process.pid, signal.SIGSTOP)
    with pytest.raises(Late):
        channel.ask(Call("forward", 0, arrays=[np.zeros(1 << 20)]), Deadline(0.3))


def test_a_process_that_has_ended_is_not_waited_for(channel: Channel) -> None:
    os.killpg(channel._process.pid, signal.SIGKILL)
    with pytest.raises(Gone):
        channel.ask(Find("json:dumps"), Deadline(600))
    assert channel.part() == -signal.SIGKILL


def test_the_group_ends_with_the_process(tmp_path: Path) -> None:
    """What the subject has forked holds a pipe of ours; it is closed when all of them have ended."""
    fifo, file = tmp_path / "fifo", tmp_path / "forks.py"
    os.mkfifo(fifo)
    file.write_text(
        f"import os, time\nheld = os.open({str(fifo)!r}, os.O_RDWR)\n"
        "def init(shape, rng):\n    if os.fork() == 0: time.sleep(1e6)\n    time.sleep(1e6)\n"
    )
    reading = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    report = check(f"{file}:init", timeout=0.5)
    assert "does not return" in report.failures[0].message
    os.set_blocking(reading, True)
    assert os.read(reading, 1) == b""
    os.close(reading)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_request_to_end_ends_the_subject_too(tmp_path: Path, number: signal.Signals) -> None:
    fifo, file = tmp_path / "fifo", tmp_path / "waits.py"
    os.mkfifo(fifo)
    file.write_text(
        f"import os, time\ndef init(shape, rng):\n    held = os.open({str(fifo)!r}, os.O_WRONLY)\n    time.sleep(100)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    command = [sys.executable, "-m", "symcheck", "check", f"{file}:init", "--timeout", "100"]

    def heeding_interrupts() -> None:
        # What a shell without job control runs in the background ignores them.
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, preexec_fn=heeding_interrupts) as process:
        # Opened only when the subject opens it, closed only when the subject has ended.
        reading = os.open(fifo, os.O_RDONLY)
        process.send_signal(number)
        assert process.wait() == 128 + number
        assert process.stderr is not None
        assert ("interrupted" in process.stderr.read().decode()) == (number == signal.SIGINT)
    assert os.read(reading, 1) == b""
    os.close(reading)


def test_a_request_to_end_is_no_failure_of_an_example() -> None:
    asked = []

    @given(st.none())
    def example(nothing: None) -> None:
        if not asked:
            asked.append(nothing)
            os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(SystemExit) as ended, _ending_in_order():
        example()
    assert ended.value.code == 128 + signal.SIGTERM


def test_a_subject_is_loaded_again_after_its_process_has_ended() -> None:
    host = ProcessHost(f"{GREEDY}:he")
    host.open(Options())
    request = Request(Layer(7, 5), 3)
    first = host.ask(request, 60).draws[0].array
    os.killpg(host._channel._process.pid, signal.SIGKILL)
    host._channel._process.wait()
    assert np.array_equal(host.ask(request, 60).draws[0].array, first)
    host.close()


def test_an_object_that_hangs_is_left_behind_and_another_thread_goes_on() -> None:
    import time

    def now_and_then(shape: Any, rng: Any) -> Any:
        while hang:
            time.sleep(0.01)
        return rng.standard_normal(shape)

    hang = True
    host = ThreadHost(now_and_then, "now_and_then")
    host.open(Options())
    with pytest.raises(SubjectFailure, match="does not return"):
        host.ask(Request(Layer(3, 2), 0), 0.2)
    hang = False
    assert host.ask(Request(Layer(3, 2), 0), 600).draws[0].error is None
    host.close()


arrays = st.sampled_from(["<f8", "<f4", "<f2", "<i8", "|u1", "|b1", "<c16"]).flatmap(
    lambda dtype: st.lists(st.integers(0, 3), max_size=3).map(lambda shape: np.ones(shape, dtype).T)
)
messages = (
    st.builds(Find, st.text(), st.integers(0, 2**31))
    | st.just(Found())
    | st.builds(
        Request, st.builds(Layer, st.integers(1, 9), st.integers(1, 9)), st.integers(0, 2**62), st.integers(1, 5)
    )
    | st.builds(Take, st.builds(Options, call=st.none() | st.text()))
    | st.lists(st.builds(Draw, arrays, st.text(), st.none() | st.text()), max_size=3).map(Draws)
)


def read(content: bytes, number: bytes = NUMBER, most: float = 1 << 20) -> Any:
    stream = io.BytesIO(content)

    def exactly(size: int) -> bytes:
        assert size <= most
        part = stream.read(size)
        if len(part) < size:
            raise EOFError
        return part

    return wire.read(exactly, number, most)


def content_of(message: Any, number: bytes = NUMBER) -> bytes:
    return b"".join(bytes(part) for part in wire.frame(message, number))


@given(messages)
def test_a_message_arrives_as_it_was_sent(message: Any) -> None:
    assert content_of(read(content_of(message))) == content_of(message)


@given(messages, st.data())
def test_a_frame_that_was_changed_is_read_as_another_or_refused(message: Any, data: st.DataObject) -> None:
    """Never does it raise what is no `Exception`, or ask for more than was allowed."""
    content = bytearray(content_of(message))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=3))
        content = content or bytearray(b"x")
    try:
        again = read(bytes(content))
    except Exception:
        return
    assert content[: wire.NUMBER] == NUMBER
    content_of(again)


@pytest.mark.parametrize(
    "head",
    [
        b"[" * 100_000,
        b'{"message": 1, "arrays": [{"dtype": "<f8", "shape": [1000000, 1000000]}]}',
        b'{"message": 1, "arrays": [{"dtype": "<f8", "shape": [-1000000, -1000000]}]}',
        b'{"message": 1, "arrays": [{"dtype": "<f8", "shape": [0, 9223372036854775808]}]}',
        b'{"message": 1, "arrays": [{"dtype": "O", "shape": [1]}]}',
        b'{"message": {"@": "Path"}, "arrays": []}',
        b'{"message": {"#": 7}, "arrays": []}',
    ],
)
def test_frames_that_lie(head: bytes) -> None:
    with pytest.raises((ValueError, TypeError, KeyError, IndexError, RecursionError)):
        read(NUMBER + len(head).to_bytes(8, "little") + head + bytes(64))


def test_a_reply_to_another_request_is_none() -> None:
    other = content_of(Found(), NUMBER[::-1])
    with pytest.raises(ValueError, match="replies to nothing"):
        read(other)
    assert read(other, NUMBER[::-1]) == Found()


def test_what_is_larger_than_was_asked_for_is_refused_before_it_is_read(
    monkeypatch: pytest.MonkeyPatch, channel: Channel
) -> None:
    monkeypatch.setattr("symcheck.subjects.channel.most_bytes", lambda message: 10)
    with pytest.raises(Garbled):
        channel.ask(Find("json:dumps"), Deadline(600))


def test_options_and_facts_pass_through_a_process(cli: Callable[..., Any]) -> None:
    host = ProcessHost(f"{GREEDY}:he")
    assert host.open(replace(Options(), seed=2**31 - 1)).called_as.startswith("f(shape, rng)")
    host.close()
