import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking import progression
from tracking.days import EASE_OFF, Choice, Day, Reason, Record, Trouble, days
from tracking.progression import Advice, Range, Situation, Spell, tonight
from tracking.rules import DEFAULT, Rules

TODAY = datetime.date(2026, 3, 1)
DAY = datetime.timedelta(days=1)
DAILY = Range(5, 30, 2)


def ago(number: int) -> datetime.date:
    return TODAY - datetime.timedelta(days=number)


def advise(span: Range, days: Sequence[Day], **now: Any) -> Advice:
    return progression.advise(span, days, Situation(**({"date": TODAY} | now)))


def run(*targets: int, **last: Any) -> list[Day]:
    """Good days at ``targets``, the latest first; ``last`` says what was different about that one."""
    first, *others = [Day(ago(number), target, True) for number, target in enumerate(targets, start=1)]
    return [replace(first, **last), *others]


def after(reason: Reason) -> dict[str, Trouble]:
    return {"trouble": Trouble(reason, ago(1), "pm", 3, 5)}


def test_first_time_begins_at_the_start() -> None:
    advice = advise(DAILY, [])
    assert (advice.target, advice.reason, advice.previous) == (5, Reason.FIRST, None)


def test_three_good_days_running_earn_one_step() -> None:
    advice = advise(DAILY, run(5, 5, 5))
    assert (advice.target, advice.reason, advice.good_days) == (7, Reason.STEP_UP, 3)


def test_two_good_days_stay_and_say_how_many_are_left() -> None:
    advice = advise(DAILY, run(5, 5))
    assert (advice.target, advice.reason) == (5, Reason.BUILDING)
    assert advice.figures["left"] == 1


def test_good_days_at_a_lower_target_do_not_count() -> None:
    assert advise(DAILY, run(7, 7, 5, 5, 5)).reason == Reason.BUILDING


def test_missed_target_stays() -> None:
    advice = advise(DAILY, run(5, 5, 5, 5, reached=False))
    assert (advice.target, advice.reason, advice.good_days) == (5, Reason.MISSED, 0)


def test_pain_that_rose_stays_even_with_the_target_reached() -> None:
    advice = advise(DAILY, run(5, 5, 5, 5, **after(Reason.PAIN)))
    assert (advice.target, advice.reason) == (5, Reason.PAIN)


def test_days_without_a_record_do_not_break_a_run() -> None:
    assert advise(DAILY, [Day(ago(number), 5, reached=True) for number in (1, 4, 9)]).reason == Reason.STEP_UP


def test_last_step_stops_at_the_goal() -> None:
    assert advise(DAILY, run(29, 29, 29)).target == 30


def test_goal_is_kept() -> None:
    advice = advise(DAILY, run(30, 30, 30, 30))
    assert (advice.target, advice.reason) == (30, Reason.GOAL)


def test_dose_of_one_figure_stays_fixed() -> None:
    assert advise(Range.of(2, 2), run(2, 2, 2)).reason == Reason.FIXED


def test_target_above_an_edited_goal_is_lowered_to_it() -> None:
    advice = advise(Range(5, 20, 2), run(24, 24, 24))
    assert (advice.target, advice.reason, advice.previous) == (20, Reason.LOWERED, 24)


def test_target_below_an_edited_start_is_raised_to_it() -> None:
    advice = advise(Range(8, 30, 2), run(5, 5, 5))
    assert (advice.target, advice.reason) == (8, Reason.RAISED)


@pytest.mark.parametrize("span", [Range(5, 20), Range(15, 30)])
def test_target_moved_by_an_edited_range_is_not_blamed_on_pain(span: Range) -> None:
    edited = run(30 if span.goal < 30 else 12, **after(Reason.RISE))
    assert advise(span, edited).trouble is None


def test_two_days_of_one_date_are_refused() -> None:
    with pytest.raises(ValueError, match="one Day a date"):
        advise(DAILY, [Day(ago(1), 5, reached=True), Day(ago(1), 5, reached=False)])


@pytest.mark.parametrize(("start", "goal", "step"), [(0, 5, 1), (6, 5, 1), (5, 30, 0)])
def test_impossible_range_is_refused(start: int, goal: int, step: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Range(start, goal, step)


def test_range_comes_from_the_progression_or_from_the_repetitions() -> None:
    assert Range.of(5, 30, 5, 30, 2) == Range(5, 30, 2)
    assert Range.of(15, 20) == Range(15, 20, 1)


def test_dose_a_day_is_reached_by_its_sessions_together() -> None:
    records = [Record(TODAY, 3, 3, day_target=5), Record(TODAY, 2, 2, day_target=5)]
    assert days(records) == [Day(TODAY, 5, reached=True)]


def test_dose_a_session_must_be_reached_in_each() -> None:
    assert not days([Record(TODAY, 3, 3), Record(TODAY, 3, 2)])[0].reached


def test_repetitions_not_noted_do_not_reach_a_target() -> None:
    assert not days([Record(TODAY, 3, None)])[0].reached


def test_pain_from_nought_to_one_is_a_rise_and_a_missing_score_is_not() -> None:
    assert judged(pain_before=0, pain_after=1) == Reason.PAIN
    assert judged(pain_before=None, pain_after=3) is None


# How a day is judged


def judged(nights: Mapping[datetime.date, int] | None = None, rules: Rules = DEFAULT, **record: Any) -> Reason | None:
    """Return what speaks against going on after one evening at 12 that reached it."""
    told: dict[str, Any] = {"done": 12, "period": "pm"} | record
    [day] = days([Record(TODAY, 12, **told)], nights, rules)
    return day.trouble.reason if day.trouble else None


@pytest.mark.parametrize(
    ("pain", "reason"),
    [(0, None), (3, None), (4, Reason.LEVEL), (5, Reason.LEVEL), (6, Reason.HIGH), (10, Reason.HIGH)],
)
def test_pain_up_to_3_goes_on_up_to_5_stays_and_above_eases_off(pain: int, reason: Reason | None) -> None:
    assert judged(pain_after=pain) == reason
    assert judged(pain_worst=pain, pain_after=0) == reason
    assert judged(pain_before=10, pain_after=pain) == reason


@pytest.mark.parametrize(("after", "reason"), [(1, None), (2, Reason.PAIN), (3, Reason.RISE)])
def test_rise_of_two_in_a_session_eases_off_and_of_one_stays(after: int, reason: Reason | None) -> None:
    assert judged(pain_before=1, pain_after=after) == reason
    assert judged(pain_before=1, pain_worst=after, pain_after=0) == reason


@pytest.mark.parametrize(("woke", "reason"), [(1, None), (3, None), (4, Reason.MORNING)])
def test_waking_worse_by_two_than_the_morning_before_eases_off(woke: int, reason: Reason | None) -> None:
    assert judged({TODAY: 2, TODAY + DAY: woke}, pain_before=4, pain_after=3) == reason


def test_score_before_the_session_stands_in_for_a_waking_that_was_not_given() -> None:
    assert judged({TODAY + DAY: 3}, pain_before=1, pain_after=1) == Reason.MORNING
    assert judged({TODAY + DAY: 3}, pain_after=1) is None


def test_waking_is_that_of_the_next_day_only() -> None:
    assert judged({TODAY: 1, TODAY + 2 * DAY: 9}, pain_after=1) is None


def test_score_before_the_next_mornings_session_is_its_waking_where_the_night_has_none() -> None:
    records = [
        Record(TODAY, 12, 12, pain_before=1, pain_after=1, period="am"),
        Record(TODAY + DAY, 12, 12, pain_before=4, pain_after=3, period="am"),
    ]
    assert days(records)[1].trouble == Trouble(Reason.MORNING, TODAY + DAY, "am", 1, 4)
    assert days(records, {TODAY + DAY: 2})[1].trouble is None


def test_person_who_found_it_too_much_is_believed() -> None:
    assert judged(felt="too_much", pain_after=0) == Reason.TOO_MUCH
    assert judged(felt="right") is None


def test_weightiest_trouble_of_a_day_is_its_own() -> None:
    records = [
        Record(TODAY, 12, 12, pain_before=2, pain_after=4, period="am"),
        Record(TODAY, 12, 12, pain_before=6, pain_after=6, period="pm"),
    ]
    assert days(records)[0].trouble == Trouble(Reason.HIGH, TODAY, "pm", 6, 6)


def test_operators_own_thresholds_are_kept() -> None:
    rules = Rules(go_on=2, stay=8, rise=5)
    assert judged(pain_after=3) is None
    assert judged(pain_after=3, rules=rules) == Reason.LEVEL
    assert judged(pain_before=4, pain_after=8, rules=rules) == Reason.LEVEL


def test_left_out_all_day_is_no_movement_and_not_noted_is() -> None:
    assert [days([Record(TODAY, 3, done)])[0].moved for done in (0, None, 1)] == [False, True, True]


def test_exercise_that_was_left_out_is_not_eased_off_for_a_load() -> None:
    assert judged(done=0, pain_before=1, pain_after=3) == Reason.PAIN
    assert judged({TODAY: 2, TODAY + DAY: 4}, done=0) is None
    assert judged(done=0, pain_before=1, pain_after=6) == Reason.HIGH
    assert evening(2, 4, done=0) == Advice(12, Reason.BUILDING, 30)


# A step down


@pytest.mark.parametrize("reason", EASE_OFF)
def test_day_that_was_too_much_is_one_step_down(reason: Reason) -> None:
    advice = advise(DAILY, run(12, 12, 12, 12, **after(reason)))
    assert (advice.target, advice.reason, advice.previous) == (10, reason, 12)
    assert advice.trouble == Trouble(reason, ago(1), "pm", 3, 5)


def test_step_down_stops_at_the_start() -> None:
    assert advise(DAILY, run(6, **after(Reason.RISE))).target == 5
    assert advise(Range(2, 2), run(2, **after(Reason.RISE))).target == 2


def test_middle_band_stays() -> None:
    advice = advise(DAILY, run(12, 12, 12, **after(Reason.LEVEL)))
    assert (advice.target, advice.reason) == (12, Reason.LEVEL)


def test_range_of_two_figures_steps_up_and_down() -> None:
    assert advise(Range(2, 3), run(2, 2, 2)).target == 3
    assert advise(Range(2, 3), run(3, **after(Reason.HIGH))).target == 2


def test_worse_morning_counts_once_though_the_session_of_that_morning_was_not_lowered_for_it() -> None:
    woke_worse = Trouble(Reason.MORNING, ago(1), "am", 1, 4)
    before = Day(ago(2), 12, True, trouble=woke_worse)
    assert advise(DAILY, [Day(ago(1), 12, True), before]).target == 10
    assert advise(DAILY, [Day(ago(1), 10, True), before]).target == 10
    assert advise(DAILY, [Day(ago(1), 12, True, reason=Reason.CHOSEN), before]).target == 12


# Two good days that felt easy


def test_two_good_days_that_felt_easy_earn_the_step_sooner() -> None:
    easy = [replace(day, easy=True) for day in run(5, 5)]
    advice = advise(DAILY, easy)
    assert (advice.target, advice.reason, advice.good_days) == (7, Reason.EASY, 2)
    assert advise(DAILY, [easy[0], replace(easy[1], easy=False)]).reason == Reason.BUILDING


def test_easy_makes_no_larger_step_and_stops_at_the_goal() -> None:
    assert advise(DAILY, [replace(day, easy=True) for day in run(29, 29, 29, 29)]).target == 30


def test_day_felt_easy_when_all_that_was_said_of_it_is_easy() -> None:
    def felt(*words: str) -> bool:
        return days([Record(TODAY, 3, 3, period=p, felt=w) for p, w in zip(("am", "pm"), words, strict=True)])[0].easy

    assert (felt("easy", ""), felt("easy", "right"), felt("", "")) == (True, False, False)


# Beginning again


def test_seven_days_without_it_begin_again_at_half() -> None:
    advice = advise(DAILY, [Day(ago(8), 20, reached=True)])
    assert (advice.target, advice.reason, advice.previous, advice.gap) == (10, Reason.GAP, 20, 7)


def test_six_days_without_it_are_no_gap() -> None:
    assert advise(DAILY, [Day(ago(7), 20, reached=True)]).reason == Reason.BUILDING


@pytest.mark.parametrize(("target", "half"), [(30, 15), (25, 13), (11, 6), (9, 5), (5, 5)])
def test_half_is_rounded_up_and_never_below_the_start(target: int, half: int) -> None:
    assert advise(DAILY, [Day(ago(30), target, reached=True)]).target == half


def test_left_out_for_a_week_is_a_gap_that_halves_once() -> None:
    left_out = [Day(ago(number), 20, False, moved=False) for number in range(1, 8)]
    assert advise(DAILY, [*left_out, Day(ago(8), 20, reached=True)]).target == 10
    begun = [Day(ago(number), 10, False, moved=False, reason=Reason.GAP) for number in (1, 2, 3)]
    assert advise(DAILY, [*begun, Day(ago(11), 20, reached=True)]).target == 10
    assert advise(DAILY, begun, date=TODAY + 9 * DAY).target == 10


def test_never_done_stays_at_the_first_time() -> None:
    left_out = [Day(ago(number), 5, False, moved=False) for number in range(1, 10)]
    assert advise(DAILY, left_out).reason == Reason.FIRST


def test_good_days_do_not_run_on_over_a_gap() -> None:
    history = [Day(ago(1), 5, True), Day(ago(2), 5, True), Day(ago(12), 5, True), Day(ago(13), 5, True)]
    assert advise(DAILY, history).good_days == 2


def test_fixed_dose_has_nothing_lower_to_begin_with() -> None:
    assert advise(Range(2, 2), [Day(ago(30), 2, reached=True)]).reason == Reason.FIXED


def test_date_that_a_journey_took_is_no_day_of_a_gap_and_the_morning_after_it_is_the_next() -> None:
    """The last exercise was on the day before a flight over the date line, which took the 24th or the 25th."""
    [day] = days([Record(ago(5), 20, 20, 20, 2, 2, period="pm")], {ago(3): 4}, never=[ago(4)])
    assert day.trouble == Trouble(Reason.MORNING, ago(3), "am", 2, 4)
    assert advise(DAILY, [Day(ago(8), 20, True)], never=[ago(4)]).reason == Reason.BUILDING
    advice = advise(DAILY, [Day(ago(9), 20, True)], never=[ago(4)])
    assert (advice.target, advice.reason, advice.gap) == (10, Reason.GAP, 7)
    history = [Day(ago(1), 5, True), Day(ago(9), 5, True)]
    assert [advise(DAILY, history, never=never).good_days for never in ([], [ago(4)])] == [1, 2]
    assert advise(DAILY, [Day(ago(3), 20, True), day]).target == 18


# Flares


def test_open_flare_pauses_and_says_where_one_will_begin_again() -> None:
    advice = advise(DAILY, run(20, 20), flares=[Spell(TODAY)])
    assert (advice.target, advice.reason, advice.rests, advice.date) == (10, Reason.PAUSED, True, TODAY)
    assert advise(DAILY, [], flares=[Spell(ago(1))]).reason == Reason.PAUSED


def test_in_a_flare_nothing_is_begun_again_that_was_never_done() -> None:
    left_out = [Day(ago(2), 5, False, moved=False), Day(ago(1), 5, False, moved=False)]
    flare = [Spell(TODAY)]
    assert advise(DAILY, left_out, flares=flare).previous is None
    assert advise(DAILY, [], choice=Choice(ago(1), 8), flares=flare).previous is None
    assert advise(DAILY, [Day(ago(3), 5, True), *left_out], flares=flare).previous == 5


def test_after_a_flare_one_begins_again_at_half_and_once() -> None:
    flares = [Spell(ago(4), ago(1))]
    advice = advise(DAILY, [Day(ago(4), 20, True)], flares=flares)
    assert (advice.target, advice.reason, advice.previous, advice.date) == (10, Reason.RETURN, 20, ago(1))
    begun = [Day(ago(1), 10, True, reason=Reason.RETURN), Day(ago(4), 20, True)]
    assert (advise(DAILY, begun, flares=flares).target, advise(DAILY, begun, flares=flares).reason) == (
        10,
        Reason.BUILDING,
    )


def test_what_was_logged_in_the_pause_does_not_halve_twice() -> None:
    paused = [Day(ago(number), 10, False, moved=False, reason=Reason.PAUSED) for number in (1, 2)]
    flares = [Spell(ago(3), ago(1))]
    assert advise(DAILY, [*paused, Day(ago(3), 20, True)], flares=flares).target == 10
    assert advise(DAILY, paused, flares=flares).target == 10
    assert advise(DAILY, paused, flares=[Spell(ago(3))]).target == 10


def test_dose_of_one_figure_first_logged_in_a_flare_stays_fixed_after_it() -> None:
    paused = [Day(ago(2), 2, False, moved=False, reason=Reason.PAUSED)]
    assert advise(Range(2, 2), paused, flares=[Spell(ago(3), ago(1))]).reason == Reason.FIXED


def test_flare_deleted_as_a_mistake_leaves_the_target_as_it_was() -> None:
    paused = Day(ago(1), 10, False, moved=False, reason=Reason.PAUSED)
    assert advise(DAILY, [paused, *[replace(day, date=ago(2)) for day in run(20)]]).target == 20


def test_flare_before_the_last_day_is_over_and_done_with() -> None:
    assert advise(DAILY, run(20), flares=[Spell(ago(9), ago(5))]).reason == Reason.BUILDING


def test_good_days_do_not_run_on_over_a_flare() -> None:
    history = [Day(ago(1), 5, True), Day(ago(5), 5, True), Day(ago(6), 5, True)]
    assert advise(DAILY, history, flares=[Spell(ago(4), ago(2))]).good_days == 1


# The person's own choice


def test_own_choice_counts_from_its_day_on() -> None:
    for date, overruled in ((ago(0), False), (ago(1), True)):
        advice = advise(DAILY, run(8, 8, 8, overruled=overruled), choice=Choice(date, 12))
        assert (advice.target, advice.reason, advice.date) == (12, Reason.CHOSEN, date)
    assert advise(DAILY, run(8, 8, 8), choice=Choice(ago(1), 12)).reason == Reason.BUILDING
    assert advise(DAILY, [], choice=Choice(TODAY, 12)).target == 12


def test_own_choice_is_kept_within_the_range() -> None:
    assert advise(DAILY, run(8), choice=Choice(TODAY, 99)).target == 30
    assert advise(DAILY, run(8), choice=Choice(TODAY, 1)).target == 5


def test_own_choice_starts_the_run_afresh_and_the_rules_go_on_from_it() -> None:
    chosen = Choice(ago(2), 8)
    assert advise(DAILY, run(8, 8, 8), choice=chosen).good_days == 2
    first, second, third = run(8, 8, 8)
    assert advise(DAILY, [first, replace(second, overruled=True), third], choice=chosen).good_days == 1
    assert advise(DAILY, run(8, 8, 8), choice=replace(chosen, date=ago(3))).target == 10
    assert advise(DAILY, run(8, **after(Reason.RISE)), choice=chosen).target == 6


def test_own_choice_overrides_a_bad_day_before_it() -> None:
    assert advise(DAILY, run(12, **after(Reason.HIGH)), choice=Choice(TODAY, 14)).target == 14


def test_flare_and_gap_after_a_choice_halve_what_was_chosen() -> None:
    assert advise(DAILY, run(8), choice=Choice(ago(0), 20), flares=[Spell(TODAY)]).reason == Reason.PAUSED
    assert advise(DAILY, [], choice=Choice(ago(4), 20), flares=[Spell(ago(3), ago(1))]).target == 10


def test_gap_is_counted_from_the_last_day_done_and_not_from_a_choice_never_done() -> None:
    advice = advise(DAILY, [Day(ago(12), 8, True)], choice=Choice(ago(8), 20))
    assert (advice.target, advice.reason, advice.previous) == (10, Reason.GAP, 20)
    assert (advice.date, advice.gap) == (ago(12), 11)
    left_out = [Day(ago(number), 20, False, moved=False) for number in (7, 6, 5)]
    assert advise(DAILY, [Day(ago(9), 20, True), *left_out]).gap == 8


def test_choice_made_in_a_gap_holds_until_as_many_days_have_passed_again() -> None:
    done, choice = Day(ago(20), 16, True), Choice(ago(7), 14)
    assert advise(DAILY, [done], choice=choice).reason == Reason.CHOSEN
    left_out = [Day(ago(6), 14, False, moved=False, reason=Reason.CHOSEN), Day(ago(5), 14, False, moved=False)]
    assert advise(DAILY, [done, *left_out], choice=choice).target == 14
    advice = advise(DAILY, [done], choice=replace(choice, date=ago(8)))
    assert (advice.target, advice.reason, advice.gap) == (7, Reason.GAP, 19)


def test_choice_before_the_first_time_has_no_gap() -> None:
    assert advise(DAILY, [], choice=Choice(ago(30), 20)).target == 20
    left_out = Day(ago(29), 20, False, moved=False, reason=Reason.CHOSEN)
    assert advise(DAILY, [left_out], choice=Choice(ago(30), 20)).target == 20


def test_own_choice_in_a_flare_is_where_one_begins_again() -> None:
    flare = Spell(ago(5), ago(1))
    going_on = advise(DAILY, [Day(ago(6), 20, True)], choice=Choice(ago(2), 8), flares=[Spell(ago(5))])
    assert (going_on.target, going_on.reason) == (8, Reason.PAUSED)
    over = advise(DAILY, [Day(ago(6), 20, True)], choice=Choice(ago(2), 8), flares=[flare])
    assert (over.target, over.reason) == (8, Reason.CHOSEN)
    before = advise(DAILY, [Day(ago(6), 20, True)], choice=Choice(ago(5), 16), flares=[flare])
    assert (before.target, before.reason) == (8, Reason.RETURN)


def at(hour: int, date: datetime.date = TODAY) -> datetime.datetime:
    return datetime.datetime.combine(date, datetime.time(hour), datetime.UTC)


def hard_morning(hour: int = 8, **fields: Any) -> Record:
    """A morning of 6 of the day's 12, after which pain had risen from 2 to 4."""
    return Record(TODAY, 6, 6, 12, 2, 4, period="am", told=at(hour), **fields)


@pytest.mark.parametrize("days", [0, 1, 2])
@pytest.mark.parametrize(
    ("chosen", "target", "reason"), [(11, 16, Reason.CHOSEN), (9, 8, Reason.RETURN), (None, 8, Reason.RETURN)]
)
def test_choice_holds_after_a_flare_when_it_was_made_after_that_was_told(
    days: int, chosen: int | None, target: int, reason: Reason
) -> None:
    flare = Spell(ago(days), TODAY, entered=at(10))
    choice = Choice(TODAY, 16, at(chosen) if chosen else None)
    if chosen is None and days:  # a flare of several days, of which no hour is known: the choice is on a later day
        target, reason = 16, Reason.CHOSEN
    advice = advise(DAILY, [Day(ago(4), 20, True)], choice=choice, flares=[flare])
    assert (advice.target, advice.reason) == (target, reason)
    going_on = advise(DAILY, [Day(ago(4), 20, True)], choice=choice, flares=[replace(flare, last=None)])
    assert (going_on.target, going_on.reason) == (target, Reason.PAUSED)


@pytest.mark.parametrize("entered", [None, at(10, ago(1))])
def test_choice_taken_back_after_it_was_done_leaves_what_was_done(entered: datetime.datetime | None) -> None:
    done = Day(ago(1), 20, True, reason=Reason.CHOSEN)
    assert advise(DAILY, [done], flares=[Spell(ago(1), ago(1), entered=entered)]).target == 20


@pytest.mark.parametrize(("chosen", "target", "reason"), [(9, 12, Reason.CHOSEN), (7, 10, Reason.EASED)])
def test_same_number_chosen_again_after_a_hard_morning_holds_and_before_it_does_not(
    chosen: int, target: int, reason: Reason
) -> None:
    now = Situation(TODAY, choice=Choice(TODAY, 12, at(chosen)))
    evening = tonight(progression.advise(DAILY, [], now), DAILY, [hard_morning(8)], now)
    assert (evening.target, evening.reason) == (target, reason)
    tomorrow = replace(now, date=TODAY + DAY)
    advice = progression.advise(DAILY, days([hard_morning(8)], choice=now.choice), tomorrow)
    assert (advice.target, advice.reason) == (target, Reason.CHOSEN if reason == Reason.CHOSEN else Reason.RISE)


def test_last_of_two_choices_of_a_day_holds_after_the_morning_that_did_the_first() -> None:
    choice = Choice(TODAY, 12, at(14))
    morning = hard_morning(9, reason=Reason.CHOSEN)
    afternoon = Record(TODAY, 8, 8, 14, 2, 2, period="pm", reason=Reason.CHOSEN, told=at(18))
    assert days([morning, afternoon], choice=replace(choice, target=14)) == [Day(TODAY, 14, True, reason="chosen")]
    assert days([morning], choice=choice)[0].overruled


def test_evening_after_a_choice_is_judged_and_the_morning_before_it_is_not() -> None:
    choice, tomorrow = Choice(TODAY, 12, at(14)), Situation(TODAY + DAY, choice=Choice(TODAY, 12, at(14)))
    fair = Record(TODAY, 6, 6, 12, 2, 2, period="pm", reason=Reason.CHOSEN, told=at(18))
    advice = progression.advise(DAILY, days([hard_morning(), fair], choice=choice), tomorrow)
    assert (advice.target, advice.reason, advice.good_days) == (12, Reason.BUILDING, 1)
    hard = fair._replace(pain_after=7)
    advice = progression.advise(DAILY, days([hard_morning(), hard], choice=choice), tomorrow)
    assert (advice.target, advice.reason) == (10, Reason.HIGH)


def test_evening_of_a_choice_counts_with_what_it_was_given() -> None:
    records = [
        Record(TODAY, 4, 4, day_target=8, period="am"),
        Record(TODAY, 8, 8, day_target=12, period="pm", reason="chosen"),
    ]
    assert days(records) == [Day(TODAY, 12, True, reason="chosen")]


# This evening, after a hard morning


def evening(pain_before: int, pain_after: int, **fields: Any) -> Advice:
    told: dict[str, Any] = {"done": 6, "pain_before": pain_before, "pain_after": pain_after} | fields
    morning = Record(TODAY, 6, day_target=12, period="am", **told)
    return tonight(Advice(12, Reason.BUILDING, 30), DAILY, [morning], Situation(TODAY))


def test_evening_rests_after_a_morning_above_the_bands() -> None:
    advice = evening(6, 7)
    assert (advice.reason, advice.rests, advice.target) == (Reason.REST, True, 12)


def test_evening_is_a_step_less_after_a_rise_or_too_much() -> None:
    assert (evening(2, 4).reason, evening(2, 4).target, evening(2, 4).previous) == (Reason.EASED, 10, 12)
    assert evening(2, 2, felt="too_much").target == 10


def test_evening_stays_as_it_was_after_a_fair_morning() -> None:
    assert evening(5, 4).reason == evening(0, 0).reason == Reason.BUILDING
    assert tonight(Advice(12, Reason.GOAL, 30), DAILY, [], Situation(TODAY)).reason == Reason.GOAL


def test_hard_morning_of_other_exercises_rests_the_evening_and_a_rise_in_it_does_not_ease_this_one() -> None:
    advice = Advice(12, Reason.BUILDING, 30)
    hard = Record(TODAY, 0, 0, pain_before=2, pain_after=6, period="am")
    evening = tonight(advice, DAILY, [], Situation(TODAY, morning=hard))
    assert (evening.reason, evening.target, evening.trouble) == (Reason.REST, 12, hard.trouble(DEFAULT))
    assert tonight(advice, DAILY, [], Situation(TODAY, morning=hard._replace(pain_after=5))) == advice


def test_number_chosen_after_a_hard_morning_of_other_exercises_holds() -> None:
    hard = Record(TODAY, 0, 0, pain_after=7, period="am", told=at(8))
    for hour, reason in ((9, Reason.CHOSEN), (7, Reason.REST)):
        now = Situation(TODAY, choice=Choice(TODAY, 12, at(hour)), morning=hard)
        assert tonight(progression.advise(DAILY, [], now), DAILY, [], now).reason == reason


def test_evening_that_only_rested_is_as_a_day_without_a_record() -> None:
    rested = replace(Day(ago(1), 7, False, moved=False, reason=Reason.REST), trouble=after(Reason.RISE)["trouble"])
    good = [Day(ago(number), 5, True) for number in (2, 3, 4)]
    assert advise(DAILY, [rested, *good]) == advise(DAILY, good)
    assert advise(DAILY, [rested, *good[:2]]).good_days == 2
    done = replace(rested, reached=True, moved=True)
    assert advise(DAILY, [done, *good]).reason == Reason.RISE


def test_never_done_and_only_rested_is_still_the_first_time() -> None:
    rested = Day(ago(1), 5, False, moved=False, reason=Reason.REST)
    assert (advise(DAILY, [rested]).target, advise(DAILY, [rested]).reason) == (5, Reason.FIRST)


def test_weeks_of_rest_halve_a_dose_once() -> None:
    given = [Day(ago(30), 20, reached=True)]
    for day in range(29, 0, -1):
        then = advise(DAILY, given[: progression.window(DEFAULT)], date=ago(day))
        given.insert(0, Day(ago(day), then.target, reached=False, moved=False, reason=Reason.REST))
    assert {day.target for day in given} == {20, 10}
    assert advise(DAILY, given[: progression.window(DEFAULT)]).reason == Reason.GAP


def test_hard_morning_is_one_step_down_for_the_evening_and_the_next_day_together() -> None:
    records = [
        Record(ago(1), 6, 6, 12, 2, 4, period="am"),
        Record(ago(1), 4, 4, 10, 2, 2, period="pm", reason="eased"),
    ]
    assert advise(DAILY, days(records)).target == 10


def test_rest_in_the_evening_does_not_lower_the_next_days_target_to_nothing() -> None:
    records = [Record(ago(1), 3, 3, None, 6, 7, period="am"), Record(ago(1), 3, 0, None, period="pm", reason="rest")]
    assert advise(Range(2, 3), days(records)).target == 2


def test_days_come_latest_first() -> None:
    assert [day.date for day in days([Record(ago(3), 3, 3), Record(ago(1), 3, 3)])] == [ago(1), ago(3)]


spans = st.builds(
    lambda start, growth, step: Range(start, start + growth, step),
    st.integers(1, 40),
    st.integers(0, 40),
    st.integers(1, 10),
)
moments = st.integers(0, 960).map(lambda hours: at(0, TODAY - 39 * DAY) + datetime.timedelta(hours=hours))
troubles = st.none() | st.builds(
    Trouble, st.sampled_from([*EASE_OFF, Reason.LEVEL, Reason.PAIN]), st.just(TODAY), st.sampled_from(["am", "pm"])
)
histories = st.lists(
    st.builds(
        Day,
        st.dates(TODAY - 40 * DAY, TODAY - DAY),
        st.integers(0, 99),
        reached=st.booleans(),
        trouble=troubles,
        easy=st.booleans(),
        moved=st.booleans(),
        reason=st.sampled_from(["", *Reason]),
    ),
    max_size=12,
    unique_by=lambda day: day.date,
)
records = st.lists(
    st.builds(
        Record,
        st.dates(TODAY - 20 * DAY, TODAY - DAY),
        st.integers(1, 30),
        st.none() | st.integers(0, 30),
        pain_before=st.none() | st.integers(0, 10),
        pain_after=st.none() | st.integers(0, 10),
        pain_worst=st.none() | st.integers(0, 10),
        period=st.sampled_from(["am", "pm"]),
        felt=st.sampled_from(["", "easy", "right", "too_much"]),
        reason=st.sampled_from(["", *Reason]),
        told=moments,
    ),
    max_size=18,
    unique_by=lambda record: (record.date, record.period),
)
spells = st.builds(
    lambda first, length: Spell(first, first + length * DAY if length is not None else None),
    st.dates(TODAY - 30 * DAY, TODAY - DAY),
    st.none() | st.integers(0, 30),
)
choices = st.none() | st.builds(Choice, st.dates(TODAY - 30 * DAY, TODAY), st.integers(1, 99), moments)
situations = st.builds(Situation, st.just(TODAY), st.lists(spells, max_size=3), choices)
nights = st.dictionaries(st.dates(TODAY - 20 * DAY, TODAY), st.integers(0, 10))


@given(spans, histories, situations)
def test_target_never_leaves_the_range(span: Range, history: Sequence[Day], now: Situation) -> None:
    assert span.start <= progression.advise(span, history, now).target <= span.goal


@given(spans, histories, situations)
def test_target_never_rises_after_a_day_that_was_not_good(span: Range, history: Sequence[Day], now: Situation) -> None:
    advice = progression.advise(span, history, replace(now, choice=None))
    last = max((day for day in history if not day.rested), key=lambda day: day.date, default=None)
    if last and not last.good and last.reason != Reason.PAUSED and last.target >= span.start:
        assert advice.target <= last.target


@given(spans, histories, situations)
def test_target_never_rises_by_more_than_a_step(span: Range, history: Sequence[Day], now: Situation) -> None:
    advice = progression.advise(span, history, now)
    if advice.previous is not None and advice.previous >= span.start:
        assert advice.target - advice.previous <= span.step


@given(spans, records, nights, situations, st.randoms())
def test_order_in_which_the_log_arrived_does_not_matter(
    span: Range, log: list[Record], nights: Mapping[datetime.date, int], now: Situation, random: Random
) -> None:
    shuffled, flares = list(log), list(now.flares)
    random.shuffle(shuffled)
    random.shuffle(flares)
    advice = progression.advise(span, days(log, nights), now)
    assert progression.advise(span, days(shuffled, nights), replace(now, flares=flares)) == advice


@given(spans, records, nights, situations)
def test_what_lies_before_the_window_changes_nothing(
    span: Range, log: list[Record], nights: Mapping[datetime.date, int], now: Situation
) -> None:
    """One record a day, so that the window holds more days than the reach of a run."""
    daily = {record.date: record for record in log}
    latest = sorted(daily.values(), key=lambda record: record.date, reverse=True)
    old = [Record(TODAY - (40 + number) * DAY, 7, 7, pain_after=9) for number in range(3)]
    enough = [Record(TODAY - (22 + number) * DAY, 7, 7) for number in range(progression.window(DEFAULT))]
    window = (latest + enough)[: progression.window(DEFAULT)]
    everything = latest + enough + old
    assert progression.advise(span, days(everything, nights), now) == progression.advise(
        span, days(window, nights), now
    )


@given(spans, records, nights, situations, st.integers(1, 99))
def test_last_word_is_the_persons(
    span: Range, log: list[Record], nights: Mapping[datetime.date, int], now: Situation, target: int
) -> None:
    """Whatever was told before, a choice made now holds this evening and tomorrow; only a flare that goes on pauses."""
    today = [record._replace(date=TODAY, told=at(6)) for record in log[:1]]
    for date in (TODAY, TODAY + DAY):
        chosen = replace(now, date=date, choice=Choice(TODAY, target, at(12)))
        advice = progression.advise(span, days([*log, *today], nights, choice=chosen.choice), chosen)
        advice = tonight(advice, span, today if date == TODAY else [], chosen)
        assert advice.target == span.within(target)
        assert advice.reason == (Reason.PAUSED if chosen.flare() else Reason.CHOSEN)


@given(spans, records, nights, situations, st.integers(0, 10), st.booleans(), st.randoms())
def test_whole_evening_rests_after_pain_above_the_bands_whatever_was_done_that_morning(
    span: Range,
    log: list[Record],
    nights: Mapping[datetime.date, int],
    now: Situation,
    pain: int,
    among: bool,
    random: Random,
) -> None:
    """And only then; whatever the order in which all of it arrived, only a flare or a later choice coming before it."""
    morning = Record(TODAY, 0, 0, pain_after=pain, period="am", told=at(8))
    own = [morning._replace(target=span.start, done=span.start)] if among else []
    now = replace(now, morning=morning)
    random.shuffle(log)
    advice = progression.advise(span, days(log, nights, choice=now.choice), now)
    evening = tonight(advice, span, own, now)
    overruled = now.choice is not None and now.choice.follows(morning)
    hard = pain > DEFAULT.stay and not overruled and advice.reason != Reason.PAUSED
    assert (evening.reason == Reason.REST) == hard
    assert evening == (replace(advice, reason=Reason.REST, trouble=morning.trouble(DEFAULT)) if hard else advice)


@given(spans, records, nights, st.integers(1, 12), st.randoms())
def test_who_lost_a_date_is_advised_as_if_all_before_it_had_been_a_day_later(
    span: Range, log: list[Record], nights: Mapping[datetime.date, int], number: int, random: Random
) -> None:
    lost, stayed = ago(number), [record for record in log if record.date != ago(number)]
    told = {date: score for date, score in nights.items() if date != lost}
    moved = [record._replace(date=record.date + DAY) if record.date < lost else record for record in stayed]
    shifted = {date + DAY if date < lost else date: score for date, score in told.items()}
    random.shuffle(stayed)
    advice = advise(span, days(stayed, told, never=[lost]), never=[lost])
    as_if = advise(span, days(moved, shifted))
    assert (advice.target, advice.reason, advice.gap) == (as_if.target, as_if.reason, as_if.gap)


@given(spans, st.integers(0, 400), st.integers(1, 99))
def test_after_a_flare_or_a_gap_it_is_about_half(span: Range, length: int, target: int) -> None:
    target = span.within(target)
    last = Day(TODAY - (length + 2) * DAY, target, reached=True)
    flare = Spell(TODAY - (length + 2) * DAY, TODAY - DAY)
    for advice in (advise(span, [last], flares=[flare]), advise(span, [replace(last, date=TODAY - 9 * DAY)])):
        assert advice.target == max(span.start, (target + 1) // 2)


@given(spans)
def test_good_days_reach_the_goal_and_stay_there(span: Range) -> None:
    target, history = span.start, list[Day]()
    for number in range((span.goal - span.start + 1) * DEFAULT.good_days + 10):
        history.append(Day(TODAY + number * DAY, target, reached=True))
        target = advise(span, history[-8:], date=TODAY + (number + 1) * DAY).target
    assert target == span.goal


def test_a_year_of_good_days_reaches_30_and_stays() -> None:
    log, targets = list[Record](), list[int]()
    for number in range(365):
        date = TODAY + number * DAY
        target = advise(DAILY, days(log[-progression.window(DEFAULT) :]), date=date).target
        log += [Record(date, target - 2, target - 2, target, 2, 1, period="am")]
        log += [Record(date, 2, 2, target, 2, 2, period="pm")]
        targets.append(target)
    assert targets[:10] == [5, 5, 5, 7, 7, 7, 9, 9, 9, 11]
    assert targets.index(30) == 39  # 13 steps of three days each
    assert set(targets[39:]) == {30}


# Taking in


NOON = datetime.datetime(2026, 2, 10, 12, tzinfo=datetime.UTC)  # of ago(19)


LOADING = Range(12, 12)


def lapsed(span: Range = LOADING, taken: int = 19, done: Sequence[int] = (1,), *flares: Spell) -> bool:
    days = [Day(ago(number), span.start, reached=True) for number in done]
    return progression.lapsed(NOON, ago(taken), span, days, Situation(TODAY, flares))


def told(hours: int, first: int, last: int | None) -> Spell:
    ended = None if last is None else ago(last)
    return Spell(ago(first), ended, entered=NOON + datetime.timedelta(hours=hours))


def test_loading_exercise_that_is_done_stays_taken_in() -> None:
    assert not lapsed()


def test_loading_exercise_waits_again_after_a_flare_told_since() -> None:
    assert lapsed(LOADING, 19, [1], told(1, first=9, last=6))
    assert lapsed(LOADING, 19, [1], told(1, first=25, last=19))


@pytest.mark.parametrize(
    "flare",
    [
        told(-1, first=25, last=19),  # it was taken in with that in mind
        told(1, first=30, last=20),  # over by then, and told later
        told(1, first=2, last=None),  # still going on: all is paused
    ],
)
def test_flare_before_it_was_taken_in_or_still_going_on_ends_nothing(flare: Spell) -> None:
    assert not lapsed(LOADING, 19, [1], flare)


@pytest.mark.parametrize(("days", "waits"), [(7, False), (8, True)])
def test_loading_exercise_waits_again_after_a_gap(days: int, waits: bool) -> None:
    assert lapsed(done=[days]) == waits
    assert lapsed(taken=days, done=[]) == waits
    assert not lapsed(taken=3, done=[days])


def test_day_on_which_it_was_left_out_is_a_day_without_it() -> None:
    rested = [Day(ago(1), 12, reached=False, moved=False), Day(ago(9), 12, reached=True)]
    assert progression.lapsed(NOON, ago(19), LOADING, rested, Situation(TODAY))


@given(st.lists(st.integers(1, 60), max_size=5), st.integers(0, 60))
def test_dose_that_can_be_halved_never_waits_again(done: list[int], first: int) -> None:
    assert not lapsed(DAILY, 19, sorted(set(done)), told(1, first=first, last=first // 2))
