"""The watch for N + 1 queries sees one: a silent watch would pass everything."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from zeal import NPlusOneError

from exercises.models import Exercise
from tests.exercises.factories import ExerciseFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def row_by_row(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(exercise.source) for exercise in list(Exercise.objects.all()))


def joined(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(exercise.source) for exercise in list(Exercise.objects.select_related("source")))


urlpatterns = [path("row-by-row", row_by_row), path("joined", joined)]


def test_query_per_row_fails_the_request(client: Client) -> None:
    ExerciseFactory.create_batch(3)
    with pytest.raises(NPlusOneError):
        client.get("/row-by-row")


def test_joined_query_passes(client: Client) -> None:
    ExerciseFactory.create_batch(3)
    assert client.get("/joined").status_code == 200
