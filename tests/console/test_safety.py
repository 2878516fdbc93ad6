"""The process, the terminal and the secrets are safe: environment, faults, leaving, and what is painted."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.app import ComposeResult
from textual.strip import Strip
from textual.widgets import Label

from console.safety.app import SafeApp
from console.safety.crash import EXIT_CODE, keep_report, report_of, reports_folder
from console.safety.environment import unsafe_variables
from console.safety.frame import Frame
from console.safety.leaving import Deadline, HangupWatch
from console.safety.terminal import TerminalFacts, terminal_facts

SECRET = "tkd_live_AAAAAAAAAAAA_0123456789abcdefghijklmnopqrstuvABCDEF"
DSN = "postgresql://keys:hunter2@db1/keys"


def test_variables_that_run_code_or_write_keys_are_removed() -> None:
    kept = {"TERM": "x", "NO_COLOR": "1", "TOKENDESK_STORE": "y", "PGPASSWORD": "z", "PYTHONUTF8": "1", "LANG": "C.UTF-8"}
    gone = dict.fromkeys(
        ("TEXTUAL_DRIVER", "TEXTUAL_LOG", "TEXTUAL_PRESS", "BROWSER", "PYTHONBREAKPOINT", "PYTHONINSPECT", "COLUMNS"), "1"
    )
    assert set(unsafe_variables(kept | gone)) == set(gone)


def test_start_safely_works_before_textual_is_imported_and_keeps_files_private(tmp_path: Path) -> None:
    program = (
        "from console.safety import start_safely; import os, resource, sys; start_safely();"
        f"open({str(tmp_path / 'made')!r}, 'w').close();"
        "print('textual' in sys.modules, 'TEXTUAL_DRIVER' in os.environ, resource.getrlimit(resource.RLIMIT_CORE)[0])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "TEXTUAL_DRIVER": "os:path"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.split() == ["False", "False", "0"]
    assert stat.S_IMODE((tmp_path / "made").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("environment", "is_terminal", "encoding", "facts"),
    [
        ({"TERM": "xterm-256color"}, True, "utf-8", TerminalFacts()),
        ({"TERM": "xterm", "NO_COLOR": "1"}, True, "UTF8", TerminalFacts(colour=False)),
        ({"TERM": "linux"}, True, "utf-8", TerminalFacts(glyphs=False)),
        ({"TERM": "xterm"}, True, "iso8859-1", TerminalFacts(glyphs=False, utf8=False)),
        ({"TERM": "xterm"}, True, "no-such-thing", TerminalFacts(glyphs=False, utf8=False)),
    ],
)
def test_a_terminal_is_judged_by_its_environment(
    environment: dict[str, str], is_terminal: bool, encoding: str, facts: TerminalFacts
) -> None:
    assert terminal_facts(environment, is_terminal=is_terminal, encoding=encoding) == facts


@pytest.mark.parametrize(("term", "is_terminal"), [("dumb", True), ("", True), ("xterm", False)])
def test_where_the_console_cannot_run_one_line_names_the_command_line(term: str, is_terminal: bool) -> None:
    refusal = terminal_facts({"TERM": term}, is_terminal=is_terminal, encoding="utf-8").refusal
    assert "tokendesk tokens list" in refusal
    assert "\n" not in refusal


def fault() -> Exception:
    """Return a fault with a secret, a passphrase and an address in its locals and messages, and with a cause."""
    secret, passphrase = SECRET, "correct horse"
    try:
        try:
            raise KeyError(f"{secret} {passphrase}")
        except KeyError as error:
            raise ValueError(f"cannot open {DSN} with {passphrase}") from error
    except ValueError as error:
        return error


def test_a_report_has_types_and_frames_of_the_whole_chain_and_no_values() -> None:
    report = report_of(ExceptionGroup("several", [fault()]))
    assert "builtins.ValueError" in report
    assert "builtins.KeyError" in report
    assert "tests/console/test_safety.py:" in report
    assert "in fault" in report
    for word in (SECRET, "hunter2", "correct horse", DSN):
        assert word not in report


def test_a_report_is_private_and_old_ones_are_thrown_away(tmp_path: Path) -> None:
    for _ in range(25):
        sentence = keep_report(fault(), tmp_path / "faults")
    path = Path(sentence.rsplit(" ", 1)[1])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert len(list(path.parent.iterdir())) == 20
    assert "ValueError at " in sentence
    assert DSN not in sentence


def test_a_report_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "could not be written" in keep_report(fault(), tmp_path / "file")


class Faulty(SafeApp):
    """Fails when told, with secrets all around."""

    def compose(self) -> ComposeResult:
        """Show something."""
        yield Label("hello")

    def fail(self) -> None:
        """Raise."""
        secret = SECRET
        raise ValueError(f"{DSN} {secret}")


async def test_a_fault_ends_the_app_with_70_and_prints_no_value(capfd: pytest.CaptureFixture[str]) -> None:
    app = Faulty()
    with pytest.raises(ValueError, match="postgresql"):  # noqa: PT012  the app is running, and failing, inside
        async with app.run_test() as pilot:
            app.call_later(app.fail)
            await pilot.pause()
    assert app.return_code == EXIT_CODE
    printed = "".join(capfd.readouterr())
    assert SECRET not in printed
    assert "hunter2" not in printed
    (report,) = reports_folder().iterdir()
    assert "Faulty.fail" in report.read_text()


async def test_an_error_that_can_draw_itself_is_not_drawn(capfd: pytest.CaptureFixture[str]) -> None:
    from textual.markup import MarkupError

    class Bad(SafeApp):
        def compose(self) -> ComposeResult:
            yield Label(f"[/{SECRET}]")

    app = Bad()
    with pytest.raises(MarkupError):
        async with app.run_test() as pilot:
            await pilot.pause()
    assert app.return_code == EXIT_CODE
    assert SECRET not in "".join(capfd.readouterr())


def test_what_hangs_while_leaving_is_ended_with_the_code_and_the_terminal_put_back() -> None:
    happened: list[object] = []
    ended = threading.Event()

    def end(code: int) -> None:
        happened.append(code)
        ended.set()

    deadline = Deadline(lambda: happened.append("restored"), end)
    deadline.start(143, 0.01)
    deadline.start(1, 0.01)
    assert ended.wait(10)
    assert happened == ["restored", 143]


def test_what_left_in_time_is_not_ended() -> None:
    happened: list[int] = []
    deadline = Deadline(lambda: None, happened.append)
    deadline.stop()
    deadline.start(1, 30)
    for thread in threading.enumerate():
        if thread.name == "deadline":
            thread.join(10)
    assert happened == []


def test_a_terminal_that_hangs_up_is_noticed_without_a_signal() -> None:
    ours, theirs = os.openpty()
    lost = threading.Event()
    HangupWatch(lost.set, theirs).start()
    assert not lost.wait(0.05)
    os.close(ours)
    assert lost.wait(10)
    os.close(theirs)


RED, BLUE = Style(color="red"), Style(color="blue")


def strip(*parts: tuple[str, Style]) -> Strip:
    """Return parts side by side."""
    return Strip([Segment(text, style) for text, style in parts])


def test_what_is_shown_already_is_not_sent_again() -> None:
    frame, line = Frame(), strip(("hello", RED))
    assert frame.differing(iter([(0, 0, line)])) == [(0, 0, line)]
    assert frame.differing(iter([(0, 0, strip(("hello", RED)))])) == []
    frame.forget()
    assert frame.differing(iter([(0, 0, line)])) == [(0, 0, line)]


def test_only_the_middle_that_differs_is_sent() -> None:
    frame = Frame()
    frame.differing(iter([(3, 1, strip(("name ", RED), ("old", BLUE), (" rest", RED)))]))
    ((x, y, sent),) = frame.differing(iter([(3, 1, strip(("name ", RED), ("new", BLUE), (" rest", RED)))]))
    assert (x, y, sent.text) == (8, 1, "new")


def test_beyond_ascii_the_rest_of_the_line_is_sent_as_well() -> None:
    frame = Frame()
    frame.differing(iter([(0, 0, strip(("株", RED), ("old", BLUE), (" rest", RED)))]))
    ((x, _, sent),) = frame.differing(iter([(0, 0, strip(("株", RED), ("new", BLUE), (" rest", RED)))]))
    assert (x, sent.text) == (0, "株new rest")


def test_a_part_of_a_line_leaves_the_rest_known() -> None:
    frame = Frame()
    frame.differing(iter([(0, 0, strip(("abcdef", RED)))]))
    assert [sent.text for _, _, sent in frame.differing(iter([(0, 0, strip(("abX", RED)))]))] == ["X"]
    assert frame.differing(iter([(0, 0, strip(("abX", RED), ("def", RED)))])) == []


def test_what_overlaps_is_forgotten_and_sent_anew() -> None:
    frame = Frame()
    frame.differing(iter([(0, 0, strip(("aaaa", RED))), (4, 0, strip(("bbbb", RED)))]))
    frame.differing(iter([(2, 0, strip(("cccc", RED)))]))
    assert len(frame.differing(iter([(0, 0, strip(("aaaa", RED))), (4, 0, strip(("bbbb", RED)))]))) == 2
