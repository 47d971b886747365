"""What all that a person enters has in common: a local date and zone, a key made on the device, and a way back."""

import datetime
from typing import Any, ClassVar, Self

from django.contrib.auth.models import User
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tracking.models.owned import M, Owned, OwnedQuerySet, validate_zone
from tracking.models.profile import Profile


class EntryQuerySet(OwnedQuerySet[M]):
    def kept(self) -> Self:
        """Leave out what its owner deleted and may still bring back."""
        return self.filter(deleted_at__isnull=True)


class Entry(Owned):
    """Something entered on a day. Its local date and zone are fixed then; a later move moves nothing."""

    key = models.UUIDField(_("key"), help_text=_("Made on the device; the same key is the same entry."))
    # SHA-256 of what came with the key, to tell a retry from a clash.
    digest = models.CharField(max_length=64, editable=False)
    date = models.DateField(_("date"))
    zone = models.CharField(max_length=64, validators=[validate_zone], editable=False)
    entered_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    stays_deleted = _("It stays deleted, because something else has taken its place since.")  # where restore is refused
    added_up: ClassVar[bool] = False  # in what is kept of the past

    class Meta:
        abstract = True

    @classmethod
    def of(cls, owner: User | int) -> "EntryQuerySet[Self]":
        """Return all of this kind that ``owner`` entered, deleted ones too."""
        return EntryQuerySet(cls).owned_by(owner)

    @classmethod
    def written(cls, *dates: datetime.date) -> tuple[datetime.date, ...]:
        """Return what ``Profile.objects.lock`` is to be told of a write on ``dates``."""
        return dates if cls.added_up else ()

    def discard(self) -> None:
        """Delete it in a way that can be undone; twice is once."""
        now = timezone.now()
        with transaction.atomic():
            self._update(self.of(self.owner_id).kept(), deleted_at=now, changed_at=now)

    def restore(self) -> bool:
        """Bring it back; return False when its place has been filled since."""
        try:
            with transaction.atomic():
                self._update(self.of(self.owner_id), deleted_at=None, changed_at=timezone.now())
        except IntegrityError:
            return False
        return True

    def _update(self, rows: "EntryQuerySet[Self]", **values: Any) -> None:
        """Write ``values`` under the owner's lock if it is one of ``rows``."""
        mine = rows.filter(pk=self.pk)
        Profile.objects.lock(self.owner, self.zone, written=self.written(self.date))
        if not mine.filter(date=self.date).update(**values):
            for date in mine.values_list("date", flat=True):  # it has moved to another one since it was read
                Profile.objects.lock(self.owner, self.zone, written=self.written(date))
                mine.update(**values)


def one_key() -> models.UniqueConstraint:
    """Return an entry's constraint: sent twice, it is stored once."""
    return models.UniqueConstraint(fields=["owner", "key"], name="one_%(class)s_a_key")
