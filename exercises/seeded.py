"""What every content row shares: the pack's last values, its history, and the revision that rises with each change."""

from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _


class Revision(models.Model):
    """One row: a number that rises with each change of content. Caches and ETags of public pages hang on it."""

    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def current(cls) -> int:
        """Return the content's revision; 0 before the first change."""
        return cls.objects.filter(pk=1).values_list("number", flat=True).first() or 0

    @classmethod
    def bump(cls) -> None:
        """Make every worker's cached pages stale."""
        if not cls._rise():
            Revision.objects.bulk_create([Revision(pk=1)], ignore_conflicts=True)  # another worker may be first
            cls._rise()

    @classmethod
    def lock(cls) -> None:
        """Let one writer of content in at a time, until the end of the transaction that this must be called in.

        A load and an editor's save, or two of them, would otherwise overwrite each other's fields.
        """
        rows = cls.objects.select_for_update().filter(pk=1)
        if rows.first() is None:
            Revision.objects.bulk_create([Revision(pk=1)], ignore_conflicts=True)
            rows.get()

    @classmethod
    def _rise(cls) -> int:
        return cls.objects.filter(pk=1).update(number=F("number") + 1)


class Seeded(models.Model):
    """A row that a content pack may seed and an editor may change. Its history is kept.

    ``pack`` holds the values that the pack gave last, by field; it is empty in a row that an editor made. A field that
    differs from it was touched by an editor, and a new pack leaves it alone (see pack.merge and sync.load).
    """

    pack = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        Revision.bump()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        deleted = super().delete(*args, **kwargs)
        Revision.bump()
        return deleted


Row = TypeVar("Row", bound="Content", covariant=True)


class ContentQuerySet(models.QuerySet[Row]):
    def shown(self) -> Self:
        """Return what is not retired."""
        return self.filter(retired=False)


class Content(Seeded):
    """A row that people see. It is retired and never deleted, because logs refer to it."""

    retired = models.BooleanField(_("retired"), default=False, help_text=_("Hides it from people. Old logs keep it."))

    class Meta:
        abstract = True
