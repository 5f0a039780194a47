"""The invented people as whom the demonstration signs anybody in; trainees come from the cohort file."""

from dataclasses import dataclass

from .actions import admit, grant
from .models import Role


@dataclass(frozen=True)
class Invented:
    key: str
    email: str
    first_name: str
    last_name: str
    role: str
    question: str


# Trainees are imported from the cohort file with these addresses.
PEOPLE = [
    Invented(
        "trainee",
        "mairi.nicdhomhnaill@imsa.example",
        "Màiri",
        "NicDhòmhnaill",
        Role.LEARNER,
        "Studying in Scotland. What is next, and by when?",
    ),
    Invented(
        "finished",
        "sian.llewellyn@imsa.example",
        "Siân",
        "Llewellyn",
        Role.LEARNER,
        "Has her certificate. Who can check it?",
    ),
    Invented(
        "tutor",
        "agnes.okafor@imsa.example",
        "Agnes",
        "Okafor",
        Role.TUTOR,
        "What must I mark, and by when?",
    ),
    Invented(
        "second",
        "tomasz.zielinski@imsa.example",
        "Tomasz",
        "Zieliński",
        Role.TUTOR,
        "Second marker. What must I mark, and by when?",
    ),
    Invented(
        "third",
        "helen.armitage@imsa.example",
        "Helen",
        "Armitage",
        Role.TUTOR,
        "Third marker, and course author.",
    ),
    Invented(
        "examiner",
        "ruth.adeyemi@imsa.example",
        "Ruth",
        "Adeyemi",
        Role.EXTERNAL_EXAMINER,
        "Is this sound?",
    ),
    Invented(
        "registrar",
        "peter.lindqvist@imsa.example",
        "Peter",
        "Lindqvist",
        Role.REGISTRAR,
        "What waits for me?",
    ),
    Invented(
        "hub",
        "nadia.rahman@imsa.example",
        "Nadia",
        "Rahman",
        Role.HUB_OFFICER,
        "Who needs a decision?",
    ),
    Invented(
        "hub2",
        "yusuf.demir@imsa.example",
        "Yusuf",
        "Demir",
        Role.HUB_OFFICER,
        "Second Hub officer. Which decision needs a second pair of eyes?",
    ),
    Invented(
        "employer",
        "gareth.pritchard@imsa.example",
        "Gareth",
        "Pritchard",
        Role.EMPLOYER,
        "May this person act as an IMSA today?",
    ),
    Invented(
        "consultant",
        "linh.nguyen@imsa.example",
        "Linh",
        "Nguyễn",
        Role.SURVIVOR_CONSULTANT,
        "What may I shape?",
    ),
]


def staff(*, by, starts_on):
    """Admit everybody above but the trainees, and grant their roles from a day. Twice is once."""
    made = {}
    for p in PEOPLE:
        if p.role == Role.LEARNER:
            continue
        person = admit(
            by=by, email=p.email, first_name=p.first_name, last_name=p.last_name, is_invented=True
        )
        grant(person, p.role, by=by, starts_on=starts_on)
        made[p.key] = person
    grant(made["third"], Role.AUTHOR, by=by, starts_on=starts_on)
    return made
