"""What a piece of work could name its author by; asked for that author's eyes only."""

from dataclasses import dataclass

SHORTEST = 2  # letters of a name that is looked for alone


@dataclass(frozen=True)
class OwnNames:
    """`labels`: what each of the words is, by the words. `alone` are looked for as words with a capital."""

    whole: tuple[str, ...]
    alone: tuple[str, ...]
    labels: dict[str, str]

    def label(self, words: str) -> str:
        return self.labels[words]


def own_names(enrolment) -> OwnNames:
    """Names on the account, now and before, either part first; student reference, IMSA number and email address."""
    person = enrolment.person
    whole, alone = {}, dict.fromkeys(person.known_as.split(), "your name")
    pairs = [
        (person.first_name, person.last_name, "your name"),
        *(
            (former.first_name, former.last_name, "your former name")
            for former in person.former_names.all()
        ),
    ]
    for first, last, label in pairs:
        for words in (f"{first} {last}".strip(), f"{last} {first}".strip()):
            whole.setdefault(words, label)
        for words in {
            part
            for part in (first, last, *first.split(), *last.split())
            if len(part) >= SHORTEST and part[0].isupper()
        }:
            alone.setdefault(words, label)
    for words, label in (
        (enrolment.student_reference, "your student reference"),
        (person.imsa_number, "your IMSA number"),
        (person.email, "your email address"),
    ):
        if words:
            whole.setdefault(words, label)
    return OwnNames(
        tuple(words for words in whole if words),
        tuple(sorted(set(alone) - set(whole))),
        alone | whole,
    )
