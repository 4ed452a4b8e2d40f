"""Listed names altered as people alter names, by families and with a fixed seed.

Each family takes a listed name and gives it as a customer might write it, or None where it does not apply.
The entity must still be found. A trap makes another party of a name, which must not alert.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from engine import Screener, Subject, compare_names
from engine.names.tokens import CORE, tokenise
from lists.model import Kind, ListedEntity, Strength

Alter = Callable[[str, random.Random], str | None]
_PEOPLE = frozenset({Kind.PERSON})
_FIRMS = frozenset({Kind.COMPANY, Kind.ORGANIZATION})
_ALL = frozenset(
    {Kind.PERSON, Kind.COMPANY, Kind.ORGANIZATION, Kind.VESSEL}
)  # a registration with a slip is another aircraft
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
# Neighbours on a keyboard (QWERTY), the commonest wrong letters.
_NEAR = dict(
    pair.split("=")
    for pair in """
    a=qs b=vn c=xv d=sf e=wr f=dg g=fh h=gj i=uo j=hk k=jl l=k m=n n=bm o=ip p=o q=wa r=et s=ad t=ry u=yi
    v=cb w=qe x=zc y=tu z=x
    """.split()
)
_LOOKALIKES = str.maketrans("aeopcxyAEOPCTXBHKM", "аеорсхуАЕОРСТХВНКМ")
_DIGITS = str.maketrans("oilseaOILSEA", "011534011534")
_TITLES = ("Mr.", "Dr.", "Prof.", "Haji", "Sheikh", "General", "Mrs.", "Colonel", "Eng.", "Sayyid")
# Romanisations that clerks use for one another.
_SPELLINGS = tuple(
    pair.split("=")
    for pair in """
    kh=h ou=u oo=u ee=i iy=y yy=iy dh=d gh=g ks=x q=k zh=j ya=ia yu=iu ay=ai aw=au ei=ey w=v ph=f sh=sch
    ch=tch ss=s ii=iy v=w ev=eff ov=off j=dj u=ou i=ee y=i
    """.split()
)
_FORMS = (
    ("LLC", "Limited Liability Company", "OOO", "Ltd", "GmbH", "Limited", "L.L.C."),
    ("JSC", "Joint Stock Company", "AO", "PJSC", "S.A.", "OAO", "Public Joint Stock Company"),
    ("Co.", "Company"),
    ("Corp", "Corporation", "Inc.", "Incorporated"),
)
SEED = 20_260_101
ASKED = 200  # names of each family
# A single word as short as these has too many neighbours of one letter to be found with a slip in it.
_LEAST_ALONE = 7
_BEFORE_FORMS = "co company private public open closed proprietary pte pvt sdn corporation".split()
_ACTIVITIES = (
    "trading shipping textiles fertilizers insurance telecom agriculture logistics steel cement".split()
)
_PLACES = "hamburg nairobi oslo lima toronto osaka chennai bogota perth lagos".split()
_FATHERS = "gustav henrik lorenzo baptiste olumide kenji thabo patrick ignacio".split()


class Family(NamedTuple):
    """`wanted` is the least share that must be found or, of a trap, the most that may alert."""

    name: str
    group: str
    alter: Alter
    kinds: frozenset[Kind]
    wanted: float
    is_trap: bool = False


def _at_letter(name: str, chance: random.Random, change: Callable[[str, int], str]) -> str | None:
    """The name with a change at one of its letters, not the first of a word."""
    places = [match.start() for match in re.finditer(r"(?<=[A-Za-z])[a-z]", name, re.IGNORECASE)]
    return change(name, chance.choice(places)) if places else None


def missing(name: str, chance: random.Random) -> str | None:
    return _at_letter(name, chance, lambda text, at: text[:at] + text[at + 1 :])


def doubled(name: str, chance: random.Random) -> str | None:
    return _at_letter(name, chance, lambda text, at: text[: at + 1] + text[at:])


def transposed(name: str, chance: random.Random) -> str | None:
    places = [match.start() for match in re.finditer(r"(?=([a-z])(?!\1)[a-z])", name, re.IGNORECASE)]
    if not places:
        return None
    at = chance.choice(places)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def replaced(name: str, chance: random.Random) -> str | None:
    def change(text: str, at: int) -> str:
        return text[:at] + chance.choice(_NEAR[text[at].lower()]) + text[at + 1 :]

    return _at_letter(name, chance, change)


def added(name: str, chance: random.Random) -> str | None:
    return _at_letter(name, chance, lambda text, at: text[:at] + chance.choice(_LETTERS) + text[at:])


def shuffled(name: str, chance: random.Random) -> str | None:
    words = name.replace(",", " ").split()
    if len(words) < 2:
        return None
    return " ".join([words[-1], *words[:-1]])


def surname_first(name: str, chance: random.Random) -> str | None:
    words = name.replace(",", " ").split()
    return f"{words[-1].upper()}, {' '.join(words[:-1])}" if len(words) > 1 else None


def joined(name: str, chance: random.Random) -> str | None:
    words = name.replace(",", " ").split()
    if len(words) < 2:
        return None
    at = chance.randrange(len(words) - 1)
    return " ".join([*words[:at], words[at] + words[at + 1], *words[at + 2 :]])


def all_joined(name: str, chance: random.Random) -> str | None:
    words = name.replace(",", " ").split()
    return "".join(words) if 2 <= len(words) <= 3 else None


def split(name: str, chance: random.Random) -> str | None:
    words = name.split()
    long = [place for place, word in enumerate(words) if len(word) >= 7 and word.isalpha()]
    if not long:
        return None
    place = chance.choice(long)
    at = chance.randrange(3, len(words[place]) - 2)
    words[place] = f"{words[place][:at]} {words[place][at:]}"
    return " ".join(words)


def shifted(name: str, chance: random.Random) -> str | None:
    words = name.split()
    places = [at for at in range(len(words) - 1) if len(words[at]) > 4 and words[at].isalpha()]
    if not places or len(words) < 2:
        return None
    at = chance.choice(places)
    words[at], words[at + 1] = words[at][:-1], words[at][-1] + words[at + 1]
    return " ".join(words)


def hyphens(name: str, chance: random.Random) -> str | None:
    changed = name.replace("-", " ") if "-" in name else name.replace(" ", "-", 1)
    return changed if changed != name else None


def honorific(name: str, chance: random.Random) -> str | None:
    return f"{chance.choice(_TITLES)} {name}"


def zero_width(name: str, chance: random.Random) -> str | None:
    at = chance.randrange(1, len(name)) if len(name) > 1 else 1
    return name[:at] + chance.choice("\u200b\u200c\u200d\u2060\ufeff\u00ad") + name[at:]


def homoglyphs(name: str, chance: random.Random) -> str | None:
    if not re.search(r"[bdfghijlnqrsuvwz]", name, re.IGNORECASE):
        return None
    places = [at for at, letter in enumerate(name) if letter.translate(_LOOKALIKES) != letter]
    if not places:
        return None
    at = chance.choice(places)
    return name[:at] + name[at].translate(_LOOKALIKES) + name[at + 1 :]


def digits(name: str, chance: random.Random) -> str | None:
    places = [
        at
        for at, letter in enumerate(name)
        if letter.translate(_DIGITS) != letter and len(word := _word_at(name, at)) >= 4 and word.isalpha()
    ]
    if not places:
        return None
    at = chance.choice(places)
    return name[:at] + name[at].translate(_DIGITS) + name[at + 1 :]


def scanned(name: str, chance: random.Random) -> str | None:
    """As a scanner misreads: rn for m, l for i, cl for d, vv for w."""
    swaps = [(old, new) for old, new in (("m", "rn"), ("i", "l"), ("d", "cl"), ("w", "vv"), ("h", "b"))
             if old in name.lower()[1:]]  # fmt: skip
    if not swaps:
        return None
    old, new = chance.choice(swaps)
    places = [match.start() for match in re.finditer(old, name, re.IGNORECASE)][-1:]
    return name[: places[0]] + new + name[places[0] + 1 :]


def _word_at(name: str, at: int) -> str:
    return next(match[0] for match in re.finditer(r"\S+", name) if match.start() <= at < match.end())


def initials(name: str, chance: random.Random) -> str | None:
    words = _long_words(name)
    if len(words) < 3:
        return None
    at = chance.randrange(len(words) - 1)
    return " ".join([*words[:at], words[at][0] + ".", *words[at + 1 :]])


def dropped(name: str, chance: random.Random) -> str | None:
    words = _long_words(name)
    if len(words) < 3:
        return None
    at = chance.randrange(1, len(words) - 1)
    return " ".join(words[:at] + words[at + 1 :])


def _long_words(name: str) -> list[str]:
    """The words of a name, none of them short; no words where particles or short ones are among them."""
    words = name.replace(",", " ").split()
    return words if all(len(word) > 3 and word.isalpha() for word in words) else []


def spelled(name: str, chance: random.Random) -> str | None:
    options = [
        (old, new) for old, new in _SPELLINGS if re.search(rf"(?<=[A-Za-z]){old}", name, re.IGNORECASE)
    ]
    if not options:
        return None
    old, new = chance.choice(options)
    return re.sub(rf"(?<=[A-Za-z]){old}", new, name, count=1, flags=re.IGNORECASE)


def legal_form(name: str, chance: random.Random) -> str | None:
    for forms in _FORMS:
        for form in sorted(forms, key=len, reverse=True):
            found = re.search(rf"(\S+)\s+{re.escape(form)}$", name, re.IGNORECASE)
            if found and found[1].lower().strip(".,") not in _BEFORE_FORMS:
                other = chance.choice([each for each in forms if each.lower() != form.lower()])
                return name[: len(name) - len(form)] + other
    return None


def without_legal_form(name: str, chance: random.Random) -> str | None:
    found = re.match(
        r"(.+\S)\s+(?:LLC|JSC|Ltd\.?|Limited|Inc\.?|Corporation|Company|GmbH|S\.A\.)$", name, re.IGNORECASE
    )
    return found[1] if found and len(found[1].split()) > 1 else None


def other_father(name: str, chance: random.Random) -> str | None:
    words = _long_words(name)
    if len(words) < 3:
        return None
    return " ".join([words[0], chance.choice(_FATHERS), *words[2:]])


def other_surname(name: str, chance: random.Random) -> str | None:
    words = _long_words(name)
    return " ".join([*words[:-1], chance.choice(_FATHERS)]) if len(words) in (2, 3) else None


def other_activity(name: str, chance: random.Random) -> str | None:
    words = name.split()
    places = [at for at, word in enumerate(words) if word.lower() in _ACTIVITIES]
    if len(places) != 1 or len(words) < 2:
        return None
    rest = [each for each in _ACTIVITIES if each != words[places[0]].lower()]
    words[places[0]] = chance.choice(rest).title()
    return " ".join(words)


def other_place(name: str, chance: random.Random) -> str | None:
    words = name.split()
    return f"{name} {chance.choice(_PLACES).title()}" if 2 <= len(words) <= 3 else None


def other_number(name: str, chance: random.Random) -> str | None:
    found = list(re.finditer(r"(?<!\S)\d+(?!\S)", name))
    if len(found) != 1 or len(name.split()) < 2:
        return None
    number = int(found[0][0])
    return name[: found[0].start()] + str(number + chance.randrange(1, 9)) + name[found[0].end() :]


FAMILIES = (
    Family("a letter missing", "letters", missing, _ALL, 0.99),
    Family("a letter doubled", "letters", doubled, _ALL, 0.99),
    Family("two letters transposed", "letters", transposed, _ALL, 0.99),
    Family("a letter replaced", "letters", replaced, _ALL, 0.99),
    Family("a letter added", "letters", added, _ALL, 0.99),
    Family("misread by a scanner", "letters", scanned, _ALL, 0.99),
    Family("a digit for a letter", "characters", digits, _ALL, 0.99),
    Family("a Cyrillic letter among Latin ones", "characters", homoglyphs, _ALL, 0.99),
    Family("an invisible character", "characters", zero_width, _ALL, 0.99),
    Family("the last word first", "order", shuffled, _PEOPLE, 0.99),
    Family("SURNAME, given names", "order", surname_first, _PEOPLE, 0.99),
    Family("two words written together", "spacing", joined, _ALL, 0.99),
    Family("the whole name written together", "spacing", all_joined, _PEOPLE, 0.99),
    Family("a word split", "spacing", split, _ALL, 0.99),
    Family("a space shifted", "spacing", shifted, _ALL, 0.99),
    Family("hyphens and spaces", "spacing", hyphens, _ALL, 0.99),
    Family("a title added", "honorific", honorific, _PEOPLE, 0.99),
    Family("another form of the legal form", "legal form", legal_form, _FIRMS, 0.99),
    Family("no legal form", "legal form", without_legal_form, _FIRMS, 0.99),
    Family("an initial", "initials", initials, _PEOPLE, 0.95),
    Family("a middle name left out", "dropped", dropped, _PEOPLE, 0.95),
    Family("another romanisation", "romanisation", spelled, _PEOPLE, 0.95),
    Family("another middle name", "trap", other_father, _PEOPLE, 0.05, is_trap=True),
    Family("another surname", "trap", other_surname, _PEOPLE, 0.05, is_trap=True),
    Family("another activity", "trap", other_activity, _FIRMS, 0.05, is_trap=True),
    Family("another place", "trap", other_place, _FIRMS, 0.05, is_trap=True),
    Family("another number", "trap", other_number, _FIRMS, 0.05, is_trap=True),
)


class Measured(NamedTuple):
    family: Family
    asked: int
    alerts: int


def measure(screener: Screener, seed: int = SEED) -> Iterator[Measured]:
    """How many altered names of each family alert for their entity, of a trap for the name it was made of."""
    names = [
        (entity, name.text)
        for entity in screener.entities()
        for name in entity.names
        if name.strength is Strength.STRONG
        and name.text.isascii()
        and _is_long_enough(name.text, entity.kind)
    ]
    for family in FAMILIES:
        asked = _altered(family, names, random.Random(f"{seed} {family.name}"))
        if family.is_trap:
            scores = [compare_names(subject.name, text, entity.kind).score for entity, text, subject in asked]
            yield Measured(family, len(asked), sum(score >= screener.threshold for score in scores))
            continue
        answers = screener.matches([subject for _, _, subject in asked], threads=2)
        found = [
            any((match.list_id, match.entity_id) == (entity.list_id, entity.entity_id) for match in matches)
            for (entity, _, _), matches in zip(asked, answers, strict=True)
        ]
        yield Measured(family, len(asked), sum(found))


def _altered(
    family: Family, names: list[tuple[ListedEntity, str]], chance: random.Random
) -> list[tuple[ListedEntity, str, Subject]]:
    pool = [named for named in names if named[0].kind in family.kinds]
    chance.shuffle(pool)
    asked: list[tuple[ListedEntity, str, Subject]] = []
    for entity, text in pool:
        altered = family.alter(text, chance)
        if altered and altered != text and len(asked) < ASKED:
            asked.append((entity, text, Subject(names=(altered,), kind=entity.kind)))
    return asked


def _is_long_enough(name: str, kind: Kind) -> bool:
    words = [token.text for token in tokenise(name, kind) if token.kind in CORE]
    return len(words) > 1 or (len(words) == 1 and len(words[0]) >= _LEAST_ALONE)
