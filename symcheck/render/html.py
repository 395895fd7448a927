"""A report as one HTML page that needs nothing from the network."""

from __future__ import annotations

from html import escape

from symcheck.report import Finding, Report

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>symcheck: {name}</title><style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; }}
table {{ border-collapse: collapse; width: 100%; }} td, th {{ text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0;
border-bottom: 1px solid #ddd; }} .failed, .error {{ color: #b00020; font-weight: 600; }} .passed {{ color: #146c2e; }}
.warned {{ color: #9a6700; }} .skipped, .xfailed, .note {{ color: #666; }} code {{ background: #f4f4f4; padding: 0 .3em; }}
h1, p, td {{ overflow-wrap: anywhere; }} td.passed, td.warned, td.failed, td.skipped, td.error, td.xfailed, th, td:nth-child(2), td:nth-child(3) {{ overflow-wrap: normal; }}
@media (max-width: 40rem) {{ tr {{ display: block; border-bottom: 1px solid #ddd; padding: .4rem 0; }} tr:first-child {{ display: none; }}
td {{ display: inline-block; border: 0; padding: 0 .8rem 0 0; }} td:last-child {{ display: block; }} h1 {{ font-size: 1.4rem; }} }}
</style></head><body>
<h1>{kind} <code>{name}</code></h1>
<p>Verdict: <span class="{verdict}">{verdict}</span>. {passed} passed, {warned} warned, {failed} failed, {skipped} skipped.{untested}</p>
<p>{facts}</p>
{notes}
<table><tr><th>status</th><th>check</th><th>grade</th><th>what was found</th></tr>
{rows}
</table></body></html>
"""


def report_page(report: Report) -> str:
    """The page."""
    none = "laws by pattern" if report.kind == "recipe" else "no law"
    facts = [f"law: <code>{escape(report.law)}</code>" if report.law else none]
    if report.called_as:
        facts.insert(0, f"called as <code>{escape(report.called_as)}</code>")
    facts += [f"layout {report.layout}", f"seed {report.seed}", f"false alarms &le; {report.false_alarm_rate:g}"]
    order = sorted(report.findings, key=lambda f: (not f.bad, f.status != "warned", f.status == "skipped"))
    return _PAGE.format(
        name=escape(report.name),
        kind=escape(report.kind),
        verdict="passed" if report.passed else "failed",
        facts=" &middot; ".join(facts),
        rows="\n".join(_row(f) for f in order),
        notes="".join(f'<p class="note">{escape(n)}</p>' for n in report.notes),
        untested=escape(f" {report.untested[:1].upper()}{report.untested[1:]}." if report.untested else ""),
        **report.counts,
    )


def _row(finding: Finding) -> str:
    extra = f"<br><strong>{escape(finding.diagnosis)}</strong>" if finding.diagnosis else ""
    if finding.reproduce and finding.bad:
        extra += f"<br><code>{escape(finding.reproduce)}</code>"
    return (
        f'<tr><td class="{finding.status}">{finding.status}</td><td>{escape(finding.check)}</td>'
        f"<td>{'' if finding.status == 'skipped' else finding.grade}</td><td>{escape(finding.message)}{extra}</td></tr>"
    )
