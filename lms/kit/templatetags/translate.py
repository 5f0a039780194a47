"""Django's `{% load i18n %}`, whose `{% translate "…" %}` remembers its words in each language: a table says the same few in every row."""

from django import template
from django.templatetags import i18n
from django.utils.translation import get_language

register = template.Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


class TranslateNode(i18n.TranslateNode):
    """The same words each time: it is only made of a tag without variables."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.words = {}

    def render(self, context):
        language = get_language()
        if language not in self.words:
            self.words[language] = super().render(context)
        return self.words[language]


@register.tag("translate")
@register.tag("trans")
def translate(parser, token):
    node = i18n.do_translate(parser, token)
    is_constant = token.contents.split()[1][0] in "\"'" and not node.filter_expression.filters
    if not is_constant or node.asvar or node.message_context:
        return node
    return TranslateNode(node.filter_expression, node.noop)
