"""The commands on keys: `cordon keys generate`, `create`, `status` and `rotate`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from jobs.cli_options import HomeOption, JsonOption, RegionOption, print_json
from jobs.failures import ExitCode
from jobs.terminal import note, printable, progress
from jobs.wording import counted
from lists.home import Home

if TYPE_CHECKING:
    from engine.privacy.damage import DamagedKey

_SHOWN = 20

keys_app = typer.Typer(
    help="Make, look at and replace the master key that a region's customers are encrypted under.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@keys_app.command("generate", epilog="\b\nExample:\n  export CORDON_KEY_EU=$(cordon keys generate)")
def keys_generate() -> int:
    """Print a new master key, for a file or an environment variable. It is kept nowhere."""
    from engine.privacy.masters import generate  # noqa: PLC0415

    print(generate())  # noqa: T201
    return ExitCode.OK


@keys_app.command("create", epilog="\b\nExample:\n  cordon keys create")
def keys_create(region: RegionOption = None, home: HomeOption = None) -> int:
    """Make the master key that cordon.toml names, in the hardware module or as a file for its owner alone."""
    from engine.ledger.layout import LedgerError, Region  # noqa: PLC0415
    from engine.privacy.masters import create  # noqa: PLC0415

    place = Region.of(Home.locate(home).in_region(region))
    try:
        made = create(place.key, place.path)
    except FileExistsError as error:
        raise LedgerError(f"{error} is there already; cordon keys rotate replaces it") from None
    print(printable(f"made {made} for the region {place.region_id}; keep a copy where nothing else is"))  # noqa: T201
    return ExitCode.OK


@keys_app.command("status", epilog="\b\nExample:\n  cordon keys status --json")
def keys_status(as_json: JsonOption = False, region: RegionOption = None, home: HomeOption = None) -> int:
    """Say which master key a region has, whether it opens the region's keys, and how many these are.

    Exits with 3 where some are damaged.
    """
    from engine.ledger.layout import Region  # noqa: PLC0415
    from engine.privacy.rotation import status  # noqa: PLC0415

    found = status(Region.of(Home.locate(home).in_region(region)))
    if as_json:
        print_json(asdict(found))
        return _told_damage(found.damaged)
    if found.generation is None:
        print(printable(f"{found.region_id}: no keys yet; {found.master} will wrap them"))  # noqa: T201
        return ExitCode.OK
    print(  # noqa: T201
        printable(
            f"{found.region_id}: {counted(found.subject_keys, 'key')} of customers, wrapped by the region's "
            f"key {found.generation}, and that by {found.master}"
        )
    )
    if found.is_interrupted:
        note("a rotation was interrupted; run it again: cordon keys rotate")
    return _told_damage(found.damaged)


@keys_app.command("rotate", epilog="\b\nExample:\n  cordon keys rotate")
def keys_rotate(as_json: JsonOption = False, region: RegionOption = None, home: HomeOption = None) -> int:
    """Replace the master key: all keys are wrapped anew, and nothing that they encrypt is read.

    A key in a file is replaced in place. For any other name the new one in [regions.ID.key] and the one in
    use in [regions.ID.previous_key], and take that out when this has ended. Exits with 3 where keys are
    damaged: these stay as they were, and the master key before stays too.
    """
    from engine.ledger.layout import Region  # noqa: PLC0415
    from engine.privacy.rotation import rotate  # noqa: PLC0415

    with progress("rotating") as advance:
        place = Region.of(Home.locate(home).in_region(region))
        done = rotate(place, lambda share: advance(share, "wrapping"))
    if as_json:
        print_json(asdict(done))
    else:
        count = counted(done.subject_keys, "key")
        print(printable(f"{done.region_id}: {count} wrapped anew; {done.master} opens them"))  # noqa: T201
    if done.destroy:
        table = f"[regions.{done.region_id}.previous_key]"
        note(f"nothing needs {done.destroy} any more: destroy it, and take {table} out")
    if done.kept:
        note(f"damaged keys stay as they were, and {done.kept} stays until a rotation finds none")
    return _told_damage(done.damaged)


def _told_damage(damaged: Sequence[DamagedKey]) -> ExitCode:
    """Name the keys that are damaged; the exit code."""
    if not damaged:
        return ExitCode.OK
    shown = ", ".join(each.described for each in damaged[:_SHOWN])
    more = f" and {len(damaged) - _SHOWN:,} more" if len(damaged) > _SHOWN else ""
    count = f"{counted(len(damaged), 'key')} {'is' if len(damaged) == 1 else 'are'} damaged"
    note(f"{count}: of {shown}{more}; restore the folder keys from a backup")
    return ExitCode.INCOMPLETE
