"""A file of marks says what was decided, in another system's shape; it is checked before it is made, and its receipt tells when it is no longer true."""

import csv
import hashlib
import io
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from openpyxl import load_workbook

from assessments.attempts.actions import add_line, defer
from assessments.attempts.models import Attempt
from assessments.deciding import export_formats as formats
from assessments.deciding.actions.board_calendar import cancel_board
from assessments.deciding.actions.boards import call_board, confirm_sample, ratify
from assessments.deciding.actions.chairs_action import decide_by_chair
from assessments.deciding.actions.corrections import agree_to_correction
from assessments.deciding.actions.export_profiles import add_profile, change_profile, write_codes
from assessments.deciding.actions.exports import drop_old_exports, make_export
from assessments.deciding.actions.holds import place_hold
from assessments.deciding.export_formats import Format
from assessments.deciding.export_forms import ASSUMPTIONS, CODE_LABELS
from assessments.deciding.export_models import (
    ExportFile,
    ExportProfile,
    ExportRun,
    ModuleCodes,
    PieceCodes,
)
from assessments.deciding.exporting import figures
from assessments.deciding.models import Board
from assessments.deciding.queries.export_checks import preflight_of
from assessments.deciding.queries.exports import draft_of, profile_now, runs_of
from assessments.deciding.rules import may_export_marks
from assessments.deciding.states import Outcome
from assessments.marking.actions.interests import declare_interest
from assessments.setting.models import Assessment
from cohorts.enrolment.actions import change_codes, leave, make_cohort
from courses.models import Module
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.actions import admit, grant
from lms.people.models import Role
from lms.record.models import Entry

from .scene import DAY, OP, Scene, in_days, person, sign_in
from .test_board_members import seat
from .test_boards import standing
from .test_corrections import correct
from .test_desk_races import pressed

OWN, OTHER = "REF-ZQ-998877", "REF-0001"
PLAIN = Format(
    columns=(("student", "Student"), ("piece", "Piece"), ("mark", "Mark"), ("grade", "Code"))
)
CODES = {name: name.upper() for name in formats.STATUSES}


def state():
    models = ExportProfile, ExportRun, ExportFile, ModuleCodes, PieceCodes
    return [*standing(), Entry.objects.count(), *[list(model.objects.values()) for model in models]]


def refused(match, action, *args, kind=Refused, **kwargs):
    before = state()
    with pytest.raises(kind, match=match):
        action(*args, **kwargs)
    assert state() == before


def decided(scene):
    scene.everything_marked()
    other = scene.another(1)
    scene.everything_marked(other, mark=40)
    return ratify(scene.board(), by=scene.registrar, chair="Prof. Chair"), other


@pytest.fixture
def board(scene):
    return decided(scene)[0]


def a_profile(scene, form=PLAIN, title="Ours"):
    return add_profile(title, form, by=scene.registrar)


def preset(scene, key):
    one = formats.preset(key)
    return add_profile(one.title, one.form, by=scene.registrar, source=one.source)


def content_of(run):
    return bytes(ExportFile.objects.get(run=run).content)


def rows_of(run):
    return list(csv.reader(io.StringIO(content_of(run).decode("utf-8-sig"))))


def stops(profile, cohort, board=None):
    reading, tables, _fingerprint = draft_of(profile, cohort, board)
    return preflight_of(profile.form, reading, tables, cohort=cohort).stops


def found(profile, cohort, board=None):
    """{(reference, piece): (mark, status)}."""
    reading, _tables, _fingerprint = draft_of(profile, cohort, board)
    return {(r.person.reference, r.piece.code): (r.mark, r.status) for r in reading.results}


# ---- the shapes ----


def test_a_moodle_gradebook_is_a_row_a_student(scene, board):
    run = make_export(preset(scene, "moodle"), scene.cohort, board, by=scene.registrar)
    assert content_of(run) == (
        b"ID number,An essay on one year,Five questions,A portfolio\n"
        b"REF-0001,40,100,\n"  # another attempt is open
        b"REF-ZQ-998877,62,100,62\n"
    )
    assert run.file_name == "T2026_2026_7.csv" and (run.rows, run.omissions) == (2, 1)


def test_an_edinburgh_file_is_two_columns_without_headings_for_each_piece(scene, board):
    profile = preset(scene, "edinburgh")
    refused(
        "There is no exam number", make_export, profile, scene.cohort, board, by=scene.registrar
    )
    for n, enrolment in enumerate(scene.cohort.enrolments.order_by("student_reference")):
        change_codes(enrolment, "", f"B00{n}", by=scene.registrar)
    run = make_export(profile, scene.cohort, board, by=scene.registrar)
    with zipfile.ZipFile(io.BytesIO(content_of(run))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert files == {
        "T1-QUIZ_2026_7.csv": b"B000,100\r\nB001,100\r\n",
        "T1-ESSAY_2026_7.csv": b"B000,40\r\nB001,62\r\n",
        "T2-PORT_2026_7.csv": b"B000,40\r\nB001,62\r\n",
    }
    assert run.file_name == "T2026_1.zip" and run.rows == 6


def test_a_ucl_file_has_the_codes_that_a_registrar_wrote_down(scene, board):
    profile = preset(scene, "ucl")
    change_codes(scene.enrolment, "998877/1", "", by=scene.registrar)
    other = scene.cohort.enrolments.get(student_reference=OTHER)
    change_codes(other, "000001/1", "", by=scene.registrar)
    lacking = {(one.reference, one.piece) for one in stops(profile, scene.cohort, board)}
    assert lacking == {("", "T1-QUIZ"), ("", "T1-ESSAY"), ("", "T2-PORT")}
    for module, period in ((scene.one, "T1/2"), (scene.two, "T3")):
        pieces = Assessment.objects.filter(module=module)
        write_codes(
            module,
            {"map_code": f"{module.code}A7", "period": period, "mod_code": "", "occurrence": ""},
            {
                piece.pk: {"mab_sequence": f"00{n}", "mks_code": ""}
                for n, piece in enumerate(pieces)
            },
            by=scene.registrar,
        )
    rows = rows_of(make_export(profile, scene.cohort, board, by=scene.registrar))
    assert rows[0][:6] == [
        "MAP_CODE",
        "MAB_SEQ",
        "SPR_CODE",
        "AYR_CODE",
        "PSL_CODE",
        "REASSESSMENT",
    ]
    assert ["T2A7", "000", "998877/1", "2026/7", "T3", "000", "62", "", "IMSA"] in rows
    assert len(rows) == 6  # the other's portfolio has another attempt


def test_a_warwick_file_says_that_the_marks_are_agreed(scene, board):
    run = make_export(preset(scene, "warwick"), scene.cohort, board, by=scene.registrar)
    rows = list(csv.reader(io.StringIO(content_of(run).decode("cp1252"))))
    assert rows[1] == [OTHER, "2026/7", "T1", "T1-ESSAY", "agreed", "40", ""]


def test_modules_in_a_workbook_with_marks_as_numbers_and_references_as_text(scene, board):
    columns = (
        ("student", "Student"),
        ("module", "Module"),
        ("mark", "Mark"),
        ("outcome", "Outcome"),
    )
    form = Format(columns=columns, level=formats.MODULES, kind=formats.XLSX, codes={"refer": "R"})
    run = make_export(a_profile(scene, form), scene.cohort, board, by=scene.registrar)
    sheet = load_workbook(io.BytesIO(content_of(run))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[1:3] == [[OTHER, "T1", 58, "pass"], [OTHER, "T2", 40, "R"]]
    assert rows[3] == [OWN, "T1", 73.4, "pass"]
    assert sheet["A2"].data_type == "s"


def test_a_code_in_a_workbook_stays_text_whatever_it_looks_like(scene):
    scene.everything_marked()
    scene.another(1)
    board = ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    for code in ("00", "NaN"):
        form = replace(PLAIN, kind=formats.XLSX, code_place=formats.IN_MARK)
        profile = a_profile(scene, replace(form, codes={formats.WAITING: code}), title=code)
        run = make_export(profile, scene.cohort, board, by=scene.registrar)
        rows = [list(row) for row in load_workbook(io.BytesIO(content_of(run))).active.values]
        assert [OTHER, "T2-PORT", code, code] in rows
        assert [OWN, "T2-PORT", 62, None] in rows or [OWN, "T2-PORT", 62, ""] in rows


@pytest.mark.parametrize(
    ("mark", "rounding", "expected"),
    [
        ("59.5", formats.WHOLE_MARK, "60"),
        ("59.49", formats.WHOLE_MARK, "59"),
        ("59.45", formats.ONE_PLACE, "59.5"),
        ("60.00", formats.TWO_PLACES, "60"),
        ("60.10", formats.TWO_PLACES, "60.1"),
        ("0.00", formats.TWO_PLACES, "0"),
    ],
)
def test_marks_are_rounded_halves_up(mark, rounding, expected):
    assert figures(Decimal(mark), rounding) == expected


def test_every_preset_can_be_a_profile_and_comes_back_as_it_was_stored():
    for one in formats.PRESETS:
        assert not formats.faults(one.form) and one.source and ASSUMPTIONS[one.key]
        assert formats.read(formats.as_values(one.form)) == one.form


def test_windows_1252_semicolons_and_line_ends_are_as_the_profile_says(scene, board):
    form = replace(
        PLAIN, encoding=formats.WINDOWS, separator=formats.SEMICOLON, line_end=formats.LF
    )
    form = replace(form, columns=(("student", "Étudiant"), ("title", "Titre"), ("mark", "Note")))
    profile = a_profile(scene, form)
    content = content_of(make_export(profile, scene.cohort, board, by=scene.registrar))
    assert content.startswith(
        "Étudiant;Titre;Note\nREF-0001;An essay on one year;40\n".encode("cp1252")
    )
    scene.essay.title = "Ω and law"
    scene.essay.save()
    (stop,) = stops(profile, scene.cohort, board)
    assert "Ω" in stop.what and "Windows-1252" in stop.what
    refused("Windows-1252", make_export, profile, scene.cohort, board, by=scene.registrar)


def test_a_name_of_a_file_is_one_that_every_system_takes():
    form = Format(file_name="{cohort}/{year}: Prüfung")
    assert formats.name_of(form, {"cohort": "T/1", "year": "2026/7"}) == "T_1_2026_7_Pr_fung"
    assert formats.plain_name("..") == "marks"


# ---- what a mark is ----


def test_what_is_no_plain_mark_has_its_code(scene):
    """Not handed in, held back, deferred, nothing yet: by people who each are one of them."""
    profile = a_profile(scene, replace(PLAIN, codes=CODES))
    scene.everything_marked()
    other, third = scene.another(1), scene.another(2)
    scene.everything_marked(other)
    place_hold(other, scene.two, "misconduct", "A secret.", by=scene.registrar)
    attempt = Attempt.objects.get(enrolment=other, assessment=scene.quiz)
    assert attempt.lines.exists()
    board = ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    here = found(profile, scene.cohort, board)
    assert here[OWN, "T1-ESSAY"] == (62, "")
    assert here[OTHER, "T2-PORT"] == (None, formats.HOLD)
    assert here[third.student_reference, "T1-QUIZ"] == (None, formats.WAITING)
    rows = rows_of(make_export(profile, scene.cohort, board, by=scene.registrar))
    assert [OTHER, "T2-PORT", "", "HOLD"] in rows
    assert [third.student_reference, "T2-PORT", "", "WAITING"] in rows
    assert "misconduct" not in str(rows).lower()


@pytest.mark.both_engines
def test_what_was_decided_on_somebody_who_left_stays_and_nothing_of_theirs_waits(scene):
    board, other = decided(scene)
    third = scene.another(2)
    scene.take_quiz(third)
    for one in (other, third):
        leave(one, by=scene.registrar)
    form = replace(PLAIN, codes=CODES)
    here = found(a_profile(scene, form), scene.cohort, board)
    assert (here[OTHER, "T1-ESSAY"], here[OTHER, "T2-PORT"]) == ((40, ""), (40, ""))
    now = found(a_profile(scene, replace(form, basis=formats.ACTUAL), title="A"), scene.cohort)
    assert now[OTHER, "T1-ESSAY"] == (40, "")
    assert (OTHER, "T2-PORT") not in now, "its next attempt never comes"
    assert third.student_reference not in {reference for reference, _piece in (*here, *now)}


@pytest.mark.parametrize("basis", [formats.AGREED, formats.ACTUAL])
def test_a_module_that_asks_nothing_yet_is_left_out(scene, board, basis):
    Module.objects.create(
        programme=scene.programme, code="T3", title="Nothing yet", credits=20, order=3
    )
    columns = (("student", "Student"), ("module", "Module"), ("mark", "Mark"))
    profile = a_profile(scene, Format(columns=columns, level=formats.MODULES, basis=basis))
    here = found(profile, scene.cohort, board)
    assert here[OWN, "T1"] == (Decimal("73.40"), "")
    assert {piece for _reference, piece in here} == {"T1", "T2"}


def test_a_decision_is_of_its_own_pieces_and_weights(scene, board):
    """As one that was made before a piece was added to the module."""
    columns = (*PLAIN.columns, ("weight", "Weight"))
    profile = a_profile(scene, replace(PLAIN, columns=columns))
    columns = (("student", "Student"), ("module", "Module"), ("mark", "Mark"))
    modules = a_profile(scene, Format(columns=columns, level=formats.MODULES), title="Modules")
    decision = scene.enrolment.decisions.get(module=scene.one)
    (quiz,) = (one for one in decision.components if one["code"] == "T1-QUIZ")
    decision.components, decision.mark = [quiz | {"weight": 55}], Decimal(100)
    decision.pk, decision.number, decision.decided_at = None, 2, clock.now()
    decision.save(force_insert=True)
    _reading, (table,), _fingerprint = draft_of(profile, scene.cohort, board)
    own = [row for row in table.rows if row[0] == OWN]
    assert own == [[OWN, "T1-QUIZ", "100", "", "55"], [OWN, "T2-PORT", "62", "", "100"]]
    assert (OWN, "T1-ESSAY") not in found(profile, scene.cohort, board)
    assert found(modules, scene.cohort, board)[OWN, "T1"] == (100, "")


def test_a_deferred_attempt_that_is_marked_waits_for_its_board(scene):
    profile = a_profile(scene)
    defer(scene.essay, scene.enrolment, in_days(60), by=scene.registrar)
    assert found(profile, scene.cohort)[OWN, "T1-ESSAY"] == (None, formats.DEFERRED)
    scene.mark(scene.hand_in(), 62, 62)
    assert found(profile, scene.cohort)[OWN, "T1-ESSAY"] == (None, formats.WAITING)


def test_a_zero_is_a_plain_mark_and_what_it_gives_back_is_what_it_was(scene):
    profile = a_profile(scene, replace(PLAIN, basis=formats.ACTUAL))
    scene.mark(scene.hand_in(), 62, 62)
    attempt = Attempt.objects.get()
    late = add_line(attempt, "late", 52, "Late.", by=OP, inputs={"by": "typed"})
    assert found(profile, scene.cohort)[OWN, "T1-ESSAY"] == (52, formats.LATE)
    add_line(attempt, "misconduct", 0, "Zero.", by=OP, inputs={"by": "nothing"})
    assert found(profile, scene.cohort)[OWN, "T1-ESSAY"] == (0, formats.PLAIN)
    same = {"by": "same", "lines": [late.number]}
    add_line(attempt, "misconduct", 52, "Lifted.", by=OP, inputs=same)
    assert found(profile, scene.cohort)[OWN, "T1-ESSAY"] == (52, formats.LATE)


def test_without_a_code_such_a_result_is_left_out_and_counted(scene):
    scene.everything_marked()
    scene.another(1)
    board = ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    run = make_export(a_profile(scene), scene.cohort, board, by=scene.registrar)
    assert OTHER not in content_of(run).decode("utf-8-sig") and (run.rows, run.omissions) == (3, 3)


def test_a_second_attempt_is_capped_and_numbered_and_each_board_has_its_own_marks(scene):
    first, other = decided(scene)
    columns = (*PLAIN.columns, ("attempt", "Attempt"))
    profile = a_profile(scene, replace(PLAIN, columns=columns, codes=CODES, attempt_digits=3))
    assert [OTHER, "T2-PORT", "40", "", "000"] in rows_of(
        make_export(profile, scene.cohort, first, by=scene.registrar)
    )
    scene.mark(scene.hand_in(scene.portfolio, other, seed="again"), 70, 70)
    again = call_board(scene.cohort, "Next board", DAY, by=scene.registrar)
    confirm_sample(again, "Sound.", by=scene.examiner)
    assert found(profile, scene.cohort, again)[OTHER, "T2-PORT"] == (None, formats.WAITING)
    ratify(again, by=scene.registrar, chair="Prof. Chair")
    rows = rows_of(make_export(profile, scene.cohort, again, by=scene.registrar))
    assert rows[1:] == [[OTHER, "T2-PORT", "50", "CAPPED", "001"]]
    assert (OTHER, "T2-PORT") not in found(profile, scene.cohort, first), "a later board has it"
    whole = found(profile, scene.cohort)
    assert whole[OTHER, "T2-PORT"] == (50, formats.CAPPED) and whole[OWN, "T2-PORT"] == (62, "")


def test_actual_marks_stand_before_a_board(scene):
    scene.everything_marked()
    profile = a_profile(scene, replace(PLAIN, basis=formats.ACTUAL))
    agreed = a_profile(scene, PLAIN, title="Agreed")
    assert found(profile, scene.cohort)[OWN, "T1-ESSAY"] == (62, "")
    assert found(agreed, scene.cohort)[OWN, "T1-ESSAY"] == (None, formats.WAITING)
    refused("nothing to export", make_export, agreed, scene.cohort, by=scene.registrar)
    assert len(rows_of(make_export(profile, scene.cohort, by=scene.registrar))) == 4


def test_a_single_mark_is_nobodys_result(scene):
    tasks = scene.allocate(scene.hand_in())
    from .scene import seal

    seal(tasks[0], 62)
    profile = a_profile(scene, replace(PLAIN, basis=formats.ACTUAL))
    assert found(profile, scene.cohort)[OWN, "T1-ESSAY"] == (None, formats.WAITING)


def test_what_the_chair_decided_counts(scene):
    _first, other = decided(scene)
    scene.mark(scene.hand_in(scene.portfolio, other, seed="again"), 45, 45)
    board = call_board(scene.cohort, "Next board", DAY, by=scene.registrar)
    confirm_sample(board, "Sound.", by=scene.examiner)
    ratify(board, by=scene.registrar, chair="Prof. Chair")
    columns = (
        ("student", "Student"),
        ("module", "Module"),
        ("mark", "Mark"),
        ("outcome", "Outcome"),
    )
    profile = a_profile(scene, Format(columns=columns, level=formats.MODULES))
    made = make_export(profile, scene.cohort, board, by=scene.registrar)
    assert rows_of(made)[1:] == [[OTHER, "T2", "45", "fail"]]
    decide_by_chair(
        other,
        scene.two,
        "compensation",
        outcome="compensated",
        reason="By the rules.",
        chair="Prof. Chair",
        by=scene.registrar,
    )
    made = make_export(profile, scene.cohort, board, by=scene.registrar)
    assert rows_of(made)[1:] == [[OTHER, "T2", "45", "compensated"]]


# ---- checked first ----


def test_two_people_with_one_identifier_stop_the_file_in_any_letters(scene, board):
    form = replace(PLAIN, identifier=formats.SPR)
    profile = a_profile(scene, form)
    other = scene.cohort.enrolments.get(student_reference=OTHER)
    change_codes(scene.enrolment, "ab1/1", "", by=scene.registrar)
    change_codes(other, "AB1/1", "", by=scene.registrar)
    named = {one.reference for one in stops(profile, scene.cohort, board)}
    assert named == {OWN, OTHER}
    refused("has the same SPR code", make_export, profile, scene.cohort, board, by=scene.registrar)


def test_each_column_that_names_people_is_looked_at(scene, board):
    """Identified by reference, with SPR codes in a column beside it."""
    columns = (("student", "S"), ("spr", "SPR"), ("exam", "E"), ("piece", "P"), ("mark", "M"))
    profile = a_profile(scene, replace(PLAIN, columns=columns))
    other = scene.cohort.enrolments.get(student_reference=OTHER)
    change_codes(scene.enrolment, "ab1/1", "B1", by=scene.registrar)
    change_codes(other, "AB1/1", "", by=scene.registrar)
    told = sorted((one.reference, one.what) for one in stops(profile, scene.cohort, board))
    assert [reference for reference, _what in told] == [OTHER, OTHER, OWN]
    assert "exam number" in str(told[0:2]) and "same SPR code" in told[2][1]
    refused("SPR code", make_export, profile, scene.cohort, board, by=scene.registrar)


def test_a_decision_that_the_history_does_not_say_stops_the_file(scene, board):
    profile = a_profile(scene)
    decision = scene.enrolment.decisions.get(module=scene.two)
    decision.components[0]["mark"] = "99.00"
    decision.pk, decision.number, decision.decided_at = None, 2, clock.now()
    decision.save(force_insert=True)
    (stop,) = stops(profile, scene.cohort, board)
    assert (
        (stop.reference, stop.piece) == (OWN, "T2-PORT") and "99" in stop.what and "62" in stop.what
    )


def test_nothing_that_a_spreadsheet_would_run_gets_into_a_file(scene, board):
    refused(
        "cannot be a file",
        a_profile,
        scene,
        replace(PLAIN, columns=(("student", "=1+1"), ("mark", "M"))),
    )
    refused("cannot be a file", a_profile, scene, replace(PLAIN, codes={"late": "=L"}))
    form = replace(PLAIN, columns=(("student", "Student"), ("title", "Title"), ("mark", "Mark")))
    profile = a_profile(scene, form)
    scene.essay.title = "=cmd()"
    scene.essay.save()
    refused("formula", make_export, profile, scene.cohort, board, by=scene.registrar)


@pytest.mark.parametrize(
    "form",
    [
        Format(columns=(("student", "S"),)),
        Format(columns=(("mark", "M"),)),
        Format(columns=(("student", "S"), ("piece", "P"), ("mark", "M")), layout=formats.WIDE),
        Format(columns=(("student", "S"), ("board_date", "B"), ("mark", "M")), layout=formats.WIDE),
        Format(columns=(("student", "S"), ("mab", "P"), ("mark", "M")), level=formats.MODULES),
        Format(columns=(("student", "S"), ("mark", "S"))),
        Format(layout=formats.FILES),
    ],
)
def test_columns_that_cannot_be_a_file_of_marks_are_refused(scene, form):
    refused("cannot be a file of marks", a_profile, scene, form)


# ---- twice, at once, and later ----


def test_the_same_again_is_the_receipt_there_is(scene, board):
    profile = a_profile(scene)
    run = make_export(profile, scene.cohort, board, by=scene.registrar)
    before = state()
    assert make_export(profile, scene.cohort, board, by=scene.registrar) == run
    assert (
        a_profile(scene) == profile
        and change_profile(profile, "Ours", PLAIN, by=scene.registrar) == profile
    )
    assert state() == before
    assert run.sha256 == hashlib.sha256(content_of(run)).hexdigest()
    assert (run.profile, run.board, run.exported_by) == (profile, board, scene.registrar)


def test_what_changed_since_the_page_was_opened_is_looked_at_again(scene, board):
    profile = a_profile(scene)
    refused(
        "have changed since",
        make_export,
        profile,
        scene.cohort,
        board,
        by=scene.registrar,
        seen="x",
    )
    newer = change_profile(
        profile, "Ours", replace(PLAIN, rounding="whole"), by=scene.registrar, seen=1
    )
    assert (newer.version, profile_now(profile.number)) == (2, newer)
    refused("was changed since", make_export, profile, scene.cohort, board, by=scene.registrar)
    refused(
        "Someone else changed", change_profile, profile, "Mine", PLAIN, by=scene.registrar, seen=1
    )
    seen = draft_of(newer, scene.cohort, board)[2]
    assert make_export(newer, scene.cohort, board, by=scene.registrar, seen=seen).profile == newer


def test_a_receipt_tells_that_a_result_was_corrected_since(scene):
    scene.take_quiz()
    submission = scene.hand_in()
    scene.mark(submission, 62, 62)
    scene.mark(scene.hand_in(scene.portfolio, seed="port"), 40, 40)
    board = ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    run = make_export(a_profile(scene), scene.cohort, board, by=scene.registrar)
    client = sign_in(Client(), scene.registrar)
    page = client.get(f"/registry/exports/files/{run.pk}/").content.decode()
    assert run.sha256 in page and "Results have changed" not in page
    task = submission.allocations.order_by("pk").first()
    agree_to_correction(correct(task, 70), by=scene.registrar)
    page = client.get(f"/registry/exports/files/{run.pk}/").content.decode()
    assert "Results have changed" in page and OWN in page and "T1-ESSAY" in page
    assert client.get(f"/registry/exports/files/{run.pk}/file/").content == content_of(run)
    again = found(run.profile, scene.cohort, board)
    assert again[OWN, "T1-ESSAY"] == (None, formats.AGAIN)


def test_a_receipt_tells_codes_and_later_results_from_results(scene):
    scene.everything_marked()
    third = scene.another(2)
    ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    change_codes(scene.enrolment, "1/1", "", by=scene.registrar)
    profile = a_profile(scene, replace(PLAIN, identifier=formats.SPR))
    run = make_export(profile, scene.cohort, by=scene.registrar)
    client = sign_in(Client(), scene.registrar)

    def page():
        return client.get(f"/registry/exports/files/{run.pk}/").content.decode()

    place_hold(third, scene.two, "query", "A question.", by=scene.registrar)
    text = page()
    assert "have changed" not in text and "since, and not" not in text, "it was not in the file"
    change_codes(scene.enrolment, "1/2", "", by=scene.registrar)
    text = page()
    assert "Identifiers or codes have changed" in text and OWN in text
    assert "Results have changed" not in text
    change_codes(scene.enrolment, "1/1", "", by=scene.registrar)
    scene.everything_marked(third)
    again = call_board(scene.cohort, "Next board", DAY, by=scene.registrar)
    confirm_sample(again, "Sound.", by=scene.examiner)
    ratify(again, by=scene.registrar, chair="Prof. Chair")
    text = page()
    assert "Decided since, and not in this file" in text and third.student_reference in text
    assert "have changed" not in text and OWN not in text


def test_the_file_goes_after_its_days_and_the_receipt_stays(scene, board, settings):
    run = make_export(a_profile(scene), scene.cohort, board, by=scene.registrar)
    refused("by the worker", drop_old_exports, by=scene.registrar, kind=NotAllowed)
    assert drop_old_exports(by=OP) == 0
    with clock.at(DAY + timedelta(days=settings.IMSA_EXPORT_FILE_DAYS + 1)):
        assert drop_old_exports(by=OP) == 1 and drop_old_exports(by=OP) == 0
        client = sign_in(Client(), scene.registrar)
        page = client.get(f"/registry/exports/files/{run.pk}/").content.decode()
        assert "no longer kept" in page and run.sha256 in page
        assert client.get(f"/registry/exports/files/{run.pk}/file/").status_code == 409
        newer = make_export(run.profile, scene.cohort, board, by=scene.registrar)
    assert newer != run and newer.sha256 == run.sha256


@pytest.mark.both_engines
def test_the_database_changes_neither_receipts_nor_profiles_nor_codes(scene, board):
    make_export(a_profile(scene), scene.cohort, board, by=scene.registrar)
    codes = dict.fromkeys(("mod_code", "map_code", "occurrence", "period"), "A")
    pieces = {scene.essay.pk: {"mab_sequence": "1", "mks_code": ""}}
    assert write_codes(scene.one, codes, pieces, by=scene.registrar)
    for statement in (
        "UPDATE assessments_exportrun SET sha256 = 'x'",
        "DELETE FROM assessments_exportrun",
        "UPDATE assessments_exportprofile SET title = 'x'",
        "UPDATE assessments_modulecodes SET period = 'x'",
        "DELETE FROM assessments_piececodes",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_codes_are_lines_and_the_same_again_is_none(scene):
    codes = dict.fromkeys(("mod_code", "map_code", "occurrence", "period"), "A")
    assert write_codes(scene.one, codes, {}, by=scene.registrar, seen="0")
    before = state()
    assert not write_codes(scene.one, codes, {}, by=scene.registrar, seen="0")
    assert state() == before
    other = codes | {"period": "T1/2"}
    refused(
        "Someone else wrote codes", write_codes, scene.one, other, {}, by=scene.registrar, seen="0"
    )
    refused(
        "A code has up to", write_codes, scene.one, codes | {"period": "=1"}, {}, by=scene.registrar
    )
    assert write_codes(scene.one, other, {}, by=scene.registrar)
    assert [line.period for line in ModuleCodes.objects.order_by("number")] == ["A", "T1/2"]


# ---- who may ----


def test_no_party_to_the_results_takes_them_along(scene, board):
    profile = a_profile(scene)
    seats = seat(scene, call_board(scene.cohort, "Other", DAY, by=scene.registrar))
    second = person("second", Role.REGISTRAR, first="Zebedee", last="Quuxington")
    mailbox = admit(
        by=OP,
        email="zq.unmistakable+2@author.example",
        first_name="A",
        last_name="B",
        is_invented=True,
    )
    marker = person("marker", Role.REGISTRAR, Role.TUTOR)
    near, near_all = (person(key, Role.REGISTRAR, Role.TUTOR) for key in ("near", "far"))
    for who in (scene.agnes, scene.examiner, scene.author, mailbox):
        grant(who, Role.REGISTRAR, by=OP, starts_on=DAY)
    declare_interest(by=near, reference=OTHER)
    declare_interest(by=near_all, cohort=scene.cohort)
    people = [second, mailbox, scene.agnes, scene.examiner, scene.author, near, near_all]
    people += [seats["chair"].person, scene.helen]
    for who in people:
        refused(
            "another registrar|Only a registrar",
            make_export,
            profile,
            scene.cohort,
            board,
            by=who,
            kind=NotAllowed,
        )
        address = f"/registry/exports/{profile.number}/boards/{board.pk}/"
        answer = sign_in(Client(), who).get(address)
        assert answer.status_code == 403 and OWN not in answer.content.decode()
    assert may_export_marks(marker, scene.cohort) and may_export_marks(
        scene.registrar, scene.cohort
    )


# ---- the pages ----


def test_a_registrar_makes_a_profile_looks_at_the_file_and_makes_it(scene, board):
    client = sign_in(Client(), scene.registrar)
    page = client.get("/registry/exports/new/?preset=warwick")
    text = page.content.decode()
    assert "ASSUMED" in text and "University of Warwick" in text
    form = page.context["form"]
    typed = {name: "" if form[name].value() is None else form[name].value() for name in form.fields}
    bad = client.post(
        "/registry/exports/new/?preset=warwick", typed | {"columns": "student = S\nmarc = M"}
    )
    text = bad.content.decode()
    assert (
        bad.status_code == 422
        and "Line 2: there is no column “marc”" in text
        and "marc = M" in text
    )
    made = client.post("/registry/exports/new/?preset=warwick", typed)
    profile = ExportProfile.objects.get()
    assert made.status_code == 302 and made.url == f"/registry/exports/{profile.number}/"
    assert profile.preset_source == formats.preset("warwick").source
    assert profile.form == formats.preset("warwick").form
    assert "ASSUMED" in client.get(made.url).content.decode()
    address = f"/registry/exports/{profile.number}/boards/{board.pk}/"
    looked = client.get(address)
    assert OTHER in looked.content.decode() and looked.context["count"] == 6
    missed = client.post(address, {"seen": "another"})
    assert missed.status_code == 409 and not ExportRun.objects.exists()
    done = client.post(address, {"seen": looked.context["fingerprint"]})
    run = ExportRun.objects.get()
    assert done.url == f"/registry/exports/files/{run.pk}/"
    file = client.get(f"{done.url}file/")
    assert hashlib.sha256(file.content).hexdigest() == run.sha256
    assert file["Content-Disposition"] == 'attachment; filename="T2026_2026_7.csv"'
    assert (
        "It is this file" in client.get(f"{done.url}?sha256={run.sha256.upper()}").content.decode()
    )
    assert "It is another file" in client.get(f"{done.url}?sha256=00").content.decode()
    for text in (client.get(p).content.decode() for p in (address, done.url, made.url)):
        assert "Quuxington" not in text and "Zebedee" not in text


def test_an_edit_is_the_next_version_and_says_what_changed(scene, board):
    profile = a_profile(scene)
    client = sign_in(Client(), scene.registrar)
    address = f"/registry/exports/{profile.number}/edit/"
    form = client.get(address).context["form"]
    typed = {name: "" if form[name].value() is None else form[name].value() for name in form.fields}
    typed |= {"rounding": "whole", "reason": "The registry asked.", "seen": "1"}
    assert client.post(address, typed).status_code == 302
    assert profile_now(profile.number).version == 2
    page = client.get(f"/registry/exports/{profile.number}/").content.decode()
    assert "Version 2" in page and "Rounding" in page and "The registry asked." in page
    stale = client.post(address, typed | {"title": "Other", "seen": "1"})
    assert stale.status_code == 422 and "Other" in stale.content.decode()
    again = client.post(address, typed | {"title": "Other", "seen": stale.context["seen"]})
    assert again.status_code == 422 and profile_now(profile.number).version == 2


def test_what_stands_against_a_file_is_told_with_what_to_do(scene, board):
    profile = preset(scene, "ucl")
    client = sign_in(Client(), scene.registrar)
    page = client.get(f"/registry/exports/{profile.number}/cohorts/t2026/").content.decode()
    assert "There is no SPR code" in page and "Make the file" not in page
    assert f"/registry/cohorts/T2026/{scene.enrolment.pk}/" in page
    assert "/registry/exports/codes/T1/" in page
    form = client.get("/registry/exports/codes/T1/").context
    fields = {name: "" for name in form["form"].fields} | {"map_code": "a b", "seen": form["seen"]}
    bad = client.post("/registry/exports/codes/T1/", fields)
    assert bad.status_code == 422 and "a b" in bad.content.decode()
    assert (
        client.post("/registry/exports/codes/T1/", fields | {"map_code": "MAP-1"}).status_code
        == 302
    )
    assert "MAP-1" in client.get("/registry/exports/codes/").content.decode()
    stale = fields | {"map_code": "MAP-2"}
    for _press in range(2):
        answer = client.post("/registry/exports/codes/T1/", stale)
        assert answer.status_code == 422 and "MAP-2" in answer.content.decode()
        stale |= {"seen": answer.context["seen"]}
    assert ModuleCodes.objects.get().map_code == "MAP-1"


def test_codes_of_a_student_are_written_on_the_enrolments_page(scene):
    client = sign_in(Client(), scene.registrar)
    address = f"/registry/cohorts/T2026/{scene.enrolment.pk}/codes/"
    bad = client.post(address, {"codes-spr_code": "=1", "codes-exam_number": ""})
    scene.enrolment.refresh_from_db()
    assert bad.status_code == 200 and scene.enrolment.spr_code == ""
    client.post(address, {"codes-spr_code": "998877/1", "codes-exam_number": "B1"})
    scene.enrolment.refresh_from_db()
    assert (scene.enrolment.spr_code, scene.enrolment.exam_number) == ("998877/1", "B1")
    entry = Entry.objects.get(action="cohorts.change_codes")
    assert "998877/1" not in str(entry.after)
    grant(scene.author, Role.REGISTRAR, by=OP, starts_on=DAY)
    refused("own codes", change_codes, scene.enrolment, "1", "1", by=scene.author, kind=NotAllowed)


def test_the_newest_stands_first_and_a_board_is_what_it_is_now(scene, board):
    profile = a_profile(scene, replace(PLAIN, basis=formats.ACTUAL))
    runs = [make_export(profile, scene.cohort, one, by=scene.registrar) for one in (board, None)]
    cohort = make_cohort(
        "T2025", "Before", scene.programme, date(2025, 9, 1), date(2026, 8, 31), by=OP
    )
    newer = ExportRun.objects.create(
        number=1,
        profile=profile,
        cohort=cohort,
        file_name="x.csv",
        sha256="0" * 64,
        size=1,
        rows=1,
        omissions=0,
        fingerprint="0" * 64,
        exported_at=clock.now() + timedelta(hours=1),
    )
    assert list(runs_of(profile.number)) == [newer, *reversed(runs)]
    later = call_board(scene.cohort, "Later", DAY + timedelta(days=9), by=scene.registrar)
    page = sign_in(Client(), scene.registrar).get(f"/registry/exports/{profile.number}/")
    assert list(page.context["boards"]) == [later, board]
    cancel_board(Board.objects.get(pk=later.pk), "Too few.", by=scene.registrar)
    assert later.state == "called"
    refused("was cancelled", make_export, profile, scene.cohort, later, by=scene.registrar)


def test_every_outcome_can_have_a_code():
    assert set(formats.OUTCOMES) == set(Outcome.values)
    assert set(CODE_LABELS) == {*formats.STATUSES, *formats.OUTCOMES}


def test_a_thousand_people_take_as_many_statements_as_two(scene, board, django_assert_num_queries):
    profile = a_profile(scene)
    with django_assert_num_queries(13):
        draft_of(profile, scene.cohort, board)
    for n in range(2, 8):
        scene.take_quiz(scene.another(n))
    with django_assert_num_queries(13):
        draft_of(profile, scene.cohort, board)


# ---- at once; tests that commit ----


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_registrars_at_once_make_one_file():
    with clock.at(DAY):
        scene = Scene()
        board = decided(scene)[0]
        profile = a_profile(scene)
        other = person("other", Role.REGISTRAR)
    make = {
        who.pk: lambda who=who: make_export(profile, scene.cohort, board, by=who)
        for who in (scene.registrar, other)
    }
    assert pressed(*((str(key), press) for key, press in make.items())) == []
    assert ExportRun.objects.count() == ExportFile.objects.count() == 1
    assert Entry.objects.filter(action="assessments.make_export").count() == 1
