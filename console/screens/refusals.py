"""What somebody was refused by a key goes on the audit log as what the store itself refuses does (test T36)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.screens.desktop import Desktop
    from store.errors import Denied
    from store.opening import Store
    from store.rules.denials import Doing
    from store.rules.roles import Actor, Permission


def refuse_read_only(screen: Desktop, what: str, tried: str, why: str = "") -> bool:
    """Say that nothing is written in a read-only console, `why` it would be, and put it on record; False where it may be."""
    from store.rules.roles import Permission

    actor = screen.session.actor
    if actor is None or not actor.read_only:
        return False
    screen.say((f"{what}: read-only{why and ', and '}{why}.", "finding"))
    note_refusal(screen, Permission.IDENTIFY, tried)
    return True


def note_refusal(screen: Desktop, permission: Permission, tried: str) -> None:
    """Put on record that the person may not do this, in the background; where nothing can be written nothing is said of it."""
    from store.errors import Denied
    from store.rules.roles import require

    actor = screen.session.actor
    if actor is None or not screen.session.ready or screen.session.lost_since is not None:
        return
    try:
        require(actor, permission)
    except Denied as denied:
        keep_refusal(screen, denied, actor, _doing(screen, tried))


def keep_refusal(screen: Desktop, denied: Denied, actor: Actor, doing: Doing) -> None:
    """Put a refusal on record, in the background: its line is the console's own, so nothing is read again for it."""

    def work(store: Store) -> int | None:
        from store.denials import note_denied

        return note_denied(store, denied, actor, doing)

    async def keep() -> None:
        seq = await screen.session.desk.carry(work)
        if seq is not None:
            screen.session.own.add(seq)

    screen.in_background(keep, description="put a refusal on record")


def _doing(screen: Desktop, tried: str) -> Doing:
    """Return what was tried, and on what the cursor stands on: a token, or what else has an id."""
    from store.rows import TokenRow
    from store.rules.denials import Doing

    row = getattr(screen, "row", None)
    if isinstance(row, TokenRow):
        return Doing(tried, row.key)
    found = getattr(row, "id", "")
    return Doing(tried, target=found if isinstance(found, str) else "")
