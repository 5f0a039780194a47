from django.urls import path

from lms.kit import addresses  # noqa: F401 - its <number:…>

from .cases.views import appeals as office_appeals
from .cases.views import claims as office_claims
from .cases.views import flags, misconduct
from .deciding.views import boards, chairs_action, corrections, examining, holds, release
from .marking.views import (
    allocation,
    away,
    desk,
    interests,
    script_files,
    scripts,
    sharing,
    snippets,
)
from .setting.views import assessments, dates, leaders, papers, questions, rule_sets
from .taking import views as taking
from .trainee.views import appeals, claims, due_dates, letters, quizzes, study, work

app_name = "assessments"
urlpatterns = [
    path("study/", study.home, name="study"),
    path("my-work/", work.pieces, name="work"),
    path("my-work/receipts/<str:receipt>/", work.receipt, name="receipt"),
    path("my-work/appeals/<str:code>/", appeals.appeal, name="appeal_of"),
    path(
        "my-work/appeals/<str:code>/<number:pk>/<number:number>/",
        appeals.own_file,
        name="own_appeal_file",
    ),
    path("my-work/letters/<number:pk>/", letters.letter, name="letter"),
    path("my-work/answers/", quizzes.answers, name="answers"),
    path("my-work/<str:code>/", work.piece, name="piece"),
    path("my-work/<str:code>/check/", work.check, name="check"),
    path("my-work/<str:code>/file/", work.own_file, name="own_file"),
    path("my-work/<str:code>/claims/", claims.claims, name="claims_of"),
    path(
        "my-work/<str:code>/claims/<number:pk>/<number:number>/",
        claims.own_evidence,
        name="own_evidence",
    ),
    path("marking/", desk.queue, name="queue"),
    path("marking/phrases/", snippets.snippets, name="snippets"),
    path("marking/away/", away.away, name="away"),
    path("marking/away/<str:code>/", away.away_package, name="away_package"),
    path("marking/interests/", interests.own_interests, name="own_interests"),
    path("marking/<str:number>/", desk.script, name="script"),
    path("marking/<str:number>/typing/", desk.save_typing, name="save_typing"),
    path("marking/<str:number>/seal/", desk.seal, name="seal"),
    path("marking/<str:number>/correct/", desk.correct, name="correct"),
    path("marking/<str:number>/flag/", flags.flag, name="flag"),
    path("marking/<str:number>/decline/", desk.decline, name="decline"),
    path("marking/<str:number>/file/", script_files.script_file, name="script_file"),
    path("marking/<str:number>/view/", script_files.script_view, name="script_view"),
    path("examining/", examining.examining, name="examining"),
    path("examining/papers/", papers.papers, name="papers"),
    path("examining/papers/<str:code>/<number:number>/", papers.paper, name="paper"),
    path("examining/<number:pk>/", examining.examine, name="examine"),
    path("examining/<number:pk>/<str:number>/", examining.sample_script, name="sample_script"),
    path("examining/<number:pk>/<str:number>/file/", examining.sample_file, name="sample_file"),
    path("boards/", boards.boards, name="boards"),
    path("boards/<number:pk>/", boards.board, name="board"),
    path("boards/<number:pk>/check/", boards.check_board, name="check_board"),
    path("boards/<number:pk>/change/", boards.change_board, name="change_board"),
    path("boards/<number:pk>/scripts/", boards.board_scripts, name="board_scripts"),
    path(
        "boards/<number:pk>/chair/<number:enrolment>/",
        chairs_action.chairs_action,
        name="chairs_action",
    ),
    path("registry/allocation/", allocation.allocation, name="allocation"),
    path("registry/allocation/share/", sharing.share_out, name="share_out"),
    path("registry/interests/", interests.interests, name="interests"),
    path("registry/scripts/", scripts.scripts, name="scripts"),
    path("registry/scripts/<str:number>/", scripts.script, name="script_tasks"),
    path("registry/corrections/", corrections.corrections, name="corrections"),
    path("registry/corrections/<number:pk>/", corrections.correction, name="correction"),
    path("registry/release/", release.waiting, name="release"),
    path("registry/release/<str:cohort>/<str:code>/", release.release, name="release_marks"),
    path("registry/appeals/", office_appeals.appeals, name="appeals"),
    path("registry/appeals/<number:pk>/", office_appeals.appeal, name="appeal"),
    path(
        "registry/appeals/<number:pk>/<number:number>/",
        office_appeals.appeal_evidence,
        name="appeal_evidence",
    ),
    path("registry/claims/", office_claims.claims, name="claims"),
    path("registry/claims/<number:pk>/", office_claims.claim, name="claim"),
    path(
        "registry/claims/<number:pk>/<number:number>/",
        office_claims.evidence,
        name="evidence",
    ),
    path("registry/misconduct/", misconduct.misconduct, name="misconduct"),
    path("registry/misconduct/<number:pk>/", misconduct.case, name="case"),
    path("registry/misconduct/<number:pk>/file/", misconduct.case_file, name="case_file"),
    path("registry/misconduct/alike/<number:pk>/", misconduct.resemblance, name="resemblance"),
    path(
        "registry/misconduct/alike/<number:pk>/<number:number>/",
        misconduct.resemblance_file,
        name="resemblance_file",
    ),
    path("registry/holds/<number:pk>/", holds.holds, name="holds"),
    path("registry/notes/", taking.notes, name="notes"),
    path("registry/assessments/", assessments.assessments, name="assessments"),
    path("registry/assessments/new/", assessments.new_assessment, name="new_assessment"),
    path("registry/assessments/<str:code>/", assessments.assessment, name="assessment"),
    path("registry/assessments/<str:code>/<number:number>/", assessments.version, name="version"),
    path(
        "registry/assessments/<str:code>/<number:number>/preview/",
        assessments.preview,
        name="preview",
    ),
    path(
        "registry/assessments/<str:code>/<number:number>/questions/new/",
        questions.question,
        name="new_question",
    ),
    path(
        "registry/assessments/<str:code>/<number:number>/questions/<str:key>/",
        questions.question,
        name="question",
    ),
    path("registry/rules/", rule_sets.rule_sets, name="rule_sets"),
    path("registry/rules/new/", rule_sets.new_rules, name="new_rules"),
    path("registry/rules/cohorts/<str:code>/", rule_sets.cohort_rules, name="cohort_rules"),
    path("registry/leaders/", leaders.leaders, name="leaders"),
    path("registry/cohorts/<str:code>/dates/", dates.cohort_dates, name="cohort_dates"),
    path("registry/work/", due_dates.find_trainee, name="due_dates"),
    path("registry/work/<number:pk>/", due_dates.of_trainee, name="due_dates_of"),
]
