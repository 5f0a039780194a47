"""Who gets through which address: one row for each name the resolver knows, read by test_access."""

from datetime import date

from assessments.deciding.export_models import ExportRun
from assessments.deciding.models import Board
from assessments.marking.models import Allocation, Correction
from assessments.taking.models import Submission
from certificates.models import (
    Certificate,
    Check,
    Concern,
    Credential,
    EntryRequest,
    IssueRun,
    ListCheck,
    LogEntry,
    Proposal,
    PublicKey,
    StatusList,
)
from cohorts.employment.models import Employment
from cohorts.enrolment.models import Cohort, Enrolment
from cohorts.imports.models import Import
from cohorts.organisations.models import Contact, TelephoneTask
from courses.models import (
    Closure,
    LawChange,
    LawProposal,
    Progress,
    Session,
    Suggestion,
    TopUp,
    UnitPage,
    UnitVersion,
    Variant,
)

FOREIGN = ("accounts/", "admin/", "documents/")

OPEN, SIGN_IN, HIDDEN, SHUT, POST_ONLY, ELSEWHERE, NO_KEY = 200, "sign in", 404, 403, 405, 302, 401
PEOPLE = {
    "trainee": "learner",
    "finished": "learner",
    "tutor": "tutor",
    "second": "tutor",
    "third": "tutor author",
    "examiner": "external_examiner",
    "registrar": "registrar",
    "hub": "hub_officer",
    "hub2": "hub_officer",
    "employer": "employer",
    "consultant": "survivor_consultant",
}


def everybody(answer=OPEN):
    return lambda who: answer


def signed_in(answer=OPEN):
    return lambda who: SIGN_IN if who == "anonymous" else answer


def only(*roles, inside=OPEN, outside=SHUT, people=()):
    """`inside` for holders of the roles and for the named people, `outside` for everybody else."""

    def answer(who):
        if who == "anonymous":
            return SIGN_IN
        held = set(PEOPLE[who].split())
        return inside if held & set(roles) or who in people else outside

    return answer


def readers(inside=OPEN):
    """Trainees whose plan covers it, and all who teach, write, advise and decide; an employer learns nothing."""
    return only(
        "learner",
        "tutor",
        "author",
        "external_examiner",
        "registrar",
        "hub_officer",
        "survivor_consultant",
        inside=inside,
        outside=HIDDEN,
    )


def hub_person(inside=OPEN):
    """Who may see that the enrolment exists is told why not; the others learn nothing."""
    hub = only("hub_officer", inside=inside, outside=HIDDEN)
    return lambda who: SHUT if who in ("registrar", "finished") else hub(who)


ACCESS = {
    "home": everybody((OPEN, HIDDEN)),
    # People's own doors.
    "people:today": lambda who: SIGN_IN if who == "anonymous" else ELSEWHERE,
    "people:me": signed_in(),
    "people:own_messages": signed_in(),
    "people:read_message": everybody(POST_ONLY),
    "people:read_all_messages": everybody(POST_ONLY),
    "people:reading": signed_in(),
    "people:own_name": signed_in(),
    "people:display_names": only("registrar"),
    "people:display_name": only("registrar", inside=HIDDEN),
    "people:accept_name": everybody(POST_ONLY),
    "people:own_contact": signed_in(),
    "people:own_notes": signed_in(),
    "people:contact_of": only("registrar", "hub_officer"),
    "people:note": signed_in(HIDDEN),
    "people:note_text": signed_in(HIDDEN),
    "people:note_readers": everybody(POST_ONLY),
    "people:note_remove": everybody(POST_ONLY),
    "people:sessions": signed_in(),
    "people:end_session": everybody(POST_ONLY),
    "people:end_others": everybody(POST_ONLY),
    "people:invitation": everybody(HIDDEN),
    "people:send_invitation": everybody(POST_ONLY),
    "people:address": only("registrar", "hub_officer"),
    "people:cancel_address": everybody(POST_ONLY),
    "people:approve_address": everybody(POST_ONLY),
    "people:reopen_account": everybody(POST_ONLY),
    "people:refuse_address": everybody(HIDDEN),
    "people:confirm_address": everybody(HIDDEN),
    "people:recoveries": only("registrar", "hub_officer"),
    "people:recovery": everybody(POST_ONLY),
    "people:mail": only("registrar", "hub_officer"),
    "people:mail_reports": everybody(POST_ONLY),
    "people:bounces": only("registrar", "hub_officer"),
    "people:bounce_close": everybody(POST_ONLY),
    "people:own_address": signed_in(),
    "people:mail_again": everybody(POST_ONLY),
    "people:mail_again_all": everybody(POST_ONLY),
    "people:mail_close": everybody(POST_ONLY),
    "people:demonstration": everybody(),
    "gallery": everybody(),
    "picture": everybody(HIDDEN),
    # What is taught.
    "courses:module": only(
        "learner",
        "tutor",
        "author",
        "external_examiner",
        "registrar",
        "hub_officer",
        "survivor_consultant",
        outside=HIDDEN,
    ),
    "courses:unit": only(
        "learner",
        "tutor",
        "author",
        "external_examiner",
        "registrar",
        "hub_officer",
        "survivor_consultant",
        outside=HIDDEN,
        inside=(OPEN, ELSEWHERE),
    ),
    "courses:variant": only(
        "tutor",
        "author",
        "external_examiner",
        "registrar",
        "hub_officer",
        "survivor_consultant",
        outside=HIDDEN,
        people=["trainee"],
    ),
    "courses:studied": lambda who: (
        SIGN_IN if who == "anonymous" else HIDDEN if who in ("finished", "employer") else ELSEWHERE
    ),
    "courses:version": only(
        "tutor",
        "author",
        "external_examiner",
        "registrar",
        "hub_officer",
        "survivor_consultant",
        outside=HIDDEN,
        people=["trainee"],
    ),
    "courses:consult": only("survivor_consultant"),
    "courses:suggest": only("survivor_consultant"),
    "courses:suggestions": only("tutor", "author"),
    "courses:suggestion": only("tutor", "author", "survivor_consultant", outside=HIDDEN),
    # Timetables, sessions, and who attended.
    "cohorts:timetable": only("registrar"),
    "courses:closures": only("registrar"),
    "courses:closure": only("registrar"),
    "courses:sessions": only("tutor", "registrar"),
    "courses:new_session": only("tutor", "registrar"),
    "cohorts:meeting_file": only("tutor"),
    "courses:calendar_feed": everybody(HIDDEN),
    "courses:own_calendar": only("learner"),
    "courses:cohort_calendars": only("tutor", "registrar"),
    "courses:attend": only("learner"),
    "courses:attendance_code": only("tutor"),
    "courses:new_series": only("tutor", "registrar"),
    "courses:session": only("tutor", "registrar"),
    "courses:change_session": only("tutor", "registrar"),
    "courses:attendance": only("tutor"),
    "courses:own_sessions": only("learner"),
    "courses:own_sessions_file": only("learner"),
    "courses:session_file": only("tutor", "registrar", outside=HIDDEN, people=["trainee"]),
    # What is a reader's own: a stranger's row does not exist.
    "courses:reflect": lambda who: (
        SIGN_IN
        if who == "anonymous"
        else HIDDEN
        if who == "employer"
        else OPEN
        if who in ("trainee", "finished")
        else SHUT
    ),
    "courses:notes": signed_in(),
    "courses:new_note": signed_in(HIDDEN),
    "courses:notes_text": signed_in(),
    "courses:notes_json": signed_in(),
    "courses:own_note": signed_in(HIDDEN),
    "courses:erase": signed_in(HIDDEN),
    "courses:share": signed_in(HIDDEN),
    "courses:reflections": only("tutor"),
    "courses:reflection": signed_in(HIDDEN),
    # Marks on the way: a staff reader may look, and answers for nobody.
    "courses:check": readers(ELSEWHERE),
    "courses:challenge_answer": readers(ELSEWHERE),
    "courses:activity": readers(ELSEWHERE),
    "courses:poll": readers(ELSEWHERE),
    "courses:later": readers(ELSEWHERE),
    "courses:place": readers(ELSEWHERE),
    "courses:layout": readers(ELSEWHERE),
    # Taken along, and sent when the connection is back.
    "courses:offline_sync": lambda who: SHUT if who == "anonymous" else OPEN,
    "courses:offline": signed_in(),
    "courses:offline_shell": everybody(),
    "courses:worker": everybody(),
    "courses:offline_manifest": readers(),
    "courses:offline_module": readers(),
    "courses:offline_page": signed_in(),
    "courses:offline_unit": lambda who: HIDDEN if who == "finished" else readers()(who),
    # Authors, tutors, and what everybody is told of suggestions.
    "courses:authoring": only("tutor", "author"),
    "courses:authoring_report": only("tutor", "author"),
    "courses:side_by_side": only("tutor", "author"),
    "courses:challenges": only("tutor", "author"),
    "courses:challenge": only("tutor", "author", outside=SHUT, inside=HIDDEN),
    "courses:confirm_reviewed": everybody(POST_ONLY),
    "courses:urgent": only("author"),
    "courses:whose_programme": only("tutor", "author"),
    "courses:you_said": everybody(),
    "courses:publish_response": lambda who: (
        SHUT
        if who == "consultant"
        else only("author", outside=SHUT if who in ("tutor", "second") else HIDDEN)(who)
    ),
    "courses:withdraw_response": everybody(POST_ONLY),
    # The law, and what it asks.
    "courses:law": only("tutor", "author"),
    "courses:provision": only("tutor", "author"),
    "courses:change_law": only("tutor", "author"),
    "courses:put_law_right": only("tutor", "author"),
    "courses:law_change": only("tutor", "author"),
    "courses:undo_law_change": only("tutor", "author"),
    "courses:law_proposal": only("tutor", "author"),
    "courses:top_up_preview": only("tutor", "author"),
    "courses:top_up_sending": only("tutor", "author"),
    "courses:top_up": only(outside=HIDDEN, people=["trainee", "finished"]),
    # Files in and out, and what changed.
    "courses:module_epub": readers(),
    "courses:module_pdf": readers(),
    "courses:versions": only(
        "tutor", "author", "external_examiner", "registrar", "hub_officer", "survivor_consultant"
    ),
    "courses:compare": lambda who: HIDDEN if who == "finished" else readers(ELSEWHERE)(who),
    "courses:import": only("author"),
    "courses:import_look": only("author", inside=HIDDEN),
    "courses:handbook": only(
        "learner",
        "tutor",
        "author",
        "external_examiner",
        "registrar",
        "hub_officer",
        "survivor_consultant",
        outside=HIDDEN,
    ),
    "courses:rights": signed_in(),
    "courses:search": signed_in(),
    "courses:glossary": signed_in(),
    "courses:contacts": signed_in(),
    "courses:my_study_data": signed_in(),
    "courses:own_place": everybody(POST_ONLY),
    "courses:my_study_json": signed_in(),
    # Who learns, and who employs them.
    "cohorts:imports": only("registrar", "hub_officer"),
    "cohorts:import_sample": only("registrar", "hub_officer"),
    "cohorts:import": only("registrar", "hub_officer"),
    "cohorts:import_write": everybody(POST_ONLY),
    "cohorts:import_check": everybody(POST_ONLY),
    "cohorts:import_drop": everybody(POST_ONLY),
    "cohorts:import_refused": only("registrar", "hub_officer"),
    "cohorts:cohorts": only("registrar", "hub_officer"),
    "cohorts:cohort": only("registrar", "hub_officer"),
    "cohorts:enrolment": only("registrar", "hub_officer"),
    "cohorts:enrolment_action": everybody(POST_ONLY),
    "cohorts:apply": everybody(),
    "cohorts:apply_sent": everybody(),
    "cohorts:application": everybody(HIDDEN),
    "cohorts:application_page": everybody(HIDDEN),
    "cohorts:application_saved": everybody(HIDDEN),
    "cohorts:application_check": everybody(HIDDEN),
    "cohorts:application_answer": everybody(HIDDEN),
    "cohorts:application_withdraw": everybody(HIDDEN),
    "cohorts:application_file": everybody(HIDDEN),
    "cohorts:applications": only("hub_officer"),
    "cohorts:form_versions": only("hub_officer"),
    "cohorts:form_version": only("hub_officer"),
    "cohorts:new_form_question": only("hub_officer", inside=ELSEWHERE),
    "cohorts:form_question": only("hub_officer", inside=ELSEWHERE),
    "cohorts:form_checklist": only("hub_officer", inside=ELSEWHERE),
    "cohorts:review": only("hub_officer", inside=HIDDEN),
    "cohorts:review_file": only("hub_officer", inside=HIDDEN),
    "cohorts:review_action": everybody(POST_ONLY),
    "cohorts:enrol_one": only("registrar", "hub_officer"),
    "cohorts:status_change": only("registrar", "hub_officer"),
    "cohorts:planned_changes": only("registrar", "hub_officer"),
    "cohorts:cancel_change": everybody(POST_ONLY),
    "cohorts:export_people": everybody(POST_ONLY),
    "cohorts:organisations_file": everybody(POST_ONLY),
    "cohorts:calls_file": everybody(POST_ONLY),
    "cohorts:applications_file": everybody(POST_ONLY),
    "cohorts:nominations_file": everybody(POST_ONLY),
    "cohorts:posts_file": everybody(POST_ONLY),
    "cohorts:posts_outside_file": everybody(POST_ONLY),
    "cohorts:planned_changes_file": everybody(POST_ONLY),
    "certificates:renewals_file": everybody(POST_ONLY),
    "people:bounces_file": everybody(POST_ONLY),
    "courses:sessions_list_file": everybody(POST_ONLY),
    "courses:attendance_file": everybody(POST_ONLY),
    "courses:closures_file": everybody(POST_ONLY),
    "assessments:progress_file": everybody(POST_ONLY),
    "cohorts:surveys": only("registrar", "tutor"),
    "cohorts:new_survey": only("registrar", "tutor"),
    "cohorts:survey": only("registrar", "tutor", inside=HIDDEN),
    "cohorts:survey_response": only("registrar", "tutor", inside=HIDDEN),
    "cohorts:survey_file": everybody(POST_ONLY),
    "cohorts:survey_action": everybody(POST_ONLY),
    "cohorts:question_sets": only("registrar"),
    "cohorts:new_question_set": only("registrar"),
    "cohorts:question_set": only("registrar"),
    "cohorts:own_surveys": signed_in(),
    "cohorts:survey_reminders": everybody(POST_ONLY),
    "cohorts:own_survey": signed_in(HIDDEN),
    "cohorts:discussion_switch": only("registrar"),
    "cohorts:discussions": signed_in(),
    **{
        f"cohorts:{name}": signed_in(HIDDEN)
        for name in (
            "discussion",
            "discussion_new",
            "discussion_moderation",
            "discussion_thread",
            "discussion_post",
            "discussion_edit",
        )
    },
    "cohorts:discussion_action": everybody(POST_ONLY),
    "cohorts:discussion_post_action": everybody(POST_ONLY),
    "cohorts:intake": only("registrar"),
    "cohorts:intake_of": only("registrar"),
    "cohorts:nomination": only("registrar", inside=HIDDEN),
    "cohorts:nomination_action": everybody(POST_ONLY),
    "cohorts:nominations": only("employer"),
    "cohorts:new_nomination": only("employer"),
    "cohorts:withdraw_nomination": everybody(POST_ONLY),
    "cohorts:offer": everybody(HIDDEN),
    "cohorts:places": everybody(),
    "cohorts:places_sent": everybody(),
    "cohorts:employer_answer": everybody(HIDDEN),
    "cohorts:place_application": everybody(HIDDEN),
    "cohorts:place_page": everybody(HIDDEN),
    "cohorts:place_withdraw": everybody(HIDDEN),
    "cohorts:open_applications": everybody(POST_ONLY),
    "cohorts:export_cohorts": everybody(POST_ONLY),
    "cohorts:organisations": only("hub_officer"),
    "cohorts:organisation": only("hub_officer"),
    "cohorts:call": only("hub_officer"),
    "cohorts:organisation_history": only("hub_officer"),
    "cohorts:room_action": everybody(POST_ONLY),
    "cohorts:organisations_for_contact": only("employer"),
    "cohorts:contact_confirm": everybody(POST_ONLY),
    "cohorts:organisation_decide": everybody(POST_ONLY),
    "cohorts:organisation_contacts": everybody(POST_ONLY),
    "cohorts:contact_end": everybody(POST_ONLY),
    "cohorts:posts": only("employer"),
    "cohorts:posts_unanswered": only("hub_officer"),
    "cohorts:posts_outside": only("hub_officer"),
    "cohorts:post_report": only("hub_officer", inside=HIDDEN),
    "cohorts:register": only("hub_officer", "registrar"),
    "cohorts:supplied_post": only("hub_officer", inside=HIDDEN),
    "cohorts:register_export": only("hub_officer"),
    "cohorts:new_post": only("hub_officer", "registrar"),
    "cohorts:entry": only("hub_officer", "registrar"),
    "cohorts:entry_action": everybody(POST_ONLY),
    # How work is judged.
    "assessments:study": only("learner"),
    "assessments:own_contact": only("learner"),
    "assessments:dates": only("learner"),
    "assessments:date_reminders": only("learner"),
    "assessments:own_message": signed_in(HIDDEN),  # nobody wrote to them
    "assessments:own_reminders": everybody(POST_ONLY),
    "assessments:tutored_cohorts": only("tutor", "registrar"),
    "assessments:tutored_cohort": only("tutor", "registrar"),
    "assessments:write_to_people": only("tutor", inside=ELSEWHERE),  # nobody is ticked
    "assessments:tutor_messages": only("tutor", "registrar"),
    "assessments:tutor_message": only("tutor", "registrar", inside=HIDDEN),
    "assessments:announcements": only("tutor", "registrar"),
    "assessments:announcement": only("tutor", "registrar", inside=HIDDEN),
    "assessments:tutored": only("tutor", "registrar"),
    "assessments:contact_entry": only("tutor", "registrar", inside=HIDDEN),
    "assessments:work": only("learner"),
    "assessments:piece": only("learner", outside=HIDDEN),
    "assessments:check": only("learner", inside=ELSEWHERE, outside=HIDDEN),
    "assessments:answers": everybody(POST_ONLY),
    "assessments:recovery": only("learner"),
    "assessments:late_answers": only("registrar"),
    "assessments:late_answers_of": only("registrar", inside=HIDDEN),
    "assessments:begin_upload": everybody(POST_ONLY),
    "assessments:upload_pieces": everybody(POST_ONLY),
    "assessments:text": only(inside=HIDDEN, outside=HIDDEN),  # this work takes no text
    "assessments:save_text": everybody(POST_ONLY),
    "assessments:text_versions": only(inside=HIDDEN, outside=HIDDEN),
    "assessments:text_version": only(inside=HIDDEN, outside=HIDDEN),
    "assessments:new_portfolio_entry": only(inside=HIDDEN, outside=HIDDEN),  # no portfolio
    "assessments:portfolio_entry": only(inside=HIDDEN, outside=HIDDEN),
    "assessments:portfolio_item": only(inside=HIDDEN, outside=HIDDEN),
    "assessments:portfolio_office": only("registrar"),
    "assessments:sign_off": everybody(HIDDEN),
    "assessments:supervising": signed_in(),
    "assessments:supervise": signed_in(HIDDEN),
    "assessments:receipt": only("registrar", outside=HIDDEN, people=["finished"]),
    "assessments:own_file": only(outside=HIDDEN, people=["finished"]),
    "assessments:queue": only("tutor"),
    "assessments:snippets": only("tutor"),
    "assessments:own_interests": only("tutor"),
    "assessments:away": only("tutor"),
    "assessments:away_package": only("tutor", inside=HIDDEN),
    "assessments:interests": only("registrar"),
    "assessments:share_out": only("registrar"),
    "assessments:script": only(outside=HIDDEN, people=["tutor", "second"]),
    "assessments:seal": only(inside=ELSEWHERE, outside=HIDDEN, people=["tutor", "second"]),
    "assessments:save_typing": everybody(POST_ONLY),
    "assessments:script_file": only(outside=HIDDEN, people=["tutor", "second"]),
    "assessments:script_view": only(outside=HIDDEN, people=["tutor", "second"]),
    "assessments:decline": only(outside=HIDDEN, people=["tutor", "second"]),
    "assessments:correct": only(inside=ELSEWHERE, outside=HIDDEN, people=["tutor", "second"]),
    "assessments:discussion": only(inside=HIDDEN, outside=HIDDEN),
    "assessments:discussions": only("registrar"),
    "assessments:discussion_of": only("registrar", inside=HIDDEN),
    "assessments:to_moderate": only("tutor"),
    "assessments:verdict": only(inside=HIDDEN, outside=HIDDEN),
    "assessments:verdict_file": only(inside=HIDDEN, outside=HIDDEN),
    "assessments:verdict_view": only(inside=HIDDEN, outside=HIDDEN),
    "assessments:verdict_feedback": only(inside=HIDDEN, outside=HIDDEN),
    "assessments:discussion_feedback": only(inside=HIDDEN, outside=HIDDEN),
    "assessments:feedback": only(outside=HIDDEN, people=["tutor", "second"]),
    "assessments:recording": only(inside=HIDDEN, outside=HIDDEN),  # spoken feedback is off
    "assessments:feedback_file": only(inside=HIDDEN, outside=HIDDEN),  # none is attached
    "assessments:own_feedback": only(inside=HIDDEN, outside=HIDDEN),
    "assessments:sample_feedback": only("external_examiner", inside=HIDDEN),
    "assessments:correction_feedback": only("registrar", inside=HIDDEN),
    "assessments:moderations": only("registrar"),
    "assessments:mark_statistics": only("registrar"),
    "assessments:moderation_of": only("registrar", inside=HIDDEN),
    "assessments:scripts": only("registrar"),
    "assessments:corrections": only("registrar"),
    "assessments:correction": only("registrar"),
    "assessments:release": only("registrar"),
    "assessments:release_marks": only("registrar"),
    "assessments:script_tasks": only("registrar"),
    "assessments:examining": only("external_examiner"),
    "assessments:examine": only("external_examiner"),
    "assessments:sample_file": only("external_examiner"),
    "assessments:sample_view": only("external_examiner"),
    "assessments:sample_script": only("external_examiner"),
    "assessments:boards": only("registrar"),
    "assessments:board": only("registrar"),
    "assessments:check_board": only("registrar"),
    "assessments:members": only("registrar"),
    "assessments:minutes": only("registrar"),
    "assessments:board_pack": only("registrar"),
    "assessments:pack_downloads": only("registrar"),
    "assessments:minutes_file": only("registrar"),
    "assessments:own_boards": only("registrar", "tutor", "external_examiner"),
    "assessments:change_board": only("registrar"),
    "assessments:board_scripts": only("registrar"),
    "assessments:allocation": only("registrar"),
    "assessments:notes": only("registrar"),
    "assessments:note": only("registrar", inside=HIDDEN),  # of no receipt
    "assessments:assessments": only("registrar"),
    "assessments:new_assessment": only("registrar"),
    "assessments:assessment": only("registrar", outside=HIDDEN),
    "assessments:version": only("registrar", outside=HIDDEN),
    "assessments:preview": only("registrar", outside=HIDDEN),
    "assessments:new_question": only("registrar", inside=HIDDEN, outside=HIDDEN),  # approved
    "assessments:question": only("registrar", outside=HIDDEN),
    "assessments:new_section": only("registrar", inside=HIDDEN, outside=HIDDEN),  # approved
    "assessments:section": only("registrar", inside=HIDDEN, outside=HIDDEN),  # there is none
    "assessments:new_scenario": only("registrar", inside=HIDDEN, outside=HIDDEN),  # approved
    "assessments:scenario": only("registrar", inside=HIDDEN, outside=HIDDEN),  # there is none
    "assessments:bank": only("registrar", outside=HIDDEN),
    "assessments:statistics": only("registrar", outside=HIDDEN),
    "assessments:choose_question_file": only(
        "registrar", inside=HIDDEN, outside=HIDDEN
    ),  # approved
    "assessments:question_file": only("registrar", inside=HIDDEN, outside=HIDDEN),  # there is none
    "assessments:export_questions": only("registrar", outside=HIDDEN),
    "assessments:leaders": only("registrar"),
    "assessments:rule_sets": only("registrar"),
    "assessments:new_rules": only("registrar"),
    "assessments:cohort_rules": only("registrar"),
    "assessments:papers": only("external_examiner"),
    "assessments:paper": only("external_examiner", inside=HIDDEN),  # it waits for no answer
    "assessments:cohort_dates": only("registrar"),
    "assessments:due_dates": only("registrar"),
    "assessments:due_dates_of": only("registrar"),
    "assessments:unmaskings": only("registrar"),
    "assessments:unmaskings_examined": only("external_examiner"),
    "assessments:adjustments_of": only("registrar"),
    "assessments:own_adjustments": signed_in(),
    "assessments:holds": only("registrar"),
    "assessments:exports": only("registrar"),
    "assessments:new_export_profile": only("registrar"),
    "assessments:export_profile": only("registrar"),
    "assessments:edit_export_profile": only("registrar"),
    "assessments:export_board": only("registrar"),
    "assessments:export_cohort": only("registrar"),
    "assessments:export_receipt": only("registrar"),
    "assessments:export_file": only("registrar"),
    "assessments:record_codes": only("registrar"),
    "assessments:record_codes_of": only("registrar"),
    "assessments:transcripts": only("registrar"),
    "assessments:transcript_file": only("registrar", inside=HIDDEN),  # none was issued
    "assessments:own_transcripts": only("learner", outside=HIDDEN),
    "assessments:own_transcript_file": only(outside=HIDDEN),  # none was issued
    "assessments:own_transcripts_of": only(outside=HIDDEN),  # of another trainee
    "assessments:own_transcript_file_of": only(outside=HIDDEN),
    "assessments:claims_of": only("learner", outside=HIDDEN),
    "assessments:own_evidence": only(outside=HIDDEN),
    "assessments:claims": only("registrar"),
    "assessments:appeal_of": only(outside=HIDDEN, people=["finished"]),
    "assessments:own_appeal_file": only(outside=HIDDEN),
    "assessments:appeals": only("registrar"),
    "assessments:flag": only(outside=HIDDEN, people=["tutor", "second"]),
    "assessments:misconduct": only("registrar"),
    "assessments:case": only("registrar", inside=HIDDEN),  # there is none
    "assessments:case_file": only("registrar", inside=HIDDEN),
    "assessments:resemblance": only("registrar", inside=HIDDEN),
    "assessments:resemblance_file": only("registrar", inside=HIDDEN),
    "assessments:letter": only(outside=HIDDEN),
    "assessments:appeal": only("registrar", inside=HIDDEN),  # there is none
    "assessments:appeal_evidence": only("registrar", inside=HIDDEN),
    "assessments:claim": only("registrar", inside=HIDDEN),  # there is none
    "assessments:prior_learning": only("learner"),
    "assessments:own_prior_claim": only(outside=HIDDEN),
    "assessments:own_prior_file": only(outside=HIDDEN),
    "assessments:prior_claims": only("registrar"),
    "assessments:prior_claim": only("registrar", inside=HIDDEN),  # there is none
    "assessments:prior_evidence": only("registrar", "tutor", inside=HIDDEN),
    "assessments:claims_to_recommend": only("tutor"),
    "assessments:claim_to_recommend": only("tutor", inside=HIDDEN),
    "assessments:evidence": only("registrar", inside=HIDDEN),
    "assessments:chairs_action": only("registrar"),
    "assessments:leaver": only("registrar", inside=HIDDEN),  # nobody of them has left
    # What we attest.
    "certificates:check": everybody(),
    "certificates:answer": everybody(),
    "certificates:verify": everybody(),
    "certificates:receipts": everybody(),
    "certificates:receipt_file": everybody(),
    "certificates:issuer": everybody(),
    "certificates:jwks": everybody(),
    "record:checkpoints": everybody(),
    "record:newest": everybody((OPEN, HIDDEN)),
    "record:checkpoint": everybody(HIDDEN),
    "certificates:key": everybody(),
    "certificates:credential": everybody(),
    "certificates:achievement": everybody(),
    "certificates:badge_picture": everybody(),
    "certificates:status": everybody(),
    "certificates:my_entry": signed_in(),
    "certificates:renewal": signed_in(),
    "certificates:cpd_log": signed_in(),
    "certificates:new_entry": signed_in(),
    "certificates:cpd_log_entry": only(outside=HIDDEN, people=["finished"]),
    "certificates:share_links": signed_in(),
    "certificates:end_share_link": everybody(POST_ONLY),
    "certificates:share_link": everybody(HIDDEN),
    "certificates:issue_run": only("registrar"),
    "certificates:lists": only("employer"),
    "certificates:list_answer": only("employer"),
    "certificates:list_file": only("employer"),
    "certificates:history": only("employer"),
    "certificates:watches": only("employer"),
    "certificates:end_watch": everybody(POST_ONLY),
    "certificates:api_clients": only("employer"),
    "certificates:end_api_client": everybody(POST_ONLY),
    "certificates:api_docs": only("employer"),
    # By machine: a key opens it, a session does not.
    "certificates:hub_keys": only("hub_officer"),
    "certificates:end_hub_key": everybody(POST_ONLY),
    "hub_register:api-root": everybody(HIDDEN),
    "hub_register:openapi-json": everybody(),
    "hub_register:posts": everybody(NO_KEY),
    "hub_register:export": everybody(NO_KEY),
    "hub_register:supply": everybody(POST_ONLY),
    "register:api-root": everybody(HIDDEN),
    "register:openapi-json": everybody(),
    "nothing_here": everybody(HIDDEN),
    "register:check": everybody(POST_ONLY),
    "register:lists": everybody(POST_ONLY),
    "register:checks": everybody(NO_KEY),
    "register:watches": everybody(NO_KEY),
    "register:watch": everybody(NO_KEY),
    "register:stop": everybody(POST_ONLY),
    "register:supply": everybody(POST_ONLY),
    "register:supply_many": everybody(NO_KEY),
    "register:own_posts": everybody(NO_KEY),
    "register:changes": everybody(NO_KEY),
    "certificates:peer_discussions": signed_in(),
    "certificates:peer_discussion": only(outside=HIDDEN, people=["finished"]),
    "certificates:temporary": hub_person(),
    "certificates:renewals": only("hub_officer"),
    "certificates:renewal_decide": only("hub_officer", inside=HIDDEN),
    "certificates:rules": only("hub_officer"),
    "certificates:look_ahead": only("hub_officer"),
    "certificates:picture": only("hub_officer"),
    "certificates:picture_file": only("hub_officer"),
    "certificates:edit_design": only("hub_officer"),
    "certificates:preview_design": only("hub_officer", inside=POST_ONLY),
    "certificates:designs": only("registrar", "hub_officer"),
    "certificates:design": only("registrar", "hub_officer"),
    "certificates:design_pdf": only("registrar", "hub_officer"),
    "certificates:reply": only(outside=HIDDEN, people=[]),
    "certificates:badge": only("registrar", "hub_officer", outside=HIDDEN, people=["finished"]),
    "certificates:reissue": only("registrar"),
    "certificates:revoke": only("registrar"),
    "certificates:open_concern": hub_person(),
    "certificates:working_name": hub_person(),
    "certificates:proposal": only("hub_officer"),
    "certificates:pending_check": only("registrar", "hub_officer", inside=ELSEWHERE),
    "certificates:pending": only("registrar", "hub_officer", inside=HIDDEN),
    "certificates:rescission": only("hub_officer", inside=HIDDEN),
    "certificates:withholding_check": hub_person(inside=ELSEWHERE),
    "certificates:concern": only("hub_officer"),
    "certificates:request": only("hub_officer"),
    "certificates:my_certificates": signed_in((OPEN, ELSEWHERE)),
    "certificates:checks": signed_in(),
    "certificates:certificate": only(
        "registrar", "hub_officer", outside=HIDDEN, people=["finished"]
    ),
    "certificates:certificate_pdf": only(
        "registrar", "hub_officer", outside=HIDDEN, people=["finished"]
    ),
    "certificates:registry": only("registrar"),
    "certificates:issue_list": only("registrar"),
    "certificates:issue_all": only("registrar"),
    "certificates:issue_one": only("registrar", inside=ELSEWHERE),
    "certificates:hub": only("hub_officer"),
    "certificates:people": only("hub_officer"),
    "certificates:people_search": only("registrar", "hub_officer"),
    "certificates:people_search_file": everybody(POST_ONLY),
    "certificates:begin_merge": only("registrar", "hub_officer"),
    "certificates:merge_check": only("registrar", "hub_officer"),
    "certificates:merges": only("registrar", "hub_officer"),
    "certificates:merge": only("registrar", "hub_officer", inside=HIDDEN),
    "certificates:answer_merge": everybody(HIDDEN),
    "certificates:person": hub_person(),
    "certificates:decide": hub_person(),
    "certificates:decide_check": hub_person(inside=ELSEWHERE),
    "certificates:withholding": hub_person(),
    "certificates:employer": only("employer"),
}


def may_push(name, who) -> bool:
    """Who may use an address that only takes an action."""
    if name in (
        "courses:sessions_list_file",
        "courses:attendance_file",
        "assessments:progress_file",
    ):
        return bool({"tutor", "registrar"} & set(PEOPLE.get(who, "").split()))
    if name == "cohorts:open_applications":
        return who == "registrar"
    if name in ("courses:confirm_reviewed", "courses:withdraw_response"):
        return who == "third"
    if name in ("cohorts:survey_file", "cohorts:survey_action"):
        return who in ("registrar", "tutor", "second", "third")
    if name in ("assessments:own_reminders", "cohorts:survey_reminders"):
        return who != "anonymous"  # their own
    if name in ("people:read_message", "people:read_all_messages", "courses:own_place"):
        return who != "anonymous"  # their own; somebody else's is not found
    if name in ("people:end_session", "people:end_others", "assessments:answers"):
        return who != "anonymous"  # their own; somebody else's is not found
    if name in ("assessments:begin_upload", "assessments:upload_pieces", "assessments:save_text"):
        return who != "anonymous"  # their own; somebody else's is not found
    if name == "assessments:save_typing":
        return who in ("tutor", "second", "third")  # the marker's own script
    if name.startswith(
        (
            "people:mail",
            "people:bounce_close",
            "people:recovery",
            "people:send_invitation",
            "people:cancel_address",
            "people:approve_address",
            "people:reopen_account",
        )
    ):
        return who in ("registrar", "hub", "hub2")
    if name in ("people:accept_name", "people:display_name"):
        return who == "registrar"
    if name in ("people:note_readers", "people:note_remove"):
        return who != "anonymous"  # not found, but for those it is about or names
    if name == "cohorts:contact_confirm":
        return who == "employer"
    if name.startswith("cohorts:import") or name in (
        "cohorts:entry_action",
        "cohorts:cancel_change",
        "cohorts:export_people",
        "cohorts:export_cohorts",
        "cohorts:planned_changes_file",
        "people:bounces_file",
    ):
        return who in ("registrar", "hub", "hub2")
    if name == "cohorts:withdraw_nomination":
        return who == "employer"
    if name in (
        "cohorts:enrolment_action",
        "cohorts:nomination_action",
        "cohorts:nominations_file",
        "courses:closures_file",
    ):
        return who == "registrar"
    return who in ("hub", "hub2")


def prompt_of(code):
    version = UnitVersion.objects.filter(variant__unit__code=code, variant__key="all").latest(
        "number"
    )
    return next(part["id"] for part in version.parts if part["kind"] == "reflection")


def sample(name) -> dict:
    """Arguments for an address, taken from the demonstration: Siân's work and Màiri's Scottish unit."""
    sian = Enrolment.objects.get(person__email="sian.llewellyn@imsa.example")
    studying = Enrolment.objects.select_related("cohort").filter(state="enrolled").first()
    scottish = Variant.objects.get(unit__code="701-3", key="scotland")
    open_task = (
        Allocation.objects.filter(state="open", stage="first").select_related("submission").first()
    )
    of = {
        "courses:module": lambda: {"code": "IMSA701"},
        "courses:handbook": lambda: {"code": "IMSA701"},
        "courses:unit": lambda: {"code": "701-1"},
        "courses:variant": lambda: {"code": "701-3", "key": scottish.key},
        "courses:studied": lambda: {"code": "701-3", "key": scottish.key},
        "courses:reflect": lambda: {"code": "701-6", "key": "all", "part": prompt_of("701-6")},
        "courses:law_change": lambda: {"pk": LawChange.objects.first().pk},
        "courses:undo_law_change": lambda: {"pk": LawChange.objects.first().pk},
        "courses:law_proposal": lambda: {"pk": LawProposal.objects.first().pk},
        "courses:top_up": lambda: {"pk": TopUp.objects.first().pk},
        "courses:top_up_sending": lambda: {"pk": TopUp.objects.first().pk},
        "courses:top_up_preview": lambda: {"pk": TopUp.objects.first().pk},
        "courses:module_epub": lambda: {"code": "IMSA702"},
        "courses:module_pdf": lambda: {"code": "IMSA702"},
        "courses:compare": lambda: {
            name: UnitVersion.objects.filter(variant=scottish).first().pk
            for name in ("pk", "other")
        },
        "courses:versions": lambda: {"code": "701-3", "key": scottish.key},
        "courses:offline_manifest": lambda: {"code": "IMSA701"},
        "courses:offline_module": lambda: {"code": "IMSA701"},
        "courses:offline_page": lambda: {"page": "contacts"},
        "courses:offline_unit": lambda: {
            "code": "701-3",
            "key": scottish.key,
            "version": scottish.versions.latest("number").pk,
        },
        "courses:side_by_side": lambda: {"code": "701-3"},
        "courses:confirm_reviewed": lambda: {"code": "701-3", "key": scottish.key},
        "courses:challenge": lambda: {"pk": 0},
        "courses:urgent": lambda: {"pk": UnitPage.objects.first().pk},
        "courses:whose_programme": lambda: {"pk": UnitPage.objects.first().pk},
        "courses:publish_response": lambda: {"pk": Suggestion.objects.first().pk},
        "courses:withdraw_response": lambda: {"pk": Suggestion.objects.first().pk},
        "picture": lambda: {"name": "no-such-picture.webp"},
        "people:invitation": lambda: {"secret": "none"},
        "record:checkpoint": lambda: {"size": 0},
        "people:end_session": lambda: {"pk": 0},
        "people:read_message": lambda: {"pk": 0},
        "people:contact_of": lambda: {"pk": sian.person_id},
        "people:display_name": lambda: {"pk": 0},
        "people:accept_name": lambda: {"pk": 0},
        "people:bounce_close": lambda: {"pk": 0},
        "people:note": lambda: {"pk": 0},
        "people:note_text": lambda: {"pk": 0},
        "people:note_readers": lambda: {"pk": 0},
        "people:note_remove": lambda: {"pk": 0},
        "people:send_invitation": lambda: {"pk": 0},
        "people:recovery": lambda: {"pk": 0},
        "courses:import_look": lambda: {"token": "x"},
        "courses:own_note": lambda: {"pk": 0},
        "people:mail_again": lambda: {"pk": 0},
        "people:mail_close": lambda: {"pk": 0},
        "courses:erase": lambda: {"pk": 0},
        "courses:share": lambda: {"pk": 0},
        "courses:reflection": lambda: {"pk": 0},
        "courses:suggest": lambda: {"code": "701-3", "key": scottish.key},
        "courses:version": lambda: {"pk": UnitVersion.objects.filter(variant=scottish).first().pk},
        "courses:suggestion": lambda: {"pk": Suggestion.objects.first().pk},
        "cohorts:import_sample": lambda: {"kind": "cohort", "ending": "csv"},
        "cohorts:cohort": lambda: {"code": Cohort.objects.first().code},
        "cohorts:enrolment": lambda: {"code": sian.cohort.code, "pk": sian.pk},
        "cohorts:enrolment_action": lambda: {
            "code": sian.cohort.code,
            "pk": sian.pk,
            "action": "nations",
        },
        **{
            f"cohorts:{name}": lambda: {"secret": "none"}
            for name in (
                "application",
                "application_saved",
                "application_check",
                "application_answer",
                "application_withdraw",
            )
        },
        "cohorts:room_action": lambda: {"code": "ORG-18", "action": "review"},
        "cohorts:contact_confirm": lambda: {"pk": 999999},
        "cohorts:application_page": lambda: {"secret": "none", "number": 1},
        "cohorts:application_file": lambda: {"secret": "none", "pk": 1},
        "cohorts:form_version": lambda: {"number": 1},
        "cohorts:form_question": lambda: {"key": "name"},
        "cohorts:review": lambda: {"pk": 999999},
        "cohorts:review_file": lambda: {"pk": 999999, "file": 1},
        "cohorts:review_action": lambda: {"pk": 999999, "action": "ask"},
        "cohorts:enrol_one": lambda: {"code": sian.cohort.code},
        "cohorts:status_change": lambda: {
            "code": studying.cohort.code,
            "pk": studying.pk,
            "change": "last-day",
        },
        "cohorts:cancel_change": lambda: {"pk": 999999},
        "cohorts:survey": lambda: {"pk": 999999},
        "cohorts:survey_response": lambda: {"pk": 999999},
        "cohorts:survey_file": lambda: {"pk": 999999, "ending": "csv"},
        "cohorts:survey_action": lambda: {"pk": 999999, "action": "cancel"},
        "cohorts:question_set": lambda: {"key": "mid-module-check"},
        "cohorts:own_survey": lambda: {"pk": 999999},
        "cohorts:discussion_switch": lambda: {"code": sian.cohort.code},
        **{
            f"cohorts:{name}": lambda: {"code": sian.cohort.code}
            for name in ("discussion", "discussion_new", "discussion_moderation")
        },
        **{
            f"cohorts:{name}": lambda: {"code": sian.cohort.code, "pk": 999999}
            for name in ("discussion_thread", "discussion_post", "discussion_edit")
        },
        "cohorts:discussion_action": lambda: {"code": sian.cohort.code, "action": "accept"},
        "cohorts:discussion_post_action": lambda: {
            "code": sian.cohort.code,
            "pk": 999999,
            "action": "report",
        },
        "cohorts:intake_of": lambda: {"code": sian.cohort.code},
        "cohorts:nomination": lambda: {"pk": 999999},
        "cohorts:nomination_action": lambda: {"pk": 999999, "action": "offer"},
        "cohorts:withdraw_nomination": lambda: {"pk": 999999},
        "cohorts:offer": lambda: {"secret": "none"},
        "cohorts:employer_answer": lambda: {"secret": "none"},
        "cohorts:place_application": lambda: {"secret": "none"},
        "cohorts:place_page": lambda: {"secret": "none", "number": 1},
        "cohorts:place_withdraw": lambda: {"secret": "none"},
        "cohorts:open_applications": lambda: {"code": sian.cohort.code},
        "people:confirm_address": lambda: {"secret": "none"},
        "people:refuse_address": lambda: {"secret": "none"},
        "people:address": lambda: {"pk": sian.person_id},
        "people:cancel_address": lambda: {"pk": sian.person_id},
        "people:approve_address": lambda: {"pk": sian.person_id},
        "people:reopen_account": lambda: {"pk": sian.person_id},
        "cohorts:export_people": lambda: {"code": sian.cohort.code, "ending": "csv"},
        "cohorts:export_cohorts": lambda: {"ending": "csv"},
        "cohorts:organisations_file": lambda: {"ending": "csv"},
        "cohorts:calls_file": lambda: {"ending": "csv"},
        "cohorts:applications_file": lambda: {"ending": "csv"},
        "cohorts:nominations_file": lambda: {"code": sian.cohort.code, "ending": "csv"},
        "cohorts:posts_file": lambda: {"ending": "csv"},
        "cohorts:posts_outside_file": lambda: {"ending": "csv"},
        "cohorts:planned_changes_file": lambda: {"ending": "csv"},
        "certificates:renewals_file": lambda: {"ending": "csv"},
        "people:bounces_file": lambda: {"ending": "csv"},
        "courses:sessions_list_file": lambda: {"ending": "csv"},
        "courses:attendance_file": lambda: {"pk": Session.objects.first().pk, "ending": "csv"},
        "courses:closures_file": lambda: {"ending": "csv"},
        "assessments:progress_file": lambda: {"code": sian.cohort.code, "ending": "csv"},
        "certificates:people_search_file": lambda: {"ending": "csv"},
        "certificates:begin_merge": lambda: {"pk": sian.person_id},
        "certificates:merge_check": lambda: {
            "pk": studying.person_id,
            "other": sian.person_id,
        },
        "certificates:merge": lambda: {"pk": 999999},
        "certificates:answer_merge": lambda: {"secret": "none"},
        "cohorts:contact_end": lambda: {"code": "ORG-18", "pk": Contact.objects.first().pk},
        "cohorts:post_report": lambda: {"pk": 999999},
        "cohorts:supplied_post": lambda: {"pk": 999999},
        "register:supply": lambda: {"external_id": "HR-7"},
        "hub_register:supply": lambda: {"code": "ORG-18", "external_id": "HR-7"},
        "certificates:end_hub_key": lambda: {"pk": 0},
        "cohorts:entry": lambda: {"reference": Employment.objects.first().reference},
        "cohorts:entry_action": lambda: {
            "reference": Employment.objects.first().reference,
            "action": "end",
        },
        **{
            f"assessments:{page}": lambda: {"code": sian.cohort.code}
            for page in (
                "tutored_cohort",
                "write_to_people",
                "tutor_messages",
                "announcements",
            )
        },
        "assessments:own_message": lambda: {"pk": 999999},
        "assessments:tutor_message": lambda: {"code": sian.cohort.code, "pk": 999999},
        "assessments:announcement": lambda: {"code": sian.cohort.code, "pk": 999999},
        "assessments:tutored": lambda: {"code": sian.cohort.code, "pk": sian.pk},
        "assessments:contact_entry": lambda: {
            "code": sian.cohort.code,
            "pk": sian.pk,
            "entry": 999999,
        },
        "assessments:piece": lambda: {"code": "701-ESSAY"},
        "assessments:assessment": lambda: {"code": "701-ESSAY"},
        "assessments:version": lambda: {"code": "701-ESSAY", "number": 1},
        "assessments:preview": lambda: {"code": "701-ESSAY", "number": 1},
        "assessments:new_question": lambda: {"code": "701-QUIZ", "number": 1},
        "assessments:question": lambda: {"code": "701-QUIZ", "number": 1, "key": "701-Q1"},
        "assessments:new_section": lambda: {"code": "701-QUIZ", "number": 1},
        "assessments:section": lambda: {"code": "701-QUIZ", "number": 1, "pk": 999999},
        "assessments:new_scenario": lambda: {"code": "701-QUIZ", "number": 1},
        "assessments:scenario": lambda: {"code": "701-QUIZ", "number": 1, "key": "S-NONE"},
        "assessments:bank": lambda: {"code": "701-QUIZ", "number": 1},
        "assessments:statistics": lambda: {"code": "701-QUIZ", "number": 1},
        "assessments:choose_question_file": lambda: {"code": "701-QUIZ", "number": 1},
        "assessments:question_file": lambda: {"code": "701-QUIZ", "number": 1, "pk": 999999},
        "assessments:export_questions": lambda: {
            "code": "701-QUIZ",
            "number": 1,
            "ending": "xml",
        },
        "assessments:paper": lambda: {"code": "701-ESSAY", "number": 1},
        "assessments:cohort_dates": lambda: {"code": Cohort.objects.first().code},
        "assessments:cohort_rules": lambda: {"code": Cohort.objects.first().code},
        "assessments:check": lambda: {"code": "701-ESSAY"},
        "assessments:begin_upload": lambda: {"code": "701-ESSAY"},
        "assessments:upload_pieces": lambda: {"key": "0" * 32},
        "assessments:text": lambda: {"code": "701-ESSAY"},
        "assessments:save_text": lambda: {"code": "701-ESSAY"},
        "assessments:text_versions": lambda: {"code": "701-ESSAY"},
        "assessments:text_version": lambda: {"code": "701-ESSAY", "number": 1},
        "assessments:new_portfolio_entry": lambda: {"code": "701-ESSAY"},
        "assessments:portfolio_entry": lambda: {"code": "701-ESSAY", "number": 1},
        "assessments:portfolio_item": lambda: {"code": "701-ESSAY", "key": "i1"},
        "assessments:portfolio_office": lambda: {"pk": sian.pk},
        "assessments:sign_off": lambda: {"secret": "none"},
        "assessments:supervise": lambda: {"pk": 999999},
        "assessments:claims_of": lambda: {"code": "701-ESSAY"},
        "assessments:own_evidence": lambda: {"code": "701-ESSAY", "pk": 999999, "number": 1},
        "assessments:claim": lambda: {"pk": 999999},
        "assessments:own_prior_claim": lambda: {"pk": 999999},
        "assessments:own_prior_file": lambda: {"pk": 999999, "number": 1},
        "assessments:prior_claim": lambda: {"pk": 999999},
        "assessments:prior_evidence": lambda: {"pk": 999999, "number": 1},
        "assessments:claim_to_recommend": lambda: {"pk": 999999},
        "assessments:appeal_of": lambda: {"code": "IMSA701"},
        "assessments:own_appeal_file": lambda: {"code": "IMSA701", "pk": 999999, "number": 1},
        "assessments:appeal": lambda: {"pk": 999999},
        "assessments:case": lambda: {"pk": 999999},
        "assessments:case_file": lambda: {"pk": 999999},
        "assessments:resemblance": lambda: {"pk": 999999},
        "assessments:resemblance_file": lambda: {"pk": 999999, "number": 1},
        "assessments:letter": lambda: {"pk": 999999},
        "assessments:appeal_evidence": lambda: {"pk": 999999, "number": 1},
        "assessments:evidence": lambda: {"pk": 999999, "number": 1},
        "assessments:own_file": lambda: {"code": "701-ESSAY"},
        "assessments:receipt": lambda: {
            "receipt": Submission.objects.filter(enrolment=sian).first().receipt
        },
        "assessments:note": lambda: {"receipt": "R-0000-0000"},
        "assessments:due_dates_of": lambda: {"pk": sian.pk},
        "assessments:adjustments_of": lambda: {"pk": sian.pk},
        "assessments:holds": lambda: {"pk": sian.pk},
        "assessments:export_profile": lambda: {"number": 1},
        "assessments:edit_export_profile": lambda: {"number": 1},
        "assessments:export_board": lambda: {"number": 1, "pk": Board.objects.first().pk},
        "assessments:export_cohort": lambda: {"number": 1, "code": sian.cohort.code},
        "assessments:export_receipt": lambda: {"pk": ExportRun.objects.first().pk},
        "assessments:export_file": lambda: {"pk": ExportRun.objects.first().pk},
        "assessments:record_codes_of": lambda: {"code": "IMSA701"},
        "assessments:transcripts": lambda: {"pk": sian.pk},
        "assessments:transcript_file": lambda: {"pk": sian.pk, "number": 1},
        "assessments:own_transcript_file": lambda: {"number": 1},
        "assessments:own_transcripts_of": lambda: {"pk": 999999},
        "assessments:own_transcript_file_of": lambda: {"pk": 999999, "number": 1},
        "assessments:leaver": lambda: {"enrolment": sian.pk},
        "assessments:chairs_action": lambda: {
            "pk": Board.objects.filter(cohort=sian.cohort).first().pk,
            "enrolment": sian.pk,
        },
        "assessments:correction": lambda: {"pk": Correction.objects.first().pk},
        "assessments:late_answers_of": lambda: {"pk": 999999},
        "assessments:moderation_of": lambda: {"pk": 999999},
        "assessments:discussion_of": lambda: {"pk": 999999},
        "assessments:release_marks": lambda: {"cohort": sian.cohort.code, "code": "701-ESSAY"},
        "assessments:examine": lambda: {"pk": Board.objects.first().pk},
        "assessments:board": lambda: {"pk": Board.objects.first().pk},
        "assessments:check_board": lambda: {"pk": Board.objects.first().pk},
        "assessments:members": lambda: {"pk": Board.objects.first().pk},
        "assessments:minutes": lambda: {"pk": Board.objects.first().pk},
        "assessments:pack_downloads": lambda: {"pk": Board.objects.first().pk},
        "assessments:board_pack": lambda: {"pk": Board.objects.first().pk, "ending": "xlsx"},
        "assessments:minutes_file": lambda: {
            "pk": Board.objects.filter(state="ratified").first().pk
        },
        "assessments:change_board": lambda: {"pk": Board.objects.first().pk},
        "assessments:board_scripts": lambda: {"pk": Board.objects.first().pk},
        "assessments:sample_script": lambda: {
            "pk": Board.objects.last().pk,
            "number": Submission.objects.filter(enrolment=sian).first().script,
        },
        "assessments:own_feedback": lambda: {"pk": 999999},
        "assessments:correction_feedback": lambda: {
            "pk": Correction.objects.first().pk,
            "file": 999999,
        },
        "assessments:sample_feedback": lambda: {
            "pk": Board.objects.last().pk,
            "number": Submission.objects.filter(enrolment=sian).first().script,
            "file": 999999,
        },
        "assessments:sample_view": lambda: {
            "pk": Board.objects.last().pk,
            "number": Submission.objects.filter(enrolment=sian).first().script,
        },
        "assessments:sample_file": lambda: {
            "pk": Board.objects.last().pk,
            "number": Submission.objects.filter(enrolment=sian).first().script,
        },
        "certificates:answer": lambda: {"receipt": Check.objects.first().receipt},
        "certificates:receipt_file": lambda: {"receipt": Check.objects.first().receipt},
        "certificates:key": lambda: {"kid": PublicKey.objects.get(use="credential").kid},
        "certificates:credential": lambda: {"uid": Credential.objects.first().uid},
        "certificates:achievement": lambda: {"kind": "award"},
        "certificates:badge_picture": lambda: {"kind": "award"},
        "certificates:status": lambda: {"pk": StatusList.objects.first().pk},
        "certificates:cpd_log_entry": lambda: {
            "pk": LogEntry.objects.filter(person=sian.person).first().pk
        },
        "certificates:peer_discussion": lambda: {"pk": LogEntry.objects.get(peer=sian.person).pk},
        "certificates:renewal_decide": lambda: {"pk": 0},
        "certificates:issue_run": lambda: {"pk": IssueRun.objects.first().pk},
        "certificates:list_answer": lambda: {"pk": ListCheck.objects.first().pk},
        "certificates:list_file": lambda: {"pk": ListCheck.objects.first().pk, "ending": "xlsx"},
        "certificates:end_watch": lambda: {"pk": 0},
        "certificates:end_share_link": lambda: {"pk": 0},
        "assessments:away_package": lambda: {"code": "NONE"},
        "certificates:end_api_client": lambda: {"kind": "key", "pk": 0},
        "certificates:share_link": lambda: {"secret": "none"},
        "register:stop": lambda: {"watch_id": 0},
        "certificates:preview_design": lambda: {"language": "cy"},
        "certificates:design": lambda: {"number": 1},
        "certificates:design_pdf": lambda: {"number": 1, "language": "cy"},
        "certificates:reply": lambda: {"pk": Proposal.objects.first().pk},
        "certificates:proposal": lambda: {"pk": Proposal.objects.first().pk},
        "certificates:concern": lambda: {"pk": Concern.objects.first().pk},
        "certificates:request": lambda: {"pk": EntryRequest.objects.first().pk},
        "certificates:badge": lambda: {
            "number": Certificate.objects.get(enrolment=sian).number,
            "kind": "award",
            "form": "png",
        },
    }
    if name in of:
        return of[name]()
    if name in (
        "courses:session",
        "courses:change_session",
        "courses:attendance_code",
        "cohorts:meeting_file",
        "courses:attendance",
        "courses:session_file",
    ):
        session = Session.objects.filter(timetable__code="IMSA-2026-09").first()
        attended = Progress.objects.filter(kind="attended", key=str(session.pk)).first()
        return {
            "pk": session.pk,
            **({"person": attended.person_id} if name == "courses:attendance" else {}),
        }
    if name == "courses:closure":
        made, _new = Closure.objects.get_or_create(
            title="Christmas", starts_on=date(2026, 12, 24), ends_on=date(2027, 1, 4)
        )
        return {"pk": made.pk}
    if name == "courses:calendar_feed":
        return {"secret": "of-no-one"}
    if name == "nothing_here":
        return {"rest": "people"}
    if name == "cohorts:timetable":
        return {"code": Cohort.objects.first().code}
    if name in (
        "courses:check",
        "courses:challenge_answer",
        "courses:activity",
        "courses:poll",
    ):
        return {"code": "701-1", "key": "all", "part": "x"}
    if name in ("courses:later", "courses:place", "courses:layout"):
        return {"code": "701-1", "key": "all"}
    if name in ("courses:provision", "courses:change_law", "courses:put_law_right"):
        return {"key": "vpa2024-s16"}
    if name.startswith("cohorts:import_") or name == "cohorts:import":
        return {"pk": Import.objects.first().pk}
    if name == "cohorts:organisations_for_contact":
        return {}
    if name.startswith("cohorts:organisation") and name != "cohorts:organisations":
        return {"code": "ORG-18"}
    if name in (
        "assessments:script",
        "assessments:seal",
        "assessments:save_typing",
        "assessments:script_file",
        "assessments:script_view",
        "assessments:decline",
        "assessments:flag",
        "assessments:correct",
        "assessments:discussion",
        "assessments:verdict",
        "assessments:verdict_file",
        "assessments:verdict_view",
        "assessments:feedback",
        "assessments:recording",
        "assessments:script_tasks",
    ):
        return {"number": open_task.submission.script}
    if name in (
        "assessments:feedback_file",
        "assessments:verdict_feedback",
        "assessments:discussion_feedback",
    ):
        return {"number": open_task.submission.script, "pk": 999999}
    if name == "cohorts:call":
        return {"pk": TelephoneTask.objects.first().pk}
    if name in ("certificates:pending", "certificates:rescission"):
        return {"pk": 999999}
    if name in (
        "certificates:certificate",
        "certificates:certificate_pdf",
        "certificates:reissue",
        "certificates:revoke",
    ):
        return {"number": Certificate.objects.get(enrolment=sian).number}
    if name in (
        "certificates:issue_one",
        "certificates:person",
        "certificates:decide",
        "certificates:decide_check",
        "certificates:withholding",
        "certificates:withholding_check",
        "certificates:open_concern",
        "certificates:working_name",
        "certificates:temporary",
    ):
        return {"pk": sian.pk}
    return {}
