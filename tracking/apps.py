from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrackingConfig(AppConfig):
    name = "tracking"
    verbose_name = _("Tracking")

    def ready(self) -> None:
        """Refuse to start on rules that cannot be."""
        from tracking.thresholds import rules

        rules()
