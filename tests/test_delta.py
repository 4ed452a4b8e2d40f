"""What changed between two snapshots of a list: real changes, field by field, and no noise."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from conftest import shared
from hypothesis import given, settings
from hypothesis import strategies as st
from listed import entities, entity

import lists
from lists.delta import Changes, FieldChange, field_changes, store_changes
from lists.digest import fingerprint
from lists.home import Home
from lists.model import Address, Craft, Identifier, IdentifierType, Kind, ListedEntity, Name, Strength
from lists.source import source
from lists.store import ListStore
from lists.store_file import StoreError


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ListStore]:
    with ListStore.open(Home.locate(tmp_path)) as opened:
        yield opened


def difference(store: ListStore, *versions: list[ListedEntity]) -> Changes:
    """From the first version to the last, all of them loaded in their order."""
    ids = [store.load(version[0].list_id, version).snapshot_id for version in versions]
    return store_changes(store, ids[0], ids[-1])


def counts(changes: Changes) -> tuple[int, int, int]:
    return len(changes.added), len(changes.removed), len(changes.changed)


def ids(listed: tuple[ListedEntity, ...]) -> list[str]:
    return [one.entity_id for one in listed]


def test_a_change_names_the_field_with_its_old_and_new_values(store: ListStore) -> None:
    passport = Identifier(type=IdentifierType.PASSPORT, value="V 1234", country="SY")
    old = entity("7", reasons="Owns a quay.", programmes=("VELM", "QUAY"))
    new = entity("7", reasons="Owns two quays.", programmes=("QUAY", "VELM", "PORT"), identifiers=(passport,))
    (change,) = difference(store, [old], [new]).changed
    assert (change.old, change.new) == (old, new)
    assert change.fields == (
        FieldChange("identifiers", (), ({"type": "passport", "value": "V 1234", "country": "SY"},)),
        FieldChange("programmes", (), ("PORT",)),
        FieldChange("reasons", ("Owns a quay.",), ("Owns two quays.",)),
    )


def test_a_new_owner_of_a_vessel_is_a_change_of_its_craft() -> None:
    old = entity("7", craft=Craft(flag="PA", owner="Velm Lines", former_flags=("MT", "LR")))
    new = entity("7", craft=Craft(flag="PA", owner="Quay Lines", former_flags=("LR", "MT", "PA")))
    assert field_changes(old, new) == (
        FieldChange("craft.former_flags", (), ("PA",)),
        FieldChange("craft.owner", ("Velm Lines",), ("Quay Lines",)),
    )


def test_an_alias_that_became_weak_is_a_change_of_its_name() -> None:
    alias = Name(text="Dvess")
    old, new = (
        entity("7", names=(Name(text="Orlan"), one))
        for one in (alias, alias.model_copy(update={"strength": Strength.WEAK}))
    )
    assert field_changes(old, new) == (
        FieldChange("names", ({"text": "Dvess"},), ({"strength": "weak", "text": "Dvess"},)),
    )


def test_order_and_white_space_are_not_in_the_difference(store: ListStore) -> None:
    old = entity("7", names=(Name(text="Orlan Dvessik"), Name(text="Orlan")), reasons="Owns a quay.")
    new = entity("7", names=(Name(text="Orlan"), Name(text="Orlan \n Dvessik")), reasons="Owns  a\tquay.")
    result = store.load("xx_test", [old, entity("8")])
    assert store.load("xx_test", [entity("8"), new]).snapshot_id == result.snapshot_id
    assert counts(store_changes(store, result.snapshot_id, result.snapshot_id)) == (0, 0, 0)
    assert field_changes(old, new) == ()


def test_the_difference_skips_what_happened_between(store: ListStore) -> None:
    first, between = entities(5), [entity("00002", "Another Name"), entity("00009")]
    changes = difference(store, first, between, [*first[:4], entity("00010")])
    assert (ids(changes.added), ids(changes.removed)) == (["00010"], ["00004"])
    assert changes.changed == ()


def test_the_way_back_is_the_same_difference_the_other_way_round(store: ListStore) -> None:
    there = difference(store, entities(5), [*entities(3), entity("00004", "Another Name")])
    back = store_changes(store, there.new.snapshot_id, there.old.snapshot_id)
    assert (ids(there.removed), ids(back.added)) == (["00003"], ["00003"])
    assert [(field.old, field.new) for field in there.changed[0].fields] == [
        (field.new, field.old) for field in back.changed[0].fields
    ]


def test_an_entry_deleted_and_entered_anew_under_its_reference_was_never_off_the_list(
    store: ListStore,
) -> None:
    old = [entity("7", record_id="100"), entity("8", record_id="101"), entity("9")]
    new = [
        entity("7", record_id="200"),
        entity("8", record_id="101", reasons="x"),
        entity("9", record_id="102"),
    ]
    changes = difference(store, old, new)
    assert (ids(changes.added), ids(changes.removed), changes.re_entered) == (["7"], ["7"], ("7",))
    assert [change.new.entity_id for change in changes.changed] == ["8", "9"]


def test_a_load_counts_what_the_difference_lists(store: ListStore) -> None:
    store.load("xx_test", [entity("7", record_id="100"), *entities(5)])
    new = [entity("7", record_id="200"), *entities(6)[1:5], entity("00008")]
    result = store.load("xx_test", new)
    changes = store_changes(store, result.snapshot_id - 1, result.snapshot_id)
    assert (result.added, result.removed, result.changed) == counts(changes) == (2, 2, 0)


def test_snapshots_of_two_lists_cannot_be_compared(store: ListStore) -> None:
    store.load("xx_test", [entity("7")])
    store.load("yy_test", [entity("7", list_id="yy_test")])
    with pytest.raises(
        StoreError, match="snapshot 1 is of xx_test and snapshot 2 is of yy_test; give two of"
    ):
        store_changes(store, 1, 2)


def test_changes_are_had_from_a_home_by_the_numbers_of_its_snapshots(tmp_path: Path) -> None:
    with ListStore.open(Home.locate(tmp_path)) as store:
        store.load("xx_test", entities(3))
        store.load("xx_test", entities(4))
    found = lists.changes(1, 2, home=tmp_path)
    assert (found.list_id, ids(found.added), ids(found.removed)) == ("xx_test", ["00003"], [])
    with pytest.raises(StoreError, match="there is no snapshot 9; 2 are kept"):
        lists.changes(1, 9, home=tmp_path)


RECORDS = st.builds(
    entity,
    st.sampled_from("123"),
    kind=st.sampled_from(Kind),
    names=st.lists(st.builds(Name, text=st.sampled_from(["A", "B b", "C"])), min_size=1, max_size=3).map(
        tuple
    ),
    addresses=st.lists(st.builds(Address, text=st.sampled_from(["D", "E"])), max_size=2).map(tuple),
    reasons=st.none() | st.sampled_from(["F", "G"]),
    record_id=st.none() | st.sampled_from(["1", "2"]),
)
LISTS = st.lists(RECORDS, min_size=1, max_size=3, unique_by=lambda one: one.entity_id)


@settings(max_examples=40)
@given(st.lists(LISTS, min_size=2, max_size=4))
def test_the_difference_turns_the_old_version_into_the_new(versions: list[list[ListedEntity]]) -> None:
    with tempfile.TemporaryDirectory() as folder, ListStore.open(Home.locate(folder)) as store:
        changes = difference(store, *versions)
    result = {one.entity_id: one for one in versions[0]}
    for gone in changes.removed:
        del result[gone.entity_id]
    for change in changes.changed:
        assert change.fields or change.old.record_id != change.new.record_id
        result[change.new.entity_id] = change.new
    for new in changes.added:
        assert new.entity_id not in result
        result[new.entity_id] = new
    assert {fingerprint(one) for one in result.values()} == {fingerprint(one) for one in versions[-1]}


@given(RECORDS, st.randoms())
def test_two_records_that_say_the_same_have_no_field_apart(one: ListedEntity, random: Random) -> None:
    names = random.sample(one.names, len(one.names))
    assert field_changes(one, one.model_copy(update={"names": tuple(names)})) == ()


def real(list_id: str, *versions: str) -> Changes:
    paths = [shared(f"lists/{list_id}/{version}") for version in versions]
    with tempfile.TemporaryDirectory() as folder, ListStore.open(Home.locate(folder)) as store:
        for path in paths:
            store.load(list_id, source(list_id).parse(path))
        return store_changes(store, 1, 2)


def test_ofac_removed_eight_entries_and_added_none_on_3_may_2024() -> None:
    assert counts(real("us_ofac_sdn", "csv-2024-05-02", "csv-2024-05-03")) == (0, 8, 0)


def test_ofac_added_553_entries_by_23_february_2024() -> None:
    changes = real("us_ofac_sdn", "csv-2024-02-20", "csv-2024-02-23")
    assert counts(changes) == (553, 0, 7)
    fields = {change.new.entity_id: [field.field for field in change.fields] for change in changes.changed}
    assert fields["41021"] == ["birth_dates"]
    assert fields["46753"] == ["identifiers"]


def test_the_un_list_changed_between_april_and_november_2025() -> None:
    changes = real("un_sc", "xml-2025-04-19.xml", "xml-2025-11-20.xml")
    assert counts(changes) == (132, 9, 10)
    # The UN gave six Haitian entries new records under the references they had.
    assert changes.re_entered == ("HTi.002", "HTi.003", "HTi.004", "HTi.005", "HTi.006", "HTi.007")


def test_the_un_list_changed_between_november_2025_and_february_2026() -> None:
    changes = real("un_sc", "xml-2025-11-20.xml", "xml-2026-02-27.xml")
    assert counts(changes) == (4, 1, 2)
    assert {change.new.entity_id: [field.field for field in change.fields] for change in changes.changed} == {
        "HTi.006": ["remarks"],
        "SOi.022": ["remarks"],
    }
