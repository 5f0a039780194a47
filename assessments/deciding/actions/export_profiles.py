"""Writes down how files of marks are made, and what the student record system calls our modules; what was written before is never edited."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from courses.models import Module
from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.kit.spreadsheets import safe
from lms.record.actions import write

from .. import export_formats as formats
from ..export_formats import Format
from ..export_models import ExportProfile, ModuleCodes, PieceCodes
from ..queries.exports import module_codes, piece_codes, profile_now, profiles_now
from ..rules import may_write_profiles

LONGEST_TITLE, LONGEST_REASON = 100, 500


def add_profile(title: str, form: Format, *, by, source="") -> ExportProfile:
    """1. a profile with the next number, in its first version, 2. a record entry. The same title and form again: the profile there is. Raises Refused without a title, for
    a form that cannot be, and where somebody else adds one at this moment."""
    insist(may_write_profiles(by))
    title = _sound_title(title)
    _insist_sound(form)
    for there in profiles_now():
        if there.title == title:
            if there.form == form:
                return there
            raise Refused(_("There is a profile “%(title)s” already.") % {"title": title})
    last = ExportProfile.objects.order_by("-number").values_list("number", flat=True).first() or 0
    return _add(last + 1, 1, title, form, by=by, source=source)


def change_profile(
    profile: ExportProfile, title: str, form: Format, *, by, reason="", seen=None
) -> ExportProfile:
    """1. the next version of a profile, 2. a record entry. Files that were made keep the version they were made by. `seen`: the version that the page showed. The same
    again: the version there is. Raises Refused as `add_profile`, and where somebody else changed it meanwhile."""
    insist(may_write_profiles(by))
    title = _sound_title(title)
    _insist_sound(form)
    now = profile_now(profile.number) or profile
    if (now.title, now.form) == (title, form):
        return now
    if seen is not None and seen != now.version:
        raise Refused(
            _("Someone else changed this profile since you opened the page. Load it again.")
        )
    others = [one for one in profiles_now() if one.number != now.number and one.title == title]
    if others:
        raise Refused(_("There is a profile “%(title)s” already.") % {"title": title})
    reason = reason.strip()
    if len(reason) > LONGEST_REASON:
        raise Refused(_("Say why in up to %(most)s characters.") % {"most": LONGEST_REASON})
    return _add(
        now.number, now.version + 1, title, form, by=by, source=now.preset_source, reason=reason
    )


def _add(number, version, title, form, *, by, source="", reason=""):
    try:
        with transaction.atomic():
            made = ExportProfile.objects.create(
                number=number,
                version=version,
                title=title,
                values=formats.as_values(form),
                preset_source=source,
                reason=reason,
                by=by.record_label,
                at=clock.now(),
            )
            write(
                "assessments.write_export_profile",
                made,
                by=by,
                after={"number": number, "version": version, "values": made.values},
                reason=reason,
            )
    except IntegrityError:
        raise Refused(
            _("Someone else changed profiles at this moment. Load the page again.")
        ) from None
    return made


def _sound_title(title) -> str:
    title = " ".join(title.split())
    if not title or len(title) > LONGEST_TITLE:
        raise Refused(_("Enter a title of up to %(most)s characters.") % {"most": LONGEST_TITLE})
    return title


def _insist_sound(form):
    words = [heading for _name, heading in form.columns] + [form.source, *form.codes.values()]
    if formats.faults(form) or any(safe(text) != text for text in words):
        raise Refused(_("These columns cannot be a file of marks. Look at them again."))


@transaction.atomic
def write_codes(module: Module, codes: dict, pieces: dict[int, dict], *, by, seen="") -> bool:
    """What the student record system calls a module and its pieces (by key of the assessment; fields of ModuleCodes and PieceCodes).

    1. a line of each that is other now, 2. a record entry each. `seen`: `codes_seen` of the page. The same again changes nothing; the answer is whether anything did.
    Raises Refused for what is no code, and where somebody else wrote them meanwhile."""
    insist(may_write_profiles(by))
    for values in (codes, *pieces.values()):
        if not all(formats.is_code(value) for value in values.values()):
            raise Refused(_("A code has up to 20 letters, digits, hyphens, full stops or strokes."))
    Module.objects.select_for_update(no_key=True).get(pk=module.pk)
    keys = list(module.assessments.values_list("pk", flat=True))
    of_module = module_codes([module.pk]).get(module.pk)
    of_pieces = piece_codes(keys)
    changed: list[tuple] = [(ModuleCodes, {"module": module}, of_module, codes)]
    changed += [
        (PieceCodes, {"assessment_id": key}, of_pieces.get(key), pieces[key])
        for key in keys
        if key in pieces
    ]
    changed = [one for one in changed if _differs(one[2], one[3])]
    if changed and seen and seen != codes_seen(of_module, of_pieces.values()):
        raise Refused(_("Someone else wrote codes since you opened this page. Load it again."))
    for model, owner, there, values in changed:
        line = model.objects.create(
            **owner,
            **values,
            number=there.number + 1 if there else 1,
            by=by.record_label,
            at=clock.now(),
        )
        write("assessments.write_codes", line, by=by, after=values)
    return bool(changed)


def codes_seen(of_module, of_pieces) -> str:
    """Which lines a page showed; never empty."""
    keys = sorted(line.pk for line in of_pieces)
    return ".".join(str(key) for key in [of_module.pk if of_module else 0, *keys])


def _differs(line, values) -> bool:
    return any((getattr(line, name) if line else "") != value for name, value in values.items())
