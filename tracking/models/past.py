"""What a person's records of long ago add up to, kept for as long as nobody changes them."""

import datetime

from django.conf import settings
from django.db import models

from tracking.models.owned import Owned, OwnedQuerySet


class KeptPast(Owned):
    """A ``tracking.past.Past`` that serves in one ``edition`` of the owner's past, and in no other.

    What was written since it was added up lies between the ``changed`` dates. Its goals are those of one ``revision``
    of the content. It tells nothing that cannot be added up again.
    """

    owner = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", editable=False)
    edition = models.UUIDField()
    revision = models.PositiveBigIntegerField()
    # A row of code that does not know of them counts as changed from end to end.
    changed_first = models.DateField(default=datetime.date.max, db_default=datetime.date.min)
    changed_last = models.DateField(default=datetime.date.min, db_default=datetime.date.max)
    summed = models.DateField()
    since = models.DateField()
    until = models.DateField()
    single = models.TextField()
    weeks = models.TextField()
    months = models.TextField()
    quarters = models.TextField()
    years = models.TextField()

    objects = OwnedQuerySet["KeptPast"].as_manager()

    def __str__(self) -> str:
        return f"{self.summed} – {self.until}"
