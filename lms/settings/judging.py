"""Figures by which work is judged. ASSUMED: the public material does not settle them (domain.md section 8)."""

# But for IMSA_EXAMINER_APPROVES and IMSA_MINUTES_PER_SCRIPT, defaults of an installation without a rule set (decision 0019).
IMSA_PASS_MARK = 50
IMSA_CLASS_BOUNDARIES = [50, 60, 70]
IMSA_THIRD_MARKER_DISTANCE = 10  # marks apart at which two markers call a third
# Three marks are settled by the middle one (assessments.marking.reconcile.settle).
IMSA_MARKING_WORKING_DAYS = 15  # without the bank holidays of every nation that somebody of the cohort studies, and the University's closures
# ASSUMED: working days before a script or a discussion is due on which its marker is told once; 0 for never.
IMSA_MARKING_REMINDER_WORKING_DAYS = 3
# ASSUMED: working days before feedback is due on which those who release it are told; 0 for never. On the day and each week after it they are told anyway.
IMSA_FEEDBACK_REMINDER_WORKING_DAYS = 3
IMSA_EXAMINER_APPROVES = (
    True  # the external examiner approves each version of an assessment before a cohort sits it
)
IMSA_RESIT_ALLOWED = (
    True  # a module that is not passed: one more attempt at each piece below the pass mark
)
IMSA_RESIT_CAP = 50  # what that attempt counts at most
IMSA_RESIT_DAYS = 42  # after the decision is recorded, when it is due
IMSA_MINUTES_PER_SCRIPT = 40  # how long one script takes to mark, for the queue's estimate
# Of a question of a quiz: below so many attempts its statistics are not shown (ASSUMED).
IMSA_STATISTICS_ATTEMPTS = 10
