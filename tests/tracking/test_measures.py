"""One's own activities (PSFS) and the Roland-Morris questionnaire: the arithmetic, the forms and the pages."""

import datetime
import uuid
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.factories import GoalFactory, GoalScoreFactory, QuestionnaireFactory, UserFactory
from tracking import measures
from tracking.models import Goal, GoalScore, Profile, Questionnaire
from tracking.roland_morris import STATEMENTS

GOALS, ADD, RATE = (reverse(f"tracking:goal-{name}") for name in ("list", "new", "rate"))
FORMS, FILL_IN = (reverse(f"tracking:questionnaire-{name}") for name in ("list", "new"))
TODAY = datetime.date(2026, 3, 3)

pytestmark = pytest.mark.usefixtures("morning")


def key(**more: Any) -> dict[str, Any]:
    return {"key": str(uuid.uuid4())} | more


def rating(*goals: Goal, score: object = 4) -> dict[str, Any]:
    return key() | {f"score-{goal.pk}": score for goal in goals}


def of(owner: User, count: int = 1) -> list[Goal]:
    days = (TODAY - datetime.timedelta(days=30 - number) for number in range(count))
    return [GoalFactory(owner=owner, date=day) for day in days]


# The arithmetic


def test_the_questionnaire_scores_what_is_ticked() -> None:
    assert len(STATEMENTS) == measures.STATEMENTS == 24
    assert measures.roland_morris([]) == 0
    assert measures.roland_morris([1, 13, 24]) == 3
    assert measures.roland_morris(range(1, 25)) == 24


@pytest.mark.parametrize("ticked", [[0], [25], [3, 3], [-1]])
def test_statements_that_do_not_exist_or_come_twice_are_refused(ticked: list[int]) -> None:
    with pytest.raises(ValueError, match="numbered"):
        measures.roland_morris(ticked)


@pytest.mark.parametrize(("days_ago", "due"), [(None, True), (13, False), (14, True), (400, True)])
def test_it_is_asked_again_after_two_weeks(days_ago: int | None, due: bool) -> None:
    last = None if days_ago is None else TODAY - datetime.timedelta(days=days_ago)
    assert measures.due(last, TODAY, days=14) is due


# Activities


def test_an_activity_is_added_and_rated(at_home: Client, alice: Profile) -> None:
    assert at_home.post(ADD, key(activity="Lift my daughter")).status_code == 302
    (goal,) = Goal.of(alice.owner)
    assert (goal.activity, goal.date, goal.zone) == ("Lift my daughter", TODAY, "Europe/Zurich")
    page = at_home.post(RATE, rating(goal, score=0), follow=True).content.decode()
    assert "Your activities are rated." in page
    assert GoalScore.of(alice.owner).get().score == 0
    assert "How well can you do them today?" not in page


def test_sent_twice_is_stored_once(at_home: Client, alice: Profile) -> None:
    sent = key(activity="Tie my shoes")
    for _ in range(2):
        assert at_home.post(ADD, sent).status_code == 302
    (goal,) = Goal.of(alice.owner)
    sent = rating(goal)
    for _ in range(2):
        assert at_home.post(RATE, sent).status_code == 302
    assert GoalScore.of(alice.owner).count() == 1


def test_the_same_key_with_another_body_is_refused_and_kept_for_sending_again(at_home: Client, alice: Profile) -> None:
    sent = key(activity="Tie my shoes")
    at_home.post(ADD, sent)
    response = at_home.post(ADD, sent | {"activity": "Garden for an hour"})
    assert response.status_code == 409
    assert 'value="Garden for an hour"' in response.content.decode()
    assert sent["key"] not in response.content.decode()
    assert Goal.of(alice.owner).count() == 1


def test_a_fourth_activity_is_refused_and_what_was_typed_is_kept(at_home: Client, alice: Profile) -> None:
    of(alice.owner, 3)
    response = at_home.post(ADD, key(activity="Swim"))
    assert response.status_code == 422
    assert "Three at a time" in response.content.decode()
    assert Goal.of(alice.owner).count() == 3


def test_an_activity_that_is_followed_already_is_refused_next_to_its_field(at_home: Client, alice: Profile) -> None:
    at_home.post(ADD, key(activity="Tie my shoes"))
    again = at_home.post(ADD, key(activity="tie my Shoes "))
    assert again.status_code == 422
    assert again.text.count("You follow this one already.") == 2
    Goal.of(alice.owner).update(ended=TODAY)
    assert at_home.post(ADD, key(activity="Tie my shoes")).status_code == 302


def test_ending_one_makes_room_for_another(at_home: Client, alice: Profile) -> None:
    first, *_others = of(alice.owner, 3)
    for _ in range(2):
        at_home.post(reverse("tracking:goal-end", args=[first.pk]))
    assert at_home.post(ADD, key(activity="Swim")).status_code == 302
    first.refresh_from_db()
    assert first.ended == TODAY
    assert "Ended on" in at_home.get(reverse("tracking:goal-detail", args=[first.pk])).content.decode()


def test_all_activities_are_rated_together_and_the_last_rating_of_a_day_counts(at_home: Client, alice: Profile) -> None:
    goals = of(alice.owner, 3)
    at_home.post(RATE, rating(*goals, score=3))
    at_home.post(RATE, rating(*goals, score=8))
    assert list(GoalScore.of(alice.owner).kept().values_list("score", flat=True)) == [8, 8, 8]


def test_with_no_activity_there_is_nothing_to_rate(at_home: Client, alice: Profile) -> None:
    response = at_home.post(RATE, rating())
    assert response.status_code == 422
    assert "Add one first." in response.content.decode()


@pytest.mark.parametrize("score", ["", "11", "-1", "3.5", "NaN", "1e309", "true", "\0", str(2**63)])
def test_a_bad_score_is_refused_next_to_its_activity(at_home: Client, alice: Profile, score: str) -> None:
    (goal,) = of(alice.owner)
    response = at_home.post(RATE, rating(goal, score=score))
    assert response.status_code == 422
    assert "Choose a number from 0 to 10." in response.content.decode()
    assert not GoalScore.of(alice.owner).exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"activity": ""},
        {"activity": " "},
        {"activity": "x" * 121},
        {"activity": "two\nlines"},
        {"activity": "\0"},
        {"activity": "a" + "\u0301" * 40},
        {"key": "no key"},
        {"key": ""},
        {"zone": "Mars/X"},
        {"owner": "1"},
        {"ended": "2026-03-03"},
    ],
)
def test_a_bad_activity_is_refused_and_changes_nothing(at_home: Client, alice: Profile, wrong: dict[str, Any]) -> None:
    response = at_home.post(ADD, key(activity="Swim") | wrong)
    assert response.status_code == 422
    assert 'class="errors"' in response.content.decode()
    assert not Goal.of(alice.owner).exists()


def test_anothers_activity_cannot_be_rated(at_home: Client, alice: Profile) -> None:
    theirs, mine = *of(UserFactory()), *of(alice.owner)
    assert at_home.post(RATE, rating(mine, theirs)).status_code == 422
    assert not GoalScore.objects.exists()


def test_a_deleted_activity_comes_back_with_its_scores(at_home: Client, alice: Profile) -> None:
    score = GoalScoreFactory(goal=GoalFactory(owner=alice.owner), score=7)
    address = [score.goal_id]
    for _ in range(2):
        at_home.post(reverse("tracking:goal-delete", args=address))
    assert "is deleted" in at_home.get(reverse("tracking:goal-detail", args=address)).content.decode()
    assert "Lift my daughter" not in at_home.get(GOALS).content.decode()
    page = at_home.post(reverse("tracking:goal-undo", args=address), follow=True).content.decode()
    assert "It is back." in page
    assert Goal.of(alice.owner).kept().count() == 1


def test_a_deleted_activity_stays_deleted_while_three_others_are_followed(at_home: Client, alice: Profile) -> None:
    deleted, *others = of(alice.owner, 4)
    deleted.discard()
    undo = reverse("tracking:goal-undo", args=[deleted.pk])
    assert "It stays deleted" in at_home.post(undo, follow=True).content.decode()
    assert at_home.post(RATE, rating(*others)).status_code == 302
    at_home.post(reverse("tracking:goal-end", args=[others[0].pk]))
    assert "It is back." in at_home.post(undo, follow=True).content.decode()


@pytest.mark.parametrize("years", [0, 10])
def test_the_activities_cost_the_same_queries_however_much_there_is(
    at_home: Client, alice: Profile, years: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for goal in of(alice.owner, 3):
        for number in range(26 * years):
            GoalScoreFactory(goal=goal, date=TODAY - datetime.timedelta(days=14 * number + 1))
    GoalFactory.create_batch(5 * years, owner=alice.owner, ended=TODAY, date=TODAY)
    with django_assert_max_num_queries(7):
        at_home.get(GOALS)


# The questionnaire


def test_the_questionnaire_is_filled_in(at_home: Client, alice: Profile) -> None:
    page = at_home.post(FILL_IN, key(statements=["3", "24"]), follow=True).content.decode()
    assert "Your answers are saved. The score is 2 of 24." in page
    filled_in = Questionnaire.of(alice.owner).get()
    assert (filled_in.answers, filled_in.score, filled_in.date) == ([3, 24], 2, TODAY)
    detail = at_home.get(reverse("tracking:questionnaire-detail", args=[filled_in.pk])).content.decode()
    assert "Score 2 of 24" in detail
    assert "I walk more slowly than usual because of my back." in detail


def test_nothing_ticked_is_a_score_of_0(at_home: Client, alice: Profile) -> None:
    sent = key()
    for _ in range(2):
        page = at_home.post(FILL_IN, sent, follow=True).content.decode()
        assert "Saved: no sentence describes you today, which is a score of 0 of 24." in page
    assert Questionnaire.of(alice.owner).get().score == 0


def test_filled_in_again_on_a_day_the_last_counts(at_home: Client, alice: Profile) -> None:
    at_home.post(FILL_IN, key(statements=["1", "2"]))
    at_home.post(FILL_IN, key(statements=["1"]))
    assert Questionnaire.of(alice.owner).kept().get().score == 1


def test_an_earlier_questionnaire_sent_again_late_takes_no_place_back(at_home: Client, alice: Profile) -> None:
    first = key(statements=["1", "2"])
    for sent in (first, key(statements=["1"]), first):
        assert at_home.post(FILL_IN, sent).status_code == 302
    assert Questionnaire.of(alice.owner).kept().get().score == 1


@pytest.mark.parametrize(
    "wrong",
    [{"statements": ["25"]}, {"statements": ["1", "x"]}, {"statements": ["\0"]}, {"key": ""}, {"score": "0"}],
)
def test_a_bad_questionnaire_is_refused_with_its_ticks_kept(
    at_home: Client, alice: Profile, wrong: dict[str, Any]
) -> None:
    response = at_home.post(FILL_IN, key(statements=["7"]) | wrong)
    assert response.status_code == 422
    assert 'class="errors"' in response.content.decode()
    assert "statements" in wrong or 'value="7" ' in response.content.decode()
    assert not Questionnaire.of(alice.owner).exists()


def test_a_deleted_questionnaire_comes_back_unless_the_day_has_another(at_home: Client, alice: Profile) -> None:
    first = QuestionnaireFactory(owner=alice.owner, date=TODAY)
    undo = reverse("tracking:questionnaire-undo", args=[first.pk])
    at_home.post(reverse("tracking:questionnaire-delete", args=[first.pk]))
    assert "It is back." in at_home.post(undo, follow=True).content.decode()
    at_home.post(reverse("tracking:questionnaire-delete", args=[first.pk]))
    at_home.post(FILL_IN, key())
    assert "It stays deleted" in at_home.post(undo, follow=True).content.decode()


@pytest.mark.parametrize("count", [1, 130])
def test_the_questionnaires_are_paged_and_cost_the_same_queries(
    at_home: Client, alice: Profile, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        QuestionnaireFactory(owner=alice.owner, date=TODAY - datetime.timedelta(days=28 * number))
    with django_assert_max_num_queries(6):
        page = at_home.get(FORMS).content.decode()
    assert page.count("<tr>") <= 21
    assert ("page=2" in page) is (count > 20)


def test_a_month_after_the_last_one_it_is_asked_again(at_home: Client, alice: Profile) -> None:
    QuestionnaireFactory(owner=alice.owner, date=TODAY - datetime.timedelta(days=28))
    assert ">Fill it in<" in at_home.get(FORMS).content.decode()
    QuestionnaireFactory(owner=alice.owner, date=TODAY - datetime.timedelta(days=27))
    assert ">Fill it in again<" in at_home.get(FORMS).content.decode()


# Strangers


@pytest.mark.parametrize("name", ["goal-detail", "goal-end", "goal-delete", "goal-undo"])
def test_anothers_activity_is_not_found(at_home: Client, name: str) -> None:
    (theirs,) = of(UserFactory())
    method = at_home.get if name == "goal-detail" else at_home.post
    assert method(reverse(f"tracking:{name}", args=[theirs.pk])).status_code == 404
    assert Goal.objects.get().ended is Goal.objects.get().deleted_at is None


@pytest.mark.parametrize("name", ["questionnaire-detail", "questionnaire-delete", "questionnaire-undo"])
def test_anothers_questionnaire_is_not_found(at_home: Client, name: str) -> None:
    theirs = QuestionnaireFactory()
    method = at_home.get if name == "questionnaire-detail" else at_home.post
    assert method(reverse(f"tracking:{name}", args=[theirs.pk])).status_code == 404
    assert Questionnaire.objects.get().deleted_at is None
