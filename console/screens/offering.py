"""What the palette offers: what can be done here, what can be done in another area, areas, dashboards, views and accounts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from console import synonyms
from console.actions import on, shown
from console.areas import AREAS
from console.desk import Late
from console.dialogs.palette import Offer, Palette
from console.render.plain import plain
from store.errors import StoreError
from store.rules.views import VIEWS

if TYPE_CHECKING:
    from console.actions import Action
    from console.screens.commands import Commands
    from store.reader import Reader

_NOT_OFFERED = frozenset(
    {"down", "up", "page-down", "page-up", "half-down", "half-up", "top", "bottom", "palette", "close", "view", "open-view"}
)
"""Moving, the palette itself, and what opens a view by its digit: views are offered by their names."""

_WANTS_WORDS = frozenset({"case", "save-view"})
"""Actions that mean something only with words behind their command: the command line is opened for them."""

_WITHOUT_A_ROW = frozenset(
    {"issue", "report", "export", "verify", "identify", "look-ups", "who-to-call", "new-policy", "reviews", "due", "new-view",
     "new-operator", "roles", "sessions", "approvals"}
)  # fmt: skip
"""What is about no row under a cursor, so that it can be done as soon as one is there."""

_OF_EACH = frozenset({"export"})
"""What is another thing in each area."""

ACCOUNTS_OFFERED = 8


def open_palette(screen: Commands) -> None:
    """Open the palette on a screen."""

    def look(text: str) -> None:
        if screen.session.ready:
            screen.in_background(_find_accounts, screen, palette, text, description="find accounts for the palette")

    palette = Palette(offers_of(screen), look)
    screen.ask(palette)


def offers_of(screen: Commands) -> list[Offer]:
    """Return what can be offered without reading anything: the things of this screen first."""
    views = [
        Offer("view", view.title, view.rule, partial(screen.open_view, view.name), view.key, also=_also_of(view.name))
        for view in (*VIEWS, *screen.session.saved)
    ]
    here = [_here(screen, action) for action in screen.actions if action.id not in _NOT_OFFERED]
    return [*here, *_boards(screen), *views, *_elsewhere(screen)]


def _also_of(view: str) -> str:
    return synonyms.VIEWS.get(view, "")


def _also(action: Action) -> str:
    return f"{synonyms.AREAS.get(action.area, '')} {synonyms.ACTIONS.get(action.id, '')} {action.command}".strip()


def _here(screen: Commands, action: Action) -> Offer:
    """Return an action of this screen, done as its key would do it."""
    session = screen.session
    key = shown(action.keys[0], ascii_only=session.settings.plain_characters) if action.keys else ""
    do = partial(screen.do, action)
    if action.id in _WANTS_WORDS:
        do = partial(screen.do_command, f"{action.command} {'view ' if action.id == 'save-view' else ''}")
    return Offer(
        "go to" if action.area else "do",
        action.label,
        action.says,
        do,
        key,
        session.why_not(action.permission),
        partial(screen.note_refusal, action.permission, action.id),
        _also(action),
    )


def _boards(screen: Commands) -> list[Offer]:
    known = {action.id: action for action in screen.session.actions}
    return [
        Offer("go to", f"{known[name].label} dashboard", known[name].says, partial(screen.go_to, "dashboard", name))
        for name in ("executive", "on-call", "debug")
    ]


def _elsewhere(screen: Commands) -> list[Offer]:
    """Return what can be done in another area, and not here: each thing once, in the first area that has it."""
    session = screen.session
    ascii_only = session.settings.plain_characters
    taken = {action.id for action in screen.actions} - _OF_EACH
    offers: list[Offer] = []
    for area in AREAS:
        for action in on(area.id, session.actions):
            if area.id == screen.PLACE or action.id in taken | _NOT_OFFERED or not (action.hint or action.id in _WITHOUT_A_ROW):
                continue
            taken |= {action.id} - _OF_EACH
            keys = [shown(key, ascii_only=ascii_only) for key in (area.key, *action.keys[:1])]
            offers.append(
                Offer(
                    "do",
                    action.label,
                    f"In {area.title}: {action.says}",
                    partial(_do_there, screen, area.id, action),
                    " ".join(keys),
                    session.why_not(action.permission),
                    partial(screen.note_refusal, action.permission, action.id),
                    _also(action),
                )
            )
    return offers


def _do_there(screen: Commands, area: str, action: Action) -> None:
    """Go to the area's first screen; do there what needs no row, and say the key of what does."""
    there = screen.first_of(area)
    if action.id in _WITHOUT_A_ROW:
        there.call_after_refresh(there.do, action)
    else:
        key = shown(action.keys[0], ascii_only=screen.session.settings.plain_characters)
        there.call_after_refresh(there.say, (key, "key"), f" {action.label}, on the row under the cursor: {action.says}")


async def _find_accounts(screen: Commands, palette: Palette, text: str) -> None:
    """Offer the first accounts with `text` in their name or id."""

    def find(reader: Reader) -> list[tuple[str, str]]:
        from store.reads.accounts import accounts_called

        return accounts_called(reader, text.strip(), ACCOUNTS_OFFERED)

    try:
        found = await screen.session.desk.ask("palette accounts", find)
    except (Late, StoreError):
        return  # everything else can still be found
    if screen.dialog is palette:
        palette.know(
            [
                Offer("account", name or account_id, f"{plain(account_id)}: its tokens, people, policy and traffic.",
                      partial(screen.show_account, account_id), also=text)
                for account_id, name in found
            ],
            text,
        )  # fmt: skip
        screen.draw_dialog()
