"""By what a token is known at sight: all that a list or a filter has to know of secrets, and no cryptography."""

from __future__ import annotations

import re

ENVIRONMENTS = ("live", "test")
FORM = re.compile(r"(?P<brand>[a-z0-9]{2,12})_(?P<env>live|test)_(?P<id>[0-9A-Za-z]{12})_(?P<rest>[0-9A-Za-z]{38})")


def holds_token(text: str) -> bool:
    """Say whether `text` contains something of our form, also where spaces, quotes or line ends were put into it."""
    return looks_like_token(text) or looks_like_token(re.sub(r"[\s\"\\]", "", text))


def looks_like_token(text: str) -> bool:
    """Say whether `text` contains something of our form: such a thing must not be an argument, a filter or a name."""
    return FORM.search(text) is not None
