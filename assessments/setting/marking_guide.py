"""By what a version's work is marked, in words: a rubric says what each mark means, a marking guide what markers look for."""

from django.utils.translation import gettext as _


def means_of_marking(criteria) -> str:
    """Of criteria with their levels; empty where there are none."""
    if not criteria:
        return ""
    has_rubric = any(one.levels.all() for one in criteria)
    has_guide = any(one.description.strip() for one in criteria)
    if has_rubric and has_guide:
        return _("A rubric (what each mark means) and a marking guide (what markers look for)")
    if has_rubric:
        return _("A rubric (what each mark means)")
    if has_guide:
        return _("A marking guide (what markers look for)")
    return _("Criteria and their weights alone")
