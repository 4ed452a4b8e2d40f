"""The father's name in East Slavic names, which each language makes of its own form of it.

Nikolaevich, Mykolaiovych and Mikalaevich are one person's papers. Facts: the forms that the lists give of one
person's name in Russian, Ukrainian and Belarusian; civil registries' guides to recording names.
"""

from __future__ import annotations

import re
from functools import lru_cache

# Forms of one name, as they stand before the ending of a patronymic, without a glide at their end.
_STEMS = """
aleksandr alexandr alexander oleksandr aliaksandr alyaksandr
aleks alex alekse alexe aleksi oleks oleksi aliakse alyakse
anatol anatole
andr andre andri
anton antanas
arkad arkadz
bohdan bogdan
boris borys barys
dmitr dmytr dzmitr dimitr dmit
evgen yevgen evhen yevhen ievgen ievhen jevgen jewgen jevhen yauhen iauhen
fedor fyodor fiodor fedir khvedar feodor
gennad hennad genad henad genadz henadz guennad
georg heorh george heorg
grigor hryhor grygor ryhor hrihor gregor
igor ihor ihar igar
ila ily ill ilia
iosif josif yosyp iosip yosip osip
konstantin kostyantyn kostiantyn konstantyn kanstantsin kostantin
leonid leanid
maksim maksym maxim maxym
mikhail mikhayl mykhail mykhayl mykhajl mihail mihajl mikhal mikhaj mikhajl michail michajl
nikola mykola mikola mikala nicola nikolo
nikit mykyt mikit
oleg oleh aleh aleg
pavl pawl paul
petr pyatr piatr piotr pyotr pjotr
pilip filipp filip pylyp
roman raman
serge serg serh siarhe syarge syarhe siarge sergue sierg
stepan stsiapan stsyapan
taras
vadim vadym
valer
valentin valentyn valyantsin valiantsin
vasil vasyl wasil vasile vassil
viktor victor viktar wiktor
vital
vitold vitaut
vladimir volodymyr volodimir uladzimir wladimir vladymyr
vladislav vladyslav uladzislau wladislaw uladzislav
vyacheslav viacheslav vyacheslau viachaslau wjatscheslaw vjacheslav
yakov yakiv iakov yakau jakow jakov iakiv
yaroslav iaroslav yaraslau jaroslaw
yur iur jur
zinov zinovi
"""
_GROUPS = {stem: number for number, line in enumerate(_STEMS.strip().splitlines()) for stem in line.split()}
_ENDING = re.compile(
    "(?P<stem>.{2,}?)[yij]*"
    "(?:(?P<son>[oae][vw][iy](?:ch|tch|tsch|c))|(?P<daughter>(?:[oae][vwu]|[iy]v)n[ay]))"
)
_LAST = ("ch", "c", "na", "ny")


@lru_cache(maxsize=1 << 16)
def patronymic(word: str) -> str | None:
    """The name that a patronymic is made of, in the form that is first of its line, with the bearer's sex;
    None for any other word.
    """
    if len(word) < 7 or not word.endswith(_LAST):
        return None
    found = _ENDING.fullmatch(word)
    number = None if found is None else _GROUPS.get(found["stem"])
    if found is None or number is None:
        return None
    return f"{'son' if found['son'] else 'daughter'} of {number}"


def same_father(first: str, second: str) -> bool | None:
    """Whether two patronymics are one in forms of two languages; None unless both words are patronymics."""
    name = patronymic(first)
    other = None if name is None else patronymic(second)
    return None if other is None else name == other
