"""Master keys and what they wrap: where they come from, what is said of a wrong one, and replacing them."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import LISTED, ask, forget, home_in, run_python, screen

from engine import Screener, Subject
from engine.ledger import LedgerError, verify
from engine.ledger.layout import Region
from engine.privacy import shards
from engine.privacy.keys import keys_of
from engine.privacy.masters import MasterKeyError, generate
from engine.privacy.rotation import rotate
from engine.privacy.settings import EnvironmentKey, Pkcs11Key
from engine.privacy.shards import Record, Shard
from jobs.cli import app
from jobs.failures import ExitCode, run
from lists.home import Home

ENVIRONMENT = '[regions.default.key]\nprovider = "environment"\nvariable = "CORDON_TEST_KEY"\n'
SOFTHSM = "/usr/lib/softhsm/libsofthsm2.so"


pytestmark = pytest.mark.usefixtures("released")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return home_in(tmp_path)


def names(home: Home) -> list[str]:
    return [name for (name,) in ask(home, "select subject_name from matches order by recorded_at")]


@pytest.mark.skipif(os.name == "nt", reason="permissions are other ones here")
def test_the_key_of_a_home_that_says_nothing_is_a_file_for_its_owner_alone(home: Home) -> None:
    screen(home)
    path = Region.of(home).keys / "master.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    path.chmod(0o640)
    forget()
    with pytest.raises(MasterKeyError, match=r"others than its owner may use it; run: chmod 600"):
        screen(home)


def test_a_missing_or_wrong_master_key_is_one_clear_error(home: Home) -> None:
    screen(home)
    path = Region.of(home).keys / "master.key"
    right = path.read_bytes()
    for content, sentence in (
        (None, r"the master key .*master\.key is missing; restore it"),
        (b"not a key", r"does not hold a master key, which is 64 hexadecimal digits"),
        (generate().encode(), r"is not the master key of the region default"),
    ):
        forget()
        path.unlink(missing_ok=True)
        if content is not None:
            path.write_bytes(content)
            path.chmod(0o600)
        with pytest.raises(MasterKeyError, match=sentence):
            screen(home)
        with pytest.raises(MasterKeyError, match=sentence):
            ask(home, "from matches")
        assert verify(home).is_sound
    path.write_bytes(right)
    screen(home)
    assert names(home) == [LISTED, LISTED]


def test_a_master_key_may_be_in_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = home_in(tmp_path, ENVIRONMENT)
    with pytest.raises(MasterKeyError, match="CORDON_TEST_KEY, which holds the master key, is not set"):
        screen(home)
    key = generate()
    monkeypatch.setenv("CORDON_TEST_KEY", key)
    screen(home)
    assert names(home) == [LISTED]
    content = b"".join(path.read_bytes() for path in home.path.rglob("*") if path.is_file())
    assert key.encode() not in content
    assert bytes.fromhex(key) not in content
    forget()
    monkeypatch.setenv("CORDON_TEST_KEY", generate())
    with pytest.raises(MasterKeyError, match="environment variable CORDON_TEST_KEY is not the master key"):
        ask(home, "from matches")


def test_rotating_wraps_every_key_anew_and_reads_nothing_else(home: Home) -> None:
    screen(home, subject_id="C1")
    region = Region.of(home)
    old = (region.keys / "master.key").read_bytes()
    recorded = {path: path.stat() for path in (region.journal, region.events) for path in path.rglob("*")}
    before = {path: path.read_bytes() for path in (region.keys / "subjects").iterdir()}
    done = rotate(region)
    assert (done.subject_keys, done.generation) == (1, 2)
    assert (region.keys / "master.key").read_bytes() != old
    after = {path: path.read_bytes() for path in (region.keys / "subjects").iterdir()}
    assert [path for path in before if before[path] and before[path] == after[path]] == []
    assert {path: path.stat().st_mtime_ns for path in recorded} == {
        path: state.st_mtime_ns for path, state in recorded.items()
    }
    screen(home, subject_id="C1")  # by this process, which had the old keys open
    forget()
    screen(home, subject_id="C1")
    assert names(home) == [LISTED] * 3
    (region.keys / "master.key").write_bytes(old)
    forget()
    with pytest.raises(MasterKeyError, match="is not the master key"):
        ask(home, "from matches")


def test_a_service_that_cannot_open_the_new_keys_records_nothing_with_the_old(home: Home) -> None:
    screen(home, subject_id="C1")
    region = Region.of(home)
    backup = (region.keys / "master.key").read_bytes()
    rotate(region)
    (region.keys / "master.key").write_bytes(backup)
    with pytest.raises(MasterKeyError):
        screen(home, subject_id="C2")


@pytest.mark.parametrize("stop_after", range(4))
def test_an_interrupted_rotation_loses_nothing_and_the_next_completes_it(
    home: Home, monkeypatch: pytest.MonkeyPatch, stop_after: int
) -> None:
    screener = Screener.open(home)
    for number in range(40):
        screener.screen(Subject.parse(name=LISTED, subject_id=f"C{number}"))
    region, calls = Region.of(home), 0
    rewrite = Shard.rewrite

    def stopping(self: Shard, changed: Any) -> int:
        nonlocal calls
        calls += 1
        if calls > stop_after * 4:
            raise KeyboardInterrupt
        return rewrite(self, changed)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Shard, "rewrite", stopping)
        rotate(region)
    forget()
    assert len(names(home)) == 40
    screen(home, subject_id="C40")
    forget()
    assert rotate(region).subject_keys == 41
    forget()
    assert names(home) == [LISTED] * 41


def test_a_master_key_moves_from_a_file_to_the_environment(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen(home)
    forget()
    monkeypatch.setenv("CORDON_TEST_KEY", generate())
    home.config.write_text(ENVIRONMENT, encoding="utf-8")
    with pytest.raises(MasterKeyError, match="is not the master key"):
        screen(home)
    home.config.write_text(
        f'{ENVIRONMENT}[regions.default.previous_key]\nprovider = "file"\n', encoding="utf-8"
    )
    forget()
    screen(home)  # both are at hand: nobody waits for the rotation
    done = rotate(Region.of(home))
    assert done.destroy == f"the file {Region.of(home).keys / 'master.key'}"
    home.config.write_text(ENVIRONMENT, encoding="utf-8")
    (Region.of(home).keys / "master.key").unlink()
    forget()
    screen(home)
    assert names(home) == [LISTED] * 3
    with pytest.raises(MasterKeyError, match=r"name the new one in \[regions\.default\.key\]"):
        rotate(Region.of(home))


def test_processes_that_meet_a_subject_at_once_give_it_one_key(home: Home) -> None:
    screen(home)
    forget()
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        found = pool.map(_keys_of_many, [home.path] * 3)
    assert found[0] == found[1] == found[2]
    total = sum(path.stat().st_size for path in (Region.of(home).keys / "subjects").iterdir())
    assert total == 88 * (300 + 1)


def _keys_of_many(path: Path) -> list[str | None]:
    keys = keys_of(Region.of(path))
    keys.writing_all([f"C{number}" for number in range(100, 200)], "alert")
    for number in range(200):
        keys.writing(f"C{number}", "screening", durable=False)
    ids = [keys.id_of(f"C{number}", "screening") for number in range(200)]
    return ids + [keys.id_of(f"C{number}", "alert") for number in range(100, 200)]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_worker_makes_keys_of_its_own_accord(home: Home) -> None:
    screen(home, subject_id="parent")
    child = os.fork()
    if child == 0:
        try:
            screen(home, subject_id="child")
        finally:
            os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    screen(home, subject_id="parent 2")
    assert names(home) == [LISTED] * 3


def test_a_changed_key_is_a_clear_error(home: Home) -> None:
    screen(home, subject_id="C1")
    forget()
    for path in (Region.of(home).keys / "subjects").iterdir():
        content = bytearray(path.read_bytes())
        if content:
            content[-1] ^= 1
            path.write_bytes(content)
    with pytest.raises(LedgerError, match=r"was changed; restore its folder keys"):
        screen(home, subject_id="C1")


@settings(max_examples=60)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("append"), st.integers(1, 9)),
            st.tuples(st.just("destroy"), st.integers(0, 50)),
            st.tuples(st.just("reopen"), st.just(0)),
            st.tuples(st.just("rewrite"), st.just(0)),
        ),
        max_size=25,
    )
)
def test_a_key_is_found_until_it_is_destroyed(steps: list[tuple[str, int]]) -> None:
    """Whatever is added, destroyed and rewritten, and however many a file sorts in."""
    import tempfile  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(shards, "_MOST_RECENT", 5)
        path, there, count = Path(folder) / "0.keys", {}, 0
        shard, other = Shard(path), Shard(path)
        for step, number in steps:
            with shard.alone():
                if step == "append":
                    new = [_record(count + place) for place in range(number)]
                    shard.append([record.written() for record in new])
                    there |= {record.tag: record for record in new}
                    count += number
                elif step == "destroy":
                    gone = _record(number)
                    assert shard.destroy(lambda record, gone=gone: record.key_id == gone.key_id) == (
                        there.pop(gone.tag, None) is not None
                    )
                elif step == "rewrite":
                    assert shard.rewrite(lambda record: record) == len(there)
            if step == "reopen":
                shard.close()
            for reader in (shard, other):
                for place in range(count + 1):
                    record = _record(place)
                    found = reader.find(record.tag)
                    assert (found is not None) == (record.tag in there)
                    assert found is None or Record.read(found.content) == record
        shard.close()
        other.close()


def _record(number: int) -> Record:
    tag = (number % 3 + 1).to_bytes(8, "big") + number.to_bytes(8, "big")  # some begin alike
    return Record(tag, (number + 1).to_bytes(8, "big"), 1, bytes([number % 255 + 1]) * 60)


@pytest.fixture
def token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pkcs11Key:
    """A token of SoftHSM, which .ci/run installs and wants to be there."""
    tool = shutil.which("softhsm2-util")
    if tool is None and not os.environ.get("CORDON_WANTS_SOFTHSM"):
        pytest.skip("no hardware module was tested: apt-get install softhsm2")
    assert tool, "install SoftHSM: apt-get install softhsm2"
    (tmp_path / "tokens").mkdir()
    configuration = tmp_path / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {tmp_path / 'tokens'}\n", encoding="utf-8")
    monkeypatch.setenv("SOFTHSM2_CONF", str(configuration))
    monkeypatch.setenv("CORDON_TEST_PIN", "5678")
    command = [tool, "--init-token", "--free", "--label", "vault", "--so-pin", "1234", "--pin", "5678"]
    subprocess.run(command, check=True, capture_output=True)
    return Pkcs11Key(
        provider="pkcs11", module=SOFTHSM, token="vault", label="eu", pin_variable="CORDON_TEST_PIN"
    )


# A module reads its tokens once for a process, so each test of one has processes of its own.
_IN_A_PROCESS = """
import sys
from pathlib import Path
from ledgers import ask, screen
from lists.home import Home
home = Home.locate(sys.argv[1])
try:
    if len(sys.argv) > 2:
        screen(home, subject_id=sys.argv[2])
    print(ask(home, "select subject_name from matches order by recorded_at"))
except Exception as error:
    print(type(error).__name__, error)
"""


def in_a_process(*arguments: object, program: str = _IN_A_PROCESS, **environment: str) -> str:
    with run_python(f"import os\nos.environ |= {environment!r}\n{program}", *arguments) as process:
        out, err = process.communicate()
        assert process.returncode == 0, err
    return out.strip()


@pytest.mark.skipif(sys.platform != "linux", reason="SoftHSM is where Debian has it")
def test_a_master_key_stays_in_a_hardware_module(tmp_path: Path, token: Pkcs11Key) -> None:
    home = home_in(
        tmp_path,
        "[regions.default.key]\n"
        f'provider = "pkcs11"\nmodule = "{SOFTHSM}"\ntoken = "vault"\nlabel = "eu"\n'
        'pin_variable = "CORDON_TEST_PIN"\n',
    )
    missing = in_a_process(home.path, "C1")
    assert missing.startswith("MasterKeyError the key eu of the token vault cannot be used")
    create = (
        "import sys\nfrom engine.privacy.hardware import HardwareMaster\n"
        "from engine.privacy.settings import Pkcs11Key\n"
        f"HardwareMaster(Pkcs11Key.model_validate({token.model_dump()!r})).create()"
    )
    in_a_process(program=create)
    assert in_a_process(home.path, "C1") == f"[('{LISTED}',)]"
    assert in_a_process(home.path) == f"[('{LISTED}',)]"
    wrong = in_a_process(home.path, CORDON_TEST_PIN="0000")
    assert wrong.startswith("MasterKeyError the key eu of the token vault cannot be used")
    assert "PinIncorrect" in wrong
    assert "0000" not in wrong
    other = home.config.read_text(encoding="utf-8").replace('"eu"', '"us"')
    home.config.write_text(other, encoding="utf-8")
    in_a_process(program=create.replace("'eu'", "'us'"))
    assert "is not the master key of the region default" in in_a_process(home.path)


def test_settings_of_a_region_name_its_key(tmp_path: Path) -> None:
    home = home_in(tmp_path, ENVIRONMENT)
    assert Region.of(home).key == EnvironmentKey(provider="environment", variable="CORDON_TEST_KEY")


@pytest.mark.parametrize("content", [None, '{"format":1}', '{"format":1,"keys":[],"named":{}}'])
def test_lost_or_damaged_keys_are_one_sentence(
    home: Home, capsys: pytest.CaptureFixture[str], content: str | None
) -> None:
    screen(home, subject_id="C1")
    forget()
    keys = Region.of(home).keys
    if content is None:
        shutil.rmtree(keys)
    else:
        (keys / "region.json").write_text(content)
    assert run(app, ["matches", "--home", str(home.path)]) == ExitCode.ERROR
    said = capsys.readouterr().err
    assert "restore it from a backup" in said
    assert "internal" not in said
