"""Groups of countries that `cordon.toml` may name. The United Kingdom and Switzerland are in none of them.

EU: the 27 member states (Treaty on European Union, article 52), with the parts of them that have a code of
their own and where Union law applies: Åland (AX, article 355(4) of the Treaty on the Functioning of the
European Union) and the outermost regions (GF, GP, MF, MQ, RE, YT, article 349). EEA: those, and Iceland,
Liechtenstein and Norway (Agreement on the European Economic Area, article 126), without Svalbard (SJ,
protocol 40).
"""

from __future__ import annotations

from collections.abc import Mapping

_MEMBERS = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
_PARTS = "AX GF GP MF MQ RE YT"

EU = frozenset(f"{_MEMBERS} {_PARTS}".split())
EEA = EU | {"IS", "LI", "NO"}

GROUPS: Mapping[str, frozenset[str]] = {"EU": EU, "EEA": EEA}
