"""What markers and registrars type; it says what is wrong in words that say what to do."""
