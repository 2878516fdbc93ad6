"""A leak is practised as a newcomer does it: the real command, a real gateway, a caller that never stops, and real steps."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store.address import Address
from store.opening import Store
from store.reads.indicators import indicators
from store.reads.proofs import recent_proofs
from store.reads.verify import verify
from store.rules.proof import ProofVerdict
from tests.command_line import ROOT, url
from tests.databases import new_database
from tests.gateway.running import until

PATIENCE_S = 180.0
TOKEN = re.compile(r"tkd_live_[0-9A-Za-z]{12}_[0-9A-Za-z]{38}")


class Running:
    """A drill that runs; `said` and `out` are the lines it has written so far."""

    def __init__(self, temporary: Path, *options: str) -> None:
        temporary.mkdir()
        self.temporary = temporary
        self.process = subprocess.Popen(
            [sys.executable, "-m", "console", "drill", "leak", *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "TMPDIR": str(temporary)},
        )
        self.out: list[str] = []
        self.said: list[str] = []
        self._readers = [
            threading.Thread(target=lines.extend, args=(stream,), daemon=True)
            for lines, stream in ((self.out, self.process.stdout), (self.said, self.process.stderr))
            if stream is not None
        ]
        for reader in self._readers:
            reader.start()

    @property
    def shown(self) -> str:
        """Return what it has written to both."""
        return "".join([*self.out, *self.said])

    @property
    def folder(self) -> Path:
        """Return the folder it made."""
        [folder] = self.temporary.iterdir()
        return folder

    def waits_for(self, words: str) -> None:
        """Wait until it shows these words; fails when it ends without."""

        def known() -> bool:
            assert self.process.poll() is None or words in self.shown, self.shown
            return words in self.shown

        until(known, patience_s=PATIENCE_S)

    def ends(self) -> int:
        """Wait for its end and return the exit code."""
        code = self.process.wait(PATIENCE_S)
        for reader in self._readers:
            reader.join(PATIENCE_S)
        return code


@contextmanager
def drill(tmp_path: Path, *options: str) -> Iterator[Running]:
    """Run a drill for the time of a block."""
    one = Running(tmp_path / "drills", *options)
    try:
        yield one
    finally:
        if one.process.poll() is None:
            one.process.terminate()
        one.ends()
        for stream in (one.process.stdout, one.process.stderr):
            assert stream is not None
            stream.close()


def running_in(folder: Path) -> list[str]:
    """Return the command lines of all processes that name something in a folder, or have it in their environment."""
    return list(processes(folder).values())


def processes(folder: Path) -> dict[int, str]:
    """Return the same by the number of the process."""
    found = {}
    for one in Path("/proc").glob("[0-9]*"):
        try:
            command = (one / "cmdline").read_bytes()
            told = command + (one / "environ").read_bytes()
        except OSError:
            continue
        if int(one.name) != os.getpid() and str(folder).encode() in told:
            found[int(one.name)] = command.replace(b"\0", b" ").decode(errors="replace")
    return found


@pytest.fixture
def place(database: str, request: pytest.FixtureRequest) -> Iterator[Address | None]:
    """Return an empty database for the drill to play in; None: it makes a file of its own."""
    if database == "sqlite":
        yield None
        return
    with new_database(request.getfixturevalue("postgres")) as made:
        yield made


def test_a_drill_plays_itself_to_the_proof_and_no_secret_is_anywhere_but_in_the_leaked_text(
    place: Address | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = () if place is None else ("--database", url(place))
    with drill(tmp_path, "--auto", "--json", "--keep", *where) as one:
        one.waits_for("1/6")
        alive = running_in(one.temporary)
        assert len(alive) == 2, "the drill and its gateway"
        assert one.ends() == 0, one.shown
        assert running_in(one.temporary) == []
        record, folder = json.loads("".join(one.out)), one.folder
    [secret] = TOKEN.findall((folder / "build.log").read_text())
    assert [step["step"] for step in record["steps"]] == ["find", "suspend", "revoke", "refused", "proof", "close"]
    assert (record["passed"], record["verdict"], record["missed"]) == (True, "verified", None)
    assert record["proof"]["verdict"] == "pass"
    assert record["proof"]["first_refused_reason"] in ("REVOKED", "SUSPENDED"), "a call may come while the revocation is written"
    assert 0 <= record["proof"]["seconds"] < 60
    assert [one["outcome"] for one in record["answers"]] == ["VALID", "SUSPENDED", "REVOKED"]
    assert sum(one["calls"] for one in record["answers"][1:]) == record["calls_refused"]
    assert record["last_accepted"] < record["first_refused"]
    assert {one["state"] for one in record["case_steps"]} == {"done"}
    assert record["discovery_to_revocation_s"] > 0
    assert "This token was leaked: call us." in "".join(one.said)
    kept = [path for path in folder.rglob("*") if path.is_file() and path.name != "build.log"]
    assert {"gateway.log", "practise", "key"} <= {path.name for path in kept}
    for text in (one.shown.encode(), *(path.read_bytes() for path in kept), *(command.encode() for command in alive)):
        assert secret.encode() not in text
        assert secret[22:].encode() not in text
    assert {path.stat().st_mode & 0o077 for path in (folder, *kept)} == {0}
    monkeypatch.setenv("TOKENDESK_KEY_FILE", str(folder / "key"))
    store = Store(place or Address(path=folder / "drill.db"))
    with store.reading() as reader:
        assert verify(reader).whole
        rows = reader.rows("SELECT action FROM audit WHERE case_id = 'DRILL-1' ORDER BY seq")
        now = datetime.now(UTC)
        proofs = {tuple(one.key): one.verdict for one in recent_proofs(reader, now - timedelta(minutes=30), now, 50)}
        today = indicators(reader, now, "24h")
    store.close()
    assert proofs[record["account"], record["token"]] is ProofVerdict.PASS
    assert today.named("M6").samples >= 1, "A8: the revocation is counted"
    assert today.named("M10").value == 1, "A9: so is the leak"
    did = [row[0] for row in rows]
    assert [action for action in did if action not in ("case", "look-up")] == ["expose", "suspend", "revoke"]


def test_a_person_practises_with_what_the_drill_says_to_type(tmp_path: Path) -> None:
    with drill(tmp_path, "--patience", "60", "--json") as one:

        def type_what_is_shown(number: int) -> None:
            """Type the lines shown for a step, in a shell that read what the drill told it to; --yes is said for a terminal."""
            one.waits_for(f"{number}/6 ")
            until(lambda: bool(commands_of(one, number)), patience_s=PATIENCE_S)
            for line in commands_of(one, number):
                yes = " --yes" if re.search(r"tokens (suspend|revoke)", line) else ""
                program = f'tokendesk() {{ {sys.executable} -m console "$@"; }}\n. {one.folder}/practise\n{line}{yes}'
                done = subprocess.run(["bash", "-c", program], capture_output=True, text=True, cwd=ROOT, timeout=60)
                assert done.returncode == (2 if "triage" in line else 0), done

        for number, told in (
            (1, "verified: the secret is right, and the token works"),
            (2, "“This token was leaked: call us.”"),
            (3, "nobody can undo that"),
        ):
            type_what_is_shown(number)
            one.waits_for(told)
        one.waits_for("pass (< 60 s)")
        type_what_is_shown(6)
        assert one.ends() == 0, one.shown
        record = json.loads("".join(one.out))
        assert record["passed"]
        assert {step["state"] for step in record["case_steps"]} == {"done"}
        assert list(one.temporary.iterdir()) == []
        assert running_in(one.temporary) == []


def commands_of(one: Running, number: int) -> list[str]:
    """Return what a drill says to type for a step, one command each, once all of it is shown."""
    shown = "".join(one.said).partition(f"{number}/6 ")[2]
    told, found, _ = shown.partition("or in the console")
    text = "\n".join(line.strip() for line in told.splitlines()[1:]).replace("\\\n", " ")
    return [line for line in text.splitlines() if line.startswith("tokendesk ")] if found else []


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (signal.SIGINT, 130),
        pytest.param(signal.SIGTERM, 143, marks=pytest.mark.slow),
        pytest.param(signal.SIGHUP, 129, marks=pytest.mark.slow),
    ],
)
def test_a_drill_that_is_stopped_leaves_nothing_behind(tmp_path: Path, number: signal.Signals, code: int) -> None:
    with drill(tmp_path) as one:
        one.waits_for("or in the console")
        assert len(running_in(one.temporary)) == 2, "the drill and its gateway"
        one.process.send_signal(number)
        assert one.ends() == code
        assert "The drill was stopped; nothing of it is left running." in "".join(one.said)
        assert (running_in(one.temporary), list(one.temporary.iterdir())) == ([], [])


@pytest.mark.slow
def test_a_drill_stopped_while_it_builds_its_store_leaves_nothing_behind(tmp_path: Path) -> None:
    with drill(tmp_path) as one:
        until(lambda: any(one.temporary.rglob("*.building")), patience_s=PATIENCE_S)
        one.process.send_signal(signal.SIGINT)
        assert one.ends() == 130
        assert list(one.temporary.iterdir()) == []


def test_a_drill_nobody_plays_is_not_passed(tmp_path: Path) -> None:
    with drill(tmp_path, "--patience", "1", "--json") as one:
        assert one.ends() == 1
        record = json.loads("".join(one.out))
        assert (record["passed"], record["missed"], record["steps"], record["proof"]) == (False, "find", [], None)
        assert record["calls_accepted"] > 0
        assert "NOT PASSED" in "".join(one.said)
        assert list(one.temporary.iterdir()) == []


@pytest.mark.slow
def test_a_gateway_that_dies_ends_the_drill_with_a_word(tmp_path: Path) -> None:
    with drill(tmp_path) as one:
        one.waits_for("or in the console")
        [gateway] = [number for number, command in processes(one.temporary).items() if "gateway serve" in command]
        os.kill(gateway, signal.SIGKILL)
        assert one.ends() == 1
        assert "The gateway has ended before the drill did." in "".join(one.said)
        assert list(one.temporary.iterdir()) == []
