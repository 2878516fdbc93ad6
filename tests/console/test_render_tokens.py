"""What is said of a token: in its row, on its ticket card, and in the question before it is revoked."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from console.render.blast import IRREVERSIBLE, revoke_lines, what_stops
from console.render.cards import REASONS, ticket_card
from console.render.columns import Seen, cells_of, token_columns
from console.render.moments import ago, ago_words, at, on, span, span_words
from console.render.pieces import Cell, Line, Piece
from console.render.sheet import length, wrapped
from console.render.statuses import BADGES, since, status_words
from console.render.styles import BY_NAME
from console.render.titles import titles
from console.render.widths import fit_with_sign
from console.widgets.columns import places
from console.widgets.list_lines import SIDES, Look, RowLook, cell_width, header_runs, row_runs
from store.rows import Freshness, TokenRow
from store.rules.blast import Blast
from store.rules.rhythm import Rhythm, Steady
from store.rules.scopes import Tier
from store.rules.status import Status
from store.rules.usage import Outcome
from tests.conftest import NOW
from tests.console.token_row import token_row

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def cells(row: TokenRow) -> dict[str, Cell]:
    """Return what each column shows of a token."""
    return {entry.column.id: entry.cell(row, Seen(NOW)) for entry in token_columns()}


def said(lines: tuple[Line, ...]) -> str:
    """Return lines as text."""
    return "\n".join("".join(piece.text for piece in line) for line in lines)


@pytest.mark.parametrize(
    ("delta", "short", "long"),
    [
        (timedelta(seconds=40), "40 s", "40 seconds"),
        (timedelta(minutes=2), "2 min", "2 minutes"),
        (timedelta(hours=5), "5 h", "5 hours"),
        (timedelta(hours=23, minutes=59), "23 h", "23 hours"),
        (DAY, "1 d", "a day"),
        (91 * DAY, "91 d", "91 days"),
        (-742 * DAY, "742 d", "742 days"),
    ],
)
def test_spans_are_in_their_largest_whole_unit_and_days_are_counted(delta: timedelta, short: str, long: str) -> None:
    assert span(delta) == short
    assert span_words(delta) == long


def test_ages_say_never_now_ago_and_in() -> None:
    assert ago(None, NOW) == "never"
    assert ago(NOW - timedelta(seconds=59), NOW) == "now"
    assert ago(NOW - timedelta(minutes=2), NOW) == "2 min ago"
    assert ago(NOW - 91 * DAY, NOW) == "91 d ago"
    assert ago(NOW + 12 * DAY, NOW) == "in 12 d"
    assert ago_words(NOW - 91 * DAY, NOW) == "91 days ago"
    assert ago_words(NOW + timedelta(hours=2), NOW) == "in 2 hours"


def test_moments_are_utc_to_the_minute_and_dates_in_words() -> None:
    assert at(datetime.fromisoformat("2025-09-24T12:02:33+02:00")) == "2025-09-24 10:02Z"
    assert on(datetime.fromisoformat("2026-06-14T00:00:00+00:00")) == "14 June 2026"


def test_no_two_statuses_share_a_word_or_a_sign() -> None:
    assert set(BADGES) == set(Status)
    assert len({badge.word for badge in BADGES.values()}) == len(Status)
    assert len({badge.sign for badge in BADGES.values()}) == len(Status)
    assert all(badge.style in BY_NAME for badge in BADGES.values())


def test_a_status_says_since_when() -> None:
    expired = token_row(status=Status.EXPIRED, expires_at=NOW - 6 * DAY)
    revoked = token_row(status=Status.REVOKED, revoked_at=NOW - DAY, revoked_by="marco")
    suspended = token_row(status=Status.SUSPENDED, suspended_at=NOW - DAY, suspended_until=NOW + DAY)
    assert status_words(expired) == "expired 2026-03-10 09:00Z"
    assert status_words(revoked) == "revoked 2026-03-15 09:00Z by marco"
    assert status_words(suspended) == "suspended 2026-03-15 09:00Z until 2026-03-17 09:00Z"
    assert since(token_row(status=Status.RETIRING)) is None
    assert since(expired) == NOW - 6 * DAY


def test_an_exposed_token_is_not_said_to_resume_by_itself() -> None:
    row = token_row(status=Status.SUSPENDED, suspended_at=NOW - DAY, suspended_until=NOW + DAY, exposed_at=NOW - DAY)
    assert status_words(row) == "suspended 2026-03-15 09:00Z"


def test_an_ordinary_row_is_calm() -> None:
    shown = cells(token_row())
    assert shown["name"] == Cell("Shopify sync", "")
    assert shown["used"].text == "4 min ago"
    assert shown["expires"].text == "in 90 d"
    assert shown["tail"].text == "9f3c"
    assert not {cell.style for cell in shown.values()} & {"finding", "danger", "dead"}


@pytest.mark.parametrize(
    ("column", "changes", "text", "style", "tail"),
    [
        ("name", {"name": " "}, "(no name)", "quiet", ""),
        ("name", {"name": "sync\u202e"}, "sync\u202e", "", "⚠"),
        ("account", {"account_name": "pаypal"}, "pаypal", "quiet", "⚠"),
        ("access", {"tier": Tier.ADMIN, "broad": True}, "! admin", "finding", ""),
        ("access", {"tier": Tier.READ_WRITE}, "◆ read-write", "read-write", ""),
        ("used", {"last_used_at": None}, "never", "finding", "!"),
        ("used", {"last_used_at": None, "created_at": NOW - DAY}, "never", "quiet", ""),
        ("used", {"last_used_at": NOW - 90 * DAY}, "90 d ago", "quiet", ""),
        ("used", {"status": Status.REVOKED, "revoked_at": NOW, "last_used_at": NOW}, "tried now", "refused", ""),
        ("used", {"status": Status.REVOKED, "revoked_at": NOW, "last_used_at": NOW - SECOND}, "now", "quiet", ""),
        (
            "used",
            {"status": Status.EXPIRED, "expires_at": NOW - DAY, "last_used_at": NOW - timedelta(minutes=29)},
            "tried 29m",
            "refused",
            "",
        ),
        (
            "used",
            {"status": Status.EXPIRED, "expires_at": NOW - 200 * DAY, "last_used_at": NOW - 120 * DAY},
            "tried 120d",
            "refused",
            "",
        ),
        ("used", {"last_used_at": NOW - 90 * DAY - timedelta(seconds=1)}, "90 d ago", "finding", "!"),
        ("expires", {"expires_at": None}, "never", "finding", "!"),
        ("expires", {"expires_at": NOW + 7 * DAY}, "in 7 d", "finding", "!"),
        ("expires", {"expires_at": NOW + 7 * DAY + timedelta(seconds=1)}, "in 7 d", "quiet", ""),
        ("expires", {"status": Status.EXPIRED, "expires_at": NOW - 3 * DAY}, "3 d ago", "expired", ""),
        ("expires", {"status": Status.REVOKED}, "", "quiet", ""),
        ("status", {"status": Status.SUSPENDED}, "‖ suspended", "suspended", ""),
        ("tail", {"hint": ""}, "efgh", "quiet", ""),
    ],
)
def test_what_deserves_a_look_has_a_sign_and_a_style(
    column: str, changes: dict[str, Any], text: str, style: str, tail: str
) -> None:
    assert cells(token_row(**changes))[column] == Cell(text, style, tail)


def drawn(row: TokenRow, width: int) -> tuple[str, str]:
    """Return the titles and a token's line in a list of so many cells."""
    table = token_columns()
    shown = cells_of(table, lambda: NOW, lambda key: None)(row)
    columns = [entry.column for entry in table]
    titled = [len(column.title) + 2 + column.reserved for column in columns]
    needs = {number: max(cell_width(cell, columns[number]), titled[number]) for number, cell in enumerate(shown)}
    look = Look(places(columns, width - SIDES, needs=needs), width)
    head, line = header_runs(look, ("used", True)), row_runs(look, RowLook(shown))
    return "".join(text for text, _ in head), "".join(text for text, _ in line)


@pytest.mark.parametrize("width", [78, 92, 140])
@pytest.mark.parametrize("used", [None, NOW, NOW - timedelta(minutes=59), NOW - 100 * DAY, NOW - 1_000 * DAY])
@pytest.mark.parametrize("end", [None, NOW + timedelta(minutes=59), NOW + 7 * DAY, NOW + 106 * DAY])
def test_used_and_expires_stand_apart_and_each_sign_has_a_cell_of_its_own(
    used: datetime | None, end: datetime | None, width: int
) -> None:
    row = token_row(last_used_at=used, expires_at=end, created_at=NOW - 1_100 * DAY)
    shown = cells(row)
    head, line = drawn(row, width)
    at, ends = line.index(shown["used"].text), line.index(shown["expires"].text, line.index(shown["used"].text) + 1)
    before, sign, apart = line[: at + len(shown["used"].text)], line[: ends - 2].rstrip()[-1], line[ends - 2 : ends]
    assert apart == "  "
    assert (sign == "!") == bool(shown["used"].tail)
    assert len(before) == head.index("▼ Used") + len("▼ Used"), "the number ends where its title does, with a sign or without"
    assert head.index("Expires") == ends
    assert "…" not in line[at:]


def test_the_signs_of_a_column_stand_below_one_another() -> None:
    rows = [token_row(expires_at=None), token_row(expires_at=NOW + DAY), token_row(expires_at=NOW + timedelta(hours=23))]
    assert {fit_with_sign(cells(row)["expires"].text, "!", 11).index("!") for row in rows} == {10}


def test_the_cells_of_a_list_are_as_many_as_its_columns() -> None:
    table = token_columns(24)
    row_cells = cells_of(table, lambda: NOW, lambda key: (1,) * 24, 24)(token_row())
    assert len(row_cells) == len(titles(24))
    assert len(row_cells[5].text) == 24


def test_the_ticket_card_answers_is_it_used_and_when_last() -> None:
    row = token_row(
        status=Status.EXPIRED,
        expires_at=datetime.fromisoformat("2026-03-10T00:00:00+00:00"),
        last_success_at=datetime.fromisoformat("2026-03-09T23:45:00+00:00"),
        last_denied_at=NOW - timedelta(minutes=5),
        last_denied_reason="EXPIRED",
    )
    card = ticket_card(row, NOW, denied_since=611, freshness=Freshness(NOW, NOW - 300 * DAY))
    assert "expired on 2026-03-10 00:00Z" in card
    assert "last successful request was on 2026-03-09 23:45Z, 6 days ago" in card
    assert "611 requests have been refused since" in card
    assert "(EXPIRED)" in card
    assert "ends in 9f3c" in card
    assert "recorded up to 2026-03-16 09:00Z" in card
    assert row.id not in card


@pytest.mark.parametrize("status", list(Status))
def test_a_card_is_one_plain_paragraph_whatever_the_token(status: Status) -> None:
    hostile = "evil\x1b]52;c;x\x07\nname\u202e"
    card = ticket_card(
        token_row(status=status, name=hostile, account_name=hostile, last_denied_reason=hostile, last_denied_at=NOW),
        NOW,
        case=hostile,
    )
    assert card.isprintable()
    assert "\n" not in card
    assert re.search(r"  |\.\.| \.", card.replace("evil", "")) is None


def test_a_card_never_says_never_used_but_what_is_on_record() -> None:
    card = ticket_card(token_row(last_used_at=None, last_success_at=None), NOW)
    assert "No successful request is on record." in card
    assert "never used" not in card


def test_every_outcome_that_refuses_has_words() -> None:
    assert set(REASONS) == {outcome.value for outcome in Outcome} - {"VALID"}


def test_the_question_says_what_stops_who_goes_on_and_that_it_is_final() -> None:
    quiet = token_row(last_used_at=NOW - 140 * DAY, requests_24h=0, requests_30d=0)
    siblings = [quiet, token_row(id="b"), token_row(id="c"), token_row(id="d", status=Status.REVOKED)]
    words = said(revoke_lines(quiet, NOW, siblings, refused_within_s=30))
    assert "nothing has called with it for 140 days." in words
    assert "2 live tokens of Bolt hold the same scopes." in words
    assert "Next expected call: none." not in words, "that is not known before it has been read"
    assert "Next expected call: none." in said(revoke_lines(quiet, NOW, siblings, refused_within_s=30, blast=Blast()))
    assert f"{IRREVERSIBLE} Refused everywhere within 30 s." in words


def test_a_token_in_use_the_last_live_one_and_an_admin_one_say_so() -> None:
    row = token_row(tier=Tier.ADMIN)
    blast = Blast(rhythm=Rhythm(Steady(timedelta(hours=5)), 9), last_used_at=NOW - timedelta(hours=2))
    lines = revoke_lines(row, NOW, [], refused_within_s=0, live_tokens=1, blast=blast)
    words = said(lines)
    assert "1,204 requests in the last 24 hours, the last 4 minutes ago." in words
    assert "It is the last live token of Bolt." in words
    assert "It holds admin access." in words
    assert "Calls about every 5 hours, next in 3 hours." in words
    assert "Refused everywhere at once." in words
    assert any(piece.style == "danger" for line in lines for piece in line)


def test_a_token_that_is_over_stops_nothing_more_however_often_it_is_tried() -> None:
    for status in (Status.EXPIRED, Status.REVOKED, Status.SUSPENDED):
        words = said((what_stops(token_row(status=status), NOW),))
        assert words.startswith("Stops nothing: it ")
        assert "Stops now" not in words


def test_where_there_is_room_the_question_tells_the_hour_the_week_and_the_share_refused() -> None:
    blast = Blast(requests_1h=9, requests_24h=1_204, requests_7d=8_000, refused_7d=80, last_used_at=NOW)
    told = "1 h 9 · 7 d 8,000 requests, 1.0% refused."
    assert told in said(revoke_lines(token_row(), NOW, [], refused_within_s=0, blast=blast, often=True))
    assert told not in said(revoke_lines(token_row(), NOW, [], refused_within_s=0, blast=blast))


def test_one_sibling_is_said_in_the_singular() -> None:
    words = said(revoke_lines(token_row(), NOW, [token_row(id="b")], refused_within_s=30))
    assert "1 live token of Bolt holds the same scopes." in words


def test_text_of_several_pieces_is_broken_only_at_its_spaces() -> None:
    pieces = (Piece("Stops now: "), Piece("46 requests", "danger"), Piece("."), Piece(" "), Piece("Next expected call: none."))
    for width in range(9, 60):
        lines = wrapped(pieces, width)
        texts = ["".join(piece.text for piece in one) for one in lines]
        assert " ".join(text.strip() for text in texts).split() == [
            "Stops",
            "now:",
            "46",
            "requests.",
            "Next",
            "expected",
            "call:",
            "none.",
        ]
        assert all(length(one) <= width for one in lines)
