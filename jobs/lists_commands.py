"""The commands on lists: `cordon lists refresh`, `load`, `status`, `history` and `diff`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobs.cli_options import HomeOption, JsonOption, print_json
from jobs.failures import ExitCode
from jobs.terminal import fail, note, progress
from jobs.wording import counted

if TYPE_CHECKING:
    from jobs.refresh_list import RefreshResult
    from lists.delta import Changes
    from lists.model import ListedEntity
    from lists.store import Snapshot

AcceptOption = Annotated[
    bool,
    typer.Option("--accept", help="Take what looks incomplete, older or much smaller than what is in use."),
]

lists_app = typer.Typer(
    help="Fetch or load official lists, and see how old they are and what changed.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@lists_app.command(
    "refresh",
    epilog="\b\nExamples:\n  cordon lists refresh\n  cordon lists refresh un_sc --accept",
)
def lists_refresh(
    list_ids: Annotated[
        list[str] | None,
        typer.Argument(help="The lists; default: those enabled in cordon.toml.", metavar="LIST..."),
    ] = None,
    accept: AcceptOption = False,
    now: Annotated[
        bool, typer.Option("--now", help="Ask also servers that are being left alone after failures.")
    ] = False,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> int:
    """Fetch official lists, and use what is new.

    A list that cannot be fetched or believed stays as it was, the others are refreshed all the same. Exits
    with 0, with 2 when a list could not be refreshed.
    """
    from jobs.refresh import refresh  # noqa: PLC0415

    with progress("refreshing") as advance:
        results = refresh(
            home,
            list_ids,
            accept=accept,
            insist=now,
            on_progress=lambda list_id, word, share: advance(share, f"{list_id}, {word}"),
        )
    _tell_of(results)
    if as_json:
        print_json([result.model_dump(mode="json") for result in results])
    else:
        from jobs.lists_render import show_refresh  # noqa: PLC0415

        show_refresh(results)
    return ExitCode.ERROR if any(result.error for result in results) else ExitCode.OK


def _tell_of(results: Sequence[RefreshResult]) -> None:
    """What a person should know beside the results: failures, and what was unusual."""
    for result in results:
        for sentence in (*result.accepted, *result.notes):
            note(f"{result.list_id}: {sentence}")
        if result.error:
            kept = f"the version of {result.published_on} stays in use" if result.published_on else ""
            kept = kept or ("the version in use stays" if result.snapshot_id else "nothing of it is in use")
            fail(f"{result.list_id}: {result.error}; {kept}")


@lists_app.command(
    "load",
    epilog="\b\nExamples:\n  cordon lists load us_ofac_sdn FOLDER\n"
    "  cordon lists load un_sc consolidated.xml --json",
)
def lists_load(
    list_id: Annotated[str, typer.Argument(help="The list, such as us_ofac_sdn or un_sc.", metavar="LIST")],
    path: Annotated[
        Path, typer.Argument(help="Its official file, or the folder of its files.", metavar="PATH")
    ],
    accept: AcceptOption = False,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> int:
    """Load an official list from files.

    From then on everybody is screened against it. The same content again changes nothing.
    """
    from jobs.load import load_list  # noqa: PLC0415

    with progress(f"loading {list_id}") as advance:
        report = load_list(
            home,
            list_id,
            path,
            accept=accept,
            on_progress=lambda stage, count: advance(None, f"{stage}, {count:,} entities"),
        )
    for sentence in (*report.warnings, *report.notes):
        note(sentence)
    if as_json:
        print_json(report.model_dump(mode="json"))
    else:
        from jobs.lists_render import show_load  # noqa: PLC0415

        show_load(report)
    return ExitCode.OK


@lists_app.command("status", epilog="\b\nExamples:\n  cordon lists status\n  cordon lists status --json")
def lists_status(as_json: JsonOption = False, home: HomeOption = None) -> int:
    """Show the lists that are loaded.

    How old and how large they are, how their last refresh went, and which version is in use.
    """
    from jobs.status import list_status  # noqa: PLC0415

    statuses = list_status(home)
    if as_json:
        print_json([status.model_dump(mode="json") for status in statuses])
    elif statuses:
        from jobs.lists_render import show_status  # noqa: PLC0415

        show_status(statuses)
    if not statuses:
        note("no list is loaded; load some: cordon lists refresh, or cordon lists load LIST PATH")
    return ExitCode.OK


@lists_app.command(
    "history", epilog="\b\nExamples:\n  cordon lists history\n  cordon lists history un_sc --json"
)
def lists_history(
    list_id: Annotated[
        str | None, typer.Argument(help="One list; default: all of them.", metavar="LIST")
    ] = None,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> int:
    """Show every snapshot that is kept, with the number `cordon lists diff` takes."""
    from lists.home import Home  # noqa: PLC0415
    from lists.store import ListStore  # noqa: PLC0415

    with ListStore.read(Home.locate(home)) as store:
        snapshots = [one for one in store.snapshots() if list_id in (None, one.list_id)]
    if as_json:
        print_json([_snapshot(snapshot) for snapshot in snapshots])
    else:
        from jobs.lists_render import show_history  # noqa: PLC0415

        show_history(snapshots)
    return ExitCode.OK


@lists_app.command(
    "diff", epilog="\b\nExamples:\n  cordon lists diff 3 7\n  cordon lists diff --list un_sc --json"
)
def lists_diff(
    old: Annotated[
        int | None, typer.Argument(help="A snapshot, see cordon lists history.", metavar="OLD")
    ] = None,
    new: Annotated[int | None, typer.Argument(help="Another of the same list.", metavar="NEW")] = None,
    list_id: Annotated[
        str | None,
        typer.Option(
            "--list", help="The last two snapshots of this list.", show_default=False, metavar="LIST"
        ),
    ] = None,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> int:
    """Show which entries one snapshot of a list adds to another, removes and changes, field by field."""
    from lists import changes  # noqa: PLC0415

    if list_id is not None and old is None:
        old, new = _last_two(home, list_id)
    elif list_id is not None or old is None or new is None:
        raise typer.BadParameter("give either two snapshots, as OLD and NEW, or --list LIST")
    found = changes(old, new, home)
    if as_json:
        print_json(_changes(found))
    else:
        from jobs.lists_render import show_changes  # noqa: PLC0415

        show_changes(found)
    return ExitCode.OK


def _last_two(home: Path | None, list_id: str) -> tuple[int, int]:
    from lists.home import Home  # noqa: PLC0415
    from lists.store import ListStore  # noqa: PLC0415
    from lists.store_file import StoreError  # noqa: PLC0415

    with ListStore.read(Home.locate(home)) as store:
        known = [one.snapshot_id for one in store.snapshots() if one.list_id == list_id]
    if len(known) < 2:
        raise StoreError(
            f"{list_id} has {counted(len(known), 'snapshot')} in this home, and two are needed; see: "
            "cordon lists history"
        )
    return known[-2], known[-1]


def _changes(changes: Changes) -> dict[str, Any]:
    def entry(entity: ListedEntity) -> dict[str, Any]:
        return {"entity_id": entity.entity_id, "kind": entity.kind, "name": entity.names[0].text}

    return {
        "list_id": changes.list_id,
        "old": _snapshot(changes.old),
        "new": _snapshot(changes.new),
        "counts": {
            "added": len(changes.added),
            "removed": len(changes.removed),
            "changed": len(changes.changed),
        },
        "added": [entry(entity) for entity in changes.added],
        "removed": [entry(entity) for entity in changes.removed],
        "re_entered": list(changes.re_entered),
        "changed": [
            entry(change.new)
            | {"fields": [{"field": one.field, "old": one.old, "new": one.new} for one in change.fields]}
            for change in changes.changed
        ],
    }


def _snapshot(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "snapshot_id": snapshot.snapshot_id,
        "list_id": snapshot.list_id,
        "published_on": snapshot.published_on.isoformat() if snapshot.published_on else None,
        "loaded_at": snapshot.loaded_at.isoformat(),
        "entities": snapshot.entities,
        "names": snapshot.names,
        "files": [asdict(file) for file in snapshot.files],
        "notes": list(snapshot.notes),
    }
