"""How the command ends: its exit codes, and every failure said in one line instead of a traceback."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from typer.exceptions import Abort, Exit, TyperException

from jobs.cli_options import print_json
from jobs.terminal import fail

if TYPE_CHECKING:
    from typer import Typer


class ExitCode(IntEnum):
    """What a calling program can rely on."""

    OK = 0  # for `screen`: clear
    ALERT = 1  # `screen` only
    ERROR = 2
    INCOMPLETE = 3  # done, but not of everybody: rows were rejected, records cannot be read
    INTERRUPTED = 130  # 128 + SIGINT, as shells have it
    BROKEN_PIPE = 141  # 128 + SIGPIPE: whoever read the output stopped reading


def run(app: Typer, arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code. `--debug` may stand anywhere before `--`."""
    debug, arguments = _without_debug(arguments)
    _never_fail_on_a_character()
    try:
        try:
            code = _invoke(app, arguments)
        except (KeyboardInterrupt, Abort, BrokenPipeError):
            raise
        except BaseException as error:
            failure = _failure(error)
            if failure is None or (debug and failure.kind != "usage"):
                raise
            code = _told(failure, as_json=_has_option(arguments, "--json"))
        sys.stdout.flush()
    except (KeyboardInterrupt, Abort):
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        _let_go_of_stdout()
        return ExitCode.BROKEN_PIPE
    return code


class _Failure(NamedTuple):
    """Why a command failed: a word for programs, see docs/commands.md, and a sentence for people."""

    kind: str
    sentence: str


def _told(failure: _Failure, *, as_json: bool) -> ExitCode:
    """Say it on stderr, and to a program, which expects JSON on stdout, there too."""
    if failure.sentence:
        fail(failure.sentence)
    if as_json:
        print_json({"error": failure._asdict()})
    return ExitCode.ERROR


def _failure(error: BaseException) -> _Failure | None:
    """What is to be said of an error; None of one that is none of a command."""
    if isinstance(error, TyperException):
        return _Failure("usage", _bad_usage(error))
    if isinstance(error, Exception):
        return _expected(error) or _of_the_system(error) or _internal(error)
    if type(error).__name__ == "PanicException":  # what a library in Rust raises on impossible data
        return _Failure("input", "the file holds values that no reader can take; check its dates and numbers")
    return None


def _invoke(app: Typer, arguments: Sequence[str]) -> int:
    # Not through `app()`: it turns a closed pipe into exit code 1, which here means an alert.
    from typer.main import get_command  # noqa: PLC0415

    command = get_command(app)
    try:
        with command.make_context("cordon", list(arguments)) as context:
            return int(command.invoke(context) or ExitCode.OK)
    except Exit as end:
        return end.exit_code


def _without_debug(arguments: Sequence[str]) -> tuple[bool, list[str]]:
    end = _end_of_options(arguments)
    options = [argument for argument in arguments[:end] if argument != "--debug"]
    return len(options) < end, [*options, *arguments[end:]]


def _has_option(arguments: Sequence[str], option: str) -> bool:
    return option in arguments[: _end_of_options(arguments)]


def _end_of_options(arguments: Sequence[str]) -> int:
    return arguments.index("--") if "--" in arguments else len(arguments)


def _bad_usage(error: TyperException) -> str:
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        print(error.format_message(), file=sys.stderr)  # noqa: T201
        return ""
    hint = f"; see {context.command_path} --help" if context else ""
    said = error.format_message()
    if said.startswith("Got unexpected extra argument"):  # most often of a customer's name, so not repeated
        said = "got more arguments than it takes; put a text of several words between quotation marks"
    return said.rstrip(".") + hint


def _expected(error: Exception) -> _Failure | None:
    """An error that has a sentence of its own."""
    from engine.residency.regions import NotServed  # noqa: PLC0415
    from engine.residency.routing import WrongRegion  # noqa: PLC0415
    from engine.screening import WatchlistNotReady  # noqa: PLC0415 - only a failure pays for these imports
    from engine.subject import InvalidSubject  # noqa: PLC0415
    from engine.why_not import UnknownEntity  # noqa: PLC0415
    from jobs.errors import InputError, OutputError  # noqa: PLC0415
    from lists.acceptance import Refused  # noqa: PLC0415
    from lists.home import HomeError  # noqa: PLC0415
    from lists.publish import NotPublished  # noqa: PLC0415
    from lists.settings import SettingsError  # noqa: PLC0415
    from lists.source import SourceError, UnknownList  # noqa: PLC0415
    from lists.store_file import StoreBusy, StoreError  # noqa: PLC0415

    kinds: dict[type[Exception], str] = {  # the first that fits
        WatchlistNotReady: "not_ready",
        NotPublished: "not_ready",
        InvalidSubject: "subject",
        WrongRegion: "wrong_region",
        UnknownEntity: "entity",
        InputError: "input",
        OutputError: "output",
        StoreBusy: "busy",
        StoreError: "store",
        SettingsError: "settings",
        NotServed: "usage",
        HomeError: "home",
        Refused: "refused",
        SourceError: "list",
        UnknownList: "list",
    }
    kind = next((kind for known, kind in kinds.items() if isinstance(error, known)), None)
    return _Failure(kind, str(error)) if kind else None


def _of_the_system(error: Exception) -> _Failure | None:
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return _Failure("system", f"{where}{error.strerror.lower()}")
    return None


def _internal(error: Exception) -> _Failure:
    name = type(error).__name__
    return _Failure(
        "internal", f"internal error ({name}); run again with --debug for details, and report them"
    )


def _never_fail_on_a_character() -> None:
    """Names come in every script; a terminal that lacks one shows its code instead of ending the command."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Callable[..., None] | None = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _let_go_of_stdout() -> None:
    """Without this Python tries to flush once more when it ends, and complains."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
