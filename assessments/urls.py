from django.urls import path

from lms.kit import addresses  # noqa: F401 - its <number:…>

from .deciding.views import boards, chairs_action, corrections, examining, holds, release
from .marking.views import allocation, desk, scripts
from .setting.views import assessments, dates, leaders, papers, questions
from .taking import views as taking
from .trainee.views import due_dates, quizzes, study, work

app_name = "assessments"
urlpatterns = [
    path("study/", study.home, name="study"),
    path("my-work/", work.pieces, name="work"),
    path("my-work/receipts/<str:receipt>/", work.receipt, name="receipt"),
    path("my-work/answers/", quizzes.answers, name="answers"),
    path("my-work/<str:code>/", work.piece, name="piece"),
    path("my-work/<str:code>/check/", work.check, name="check"),
    path("my-work/<str:code>/file/", work.own_file, name="own_file"),
    path("marking/", desk.queue, name="queue"),
    path("marking/<str:number>/", desk.script, name="script"),
    path("marking/<str:number>/seal/", desk.seal, name="seal"),
    path("marking/<str:number>/correct/", desk.correct, name="correct"),
    path("marking/<str:number>/decline/", desk.decline, name="decline"),
    path("marking/<str:number>/file/", desk.script_file, name="script_file"),
    path("marking/<str:number>/view/", desk.script_view, name="script_view"),
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
    path("registry/scripts/", scripts.scripts, name="scripts"),
    path("registry/scripts/<str:number>/", scripts.script, name="script_tasks"),
    path("registry/corrections/", corrections.corrections, name="corrections"),
    path("registry/corrections/<number:pk>/", corrections.correction, name="correction"),
    path("registry/release/", release.waiting, name="release"),
    path("registry/release/<str:cohort>/<str:code>/", release.release, name="release_marks"),
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
    path("registry/leaders/", leaders.leaders, name="leaders"),
    path("registry/cohorts/<str:code>/dates/", dates.cohort_dates, name="cohort_dates"),
    path("registry/work/", due_dates.find_trainee, name="due_dates"),
    path("registry/work/<number:pk>/", due_dates.of_trainee, name="due_dates_of"),
]
