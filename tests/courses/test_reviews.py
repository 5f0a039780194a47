"""An author submits, a tutor and a survivor consultant read, and only then is a unit published; in an emergency, with a reason."""

import pytest
from wagtail.models import Comment, TaskState, WorkflowState
from wagtail.test.utils.form_data import rich_text

from courses.actions.editor_access import open_editor
from courses.actions.reviews import publish_urgently
from courses.models import UnitPage, UnitVersion
from lms.kit.refusals import NotAllowed, Refused
from lms.people.actions import end_grants
from lms.people.models import Notice, Role
from lms.record.models import Entry

from .editing import address, blocks_of, form_for, published_page

pytestmark = pytest.mark.django_db

SUBMIT, PUBLISH, SAVE = {"action-submit": "1"}, {"action-publish": "1"}, {"action-save": "1"}
READING = (
    "reading",
    {
        "title": "Sources",
        "items": {
            "count": 1,
            "0": {
                "value": {"title": "The Act", "source": "https://law.example/"},
                "order": "0",
                "deleted": "",
                "id": "",
            },
        },
    },
)


@pytest.fixture
def page(module, provision, operator, author, tutor, consultant):
    return published_page(module, provision, operator)


@pytest.fixture
def submitted(enter, author, page):
    write(enter(author), page, "<p>A new sentence.</p>", SUBMIT)
    assert state_of(page).status == "in_progress"
    return page


def write(inside, page, html, action):
    return inside.post(
        address(page), form_for(page, ("text", rich_text(html)), READING, **action), follow=True
    )


def state_of(page):
    return WorkflowState.objects.order_by("-pk").first()


def decide(inside, page, verdict, comment=""):
    """What the editor sends when a reviewer presses a button."""
    here = UnitPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    return inside.post(
        address(page),
        form_for(
            here,
            *blocks_of(here),
            **{
                "action-workflow-action": "1",
                "workflow-action-name": verdict,
                "workflow-action-extra-data": f'{{"comment": "{comment}"}}',
            },
        ),
        follow=True,
    )


def versions():
    return list(UnitVersion.objects.order_by("number"))


def said(response):
    return response.content.decode()


def test_both_read_it_changes_are_made_and_the_version_names_author_and_reviewers(
    enter, author, tutor, consultant, submitted
):
    assert len(versions()) == 1
    assert Notice.objects.filter(person=tutor, subject__contains="is ready for you").count() == 1
    assert not Notice.objects.filter(person=consultant).exists()
    assert enter(tutor).get(address(submitted)).status_code == 200
    decide(enter(tutor), submitted, "approve", "Sound law.")
    assert state_of(submitted).current_task_state.task.name == "Lived-experience review"
    assert Notice.objects.filter(person=consultant).count() == 1 and len(versions()) == 1
    decide(enter(consultant), submitted, "reject", "Say it more gently.")
    assert state_of(submitted).status == "needs_changes" and len(versions()) == 1
    assert "more gently" in Notice.objects.filter(person=author).latest("pk").body

    write(enter(author), submitted, "<p>A gentler sentence.</p>", SUBMIT)
    # Both read the mended words, the tutor first.
    assert (
        state_of(submitted).current_task_state.task.name == "Academic review"
        and len(versions()) == 1
    )
    decide(enter(tutor), submitted, "approve", "Still sound.")
    decide(enter(consultant), submitted, "approve", "Thank you.")
    version = versions()[-1]
    assert version.number == 2 and "gentler" in version.html and version.published_by == author
    assert [(r["task"], r["by"], r["why"]) for r in version.reviews] == [
        ("Academic review", tutor.pk, "Still sound."),
        ("Lived-experience review", consultant.pk, "Thank you."),
    ]
    assert all(r["on"] for r in version.reviews)
    done = [
        e.after["verdict"] for e in Entry.objects.filter(action="courses.review").order_by("number")
    ]
    assert done == ["approved", "rejected", "approved", "approved"]


def test_twice_approved_is_once(enter, tutor, consultant, submitted):
    inside = enter(tutor)
    decide(inside, submitted, "approve")
    again = said(decide(inside, submitted, "approve"))
    assert "Your review is kept" in again and "permission" not in again
    assert "Your review is kept" not in said(decide(inside, submitted, "reject"))
    assert TaskState.objects.filter(status="approved").count() == 1 and len(versions()) == 1
    stale = TaskState.objects.get(status="approved")
    stale.status = "in_progress"  # what a second request, begun at the same moment, still holds
    with pytest.raises(Refused):
        stale.approve(user=tutor)
    inside = enter(consultant)
    decide(inside, submitted, "approve")
    again = said(decide(inside, submitted, "approve"))
    assert "Your review is kept" in again and "permission" not in again
    assert len(versions()) == 2 and Entry.objects.filter(action="courses.review").count() == 2


@pytest.mark.parametrize("action", [PUBLISH, {"action-publish": "1", "action-submit": "1"}])
def test_an_author_does_not_publish_past_the_reviews_and_the_draft_is_kept(
    enter, author, page, action
):
    response = write(enter(author), page, "<p>Past the reviews.</p>", action)
    kept = UnitPage.objects.get()
    assert "read by two reviewers" in said(response)
    assert len(versions()) == 1 and "Past the reviews" not in str(kept.body)
    assert "Past the reviews" in str(kept.get_latest_revision_as_object().body)
    menu = said(enter(author).get(address(page)))
    assert 'name="action-publish"' not in menu and 'name="action-submit"' in menu


def test_pages_are_not_published_by_the_handful(enter, author, page):
    write(enter(author), page, "<p>Draft.</p>", SAVE)
    enter(author).post(
        f"/admin/bulk/wagtailcore/page/publish/?id={page.pk}", {"include_descendants": "on"}
    )
    assert len(versions()) == 1 and "Draft." not in str(UnitPage.objects.get().body)


def test_with_the_setting_off_an_author_publishes_at_once(enter, author, page, settings):
    settings.IMSA_PUBLISH_NEEDS_REVIEW = False
    write(enter(author), page, "<p>At once.</p>", PUBLISH)
    assert versions()[-1].published_by == author and versions()[-1].reviews == []


@pytest.mark.parametrize("action", [SUBMIT, PUBLISH])
def test_an_unsound_page_is_neither_reviewed_nor_published_and_nothing_is_lost(
    enter, author, page, action, settings
):
    settings.IMSA_PUBLISH_NEEDS_REVIEW = action is SUBMIT
    response = write(
        enter(author), page, '<p>Read <a href="https://law.example/">here</a>.</p>', action
    )
    text = said(response)
    assert "do not say where it leads" in text and response.redirect_chain[-1][0].startswith(
        address(page)
    )
    assert (
        not WorkflowState.objects.exists() and len(versions()) == 1 and not Notice.objects.exists()
    )
    assert "law.example" in str(UnitPage.objects.get().get_latest_revision_as_object().body)


def test_reviewers_comment_but_do_not_change_words_publish_or_go_elsewhere(
    enter, consultant, tutor, submitted, page
):
    inside = enter(tutor)
    data = form_for(submitted, ("text", rich_text("<p>Mine.</p>")), READING, **SAVE)
    data |= {
        "comments-TOTAL_FORMS": "1",
        "comments-0-id": "",
        "comments-0-text": "Which section?",
        "comments-0-contentpath": "title",
        "comments-0-position": "",
        "comments-0-deleted": "",
        "comments-0-resolved": "",
        "comments-0-replies-TOTAL_FORMS": "0",
        "comments-0-replies-INITIAL_FORMS": "0",
        "comments-0-replies-MIN_NUM_FORMS": "0",
        "comments-0-replies-MAX_NUM_FORMS": "",
    }
    inside.post(address(submitted), data)
    assert Comment.objects.get().text == "Which section?"
    latest = UnitPage.objects.get().get_latest_revision_as_object()
    assert "A new sentence" in str(latest.body) and "Mine" not in str(latest.body)
    inside.post(
        address(submitted),
        form_for(submitted, ("text", rich_text("<p>Mine.</p>")), READING, **PUBLISH),
    )
    assert len(versions()) == 1
    # Not theirs: not yet the consultant's turn, no other page, no ledger, no unpublishing.
    for person, where in (
        (consultant, address(submitted)),
        (tutor, address(submitted.get_parent())),
        (tutor, "/admin/snippets/courses/provision/"),
        (tutor, f"/admin/pages/{page.pk}/unpublish/"),
        (tutor, f"/admin/pages/{page.pk}/delete/"),
        (tutor, "/admin/pages/"),
    ):
        assert enter(person).get(where).status_code == 302, where
    enter(tutor).post(f"/admin/pages/{page.pk}/unpublish/")
    assert UnitPage.objects.get().live
    # An approval that comes with a comment still publishes what was reviewed, in the author's name.
    decide(enter(tutor), submitted, "approve")
    decide(enter(consultant), submitted, "approve")
    assert versions()[-1].published_by.first_name == "Helen" and len(versions()[-1].reviews) == 2


def test_a_tutor_whose_role_has_ended_and_one_who_wrote_it_do_not_approve(
    enter, author, make_person, tutor, operator, page
):
    both = make_person("Ros", Role.AUTHOR, Role.TUTOR)
    write(enter(both), page, "<p>My own.</p>", SUBMIT)
    assert "someone else reviews it" in said(decide(enter(both), page, "approve"))
    assert not TaskState.objects.filter(status="approved").exists()
    inside = enter(tutor)
    end_grants(tutor, Role.TUTOR, by=operator)
    tutor.grants.update(ends_on="2025-12-31")
    assert decide(inside, page, "approve").status_code == 403
    with pytest.raises(NotAllowed):
        TaskState.objects.get().approve(user=type(tutor).objects.get(pk=tutor.pk))
    assert not TaskState.objects.filter(status="approved").exists() and len(versions()) == 1
    enter(tutor)  # signing in again takes the group away
    assert not tutor.groups.exists()


def test_what_became_unsound_while_it_was_reviewed_is_not_published(
    enter, tutor, consultant, submitted
):
    decide(enter(tutor), submitted, "approve")
    draft = UnitPage.objects.get().get_latest_revision()
    draft.content["outcomes"] = ""
    draft.save()
    decide(enter(consultant), submitted, "approve")
    assert state_of(submitted).status == "in_progress" and len(versions()) == 1
    assert TaskState.objects.filter(status="approved").count() == 1


# ---- an urgent correction ----


def urgent(page):
    return f"/authoring/pages/{page.pk}/urgent/"


def test_an_urgent_correction_is_published_with_its_reason_and_told(
    enter, author, consultant, make_person, page
):
    officer = make_person("Hugh", Role.HUB_OFFICER)
    inside = enter(author)
    write(inside, page, "<p>The right law.</p>", SAVE)
    assert "saved" in said(inside.get(urgent(page)))
    assert (
        "Say what is wrong" in said(inside.post(urgent(page), {"why": "  "}))
        and len(versions()) == 1
    )
    for _ in "twice":
        inside.post(urgent(page), {"why": "Section 8 was repealed."})
    version = versions()[-1]
    assert (
        len(versions()) == 2 and "The right law" in version.html and version.published_by == author
    )
    assert [(r["task"], r["by"], r["why"]) for r in version.reviews] == [
        ("Urgent correction", author.pk, "Section 8 was repealed.")
    ]
    assert UnitPage.objects.get().live_revision_id == version.revision
    for person in (officer, consultant):
        assert Notice.objects.filter(person=person, body__contains="repealed").count() == 1
    assert Entry.objects.get(action="courses.publish_urgently").reason == "Section 8 was repealed."


def test_an_urgent_correction_is_refused_to_others_in_review_and_when_unsound(
    enter, author, tutor, consultant, page
):
    write(enter(author), page, "<p>See <a href='https://a.example/'>here</a></p>", SAVE)
    assert "do not say where it leads" in said(enter(author).post(urgent(page), {"why": "Wrong."}))
    for person in (tutor, consultant):
        assert enter(person).post(urgent(page), {"why": "Wrong."}).status_code == 403
    with pytest.raises(NotAllowed):
        publish_urgently(page, by=tutor, why="Wrong.")
    write(enter(author), page, "<p>Sound.</p>", SUBMIT)
    with pytest.raises(Refused):
        publish_urgently(UnitPage.objects.get(), by=author, why="Wrong.")
    assert (
        len(versions()) == 1
        and not Entry.objects.filter(action="courses.publish_urgently").exists()
    )


# ---- the groups ----


def test_the_editor_follows_the_roles_of_today_and_twice_is_once(
    page, author, tutor, consultant, trainee, operator
):
    groups = {
        name: set(names)
        for name, names in (
            (g.name, g.user_set.values_list("first_name", flat=True))
            for g in type(author).groups.rel.model.objects.all()
        )
    }
    assert groups["Course authors"] == {"Helen"} and groups["Academic reviewers"] == {"Agnes"}
    assert groups["Survivor consultants"] == {"Linh"}
    entries = Entry.objects.count()
    assert open_editor(by=operator) == [author] and Entry.objects.count() == entries
    with pytest.raises(NotAllowed):
        open_editor(by=author)
    assert Entry.objects.count() == entries


def test_somebody_without_a_review_is_told_why_the_page_is_shut(enter, consultant, page):
    assert enter(consultant).get("/admin/").status_code == 200
    assert enter(consultant).get(address(page), follow=True).redirect_chain


def test_one_person_does_not_do_both_reviews(enter, make_person, submitted):
    both = make_person("Ros", Role.TUTOR, Role.SURVIVOR_CONSULTANT)
    decide(enter(both), submitted, "approve")
    assert TaskState.objects.filter(status="approved").count() == 1
    assert "You have done the other review" in said(decide(enter(both), submitted, "approve"))
    with pytest.raises(NotAllowed):
        TaskState.objects.get(status="in_progress").approve(user=both)
    assert TaskState.objects.filter(status="approved").count() == 1 and len(versions()) == 1
