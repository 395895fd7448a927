"""An implementation in this process: recognises it, calls its methods and reads what comes back.

Every answer is plain data: either arrays that were checked for shape, dtype and finiteness, or one sentence.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from itertools import islice
from math import prod
from types import ModuleType
from typing import Any

import numpy as np

from symcheck import adapters
from symcheck.errors import SubjectError, an, counted, listed
from symcheck.subjects.columns import keeps_columns
from symcheck.subjects.declared import declared
from symcheck.subjects.find import made
from symcheck.subjects.initializer import shape_of, to_array
from symcheck.subjects.limits import most_entries
from symcheck.subjects.messages import Answer, Call, Sharing, Transcribe, Written
from symcheck.subjects.watch import Watch
from symcheck.texts import traced, type_name
from symcheck.types import Array

#: What the protocol names; a subject offers some of them.
METHODS = ("initialize", "forward", "gradients", "update", "train_step")


def methods_of(obj: Any) -> list[str]:
    """The methods of the protocol that an object, class or module has."""
    found = []
    for name in METHODS:
        try:
            if callable(getattr(obj, name, None)):
                found.append(name)
        except Exception:
            continue
    return found


def is_implementation(obj: Any) -> bool:
    """Whether something offers the protocol: gradients or an initialize, or a method with an activation or loss named.

    A framework's model has a ``forward`` of its own meaning, and is a network; a mapping has an ``update`` of its own.
    """
    methods = methods_of(obj)
    if not methods or adapters.first(lambda a: a.is_network(obj) or a.is_model_class(obj)):
        return False
    return bool({"gradients", "train_step", "initialize"} & set(methods)) or any(
        issubclass(type(getattr(obj, name, None)), str) for name in ("activation", "loss")
    )


class Implementer:
    """One implementation, called here."""

    def __init__(
        self, obj: Any, name: str, positional: Sequence[Any] = (), keywords: Mapping[str, Any] | None = None
    ) -> None:
        """Look at a subject.

        Raises:
            SubjectError: it offers nothing of the protocol, or names an activation, loss or layout that is unknown.
            SubjectFailure: it raises while it is made.
        """
        called_as = "the functions of a module" if isinstance(obj, ModuleType) else "an object"
        if isinstance(obj, type):
            called_as = "an instance of the class"
            called_as += "" if positional or keywords else ", made without arguments"
            hint = f": bind them, as in {name}(activation='tanh')"
            obj = made(obj, name, positional, keywords, hint, "implementation")
        self._obj = obj
        methods = methods_of(obj)
        if not methods:
            message = f"{name} has none of {listed(METHODS)}: it is not an implementation of a network"
            raise SubjectError(message, "no implementation")
        self.offer = declared(obj, name, methods, called_as)
        # Only what remembers is ever begun afresh.
        remembers = "train_step" in methods or self.offer.optimizer != "sgd"
        self._untouched = _copied(obj) if remembers else None
        self._columns = keeps_columns(obj, self.offer)
        if self._columns:
            self.offer = replace(
                self.offer, columns=True, notes=(*self.offer.notes, "biases are columns of shape (out, 1)")
            )
        self._returned: dict[str, list[tuple[Array, Array]]] = {}
        self._legacy = False
        #: Writes a call down in an author's own functions: method, arguments, and what is to be printed.
        self.write: Callable[[str, Sequence[Any], Sequence[int]], str] | None = None

    def call(self, call: Call, watch: Watch) -> Answer:
        """Call a method once."""
        if call.fresh and self._untouched is not None:
            self._obj = _copied(self._untouched)
        arguments, given = self._arguments(call)
        before = [array.copy() for _, array in given]
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            with watch:
                try:
                    result = getattr(self._obj, call.method)(*arguments)
                    error = ""
                except AttributeError as raised:
                    if call.method == "initialize" and "Generator' object has no" in str(raised) and not self._legacy:
                        self._legacy = True
                        return self.call(call, watch)
                    result, error = None, f"raises {traced(raised)}"
                except BaseException as raised:
                    result, error = None, f"raises {traced(raised)}"
        answer = Answer(state=watch.state, printed=watch.printed)
        answer.changed = sorted({n for (n, a), old in zip(given, before, strict=True) if not np.array_equal(a, old)})
        if error:
            answer.error, answer.kind = error, "raised"
            return answer
        try:
            if result is None and "params" in answer.changed:
                raise _Nonsense(f"{call.method} returns None and changes params in place, but should return new ones")
            arrays = self._read(call, result)
        except _Nonsense as nonsense:
            answer.error, answer.kind = str(nonsense), "nonsense"
            answer.misshapen, answer.shape, answer.misfit = nonsense.misshapen, nonsense.shape, nonsense.misfit
            answer.layers = nonsense.layers
            answer.arrays = [np.array(a) for a in self._turned(nonsense.arrays, call.method)]
            return answer
        answer.shared = self._sharing(call.method, arrays, given)
        # Read only now: a method that hands out one buffer again and again overwrites what it returned before.
        answer.arrays = [np.array(a) for a in self._turned(arrays, call.method)]
        return answer

    @property
    def subject(self) -> Any:
        """What is called."""
        return self._obj

    def asked(self, name: str, params: Sequence[tuple[Array, Array]], X: Array) -> Any:
        """What a function of parameters and inputs returns, as it comes, of a copy of the subject."""
        call = Call("forward", depth=len(params), arrays=[*(a for pair in params for a in pair), X])
        obj = _copied(self._obj)
        return getattr(self._obj if obj is None else obj, name)(*self._arguments(call)[0])

    def transcribe(self, message: Transcribe) -> Written:
        """A call in the functions of an author's own code, where that is what is called."""
        if self.write is None:
            return Written()
        arguments, _ = self._arguments(message.call)
        return Written(self.write(message.call.method, arguments, message.part))

    def _arguments(self, call: Call) -> tuple[list[Any], list[tuple[str, Array]]]:
        if call.method == "initialize":
            rng = np.random.RandomState(call.seed % 2**32) if self._legacy else np.random.default_rng(call.seed)
            return [list(call.sizes), rng], []
        count = 2 * call.depth
        parts = [np.array(a) for a in call.arrays]
        params = self._pairs(parts[:count])
        given = [("params", a) for pair in params for a in pair]
        if call.method == "update":
            slopes = self._pairs(parts[count:])
            given += [("gradients", a) for pair in slopes for a in pair]
            return [params, slopes, call.learning_rate], given
        batch = [self._samples_last(a) for a in parts[count:]]
        given += list(zip(("X", "Y"), batch, strict=False))
        return [params, *batch, *([call.learning_rate] if call.method == "train_step" else [])], given

    def _pairs(self, arrays: list[Array]) -> list[tuple[Array, Array]]:
        turn = self.offer.layout == "in_out"
        biases = [b[:, None] if self._columns else b for b in arrays[1::2]]
        return [(np.ascontiguousarray(w.T) if turn else w, b) for w, b in zip(arrays[::2], biases, strict=True)]

    def _samples_last(self, array: Array) -> Array:
        """A batch as the subject takes it: (features, samples) where it says so."""
        return np.ascontiguousarray(array.T) if self.offer.features_first and array.ndim == 2 else array

    def _turned(self, arrays: list[Array], method: str) -> list[Array]:
        if method == "forward":
            return [a.T for a in arrays] if self.offer.features_first else arrays
        turn = self.offer.layout == "in_out"
        return [(a[:, 0] if self._columns else a) if i % 2 else (a.T if turn else a) for i, a in enumerate(arrays)]

    def _read(self, call: Call, result: Any) -> list[Array]:
        if call.method == "forward":
            shape, axes = (len(call.arrays[-1]), len(call.arrays[2 * call.depth - 1])), "(samples, outputs)"
            if self.offer.features_first:
                shape, axes = shape[::-1], "(outputs, samples)"
            return [_array(result, "forward returns", "outputs", "for the outputs", shape, axes)]
        sizes = call.sizes or [call.arrays[0].shape[1], *(len(b) for b in call.arrays[1 : 2 * call.depth : 2])]
        doing = f"{call.method} returns"
        try:
            # One more than there should be, where there may be no end to them.
            finite = type(result) in (list, tuple)
            pairs = list(result if finite else islice(result, len(sizes)))
        except TypeError:
            raise _Nonsense(
                f"{doing} {_article(result)}, but should return a list of (W, b), one for each layer"
            ) from None
        if len(pairs) != len(sizes) - 1:
            whole = finite or len(pairs) < len(sizes)
            count = counted(len(pairs), "layer") if whole else f"more than {counted(len(sizes) - 1, 'layer')}"
            raise _Nonsense(f"{doing} {count}, but should be {len(sizes) - 1}")
        arrays = []
        first: _Nonsense | None = None
        broken: _Nonsense | None = None
        for i, pair in enumerate(pairs, 1):
            if not isinstance(pair, tuple | list) or len(pair) != 2:
                raise _Nonsense(f"{doing} {_article(pair)} for layer {i}, but should be a pair (W, b)")
            shape = (sizes[i], sizes[i - 1])
            shape = shape[::-1] if self.offer.layout == "in_out" else shape
            layout = f"({self.offer.layout.replace('_', ', ')})"
            bias, axes = ((sizes[i], 1), "(out, 1)") if self._columns else ((sizes[i],), "(out,)")
            for value, part, expected, order in ((pair[0], "W", shape, layout), (pair[1], "b", bias, axes)):
                try:
                    arrays.append(_array(value, doing, part, f"for {part} of layer {i}", expected, order))
                except _Nonsense as nonsense:
                    nonsense.layers.append(i)
                    if nonsense.array is not None:
                        broken = broken or nonsense
                        arrays.append(nonsense.array)
                    elif nonsense.misshapen == "b":
                        first = first or nonsense
                        first.layers += nonsense.layers if nonsense is not first else []
                        arrays.append(np.zeros(bias))
                    else:
                        raise
        if (wrong := broken or first) is not None:
            wrong.arrays = arrays
            raise wrong
        return arrays

    def _sharing(self, method: str, arrays: list[Array], given: list[tuple[str, Array]]) -> Sharing | None:
        """What shares memory with what; the last result is kept to see whether the next call writes into it."""
        before = self._returned.get(method, [])
        self._returned[method] = [(a, a.copy()) for a in arrays]
        for name, argument in given:
            if any(np.shares_memory(a, argument) for a in arrays):
                return Sharing("argument", (name,))
        for i, first in enumerate(arrays):
            for j in range(i):
                if np.shares_memory(first, arrays[j]):
                    return Sharing("result", (_part(j), _part(i)))
        if any(np.shares_memory(a, old) for a in arrays for old, _ in before) or any(
            not np.array_equal(old, copy) for old, copy in before
        ):
            return Sharing("state")
        return None


def _copied(obj: Any) -> Any | None:
    """A copy with a state of its own, or None where there is none."""
    if isinstance(obj, ModuleType):
        return None
    try:
        return deepcopy(obj)
    except BaseException:
        return None


class _Nonsense(Exception):
    """What came back is not what the protocol asks for; the fields are those of `Answer` on a wrong shape."""

    def __init__(self, sentence: str, misshapen: str = "", shape: tuple[int, ...] = (), misfit: str = "") -> None:
        super().__init__(sentence)
        self.misshapen, self.shape, self.misfit = misshapen, shape, misfit
        self.arrays: list[Array] = []
        self.layers: list[int] = []
        #: What is of the right shape and holds what is no number.
        self.array: Array | None = None


def _part(index: int) -> str:
    return f"{'Wb'[index % 2]} of layer {index // 2 + 1}"


def _article(value: Any) -> str:
    if value is None:
        return "None"
    return an(type_name(value))


def _array(value: Any, doing: str, part: str, what: str, shape: tuple[int, ...], axes: str) -> Array:
    got = shape_of(value)
    if got is not None and prod(got) > most_entries(shape):
        raise _Nonsense(f"{doing} shape {got} {what}, but should be {shape} = {axes}", part, got)
    converted = to_array(value)
    if isinstance(converted, str):
        raise _Nonsense(f"{doing} {_article(value)} {what}, but should be an array of shape {shape}")
    array = converted[0]
    if array.dtype.kind != "f" or array.dtype.itemsize > 8:
        raise _Nonsense(f"{doing} dtype {array.dtype} {what}, but should be floating-point numbers")
    if array.shape != shape:
        squeezed = tuple(n for n in shape if n > 1)
        misfit = {squeezed: "squeezed", shape[::-1]: "transposed"}.get(array.shape, "")
        hint = f"; it is {misfit}" if misfit else ""
        if part == "b" and array.shape == ():
            misfit, hint = (
                "one number",
                "; one number stands for all units: sum over the samples, and over nothing else",
            )
        elif part == "b" and array.shape == (1, *shape):
            misfit, hint = "kept", "; drop keepdims"
        sentence = f"{doing} shape {array.shape} {what}, but should be {shape} = {axes}{hint}"
        raise _Nonsense(sentence, part, array.shape, misfit)
    if not np.isfinite(array).all():
        bad = int((~np.isfinite(array)).sum())
        nonsense = _Nonsense(f"{doing} NaN or infinity in {bad} of {array.size} entries {what}")
        nonsense.array = array
        raise nonsense
    return array
