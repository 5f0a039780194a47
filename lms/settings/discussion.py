"""Figures of the discussion of a cohort. ASSUMED: the programme has not confirmed them."""

IMSA_DISCUSSION_CHANGE_MINUTES = 30  # in which an author changes or removes a post
IMSA_DISCUSSION_POSTS_AN_HOUR = 12  # of one person in one discussion, and as many reports
IMSA_DISCUSSION_HOURS = (8, 19)  # of the day in London, in which the digest goes out
IMSA_DISCUSSION_DAYS = (
    90  # after a discussion was closed, or its cohort ended, its posts are deleted
)
