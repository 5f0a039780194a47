"""Where Django finds the tables of this room. Nothing imports them from here: each stands in the folder of its noun."""

from .employment.models import Employment, EmploymentLine, Remark
from .enrolment.models import Cohort, Enrolment, StatusChange
from .imports.models import Import
from .intake.models import NationPlaces, Nomination
from .organisations.models import Approval, Contact, Organisation, TelephoneTask

__all__ = [
    "Approval",
    "Cohort",
    "Contact",
    "Employment",
    "EmploymentLine",
    "Enrolment",
    "Import",
    "NationPlaces",
    "Nomination",
    "Organisation",
    "Remark",
    "StatusChange",
    "TelephoneTask",
]
