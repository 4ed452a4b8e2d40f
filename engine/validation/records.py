"""Making test records of a watchlist: each listed name as it stands, and altered ones of every family.

A record that cannot be fair is not dropped in silence: it is screened all the same, and counted beside its
family with the rule that leaves it out.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import polars as pl

from engine.names.tokens import CORE, TokenKind, tokenise
from engine.policy import Policy
from engine.subject import InvalidSubject, Subject
from engine.validation import dates, letters, spellings, traps, words
from engine.validation.families import EVERY, Altered, Family, Original
from lists.model import Kind, ListedEntity, Strength

SEED = 20_260_101
SIZE = 100_000
# A single word as short as these has too many neighbours of one letter to be found with a slip in it.
LEAST_ALONE = 7
_WORD = re.compile(r"\w+")

TOO_SHORT = f"a name of one word of fewer than {LEAST_ALONE} letters: it is one slip from too many others"
ANOTHER_NAME = "the slip makes a word that is another name on the lists: it is that name that must be found"
WEAK = "a weak alias, which the policy does not let alert by itself"


def as_it_stands(original: Original, chance: random.Random) -> str:
    """A listed name as it is published.

    Source: NYDFS, 23 NYCRR 504.3(b): data matching, tested before and after use.
    """
    return original.text


EXACT = Family("as it stands", "exact", as_it_stands, EVERY, 1.0, needs_weak_aliases=True)
FAMILIES: tuple[Family, ...] = (
    EXACT,
    *letters.FAMILIES,
    *words.FAMILIES,
    *spellings.FAMILIES,
    *dates.FAMILIES,
    *traps.FAMILIES,
)
BY_NAME = {family.name: family for family in FAMILIES}

SCHEMA = {
    "record": pl.UInt32,
    "family": pl.String,
    "list_id": pl.String,
    "entity_id": pl.String,
    "place": pl.UInt32,
    "kind": pl.String,
    "listed_name": pl.String,
    "name": pl.String,
    "birth_date": pl.String,
    "country": pl.String,
    "left_out": pl.String,
}


class Record(NamedTuple):
    """A customer made of a listed name. `left_out` is the rule that takes it out of its family's figures."""

    family: str
    original: Original
    place: int  # of the entity in the watchlist
    altered: Altered
    left_out: str | None


class _Named(NamedTuple):
    place: int
    original: Original


def make_records(
    entities: Iterator[ListedEntity],
    policy: Policy,
    *,
    size: int = SIZE,
    seed: int = SEED,
    families: Sequence[Family] = FAMILIES,
    lists: Collection[str] | None = None,
) -> pl.DataFrame:
    """Records of all families, with the columns of `SCHEMA`; the same ones for the same seed.

    Half of `size` at the most are names as they stand; the others share the rest evenly, and each spreads its
    share evenly over lists and kinds, as far as these reach. Records of like names stand together.
    """
    named = [
        _Named(place, Original(entity, name))
        for place, entity in enumerate(entities)
        if policy.covers(entity) and (lists is None or entity.list_id in lists)
        for name in entity.names
    ]
    maker = _Maker(named, policy, seed)
    records = _shared(maker, families, size)
    records.sort(key=lambda each: (each.original.text.casefold(), each.place, each.family))
    return _frame(records)


def _shared(maker: _Maker, families: Sequence[Family], size: int) -> list[Record]:
    live = {family.name: maker.records(family) for family in families if family is not EXACT}
    records = list(islice(maker.records(EXACT), size // 2 if live else size)) if EXACT in families else []
    while live and (left := size - len(records)) > 0:
        share = max(1, left // len(live))
        for name in list(live)[:left]:
            made = list(islice(live[name], share))
            records += made
            if len(made) < share:
                del live[name]
    return records


class _Maker:
    """Makes the records of one family after the other."""

    def __init__(self, named: Sequence[_Named], policy: Policy, seed: int) -> None:
        self._policy, self._seed = policy, seed
        self._strata: dict[tuple[str, Kind], list[_Named]] = defaultdict(list)
        for each in named:
            self._strata[each.original.entity.list_id, each.original.entity.kind].append(each)
        self._known = {word.casefold() for each in named for word in _WORD.findall(each.original.text)}

    def records(self, family: Family) -> Iterator[Record]:
        """The records of a family, from each list and kind in turn."""
        chance = random.Random(f"{self._seed} {family.name}")
        turns = []
        for (_, kind), named in sorted(self._strata.items()):
            if kind in family.kinds:
                turns.append(self._of_stratum(family, named, random.Random(chance.random())))
        while turns:
            still = []
            for turn in turns:
                if (record := next(turn, None)) is not None:
                    yield record
                    still.append(turn)
            turns = still

    def _of_stratum(self, family: Family, named: list[_Named], chance: random.Random) -> Iterator[Record]:
        for place, original in _drawn(named, chance):
            if not family.needs_weak_aliases and original.name.strength is Strength.WEAK:
                continue
            made = family.alter(original, chance)
            if made is None or (made == original.text and family is not EXACT and family.judged != "name"):
                continue
            altered = Altered(made) if isinstance(made, str) else made
            left_out = self._left_out(family, original, altered)
            yield Record(family.name, original, place, altered, left_out)

    def _left_out(self, family: Family, original: Original, altered: Altered) -> str | None:
        kind = original.entity.kind
        if refused := _refused(altered, kind):
            return refused
        tokens = tokenise(original.text, kind)
        core = [token.text for token in tokens if token.kind in CORE]
        if not core:
            return nobodys_name(original.text, kind)
        is_weak = original.name.strength is Strength.WEAK
        if is_weak and not (self._policy.weak_aliases == "several_words" and len(core) > 1):
            return None if self._policy.weak_aliases == "alert" else WEAK
        if altered.name != original.text and len(core) == 1 and len(core[0]) < LEAST_ALONE:
            return TOO_SHORT
        if family.is_slip:
            before, after = (set(_WORD.findall(text.casefold())) for text in (original.text, altered.name))
            if (after - before) & self._known:
                return ANOTHER_NAME
        return None


def _drawn(named: Sequence[_Named], chance: random.Random) -> Iterator[_Named]:
    """All of them in an order of chance, which costs only as much as are taken."""
    left = list(named)
    for place in range(len(left)):
        other = chance.randrange(place, len(left))
        left[place], left[other] = left[other], left[place]
        yield left[place]


def nobodys_name(text: str, kind: Kind) -> str | None:
    """Why a listed name cannot find anybody by itself; None where it can."""
    tokens = tokenise(text, kind)
    if not tokens:
        return "no letter and no digit"
    if any(token.kind in CORE for token in tokens):
        return None
    if all(token.kind is TokenKind.LEGAL for token in tokens):
        return f"only a legal form: {text}"
    return f"no word of a name: {text}"


def _refused(altered: Altered, kind: Kind) -> str | None:
    """What a subject of this name is refused for."""
    try:
        Subject.parse(name=altered.name, kind=kind, birth_date=altered.birth_date)
    except InvalidSubject as error:
        return f"no subject: {error}"
    return None


def _frame(records: Sequence[Record]) -> pl.DataFrame:
    rows = [
        (
            number,
            record.family,
            record.original.entity.list_id,
            record.original.entity.entity_id,
            record.place,
            record.original.entity.kind.value,
            record.original.text,
            *record.altered,
            record.left_out,
        )
        for number, record in enumerate(records, 1)
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")
