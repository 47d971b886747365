"""One's own activities (PSFS) and the Roland-Morris questionnaire: set, rate, fill in, look back."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracking import measures
from tracking.measures_forms import GoalForm, QuestionnaireForm, RatingForm
from tracking.models import Goal, GoalScore, Profile, Questionnaire, local_date
from tracking.requests import UserRequest, private, zone_now
from tracking.roland_morris import STATEMENTS
from tracking.thresholds import rules

PAGE = 20  # rows


@private
@require_safe
def goal_list(request: UserRequest) -> HttpResponse:
    """Show the activities with their first and latest scores, and ask for today's. 8 queries at most."""
    return _goals(request)


@private
@require_POST
def goal_new(request: UserRequest) -> HttpResponse:
    """Add an activity."""
    form = GoalForm(request.POST, owner=request.user, zone=_zone(request))
    status = form.attempt()
    return redirect("tracking:goal-list") if status == 200 else _goals(request, status, adding=form)


@private
@require_POST
def goal_rate(request: UserRequest) -> HttpResponse:
    """Store today's scores of all the activities."""
    form = RatingForm(request.POST, owner=request.user, zone=_zone(request), goals=_active(request))
    status = form.attempt()
    if status != 200:
        return _goals(request, status, rating=form)
    messages.success(request, _("Your activities are rated."))
    return redirect("tracking:goal-list")


@private
@require_safe
def goal_detail(request: UserRequest, pk: uuid.UUID) -> HttpResponse:
    """Show one activity and its scores, latest first."""
    goal = get_object_or_404(Goal.of(request.user), pk=pk)
    scores = GoalScore.of(request.user).kept().filter(goal=goal).order_by("-date")
    page = Paginator(scores, PAGE).get_page(request.GET.get("page"))
    return render(request, "tracking/goal_detail.html", {"goal": goal, "page": page})


@private
@require_POST
def goal_end(request: UserRequest, pk: uuid.UUID) -> HttpResponse:
    """End an activity: it is rated no more, and its scores stay. Twice is once."""
    goal = get_object_or_404(Goal.of(request.user).kept(), pk=pk)
    today = max(local_date(_zone(request)), goal.date)
    with transaction.atomic():
        Profile.objects.lock(request.user, goal.zone, written=())
        Goal.of(request.user).kept().filter(pk=pk, ended__isnull=True).update(ended=today)
    return redirect("tracking:goal-detail", pk)


@private
@require_safe
def questionnaire_list(request: UserRequest) -> HttpResponse:
    """List the filled-in questionnaires, latest first."""
    filled_in = Questionnaire.of(request.user).kept()
    page = Paginator(filled_in.order_by("-date"), PAGE).get_page(request.GET.get("page"))
    last = filled_in.order_by("-date").values_list("date", flat=True).first() if page.number > 1 else None
    latest = last or next((one.date for one in page), None)
    due = measures.due(latest, local_date(_zone(request)), rules().questionnaire_days)
    context = {"page": page, "due": due, "days": rules().questionnaire_days}
    return render(request, "tracking/questionnaire_list.html", context)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def questionnaire_new(request: UserRequest) -> HttpResponse:
    """Fill in the questionnaire for today."""
    given: dict[str, Any] = {"owner": request.user, "zone": _zone(request)}
    if request.method != "POST":
        return render(request, "tracking/questionnaire_form.html", {"form": QuestionnaireForm(**given)})
    form = QuestionnaireForm(request.POST, **given)
    status = form.attempt()
    if status == 200:
        if score := len(form.cleaned_data["statements"]):
            said = _("Your answers are saved. The score is %(score)d of 24.") % {"score": score}
        else:  # as its authors score it; whoever has not come to it yet must see that
            said = _("Saved: no sentence describes you today, which is a score of 0 of 24. You can fill it in again.")
        messages.success(request, said)
        return redirect("tracking:questionnaire-list")
    return render(request, "tracking/questionnaire_form.html", {"form": form}, status=status)


@private
@require_safe
def questionnaire_detail(request: UserRequest, pk: uuid.UUID) -> HttpResponse:
    """Show what was ticked."""
    filled_in = get_object_or_404(Questionnaire.of(request.user), pk=pk)
    ticked = [STATEMENTS[number - 1] for number in filled_in.answers]
    return render(request, "tracking/questionnaire_detail.html", {"filled_in": filled_in, "ticked": ticked})


def _goals(
    request: UserRequest, status: int = 200, adding: GoalForm | None = None, rating: RatingForm | None = None
) -> HttpResponse:
    """Show the page of activities, with a form as it was sent where something stands against it."""
    zone = _zone(request)
    scores = GoalScore.of(request.user).kept().filter(goal=OuterRef("pk"))
    goals = Goal.of(request.user).kept().order_by("ended", "date", "entered_at")
    goals = goals.annotate(
        first=Subquery(scores.order_by("date").values("score")[:1]),
        latest=Subquery(scores.order_by("-date").values("score")[:1]),
        rated=Subquery(scores.order_by("-date").values("date")[:1]),
    )
    active = list(goals.filter(ended__isnull=True)[: measures.MOST_GOALS])
    ended = Paginator(goals.filter(ended__isnull=False), PAGE).get_page(request.GET.get("page"))
    rated = [goal.rated for goal in active]
    given: dict[str, Any] = {"owner": request.user, "zone": zone}
    context = {
        "active": active,
        "ended": ended,
        "adding": adding or GoalForm(**given),
        "rating": rating or RatingForm(goals=active, **given),
        "full": len(active) >= measures.MOST_GOALS,
        "due": bool(active) and any(measures.due(date, local_date(zone), rules().goal_days) for date in rated),
        "days": rules().goal_days,
    }
    return render(request, "tracking/goal_list.html", context, status=status)


def _active(request: UserRequest) -> list[Goal]:
    return list(Goal.of(request.user).kept().filter(ended__isnull=True).order_by("date", "entered_at"))


def _zone(request: UserRequest) -> str:
    return zone_now(request)
