from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.utils.translation import gettext_lazy as _


class AdminConfig(DjangoAdminConfig):
    """Django's admin, behind the same login as everything else."""

    default_site = "backcare.admin.AdminSite"

    def ready(self) -> None:
        """Take the place of the other apps' pages about people, once they are all there."""
        super().ready()
        from backcare.people_admin import register

        register()


class SiteConfig(AppConfig):
    """The composition root, for its commands and the audit trail of the admin."""

    name = "backcare"
    verbose_name = _("Who looked at whom")
