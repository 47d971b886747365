from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class AdminConfig(DjangoAdminConfig):
    """Django's admin, behind the same login as everything else."""

    default_site = "backcare.admin.AdminSite"


class SiteConfig(AppConfig):
    """The composition root, for its commands: it has no models."""

    name = "backcare"
