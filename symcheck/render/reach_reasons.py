"""Why parameters are frozen or tied, and what to change, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from symcheck.errors import counted
from symcheck.reachability.reasons import Kind, Reason
from symcheck.texts import plain

#: Names that a sentence holds.
_NAMES = 4
_NORMALIZATIONS = ("norm",)
_SOFTMAX = ("softmax", "attention")


def why(reasons: Sequence[Reason]) -> str:
    """Reasons as one clause, or that none is known."""
    return "; ".join(dict.fromkeys(map(reason_sentence, reasons))) or "no reason known"


def reason_sentence(reason: Reason) -> str:
    """One reason as an experiment showed it, with what to change."""
    changed = _names(reason.changed)
    either = _names(reason.changed, "or")
    match reason.kind:
        case Kind.ZERO | Kind.ZEROS if reason.partly:
            return f"no gradient reaches it while entries of {changed} are zero: it moves once these start at random"
        case Kind.ZERO_FACTORS:
            return f"zero on both sides of a product: it moves once {either} starts at random"
        case Kind.ZERO if len(reason.changed) > 1:
            return f"no gradient reaches it while {changed} are zero: it moves once {either} starts at random"
        case Kind.ZERO:
            return f"no gradient reaches it while {changed} is zero: it moves once {changed} starts at random"
        case Kind.ZEROS:
            return f"several zeros in a row, no one of which is enough: it moves once {changed} all start at random"
        case Kind.SIGN:
            return f"dead by sign, no input opens it: {turned_sentence(reason)}"
        case Kind.EQUAL_START if reason.effect == "together":
            return f"they start alike: draw each anew ({changed} drawn anew parts them)"
        case Kind.EQUAL_START:
            return f"they start alike: {changed} drawn at random parts them"
        case Kind.START if reason.effect == "frozen":
            return f"the start of the model lets no gradient through: it moves once {either} starts at random"
        case Kind.START:
            return f"the start of the model holds them together: {changed} drawn at random parts them"
        case Kind.ZERO_BESIDE:
            return f"they start alike and {changed} is zero: drawn at random, {changed} parts them"
        case Kind.TAKEN_AWAY:
            return _taken_away(reason.through)
        case Kind.UNUSED:
            return "unused: no output that has a gradient depends on it"
        case Kind.DETACHED:
            return "outputs depend on it, and no gradient flows back: detached, or the row of padding of an embedding"
        case Kind.JUMPS:
            return "outputs depend on it in jumps alone, as on a choice (argmax, top-k, a comparison), which has no gradient"
        case Kind.NOT_VISITED:
            return "outputs did not change with it on any input that was tried"
        case Kind.PADDING:
            return "on inputs of this size it meets padding alone"
        case Kind.ONLY_ADDED:
            return "only ever added: outputs depend on the sum, or the difference, alone"


def turned_sentence(reason: Reason) -> str:
    """What a ReLU that nothing opens needs."""
    return f"with the signs of {_names(reason.changed)} turned it moves"


def short(reason: Reason) -> str:
    """One reason in a few words, for a table."""
    if reason.kind is not Kind.TAKEN_AWAY:
        return reason.kind.value
    if any(word in reason.through for word in _SOFTMAX):
        return "key bias under softmax"
    return "bias before a normalization" if any(word in reason.through for word in _NORMALIZATIONS) else "taken away"


def numbers(values: Sequence[int]) -> str:
    """``0-3``, or ``0, 2, 5``."""
    values = list(values)
    if len(values) > 2 and values == list(range(values[0], values[-1] + 1)):
        return f"{values[0]}-{values[-1]}"
    return ", ".join(map(str, values))


def _taken_away(operation: str) -> str:
    if any(word in operation for word in _SOFTMAX):
        return f"it adds the same to every score, as a key bias does, and softmax ignores that ({plain(operation)})"
    if any(word in operation for word in _NORMALIZATIONS):
        return f"a normalization takes it away again, as every bias before it ({plain(operation)})"
    if operation == "sub":
        return "it is subtracted again"
    return "no output depends on it: " + (
        f"{plain(operation)} takes it away" if operation else "a later operation takes it away"
    )


def _names(names: Sequence[str], word: str = "and") -> str:
    shown = [plain(name) for name in names[:_NAMES]]
    if len(names) > _NAMES:
        shown.append(counted(len(names) - _NAMES, "more", "more"))
    return "".join(shown) if len(shown) < 2 else f"{', '.join(shown[:-1])} {word} {shown[-1]}"
