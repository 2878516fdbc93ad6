"""A sentence that several screens say has one author: two would come to say different things."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

AUTHORS = {
    r"def (short_)?proof_words": "console/render/proof_words.py",
    r"not proven: no call since": "console/render/proof_words.py",
    r"No other live token of .* holds the same scopes": "console/render/blast.py",
    r"It is the last live token of": "console/render/blast.py",
}
"""Patterns, and the one file that may hold them."""


@pytest.mark.parametrize("pattern", AUTHORS)
def test_a_sentence_has_one_author(pattern: str) -> None:
    found = {str(path.relative_to(ROOT)) for path in (ROOT / "console").rglob("*.py") if re.search(pattern, path.read_text())}
    assert found == {AUTHORS[pattern]}


def test_the_form_of_a_view_reads_its_filter_in_one_place() -> None:
    assert len(re.findall(r"\bparse\(", (ROOT / "console/screens/view_form.py").read_text())) == 1
