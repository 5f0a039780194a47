"""Whether the markers of a piece see who wrote it; as a rule they see a number."""

from .queries import version_of


def names_author(assessment, cohort) -> bool:
    """Of the version that a cohort sits. Keys. One query."""
    found = version_of(assessment, cohort).values_list("names_author", flat=True).first()
    return bool(found)
