from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExercisesConfig(AppConfig):
    name = "exercises"
    verbose_name = _("Exercises and guide")

    def ready(self) -> None:
        """Refuse to start on emergency numbers that cannot be."""
        from exercises.emergency import numbers

        numbers()
