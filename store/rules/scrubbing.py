"""What is taken out of text before anybody sees it: secrets of ours and of others, and everything behind a question mark.

Gateways and logs do so before anything is kept; the debug dashboard does it once more with what it reads.
"""

from __future__ import annotations

import re

HIDDEN = "***"
_OURS = re.compile(r"([a-z0-9]{2,12}_(?:live|test)_[0-9A-Za-z]{1,12})_[0-9A-Za-z]+")
_SCHEME = re.compile(r"\b(bearer|basic|token|apikey|api_key|password|secret)([ =:]+)[^\s&;,]{6,}", re.IGNORECASE)
_OTHERS = re.compile(r"\b(?:gh[pousr]_|github_pat_|glpat-|[sr]k_live_|[sr]k_test_|xox[abprs]-|AKIA|eyJ)[0-9A-Za-z_.\-/+=]{8,}")


def scrubbed(text: str) -> str:
    """Return a text without secrets: our tokens keep their public part, everything else is hidden whole."""
    path, question, _ = text.partition("?")
    text = f"{path}?…" if question and "/" in path else text
    text = _OTHERS.sub(HIDDEN, _OURS.sub(rf"\1_{HIDDEN}", text))
    return _SCHEME.sub(rf"\1\2{HIDDEN}", text)
