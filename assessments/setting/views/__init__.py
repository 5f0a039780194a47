"""Pages on which assessments are set and cohorts are given their dates."""
