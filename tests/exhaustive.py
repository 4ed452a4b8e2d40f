"""The slow twin of the screener: every customer's name against every listed one, with no bound between."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence

from engine import Subject, features
from engine.model import MODEL
from engine.names.alignment import PreparedName, Rarity, align, find_pairs, prepare
from engine.names.tokens import tokenise
from lists.model import Kind, ListedEntity, Strength
from lists.settings import ScreeningSettings


class Twin:
    """A watchlist whose every name is compared with every customer's, item by item."""

    def __init__(
        self,
        entities: Sequence[ListedEntity],
        rarity: Rarity,
        policy: str = ScreeningSettings().weak_aliases,
    ) -> None:
        self._rarity = rarity
        self._names = [
            (entity, list(_prepared(entity, rarity)), list(_weaknesses(entity, rarity, policy)))
            for entity in entities
        ]

    def prepare(self, subject: Subject) -> list[PreparedName]:
        """Of unknown kind, a name is read as a company's too."""
        kinds = [Kind.UNKNOWN, Kind.COMPANY] if subject.kind is Kind.UNKNOWN else [subject.kind]
        return [
            prepare(text, tokenise(text, kind), kind, self._rarity)
            for text in subject.names
            for kind in kinds
        ]

    def holders(self) -> dict[tuple[str, bool], set[str]]:
        """By text and whether it is several words together: the ids of the entities that have this item."""
        found: dict[tuple[str, bool], set[str]] = defaultdict(set)
        for entity, names, _ in self._names:
            for name in names:
                for item in name.items:
                    found[item.text, item.joined].add(entity.entity_id)
        return found

    def scores(self, subject: Subject, among: Container[str] | None = None) -> dict[str, float]:
        """The score of this customer with each entity that any evidence speaks for, by entity id.

        `among` are the ids of the entities to compare with; without it, all.
        """
        own = self.prepare(subject)
        found = {
            entity.entity_id: _score(subject, own, entity, zip(names, weaknesses, strict=True))
            for entity, names, weaknesses in self._names
            if among is None or entity.entity_id in among
        }
        return {entity_id: score for entity_id, score in found.items() if score > 0.0}


def _prepared(entity: ListedEntity, rarity: Rarity) -> Iterable[PreparedName]:
    for name in entity.names:
        yield prepare(name.text, tokenise(name.text, entity.kind), entity.kind, rarity)


def _weaknesses(entity: ListedEntity, rarity: Rarity, policy: str) -> Iterable[float]:
    for name, prepared in zip(entity.names, _prepared(entity, rarity), strict=True):
        weak = name.strength is Strength.WEAK
        yield features.weak_alias(prepared, policy).contribution if weak else 0.0


def _score(
    subject: Subject,
    own: Sequence[PreparedName],
    entity: ListedEntity,
    theirs: Iterable[tuple[PreparedName, float]],
) -> float:
    if features.same_identifier(subject, entity) is not None:
        return MODEL["identifier.equal"]
    name = 0.0
    for listed, weakness in theirs:
        for mine in own:
            alignment = align(mine, listed, find_pairs(mine, listed))
            name = max(name, alignment.score * MODEL["name.weight"] + weakness)
    qualifiers = [found for feature in features.QUALIFIERS if (found := feature(subject, entity))]
    return min(1.0, max(0.0, name + sum(each.contribution for each in qualifiers)))
