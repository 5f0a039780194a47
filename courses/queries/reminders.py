"""Reading questions about reminders of coming dates."""

from ..models import ReminderChoice, ReminderKind, StudyReminder


def reminder_kinds_of(person) -> set[str]:
    """The kinds of which somebody wants to be reminded. One query."""
    off = ReminderChoice.objects.filter(person=person.pk, is_off=True)
    return set(ReminderKind.values) - set(off.values_list("kind", flat=True))


def is_reminded(person, day) -> bool:
    """Were somebody's dates looked at on that day?"""
    return StudyReminder.objects.filter(person=person.pk, day=day).exists()


def keys_told(person) -> set[str]:
    """Of what somebody was reminded, as far as it is kept."""
    rows = StudyReminder.objects.filter(person=person.pk).values_list("keys", flat=True)
    return {key for keys in rows for key in keys}
