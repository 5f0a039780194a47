"""Pages of those who share scripts out and of those who mark them."""
