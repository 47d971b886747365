"""What a person's records of long ago add up to, kept for as long as nobody changes them."""

from django.conf import settings
from django.db import models

from tracking.models.owned import Owned, OwnedQuerySet


class KeptPast(Owned):
    """A ``tracking.past.Past``, as it was in one ``edition`` of the owner's past and one ``revision`` of the content.

    It holds nothing that cannot be added up again, and serves only where both are still the same.
    """

    owner = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", editable=False)
    edition = models.UUIDField()
    revision = models.PositiveBigIntegerField()
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
