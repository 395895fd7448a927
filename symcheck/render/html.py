"""A report as one HTML page that needs nothing from the network."""

from __future__ import annotations

from html import escape

from symcheck.report import Finding, Report

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>symcheck: {name}</title><style>
:root {{ color-scheme: light dark; --text: #1a1a1a; --page: #fff; --line: #ddd; --code: #f4f4f4; --quiet: #666; --bad: #b00020; --good: #146c2e;
--warn: #9a6700; }} @media (prefers-color-scheme: dark) {{ :root {{ --text: #e6e6e6; --page: #151515; --line: #3a3a3a; --code: #262626; --quiet: #a0a0a0;
--bad: #ff8a8a; --good: #7fd99a; --warn: #e3b341; }} }}
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: var(--text); background: var(--page); }}
table {{ border-collapse: collapse; width: 100%; }} td, th {{ text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0;
border-bottom: 1px solid var(--line); }} .failed, .error {{ color: var(--bad); font-weight: 600; }} .passed {{ color: var(--good); }}
.warned {{ color: var(--warn); }} .skipped, .xfailed, .note, .said {{ color: var(--quiet); }} code, pre {{ background: var(--code); padding: 0 .3em; }}
figure {{ margin: 1rem 0; padding: .5rem; background: #fff; }} figure svg {{ width: 100%; height: auto; }} .cause {{ font-size: 1.25rem; line-height: 1.4; margin: .5rem 0; }} .note {{ margin: .3rem 0; }} pre {{ padding: .6rem; margin: .4rem 0 0; overflow-x: auto;
max-width: 100%; font-size: .85rem; font-weight: 400; white-space: pre; }} summary {{ cursor: pointer; }} table {{ table-layout: fixed; }}
th:nth-child(1) {{ width: 5.5rem; }} th:nth-child(2) {{ width: 6.5rem; }} .check {{ font-weight: 600; }}
h1, p, td {{ overflow-wrap: anywhere; }} td.passed, td.warned, td.failed, td.skipped, td.error, td.xfailed, th, td:nth-child(2) {{ overflow-wrap: normal; }}
@media (max-width: 40rem) {{ table, tbody, tr {{ display: block; width: 100%; }} tr {{ border-bottom: 1px solid var(--line); padding: .4rem 0; }} tr:first-child {{ display: none; }}
td {{ display: inline-block; border: 0; padding: 0 .8rem 0 0; }} td:last-child {{ display: block; padding: 0; }} h1 {{ font-size: 1.4rem; }} }}
</style></head><body><main>
<h1>{kind} <code>{name}</code></h1>
{first}
<p>Verdict: <span class="{verdict}">{verdict}</span>. {passed} passed, {warned} warned, {failed} failed, {skipped} skipped.{untested}</p>
<p>{facts}</p>
{notes}
{picture}
<table><tr><th>status</th><th>grade</th><th>check, and what was found</th></tr>
{rows}
</table></main></body></html>
"""


_DRAWN = "density, quantiles and standard deviation of the draws beside their law"


def report_page(report: Report, picture: str = "") -> str:
    """The page.

    Args:
        picture: SVG of the draws beside their law, or nothing.
    """
    facts = [f"called as <code>{escape(report.called_as)}</code>"] if report.called_as else []
    taken = f"law: <code>{escape(report.law)}</code>" if report.law else escape(report.taken_law)
    facts += [taken] if taken else []
    facts += [f"layout {escape(report.layout)}"] if report.layout else []
    facts += [] if report.seed is None else [f"seed {report.seed}"]
    facts.append(f"false alarms &le; {report.false_alarm_rate:g}")
    order = sorted(report.findings, key=lambda f: (not f.bad, f.status != "warned", f.status == "skipped"))
    return _PAGE.format(
        name=escape(report.name),
        kind=escape(report.kind),
        verdict="passed" if report.passed else "failed",
        facts=" &middot; ".join(facts),
        rows="\n".join(_row(f) for f in order),
        first=_first(report),
        notes="".join(f'<p class="note">{escape(n)}</p>' for n in report.notes),
        picture=f'<figure aria-label="{_DRAWN}">{picture}</figure>' if picture else "",
        untested=escape(f" {report.untested[:1].upper()}{report.untested[1:]}." if report.untested else ""),
        **report.counts,
    )


def _first(report: Report) -> str:
    """What is behind it all, above everything else."""
    style = "failed" if report.failures else "warned"
    told = report.verdict.sentences if report.verdict else []
    return "\n".join(
        f'<p class="{"said" if number else f"cause {style}"}">{escape(s)}</p>' for number, s in enumerate(told)
    )


def _row(finding: Finding) -> str:
    shown = finding.diagnosis and not finding.explained
    extra = f"<br><strong>{_broken(finding.diagnosis)}</strong>" if shown and finding.diagnosis else ""
    if finding.reproduce and finding.bad:
        code = f'<pre tabindex="0">{escape(finding.reproduce)}</pre>'
        extra += f"<details><summary>reproduce</summary>{code}</details>"
    found = f'<span class="check">{escape(finding.check)}</span><br>{escape(finding.message)}{extra}'
    grade = "" if finding.status == "skipped" else finding.grade
    return f'<tr><td class="{finding.status}">{finding.status}</td><td>{grade}</td><td>{found}</td></tr>'


def _broken(text: str) -> str:
    """Text with its lines kept."""
    return "<br>".join(map(escape, text.splitlines()))
