"""What the command line costs and says before it opens a store."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import run, run_process

HEAVY = "{'sqlalchemy', 'sqlmodel', 'psycopg', 'alembic', 'textual', 'rich', 'sqlite3', 'store.opening'}"


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["tokens", "list", "--help"], ["tokens", "lits"]], ids=" ".join)
def test_help_and_version_import_no_heavy_library(arguments: list[str]) -> None:
    code = (
        "import sys; from console.__main__ import main\n"
        f"main({arguments!r})\n"
        f"heavy = {HEAVY} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    ran = run_process(code=code)
    assert ran.code == 0, ran.err


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("tokendesk tokens list --view un", {"unused-90d", "unused-180d", "unrotated-90d", "unrotated-180d"}),
        ("tokendesk tokens list --sort us", {"used"}),
        ("tokendesk tokens rotate X --overlap 7", {"72h", "7d"}),
        ("tokendesk import usage --format com", {"combined"}),
        ("tokendesk import tokens --format aws", {"aws-csv"}),
        ("tokendesk audit list --action rev", {"review", "revoke"}),
        ("tokendesk operators add dana --role on", {"on-call"}),
        ("tokendesk tok", {"tokens"}),
        ("tokendesk --theme high", {"high-contrast-dark", "high-contrast-light"}),
        ("tokendesk tokens list --profile pro", {"production"}),
    ],
)
def test_the_shell_completes_names_without_opening_a_store(own_home: Path, words: str, offered: set[str]) -> None:
    (own_home / "config" / "tokendesk").mkdir()
    (own_home / "config" / "tokendesk" / "config.toml").write_text("[profiles.production]\n[profiles.staging]\n")
    parts = words.split(" ")
    code = (
        "import atexit, sys\n"
        f"heavy = {HEAVY} - {{'sqlite3'}}\n"
        "@atexit.register\n"
        "def look() -> None: print('heavy', sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
        "from console.__main__ import main\n"
        "sys.exit(main([]))"
    )
    ran = run_process(code=code, _TOKENDESK_COMPLETE="complete_bash", COMP_WORDS=words, COMP_CWORD=str(len(parts) - 1))
    assert set(ran.out.split()) == offered
    assert "heavy []" in ran.err, ran.err


def test_help_lists_the_commands_of_the_interface_in_order() -> None:
    words = [line.split()[0] for line in run("--help").lines if line.startswith("  ") and line.strip()]
    named = [
        word for word in words if word in {"tokens", "views", "import", "audit", "store", "operators", "config", "demo", "doctor"}
    ]
    assert named == ["tokens", "views", "import", "audit", "store", "operators", "config", "demo", "doctor"]


COMMANDS = [
    *(
        f"tokens {verb}"
        for verb in ("list", "show", "card", "issue", "rotate", "suspend", "resume", "revoke", "rename", "expire", "reown")
    ),
    *(
        "import tokens",
        "import usage",
        "audit list",
        "audit verify",
        "audit export",
        "audit checkpoint",
        "audit verifier",
        "operators add",
        "operators list",
    ),
    *("store init", "store upgrade", "store info", "store check", "views", "config", "demo", "doctor"),
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_teaches_by_an_example_of_itself(command: str) -> None:
    ran = run(*command.split(), "--help")
    assert ran.code == 0
    assert "\x1b" not in ran.out
    examples = ran.out.partition("Example")[2]
    assert f"tokendesk {command}" in examples
    assert all(len(line) <= 160 for line in ran.lines)


def test_every_list_and_record_command_offers_json() -> None:
    for command in (
        "tokens list",
        "tokens show",
        "views",
        "audit list",
        "audit verify",
        "operators list",
        "store info",
        "config",
        "doctor",
    ):
        assert "--json" in run(*command.split(), "--help").out, command


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["tokens", "lits"], "list"),
        (["tokens", "list", "--fitler", "x"], "--filter"),
        (["tokns"], "tokens"),
    ],
)
def test_a_slip_of_the_pen_is_bad_usage_and_names_what_was_meant(arguments: list[str], named: str) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert named in ran.err
    assert len(ran.err.splitlines()) == 1


def test_without_a_terminal_the_console_names_a_command_instead() -> None:
    ran = run_process()
    assert (ran.code, ran.out) == (2, "")
    assert "tokendesk tokens list" in ran.err
    assert len(ran.err.splitlines()) == 1


def test_the_environment_runs_no_code_and_files_are_private() -> None:
    code = (
        "import os, sys\n"
        "from console.__main__ import main\n"
        "sys.argv = ['tokendesk', '--version']\n"
        "main()\n"
        "assert 'BROWSER' not in os.environ and os.umask(0) == 0o077"
    )
    assert run_process(code=code, BROWSER="/bin/false").code == 0


def test_output_that_nobody_reads_any_more_ends_quietly() -> None:
    code = (
        "import os, sys\n"
        "from console.__main__ import main\n"
        "read, write = os.pipe()\n"
        "os.close(read)\n"
        "os.dup2(write, 1)\n"
        "code = main(['views', '--json'])\n"
        "sys.exit(0 if code == 141 else 99)"
    )
    ran = run_process(code=code)
    assert (ran.code, ran.err) == (0, "")


def test_a_fault_of_ours_says_where_and_nothing_else(monkeypatch: pytest.MonkeyPatch, own_home: Path) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("Shady Customer Ltd")

    monkeypatch.setattr("console.cli.output.print_table", broken)
    ran = run("views")
    assert (ran.code, ran.out) == (70, "")
    [report] = (own_home / "state").rglob("fault-*.txt")
    assert str(report) in ran.err
    assert "Shady" not in ran.err + report.read_text()
    assert "console/cli/views.py" in report.read_text()


def test_a_terminal_that_can_not_show_a_letter_gets_it_spelt_out(tmp_path: Path) -> None:
    code = "from console.__main__ import main; from console.cli.output import show; main(['--version']); show('Łódź')"
    assert "\\u0141\\xf3d" in run_process(code=code, PYTHONIOENCODING="ascii").out
