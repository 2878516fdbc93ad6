"""What keeps the terminal, its owner and the secrets safe from everything else. Importing it imports no Textual."""

from __future__ import annotations

from console.safety.environment import start_safely

__all__ = ["start_safely"]
