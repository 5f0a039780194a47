"""Import an employment register file (CSV or XLSX), all of it or nothing. JSON; exit status 0, 1 refused, 2 bad usage."""

from cohorts.management.importing import ImportCommand
from cohorts.sheets.headers import REGISTER


class Command(ImportCommand):
    help = __doc__
    kind = REGISTER
