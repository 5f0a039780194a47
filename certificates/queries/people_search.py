"""People by what an officer has in hand: a name, also a former one, a number, an address, a reference, an organisation. It says nothing of standings,
and nothing of who hides: somebody whose entry is withheld is found and shown as everybody is."""

from django.db.models import Exists, OuterRef, Q

from cohorts.employment.models import Employment
from cohorts.employment.register import last_lines, lines_open_on, post_of
from cohorts.enrolment.models import Enrolment
from cohorts.organisations.models import Organisation
from lms.kit import codes
from lms.kit.letters import folded
from lms.people.models import FormerAccount, FormerName, User
from lms.people.same_person import former_addresses

from ..models import Certificate

SHORTEST = 2  # letters of a word that is looked for inside names


def people_found(wanted: str):
    """Everybody with an enrolment or a post who has all that was typed as email address, IMSA number, certificate number or student reference; or
    each word of it in their name, a former name, their student reference or an organisation they have or had a post at. Nothing typed finds nobody.
    A QuerySet of users, by name."""
    typed = wanted.strip()
    rows = User.objects.filter(
        Exists(Enrolment.objects.filter(person=OuterRef("pk")))
        | Exists(Employment.objects.filter(person=OuterRef("pk")))
    ).order_by("sort_key", "pk")
    return rows.filter(_exactly(typed) | _by_words(typed)) if typed else rows.none()


def _exactly(typed: str) -> Q:
    """Each looked up by its index."""
    found = Q(
        pk__in=Enrolment.objects.filter(student_reference__in={typed, typed.upper()}).values(
            "person"
        )
    )
    if "@" in typed:
        had = former_addresses().filter(old_address__iexact=typed)
        found |= Q(email__iexact=typed) | Q(pk__in=had.values("person"))
    if number := _number(typed, "IMSA"):
        joined = FormerAccount.objects.filter(account__imsa_number=number)
        found |= Q(imsa_number=number) | Q(pk__in=joined.values("person"))
    if number := _number(typed, "C"):
        found |= Q(pk__in=Certificate.objects.filter(number=number).values("enrolment__person"))
    return found


def _number(typed: str, prefix: str) -> str:
    try:
        return codes.read(typed, prefix)
    except codes.Misread:
        return ""


def _by_words(typed: str) -> Q:
    """All of the words, each of which may be of another kind: “owen lanternby”."""
    words = [word for word in typed.split() if len(folded(word)) >= SHORTEST]
    found = Q()
    for word in words:
        found &= _word(word)
    return found if words else Q(pk__in=[])


def _word(word: str) -> Q:
    bare = folded(word)
    former = Q()
    for text in {word, bare}:  # a former name has no column without accents
        former |= Q(first_name__icontains=text) | Q(last_name__icontains=text)
    found = Q(search_key__contains=bare)
    found |= Q(pk__in=FormerName.objects.filter(former).values("person"))
    joined = FormerAccount.objects.filter(
        Q(account__search_key__contains=bare)
        | Q(account__in=FormerName.objects.filter(former).values("person"))
    )
    found |= Q(pk__in=joined.order_by().values("person"))
    found |= Q(pk__in=Enrolment.objects.filter(student_reference=word).values("person"))
    organisations = list(
        Organisation.objects.filter(Q(name__icontains=word) | Q(code__iexact=word)).values_list(
            "pk", flat=True
        )
    )
    if organisations:
        at_them = last_lines().filter(organisation__in=organisations)
        found |= Q(pk__in=at_them.order_by().values("employment__person"))
    return found


def with_places(people, day) -> list[dict]:
    """Each person with former names, enrolments and the posts held on a day. Four questions, however many people."""
    people = list(people)
    keys = [person.pk for person in people]
    if not keys:
        return []
    enrolments, posts, names = {}, {}, {}
    rows = Enrolment.objects.filter(person__in=keys).select_related("cohort")
    for enrolment in rows.order_by("enrolled_on", "pk"):
        enrolments.setdefault(enrolment.person_id, []).append(enrolment)
    for line in lines_open_on(day).filter(employment__person__in=keys):
        posts.setdefault(line.employment.person_id, []).append(post_of(line))
    for name in FormerName.objects.filter(person__in=keys):
        names.setdefault(name.person_id, []).append(
            " ".join(filter(None, (name.first_name, name.last_name)))
        )
    for joined in FormerAccount.objects.filter(person__in=keys).select_related("account", "person"):
        if joined.account.full_name != joined.person.full_name:
            names.setdefault(joined.person_id, []).append(joined.account.full_name)
    return [
        {
            "person": person,
            "former_names": names.get(person.pk, []),
            "enrolments": enrolments.get(person.pk, []),
            "posts": posts.get(person.pk, []),
        }
        for person in people
    ]
