"""Sample data for the page of components; invented, and never shown to anybody but builders."""

from datetime import date

from django import forms
from django.core.paginator import Paginator
from django.utils.safestring import mark_safe

from . import nations

LONG_SURNAME = "Featherstonehaugh-Ap-Rhys-Oluwaseun-Smith"


class EveryField(forms.Form):
    name = forms.CharField(label="Surname", help_text="As it is printed on the certificate.")
    day = forms.DateField(
        label="Day the post began", widget=forms.DateInput(attrs={"type": "date"})
    )
    nation = forms.ChoiceField(
        label="Nation", choices=[("", "Choose one"), ("s", "Scotland"), ("w", "Wales")]
    )
    kind = forms.ChoiceField(
        label="What is it",
        widget=forms.RadioSelect,
        help_text="One only.",
        choices=[
            ("a", "An essay"),
            (
                "b",
                "A portfolio, with a declaration by the line manager that it is the trainee’s own work",
            ),
        ],
    )
    many = forms.MultipleChoiceField(
        label="Nations to endorse",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        choices=[("s", "Scotland"), ("w", "Wales"), ("n", "Northern Ireland")],
    )
    why = forms.CharField(
        label="Reason",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The person will read this.",
    )
    file = forms.FileField(label="Your file", help_text="A PDF or Word file, at most 20 MB.")
    own = forms.BooleanField(label="This is my own work")


TO_MEND = {
    "name": "Give the surname on the certificate",
    "day": "Give the day as a day, a month and a year",
    "nation": "Choose a nation",
    "kind": "Say which it is",
    "why": "Give the reason",
    "file": "Choose a file",
    "own": "Say that the work is your own",
}


def form_to_mend():
    form = EveryField(data={"mend-name": "", "mend-day": "32"}, files={}, prefix="mend")
    form.is_valid()
    for name, words in TO_MEND.items():
        form.errors.pop(name, None)
        form.add_error(name, words)
    form.add_error(None, "The form was sent twice; we kept the first.")
    return form


def standing(code, label, meaning, advice, tone):
    return {"code": code, "label": label, "meaning": meaning, "advice": advice, "tone": tone}


def standings():
    return [
        standing(
            "a",
            "May act",
            f"Christabel {LONG_SURNAME} is accredited and in a confirmed post.",
            "You may rely on this today.",
            "good",
        ),
        standing(
            "b",
            "May act, with conditions",
            "Supervised in court work until 1 March 2027.",
            "Read the conditions before you give work.",
            "care",
        ),
        standing(
            "c",
            "Suspended",
            "The accreditation is suspended.",
            "Do not give work as an IMSA. Ask the Hub.",
            "stop",
        ),
        standing(
            "d",
            "Between posts",
            "The last post ended on 20 November 2026.",
            "Ask again when the new post is confirmed.",
            "wait",
        ),
        standing(
            "e",
            "No such certificate",
            "We hold no certificate with this number and surname.",
            "Check both with the person.",
            "plain",
        ),
    ]


def option(value, label, **more):
    return {"value": value, "label": label, **more}


def questions():
    return [
        {
            "text": "Who decides whether to enter the National Referral Mechanism?",
            "kind": "one",
            "name": "q1",
            "number": 1,
            "total": 5,
            "options": [
                option(1, "The adult concerned"),
                option(2, "The first responder", checked=True),
                option(3, "The police"),
            ],
        },
        {
            "text": "In your own words: what is a reasonable grounds decision?",
            "kind": "words",
            "name": "q2",
            "hint": "Two or three sentences.",
            "number": 2,
            "total": 5,
        },
    ]


def answered():
    return {
        "text": "Which of these are named in Scots law?",
        "kind": "many",
        "name": "q3",
        "number": 3,
        "total": 5,
        "tone": "info",
        "options": [
            option(1, "Servitude", checked=True, right=True, why="Section 4 names it."),
            option(
                2,
                "Debt bondage",
                checked=True,
                why="It is evidence of forced labour, not an offence of its own.",
            ),
            option(3, "Forced labour", right=True),
        ],
        "feedback": "Section 4 of the Scottish Act names slavery, servitude and forced labour.",
    }


def steps():
    return [
        {
            "label": "Who is harmed, and how",
            "url": "/components/#main",
            "state": "done",
            "note": "Read on 3 November",
        },
        {
            "label": "The law in your nation",
            "url": "/components/#main",
            "state": "now",
            "note": "About 25 minutes. Scotland and Wales.",
        },
        {"label": "Consent and capacity", "url": "/components/#main", "state": "todo"},
        {"label": "Essay", "state": "locked", "note": "Opens when you have read three units"},
    ]


def lines():
    return [
        {"what": "First marker", "mark": "58", "who": "Marker 14", "when": "2 December 2026"},
        {"what": "Second marker", "mark": "66", "who": "Marker 9", "when": "3 December 2026"},
        {
            "what": "Third marker",
            "mark": "62",
            "when": "4 December 2026",
            "why": "The two lay either side of a class boundary.",
        },
        {"what": "Agreed", "mark": "62", "why": "The middle one of three."},
        {"what": "Decided by the board", "mark": "62", "when": "15 January 2027", "final": True},
    ]


def data():
    """Everything the page shows, made anew for each reader."""
    return {
        "today": date(2026, 11, 21),
        "nations": nations.labels(nations.ALL),
        "standings": standings(),
        "form": EveryField(),
        "form_to_mend": form_to_mend(),
        "questions": questions(),
        "answered": answered(),
        "rows": [
            ("Name", "Nguyễn Thị Mai"),
            ("Number", mark_safe('<span class="number">IMSA-7K4M-2Q9X</span>')),
            ("Surname", LONG_SURNAME),
            ("Line manager", None),
        ],
        "table": [
            ("S-2041", "Law and rights", "Friday 27 November", "40", "wait", "With two markers"),
            ("S-2042", "Working with trauma", "Monday 30 November", "1,040", "care", "Due soon"),
            ("S-2043", "Law and rights", "Wednesday 2 December", "25", "plain", "Not begun"),
        ],
        "page": Paginator(range(90), 30).page(2),
        "steps": steps(),
        "lines": lines(),
        "law": "What a public authority must do when it believes that someone may be a victim, put in one or two plain sentences.",
    }
