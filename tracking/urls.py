"""Addresses of a person's own records, which need a sign-in, and of the player, which does not."""

from django.urls import path

from tracking.models import CheckIn, Flare, Pause
from tracking.views import checkin, entries, flares, measures, player, practice, progress, screening, settings

app_name = "tracking"
urlpatterns = [
    path("today/", practice.today, name="today"),
    path("sessions/", practice.session_list, name="session-list"),
    path("sessions/new/", practice.session_new, name="session-new"),
    path("sessions/<uuid:pk>/", practice.session_detail, name="session-detail"),
    path("sessions/<uuid:pk>/edit/", practice.session_edit, name="session-edit"),
    path("sessions/<uuid:pk>/delete/", practice.session_delete, name="session-delete"),
    path("sessions/<uuid:pk>/undo/", practice.session_undo, name="session-undo"),
    path("routines/<slug:slug>/practice/", player.routine_practice, name="routine-practice"),
    path("exercises/<slug:slug>/practice/", player.exercise_practice, name="exercise-practice"),
    path("progress/", progress.progress, name="progress"),
    path("check-in/", checkin.check_in_new, name="check-in"),
    path("check-ins/", checkin.check_in_list, name="check-in-list"),
    path("check-ins/<uuid:pk>/", checkin.check_in_detail, name="check-in-detail"),
    path("check-ins/<uuid:pk>/edit/", checkin.check_in_edit, name="check-in-edit"),
    path("check-ins/<uuid:pk>/delete/", entries.delete, {"model": CheckIn}, name="check-in-delete"),
    path("check-ins/<uuid:pk>/undo/", entries.undo, {"model": CheckIn}, name="check-in-undo"),
    path("flares/", flares.flare_list, name="flare-list"),
    path("flares/new/", flares.flare_new, name="flare-new"),
    path("flares/<uuid:pk>/", flares.flare_detail, name="flare-detail"),
    path("flares/<uuid:pk>/edit/", flares.flare_edit, name="flare-edit"),
    path("flares/<uuid:pk>/end/", flares.flare_end, name="flare-end"),
    path("flares/<uuid:pk>/delete/", entries.delete, {"model": Flare}, name="flare-delete"),
    path("flares/<uuid:pk>/undo/", entries.undo, {"model": Flare}, name="flare-undo"),
    path("pauses/", flares.pause_list, name="pause-list"),
    path("pauses/<uuid:pk>/", flares.pause_detail, name="pause-detail"),
    path("pauses/<uuid:pk>/delete/", entries.delete, {"model": Pause}, name="pause-delete"),
    path("pauses/<uuid:pk>/undo/", entries.undo, {"model": Pause}, name="pause-undo"),
    path("screening/", screening.screen, name="screening"),
    path("screening/<uuid:pk>/", screening.screening_detail, name="screening-detail"),
    path("screening/<uuid:pk>/seen/", screening.screening_seen, name="screening-seen"),
    path("activities/", measures.goal_list, name="goal-list"),
    path("activities/new/", measures.goal_new, name="goal-new"),
    path("activities/rate/", measures.goal_rate, name="goal-rate"),
    path("activities/<uuid:pk>/", measures.goal_detail, name="goal-detail"),
    path("activities/<uuid:pk>/end/", measures.goal_end, name="goal-end"),
    path("activities/<uuid:pk>/delete/", measures.goal_delete, name="goal-delete"),
    path("activities/<uuid:pk>/undo/", measures.goal_undo, name="goal-undo"),
    path("questionnaires/", measures.questionnaire_list, name="questionnaire-list"),
    path("questionnaires/new/", measures.questionnaire_new, name="questionnaire-new"),
    path("questionnaires/<uuid:pk>/", measures.questionnaire_detail, name="questionnaire-detail"),
    path("questionnaires/<uuid:pk>/delete/", measures.questionnaire_delete, name="questionnaire-delete"),
    path("questionnaires/<uuid:pk>/undo/", measures.questionnaire_undo, name="questionnaire-undo"),
    path("settings/", settings.settings, name="settings"),
]
