"""Figures of sessions, attendance and calendars. ASSUMED: St Mary's has not confirmed them."""

IMSA_SESSION_MINUTES = 120  # how long a session without a length of its own is taken to last
IMSA_ATTENDANCE_CODE_SECONDS = 60  # how long a code is shown; the one before is accepted too
IMSA_ATTENDANCE_CODE_MARGIN_MINUTES = 15  # before a session begins and after it ends
# Wrong codes one person may enter in so many minutes.
IMSA_ATTENDANCE_CODE_TRIES, IMSA_ATTENDANCE_CODE_TRIES_MINUTES = 8, 10
IMSA_SHORT_STAY_MINUTES = (
    45  # offered when a file of a meeting is read: who stayed for less is not ticked
)
IMSA_CALENDAR_FETCHES_AN_HOUR = 60  # of one calendar address
# Where a calendar asks for the due dates of somebody's work; these settings know every room.
IMSA_CALENDAR_DUE_DATES = "assessments.trainee.today.due_dates_of"
# Where it asks whether somebody's enrolment goes on.
IMSA_IS_ENROLLED = "cohorts.enrolment.queries.is_enrolled"
