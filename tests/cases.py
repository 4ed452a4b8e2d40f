"""Random watchlists and customers whose names nearly match, for what must hold of all of them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from engine import Subject
from engine.names.tokens import tokenise
from lists.model import (
    DatePrecision,
    Gender,
    IdentifierType,
    Kind,
    ListedEntity,
    PartialDate,
    Strength,
)

# Families of words that are nearly alike, that make one another when written together, that are a word in one
# name and an accompaniment in another, that weigh little, and that stand in scripts without vowels.
FAMILIES = [
    family.split()
    for family in """
orlan orlann orlna orlam orlanova orlanov dvessik dvesik dvessika orlandvessik or lan dves sik
mohammed muhammad mo md محمد محمود mahmoud ahmed hamada m
ha ji haji won hajiwon ha-ji hajji
mo lla molla omar mullah mol la o
al rashid alrashid ar rashed al-rashid rash id ra shid
abd ul abdul rahman abdulrahman عبدالرحمن الرحمن عبد ar
شمس الدين شمسالدين shams shamsuddin din سيف الله saifullah saif ullah رضا reza rida ضياء zia
abu bin ibn omar van den ten de bint al
john jon johnny jack ivan иван jonathan j
general sheikh mr dr jr junior ii iii vi six sr prof
28 20 2 two second forty four 44 twenty 8 xii
b s k bs bsk b.s.k. sk bk company j a
group company trading co holding enterprise foundation firm
zhora zhora1 zhor zhoraii aii 1 ii zhora6 6 abd allah ullah abdullah الله lah
gmbh ltd llc o oo ooo sa saa s.a. ao limited liability
intl international bank int eng engineering gen general ind
mv ss star my m/v st ship s s
zhorov schorow jorov zorov zhorova tselmich zelmitsch celmic tselmitch чернин tschernin cernin жоров
kim gim lee ri 김 王 王伟 wangwei wei wang wong li ء
""".strip().splitlines()
]
separators = st.sampled_from([" ", " ", " ", " ", "-", "", ". "])


@st.composite
def names(draw: st.DrawFn, words: list[str]) -> str:
    parts = draw(st.lists(st.sampled_from(words), min_size=1, max_size=4))
    return "".join(part + draw(separators) for part in parts)


@st.composite
def written_down(draw: st.DrawFn, text: st.SearchStrategy[str]) -> str:
    """A customer's name, of which a field may have cut off the end."""
    name = draw(text)
    longest = len(name) - 2
    return name[: draw(st.integers(20, longest))] if longest >= 20 and draw(st.booleans()) else name


COUNTRIES = st.sampled_from([(), ("SY",), ("SY", "RU"), ("DE",)])
GENDERS = st.sampled_from([None, *Gender])
# Few values, so that many agree, nearly agree or conflict.
DATES = st.sampled_from(["1961-04-03", "1961-03-04", "1961-04", "1961", "1962", "1962-04-03", "1980-01-01"])
ADDRESSES = st.sampled_from([(), ("4 Quay, Port Velm",), ("Port Velm, Quay 4", "9 Mole")])
NUMBERS = {
    IdentifierType.PASSPORT: ["N 1234567", "n1234567", "12 345"],
    IdentifierType.IMO: ["IMO 9074729", "9074730"],
    IdentifierType.EMAIL: ["a@velm.example", "b@velm.example"],
    IdentifierType.TAX: ["7701234567", "N1234567"],
    IdentifierType.REGISTRATION: ["7701 234 567"],
}
IDENTIFIERS = st.lists(
    st.sampled_from([(type_, value) for type_, values in NUMBERS.items() for value in values]).flatmap(
        lambda number: st.fixed_dictionaries(
            {
                "type": st.just(number[0]),
                "value": st.just(number[1]),
                "country": st.sampled_from([None, "SY", "DE"]),
            }
        )
    ),
    max_size=2,
)


def partial_date(written: str, precision: DatePrecision | None = None) -> PartialDate:
    """A date as a list has it; `precision` says that the publisher was not sure."""
    year, *rest = (int(part) for part in written.split("-"))
    return PartialDate.of(year, *rest, circa=precision is DatePrecision.CIRCA)


def entities(number: int, name: st.SearchStrategy[str]) -> st.SearchStrategy[ListedEntity]:
    listed_name = st.fixed_dictionaries({"text": name, "strength": st.sampled_from(Strength)})
    listed_date = st.builds(partial_date, DATES, st.sampled_from([None, DatePrecision.CIRCA]))
    return st.builds(
        ListedEntity,
        list_id=st.just("xx_test"),
        entity_id=st.just(str(number)),
        kind=st.sampled_from(Kind),
        names=st.lists(listed_name, min_size=1, max_size=2),
        birth_dates=st.lists(listed_date, max_size=2),
        nationalities=COUNTRIES,
        gender=GENDERS,
        identifiers=IDENTIFIERS,
        addresses=ADDRESSES.map(lambda texts: [{"text": text} for text in texts]),
    )


def subject_fields() -> st.SearchStrategy[dict[str, Any]]:
    """What may be known of a customer beside the name."""
    return st.fixed_dictionaries(
        {},
        optional={
            "birth_date": DATES,
            "countries": COUNTRIES,
            "gender": GENDERS,
            "identifiers": IDENTIFIERS,
            "addresses": ADDRESSES,
            "residency": st.sampled_from(["SY", "DE"]),
        },
    )


def subjects(name: st.SearchStrategy[str]) -> st.SearchStrategy[Subject]:
    named = st.lists(name.filter(tokenise), min_size=1, max_size=2)
    return st.builds(
        lambda names, kind, fields: Subject(names=names, kind=kind, **fields),
        named,
        st.sampled_from(Kind),
        subject_fields(),
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[ListedEntity], list[Subject]]:
    """A watchlist and customers whose names are made of the same few words, so that many nearly match."""
    invented = st.text("abo", min_size=1, max_size=3)
    family = st.sampled_from(draw(st.sampled_from(FAMILIES)) + draw(st.sampled_from(FAMILIES)))
    words = draw(st.lists(family | invented, min_size=2, max_size=7, unique=True))
    watchlist = [draw(entities(number, names(words))) for number in range(draw(st.integers(1, 6)))]
    return watchlist, draw(st.lists(subjects(written_down(names(words))), min_size=1, max_size=5))
