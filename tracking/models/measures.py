"""What matters to a person beside pain: activities of their own (PSFS), and the Roland-Morris questionnaire."""

from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tracking.measures import MOST_GOALS
from tracking.models.entries import Entry, EntryQuerySet, one_key
from tracking.models.profile import Profile

ACTIVITY_LENGTH = 120  # characters


class Goal(Entry):
    """An activity that is hard because of the back, in the person's own words; scored until it ``ended``."""

    activity = models.CharField(_("activity"), max_length=ACTIVITY_LENGTH)
    ended = models.DateField(_("ended on"), null=True, blank=True)
    stays_deleted = _("It stays deleted: three at a time are enough to follow. End one of them first.")

    objects = EntryQuerySet["Goal"].as_manager()

    class Meta:
        ordering = ["date", "entered_at"]
        constraints = [
            one_key(),
            models.CheckConstraint(
                condition=Q(ended__isnull=True) | Q(ended__gte=F("date")), name="goal_ends_after_its_start"
            ),
        ]
        indexes = [models.Index(fields=["owner", "date"], name="goals_in_order")]

    def __str__(self) -> str:
        return self.activity

    def get_absolute_url(self) -> str:
        return reverse("tracking:goal-detail", args=[self.pk])

    def restore(self) -> bool:
        """Bring it back; return False when ``MOST_GOALS`` others are followed since."""
        with transaction.atomic():
            Profile.objects.secure(self.owner, self.zone)
            others = Goal.of(self.owner_id).kept().filter(ended__isnull=True).exclude(pk=self.pk)
            return (self.ended is not None or others.count() < MOST_GOALS) and super().restore()


class GoalScore(Entry):
    """How well an activity goes, 0 (unable) to 10 (as before the trouble). Source: the PSFS (Stratford 1995)."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="scores")
    score = models.PositiveSmallIntegerField(_("score"))

    objects = EntryQuerySet["GoalScore"].as_manager()

    class Meta:
        ordering = ["date"]
        constraints = [
            one_key(),
            models.UniqueConstraint(
                fields=["owner", "goal", "date"], condition=Q(deleted_at__isnull=True), name="one_score_a_goal_and_date"
            ),
            models.CheckConstraint(condition=Q(score__lte=10), name="goal_score_0_to_10"),
        ]

    def __str__(self) -> str:
        return f"{self.date}: {self.score}"


class Questionnaire(Entry):
    """One filled-in questionnaire: the numbers of the statements ticked, and the score that its authors define."""

    class Kind(models.TextChoices):
        ROLAND_MORRIS = "rmdq", _("Roland-Morris")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.ROLAND_MORRIS)
    answers = models.JSONField(_("statements ticked"), default=list)
    score = models.PositiveSmallIntegerField(_("score"))
    stays_deleted = _("It stays deleted, because you have filled in another one for that day since.")

    objects = EntryQuerySet["Questionnaire"].as_manager()

    class Meta:
        ordering = ["-date"]
        constraints = [
            one_key(),
            models.UniqueConstraint(
                fields=["owner", "kind", "date"],
                condition=Q(deleted_at__isnull=True),
                name="one_questionnaire_a_kind_and_date",
            ),
            models.CheckConstraint(condition=Q(score__lte=24), name="questionnaire_score_0_to_24"),
        ]

    def __str__(self) -> str:
        return f"{self.date}: {self.score}"

    def get_absolute_url(self) -> str:
        return reverse("tracking:questionnaire-detail", args=[self.pk])
