"""What is typed about cases, by noun."""
