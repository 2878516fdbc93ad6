"""An e-mail address is kept as it is, or refused: what is kept can be the header of a mail whatever somebody typed."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP

import pytest

from store.errors import BadInput
from store.rules.emails import CHARACTERS, MOST, checked_email
from store.rules.notices import Recipient, is_address


@pytest.mark.parametrize("text", [
    "mia@acme.example", " mia@acme.example ", "mia+tokens@acme.example", "Mia.S-1_2@mail.acme.example", "a@b",
    "x" * 245 + "@b.exampl",
])  # fmt: skip
def test_a_plain_address_is_kept_without_the_spaces_around_it(text: str) -> None:
    assert checked_email(text) == text.strip()
    assert is_address(checked_email(text))


@pytest.mark.parametrize("text", ["", "  "])
def test_nothing_is_no_address(text: str) -> None:
    assert checked_email(text) == ""


@pytest.mark.parametrize("text", [
    "mia", "@acme.example", "mia@", "mia@acme@example", "mia @acme.example", "mia@acme.example\r\nBcc: all@x.example",
    "mia@acme.example\n", "\tmia@acme.example", "mia@ac\x00me.example", "mia@acme.example, x@y.example", "<mia@acme.example>",
    "Mia <mia@acme.example>", '"mia"@acme.example', "míá@acme.example", "mia@acmé.example", "mia@acme..example", "mia@.example",
    "mia@-acme.example", "mia@acme.example.", ".mia@acme.example", "mia.@acme.example", "mia@acme\u2028.example",
    "mia@acme.example\x1b[2J", "x" * 246 + "@b.exampl", "mia%x@acme.example", "mia@[192.0.2.1]",
])  # fmt: skip
def test_anything_else_is_refused_and_repeated_without_its_controls(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        checked_email(text)
    assert str(refused.value).isprintable()


def test_every_character_an_address_may_have_stays_one_word_of_one_header() -> None:
    plain = CHARACTERS.replace("@", "").replace(".", "")
    for number in range(0, len(plain), 60):
        address = checked_email(f"a{plain[number : number + 60]}b@acme.example")
        assert is_address(address)
        mail = EmailMessage(policy=SMTP)
        mail["To"] = address
        assert mail["To"].addresses[0].addr_spec == address
        assert len(mail["To"].addresses) == 1
    assert len(CHARACTERS) == len(set(CHARACTERS))


def test_the_address_on_record_comes_before_what_merely_looks_like_one() -> None:
    assert Recipient("mia@old.example", "Mia", email="mia@acme.example").address == "mia@acme.example"
    assert Recipient("mia@old.example", "Mia").address == "mia@old.example"
    assert Recipient("mia", "Mia").address == ""
    assert MOST == 254
