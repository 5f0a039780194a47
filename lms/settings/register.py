"""The employment register: how often employers are asked, and whom the room of posts asks for a preview."""

# ASSUMED: after how many days a post is to be confirmed anew, when an employer who was asked is reminded, and from when it is shown as silent. No
# silence ends a post (docs/register.md).
IMSA_POSTS_ASKED_DAYS = 90
IMSA_POSTS_REMINDED_DAYS = 14
IMSA_POSTS_SILENT_DAYS = 28
# Rows of a file of people or posts. It is written in one transaction: on PostgreSQL nobody waits for it but for the same people; on SQLite everybody does.
IMSA_IMPORT_ROWS = {"postgresql": 10_000, "sqlite": 1_000}
# How a person would stand if a post were another: the room of posts stands below the certificates.
IMSA_POST_PREVIEW = "certificates.queries.post_previews.effect_of_post"
