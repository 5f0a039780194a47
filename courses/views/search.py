"""Finding: a search over what the reader may see, and the glossary from A to Z."""

import unicodedata
from itertools import groupby

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from .. import queries, search
from ..models import Helpline, Term

PAGE = "courses/own/page.html"


@login_required
@never_cache
def find(request):
    """Search units, glossary and one's own words; `exactly` in the address looks for nothing but what was typed."""
    typed = request.GET.get("q", "")[: search.LONGEST].replace("\0", "")
    found = search.search(request.user, typed, exactly="exactly" in request.GET)
    return render(request, "courses/own/find.html", {"typed": typed, "found": found})


@login_required
def glossary(request):
    """The words of the field, A to Z; a trainee sees those of their nations."""
    return render(request, *glossary_content(request.user))


@login_required
def contacts(request):
    """Whom to turn to, with the day somebody last saw that it is right; a trainee sees those of their nations."""
    return render(request, *contacts_content(request.user))


def glossary_content(person):
    """The template, and what it shows; a device keeps the same page."""
    plans = queries.plans_of(person)
    mine = {code for plan in plans for code in plan.nations}
    shown = [t for t in Term.objects.all() if not plans or not t.nations or mine & set(t.nations)]
    terms = sorted(shown, key=lambda t: t.term.casefold())
    letters = [
        (letter, list(of)) for letter, of in groupby(terms, key=lambda t: first_letter(t.term))
    ]
    return "courses/own/glossary.html", {"layout": PAGE, "letters": letters}


def contacts_content(person):
    plans = queries.plans_of(person)
    mine = {code for plan in plans for code in plan.nations}
    shown = [h for h in Helpline.objects.all() if not plans or mine & set(h.nations)]
    return "courses/own/contacts.html", {"layout": PAGE, "contacts": shown}


CONTENTS = {"glossary": glossary_content, "contacts": contacts_content}


def first_letter(term):
    letter = unicodedata.normalize("NFKD", term.strip()[:1]).upper()[:1]
    return letter if letter.isalpha() else "#"
