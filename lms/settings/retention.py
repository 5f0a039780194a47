"""How long is kept what goes by itself (docs/retention.md). ASSUMED where nothing else is said: who answers for each kind of record has not settled it."""

IMSA_MESSAGE_YEARS = 2  # the text of a message to a person; that there was one stays
IMSA_SIGN_IN_YEARS = 1  # the day and minute of the last sign-in; after that only its year
IMSA_REMARK_YEARS = (
    6  # officers' words about a person, from when they were written or their matter was closed
)
IMSA_TYPED_WORK_YEARS = 5  # after the course ends (OfS condition B4): what was typed on the page
IMSA_INTEREST_YEARS = 1  # after a marker has left: whom they are near to
