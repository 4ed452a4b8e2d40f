"""Names of the Swiss list: parts in their order, each with spellings in other languages and scripts."""

from __future__ import annotations

from dataclasses import dataclass

from lists.model import Name, NameType, Strength
from lists.xml_stream import Node

NAME_TYPES = {
    "primary-name": NameType.PRIMARY,
    "alias": NameType.ALIAS,
    "formerly-known-as": NameType.FORMER,
}
QUALITIES = ("good", "low")
PART_TYPES = (
    "title", "given-name", "further-given-name", "father-name", "grand-father-name", "family-name",
    "maiden-name", "tribal-name", "suffix", "whole-name", "other",
)  # fmt: skip

_GIVEN = ("given-name", "further-given-name", "father-name", "grand-father-name")
_LATIN = (None, "Latn")
# The longest real name has seven parts. A name of thousands, each with thousands of spellings, is read as it
# stands and not spelled in every way.
_MOST_PARTS = 30


@dataclass(frozen=True)
class _Culture:
    """The language (ISO 639) and the script (ISO 15924) of a spelling, as far as stated."""

    language: str | None = None
    script: str | None = None


@dataclass(frozen=True)
class _Part:
    order: int
    kind: str | None
    value: str | None
    spellings: dict[_Culture, list[str]]

    def spelled(self, culture: _Culture, number: int) -> str | None:
        """The spelling of that number in a culture, the last one where there are fewer, or as it stands."""
        found = self.spellings.get(culture)
        return found[min(number, len(found) - 1)] if found else self.value


def read_name(node: Node, *, main: bool) -> tuple[list[Name], list[str]]:
    """The names that a `name` element states, and the titles in it.

    The name as it stands comes first; then, for each language and script in which a part of it is spelled,
    the whole name with that part so spelled. A primary name of an identity that is not `main` is an alias.
    """
    node.skip("@ssid", "@lang")
    stated = NAME_TYPES.get(node.attribute("name-type") or "", NameType.ALIAS)
    name_type = NameType.ALIAS if stated is NameType.PRIMARY and not main else stated
    strength = Strength.WEAK if node.attribute("quality") == "low" else Strength.STRONG
    parts = sorted(map(_part, node.each("name-part")), key=lambda part: part.order)
    titles = [part.value for part in parts if part.kind == "title" and part.value]
    spoken = [part for part in parts if part.kind not in ("title", "maiden-name")]
    names = [_compose([(part.kind, part.value) for part in spoken], name_type, strength)]
    names.extend(_maiden_names(parts, strength))
    if len(spoken) <= _MOST_PARTS:
        for culture in dict.fromkeys(culture for part in spoken for culture in part.spellings):
            names.extend(_spelled(spoken, culture, name_type, strength))
    return [name for name in names if name], titles


def _part(node: Node) -> _Part:
    spellings: dict[_Culture, list[str]] = {}
    for variant in node.each("spelling-variant"):
        variant.skip("@spelling-variant-type")
        language, script = variant.attribute("lang"), variant.attribute("script")
        if variant.content:
            culture = _Culture(language and language.lower(), script and script.title())
            spellings.setdefault(culture, []).append(variant.content)
    order = node.attribute("order") or ""
    return _Part(
        order=int(order) if order.isascii() and order.isdigit() else 0,
        kind=node.attribute("name-part-type"),
        value=node.text("value"),
        spellings=spellings,
    )


def _maiden_names(parts: list[_Part], strength: Strength) -> list[Name | None]:
    """The name with each maiden name in place of the family name."""
    given = [(part.kind, part.value) for part in parts if part.kind in _GIVEN]
    maiden = [part for part in parts if part.kind == "maiden-name" and part.value]
    return [_compose([("family-name", part.value), *given], NameType.FORMER, strength) for part in maiden]


def _spelled(
    parts: list[_Part], culture: _Culture, stated: NameType, strength: Strength
) -> list[Name | None]:
    """The whole name in one language and script, once for each of the spellings there."""
    latin = culture.script in _LATIN
    name_type = stated
    if stated is not NameType.FORMER:
        name_type = NameType.ALIAS if latin else NameType.ORIGINAL_SCRIPT
    most = max(len(part.spellings.get(culture, ())) for part in parts)
    return [
        _compose(
            [(part.kind, part.spelled(culture, number)) for part in parts],
            name_type,
            strength,
            culture,
        )
        for number in range(most)
    ]


def _compose(
    parts: list[tuple[str | None, str | None]],
    name_type: NameType,
    strength: Strength,
    culture: _Culture = _Culture(),
) -> Name | None:
    text = " ".join(value for _, value in parts if value)
    if not text:
        return None
    family = " ".join(value for kind, value in parts if value and kind == "family-name")
    given = " ".join(value for kind, value in parts if value and kind in _GIVEN)
    return Name(
        text=text,
        type=name_type,
        strength=strength,
        family=family or None,
        given=given or None,
        language=culture.language,
        script=culture.script,
    )
