"""The words of the drawn figures, a title and a sentence each: in Python, where makemessages finds them."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Caption:
    title: Promise
    desc: Promise


CAPTIONS: Final = {
    "pelvic-tilt-bridge": Caption(
        _("Pelvic tilt bridge"),
        _(
            "A person lies on their back, knees bent, feet flat, arms by the sides with the palms down, and "
            "lifts the hips until shoulders, hips and knees form one straight line."
        ),
    ),
    "hamstring-stretch": Caption(
        _("Hamstring stretch"),
        _(
            "A person lies on their back, holds behind one leg with both hands and pulls it gently toward "
            "them. Both hips stay on the floor."
        ),
    ),
    "piriformis-stretch": Caption(
        _("Piriformis stretch"),
        _("A person lies on their back with both knees bent, crosses one leg and rests its foot on the other knee."),
    ),
    "hip-flexor-stretch": Caption(
        _("Hip flexor stretch"),
        _(
            "A person kneels on the right knee with the left foot flat in front, both hands on the left thigh, "
            "trunk upright, and presses the hips forward."
        ),
    ),
    "locust-pose": Caption(
        _("Locust pose"),
        _(
            "A person lies face down with the arms at the sides, squeezes the shoulder blades together and "
            "lifts head and chest."
        ),
    ),
    "superman": Caption(
        _("Superman"),
        _(
            "A person lies face down with arms and legs straight and lifts all four a little off the floor. "
            "The neck stays in line with the back."
        ),
    ),
    "knee-to-chest": Caption(
        _("Knee-to-chest stretch"),
        _(
            "A person lies on their back with knees bent and feet flat, pulls one knee to the chest with both "
            "hands, then the other, then both together."
        ),
    ),
    "lower-back-rotation": Caption(
        _("Lower back rotational stretch"),
        _(
            "A person lies on their back, knees bent, and rolls both knees slowly to one side and then to the "
            "other. Both shoulders stay on the floor."
        ),
    ),
    "lower-back-flexibility": Caption(
        _("Lower back flexibility exercise"),
        _(
            "A person lies on their back with knees bent, lets the low back rise slightly off the floor, then "
            "flattens it against the floor."
        ),
    ),
    "bridge": Caption(
        _("Bridge"),
        _(
            "A person lies on their back with knees bent, shoulders and head relaxed on the floor, and lifts "
            "the hips to a straight line from knees to shoulders."
        ),
    ),
    "cat-stretch": Caption(
        _("Cat stretch"),
        _(
            "A person on hands and knees rounds the back up toward the ceiling while head and tailbone drop, "
            "then lets back and belly sag while head and tailbone lift."
        ),
    ),
}
