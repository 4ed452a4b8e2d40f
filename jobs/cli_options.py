"""Options that several commands have, and how JSON is printed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

HomeOption = Annotated[
    Path | None,
    typer.Option(
        help="Home directory with lists and settings; default: the platform's data directory.",
        envvar="CORDON_HOME",
        show_default=False,
        metavar="FOLDER",
    ),
]
RegionOption = Annotated[
    str | None,
    typer.Option(
        "--region",
        help="One of the regions that CORDON_REGIONS names; needed where it names several.",
        show_default=False,
        metavar="ID",
    ),
]
MapOption = Annotated[
    list[str] | None,
    typer.Option(
        "--map", help="Read a column as a field, as full_name=name; repeatable.", metavar="COLUMN=FIELD"
    ),
]
DatesOption = Annotated[
    Literal["dmy", "mdy"] | None,
    typer.Option(help="What comes first in dates such as 03/04/1962: day or month.", show_default=False),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def print_json(value: Any) -> None:
    """Plain ASCII: any program reads it in any encoding, and no terminal acts on what a name holds."""
    print(json.dumps(value, indent=2))  # noqa: T201
