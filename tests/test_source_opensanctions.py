"""OpenSanctions' exports: entities and what is linked to them on other lines, and the simple table."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lists.model import (
    DatePrecision,
    Gender,
    IdentifierType,
    Kind,
    ListedEntity,
    NameType,
    RelationType,
    Strength,
)
from lists.source import Parsed, SourceError, source


def thing(
    entity_id: str, schema: str, *, target: bool | None = None, **properties: list[str]
) -> dict[str, Any]:
    said: dict[str, Any] = {"id": entity_id, "schema": schema, "properties": properties}
    if "name" in properties:
        said["caption"] = properties["name"][0]
    return said if target is None else said | {"target": target}


PERSON = thing(
    "NK-1",
    "Person",
    target=True,
    name=["Azim Testov", "Азим Тестов"],
    alias=["Asim Testiev"],
    weakAlias=["The Tester"],
    previousName=["Azim Proof"],
    firstName=["Azim"],
    lastName=["Testov"],
    birthDate=["1961-02-03", "1962"],
    birthPlace=["Testabad"],
    birthCountry=["by"],
    nationality=["ru", "suhh"],
    citizenship=["gb-sct"],
    country=["by"],
    gender=["male"],
    passportNumber=["AB0000001"],
    innCode=["000000000001"],
    idNumber=["0001"],
    email=["a@example.org"],
    title=["Haji"],
    position=["Minister of Tests"],
    topics=["sanction", "role.pep"],
    addressEntity=["addr-1"],
    address=["Testabad"],
    notes=["Believed to be in hiding."],
    modifiedAt=["2026-01-01"],
) | {"datasets": ["xx_test", "xx_proof"], "last_change": "2026-02-03T04:05:06"}
LINKS = [
    thing(
        "addr-1",
        "Address",
        full=["1 Test Street, Minsk"],
        city=["Minsk"],
        postalCode=["220000"],
        country=["by"],
    ),
    thing(
        "pass-1",
        "Passport",
        holder=["NK-1"],
        number=["AB0000002"],
        country=["by"],
        startDate=["2001-03-27"],
        endDate=["2011"],
    ),
    thing("id-1", "Identification", holder=["NK-1"], number=["ID0000003"], type=["Residence card"]),
    thing("wallet-1", "CryptoWallet", holder=["NK-1"], publicKey=["0xtest"], currency=["ETH"]),
    thing(
        "sanc-1",
        "Sanction",
        entity=["NK-1"],
        authority=["Test Office"],
        program=["TEST"],
        reason=["Responsible for tests."],
        listingDate=["2022-03-08"],
        startDate=["2022-03-09"],
    ),
    thing("own-1", "Ownership", owner=["NK-1"], asset=["NK-2"]),
    thing("rep-1", "Representation", agent=["NK-1"], client=["NK-3"]),
    thing("fam-1", "Family", person=["NK-3"], relative=["NK-1"], relationship=["brother"]),
    thing("post-1", "Position", name=["Minister of Proofs"], country=["by"]),
    thing("occ-1", "Occupancy", holder=["NK-1"], post=["post-1"], startDate=["2010"], endDate=["2014"]),
]
COMPANY = thing(
    "NK-2", "Company", target=True, name=["Test Bank"], topics=["sanction"], incorporationDate=["1999"]
)
RELATIVE = thing("NK-3", "Person", target=False, name=["Omar Testov"])

Parse = Callable[..., Parsed]


@pytest.fixture
def parse(tmp_path: Path) -> Parse:
    def written(*entities: dict[str, Any] | str, packed: bool = False) -> Parsed:
        lines = [entity if isinstance(entity, str) else json.dumps(entity) for entity in entities]
        content = "\n".join(lines).encode()
        file = tmp_path / "entities.ftm.json"
        file.write_bytes(gzip.compress(content) if packed else content)
        return source("opensanctions").parse(file)

    return written


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_every_property_of_a_person_goes_to_its_field(parse: Parse, packed: bool) -> None:
    parsed = parse(PERSON, *LINKS, COMPANY, RELATIVE, packed=packed)
    person = next(iter(parsed))
    assert (person.entity_id, person.kind, person.gender) == ("NK-1", Kind.PERSON, Gender.MALE)
    assert [(name.text, name.type, name.strength) for name in person.names] == [
        ("Azim Testov", NameType.PRIMARY, Strength.STRONG),
        ("Азим Тестов", NameType.ORIGINAL_SCRIPT, Strength.STRONG),
        ("Asim Testiev", NameType.ALIAS, Strength.STRONG),
        ("Azim Proof", NameType.FORMER, Strength.STRONG),
        ("The Tester", NameType.ALIAS, Strength.WEAK),
    ]
    assert (person.names[0].family, person.names[0].given) == ("Testov", "Azim")
    assert [date.precision for date in person.birth_dates] == [DatePrecision.DAY, DatePrecision.YEAR]
    assert [(place.text, place.country) for place in person.birth_places] == [("Testabad", "BY")]
    assert (person.nationalities, person.countries) == (("RU", "SU", "GB"), ("BY",))
    assert (person.titles, person.topics) == (("Haji",), ("sanction", "role.pep"))
    assert person.updated_on is not None and person.updated_on.isoformat() == "2026-02-03"
    assert person.url == "https://www.opensanctions.org/entities/NK-1/"
    assert person.remarks == ("Datasets: xx_test, xx_proof", "notes: Believed to be in hiding.")
    assert parsed.not_understood == {} and parsed.notes == []


@pytest.mark.parametrize("links_first", [False, True], ids=["links after", "links before"])
def test_what_other_lines_say_of_an_entity_is_joined_in_any_order(parse: Parse, links_first: bool) -> None:
    lines = [*LINKS, RELATIVE, COMPANY, PERSON] if links_first else [PERSON, COMPANY, RELATIVE, *LINKS]
    entities = {entity.entity_id: entity for entity in parse(*lines)}
    person, company = entities["NK-1"], entities["NK-2"]
    assert entities.keys() == {"NK-1", "NK-2"}
    assert [(found.type, found.value, found.country) for found in person.identifiers] == [
        (IdentifierType.PASSPORT, "AB0000001", None),
        (IdentifierType.NATIONAL_ID, "0001", None),
        (IdentifierType.TAX, "000000000001", None),
        (IdentifierType.EMAIL, "a@example.org", None),
        (IdentifierType.PASSPORT, "AB0000002", "BY"),
        (IdentifierType.OTHER, "ID0000003", None),
        (IdentifierType.WALLET, "0xtest", None),
    ]
    passport, _, wallet = person.identifiers[-3:]
    assert passport.issued is not None and passport.issued.earliest.isoformat() == "2001-03-27"
    assert passport.expires is not None and passport.expires.latest.isoformat() == "2011-12-31"
    assert wallet.scheme == "ETH"
    assert [(address.text, address.city, address.country) for address in person.addresses] == [
        ("Testabad", None, None),
        ("1 Test Street, Minsk", "Minsk", "BY"),
    ]
    assert person.positions == ("Minister of Tests", "Minister of Proofs (2010-2014)")
    assert (person.programmes, person.legal_basis) == (("TEST",), ("Test Office",))
    assert person.reasons == "Responsible for tests."
    assert person.listed_on is not None and person.listed_on.isoformat() == "2022-03-08"
    assert [(tie.type, tie.name, tie.entity_id) for tie in person.relations] == [
        (RelationType.LINKED_TO, "Test Bank", "NK-2"),
        (RelationType.ACTING_FOR, "Omar Testov", "NK-3"),
        (RelationType.FAMILY, "Omar Testov", "NK-3"),
    ]
    assert [(tie.type, tie.name) for tie in company.relations] == [(RelationType.OWNED_BY, "Azim Testov")]
    assert company.kind is Kind.COMPANY and company.founded[0].earliest.year == 1999


def test_only_targets_are_entries(parse: Parse) -> None:
    unsaid = thing("NK-4", "Person", name=["Pep Proof"], topics=["role.pep"])
    neither = thing("NK-5", "Person", name=["Nobody"])
    assert [entity.entity_id for entity in parse(RELATIVE, unsaid, neither, COMPANY)] == ["NK-4", "NK-2"]


def test_ships_aircraft_and_wallets_keep_their_numbers(parse: Parse) -> None:
    ship = thing(
        "s",
        "Vessel",
        target=True,
        name=["Test Star"],
        imoNumber=["IMO9074729"],
        flag=["mt"],
        pastFlags=["pa"],
        type=["Tug"],
        buildDate=["2004"],
        pastNames=["Proof Star"],
        owner=["NK-2"],
    )
    plane = thing(
        "a", "Airplane", target=True, name=["EX-00001"], registrationNumber=["EX-00001"], model=["T-1"]
    )
    wallet = thing("w", "CryptoWallet", target=True, publicKey=["0xtest2"], currency=["ETH"])
    wallet["caption"] = "0xtest2"
    found = {entity.entity_id: entity for entity in parse(ship, plane, wallet, COMPANY)}
    numbers = {key: [(part.type, part.value) for part in entity.identifiers] for key, entity in found.items()}
    assert numbers["s"] == [(IdentifierType.IMO, "9074729")]
    assert numbers["a"] == [(IdentifierType.AIRCRAFT_REGISTRATION, "EX-00001")]
    assert numbers["w"] == [(IdentifierType.WALLET, "0xtest2")]
    craft = found["s"].craft
    assert craft is not None and (craft.flag, craft.former_flags, craft.type) == ("MT", ("PA",), "Tug")
    assert craft.owner == "Test Bank" and craft.manufactured is not None
    assert found["a"].craft is not None and found["a"].craft.type == "T-1"


def test_what_nobody_has_seen_before_is_counted_and_kept(parse: Parse) -> None:
    new = thing(
        "n", "Person", target=True, name=["A B"], aura=["green"], birthDate=["spring"], country=["zz"]
    )
    parsed = parse(new, thing("x", "Starship", name=["C"]))
    (entity,) = parsed
    assert set(entity.remarks) == {"aura: green", "birthDate: spring", "country: zz"}
    assert parsed.not_understood == {"aura": 1, "birthDate": 1, "country": 1, "schema Starship": 1}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", ", line 1: is empty"),
        ("<html>maintenance</html>", ", line 1: holds a web page, neither entities.ftm.json nor"),
        ('{"error": "no licence"}', ", line 1: is no entity of FollowTheMoney (id: Field required)"),
        ("[1, 2]", ", line 1: is no entity of FollowTheMoney (Input should be an object"),
        ('{"id": "a", "schema": "Person"', ", line 1: is no entity of FollowTheMoney (Invalid JSON: EOF"),
        (
            '{"id": "a", "schema": "Person", "properties": []}',
            ", line 1: is no entity of FollowTheMoney (properties: Input should be an object",
        ),
        (
            '{"id": "a", "schema": "Person", "properties": {"holder": [{"id": "b"}]}}',
            ", line 1: is no entity of FollowTheMoney (properties.holder.0: Input should be a valid string",
        ),
        ("{" * 100_000, ", line 1: is no entity of FollowTheMoney"),
        (f'{{"a": {"[" * 100_000}', ", line 1: is no entity of FollowTheMoney"),
        (json.dumps(COMPANY) + "\n" + json.dumps(COMPANY), ", line 2: repeats entity NK-2"),
        (json.dumps(RELATIVE), ": holds no target"),
        (json.dumps(thing("n", "Person", target=True)), ", line 1: entry n cannot be read"),
        (gzip.compress(json.dumps(COMPANY).encode())[:-9], ": is damaged gzip"),
        ("id,name\nA,B\n", ": has no heading with the columns schema"),
        ("id,schema,name\n", ": holds no target"),
        ("id,schema,name\n,Person,A\n", ", line 2: has no id"),
        ("id,schema,name\nA,Person\n", ", line 2: has 2 columns instead of 3"),
    ],
    ids=lambda value: value[:50] if isinstance(value, str) and value.startswith((",", ":")) else "",
)
def test_a_damaged_or_hostile_file_is_refused_with_its_line(
    tmp_path: Path, content: str | bytes, expected: str
) -> None:
    file = tmp_path / "entities.ftm.json"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(SourceError) as refused:
        list(source("opensanctions").parse(tmp_path))
    assert str(refused.value).startswith(f"opensanctions: {file.name}{expected}")


def table(tmp_path: Path, content: str) -> tuple[list[ListedEntity], Parsed]:
    (tmp_path / "targets.simple.csv").write_text(content, encoding="utf-8")
    parsed = source("opensanctions").parse(tmp_path)
    return list(parsed), parsed


def test_the_simple_table_is_read_too(tmp_path: Path) -> None:
    content = (
        "id,schema,name,aliases,birth_date,countries,addresses,identifiers,sanctions,phones,emails,program_ids,"
        "dataset,first_seen,last_seen,last_change,aura\n"
        'NK-1,Person,Azim Testov,"Азим Тестов;""Test; Proof""",1961-02-03;1962,ru;suhh,1 Test Street,'
        "AB0000001,Test list,+0000001,a@example.org,XX-TEST,xx_test;xx_proof,2020-01-01,2026-01-01,"
        "2026-02-03,green\n"
        "NK-2,Starship,Test Star,,spring,zz,,,,,,,,,,,\n"
    )
    (person, ship), parsed = table(tmp_path, content)
    assert [(name.text, name.type) for name in person.names] == [
        ("Azim Testov", NameType.PRIMARY),
        ("Азим Тестов", NameType.ORIGINAL_SCRIPT),
        ("Test; Proof", NameType.ALIAS),
    ]
    assert [date.text for date in person.birth_dates] == ["1961-02-03", "1962"]
    assert (person.countries, person.programmes) == (("RU", "SU"), ("XX-TEST", "Test list"))
    assert [(found.type, found.value) for found in person.identifiers] == [
        (IdentifierType.OTHER, "AB0000001"),
        (IdentifierType.PHONE, "+0000001"),
        (IdentifierType.EMAIL, "a@example.org"),
    ]
    assert person.remarks == ("Datasets: xx_test;xx_proof", "aura: green")
    assert person.updated_on is not None and person.updated_on.isoformat() == "2026-02-03"
    assert ship.kind is Kind.UNKNOWN
    assert parsed.not_understood == {"aura": 1, "schema": 1, "birth_date": 1, "countries": 1}


def test_a_file_of_many_entities_is_read_in_little_memory(tmp_path: Path) -> None:
    def lines() -> str:
        entities = (
            json.dumps(
                thing(f"NK-{number}", "Person", target=True, name=[f"Name {number}"], notes=["x" * 10_000])
            )
            for number in range(2_000)
        )
        return "\n".join(entities)

    (tmp_path / "entities.ftm.json").write_text(lines(), encoding="utf-8")
    tracemalloc.start()
    try:
        count = sum(1 for _ in source("opensanctions").parse(tmp_path))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 2_000 and peak < 5_000_000
