"""What stands in an address of ours; it refuses numbers that no row can have."""

from django.urls import register_converter


class Number:
    """A row's number: small enough for any database, so that a made-up one is “not found” and never a fault."""

    regex = "[0-9]{1,18}"

    def to_python(self, value):
        return int(value)

    def to_url(self, value):
        return str(value)


register_converter(Number, "number")
