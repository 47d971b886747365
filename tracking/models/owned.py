"""What every table of a person shares: an owner, a random id, zones, and the scales and lists of what they tell us."""

import datetime
import uuid
from functools import cache
from typing import Any, Self, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

NOTE_LENGTH = 2000  # characters
NOT_PLACES = {"Factory", "localtime"}  # entries of the zone database that no device means

M = TypeVar("M", bound=models.Model, covariant=True)


@cache  # the answer comes from walking a folder of some six hundred files
def zone_names() -> frozenset[str]:
    """Return every name of the IANA database, old ones too, because devices still report them."""
    return frozenset(available_timezones() - NOT_PLACES)


def validate_zone(name: str) -> None:
    """Raise ValidationError unless ``name`` is a zone of the IANA database, such as Europe/Zurich."""
    if name not in zone_names():
        raise ValidationError(_("Choose a time zone from the list."), code="zone")


def local_date(zone: str) -> datetime.date:
    """Return the date that it is now in ``zone``."""
    return timezone.localtime(timezone=ZoneInfo(zone)).date()


class OwnedQuerySet(models.QuerySet[M]):
    def owned_by(self, owner: User | int) -> Self:
        """The one door to people's data: nothing is read for a person except through here."""
        return self.filter(owner=owner)


class Owned(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # No index of its own: each table has one that begins with the owner. PostgreSQL would rather take the narrow one
    # and read all that a person ever logged.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", editable=False, db_index=False
    )

    class Meta:
        abstract = True


def score_field(label: Any) -> "models.PositiveSmallIntegerField[int | None, int | None]":
    """Return a field for pain on the numeric rating scale, 0 to 10, or None: zero is a score, no answer is not."""
    bounds = [MinValueValidator(0), MaxValueValidator(10)]
    return models.PositiveSmallIntegerField(label, null=True, blank=True, validators=bounds)


def on_scale(field: str, name: str) -> models.CheckConstraint:
    """Return the constraint that ``field`` holds 0 to 10 or nothing; ``name`` says so."""
    return models.CheckConstraint(condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__lte": 10}), name=name)


class Period(models.TextChoices):
    """The two slots of a day."""

    MORNING = "am", _("morning")
    EVENING = "pm", _("evening")


class Place(models.TextChoices):
    """Where it hurts. The last two are reasons to see somebody."""

    LOW_BACK = "low_back", _("low back")
    LEFT = "left", _("left side")
    RIGHT = "right", _("right side")
    LEG = "leg", _("into a leg, above the knee")
    BELOW_KNEE = "below_knee", _("into a leg, below the knee")
    NUMB = "numb", _("numbness or tingling")


SEE_SOMEBODY = frozenset({Place.BELOW_KNEE, Place.NUMB})


def validate_places(tags: object) -> None:
    """Raise ValidationError unless ``tags`` is a list of Place values, each once."""
    if (
        not isinstance(tags, list)
        or len(set(map(str, tags))) != len(tags)
        or not set(map(str, tags)) <= {*Place.values}
    ):
        raise ValidationError(_("Choose from the list of places."))
