"""Figures of applications of organisations and of their approvals. ASSUMED: the IMSA Model Hub has not confirmed them."""

IMSA_APPLICATION_LINK_DAYS = 30  # how long a link that was mailed opens an application
IMSA_APPLICATION_UNCONFIRMED_DAYS = 7  # a draft without any answer is deleted after that
IMSA_APPLICATION_DRAFT_DAYS = 180  # a draft nobody saved for so long is deleted
IMSA_APPLICATION_MOST_UNCONFIRMED = (
    500  # drafts without any answer that there may be at once; beyond it the oldest goes
)
IMSA_APPLICATION_MOST_BYTES = 100 * 1024 * 1024  # files of one application
IMSA_APPLICATION_DRAFTS_BYTES = 2 * 1024**3  # files of all that nobody has submitted yet
IMSA_APPLICATION_CLOSED_DAYS = (
    730  # after closing, answers and files of one that was declined or withdrawn are removed
)
IMSA_APPLICATION_SECONDS = 3  # a form that is sent sooner was filled in by a program
IMSA_APPROVAL_YEARS = 3  # the last day that the page of a decision suggests
IMSA_REVIEW_MONTHS = 12  # an approved organisation is reviewed once in so many months
IMSA_APPROVAL_REMINDER_DAYS = (90, 30, 7)  # before the last day of an approval
