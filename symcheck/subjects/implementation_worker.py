"""The process a named implementation lives in: whatever it prints, breaks or never returns from stays here."""

from __future__ import annotations

import importlib
import os
from dataclasses import asdict
from types import ModuleType
from typing import Any

from symcheck.errors import SymcheckError
from symcheck.subjects import wire
from symcheck.subjects.implementation_calls import Implementer, is_implementation, methods_of
from symcheck.subjects.implementation_messages import Answer, Call
from symcheck.subjects.implementation_watch import StreamWatch
from symcheck.subjects.model import SubjectFailure
from symcheck.subjects.resolve import describe, load_object, split_spec


def main() -> None:
    """Serve calls from standard input until it closes."""
    replies = os.fdopen(os.dup(1), "wb")
    requests = os.fdopen(os.dup(0), "rb")
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    watch = StreamWatch()
    implementer: Implementer | None = None
    while (frame := wire.receive(requests)) is not None:
        header, arrays = frame
        answer = Answer()
        try:
            if header["do"] == "load":
                implementer = load(header["spec"])
                offer = asdict(implementer.offer) if implementer else None
                reply: dict[str, Any] = {"offer": offer}
            else:
                assert implementer is not None
                answer = implementer.call(Call(**header["call"], arrays=arrays), watch)
                reply = {"answer": answer.header()}
        except SymcheckError as error:
            reply = {"refused": str(error)}
        except SubjectFailure as failure:
            reply = {"failed": str(failure), "kind": failure.kind}
        except BaseException as error:
            reply = {"failed": f"raises {describe(error)}", "kind": "raised"}
        wire.send(replies, reply, answer.arrays)


def load(spec: str) -> Implementer | None:
    """The implementation that a text names, or None when it names something else.

    Raises:
        SymcheckError: there is no such thing, or it names an unknown activation, loss or layout.
        SubjectFailure: it raises while it is loaded.
    """
    if ":" not in spec:
        # A file is imported by what is in it; any attribute that every module has will do.
        load_object(spec, "__name__")
        return Implementer(_module(spec), spec)
    module, attribute, keywords, positional = split_spec(spec)
    obj = load_object(module, attribute)
    if is_implementation(obj):
        return Implementer(obj, spec, (positional, keywords))
    if (
        callable(obj)
        and not methods_of(obj)
        and not isinstance(obj, type)
        and _takes_nothing(obj, positional, keywords)
    ):
        made = obj(*positional, **keywords)
        return Implementer(made, spec) if is_implementation(made) else None
    return None


def _module(spec: str) -> ModuleType:
    import sys
    from pathlib import Path

    if not spec.endswith(".py"):
        return importlib.import_module(spec)
    path = str(Path(spec).resolve())
    return next(
        m
        for m in list(sys.modules.values())
        if getattr(m, "__file__", None) and str(Path(str(m.__file__)).resolve()) == path and m.__name__ != "__main__"
    )


def _takes_nothing(function: Any, positional: list[Any], keywords: dict[str, Any]) -> bool:
    import inspect

    try:
        inspect.signature(function).bind(*positional, **keywords)
    except (TypeError, ValueError):
        return False
    # An initializer whose parameters all have defaults still draws a shape: only what takes nothing is a factory.
    return not [p for p in inspect.signature(function).parameters.values() if p.default is p.empty] and bool(
        positional or keywords or not inspect.signature(function).parameters
    )


if __name__ == "__main__":
    main()
