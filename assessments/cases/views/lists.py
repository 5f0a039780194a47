"""The links above a list of the office: what is open, what is answered, and how many there are of each."""

from lms.kit.lists import address


def links_of(rows, labels, show) -> list[dict]:
    """`rows` and `labels` by the name that stands in the address; `show` is the one on the page. One query each."""
    return [
        {
            "label": label,
            "count": rows[key].count(),
            "url": f"?{address(show=key)[:-1]}",
            "is_chosen": key == show,
        }
        for key, label in labels.items()
    ]
