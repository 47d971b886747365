"""Today, and the sessions: logged, looked at, mended, taken back."""

import datetime
import re
import uuid
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags
from pytest_django import DjangoAssertNumQueries

from exercises.models import Exercise, Routine
from tests.exercises.factories import ExerciseFactory, RoutineFactory
from tests.factories import SessionFactory, UserFactory
from tracking.models import Profile, Session, SessionExercise

pytestmark = pytest.mark.usefixtures("morning")

TODAY, HISTORY, NEW = reverse("tracking:today"), reverse("tracking:session-list"), reverse("tracking:session-new")
TUESDAY = datetime.date(2026, 3, 3)
WITH_HISTORY = pytest.mark.parametrize("days", [0, 2, 400])


def typed(**changes: Any) -> dict[str, Any]:
    """What a browser sends for this morning."""
    sent = {"date": "2026-03-03", "period": "am", "key": str(uuid.uuid4()), "zone": "Europe/Zurich"}
    sent |= {"routine": "morning-and-evening", "pain_before": "6", "pain_after": "4", "note": "Stiff at first."}
    sent |= {"done-bridge": "3", "done-knee-to-chest": "2", "done-locust-pose": "", "done-superman": ""}
    sent |= {"pain_worst": ""} | {f"felt-{name.removeprefix('done-')}": "" for name in sent if name.startswith("done-")}
    return sent | changes


def log(client: Client, **changes: Any) -> Session:
    sent = typed(**changes)
    response = client.post(NEW, sent)
    assert response.status_code == 302, response.content.decode()
    return Session.objects.get(key=sent["key"])


def edited(client: Client, session: Session, **changes: Any) -> Any:
    return client.post(address("edit", session), typed(key=session.key, version=session.version) | changes)


def address(name: str, session: Session) -> str:
    return reverse(f"tracking:session-{name}", args=[session.pk])


def live(profile: Profile, days: int) -> None:
    """Fill the days before today, mornings and evenings."""
    sessions = [
        SessionFactory.build(owner=profile.owner, routine=profile.morning_routine, date=date, period=period)
        for date in (TUESDAY - datetime.timedelta(days=number) for number in range(1, days + 1))
        for period in ("am", "pm")
    ]
    Session.objects.bulk_create(sessions)
    exercises = list(Exercise.objects.all())
    rows = [
        SessionExercise(owner=profile.owner, session=session, exercise=one, date=session.date, target=2, done=2)
        for session in sessions
        for one in exercises
    ]
    SessionExercise.objects.bulk_create(rows)


def says(response: Any, *sentences: str) -> bool:
    text = " ".join(response.content.decode().split())
    return all(sentence in text for sentence in sentences)


# Today


def test_first_day_is_welcoming_and_shows_where_to_begin(at_home: Client) -> None:
    response = at_home.get(TODAY)
    assert says(response, "Welcome.", "This morning", "This evening", "Targets for this morning")
    assert says(response, "5 today (3 now, 2 later)", "Start with 5 a day. The goal is 30, and there is no hurry.")
    assert not says(response, "still open")


def test_done_half_shows_its_pain_and_the_other_one_waits(at_home: Client) -> None:
    session = log(at_home)
    response = at_home.get(TODAY)
    assert says(response, "6 → 4", session.get_absolute_url(), "Targets for this evening", "5 today (3 done, 2 to go)")
    assert says(response, "Pain 6 → 4", "period=pm")
    assert not says(response, '?period=am"')


def test_both_halves_done_leave_nothing_to_press(at_home: Client) -> None:
    log(at_home)
    log(at_home, period="pm", pain_before="4", pain_after="0", **{"done-bridge": "2"})
    response = at_home.get(TODAY)
    assert says(response, "6 → 4", "4 → 0", "5 today (all done)")
    assert '?period=pm"' not in response.content.decode()


def test_evening_after_a_hard_morning_is_for_rest(at_home: Client) -> None:
    log(at_home, pain_before="3", pain_after="7")
    page = at_home.get(TODAY).content.decode()
    assert page.count("Rest this evening") == page.count(f"{reverse('tracking:rules')}#evening") == 1
    assert "Resting this evening" in page
    assert "Targets for this evening" not in page
    evening = page.partition('id="half-pm"')[2].partition("</section>")[0]
    practice = f"{reverse('tracking:routine-practice', args=['morning-and-evening'])}?period=pm"
    assert "Rest this evening: pain reached 7 this morning, which is above 5." in evening
    assert evening.index("Log how it is") < evening.index(practice) < evening.index("Do some of it all the same")
    assert "Start" not in evening
    why = "Left out in the evening: pain reached 7 in the morning, which is above 5."
    assert says(at_home.get(practice), "Rest is a good choice now.", why)
    assert not says(at_home.get(practice), "The short form")
    log_form = at_home.get(f"{reverse('tracking:session-new')}?period=pm")
    assert says(log_form, f"{why} Your scores are enough.")
    assert not says(log_form, "Filled in with your targets")
    assert says(at_home.get(reverse("tracking:target-detail", args=["bridge"])), "Rest this evening: pain reached 7")
    Routine.objects.update(retired=True)
    evening = at_home.get(TODAY).content.decode().partition('id="half-pm"')[2]
    assert "Log how it is" in evening
    assert practice not in evening


def test_evening_of_other_exercises_rests_too_and_a_morning_moved_to_the_evening_does_not_rest_itself(
    at_home: Client,
) -> None:
    stretch = ExerciseFactory(slug="cat-stretch")
    stretches = RoutineFactory(slug="stretches", exercises=[stretch])
    Profile.objects.update(evening_routine=stretches)
    session = log(at_home, pain_before="3", pain_after="7")
    evening = at_home.get(TODAY).content.decode().partition('id="half-pm"')[2].partition("</section>")[0]
    assert "Rest this evening: pain reached 7 this morning, which is above 5." in evening
    sent = {"routine": "stretches", "done-cat-stretch": "0", "felt-cat-stretch": ""}
    sent |= {name: value for name, value in typed(pain_after="7").items() if "-" not in name and name != "routine"}
    sent |= {"period": "pm"}
    rested = at_home.post(NEW, sent)
    assert rested.status_code == 302
    assert SessionExercise.objects.get(exercise=stretch).reason == "rest"
    Session.objects.get(key=sent["key"]).discard()
    changed = at_home.post(address("edit", session), sent | {"key": session.key, "version": session.version})
    assert changed.status_code == 302
    assert SessionExercise.objects.get(session=session, exercise=stretch).reason == "first"


def test_starting_comes_before_logging_without_the_timer(at_home: Client) -> None:
    page = at_home.get(TODAY).content.decode().partition('<div class="split">')[2]
    buttons = re.findall(r'<a class="(button[^"]*)"\s+href="([^"]+)"', page)
    practice = reverse("tracking:routine-practice", args=["morning-and-evening"])
    assert [(" ".join(kind.split()), link) for kind, link in buttons] == [
        ("button button--big", f"{practice}?period=am"),
        ("button button--quiet button--big", f"{practice}?period=pm"),
    ]
    assert page.count("Log it without the timer") == 2


def test_both_halves_done_ask_for_nothing_more_of_a_daily_dose(at_home: Client) -> None:
    log(at_home)
    log(at_home, period="pm", **{"done-bridge": "1"})
    response = at_home.get(TODAY)
    assert says(response, "4 of 5 done")
    assert not says(response, "to go")


def test_unplanned_evening_leaves_the_mornings_targets(at_home: Client) -> None:
    Profile.objects.update(evening_routine=None, precautions=["disc"])
    log(at_home)
    log(at_home, period="pm")
    assert says(at_home.get(TODAY), "2 times each side", "Left out because you told us: disc problem.")


def test_marked_and_opt_in_exercises_are_left_out_with_the_reason(at_home: Client, alice: Profile) -> None:
    alice.precautions = ["disc"]
    alice.save()
    response = at_home.get(TODAY)
    assert says(response, "Left out because you told us: disc problem.", "Left out until you choose it")


def test_last_fourteen_days_are_dots_with_words(at_home: Client, alice: Profile) -> None:
    SessionFactory(owner=alice.owner, date=TUESDAY, period="am")
    SessionFactory(owner=alice.owner, date=TUESDAY - datetime.timedelta(days=13), period="pm")
    SessionFactory(owner=alice.owner, date=TUESDAY - datetime.timedelta(days=14), period="pm")
    response = at_home.get(TODAY)
    assert response.content.count(b'class="dot dot--') == 14
    assert says(
        response,
        "Mornings logged: 1. Evenings logged: 1.",
        "Tuesday 3 March: morning",
        "Wednesday 18 February: evening",
    )


def test_yesterdays_open_slots_are_offered(at_home: Client, alice: Profile) -> None:
    SessionFactory(owner=alice.owner, date=TUESDAY - datetime.timedelta(days=1), period="am")
    response = at_home.get(TODAY)
    assert says(response, "Yesterday evening is still open.", "period=pm&amp;date=2026-03-02")
    assert not says(response, "Yesterday morning is still open.")


def test_day_before_the_start_is_not_offered(at_home: Client, alice: Profile) -> None:
    Profile.objects.update(started=TUESDAY)
    assert not says(at_home.get(TODAY), "still open")


def test_empty_slots_are_not_missed(at_home: Client) -> None:
    Profile.objects.update(morning_routine=None, evening_routine=None)
    response = at_home.get(TODAY)
    assert says(response, "Nothing planned.", "Nothing is planned for your days.", "Plan your day")
    assert not says(response, "still open")


def test_deleted_session_leaves_its_half_waiting(at_home: Client) -> None:
    log(at_home).discard()
    assert says(at_home.get(TODAY), f"{NEW}?period=am")


def test_today_follows_the_device(at_home: Client) -> None:
    at_home.cookies["zone"] = "Pacific%2FKiritimati"
    with time_machine.travel("2026-03-03T11:00:00+00:00", tick=False):
        assert says(at_home.get(TODAY), "Wednesday 4 March")


def test_bad_zone_cookie_falls_back_to_the_profile(at_home: Client) -> None:
    at_home.cookies["zone"] = "Mars/X"
    assert says(at_home.get(TODAY), "Tuesday 3 March")


@pytest.mark.parametrize(
    ("now", "zone"),
    [
        ("2026-04-04T15:15:00", "Australia/Lord_Howe"),
        ("2011-12-30T10:01:00", "Pacific/Apia"),
        ("2026-04-23T22:00:00", "Africa/Cairo"),
        ("2026-03-08T05:00:00", "America/Havana"),
    ],
)
def test_odd_days_can_be_seen_and_logged(at_home: Client, alice: Profile, now: str, zone: str) -> None:
    at_home.cookies["zone"] = zone
    with time_machine.travel(datetime.datetime.fromisoformat(now).replace(tzinfo=datetime.UTC), tick=False):
        at_home.force_login(alice.owner)  # the sign-in of March has run out
        page = at_home.get(NEW)
        date = page.context["form"].shown_date.isoformat()
        assert at_home.get(TODAY).status_code == 200
        assert at_home.post(NEW, typed(date=date, zone=zone)).status_code == 302


def test_person_without_a_profile_sees_today_and_nothing_is_written(client: Client, routine: Routine) -> None:
    client.force_login(UserFactory(is_superuser=True))
    assert says(client.get(TODAY), "Welcome.", "Targets for this")
    assert not Profile.objects.exists()


def test_today_works_without_any_content(client: Client, db: None) -> None:
    client.force_login(UserFactory())
    assert client.get(TODAY).status_code == client.get(NEW).status_code == 200


@WITH_HISTORY
def test_today_costs_at_most_8_queries(
    at_home: Client, alice: Profile, days: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    live(alice, days)
    with django_assert_max_num_queries(8):
        at_home.get(TODAY)


# Logging


def test_form_is_prefilled_with_the_targets(at_home: Client) -> None:
    page = at_home.get(NEW, {"period": "am"})
    assert says(page, "Filled in with your targets: change what you did differently.")
    form = page.context["form"]
    values = {field.html_name: field.value() for _target, field, _felt in form.lines()}
    assert values == {"done-bridge": 3, "done-knee-to-chest": 2, "done-locust-pose": 1, "done-superman": 0}


def test_form_has_eleven_radios_and_a_way_to_give_no_score(at_home: Client) -> None:
    response = at_home.get(NEW)
    assert response.content.count(b'name="pain_before"') == 12
    assert says(response, "0 no pain · 5 moderate · 10 the worst you can imagine", "No score")


def test_ends_and_middle_of_the_scale_are_named_with_their_words(at_home: Client) -> None:
    page = at_home.get(NEW).content.decode()
    labels = re.findall(r'<label for="id_pain_before_\d+">(.*?)</label>', page, re.DOTALL)
    names = [" ".join(strip_tags(label).split()) for label in labels]
    worded = {0: "0 no pain", 5: "5 moderate pain", 10: "10 the worst pain you can imagine"}
    assert names == [worded.get(score, str(score)) for score in range(11)]


def test_logged_session_is_stored_and_announced(at_home: Client, alice: Profile) -> None:
    response = at_home.post(NEW, typed(), follow=True)
    session = Session.objects.get()
    assert (session.owner, session.pain_before, session.pain_after) == (alice.owner, 6, 4)
    assert response.redirect_chain == [(TODAY, 302)]
    assert says(response, "This morning is saved.")


@pytest.mark.parametrize(
    ("told", "advice"),
    [
        ({"places": ["below_knee"]}, "Have somebody look at this"),
        ({"places": ["numb"]}, "Have somebody look at this"),
        ({"pain_after": "7"}, "That is a lot, or more than before"),
        ({"pain_before": "1", "pain_after": "3"}, "That is a lot, or more than before"),
    ],
)
def test_session_that_is_a_reason_to_look_at_the_signs_leads_there(
    at_home: Client, told: dict[str, Any], advice: str
) -> None:
    response = at_home.post(NEW, typed(**told), follow=True)
    assert response.redirect_chain == [(address("detail", Session.objects.get()), 302)]
    assert says(response, "This morning is saved.", advice, f"{reverse('tracking:screening')}?occasion=worse")
    at_home.post(address("delete", Session.objects.get()))
    assert not says(at_home.get(address("detail", Session.objects.get())), advice)


def test_session_without_any_score_is_said_to_have_none(at_home: Client) -> None:
    response = at_home.post(NEW, typed(pain_before="", pain_after=""), follow=True)
    assert says(response, "This morning is saved, without a pain score.", address("edit", Session.objects.get()))
    log(at_home, period="pm", pain_before="", pain_after="0")
    assert says(at_home.get(TODAY), "This evening is saved.")


def test_message_cookie_holds_no_pain(at_home: Client) -> None:
    response = at_home.post(NEW, typed(note="canary-note"))
    assert "canary-note" not in str(response.cookies)


def test_form_without_script_zone_or_routine_is_enough(at_home: Client) -> None:
    sent = {name: value for name, value in typed().items() if name not in ("zone", "routine")}
    assert at_home.post(NEW, sent).status_code == 302
    assert Session.objects.get().zone == "Europe/Zurich"


def test_both_slots_of_a_day_take_the_same_routine(at_home: Client) -> None:
    log(at_home)
    evening = log(at_home, period="pm", pain_before="4", pain_after="0")
    assert evening.pain_after == 0
    assert evening.exercises.get(exercise__slug="bridge").target == 2


def test_yesterday_can_be_added(at_home: Client) -> None:
    page = at_home.get(NEW, {"period": "pm", "date": "2026-03-02"})
    assert says(page, "Yesterday evening")
    session = log(at_home, date="2026-03-02", period="pm")
    assert (session.date.isoformat(), session.period) == ("2026-03-02", "pm")


@pytest.mark.parametrize("days", [0, 1, 20, 30])
def test_another_day_is_offered_where_nothing_is_logged_yet(at_home: Client, alice: Profile, days: int) -> None:
    live(alice, days)
    log(at_home)
    date = TUESDAY - datetime.timedelta(days=days + 1)
    link = f"{NEW}?period=pm&amp;date={date}"
    assert says(at_home.get(HISTORY), link, "Log another day")
    assert says(at_home.get(NEW, {"period": "am"}), link, "Log another day")
    assert says(at_home.get(unescape(link)), "<textarea", f'value="{date}"')


def test_open_morning_between_logged_evenings_is_offered(at_home: Client, alice: Profile) -> None:
    live(alice, 3)
    Session.objects.get(date="2026-03-01", period="am").discard()
    assert says(at_home.get(HISTORY), "?period=am&amp;date=2026-03-01")


def test_same_form_sent_twice_is_one_session(at_home: Client) -> None:
    sent = typed()
    first, second = at_home.post(NEW, sent), at_home.post(NEW, sent)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert Session.objects.count() == 1


def test_form_sent_again_after_deleting_says_so_and_brings_nothing_back(at_home: Client) -> None:
    sent = typed()
    at_home.post(NEW, sent, follow=True)
    Session.objects.get().discard()
    response = at_home.post(NEW, sent, follow=True)
    assert says(response, "You deleted this session after saving it.", "Undo: bring it back")
    assert not says(response, "is saved")
    assert not Session.objects.kept().exists()


def test_bytes_that_are_no_text_are_refused_in_a_note(at_home: Client) -> None:
    body = urlencode(typed(note="kept")).replace("kept", "kept%FF%C3")
    response = at_home.post(NEW, body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 422
    assert says(response, "This holds characters that cannot be shown or kept.")


def test_same_key_with_another_body_is_refused_and_keeps_what_was_typed(at_home: Client) -> None:
    session = log(at_home)
    response = at_home.post(NEW, typed(key=session.key, pain_after="5", note="second thoughts"))
    assert response.status_code == 409
    assert says(response, "second thoughts", "This morning is logged already", address("edit", session))
    assert Session.objects.get().pain_after == 4


def test_taken_slot_is_offered_for_editing_and_keeps_what_was_typed(at_home: Client) -> None:
    session = log(at_home)
    response = at_home.post(NEW, typed(note="typed in vain?", pain_after="1"))
    assert response.status_code == 409
    assert says(
        response, "typed in vain?", "6 → 4", 'tabindex="-1" autofocus', f'formaction="{address("edit", session)}"'
    )
    form = response.context["form"]
    replaced = at_home.post(address("edit", session), dict(form.data.items()))
    assert replaced.status_code == 302
    session.refresh_from_db()
    assert (session.pain_after, session.note, session.version) == (1, "typed in vain?", 2)


def test_what_was_typed_for_a_taken_slot_can_go_to_another(at_home: Client) -> None:
    log(at_home)
    form = at_home.post(NEW, typed()).context["form"]
    assert at_home.post(NEW, dict(form.data.items()) | {"period": "pm"}).status_code == 302
    assert Session.objects.count() == 2


def test_key_of_a_deleted_session_with_another_body_can_be_saved_anew(at_home: Client) -> None:
    session = log(at_home)
    session.discard()
    response = at_home.post(NEW, typed(key=session.key, note="once more"))
    assert response.status_code == 409
    assert says(response, "This session has been deleted", "once more")
    assert at_home.post(NEW, dict(response.context["form"].data.items())).status_code == 302
    assert Session.objects.kept().get().note == "once more"


def test_taken_slot_shows_the_stored_session_instead_of_the_form(at_home: Client) -> None:
    session = log(at_home)
    response = at_home.get(NEW, {"period": "am"})
    assert says(response, "This morning is logged already.", address("edit", session))
    assert not says(response, "<textarea")


def test_practice_for_a_taken_slot_is_carried_to_what_is_logged(at_home: Client) -> None:
    session = log(at_home, **{"done-bridge": "1"})
    page = at_home.get(NEW, {"period": "am", "done-bridge": "3", "done-no-such": "1"})
    assert says(page, "What you did now is not logged yet.", "Leave it as it is")
    [link] = re.findall(r'href="([^"]+)" data-carry', page.content.decode())
    edit = at_home.get(unescape(link))
    assert edit.context["form"]["done-bridge"].value() == 3
    assert says(edit, "Filled in with what you did now.", "Logged before: 1.", "Logged before: 6.")
    session.refresh_from_db()
    assert session.exercises.get(exercise__slug="bridge").done == 1


def test_practice_of_another_routine_can_take_the_place_of_what_is_logged(at_home: Client) -> None:
    session = log(at_home)
    RoutineFactory(slug="prevention", exercises=[ExerciseFactory(slug="hip-flexor-stretch", dose__reps_min=1)])
    page = at_home.get(NEW, {"period": "am", "routine": "prevention", "done-hip-flexor-stretch": "2"})
    [link] = re.findall(r'href="([^"]+)" data-carry', page.content.decode())
    edit = at_home.get(unescape(link))
    assert edit.context["form"]["done-hip-flexor-stretch"].value() == 2
    assert says(edit, "What was logged before was another routine: Relief and mobility.")
    assert at_home.get(address("edit", session), {"routine": "\0"}).context["form"].chosen == session.routine


def test_edit_without_a_practice_shows_what_is_logged(at_home: Client) -> None:
    assert not says(at_home.get(address("edit", log(at_home))), "Filled in")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("pain_before", value) for value in ("-1", "11", "3.5", "NaN", "1e309", str(2**63), "\0")),
        *(("date", value) for value in ("", "0000-00-00", "9999-12-31", "2026-02-30", "2026-03-04", "1066-10-14")),
        *(("period", value) for value in ("", "noon")),
        *(("key", value) for value in ("", "no uuid")),
        *(("zone", value) for value in ("Mars/X", "../../etc/passwd")),
        *(("routine", value) for value in ("no-such", "\0")),
        *(("done-bridge", value) for value in ("-1", "301", "3.5", str(2**63))),
        *(("note", value) for value in ("x" * 1_000_000, "a\0b", "\u202e" * 50, "\u200b" * 50, "\u0301" * 50)),
        ("done-no-such", "1"),
        *((name, "1") for name in ("owner", "user_id", "is_staff", "deleted_at")),
        ("pain_after", ["4", "0"]),
    ],
)
def test_bad_input_is_refused_and_keeps_what_was_typed(at_home: Client, field: str, value: str | list[str]) -> None:
    sent = typed(note="kept as typed") | {field: value}
    response = at_home.post(NEW, sent)
    assert response.status_code == 422
    assert says(response, 'class="errors"')
    if field not in ("note", "routine"):
        assert says(response, "kept as typed")
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("date", "said"),
    [("1990-01-01", "Choose a day from 1 January 2000 on."), ("", "Choose a day."), ("x", "Choose a day.")],
)
def test_refused_date_says_what_is_allowed_and_heads_no_other_day(at_home: Client, date: str, said: str) -> None:
    response = at_home.post(NEW, typed(date=date))
    assert says(response, said, "Log a session")
    assert not says(response, "This morning")


def test_another_day_shows_its_date_open_to_change(at_home: Client) -> None:
    details = r'<details class="field"\s+open>'
    assert re.search(details, at_home.get(NEW, {"date": "2026-03-01"}).content.decode())
    assert not re.search(details, at_home.get(NEW).content.decode())


def test_bad_zone_can_be_mended_in_the_page(at_home: Client) -> None:
    response = at_home.post(NEW, typed(zone="Mars/X"))
    assert says(response, '<select name="zone"')
    assert not says(response, "data-zone")


@pytest.mark.parametrize(
    "query", ["?date=2026-02-30", "?date=9999-12-31", "?date=x&period=noon", "?routine=%00", "?routine='"]
)
def test_bad_address_falls_back_to_the_next_slot(at_home: Client, query: str) -> None:
    response = at_home.get(NEW + query)
    assert response.status_code == 200
    assert says(response, "This morning")


def test_another_routine_can_be_logged(at_home: Client) -> None:
    RoutineFactory(slug="prevention", exercises=[ExerciseFactory(slug="hip-flexor-stretch", dose__reps_min=1)])
    assert says(at_home.get(NEW, {"routine": "prevention"}), "Hip flexor stretch")
    sent = {
        name: value for name, value in typed(routine="prevention").items() if not name.startswith(("done-", "felt-"))
    }
    assert at_home.post(NEW, sent | {"done-hip-flexor-stretch": "1"}).status_code == 302
    assert Session.objects.get().routine.slug == "prevention"


def test_note_is_shown_escaped(at_home: Client) -> None:
    session = log(at_home, note="<script>alert(1)</script>{{7*7}}")
    response = at_home.get(session.get_absolute_url())
    assert says(response, "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}")


@WITH_HISTORY
def test_log_page_costs_at_most_12_queries(
    at_home: Client, alice: Profile, days: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    live(alice, days)
    with django_assert_max_num_queries(12):
        at_home.get(NEW)


@WITH_HISTORY
def test_storing_costs_at_most_11_queries(
    at_home: Client, alice: Profile, days: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    live(alice, days)
    at_home.get(NEW)  # what the page shows of the content is at hand
    with django_assert_max_num_queries(11):
        assert at_home.post(NEW, typed()).status_code == 302


# History


def test_history_is_paged_latest_first(at_home: Client, alice: Profile) -> None:
    live(alice, 15)
    first = at_home.get(HISTORY)
    assert [session.period for session in first.context["page"]][:2] == ["pm", "am"]
    assert len(first.context["page"]) == 20
    assert len(at_home.get(HISTORY, {"page": 2}).context["page"]) == 10


def test_history_leaves_out_deleted_and_other_peoples_sessions(at_home: Client) -> None:
    log(at_home).discard()
    SessionFactory(owner__username="mallory")
    assert says(at_home.get(HISTORY), "Nothing is logged yet.")


@pytest.mark.parametrize("page", ["-1", "0", "x", "1e9", "99999999999999999999", "\0", "1 OR 1=1"])
def test_bad_page_number_shows_a_page(at_home: Client, page: str) -> None:
    log(at_home)
    assert at_home.get(HISTORY, {"page": page}).status_code == 200


@WITH_HISTORY
def test_history_costs_at_most_6_queries(
    at_home: Client, alice: Profile, days: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    live(alice, days)
    with django_assert_max_num_queries(6):
        at_home.get(HISTORY)


# One session


def test_session_page_shows_target_and_done(at_home: Client) -> None:
    session = log(at_home, **{"done-locust-pose": "0"})
    response = at_home.get(session.get_absolute_url())
    assert says(response, "6 → 4", "Stiff at first.", "left out", "not counted", "3 × 12")
    assert not says(response, "in each set")


def test_edit_changes_what_was_logged(at_home: Client) -> None:
    session = log(at_home)
    assert says(at_home.get(address("edit", session)), "Stiff at first.", "Change what you logged")
    response = edited(at_home, session, pain_after="0", **{"done-bridge": "2"})
    assert response["Location"] == session.get_absolute_url()
    session.refresh_from_db()
    assert (session.pain_after, session.version) == (0, 2)
    assert session.exercises.get(exercise__slug="bridge").done == 2


def test_edit_sent_twice_is_one_edit(at_home: Client) -> None:
    session = log(at_home)
    assert edited(at_home, session, pain_after="0").status_code == edited(at_home, session, pain_after="0").status_code
    session.refresh_from_db()
    assert session.version == 2


def test_stale_edit_shows_both_and_keeps_what_was_typed(at_home: Client) -> None:
    session = log(at_home)
    edited(at_home, session, pain_after="0", note="first device")
    response = edited(at_home, session, pain_after="9", note="second device")
    assert response.status_code == 409
    assert says(response, "This session has been changed elsewhere", "6 → 0", "first device", "second device")
    again = at_home.post(address("edit", session), dict(response.context["form"].data.items()))
    assert again.status_code == 302
    session.refresh_from_db()
    assert (session.pain_after, session.version) == (9, 3)


def test_edit_into_a_taken_slot_is_refused(at_home: Client) -> None:
    session = log(at_home)
    log(at_home, period="pm")
    response = edited(at_home, session, period="pm", note="moved")
    assert response.status_code == 409
    assert says(response, "This evening is logged already", "moved")


@pytest.mark.parametrize(
    ("field", "value"),
    [("pain_after", "11"), ("date", "2026-03-04"), ("version", ""), ("note", "a\0"), ("deleted_at", "1")],
)
def test_bad_edit_is_refused_and_changes_nothing(at_home: Client, field: str, value: str) -> None:
    session = log(at_home)
    assert edited(at_home, session, **{field: value}).status_code == 422
    session.refresh_from_db()
    assert (session.pain_after, session.version) == (4, 1)


def test_edit_of_a_session_deleted_meanwhile_can_be_saved_anew(at_home: Client) -> None:
    session = log(at_home)
    session.discard()
    response = edited(at_home, session, note="late thought")
    assert response.status_code == 409
    assert at_home.post(NEW, dict(response.context["form"].data.items())).status_code == 302
    assert Session.objects.kept().get().note == "late thought"


def test_delete_can_be_undone(at_home: Client) -> None:
    session = log(at_home)
    response = at_home.post(address("delete", session), follow=True)
    assert says(response, "This session is deleted.", "Undo: bring it back", address("undo", session))
    assert not Session.objects.kept().exists()
    response = at_home.post(address("undo", session), follow=True)
    assert says(response, "It is back.", "Delete it")
    assert Session.objects.kept().get() == session


def test_delete_and_undo_sent_twice_are_done_once(at_home: Client) -> None:
    session = log(at_home)
    for name, kept in (("delete", 0), ("undo", 1)):
        for _ in range(2):
            assert at_home.post(address(name, session)).status_code == 302
        assert Session.objects.kept().count() == kept


def test_undo_is_refused_kindly_when_the_slot_has_been_filled(at_home: Client) -> None:
    session = log(at_home)
    session.discard()
    log(at_home)
    response = at_home.post(address("undo", session), follow=True)
    assert says(response, "It stays deleted, because you have logged another session for that time since.")


def test_deleted_session_cannot_be_opened_for_editing(at_home: Client) -> None:
    session = log(at_home)
    session.discard()
    assert at_home.get(address("edit", session))["Location"] == session.get_absolute_url()


@pytest.mark.parametrize("name", ["delete", "undo"])
def test_reading_an_address_that_writes_is_refused(at_home: Client, name: str) -> None:
    session = log(at_home)
    assert at_home.get(address(name, session)).status_code == 405
    assert Session.objects.kept().exists()


@pytest.mark.parametrize("name", ["detail", "edit", "delete", "undo"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_strangers_session_is_not_found(client: Client, at_home: Client, name: str, method: str) -> None:
    theirs: Session = SessionFactory(owner__username="mallory", note="mine alone")
    nobodys: Session = SessionFactory.build(routine=None)
    answers = [getattr(at_home, method)(address(name, session), typed()) for session in (theirs, nobodys)]
    assert answers[0].status_code == answers[1].status_code
    assert answers[0].status_code in (404, 405)
    assert "mine alone" not in answers[0].content.decode()
    theirs.refresh_from_db()
    assert (theirs.version, theirs.deleted_at) == (1, None)


@pytest.mark.parametrize("path", [TODAY, HISTORY, NEW, reverse("tracking:settings")])
def test_signed_out_is_asked_to_sign_in(client: Client, db: None, path: str) -> None:
    assert client.get(path)["Location"] == f"{reverse('account_login')}?next={path}"


@pytest.mark.parametrize("path", [TODAY, HISTORY, NEW, reverse("tracking:settings")])
def test_private_pages_are_kept_by_no_cache(at_home: Client, path: str) -> None:
    control = at_home.get(path)["Cache-Control"]
    assert "no-store" in control
    assert "private" in control


def listed(page: Client, **asked: str) -> list[str]:
    """Return the dates of the sessions on the list's page."""
    return [session.date.isoformat() for session in page.get(HISTORY, asked).context["page"]]


def test_list_of_a_time_holds_its_sessions_alone(at_home: Client, alice: Profile) -> None:
    for day in (1, 2, 3, 4):
        SessionFactory.create(owner=alice.owner, date=datetime.date(2026, 3, day))
    SessionFactory.create(date=datetime.date(2026, 3, 2))
    assert listed(at_home, **{"from": "2026-03-02", "to": "2026-03-03"}) == ["2026-03-03", "2026-03-02"]
    assert listed(at_home, **{"from": "2026-03-04"}) == ["2026-03-04"]
    assert listed(at_home, to="2026-03-01") == ["2026-03-01"]


@pytest.mark.parametrize("bad", ["", "2026-02-30", "yesterday", "2026-3", "1' or 1=1", "\x00"])
def test_date_that_is_none_bounds_nothing(at_home: Client, alice: Profile, bad: str) -> None:
    SessionFactory.create(owner=alice.owner)
    assert len(listed(at_home, **{"from": bad, "to": bad})) == 1


def test_time_without_a_session_says_so(at_home: Client, alice: Profile) -> None:
    SessionFactory.create(owner=alice.owner)
    text = at_home.get(HISTORY, {"from": "2026-01-01", "to": "2026-01-02"}).content.decode()
    assert "No session is logged in this time." in text
    assert reverse("tracking:check-in-list") in text  # a point of the chart may be a check-in's


def test_next_page_of_a_time_stays_in_it(at_home: Client, alice: Profile) -> None:
    live(alice, 30)
    bounds = {"from": "2026-02-01", "to": "2026-03-02"}
    text = at_home.get(HISTORY, bounds).content.decode()
    assert 'href="?from=2026-02-01&amp;to=2026-03-02&amp;page=2"' in text
    assert at_home.get(HISTORY, bounds | {"page": "2"}).context["page"].number == 2


def test_post_without_the_csrf_token_is_refused(alice: Profile) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice.owner)
    assert strict.post(NEW, typed()).status_code == 403
    assert not Session.objects.exists()
