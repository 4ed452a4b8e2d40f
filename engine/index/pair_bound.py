"""`most_score` for many pairs of names at once, from the token table and the items that each listed name is
made of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.index.layout import IS_CORPORATE, KINDS
from engine.index.postings import mapped
from engine.index.rows import ReadNames
from engine.index.table import TokenTable
from engine.model import MODEL
from engine.names.alignment import OMITTED
from engine.names.arrays import distinct, first_of_each, ranges, reduced, sorted_with_order, spread, starts
from engine.names.assignment import TOGETHER
from engine.names.bound import COMMON_LEAST, Hit, Side, best_of_both, common_loss, most_score
from engine.names.likeness import Likeness, Why
from engine.names.prepared import Item

if TYPE_CHECKING:  # building needs Polars, and screening one name does not
    from engine.index.listed import Items, ListedNames

MOST_TOKENS = 63  # of a name that is bounded: its tokens are bits of a mask
_MOST_MEMBERS = 3  # of an item that is bounded here; the initials of a company may stand for more tokens
# Pairs that are bounded at once; each has dozens of like items.
_BLOCK = 1 << 15
# By the number of a reason: looked up in a tenth of the time that `np.isin` takes.
_IS_TOGETHER = np.array([why in TOGETHER for why in Why])


class PairBound:
    """The items and tokens of the names of one published index."""

    def __init__(self, directory: Path, items: int) -> None:
        self._items = items
        self._start = mapped(directory, "name_token_start")
        self._weight = mapped(directory, "name_token_weight")
        self._evidence = mapped(directory, "name_token_evidence")
        self._initial = mapped(directory, "name_token_initial")
        self._letter = mapped(directory, "name_token_letter")
        self._solid_mask = mapped(directory, "name_solid_mask")
        self._initial_mask = mapped(directory, "name_initial_mask")
        self._bounded = mapped(directory, "name_bounded")
        self._kind = mapped(directory, "name_kind")
        self._item_start = mapped(directory, "name_item_start")
        self._item_place = mapped(directory, "name_item_place")  # in the order of the items of its name
        self._item_mask = mapped(directory, "name_item_mask")
        self._members = mapped(directory, "name_item_members")  # the places of its tokens in its name

    def items_of(self, name: int) -> list[int]:
        """The items of a listed name, by their places in the vocabulary."""
        begin, end = self._item_start[name : name + 2].tolist()
        items: list[int] = self._item_place[begin:end].tolist()
        return items

    def masks_of(self, name: int) -> list[int]:
        """The tokens of each of its items, as bits."""
        begin, end = self._item_start[name : name + 2].tolist()
        masks: list[int] = self._item_mask[begin:end].tolist()
        return masks

    def weights_of(self, name: int) -> list[float]:
        """What each token of a listed name weighs in it."""
        begin, end = self._start[name : name + 2].tolist()
        weights: list[float] = self._weight[begin:end].tolist()
        return weights

    def items_of_names(self, names: NDArray[np.int64]) -> NDArray[np.int32]:
        """The items of all of some listed names, each once, in ascending order."""
        begin = self._item_start[names]
        return distinct(self._item_place[ranges(begin, self._item_start[names + 1] - begin)])

    def most_of(
        self,
        own: Side,
        own_items: Sequence[Item],
        alike: Mapping[int, Sequence[tuple[int, Likeness]]],
        name: int,
    ) -> float:
        """The most that the alignment with one listed name can score; 1 where one of the two has no word.

        `alike` has for a listed item the other name's items that are like it, by their places, and how.
        """
        first, last = self._start[name : name + 2].tolist()
        if last - first > MOST_TOKENS:
            return 1.0
        begin, end = self._item_start[name : name + 2].tolist()
        items = zip(self._item_place[begin:end].tolist(), self._item_mask[begin:end].tolist(), strict=True)
        hits = [
            Hit(own_items[item].mask, mask, likeness)
            for place, mask in items
            for item, likeness in alike.get(place, ())
        ]
        listed = Side(
            self._weight[first:last].tolist(),
            int(self._solid_mask[name]),
            int(self._initial_mask[name]),
            self._letter[first:last].tolist(),
        )
        return most_score(own, listed, KINDS[self._kind[name]], hits)

    def most(
        self, read: ReadNames, table: TokenTable, names: NDArray[np.int64], listed: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """The most that the alignment of each pair can score; 1 where one of the two is not bounded."""
        parts = [
            self._most(read, table, names[first : first + _BLOCK], listed[first : first + _BLOCK])
            for first in range(0, len(names), _BLOCK)
        ]
        return np.concatenate(parts) if parts else np.ones(0)

    def _most(
        self, read: ReadNames, table: TokenTable, names: NDArray[np.int64], listed: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        most = np.ones(len(names))
        some = np.flatnonzero(self._bounded[listed] & ~read.unbounded[names])
        names, listed = names[some], listed[some]
        own_tokens, listed_tokens = _PairTokens(read.start, names), _PairTokens(self._start, listed)
        hits = _Hits._make(
            np.concatenate(both)
            for both in zip(
                self._hits(read, table, names, listed),
                self._initial_hits(read, own_tokens, listed_tokens),
                strict=True,
            )
        )
        own_found = own_tokens.best(hits.pair, hits.own, hits.credit) > 0.0
        best = listed_tokens.best(hits.pair, hits.listed, hits.credit)
        found = best > 0.0
        # A listed initial weighs what stands across from it, at most the heaviest token there is.
        initial = found & self._initial[listed_tokens.at]
        weight = self._weight[listed_tokens.at]
        weight = np.where(initial, read.rows.heaviest[names][listed_tokens.pair], weight)
        words = np.minimum(
            own_tokens.sums(own_found & read.evidence[own_tokens.at]),
            listed_tokens.sums(found & self._evidence[listed_tokens.at]),
        ).astype(np.int64)
        words += self._odd_together(read, hits, names, listed)
        # An initial that agrees counts as one word more.
        own_initials = own_tokens.sums(own_found & read.initial[own_tokens.at])
        more = (listed_tokens.sums(initial) + own_initials) > 0
        omitted = np.array(OMITTED)[np.minimum(words + more, len(OMITTED) - 1)]
        corporate = IS_CORPORATE[self._kind[listed]]
        omitted = np.where(corporate, np.minimum(omitted, MODEL["credit.omitted_corporate"]), omitted)
        highest = np.zeros(len(names))
        np.maximum.at(highest, hits.pair, hits.credit)
        covered, reachable = listed_tokens.sums(best * weight), listed_tokens.sums(found * weight)
        lacking = listed_tokens.sums(~found * self._weight[listed_tokens.at])
        most[some[words == 0]] = 0.0
        agree = np.flatnonzero((words > 0) & (reachable > 0.0))
        best_scores = best_of_both(
            covered[agree],
            reachable[agree],
            own_tokens.sums(~own_found * read.weight[own_tokens.at])[agree],
            lacking[agree],
            (lacking + np.where(listed_tokens.sums(initial) > 0, covered, reachable))[agree],
            highest[agree],
            omitted[agree],
            maximum=np.maximum,
            minimum=np.minimum,
        )
        loss = common_loss(best_scores, listed_tokens.highest(found * weight)[agree])
        most[some[agree]] = best_scores + np.where(loss <= COMMON_LEAST, loss, 0.0)
        most[some[hits.pair[hits.by_initials]]] = 1.0
        return most

    def _hits(
        self, read: ReadNames, table: TokenTable, names: NDArray[np.int64], listed: NDArray[np.int64]
    ) -> _Hits:
        """The like items of each pair: the items of its listed name, looked up among those that its own name
        is like.
        """
        like = _LikeEntries.of(read, table, names, self._items)
        counts = self._item_start[listed + 1] - self._item_start[listed]
        pair, item = spread(self._item_start[listed], counts)
        asked, entry = like.find(names.take(pair), self._item_place.take(item))
        pair, item = pair[asked], item[asked]
        own = read.items.members[like.item[entry]] - read.start[names[pair]][:, None]
        at = like.at[entry]
        credit = 1.0 - MODEL["credit.unlikeness"] * (1.0 - table.entries[1][at])
        together = _IS_TOGETHER[table.reasons[at]]
        by_initials = np.bitwise_count(self._item_mask[item]) > _MOST_MEMBERS
        return _Hits(pair, own, self._members[item].astype(np.int64), credit, together, by_initials)

    def _odd_together(
        self, read: ReadNames, hits: _Hits, names: NDArray[np.int64], listed: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """How many words written together agree that are no words on one side: evidence all the same."""
        which = hits.together.nonzero()[0]
        pair = hits.pair[which]
        own = read.evidence[read.start[names[pair]][:, None] + hits.own[which]].any(axis=1)
        other = self._evidence[self._start[listed[pair]][:, None] + hits.listed[which]].any(axis=1)
        return np.bincount(pair, ~(own & other), len(names)).astype(np.int64)

    def _initial_hits(self, read: ReadNames, own: _PairTokens, listed: _PairTokens) -> _Hits:
        """Initials and the tokens across from them of their letter, which are not in the table."""
        has_one = own.sums(read.initial[own.at]) + listed.sums(self._initial[listed.at])
        pairs = np.flatnonzero(has_one)
        own_counts, counts = own.counts[pairs], listed.counts[pairs]
        run, step = spread(np.zeros(len(pairs), np.int64), own_counts * counts)
        pair = pairs.take(run)
        width = listed.counts[pair]
        mine, theirs = step // width, step % width
        own_at, listed_at = own.at[own.first[pair] + mine], listed.at[listed.first[pair] + theirs]
        alike = (read.letter[own_at] & self._letter[listed_at]) != 0
        alike &= read.initial[own_at] | self._initial[listed_at]
        kept = np.flatnonzero(alike)
        three = np.ones(3, dtype=np.int64)
        credit = 1.0 - MODEL["credit.unlikeness"] * (1.0 - MODEL["likeness.initial"])
        return _Hits(
            pair[kept],
            mine[kept][:, None] * three,
            theirs[kept][:, None] * three,
            np.full(len(kept), credit),
            np.zeros(len(kept), dtype=np.bool_),
            np.zeros(len(kept), dtype=np.bool_),
        )


class _Hits(NamedTuple):
    """Like items: their pair, the places of their tokens in both names (three columns), and the credit."""

    pair: NDArray[np.int64]
    own: NDArray[np.int64]
    listed: NDArray[np.int64]
    credit: NDArray[np.float64]
    together: NDArray[np.bool_]  # whether one is made of several words
    by_initials: NDArray[np.bool_]  # whether the listed one has more tokens than three


class _LikeEntries(NamedTuple):
    """What the items of some names are like, by name and listed item."""

    names: NDArray[np.int64]  # ascending
    items: int
    key: NDArray[np.int64]  # the place among `names`, times `items`, and a listed item; ascending
    start: NDArray[np.int64]  # where the entries of each key begin, and the last end
    item: NDArray[np.int64]  # of each entry: the item that is like it
    at: NDArray[np.int64]  # and its place in the entries of the token table

    @classmethod
    def of(cls, read: ReadNames, table: TokenTable, names: NDArray[np.int64], items: int) -> _LikeEntries:
        every = distinct(names)
        counts = read.item_start[every + 1] - read.item_start[every]
        name, item = spread(read.item_start[every], counts)
        first, each, _ = table.columns
        row = read.items.row.take(item)
        own, at = spread(first.take(row), each.take(row))
        key, order = sorted_with_order(name.take(own) * np.int64(items) + table.entries[0].take(at))
        start = first_of_each(key).nonzero()[0]
        ends = np.append(start, len(key))
        return cls(every, items, key[start], ends, item.take(own.take(order)), at.take(order))

    def find(
        self, names: NDArray[np.int64], places: NDArray[np.int32]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The entries of each of some listed items: (place in `places`, entry)."""
        if not len(self.key):
            return np.empty(0, np.int64), np.empty(0, np.int64)
        key = self.names.searchsorted(names) * np.int64(self.items) + places
        near = np.minimum(self.key.searchsorted(key), len(self.key) - 1)
        asked = (self.key[near] == key).nonzero()[0]
        begin = self.start[near[asked]]
        run, entry = spread(begin, self.start[near[asked] + 1] - begin)
        return asked.take(run), entry


class _PairTokens:
    """The tokens of one side of each pair, one after the other."""

    def __init__(self, start: NDArray[np.int64], names: NDArray[np.int64]) -> None:
        self.counts = start[names + 1] - start[names]
        self.pair, self.at = spread(start[names], self.counts)
        self.first = np.cumsum(self.counts) - self.counts

    def best(
        self, pair: NDArray[np.int64], members: NDArray[np.int64], credit: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """The best credit of each token, 0 of one without a counterpart; `members` are places in the name."""
        best = np.zeros(len(self.at))
        for column in members.T:
            np.maximum.at(best, self.first[pair] + column, credit)
        return best

    def highest(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The greatest value of each side, which has at least one token."""
        return np.maximum.reduceat(values, self.first) if len(values) else np.zeros(0)

    def sums(self, values: NDArray[np.float64] | NDArray[np.bool_]) -> NDArray[np.float64]:
        return np.bincount(self.pair, values, len(self.counts)).astype(np.float64)


def write_pair_bound(directory: Path, names: ListedNames, items: Items) -> None:
    """Write what `PairBound` maps."""
    tokens = np.diff(names.names.start)
    bounded = (tokens > 0) & (tokens <= MOST_TOKENS)
    np.save(directory / "name_token_start.npy", names.names.start)
    np.save(directory / "name_token_weight.npy", names.weight)
    np.save(directory / "name_token_evidence.npy", names.evidence)
    np.save(directory / "name_token_initial.npy", names.initial)
    np.save(directory / "name_token_letter.npy", names.letter)
    np.save(directory / "name_bounded.npy", bounded)
    bits = np.left_shift(np.uint64(1), np.minimum(names.places, 63).astype(np.uint64))
    for name, flags in (("solid", names.evidence), ("initial", names.initial)):
        masks = reduced(np.bitwise_or, np.where(flags, bits, np.uint64(0)), names.names.start)
        np.save(directory / f"name_{name}_mask.npy", masks)
    order = np.argsort(items.name, kind="stable")
    np.save(directory / "name_item_start.npy", starts(np.bincount(items.name, minlength=len(names))))
    np.save(directory / "name_item_place.npy", items.place[order].astype(np.int32))
    np.save(directory / "name_item_mask.npy", items.mask[order])
    np.save(directory / "name_item_members.npy", items.members[order].astype(np.int8))
