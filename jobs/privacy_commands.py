"""The commands on what is held about a customer: `cordon erase`, `hold`, `release`, `export`, `retention`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobs.cli_options import HomeOption, JsonOption, RegionOption, print_json
from jobs.failures import ExitCode
from jobs.terminal import fail, note, printable, progress
from jobs.wording import counted
from lists.home import Home

if TYPE_CHECKING:
    from lists.settings import RetentionRule

SubjectArgument = Annotated[
    str, typer.Argument(help="The customer's reference, or ~FINGERPRINT without one.", metavar="SUBJECT_ID")
]
ActorOption = Annotated[
    str | None,
    typer.Option(help="Who does it; default: who is logged in.", envvar="CORDON_ACTOR", metavar="NAME"),
]
ReasonOption = Annotated[
    str | None,
    typer.Option("--reason", help="Why, such as the number of the case.", show_default=False, metavar="TEXT"),
]

retention_app = typer.Typer(
    help="Look at the rules on how long records are kept, and apply them.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def erase(
    subject: SubjectArgument,
    reason: Annotated[
        str | None,
        typer.Option(
            "--reason",
            help="Why; it stays readable, so it must not tell of the person.",
            show_default=False,
            metavar="TEXT",
        ),
    ] = None,
    partly: Annotated[
        bool, typer.Option("--partly", help="Erase what nothing forbids, if a rule keeps the rest.")
    ] = False,
    actor: ActorOption = None,
    as_json: JsonOption = False,
    region: RegionOption = None,
    home: HomeOption = None,
) -> int:
    """Destroy the keys of a customer, so that nobody ever reads what is recorded of them.

    Refused where a retention rule or a legal hold forbids it. Exits with 0 when nothing readable is left,
    with 1 when something is.
    """
    from engine.privacy.erasure import erase as erased  # noqa: PLC0415

    done = erased(
        Home.locate(home).in_region(region), subject, actor=_actor(actor), reason=reason, partly=partly
    )
    if as_json:
        print_json(asdict(done))
    elif done.erased:
        print(printable(f"{subject}: records of the class {' and '.join(done.erased)} are erased"))  # noqa: T201
    else:
        print(printable(f"{subject}: there was nothing left to erase"))  # noqa: T201
    for records, why in done.kept.items():
        note(f"records of the class {records} are kept: {why}")
    if done.unencrypted:
        note(
            f"{counted(done.unencrypted, 'record')} of {subject} were written before there were keys, and "
            "stay readable"
        )
    return ExitCode.ALERT if done.kept or done.unencrypted else ExitCode.OK


def hold(
    subject: SubjectArgument,
    reason: ReasonOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
    region: RegionOption = None,
    home: HomeOption = None,
) -> int:
    """Put a legal hold on a customer: nothing of them is erased until it is released."""
    from engine.privacy.erasure import hold as held  # noqa: PLC0415

    place = Home.locate(home).in_region(region)
    done = held(place, subject, actor=_actor(actor), reason=reason or "")
    if as_json:
        print_json(_shown(done))
    else:
        print(printable(f"{subject} is on hold: {done.event_id} by {done.actor}"))  # noqa: T201
    _note_unscreened(place, subject)
    return ExitCode.OK


def release(
    subject: SubjectArgument,
    reason: ReasonOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
    region: RegionOption = None,
    home: HomeOption = None,
) -> int:
    """End every legal hold on a customer."""
    from engine.privacy.erasure import release as released  # noqa: PLC0415

    place = Home.locate(home).in_region(region)
    done = released(place, subject, actor=_actor(actor), reason=reason or "")
    if as_json:
        print_json([_shown(each) for each in done])
    else:
        print(printable(f"{subject}: {counted(len(done), 'hold')} released"))  # noqa: T201
    _note_unscreened(place, subject)
    return ExitCode.OK


def export(
    subject: SubjectArgument,
    actor: ActorOption = None,
    as_json: JsonOption = False,
    region: RegionOption = None,
    home: HomeOption = None,
) -> int:
    """Print all that is held about a customer, for the person to read. That it was given out is recorded."""
    from engine.privacy.export import export as exported  # noqa: PLC0415

    found = exported(Home.locate(home).in_region(region), subject, actor=_actor(actor))
    if as_json:
        print_json(found)
    else:
        from jobs.export_text import export_text  # noqa: PLC0415

        print(export_text(found))  # noqa: T201
    return ExitCode.OK


@retention_app.command("show", epilog="\b\nExample:\n  cordon retention show")
def retention_show(as_json: JsonOption = False, region: RegionOption = None, home: HomeOption = None) -> int:
    """Say which rules hold in a region, what they mean together, and which of two the settings chose.

    Exits with 2 where two contradict each other and nothing says which holds.
    """
    import datetime as dt  # noqa: PLC0415

    from engine.ledger.layout import Region  # noqa: PLC0415
    from engine.privacy.retention import rules_of  # noqa: PLC0415

    place = Home.locate(home).in_region(region)
    found = rules_of(place, Region.of(place), dt.datetime.now(dt.UTC))
    for contradiction in found.contradictions:
        fail(contradiction.sentence)
    code = ExitCode.ERROR if found.contradictions else ExitCode.OK
    if as_json:
        print_json(
            {
                "rules": {name: rule.model_dump(mode="json") for name, rule in found.rules.items()},
                "policies": [asdict(policy) for policy in found.policies.values()],
                "choices": [choice._asdict() for choice in found.choices],
                "contradictions": [each._asdict() for each in found.contradictions],
            }
        )
        return code
    for name, rule in found.rules.items():
        print(printable(_rule(name, rule)))  # noqa: T201
    for policy in found.policies.values():
        kept = (
            f"kept for {policy.keep_years} years ({policy.keep_rule})"
            if policy.keep_rule
            else "kept by no rule"
        )
        gone = (
            f"destroyed after {policy.delete_years} years ({policy.delete_rule})"
            if policy.delete_rule
            else "destroyed by no rule"
        )
        print(printable(f"{policy.records}: {kept}, {gone}"))  # noqa: T201
    for choice in found.choices:
        note(f"{choice.records}: {choice.holds} holds against {choice.yields}, as the settings say")
    return code


def _rule(name: str, rule: RetentionRule) -> str:
    records = " and ".join(rule.records)
    basis = f" ({rule.basis})" if rule.basis else ""
    then = ", then destroyed" if rule.then_delete else ""
    return f"rule {name}: {records} kept for {rule.keep_years} years{then}{basis}"


@retention_app.command("apply", epilog="\b\nExample:\n  cordon retention apply")
def retention_apply(as_json: JsonOption = False, region: RegionOption = None, home: HomeOption = None) -> int:
    """Erase every customer whose time is over, but for those on hold. `cordon run` does it every night."""
    from engine.privacy.erasure import apply_retention  # noqa: PLC0415

    with progress("applying retention") as advance:
        advance(None, "reading when everybody was last screened")
        run = apply_retention(Home.locate(home).in_region(region))
    if as_json:
        print_json(asdict(run))
        return ExitCode.OK
    erased = f"{counted(run.erased, 'customer')} of {run.customers:,}"
    print(printable(f"{run.region_id}: {erased} erased, {run.held:,} on hold"))  # noqa: T201
    return ExitCode.OK


def _actor(given: str | None) -> str:
    import getpass  # noqa: PLC0415

    try:
        return given or getpass.getuser()
    except (OSError, KeyError):
        raise typer.BadParameter("say who does it, with --actor or CORDON_ACTOR") from None


def _note_unscreened(home: Home, subject: str) -> None:
    """A hold may come before the first screening; it may also be of a reference that was mistyped."""
    from engine.ledger.layout import Region  # noqa: PLC0415
    from engine.privacy.erasure import is_screened  # noqa: PLC0415

    region = Region.of(home)
    if not is_screened(region, subject):
        note(f"nobody with the reference {subject} has been screened in the region {region.region_id} yet")


def _shown(hold: Any) -> dict[str, Any]:
    return {**asdict(hold), "held_at": hold.held_at.isoformat(timespec="seconds")}
