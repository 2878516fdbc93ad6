"""`tokendesk store maintain` and `store retention`: what a store needs done, and how long usage is kept."""

from __future__ import annotations

from collections.abc import Sequence

from console.cli.output import print_array, print_record, say, show
from console.cli.place import Place, now_at
from console.cli.progress import bar
from store.errors import BadInput
from store.maintenance import maintain
from store.opening import Store
from store.reads.policy_due import due
from store.rules.filter_values import nearest
from store.rules.idle import Step
from store.rules.retention import LIMITS, Kind
from store.usage.retaining import retention
from store.writes.retention import RetentionOrder, set_retention


def run_maintenance(place: Place, *, as_json: bool) -> None:
    """Do what a store needs done and say what that was."""
    place.refuse_read_only()
    with place.open() as store, bar("") as progress:
        now = now_at(store)
        done = maintain(store, place.actor(store), now, lambda words: progress.at(0, None, words))
        with store.reading() as reader:
            waiting = due(reader, now)
    if as_json:
        print_record(
            {
                "partitions_made": done.partitions,
                "rhythms_found": done.rhythms,
                "tokens_closed": done.closed,
                "requests_removed": done.requests,
                "months_removed": list(done.months),
            }
        )
        return
    show(f"{done.closed:,} ended tokens closed, {done.rhythms:,} rhythms brought up to date.")
    show(f"{done.requests:,} old requests and addresses removed, {len(done.months):,} old months of counts.")
    for month in done.months:
        show(f"  {month}")
    if done.partitions:
        show(f"{done.partitions:,} partitions made ahead.")
    notices, ends = len(waiting.at(Step.NOTICE)), len(waiting.at(Step.REVOKE))
    if notices or ends:
        say(f"By the policies {notices:,} notices and {ends:,} revocations are due; `tokendesk policy apply` lists them.")


def show_retention(place: Place, keep: Sequence[str], reason: str, *, as_json: bool) -> None:
    """Change how long usage is kept where that is asked for, and say how long it is."""
    wanted = [_wanted(text) for text in keep]
    if wanted:
        place.refuse_read_only("leave out --keep")
    with place.open() as store:
        for kind, days in wanted:
            _set(store, RetentionOrder(kind=kind, days=days, actor=place.actor(store), reason=reason))
        with store.reading() as reader:
            kept = retention(reader.rows)
    if as_json:
        print_array({"kind": kind.value, "days": days, "holds": LIMITS[kind].about} for kind, days in kept.items())
        return
    for kind, days in kept.items():
        show(f"{kind.value:<8} {days:>6,} days   {LIMITS[kind].about}")


def _set(store: Store, order: RetentionOrder) -> None:
    now = now_at(store)
    seq = store.write(lambda unit: set_retention(unit, order, now), order.action_id)
    say(f"{order.kind.value} usage is kept for {order.days:,} days from now on, audit #{seq}.")


def _wanted(text: str) -> tuple[Kind, int]:
    name, _, days = text.partition("=")
    if name not in {kind.value for kind in Kind}:
        raise BadInput(f"There is no kind of usage “{name[:30]}”.", nearest(name, [kind.value for kind in Kind], ""))
    if not (days.isascii() and days.isdigit()) or len(days) > 9:
        raise BadInput(f"“{text[:40]}” names no number of days.", "Write it as hourly=400.")
    return Kind(name), int(days)
