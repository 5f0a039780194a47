from django.core.management.base import BaseCommand

from lms.kit import catalogues


class Command(BaseCommand):
    help = (
        "Collects the sentences of code and templates into lms/locale, keeps what is translated, and compiles. "
        "In place of Django's command, which needs gettext's programs."
    )
    requires_system_checks = []

    def handle(self, **options):
        fresh = catalogues.collected()
        for language in catalogues.TRANSLATED:
            made = catalogues.with_translations(fresh, catalogues.read(language))
            catalogues.write(language, made)
            catalogues.compile_catalogue(language)
            done = sum(map(catalogues.is_translated, made))
            self.stdout.write(
                f"{language}: {len(made)} messages, {done} translated, {len(made.obsolete)} obsolete."
            )
