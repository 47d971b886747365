"""Addresses of a person's own records, which need a sign-in, and of the player, which does not."""

from django.urls import path

from tracking.views import measures, player, practice, progress, settings

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
