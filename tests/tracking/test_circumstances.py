"""What bears on a person's day beside the sessions, in one query."""

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from pytest_django import DjangoAssertNumQueries

from tests.exercises.factories import ExerciseFactory
from tests.factories import (
    CheckInFactory,
    DoseChoiceFactory,
    FlareFactory,
    GoalFactory,
    GoalScoreFactory,
    PauseFactory,
    QuestionnaireFactory,
    ScreeningFactory,
    SessionFactory,
    UserFactory,
)
from tracking.circumstances import Circumstances, Screened
from tracking.days import Choice
from tracking.models import CheckIn, ExerciseChoice, Flare
from tracking.progression import Spell

TODAY = datetime.date(2026, 3, 3)


def ago(days: int) -> datetime.date:
    return TODAY - datetime.timedelta(days=days)


@pytest.fixture
def anna(db: None) -> User:
    return UserFactory()


def test_person_who_told_nothing_has_plain_circumstances(anna: User) -> None:
    assert Circumstances.of(anna, TODAY) == Circumstances(TODAY)


def test_everything_comes_in_one_query(anna: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    flare = FlareFactory(owner=anna, date=ago(2), pain=8)
    pause = PauseFactory(owner=anna, date=ago(9), until=ago(5))
    CheckInFactory(owner=anna, date=ago(1), kind="night", pain=0)
    bridge, superman, locust = ExerciseFactory(), ExerciseFactory(), ExerciseFactory()
    DoseChoiceFactory(owner=anna, exercise=bridge, date=ago(4), target=12)
    taken = ExerciseChoice.objects.create(owner=anna, exercise=superman, opted_in=True)
    ExerciseChoice.objects.create(owner=anna, exercise=bridge, instead=locust)
    ScreeningFactory(owner=anna, date=ago(2), outcome="urgent")
    GoalFactory(owner=anna, ended=TODAY)
    for days in (40, 20):
        GoalScoreFactory(goal=GoalFactory(owner=anna, date=ago(90)), date=ago(days))
        QuestionnaireFactory(owner=anna, date=ago(days))
    with django_assert_num_queries(1):
        found = Circumstances.of(anna, TODAY)
    assert found == Circumstances(
        TODAY,
        flares=(Spell(ago(2), None, 8, flare.pk),),
        pauses=(Spell(ago(9), ago(5), None, pause.pk),),
        nights={ago(1): 0},
        chosen={bridge.pk: Choice(ago(4), 12)},
        opted_in={superman.pk: found.opted_in[superman.pk]},
        swaps={bridge.pk: locust.pk},
        screened=Screened(ago(2), "urgent"),
        rated=frozenset({ago(40), ago(20)}),
        filled_in=ago(20),
    )
    assert abs(found.opted_in[superman.pk] - taken.changed_at) < datetime.timedelta(milliseconds=1)
    assert found.flare
    assert (found.flare.id, found.flare.days(TODAY)) == (flare.pk, 3)
    assert found.pause is None


def test_open_flare_counts_however_long_ago_it_began(anna: User) -> None:
    FlareFactory(owner=anna, date=ago(2000))
    assert Circumstances.of(anna, TODAY).flare == Circumstances.of(anna, TODAY).flares[0]


def test_flare_is_over_on_the_day_it_ended_and_was_open_before(anna: User) -> None:
    FlareFactory(owner=anna, date=ago(4), ended=ago(1))
    open_on = [bool(Circumstances.of(anna, ago(days)).flare) for days in (5, 4, 2, 1, 0)]
    assert open_on == [False, True, True, False, False]


def test_pause_is_in_force_from_its_first_to_its_last_day(anna: User) -> None:
    PauseFactory(owner=anna, date=ago(3), until=ago(1))
    in_force = [bool(Circumstances.of(anna, ago(days)).pause) for days in (4, 3, 1, 0)]
    assert in_force == [False, True, True, False]


def test_old_spells_and_nights_are_not_read(anna: User) -> None:
    for days in (40, 50, 60):
        FlareFactory(owner=anna, date=ago(days), ended=ago(days))
        PauseFactory(owner=anna, date=ago(days))
        CheckInFactory(owner=anna, date=ago(days), kind="night")
    assert Circumstances.of(anna, TODAY) == Circumstances(TODAY)


def test_night_comes_before_a_check_in_and_the_earliest_before_noon_before_later_ones(anna: User) -> None:
    CheckInFactory(owner=anna, date=ago(1), time=datetime.time(6), pain=7)
    CheckInFactory(owner=anna, date=ago(1), kind="night", time=datetime.time(8), pain=2)
    CheckInFactory(owner=anna, date=TODAY, time=datetime.time(9), pain=4)
    CheckInFactory(owner=anna, date=TODAY, time=datetime.time(7), pain=3)
    CheckInFactory(owner=anna, date=ago(2), time=datetime.time(12), pain=6)
    assert Circumstances.of(anna, TODAY).nights == {ago(1): 2, TODAY: 3}


def test_morning_session_comes_before_a_check_in_and_after_a_night(anna: User) -> None:
    for days in (1, 2):
        SessionFactory(owner=anna, date=ago(days), period="am", pain_before=2)
        CheckInFactory(owner=anna, date=ago(days), time=datetime.time(11), pain=6)
    CheckInFactory(owner=anna, date=ago(2), kind="night", pain=3)
    SessionFactory(owner=anna, date=ago(3), period="pm", pain_before=5)
    found = Circumstances.of(anna, TODAY)
    assert (found.nights, found.mornings) == ({ago(2): 3}, {ago(1): 2, ago(2): 2})


def test_night_without_a_score_is_no_score(anna: User) -> None:
    CheckInFactory(owner=anna, date=TODAY, kind=CheckIn.Kind.NIGHT, pain=None)
    assert Circumstances.of(anna, TODAY).nights == {}


def test_last_dose_chosen_of_each_exercise_counts_up_to_the_day(anna: User) -> None:
    bridge, cat = ExerciseFactory(), ExerciseFactory()
    DoseChoiceFactory(owner=anna, exercise=bridge, date=ago(9), target=8)
    DoseChoiceFactory(owner=anna, exercise=bridge, date=ago(3), target=9)
    DoseChoiceFactory(owner=anna, exercise=bridge, date=ago(3), target=11)
    DoseChoiceFactory(owner=anna, exercise=cat, date=ago(400), target=4)
    assert Circumstances.of(anna, TODAY).chosen == {bridge.pk: Choice(ago(3), 11), cat.pk: Choice(ago(400), 4)}
    assert Circumstances.of(anna, ago(5)).chosen[bridge.pk] == Choice(ago(9), 8)


def test_last_screening_counts(anna: User) -> None:
    ScreeningFactory(owner=anna, date=ago(8), outcome="emergency")
    ScreeningFactory(owner=anna, date=ago(1))
    assert Circumstances.of(anna, TODAY).screened == Screened(ago(1), "clear")


def test_what_was_deleted_and_what_others_told_does_not_count(anna: User) -> None:
    deleted = [
        FlareFactory(owner=anna, date=ago(3)),
        PauseFactory(owner=anna, date=ago(3)),
        CheckInFactory(owner=anna, date=ago(3), kind="night"),
        DoseChoiceFactory(owner=anna, date=ago(3)),
        ScreeningFactory(owner=anna, date=ago(3)),
        GoalFactory(owner=anna, date=ago(3)),
        QuestionnaireFactory(owner=anna, date=ago(3)),
    ]
    for entry in deleted:
        entry.discard()
    mallory = UserFactory()
    for factory in (FlareFactory, PauseFactory, CheckInFactory, DoseChoiceFactory, ScreeningFactory, GoalFactory):
        factory(owner=mallory, date=ago(1))
    QuestionnaireFactory(owner=mallory, date=ago(1))
    ExerciseChoice.objects.create(owner=mallory, exercise=ExerciseFactory(), opted_in=True)
    assert Circumstances.of(anna, TODAY) == Circumstances(TODAY)


def test_deleted_last_choice_gives_way_to_the_one_before(anna: User) -> None:
    bridge = ExerciseFactory()
    DoseChoiceFactory(owner=anna, exercise=bridge, date=ago(9), target=8)
    DoseChoiceFactory(owner=anna, exercise=bridge, date=ago(1), target=20).discard()
    assert Circumstances.of(anna, TODAY).chosen == {bridge.pk: Choice(ago(9), 8)}


def test_a_deleted_rating_gives_way_to_the_one_before(anna: User) -> None:
    goal = GoalFactory(owner=anna, date=ago(90))
    GoalScoreFactory(goal=goal, date=ago(40))
    GoalScoreFactory(goal=goal, date=ago(2)).discard()
    assert Circumstances.of(anna, TODAY).rated == {ago(40)}


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        ({}, set()),
        ({"rated": {None}}, {"goals"}),
        ({"rated": {ago(13), ago(14)}}, {"goals"}),
        ({"rated": {ago(13)}, "filled_in": ago(27)}, set()),
        ({"rated": {ago(400)}, "filled_in": ago(28)}, {"goals", "questionnaire"}),
        ({"filled_in": ago(55)}, {"questionnaire"}),
        ({"filled_in": ago(56)}, set()),  # it is optional: who lets it pass is left alone
        ({"rated": {None}, "flares": (Spell(ago(1), None),)}, set()),
        ({"rated": {None}, "flares": (Spell(ago(2), ago(1)),)}, {"goals"}),
        ({"rated": {None}, "pauses": (Spell(ago(1), TODAY),)}, set()),
        ({"rated": {None}, "screened": Screened(ago(1), "urgent")}, set()),
        ({"rated": {None}, "screened": Screened(ago(1), "clear")}, {"goals"}),
    ],
)
def test_measures_are_asked_for_when_they_fall_due_and_nothing_else_matters_more(
    told: dict[str, Any], asked: set[str]
) -> None:
    assert Circumstances(TODAY, **told).asked == asked


def test_what_is_read_does_not_grow_with_the_history(anna: User) -> None:
    FlareFactory.create_batch(3, owner=anna, date=ago(1), ended=ago(1))
    for days in range(3, 300, 3):
        FlareFactory(owner=anna, date=ago(days), ended=ago(days - 1))
        CheckInFactory(owner=anna, date=ago(days), kind="night")
    found = Circumstances.of(anna, TODAY)
    assert Flare.objects.count() == 102
    assert len(found.flares) <= 3 + 11
    assert len(found.nights) <= 11
