"""What is left of a validation for years: its event in the ledger, with the digests of its files."""

from __future__ import annotations

from collections.abc import Mapping

from engine.ledger.publishing import record_job
from jobs.validation.content import Report, below_their_mark, content_digest
from jobs.validation.files import Written
from lists.home import Home


def record(home: Home, report: Report, files: Mapping[str, Written]) -> None:
    """Record a validation, where the home records. Raises `HomeError`."""
    tested = report["tested"]
    record_job(
        home,
        "validate",
        report["stamp"]["made_at"],
        "finished",
        watchlist_version=tested["watchlist"],
        model_version=tested["model"],
        policy_versions={each["segment"]: each["version"] for each in tested["policies"]},
        records=tested["records"],
        seed=tested["seed"],
        below=below_their_mark(report),
        content_sha256=content_digest(report),
        files={name: written.sha256 for name, written in files.items()},
    )
