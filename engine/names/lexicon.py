"""Words that are not names: particles, titles, generations, vessel prefixes, numbers written out.

Facts: naming customs as the lists' own notes and civil registries' guides to recording names describe them.
"""

from __future__ import annotations


def _forms(table: str) -> dict[str, str]:
    """Lines of "form: spellings" as spelling -> form."""
    lines = (line.partition(":") for line in table.strip().splitlines())
    return {spelling: form.strip() for form, _, spellings in lines for spelling in spellings.split()}


# Between the parts of a name; they carry almost no identity, and are compared in the form before the colon.
PARTICLES = _forms(
    """
    al: al el ul ur ud uz us as es ash esh ad ed an en at az ez ar er
    bin: bin ibn ben bn ~bn ~abn
    bint: bint binti binte bent ~bnt
    de: de del della dela di da das do dos du des
    la: la las le les lo los
    van: van von vom zu zum zur der den ter ten te
    and: the of for and y e et und
    """
)
# Before a number; they say no more than that it is one.
NUMBER_SIGNS = frozenset({"no", "nr", "num"})
# Arabic for "servant of", which the names of God follow; compared as "abdul".
ABD = frozenset("abd abdal abdel abdol abdul abdil abdu abdoul abdoel".split())
# Which of them say that the next word is the father's name.
FATHER = frozenset({"bin", "bint"})
# Particles of one language that are a person's name in another (Korean An, Vietnamese Van, Chinese Du): they
# count as particles only between two other words.
NAME_LIKE_PARTICLES = frozenset("an ad as ed en er az ar do du van den ten te y e lo us ur la le at".split())

# The kunya: "father of", "mother of". It is part of a name, but no evidence of one.
KUNYA = frozenset("abu abou abi abo aboo bou umm um oum ummu ~abw ~abu".split())
# Not those that are names as well (Amir, Hafiz, King, Bishop): two of them are two people.
HONORIFICS = frozenset(
    """
    admiral alhaj alhaji ambassador archbishop ayatollah brig brigadier brother capt captain chairman
    cheik cheikh cmdr col colonel comandante commander dame director docteur doctor dr engr esq
    excellency father frau gen general gospodin governor gral hadji haj haji hajj hajji herr
    hojatoleslam hojjatoleslam hon honorable lady lieutenant lord lt madam madame maj marshal maulana
    maulavi maulawi mawlana mawlawi minister miss mlle mme molla mollah molvi monsieur moulavi mr mrs
    ms mufti mulla mullah mx pastor phd prasident president presidente prezident prof professor qari
    cbe dds kbe llb llm mba mbe msc obe rev reverend sayyid secretary senator senor senora sergeant
    seyyed sgt shaikh shaykh sheik sheikh shekh sir sister sr sra syed ustad ustaz ~shykh ~hjy ~haj ~hajy
    ~qary ~mla ~mwlwy ~dktwr ~astad
    """.split()
)
GENERATIONS = _forms(
    """
    jr: jr junior jnr filho hijo
    sr: sr senior snr
    2: ii
    3: iii
    4: iv
    6: vi
    7: vii
    8: viii
    9: ix
    11: xi
    12: xii
    """
)
CRAFT_PREFIXES = frozenset(
    "fv lng lpg motor ms mt mtanker mts mv mvs my rv ship ss sv tanker vessel vsl".split()
)
_UNITS = """
zero null | one first 1st | two second 2nd | three third 3rd | four fourth | five fifth | six sixth |
seven seventh | eight eighth | nine ninth | ten tenth | eleven eleventh | twelve twelfth | thirteen
thirteenth | fourteen fourteenth | fifteen fifteenth | sixteen sixteenth | seventeen seventeenth |
eighteen eighteenth | nineteen nineteenth | twenty twentieth
"""
NUMBERS = {word: str(value) for value, forms in enumerate(_UNITS.split("|")) for word in forms.split()}
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
    industria=industries centre=center ctr=center bldg=building imp=import exp=export
    products=product systems=system st=saint mt=mount ft=fort
    """.split()
)
