"""Addresses of this room."""

from django.urls import path

from lms.kit import addresses  # noqa: F401 - its <number:…>

from .applications.views import public, review, versions
from .approvals.views import for_contacts
from .approvals.views import organisations as approvals
from .attendance import views as attendance
from .confirming import views as confirming
from .employment import views as employment
from .enrolment.views import cohorts, exports, status, timetable
from .imports import views as imports
from .intake.views import employers, offers, places, registry

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
    path(
        "employer/organisations/",
        for_contacts.organisations_for_contact,
        name="organisations_for_contact",
    ),
    path(
        "employer/organisations/<number:pk>/confirm/", for_contacts.confirm, name="contact_confirm"
    ),
    path("registry/intake/", registry.intake, name="intake"),
    path("registry/intake/<str:code>/", registry.intake_of, name="intake_of"),
    path(
        "registry/intake/<str:code>/applications/",
        registry.open_applications,
        name="open_applications",
    ),
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
    path("places/", places.places, name="places"),
    path("places/sent/", places.places_sent, name="places_sent"),
    path("places/employer/<str:secret>/", places.employer_answer, name="employer_answer"),
    path("places/<str:secret>/", places.place_application, name="place_application"),
    path("places/<str:secret>/page/<number:number>/", places.place_page, name="place_page"),
    path("places/<str:secret>/withdraw/", places.place_withdraw, name="place_withdraw"),
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
    path("hub/organisations/<str:code>/history/", approvals.history, name="organisation_history"),
    path("hub/organisations/<str:code>/<slug:action>/", approvals.act, name="room_action"),
    path("apply/", public.apply, name="apply"),
    path("apply/sent/", public.link_mailed, name="apply_sent"),
    path("apply/<str:secret>/", public.application, name="application"),
    path("apply/<str:secret>/page/<number:number>/", public.page, name="application_page"),
    path("apply/<str:secret>/saved/", public.saved, name="application_saved"),
    path("apply/<str:secret>/check/", public.check, name="application_check"),
    path("apply/<str:secret>/answer/", public.answer, name="application_answer"),
    path("apply/<str:secret>/withdraw/", public.withdraw, name="application_withdraw"),
    path("apply/<str:secret>/files/<number:pk>/", public.own_file, name="application_file"),
    path("hub/applications/", review.applications, name="applications"),
    path("hub/applications/form/", versions.form_versions, name="form_versions"),
    path("hub/applications/form/questions/", versions.question, name="new_form_question"),
    path("hub/applications/form/questions/<slug:key>/", versions.question, name="form_question"),
    path("hub/applications/form/checklist/", versions.checklist, name="form_checklist"),
    path("hub/applications/form/<number:number>/", versions.form_version, name="form_version"),
    path("hub/applications/<number:pk>/", review.review, name="review"),
    path("hub/applications/<number:pk>/files/<number:file>/", review.file, name="review_file"),
    path("hub/applications/<number:pk>/<slug:action>/", review.act, name="review_action"),
    path("employer/posts/", confirming.posts, name="posts"),
    path("hub/posts/", confirming.unanswered, name="posts_unanswered"),
    path("hub/posts/supplied/<number:pk>/", confirming.supplied, name="supplied_post"),
    path("hub/posts/<number:pk>/", confirming.report, name="post_report"),
    path("hub/register/", employment.register, name="register"),
    path("hub/register/export/", imports.export, name="register_export"),
    path("hub/register/new/", employment.new_post, name="new_post"),
    path("hub/register/<str:reference>/", employment.entry, name="entry"),
    path(
        "hub/register/<str:reference>/<slug:action>/", employment.entry_action, name="entry_action"
    ),
]
