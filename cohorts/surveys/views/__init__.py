"""Pages of those who make surveys, and of those who answer them."""
