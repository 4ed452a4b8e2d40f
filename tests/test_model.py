"""The scoring model: a table with a reason a row, and a version that changes with it."""

from __future__ import annotations

import hashlib
import os
import runpy
import subprocess
import sys
from pathlib import Path

from conftest import PROJECT
from watchlists import PERSON, score_of

import engine.model
from engine import compare_names
from engine.model import MODEL, RULES, TABLE, VERSION


def test_every_row_of_the_model_has_a_name_of_its_own_and_a_reason() -> None:
    assert len({row.name for row in TABLE}) == len(TABLE) == len(MODEL)
    assert all(row.why and row.role in ("main", "qualifier", "setting") for row in TABLE)


def test_a_full_score_wants_more_than_a_name() -> None:
    assert score_of(PERSON) < 1.0
    assert score_of(PERSON, birth_date="1961-04-03") == 1.0
    assert score_of(PERSON, birth_date="1961-04-03", countries=["SY"], addresses=["4 Quay, Port Velm"]) == 1.0


def version_with(folder: Path, old: str, new: str) -> str:
    """The version that the model would have if its table or rules said something else."""
    source = Path(engine.model.__file__).read_text(encoding="utf-8")
    assert old in source
    changed = folder / "model.py"
    changed.write_text(source.replace(old, new, 1), encoding="utf-8")
    return str(runpy.run_path(str(changed))["VERSION"])


def test_the_models_version_is_the_same_in_every_process() -> None:
    said = [
        subprocess.run(
            [sys.executable, "-c", "from engine.model import VERSION; print(VERSION)"],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    ]
    assert said == [VERSION, VERSION]


def test_the_models_version_changes_with_what_it_says_and_with_nothing_else(tmp_path: Path) -> None:
    assert (
        version_with(tmp_path, "from typing import NamedTuple\n", "from typing import NamedTuple\n\n\n")
        == VERSION
    )
    versions = {
        version_with(tmp_path, f"RULES = {RULES}", f"RULES = {RULES + 1}"),
        version_with(tmp_path, TABLE[0].why, "another reason"),
        version_with(tmp_path, '"qualifier",', '"main",'),
        *(version_with(tmp_path, f'"{row.name}"', f'"{row.name}_2"') for row in TABLE[1:]),
    }
    assert len(versions | {VERSION}) == len(TABLE) + 3


# The answers of each version of the model, as a digest. Other answers are another model: raise `RULES`, which
# changes the version, and put the new version and digest here.
RECORDED = {"mc5f8b2695aef": "816d78e2875e"}
ASKED = """
Viktor Dvessik | Vikotr Dvessik | person
Viktor Dvessik | Viktor Orlanovich Dvessik | person
Viktor Tamsinovich Dvessik | Viktor Orlanovich Dvessik | person
Sheikh Youssef Velmani | Yusuf al-Velmani | person
Volodymyr Mykolaiovych Velenko | Vladimir Nikolaevich Velenko | person
황길수 | Hwang Kil-su | person
A. B. Karimov | Anvar Bekovich Karimov | person
محمود الزهراني | Mahmoud al-Zahrani | person
Евгений Карпенков | Jewgeni Karpenkow | person
蔡英文 | Tsai Ying-wen | person
박근혜 | Park Geun-hye | person
Jarnal Dvessik | Jamal Dvessik | person
Dvessik | Viktor Dvessik | person
Orion Shipping 2 LLC | Orion Shipping 5 LLC | company
Velm Dvessik JOYNT STOCK COMPANY | Velm Dvessik AO | company
Tigris Velm Textiles | Tigris Velm Fertilizers | company
Velm Bank (Schweiz) AG | Velm Bank GmbH | company
ZVSL | Zhora Velm Shipping Lines | company
Tamsin Quay f/k/a Velm Export | Velm Export OOO | company
Velm ANf Dvessik Mining | Velm and Dvessik Mining | company
Razclole Zhorov Rez | Razdole Zhorov Reza | person
RI Su Yon | RI Su Yong | person
EP-VLM | EP-VLN | aircraft
MV Zhora Star 1 | Zhora Star 2 | vessel
Svetlana Orlanova Karpenk | Svetlana Orlanova Karpenkova | person
Velm SHGP Dvessik | Velm SHPG Dvessik | company
"""


def test_the_model_does_not_answer_otherwise_under_the_same_version() -> None:
    scores = []
    for line in ASKED.strip().splitlines():
        subject, listed, kind = (text.strip() for text in line.split("|"))
        scores.append(round(compare_names(subject, listed, kind).score, 6))
    digest = hashlib.sha256(repr(scores).encode()).hexdigest()[:12]
    assert {VERSION: digest} == RECORDED
