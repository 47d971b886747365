"""A person's own settings."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracking.requests import UserRequest, device_zone, private
from tracking.settings_form import SettingsForm


@private
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: UserRequest) -> HttpResponse:
    """Show and change the plan of the day, the precautions, the zone and who is drawn in the figures."""
    data = request.POST if request.method == "POST" else None
    form = SettingsForm(data, owner=request.user, zone=device_zone(request))
    if form.is_valid():
        form.record().wear_look(request.session)
        messages.success(request, _("Your settings are saved."))
        return redirect("tracking:settings")
    return render(request, "tracking/settings.html", {"form": form}, status=422 if form.is_bound else 200)
