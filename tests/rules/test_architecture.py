"""Imports go one way (store knows no screen, the console no SQL), and a start imports no more than it must."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = sorted(path for room in ("store", "console", "themes") for path in (ROOT / room).rglob("*.py"))

ROOMS = (
    ("store.errors", "store.moments"),
    ("store.rules",),
    (
        "store.lines",
        "store.rows",
        "store.dashboard_rows",
        "store.case_rows",
        "store.contact_rows",
        "store.board_rows",
        "store.indicator_rows",
        "store.notice_rows",
        "store.report_rows",
        "store.address",
        "store.dialect",
        "store.keys",
        "store.tables",
    ),
    ("store.reader", "store.engine", "store.changes"),
    ("store.reads",),
    ("store.opening", "store.usage"),
    ("store.creation", "store.writes", "store.migrations"),
    ("store.imports", "store.demo", "store.gateway", "store.maintenance"),
    ("themes", "console.render"),
    ("console.widgets",),
    ("console",),
)
"""From the ground up: a room may import from its own row and from the rows above it, never from below."""

FORBIDDEN = {
    "store.rules": ("sqlalchemy", "sqlmodel", "psycopg", "sqlite3", "textual", "rich", "typer"),
    "store.reads": ("sqlalchemy", "sqlmodel", "textual", "rich", "typer"),
    "store.writes": ("sqlalchemy", "sqlmodel", "store.tables"),
    "store.usage": ("sqlalchemy", "sqlmodel", "store.tables"),
    "store.imports": ("sqlalchemy", "sqlmodel", "store.tables"),
    "store": ("textual", "rich", "typer", "humanize", "console", "themes"),
    "console.screens": ("sqlalchemy", "sqlmodel", "psycopg", "sqlite3"),
    "console.widgets": ("sqlalchemy", "sqlmodel", "psycopg", "sqlite3", "store.reads", "store.writes", "store.opening"),
    "console.render": ("sqlalchemy", "sqlmodel", "psycopg", "sqlite3", "store.reads", "store.writes", "store.opening"),
}


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def parsed(path: Path) -> ast.Module:
    """Return a file as Python reads it."""
    return ast.parse(path.read_text())


def imports_of(path: Path) -> set[str]:
    """Return every module a file imports, also inside functions, except for type checking only."""
    tree = parsed(path)
    skipped = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for inner in ast.walk(node)
    }
    found = set()
    for node in ast.walk(tree):
        if node in skipped:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def row_of(module: str) -> int | None:
    rows = [(len(room), number) for number, row in enumerate(ROOMS) for room in row if within(module, room)]
    return max(rows)[1] if rows else None


def within(module: str, room: str) -> bool:
    return module == room or module.startswith(room + ".")


def test_imports_go_one_way() -> None:
    wrong = [f"{module_of(path)} imports {imported}" for path in FILES for imported in wrong_imports(path)]
    assert not wrong, "\n".join(wrong)


def wrong_imports(path: Path) -> list[str]:
    """Return what a file imports from below it, and what its room may not know."""
    module = module_of(path)
    own, found = row_of(module), imports_of(path)
    banned = {name for room, names in FORBIDDEN.items() if within(module, room) for name in names}
    below = {imported for imported in found if own is not None and (row_of(imported) or 0) > own}
    return sorted(below | {imported for imported in found if any(within(imported, name) for name in banned)})


def test_the_console_holds_no_sql() -> None:
    begins = ("SELECT ", "INSERT INTO", "UPDATE TOKEN", "DELETE FROM")
    wrong = [
        f"{module_of(path)}: {node.value}"
        for path in FILES
        if within(module_of(path), "console")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.lstrip().upper().startswith(begins)
    ]
    assert not wrong, "\n".join(wrong)


def test_every_module_says_what_it_promises() -> None:
    assert [module_of(path) for path in FILES if not ast.get_docstring(parsed(path))] == []


def test_a_list_is_read_without_the_heavy_libraries() -> None:
    code = (
        "import sys, store.opening, store.reads.tokens, store.reads.audit, store.reads.usage, store.writes.orders\n"
        "heavy = {'sqlalchemy', 'sqlmodel', 'pydantic', 'psycopg', 'alembic', 'textual', 'rich'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_a_write_is_done_without_the_heavy_libraries() -> None:
    """To import them takes twice as long as all the rest of a revocation on the command line."""
    rooms = ("writes", "usage", "imports", "gateway")
    modules = [module_of(path) for path in FILES for room in rooms if within(module_of(path), f"store.{room}")]
    assert len(modules) > 100
    code = (
        f"import sys, store.engine, {', '.join(modules)}\n"
        "heavy = {'sqlalchemy', 'sqlmodel', 'alembic', 'textual', 'rich', 'store.tables'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_the_first_rows_need_no_other_rows_and_no_cryptography() -> None:
    code = (
        "import sys, store.opening, store.reads.tokens, console.actor, console.render.columns\n"
        "needless = {'store.rows', 'store.keys', 'store.rules.scopes', 'store.rules.secrets', 'hashlib', 'hmac'}\n"
        "assert not needless & set(sys.modules), needless & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_the_first_rows_define_no_dataclass_where_a_record_will_do() -> None:
    """Those that are made by the thousand stay dataclasses; so does what knows no store."""
    code = (
        "import sys, console.app, console.screens.placing, console.widgets.list_painting, store.opening, store.reads.operators\n"
        "kept = {'Moments', 'TokenLine', 'Variable'}\n"
        "made = [each for name, module in list(sys.modules.items()) if name.split('.')[0] in ('console', 'store', 'themes')\n"
        "        for each in vars(module).values() if isinstance(each, type) and each.__module__ == name\n"
        "        and '__dataclass_params__' in vars(each) and '_record' not in vars(each)]\n"
        "slow = {each.__name__ for each in made} - kept\n"
        "assert len(made) == len(kept) and not slow, slow"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
