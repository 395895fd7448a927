"""A report, a table of laws or a gallery on a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from symcheck.drawn import Drawn
from symcheck.render.columns import columns
from symcheck.render.grid import STATUS_STYLE
from symcheck.render.histogram import histogram
from symcheck.report import Finding, Report

#: Names of checks up to this length have a column beside the messages.
_LONGEST_NAME = 24
#: Messages beside names have this room at least.
_ROOM = 20


def show_report(report: Report, console: Console, verbose: bool = False) -> None:
    """Print a report: what is behind it all, failures, warnings and what passed; what was skipped, and beside failures of an
    implementation what passed, in one line unless ``verbose``.
    """
    console.print(Text(f"{report.kind} ", style="bold").append(report.name, style="cyan"))
    for number, line in enumerate(report.verdict.sentences if report.verdict else []):
        first = "bold red" if report.failures else "bold yellow"
        console.print(Padding(Text(line, style="dim" if number else first), (0, 0, 0, 2), expand=False))
    for line in _facts(report, console.width - 2):
        console.print(Padding(Text(line), (0, 0, 0, 2), expand=False))
    for note in report.notes:
        console.print(Padding(Text(note, style="dim"), (0, 0, 0, 2), expand=False))
    console.print()
    brief = [] if verbose else ["skipped", *(["passed"] if report.failures and report.verdict else [])]
    listed = [
        f for status in ("warned", "passed") if status not in brief for f in report.findings if f.status == status
    ]
    order = [*report.failures, *listed]
    if verbose:
        order += [f for f in report.findings if f not in order]
    console.print(_table(order, console.width))
    for status, more in (("passed", ""), ("skipped", " (--verbose says why)")):
        names = _brief([f for f in report.findings if f.status == status])
        if names and status in brief:
            console.print(_row(status, f"{', '.join(names)}{more}", STATUS_STYLE[status]))
    if isinstance(report.drawn, Drawn) and verbose and console.encoding.startswith("utf"):
        console.print()
        for line in histogram(report.drawn):
            console.print(Padding(Text(line), (0, 0, 0, 2), expand=False))
    console.print(_footer(report))
    if report.failures and report.failures[0].reproduce:
        console.print(_reproduce(report.failures[0].reproduce), soft_wrap=True)


def _facts(report: Report, width: int) -> list[str]:
    taken = [f"called as {report.called_as}"] if report.called_as else []
    taken += [f"layout {report.layout}"] if report.layout and not report.called_as else []
    taken += [report.taken_law] if report.taken_law else []
    run = [] if report.seed is None else [f"seed {report.seed}"]
    run.append(f"false alarms <= {report.false_alarm_rate:g} for the whole run")
    return [*_lines(taken, width), *_lines(run, width)]


def _lines(facts: Sequence[str], width: int) -> list[str]:
    """Facts side by side; one that has no room begins a line, so that a law is not broken within its parameters."""
    lines: list[str] = []
    for fact in facts:
        if lines and len(lines[-1]) + 3 + len(fact) <= width:
            lines[-1] += f"   {fact}"
        else:
            lines.append(fact)
    return lines


def _short(finding: Finding) -> str:
    return finding.check.split(".", 1)[1]


def _brief(findings: Sequence[Finding]) -> list[str]:
    """Names, of several cases of one property once with their number."""
    names = [_short(f) for f in findings]
    cases = Counter(name.partition("[")[0] for name in names)
    several = {family for family, count in cases.items() if count > 1}
    told = [
        name if (family := name.partition("[")[0]) not in several else f"{family} ({cases[family]} cases)"
        for name in names
    ]
    return list(dict.fromkeys(told))


def _table(findings: Sequence[Finding], width: int) -> Table:
    """A row for each finding; those that say the same share one. Names too long for the width have a line of their own."""
    names = [_short(f) for f in findings]
    beside = max(map(len, names), default=0) <= min(_LONGEST_NAME, width - _ROOM - 13)
    table = columns(2, 1 + beside, 9)
    for same in _grouped(findings):
        finding = same[0]
        style = STATUS_STYLE[finding.status]
        message = Text(finding.message)
        if finding.diagnosis and not finding.explained:
            message.append("\n" + finding.diagnosis, style="bold")
        status, name = Text("  " + finding.status, style=style), Text(", ".join(_short(f) for f in same))
        if beside:
            table.add_row(status, name, message)
        else:
            gap = "   " if finding.status == "passed" else "\n"
            table.add_row(status, name.append(gap).append_text(message))
    return table


def _grouped(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Failures with one message and diagnosis together, in the order of the first of each."""
    groups: dict[object, list[Finding]] = {}
    for number, finding in enumerate(findings):
        key = (finding.status, finding.message, finding.diagnosis) if finding.bad else number
        groups.setdefault(key, []).append(finding)
    return list(groups.values())


def _row(status: str, message: str, style: str) -> Table:
    table = columns(2, 1, 9)
    table.add_row(Text("  " + status, style=style), Text(message, style=style))
    return table


def _footer(report: Report) -> Text:
    counts = report.counts
    untested = f"; {report.untested}" if report.untested else ""
    text = Text("\n")
    if counts["failed"]:
        text.append(f"{counts['failed']} failed", style="bold red")
        names = "" if report.verdict else f": {', '.join(dict.fromkeys(map(_short, report.failures)))}"
        text.append(f", {_others(counts, ('warned', 'passed', 'skipped'))}{names}{untested}")
        text.append(f"\nwhy: symcheck explain {report.failures[0].check}", style="dim")
    elif counts["passed"]:
        text.append(f"{counts['passed']} passed", style="bold green")
        text.append(f", {_others(counts, ('warned', 'skipped'))}{untested}")
    else:
        text.append("no check could be run, which is not a pass", style="bold red")
    return text


def _reproduce(told: str) -> Text:
    """What repeats the first failure, never broken, so that it can be pasted; code in lines of its own."""
    lines = told.splitlines()
    return Text(f"reproduce: {told}" if len(lines) < 2 else "\n".join(["reproduce:", *lines]), style="dim")


def _others(counts: Mapping[str, int], statuses: Sequence[str]) -> str:
    return ", ".join(f"{counts[status]} {status}" for status in statuses if counts[status] or status != "warned")


def show_self_test(rows: Sequence[Mapping[str, Any]], console: Console) -> None:
    """Each row with its names whole: what the check said stands below them where there is no room beside."""
    names = [f"{r['check']}   {r['subject']}{'' if r['size'] == 'none' else ' (' + r['size'] + ')'}" for r in rows]
    beside = max(map(len, names), default=0) + 9 + 40 <= console.width
    table = columns(2, 1 + beside, 6)
    for row, name in zip(rows, names, strict=True):
        status = "passed" if row["right"] else "failed"
        shown, message = Text(status, style=STATUS_STYLE[status]), str(row["message"])
        if beside:
            table.add_row(shown, Text(name), Text(message))
        else:
            table.add_row(shown, Text(name).append(f"\n{message}", style="dim"))
    console.print(table)


def show_explained(title: str, rows: Sequence[Sequence[str]], console: Console) -> None:
    """Names with what each looks at, in a column beside them, or below where the names are long."""
    console.print(Text(title, style="bold"))
    if max(len(name) for name, _ in rows) <= _LONGEST_NAME + 4:
        table = columns(2, 1, pad_edge=False)
        for name, about in rows:
            table.add_row(Text(name), Text(about))
        console.print(Padding(table, (0, 0, 1, 2), expand=False))
        return
    for name, about in rows:
        console.print(Padding(Text(name), (0, 0, 0, 2), expand=False))
        console.print(Padding(Text(about, style="dim"), (0, 0, 0, 4), expand=False))
    console.print()
