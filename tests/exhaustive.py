"""The slow twin of the screener: every customer's name against every listed one, with no bound between."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from engine import Subject, features
from engine.model import MODEL
from engine.names.alignment import align
from engine.names.assignment import find_pairs
from engine.names.prepared import Item, PreparedName, Rarity, prepare
from engine.names.tokens import READINGS, tokenise
from lists.model import ListedEntity, Strength
from lists.settings import ScreeningSettings

NameKey = tuple[str, int]  # the entity's id, and which of its names


class Twin:
    """A watchlist whose every name is compared with every customer's, item by item."""

    def __init__(
        self,
        entities: Sequence[ListedEntity],
        rarity: Rarity,
        policy: str = ScreeningSettings().weak_aliases,
    ) -> None:
        self._rarity = rarity
        self._entities = {entity.entity_id: entity for entity in entities}
        self._names: dict[NameKey, PreparedName] = {}
        self._weakness: dict[NameKey, float] = {}
        for entity in entities:
            for number, name in enumerate(entity.names):
                key, tokens = (entity.entity_id, number), tokenise(name.text, entity.kind)
                listed = self._names[key] = prepare(name.text, tokens, entity.kind, rarity)
                if name.strength is Strength.WEAK:
                    self._weakness[key] = features.weak_alias(listed, policy).contribution

    def prepare(self, subject: Subject) -> list[PreparedName]:
        """The customer's names; of unknown kind each is read in every way that differs."""
        kinds = READINGS[subject.kind]
        readings = {(text, tokenise(text, kind)): kind for text in subject.names for kind in reversed(kinds)}
        return [
            prepare(text, tokens, kind, self._rarity, is_subject=True)
            for (text, tokens), kind in readings.items()
        ]

    def holders(self) -> dict[tuple[str, bool], set[NameKey]]:
        """The names that have an item, by its text and whether it is several words together."""
        found: dict[tuple[str, bool], set[NameKey]] = defaultdict(set)
        for key, name in self._names.items():
            for item in name.items:
                found[item.text, item.joined].add(key)
        return found

    def scores(self, subject: Subject, among: Collection[NameKey] | None = None) -> dict[str, float]:
        """The score of this customer with each entity that any evidence speaks for, by entity id.

        `among` are the names to compare with; without it, all.
        """
        own = self.prepare(subject)
        keys = self._names if among is None else among
        best = {entity_id: 0.0 for entity_id, _ in keys}
        for key in keys:
            for mine in own:
                alignment = align(mine, self._names[key], find_pairs(mine, self._names[key]))
                score = alignment.score * MODEL["name.weight"] + self._weakness.get(key, 0.0)
                best[key[0]] = max(best[key[0]], score)
        found = {
            entity_id: _with_qualifiers(subject, self._entities[entity_id], name)
            for entity_id, name in best.items()
        }
        return {entity_id: score for entity_id, score in found.items() if score > 0.0}


def _with_qualifiers(subject: Subject, entity: ListedEntity, name: float) -> float:
    if features.same_identifier(subject, entity) is not None:
        return MODEL["identifier.equal"]
    qualifiers = [found for feature in features.QUALIFIERS if (found := feature(subject, entity))]
    return min(1.0, max(0.0, name + sum(each.contribution for each in qualifiers)))


def is_word(item: Item) -> bool:
    """Whether an item may be evidence: particles and legal forms are none."""
    return item.text[0] not in "-="
