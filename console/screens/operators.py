"""Our own staff: who may do what, what they did last; added, given another role or switched off after a question."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import work

from console.actions import OPERATORS
from console.render.column import Column
from console.render.operator_rows import COLUMNS, nobody_sheet, operator_cells, operator_sheet
from console.render.pieces import Cell, Line
from console.render.sheet import Sheet, line
from console.screens.desktop import bindings_for
from console.screens.proving import Proving
from console.screens.short_list import ShortList
from store.errors import Refused, StoreError
from store.reads.operators import OperatorLine
from store.rules.roles import Role, refuse_bad_name

if TYPE_CHECKING:
    from console.dialogs.dialog import Command
    from store.engine import Unit
    from store.reader import Reader

YES, NO = "active", "switched off"


class OperatorsScreen(ShortList[OperatorLine], Proving):
    """Lists operators in order of name."""

    PLACE = OPERATORS
    TITLE_WORDS: ClassVar[str] = "Operators"
    BINDINGS = bindings_for(OPERATORS)

    def columns(self) -> tuple[Sequence[Column], Callable[[OperatorLine], Sequence[Cell]]]:
        """Return the columns of operators."""
        return COLUMNS, lambda row: operator_cells(row, self.session.now)

    def key_of(self, row: OperatorLine) -> Hashable:
        """Return the name."""
        return row.name

    def everything(self, reader: Reader) -> Sequence[OperatorLine]:
        """Read every operator."""
        from store.reads.operators import operator_lines

        return operator_lines(reader, self.session.now)

    def words_of(self, row: OperatorLine) -> str:
        """Return name, role and state."""
        return f"{row.name} {row.role.value} {YES if row.active else NO}"

    def described(self, row: OperatorLine, width: int, height: int) -> Sheet:
        """Say what they did last and what they may do."""
        return operator_sheet(row, self.session.now, width, height)

    def undock(self) -> None:
        """Describe the operator under the cursor; until there are any, say what that means."""
        super().undock()
        if self.is_mounted and self.table.total.rows == 0 and not self.narrowed and self.session.ready:
            self.dock().show(nobody_sheet(*self.dock().room))

    def nothing(self) -> str:
        """Say why there is none."""
        return f"No operator has “{self.narrowed}” in it. Esc shows all." if self.narrowed else "No operators are set up yet."

    def do_roles(self, argument: str) -> None:
        """Show what each role may do."""
        from console.screens.roles import RolesScreen

        self.app.push_screen(RolesScreen(self.session))

    def do_sessions(self, argument: str) -> None:
        """Show who is signed in."""
        from console.screens.sessions import SessionsScreen

        self.app.push_screen(SessionsScreen(self.session))

    def do_passphrase(self, argument: str) -> None:
        """Ask for a new passphrase of the operator under the cursor."""
        if self.row is None:
            self.say(("There is no operator under the cursor.", "finding"))
        else:
            self.ask_passphrase(self.row.name)

    def in_hand(self) -> dict[str, str]:
        """Return the operator under the cursor."""
        row = self.row
        return {**super().in_hand(), **({"operator": row.name, "role": row.role.value} if row is not None else {})}

    # Changing ----------------------------------------------------------------------------------------------------

    def open_row(self, row: OperatorLine) -> None:
        """Change the operator; who may not sees why."""
        self.do(next(action for action in self.actions if action.id == "edit-operator"))

    def do_new_operator(self, argument: str) -> None:
        """Ask for a name and a role."""
        first = self.table.total.rows == 0 and not self.narrowed
        roles = (Role.ADMIN.value,) if first else tuple(role.value for role in Role)
        self._ask_for(None, argument, Role.ADMIN.value if first else Role.SUPPORT.value, roles)

    def do_edit_operator(self, argument: str) -> None:
        """Ask for another role, or switch the operator off."""
        row = self.row
        if row is None:
            self.say(("There is no operator under the cursor.", "finding"))
        else:
            self._ask_for(row, row.name, row.role.value, tuple(role.value for role in Role))

    def _ask_for(self, row: OperatorLine | None, name: str, role: str, roles: Sequence[str]) -> None:
        from console.dialogs.form import Field, Form

        fields = [] if row is not None else [Field("name", "Name", name, note="the user name on this machine")]
        fields.append(Field("role", "Role", role, roles))
        if row is not None:
            fields.append(Field("state", "State", YES if row.active else NO, (YES, NO)))
        about = line(("They sign in as the user of the same name on this machine.", "quiet"))
        title = f"Change {row.name}" if row is not None else "New operator"

        def check(values: dict[str, str]) -> str | Callable[[], object]:
            return self._checked(row, {"name": name, "state": YES, **values})

        saved = {field.name: field.value for field in fields}
        form = Form(title, line((row.name, "strong")) if row is not None else about, fields, check, saved=saved)

        def command() -> Sequence[Sequence[str]]:
            values = {"operator": name, **form.values}
            return self._command(values.get("name", name), values["role"], active=values.get("state", YES) == YES)()

        form.command = command
        self.ask(form)

    def _command(self, name: str, role: str, *, active: bool) -> Command:
        return self.command_of("new-operator" if active else "disable-operator", lambda: {"operator": name, "role": role})

    def _checked(self, row: OperatorLine | None, values: dict[str, str]) -> str | Callable[[], object]:
        name, role, active = values["name"], values["role"], values["state"] == YES
        if role not in list(Role):
            return f"A role is one of {', '.join(Role)}."
        if values["state"] not in (YES, NO):
            return f"The state is {YES} or {NO}."
        try:
            refuse_bad_name(name)
        except Refused as error:
            return str(error)
        if row is not None and (row.role.value, row.active) == (role, active):
            return "Nothing here differs from what is saved."
        return lambda: self._confirm(row, name, Role(role), active)

    def _confirm(self, row: OperatorLine | None, name: str, role: Role, active: bool) -> None:
        from console.dialogs.question import Answer, Asked, Question
        from store.rules.roles import ALLOWED, Permission

        may = ", ".join(permission.value for permission in Permission if role in ALLOWED[permission])
        says: list[Line] = []
        if row is not None:
            says.append(line(("Was ", "quiet"), f"{row.role.value}, {YES if row.active else NO}."))
        says.append(line(("May then ", "quiet"), f"{may}.") if active else line("May then do nothing, from the next action on."))
        if self.table.total.rows == 0 and not self.narrowed:
            says.append(line(("From then on only operators can change this store; you are ", "finding"), f"{self._me()}."))
        verb = "add" if row is None else "change" if active else "switch off"
        title = {"add": "Add this operator?", "change": "Change this operator?"}.get(verb, "Switch this operator off?")
        filed = f"filed under {self.session.case}" if self.session.case else ""
        asked = Asked(title, name, line(("   ", ""), (role.value, "accent")), filed, says, keep="leave it as it is")
        label = {"add": "add them", "change": "change them"}.get(verb, "switch them off")
        answers = {"y": Answer(label, lambda: self.begin(lambda: self.put(name, role, active)))}
        kept: Callable[[str], None] = lambda why: self.say(f"Nothing was changed.{why}")  # noqa: E731
        style = "accent" if active else "danger"
        question = Question(asked, answers, self.session.clock.monotonic(), kept, style=style)
        question.command = self._command(name, role.value, active=active)
        self.ask(question)

    def _me(self) -> str:
        return self.session.actor.name.removeprefix("local:") if self.session.actor is not None else "nobody"

    @work(exit_on_error=False, description="save an operator")
    async def put(self, name: str, role: Role, active: bool) -> None:
        """Save it, and say so."""
        session = self.session
        actor, now, case = session.actor, session.now, session.case
        assert actor is not None

        def work(unit: Unit) -> int:
            from store.writes.people import put_operator

            return put_operator(unit, name, role, actor, now, active=active, case=case)

        seq = await self.save(work)
        if seq is not None:
            await self._who_am_i()
            state = "" if active else ", switched off"
            self.say(("SAVED ", "good"), f"{name} is {role.value}{state}", (f", audit #{seq}", "quiet"))
            self.read_again()

    async def _who_am_i(self) -> None:
        """Ask the store anew who acts here: the first operator, or one's own new role, counts at once."""
        from console.actor import actor_at
        from console.desk import in_thread

        session = self.session
        store, own, before = session.desk.store, session.settings, session.actor
        try:
            now = await in_thread(lambda: actor_at(store, read_only=own.read_only, operator=own.operator), "actor")
            session.actor = replace(now, session=before.session) if before is not None else now
        except StoreError as error:
            self.explain(error)
        self.draw_edges()
