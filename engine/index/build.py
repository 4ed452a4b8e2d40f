"""Write the index of a watchlist: plain arrays that any number of processes map instead of rebuilding.

The core is one sparse matrix, item × name, of the weights that a listed token (or several written together)
has in a
name, over the square root of the name's total. `engine.index.candidates` multiplies customers with it.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from engine.identifiers import identifier_keys
from engine.index.layout import KINDS, LEAST_TOTAL, core_total, initials_of, letters_of, most_words
from engine.index.pair_bound import write_pair_bound
from engine.index.profiles import Party, profiles_of, write_profiles
from engine.index.vocabulary import write_vocabulary
from engine.model import MODEL
from engine.names import frequency
from engine.names.alignment import Item, PreparedName, mask_weight, prepare
from engine.names.tokens import Token, TokenKind, tokenise
from lists.model import Kind, ListedEntity, Strength

# A list shorter than this says little about how common a name is: five of a hundred entries may be one
# family.
_LEAST_POPULATION = 5_000


class ListedName(NamedTuple):
    """A name of the entity at this position of the published list."""

    entity: int
    weak: bool
    prepared: PreparedName


class _Entity(NamedTuple):
    """What the index needs of an entity."""

    kind: Kind
    names: list[str]
    tokens: list[tuple[Token, ...]]
    weak: list[bool]
    identifiers: list[str]


def build(entities: Iterable[ListedEntity], directory: Path) -> None:
    """Write the index arrays of these entities, in this order, into `directory`.

    The entities are looked at once and not kept: all lists together take half a gigabyte.
    """
    known: dict[Token, Token] = {}
    read, profiles = [], []
    for entity in entities:
        read.append(_read(entity, known))
        profiles.append(Party.of(entity))
    write_profiles(profiles_of(profiles), directory)
    rarities = list_rarities(entity.tokens for entity in read)
    names = sorted(_prepared(read, rarities), key=lambda name: initials_of(name.prepared) != [])
    _write_identifiers(read, directory)
    del read, known  # before the matrices, which take as much again
    singles = sorted({item.text for name in names for item in name.prepared.items if not item.joined})
    joined = sorted({item.text for name in names for item in name.prepared.items if item.joined})
    write_vocabulary(directory, singles, joined)
    np.save(directory / "token_rarity.npy", np.array([rarities.get(text, 1.0) for text in singles]))
    ids = {(text, False): place for place, text in enumerate(singles)}
    ids.update({(text, True): place for place, text in enumerate(joined, len(singles))})
    _write_least(names, ids, directory)
    plain = sum(not initials_of(name.prepared) for name in names)
    _write_matrix(names[:plain], ids, directory, "plain")
    _write_matrix(names[plain:], ids, directory, "initials")
    _write_names(names, directory)
    prepared = [name.prepared for name in names]
    items = [[ids[item.text, item.joined] for item in name.items] for name in prepared]
    write_pair_bound(directory, prepared, items, len(ids))


def _read(entity: ListedEntity, known: dict[Token, Token]) -> _Entity:
    """What the index needs. A token that is `known` is that one: most words are in many names."""
    names = [tokenise(name.text, entity.kind) for name in entity.names]
    return _Entity(
        kind=entity.kind,
        names=[name.text for name in entity.names],
        tokens=[tuple(known.setdefault(token, token) for token in name) for name in names],
        weak=[name.strength is Strength.WEAK for name in entity.names],
        identifiers=list(identifier_keys(entity.identifiers)),
    )


def list_rarities(tokens: Iterable[Iterable[Iterable[Token]]]) -> dict[str, float]:
    """The rarity (0..1) of every word in the names of some entities: the less of what list and world say.

    Inverse document frequency (Spärck Jones 1972) over entities, so that the aliases of one do not make its
    name common.
    """
    holders: Counter[str] = Counter()
    population = 0
    for names in tokens:
        population += 1
        holders.update({token.text for name in names for token in name if token.kind is TokenKind.WORD})
    population = max(population, _LEAST_POPULATION)
    scale = math.log(population + 1)
    floor = MODEL["weight.rarity_floor"]
    return {
        text: min(
            frequency.rarity(text),
            floor + (1.0 - floor) * math.log((population + 1) / count) / scale,
        )
        for text, count in holders.items()
    }


def _prepared(entities: Sequence[_Entity], rarities: dict[str, float]) -> Iterable[ListedName]:
    def rarity(text: str) -> float:
        return rarities.get(text, 1.0)

    known: dict[Item, Item] = {}
    for place, entity in enumerate(entities):
        for number, (name, tokens) in enumerate(zip(entity.names, entity.tokens, strict=True)):
            prepared = prepare(name, tokens, entity.kind, rarity)
            items = tuple(known.setdefault(item, item) for item in prepared.items)
            yield ListedName(place, entity.weak[number], prepared._replace(items=items))


def _write_least(names: Sequence[ListedName], ids: dict[tuple[str, bool], int], directory: Path) -> None:
    """What each item weighs at least in a name's core, and whether it accompanies other names."""
    least = np.full(len(ids), np.inf)
    accompanies = np.zeros(len(ids), dtype=np.bool_)
    for name in names:
        for item in name.prepared.items:
            row, weight = ids[item.text, item.joined], mask_weight(name.prepared.weights, item.mask)
            if weight > 0.0:
                least[row] = min(least[row], weight)
            else:
                accompanies[row] = True
    np.save(directory / "item_least.npy", np.where(np.isfinite(least), least, 0.0))
    np.save(directory / "item_accompanies.npy", accompanies)


def _write_matrix(
    names: Sequence[ListedName], ids: dict[tuple[str, bool], int], directory: Path, group: str
) -> None:
    """The matrix item x name of one group of names, with the plain initials left out (see `candidates`)."""
    rows, columns, values = array("i"), array("i"), array("f")  # a fifth of what lists of numbers take
    for column, (_, _, name) in enumerate(names):
        scale = 1.0 / math.sqrt(max(core_total(name), LEAST_TOTAL))
        for item in name.items:
            weight = mask_weight(name.weights, item.mask)
            if weight > 0.0 and (item.joined or len(item.text) > 1):
                rows.append(ids[item.text, item.joined])
                columns.append(column)
                values.append(weight * scale)
    places = (np.asarray(rows), np.asarray(columns))
    matrix = sparse.csr_matrix((np.asarray(values), places), shape=(len(ids), len(names)))
    np.save(directory / f"{group}_start.npy", matrix.indptr.astype(np.int32))
    np.save(directory / f"{group}_name.npy", matrix.indices.astype(np.int32))
    np.save(directory / f"{group}_value.npy", matrix.data)


def _write_names(names: Sequence[ListedName], directory: Path) -> None:
    np.save(directory / "name_entity.npy", np.array([name.entity for name in names], dtype=np.int32))
    texts = [name.prepared.text.encode() for name in names]
    np.save(directory / "name_text.npy", np.frombuffer(b"".join(texts), dtype=np.uint8))
    np.save(directory / "name_text_start.npy", np.cumsum([0, *map(len, texts)]))
    kinds = [KINDS.index(name.prepared.kind) for name in names]
    np.save(directory / "name_kind.npy", np.array(kinds, dtype=np.int8))
    np.save(directory / "name_weak.npy", np.array([name.weak for name in names], dtype=np.bool_))
    np.save(
        directory / "name_total.npy",
        np.array([core_total(name.prepared) for name in names], dtype=np.float32),
    )
    np.save(
        directory / "name_letters.npy",
        np.array([letters_of(name.prepared) for name in names], dtype=np.uint64),
    )
    np.save(directory / "name_heaviest.npy", _heaviest(names))
    initials = [initials_of(name.prepared) for name in names]
    np.save(
        directory / "name_initials.npy",
        np.array([reduce(or_, bits, 0) for bits in initials], dtype=np.uint64),
    )
    np.save(directory / "name_initial_count.npy", np.array([len(bits) for bits in initials], dtype=np.int32))
    np.save(
        directory / "name_words.npy", np.array([most_words(name.prepared) for name in names], dtype=np.int32)
    )


def _heaviest(names: Sequence[ListedName]) -> NDArray[np.float32]:
    return np.array([max(name.prepared.weights, default=0.0) for name in names], dtype=np.float32)


def _write_identifiers(entities: Sequence[_Entity], directory: Path) -> None:
    keys = sorted({(key, place) for place, entity in enumerate(entities) for key in entity.identifiers})
    _write_lines(directory / "identifiers.txt", [key for key, _ in keys])
    np.save(directory / "identifier_entity.npy", np.array([place for _, place in keys], dtype=np.int32))


def _write_lines(path: Path, lines: list[str]) -> None:
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8", newline="\n")
