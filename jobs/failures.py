"""How the command ends: its exit codes, and every failure said in one line instead of a traceback."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING

from typer.exceptions import Abort, Exit, TyperException

from jobs.terminal import fail

if TYPE_CHECKING:
    from typer import Typer


class ExitCode(IntEnum):
    """What a calling program can rely on."""

    OK = 0  # for `screen`: clear
    ALERT = 1  # `screen` only
    ERROR = 2
    REJECTED_ROWS = 3  # `batch` only
    INTERRUPTED = 130  # 128 + SIGINT, as shells have it
    BROKEN_PIPE = 141  # 128 + SIGPIPE: whoever read the output stopped reading


def run(app: Typer, arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code. `--debug` may stand anywhere before `--`."""
    debug, arguments = _without_debug(arguments)
    _never_fail_on_a_character()
    try:
        code = _invoke(app, arguments)
        sys.stdout.flush()
    except (KeyboardInterrupt, Abort):
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        _let_go_of_stdout()
        return ExitCode.BROKEN_PIPE
    except TyperException as error:
        _bad_usage(error)
        return ExitCode.ERROR
    except Exception as error:
        if debug:
            raise
        fail(_sentence(error))
        return ExitCode.ERROR
    except BaseException as error:
        if (
            type(error).__name__ != "PanicException" or debug
        ):  # what a library in Rust raises on impossible data
            raise
        fail("the file holds values that no reader can take; check its dates and numbers")
        return ExitCode.ERROR
    return code


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
    end = arguments.index("--") if "--" in arguments else len(arguments)
    options = [argument for argument in arguments[:end] if argument != "--debug"]
    return len(options) < end, [*options, *arguments[end:]]


def _bad_usage(error: TyperException) -> None:
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        print(error.format_message(), file=sys.stderr)  # noqa: T201
        return
    hint = f"; see {context.command_path} --help" if context else ""
    fail(error.format_message().rstrip(".") + hint)


def _sentence(error: Exception) -> str:
    from engine.screening import WatchlistNotReady  # noqa: PLC0415 - only a failure pays for these imports
    from engine.subject import InvalidSubject  # noqa: PLC0415
    from jobs.errors import InputError, OutputError  # noqa: PLC0415
    from lists.acceptance import Refused  # noqa: PLC0415
    from lists.home import HomeError  # noqa: PLC0415
    from lists.source import SourceError, UnknownList  # noqa: PLC0415

    expected = (
        WatchlistNotReady,
        InvalidSubject,
        InputError,
        OutputError,
        HomeError,
        Refused,
        SourceError,
        UnknownList,
    )
    if isinstance(error, expected):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror.lower()}"
    return f"internal error ({type(error).__name__}); run again with --debug for details, and report them"


def _never_fail_on_a_character() -> None:
    """Names come in every script; a terminal that lacks one shows its code instead of ending the command."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Callable[..., None] | None = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _let_go_of_stdout() -> None:
    """Without this Python tries to flush once more when it ends, and complains."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
