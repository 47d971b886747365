"""The demo person's year: each sentence of the progress page, held to the year's own rows by plain arithmetic."""

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from itertools import pairwise
from statistics import mean, median
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from tests.demo.life import FLARES, HOLIDAY
from tests.demo.making import DAYS, NAME, make
from tests.support.content import load_shipped
from tracking.models import CheckIn, DoseChoice, Flare, GoalScore, Pause, Questionnaire, Session, SessionExercise

pytestmark = pytest.mark.django_db  # so that pytest-django makes the database; the tests themselves read no row
DAY = datetime.timedelta(days=1)
LAST = datetime.date(2026, 11, 18)
# Looked at on the last day, after the second flare and on the last day of the holiday.
MOMENTS = [LAST - (DAYS - 1 - number) * DAY for number in (DAYS - 1, 246, HOLIDAY[-1])]
SPANS = {"14d": 14, "90d": 90, "1y": 365, "all": 0}
HALVES = {"am": "Mornings", "pm": "Evenings"}


@dataclass(frozen=True)
class Moment:
    """The rows that were there on ``today``, and what the page said in each span."""

    today: datetime.date
    sessions: list[Session]
    check_ins: list[CheckIn]
    flares: list[Flare]
    pauses: list[Pause]
    done: list[SessionExercise]
    choices: list[DoseChoice]
    goal_scores: list[GoalScore]
    questionnaires: list[Questionnaire]
    pages: dict[str, str]

    @cached_property
    def first(self) -> datetime.date:
        return min(session.date for session in self.sessions)

    @cached_property
    def scores(self) -> list[tuple[datetime.date, str, int]]:
        """Pain at rest: before each session, and at each check-in."""
        before = [(one.date, one.period, one.pain_before) for one in self.sessions]
        told = [
            (one.date, "am" if one.kind == "night" or one.time.hour < 12 else "pm", one.pain) for one in self.check_ins
        ]
        return [(date, half, pain) for date, half, pain in before + told if pain is not None]

    @cached_property
    def excused(self) -> set[datetime.date]:
        """The days of flares and planned pauses."""
        spells = [(one.date, one.ended or self.today) for one in self.flares]
        spells += [(one.date, one.until) for one in self.pauses]
        return {date for first, last in spells for date in days(first, last)}

    @cached_property
    def doses(self) -> dict[Any, dict[datetime.date, list[SessionExercise]]]:
        """The exercises by the days on which they were recorded."""
        found: dict[Any, dict[datetime.date, list[SessionExercise]]] = {}
        for row in self.done:
            found.setdefault(row.exercise, {}).setdefault(row.date, []).append(row)
        return found


@pytest.fixture(scope="module")
def moments(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> list[Moment]:
    """The year is lived once, and looked at from its end backwards: what came later is taken away."""
    found = []
    quick = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
    with django_db_blocker.unblock(), quick, time_machine.travel(LAST, tick=False) as clock, transaction.atomic():
        load_shipped()
        make(say=lambda said: None)
        client, demo = Client(), User.objects.get(username=NAME)
        for today in MOMENTS:
            for model in (Session, CheckIn, GoalScore, Questionnaire, Flare, Pause, DoseChoice):
                model.objects.owned_by(demo).filter(date__gt=today).delete()
            clock.move_to(datetime.datetime.combine(today, datetime.time(12), datetime.UTC))
            client.force_login(demo)
            found.append(look(client, demo, today))
        transaction.set_rollback(True)
    return found


def look(client: Client, demo: User, today: datetime.date) -> Moment:
    pages = {span: text(client, "tracking:progress", span=span) for span in SPANS}
    return Moment(
        today,
        list(Session.objects.owned_by(demo)),
        list(CheckIn.objects.owned_by(demo)),
        list(Flare.objects.owned_by(demo).order_by("date")),
        list(Pause.objects.owned_by(demo)),
        list(SessionExercise.objects.owned_by(demo).select_related("exercise__dose", "session")),
        list(DoseChoice.objects.owned_by(demo).select_related("exercise")),
        list(GoalScore.objects.owned_by(demo)),
        list(Questionnaire.objects.owned_by(demo)),
        pages | {"flares": text(client, "tracking:flare-list")},
    )


def text(client: Client, name: str, **query: str) -> str:
    """Return what a page says, and how its links are named, without its tags."""
    page = client.get(reverse(name), query).text
    named = re.sub(r'<[^>]*aria-label="([^"]*)"[^>]*>', r" \1 ", page)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", named)).split())


def says(page: str, *sentences: str) -> None:
    for sentence in sentences:
        assert sentence in page, sentence


def days(first: datetime.date, last: datetime.date) -> Iterator[datetime.date]:
    return (first + number * DAY for number in range((last - first).days + 1))


def ago(moment: Moment, number: int) -> datetime.date:
    return moment.today - number * DAY


def long(date: datetime.date) -> str:
    return f"{date.day} {date:%B %Y}"


def short(date: datetime.date) -> str:
    return f"{date:%a} {date.day} {date:%b %Y}"


def fig(value: float | None) -> str:
    return "–" if value is None else f"{round(value, 1):g}"


def average(values: Iterable[int | None]) -> float | None:
    given = [value for value in values if value is not None]
    return mean(given) if given else None


def floor(date: datetime.date, unit: str) -> datetime.date:
    return {"day": date, "week": date - date.weekday() * DAY, "month": date.replace(day=1)}[unit]


def buckets(first: datetime.date, last: datetime.date, unit: str) -> list[datetime.date]:
    return sorted({floor(date, unit) for date in days(floor(first, unit), last)})


def finest(
    first: datetime.date, last: datetime.date, most: int, units: Iterable[str] = ("day", "week", "month")
) -> str:
    return next(unit for unit in units if len(buckets(first, last, unit)) <= most)


def frame(moment: Moment, span: str) -> tuple[str, list[datetime.date]]:
    """Return the unit and the first days of the points of a chart."""
    asked = moment.first if span == "all" else max(moment.first, ago(moment, SPANS[span] - 1))
    first = min(asked, ago(moment, 13))
    unit = "day" if (moment.today - first).days < 37 else finest(first, moment.today, 60, ("week", "month"))
    return unit, buckets(first, moment.today, unit)


def ends(moment: Moment) -> tuple[list[datetime.date], list[datetime.date]]:
    """Return the first and the last fourteen days with scores."""
    dates = sorted({date for date, _half, _pain in moment.scores})
    assert len(dates) >= 28
    return dates[:14], dates[-14:]


def usual(moment: Moment, dates: Iterable[datetime.date], halves: str = "am pm") -> float:
    return median([pain for date, half, pain in moment.scores if date in dates and half in halves])


def test_the_year_has_a_start_two_flares_a_holiday_and_what_people_tell(moments: list[Moment]) -> None:
    end = moments[0]
    logged = sorted({session.date for session in end.sessions})
    assert 450 < len(end.sessions) < 650
    assert (logged[0], logged[-1]) == (LAST - (DAYS - 1) * DAY, LAST)
    assert [((one.date - end.first).days, (one.ended - one.date).days) for one in end.flares if one.ended] == list(
        FLARES.items()
    )
    assert max((later - earlier).days for earlier, later in pairwise(logged)) > len(HOLIDAY)
    assert (len(end.pauses), len(end.choices), len(end.goal_scores), len(end.questionnaires)) == (1, 1, 3 * 27, 14)
    assert sum(one.kind == "night" for one in end.check_ins) > 20
    before = [session.pain_before for session in end.sessions]
    assert None in before
    assert min(pain for pain in before if pain is not None) == 0


def test_the_bridge_grows_to_30_steps_back_after_each_rest_and_stays_there(moments: list[Moment]) -> None:
    bridge = [row for row in moments[0].done if row.exercise.slug == "bridge"]
    bridge.sort(key=lambda row: (row.date, row.session.period))
    targets = [row.day_target or 0 for row in bridge]
    assert (targets[0], max(targets), targets[-1]) == (5, 30, 30)
    assert median(targets[-60:]) == 30
    assert {"first", "step_up", "return", "gap", "goal", "chosen"} <= {row.reason for row in bridge}


def test_usual_pain_is_the_median_of_the_first_and_of_the_last_days(moments: list[Moment]) -> None:
    for moment in moments:
        first, last = ends(moment)
        then, now = usual(moment, first), usual(moment, last)
        assert then - now >= 2  # each time by as much as people notice
        halves = [(name, usual(moment, last, half), usual(moment, first, half)) for half, name in HALVES.items()]
        for span in SPANS:
            says(
                moment.pages[span],
                f"Your usual pain is {fig(now)} now; it was {fig(then)} at first. Most people would notice that.",
                *(f"{name} {fig(b)} now, {fig(a)} at first: most people would notice" for name, b, a in halves),
                f"At first: the first 14 days with scores, {long(first[0])} to {long(first[-1])}.",
                f"Now: the last 14 days with scores, {long(last[0])} to {long(last[-1])}.",
            )


def test_sessions_done_are_those_of_four_weeks_without_the_excused_days(moments: list[Moment]) -> None:
    for moment in moments:
        slots = {(session.date, session.period) for session in moment.sessions}
        month = list(days(ago(moment, 27), moment.today))
        planned = [
            (weight, (date, half) in slots)
            for weight, date in enumerate(month, start=1)
            for half in HALVES
            if date not in moment.excused and ((date, half) in slots or date != moment.today)
        ]
        done = [weight for weight, kept in planned if kept]
        percent = round(100 * sum(done) / sum(weight for weight, _kept in planned))
        left_out = len(moment.excused & set(month))
        told = f"In the last 28 days you did {len(done)} of {len(planned)} planned sessions."
        told += f" Counting recent days more, that is {percent} %."
        if left_out:
            told += f" {left_out} days of flares and planned pauses are left out."
        for span in SPANS:
            says(moment.pages[span], told)
            assert ("left out. Planned is" in moment.pages[span]) is bool(left_out)
    assert [len(moment.excused & set(days(ago(moment, 27), moment.today))) for moment in moments] == [0, 7, 14]


def test_milestones_are_the_days_on_which_they_were_reached(moments: list[Moment]) -> None:
    for moment in moments:
        logged = sorted({session.date for session in moment.sessions})
        told = [f"the seventh on {long(logged[6])}."]
        for exercise, by_date in moment.doses.items():
            sums = {date: sum(row.done or 0 for row in rows) for date, rows in by_date.items()}
            reached = [date for date, done in sums.items() if exercise.dose.goal and done >= exercise.dose.goal]
            if reached:
                goal = f"{exercise.name}: {exercise.dose.goal} repetitions in a day"
                told.append(f"{goal}, first on {long(min(reached))}.")
        quiet = max([moment.first, *(one.ended + DAY for one in moment.flares if one.ended)])
        heard = max(date for date, _half, _pain in moment.scores)
        if (moment.today - quiet).days >= 30 and ago(moment, 6) <= heard:
            told.append(f"No flare noted since {long(quiet)}: {(moment.today - quiet).days} days.")
        running, date = 0, moment.today
        while date in logged or date in moment.excused or date == moment.today:
            running += date in logged and date not in moment.excused
            date -= DAY
        if running >= 7:
            told.append(f"{running} days running with a session.")
        for span in SPANS:
            says(moment.pages[span], *told)
            kinds = "the seventh on|in a day, first on|No flare noted|days running with"
            assert len(re.findall(kinds, moment.pages[span])) == len(told)
    assert moments[0].pages["14d"].count("30 repetitions in a day, first on") == 2


def test_worse_days_are_those_worse_by_two_points_than_the_day_before(moments: list[Moment]) -> None:
    for moment in moments:
        by_date: dict[datetime.date, list[int]] = {}
        for date, _half, pain in moment.scores:
            if date >= ago(moment, 91):
                by_date.setdefault(date, []).append(pain)
        compared = {
            date: mean(by_date[date + DAY]) - mean(pains) >= 2
            for date, pains in by_date.items()
            if date + DAY in by_date
        }
        together: dict[tuple[datetime.date, ...], list[str]] = {}
        for exercise, recorded in moment.doses.items():
            done = tuple(date for date in compared if any(row.done for row in recorded.get(date, [])))
            if len(done) >= 20:
                together.setdefault(done, []).append(exercise.name)
        rows = [(-len(done), sorted(names), sum(compared[date] for date in done)) for done, names in together.items()]
        told = [f"All days {sum(compared.values())} of {len(compared)}"]
        for count, names, worse in sorted(rows):
            named = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
            told.append(f"{named} {worse} of {-count}")
        for span in SPANS:
            if rows and any(compared.values()):
                says(moment.pages[span], " ".join(told))
            else:
                assert "before a worse day" not in moment.pages[span]


def test_flares_pauses_and_chosen_doses_are_named_with_their_days(moments: list[Moment]) -> None:
    for moment in moments:
        for span in SPANS:
            page, (_unit, points) = moment.pages[span], frame(moment, span)
            bars = buckets(points[0], moment.today, finest(points[0], moment.today, min(30, len(points))))
            flares = [(one.date, one.ended or moment.today) for one in moment.flares]
            shown = [f"Flare: {long(began)} to {long(ended)}." for began, ended in flares if ended >= points[0]]
            pauses = [one for one in moment.pauses if one.until >= points[0]]
            shown += [f"Planned pause: {long(one.date)} to {long(one.until)}." for one in pauses]
            for choice in moment.choices:
                if choice.date >= bars[0]:
                    shown.append(f"{choice.exercise.name}: you chose {choice.target} on {short(choice.date)}.")
            says(page, *shown)
            assert page.count("Flare: ") + page.count("Planned pause: ") + page.count(": you chose ") == len(shown)
        for flare in moment.flares:
            span_of_it = set(days(flare.date, flare.ended or moment.today))
            worst = [flare.pain, *(pain for date, _half, pain in moment.scores if date in span_of_it)]
            worst += [one.pain_after for one in moment.sessions if one.date in span_of_it]
            highest = max(score for score in worst if score is not None)
            length = f"{short(min(span_of_it))} – {short(max(span_of_it))} {len(span_of_it)} days"
            says(moment.pages["flares"], f"{length} {highest}")


def test_repetitions_are_those_of_the_last_whole_day_of_each_bar(moments: list[Moment]) -> None:
    for moment in moments:
        logged = {session.date for session in moment.sessions}
        whole = {date for date in logged if sum(session.date == date for session in moment.sessions) == 2}
        for span in SPANS:
            _unit, points = frame(moment, span)
            unit = finest(points[0], moment.today, min(30, len(points)))
            starts = buckets(points[0], moment.today, unit)
            last = {floor(date, unit): date for date in (*sorted(logged), *sorted(whole)) if date >= starts[0]}
            for exercise, by_date in moment.doses.items():
                dose = exercise.dose
                goal = dose.goal or dose.reps_max
                if goal == (dose.start or dose.reps_min):
                    continue
                rows = []
                for date in sorted(last.values()):
                    noted = [row.done for row in by_date[date] if row.done is not None]
                    done = (sum(noted) if noted else None) if dose.per == "day" else average(noted)
                    rows.append((date, done, max(row.day_target or row.target for row in by_date[date])))
                if not rows:
                    assert f"{exercise.name}: repetitions" not in moment.pages[span]
                    continue
                told = " ".join(f"{short(date)} {fig(done)} {target}" for date, done, target in reversed(rows))
                says(moment.pages[span], f"{exercise.name}: repetitions on one day", told)
                says(moment.pages[span], repetitions(*rows[-1], goal, moment.today, daily=dose.per == "day"))


def repetitions(
    date: datetime.date, done: float | None, target: int, goal: int, today: datetime.date, *, daily: bool
) -> str:
    if done is None:
        return f"{long(date)}: repetitions not noted, the target was {target}. The goal is {goal}."
    if not daily:
        return f"{long(date)}: {fig(done)} a session, the target was {target}. The goal is {goal}."
    when = "Today so far" if date == today else long(date)
    return f"{when}: {fig(done)} of {target} repetitions. The goal is {goal} a day."


def test_pain_charts_and_their_table_are_means_and_rolling_medians(moments: list[Moment]) -> None:
    for moment in moments:
        for span in SPANS:
            unit, points = frame(moment, span)
            page = moment.pages[span]
            points = [point for point in points if point >= floor(moment.first, unit)]
            found = {half: pains(moment, half, unit, points) for half in HALVES}
            rows = []
            for number, point in enumerate(points):
                name = f"{point:%a} {point.day} {point:%b}" if unit == "day" else f"{point.day} {point:%b %Y}"
                cells = [fig(value) for half in HALVES for value in found[half][number][:3]]
                count = sum(found[half][number][3] for half in HALVES)
                rows.append(" ".join([name, *cells, str(count)]))
            says(page, " ".join(reversed(rows)))
            totals = {half: sum(row[3] for row in found[half]) for half in HALVES}
            assert (f"Mornings: {totals['am']}. Evenings: {totals['pm']}." in page) is any(totals.values())
            for half in HALVES:
                rest, after = ([row[place] for row in found[half]] for place in (0, 1))
                says(page, (summary("Before", rest, unit) + summary("After", after, unit)).strip())


Row = tuple[float | None, float | None, float | None, int]


def pains(moment: Moment, half: str, unit: str, points: list[datetime.date]) -> list[Row]:
    """Return the mean before and after, the rolling median and the number of sessions of one half of each day or week.

    The median is that of 14 days or of two weeks, given six scores, and none where the last days have no score.
    """
    scores = [(date, floor(date, unit), pain) for date, its, pain in moment.scores if its == half]
    sessions = [(floor(one.date, unit), one.pain_after) for one in moment.sessions if one.period == half]
    wide, near, last = (13 * DAY, 2 * DAY, 0 * DAY) if unit == "day" else (7 * DAY, 0 * DAY, 6 * DAY)
    rows = []
    for point in points:
        within = [(date, pain) for date, _point, pain in scores if point - wide <= date <= point + last]
        gap = not any(date >= point - near for date, _pain in within)
        rolling = None if gap or len(within) < 6 else median([pain for _date, pain in within])
        after = [score for its, score in sessions if its == point]
        rest = average(pain for _date, its, pain in scores if its == point)
        rows.append((rest, average(after), rolling, len(after)))
    return rows


def summary(name: str, values: list[float | None], unit: str) -> str:
    given = [value for value in values if value is not None]
    if not given:
        return ""
    time = f"{len(values)} {unit}s"
    lowest, highest = fig(min(given)), fig(max(given))
    return (
        f"{name}: {fig(given[0])} at first, {fig(given[-1])} at last, lowest {lowest}, highest {highest};"
        f" noted in {len(given)} of {time}. "
    )


def test_each_day_of_a_fortnight_is_named_with_its_scores(moments: list[Moment]) -> None:
    for moment in moments:
        for date in days(ago(moment, 13), moment.today):
            for half, name in HALVES.items():
                sessions = [one for one in moment.sessions if (one.date, one.period) == (date, half)]
                rest = average(pain for on, its, pain in moment.scores if (on, its) == (date, half))
                after = average(one.pain_after for one in sessions)
                parts = [f"{fig(rest)} before"] * (rest is not None) + [f"{fig(after)} after"] * (after is not None)
                told = f"{long(date)}, {name}: {', '.join(parts) or 'No pain score'}"
                assert (told in moment.pages["14d"]) is bool(sessions or parts), told


def test_what_somebody_can_do_is_the_mean_of_their_activities_and_the_statements_ticked(moments: list[Moment]) -> None:
    for moment in moments:
        by_date: dict[datetime.date, list[int]] = {}
        for score in moment.goal_scores:
            by_date.setdefault(score.date, []).append(score.score)
        assert {len(scores) for scores in by_date.values()} == {3}
        function = {date: mean(scores) for date, scores in by_date.items()}
        disability = {one.date: float(len(one.answers)) for one in moment.questionnaires}
        for span in SPANS:
            _unit, points = frame(moment, span)
            for measure in (function, disability):
                shown = [(date, score) for date, score in sorted(measure.items()) if date >= points[0]]
                if not shown:
                    continue
                ends_shown = shown[:1] + shown[1:][-1:]
                says(
                    moment.pages[span],
                    ", ".join(f"{fig(score)} on {long(date)}" for date, score in ends_shown) + ".",
                    "Day Score " + " ".join(f"{short(date)} {fig(score)}" for date, score in reversed(shown)),
                )
