"""Pages of employers, registrars, and whoever has the link of an offer."""
