"""What is read of cases, by noun."""
