"""Where Django finds the tables of this room. Nothing imports them from here: each stands in the folder of its noun."""

from .applications.models import (
    Application,
    ApplicationCheck,
    ApplicationDecision,
    ApplicationFile,
    ApplicationForm,
    ApplicationLink,
    ApplicationMessage,
)
from .confirming.models import LastHeard, PostReport, PostsRequest, SuppliedPost
from .discussion.models import (
    DiscussionAppeal,
    DiscussionMember,
    DiscussionPost,
    DiscussionReading,
    DiscussionReport,
    DiscussionSpace,
    DiscussionThread,
)
from .employment.models import Employment, EmploymentLine, Remark
from .enrolment.models import Cohort, Enrolment, StatusChange
from .imports.models import Import
from .intake.models import NationPlaces, Nomination, PlaceApplication, PlaceLink
from .organisations.models import (
    Approval,
    Condition,
    Contact,
    Memorandum,
    Organisation,
    OrganisationLine,
    OrganisationNations,
    OrganisationReminder,
    OrganisationReview,
    TelephoneTask,
)
from .surveys.models import (
    QuestionSet,
    Survey,
    SurveyInvitation,
    SurveyReminderChoice,
    SurveyResponse,
    SurveyTally,
)

__all__ = [
    "Application",
    "ApplicationCheck",
    "ApplicationDecision",
    "ApplicationFile",
    "ApplicationForm",
    "ApplicationLink",
    "ApplicationMessage",
    "Approval",
    "Cohort",
    "Condition",
    "Contact",
    "DiscussionAppeal",
    "DiscussionMember",
    "DiscussionPost",
    "DiscussionReading",
    "DiscussionReport",
    "DiscussionSpace",
    "DiscussionThread",
    "Employment",
    "EmploymentLine",
    "Enrolment",
    "Import",
    "LastHeard",
    "Memorandum",
    "NationPlaces",
    "Nomination",
    "PlaceApplication",
    "PlaceLink",
    "Organisation",
    "OrganisationLine",
    "OrganisationNations",
    "OrganisationReminder",
    "OrganisationReview",
    "PostReport",
    "PostsRequest",
    "QuestionSet",
    "Remark",
    "StatusChange",
    "SuppliedPost",
    "Survey",
    "SurveyInvitation",
    "SurveyReminderChoice",
    "SurveyResponse",
    "SurveyTally",
    "TelephoneTask",
]
