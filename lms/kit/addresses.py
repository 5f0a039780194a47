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


def number_in(typed, otherwise=-1):
    """The number in a field that a page sends without asking its reader; `otherwise`, which no row and no version has, where it holds none."""
    typed = typed or ""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else otherwise
