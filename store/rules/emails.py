"""E-mail addresses of the people in accounts: what one may be, and which one a notice goes to."""

from __future__ import annotations

import string

from store.errors import BadInput

MOST = 254
"""So many characters at most (RFC 5321)."""

CHARACTERS = f"{string.ascii_uppercase}{string.ascii_lowercase}{string.digits}.@!#$&*+-/=^_`{{|}}~"
"""What an address is made of; the database holds to it as well. No space, control character or line end, and nothing that
the header of a mail would take apart."""

_WRONG = "“{}” can't be used as an e-mail address."


def checked_email(text: str) -> str:
    """Return an address as it is kept, "" for none; raises BadInput.

    Spaces around it are left out; nothing else about it is changed.
    """
    email = text.strip(" ")
    if not email:
        return ""
    local, _, domain = email.partition("@")
    shown = "".join(one if one.isprintable() else "?" for one in email[:60])
    if len(email) > MOST:
        raise BadInput(_WRONG.format(shown + "…"), f"One has {MOST} characters at most; nothing was saved.")
    if email.count("@") != 1 or not local or not domain:
        raise BadInput(_WRONG.format(shown), "Write one such as mia@example.com, with one @; nothing was saved.")
    if set(email) - set(CHARACTERS):
        raise BadInput(_WRONG.format(shown), "It holds a space, or another character no plain address has; nothing was saved.")
    if not all(local.split(".")) or any(not part or part[0] == "-" or part[-1] == "-" for part in domain.split(".")):
        raise BadInput(_WRONG.format(shown), "A dot or a dash stands where none may; nothing was saved.")
    return email
