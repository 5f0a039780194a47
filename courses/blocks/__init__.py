"""What a unit is written with."""

from django.utils.translation import gettext_lazy
from wagtail import blocks

from lms.pages.blocks import Words

from . import asking, media
from .asking import Asking, Fill, Gap
from .words import Comparison, Contacts, KeyPoint, Law, Reading, Rights, Terms, is_followable

__all__ = ["Asking", "CoreBlocks", "TopUpBlocks", "UnitBlocks", "is_followable"]


class TopUpBlocks(blocks.StreamBlock):
    """Short and to the point."""

    text = Words()
    key_point = KeyPoint()
    provision = Law(label=gettext_lazy("Provision of law"))
    rights = Rights(label=gettext_lazy("Rights and their time limits"))
    comparison = Comparison()
    choice_check = asking.ChoiceCheck(
        label=gettext_lazy("Check: one answer"), group=gettext_lazy("Knowledge checks")
    )
    several_check = asking.SeveralCheck(
        label=gettext_lazy("Check: several answers"), group=gettext_lazy("Knowledge checks")
    )
    order_check = asking.OrderCheck(
        label=gettext_lazy("Check: put in order"), group=gettext_lazy("Knowledge checks")
    )
    match_check = asking.MatchCheck(
        label=gettext_lazy("Check: match"), group=gettext_lazy("Knowledge checks")
    )
    short_check = asking.ShortCheck(
        label=gettext_lazy("Check: short answer"), group=gettext_lazy("Knowledge checks")
    )
    reading = Reading(label=gettext_lazy("Reading list"))


class TaughtBlocks(TopUpBlocks):
    case_study = asking.CaseStudy()
    picture = media.Picture(group=gettext_lazy("Media"))
    video = media.Video(group=gettext_lazy("Media"))
    audio = media.Audio(group=gettext_lazy("Media"))
    document = media.Document(group=gettext_lazy("Media"))
    glossary = Terms(label=gettext_lazy("Glossary terms"))
    contacts = Contacts(label=gettext_lazy("Contacts and helplines"))
    activity = asking.Activity()
    reflection = asking.Reflection(label=gettext_lazy("Reflection prompt"))
    critical_question = asking.CriticalQuestion(label=gettext_lazy("Critical question"))
    poll = asking.Poll()
    scenario_check = asking.ScenarioCheck(
        label=gettext_lazy("Check: a story that branches"), group=gettext_lazy("Knowledge checks")
    )


class UnitBlocks(TaughtBlocks):
    fill = Fill(group=gettext_lazy("Nations"))


class CoreBlocks(TaughtBlocks):
    gap = Gap(group=gettext_lazy("Nations"))
