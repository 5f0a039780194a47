"""What a unit is written with."""

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
    provision = Law(label="Provision of law")
    rights = Rights(label="Rights and their time limits")
    comparison = Comparison()
    choice_check = asking.ChoiceCheck(label="Check: one answer", group="Knowledge checks")
    several_check = asking.SeveralCheck(label="Check: several answers", group="Knowledge checks")
    order_check = asking.OrderCheck(label="Check: put in order", group="Knowledge checks")
    match_check = asking.MatchCheck(label="Check: match", group="Knowledge checks")
    short_check = asking.ShortCheck(label="Check: short answer", group="Knowledge checks")
    reading = Reading(label="Reading list")


class TaughtBlocks(TopUpBlocks):
    case_study = asking.CaseStudy()
    picture = media.Picture(group="Media")
    video = media.Video(group="Media")
    audio = media.Audio(group="Media")
    document = media.Document(group="Media")
    glossary = Terms(label="Glossary terms")
    contacts = Contacts(label="Contacts and helplines")
    activity = asking.Activity()
    reflection = asking.Reflection(label="Reflection prompt")
    critical_question = asking.CriticalQuestion(label="Critical question")
    poll = asking.Poll()
    scenario_check = asking.ScenarioCheck(
        label="Check: a story that branches", group="Knowledge checks"
    )


class UnitBlocks(TaughtBlocks):
    fill = Fill(group="Nations")


class CoreBlocks(TaughtBlocks):
    gap = Gap(group="Nations")
