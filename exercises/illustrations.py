"""What shows an exercise besides its words: a drawn figure in one of three looks, or an uploaded picture."""

import hashlib
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from exercises.figures import catalogue
from exercises.seeded import Content

LOOK_KEY = "look"  # where a session keeps the look that its person chose


class Look(models.TextChoices):
    """Who is drawn. The figures take turns unless a person wants to see always the same one."""

    AS_DRAWN = "", _("They take turns")
    A = "a", _("Always the first")
    B = "b", _("Always the second")
    C = "c", _("Always the third")


class Picture(models.Model):
    """An uploaded picture as it was encoded here (see exercises.pictures); it lies in the database, so that every
    worker and every backup has it.

    Never changed and never deleted, because an exercise's history may lead back to it. The name holds all that a page
    must know to show it, so that no page asks for it, least of all for its bytes.
    """

    name = models.CharField(primary_key=True, max_length=80)  # SHA-256 of the content, width and height: 0a1b…-800x600
    sha256 = models.CharField(max_length=64, unique=True)
    content = models.BinaryField()

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def __str__(self) -> str:
        return f"{self.width} × {self.height}"

    @classmethod
    def of(cls, content: bytes, width: int, height: int) -> Self:
        """Return the unsaved picture of an encoded image; ``width`` and ``height`` in pixels."""
        sha256 = hashlib.sha256(content).hexdigest()
        return cls(name=f"{sha256}-{width}x{height}", sha256=sha256, content=content)

    def keep(self) -> None:
        """Store it; the same picture twice is once."""
        Picture.objects.bulk_create([self], ignore_conflicts=True)

    @property
    def url(self) -> str:
        return reverse("exercises:picture", args=[self.name.partition("-")[0]])

    @property
    def width(self) -> int:
        return int(self.name.partition("-")[2].partition("x")[0])

    @property
    def height(self) -> int:
        return int(self.name.rpartition("x")[2])


class Illustrated(Content):
    """Content with a figure, or with a picture where none is drawn."""

    figure = models.CharField(_("figure"), max_length=60, blank=True)
    picture = models.ForeignKey(
        Picture, verbose_name=_("picture"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    picture_alt = models.CharField(
        _("what the picture shows"),
        max_length=240,
        blank=True,
        help_text=_("For people who cannot see it. Every picture needs it: “A woman kneels and leans back.”"),
    )
    picture_author = models.CharField(_("author of the picture"), max_length=120, blank=True)
    picture_licence = models.CharField(
        _("licence of the picture"),
        max_length=120,
        blank=True,
        help_text=_("Such as CC BY 4.0. Shown with the author."),
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(picture__isnull=True) | ~Q(picture_alt=""), name="%(class)s_picture_has_words"
            )
        ]

    def known_picture(self) -> Picture | None:
        """Return the picture without its bytes and without a query."""
        name: Any = self.picture_id
        return Picture(name=name) if name else None

    @property
    def drawn_side(self) -> str:
        """The side that its figure shows as drawn, "left" or "right"."""
        return catalogue.side(self.figure)
