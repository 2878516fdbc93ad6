"""`tokendesk notices`: what customers are to be told, sending it, and what could not be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.command import command, noun
from console.cli.options import JsonOption
from console.cli.place import Place

if TYPE_CHECKING:
    from store.notice_rows import NoticeRow
    from store.opening import Store
    from store.rules.notices import NoticeState
    from store.writes.notices_due import Due

group = noun("Tell customers what will stop, when, and what to do: by mail or a webhook.")

NoticeArgument = Annotated[str, typer.Argument(metavar="NOTICE", help="The beginning of a notice's id.", show_default=False)]
LimitOption = Annotated[int, typer.Option("--limit", metavar="N", min=1, max=10_000, help="At most so many.")]


@command(group, "due", "tokendesk notices due", "tokendesk notices due --json")
def find_due(place: Place, as_json: JsonOption = False) -> None:
    """Find whom to tell of ends that come near, due rotations and tokens whose creator left, and put it in line. Sends nothing.

    Each is found once: 30 days, 7 days and 1 day before an end, and once for everything else. Other days are said by the
    account's policy, else by the default one (`policy rules`), else by the setting `warn_days`. Exposures, rotations and
    revocations are put in line by the action itself.
    """
    from console.cli.output import print_record
    from store.reads.notices import unaddressed

    with place.open() as store:
        found = _due(place, store)
        with store.reading() as reader:
            missing = len(unaddressed(reader))
    if as_json:
        print_record({kind.value: many for kind, many in found.tokens.items()})
    else:
        _say_due(found)
        _say_unaddressed(missing)


@command(group, "list", "tokendesk notices list", "tokendesk notices list --state waiting --json")
def list_notices(
    place: Place,
    state: Annotated[
        str | None, typer.Option("--state", metavar="STATE", help="Only those waiting, sent, dead or withdrawn.")
    ] = None,
    limit: LimitOption = 100,
    as_json: JsonOption = False,
) -> None:
    """List notices, the newest first, with how far each is."""
    from store.errors import BadInput
    from store.rules.notices import NoticeState

    if state is not None and state not in set(NoticeState):
        raise BadInput(f"There is no state “{state[:20]}”.", f"Use {', '.join(NoticeState)}.")
    _list(place, None if state is None else NoticeState(state), limit, as_json)


@command(group, "dead", "tokendesk notices dead")
def list_dead(place: Place, limit: LimitOption = 100, as_json: JsonOption = False) -> None:
    """List the notices nobody took, with the last word of the other side. `retry` puts them in line again."""
    from store.rules.notices import NoticeState

    _list(place, NoticeState.DEAD, limit, as_json)


@command(group, "no-address", "tokendesk notices no-address", "tokendesk notices no-address --json")
def list_unaddressed(place: Place, limit: LimitOption = 1_000, as_json: JsonOption = False) -> None:
    """List who is to be told and has no e-mail address on record. Nobody's address is guessed.

    `tokendesk accounts member ACCOUNT MEMBER --email ADDRESS` gives one; what waits goes there, and `retry` takes up what is
    dead. Where a webhook is set up, it is told of them instead.
    """
    from console.cli.output import print_array, print_table, show
    from store.reads.notices import unaddressed

    with place.open() as store, store.reading() as reader:
        found = unaddressed(reader, limit)
    if as_json:
        print_array({"account": one.account_id, "member": one.recipient, "name": one.name, "waiting": one.waiting,
                     "dead": one.dead} for one in found)  # fmt: skip
    elif not found:
        show("Everybody who is to be told has an e-mail address on record.")
    else:
        rows = [(one.account_id, one.recipient, one.name, f"{one.waiting:,}", f"{one.dead:,}") for one in found]
        print_table(("Account", "Member", "Name", "Waiting", "Dead"), rows, right=frozenset({3, 4}), shrink=(2,))


@command(group, "preview", "tokendesk notices preview", "tokendesk notices preview 5f0c21d9")
def preview(
    place: Place,
    notice: Annotated[
        str | None, typer.Argument(metavar="NOTICE", help="The beginning of a notice's id; without it the next ones.")
    ] = None,
    limit: LimitOption = 10,
    as_json: JsonOption = False,
) -> None:
    """Show what is going to be sent, or was, word for word. Sends nothing."""
    from console.cli.output import print_array, show
    from console.render.notice_words import short_id, state_words, to_words
    from console.reports.notice_fields import notice_record
    from store.reads.notices import notices, the_notice
    from store.rules.notices import NoticeState

    with place.open() as store, store.reading() as reader:
        found = notices(reader, NoticeState.WAITING, limit) if notice is None else (the_notice(reader, notice),)
    if as_json:
        print_array(notice_record(row, text=True) for row in found)
        return
    for number, row in enumerate(found):
        for line in ([""] if number else []) + [
            f"Notice:  {short_id(row)}, {state_words(row)}", f"To:      {to_words(row)}", f"Subject: {row.subject}", "",
            *row.body.rstrip("\n").split("\n"),
        ]:  # fmt: skip
            show(line)
    if not found:
        show("Nothing waits to be sent.")


@command(
    group,
    "send",
    "tokendesk notices send",
    "tokendesk notices send --by mail --limit 50",
    "tokendesk notices send --quiet --digest day",
)
def send(
    place: Place,
    by: Annotated[str, typer.Option("--by", metavar="WAY", help="Only by mail, or only by webhook.")] = "",
    limit: LimitOption = 1_000,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say only what went wrong; for cron.")] = False,
    digest: Annotated[
        str,
        typer.Option("--digest", metavar="day|week", help="One mail a day or week for a person's warnings."),
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Find what is due as `due` does, then send what waits. Run it every few minutes.

    Whoever has an e-mail address is mailed where `mail_server` is set; the webhook is told of the others. A notice that
    nobody takes is tried again after 1, 5 and 30 minutes, 2, 6 and 12 hours; then it is dead. One that was being sent when
    this was killed is sent again after 5 minutes with the same Message-ID or Idempotency-Key. With --digest (setting `digest`)
    the warnings of several tokens go to a person in one mail; one that would come too late by waiting does not wait. An account
    whose policy says so differs (`policy rules ACCOUNT --set digest=week`). Exit code 1: something is dead, or the run
    ended early.
    """
    from console.cli.output import print_record, say, show
    from console.cli.place import now_at
    from console.notices.sending import send_waiting
    from console.notices.ways import ways
    from console.render.notice_words import recipient_words, short_id
    from store.rules.digests import digest_of

    together = digest_of(digest or place.settings.digest)
    with place.open() as store:
        actor = place.actor(store)
        found = ways(place.settings, store.facts.store_id, by)
        due = _due(place, store)
        problems = list[str]()
        done = send_waiting(
            store, found, actor, lambda: now_at(store), limit,
            lambda row, result: problems.append(f"{short_id(row)} to {recipient_words(row)}: {result.answer}.")
            if result.fate.value != "sent" else None, together,
        )  # fmt: skip
    if as_json:
        print_record(
            {"due": due.total, "sent": done.sent, "later": done.later, "dead": done.dead, "stopped": done.stopped or None}
        )
    elif not quiet:
        _say_due(due)
        show(f"{done.sent:,} sent, {done.later:,} to be tried again, {done.dead:,} dead.")
    for problem in problems:
        say(problem)
    if done.stopped:
        say(f"The run ended early: {done.stopped}. What waits is sent by the next one.")
    if done.stopped or done.dead:
        raise typer.Exit(1)


@command(group, "retry", "tokendesk notices retry 5f0c21d9", "tokendesk notices retry --all")
def retry_dead(
    place: Place,
    notices_: Annotated[
        list[str] | None, typer.Argument(metavar="NOTICE...", help="The beginnings of their ids.", show_default=False)
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every dead one, the newest 10,000.")] = False,
) -> None:
    """Put dead notices in line again, with all their tries."""
    from console.cli.output import show
    from console.cli.place import now_at
    from store.errors import BadInput
    from store.reads.notices import notices, the_notice
    from store.rules.notices import NoticeState
    from store.writes.notice_delivery import retry

    if bool(notices_) == every:
        raise BadInput("Name the notices to try again, or say --all.", "`tokendesk notices dead` lists them.")
    with place.open() as store:
        actor, now = place.actor(store), now_at(store)
        with store.reading() as reader:
            rows = (
                notices(reader, NoticeState.DEAD, 10_000) if every else tuple(the_notice(reader, one) for one in notices_ or ())
            )
        for row in rows:
            store.write(lambda unit, row=row: retry(unit, row, actor, now))  # type: ignore[misc]
    show(f"{len(rows):,} put in line again.")


def _due(place: Place, store: Store) -> Due:
    from console.cli.place import now_at
    from store.rules.notices import WARN_DAYS, warn_days
    from store.writes.notices_due import queue_due

    days = warn_days(place.settings.warn_days) if place.settings.warn_days else WARN_DAYS
    return queue_due(store, place.actor(store), now_at(store), days)


def _say_due(found: Due) -> None:
    from console.cli.output import show
    from console.render.counts import counted

    if not found.total:
        show("Nothing new is due.")
        return
    parts = ", ".join(f"{kind.value} of {counted(number, 'token')}" for kind, number in found.tokens.items())
    show(f"New in line: {parts}.")


def _list(place: Place, state: NoticeState | None, limit: int, as_json: bool) -> None:
    from console.cli.output import print_array
    from console.reports.notice_fields import notice_record
    from store.reads.notices import notices, unaddressed

    with place.open() as store, store.reading() as reader:
        found, missing = notices(reader, state, limit), unaddressed(reader)
    if as_json:
        print_array(notice_record(row) for row in found)
    else:
        _print(found)
        _say_unaddressed(len(missing))


def _say_unaddressed(number: int) -> None:
    from console.cli.output import say
    from console.render.notice_words import unaddressed_words

    if number:
        say(f"{unaddressed_words(number)}; `tokendesk notices no-address` lists them.")


def _print(rows: tuple[NoticeRow, ...]) -> None:
    from console.cli.output import print_table, show
    from console.render.notice_words import short_id, state_words, to_words
    from console.reports.cells import moment_words

    if not rows:
        show("There is none.")
        return
    headings = ("Notice", "Since", "About", "Account", "Token", "To", "How far")
    lines = [
        (short_id(row), moment_words(row.queued_at), row.kind.value, row.account_id, f"…{row.hint}", to_words(row),
         state_words(row)) for row in rows
    ]  # fmt: skip
    print_table(headings, lines, shrink=(5, 6), drop=(1, 3))


@command(
    group,
    "calendar",
    "tokendesk notices calendar > expiries.ics",
    "tokendesk notices calendar --account ACME --until 2026-12-31 > acme.ics",
)
def calendar(
    place: Place,
    account: Annotated[str | None, typer.Option("--account", metavar="ACCOUNT", help="Only this account's tokens.")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DATE", help="Only ends up to then; else a year.")] = None,
) -> None:
    """Write the ends of tokens that still work as an iCalendar file, with a reminder 7 days before each.

    A token keeps its event when its end moves: importing a newer file changes it. Holds names and ids, no secret.
    """
    from datetime import timedelta

    from console.cli.place import now_at
    from console.cli.times import moment_of
    from console.reports.calendar import calendar_text
    from store.reads.notices import endings

    with place.open() as store, store.reading() as reader:
        now = now_at(store)
        last = moment_of(until, "--until") if until else now + timedelta(days=365)
        print(calendar_text(endings(reader, now, last, account), store.facts.store_id, now), end="")
