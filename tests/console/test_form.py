"""A form judges every field as it is typed, chooses from lists, and never loses what was typed without asking."""

from __future__ import annotations

from collections.abc import Callable

from console.dialogs.form import LOSE, NOT_PUT_IN, Field, Form
from console.dialogs.picking import READING_PEOPLE, SEARCHING, Offer, Pick
from console.dialogs.ticking import Ticks
from tests.scenario import secret_of

OFFERS = (Offer("leo", "Leo", "admin"), Offer("mia", "Mia"), Offer("raj", "Raj"))


def press(form: Form, *keys: str) -> None:
    for key in keys:
        form.key(key, key if len(key) == 1 else " " if key == "space" else None, 0.0)


def shown(form: Form, width: int = 80, height: int = 20) -> str:
    return "\n".join("".join(piece.text for piece in row) for row in form.sheet(width, height).lines)


def is_open(form: Form) -> bool:
    return not form.closed


def form_of(*fields: Field, then: Callable[[], object] | str = "", **more: object) -> Form:
    return Form("Try", (), fields or [Field("name", "Name", judge=lambda text: "" if text else "A name is needed.")],
                lambda values: then or (lambda: None))  # fmt: skip


def test_escape_leaves_an_untouched_form_at_once() -> None:
    form = form_of()
    press(form, "escape")
    assert not is_open(form)


def test_escape_asks_before_what_was_typed_is_lost_and_any_other_key_stays() -> None:
    form = form_of()
    press(form, "a", "escape")
    assert is_open(form)
    assert LOSE in shown(form)
    press(form, "b")
    assert is_open(form)
    assert form.values == {"name": "a"}
    assert LOSE not in shown(form)
    press(form, "escape", "escape")
    assert not is_open(form)
    assert form.then is None


def test_a_choice_that_was_stepped_to_counts_as_typed_and_one_stepped_back_does_not() -> None:
    form = form_of(Field("when", "When", "30d", ("30d", "90d")))
    press(form, "right")
    assert form.touched
    press(form, "left", "escape")
    assert not is_open(form)


def test_a_letter_takes_the_place_of_a_choice() -> None:
    form = form_of(Field("when", "When", "30d", ("30d", "90d")))
    press(form, *"2026-06-30")
    assert form.values == {"when": "2026-06-30"}


def test_a_field_says_what_is_wrong_as_soon_as_it_was_touched_and_when_it_is_right() -> None:
    form = form_of(Field("days", "Days", judge=lambda text: "" if text.isdigit() else "That is no number."))
    assert "no number" not in shown(form)
    press(form, "x")
    assert "! That is no number." in shown(form)
    press(form, "backspace", "7")
    assert "no number" not in shown(form)
    assert "✓" in shown(form)


def test_enter_leads_to_the_first_field_that_is_wrong() -> None:
    form = form_of(Field("one", "One", "1"), Field("two", "Two", judge=lambda text: "" if text else "Two is missing."))
    press(form, "enter")
    assert is_open(form)
    assert "▌Two" in shown(form)
    assert "! Two is missing." not in shown(form), "nothing was left out before one came there"
    press(form, "enter")
    assert "! Two is missing." in shown(form)
    press(form, "2", "enter")
    assert not is_open(form)


def test_typing_narrows_a_list_and_enter_takes_the_one_under_the_cursor() -> None:
    form = form_of(Pick("owner", "Owner", offers=OFFERS, judge=lambda text: "" if text else "Choose one."))
    press(form, "m", "i", "a")
    assert "Leo" not in shown(form)
    press(form, "enter")
    assert form.values == {"owner": "mia"}
    form = form_of(Pick("owner", "Owner", offers=OFFERS, judge=lambda text: "" if text else "Choose one."))
    press(form, "down", "down", "enter")
    assert form.values == {"owner": "raj"}
    assert not is_open(form)


def test_space_takes_the_one_under_the_cursor_as_it_ticks_elsewhere_and_searches_nothing() -> None:
    form = form_of(Pick("owner", "Owner", offers=OFFERS, judge=lambda text: "" if text else "Choose one."))
    press(form, "down", "space")
    assert is_open(form)
    assert form.values == {"owner": OFFERS[1].id}
    press(form, "m", "space", "i")
    assert "m i" in shown(form)


def test_a_field_that_is_wrong_says_so_in_words_also_where_there_is_little_room() -> None:
    wrong = "A token needs at least one scope. Tick the few it needs, and no more than that."
    form = form_of(Field("one", "One", "1"), Field("two", "Two", "x", judge=lambda text: wrong))
    assert "! A token needs at least one scope." in shown(form)


def test_what_is_typed_or_pasted_takes_the_place_of_what_was_only_proposed() -> None:
    for keys, given in (("x", "x"), (("x", "y"), "xy"), (("left", "x"), "INC-x1"), (("backspace", "2"), "INC-2"), ((), "INC-1")):
        form = form_of(Field("case", "Case", "INC-1", proposed=True))
        press(form, *keys)
        assert form.values == {"case": given}
    field = Field("case", "Case", "INC-1", proposed=True)
    field.paste("INC-7")
    field.paste("8")
    assert field.given == "INC-78"


def test_moving_in_a_list_takes_another_than_was_chosen_before() -> None:
    form = form_of(Pick("owner", "Owner", "leo", offers=OFFERS))
    press(form, "down", "down", "enter")
    assert form.values == {"owner": "raj"}


def test_offers_of_other_words_are_never_taken() -> None:
    asked: list[str] = []
    field = Pick("account", "Account", offers=OFFERS, look=asked.append, judge=lambda text: "" if text else "Choose one.")
    form = form_of(field)
    press(form, "z", "enter")
    assert asked == ["z"]
    assert form.values == {"account": ""}
    field.offer([Offer("zed", "Zed")], "z")
    press(form, "enter")
    assert form.values == {"account": "zed"}


def test_enter_before_there_is_anything_to_take_says_why_until_there_is() -> None:
    field = Pick("owner", "Owner", empty=READING_PEOPLE, judge=lambda text: "" if text else "Choose one.")
    form = form_of(field)
    assert f"! {READING_PEOPLE}" not in shown(form)
    press(form, "enter")
    assert is_open(form)
    assert f"! {READING_PEOPLE}" in shown(form)
    field.offer(OFFERS, None)
    assert "!" not in shown(form)
    press(form, "enter")
    assert form.values == {"owner": "leo"}


def test_enter_while_a_search_is_under_way_says_so() -> None:
    field = Pick("account", "Account", look=lambda text: None, judge=lambda text: "" if text else "Choose one.")
    form = form_of(field)
    field.offer(OFFERS, "")
    press(form, "z", "enter")
    assert f"! {SEARCHING}" in shown(form)
    press(form, "backspace")
    assert SEARCHING not in shown(form)


def test_space_ticks_and_a_name_that_nobody_may_be_given_says_why() -> None:
    field = Ticks("scopes", "Scopes", offers=OFFERS, refuse=lambda name: f"{name} is internal.",
                  judge=lambda text: "" if text else "One at least.")  # fmt: skip
    form = form_of(field)
    press(form, "space", "down", "space")
    assert form.values == {"scopes": "leo mia"}
    press(form, *"core_admin")
    assert "! core_admin is internal." in shown(form)
    press(form, "enter")
    assert is_open(form)
    assert form.values == {"scopes": "leo mia"}
    press(form, "ctrl+u", "enter")
    assert not is_open(form)


def test_a_paste_goes_into_a_field_and_confirms_nothing() -> None:
    form = form_of(Ticks("scopes", "Scopes", offers=OFFERS))
    form.paste("leo\nmia\n\ny\n", 0.0)
    assert is_open(form)
    assert form.values == {"scopes": ""}


def test_a_whole_token_is_kept_out_of_every_field() -> None:
    form = form_of()
    form.paste(secret_of("T01").reveal(), 0.0)
    assert form.values == {"name": ""}
    assert NOT_PUT_IN in shown(form)
    assert secret_of("T01").reveal()[-8:] not in shown(form)


def test_every_size_shows_every_field_its_list_and_the_keys() -> None:
    fields = [Field("name", "Name"), Pick("owner", "Owner", offers=OFFERS), Field("why", "Rationale")]
    form = form_of(*fields)
    form.go_to("owner")
    for width, height in ((76, 19), (76, 6), (40, 12), (116, 31), (196, 55)):
        rows = form.sheet(width, height).lines
        text = "\n".join("".join(piece.text for piece in row) for row in rows)
        assert len(rows) <= height
        assert all(sum(len(piece.text) for piece in row) <= width for row in rows)
        for words in ("Name", "Owner", "Rationale", "Leo", "Enter"):
            assert words in text, (words, width, height)


PATH = "/home/dana/.local/share/tokendesk/exports/INC-204-2026-03-16.md"


def test_a_value_that_is_longer_than_its_line_goes_on_below_and_none_of_it_is_missing() -> None:
    form = form_of(Field("format", "Format", "md", ("md", "json")), Field("file", "File", PATH))
    rows = shown(form, 62).splitlines()
    at = next(number for number, row in enumerate(rows) if "File" in row)
    assert "…" not in "".join(rows)
    assert rows[at].strip().removeprefix("File").strip() + rows[at + 1].strip().removesuffix("✓").strip() == PATH
    assert rows[at + 1].index(rows[at + 1].strip()[0]) == rows[at].index("/")


def test_fields_of_which_none_has_a_list_take_the_whole_width_of_a_wide_form() -> None:
    form = form_of(Field("format", "Format", "md", ("md", "json")), Field("file", "File", PATH))
    assert f"{PATH}  ✓" in shown(form, 116)


def test_the_cursor_of_what_is_longer_than_its_line_is_always_seen() -> None:
    form = form_of(Field("reason", "Reason"))
    press(form, *["a" if number % 7 else "space" for number in range(1, 400)], "z")
    sheet = form.sheet(80, 8)
    assert any(piece.style == "cursor" for row in sheet.lines for piece in row)
    assert "z" in "".join(piece.text for row in sheet.lines for piece in row).split("Reason")[1]


def test_where_there_is_no_room_for_more_lines_a_long_value_ends_in_an_ellipsis() -> None:
    fields = [Field(f"one{number}", f"One {number}", "x" * 100) for number in range(4)]
    rows = shown(form_of(*fields), 60, 7).splitlines()
    assert sum(row.endswith("…  ✓") for row in rows) >= 3
