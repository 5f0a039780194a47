"""What people type in this room; it refuses empty words."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from lms.kit import nations
from lms.people.models import Role, RoleGrant, User

from .. import rights
from ..states import SUBJECT_AREAS, Need

TAKE_UP, SET_ASIDE = "take_up", "set_aside"


class SuggestForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("What would you change, and why?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "Quote the words you mean. The people who write the course read this with your name."
        ),
        error_messages={"required": gettext_lazy("Write what you would change, then send it.")},
    )


class AnswerForm(forms.Form):
    action = forms.ChoiceField(
        label=gettext_lazy("What comes of it?"),
        choices=[
            (TAKE_UP, gettext_lazy("It is taken up")),
            (SET_ASIDE, gettext_lazy("It is not taken up")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose whether it is taken up.")},
    )
    answer = forms.CharField(
        label=gettext_lazy("Your answer"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "The person who suggested it reads these words. Say what will change, or why it will not."
        ),
        error_messages={
            "required": gettext_lazy("Write an answer: the person who suggested this will read it.")
        },
    )


class UrgentForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("What is wrong in the law, and why can it not wait?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "Kept with the published version, and sent to the Hub and to the survivor consultants."
        ),
        error_messages={
            "required": gettext_lazy("Say what is wrong in the law, and why it cannot wait.")
        },
    )


class TellForm(forms.Form):
    you_said = forms.CharField(
        label=gettext_lazy("You said"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "The suggestion in words of your own: no name, and nothing that tells who asked."
        ),
        error_messages={"required": gettext_lazy("Write what was said.")},
    )
    we_did = forms.CharField(
        label=gettext_lazy("We did"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("What changed, or why it did not."),
        error_messages={"required": gettext_lazy("Write what you did.")},
    )
    agreed = forms.BooleanField(
        label=gettext_lazy("They agreed to these words"),
        help_text=gettext_lazy(
            "You have shown both texts to the consultant, and they want them public."
        ),
        error_messages={
            "required": gettext_lazy(
                "Ask the consultant first. Tick this when they have agreed to these words."
            )
        },
    )


class LinesField(forms.CharField):
    """A list of sentences, one on each line."""

    def __init__(self, **kwargs):
        super().__init__(
            widget=forms.Textarea(attrs={"rows": 5}), help_text=_("One on each line."), **kwargs
        )

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        return [
            line.strip() for line in (super().to_python(value) or "").splitlines() if line.strip()
        ]

    def has_changed(self, initial, data):
        return (initial or []) != self.to_python(data)


def choices_field(labels, **kwargs):
    return forms.MultipleChoiceField(
        choices=list(labels.items()), widget=forms.CheckboxSelectMultiple, **kwargs
    )


class ModuleForm(WagtailAdminModelForm):
    outcomes = LinesField(required=False)
    subject_areas = choices_field(
        {a: a for a in SUBJECT_AREAS},
        required=False,
        label=gettext_lazy("Skills for Care subject areas"),
    )


class UnitForm(WagtailAdminModelForm):
    needs = choices_field(dict(Need.choices), label=gettext_lazy("What completes the unit"))


class TermForm(WagtailAdminModelForm):
    also = LinesField(required=False, label=gettext_lazy("Other spellings"))
    nations = choices_field(nations.NATIONS, required=False)


class HelplineForm(WagtailAdminModelForm):
    nations = choices_field(nations.NATIONS)


class VariantForm(WagtailAdminModelForm):
    """Once trainees have the text, another choice of nations counts from its next publication, after its reviews."""

    nations = choices_field(nations.NATIONS)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_published = bool(self.instance.pk) and self.instance.versions.exists()
        if self.is_published:
            self.initial["nations"] = self.instance.target
            self.fields["nations"].help_text = _(
                "Trainees have this text. Another choice counts from the next time its page is published."
            )
            if "unit" in self.fields:
                self.fields["unit"].disabled = True

    def clean(self):
        data = super().clean()
        wanted, unit = set(data.get("nations") or ()), data.get("unit")
        for other in (
            unit.variants.exclude(pk=self.instance.pk).filter(withdrawn_at=None)
            if unit and wanted
            else ()
        ):
            if wanted >= set(other.nations) and other.versions.exists():
                self.add_error("nations", other.if_left_for_none)
        if self.is_published and wanted:
            self.coming = None if wanted == set(self.instance.nations) else data["nations"]
            data["nations"] = self.instance.nations
        return data

    def save(self, commit=True):
        if self.is_published:
            self.instance.coming = self.coming
        return super().save(commit)


LAW_SAID = (
    "act",
    "section",
    "title",
    "summary",
    "jurisdictions",
    "commencement",
    "rights",
    "extent",
    "commenced_on",
    "instrument",
)


class WorkForm(WagtailAdminModelForm):
    nations = choices_field(
        nations.NATIONS, required=False, help_text=gettext_lazy("None: the whole United Kingdom.")
    )


class RightsField(forms.CharField):
    """The rights of a provision as lines of words; the value is the list that the ledger keeps."""

    def __init__(self, **kwargs):
        super().__init__(
            label=_("Rights it gives"),
            required=False,
            max_length=20_000,
            help_text=rights.ABOUT,
            widget=forms.Textarea(attrs={"rows": 10}),
            **kwargs,
        )

    def prepare_value(self, value):
        return rights.as_lines(value) if isinstance(value, list) else value

    def to_python(self, value):
        if isinstance(value, list):
            return value
        typed = super().to_python(value) or ""
        if len(typed) > self.max_length:
            raise forms.ValidationError(
                _("These are %(count)s characters, and there is room for %(max_length)s.")
                % {"count": f"{len(typed):,}", "max_length": f"{self.max_length:,}"}
            )
        try:
            return rights.read(typed)
        except rights.Misread as why:
            raise forms.ValidationError(str(why)) from why

    def validate(self, value):
        """None at all is an answer; `to_python` has judged the rest."""

    def run_validators(self, value):
        pass

    def has_changed(self, initial, data):
        return (initial or []) != self.to_python(data)


class ProvisionForm(WagtailAdminModelForm):
    jurisdictions = choices_field(nations.JURISDICTIONS)
    rights = RightsField()

    def clean(self):
        data = super().clean()
        where = nations.of_jurisdictions(data.get("jurisdictions") or ())
        for right in data.get("rights") or ():
            if beyond := set(right["nations"]) - set(where):
                self.add_error(
                    "rights",
                    _("“%(title)s” is given to %(nations)s, where the provision is not law.")
                    % {"title": right["title"], "nations": nations.sentence(beyond)},
                )
        return data

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # What units teach of it changes at its own page: a change of law, or a slip put right.
        if self.instance.pk and self.instance.citations.exists():
            for name in {*LAW_SAID} & set(self.fields):
                self.fields[name].disabled = True
        if "owner" in self.fields:
            staff = RoleGrant.objects.filter(role__in=[Role.AUTHOR, Role.TUTOR], ends_on=None)
            self.fields["owner"].queryset = User.objects.filter(
                pk__in=staff.values("person")
            ).order_by("last_name")
