"""Addresses of this room."""

from django.urls import path

from lms.kit import addresses  # noqa: F401 - its <number:…>

from .applications.views import files as application_files
from .applications.views import public, review, versions
from .approvals.views import files as approval_files
from .approvals.views import for_contacts
from .approvals.views import organisations as approvals
from .attendance import views as attendance
from .confirming import files as confirming_files
from .confirming import views as confirming
from .discussion.views import posts as discussion_posts
from .discussion.views import spaces as discussion
from .employment import views as employment
from .enrolment.views import cohorts, exports, status, timetable
from .enrolment.views import files as enrolment_files
from .imports import views as imports
from .intake.views import employers, offers, places, registry
from .intake.views import files as intake_files
from .surveys.views import for_trainees, sets, staff

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
    path(
        "registry/leave/list.<str:ending>",
        enrolment_files.planned_changes,
        name="planned_changes_file",
    ),
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
        "registry/intake/<str:code>/nominations.<str:ending>",
        intake_files.nominations,
        name="nominations_file",
    ),
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
    path("teaching/surveys/", staff.surveys, name="surveys"),
    path("teaching/surveys/new/", staff.new_survey, name="new_survey"),
    path("teaching/surveys/<number:pk>/", staff.survey, name="survey"),
    path("teaching/surveys/<number:pk>/response/", staff.response, name="survey_response"),
    path(
        "teaching/surveys/<number:pk>/results.<str:ending>", staff.survey_file, name="survey_file"
    ),
    path("teaching/surveys/<number:pk>/<slug:action>/", staff.survey_action, name="survey_action"),
    path("registry/question-sets/", sets.sets, name="question_sets"),
    path("registry/question-sets/new/", sets.question_set, name="new_question_set"),
    path("registry/question-sets/<slug:key>/", sets.question_set, name="question_set"),
    path("registry/discussion/<str:code>/", discussion.switch, name="discussion_switch"),
    path("study/discussion/", discussion.spaces, name="discussions"),
    path("study/discussion/<str:code>/", discussion.space, name="discussion"),
    path("study/discussion/<str:code>/new/", discussion.new_thread, name="discussion_new"),
    path(
        "study/discussion/<str:code>/moderation/",
        discussion_posts.moderation,
        name="discussion_moderation",
    ),
    path("study/discussion/<str:code>/<number:pk>/", discussion.thread, name="discussion_thread"),
    path(
        "study/discussion/<str:code>/posts/<number:pk>/",
        discussion_posts.post,
        name="discussion_post",
    ),
    path(
        "study/discussion/<str:code>/posts/<number:pk>/change/",
        discussion_posts.edit,
        name="discussion_edit",
    ),
    path(
        "study/discussion/<str:code>/posts/<number:pk>/<slug:action>/",
        discussion_posts.post_action,
        name="discussion_post_action",
    ),
    path(
        "study/discussion/<str:code>/<slug:action>/",
        discussion.space_action,
        name="discussion_action",
    ),
    path("study/surveys/", for_trainees.own_surveys, name="own_surveys"),
    path("study/surveys/reminders/", for_trainees.reminders, name="survey_reminders"),
    path("study/surveys/<number:pk>/", for_trainees.own_survey, name="own_survey"),
    path("places/", places.places, name="places"),
    path("places/sent/", places.places_sent, name="places_sent"),
    path("places/employer/<str:secret>/", places.employer_answer, name="employer_answer"),
    path("places/<str:secret>/", places.place_application, name="place_application"),
    path("places/<str:secret>/page/<number:number>/", places.place_page, name="place_page"),
    path("places/<str:secret>/withdraw/", places.place_withdraw, name="place_withdraw"),
    path("teaching/sessions/<number:pk>/import/", attendance.meeting_file, name="meeting_file"),
    path("hub/organisations/", approvals.organisations, name="organisations"),
    path(
        "hub/organisations/list.<str:ending>",
        approval_files.organisations,
        name="organisations_file",
    ),
    path("hub/calls/list.<str:ending>", approval_files.calls, name="calls_file"),
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
    path(
        "hub/applications/list.<str:ending>",
        application_files.applications,
        name="applications_file",
    ),
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
    path("hub/posts/outside/", confirming.outside, name="posts_outside"),
    path(
        "hub/posts/outside/list.<str:ending>",
        confirming_files.posts_outside,
        name="posts_outside_file",
    ),
    path("hub/posts/list.<str:ending>", confirming_files.posts_to_confirm, name="posts_file"),
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
