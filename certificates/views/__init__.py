"""The pages of this room, by who reads them."""
