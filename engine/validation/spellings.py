"""Families of spelling: other romanisations, other scripts, short forms of given names, other legal forms.

The tables here are general knowledge, and on purpose not those that `engine.names` matches with: a table
cannot be tested with itself.
"""

from __future__ import annotations

import random
import re

from engine.validation.families import FIRMS, PEOPLE, Family, Original, words_of

# Romanisations that clerks use for one another.
_SPELLINGS = tuple(
    pair.split("=")
    for pair in """
    kh=h ou=u oo=u ee=i iy=y yy=iy dh=d gh=g ks=x q=k zh=j ya=ia yu=iu ay=ai aw=au ei=ey w=v ph=f sh=sch
    ch=tch ss=s ii=iy v=w ev=eff ov=off j=dj u=ou i=ee y=i
    """.split()
)
# Cyrillic (Russian, Ukrainian, Belarusian) as passports have it (by ICAO Doc 9303, once in French), as in
# German, and as scholars write it, without their accents.
_CYRILLIC = {
    "ICAO": "а=a б=b в=v г=g д=d е=e ё=e ж=zh з=z и=i й=i к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f "
    "х=kh ц=ts ч=ch ш=sh щ=shch ъ=ie ы=y ь= э=e ю=iu я=ia і=i ї=i є=ie ґ=g ў=u",
    "French": "а=a б=b в=v г=g д=d е=e ё=io ж=j з=z и=i й=i к=k л=l м=m н=n о=o п=p р=r с=s т=t у=ou ф=f "
    "х=kh ц=ts ч=tch ш=ch щ=chtch ъ= ы=y ь= э=e ю=iou я=ia і=i ї=i є=ie ґ=g ў=ou",
    "German": "а=a б=b в=w г=g д=d е=e ё=jo ж=sch з=s и=i й=i к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f "
    "х=ch ц=z ч=tsch ш=sch щ=schtsch ъ= ы=y ь= э=e ю=ju я=ja і=i ї=ji є=je ґ=g ў=u",
    "scholars": "а=a б=b в=v г=g д=d е=e ё=e ж=z з=z и=i й=j к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f "
    "х=ch ц=c ч=c ш=s щ=sc ъ= ы=y ь= э=e ю=ju я=ja і=i ї=i є=je ґ=g ў=u",
}
_SYSTEMS = {name: {ord(pair[0]): pair[2:] for pair in table.split(" ")} for name, table in _CYRILLIC.items()}
# Given names, each with other spellings and short forms of it.
_GIVEN = tuple(
    tuple(line.split())
    for line in """
    mohammad mohammed muhammad mohamed mohamad
    ahmad ahmed akhmad achmad
    hussein husayn hussain hossein
    hasan hassan
    abdullah abdallah abdulla
    yusuf youssef yousef yusef
    ibrahim ebrahim ibraheem
    umar omar
    usama osama
    khalid khaled
    mahmud mahmoud mahmood
    mustafa mostafa moustafa
    sulayman suleiman sulaiman soleiman
    alexander aleksandr alexandr sasha
    vladimir wladimir vova volodya
    mikhail michail misha
    dmitry dmitriy dmitri dima
    nikolai nikolay nikolaj kolya
    sergei sergey sergej seryozha
    andrei andrey andrej
    yuri yury juri jurij
    evgeny yevgeny evgeni jewgeni zhenya
    alexei aleksey alexey alyosha
    pavel pawel pasha
    viktor victor vitya
    ivan vanya
    boris borya
    roman roma
    jose pepe
    francisco paco pancho
    william bill will
    robert bob rob
    james jim jimmy
    richard dick rick
    joseph joe
    michael mike
    thomas tom
    daniel dan danny
    charles charlie
    peter pete
    elizabeth liz
    """.strip().splitlines()
)
_FORMS_OF = {name: group for group in _GIVEN for name in group}
# Words for one legal form; the first of a group that ends a name gives way to another.
_LEGAL_FORMS = (
    ("LLC", "Limited Liability Company", "OOO", "Ltd", "GmbH", "Limited", "L.L.C."),
    ("JSC", "Joint Stock Company", "AO", "PJSC", "S.A.", "OAO", "Public Joint Stock Company"),
    ("Co.", "Company"),
    ("Corp", "Corporation", "Inc.", "Incorporated"),
)
# Words that make another form of what follows them.
_BEFORE_FORMS = frozenset("co company private public open closed proprietary pte pvt sdn corporation".split())
_ENDS_IN_FORM = re.compile(
    r"(.+\S)\s+(?:LLC|JSC|Ltd\.?|Limited|Inc\.?|Corporation|Company|GmbH|S\.A\.)", re.IGNORECASE
)


def romanised(original: Original, chance: random.Random) -> str | None:
    """One sound is romanised otherwise, as kh and h, ou and u, -ov and -off.

    Source: OFAC, A Framework for Compliance Commitments (2019): filters that miss other spellings.
    """
    name = original.text
    options = [
        (old, new) for old, new in _SPELLINGS if re.search(rf"(?<=[A-Za-z]){old}", name, re.IGNORECASE)
    ]
    if not options:
        return None
    old, new = chance.choice(options)
    return re.sub(rf"(?<=[A-Za-z]){old}", new, name, count=1, flags=re.IGNORECASE)


def romanised_anew(original: Original, chance: random.Random) -> str | None:
    """The Cyrillic name of a person, romanised by another system: ICAO, French, German or that of scholars.

    Source: OFAC, enforcement release on Amazon (2020): Krimea was not found where Crimea was.
    """
    if not _is_cyrillic(original.text) or not _has_latin_counterpart(original):
        return None
    system = _SYSTEMS[chance.choice(sorted(_SYSTEMS))]
    text = original.text.lower().translate(system)
    return text.title() if text.isascii() else None


def original_script(original: Original, chance: random.Random) -> str | None:
    """A person's name in its own script, against the Latin names alone that the list has for them.

    Source: Wolfsberg Group, Guidance on Sanctions Screening (2019), on names in other writing systems.
    """
    return None if is_latin(original.text) or not _has_latin_counterpart(original) else original.text


def given_name(original: Original, chance: random.Random) -> str | None:
    """A given name in another known spelling, or in its short form.

    Source: NYDFS, 23 NYCRR 504.3(b): matching by culture-based name conventions, tested before and after use.
    """
    words = words_of(original.text)
    places = [at for at, word in enumerate(words) if word.lower() in _FORMS_OF]
    if not places or len(words) < 2:
        return None
    at = chance.choice(places)
    own = words[at].lower()
    words[at] = chance.choice([each for each in _FORMS_OF[own] if each != own]).title()
    return " ".join(words)


def legal_form(original: Original, chance: random.Random) -> str | None:
    """The same legal form in other words or another language.

    Source: OFAC, enforcement release on Apple (2019): SIS DOO was not found where SIS d.o.o. was listed.
    """
    name = original.text
    for forms in _LEGAL_FORMS:
        for form in sorted(forms, key=len, reverse=True):
            found = re.search(rf"(\S+)\s+{re.escape(form)}$", name, re.IGNORECASE)
            if found and found[1].lower().strip(".,") not in _BEFORE_FORMS:
                other = chance.choice([each for each in forms if each.lower() != form.lower()])
                return name[: len(name) - len(form)] + other
    return None


def without_legal_form(original: Original, chance: random.Random) -> str | None:
    """The legal form is left out of a name of two other words or more.

    Source: OFAC, enforcement release on Apple (2019): SIS DOO was not found where SIS d.o.o. was listed.
    """
    found = _ENDS_IN_FORM.fullmatch(original.text)
    return found[1] if found and len(found[1].split()) > 1 else None


def is_latin(text: str) -> bool:
    """Whether all letters of a name are Latin ones, with or without marks."""
    return not any(letter.isalpha() and ord(letter) > 0x24F for letter in text)


def _is_cyrillic(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return bool(letters) and all("\u0400" <= letter <= "\u04ff" for letter in letters)


def _has_latin_counterpart(original: Original) -> bool:
    """Whether a Latin name of the entity may be this one: it has as many words, or is unspaced in its own."""
    words = len(words_of(original.text))
    return any(
        is_latin(name.text) and (words == len(words_of(name.text)) or words == 1)
        for name in original.entity.names
    )


FAMILIES = (
    Family("another romanisation", "transliteration", romanised, PEOPLE, 0.95, is_slip=True),
    Family("Cyrillic romanised anew", "transliteration", romanised_anew, PEOPLE, 0.95),
    Family("in the original script", "transliteration", original_script, PEOPLE, 0.95, judged="name"),
    Family("another form of a given name", "nickname", given_name, PEOPLE, 0.95),
    Family("another form of the legal form", "legal form", legal_form, FIRMS, 0.99),
    Family("no legal form", "legal form", without_legal_form, FIRMS, 0.99),
)
