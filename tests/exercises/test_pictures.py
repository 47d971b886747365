"""Uploaded pictures: what is accepted, what is left of it, who may upload, and how pages show it."""

import io
import re
import struct
import zlib
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from exercises import editors, pictures
from exercises.illustrations import Picture
from exercises.models import Exercise
from tests.exercises.factories import ExerciseFactory, RoutineFactory, SourceFactory

ADD = reverse("admin:exercises_exercise_add")
ALT = "A woman kneels and leans back."
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"


def image(kind: str = "PNG", mode: str = "RGB", size: tuple[int, int] = (40, 20), **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **more)
    return out.getvalue()


def moving(kind: str) -> bytes:
    frames = [Image.new("RGB", (40, 20), colour) for colour in ("red", "blue", "green")]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


def bomb(side: int) -> bytes:
    """Return a small PNG that says that it is huge."""
    small = image()
    header = b"IHDR" + struct.pack(">II", side, side) + small[24:29]
    return small[:12] + header + struct.pack(">I", zlib.crc32(header)) + small[33:]


def scanned(times: int) -> bytes:
    """Return a JPEG whose last scan is there once more so many times; each goes over the whole picture."""
    jpeg = image("JPEG", progressive=True)[:-2]
    return jpeg + jpeg[jpeg.rindex(b"\xff\xda") :] * times + b"\xff\xd9"


def read(data: bytes) -> Picture:
    return pictures.read(io.BytesIO(data), len(data))


def opened(picture: Picture) -> Image.Image:
    return Image.open(io.BytesIO(picture.content))


def upload(data: bytes, name: str = "picture.png", content_type: str = "image/png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type)


def stored() -> Picture:
    picture = read(image(size=(800, 600)))
    picture.keep()
    return picture


def pictured(**fields: Any) -> Exercise:
    """Return an exercise that an editor has made, with a picture and no figure."""
    own = {"slug": "camel", "picture": stored(), "picture_alt": ALT}
    made: Exercise = ExerciseFactory(**own | fields)
    return made


# --- What is accepted, and what is left of it ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_good_picture_becomes_webp(kind: str) -> None:
    picture = read(image(kind))
    assert opened(picture).format == "WEBP"
    assert (picture.width, picture.height) == opened(picture).size == (40, 20)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_png_is_read(mode: str) -> None:
    assert opened(read(image(mode=mode))).mode == "RGB"


def test_a_jpeg_that_appears_by_and_by_is_read() -> None:
    assert opened(read(scanned(20))).format == "WEBP"


def test_a_jpeg_for_printing_is_read() -> None:
    assert opened(read(image("JPEG", mode="CMYK"))).mode == "RGB"


def test_grey_of_sixteen_bits_stays_grey() -> None:
    out = io.BytesIO()
    Image.new("I;16", (40, 20), 0x8000).save(out, "PNG")
    assert opened(read(out.getvalue())).getpixel((20, 10)) == pytest.approx((128, 128, 128), abs=3)


def test_a_clear_ground_becomes_white() -> None:
    assert opened(read(image(mode="RGBA"))).getpixel((20, 10)) == pytest.approx((255, 255, 255), abs=2)


def test_a_large_picture_is_made_smaller() -> None:
    picture = read(image("JPEG", size=(3200, 1000)))
    assert (picture.width, picture.height) == (1600, 500)


def test_the_same_picture_is_stored_once(db: None) -> None:
    for _ in range(2):
        read(image()).keep()
    assert Picture.objects.count() == 1


def test_what_a_photo_says_of_its_place_and_camera_is_left_out() -> None:
    said = Image.Exif()
    said[0x010F] = "A camera"
    said[0x8825] = {1: "N", 2: (47.0, 22.0, 0.0)}
    data = image("JPEG", exif=said, comment=b"at home", icc_profile=b"a profile")
    assert b"A camera" in data
    left = opened(read(data))
    assert not left.getexif()
    assert not {"exif", "icc_profile", "xmp", "comment"} & left.info.keys()
    assert b"A camera" not in read(data).content


def test_a_photo_taken_sideways_stands_upright() -> None:
    turned = Image.Exif()
    turned[0x0112] = 6
    picture = read(image("JPEG", exif=turned))
    assert (picture.width, picture.height) == (20, 40)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (SVG, "type"),
        (HTML, "type"),
        (b"", "type"),
        (b"\x89PNG\r\n\x1a\n" + HTML, "type"),
        (image("GIF"), "type"),
        (image("BMP"), "type"),
        (image("TIFF"), "type"),
        (image("PNG")[:-30], "type"),
        (image("JPEG", size=(400, 400))[:-200], "type"),
        (image("WEBP", size=(400, 400))[:-20], "type"),
        (moving("GIF"), "type"),
        (moving("PNG"), "animated"),
        (moving("WEBP"), "animated"),
        (bomb(8_000), "pixels"),
        (bomb(11_000), "pixels"),
        (bomb(60_000), "pixels"),
        (bomb(5_001), "pixels"),
        (image(mode="1", size=(49_000_000, 1)), "pixels"),
        (image(mode="1", size=(1, 10_001)), "pixels"),
        (image("JPEG", size=(10_001, 1)), "pixels"),
        (image("WEBP", size=(10_001, 1)), "pixels"),
        (image() + bytes(6_000_000), "large"),
        (scanned(100), "scans"),
    ],
    ids=[
        *("svg", "html", "empty", "html-after-a-png's-first-bytes", "gif", "bmp", "tiff"),
        *("truncated-png", "truncated-jpeg", "truncated-webp", "moving-gif", "moving-png", "moving-webp"),
        *("bomb", "larger-bomb", "largest-bomb", "26-megapixels"),
        *("a-long-line", "a-high-line", "a-long-jpeg", "a-long-webp", "six-megabytes", "many-scans"),
    ],
)
def test_anything_else_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        read(data)
    assert refused.value.code == code


@pytest.mark.django_db
def test_the_database_holds_no_picture_without_words() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        pictured(picture_alt="")


# --- The editor's form -----------------------------------------------------------------------------------------------


@pytest.fixture
def editor(client: Client, db: None) -> Client:
    editors.ensure()
    user = User.objects.create_user("physio", password="x", is_staff=True)
    user.groups.add(Group.objects.get(name=editors.GROUP))
    client.force_login(user)
    return client


def typed(**changes: Any) -> dict[str, Any]:
    """Return what an editor fills in for a new exercise with a picture."""
    exercise = {"name": "Camel", "slug": "camel", "summary": "Opens the front.", "position": "Kneel.", "order": "30"}
    dose = {"TOTAL_FORMS": 1, "INITIAL_FORMS": 0, "0-sets": 1, "0-reps_min": 2, "0-reps_max": 3, "0-per": "session"}
    phases = {"TOTAL_FORMS": 1, "INITIAL_FORMS": 0, "0-slug": "lean", "0-kind": "move", "0-cue": "Lean back."}
    phases |= {"0-order": 10, "0-seconds": 4, "0-applies": "repetition"}
    parts = {f"dose-{name}": value for name, value in dose.items()}
    parts |= {f"phases-{name}": value for name, value in phases.items()}
    picture = {"picture": upload(image()), "picture_alt": ALT, "picture_author": "Ana", "picture_licence": "CC BY 4.0"}
    return exercise | parts | {"source": SourceFactory().pk} | picture | changes


def errors(html: str) -> str:
    return unescape(" ".join(re.findall(r'<ul class="errorlist[^>]*>(.*?)</ul>', html, re.DOTALL)))


def test_editor_uploads_a_picture(editor: Client) -> None:
    assert editor.post(ADD, typed()).status_code == 302
    exercise = Exercise.objects.get()
    assert exercise.picture_id == Picture.objects.get().name
    assert (exercise.picture_alt, exercise.picture_author, exercise.picture_licence) == (ALT, "Ana", "CC BY 4.0")


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (upload(HTML, "holiday.png"), "no whole PNG, JPEG or WebP"),
        (upload(SVG, "figure.svg", "image/svg+xml"), "no whole PNG, JPEG or WebP"),
        (upload(image() + bytes(6_000_000)), "larger than 5 MB"),
        (upload(bomb(60_000)), "25 million pixels"),
        (upload(image(mode="1", size=(49_000_000, 1))), "a side of more than 10,000"),
        (upload(b""), "empty"),
    ],
    ids=["html-named-png", "svg", "six-megabytes", "bomb", "a-long-line", "empty"],
)
def test_a_bad_file_is_refused_beside_its_field_and_what_was_typed_is_kept(
    editor: Client, file: SimpleUploadedFile, said: str
) -> None:
    response = editor.post(ADD, typed(picture=file))
    assert said in errors(response.text)
    assert response.context["adminform"].form.errors.keys() == {"picture"}
    assert f'value="{ALT}"' in response.text
    assert not Exercise.objects.exists()
    assert not Picture.objects.exists()


def test_a_picture_needs_words(editor: Client) -> None:
    response = editor.post(ADD, typed(picture_alt=" "))
    assert response.context["adminform"].form.errors == {"picture_alt": ["Say in a few words what the picture shows."]}
    assert not Exercise.objects.exists()


def test_a_picture_need_not_be_chosen_twice(editor: Client) -> None:
    """A browser sends a file once, even if the form comes back because of another field."""
    page = editor.post(ADD, typed(picture_alt="")).text
    kept = re.search(r'name="picture-kept" value="([^"]+)"', page)
    assert kept
    assert 'class="picture-now"' in page
    again = typed(**{"picture-kept": kept[1]})
    del again["picture"]
    assert editor.post(ADD, again).status_code == 302
    assert Exercise.objects.get().picture_id == kept[1]


@pytest.mark.parametrize("name", ["x", "0" * 64 + "-1x1", "../../etc/passwd", "\0"])
def test_a_picture_that_nobody_uploaded_is_none(editor: Client, name: str) -> None:
    sent = typed(**{"picture-kept": name})
    del sent["picture"]
    assert editor.post(ADD, sent).status_code == 302
    assert Exercise.objects.get().picture_id is None


def test_a_picture_stays_goes_and_comes_back(editor: Client) -> None:
    exercise = pictured(phases=[{}], dose__reps_min=2)
    change = reverse("admin:exercises_exercise_change", args=[exercise.pk])
    phase = exercise.phases.get()
    rows = {"phases-INITIAL_FORMS": 1, "phases-0-id": phase.pk, "phases-0-exercise": exercise.pk}
    rows |= {"dose-INITIAL_FORMS": 1, "dose-0-id": exercise.dose.pk, "dose-0-exercise": exercise.pk}

    def save(**changes: Any) -> Exercise:
        sent = typed(**rows | changes)
        if not changes.get("picture"):
            del sent["picture"]
        assert editor.post(change, sent).status_code == 302
        return Exercise.objects.get()

    before = exercise.picture_id
    assert save().picture_id == before
    assert save(**{"picture-clear": "on"}).picture_id is None
    history = editor.get(reverse("admin:exercises_exercise_history", args=[exercise.pk])).text
    assert "Picture" in history
    before_it_went = re.findall(r'href="([^"]+/history/\d+T\d+/)"', history)[0]
    editor.post(before_it_went)
    assert Exercise.objects.get().picture_id == before


def test_a_preview_shows_the_picture_and_saves_no_exercise(editor: Client) -> None:
    html = editor.post(ADD, typed(_preview="1")).text
    shown = re.search(r'<img class="fx"\s+src="([^"]+)"', html)
    assert shown
    assert editor.get(shown[1]).status_code == 200
    assert not Exercise.objects.exists()


def test_strangers_and_people_cannot_upload(client: Client, db: None) -> None:
    sent = typed()
    assert client.post(ADD, sent).status_code == 302
    client.force_login(User.objects.create_user("person"))
    assert client.post(ADD, typed()).status_code == 302
    client.force_login(User.objects.create_user("staff", is_staff=True))
    assert client.post(ADD, typed()).status_code == 403
    assert not Picture.objects.exists()


# --- The picture, and the pages that show it -------------------------------------------------------------------------


def test_a_picture_is_served_for_good_and_as_nothing_else(
    client: Client, db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    picture = stored()
    with django_assert_num_queries(1):
        response = client.get(picture.url)
    assert response.content == picture.content
    assert response["Content-Type"] == "image/webp"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert not response.cookies
    assert "Vary" not in response


@pytest.mark.parametrize("name", ["0" * 64 + ".webp", "0" * 63 + ".webp", "A" * 64 + ".webp", "x.webp", ""])
def test_an_unknown_picture_is_not_found(client: Client, db: None, name: str) -> None:
    assert client.get(f"/pictures/{name}").status_code == 404


def test_the_page_of_an_exercise_shows_its_picture_with_words_author_and_licence(client: Client, db: None) -> None:
    exercise = pictured(picture_author="Ana <b>", picture_licence="CC BY 4.0")
    html = client.get(exercise.get_absolute_url()).text
    assert re.search(rf'<img class="fx"\s+src="{stored().url}"\s+width="800"\s+height="600"\s+alt="{ALT}">', html)
    assert "Ana &lt;b&gt;" in html
    assert "CC BY 4.0" in html


def test_a_drawn_figure_comes_before_a_picture(client: Client, db: None) -> None:
    html = client.get(pictured(figure="bridge").get_absolute_url()).text
    assert "fx-film" in html
    assert "/pictures/" not in html


@pytest.mark.parametrize(
    "address", ["/", "/exercises/", "/exercises/camel/", "/exercises/camel/practice/", "/routines/", "/routines/all/"]
)
def test_pages_with_pictures_ask_for_no_bytes_and_cost_no_query_more(
    client: Client, db: None, address: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    RoutineFactory(slug="all", exercises=[pictured(), pictured(slug="camel-2"), pictured(slug="camel-3")])
    with django_assert_max_num_queries(4) as asked:
        html = client.get(address).text
    assert "/pictures/" in html
    assert not any("exercises_picture" in query["sql"] for query in asked.captured_queries)


@pytest.mark.parametrize("address", ["/exercises/", "/routines/all/"])
def test_a_picture_in_a_list_waits_until_it_is_seen(client: Client, db: None, address: str) -> None:
    RoutineFactory(slug="all", exercises=[pictured()])
    found = re.findall(r"<img [^>]*>", client.get(address).text)
    assert found
    assert all('loading="lazy"' in tag and 'width="800" height="600"' in tag for tag in found)


@pytest.mark.parametrize(
    ("tag", "alt"),
    [
        ("{% figure_icon exercise %}", ""),
        ("{% figure_still exercise 'lean' alt='' %}", ""),
        ("{% figure_still exercise 'lean' %}", ALT),
        ("{% figure_storyboard exercise %}", ALT),
    ],
)
def test_a_picture_beside_its_words_is_decorative(db: None, tag: str, alt: str) -> None:
    html = Template("{% load figures %}" + tag).render(Context({"exercise": pictured()}))
    assert f'alt="{alt}"' in html
