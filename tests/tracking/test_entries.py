"""What all entries share: one a key, deleted with a way back, and the constraints of each kind."""

import datetime
import uuid

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tests.factories import (
    CheckInFactory,
    DoseChoiceFactory,
    EntryFactory,
    FlareFactory,
    GoalFactory,
    GoalScoreFactory,
    PauseFactory,
    QuestionnaireFactory,
    ScreeningFactory,
    UserFactory,
)
from tracking.models import CheckIn, Flare, Place
from tracking.models.owned import validate_places

FACTORIES = [
    CheckInFactory,
    DoseChoiceFactory,
    FlareFactory,
    GoalFactory,
    GoalScoreFactory,
    PauseFactory,
    QuestionnaireFactory,
    ScreeningFactory,
]
DAY = datetime.date(2026, 3, 3)

pytestmark = pytest.mark.django_db


def refused(make: object, **fields: object) -> bool:
    try:
        with transaction.atomic():
            make(**fields)  # type: ignore[operator]
    except IntegrityError:
        return True
    return False


@pytest.fixture
def owner() -> User:
    return UserFactory()


@pytest.mark.parametrize("make", FACTORIES)
def test_a_key_is_stored_once_for_its_owner_and_again_for_another(make: type[EntryFactory]) -> None:
    first = make()
    same = {"date": DAY + datetime.timedelta(days=1)} | ({"goal": first.goal} if make is GoalScoreFactory else {})
    assert refused(make, owner=first.owner, key=first.key, **same)
    assert make(key=first.key).owner != first.owner


def test_a_second_flare_is_open_only_when_the_first_has_ended_or_is_deleted(owner: User) -> None:
    first = FlareFactory(owner=owner)
    assert refused(FlareFactory, owner=owner)
    first.discard()
    second = FlareFactory(owner=owner)
    assert first.restore() is False
    Flare.objects.filter(pk=second.pk).update(ended=DAY)
    assert first.restore() is True
    assert Flare.objects.owned_by(owner).open() == first


def test_a_flare_and_a_pause_end_no_earlier_than_they_start(owner: User) -> None:
    before = DAY - datetime.timedelta(days=1)
    assert refused(FlareFactory, owner=owner, ended=before)
    assert refused(PauseFactory, owner=owner, until=before)
    assert FlareFactory(owner=owner, ended=DAY).days(today=DAY) == 1


def test_an_open_flare_counts_up_to_today() -> None:
    assert FlareFactory.build(owner=None).days(today=DAY + datetime.timedelta(days=4)) == 5


def test_there_is_one_night_a_date_and_any_number_of_moments(owner: User) -> None:
    CheckInFactory(owner=owner, kind=CheckIn.Kind.NIGHT)
    assert refused(CheckInFactory, owner=owner, kind=CheckIn.Kind.NIGHT)
    CheckInFactory.create_batch(2, owner=owner)


@pytest.mark.parametrize("make", [CheckInFactory, FlareFactory])
def test_pain_is_0_to_10_or_missing(make: type[EntryFactory]) -> None:
    assert refused(make, pain=11)
    assert make(pain=0).pain == 0
    assert make(pain=None).pain is None


def test_discarding_twice_is_once(owner: User) -> None:
    entry = CheckInFactory(owner=owner)
    entry.discard()
    deleted = CheckIn.objects.get(pk=entry.pk).deleted_at
    entry.discard()
    assert deleted is not None
    assert CheckIn.objects.get(pk=entry.pk).deleted_at == deleted
    assert not CheckIn.objects.owned_by(owner).kept().exists()


@pytest.mark.parametrize("tags", ["low_back", ["moon"], ["left", "left"], [["left"]], {"left": 1}, [None]])
def test_places_come_from_the_list_each_once(tags: object) -> None:
    with pytest.raises(ValidationError):
        validate_places(tags)


def test_all_places_together_are_fine() -> None:
    validate_places(Place.values)


def test_keys_are_the_devices_and_ids_are_random() -> None:
    entry = CheckInFactory(key=uuid.UUID(int=1))
    assert entry.key != entry.pk
