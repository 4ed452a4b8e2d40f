"""A validation in a few lines for the terminal, and as what a program reads of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jobs.validation.content import Report, below_their_mark, content_digest
from jobs.validation.files import PAGE, Written
from jobs.wording import counted


def summary_of(report: Report, files: Mapping[str, Written]) -> dict[str, Any]:
    """What a program reads of a validation."""
    return {
        "report": str(files[PAGE].path),
        "records": report["tested"]["records"],
        "families": len(report["families"]),
        "below": below_their_mark(report),
        "missed": len(report["missed"]),
        "content_sha256": content_digest(report),
        "files": {str(written.path): written.sha256 for written in files.values()},
        "stamp": report["stamp"],
    }


def names_customers(report: Report) -> bool:
    """Whether customers of the home may be named in the report."""
    decided = report["decided"]
    return report["customers"] is not None or bool(decided["true_matches"] or decided["false_positives"])


def said(report: Report) -> Iterator[str]:
    """What a person wants to know before they open the report, a line each."""
    yield from _families(report["families"])
    yield from _customers(report["customers"])
    yield from _decided(report["decided"])
    yield from _against(report["against"])


def _families(families: list[Report]) -> Iterator[str]:
    reached = sum(family["holds"] for family in families)
    yield f"{reached} of {counted(len(families), 'family', 'families')} of records reach their mark"
    for family in families:
        if not family["holds"]:
            bound = "at most" if family["is_trap"] else "at least"
            yield (
                f"  {family['family']}: {family['found']:,} of {family['records']:,}, {family['share']:.2%} "
                f"({family['low']:.2%} to {family['high']:.2%}); wanted {bound} {family['wanted']:.0%}"
            )


def _customers(customers: Report | None) -> Iterator[str]:
    if customers is None:
        return
    rejected = f"; {counted(customers['rejected'], 'row')} rejected" if customers["rejected"] else ""
    if not customers["asked"]:
        yield f"no customer could be screened{rejected}"
        return
    yield (
        f"{customers['alerts']:,} of {counted(customers['asked'], 'customer')} alert, "
        f"{customers['per_1000']:.2f} in 1,000 "
        f"({customers['low_per_1000']:.2f} to {customers['high_per_1000']:.2f}){rejected}"
    )


def _decided(decided: Report) -> Iterator[str]:
    true, false = decided["true_matches"], decided["false_positives"]
    if true:
        found = true - len(decided["true_matches_missed_now"])
        yield f"{found:,} of {counted(true, 'true match', 'true matches')} in the ledger alert today"
    if false:
        still = len(decided["false_positives_by_score"])
        yield f"{still:,} of {counted(false, 'false positive')} in the ledger alert today"
    if decided["unreadable"]:
        what = counted(decided["unreadable"], "decided match", "decided matches")
        yield f"{what} more cannot be scored: what is recorded of the customer cannot be read"


def _against(against: Report | None) -> Iterator[str]:
    if against is None:
        return
    gained, lost = (sum(each[what] for each in against["moved"]) for what in ("found_now", "missed_now"))
    change = f"{gained:,} more are found, {lost:,} more are missed"
    other = f"by {against['source']}" if against["is_policy"] else f"than in {against['source']}"
    yield f"{counted(against['records'], 'record')} compared: {change} {other}"
    for family in against["moved"]:
        yield f"  {family['family']}: {family['found_now']:,} found, {family['missed_now']:,} missed"
    if against["decided"]:
        yield f"  {counted(len(against['decided']), 'decided alert')} would come or go: see the report"
