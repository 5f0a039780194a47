"""Figures of portfolios. ASSUMED: the programme has not confirmed them."""

IMSA_SIGN_OFF_DAYS = 21  # how long whoever is asked can answer
IMSA_SIGN_OFFS_A_DAY = (
    20  # requests that one portfolio sends within a day, so that nobody is flooded
)
