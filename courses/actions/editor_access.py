"""Who comes into the editor, what they may do there, and the way a page goes through its reviews."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from lms.kit.refusals import insist
from lms.pages.models import HomePage
from lms.people.models import Role, User
from lms.people.roles import holders_of, may_act_as, roles_of
from lms.record.actions import write

from ..authoring.reviewers import AUTHORS, GROUPS, REVIEWS, WORKFLOW
from ..models import (
    FormativeTask,
    Helpline,
    Module,
    Prerequisite,
    Programme,
    Provision,
    StudyTask,
    Term,
    Unit,
    Variant,
    Work,
)

CURRICULUM = (
    Programme,
    Module,
    Unit,
    Variant,
    Prerequisite,
    Provision,
    Term,
    Helpline,
    Work,
    StudyTask,
    FormativeTask,
)


@transaction.atomic
def open_editor(*, by) -> list[User]:
    """Open Wagtail's editor to the authors of today, and pages in review to their reviewers.

    1. a group for each role, with Wagtail's permissions, 2. the review's workflow on the first page,
    3. each group holds whoever holds its role today, and nobody else. Returns the authors.
    """
    insist(may_act_as(by, Role.HUB_OFFICER, Role.REGISTRAR))
    groups = {name: group_named(name) for name in GROUPS}
    give_authors_their_screens(groups[AUTHORS])
    lay_workflow(groups)
    people = {name: holders_of(role) for name, role in GROUPS.items()}
    for name, group in groups.items():
        if set(group.user_set.values_list("pk", flat=True)) != {
            person.pk for person in people[name]
        }:
            group.user_set.set(people[name])
            write(
                "courses.open_editor",
                f"courses.group:{name}",
                by=by,
                after=sorted(p.pk for p in people[name]),
            )
    return people[AUTHORS]


def group_named(name) -> Group:
    group, _unused = Group.objects.get_or_create(name=name)
    group.permissions.add(
        Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    )
    return group


def give_authors_their_screens(group):
    acts = [
        f"{act}_{model._meta.model_name}"
        for model in CURRICULUM
        for act in ("add", "change", "view")
    ]
    acts += ["change_topup", "view_topup"]  # begun at a change of law, never here
    acts += [
        "delete_prerequisite"
    ]  # what comes first is advice of today; nobody's past rests on it
    group.permissions.add(
        *Permission.objects.filter(content_type__app_label="courses", codename__in=acts)
    )
    for act in ("add_page", "change_page", "publish_page"):
        permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=act)
        GroupPagePermission.objects.get_or_create(
            group=group, page=first_page(), permission=permission
        )
    root = Collection.get_first_root_node()
    for app, kind in (("wagtailimages", "image"), ("wagtaildocs", "document")):
        for act in ("add", "change", "choose"):
            permission = Permission.objects.get(
                content_type__app_label=app, codename=f"{act}_{kind}"
            )
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=root, permission=permission
            )


def first_page():
    return HomePage.objects.first() or Page.get_first_root_node()


def lay_workflow(groups) -> Workflow:
    workflow, _unused = Workflow.objects.get_or_create(name=WORKFLOW)
    for order, (name, group, _unused) in enumerate(REVIEWS):
        task = GroupApprovalTask.objects.filter(
            name=name
        ).first() or GroupApprovalTask.objects.create(name=name)
        task.groups.set([groups[group]])
        WorkflowTask.objects.get_or_create(
            workflow=workflow, task=task, defaults={"sort_order": order}
        )
    WorkflowPage.objects.get_or_create(
        page=Page.objects.get(pk=first_page().pk), defaults={"workflow": workflow}
    )
    return workflow


@transaction.atomic
def follow_roles(person, *, by) -> bool:
    """Put one person into the groups of the roles they hold today: 1. the groups, 2. the record is written
    where they changed. Does nothing before `open_editor`."""
    groups = list(Group.objects.filter(name__in=GROUPS))
    if not groups:
        return False
    held = roles_of(person)
    wanted = {group for group in groups if GROUPS[group.name] in held}
    standing = set(person.groups.filter(name__in=GROUPS))
    if wanted == standing:
        return False
    person.groups.remove(*(standing - wanted))
    person.groups.add(*(wanted - standing))
    write("courses.follow_roles", person, by=by, after=sorted(group.name for group in wanted))
    return True
