"""HTTP for this room, one file for each person's day."""
