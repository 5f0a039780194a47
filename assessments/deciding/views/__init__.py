"""The pages of boards, of the external examiner, and of what the programme office decides about marks."""
