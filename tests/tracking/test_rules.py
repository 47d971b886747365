from typing import Any

import pytest

from tracking.rules import DEFAULT, Rules


def test_the_defaults_hold_together() -> None:
    assert (DEFAULT.go_on, DEFAULT.stay, DEFAULT.rise, DEFAULT.good_days) == (3, 5, 2, 3)


@pytest.mark.parametrize(
    "wrong",
    [
        {"go_on": 6},
        {"stay": 11},
        {"rise": 0},
        {"good_days": 0},
        {"gap_days": -1},
        {"return_percent": 0},
        {"notice_percent": 101},
        {"enough_scores": 5.5},
        {"good_days": True},
    ],
)
def test_rules_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Rules(**wrong)
