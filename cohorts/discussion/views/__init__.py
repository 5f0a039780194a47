"""Pages of a discussion: its threads, one post with what can be done about it, moderation, and the registrar's switch."""
