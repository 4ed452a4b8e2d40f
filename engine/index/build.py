"""Write the index of a watchlist: plain arrays that any number of processes map instead of rebuilding.

The core is one sparse matrix, item x name, of the weights that a listed token (or several written together)
has in a name, over the square root of the name's total. `engine.index.candidates` multiplies customers with
it.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from engine.identifiers import identifier_keys
from engine.index.kept import Kept
from engine.index.layout import KINDS, LEAST_TOTAL
from engine.index.listed import Items, ListedNames
from engine.index.pair_bound import write_pair_bound
from engine.index.profiles import Party, profiles_of, write_profiles
from engine.index.vocabulary_files import write_vocabulary
from engine.names.arrays import reduced
from lists.model import ListedEntity, Strength


class _Read(NamedTuple):
    """What the index needs of all names, an element for each."""

    entity: list[int]  # by its place
    texts: list[str]
    kinds: list[int]
    weak: list[bool]


def build(entities: Iterable[ListedEntity], directory: Path, previous: Path | None = None) -> None:
    """Write the index arrays of these entities, in this order, into `directory`.

    The entities are looked at once and not kept: all lists together take half a gigabyte. `previous` holds an
    index of the same format, of which what was read of the same names is taken: the result is the same.
    """
    with _collecting_nothing():
        kept = Kept.of(previous)
        texts, joined = _write_all_names(_read(entities, directory), directory, kept)
        # Last, when all that is known of the names is given up: the keys take the most memory.
        write_vocabulary(directory, texts, joined, kept)


@contextmanager
def _collecting_nothing() -> Iterator[None]:
    """Without the search for cycles, of which nothing here makes any: it would take a fifth of the time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _write_all_names(read: _Read, directory: Path, kept: Kept | None) -> tuple[Sequence[str], Sequence[str]]:
    """Write all that is stored of names; the texts of their tokens, and of those written together."""
    names = ListedNames(
        read.texts, np.array(read.kinds, dtype=np.int8), np.array(read.entity, dtype=np.int64), kept
    )
    names.write_read(directory)
    _write_published(read, names, directory)
    _write_names(names, directory)
    np.save(directory / "token_rarity.npy", names.rarities)
    items, joined = names.items()
    is_letter = np.zeros(len(names.texts) + len(joined), dtype=np.bool_)
    is_letter[: len(names.texts)] = [len(text) == 1 for text in names.texts]
    _write_least(items, len(is_letter), directory)
    _write_matrices(names, items, is_letter, directory)
    write_pair_bound(directory, names, items)
    return names.texts, joined


def _read(entities: Iterable[ListedEntity], directory: Path) -> _Read:
    """What is needed of the names of all entities; what is stored of the entities is written at once."""
    read, parties = _Read([], [], [], []), []
    identifiers: set[tuple[str, int]] = set()
    for place, entity in enumerate(entities):
        parties.append(Party.of(entity))
        identifiers.update((key, place) for key in identifier_keys(entity.identifiers))
        kind = KINDS.index(entity.kind)
        for name in entity.names:
            read.entity.append(place)
            read.texts.append(name.text)
            read.kinds.append(kind)
            read.weak.append(name.strength is Strength.WEAK)
    write_profiles(profiles_of(parties), directory)
    _write_identifiers(sorted(identifiers), directory)
    return read


def _write_published(read: _Read, names: ListedNames, directory: Path) -> None:
    """The names as published, in the order of the index."""
    texts = [read.texts[place].encode() for place in names.order.tolist()]
    np.save(directory / "name_text.npy", np.frombuffer(b"".join(texts), dtype=np.uint8))
    np.save(directory / "name_text_start.npy", np.cumsum([0, *map(len, texts)]))
    np.save(directory / "name_entity.npy", np.array(read.entity, dtype=np.int32)[names.order])
    np.save(directory / "name_kind.npy", np.array(read.kinds, dtype=np.int8)[names.order])
    np.save(directory / "name_weak.npy", np.array(read.weak, dtype=np.bool_)[names.order])


def _write_names(names: ListedNames, directory: Path) -> None:
    """What the bound on candidates needs to know of each name."""
    start, initial = names.names.start, names.initial
    np.save(directory / "name_total.npy", names.totals().astype(np.float32))
    np.save(directory / "name_letters.npy", reduced(np.bitwise_or, names.letter, start))
    np.save(directory / "name_heaviest.npy", reduced(np.maximum, names.weight, start).astype(np.float32))
    letters = np.where(initial, names.letter, np.uint64(0))
    np.save(directory / "name_initials.npy", reduced(np.bitwise_or, letters, start))
    np.save(directory / "name_initial_count.npy", names.sums(initial).astype(np.int32))
    np.save(directory / "name_words.npy", names.sums(names.core).astype(np.int32))


def _write_least(items: Items, count: int, directory: Path) -> None:
    """What each item weighs at least in a name's core, and whether it accompanies other names."""
    least = np.full(count, np.inf)
    weighs = items.weight > 0.0
    np.minimum.at(least, items.place[weighs], items.weight[weighs])
    accompanies = np.zeros(count, dtype=np.bool_)
    accompanies[items.place[~weighs]] = True
    np.save(directory / "item_least.npy", np.where(np.isfinite(least), least, 0.0))
    np.save(directory / "item_accompanies.npy", accompanies)


def _write_matrices(names: ListedNames, items: Items, is_letter: NDArray[np.bool_], directory: Path) -> None:
    """The matrices item x name of the names without initials and of those with, single letters left out."""
    scale = 1.0 / np.sqrt(np.maximum(names.totals(), LEAST_TOTAL))
    entered = (items.weight > 0.0) & ~is_letter[items.place]
    for group, first, last in (("plain", 0, names.plain), ("initials", names.plain, len(names))):
        own = entered & (items.name >= first) & (items.name < last)
        name = items.name[own]
        values = (items.weight[own] * scale[name]).astype(np.float32)
        shape = (len(is_letter), last - first)
        matrix = sparse.csr_matrix((values, (items.place[own], name - first)), shape=shape)
        np.save(directory / f"{group}_start.npy", matrix.indptr.astype(np.int32))
        np.save(directory / f"{group}_name.npy", matrix.indices.astype(np.int32))
        np.save(directory / f"{group}_value.npy", matrix.data)


def _write_identifiers(identifiers: Sequence[tuple[str, int]], directory: Path) -> None:
    lines = "".join(key + "\n" for key, _ in identifiers)
    (directory / "identifiers.txt").write_text(lines, encoding="utf-8", newline="\n")
    np.save(
        directory / "identifier_entity.npy", np.array([place for _, place in identifiers], dtype=np.int32)
    )
