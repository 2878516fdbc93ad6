"""What the console remembers between two sessions, in one small file that only its owner can read.

It never holds anything that looks like a token; a damaged file is an empty memory.
"""

from __future__ import annotations

import os
from dataclasses import field
from pathlib import Path

from platformdirs import user_state_path

from store.record import open_record

KEPT_COMMANDS = 50


@open_record
class Memory:
    """What the console remembers: commands, oldest first, the sort of each view, and the theme that was chosen."""

    commands: list[str] = field(default_factory=list)
    sorts: dict[str, str] = field(default_factory=dict)
    wide: bool = False
    theme: str = ""
    path: Path | None = None

    def remember(self, line: str) -> None:
        """Keep a command or filter for the next time; one that looks like a token is never kept."""
        from store.rules.token_form import looks_like_token

        line = line.strip()
        if not line or looks_like_token(line):
            return
        self.commands = [*(old for old in self.commands if old != line), line][-KEPT_COMMANDS:]

    def save(self) -> None:
        """Write the file, readable by its owner alone; a full or read-only disk is no reason to stop working."""
        if self.path is None:
            return
        import json

        kept = {"commands": self.commands, "sorts": self.sorts, "wide": self.wide, "theme": self.theme}
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = self.path.with_suffix(".new")
            handle = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(kept, file, ensure_ascii=False)
            draft.replace(self.path)
        except OSError:
            return


def load_memory() -> Memory:
    """Read what was remembered; a missing or damaged file is an empty memory."""
    path = user_state_path("tokendesk") / "console.json"
    memory = Memory(path=path)
    try:
        text = path.read_text(encoding="utf-8")
        import json

        kept = json.loads(text)
        memory.commands = [line for line in kept["commands"] if isinstance(line, str)][-KEPT_COMMANDS:]
        memory.sorts = {str(name): str(sort) for name, sort in kept["sorts"].items()}
        memory.wide = kept["wide"] is True
        memory.theme = str(kept.get("theme", ""))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Memory(path=path)
    return memory
