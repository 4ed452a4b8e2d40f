"""The scoring model, declared as data: nothing outside this table decides a score.

A score is the sum of contributions. The name contributes up to `name.weight`; every token of both names owns
a share of it, by its weight, and earns a part of that share, its credit. Qualifiers then add or take what
their row says. Read it from top to bottom: each row has its value and the reason for it. `VERSION` is a hash
of the table and of the rules that read it, and part of every screening.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

# Raised whenever code that reads the table changes what a value means, so that the version changes with it.
RULES = 11


class Row(NamedTuple):
    name: str
    role: str  # main: makes a score; qualifier: moves one; setting: shapes how a main row is computed
    value: float
    why: str


TABLE: tuple[Row, ...] = (
    Row(
        "threshold",
        "setting",
        0.75,
        "score from which a match alerts; chosen on labelled pairs and clean customers",
    ),
    Row(
        "name.weight",
        "main",
        0.98,
        "an exact name alone is almost, not quite, proof: 1.0 wants agreeing evidence",
    ),
    # How alike two tokens are.
    Row("likeness.variant", "setting", 0.95, "spellings of one name differ by clerk, not by person"),
    Row("likeness.romanised", "setting", 0.94, "systems of romanising differ in letters, not in the name"),
    Row("likeness.nickname", "setting", 0.88, "people use short forms, but several names share one"),
    Row("likeness.gendered", "setting", 0.95, "a Slavic surname changes its ending with its bearer's sex"),
    Row("likeness.initial", "setting", 0.79, "an initial agrees with one name in twenty by chance"),
    Row(
        "likeness.consonants",
        "setting",
        0.85,
        "scripts without vowels keep the consonants, which is most of a name; vowels they do write differ",
    ),
    Row("likeness.vocalised", "setting", 0.92, "every letter that such a script writes is there, vowels too"),
    Row(
        "likeness.few_vocalised",
        "setting",
        0.85,
        "the same of a word of fewer than three letters that are always spoken",
    ),
    Row("likeness.few_consonants", "setting", 0.76, "two consonants are shared by many names"),
    Row("likeness.misread", "setting", 0.9, "a scanner takes rn for m, and cl for d"),
    Row(
        "likeness.slip", "setting", 0.85, "a slip in a legal form, abbreviation, title, small word or number"
    ),
    Row(
        "likeness.cut",
        "setting",
        0.85,
        "two fifths of a word or more, at the end of a field: others begin so",
    ),
    Row("likeness.acronym", "setting", 0.86, "the initials of a whole name: known, but others share them"),
    Row("likeness.joined", "setting", 0.97, "a space more or less is a typing habit"),
    Row(
        "likeness.sound_floor",
        "setting",
        0.48,
        "equal sounds, with `sound_slope` for how alike the spelling is",
    ),
    Row("likeness.sound_slope", "setting", 0.5, "Youssef and Yusuf are nearer than Khoury and Xuri"),
    Row(
        "likeness.sound_least_ratio", "setting", 0.5, "below this, sharing consonants is chance: Moore, Maria"
    ),
    Row("likeness.least", "setting", 0.7, "below this two words are two names: Yang is not Tang"),
    Row(
        "likeness.short", "setting", 0.78, "one letter of three, or two letters swapped: an initial and more"
    ),
    Row(
        "likeness.edit_cost",
        "setting",
        0.9,
        "a letter more, less or other, of all letters of the longer word",
    ),
    Row("likeness.swap_cost", "setting", 0.7, "two letters swapped is the commonest slip of the hand"),
    Row("likeness.double_cost", "setting", 0.5, "a letter doubled or not is a spelling habit"),
    Row(
        "likeness.ending_cost",
        "setting",
        1.6,
        "Antonio and Antonia, Martin and Martina: the ending tells two people",
    ),
    Row("likeness.first_letter_cost", "setting", 0.15, "the first letter is the one people get right"),
    # How much a token weighs before its rarity.
    Row("weight.word", "setting", 1.0, "a word of a name; its rarity multiplies this"),
    Row("weight.number", "setting", 0.7, "Brigade 28 is not Brigade 20"),
    Row("weight.craft_number", "setting", 0.3, "sister ships differ by a number, and so do typing errors"),
    Row("weight.initial", "setting", 0.25, "one letter of a name"),
    Row("weight.aside", "setting", 0.3, "what stands in parentheses explains a name: multiplies the weight"),
    Row("weight.very_common", "setting", 0.65, "a name that a hundredth of a people bears"),
    Row("weight.common", "setting", 0.85, "a name that everyone knows several bearers of"),
    Row("weight.syllables", "setting", 0.75, "Chinese and Korean given names are many, their sounds are few"),
    Row("weight.rarity_floor", "setting", 0.4, "even the commonest name is a part of the name"),
    # What share of its weight a token earns.
    Row("credit.unlikeness", "setting", 1.5, "an aligned pair loses this times what it lacks to being equal"),
    Row("credit.omitted_1", "setting", -0.4, "one word agrees and another is lacking: weak, however exact"),
    Row(
        "credit.omitted_2",
        "setting",
        0.5,
        "two words agree and a further one is lacking: usual, less so the more lacks",
    ),
    Row(
        "credit.omitted_3",
        "setting",
        0.5,
        "three words agree: the rest is often left out, less so the more lacks",
    ),
    Row(
        "credit.omitted_syllable",
        "setting",
        -0.25,
        "Chinese and Korean names have no middle names: a further syllable is another name",
    ),
    Row(
        "credit.omitted_corporate",
        "setting",
        0.0,
        "a further word in a company's name is another activity or place",
    ),
    Row(
        "credit.contradicted",
        "setting",
        -0.25,
        "another word stands in its place: another person, or company",
    ),
    Row("credit.other_number", "setting", -1.2, "another number is another unit, branch or ship"),
    Row(
        "credit.other_role",
        "setting",
        0.5,
        "Karim bin Hassan is not Hassan bin Karim: the pair earns this part",
    ),
    Row(
        "credit.common",
        "setting",
        -0.6,
        "what differs counts this much more, the commoner the words that agree",
    ),
    Row("credit.common_least", "setting", -0.005, "less than this is not worth an analyst's reading"),
    Row(
        "credit.further_word",
        "setting",
        -0.125,
        "a further word in a company's name is another company, however long the name",
    ),
    Row(
        "credit.other_word",
        "setting",
        -0.06,
        "another word in a person's name is another person, however long the name",
    ),
    Row("credit.other_initial", "setting", -0.06, "William G. is not William W."),
    Row(
        "credit.other_word_corporate",
        "setting",
        -0.1,
        "another activity or place is another company, however long the name",
    ),
    # What accompanies a name takes a little from the score where it differs, and never adds.
    Row("accompaniment.lacking", "setting", -0.005, "a particle, title or legal form that only one side has"),
    Row(
        "accompaniment.other_legal_form",
        "setting",
        -0.06,
        "the AG and the GmbH of one name are two companies",
    ),
    Row("accompaniment.other_generation", "setting", -0.1, "father and son share a name but for Sr. and Jr."),
    # Qualifiers.
    Row("weak_alias.allowed", "qualifier", -0.02, "a weak alias that the policy lets alert"),
    Row("weak_alias.not_allowed", "qualifier", -0.5, "a weak alias that the policy takes for support only"),
    Row(
        "weak_alias.support",
        "qualifier",
        0.01,
        "another of the customer's names is a weak alias, word for word",
    ),
    Row("birth_date.equal", "qualifier", 0.02, "a full birth date that agrees, to the day"),
    Row("birth_date.compatible", "qualifier", 0.01, "one date is less exact, and the other lies within it"),
    Row("birth_date.swapped", "qualifier", 0.0, "day and month change places between countries"),
    Row("birth_date.estimate", "qualifier", 0.0, "the list says circa, and the year is within two of it"),
    Row(
        "birth_date.same_year",
        "qualifier",
        -0.05,
        "same year, another day: registers often know only the year",
    ),
    Row(
        "birth_date.near_year",
        "qualifier",
        -0.05,
        "one year apart: ages are counted in two ways, calendars convert",
    ),
    Row(
        "birth_date.conflict",
        "qualifier",
        -0.25,
        "no slip explains the difference; one date may still be false",
    ),
    Row("country.shared", "qualifier", 0.01, "a nationality, residence or birth place in common"),
    Row(
        "country.other",
        "qualifier",
        -0.12,
        "no country in common: people move, hold two passports; an exact name alerts, one below 0.87 not",
    ),
    Row("gender.other", "qualifier", -0.12, "recorded genders differ"),
    Row("kind.other", "qualifier", -0.3, "a person is not a company or a ship"),
    Row(
        "kind.born",
        "qualifier",
        -0.15,
        "of no kind, but born or of a gender: hardly a company or a ship; an exact name still alerts",
    ),
    Row(
        "identifier.conflict",
        "qualifier",
        -0.05,
        "another number of one kind and country; documents are renewed",
    ),
    Row(
        "identifier.conflict_worldwide", "qualifier", -0.25, "a ship keeps its IMO number, a company its LEI"
    ),
    Row(
        "identifier.support",
        "qualifier",
        0.01,
        "an e-mail, phone or call sign in common: shared, but not by chance",
    ),
    Row("address.shared", "qualifier", 0.01, "an address in common, word for word"),
    Row(
        "identifier.equal",
        "main",
        1.0,
        "the same passport, IMO number or wallet is the same party, whatever the name",
    ),
)

MODEL: dict[str, float] = {row.name: row.value for row in TABLE}
DIGEST = hashlib.sha256(repr((RULES, TABLE)).encode()).hexdigest()
VERSION = "m" + DIGEST[:12]
DEFAULT_THRESHOLD = MODEL["threshold"]
