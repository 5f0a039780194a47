"""The nouns of this room, by what they are about."""
from .certificates import (
    Certificate,
    Credential,
    DesignVersion,
    FollowUp,
    Heartbeat,
    PublicKey,
    Reinstatement,
    Revocation,
    Run,
    RunLine,
    StatusList,
)
from .checks import (
    Change,
    Check,
    CheckSeal,
    Delivery,
    Hook,
    ListCheck,
    ProofLink,
    Purpose,
    RefusedFile,
    Tally,
    Token,
    Told,
    Watch,
    WrongName,
)
from .decisions import Concern, EntryRequest, Kind, Proposal, RuleLine, Sanction, Temporary, Withholding, WorkingName
from .designs import Design
from .pending import PendingDecision, StandingNotice
from .renewals import LogEntry, Reminder, Renewal
from .stretches import Stretch, StretchBasis, StretchMark

__all__ = [
    "Certificate", "Change", "Check", "CheckSeal", "Concern", "Credential", "Delivery", "Design", "DesignVersion", "EntryRequest",
    "FollowUp", "Heartbeat", "Hook", "Kind", "ListCheck", "LogEntry", "PendingDecision", "ProofLink", "Proposal", "PublicKey", "Purpose", "RefusedFile", "Reinstatement",
    "Reminder", "Renewal", "Revocation", "RuleLine", "Run", "RunLine", "Sanction", "StandingNotice", "StatusList", "Stretch", "StretchBasis", "StretchMark", "Tally", "Temporary", "Token", "Told",
    "Watch", "Withholding", "WorkingName", "WrongName",
]
