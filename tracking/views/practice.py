"""Today, and the sessions: log one, look at it, mend it, take it back."""

import datetime
import uuid
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from exercises.models import LOOK_KEY, Routine
from tracking import screening, targets, wording
from tracking.circumstances import Circumstances
from tracking.days import Reason
from tracking.diary import AFTERNOON, Diary, next_period, open_slot
from tracking.forms import DONE, ConflictError, SessionForm
from tracking.kept import kept
from tracking.models import Flare, Period, Profile, Session, local_date
from tracking.requests import UserRequest, private, zone_in_force
from tracking.targets import Slot

PAGE = 20  # sessions


@private
@require_safe
def today(request: UserRequest) -> HttpResponse:
    """Show both halves of the day, the next one's targets with their reasons, and the last two weeks. 7 queries.

    3 queries when nothing has changed since the last time, the hour included.
    """
    profile = Profile.objects.of(request.user)
    zone = zone_in_force(request, profile)
    now = timezone.localtime(timezone=ZoneInfo(zone))
    given = (zone, now.date(), now.hour, str(request.session.get(LOOK_KEY, "")))
    body = kept(profile, "today", given, partial(_today, profile, *given))
    return render(request, "tracking/today.html", {"body": body})


def _today(profile: Profile, zone: str, today: datetime.date, hour: int, look: str) -> SafeString:
    diary = Diary.of(profile.owner, today)
    planned = profile.planned_periods()
    waiting = [period for period in planned if not diary.today.session(period)]
    period = next_period(waiting or planned[-1:], hour)
    circumstances = Circumstances.of(profile.owner, today)
    proposed = _targets(profile, Slot(today, period, {}, diary.today.logged(), zone), circumstances)
    if not waiting:
        proposed = [target.closed() for target in proposed]
    first_time = not (diary.mornings or diary.evenings) and all(
        target.advice and target.advice.reason == Reason.FIRST for target in proposed
    )
    flare, screened = circumstances.flare, circumstances.screened
    resting = bool(flare or (screened and screened.holds))
    asks = not (first_time or resting or circumstances.pause)
    context = {
        "today": today,
        "halves": [(period, profile.routine(period), diary.today.session(period)) for period in Period.values],
        "next": period if waiting and not resting else "",
        "rests": targets.all_rest(proposed) if waiting and not resting else None,
        "targets": sorted(proposed, key=lambda target: target.left_out),
        "diary": diary,
        "forgotten": list(diary.forgotten(profile, zone, circumstances)) if asks else [],
        "planned": planned,
        "first_time": first_time,
        "circumstances": circumstances,
        "flare_days": flare.days(today) if flare else 0,
        "ask_night": today not in circumstances.nights and hour < AFTERNOON,
        "resting": resting,
        "asked": set() if first_time else circumstances.asked,
        "look": look,
    }
    return render_to_string("tracking/_today.html", context)


@private
@require_safe
def session_list(request: UserRequest) -> HttpResponse:
    """List a person's sessions, latest first, or those of ``?from=…&to=…``, a bad date being none. 6 queries.

    3 queries when one comes back to the page that was last looked at, and nothing has changed since.
    """
    profile = Profile.objects.of(request.user)
    now = local_date(zone_in_force(request, profile))
    bounds = tuple((name, date) for name in ("from", "to") if (date := _date(request.GET.get(name, ""))))
    given = (now, bounds, request.GET.get("page", ""))
    body = kept(profile, "sessions", given, partial(_sessions, request.user, *given))
    return render(request, "tracking/session_list.html", {"body": body})


def _sessions(
    owner: User, today: datetime.date, asked: tuple[tuple[str, datetime.date], ...], number: str
) -> SafeString:
    sessions, bounds = Session.objects.owned_by(owner).kept(), dict(asked)
    if "from" in bounds:
        sessions = sessions.filter(date__gte=bounds["from"])
    if "to" in bounds:
        sessions = sessions.filter(date__lte=bounds["to"])
    page = Paginator(sessions, PAGE).get_page(number)
    context = {"page": page, "open": open_slot(owner, today), "bounds": bounds, "query": urlencode(bounds)}
    return render_to_string("tracking/_session_list.html", context)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def session_new(request: UserRequest) -> HttpResponse:
    """Log a morning or an evening. 6 queries to show, 11 to store."""
    profile = Profile.objects.of(request.user)
    zone = zone_in_force(request, profile)
    given: dict[str, Any] = {"owner": request.user, "profile": profile, "zone": zone}
    if request.method == "POST":
        return _answer(request, SessionForm(request.POST, **given))
    form = SessionForm(initial=_slot_asked_for(request, zone), **given)
    form.offer(request.GET.dict())
    counted = {name: value for name, value in request.GET.items() if form.offered and name.startswith(DONE)}
    carried = urlencode(counted | {"routine": form.chosen.slug}) if form.chosen and counted else ""
    free = open_slot(request.user, local_date(zone)) if form.taken else None
    return _page(request, form, taken=form.taken, carried=carried, open=free)


@private
@require_safe
def session_detail(request: UserRequest, pk: uuid.UUID) -> HttpResponse:
    """Show a session, and what it is a reason for; one that its owner deleted shows how to bring it back."""
    session = get_object_or_404(Session.objects.owned_by(request.user).with_exercises(), pk=pk)
    worse = screening.ended_worse(session)
    flare = Flare.objects.owned_by(request.user).open() if worse else None
    somebody = screening.see_somebody(session)
    context = {"session": session, "needs_somebody": somebody, "worse": worse, "flare": flare}
    return render(request, "tracking/session_detail.html", context)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def session_edit(request: UserRequest, pk: uuid.UUID) -> HttpResponse:
    """Change what was logged. Its targets stay what they were. The address may bring what the player has counted."""
    session = get_object_or_404(Session.objects.owned_by(request.user).with_exercises(), pk=pk)
    if session.deleted_at and request.method != "POST":
        return redirect(session)
    profile = Profile.objects.of(request.user)
    given: dict[str, Any] = {"owner": request.user, "profile": profile, "stored": session}
    zone = zone_in_force(request, profile)
    if request.method == "POST":
        return _answer(request, SessionForm(request.POST, zone=zone, **given))
    form = SessionForm(zone=zone, initial={"routine": request.GET.get("routine", session.routine.slug)}, **given)
    if not form.exercises:
        form = SessionForm(zone=zone, **given)
    form.offer(request.GET.dict())
    return _page(request, form)


def _answer(request: UserRequest, form: SessionForm) -> HttpResponse:
    """Store a posted form and go on, or show what stands against it with all that was typed."""
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        session = form.record()
    except ConflictError as conflict:
        return _conflict_page(request, form, conflict)
    if session.deleted_at:  # sent again after it was deleted
        messages.warning(request, _("You deleted this session after saving it. You can bring it back."))
        return redirect(session)
    now = local_date(form.cleaned_data["zone"])
    messages.success(request, _saved(session, now))
    told = form.stored or screening.see_somebody(session) or screening.ended_worse(session)
    return redirect("tracking:today") if session.date == now and not told else redirect(session)


def _saved(session: Session, today: datetime.date) -> str:
    """Return the message after saving; a forgotten score can be added."""
    slot = wording.slot(session.date, session.period, today)
    if session.pain_before is not None or session.pain_after is not None:
        return _("%(slot)s is saved.") % {"slot": slot}
    edit = reverse("tracking:session-edit", args=[session.pk])
    said = _("%(slot)s is saved, without a pain score.") % {"slot": slot}
    return format_html('{} <a href="{}">{}</a>', said, edit, _("Add one"))


def _conflict_page(request: HttpRequest, form: SessionForm, conflict: ConflictError) -> HttpResponse:
    """Offer the stored session for editing and keep what was typed, so that it can replace it or be saved elsewhere."""
    fresh: dict[str, Any] = {}
    if conflict.kind != "slot":  # the key is used up
        fresh["key"] = uuid.uuid4()
    if conflict.kind == "stale" or form.stored is None:
        fresh["version"] = conflict.stored.version
    stored = None if conflict.stored.deleted_at else form.stored
    return _page(request, form.again(stored=stored, **fresh), status=409, conflict=conflict)


def _page(request: HttpRequest, form: SessionForm, status: int = 200, **context: Any) -> HttpResponse:
    stored = form.stored
    context |= {
        "form": form,
        "today": local_date(form.device_zone),
        "routines": Routine.objects.shown(),
        "action": reverse("tracking:session-edit", args=[stored.pk]) if stored else reverse("tracking:session-new"),
    }
    return render(request, "tracking/session_form.html", context, status=status)


def _slot_asked_for(request: HttpRequest, zone: str) -> dict[str, Any]:
    """Return the slot that the address names; what it names badly or not at all is the next one of today."""
    now = timezone.localtime(timezone=ZoneInfo(zone))
    period, date = request.GET.get("period"), _date(request.GET.get("date", ""))
    return {
        "date": date if date and date <= now.date() else now.date(),
        "period": period if period in Period.values else next_period(Period.values, now.hour),
        "routine": request.GET.get("routine", ""),
    }


def _date(text: str) -> datetime.date | None:
    try:
        return parse_date(text)
    except ValueError:  # well formed, and not a day: 30 February
        return None


def _targets(profile: Profile, slot: Slot, circumstances: Circumstances) -> list[targets.Target]:
    ids = {period: profile.routine_id(period) for period in Period.values}
    shown = targets.routines("", ids.values(), circumstances.swaps, profile.revision)
    found = {routine.pk: ones for routine, ones in shown}
    planned = {period: found[pk] for period, pk in ids.items() if pk in found}
    return targets.propose(profile, replace(slot, planned=planned), planned.get(slot.period, []), circumstances)
