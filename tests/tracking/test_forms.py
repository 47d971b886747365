"""The one validator: what it takes, what it refuses with a reason, and that it stores exactly once."""

import datetime
import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from hypothesis import event, given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from exercises.models import Exercise, Routine
from tests.exercises.factories import ExerciseFactory, RoutineFactory
from tests.factories import FlareFactory, UserFactory
from tracking.account_forms import SignUpForm
from tracking.fields import (
    MARKS_IN_A_ROW,
    NoteField,
    PainField,
    PrecautionsField,
    RepetitionsField,
    ZoneField,
    zone_choices,
)
from tracking.forms import ConflictError, SessionForm
from tracking.models import NOTE_LENGTH, Profile, Session, SessionExercise
from tracking.settings_form import SettingsForm

pytestmark = pytest.mark.usefixtures("morning")

KEY = "7d9f2a54-6a3f-4a44-9f0b-0d6f3f1f5c11"
GOOD: dict[str, Any] = {
    "date": "2026-03-03",
    "period": "am",
    "key": KEY,
    "pain_before": "6",
    "pain_after": "4",
    "note": "Slept well.",
    "done-bridge": "3",
    "done-knee-to-chest": "2",
    "done-locust-pose": "",
    "done-superman": "",
    "pain_worst": "",
    "felt-bridge": "",
    "felt-knee-to-chest": "",
    "felt-locust-pose": "",
    "felt-superman": "",
}
NOTHING = object()  # the field is not sent at all

BAD = [
    *(("pain_before", value) for value in (-1, 11, 3.5, "3.5", "3,5", True, "true", "NaN", "1e309", 2**63, "six")),
    *(("pain_after", value) for value in (-1, "11", float("nan"), float("inf"), {"score": 3}, "\0", "\ud800")),
    *(("date", value) for value in (NOTHING, "", None, 20260303, "0000-00-00", "9999-12-31", "2026-02-30")),
    *(("date", value) for value in ("2026-03-04", "1999-12-31", "03.03.2026", "2026-03-03\0", True, ["2026-03-03"])),
    *(("date", value) for value in ("2026-3-3", " 2026-03-03", "٢٠٢٦-٠٣-٠٣", "2026-W10-2", "20260303")),
    *(("period", value) for value in (NOTHING, "", "noon", "AM", 1, ["am"])),
    *(("key", value) for value in (NOTHING, "", "1", "x" * 36, KEY + "0", 7, "\0", None)),
    *(("zone", value) for value in ("Mars/X", "europe/zurich", "../../etc/passwd", "Europe/Zurich\0", "\ud800", 3)),
    *(("routine", value) for value in ("no-such", "'; drop table", "\0", "\ud800", 7, True, "x" * 9999)),
    *(("done-bridge", value) for value in (-1, 301, 2**63, "3.5", "three", "NaN", "1e3", True, [3], "\0")),
    *(("done-bridge", value) for value in ("٣", "1_0", "3.0", "+3")),
    *(("note", value) for value in ("x" * (NOTE_LENGTH + 1), "a\0b", "a\ud800b", "\ufffd", "\x1b", 3, True, ["note"])),
    *(("note", value * 1000) for value in ("\u202e", "\u200b", "\u0301", "\u2066", "\ufeff")),
]  # fmt: skip


def form(alice: Profile, **changes: Any) -> SessionForm:
    data = {name: value for name, value in (GOOD | changes).items() if value is not NOTHING}
    return SessionForm(data, owner=alice.owner)


def stored(alice: Profile, **changes: Any) -> Session:
    filled = form(alice, **changes)
    assert filled.is_valid(), filled.errors
    return filled.record()


def edit(alice: Profile, session: Session, **changes: Any) -> SessionForm:
    found = Session.objects.owned_by(alice.owner).with_exercises().get(pk=session.pk)
    return SessionForm(GOOD | {"version": session.version} | changes, owner=alice.owner, stored=found)


def at_once(*acts: Callable[[], None]) -> None:
    """Call all at once, on PostgreSQL; on SQLite, whose test database lies in memory and has one lock, in turn."""

    def act_alone(act: Callable[[], None]) -> None:
        act()
        connection.close()

    threads = [threading.Thread(target=act_alone, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
        if connection.vendor == "sqlite":
            thread.join()
    for thread in threads:
        thread.join()


def rows(session: Session) -> dict[str, tuple[int, int | None, int | None]]:
    """Each exercise's target, day target and repetitions done."""
    return {
        row.exercise.slug: (row.target, row.day_target, row.done)
        for row in session.exercises.select_related("exercise")
    }


def test_flare_told_while_a_log_waits_for_the_lock_pauses_what_it_pins(alice: Profile) -> None:
    filled = form(alice)
    assert filled.is_valid()
    assert not filled.circumstances.flares
    with transaction.atomic():
        Profile.objects.lock(alice.owner)
        FlareFactory(owner=alice.owner)
    session = filled.record()
    assert set(session.exercises.values_list("reason", flat=True)) == {"paused"}


def test_session_is_stored_with_its_targets_pinned(alice: Profile) -> None:
    session = stored(alice, **{"done-superman": ""})
    assert (session.pain_before, session.pain_after, session.note, session.zone) == (
        6,
        4,
        "Slept well.",
        "Europe/Zurich",
    )
    assert rows(session) == {
        "bridge": (3, 5, 3),
        "knee-to-chest": (2, None, 2),
        "locust-pose": (1, None, None),
        "superman": (12, None, None),
    }
    assert {row.date for row in session.exercises.all()} == {datetime.date(2026, 3, 3)}


def test_zero_is_stored_as_zero_and_nothing_as_nothing(alice: Profile) -> None:
    session = stored(alice, pain_before="0", pain_after="", **{"done-bridge": "0", "done-knee-to-chest": ""})
    assert (session.pain_before, session.pain_after) == (0, None)
    assert (rows(session)["bridge"][2], rows(session)["knee-to-chest"][2]) == (0, None)


def test_plain_data_is_taken_like_a_pages(alice: Profile) -> None:
    session = stored(
        alice, date=datetime.date(2026, 3, 3), key=uuid.UUID(KEY), pain_before=6, pain_after=None, note=None
    )
    assert (session.pain_before, session.pain_after, session.note) == (6, None, "")


@pytest.mark.parametrize(("field", "value"), BAD)
def test_bad_value_is_refused_at_its_field_and_nothing_written(alice: Profile, field: str, value: object) -> None:
    filled = form(alice, **{field: value})
    assert not filled.is_valid()
    assert list(filled.errors) == [field]
    assert not Session.objects.exists()


@pytest.mark.parametrize("field", ["done-no-such", "done-", "done-\ud800", "done-bridge\0"])
def test_exercise_that_is_not_in_the_routine_is_refused(alice: Profile, field: str) -> None:
    filled = form(alice, **{field: "3"})
    assert not filled.is_valid()
    assert filled.has_error("__all__", "exercise")


@pytest.mark.parametrize("field", ["owner", "owner_id", "user_id", "id", "pk", "digest", "deleted_at", "is_staff"])
def test_owner_and_the_like_are_no_fields(alice: Profile, field: str) -> None:
    filled = form(alice, **{field: UserFactory(username="mallory").pk})
    assert not filled.is_valid()
    assert filled.has_error("__all__", "unknown")


@pytest.mark.parametrize(
    "note",
    [
        "<script>alert(1)</script>",
        "{{7*7}} {% now %}",
        "שלום, הגב כואב",
        "หลังดีขึ้นแล้ว",
        "👩🏽‍❤️‍💋‍👨🏿 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
        "é" * NOTE_LENGTH,
        "a\tb\n\nc",
    ],
)
def test_note_is_kept_as_typed(alice: Profile, note: str) -> None:
    assert stored(alice, note=note).note == note


def test_line_ends_count_once(alice: Profile) -> None:
    note = "\r\n".join("ab" * (NOTE_LENGTH // 4))
    assert len(stored(alice, note=note).note) < NOTE_LENGTH


@given(st.text(alphabet=st.characters(categories=None), max_size=60))
def test_any_text_is_taken_or_refused_with_a_reason(text: str) -> None:
    try:
        value = NoteField().clean(text)
    except ValidationError as refused:
        event(refused.messages[0])
    else:
        value.encode()
        assert "\0" not in value


@given(st.one_of(st.integers(), st.floats(), st.text(max_size=6), st.booleans(), st.none(), st.binary(max_size=3)))
def test_pain_is_a_whole_number_from_0_to_10_or_none(value: object) -> None:
    field = PainField("Pain")
    if value in (None, ""):
        assert field.clean(value) is None
    elif str(value) in map(str, range(11)):
        assert field.clean(value) == int(str(value))
    else:
        with pytest.raises(Exception, match="whole number"):
            field.clean(value)


@given(st.one_of(st.integers(), st.floats(), st.text(max_size=6), st.none()))
def test_repetitions_are_taken_or_refused_with_a_reason(value: object) -> None:
    try:
        cleaned = RepetitionsField("Bridge").clean(value)
    except ValidationError as refused:
        event(refused.messages[0])
    else:
        assert cleaned is None or 0 <= cleaned <= 300


def test_marks_up_to_the_limit_pass() -> None:
    assert NoteField().clean("e" + "\u0301" * MARKS_IN_A_ROW)


# The day


@pytest.mark.parametrize(
    ("zone", "date", "valid"),
    [
        ("Pacific/Kiritimati", "2026-03-03", True),
        ("Pacific/Pago_Pago", "2026-03-03", False),  # still the 2nd there
        ("Pacific/Pago_Pago", "2026-03-02", True),
        ("Australia/Lord_Howe", "2026-03-03", True),
        ("", "2026-03-02", True),
        ("", "2026-03-04", False),
    ],
)
def test_future_is_what_is_still_to_come_in_the_persons_zone(alice: Profile, zone: str, date: str, valid: bool) -> None:
    assert form(alice, zone=zone, date=date).is_valid() is valid


def test_zone_is_fixed_at_entry(alice: Profile) -> None:
    session = stored(alice, zone="Asia/Tokyo")
    alice.zone = "America/New_York"
    alice.save()
    changed = edit(alice, session, zone="America/New_York", pain_after="2")
    assert changed.is_valid()
    changed.record()
    session.refresh_from_db()
    assert (session.zone, session.date.isoformat(), session.pain_after) == ("Asia/Tokyo", "2026-03-03", 2)


def test_day_that_a_zone_left_out_can_be_logged(alice: Profile) -> None:
    """Samoa jumped over 30 December 2011; a traveller may still have had that evening elsewhere."""
    assert stored(alice, zone="Pacific/Apia", date="2011-12-30").date.isoformat() == "2011-12-30"


def test_device_zone_counts_where_the_form_has_none(alice: Profile) -> None:
    filled = SessionForm(GOOD, owner=alice.owner, zone="Asia/Tokyo")
    assert filled.is_valid()
    assert filled.record().zone == "Asia/Tokyo"


# Once only


def test_same_form_twice_is_one_session(alice: Profile) -> None:
    first = stored(alice)
    again = form(alice)
    assert again.is_valid()
    assert again.record() == first
    assert again.replayed
    assert Session.objects.count() == 1
    assert SessionExercise.objects.count() == 4


def test_retry_after_an_edit_brings_nothing_back(alice: Profile) -> None:
    session = stored(alice)
    changed = edit(alice, session, pain_after="1")
    assert changed.is_valid()
    changed.record()
    assert stored(alice).pain_after == 1


@pytest.mark.parametrize("key", [KEY.upper(), KEY.replace("-", ""), f"{{{KEY}}}", f"urn:uuid:{KEY}"])
def test_key_spelt_otherwise_is_the_same_key(alice: Profile, key: str) -> None:
    assert stored(alice, key=key) == stored(alice)


@pytest.mark.parametrize("changes", [{"pain_after": "5"}, {"note": ""}, {"period": "pm"}, {"done-bridge": "4"}])
def test_same_key_with_another_body_is_refused(alice: Profile, changes: dict[str, str]) -> None:
    session = stored(alice)
    with pytest.raises(ConflictError) as refused:
        stored(alice, **changes)
    assert (refused.value.kind, refused.value.stored) == ("key", session)
    assert Session.objects.count() == 1


def test_taken_slot_is_refused(alice: Profile) -> None:
    session = stored(alice)
    with pytest.raises(ConflictError) as refused:
        stored(alice, key=uuid.uuid4())
    assert (refused.value.kind, refused.value.stored) == ("slot", session)


def test_slot_of_a_deleted_session_is_free(alice: Profile) -> None:
    stored(alice).discard()
    assert stored(alice, key=uuid.uuid4()).deleted_at is None


@pytest.mark.parametrize(("key", "kind"), [(KEY, "replay"), ("0" + KEY[1:], "slot")])
def test_writer_past_the_lock_is_noticed(alice: Profile, monkeypatch: pytest.MonkeyPatch, key: str, kind: str) -> None:
    """An import that takes no lock stores its session between our look and our write."""
    rival = stored(alice)
    looked: list[list[Session]] = [[]]
    look = SessionForm._found
    monkeypatch.setattr(SessionForm, "_found", lambda filled: looked.pop() if looked else look(filled))
    if kind == "replay":
        assert stored(alice, key=key) == rival
    else:
        with pytest.raises(ConflictError) as refused:
            stored(alice, key=key)
        assert (refused.value.kind, refused.value.stored) == (kind, rival)
    assert Session.objects.count() == 1


def test_edit_into_a_slot_that_is_filled_meanwhile_is_refused(alice: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who takes no lock fills the slot between our look and our write."""
    session = stored(alice)
    rival = stored(alice, key=uuid.uuid4(), period="pm")
    changed = edit(alice, session, period="pm")
    assert changed.is_valid()
    looked: list[list[Session]] = [[]]
    look = SessionForm._found
    monkeypatch.setattr(SessionForm, "_found", lambda filled: looked.pop() if looked else look(filled))
    with pytest.raises(ConflictError) as refused:
        changed.record()
    assert (refused.value.kind, refused.value.stored) == ("slot", rival)
    session.refresh_from_db()
    assert (session.period, session.version) == ("am", 1)


@pytest.mark.django_db(transaction=True)
def test_edit_and_undo_for_one_slot_leave_one_session_in_it(alice: Profile) -> None:
    session = stored(alice)
    deleted = stored(alice, key=uuid.uuid4(), period="pm")
    deleted.discard()
    changed = edit(alice, session, period="pm")
    assert changed.is_valid()
    outcomes: list[str] = []

    def move() -> None:
        try:
            changed.record()
            outcomes.append("moved")
        except ConflictError as conflict:
            outcomes.append(conflict.kind)

    def undo() -> None:
        outcomes.append("back" if deleted.restore() else "stays deleted")

    at_once(undo, move)
    assert set(outcomes) in ({"back", "slot"}, {"stays deleted", "moved"})
    assert Session.objects.kept().filter(period="pm").count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_at_once_make_one_session(alice: Profile) -> None:
    made: list[bool] = []

    def send() -> None:
        filled = form(alice)
        assert filled.is_valid()
        filled.record()
        made.append(not filled.replayed)

    at_once(*[send] * 20)
    assert (made.count(True), made.count(False)) == (1, 19)
    assert (Session.objects.count(), SessionExercise.objects.count()) == (1, 4)


@pytest.mark.parametrize("days", [0, 60])
def test_storing_costs_the_same_with_much_history(
    alice: Profile, days: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(1, days + 1):
        stored(alice, key=uuid.uuid4(), date=(datetime.date(2026, 3, 3) - datetime.timedelta(days=number)).isoformat())
    form(alice)  # what it shows of the content is at hand
    with django_assert_num_queries(9):  # to read what targets rest on; a savepoint, the lock, 2 writes, the release
        stored(alice)


# Mending


def test_edit_keeps_the_targets_and_changes_the_rest(alice: Profile) -> None:
    session = stored(alice)
    changed = edit(alice, session, pain_before="", note="", period="pm", date="2026-03-02", **{"done-bridge": "5"})
    assert changed.is_valid(), changed.errors
    changed.record()
    session.refresh_from_db()
    assert (session.version, session.pain_before, session.period, session.note) == (2, None, "pm", "")
    assert rows(session)["bridge"] == (3, 5, 5)
    assert {row.date.isoformat() for row in session.exercises.all()} == {"2026-03-02"}


PARTS = pytest.mark.parametrize("field", ["pain_before", "pain_after", "note", "done-bridge"])


@PARTS
def test_form_that_lacks_a_field_is_refused(alice: Profile, field: str) -> None:
    filled = form(alice, **{field: NOTHING})
    assert not filled.is_valid()
    assert filled.has_error("__all__", "part")


@pytest.mark.parametrize("field", [*PARTS.args[1], "pain_worst", "felt-bridge"])
def test_edit_that_lacks_a_field_is_refused_and_shows_what_is_stored(alice: Profile, field: str) -> None:
    session = stored(alice)
    changed = edit(alice, session)
    changed.data = {name: value for name, value in changed.data.items() if name != field}
    assert changed.has_error("__all__", "part")
    assert str(changed[field].value() if changed[field].value() is not None else "") == GOOD[field]


@pytest.mark.parametrize("field", ["pain_worst", "felt-bridge"])
def test_new_session_may_lack_what_is_optional_and_came_later(alice: Profile, field: str) -> None:
    assert form(alice, **{field: NOTHING}).is_valid()


def test_worst_pain_places_and_how_it_felt_are_stored_and_kept_by_an_edit(alice: Profile) -> None:
    told = {"pain_worst": "0", "places": ["left", "low_back"], "felt-bridge": "too_much"}
    session = stored(alice, **told)
    assert (session.pain_worst, session.places) == (0, ["left", "low_back"])
    assert session.exercises.get(exercise__slug="bridge").felt == "too_much"
    changed = edit(alice, session, note="more", **told)
    assert changed.is_valid(), changed.errors
    changed.record()
    session.refresh_from_db()
    assert (session.pain_worst, session.places, session.note) == (0, ["left", "low_back"], "more")
    assert session.exercises.get(exercise__slug="bridge").felt == "too_much"


@pytest.mark.parametrize(
    ("field", "value"), [("pain_worst", "11"), ("places", ["knee"]), ("places", "\0"), ("felt-bridge", "fine")]
)
def test_bad_word_on_pain_or_feeling_is_refused(alice: Profile, field: str, value: Any) -> None:
    assert form(alice, **{field: value}).has_error(field)


@pytest.mark.parametrize("changes", [{"pain_worst": "7"}, {"places": ["leg"]}, {"felt-bridge": "easy"}])
def test_same_key_with_another_answer_is_refused(alice: Profile, changes: dict[str, Any]) -> None:
    stored(alice)
    again = form(alice, **changes)
    assert again.is_valid()
    with pytest.raises(ConflictError):
        again.record()


def test_stale_edit_is_refused(alice: Profile) -> None:
    session = stored(alice)
    first, second = edit(alice, session, pain_after="1"), edit(alice, session, pain_after="9")
    assert first.is_valid()
    assert second.is_valid()
    first.record()
    with pytest.raises(ConflictError) as refused:
        second.record()
    assert refused.value.kind == "stale"
    session.refresh_from_db()
    assert (session.pain_after, session.version) == (1, 2)


def test_edit_sent_twice_is_one_edit(alice: Profile) -> None:
    session = stored(alice)
    for _ in range(2):
        changed = edit(alice, session, pain_after="1")
        assert changed.is_valid()
        changed.record()
    session.refresh_from_db()
    assert session.version == 2


@pytest.mark.parametrize("version", [NOTHING, "", "0", "-1", "x", 2**63, True])
def test_edit_without_a_sound_version_changes_nothing(alice: Profile, version: object) -> None:
    session = stored(alice)
    changes = {} if version is NOTHING else {"version": version}
    found = Session.objects.with_exercises().get()
    changed = SessionForm(GOOD | {"pain_after": "1"} | changes, owner=alice.owner, stored=found)
    if changed.is_valid():
        with pytest.raises(ConflictError):
            changed.record()
    session.refresh_from_db()
    assert (session.pain_after, session.version) == (4, 1)


def test_edit_cannot_move_into_a_taken_slot(alice: Profile) -> None:
    morning, evening = stored(alice), stored(alice, key=uuid.uuid4(), period="pm")
    changed = edit(alice, morning, period="pm")
    assert changed.is_valid()
    with pytest.raises(ConflictError) as refused:
        changed.record()
    assert (refused.value.kind, refused.value.stored) == ("slot", evening)


def test_edit_to_another_routine_brings_its_exercises(alice: Profile, routine: Routine) -> None:
    RoutineFactory(slug="prevention", exercises=[ExerciseFactory(slug="hip-flexor-stretch", dose__reps_min=1)])
    session = stored(alice)
    data = {name: value for name, value in GOOD.items() if not name.startswith(("done-", "felt-"))}
    data |= {"routine": "prevention", "done-hip-flexor-stretch": "1", "felt-hip-flexor-stretch": "", "version": 1}
    changed = SessionForm(data, owner=alice.owner, stored=Session.objects.with_exercises().get())
    assert changed.is_valid(), changed.errors
    changed.record()
    session.refresh_from_db()
    assert session.routine.slug == "prevention"
    assert rows(session) == {"hip-flexor-stretch": (1, None, 1)}


def test_stored_session_can_be_mended_after_its_exercises_left_the_routine(alice: Profile) -> None:
    session = stored(alice)
    Exercise.objects.filter(slug="bridge").update(retired=True)
    changed = edit(alice, session, **{"done-bridge": "4"})
    assert changed.is_valid(), changed.errors
    changed.record()
    assert rows(session)["bridge"][2] == 4


# Which routine


def test_routine_is_the_one_planned(alice: Profile) -> None:
    assert stored(alice).routine == alice.morning_routine


def test_person_without_a_profile_can_log_and_gets_one(routine: Routine) -> None:
    user = UserFactory()
    filled = SessionForm(GOOD | {"zone": "Europe/Zurich"}, owner=user)
    assert filled.is_valid(), filled.errors
    filled.record()
    profile = Profile.objects.get(owner=user)
    assert (profile.zone, profile.morning_routine) == ("Europe/Zurich", routine)


@pytest.mark.django_db
def test_without_any_content_the_form_asks_for_a_routine() -> None:
    filled = SessionForm(GOOD, owner=UserFactory())
    assert not filled.is_valid()
    assert filled.has_error("routine", "routine")


def test_retired_routine_is_refused(alice: Profile, routine: Routine) -> None:
    Routine.objects.update(retired=True)
    assert not form(alice).is_valid()


# The other forms


@pytest.mark.parametrize(
    ("values", "valid"), [([], True), (["disc", "surgery"], True), (["cold"], False), (["\0"], False)]
)
def test_precautions_come_from_the_list(values: list[str], valid: bool) -> None:
    field = PrecautionsField()
    if valid:
        assert field.clean(values) == values
    else:
        with pytest.raises(Exception, match="list of precautions"):
            field.clean(values)


def test_zone_list_is_short_of_odd_names_but_takes_them() -> None:
    field = ZoneField()
    listed = {name for _area, places in zone_choices()[1:] for name, _place in places}
    assert "Europe/Zurich" in listed
    assert not listed & {"EST5EDT", "Etc/GMT+3", "localtime"}
    assert field.clean("EST5EDT") == "EST5EDT"


def test_settings_are_stored(alice: Profile, routine: Routine) -> None:
    filled = SettingsForm(
        {
            "zone": "Asia/Tokyo",
            "precautions": ["disc"],
            "morning_routine": routine.pk,
            "evening_routine": "",
            "look": "",
        },
        owner=alice.owner,
    )
    assert filled.is_valid(), filled.errors
    filled.record()
    alice.refresh_from_db()
    assert (alice.zone, alice.precautions, alice.planned_periods()) == ("Asia/Tokyo", ["disc"], ["am"])
    assert alice.started == datetime.date(2026, 1, 1)


def test_sign_up_form_asks_for_zone_and_precautions(db: None) -> None:
    assert {"zone", "precautions"} < set(SignUpForm().fields)


def test_clock_of_the_tests_stands_still(morning: time_machine.Traveller) -> None:
    assert datetime.datetime.now(datetime.UTC).hour == 7
