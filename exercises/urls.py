from django.urls import path, re_path

from exercises import views

app_name = "exercises"
urlpatterns = [
    path("exercises/", views.exercise_list, name="exercise-list"),
    path("exercises/<slug:slug>/", views.exercise_detail, name="exercise-detail"),
    re_path(r"^pictures/(?P<sha256>[0-9a-f]{64})\.webp$", views.picture, name="picture"),
    path("routines/", views.routine_list, name="routine-list"),
    path("routines/<slug:slug>/", views.routine_detail, name="routine-detail"),
    path("guide/", views.guide_list, name="guide-list"),
    path("guide/<slug:slug>/", views.guide_detail, name="guide-detail"),
    path("safety/", views.safety, name="safety"),
    path("spasm/", views.spasm, name="spasm"),
]
