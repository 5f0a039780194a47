from django.core.management.base import BaseCommand

from lms.kit import catalogues


class Command(BaseCommand):
    help = "Compiles the catalogues of lms/locale after a translator changed them. In place of Django's command."
    requires_system_checks = []

    def handle(self, **options):
        for language in catalogues.TRANSLATED:
            catalogues.compile_catalogue(language)
            self.stdout.write(f"{language}: compiled.")
