"""Publishes designs of the certificate as versions that never change."""
import hashlib
import json

from django.db import transaction
from django.db.models import Max

from lms.kit.refusals import Refused, insist
from lms.record.actions import actor_label, write

from ..models import DesignVersion
from ..rules import may_design
from ..said import LANGUAGES
from ..wording import BUILT_IN, faults


def the_design(*, by) -> DesignVersion:
    """The design certificates are drawn with today: the newest version, or the built-in one at the very first."""
    return DesignVersion.objects.order_by("-number").first() or _keep(BUILT_IN, [], True, by=by)


def languages_of_design() -> list[str]:
    """The languages the design of today has words in."""
    newest = DesignVersion.objects.order_by("-number").first()
    return [code for code in LANGUAGES if code in (newest.wording if newest else BUILT_IN)]


@transaction.atomic
def publish_design(wording, signatories, shows_nations, *, by) -> DesignVersion:
    """Keep a design: from now on certificates are drawn with it, and those issued before keep theirs.

    1. the next version, never to change, 2. the record is written. The same as the newest is the newest.
    """
    insist(may_design(by))
    wrong = [f"{language}, {place}: {why}" for language, words in wording.items() for place, why in faults(words, shows_nations)]
    if wrong:
        raise Refused(" ".join(wrong))
    newest = DesignVersion.objects.select_for_update(no_key=True).order_by("-number").first()
    if newest and newest.hash == hash_of(wording, signatories, shows_nations):
        return newest
    return _keep(wording, signatories, shows_nations, by=by)


@transaction.atomic
def _keep(wording, signatories, shows_nations, *, by) -> DesignVersion:
    number = (DesignVersion.objects.aggregate(n=Max("number"))["n"] or 0) + 1
    made, is_new = DesignVersion.objects.get_or_create(number=number, defaults={
        "wording": wording, "signatories": signatories, "shows_nations": shows_nations, "published_by": actor_label(by),
        "hash": hash_of(wording, signatories, shows_nations),
    })
    if is_new:
        write("certificates.publish_design", made, by=by, after={"number": number, "hash": made.hash})
    return made


def hash_of(*parts) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
