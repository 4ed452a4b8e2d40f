"""Families of whole words: their order, the spaces between them, and words left out or added."""

from __future__ import annotations

import random

from engine.validation.families import ALTERABLE, FIRMS, PEOPLE, Family, Original, long_words, words_of
from lists.model import Kind

_TITLES = ("Mr.", "Dr.", "Prof.", "Haji", "Sheikh", "General", "Mrs.", "Colonel", "Eng.", "Sayyid")
_SUFFIXES = ("PhD", "MD", "Esq.", "MBA", "OBE")
_GIVEN = "gustav henrik lorenzo baptiste olumide kenji thabo patrick ignacio".split()
_NOISE_BEFORE = ("Account of", "Attn.", "Estate of the late", "Payment to", "Beneficiary:")
_NOISE_AFTER = ("(client)", "- account closed", "(deceased)", "c/o the bank", "(do not mail)")
_NOISE_AFTER_FIRM = ("(head office)", "- account closed", "(client)", "(accounts payable)", "(HQ)")
# Characters of a name on a line of a payment, in the machine-readable zone of a passport, and in old systems.
_FIELD_WIDTHS = (35, 39, 30, 24, 20)
_MOST_CUT = 4  # letters of a name that a field cuts off, for it to say as much as before
_LEAST_LEFT = 3  # letters of the word that was cut
_OVER_LENGTH = 100  # characters from which a field of a name is over-long
_LEAST_SPLIT = 7  # letters of a word that is split


def last_first(original: Original, chance: random.Random) -> str | None:
    """The last word comes first.

    Source: NYDFS, 23 NYCRR 504.3(b): matching by culture-based name conventions, tested before and after use.
    """
    words = words_of(original.text)
    return " ".join([words[-1], *words[:-1]]) if len(words) > 1 else None


def surname_first(original: Original, chance: random.Random) -> str | None:
    """SURNAME, given names: as passports and registers write it.

    Source: ICAO Doc 9303, part 3: the primary identifier comes first.
    """
    words = words_of(original.text)
    return f"{words[-1].upper()}, {' '.join(words[:-1])}" if len(words) > 1 else None


def reversed_words(original: Original, chance: random.Random) -> str | None:
    """All words in the opposite order.

    Source: NYDFS, 23 NYCRR 504.3(b): matching by culture-based name conventions, tested before and after use.
    """
    words = words_of(original.text)
    return " ".join(reversed(words)) if len(words) > 2 else None


def concatenated(original: Original, chance: random.Random) -> str | None:
    """Two words next to each other are written together.

    Source: Wolfsberg Group, Guidance on Sanctions Screening (2019), on fuzzy matching: pattern that is close.
    """
    words = words_of(original.text)
    if len(words) < 2:
        return None
    at = chance.randrange(len(words) - 1)
    return " ".join([*words[:at], words[at] + words[at + 1], *words[at + 2 :]])


def all_concatenated(original: Original, chance: random.Random) -> str | None:
    """A whole name of two or three words is written together, as in an e-mail address.

    Source: Wolfsberg Group, Guidance on Sanctions Screening (2019), on fuzzy matching: pattern that is close.
    """
    words = words_of(original.text)
    return "".join(words) if 2 <= len(words) <= 3 else None


def split(original: Original, chance: random.Random) -> str | None:
    """A word of seven letters or more is written as two.

    Source: Wolfsberg Group, Guidance on Sanctions Screening (2019), on fuzzy matching: pattern that is close.
    """
    words = original.text.split()
    long = [place for place, word in enumerate(words) if len(word) >= _LEAST_SPLIT and word.isalpha()]
    if not long:
        return None
    place = chance.choice(long)
    at = chance.randrange(3, len(words[place]) - 2)
    words[place] = f"{words[place][:at]} {words[place][at:]}"
    return " ".join(words)


def shifted(original: Original, chance: random.Random) -> str | None:
    """A space comes one letter too early.

    Source: FCA, Sanctions systems and controls (2023): screening tested with altered synthetic data.
    """
    words = original.text.split()
    places = [at for at in range(len(words) - 1) if len(words[at]) > 4 and words[at].isalpha()]
    if not places:
        return None
    at = chance.choice(places)
    words[at], words[at + 1] = words[at][:-1], words[at][-1] + words[at + 1]
    return " ".join(words)


def hyphens(original: Original, chance: random.Random) -> str | None:
    """A hyphen instead of a space, or a space instead of every hyphen.

    Source: OFAC, enforcement release on Cobham Holdings (2018): Almaz-Antey was not found in another writing.
    """
    name = original.text
    changed = name.replace("-", " ") if "-" in name else name.replace(" ", "-", 1)
    return changed if changed != name else None


def dropped(original: Original, chance: random.Random) -> str | None:
    """A middle name is left out of a name of three long words or more.

    Source: OFAC, enforcement release on Cobham Holdings (2018): filters that want every word.
    """
    words = long_words(original.text)
    if len(words) < 3:
        return None
    at = chance.randrange(1, len(words) - 1)
    return " ".join(words[:at] + words[at + 1 :])


def another_added(original: Original, chance: random.Random) -> str | None:
    """A further given name stands in the middle of a name of two or three words.

    Source: OFAC, enforcement release on Cobham Holdings (2018): filters that want every word.
    """
    words = long_words(original.text)
    if not 2 <= len(words) <= 3:
        return None
    at = chance.randrange(1, len(words))
    return " ".join([*words[:at], chance.choice(_GIVEN).title(), *words[at:]])


def initials(original: Original, chance: random.Random) -> str | None:
    """A given name of a name of three long words or more is an initial.

    Source: NYDFS, 23 NYCRR 504.3(b): matching by culture-based name conventions, tested before and after use.
    """
    words = long_words(original.text)
    if len(words) < 3 or original.text.lower() == original.text.upper():  # a script without capitals
        return None
    at = chance.randrange(len(words) - 1)
    return " ".join([*words[:at], f"{words[at][0]}.", *words[at + 1 :]])


def honorific(original: Original, chance: random.Random) -> str | None:
    """A title before the name.

    Source: Wolfsberg Group, Guidance on Sanctions Screening (2019): data as customers and payments hold it.
    """
    return f"{chance.choice(_TITLES)} {original.text}"


def suffix(original: Original, chance: random.Random) -> str | None:
    """A degree or an honour after the name.

    Source: Wolfsberg Group, Guidance on Sanctions Screening (2019): data as customers and payments hold it.
    """
    return f"{original.text}, {chance.choice(_SUFFIXES)}"


def noise(original: Original, chance: random.Random) -> str | None:
    """A clerk's remark before or after the name.

    Source: Wolfsberg Group, Guidance on Sanctions Screening (2019): data as customers and payments hold it.
    """
    if original.entity.kind is Kind.PERSON:
        if chance.random() < 0.5:
            return f"{chance.choice(_NOISE_BEFORE)} {original.text}"
        return f"{original.text} {chance.choice(_NOISE_AFTER)}"
    return f"{original.text} {chance.choice(_NOISE_AFTER_FIRM)}"


def truncated(original: Original, chance: random.Random) -> str | None:
    """A field of 20 to 39 characters cuts one to four letters off the end, and leaves three of the last word.

    Source: SWIFT's MT formats give a name lines of 35 characters; ICAO Doc 9303, part 4, gives it 39.
    """
    name = original.text
    for width in _FIELD_WIDTHS:
        cut = name[:width]
        left = len(cut.split()[-1]) if cut.strip() else 0
        if 0 < len(name) - width <= _MOST_CUT and name[width:].isalpha() and left >= _LEAST_LEFT:
            return cut if cut[-1].isalpha() else None
    return None


def over_length(original: Original, chance: random.Random) -> str | None:
    """Names of an entity in one field, as many as it takes to fill more than 100 characters.

    Source: FCA, Sanctions systems and controls (2023): screening tested with altered synthetic data.
    """
    merged = original.text
    for name in original.entity.names:
        if name.text != original.text and len(merged) <= _OVER_LENGTH:
            merged = f"{merged} a.k.a. {name.text}"
    return merged if _OVER_LENGTH < len(merged) <= 3 * _OVER_LENGTH else None


FAMILIES = (
    Family("the last word first", "order", last_first, PEOPLE, 0.99),
    Family("SURNAME, given names", "order", surname_first, PEOPLE, 0.99),
    Family("all words reversed", "order", reversed_words, PEOPLE, 0.99),
    Family("two words written together", "concatenation", concatenated, ALTERABLE, 0.99),
    Family("the whole name written together", "concatenation", all_concatenated, PEOPLE, 0.99),
    Family("a word split", "spacing", split, ALTERABLE, 0.99),
    Family("a space shifted", "spacing", shifted, ALTERABLE, 0.99),
    Family("hyphens and spaces", "spacing", hyphens, ALTERABLE, 0.99),
    Family("a title added", "honorific", honorific, PEOPLE, 0.99),
    Family("a suffix added", "honorific", suffix, PEOPLE, 0.99),
    Family("an initial", "initials", initials, PEOPLE, 0.95),
    Family("a middle name left out", "dropped", dropped, PEOPLE, 0.95),
    Family("a middle name added", "added", another_added, PEOPLE, 0.95),
    Family("a noise word", "added", noise, PEOPLE | FIRMS, 0.95),
    Family("cut by a field", "length", truncated, ALTERABLE, 0.95, is_slip=True),
    Family("all names in one field", "length", over_length, ALTERABLE, 0.95),
)
