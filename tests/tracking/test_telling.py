"""Each sentence of the progress page, held to figures worked out by hand."""

import datetime
from collections.abc import Iterable

import pytest
from django.utils import translation

from tracking import telling
from tracking.chart import Span, Unit, frame
from tracking.models import Period
from tracking.rules import Rules
from tracking.series import Reached
from tracking.stats import Adherence, Milestone, Score, Summary, Window, change, ends

FIRST = datetime.date(2026, 1, 1)
RULES = Rules()


def scores(first: int, pains: Iterable[int]) -> list[Score]:
    return [Score(FIRST + datetime.timedelta(days=first + number), "am", pain) for number, pain in enumerate(pains)]


def said(*scored: list[Score], stale: bool = False) -> str:
    found = change(*ends([score for part in scored for score in part], 14), RULES)
    return telling.usual_pain(found, RULES, stale=stale)


@pytest.mark.parametrize(
    ("then", "now", "sentence"),
    [
        (5, 3, "Your usual pain is 3 now; it was 5 at first. Most people would notice that."),
        (5, 4, "Your usual pain is 4 now; it was 5 at first. That is too small to tell."),
        (5, 5, "Your usual pain is 5 now, the same as at first."),
        (5, 0, "Your usual pain is 0 now; it was 5 at first. Studies call that recovered."),
        (5, 7, "Your usual pain is 7 now; it was 5 at first. Most people would notice that rise."),
        (5, 6, "Your usual pain is 6 now; it was 5 at first. That is too small to tell."),
        (0, 0, "Your usual pain is 0 now, the same as at first."),
    ],
)
def test_usual_pain_is_told_with_what_its_change_means(then: int, now: int, sentence: str) -> None:
    assert said(scores(0, [then] * 14), scores(30, [now] * 14)) == sentence


@pytest.mark.parametrize(
    ("then", "now", "sentence"),
    [
        (5, 3, "Your usual pain was 3 at last; it was 5 at first. Most people would notice that."),
        (5, 4, "Your usual pain was 4 at last; it was 5 at first. That is too small to tell."),
        (5, 5, "Your usual pain was 5 at last, the same as at first."),
        (5, 0, "Your usual pain was 0 at last; it was 5 at first. Studies call that recovered."),
        (5, 7, "Your usual pain was 7 at last; it was 5 at first. Most people would notice that rise."),
    ],
)
def test_old_scores_are_not_told_as_now(then: int, now: int, sentence: str) -> None:
    assert said(scores(0, [then] * 14), scores(30, [now] * 14), stale=True) == sentence


def test_half_points_are_told_as_half_points() -> None:
    assert said(scores(0, [5, 6] * 7), scores(30, [3] * 14)).startswith("Your usual pain is 3 now; it was 5.5 at first")


def test_figures_are_written_as_the_language_does() -> None:
    with translation.override("de"):
        assert telling.figure(5.5) == "5,5"
    assert telling.figure(5.5) == "5.5"


def test_no_score_is_said() -> None:
    assert said([]) == "No pain score yet."


def test_too_few_scores_are_counted_and_nothing_is_claimed() -> None:
    assert said(scores(0, [5])) == "Not enough yet: 1 score on 1 day so far. It takes 6 scores on as many days."
    assert said(scores(0, [9] * 5)) == "Not enough yet: 5 scores on 5 days so far. It takes 6 scores on as many days."


def test_too_few_scores_since_are_no_comparison() -> None:
    assert said(scores(0, [5] * 14), scores(20, [1] * 3)) == (
        "At first your usual pain was 5. Not enough since then to compare: 3 scores on 3 days."
        " It takes 6 scores on as many days."
    )


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (3, "3 now, 5 at first: most people would notice"),
        (4, "4 now, 5 at first: too small to tell"),
        (5, "5 now and at first"),
        (0, "0 now, 5 at first: recovered"),
        (8, "8 now, 5 at first: worse, most people would notice"),
    ],
)
def test_half_of_the_day_is_told_in_short(now: int, words: str) -> None:
    found = change(scores(0, [5] * 14), scores(30, [now] * 14), RULES)
    assert telling.in_short(found) == words


def test_half_of_the_day_with_old_scores_is_not_told_as_now() -> None:
    found = change(scores(0, [5] * 14), scores(30, [0] * 14), RULES)
    assert telling.in_short(found, stale=True) == "0 at last, 5 at first: recovered"


def test_half_of_the_day_with_too_few_scores_claims_nothing() -> None:
    assert telling.in_short(change(scores(0, [5] * 14), scores(30, [1] * 5), RULES)) == "not enough yet"


@pytest.mark.parametrize(
    ("adherence", "sentences"),
    [
        (
            Adherence(30, 44, 0, 6, 72),
            [
                "In the last 28 days you did 30 of 44 planned sessions.",
                "Counting recent days more, that is 72 %.",
                "6 days of flares and planned pauses are left out.",
            ],
        ),
        (
            Adherence(1, 1, 1, 1, 100),
            [
                "In the last 28 days you did 1 of 1 planned session.",
                "Counting recent days more, that is 100 %.",
                "One more was outside your plan.",
                "One day of a flare or a planned pause is left out.",
            ],
        ),
        (Adherence(0, 0, 2, 0, None), ["In the last 28 days you did 2 sessions; none was planned."]),
        (Adherence(0, 0, 1, 0, None), ["In the last 28 days you did one session; none was planned."]),
        (Adherence(0, 0, 0, 0, None), ["No session was due in the last 28 days."]),
    ],
)
def test_sessions_are_told_without_blame(adherence: Adherence, sentences: list[str]) -> None:
    assert telling.sessions_done(adherence, RULES) == sentences


@pytest.mark.parametrize(
    ("reached", "sentence"),
    [
        (Reached(Milestone.FIRST_WEEK, FIRST), "First week: seven days with a session, the seventh on 1 January 2026."),
        (
            Reached(Milestone.GOAL, FIRST, 30, "Bridge"),
            "Bridge: 30 repetitions in a day, first on 1 January 2026.",
        ),
        (Reached(Milestone.NO_FLARE, FIRST, 45), "No flare noted since 1 January 2026: 45 days."),
        (Reached(Milestone.RUNNING, number=12), "12 days running with a session."),
        (Reached(Milestone.RUNNING, number=91, more=True), "91 days running with a session, or more."),
    ],
)
def test_milestones_are_told_with_their_day(reached: Reached, sentence: str) -> None:
    assert telling.milestone(reached) == sentence


def test_series_is_told_to_those_who_hear_it() -> None:
    assert telling.summary(Summary(6, 2.5, 0, 7, 13, 14), telling.UNITS[Unit.DAY]) == (
        "6 at first, 2.5 at last, lowest 0, highest 7; noted in 13 of 14 days."
    )


@pytest.mark.parametrize(
    ("rest", "after", "words"),
    [
        ([6], [4], "6 before, 4 after"),
        ([3, 6, 5], [2, 4], "3 to 6 before, 2 to 4 after"),
        ([0], [], "0 before"),
        ([], [0], "0 after"),
        ([], [], "No pain score"),
    ],
)
def test_scores_are_named(rest: list[float], after: list[float], words: str) -> None:
    assert telling.Words().in_full(rest, after) == words


def test_halves_of_the_day_have_names() -> None:
    assert [telling.mornings(period) for period in Period.values] == ["Mornings", "Evenings"]


def test_time_of_one_day_is_that_day() -> None:
    assert telling.days(Window(FIRST, FIRST)) == "1 January 2026"
    assert telling.days(Window(FIRST, datetime.date(2026, 1, 14))) == "1 January 2026 to 14 January 2026"


@pytest.mark.parametrize(
    ("days", "form"),
    [(37, "j M"), (38, "j M"), (170, "j M"), (190, "M Y"), (2 * 365, "M Y"), (40 * 365, "Y")],
)
def test_dates_below_a_chart_name_the_day_while_a_month_would_come_twice(days: int, form: str) -> None:
    assert telling.axis_format(frame(Span.ALL, FIRST, FIRST - datetime.timedelta(days=days - 1))) == form
