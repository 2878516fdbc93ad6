"""Every cell of the role table in decisions.md is what the rules allow or refuse."""

import pytest

from store.errors import Refused
from store.rules.roles import Actor, Permission, Role, require

WRITTEN = {
    Permission.SEE: "yes yes yes yes yes",
    Permission.IDENTIFY: "yes yes yes yes yes",
    Permission.INVESTIGATE: "no no yes yes yes",
    Permission.CHANGE_ONE: "no yes yes yes yes",
    Permission.CHANGE_MANY: "no no yes yes yes",
    Permission.GOVERN: "no no no yes yes",
    Permission.ADMINISTER: "no no no no yes",
}
ROLES = (Role.AUDITOR, Role.SUPPORT, Role.ON_CALL, Role.SECURITY, Role.ADMIN)
CELLS = [(row, role, cell == "yes") for row, cells in WRITTEN.items() for role, cell in zip(ROLES, cells.split(), strict=True)]


def test_the_written_table_has_every_permission_and_every_role() -> None:
    assert set(WRITTEN) == set(Permission)
    assert set(ROLES) == set(Role)


@pytest.mark.parametrize(("permission", "role", "allowed"), CELLS)
def test_a_cell_is_allowed_or_refused_as_written(permission: Permission, role: Role, allowed: bool) -> None:
    actor = Actor("ada", role)
    if allowed:
        require(actor, permission)
    else:
        with pytest.raises(Refused, match=f"The role {role} may not {permission}"):
            require(actor, permission)
