from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "lms.people"
    label = "people"

    def ready(self):
        from allauth.mfa.signals import authenticator_added

        from .middleware import count_new_factor

        authenticator_added.connect(count_new_factor, dispatch_uid="count_new_factor")
