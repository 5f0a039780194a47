"""People of the roles that a test names, and each of them at a browser."""

from django.test import Client

from lms.people.actions import admit, grant
from lms.people.middleware import DEMONSTRATION_KEY
from lms.people.models import User
from lms.people.roles import Operator

BY = Operator("test")


def people_of(**roles):
    """By key: key@x.example, called by the key and “Ray”, of that role since today."""
    people = {}
    for key, role in roles.items():
        person = admit(by=BY, email=f"{key}@x.example", first_name=key.title(), last_name="Ray")
        grant(person, role, by=BY)
        people[key] = User.objects.get(pk=person.pk)
    return people


def client_of(person):
    """Signed in, in a session of a demonstration."""
    client = Client()
    client.force_login(person, backend="lms.people.backends.PasswordBackend")
    session = client.session
    session[DEMONSTRATION_KEY] = True
    session.save()
    return client
