"""The names of a watchlist taken apart all at once: tokens, what these weigh, and the items they make."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import reduce
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from engine.index.kept import Kept, write_read_names
from engine.index.layout import IS_CORPORATE, KINDS
from engine.index.tokens import Runs, TokenFacts, runs_of
from engine.model import MODEL
from engine.names import frequency
from engine.names.arrays import distinct, starts
from engine.names.bulk import Lexicon, NameTokens
from engine.names.prepared import (
    ACRONYM_FROM,
    JOINED_FROM,
    LONGEST_ACRONYM,
    WHOLE,
    acronym,
    joined_text,
    weight,
)
from engine.names.text import VOWELLESS
from engine.names.tokens import CRAFT
from lists.model import Kind

# A list shorter than this says little about how common a name is: five of a hundred entries may be one
# family.
_LEAST_POPULATION = 5_000
_ALL_BITS = (1 << 64) - 1


def _bit(place: NDArray[np.int64]) -> NDArray[np.uint64]:
    return np.left_shift(np.uint64(1), np.minimum(place, 63).astype(np.uint64))


class Items(NamedTuple):
    """Items of names: single tokens, or several written together."""

    name: NDArray[np.int64]
    place: NDArray[np.int64]  # in the vocabulary
    weight: NDArray[np.float64]  # of its tokens in the name
    members: NDArray[np.int64]  # the places of its tokens in its name; three columns
    mask: NDArray[np.uint64]  # the same, a bit for each; of no use in a name of more tokens than bits


class ListedNames:
    """n names with the tokens that `tokenise` gives them. Those without initials come first."""

    def __init__(
        self,
        texts: Sequence[str],
        kinds: NDArray[np.int8],
        entities: NDArray[np.int64],
        kept: Kept | None = None,
    ) -> None:
        """`kinds` (by their number in the layout) and `entities` (by position) are those of the names'
        entities; `kept` is what was read before.
        """
        self._lexicon = Lexicon()
        facts = TokenFacts(self._lexicon)
        names = self._read(texts, kinds, kept)
        facts.update()
        self._facts = facts
        initial = np.bincount(names.owner, facts.initial.array[names.token], len(names))
        self.order = np.argsort(initial > 0, kind="stable")  # of the names as they were given
        self.plain = int((initial == 0).sum())
        self.names = names.take(self.order)
        self.owner = self.names.owner
        used = distinct(names.token)
        self.texts = sorted({self._lexicon.tokens[number].text for number in used.tolist()})
        self._text_id = self._text_ids(used)
        self.rarities = self._rarities(entities[self.order])
        self.kinds = kinds[self.order]
        self.weight = self._weights(self.kinds, used)

    def __len__(self) -> int:
        return len(self.names)

    def _read(self, texts: Sequence[str], kinds: NDArray[np.int8], kept: Kept | None) -> NameTokens:
        series = pl.Series(texts, dtype=pl.String)
        parts, places = [], []
        new = np.ones(len(texts), dtype=np.bool_)
        if kept is not None:
            known, read = kept.names(texts, kinds, self._lexicon)
            new[known] = False
            parts.append(read)
            places.append(known)
        for code in np.unique(kinds[new]).tolist():
            own = np.flatnonzero(new & (kinds == code))
            parts.append(self._lexicon.read(series.gather(own), KINDS[code]))
            places.append(own)
        if not parts:
            return NameTokens(np.zeros(1, np.int64), np.empty(0, np.int32))
        counts = np.concatenate([np.diff(part.start) for part in parts])
        together = NameTokens(starts(counts), np.concatenate([part.token for part in parts]))
        return together.take(np.argsort(np.concatenate(places)))

    def _text_ids(self, used: NDArray[np.int32]) -> NDArray[np.int64]:
        places = {text: place for place, text in enumerate(self.texts)}
        found = np.zeros(len(self._lexicon.tokens), dtype=np.int64)
        found[used] = [places[self._lexicon.tokens[number].text] for number in used.tolist()]
        return found

    def _rarities(self, entities: NDArray[np.int64]) -> NDArray[np.float64]:
        """The rarity (0..1) of each text: the less of what list and world say of it as a word.

        Inverse document frequency (Spärck Jones 1972) over entities, so that the aliases of one do not make
        its name common.
        """
        word = self._facts.word.array[self.names.token]
        text = self._text_id[self.names.token[word]]
        population = int(entities.max(initial=-1)) + 1
        pairs = distinct(text * np.int64(max(1, population)) + entities[self.owner[word]])
        holders = np.bincount(pairs // max(1, population), minlength=len(self.texts))
        population = max(population, _LEAST_POPULATION)
        floor, scale = MODEL["weight.rarity_floor"], math.log(population + 1)
        in_list = floor + (1.0 - floor) * np.log((population + 1) / np.maximum(holders, 1)) / scale
        in_world = np.array([frequency.rarity(text) for text in self.texts])
        return np.where(holders > 0, np.minimum(in_list, in_world), 1.0)

    def _weights(self, kinds: NDArray[np.int8], used: NDArray[np.int32]) -> NDArray[np.float64]:
        """What each token weighs in its name."""
        rarity = dict(zip(self.texts, self.rarities.tolist(), strict=True)).__getitem__
        craft = np.isin(kinds, [KINDS.index(kind) for kind in CRAFT])[self.owner]
        found = np.zeros(len(self.names.token))
        for own, kind in (
            (craft, Kind.VESSEL),
            (~craft, Kind.UNKNOWN),
        ):  # all craft weigh alike, and all others
            each = np.zeros(len(self._lexicon.tokens))
            here = used if own.any() else used[:0]
            each[here] = [weight(self._lexicon.tokens[number], kind, rarity) for number in here.tolist()]
            found[own] = each[self.names.token[own]]
        return found

    def write_read(self, directory: Path) -> None:
        """Write what a later index takes over of the names that it has as well."""
        write_read_names(directory, self._lexicon.tokens, self.names)

    # -- what the index stores of each token and name --------------------------------------------------

    @property
    def initial(self) -> NDArray[np.bool_]:
        return self._facts.initial.array[self.names.token]

    @property
    def core(self) -> NDArray[np.bool_]:
        return self._facts.core.array[self.names.token]

    @property
    def evidence(self) -> NDArray[np.bool_]:
        return self._facts.evidence.array[self.names.token]

    @property
    def letter(self) -> NDArray[np.uint64]:
        return self._facts.letter.array[self.names.token]

    @property
    def places(self) -> NDArray[np.int64]:
        """The place of each token in its name."""
        return np.arange(len(self.owner)) - self.names.start[self.owner]

    def sums(self, values: NDArray[np.float64] | NDArray[np.bool_]) -> NDArray[np.float64]:
        """The sum over each name's tokens."""
        return np.bincount(self.owner, values, len(self)).astype(np.float64)

    def totals(self) -> NDArray[np.float64]:
        """The least that the core of each name can weigh: an initial weighs what stands across from it."""
        return self.sums(np.where(self.initial, 0.0, self.weight))

    # -- items -----------------------------------------------------------------------------------------

    def items(self) -> tuple[Items, list[str]]:
        """The items of all names, and the distinct texts of those that are written together.

        The places are those of `texts`, and after them of the texts returned. The items of one name are in
        the order of `engine.names.alignment.items`.
        """
        place_in_name = self.places
        singles = Items(
            self.owner,
            self._text_id[self.names.token],
            self.weight,
            np.repeat(place_in_name[:, None], 3, axis=1),
            _bit(place_in_name),
        )
        parts, written = [singles], []
        for run in runs_of(self.names, self.core):
            kept = self._long_enough(run)
            members = np.stack((*kept.members, kept.members[0])[:3], axis=1)
            weights = reduce(np.add, [self.weight[member] for member in kept.members])
            mask = reduce(np.bitwise_or, [_bit(place_in_name[member]) for member in kept.members])
            parts.append(Items(kept.owner, np.empty(0, np.int64), weights, place_in_name[members], mask))
            written.append(self._written(kept))
        for items, texts in (self._acronyms(), self._wholes()):
            parts.append(items)
            written.append(texts)
        every = pl.concat(written)
        distinct = every.unique().sort()
        ids = pl.int_range(len(self.texts), len(self.texts) + len(distinct), eager=True)
        places = every.replace_strict(distinct, ids).cast(pl.Int64).to_numpy().astype(np.int64)
        joined = Items._make(np.concatenate(parts_) for parts_ in zip(*parts[1:], strict=True))
        joined = joined._replace(place=places)
        items = Items._make(np.concatenate(both) for both in zip(singles, joined, strict=True))
        return items, distinct.to_list()

    def _long_enough(self, run: Runs) -> Runs:
        """Short words are alike by chance; but a run of initials ("L.X.C.") is as long as it can be."""
        facts, token = self._facts, self.names.token
        length = reduce(np.add, [facts.length.array[token[member]] for member in run.members])
        vowelless = reduce(np.logical_or, [facts.vowelless.array[token[member]] for member in run.members])
        size = length + vowelless
        return run.kept((size >= JOINED_FROM) | (size == len(run.members)))

    def _written(self, run: Runs) -> pl.Series:
        """The texts of runs, as `joined_text` gives them."""
        plain = pl.Series([token.plain for token in self._lexicon.tokens], dtype=pl.String)
        parts = [plain.gather(self.names.token[member]) for member in run.members]
        text = reduce(lambda first, second: first + second, parts)
        vowelless = text.str.contains(VOWELLESS, literal=True)
        found = pl.select(
            pl.when(vowelless)
            .then(VOWELLESS + text.str.replace_all(VOWELLESS, "", literal=True))
            .otherwise(text)
        ).to_series()
        return found.scatter(*self._respelled(run)) if len(run.owner) else found

    def _respelled(self, run: Runs) -> tuple[NDArray[np.int64], list[str]]:
        """The places of the runs that are not just the texts of their tokens, and their texts."""
        token = self.names.token
        places = self._facts.are_respelled([token[member] for member in run.members]).nonzero()[0]
        numbers = zip(*(token[member[places]].tolist() for member in run.members), strict=True)
        tokens = self._lexicon.tokens
        return places, [joined_text([tokens[number] for number in each]) for each in numbers]

    def _wholes(self) -> tuple[Items, pl.Series]:
        """A name without any word is found by all of its tokens or not at all."""
        names = np.flatnonzero((self.sums(self.evidence) == 0) & (np.diff(self.names.start) > 0))
        texts, last = [], []
        for name in names.tolist():
            own = self.names.token[self.names.start[name] : self.names.start[name + 1]].tolist()
            texts.append(WHOLE + " ".join(sorted(self._lexicon.tokens[number].text for number in own)))
            last.append((0, len(own) // 2, len(own) - 1))
        members = np.array(last, dtype=np.int64).reshape(-1, 3)
        weights = self.sums(self.weight)[names]
        mask = _bit(members[:, 2] + 1) - np.uint64(1)
        return Items(names, np.empty(0, np.int64), weights, members, mask), pl.Series(texts, dtype=pl.String)

    def _acronyms(self) -> tuple[Items, pl.Series]:
        """The initials of companies, and the companies whose one word may be initials."""
        names, texts, members, masks = [], [], [], []
        for name in self._may_have_initials().tolist():
            start, end = self.names.start[name : name + 2].tolist()
            tokens = [self._lexicon.tokens[number] for number in self.names.token[start:end].tolist()]
            for item in acronym(tuple(tokens)):
                places = [place for place in range(end - start) if item.mask >> place & 1]
                names.append(name)
                texts.append(item.text)
                members.append((places[0], places[len(places) // 2], places[-1]))
                masks.append(item.mask & _ALL_BITS)
        own = np.array(names, dtype=np.int64)
        items = Items(
            own,
            np.empty(0, np.int64),
            self._core_weight()[own],
            np.array(members, dtype=np.int64).reshape(-1, 3),
            np.array(masks, dtype=np.uint64),
        )
        return items, pl.Series(texts, dtype=pl.String)

    def _may_have_initials(self) -> NDArray[np.int64]:
        """The companies whose names are words, as many as initials may stand for."""
        core, words = (
            self.sums(flags & ~self._aside) for flags in (self.core, self._facts.word.array[self.names.token])
        )
        few = (words == 1) | ((words >= ACRONYM_FROM) & (words <= LONGEST_ACRONYM))
        return np.flatnonzero(IS_CORPORATE[self.kinds] & (core == words) & few)

    def _core_weight(self) -> NDArray[np.float64]:
        """What the words of each name weigh that do not stand in parentheses."""
        return self.sums(np.where(self._aside, 0.0, self.weight))

    @property
    def _aside(self) -> NDArray[np.bool_]:
        """The tokens that stand in parentheses."""
        aside = np.array([token.aside for token in self._lexicon.tokens], dtype=np.bool_)
        found: NDArray[np.bool_] = aside[self.names.token]
        return found
