"""The scenarios A3 and A4, and a newcomer's two minutes: tokens issued by keyboard, down to the rows, on both databases."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from console.screens.detail import DetailScreen
from console.screens.issue import IssueScreen
from console.screens.secret import SecretScreen
from console.screens.tokens import TokensScreen
from store.opening import Store
from store.reads.check import check
from store.reads.tokens import Question, page
from store.rows import TokenRow
from store.rules.scopes import Tier
from store.rules.secrets import Secret
from store.rules.usage import Outcome
from tests.at_console import Hand, at_console
from tests.conftest import NOW
from tests.scenario import fill_scenario

WHOLE = re.compile(r"tkd_live_[0-9A-Za-z]{12}_[0-9A-Za-z]{38}")


@pytest.fixture
def store(demo_store: Store) -> Store:
    """The scenarios' store; its clock stands at NOW."""
    fill_scenario(demo_store)
    return demo_store


def tokens_named(store: Store, name: str) -> list[TokenRow]:
    """Return the whole tokens of a name."""
    from store.reads.tokens import token

    with store.reading() as reader:
        found = page(reader, Question(filter=f'name="{name}"'), NOW, 10).rows
        rows = [token(reader, line.key, NOW) for line in found]
    return [row for row in rows if row is not None]


def everything(store: Store) -> str:
    """Return every value of every column of every table, in text and in hex: what a dump of the database would hold."""
    with store.reading() as reader:
        tables = ("account", "member", "token", "audit", "scope", "scope_pair", "policy", "operator")
        return "\n".join(repr(tuple(row)) for table in tables for row in reader.rows(f"SELECT * FROM {table}"))


async def issue_form(hand: Hand) -> IssueScreen:
    """Open the form from the token list."""
    await hand.press("n")
    await hand.until(lambda: isinstance(hand.app.screen, IssueScreen) and hand.desktop.dialog is not None, "the form")
    await hand.until_shown("Bolt")
    screen = hand.app.screen
    assert isinstance(screen, IssueScreen)
    return screen


async def choose_account(hand: Hand, text: str, name: str) -> None:
    await hand.type(text)
    await hand.until(lambda: len(re.findall(r"\d live", hand.pane("page"))) == 1, name)
    await hand.press("enter")
    await hand.until_shown(f"Account      {name}")


async def fill(hand: Hand, name: str, *scopes: str) -> None:
    """Fill in a token of BOLT, whose only active member is leo, up to its scopes; the cursor stays in them."""
    await choose_account(hand, "bolt", "Bolt")
    await hand.until_shown("Leo")
    await hand.type(name)
    await hand.press("enter")
    await hand.until_shown("▌Scopes")
    for scope in scopes:
        await hand.type(scope)
        await hand.press("enter")


async def secret_shown(hand: Hand) -> Secret:
    await hand.until(lambda: isinstance(hand.app.screen, SecretScreen) and WHOLE.search(hand.screen()), "the secret")
    [text] = WHOLE.findall(hand.screen())
    return Secret(text)


async def test_a3_a_token_is_reviewed_then_made_and_its_secret_shown_once(store: Store) -> None:
    before = everything(store)
    async with at_console(store) as hand:
        form = await issue_form(hand)
        await fill(hand, "nightly export", "orders.read")
        await hand.press("tab", "tab", "right")
        await hand.until_shown("Expires on 14 June 2026, in 90 days")
        await hand.press("enter")
        await hand.until_shown("Look it over")
        review = " ".join(hand.pane("page").replace("│", " ").split())
        for fact in (
            "Account Bolt BOLT",
            "Name nightly export",
            "Owner Leo leo",
            "Environment live",
            "Access read-only",
            "orders.read can read orders cannot change, refund or delete one",
            "Expires on 14 June 2026, in 90 days",
            "for our staff",
        ):
            assert fact in review, fact
        assert not WHOLE.search(hand.screen())
        assert tokens_named(store, "nightly export") == []
        assert everything(store) == before
        await hand.press("enter")
        await hand.until_shown("Issue this token?")
        assert tokens_named(store, "nightly export") == []
        await hand.answer()
        secret = await secret_shown(hand)
        assert form._issued is not None
        assert form._issued.token.reveal() == ""
        await hand.press("escape")
        await hand.until(lambda: isinstance(hand.app.screen, DetailScreen), "its page")
        await hand.until_shown(f"ends in …{secret.reveal()[-4:]}")
        assert secret.reveal()[-12:] not in hand.screen()
        [row] = tokens_named(store, "nightly export")
        assert (row.account_id, row.owner, row.environment, row.tier) == ("BOLT", "leo", "live", Tier.READ_ONLY)
        assert row.scopes == ("orders.read",)
        assert row.expires_at == NOW + timedelta(days=90)
        line = next(one for one in hand.audit(row.key) if one.action == "issue")
        assert (line.token_name, line.scopes) == ("nightly export", ("orders.read",))
        await hand.press("escape")
        await hand.until(lambda: isinstance(hand.app.screen, TokensScreen), "the list")
        await hand.press("right_square_bracket", "left_square_bracket")
        assert not WHOLE.search(hand.screen())
    with store.reading() as reader:
        assert check(reader, secret, NOW, store.mint()).outcome is Outcome.VALID
    assert_nowhere(store, secret)


def assert_nowhere(store: Store, secret: Secret) -> None:
    """Fail when the secret's own part is anywhere in the database: in its rows, or in the bytes of its files."""
    kept = secret.reveal().rpartition("_")[2]
    dump = everything(store)
    assert kept[-4:] in dump
    for part in (secret.reveal(), kept, kept[:12], kept[-12:]):
        assert part not in dump
        if store.address.path is not None:
            for file in store.address.path.parent.iterdir():
                assert part.encode() not in file.read_bytes(), file.name


async def test_a4_a_risky_pair_is_named_and_can_be_split_into_two_tokens(store: Store) -> None:
    async with at_console(store) as hand:
        await issue_form(hand)
        await fill(hand, "money bot", "refunds.create", "billing.export")
        assert "refunds.create and billing.export are risky together" in " ".join(hand.pane("page").replace("│", " ").split())
        await hand.press("enter")
        await hand.until_shown("Should one token hold both?")
        asked = " ".join(hand.pane("page").replace("│", " ").split())
        assert "Risky together: refunds.create and billing.export" in asked
        assert "s split it into two tokens" in asked
        await hand.press("enter", "space", "n")
        await hand.pilot.pause()
        assert tokens_named(store, "money bot") == []
        await hand.press("s")
        hand.watch.wait(0.1)
        await hand.until_shown("The first of two tokens")
        for name, scope in (("money bot", "refunds.create"), ("money bot (billing.export)", "billing.export")):
            await hand.until_shown(name)
            await hand.until_shown("Leo")
            await hand.press("enter")
            await hand.until_shown("Look it over")
            await hand.press("enter")
            await hand.until_shown("Issue this token?")
            await hand.answer()
            await secret_shown(hand)
            await hand.press("escape")
            [row] = tokens_named(store, name)
            assert row.scopes == (scope,)
            assert not row.broad


async def test_a4_one_token_may_hold_both_once_that_was_said(store: Store) -> None:
    async with at_console(store) as hand:
        await issue_form(hand)
        await fill(hand, "money bot", "refunds.create", "billing.export")
        await hand.press("enter")
        await hand.until_shown("Should one token hold both?")
        await hand.answer("b")
        await hand.until_shown("Look it over")
        assert "Risky pair" in hand.screen()
        await hand.press("enter")
        await hand.until_shown("Issue this token?")
        await hand.answer()
        await secret_shown(hand)
        [row] = tokens_named(store, "money bot")
        assert row.scopes == ("billing.export", "refunds.create")
        assert row.broad


async def test_a4_an_admin_token_without_a_rationale_is_refused_and_the_cursor_goes_there(store: Store) -> None:
    async with at_console(store) as hand:
        await issue_form(hand)
        await fill(hand, "settings bot", "settings.manage")
        await hand.press("enter")
        await hand.until_shown("An admin token needs a rationale.")
        assert "▌Rationale" in hand.screen()
        assert "Look it over" not in hand.screen()
        await hand.type("moves the shop")
        await hand.press("enter")
        await hand.until_shown("Look it over")
        await hand.press("enter")
        await hand.until_shown("Issue this token?")
        await hand.answer()
        await secret_shown(hand)
        [row] = tokens_named(store, "settings bot")
        assert (row.tier, row.rationale) == (Tier.ADMIN, "moves the shop")


async def test_a4_an_internal_name_is_refused_with_the_plain_name_hint(store: Store) -> None:
    async with at_console(store) as hand:
        await issue_form(hand)
        await fill(hand, "core bot")
        await hand.type("core_admin")
        said = " ".join(hand.pane("page").replace("│", " ").split())
        assert "“core_admin” is an internal name" in said
        assert "Use the plain" in said
        await hand.press("enter", "enter")
        assert "Look it over" not in hand.screen()
        await hand.press("ctrl+u")
        await hand.type("*")
        assert "stands for everything" in hand.screen()


@pytest.mark.parametrize("keys", [(), ("9",)], ids=["held", "not held"])
async def test_a_list_holds_a_new_token_at_once_with_the_cursor_on_it(store: Store, keys: tuple[str, ...]) -> None:
    async with at_console(store) as hand:
        await hand.press(*keys)
        await hand.until(lambda: hand.tokens.table.total.exact, "the list")
        before, under = hand.tokens.table.total.rows, hand.tokens.table.cursor_key
        await issue_form(hand)
        await fill(hand, "nightly export", "orders.read")
        for keys_then, shown in ((("tab", "tab", "enter"), "Look it over"), (("enter",), "Issue this token?")):
            await hand.press(*keys_then)
            await hand.until_shown(shown)
        await hand.answer()
        await secret_shown(hand)
        await hand.press("escape")
        await hand.until(lambda: isinstance(hand.app.screen, DetailScreen), "its page")
        await hand.press("escape")
        await hand.until(lambda: isinstance(hand.app.screen, TokensScreen), "the list")
        [row] = tokens_named(store, "nightly export")
        if keys:
            await hand.until(lambda: hand.app.session.made is None and hand.tokens.table.total.exact, "the list read again")
            assert (hand.tokens.table.total.rows, hand.tokens.table.cursor_key) == (before, under)
        else:
            await hand.until(lambda: hand.tokens.row is not None and hand.tokens.row.key == row.key, "the new token")
            await hand.until(lambda: hand.tokens.table.total.rows == (before or 0) + 1, "one more")
            assert "nightly export" in hand.pane("list")


async def test_a_newcomer_issues_a_token_following_only_the_screen(store: Store) -> None:
    """What a person presses who reads the hints and nothing else; half a second a key, and it is far below two minutes."""
    async with at_console(store, (80, 24)) as hand:
        began = hand.watch.seconds
        assert "n Issue" in hand.pane("hints")
        await issue_form(hand)
        assert "type part of its name" in hand.screen()
        await hand.type("bolt")
        await hand.until(lambda: len(re.findall(r"\d live", hand.pane("page"))) == 1, "Bolt")
        await hand.press("enter")
        await hand.until_shown("what it is for")
        await hand.type("stock sync")
        await hand.press("enter")
        await hand.until_shown("Space tick")
        await hand.press("down", "down", "down", "space")
        assert "[x] orders.read" in hand.screen()
        await hand.press("enter")
        await hand.until_shown("Look it over")
        assert "Enter issue it" in hand.screen()
        await hand.press("enter")
        await hand.until_shown("y issue it")
        await hand.answer("y")
        await secret_shown(hand)
        assert "c send it to the terminal's clipboard" in hand.screen()
        assert "What to do now" in hand.screen()
        await hand.press("c", "escape")
        await hand.until(lambda: isinstance(hand.app.screen, DetailScreen), "its page")
        assert hand.watch.seconds - began < 60
        [row] = tokens_named(store, "stock sync")
        assert row.scopes == ("orders.read",)
        assert row.expires_at == NOW + timedelta(days=30)


async def test_a_newcomer_who_goes_wrong_at_every_turn_still_issues_a_token_in_two_minutes(store: Store) -> None:
    """The presses of a person who guesses: the wrong area, the wrong form, words nothing has, a date of the wrong kind, Esc too
    early and a question answered with Enter. The screen says each time what to do, and nothing is made by a wrong turn."""
    pressed = 0

    async with at_console(store, (80, 24)) as hand:

        async def press(*keys: str) -> None:
            nonlocal pressed
            pressed += len(keys)
            await hand.press(*keys)

        async def type_(text: str) -> None:
            nonlocal pressed
            pressed += len(text)
            await hand.type(text)

        def nothing_made() -> bool:
            return tokens_named(store, "stock sync") == []

        assert "o Go to" in hand.pane("hints")
        await press("o")  # where does one make tokens? under policies, perhaps
        await hand.until_shown("p Policies")
        await press("p")
        await hand.until(lambda: hand.desktop.PLACE == "policies", "the policies")
        await press("n")  # «New»: but that is a policy
        await hand.until_shown("New policy")
        await press("escape")
        await hand.until(lambda: hand.desktop.dialog is None, "the form is left")
        await press("question_mark")  # so what is this screen for?
        await hand.until_shown("How long tokens may live")
        await press("q", "q")
        await hand.until(lambda: isinstance(hand.app.screen, TokensScreen), "the token list")
        assert "n Issue" in hand.pane("hints")
        await press("n")
        await hand.until(lambda: isinstance(hand.app.screen, IssueScreen) and hand.desktop.dialog is not None, "the form")
        await hand.until_shown("Bolt")

        await type_("blot")  # a slip
        await hand.until_shown("No account has this in its name or id.")
        await press("enter")
        assert "▌Account" in hand.screen()
        await press("ctrl+u")
        await type_("bolt")
        await hand.until(lambda: len(re.findall(r"\d live", hand.pane("page"))) == 1, "Bolt")
        await press("enter")
        await hand.until_shown("Account      Bolt")
        await hand.until_shown("Leo")

        await press("tab")  # past the name, into the owner, who is Leo already
        await press("shift+tab")
        await type_("stock sync")
        await press("escape")  # too early: is that how one leaves a field?
        await hand.until_shown("Leave it and lose what was typed?")
        await press("tab")
        assert "stock sync" in hand.screen()
        await press("enter", "enter")
        await hand.until_shown("▌Scopes")
        await type_("everything")
        await hand.until_shown("is not in the catalogue")
        await press("ctrl+u")
        await type_("order")
        await press("space")
        await hand.until_shown("Access: read-only.")
        await press("tab", "tab")
        assert "▌Expires in" in hand.screen()
        await type_("31.12.26")
        await press("enter")
        assert "Look it over" not in hand.screen()
        assert "!" in hand.pane("page")
        await press("ctrl+u")
        await type_("2026-04-30")
        await hand.until_shown("Expires on 30 April 2026")
        assert nothing_made()

        await press("enter")
        await hand.until_shown("Look it over")
        await press("escape")  # back for another look
        await hand.until_shown("stock sync")
        await press("enter")
        await hand.until_shown("Look it over")
        await press("enter")
        await hand.until_shown("y issue it")
        await press("enter", "space")  # neither answers it
        assert nothing_made()
        await hand.answer("y")
        pressed += 1
        await secret_shown(hand)
        await press("n")  # no way on from here but on purpose
        assert isinstance(hand.app.screen, SecretScreen)
        await press("c", "escape")
        await hand.until(lambda: isinstance(hand.app.screen, DetailScreen), "its page")
        [row] = tokens_named(store, "stock sync")
        assert (row.account_id, row.owner, row.environment, row.scopes) == ("BOLT", "leo", "live", ("orders.read",))
        assert (row.expires_at is not None, f"{row.expires_at:%Y-%m-%d}") == (True, "2026-04-30")
        assert pressed < 120  # two minutes at a key a second


async def test_escape_from_the_question_and_the_review_finds_the_form_as_it_was(store: Store) -> None:
    async with at_console(store) as hand:
        await issue_form(hand)
        await fill(hand, "nightly export", "orders.read")
        await hand.press("enter")
        await hand.until_shown("Look it over")
        await hand.press("enter")
        await hand.until_shown("Issue this token?")
        await hand.press("escape")
        await hand.until_shown("Look it over")
        assert "Nothing was issued." in hand.pane("status")
        await hand.press("escape")
        await hand.until_shown("nightly export")
        await hand.press("escape")
        await hand.until_shown("Leave it and lose what was typed?")
        await hand.press("j")
        assert "nightly export" in hand.screen()
        await hand.press("escape", "escape")
        await hand.until(lambda: isinstance(hand.app.screen, TokensScreen), "the list")
        assert tokens_named(store, "nightly export") == []
