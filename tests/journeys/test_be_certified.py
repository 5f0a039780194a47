"""An award, nations and a post become a certificate that its holder can carry away and anybody can verify."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from certificates.models import Certificate
from lms.kit import clock
from lms.kit.pdf import text_of
from tests.certificates import scene

pytestmark = pytest.mark.django_db


def read(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_from_the_registrars_morning_to_a_file_that_proves_itself(client):
    with clock.at(scene.TODAY):
        linh = scene.ready("Linh", "Nguyễn", ("england", "scotland"))
        waiting = scene.ready("Mòrag", "NicDhòmhnaill", ("scotland",))
        scene.end(waiting.person.employments.get().lines.get(), scene.TODAY - timedelta(days=4))

        # The registrar sees what waits, and why the other does not.
        scene.sign_in(client, scene.registrar())
        assert "Certificate to issue" in read(
            client, "/registry/"
        ) and "1 person has an award" in read(client, "/registry/")
        listed = read(client, "/registry/issue/")
        assert (
            "Linh Nguyễn" in listed
            and "Mòrag NicDhòmhnaill" in listed
            and "ended on Thursday 16 July 2026" in listed
        )

        # She looks, presses, and presses again.
        path = f"/registry/issue/{linh.pk}/"
        assert "A certificate cannot be changed once it is issued." in read(client, path)
        assert client.post(path).status_code == client.post(path).status_code == 302
        made = Certificate.objects.get()

        # Pressing for the other refuses with every reason, and changes nothing.
        refused = client.post(f"/registry/issue/{waiting.pk}/")
        assert (
            refused.status_code == 409
            and "No post on the employment register" in refused.content.decode()
        )
        assert Certificate.objects.count() == 1

        # The holder has a message, the page and the file, and both say the same.
        scene.sign_in(client, linh.person)
        assert f"Certificate {made.number} was issued" in read(client, "/me/messages/")
        page = read(client, client.get("/certificates/mine/")["Location"])
        content = client.get(f"/certificates/{made.number}.pdf").content
        printed = " ".join(text_of(content).split())
        for fact in (
            "Linh Nguyễn",
            made.number,
            linh.person.__class__.objects.get(pk=linh.person_id).imsa_number,
            "England and Scotland",
            "15 July 2026",
            "Monday 20 July 2026",
            "Thursday 19 July 2029",
            "Postgraduate Certificate in Modern Slavery Advocacy",
            "IMSA is not a statutory registration",
        ):
            assert fact in printed and fact in page, fact

        # Anybody can have the file read; a changed one is not relied on.
        client.logout()
        said = client.post(
            "/certificates/verify/", {"file": SimpleUploadedFile("c.pdf", content)}, follow=True
        ).content.decode()
        assert "We issued this file" in said and "Check today" in said and "Accredited" not in said
        touched = content[:30000] + bytes([content[30000] ^ 1]) + content[30001:]
        said = client.post(
            "/certificates/verify/", {"file": SimpleUploadedFile("c.pdf", touched)}, follow=True
        ).content.decode()
        assert "Do not rely on this file" in said and made.number not in said
