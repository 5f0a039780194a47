"""What trainees, and the programme office with their notes, do with handed-in work; here it is written."""
