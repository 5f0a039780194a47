"""Figures of applications of organisations and of their approvals. ASSUMED: the IMSA Model Hub has not confirmed them."""

IMSA_APPLICATION_LINK_DAYS = 30  # how long a link that was mailed opens an application
IMSA_APPLICATION_UNCONFIRMED_DAYS = 7  # a draft without any answer is deleted after that
IMSA_APPLICATION_DRAFT_DAYS = 180  # a draft nobody saved for so long is deleted
IMSA_APPLICATION_MOST_UNCONFIRMED = 500  # drafts without any answer that there may be at once
IMSA_APPLICATION_SECONDS = 3  # a form that is sent sooner was filled in by a program
IMSA_APPROVAL_YEARS = 3  # the last day that the page of a decision suggests
IMSA_REVIEW_MONTHS = 12  # an approved organisation is reviewed once in so many months
IMSA_APPROVAL_REMINDER_DAYS = (90, 30, 7)  # before the last day of an approval
