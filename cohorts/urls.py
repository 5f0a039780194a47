"""Addresses of this room."""

from django.urls import path

from lms.kit import addresses  # noqa: F401 - its <number:…>

from .approvals import views as approvals
from .employment import views as employment
from .enrolment.views import cohorts, exports, status, timetable
from .imports import views as imports
from .intake.views import employers, offers, registry

app_name = "cohorts"
urlpatterns = [
    path("registry/imports/", imports.files, name="imports"),
    path("registry/imports/sample/<str:kind>.<str:ending>", imports.sample, name="import_sample"),
    path("registry/imports/<number:pk>/", imports.file, name="import"),
    path("registry/imports/<number:pk>/write/", imports.write, name="import_write"),
    path("registry/imports/<number:pk>/check/", imports.check_again, name="import_check"),
    path("registry/imports/<number:pk>/drop/", imports.drop, name="import_drop"),
    path("registry/imports/<number:pk>/refused.csv", imports.refused_rows, name="import_refused"),
    path("registry/cohorts/", cohorts.cohorts, name="cohorts"),
    path("registry/cohort-files/cohorts.<str:ending>", exports.cohorts, name="export_cohorts"),
    path(
        "registry/cohort-files/<str:code>/people.<str:ending>", exports.people, name="export_people"
    ),
    path("registry/leave/", status.planned, name="planned_changes"),
    path("registry/leave/<number:pk>/cancel/", status.cancel_change, name="cancel_change"),
    path("registry/cohorts/<str:code>/", cohorts.cohort, name="cohort"),
    path("registry/cohorts/<str:code>/enrol/", status.enrol_one, name="enrol_one"),
    path(
        "registry/cohorts/<str:code>/<number:pk>/status/<slug:change>/",
        status.status_change,
        name="status_change",
    ),
    path("registry/cohorts/<str:code>/timetable/", timetable.timetable, name="timetable"),
    path("registry/cohorts/<str:code>/<number:pk>/", cohorts.enrolment, name="enrolment"),
    path(
        "registry/cohorts/<str:code>/<number:pk>/<slug:action>/",
        cohorts.enrolment_action,
        name="enrolment_action",
    ),
    path("registry/intake/", registry.intake, name="intake"),
    path("registry/intake/<str:code>/", registry.intake_of, name="intake_of"),
    path("registry/nominations/<number:pk>/", registry.nomination, name="nomination"),
    path(
        "registry/nominations/<number:pk>/<slug:action>/",
        registry.nomination_action,
        name="nomination_action",
    ),
    path("employer/nominations/", employers.nominations, name="nominations"),
    path("employer/nominations/new/", employers.new_nomination, name="new_nomination"),
    path(
        "employer/nominations/<number:pk>/withdraw/",
        employers.withdraw_nomination,
        name="withdraw_nomination",
    ),
    path("offers/<str:secret>/", offers.offer, name="offer"),
    path("hub/organisations/", approvals.organisations, name="organisations"),
    path("hub/organisations/<str:code>/", approvals.organisation, name="organisation"),
    path("hub/calls/<number:pk>/", approvals.call, name="call"),
    path("hub/organisations/<str:code>/decide/", approvals.decide, name="organisation_decide"),
    path(
        "hub/organisations/<str:code>/contacts/",
        approvals.add_contact,
        name="organisation_contacts",
    ),
    path(
        "hub/organisations/<str:code>/contacts/<number:pk>/end/",
        approvals.end_contact,
        name="contact_end",
    ),
    path("hub/register/", employment.register, name="register"),
    path("hub/register/<str:reference>/", employment.entry, name="entry"),
    path(
        "hub/register/<str:reference>/<slug:action>/", employment.entry_action, name="entry_action"
    ),
]
