"""Addresses of a person's own records, which need a sign-in, and of the player, which does not."""

from django.urls import path

from tracking.views import player, practice, progress, settings

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
    path("settings/", settings.settings, name="settings"),
]
