"""What to do: exercises, their phases and doses, routines, guide pages and safety notes. Knows nothing about people."""

from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from exercises import doses, timing
from exercises.illustrations import LOOK_KEY as LOOK_KEY  # part of what this module offers, as is Revision
from exercises.illustrations import Illustrated
from exercises.illustrations import Look as Look
from exercises.seeded import Content, ContentQuerySet, Seeded
from exercises.seeded import Revision as Revision
from exercises.wording import dose_fault, last_sign, phase_fault, sign_stays

# A check that compares with NULL is passed, so the checks below say that nothing is missing.
WHOLE_HOLD = Q(hold_min__isnull=False, hold_max__isnull=False)
WHOLE_PROGRESSION = Q(start__isnull=False, goal__isnull=False, step__isnull=False)
WHOLE_CLAIM = Q(claimed_minutes_min__isnull=False, claimed_minutes_max__isnull=False)


class Source(Content):
    """Where a figure or a claim comes from: one of the two articles, a guideline or a study."""

    class Kind(models.TextChoices):
        ARTICLE = "article", _("article")
        GUIDELINE = "guideline", _("guideline")
        STUDY = "study", _("study")

    slug = models.SlugField(_("key"), unique=True, help_text=_("Short and stable: a, b, nice-ng59."))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=200)
    publisher = models.CharField(_("publisher or authors"), max_length=200, blank=True)
    published = models.CharField(_("published"), max_length=60, blank=True, help_text=_("As the source says it."))
    reference = models.CharField(_("reference"), max_length=200, blank=True, help_text=_("Journal, number or code."))

    objects = ContentQuerySet["Source"].as_manager()
    history = HistoricalRecords(excluded_fields=["pack"])

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.title


class Precaution(models.TextChoices):
    """A condition in which some exercises are better left out."""

    DISC = "disc", _("disc problem")
    OSTEOPOROSIS = "osteoporosis", _("osteoporosis")
    PREGNANCY = "pregnancy", _("pregnancy")
    SURGERY = "surgery", _("recent surgery")
    STENOSIS = "stenosis", _("spinal stenosis")


def validate_precautions(tags: object) -> None:
    """Raise ValidationError unless ``tags`` is a list of Precaution values, each once."""
    if (
        not isinstance(tags, list)
        or len(set(map(str, tags))) != len(tags)
        or not set(map(str, tags)) <= set(Precaution.values)
    ):
        raise ValidationError(_("Choose from the list of precautions."))


class ExerciseQuerySet(ContentQuerySet["Exercise"]):
    def doable(self) -> Self:
        """Return what is shown and has a dose: without one, an editor is still at work on it."""
        return self.shown().filter(dose__isnull=False)


class Exercise(Illustrated):
    """Something that the body does, with its phases and one dose. People's logs refer to it."""

    slug = models.SlugField(_("address"), unique=True, help_text=_("Part of the page's address: knee-to-chest."))
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    name = models.CharField(_("name"), max_length=80)
    summary = models.CharField(_("summary"), max_length=200, help_text=_("One sentence: what it is good for."))
    position = models.TextField(_("starting position"))
    cautions = models.TextField(_("cautions"), blank=True, help_text=_("Markdown. What to watch for."))
    instead = models.TextField(_("what to do instead"), blank=True, help_text=_("Markdown. Shown with the cautions."))
    correction = models.TextField(
        _("editor's correction"), blank=True, help_text=_("Markdown. Where this page departs from its source, and why.")
    )
    precautions = models.JSONField(_("precautions"), default=list, blank=True, validators=[validate_precautions])
    opt_in = models.BooleanField(_("opt-in"), default=False, help_text=_("Offered late, and only when chosen."))
    source = models.ForeignKey(Source, verbose_name=_("source"), on_delete=models.PROTECT, related_name="exercises")
    variations = models.ManyToManyField("self", verbose_name=_("variations"), blank=True)

    objects = ExerciseQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["pack"], m2m_fields=[variations])

    class Meta(Illustrated.Meta):
        verbose_name = _("exercise")
        verbose_name_plural = _("exercises")
        ordering = ["order", "slug"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("exercises:exercise-detail", args=[self.slug])

    def shown_phases(self) -> list["Phase"]:
        """Return the phases that are not retired, in order; without a query when they were fetched before."""
        return [phase for phase in self.phases.all() if not phase.retired]

    def timeline(self, reps: int | None = None) -> list[timing.Segment]:
        """Return the exercise as timed segments for ``reps`` repetitions a set (default: where its dose starts)."""
        return timing.timeline([phase.timed() for phase in self.shown_phases()], self.dose.timed(), reps)

    def seconds(self, reps: int | None = None) -> int:
        """Return how long ``reps`` repetitions a set take, in seconds."""
        return timing.seconds(self.timeline(reps))


class Phase(Content):
    """One thing the body does. Instructions, the player's timer and the routine's length all come from the phases."""

    class Kind(models.TextChoices):
        MOVE = "move", _("move")
        HOLD = "hold", _("hold")
        BREATHE = "breathe", _("breathe")
        REST = "rest", _("rest")

    class Applies(models.TextChoices):
        REPETITION = "repetition", _("each side")
        BOTH = "both", _("both together, after the single sides")

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="phases")
    slug = models.SlugField(_("key"), help_text=_("Names the phase within its exercise: lift, hold, lower."))
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    cue = models.CharField(
        _("cue"), max_length=240, help_text=_("What to do, as one says it to somebody: Lower the hips.")
    )
    seconds = models.PositiveSmallIntegerField(
        _("seconds"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(300)],
        help_text=_("Leave seconds and breaths empty in a hold that lasts as long as the dose says."),
    )
    breaths = models.PositiveSmallIntegerField(
        _("breaths"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    applies = models.CharField(_("sides"), max_length=10, choices=Applies.choices, default=Applies.REPETITION)
    pose = models.CharField(
        _("pose"), max_length=40, blank=True, help_text=_("A key position of the exercise's figure.")
    )

    objects = ContentQuerySet["Phase"].as_manager()
    history = HistoricalRecords(excluded_fields=["pack"])

    class Meta:
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["exercise", "slug"], name="phase_key_once_an_exercise"),
            models.CheckConstraint(
                condition=Q(seconds__isnull=True) | Q(breaths__isnull=True), name="phase_lasts_seconds_or_breaths"
            ),
        ]

    def __str__(self) -> str:
        return self.cue

    def clean(self) -> None:
        if self.seconds and self.breaths:
            raise ValidationError({"breaths": phase_fault("length_twice")})
        if self.kind != self.Kind.HOLD and not (self.seconds or self.breaths):
            raise ValidationError({"seconds": phase_fault("length_missing")})

    def timed(self) -> timing.Phase:
        return timing.Phase(
            kind=self.kind,
            cue=self.cue,
            pose=self.pose,
            seconds=self.seconds,
            breaths=self.breaths,
            both=self.applies == self.Applies.BOTH,
        )


class Dose(Seeded):
    """How much of an exercise: sets, repetitions and their unit, hold, sides, times a day, and where it grows to.

    Its figures by field name in ``pack`` are the source's own: doses.faults measures an editor's against them.
    """

    class Per(models.TextChoices):
        SESSION = "session", _("a session")
        DAY = "day", _("a day")

    class HoldKind(models.TextChoices):
        SECONDS = "seconds", _("seconds")
        BREATHS = "breaths", _("breaths")

    exercise = models.OneToOneField(Exercise, on_delete=models.CASCADE, related_name="dose")
    sets = models.PositiveSmallIntegerField(_("sets"), default=1)
    reps_min = models.PositiveSmallIntegerField(_("repetitions, from"))
    reps_max = models.PositiveSmallIntegerField(_("repetitions, to"))
    per = models.CharField(_("counted"), max_length=10, choices=Per.choices, default=Per.SESSION)
    hold_kind = models.CharField(_("hold counted in"), max_length=10, choices=HoldKind.choices, blank=True)
    hold_min = models.PositiveSmallIntegerField(_("hold, from"), null=True, blank=True)
    hold_max = models.PositiveSmallIntegerField(_("hold, to"), null=True, blank=True)
    per_side = models.BooleanField(_("on each side"), default=False)
    times_per_day = models.PositiveSmallIntegerField(_("times a day"), null=True, blank=True)
    start = models.PositiveSmallIntegerField(_("progression starts at"), null=True, blank=True)
    goal = models.PositiveSmallIntegerField(_("progression's goal"), null=True, blank=True)
    step = models.PositiveSmallIntegerField(_("progression's step"), null=True, blank=True)
    progression_reason = models.TextField(
        _("reason for going beyond the source"),
        blank=True,
        help_text=_("Needed when repetitions, hold, start or goal leave what the source gives. Only editors see it."),
    )

    history = HistoricalRecords(excluded_fields=["pack"])

    class Meta:
        verbose_name = _("dose")
        verbose_name_plural = _("doses")
        constraints = [
            models.CheckConstraint(
                condition=Q(Q(times_per_day__isnull=True) | Q(times_per_day__gte=1), sets__gte=1, reps_min__gte=1),
                name="dose_is_positive",
            ),
            models.CheckConstraint(condition=Q(reps_max__gte=F("reps_min")), name="dose_reps_max_not_below_min"),
            models.CheckConstraint(
                condition=Q(hold_kind="", hold_min__isnull=True, hold_max__isnull=True)
                | Q(~Q(hold_kind=""), WHOLE_HOLD, hold_min__gte=1, hold_max__gte=F("hold_min")),
                name="dose_hold_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(start__isnull=True, goal__isnull=True, step__isnull=True)
                | Q(WHOLE_PROGRESSION, start__gte=1, goal__gte=F("start"), step__gte=1),
                name="dose_progression_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exercise}: {self.sets} × {self.reps_min}–{self.reps_max}"

    def clean(self) -> None:
        errors: dict[str, list[ValidationError]] = {}
        for fault in doses.faults(self.figures(), self.pack or None, reason=self.progression_reason):
            if fault.code != "missing":  # the field itself says that it is required
                errors.setdefault(fault.field, []).append(ValidationError(dose_fault(fault.code), code=fault.code))
        if errors:
            raise ValidationError(errors)

    def figures(self) -> dict[str, Any]:
        """Return the dose's own figures by field name, as ``doses.faults`` takes them."""
        return {name: getattr(self, name) for name in doses.FIELDS}

    def timed(self) -> timing.Dose:
        return timing.Dose(
            sets=self.sets,
            reps=self.start or self.reps_min,
            per_side=self.per_side,
            per_day=self.per == self.Per.DAY,
            hold_kind=self.hold_kind,
            hold=self.hold_min,
        )


class Routine(Content):
    """Exercises in their order, done once or twice a day."""

    slug = models.SlugField(_("address"), unique=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    name = models.CharField(_("name"), max_length=80)
    summary = models.CharField(_("summary"), max_length=240)
    body = models.TextField(_("text"), blank=True, help_text=_("Markdown. When to do it, and how to begin."))
    correction = models.TextField(_("editor's correction"), blank=True, help_text=_("Markdown."))
    source = models.ForeignKey(Source, verbose_name=_("source"), on_delete=models.PROTECT, related_name="routines")
    times_per_day = models.PositiveSmallIntegerField(
        _("times a day"), default=1, validators=[MinValueValidator(1), MaxValueValidator(2)]
    )
    claimed_minutes_min = models.PositiveSmallIntegerField(_("minutes the source claims, from"), null=True, blank=True)
    claimed_minutes_max = models.PositiveSmallIntegerField(_("minutes the source claims, to"), null=True, blank=True)
    exercises: "models.ManyToManyField[Exercise, RoutineStep]" = models.ManyToManyField(
        Exercise, through="RoutineStep", related_name="routines"
    )

    objects = ContentQuerySet["Routine"].as_manager()
    history = HistoricalRecords(excluded_fields=["pack"])

    class Meta:
        verbose_name = _("routine")
        verbose_name_plural = _("routines")
        ordering = ["order", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(claimed_minutes_min__isnull=True, claimed_minutes_max__isnull=True)
                | Q(WHOLE_CLAIM, claimed_minutes_min__gte=1, claimed_minutes_max__gte=F("claimed_minutes_min")),
                name="routine_claim_is_whole",
                violation_error_message=_("Give both numbers of minutes, the smaller one first, or neither."),
            ),
            models.CheckConstraint(condition=Q(times_per_day__in=[1, 2]), name="routine_once_or_twice_a_day"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("exercises:routine-detail", args=[self.slug])


class RoutineStep(Content):
    """An exercise's place in a routine; the exercise brings its own dose."""

    routine = models.ForeignKey(Routine, on_delete=models.CASCADE, related_name="steps")
    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="steps")
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = ContentQuerySet["RoutineStep"].as_manager()
    history = HistoricalRecords(excluded_fields=["pack"])

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["routine", "exercise"], name="exercise_once_a_routine")]

    def __str__(self) -> str:
        return f"{self.routine} · {self.exercise}"


class GuidePage(Content):
    """A page of the guide: what a spasm is, what helps, when to see somebody."""

    slug = models.SlugField(_("address"), unique=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    title = models.CharField(_("title"), max_length=100)
    summary = models.CharField(_("summary"), max_length=240)
    body = models.TextField(_("text"), help_text=_("Markdown."))
    correction = models.TextField(_("editor's correction"), blank=True, help_text=_("Markdown."))
    sources = models.ManyToManyField(Source, verbose_name=_("sources"), related_name="guide_pages", blank=True)

    objects = ContentQuerySet["GuidePage"].as_manager()
    history = HistoricalRecords(excluded_fields=["pack"], m2m_fields=[sources])

    class Meta:
        verbose_name = _("guide page")
        verbose_name_plural = _("guide pages")
        ordering = ["order", "slug"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("exercises:guide-detail", args=[self.slug])


class SafetyNote(Content):
    """One warning or piece of first help, as the safety page and the spasm page show it."""

    class Kind(models.TextChoices):
        EMERGENCY = "emergency", _("emergency: call now")
        URGENT = "urgent", _("urgent: see somebody soon")
        HELPS = "helps", _("helps in a spasm")
        AVOID = "avoid", _("avoid in a spasm")

    SIGNS = (Kind.EMERGENCY, Kind.URGENT)  # the red-flag screen asks for them, the gravest first

    slug = models.SlugField(_("key"), unique=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    text = models.CharField(_("text"), max_length=300)
    sources = models.ManyToManyField(Source, verbose_name=_("sources"), related_name="safety_notes", blank=True)

    objects = ContentQuerySet["SafetyNote"].as_manager()
    history = HistoricalRecords(excluded_fields=["pack"], m2m_fields=[sources])

    class Meta:
        verbose_name = _("safety note")
        verbose_name_plural = _("safety notes")
        ordering = ["kind", "order", "slug"]

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        """Refuse to hide the last sign of its kind, or to make one harmless: what is asked must not run out."""
        before = SafetyNote.objects.filter(pk=self.pk, kind__in=self.SIGNS).first()
        if before and self.kind not in self.SIGNS:
            raise ValidationError({"kind": sign_stays()})
        others = SafetyNote.objects.shown().exclude(pk=self.pk).filter(kind=before and before.kind)
        if before and not before.retired and (self.retired or self.kind != before.kind) and not others.exists():
            raise ValidationError({"retired": last_sign(before.kind)})
