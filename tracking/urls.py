"""Addresses of a person's own records. Each needs a sign-in."""

from django.urls import path

from tracking.views import practice, progress, settings

app_name = "tracking"
urlpatterns = [
    path("today/", practice.today, name="today"),
    path("sessions/", practice.session_list, name="session-list"),
    path("sessions/new/", practice.session_new, name="session-new"),
    path("sessions/<uuid:pk>/", practice.session_detail, name="session-detail"),
    path("sessions/<uuid:pk>/edit/", practice.session_edit, name="session-edit"),
    path("sessions/<uuid:pk>/delete/", practice.session_delete, name="session-delete"),
    path("sessions/<uuid:pk>/undo/", practice.session_undo, name="session-undo"),
    path("progress/", progress.progress, name="progress"),
    path("settings/", settings.settings, name="settings"),
]
