"""What the commands print for a person: tables and sentences, never a raw byte of anybody's name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from jobs.terminal import console, printable
from jobs.wording import counted

if TYPE_CHECKING:
    from engine.screening import Evidence, Match, Screening
    from engine.why_not import WhyNot
    from jobs.batch import BatchSummary

Row = Sequence[str | Text]

ALERT_STYLE = "bold red"
CLEAR_STYLE = "bold green"
QUIET_STYLE = "dim"


def show_screening(screening: Screening, names: Sequence[str], *, explain: bool) -> None:
    """The outcome, a table of the matches, and below it the reasons for each in words.

    `explain` adds what each reason contributes to the score, and the two values compared.
    """
    out = console()
    who = printable(" / ".join(names))
    if not screening.matches:
        text = f" {who} matches nobody on the lists with a score of {screening.threshold:.2f} or more"
        out.print(Text.assemble(("CLEAR", CLEAR_STYLE), text))
        return
    more = " and more, cut by --limit" if screening.truncated else ""
    count = counted(len(screening.matches), "match", "matches")
    quiet = sum(match.suppressed_by is not None for match in screening.matches)
    decided = f"; {quiet} decided before to be somebody else" if quiet else ""
    text = f" {who}: {count}{more}, from {screening.threshold:.2f} on{decided}"
    is_clear = screening.outcome == "clear"
    out.print(Text.assemble(("CLEAR", CLEAR_STYLE) if is_clear else ("ALERT", ALERT_STYLE), text))
    out.print()
    out.print(_matches(screening.matches))
    for match in screening.matches:
        out.print()
        decided = f"  (somebody else: {match.suppressed_by})" if match.suppressed_by else ""
        heading = f"{match.list_id} {match.entity_id}  {printable(match.matched_name)}{decided}"
        out.print(Text(heading, style="bold"))
        if match.url:
            out.print(Text(f"  {printable(match.url)}", style=QUIET_STYLE))
        if explain:
            _explain(match)
        else:
            out.print(_reasons(match))


def show_why_not(answers: Iterable[WhyNot]) -> None:
    """For each entity the reasons why it does not alert, and the comparison behind them."""
    out = console()
    for number, answer in enumerate(answers):
        match = answer.match
        if number:
            out.print()
        heading = f" {match.list_id} {printable(match.entity_id)}  {printable(match.matched_name)}"
        style = ("ALERT", ALERT_STYLE) if answer.alerts else ("NO ALERT", CLEAR_STYLE)
        out.print(Text.assemble(style, heading))
        for reason in answer.reasons:
            out.print(Text(f"  {printable(reason)}"))
        out.print()
        _explain(match)


def _matches(matches: Iterable[Match]) -> Table:
    rows: list[Row] = [
        (
            Text(f"{match.score:.2f}", style=ALERT_STYLE),
            match.list_id,
            printable(match.entity_id),
            printable(match.matched_name),
            printable(", ".join(match.programmes)),
        )
        for match in matches
    ]
    return table(("score", "list", "entity", "matched name", "programmes"), rows, numbers={"score"})


def _reasons(match: Match) -> Text:
    return Text("\n".join(f"  {printable(evidence.sentence)}" for evidence in match.evidence))


def _explain(match: Match) -> None:
    """Both names, word by word, with what each pair adds; then what is known beside them; then the sum."""
    out = console()
    names = [each for each in match.evidence if each.feature.startswith("name.")]
    names.sort(key=lambda each: _place(match, each))
    rest = [each for each in match.evidence if each not in names]
    headings = (f"customer: {printable(match.subject_name)}", f"list: {printable(match.matched_name)}")
    out.print(table((*headings, "adds", "reason"), [_compared(each) for each in names], numbers={"adds"}))
    if rest:
        rows = [(each.feature, *_compared(each)) for each in rest]
        out.print()
        out.print(table(("beside the name", "customer", "list", "adds", "reason"), rows, numbers={"adds"}))
    out.print(Text(f"score {match.score:.3f}, the sum of all that is added", style="bold"))


def _place(match: Match, evidence: Evidence) -> tuple[int, int]:
    """Where a piece of evidence stands in the two names: those that the customer's name lacks come last."""
    own, other = evidence.subject_value, evidence.listed_value
    place = match.subject_name.find(own) if own else -1
    return (place if place >= 0 else len(match.subject_name), match.matched_name.find(other) if other else -1)


def _compared(evidence: Evidence) -> Row:
    contribution = f"{round(evidence.contribution, 3) + 0.0:+.3f}"  # no "-0.000"
    own, other = evidence.subject_value or "-", evidence.listed_value or "-"
    return (printable(own), printable(other), contribution, printable(evidence.sentence))


def show_batch(summary: BatchSummary) -> None:
    """Every customer of the file accounted for, and where the results are."""
    rejected = f"  see {summary.rejected_file}" if summary.rejected_file else ""
    speed = f"{summary.elapsed_seconds:,.1f} s, {summary.customers_per_second:,.0f} customers/s"
    rows = [
        ("read", f"{summary.read:,}", f"customers in {speed}"),
        ("screened", f"{summary.screened:,}", f"against watchlist {summary.watchlist_version}"),
        (
            "rejected",
            f"{summary.rejected:,}",
            f"rows that could not be screened{rejected}" if rejected else "",
        ),
        ("clear", f"{summary.clear:,}", ""),
        ("alerts", f"{summary.alerts:,}", "customers with a match"),
        ("matches", f"{summary.matches:,}", f"in {summary.output}"),
    ]
    made = Table(box=None, show_header=False, pad_edge=False)
    made.add_column(justify="left")
    made.add_column(justify="right")
    made.add_column(justify="left", style=QUIET_STYLE)
    for name, count, what in rows:
        made.add_row(name, count, printable(what))
    console().print(made)


def table(headings: Sequence[str], rows: Iterable[Row], numbers: set[str]) -> Table:
    """A table without lines; the columns in `numbers` are set right."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        made.add_column(heading, justify="right" if heading in numbers else "left", overflow="fold")
    for row in rows:
        made.add_row(*row)
    return made
