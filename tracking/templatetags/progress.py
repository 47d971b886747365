"""The words and the panels of the progress page, for its templates."""

from django import template
from django.utils.safestring import SafeString

from tracking import panels, telling
from tracking.series import Growth, Panel, Progress
from tracking.thresholds import rules

register = template.Library()
register.filter("in_short", telling.in_short)
register.filter("times", telling.times)
register.filter("milestone", telling.milestone)
register.filter("before_worse", telling.before_worse)
register.filter("days", telling.days)
register.filter("long_date", telling.long_date)
register.filter("in_words", telling.measure)
register.filter("sessions_panel", panels.sessions)
register.filter("score_rows", panels.score_table)
register.filter("repetition_rows", panels.repetition_table)
register.filter("measure_rows", panels.measure_table)


@register.simple_tag
def pain_panel(progress: Progress, panel: Panel) -> SafeString:
    return panels.pain(progress, panel)


@register.simple_tag
def repetitions_panel(progress: Progress, growth: Growth) -> SafeString:
    return panels.repetitions(progress, growth)


@register.simple_tag
def measure_panel(progress: Progress, name: str, title: str) -> SafeString:
    return panels.measure(progress, name, title)


@register.simple_tag
def usual_pain(progress: Progress) -> str:
    return telling.usual_pain(progress.change, rules(), stale=progress.stale)


@register.simple_tag
def sessions_done(progress: Progress) -> str:
    return " ".join(telling.sessions_done(progress.adherence, rules()))


@register.simple_tag
def repetitions(progress: Progress, growth: Growth) -> str:
    return telling.repetitions(growth, progress.today)
