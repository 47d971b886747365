"""Who among the staff looked at or changed whose account, and when: written once, never changed."""

from typing import Any, Never

from django.db import models
from django.utils.translation import gettext_lazy as _


class AppendOnlyError(RuntimeError):
    """Something tried to change or delete the trail."""


class TrailQuerySet(models.QuerySet["TrailEntry"]):
    def update(self, **kwargs: Any) -> Never:
        raise AppendOnlyError

    def delete(self) -> Never:
        raise AppendOnlyError

    def bulk_update(self, *args: Any, **kwargs: Any) -> Never:
        raise AppendOnlyError

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> "list[TrailEntry]":
        if kwargs.get("update_conflicts"):
            raise AppendOnlyError
        return super().bulk_create(objs, *args, **kwargs)


class TrailEntry(models.Model):
    """One look or change. People are kept by number, without a link: the trail outlives them, and holds no name."""

    class Action(models.TextChoices):
        LISTED = "listed", _("seen in a list")
        READ = "read", _("opened")
        ADDED = "added", _("added")
        CHANGED = "changed", _("changed")
        DELETED = "deleted", _("deleted")

    at = models.DateTimeField(_("when"), auto_now_add=True)
    staff = models.BigIntegerField(_("staff member's number"))
    action = models.CharField(_("what was done"), max_length=8, choices=Action.choices)
    kind = models.CharField(_("with what"), max_length=50, help_text=_("The kind of record, such as user."))
    person = models.BigIntegerField(_("person's number"))

    objects = TrailQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        default_permissions = ()  # nobody can be given a right to it: superusers read it
        ordering = ["-pk"]
        verbose_name, verbose_name_plural = _("entry of the audit trail"), _("audit trail")
        indexes = [
            models.Index(fields=["person", "-id"], name="trail_of_a_person"),
            models.Index(fields=["staff", "-id"], name="trail_of_a_staff_member"),
        ]

    def __str__(self) -> str:
        return f"{self.staff} {self.action} {self.person}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError
        super().save(*args, **kwargs | {"force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> Never:
        raise AppendOnlyError
