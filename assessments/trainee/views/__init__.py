"""The trainee's home, and the pages on which work is handed in."""
