"""Every state and every legal transition of every thing, as JSON."""

import json

from django.core.management.base import BaseCommand

from lms.kit.transitions import tables


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options):
        shown = {
            label: {
                "states": {str(k): str(v) for k, v in model._meta.get_field("state").choices},
                "moves": [
                    {"from": state, "deed": action, "to": after}  # the keys are read by others
                    for (state, action), after in model.TRANSITIONS.items()
                ],
            }
            for label, model in sorted(tables().items())
        }
        self.stdout.write(json.dumps(shown, indent=1))
