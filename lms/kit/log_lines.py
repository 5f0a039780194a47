"""What a log line leaves out."""

import logging
import re

SECRET = re.compile(r"(?<=/)[A-Za-z0-9_-]{40,}")


class WithoutSecrets(logging.Filter):
    """Takes the secret of a link out of an address in a line: Django logs the path of each request that is refused (a form with a fault is one), and whoever reads the
    log could open what was mailed to somebody. Every line stays."""

    def filter(self, record):
        words = record.getMessage()
        without = SECRET.sub("…", words)
        if without != words:
            record.msg, record.args = without, ()
        return True
