from django.urls import path

from lms.kit import addresses  # noqa: F401 - its <number:…>

from .views import boards, marking, notes, registry, study, work

app_name = "assessments"
urlpatterns = [
    path("study/", study.home, name="study"),
    path("my-work/", work.pieces, name="work"),
    path("my-work/receipts/<str:receipt>/", work.receipt, name="receipt"),
    path("my-work/<str:code>/", work.piece, name="piece"),
    path("my-work/<str:code>/check/", work.check, name="check"),
    path("my-work/<str:code>/file/", work.own_file, name="own_file"),
    path("marking/", marking.queue, name="queue"),
    path("marking/<str:number>/", marking.script, name="script"),
    path("marking/<str:number>/seal/", marking.seal, name="seal"),
    path("marking/<str:number>/file/", marking.script_file, name="script_file"),
    path("marking/<str:number>/view/", marking.script_view, name="script_view"),
    path("examining/", boards.examining, name="examining"),
    path("examining/<number:pk>/", boards.examine, name="examine"),
    path("examining/<number:pk>/<str:number>/file/", boards.sample_file, name="sample_file"),
    path("boards/", boards.boards, name="boards"),
    path("boards/<number:pk>/", boards.board, name="board"),
    path("boards/<number:pk>/scripts/", boards.board_scripts, name="board_scripts"),
    path("registry/allocation/", registry.allocation, name="allocation"),
    path("registry/notes/", notes.notes, name="notes"),
]
