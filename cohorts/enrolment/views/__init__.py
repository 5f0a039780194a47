"""Pages of cohorts and their people, and of the timetable."""
