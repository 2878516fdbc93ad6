"""The actions an audit line can name, each with the sentence a person reads."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """What was done, in the words of the screens."""

    ISSUE = "issue"
    IMPORT = "import"
    ROTATE = "rotate"
    SUSPEND = "suspend"
    RESUME = "resume"
    REVOKE = "revoke"
    RENAME = "rename"
    EXPIRE = "expire"
    REOWN = "re-own"
    UPDATE = "update"
    LOOK_UP = "look-up"
    OPERATOR = "operator"
    MEMBER = "member"
    VIEW = "view"
    EXPORT = "export"


SENTENCES: dict[Action, str] = {
    Action.ISSUE: "issued {name}",
    Action.IMPORT: "imported {name}",
    Action.ROTATE: "rotated {name}",
    Action.SUSPEND: "suspended {name}",
    Action.RESUME: "resumed {name}",
    Action.REVOKE: "revoked {name}",
    Action.RENAME: "renamed {name}",
    Action.EXPIRE: "changed the expiry of {name}",
    Action.REOWN: "gave {name} a new owner",
    Action.UPDATE: "updated {name} from an import",
    Action.LOOK_UP: "looked up {name}",
    Action.OPERATOR: "changed an operator",
    Action.MEMBER: "changed a member",
    Action.VIEW: "changed a saved view",
    Action.EXPORT: "exported a list",
}
