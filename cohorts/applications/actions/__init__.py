"""What applicants and Hub officers do with applications: `applying`, `reviewing`, `deciding`, and `versions` of the form."""
