"""Figures of keeping in touch with a cohort. ASSUMED: the programme has not confirmed them."""

IMSA_QUIET_DAYS = 14  # without activity, after which somebody may need help
IMSA_DUE_SOON_DAYS = 7  # before the end of a due date of one's own
IMSA_CHECK_TRIES = 2  # of a knowledge check, from which one that is not passed is shown
IMSA_TUTOR_MESSAGES_A_DAY = 3  # of all tutors together to one person
IMSA_ANNOUNCEMENT_NOTICES_A_DAY = 3  # to a cohort, about new and corrected announcements
IMSA_NUDGE_DAYS = 14  # between two reminders for the same reason; 0: nobody is reminded
# How many days before its date somebody is reminded of a thing; a kind without a number is never a reminder.
IMSA_REMINDER_DAYS = {"unit": 2, "session": 1, "work": 3}
# London; from the first, before the last: of dates, of feedback, and of email that comes back.
IMSA_REMINDER_HOURS = (8, 18)
IMSA_REMINDER_KEPT_DAYS = 14  # longer than the longest of IMSA_REMINDER_DAYS
IMSA_CONTACT_DETAILS_DAYS = (
    90  # ASSUMED: how long after somebody left their contact preferences and contact notes are kept
)
IMSA_NAMES_A_DAY = 5  # ASSUMED: display names that one person may choose in a day
IMSA_LEAVERS = "cohorts.enrolment.queries.people_who_left"  # of trainees, who left before a day
