"""The process a named subject lives in: whatever it prints, breaks or never returns from stays here."""

from __future__ import annotations

import os
from typing import Any

from symcheck.errors import SymcheckError
from symcheck.fans import Layer
from symcheck.subjects import wire
from symcheck.subjects.model import Options, Request, SubjectFailure
from symcheck.subjects.resolve import describe
from symcheck.subjects.session import Session
from symcheck.types import Array


def main() -> None:
    """Serve requests from standard input until it closes."""
    replies = os.fdopen(os.dup(1), "wb")
    requests = os.fdopen(os.dup(0), "rb")
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1) if os.environ.get("SYMCHECK_DEBUG") else (0, 1, 2):
        os.dup2(null, descriptor)
    session = Session()
    while (frame := wire.receive(requests)) is not None:
        header, _ = frame
        try:
            reply, arrays = _serve(session, header)
        except SymcheckError as error:
            reply, arrays = {"refused": str(error)}, []
        except SubjectFailure as failure:
            reply, arrays = {"failed": str(failure), "kind": failure.kind}, []
        except Exception as error:
            reply, arrays = {"failed": f"raises {describe(error)}", "kind": "raised"}, []
        wire.send(replies, reply, arrays)


def _serve(session: Session, header: dict[str, Any]) -> tuple[dict[str, Any], list[Array]]:
    if header["do"] == "import":
        session.find(header["spec"])
        return {}, []
    if header["do"] == "take":
        description = session.take_found(Options(**header["options"]))
        return {"description": description.header()}, description.arrays
    fields = dict(header["request"])
    layer = Layer(fields["layer"]["out"], fields["layer"]["inputs"], tuple(fields["layer"]["kernel"]))
    draws = session.draw(Request(**{**fields, "layer": layer}))
    present = [d.array for d in draws if d.array is not None]
    return {"draws": [d.header() for d in draws], "has": [d.array is not None for d in draws]}, present


if __name__ == "__main__":
    main()
