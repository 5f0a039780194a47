"""What registrars and markers do with a script; here it is written."""
