"""Running a file for what it defines: what would train, ask, draw, write or end the process is left out, and said."""

from __future__ import annotations

import ast
import linecache
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from types import CodeType, FunctionType, ModuleType
from typing import Any

from symcheck.subjects.scratch.flow import Loop, is_guard, names_of, touched
from symcheck.subjects.scratch.loops import data_of
from symcheck.subjects.scratch.names import rank
from symcheck.texts import first_line

#: Calls that do something beside computing, by the last part of their names, and by the first.
_DOES = {
    **dict.fromkeys(("exit", "quit", "_exit", "abort"), "it ends the process"),
    **dict.fromkeys(
        ("chdir", "makedirs", "mkdir", "remove", "rmtree", "system", "popen", "Popen"), "it reaches outside"
    ),
    **dict.fromkeys(("urlretrieve", "urlopen", "download", "wget"), "it downloads"),
    **dict.fromkeys(
        ("save", "savez", "savetxt", "savez_compressed", "dump", "to_csv", "savefig", "write"), "it writes a file"
    ),
    **dict.fromkeys(("show", "plot", "scatter", "imshow", "contourf"), "it draws"),
    **dict.fromkeys(("input", "raw_input"), "it asks for input"),
    "sleep": "it waits",
}
#: The same of functions and methods of the file itself, by what their names begin with: ``saveWeights``, ``plot_loss``.
_SPEAKS = {
    re.compile(r"_*[Ss](ave|tore)(_|[A-Z]|$)|_*([Ee]xport|[Dd]ump)(_|[A-Z]|$)"): _DOES["save"],
    re.compile(r"_*([Pp]lot|[Dd]raw|[Ss]how|[Vv]isuali[sz]e)(_|[A-Z]|$)"): _DOES["plot"],
}
_DRAWING = ("plt", "pyplot", "sns", "pylab")
#: Functions that train, whatever else their names say.
_TRAINS = ("main", "run", "demo", "model", "nn_model", "build_model", "L_layer_model", "gradient_descent", "optimize")
#: What may be missing where a file is held to the suite: what it draws with, reads its data from, or is started by.
TOLERATED = (ModuleNotFoundError, OSError, EOFError)


@dataclass(frozen=True)
class LeftOut:
    """A statement that was not run, by its lines, and why."""

    first: int
    last: int
    why: str

    @property
    def told(self) -> str:
        """The lines with the reason."""
        return (
            f"line {self.first} ({self.why})"
            if self.first == self.last
            else f"lines {self.first} to {self.last} ({self.why})"
        )


_LEFT_OUT: dict[int, tuple[LeftOut, ...]] = {}


def left_out(module: Any) -> tuple[LeftOut, ...]:
    """What was not run of a module's file."""
    return _LEFT_OUT.get(id(module), ()) if isinstance(module, ModuleType) else ()


def run_definitions(module: ModuleType, text: str, file: str) -> None:
    """Run a file in a module, but for what does more than define.

    Raises:
        SyntaxError: it is no Python.
        BaseException: whatever it raises that has not to do with what was left out.
    """
    tree = ast.parse(text, file)
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    flags = _future(tree)
    missing: list[LeftOut] = []
    lost: set[str] = set()
    # What a file defines further down, as cells of a notebook do that were run in another order, is waited for.
    waiting: list[ast.stmt] = []
    further = {name for statement in tree.body for name in touched(statement)}
    for number, statement in enumerate(chain(tree.body, waiting)):
        why = _more(statement, vars(module))
        if not why:
            try:
                exec(_compiled(statement, file, flags), vars(module))
                lost -= touched(statement)
                continue
            except SystemExit:
                why = _DOES["exit"]
            except TOLERATED as error:
                why = first_line(error) or type(error).__name__
            except NameError as error:
                name = getattr(error, "name", None)
                if number < len(tree.body) and name in further - lost:
                    waiting.append(statement)
                    further |= touched(statement)
                    continue
                if name not in lost:
                    raise
                why = f"it needs {name}"
        lost |= touched(statement)
        missing.append(LeftOut(statement.lineno, statement.end_lineno or statement.lineno, why))
    _LEFT_OUT[id(module)] = tuple(missing)


def run_whole(module: ModuleType) -> None:
    """Run what was left out as well, as an import would: the whole file, from its beginning.

    Raises:
        BaseException: whatever it raises.
    """
    _LEFT_OUT.pop(id(module), None)
    file = str(module.__file__)
    exec(compile("".join(linecache.getlines(file)), file, "exec", dont_inherit=True), vars(module))


def _more(statement: ast.stmt, space: dict[str, Any]) -> str:
    """What a statement does beside defining; "" where that is all."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom) or is_guard(statement):
        return ""
    if isinstance(statement, Loop) and _trains(statement, space):
        return "it trains"
    calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)]
    for call in calls:
        first, last = _called(call.func)
        if last == "input" and first == "input":
            return _DOES["input"]
        if _is_training(call.func, last, space):
            return "it trains"
        alone = isinstance(statement, ast.Expr | ast.With | Loop)
        if alone and first in _DRAWING:
            return _DOES["plot"]
        if alone and last in _DOES and last not in space:
            return _DOES[last]
        by_name = [why for words, why in _SPEAKS.items() if alone and words.match(last)]
        if by_name:
            return by_name[0]
    return ""


def _called(function: ast.expr) -> tuple[str, str]:
    """The first and the last part of the name that is called."""
    last = (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )
    while isinstance(function, ast.Attribute | ast.Call | ast.Subscript):
        function = function.func if isinstance(function, ast.Call) else function.value
    return (function.id if isinstance(function, ast.Name) else ""), last


def _is_training(function: ast.expr, last: str, space: dict[str, Any]) -> bool:
    """Whether a function of the file, or a method of an object of its classes, is called that trains by its name."""
    speaks = last in _TRAINS or rank(last, "train_step") is not None
    if isinstance(function, ast.Name):
        own = space.get(last)
        return speaks and isinstance(own, FunctionType) and own.__module__ == space.get("__name__")
    if not speaks or not isinstance(function, ast.Attribute):
        return False
    if not isinstance(function.value, ast.Name):
        return True
    owner = space.get(function.value.id)
    # An object that training made was left out with it.
    return owner is None or type(owner).__module__ == space.get("__name__")


def _trains(loop: Loop, space: dict[str, Any]) -> bool:
    """Whether a loop changes arrays that are a network between data that it reads."""
    try:
        return data_of(names_of(loop.body), space) is not None
    except Exception:
        return False


def _future(tree: ast.Module) -> int:
    """The compiler's flags for what the file imports from ``__future__``."""
    import __future__

    names = [a.name for s in tree.body if isinstance(s, ast.ImportFrom) and s.module == "__future__" for a in s.names]
    flags = 0
    for name in names:
        flags |= getattr(__future__, name).compiler_flag if hasattr(__future__, name) else 0
    return flags


def _compiled(statement: ast.stmt, file: str, flags: int) -> CodeType:
    code: CodeType = compile(ast.Module([statement], []), file, "exec", flags, dont_inherit=True)
    return code


def told(left: Sequence[LeftOut]) -> str:
    """All of what was left out, in one sentence; lines after each other with one reason are told together."""
    together: list[LeftOut] = []
    for part in left:
        if together and together[-1].why == part.why and part.first == together[-1].last + 1:
            together[-1] = LeftOut(together[-1].first, part.last, part.why)
        else:
            together.append(part)
    return f"left out when the file was read: {', '.join(part.told for part in together)}"
