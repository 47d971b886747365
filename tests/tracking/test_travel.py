"""Dates that somebody never had."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.travel import DAY, between, lost, skipped

ZURICH, CAIRO, HAVANA = "Europe/Zurich", "Africa/Cairo", "America/Havana"
LORD_HOWE, APIA, HAWAII = "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Honolulu"
KATHMANDU = "Asia/Kathmandu"
ZONES = (ZURICH, CAIRO, HAVANA, LORD_HOWE, APIA, HAWAII, KATHMANDU)
FIRST = datetime.date(2026, 3, 1)


def day(number: int) -> datetime.date:
    return FIRST + number * DAY


@pytest.mark.parametrize(
    ("zones", "never"),
    [
        ({}, []),
        ({0: APIA}, []),
        ({0: HAWAII, 1: APIA}, []),  # Friday and Saturday, entered afterwards
        ({0: HAWAII, 2: APIA}, [1]),
        ({0: "America/Los_Angeles", 2: "Australia/Sydney"}, [1]),
        ({0: ZURICH, 2: "Asia/Tokyo"}, []),
        ({0: APIA, 2: HAWAII}, []),  # the way back brings a date twice
        ({0: HAWAII, 5: APIA}, []),  # which of the four, nobody can tell
        ({0: HAWAII, 2: APIA, 4: HAWAII, 6: APIA}, [1, 5]),
    ],
)
def test_journey_over_the_date_line_takes_a_date(zones: dict[int, str], never: list[int]) -> None:
    assert skipped({day(number): zone for number, zone in zones.items()}) == {day(number) for number in never}


@pytest.mark.parametrize("zone", [APIA, "Pacific/Fakaofo"])
def test_zone_that_changed_sides_left_a_date_out(zone: str) -> None:
    around = {datetime.date(2011, 12, 29): zone, datetime.date(2011, 12, 31): zone}
    assert skipped(around) == {datetime.date(2011, 12, 30)}


@pytest.mark.parametrize("gone", ["", "Mars/X", "../../etc/passwd"])
def test_zone_that_is_not_known_any_more_counts_as_utc(gone: str) -> None:
    assert skipped({day(0): gone, day(2): gone}) == set()
    assert skipped({day(0): "Pacific/Pago_Pago", day(2): gone, day(4): APIA}) == {day(3)}


@given(st.sampled_from(ZONES), st.dates(datetime.date(2012, 1, 1), datetime.date(2037, 12, 31)), st.integers(2, 60))
def test_nobody_who_stays_loses_a_date(zone: str, date: datetime.date, later: int) -> None:
    assert skipped({date: zone, date + later * DAY: zone}) == set()


def test_date_that_a_longer_journey_took_counts_though_nobody_can_tell_which_it_was() -> None:
    assert lost({day(0): HAWAII, day(5): APIA}) == {day(4)}
    assert lost({day(0): HAWAII, day(2): APIA, day(4): HAWAII, day(9): APIA}) == {day(1), day(8)}
    assert lost({day(0): APIA, day(5): HAWAII}) == lost({day(0): ZURICH, day(5): "Asia/Tokyo"}) == set()
    assert [between(day(0), day(number), {day(4)}) for number in (3, 4, 5, 8)] == [3, 4, 4, 7]


@given(st.dictionaries(st.integers(0, 30).map(day), st.sampled_from(ZONES)))
def test_only_dates_without_a_record_are_taken(zones: dict[datetime.date, str]) -> None:
    found = skipped(zones)
    assert found.isdisjoint(zones)
    assert all(min(zones) < date < max(zones) for date in found)
