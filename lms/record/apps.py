from django.apps import AppConfig


class RecordConfig(AppConfig):
    name = "lms.record"
    label = "record"
