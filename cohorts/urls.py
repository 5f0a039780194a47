"""Addresses of this room."""

from django.urls import path

from lms.kit import addresses  # noqa: F401 - its <number:…>

from .approvals import views as approvals
from .attendance import views as attendance
from .employment import views as employment
from .enrolment.views import cohorts, timetable
from .imports import views as imports

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
    path("registry/cohorts/<str:code>/", cohorts.cohort, name="cohort"),
    path("registry/cohorts/<str:code>/timetable/", timetable.timetable, name="timetable"),
    path("registry/cohorts/<str:code>/<number:pk>/", cohorts.enrolment, name="enrolment"),
    path(
        "registry/cohorts/<str:code>/<number:pk>/<slug:action>/",
        cohorts.enrolment_action,
        name="enrolment_action",
    ),
    path("teaching/sessions/<number:pk>/import/", attendance.meeting_file, name="meeting_file"),
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
