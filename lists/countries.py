"""Countries as sources and customers write them, turned into ISO 3166-1 alpha-2 codes.

Accepted codes are those of ISO 3166-1, `XK` (Kosovo, the user-assigned code that the EU and CLDR use), and
the ISO 3166-3 codes of former countries without a single successor: `AN`, `CS` (Serbia and Montenegro), `SU`
and `YU`. Czechoslovakia has no code here: its own, `CS`, was given to another country later.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from lists.country_names import Key, in_other_languages

# alpha-2, alpha-3, the name for sentences, then official, former and colloquial names. Word order, articles,
# case, accents and punctuation do not matter: "Korea, North" needs no entry beside "North Korea".
_TABLE = """
AD AND Andorra | Principality of Andorra
AE ARE United Arab Emirates | UAE | U.A.E. | Emirates
AF AFG Afghanistan | Islamic Republic of Afghanistan | Islamic Emirate of Afghanistan
AG ATG Antigua and Barbuda
AI AIA Anguilla
AL ALB Albania | Republic of Albania
AM ARM Armenia | Republic of Armenia
AN ANT Netherlands Antilles
AO AGO Angola | Republic of Angola
AQ ATA Antarctica
AR ARG Argentina | Argentine Republic
AS ASM American Samoa
AT AUT Austria | Republic of Austria
AU AUS Australia | Commonwealth of Australia
AW ABW Aruba
AX ALA Åland Islands | Aland
AZ AZE Azerbaijan | Republic of Azerbaijan
BA BIH Bosnia and Herzegovina | Bosnia | Bosnia-Hercegovina | Bosnia and Herzegowina
BB BRB Barbados
BD BGD Bangladesh | People's Republic of Bangladesh
BE BEL Belgium | Kingdom of Belgium
BF BFA Burkina Faso | Upper Volta
BG BGR Bulgaria | Republic of Bulgaria
BH BHR Bahrain | Kingdom of Bahrain
BI BDI Burundi | Republic of Burundi
BJ BEN Benin | Republic of Benin | Dahomey
BL BLM Saint Barthélemy
BM BMU Bermuda
BN BRN Brunei | Brunei Darussalam
BO BOL Bolivia | Plurinational State of Bolivia | Republic of Bolivia
BQ BES Bonaire, Sint Eustatius and Saba | Caribbean Netherlands | Bonaire
BR BRA Brazil | Federative Republic of Brazil
BS BHS Bahamas | Commonwealth of the Bahamas
BT BTN Bhutan | Kingdom of Bhutan
BV BVT Bouvet Island
BW BWA Botswana | Republic of Botswana
BY BLR Belarus | Republic of Belarus | Byelorussia | Belorussia
BZ BLZ Belize | British Honduras
CA CAN Canada
CC CCK Cocos (Keeling) Islands | Cocos Islands
CD COD Democratic Republic of the Congo | Zaire | DRC | DR Congo | Congo-Kinshasa
CF CAF Central African Republic
CG COG Republic of the Congo | Congo | Congo-Brazzaville | People's Republic of the Congo
CH CHE Switzerland | Swiss Confederation
CI CIV Côte d'Ivoire | Ivory Coast | Republic of Côte d'Ivoire
CK COK Cook Islands
CL CHL Chile | Republic of Chile
CM CMR Cameroon | Republic of Cameroon
CN CHN China | People's Republic of China | PRC | P.R. China | Mainland China
CO COL Colombia | Republic of Colombia
CR CRI Costa Rica | Republic of Costa Rica
CS SCG Serbia and Montenegro | State Union of Serbia and Montenegro
CU CUB Cuba | Republic of Cuba
CV CPV Cabo Verde | Cape Verde | Cabo Verde. Previously Cape Verde.
CW CUW Curaçao
CX CXR Christmas Island
CY CYP Cyprus | Republic of Cyprus
CZ CZE Czechia | Czech Republic
DE DEU Germany | Federal Republic of Germany | East Germany | West Germany | German Democratic Republic
DJ DJI Djibouti | Republic of Djibouti
DK DNK Denmark | Kingdom of Denmark
DM DMA Dominica | Commonwealth of Dominica
DO DOM Dominican Republic
DZ DZA Algeria | People's Democratic Republic of Algeria
EC ECU Ecuador | Republic of Ecuador
EE EST Estonia | Republic of Estonia
EG EGY Egypt | Arab Republic of Egypt | United Arab Republic
EH ESH Western Sahara
ER ERI Eritrea | State of Eritrea
ES ESP Spain | Kingdom of Spain
ET ETH Ethiopia | Federal Democratic Republic of Ethiopia
FI FIN Finland | Republic of Finland
FJ FJI Fiji | Republic of Fiji
FK FLK Falkland Islands | Falkland Islands (Malvinas)
FM FSM Micronesia | Federated States of Micronesia
FO FRO Faroe Islands | Faeroe Islands
FR FRA France | French Republic | Metropolitan France
GA GAB Gabon | Gabonese Republic
GB GBR United Kingdom | United Kingdom of Great Britain and Northern Ireland | Great Britain | Britain |
   England | Scotland | Wales | Northern Ireland | U.K.
GD GRD Grenada
GE GEO Georgia | Republic of Georgia
GF GUF French Guiana
GG GGY Guernsey | Bailiwick of Guernsey
GH GHA Ghana | Republic of Ghana
GI GIB Gibraltar
GL GRL Greenland
GM GMB Gambia | Republic of the Gambia | Islamic Republic of the Gambia
GN GIN Guinea | Republic of Guinea | Guinea-Conakry
GP GLP Guadeloupe
GQ GNQ Equatorial Guinea | Republic of Equatorial Guinea
GR GRC Greece | Hellenic Republic
GS SGS South Georgia and the South Sandwich Islands | South Georgia
GT GTM Guatemala | Republic of Guatemala
GU GUM Guam
GW GNB Guinea-Bissau | Republic of Guinea-Bissau
GY GUY Guyana | Co-operative Republic of Guyana
HK HKG Hong Kong | Hong Kong Special Administrative Region |
   Hong Kong Special Administrative Region of China | Hong Kong SAR | Hong Kong SAR China |
   Hong Kong, China | Hongkong
HM HMD Heard Island and McDonald Islands | Heard and McDonald Islands
HN HND Honduras | Republic of Honduras
HR HRV Croatia | Republic of Croatia
HT HTI Haiti | Republic of Haiti
HU HUN Hungary | Republic of Hungary
ID IDN Indonesia | Republic of Indonesia
IE IRL Ireland | Republic of Ireland | Eire
IL ISR Israel | State of Israel
IM IMN Isle of Man
IN IND India | Republic of India
IO IOT British Indian Ocean Territory | Chagos Archipelago
IQ IRQ Iraq | Republic of Iraq
IR IRN Iran | Islamic Republic of Iran | Persia
IS ISL Iceland | Republic of Iceland
IT ITA Italy | Italian Republic
JE JEY Jersey | Bailiwick of Jersey
JM JAM Jamaica
JO JOR Jordan | Hashemite Kingdom of Jordan
JP JPN Japan
KE KEN Kenya | Republic of Kenya
KG KGZ Kyrgyzstan | Kyrgyz Republic | Kirghizia | Kirgizia | Kirghizstan
KH KHM Cambodia | Kingdom of Cambodia | Kampuchea | Democratic Kampuchea
KI KIR Kiribati | Republic of Kiribati
KM COM Comoros | Union of the Comoros | Comoros Islands
KN KNA Saint Kitts and Nevis | Federation of Saint Kitts and Nevis
KP PRK North Korea | Democratic People's Republic of Korea | DPRK | DPR Korea |
   Democratic People's Republic of Korea (North Korea)
KR KOR South Korea | Republic of Korea
KW KWT Kuwait | State of Kuwait
KY CYM Cayman Islands
KZ KAZ Kazakhstan | Republic of Kazakhstan
LA LAO Laos | Lao People's Democratic Republic | Lao PDR
LB LBN Lebanon | Lebanese Republic
LC LCA Saint Lucia
LI LIE Liechtenstein | Principality of Liechtenstein
LK LKA Sri Lanka | Democratic Socialist Republic of Sri Lanka | Ceylon
LR LBR Liberia | Republic of Liberia
LS LSO Lesotho | Kingdom of Lesotho
LT LTU Lithuania | Republic of Lithuania
LU LUX Luxembourg | Grand Duchy of Luxembourg
LV LVA Latvia | Republic of Latvia
LY LBY Libya | State of Libya | Libyan Arab Jamahiriya | Socialist People's Libyan Arab Jamahiriya
MA MAR Morocco | Kingdom of Morocco
MC MCO Monaco | Principality of Monaco
MD MDA Moldova | Republic of Moldova | Moldavia
ME MNE Montenegro
MF MAF Saint Martin | Saint Martin (French part)
MG MDG Madagascar | Republic of Madagascar | Malagasy Republic
MH MHL Marshall Islands | Republic of the Marshall Islands
MK MKD North Macedonia | Republic of North Macedonia | Macedonia | Republic of Macedonia |
   Former Yugoslav Republic of Macedonia | FYROM | F.Y.R.O.M.
ML MLI Mali | Republic of Mali | Northern Mali
MM MMR Myanmar | Burma | Republic of the Union of Myanmar | Union of Myanmar | Myanmar (Burma) |
   Burma (Myanmar)
MN MNG Mongolia
MO MAC Macao | Macau | Macao Special Administrative Region of China | Macao SAR China | Macau SAR |
   Macau, China
MP MNP Northern Mariana Islands | Commonwealth of the Northern Mariana Islands
MQ MTQ Martinique
MR MRT Mauritania | Islamic Republic of Mauritania
MS MSR Montserrat
MT MLT Malta | Republic of Malta
MU MUS Mauritius | Republic of Mauritius
MV MDV Maldives | Republic of Maldives | Maldive Islands
MW MWI Malawi | Republic of Malawi | Nyasaland
MX MEX Mexico | United Mexican States
MY MYS Malaysia
MZ MOZ Mozambique | Republic of Mozambique
NA NAM Namibia | Republic of Namibia | South West Africa
NC NCL New Caledonia
NE NER Niger | Republic of the Niger
NF NFK Norfolk Island
NG NGA Nigeria | Federal Republic of Nigeria
NI NIC Nicaragua | Republic of Nicaragua
NL NLD Netherlands | Kingdom of the Netherlands | Holland
NO NOR Norway | Kingdom of Norway
NP NPL Nepal | Federal Democratic Republic of Nepal | Kingdom of Nepal
NR NRU Nauru | Republic of Nauru
NU NIU Niue
NZ NZL New Zealand
OM OMN Oman | Sultanate of Oman
PA PAN Panama | Republic of Panama
PE PER Peru | Republic of Peru
PF PYF French Polynesia
PG PNG Papua New Guinea
PH PHL Philippines | Republic of the Philippines
PK PAK Pakistan | Islamic Republic of Pakistan
PL POL Poland | Republic of Poland
PM SPM Saint Pierre and Miquelon
PN PCN Pitcairn | Pitcairn Islands
PR PRI Puerto Rico
PS PSE Palestine | State of Palestine | Palestinian | Palestinian Territory | Palestinian Territories |
   West Bank | Gaza | Occupied Palestinian Territory | Occupied Palestinian Territories | Gaza Strip |
   West Bank and Gaza | West Bank and Gaza Strip | Palestinian Authority
PT PRT Portugal | Portuguese Republic
PW PLW Palau | Republic of Palau
PY PRY Paraguay | Republic of Paraguay
QA QAT Qatar | State of Qatar
RE REU Réunion
RO ROU Romania | Rumania
RS SRB Serbia | Republic of Serbia
RU RUS Russia | Russian Federation
RW RWA Rwanda | Republic of Rwanda
SA SAU Saudi Arabia | Kingdom of Saudi Arabia | KSA
SB SLB Solomon Islands
SC SYC Seychelles | Republic of Seychelles
SD SDN Sudan | Republic of the Sudan
SE SWE Sweden | Kingdom of Sweden
SG SGP Singapore | Republic of Singapore
SH SHN Saint Helena | Saint Helena, Ascension and Tristan da Cunha
SI SVN Slovenia | Republic of Slovenia
SJ SJM Svalbard and Jan Mayen | Svalbard
SK SVK Slovakia | Slovak Republic
SL SLE Sierra Leone | Republic of Sierra Leone
SM SMR San Marino | Republic of San Marino
SN SEN Senegal | Republic of Senegal
SO SOM Somalia | Federal Republic of Somalia | Somali Democratic Republic
SR SUR Suriname | Republic of Suriname | Surinam
SS SSD South Sudan | Republic of South Sudan
ST STP São Tomé and Príncipe | Democratic Republic of São Tomé and Príncipe
SU SUN Soviet Union | USSR | U.S.S.R. | Union of Soviet Socialist Republics
SV SLV El Salvador | Republic of El Salvador
SX SXM Sint Maarten | Sint Maarten (Dutch part)
SY SYR Syria | Syrian Arab Republic
SZ SWZ Eswatini | Swaziland | Kingdom of Eswatini | Kingdom of Swaziland
TC TCA Turks and Caicos Islands
TD TCD Chad | Republic of Chad
TF ATF French Southern Territories
TG TGO Togo | Togolese Republic
TH THA Thailand | Kingdom of Thailand | Siam
TJ TJK Tajikistan | Republic of Tajikistan | Tadjikistan | Tadzhikistan
TK TKL Tokelau
TL TLS Timor-Leste | East Timor | Democratic Republic of Timor-Leste
TM TKM Turkmenistan | Turkmenia
TN TUN Tunisia | Republic of Tunisia
TO TON Tonga | Kingdom of Tonga
TR TUR Türkiye | Turkey | Republic of Türkiye | Republic of Turkey
TT TTO Trinidad and Tobago | Republic of Trinidad and Tobago
TV TUV Tuvalu
TW TWN Taiwan | Taiwan, Province of China | Republic of China | Taiwan, Republic of China | Chinese Taipei
TZ TZA Tanzania | United Republic of Tanzania
UA UKR Ukraine | Crimea
UG UGA Uganda | Republic of Uganda
UM UMI United States Minor Outlying Islands | U.S. Outlying Islands | U.S. Minor Outlying Islands
US USA United States | United States of America | U.S. | U.S.A. | America
UY URY Uruguay | Eastern Republic of Uruguay
UZ UZB Uzbekistan | Republic of Uzbekistan
VA VAT Vatican City | Holy See | Vatican | Vatican City State | Holy See (Vatican City State)
VC VCT Saint Vincent and the Grenadines
VE VEN Venezuela | Bolivarian Republic of Venezuela | Republic of Venezuela
VG VGB British Virgin Islands
VI VIR US Virgin Islands | U.S. Virgin Islands | United States Virgin Islands
VN VNM Vietnam | Viet Nam | Socialist Republic of Vietnam | Socialist Republic of Viet Nam
VU VUT Vanuatu | Republic of Vanuatu | New Hebrides
WF WLF Wallis and Futuna
WS WSM Samoa | Independent State of Samoa | Western Samoa
XK XKX Kosovo | Republic of Kosovo
YE YEM Yemen | Republic of Yemen | North Yemen | South Yemen | Yemen Arab Republic | Democratic Yemen |
   People's Democratic Republic of Yemen
YT MYT Mayotte
YU YUG Yugoslavia | Socialist Federal Republic of Yugoslavia | Federal Republic of Yugoslavia
ZA ZAF South Africa | Republic of South Africa
ZM ZMB Zambia | Republic of Zambia | Northern Rhodesia
ZW ZWE Zimbabwe | Republic of Zimbabwe | Southern Rhodesia | Rhodesia
"""

# Codes that are in use although ISO 3166-1 does not list them: reserved ones (UK, the EU's EL), those of
# former countries with one successor (ISO 3166-3), and former alpha-3 codes.
_OTHER_CODES = {
    "BU": "MM",
    "DD": "DE",
    "EL": "GR",
    "FX": "FR",
    "TP": "TL",
    "UK": "GB",
    "YD": "YE",
    "ZR": "CD",
    "BUR": "MM",
    "DDR": "DE",
    "FXX": "FR",
    "ROM": "RO",
    "TMP": "TL",
    "XKK": "XK",
    "YMD": "YE",
    "ZAR": "CD",
}

# The longest official name has 56 letters; a text far beyond that is no country, and is not worth caching.
_LONGEST_NAME = 100

_IGNORED_WORDS = frozenset({"the", "of", "and", "former", "ex", "region"})
_POSSESSIVE = re.compile(r"['’`ʼ]s\b")
_NOT_A_WORD = re.compile(r"[\W_]+")
_INITIALS = re.compile(r"(?:\w\.){2,}")


_FORMER = frozenset({"AN", "CS", "SU", "YU"})


def is_alpha2(code: str) -> bool:
    """Whether `code` is an accepted alpha-2 code, in capitals; the module's first lines say which."""
    return code in _names()


def all_alpha2() -> frozenset[str]:
    """Every accepted code of a country of today."""
    return frozenset(_names()) - _FORMER


def to_alpha2(text: str) -> str | None:
    """The alpha-2 code of a country given by code or name; None when the text names no country.

    Takes alpha-2, alpha-3, English names (common, official, former) and CLDR's names in thirty languages. A
    name that means several countries in different languages, or leaves it open ("Korea"), gives None.
    """
    code = text.strip().upper()
    if code in _names():
        return code
    if len(text) > _LONGEST_NAME:
        return None
    return _from_code_or_name(text)


def country_name(code: str) -> str:
    """The English name of a country for use in sentences. Raises KeyError when `is_alpha2(code)` is false."""
    return _names()[code]


@lru_cache(maxsize=4096)
def _from_code_or_name(text: str) -> str | None:
    code = text.strip().upper()
    by_code, by_name = _english()
    if code in by_code:
        return by_code[code]
    key = name_key(text)
    return by_name.get(key) or in_other_languages().get(key) if key else None


@lru_cache(maxsize=1)
def _rows() -> list[tuple[str, str, list[str]]]:
    joined = _TABLE.strip().replace("|\n   ", "| ")
    rows = (line.split(" ", 2) for line in joined.splitlines())
    return [(alpha2, alpha3, names.split(" | ")) for alpha2, alpha3, names in rows]


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return {alpha2: names[0] for alpha2, _, names in _rows()}


@lru_cache(maxsize=1)
def _english() -> tuple[dict[str, str], dict[Key, str]]:
    by_code = dict(_OTHER_CODES)
    by_name: dict[Key, str] = {}
    for alpha2, alpha3, names in _rows():
        by_code[alpha3] = alpha2
        by_name.update((name_key(name), alpha2) for name in names)
    return by_code, by_name


def name_key(name: str) -> Key:
    """The words of a name, without what writers vary: order, articles, case, accents, punctuation, "St." """
    decomposed = unicodedata.normalize("NFKD", name)
    folded = "".join(character for character in decomposed if not unicodedata.combining(character)).casefold()
    folded = _INITIALS.sub(lambda initials: initials[0].replace(".", "") + " ", folded)
    words = _NOT_A_WORD.sub(" ", _POSSESSIVE.sub("s", folded)).split()
    return tuple(sorted("saint" if word == "st" else word for word in words if word not in _IGNORED_WORDS))
