"""The words of ``tracking.wording``, for templates."""

import datetime

from django import template

from tracking import wording
from tracking.models import Session

register = template.Library()
register.filter("why", wording.why)
register.filter("rule", wording.rule)
register.filter("amount", wording.amount)
register.filter("left_out", wording.left_out)
register.filter("pain", wording.pain)
register.filter("places", wording.places)
register.filter("pain_named", wording.pain_named)
register.filter("day", wording.day)
register.filter("short_day", wording.short_day)
register.filter("told_when", wording.told_when)
register.filter("span", wording.span)
register.filter("lasted", wording.lasted)


@register.filter
def slot(session: Session, today: datetime.date) -> str:
    """Return the name of a session's slot, as one says it today."""
    return wording.slot(session.date, session.period, today)


@register.simple_tag
def slot_name(date: datetime.date, period: str, today: datetime.date) -> str:
    """Return a slot's name, as one says it today."""
    return wording.slot(date, period, today)
