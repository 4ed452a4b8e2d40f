"""The adjectives of countries ("Afghan", "Saudi"), as lists write them of documents and of people."""

from __future__ import annotations

from functools import lru_cache

# Words that fit several countries (Congolese, Korean, Dominican, Guinean) are left out.
_TABLE = """
AE Emirati | AF Afghan, Afghani | AL Albanian | AM Armenian | AO Angolan | AR Argentine, Argentinian
AT Austrian | AU Australian | AZ Azerbaijani, Azeri | BA Bosnian, Bosnian-Herzegovinian | BD Bangladeshi
BE Belgian | BF Burkinabe | BG Bulgarian | BH Bahraini | BI Burundian | BJ Beninese | BN Bruneian
BO Bolivian | BR Brazilian | BT Bhutanese | BW Botswanan | BY Belarusian, Belarussian, Byelorussian
BZ Belizean | CA Canadian | CF Central African | CH Swiss | CI Ivorian, Ivoirian | CL Chilean
CM Cameroonian | CN Chinese | CO Colombian | CR Costa Rican | CU Cuban | CV Cape Verdean | CY Cypriot
CZ Czech | DE German | DJ Djiboutian | DK Danish, Dane | DZ Algerian | EC Ecuadorian, Ecuadorean
EE Estonian | EG Egyptian | ER Eritrean | ES Spanish | ET Ethiopian | FI Finnish | FJ Fijian | FR French
GA Gabonese | GB British | GE Georgian | GH Ghanaian | GM Gambian | GR Greek | GT Guatemalan
GW Bissau-Guinean | GY Guyanese | HN Honduran | HR Croatian | HT Haitian | HU Hungarian | ID Indonesian
IE Irish | IL Israeli | IN Indian | IQ Iraqi | IR Iranian | IS Icelandic | IT Italian | JM Jamaican
JO Jordanian | JP Japanese | KE Kenyan | KG Kyrgyz, Kyrgyzstani, Kirghiz | KH Cambodian | KM Comorian
KP North Korean | KR South Korean | KW Kuwaiti | KZ Kazakh, Kazakhstani | LA Laotian | LB Lebanese
LI Liechtenstein | LK Sri Lankan | LR Liberian | LT Lithuanian | LU Luxembourgish | LV Latvian | LY Libyan
MA Moroccan | MD Moldovan, Moldovian, Moldavian | ME Montenegrin | MG Malagasy | MK Macedonian | ML Malian
MM Burmese, Myanma | MN Mongolian | MR Mauritanian | MT Maltese | MU Mauritian | MV Maldivian
MW Malawian | MX Mexican | MY Malaysian | MZ Mozambican | NA Namibian | NG Nigerian | NI Nicaraguan
NL Dutch | NO Norwegian | NP Nepalese, Nepali | NZ New Zealand | OM Omani | PA Panamanian | PE Peruvian
PH Filipino, Philippine | PK Pakistani | PL Polish | PS Palestinian | PT Portuguese | PY Paraguayan
QA Qatari | RO Romanian | RS Serbian | RU Russian | RW Rwandan | SA Saudi, Saudi Arabian | SC Seychellois
SD Sudanese | SE Swedish | SG Singaporean | SI Slovenian, Slovene | SK Slovak, Slovakian
SL Sierra Leonean | SN Senegalese | SO Somali | SR Surinamese | SS South Sudanese | SU Soviet
SV Salvadoran | SY Syrian | TD Chadian | TG Togolese | TH Thai | TJ Tajik, Tajikistani | TM Turkmen
TN Tunisian | TR Turkish | TT Trinidadian | TW Taiwanese | TZ Tanzanian | UA Ukrainian | UG Ugandan
US American | UY Uruguayan | UZ Uzbek, Uzbekistani | VE Venezuelan | VN Vietnamese | VU Vanuatuan
XK Kosovan, Kosovar | YE Yemeni | YU Yugoslav, Yugoslavian | ZA South African | ZM Zambian | ZW Zimbabwean
"""

_LONGEST = 30


def demonym_country(text: str) -> str | None:
    """The alpha-2 code of the country whose adjective `text` is; None when it is no such word."""
    return _by_word().get(text.strip().casefold()) if len(text) <= _LONGEST else None


@lru_cache(maxsize=1)
def _by_word() -> dict[str, str]:
    by_word: dict[str, str] = {}
    for row in _TABLE.replace("\n", "|").split("|"):
        code, _, words = row.strip().partition(" ")
        by_word.update((word.strip().casefold(), code) for word in words.split(",") if word)
    return by_word
