"""Words that are not names: particles, honorifics, generations, vessel prefixes, numbers written out.

Facts: the style guides of the lists themselves (OFAC's and the UN's "names are listed without titles, where
a title is
part of how a person is known it is kept"), and the naming customs described in the UK government's guide to
the
recording of names.
"""

from __future__ import annotations

# Between the parts of a name; they carry almost no identity. Values: the form they are compared in.
PARTICLES: dict[str, str] = {
    **dict.fromkeys(
        [
            "al",
            "el",
            "ul",
            "ur",
            "as",
            "es",
            "ash",
            "esh",
            "ad",
            "ed",
            "an",
            "en",
            "at",
            "et",
            "az",
            "ez",
            "ar",
            "er",
        ],
        "al",
    ),
    **dict.fromkeys(["bin", "ibn", "ben", "bn", "~bn", "~abn"], "bin"),
    **dict.fromkeys(["bint", "binti", "binte", "bent", "~bnt"], "bint"),
    **dict.fromkeys(["de", "del", "della", "dela", "di", "da", "das", "do", "dos", "du", "des", "d"], "de"),
    **dict.fromkeys(["la", "las", "le", "les", "lo", "los"], "la"),
    **dict.fromkeys(["van", "von", "vom", "zu", "zum", "zur", "der", "den", "ter", "ten", "te"], "van"),
    **dict.fromkeys(["the", "of", "for", "and", "y", "e", "et", "und", "i"], "and"),
    **dict.fromkeys(["ud", "uz", "us"], "al"),
}
# Which of them say that the next word is the father's name.
FATHER = frozenset({"bin", "bint"})
# Short words that are particles in one language and a person's name in another (Korean An, Vietnamese
# Van, Chinese Du).
NAME_LIKE_PARTICLES = frozenset(
    [
        "an",
        "ad",
        "as",
        "ed",
        "en",
        "er",
        "az",
        "ar",
        "do",
        "du",
        "van",
        "den",
        "ten",
        "te",
        "y",
        "i",
        "e",
        "d",
        "lo",
        "us",
        "ur",
        "la",
        "le",
        "al",
        "at",
    ]
)

HONORIFICS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "dr",
        "prof",
        "professor",
        "eng",
        "engr",
        "ing",
        "sir",
        "lord",
        "lady",
        "dame",
        "madam",
        "madame",
        "monsieur",
        "mme",
        "mlle",
        "senor",
        "senora",
        "sr",
        "sra",
        "don",
        "dona",
        "herr",
        "frau",
        "president",
        "prasident",
        "presidente",
        "prezident",
        "minister",
        "general",
        "gen",
        "gral",
        "colonel",
        "col",
        "major",
        "maj",
        "captain",
        "capt",
        "lieutenant",
        "lt",
        "brigadier",
        "brig",
        "sergeant",
        "sgt",
        "commander",
        "cmdr",
        "comandante",
        "admiral",
        "marshal",
        "ambassador",
        "judge",
        "chairman",
        "director",
        "secretary",
        "governor",
        "senator",
        "prince",
        "princess",
        "king",
        "queen",
        "emir",
        "amir",
        "sheikh",
        "shaykh",
        "shaikh",
        "sheik",
        "cheikh",
        "cheik",
        "shekh",
        "~shykh",
        "sayyid",
        "seyyed",
        "syed",
        "mullah",
        "molla",
        "mulla",
        "mollah",
        "maulavi",
        "mawlawi",
        "maulawi",
        "maulana",
        "mawlana",
        "molvi",
        "moulavi",
        "alhaji",
        "alhaj",
        "haji",
        "hajji",
        "hadji",
        "haj",
        "hajj",
        "qari",
        "ustad",
        "ustaz",
        "hafiz",
        "hafez",
        "imam",
        "ayatollah",
        "hojjatoleslam",
        "hojatoleslam",
        "father",
        "brother",
        "sister",
        "rev",
        "reverend",
        "pastor",
        "bishop",
        "archbishop",
        "doctor",
        "docteur",
        "phd",
        "mba",
        "esq",
        "hon",
        "honorable",
        "excellency",
        "gospodin",
        "mufti",
        "pir",
        "agha",
        "aqa",
    ]
)
GENERATIONS = {
    **dict.fromkeys(["jr", "junior", "jnr", "filho", "hijo"], "jr"),
    **dict.fromkeys(["sr", "senior", "snr"], "sr"),
    "ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "xi": "11", "xii": "12",
}  # fmt: skip
CRAFT_PREFIXES = frozenset(
    [
        "mv",
        "mt",
        "mts",
        "ms",
        "mt",
        "ss",
        "mvs",
        "lpg",
        "lng",
        "fv",
        "my",
        "sv",
        "rv",
        "motor",
        "vessel",
        "tanker",
        "ship",
        "vsl",
        "mtanker",
    ]
)
NUMBERS = {
    word: str(value)
    for value, forms in enumerate(
        [
            "zero null",
            "one first 1st",
            "two second 2nd",
            "three third 3rd",
            "four fourth",
            "five fifth",
            "six sixth",
            "seven seventh",
            "eight eighth",
            "nine ninth",
            "ten tenth",
            "eleven eleventh",
            "twelve twelfth",
            "thirteen thirteenth",
            "fourteen fourteenth",
            "fifteen fifteenth",
            "sixteen sixteenth",
            "seventeen seventeenth",
            "eighteen eighteenth",
            "nineteen nineteenth",
            "twenty twentieth",
        ]
    )
    for word in forms.split()
}
TENS = {
    word: 10 * value
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
# Abbreviations that company and organisation names use for a whole word.
ABBREVIATIONS = dict(
    pair.split("=")
    for pair in """
    intl=international int=international natl=national govt=government gov=government dept=department
    min=ministry univ=university inst=institute tech=technology technologies=technology eng=engineering
    engg=engineering mfg=manufacturing ind=industries inds=industries industry=industries
    industrial=industries trdg=trading gen=general constr=construction svc=services svcs=services
    service=services mgmt=management dev=development devt=development bros=brothers shpg=shipping
    transp=transport petro=petroleum pharm=pharmaceutical org=organization organisation=organization
    centre=center ctr=center bldg=building imp=import exp=export products=product systems=system
    st=saint mt=mount ft=fort
    """.split()
)
