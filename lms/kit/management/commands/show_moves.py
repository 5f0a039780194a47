"""The old name of `show_transitions`, which scripts may still call."""

from .show_transitions import Command as Command
