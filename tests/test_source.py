"""The lists Cordon knows: found by themselves, declared in full, and told apart from damaged ones."""

from __future__ import annotations

import os
import pkgutil
import re
from pathlib import Path

import pytest
from conftest import PROJECT

from lists import sources as source_modules
from lists.model import DatePrecision, Kind, ListedEntity, Name, PartialDate
from lists.source import (
    Count,
    ExpectedFile,
    Share,
    Source,
    SourceError,
    Summary,
    UnknownList,
    check_assertions,
    source,
    sources,
)


def person(number: int, birth_year: int | None = None) -> ListedEntity:
    dates = (PartialDate.of(birth_year),) if birth_year else ()
    assert all(date.precision is DatePrecision.YEAR for date in dates)
    return ListedEntity(
        list_id="test", entity_id=str(number), kind=Kind.PERSON, names=(Name(text="A"),), birth_dates=dates
    )


def all_files(known: Source) -> list[ExpectedFile]:
    return [file for files in (known.files, *known.alternatives) for file in files]


def declared(*assertions: Count | Share) -> Source:
    known = source("un_sc")
    return Source(
        list_id="test",
        title=known.title,
        publisher=known.publisher,
        files=known.files,
        format=known.format,
        cadence=known.cadence,
        licence=known.licence,
        assertions=assertions,
        parse=known.parse,
    )


def test_every_module_in_sources_is_a_list_of_that_name() -> None:
    modules = {module.name for module in pkgutil.iter_modules(source_modules.__path__)}
    assert {"us_ofac_sdn", "un_sc"} <= modules
    assert {list_id: known.list_id for list_id, known in sources().items()} == {
        name: name for name in modules
    }


def test_an_unknown_list_is_refused_with_a_suggestion() -> None:
    with pytest.raises(UnknownList, match=r"there is no list 'us_ofac_sdm'; did you mean us_ofac_sdn\?"):
        source("us_ofac_sdm")
    with pytest.raises(UnknownList, match=r"there are .*un_sc.*us_ofac_sdn"):
        source("../engine")


def test_every_list_has_an_official_address_and_an_assertion_on_its_size() -> None:
    for known in sources().values():
        own = known.list_id == "custom"  # is fetched from where the settings say, if at all
        assert own or all(file.address.startswith("https://") for file in all_files(known))
        assert any(isinstance(assertion, Count) and assertion.kind is None for assertion in known.assertions)


def test_the_page_on_lists_says_what_the_code_declares() -> None:
    page = (PROJECT / "docs" / "lists.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", page, flags=re.MULTILINE | re.DOTALL))
    assert set(sections) == set(sources())
    for list_id, known in sources().items():
        section = sections[list_id]
        for heading in ("title", "publisher", "format", "cadence", "licence"):
            assert f"| {heading.capitalize()} | {getattr(known, heading)} |" in section
        assert ("not refreshed unless enabled" in section) == (not known.is_default)
        assert ("answers browsers only" in section) == (known.user_agent is not None)
        assert re.search(r"^\* \*\*Reference\.\*\*|^\* \*\*Read as", section, flags=re.MULTILINE)
        for file in all_files(known):
            address = f"<{file.address}>" if file.address else "yours"
            assert f"| `{file.name}` | {address} |" in section


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes as Unix has them")
def test_a_pipe_or_a_device_is_no_list(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        for list_id in sources():
            with pytest.raises(SourceError, match="is no file; give the list's file"):
                list(source(list_id).parse(path))


def test_a_list_that_lost_half_its_entries_breaks_its_assertion() -> None:
    known = declared(Count(at_least=3, at_most=10), Count(at_least=3, at_most=10, kind=Kind.PERSON))
    assert check_assertions(known, Summary.of([person(1), person(2), person(3)])) == []
    assert check_assertions(known, Summary.of([person(1)])) == [
        "test has 1 entries; a complete list has 3 to 10",
        "test has 1 entries of kind person; a complete list has 3 to 10",
    ]


def test_a_list_whose_birth_dates_are_gone_breaks_its_assertion() -> None:
    known = declared(Share(at_least=0.5, kind=Kind.PERSON, field="birth_dates"))
    assert check_assertions(known, Summary.of([person(1, 1970), person(2)])) == []
    assert check_assertions(known, Summary.of([person(1, 1970), person(2), person(3)])) == [
        "test gives birth_dates for 33% of its entries of kind person; a complete list does for at least 50%"
    ]


def test_a_summary_counts_entries_names_and_what_they_hold() -> None:
    summary = Summary.of([person(1, 1970), person(2)])
    assert summary.entities == {Kind.PERSON: 2}
    assert summary.names == 2
    assert summary.filled == {(Kind.PERSON, "birth_dates"): 1}
