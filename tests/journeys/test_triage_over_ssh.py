"""Scenario A9 through a real SSH session: a forced command takes the dump on standard input, and no argument of the client."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from store.opening import Store
from store.reads.exposures import exposures_in_case
from tests.command_line import ROOT, url
from tests.journeys.test_triage_scenarios import dump, store  # noqa: F401  (fixtures)
from tests.scenario import key_of, secret_of

SSHD = Path("/usr/sbin/sshd")
WAIT_S = 20.0

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.getuid() != 0 or not SSHD.exists() or shutil.which("ssh") is None, reason="needs sshd, ssh and root"),
]


@dataclass(frozen=True, slots=True)
class Bastion:
    """An SSH server on this machine whose only command is `tokendesk triage`."""

    folder: Path
    port: int

    def may(self, command: str) -> None:
        """Say what the one key that is known may run, whatever its holder asks for."""
        public = (self.folder / "client.pub").read_text()
        (self.folder / "authorized_keys").write_text(f'restrict,command="{command}" {public}')

    def triage(self, text: Path) -> subprocess.CompletedProcess[str]:
        """Send a text to it, asking for something else than what is forced."""
        options = ("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR", "IdentitiesOnly=yes")
        flags = [part for one in options for part in ("-o", one)]
        ask = ["ssh", "-T", "-F", "none", "-i", str(self.folder / "client"), "-p", str(self.port), *flags, "root@127.0.0.1"]
        with text.open("rb") as stream:
            return subprocess.run(
                [*ask, "cat /etc/passwd"], stdin=stream, capture_output=True, text=True, check=False, timeout=60
            )


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def bastion(tmp_path: Path) -> Iterator[Bastion]:
    """A running server with one known key."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    for name in ("host", "client"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / name], check=True)
    Path("/run/sshd").mkdir(parents=True, exist_ok=True)
    lines = (
        f"Port {port}", "ListenAddress 127.0.0.1", f"HostKey {tmp_path}/host", f"AuthorizedKeysFile {tmp_path}/authorized_keys",
        "PidFile none", "UsePAM no", "PasswordAuthentication no", "StrictModes no", "AllowTcpForwarding no",
        "PermitRootLogin forced-commands-only", "ExposeAuthInfo yes",
    )  # fmt: skip
    (tmp_path / "sshd.conf").write_text("\n".join(lines) + "\n")
    server = subprocess.Popen([SSHD, "-D", "-f", tmp_path / "sshd.conf", "-E", tmp_path / "sshd.log"])
    try:
        until = time.monotonic() + WAIT_S
        while not listens(port):
            assert server.poll() is None, (tmp_path / "sshd.log").read_text()
            assert time.monotonic() < until
        yield Bastion(tmp_path, port)
    finally:
        server.terminate()
        server.wait(timeout=10)


def test_a9_a_dump_sent_over_ssh_is_told_apart_recorded_and_ended(
    store: Store,  # noqa: F811
    dump: Path,  # noqa: F811
    bastion: Bastion,
) -> None:
    home = os.environ
    kept = " ".join(
        f"{name}={home[name]}" for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME") if name in home
    )
    program = f"cd {ROOT} && env {kept} {sys.executable} -m console triage --store '{url(store.address)}' --case INC-204"
    bastion.may(program)
    before = time.monotonic()
    looked = bastion.triage(dump)
    took = time.monotonic() - before
    assert looked.returncode == 2, looked
    assert (
        "1 live and verified, 1 with a real id but no right secret, 1 a damaged copy, 1 already dead, 1 not ours" in looked.stdout
    )
    assert "1 more are repetitions of these." in looked.stdout
    assert "Nothing was revoked." in looked.stdout
    bastion.may(f"{program} --revoke verified --confirm 1")
    before = time.monotonic()
    ended = bastion.triage(dump)
    took = min(took, time.monotonic() - before)
    assert ended.returncode == 0, ended
    said = looked.stdout + looked.stderr + ended.stdout + ended.stderr + (bastion.folder / "sshd.log").read_text()
    for short in ("T01", "T02", "T08", "T13"):
        assert secret_of(short).reveal()[22:] not in said
    with store.reading() as reader:
        revoked = {row[0] for row in reader.rows("SELECT id FROM token WHERE revoked_at IS NOT NULL")}
        assert revoked == {key_of("T08")[1], key_of("T13")[1]}
        found = [row for row in exposures_in_case(reader, "INC-204") if row.key == key_of("T08")]
        assert [(row.source, row.place) for row in found] == [("standard input", "line 40"), ("standard input", "line 4900")]
        peer = reader.value("SELECT peer FROM audit_private WHERE peer <> '' LIMIT 1")
        assert peer == "127.0.0.1"
    assert took < 5, "the quicker of the two, as the machine may be busy with something else; last, so that all else is known"
