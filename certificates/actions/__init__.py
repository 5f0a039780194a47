"""The verbs of this room; the only part of it that writes."""
from .certificates import issue
from .checks import answer_check
from .decisions import lift_withholding, sanction, withhold

__all__ = ["answer_check", "issue", "lift_withholding", "sanction", "withhold"]
