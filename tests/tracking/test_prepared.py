"""What is written or read once answers each time for whom, and for the content, that is asked."""

import datetime
from typing import Any

import pytest
from django.db.models import DateField, QuerySet
from pytest_django import DjangoAssertNumQueries

from exercises.models import Exercise, Revision, Routine
from tests.factories import SessionFactory
from tracking import targets
from tracking.models import Profile, Session
from tracking.models.prepared import OWNER, STEP, Prepared, given_date, given_several, named, places

DAY = datetime.date(2026, 3, 2)


def test_query_is_written_once_and_asked_of_anybody(
    alice: Profile, routine: Routine, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    written = []

    def build() -> QuerySet[Session, tuple[Any, ...]]:
        written.append(1)
        return Session.objects.owned_by(OWNER).filter(date__lte=given_date("until")).values_list("pk", "date", "places")

    query = Prepared(build)
    mine = SessionFactory(owner=alice.owner, routine=routine, date=DAY, places=["left"])
    theirs = SessionFactory(owner__username="bob", routine=routine, date=DAY)
    for owner, until, found in (
        (alice.owner, DAY, [(mine.pk, DAY, ["left"])]),
        (theirs.owner, DAY, [(theirs.pk, DAY, [])]),
        (alice.owner, DAY - datetime.timedelta(days=1), []),
    ):
        with django_assert_num_queries(1):
            assert list(map(tuple, query.rows(owner=owner.pk, until=until))) == found
    assert written == [1]


@pytest.mark.parametrize("count", [1, STEP, STEP + 1])
def test_query_of_several_values_finds_each_of_them_once(alice: Profile, routine: Routine, count: int) -> None:
    dates = [DAY + datetime.timedelta(days=number) for number in range(count)]
    for date in (dates[0], dates[-1] + datetime.timedelta(days=1)):
        SessionFactory(owner=alice.owner, routine=routine, date=date)

    def build() -> QuerySet[Session, tuple[Any, ...]]:
        these = given_several("date", places(dates), DateField())
        return Session.objects.owned_by(OWNER).filter(date__in=these).order_by().values_list("date")

    found = Prepared(build).rows(owner=alice.owner_id, **named("date", dates))
    assert list(map(tuple, found)) == [(dates[0],)]


def test_content_that_another_worker_changed_is_read_anew(
    routine: Routine, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    [(_, [first, *_others])] = targets.routines(routine.slug, [])
    Exercise.objects.filter(pk=first.pk).update(name="Another name")
    with django_assert_num_queries(1):
        [(_, [kept, *_others])] = targets.routines(routine.slug, [])
    Revision.bump()
    with django_assert_num_queries(2):
        [(_, [new, *_others])] = targets.routines(routine.slug, [])
    assert (kept.name, new.name) == (first.name, "Another name")
