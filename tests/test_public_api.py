"""The public API keeps to its own description, whatever is asked of it.

HYPOTHESIS_PROFILE=thorough asks 2,000 times for each operation.
"""

from typing import Any

import pytest
import schemathesis
from django.template.loader import render_to_string
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from schemathesis import Case
from schemathesis.core.result import Ok
from schemathesis.schemas import BaseSchema

from backcare.wsgi import application
from tests.support.content import load_shipped

PATHS = [f"/api/v1{path}" for path in ("/exercises/", "/exercises/{slug}/", "/routines/", "/routines/{slug}/")]


@pytest.fixture
def described(transactional_db: None) -> BaseSchema:
    """Stored for good, because the real application closes its connection after each request."""
    load_shipped()
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)


def test_every_operation_is_known_here(described: BaseSchema) -> None:
    labels = [found.ok().label for found in described.get_all_operations() if isinstance(found, Ok)]
    assert labels == [f"GET {path}" for path in PATHS]


@pytest.mark.parametrize("path", PATHS)
def test_answers_are_as_described(described: BaseSchema, path: str) -> None:
    @settings(suppress_health_check=list(HealthCheck))
    @given(described[path]["GET"].as_strategy())
    def ask(case: Case[Any]) -> None:
        case.call_and_validate(headers={"Accept-Encoding": "identity"})  # its transport unpacks nothing

    ask()


def test_every_page_leads_to_the_description() -> None:
    """The footer writes the address out."""
    assert reverse("api:openapi-json") in render_to_string("_footer.html")
