"""The guided player: what it leads through, for whom, and what it hands to the script and to the log."""

import datetime
import json
import re
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from exercises.models import Exercise, Routine, RoutineStep
from tests.exercises.factories import ExerciseFactory, RoutineFactory
from tests.factories import SessionFactory
from tracking.models import Profile

pytestmark = pytest.mark.usefixtures("morning")
NEW = reverse("tracking:session-new")


def routine_url(slug: str = "morning-and-evening") -> str:
    return reverse("tracking:routine-practice", args=[slug])


def exercise_url(slug: str) -> str:
    return reverse("tracking:exercise-practice", args=[slug])


def data(response: Any) -> dict[str, Any]:
    """Return what the page hands to its script."""
    found = re.search(r'<script id="practice" type="application/json">(.*?)</script>', response.content.decode())
    assert found
    handed: dict[str, Any] = json.loads(found[1])
    return handed


def reps(response: Any) -> dict[str, int]:
    return {exercise["slug"]: exercise["reps"] for exercise in data(response)["exercises"]}


def chosen(response: Any) -> list[str]:
    """Return the exercises that are ticked."""
    boxes = re.findall(
        r"<input type=\"checkbox\"\s+data-exercise\s+value=\"([^\"]+)\"\s*(checked)?", str(response.content, "utf-8")
    )
    return [slug for slug, ticked in boxes if ticked]


# A stranger


def test_stranger_is_led_through_a_routine_at_the_doses_where_it_starts(client: Client, routine: Routine) -> None:
    routine.times_per_day = 2
    routine.save()
    response = client.get(routine_url())
    assert response.status_code == 200
    assert reps(response) == {"bridge": 3, "knee-to-chest": 2, "locust-pose": 1, "superman": 12}
    assert "5 today (3 now, 2 later)" in " ".join(response.content.decode().split())


def test_stranger_gets_no_cookie_and_no_cache_keeps_the_page_from_changing(client: Client, routine: Routine) -> None:
    response = client.get(routine_url())
    assert not response.cookies
    assert "max-age=0" in response["Cache-Control"]
    assert "Cookie" in response["Vary"]
    assert "csrfmiddlewaretoken" not in response.content.decode()


def test_stranger_is_asked_for_no_score(client: Client, routine: Routine) -> None:
    page = client.get(routine_url()).content.decode()
    assert page.count("data-start=") == 1
    assert "Sign up" in page


def test_page_works_as_a_list_without_script(client: Client, routine: Routine) -> None:
    page = client.get(routine_url()).content.decode()
    assert "<noscript>" in page
    for text in ("Bridge", "5\N{NO-BREAK SPACE}today", "Do movement", f'href="{NEW}?routine=morning-and-evening"'):
        assert text in page


def test_practice_of_what_is_not_there_or_retired_is_not_found(client: Client, routine: Routine) -> None:
    Exercise.objects.filter(slug="bridge").update(retired=True)
    ExerciseFactory(slug="unfinished", dose=None)
    Routine.objects.filter(pk=RoutineFactory(slug="old", exercises=[ExerciseFactory()]).pk).update(retired=True)
    RoutineFactory(slug="empty")
    for address in [*map(routine_url, ("nope", "old", "empty")), *map(exercise_url, ("nope", "bridge", "unfinished"))]:
        assert client.get(address).status_code == 404, address
    assert "bridge" not in reps(client.get(routine_url()))


@pytest.mark.parametrize("query", ["mode=nonsense", "period=noon", "mode=desk&period=%00", "mode=%F0%9F%92%A9"])
def test_what_the_address_asks_badly_is_passed_over(client: Client, at_home: Client, query: str) -> None:
    assert at_home.get(f"{routine_url()}?{query}").status_code == 200
    assert client.get(f"{routine_url()}?{query}").status_code == 200


# A person


def test_person_gets_the_targets_of_the_log(at_home: Client, alice: Profile, routine: Routine) -> None:
    earlier = SessionFactory(
        owner=alice.owner,
        routine=routine,
        date=datetime.date(2026, 3, 3),
        period="am",
        exercises=[(Exercise.objects.get(slug="bridge"), 3, 4)],
    )
    response = at_home.get(f"{routine_url()}?period=pm")
    log = at_home.get(f"{NEW}?period=pm")
    proposed = {name: reps for name, reps in log.context["form"].initial.items() if name.startswith("done-")}
    assert earlier.period == "am"
    assert reps(response)["bridge"] == proposed["done-bridge"] == 1
    assert reps(response)["knee-to-chest"] == proposed["done-knee-to-chest"] == 2


def test_person_starts_by_a_score_or_without(at_home: Client) -> None:
    page = at_home.get(routine_url()).content.decode()
    assert re.findall(r'data-start="(\d*)"', page) == [*map(str, range(11)), ""]


def test_precautions_and_opt_in_are_left_out_until_chosen(at_home: Client, alice: Profile) -> None:
    alice.precautions = ["disc"]
    alice.save()
    response = at_home.get(routine_url())
    assert chosen(response) == ["bridge", "knee-to-chest"]
    assert "Left out because you told us: disc problem." in response.content.decode()
    assert data(response)["exercises"][2]["segments"]  # so that it can be included


def test_daily_dose_that_is_done_has_nothing_to_play(at_home: Client, alice: Profile, routine: Routine) -> None:
    SessionFactory(
        owner=alice.owner,
        routine=routine,
        date=datetime.date(2026, 3, 3),
        period="am",
        exercises=[(Exercise.objects.get(slug="bridge"), 3, 5)],
    )
    response = at_home.get(f"{routine_url()}?period=pm")
    assert data(response)["exercises"][0]["segments"] == []
    assert chosen(response) == ["knee-to-chest", "locust-pose"]


def test_persons_page_is_kept_by_no_cache(at_home: Client) -> None:
    assert "no-store" in at_home.get(routine_url())["Cache-Control"]


def test_two_people_in_one_browser_do_not_share_a_practice(at_home: Client, alice: Profile, client: Client) -> None:
    mine = data(at_home.get(routine_url()))["owner"]
    client.logout()
    assert mine == str(alice.owner.pk)
    assert data(client.get(routine_url()))["owner"] == ""


def facts(response: Any) -> str:
    """Return what the page says above the exercises: how many, how long, what is left out."""
    header = response.content.decode().partition('<header class="stack" data-before>')[2].partition("</header>")[0]
    header = re.sub(r'<a href="[^"]*\?[^"]*">.*?</a>', "", header)  # the other modes
    shown = re.sub(r"<p[^>]* hidden>.*?</p>", "", header, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", "", shown).split())


def test_only_what_is_ticked_is_counted_and_the_rest_is_named(
    client: Client, at_home: Client, alice: Profile, routine: Routine
) -> None:
    assert "3 exercises, about" in facts(client.get(routine_url()))
    assert facts(client.get(routine_url())).endswith("Left out: Superman.")
    alice.precautions = ["disc"]
    alice.save()
    SessionFactory(
        owner=alice.owner,
        routine=routine,
        date=datetime.date(2026, 3, 3),
        period="am",
        exercises=[(Exercise.objects.get(slug="bridge"), 3, 5)],
    )
    response = at_home.get(f"{routine_url()}?period=pm")
    assert "1 exercise, about" in facts(response)
    assert facts(response).endswith("Left out: Locust pose, Superman. Done for today: Bridge.")
    assert data(response)["counts"][:3] == ["0 exercises", "1 exercise", "2 exercises"]


def test_links_between_the_forms_keep_the_slot(at_home: Client, full: Routine) -> None:
    whole = at_home.get(f"{routine_url()}?period=am").content.decode()
    assert whole.count('href="?period=am&amp;mode=short"') == 2  # one of them after a high score
    short = at_home.get(f"{routine_url()}?mode=short&period=am").content.decode()
    assert f'href="{routine_url()}?period=am"' in short


def test_high_score_has_something_smaller_to_offer(at_home: Client, full: Routine) -> None:
    response = at_home.get(routine_url())
    offered = response.content.decode().partition("data-high")[2].partition("</section>")[0]
    assert data(response)["highPain"] == 7
    for text in ("That is a lot", 'href="/spasm/"', "mode=short", "Start all the same"):
        assert text in offered


def test_end_of_a_practice_leads_on_to_today_or_to_the_first_page(client: Client, at_home: Client) -> None:
    end = at_home.get(routine_url()).content.decode().partition('id="end"')[2]
    assert "To today" in end
    client.logout()
    assert "To the first page" in client.get(routine_url()).content.decode().partition('id="end"')[2]


# Modes


@pytest.fixture
def full(routine: Routine) -> Routine:
    """The routine with all that its short form may take."""
    routine.times_per_day = 2
    routine.save()
    for order, slug in enumerate(("lower-back-rotation", "lower-back-flexibility", "cat-stretch"), 10):
        precautions = ["disc"] if slug == "lower-back-rotation" else []
        RoutineStep.objects.create(
            routine=routine, exercise=ExerciseFactory(slug=slug, precautions=precautions), order=order
        )
    return routine


def test_short_form_is_three_exercises_and_logs_the_others_as_left_out(client: Client, full: Routine) -> None:
    handed = data(client.get(f"{routine_url()}?mode=short"))
    assert [e["slug"] for e in handed["exercises"]] == ["lower-back-rotation", "lower-back-flexibility", "cat-stretch"]
    assert handed["others"] == ["bridge", "knee-to-chest", "locust-pose", "superman"]


def test_short_form_replaces_what_is_better_left_out(at_home: Client, full: Routine, alice: Profile) -> None:
    alice.precautions = ["disc"]
    alice.save()
    assert list(reps(at_home.get(f"{routine_url()}?mode=short"))) == ["bridge", "lower-back-flexibility", "cat-stretch"]


def test_short_form_stays_where_the_doses_start(at_home: Client, full: Routine, alice: Profile) -> None:
    cat = Exercise.objects.get(slug="cat-stretch")
    cat.dose.reps_max = 20
    cat.dose.save()
    for day in range(1, 4):
        SessionFactory(
            owner=alice.owner,
            routine=full,
            date=datetime.date(2026, 2, 27) + datetime.timedelta(days=day),
            pain_before=2,
            pain_after=1,
            exercises=[(cat, 10, 10)],
        )
    assert reps(at_home.get(routine_url()))["cat-stretch"] > 10
    assert reps(at_home.get(f"{routine_url()}?mode=short"))["cat-stretch"] == 10


def test_desk_mode_is_what_fits_a_workplace(client: Client, db: None) -> None:
    RoutineFactory(
        slug="prevention", exercises=[ExerciseFactory(slug="bridge"), ExerciseFactory(slug="hip-flexor-stretch")]
    )
    response = client.get(f"{routine_url('prevention')}?mode=desk")
    assert list(reps(response)) == ["hip-flexor-stretch"]
    assert "needs room to kneel" in response.content.decode()


def test_modes_that_a_routine_has_are_offered_before_it_starts(client: Client, full: Routine) -> None:
    kneeling = ExerciseFactory(slug="hip-flexor-stretch")
    RoutineFactory(slug="prevention", exercises=[ExerciseFactory(slug="plank"), kneeling])
    RoutineFactory(slug="kneeling", exercises=[kneeling])

    def offered(address: str) -> list[str]:
        header = client.get(address).content.decode().partition("data-before>")[2].partition("</header>")[0]
        return re.findall(r"mode=(\w+)", header)

    assert offered(routine_url()) == ["short"]
    assert offered(routine_url("prevention")) == ["desk"]
    assert offered(routine_url("kneeling")) == []
    assert offered(f"{routine_url()}?mode=short") == []
    assert "Do the whole routine" in client.get(f"{routine_url()}?mode=short").content.decode()


def test_short_form_of_which_everything_is_left_out_is_the_whole_routine(
    at_home: Client, full: Routine, alice: Profile
) -> None:
    alice.precautions = ["disc"]
    alice.save()
    Exercise.objects.update(precautions=["disc"])
    response = at_home.get(f"{routine_url()}?mode=short")
    assert (len(reps(response)), chosen(response)) == (7, [])


def test_mode_that_a_routine_does_not_have_is_the_whole_routine(client: Client, routine: Routine) -> None:
    RoutineFactory(slug="other", exercises=[ExerciseFactory(slug="plank")])
    for mode in ("short", "desk"):
        assert list(reps(client.get(f"{routine_url('other')}?mode={mode}"))) == ["plank"]


# One exercise


def test_stranger_practises_one_exercise_with_its_whole_dose(client: Client, routine: Routine) -> None:
    response = client.get(exercise_url("bridge"))
    assert reps(response) == {"bridge": 5}
    page = response.content.decode()
    assert sorted(data(response)["others"]) == ["knee-to-chest", "locust-pose", "superman"]
    assert f'data-log="{NEW}?routine=morning-and-evening"' in page
    assert 'data-next="/accounts/signup/"' in page.partition('id="end"')[2]


def test_person_practises_one_exercise_and_logs_it_with_a_routine(at_home: Client, routine: Routine) -> None:
    response = at_home.get(exercise_url("bridge"))
    assert reps(response) == {"bridge": 3}
    assert sorted(data(response)["others"]) == ["knee-to-chest", "locust-pose", "superman"]
    log = f"{NEW}?routine=morning-and-evening&amp;period=am&amp;date=2026-03-03"
    assert f'data-log="{log}"' in response.content.decode()


def test_exercise_of_no_routine_is_practised_and_not_logged(client: Client, at_home: Client, routine: Routine) -> None:
    plank = ExerciseFactory(slug="plank", dose__reps_min=4)
    RoutineStep.objects.create(routine=routine, exercise=plank, retired=True)
    RoutineFactory(slug="old", exercises=[plank], retired=True)
    for response in (at_home.get(exercise_url("plank")), client.get(exercise_url("plank"))):
        assert (reps(response), data(response)["others"]) == ({"plank": 4}, [])
        assert 'data-log=""' in response.content.decode()


def test_single_exercise_that_is_left_out_says_why_and_what_to_do_instead(
    at_home: Client, alice: Profile, routine: Routine
) -> None:
    alice.precautions = ["disc"]
    alice.save()
    Exercise.objects.filter(slug="locust-pose").update(instead="Do the *bridge*.")
    response = at_home.get(exercise_url("locust-pose"))
    page = response.content.decode()
    gate = page.partition("data-gate")[2].partition("</section>")[0]
    for text in ("Left out because you told us: disc problem.", "Do the <em>bridge</em>.", "Do it anyway"):
        assert text in gate
    assert re.search(r"data-begin hidden", page)
    assert facts(response) == "Back to the description " + Exercise.objects.get(slug="locust-pose").name
    assert chosen(response) == []


def test_single_exercise_that_waits_to_be_chosen_has_been_chosen(client: Client, routine: Routine) -> None:
    response = client.get(exercise_url("superman"))
    assert chosen(response) == ["superman"]
    assert "data-gate" not in response.content.decode()


def test_single_exercise_that_is_done_for_today_does_not_ask_for_a_score(
    at_home: Client, alice: Profile, routine: Routine
) -> None:
    SessionFactory(
        owner=alice.owner,
        routine=routine,
        date=datetime.date(2026, 3, 3),
        period="am",
        exercises=[(Exercise.objects.get(slug="bridge"), 3, 5)],
    )
    page = at_home.get(f"{exercise_url('bridge')}?period=pm").content.decode()
    assert "Nothing is left to do of this today." in page.partition("data-gate")[2].partition("</section>")[0]
    assert re.search(r"data-begin hidden", page)


# What it costs


def test_stranger_costs_a_fixed_number_of_queries(
    client: Client, routine: Routine, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for url, cold in ((routine_url(), 4), (exercise_url("bridge"), 2)):
        with django_assert_num_queries(cold):
            first = client.get(url)
        with django_assert_num_queries(1):
            assert client.get(url).content == first.content


def test_strangers_share_one_copy_a_mode(client: Client, full: Routine) -> None:
    whole, short = client.get(routine_url()).content, client.get(f"{routine_url()}?mode=short").content
    assert whole != short
    assert client.get(f"{routine_url()}?period=pm&mode=short").content == short
    for query in ("mode=nonsense", "period=pm", "mode=SHORT&x=1", "mode%3Dshort=1", "mode%3Dshort=mode%3Dshort"):
        assert client.get(f"{routine_url()}?{query}").content == whole
    assert len(caches["pages"]._cache) == 2  # type: ignore[attr-defined]


@pytest.mark.parametrize("days", [0, 40])
def test_person_costs_a_fixed_number_of_queries(
    at_home: Client, alice: Profile, routine: Routine, days: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    done = [(exercise, 3, 3) for exercise in Exercise.objects.all()]
    for day in range(days):
        date = datetime.date(2026, 3, 2) - datetime.timedelta(days=day)
        SessionFactory(owner=alice.owner, routine=routine, date=date, exercises=done)
    for url, cold, kept in ((routine_url(), 8, 6), (exercise_url("bridge"), 7, 7)):
        with django_assert_num_queries(cold):
            at_home.get(url)
        with django_assert_num_queries(kept):
            at_home.get(url)


# What it hands to the log


def test_log_is_filled_in_with_what_was_done(at_home: Client) -> None:
    counted = "done-bridge=2&done-knee-to-chest=0&done-superman=4"
    form = at_home.get(f"{NEW}?period=am&routine=morning-and-evening&{counted}").context["form"]
    assert {slug: form[f"done-{slug}"].value() for slug in ("bridge", "knee-to-chest", "superman", "locust-pose")} == {
        "bridge": 2,
        "knee-to-chest": 0,
        "superman": 4,
        "locust-pose": 1,
    }


@pytest.mark.parametrize(
    "query",
    [
        "pain_before=3",  # an address is written to logs: pain comes behind the #
        *(f"done-bridge={value}" for value in ("-1", "9999999", "two", "1e3", "%F0%9F%92%A9")),
        "done-nobody=3&note=typed&key=1&version=7&owner=1",
    ],
)
def test_log_passes_over_what_a_field_would_refuse(at_home: Client, query: str) -> None:
    form = at_home.get(f"{NEW}?period=am&{query}").context["form"]
    assert form["pain_before"].value() in (None, "")
    assert form["done-bridge"].value() == 3
    assert not form["note"].value()
    assert form["version"].value() is None
