"""Addresses of this room."""

from django.urls import path

from lms.kit import addresses  # noqa: F401 - its <number:…>

from .views import cohorts, files, organisations, register, timetable

app_name = "cohorts"
urlpatterns = [
    path("registry/imports/", files.files, name="imports"),
    path("registry/imports/sample/<str:kind>.<str:ending>", files.sample, name="import_sample"),
    path("registry/imports/<number:pk>/", files.file, name="import"),
    path("registry/imports/<number:pk>/write/", files.write, name="import_write"),
    path("registry/imports/<number:pk>/check/", files.check_again, name="import_check"),
    path("registry/imports/<number:pk>/drop/", files.drop, name="import_drop"),
    path("registry/imports/<number:pk>/refused.csv", files.refused_rows, name="import_refused"),
    path("registry/cohorts/", cohorts.cohorts, name="cohorts"),
    path("registry/cohorts/<str:code>/", cohorts.cohort, name="cohort"),
    path("registry/cohorts/<str:code>/timetable/", timetable.timetable, name="timetable"),
    path("registry/cohorts/<str:code>/<number:pk>/", cohorts.enrolment, name="enrolment"),
    path(
        "registry/cohorts/<str:code>/<number:pk>/<slug:action>/",
        cohorts.enrolment_action,
        name="enrolment_action",
    ),
    path("hub/organisations/", organisations.organisations, name="organisations"),
    path("hub/organisations/<str:code>/", organisations.organisation, name="organisation"),
    path("hub/calls/<number:pk>/", organisations.call, name="call"),
    path("hub/organisations/<str:code>/decide/", organisations.decide, name="organisation_decide"),
    path(
        "hub/organisations/<str:code>/contacts/",
        organisations.add_contact,
        name="organisation_contacts",
    ),
    path(
        "hub/organisations/<str:code>/contacts/<number:pk>/end/",
        organisations.end_contact,
        name="contact_end",
    ),
    path("hub/register/", register.register, name="register"),
    path("hub/register/<str:reference>/", register.entry, name="entry"),
    path("hub/register/<str:reference>/<slug:action>/", register.entry_action, name="entry_action"),
]
