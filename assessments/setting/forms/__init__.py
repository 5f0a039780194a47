"""What is typed about assessments: a piece and its draft, a question, the days of a cohort, an examiner's answer, a leader."""
