"""The report of `cordon validate` in a real browser: drawn, printed, and without a request to the network."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from ledgers import home_in
from test_validation import ENTITIES, SCRIPT
from watchlists import listed

from jobs.cli import main

_BROWSERS = (
    *("chromium-headless-shell", "chrome-headless-shell", "chromium", "chromium-browser", "google-chrome"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
_SECONDS = 120


def _browser() -> str:
    named = os.environ.get("CORDON_BROWSER")
    found = next(filter(None, map(shutil.which, [named] if named else _BROWSERS)), None)
    if found is None:
        pytest.fail(
            "there is no browser to open the report with; install one (Debian: apt-get install "
            "chromium-headless-shell), or name yours in CORDON_BROWSER"
        )
    return found


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report on a small list with a hostile name in it."""
    folder = tmp_path_factory.mktemp("page")
    home = home_in(folder, "[screening]\nthreshold = 0.95\n", [*ENTITIES[:30], listed("H1", SCRIPT)])
    main(["validate", "-o", str(folder / "report"), "--size", "300", "--processes", "1",
          "--home", str(home.path)])  # fmt: skip
    return folder / "report" / "validation.html"


def _opened(page: Path, folder: Path, *options: str) -> str:
    """What the browser prints on stdout when it opens the page with these options."""
    command = [
        _browser(),
        "--headless",
        "--no-sandbox",  # in a container nobody but root may be there
        "--disable-gpu",
        "--disable-background-networking",
        f"--user-data-dir={folder / 'profile'}",
        *options,
        page.as_uri(),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=True)
    return done.stdout


def test_a_browser_draws_it_without_a_request_to_the_network(page: Path, tmp_path: Path) -> None:
    log = tmp_path / "net.json"
    dom = _opened(page, tmp_path, "--dump-dom", f"--log-net-log={log}")
    assert re.search(r"<svg[^>]*>.*<circle", dom, re.DOTALL)
    assert dom.count("<polyline") > 5
    assert "in force: 0.95" in dom
    events = json.loads(log.read_text(encoding="utf-8"))["events"]
    asked = {str(event.get("params", {}).get("url", "")) for event in events}
    assert not [url for url in asked if url.startswith(("http", "ws"))]


def test_a_listed_name_is_never_run(page: Path, tmp_path: Path) -> None:
    dom = _opened(page, tmp_path, "--dump-dom")
    assert "<script" not in dom
    assert "&lt;script&gt;alert(1)&lt;/script&gt; Dvessik" in dom


def test_it_prints_on_pages(page: Path, tmp_path: Path) -> None:
    printed = tmp_path / "report.pdf"
    _opened(page, tmp_path, f"--print-to-pdf={printed}")
    content = printed.read_bytes()
    assert content.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", content)) > 1


def test_a_picture_of_it_has_colours_in_it(page: Path, tmp_path: Path) -> None:
    picture = tmp_path / "report.png"
    _opened(page, tmp_path, "--window-size=1100,1400", f"--screenshot={picture}")
    content = picture.read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    assert (int.from_bytes(content[16:20]), int.from_bytes(content[20:24])) == (1100, 1400)
    assert len(content) > 50_000  # a page without anything on it has a tenth of this
