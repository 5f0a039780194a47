"""Figures of claims, appeals and misconduct. ASSUMED unless a source stands beside it; St Mary's has not confirmed the others."""

IMSA_SELF_CERTIFIED_DAYS = (
    5  # ASSUMED: working days more that a trainee certifies themselves for one piece of work
)
IMSA_SELF_CERTIFIED_TIMES = 2  # ASSUMED: how often within a year
# [stmarys.ac.uk/policies/extenuating-circumstances.aspx]: a longer extension is a claim to the University.
IMSA_PROGRAMME_EXTENSION_DAYS = 10
IMSA_CLAIM_ANSWER_WORKING_DAYS = 5  # ASSUMED: by when the office answers a claim
IMSA_EVIDENCE_DAYS = 365  # ASSUMED: how long evidence is kept after its claim or appeal is closed
# [stmarys.ac.uk/policies/academic-appeals.aspx]: from the day on which the result was sent out; bank holidays are the nation's (ASSUMED)
IMSA_APPEAL_WORKING_DAYS = 10
IMSA_APPEAL_ANSWER_WORKING_DAYS = 20  # ASSUMED: by when an appeal is answered
# [ueasu.org, on the OIA]: from the date of the letter that completes the University's procedures
IMSA_OIA_MONTHS = 12
# Places to look at for alike words in two scripts: how many words in a row and in common, and what part of the shorter script (ASSUMED).
IMSA_ALIKE_WORDS = 60
IMSA_ALIKE_PERCENT = 15
IMSA_MISCONDUCT_REPLY_WORKING_DAYS = 5  # ASSUMED: the least a trainee has to answer
# Bank holidays that follow from no rule, such as a coronation: ISO dates, which count in every nation.
IMSA_EXTRA_HOLIDAYS: list[str] = []
IMSA_PRIOR_CLAIM_WORKING_DAYS = (
    10  # ASSUMED: by when the office has looked at a claim on prior learning
)
