"""No text reaches a widget as a str, which Textual would read as markup: only as Content made from plain() text.

A customer's name such as `[@click=app.quit]hi[/]` would otherwise be an action, and `[/x]` a crash (security.md finding 2).
"""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = sorted(path for path in (ROOT / "console").rglob("*.py") if "cli" not in path.parts)

ALLOWED_WIDGETS = {"Static"}
"""Shown only with Content, which the check below holds it to."""

MARKUP_ATTRIBUTES = {"border_title", "border_subtitle", "tooltip", "loading"}
MARKUP_CALLS = {"notify", "from_markup"}


def problems(path: Path) -> list[str]:
    """Return what in a file could hand a str to a widget."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("textual.widgets"):
            found += [f"{line}: {alias.name}" for alias in node.names if alias.name not in ALLOWED_WIDGETS]
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found += [f"{line}: {t.attr}" for t in targets if isinstance(t, ast.Attribute) and t.attr in MARKUP_ATTRIBUTES]
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            texts = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg in {"content", "renderable"})]
            if name in MARKUP_CALLS:
                found.append(f"{line}: {name}()")
            if name in ALLOWED_WIDGETS and any(_may_be_str(text) for text in texts):
                found.append(f"{line}: {name}(str)")
    return found


def _may_be_str(node: ast.expr) -> bool:
    """Say whether an argument is anything but a call that makes Content."""
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        return name not in {"words", "line_of", "lines_of", "Content", "styled", "assemble"}
    return True


def test_no_str_is_handed_to_a_widget() -> None:
    wrong = [f"{path.relative_to(ROOT)}:{problem}" for path in FILES for problem in problems(path)]
    assert not wrong, "\n".join(wrong)


def test_the_check_finds_what_it_looks_for(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text(
        "from textual.widgets import Label, Static\n"
        "def f(self, row):\n"
        "    self.border_title = row.name\n"
        "    self.notify(row.name)\n"
        "    yield Static(row.name)\n"
        "    yield Static(f'{row.name}')\n"
        "    yield Static(words(row.name))\n"
    )
    assert sorted(problems(bad)) == ["1: Label", "3: border_title", "4: notify()", "5: Static(str)", "6: Static(str)"]
