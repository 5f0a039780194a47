"""What the worker does for people: messages, mail, and the record's checkpoints that are mailed."""

from django.utils.translation import gettext as _

from lms.kit.worker.jobs import Job
from lms.kit.worker.rests import Rest
from lms.record.checkpoints import make_checkpoint

from .bounces import drop_old_reports, tell_of_strangers
from .checkpoints import mail_checkpoint
from .notices import bring
from .retention import clear_old_messages, clear_old_recoveries, round_old_sign_ins
from .roles import Operator
from .safe_contact import drop_of_leavers
from .sending import forget_old, send_due

BY = Operator("work")
MOST_TOLD = 1000  # people told of a long action before the other jobs have their turn


class Mailing:
    """Sends what is due, every other second. A mail server that is not reached is left alone for a while, so that waiting for it
    takes little of the other jobs' time."""

    def __init__(self):
        self.rest = Rest()

    def begin_anew(self):
        self.rest.begin_anew()

    def __call__(self):
        if self.rest.is_on():
            return _("waiting: the mail server was not reached")
        counted = send_due()
        self.rest.note(is_missed=bool(counted["server_away"]))
        return dict(counted)


def checkpoint():
    made = make_checkpoint()
    return {"size": made.size if made else None, "mailed": mail_checkpoint(by=BY)}


mailing = Mailing()

MESSAGES = Job("messages", 2, lambda: bring(most=MOST_TOLD))
MAIL = Job("notices", 2, mailing, begin_anew=mailing.begin_anew)
CHECKPOINTS = Job("checkpoints", 3600, checkpoint)
STRANGERS = Job("email that comes back from strangers", 3600, lambda: tell_of_strangers(by=BY))
OLD_MAIL = Job("old mail", 3600, lambda: forget_old() + drop_old_reports())
RETENTION = Job(
    "old messages and sign-ins",
    86400,
    lambda: [clear_old_messages(by=BY), round_old_sign_ins(by=BY), clear_old_recoveries(by=BY)],
)
CONTACT_DETAILS = Job("contact details of people who left", 86400, lambda: drop_of_leavers(by=BY))
