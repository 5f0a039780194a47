"""Pages of applications: `public` for applicants, `review` for the Hub, `versions` of the form."""
