"""What a board reads."""
