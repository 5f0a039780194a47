"""Figures of surveys. ASSUMED: the programme has not confirmed them."""

IMSA_SURVEY_REMINDER_DAYS = (
    3  # before its last day, who has not answered is reminded once; 0: nobody is
)
IMSA_SURVEY_LONGEST_DAYS = 60  # that a survey may be open
# Where it is asked which modules a tutor leads today, and what “You said, we did” shows of surveys; these settings know every room.
IMSA_LED_TODAY = "assessments.setting.rules.led_today"
IMSA_SURVEY_RESPONSES = "cohorts.surveys.queries.public_responses"
