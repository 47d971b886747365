"""What bears on a person's day beside the sessions: flares, pauses, nights, own choices, and what was last asked."""

import datetime
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

from django.contrib.auth.models import User
from django.db.models import (
    BigIntegerField,
    CharField,
    DateField,
    DateTimeField,
    F,
    Field,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TimeField,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Greatest

from exercises.models import Exercise
from tracking import measures, progression
from tracking.days import Choice, Record
from tracking.models import (
    HOLDS,
    CheckIn,
    DoseChoice,
    ExerciseChoice,
    Flare,
    Goal,
    GoalScore,
    PastPlan,
    Pause,
    Period,
    Questionnaire,
    Screening,
    Session,
)
from tracking.models.prepared import OWNER, Prepared, given_date
from tracking.progression import Spell
from tracking.stats import PastPlans
from tracking.thresholds import rules

# An ended flare or pause that began earlier is not read: after it, the gap in the records gives the same advice.
LONGEST = 366  # days
NOON = datetime.time(12)  # a check-in before it says how the back woke up, where the night has no score


class Row(NamedTuple):
    """One row of the union. Which columns are filled depends on ``kind``."""

    kind: str
    id: uuid.UUID
    exercise: int | None
    first: datetime.date | None
    last: datetime.date | None
    time: datetime.time | None
    number: int | None
    word: str | None
    moment: datetime.datetime | None


COLUMNS: dict[str, Field[Any, Any]] = {
    "exercise": BigIntegerField(),
    "first": DateField(),
    "last": DateField(),
    "time": TimeField(),
    "number": BigIntegerField(),
    "word": CharField(),
    "moment": DateTimeField(),
}


@dataclass(frozen=True)
class Screened:
    """When the red-flag screen was last answered, and a ``Screening.Outcome``."""

    date: datetime.date
    outcome: str
    id: uuid.UUID | None = field(default=None, compare=False)

    @property
    def holds(self) -> bool:
        """Whether exercises wait until a later screening."""
        return self.outcome in HOLDS


@dataclass(frozen=True)
class Circumstances:
    """What holds on ``today``. Flares and pauses are those of the last weeks, the earliest first.

    ``nights`` maps dates to the score of the night, ``mornings`` to that before the morning's session; where neither is
    given, a check-in before noon stands in for the night. ``chosen`` maps exercises to the dose last chosen, ``swaps``
    to the exercise done instead, ``opted_in`` to when they were taken in. All by exercise id. ``rated`` are the days
    on which the activities followed were last rated, None for never; ``filled_in`` is that of the last questionnaire.
    ``past_plans`` are the periods planned before a day of the last weeks. ``this_morning`` is the highest score
    during and after the morning session of ``today``, as a record of no exercise.
    """

    today: datetime.date
    flares: tuple[Spell, ...] = ()
    pauses: tuple[Spell, ...] = ()
    nights: Mapping[datetime.date, int] = field(default_factory=dict)
    mornings: Mapping[datetime.date, int] = field(default_factory=dict)
    chosen: Mapping[int, Choice] = field(default_factory=dict)
    opted_in: Mapping[int, datetime.datetime] = field(default_factory=dict)
    swaps: Mapping[int, int] = field(default_factory=dict)
    screened: Screened | None = None
    rated: frozenset[datetime.date | None] = frozenset()
    filled_in: datetime.date | None = None
    past_plans: PastPlans = field(default_factory=dict)
    this_morning: Record | None = None

    @classmethod
    def of(cls, owner: User, today: datetime.date) -> Self:
        """Return what a person told us up to ``today``. 1 query, however much it is."""
        since = today - datetime.timedelta(days=progression.reach(rules()))
        span = {"since": since, "begin": since - datetime.timedelta(days=LONGEST), "today": today}
        found: dict[str, list[Row]] = {}
        for row in UNION.rows(owner=owner.pk, **span):
            found.setdefault(row[0], []).append(Row(*row))
        screenings = found.get("screening", [])
        mornings = {_date(row.first): row.number or 0 for row in found.get("morning", [])}
        return cls(
            today,
            flares=_spells(found.get("flare", [])),
            pauses=_spells(found.get("pause", [])),
            nights=_nights(found.get("night", []), mornings),
            mornings=mornings,
            chosen={
                row.exercise or 0: Choice(_date(row.first), row.number or 0, row.moment)
                for row in found.get("dose", [])
            },
            opted_in={row.exercise or 0: row.moment for row in found.get("taken", []) if row.moment},
            swaps={row.exercise or 0: row.number or 0 for row in found.get("swap", [])},
            past_plans={_date(row.first): (row.word or "").split() for row in found.get("plan", [])},
            screened=next((Screened(_date(row.first), row.word or "", row.id) for row in screenings), None),
            rated=frozenset(row.first for row in found.get("goal", [])),
            filled_in=next((row.first for row in found.get("questionnaire", [])), None),
            this_morning=next(map(_record, found.get("pain", [])), None),
        )

    @property
    def flare(self) -> Spell | None:
        """The flare that is going on; on its last day it is over."""
        return next((flare for flare in self.flares if flare.open(self.today)), None)

    @property
    def pause(self) -> Spell | None:
        """The planned pause that ``today`` falls into."""
        return next((pause for pause in self.pauses if pause.last and pause.last >= self.today), None)

    def excuse(self, date: datetime.date) -> bool:
        """Return whether nothing was planned on ``date``, because a flare or a planned pause held it."""
        return any(spell.first <= date <= (spell.last or date) for spell in (*self.flares, *self.pauses))

    @property
    def asked(self) -> set[str]:
        """What to ask for besides pain: goals, questionnaire. Nothing while exercises wait, in a flare or a pause."""
        if self.flare or self.pause or (self.screened and self.screened.holds):
            return set()
        now = rules()
        asks = {
            "goals": any(measures.due(date, self.today, now.goal_days) for date in self.rated),
            "questionnaire": measures.worth_asking(self.filled_in, self.today, now.questionnaire_days),
        }
        return {name for name, asking in asks.items() if asking}


def _union() -> QuerySet[Any, tuple[Any, ...]]:
    """Return all rows. Each part is bounded in time, or by the number of exercises, and led by an index."""
    since, today = given_date("since"), given_date("today")
    span, short = (given_date("begin"), today), (since, today)
    flares = Flare.of(OWNER).kept()
    flare = {"first": "date", "number": "pain", "moment": "entered_at"}
    pauses = Pause.of(OWNER).kept().filter(date__range=span, until__gte=since)
    nights = CheckIn.of(OWNER).kept().filter(date__range=short, pain__isnull=False)
    early = nights.filter(Q(kind=CheckIn.Kind.NIGHT) | Q(time__lt=NOON))
    mornings = Session.objects.owned_by(OWNER).kept().filter(date__range=short, period=Period.MORNING)
    highest = Greatest(Coalesce("pain_worst", "pain_after"), Coalesce("pain_after", "pain_worst"))
    pain = Session.objects.owned_by(OWNER).kept().filter(date=today, period=Period.MORNING).annotate(highest=highest)
    choices = ExerciseChoice.objects.owned_by(OWNER)
    of_one = DoseChoice.of(OWNER).kept().filter(exercise=OuterRef("pk"), date__lte=today)
    last_dose = of_one.order_by("-date", "-entered_at").values("pk")[:1]
    last_doses = Exercise.objects.order_by().annotate(last=Subquery(last_dose)).filter(last__isnull=False)
    dose = {"exercise": "exercise", "first": "date", "number": "target", "moment": "entered_at"}
    screenings = Screening.of(OWNER).kept().order_by("-entered_at").values("pk")[:1]
    scores = GoalScore.of(OWNER).kept().filter(goal=OuterRef("pk")).order_by("-date").values("date")[:1]
    followed = Goal.of(OWNER).kept().filter(ended__isnull=True).annotate(rated=Subquery(scores))
    filled_in = Questionnaire.of(OWNER).kept().order_by("-date").values("pk")[:1]
    first, *others = [
        _row("flare", flares.filter(ended__isnull=True, date__lte=today), **flare),
        _row("flare", flares.filter(date__range=span, ended__gte=since), last="ended", **flare),
        _row("pause", pauses, first="date", last="until"),
        _row("night", early, first="date", time="time", number="pain", word="kind"),
        _row("morning", mornings.filter(pain_before__isnull=False), first="date", number="pain_before"),
        _row("pain", pain.filter(highest__isnull=False), first="date", number="highest", moment="changed_at"),
        _row("taken", choices.filter(opted_in=True), exercise="exercise", moment="changed_at"),
        _row("swap", choices.filter(instead__isnull=False), exercise="exercise", number="instead"),
        _row("dose", DoseChoice.of(OWNER).filter(pk__in=last_doses.values("last")), **dose),
        _row("screening", Screening.of(OWNER).filter(pk=Subquery(screenings)), first="date", word="outcome"),
        _row("plan", PastPlan.objects.owned_by(OWNER).filter(until__range=short), first="until", word="periods"),
        _row("goal", followed, first="rated"),
        _row("questionnaire", Questionnaire.of(OWNER).filter(pk=Subquery(filled_in)), first="date"),
    ]
    return first.union(*others, all=True)  # type: ignore[no-any-return]


def _row(kind: str, rows: QuerySet[Any], **columns: str) -> Any:
    """Return ``rows`` in the columns of the union: ``columns`` says which of them is filled from which field."""
    filled = {
        f"c_{name}": Cast(F(columns[name]) if name in columns else Value(None), output)
        for name, output in COLUMNS.items()
    }
    annotated = rows.order_by().annotate(c_kind=Value(kind, CharField()), **filled)
    return annotated.values_list("c_kind", "id", *filled)


UNION = Prepared(_union)


def _spells(rows: Iterable[Row]) -> tuple[Spell, ...]:
    spells = [Spell(_date(row.first), row.last, row.number, row.id, row.moment) for row in rows]
    return tuple(sorted(spells, key=lambda spell: spell.first))


def _record(row: Row) -> Record:
    return Record(_date(row.first), 0, 0, pain_after=row.number, period=Period.MORNING, told=row.moment)


def _nights(rows: Iterable[Row], mornings: Mapping[datetime.date, int]) -> dict[datetime.date, int]:
    """Return each night's score, else the earliest one before noon of a day whose morning session has none."""
    counted = [row for row in rows if row.word == CheckIn.Kind.NIGHT or row.first not in mornings]
    latest_first = sorted(counted, key=lambda row: (row.word != CheckIn.Kind.NIGHT, row.time or NOON), reverse=True)
    return {_date(row.first): row.number or 0 for row in latest_first}


def _date(date: datetime.date | None) -> datetime.date:
    if date is None:
        raise ValueError("every row of a spell, a night, a choice and a screening has a date")
    return date
