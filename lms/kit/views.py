"""What is said when a request cannot be read at all."""
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.shortcuts import render


def unreadable(request, exception=None):
    """400: nothing was changed. Where too much was sent at once, it says so and what to do."""
    return render(request, "400.html", {"is_too_much": isinstance(exception, RequestDataTooBig | TooManyFieldsSent)}, status=400)
