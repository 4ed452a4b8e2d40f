"""What reaches a person's terminal: text that cannot steer it, notes on stderr, progress while they wait."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console

# A table that goes into a pipe or a file is not folded at the 80 columns of an imagined terminal.
_PIPE_WIDTH = 200

Advance = Callable[
    [float | None, str], None
]  # the share that is done (0..1, None if unknown) and a word on it


def printable(text: str) -> str:
    """The text on one line, with every character that is not for reading shown as its code.

    Listed and customer names are anybody's text: a raw escape sequence could rewrite the screen, a
    bidirectional control could make a name read as another.
    """
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else _shown(character) for character in text)


def _shown(character: str) -> str:
    if character in "\t\n\r" or unicodedata.category(character)[0] == "Z":
        return " "
    return f"<U+{ord(character):04X}>"


def note(sentence: str) -> None:
    """Something a person should know beside the result: on stderr, so that the result stays clean."""
    print(f"note: {printable(sentence)}", file=sys.stderr)  # noqa: T201


def fail(sentence: str) -> None:
    """What went wrong, in one line on stderr."""
    said = printable(sentence).rstrip(".")
    print(f"cordon: {said}{'' if said.endswith('?') else '.'}", file=sys.stderr)  # noqa: T201


def console(stream: TextIO | None = None) -> Console:
    """A Rich console without markup; styled on a terminal only, and never where NO_COLOR is set."""
    from rich.console import Console  # noqa: PLC0415 - half of the start-up time of a command that prints no table

    class _Console(Console):
        def on_broken_pipe(self) -> None:  # Rich would exit with 1, which here means an alert
            raise BrokenPipeError

    stream = stream or sys.stdout
    is_terminal = stream.isatty()
    is_styled = is_terminal and not os.environ.get("NO_COLOR")  # see no-color.org
    return _Console(
        file=stream,
        force_terminal=is_terminal,
        color_system="auto" if is_styled else None,
        width=None if is_terminal else _PIPE_WIDTH,
        markup=False,
        highlight=False,
        emoji=False,
    )


@contextmanager
def progress(task: str) -> Iterator[Advance]:
    """A progress bar on stderr while the block runs; nothing at all where stderr is not a terminal."""
    if not sys.stderr.isatty():
        yield lambda _share, _word: None
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console(sys.stderr), transient=True) as bar:
        bar_id = bar.add_task(printable(task), total=None)

        def advance(share: float | None, word: str) -> None:
            bar.update(
                bar_id,
                total=None if share is None else 1.0,
                completed=share or 0.0,
                description=printable(f"{task}: {word}"),
            )

        yield advance
