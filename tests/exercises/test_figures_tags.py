"""The template tags of the figures."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpRequest
from django.template import Context, RequestContext, Template
from django.test import RequestFactory

from exercises import captions
from exercises.captions import CAPTIONS
from exercises.figures import catalogue
from exercises.figures.body import LOOKS
from exercises.models import Look


def render(tags: str, **context: object) -> str:
    return Template("{% load figures %}" + tags).render(Context(context))


def test_a_figure_moves_and_has_stills() -> None:
    html = render("{% figure 'bridge' %}")
    assert html.count("<svg") == 1 + len(catalogue.poses("bridge"))
    assert "<animate" in html
    assert 'data-marks="start:' in html


def test_a_figure_has_title_and_description() -> None:
    html = render("{% figure 'cat-stretch' %}")
    labels = re.search(r'aria-labelledby="(\S+) (\S+)"', html)
    assert labels
    assert f'<title id="{labels[1]}">Cat stretch</title>' in html
    assert f'<desc id="{labels[2]}">' in html


def test_the_same_figure_twice_has_no_id_twice() -> None:
    html = render("{% figure 'bridge' %}{% figure 'bridge' %}{% figure 'superman' %}")
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids)) == 6


def test_ids_are_unique_across_included_templates() -> None:
    html = render(
        "{% figure 'bridge' %}{% include inner only %}", inner=Template("{% load figures %}{% figure 'bridge' %}")
    )
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids)) == 4


def test_a_page_is_the_same_each_time() -> None:
    assert render("{% figure 'bridge' %}") == render("{% figure 'bridge' %}")


@pytest.mark.parametrize("tag", ["figure", "figure_icon", "figure_storyboard"], ids=["moving", "icon", "storyboard"])
@pytest.mark.parametrize("name", ["headstand", "", "../secrets"])
def test_an_unknown_figure_renders_nothing(tag: str, name: str) -> None:
    assert render(f"{{% {tag} name %}}", name=name).strip() == ""


@pytest.mark.parametrize(("name", "pose"), [("headstand", "start"), ("bridge", "fall"), ("bridge", "")])
def test_a_still_of_an_unknown_pose_renders_nothing(name: str, pose: str) -> None:
    assert render("{% figure_still name pose %}", name=name, pose=pose) == ""


def test_a_still_says_which_position_it_is() -> None:
    assert 'aria-label="Bridge, position 2 of 2"' in render("{% figure_still 'bridge' 'lift' %}")


def test_a_still_takes_a_text_alternative_and_escapes_it() -> None:
    assert 'aria-label="&lt;Hips up&gt;"' in render("{% figure_still 'bridge' 'lift' alt=words %}", words="<Hips up>")


def test_a_still_beside_its_words_is_decorative() -> None:
    html = render("{% figure_still 'bridge' 'lift' alt='' %}")
    assert 'aria-hidden="true"' in html
    assert "aria-label" not in html


def test_the_other_side_has_its_own_drawing_or_is_mirrored() -> None:
    assert "fx-flip" in render("{% figure_still 'hamstring-stretch' 'pull' side='left' %}")
    html = render("{% figure_still 'knee-to-chest' 'pull' side='left' %}")
    assert "fx-flip" not in html
    assert html != render("{% figure_still 'knee-to-chest' 'pull' %}")


def test_an_icon_is_decorative() -> None:
    assert 'aria-hidden="true"' in render("{% figure_icon 'bridge' %}")


def test_a_storyboard_is_described() -> None:
    assert 'aria-label="Bridge. A person lies' in render("{% figure_storyboard 'bridge' %}")


def test_a_look_can_be_chosen() -> None:
    assert "fx-c" in render("{% figure_icon 'bridge' look='c' %}")
    assert "fx-b" in render("{% figure_icon 'bridge' %}")


def test_an_unknown_look_is_the_figures_own() -> None:
    assert render("{% figure_icon 'bridge' look='z' %}") == render("{% figure_icon 'bridge' %}")


def test_nothing_inline_that_a_strict_policy_refuses() -> None:
    html = render("{% figure 'bridge' %}{% figure_icon 'bridge' %}{% figure_storyboard 'bridge' %}")
    assert not re.search(r"<style|<script|\sstyle=|\son\w+=", html)


def test_every_figure_has_its_words() -> None:
    assert list(CAPTIONS) == list(catalogue.names())
    assert all(str(caption.desc).endswith(".") for caption in CAPTIONS.values())


def test_every_word_of_a_figure_is_found_by_makemessages() -> None:
    tree = ast.parse(Path(captions.__file__).read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "_"]
    marked = [ast.literal_eval(call.args[0]) for call in calls]
    assert marked == [str(words) for caption in CAPTIONS.values() for words in (caption.title, caption.desc)]


def test_a_figures_words_are_translated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.translation._trans.gettext", lambda message: f"«{message}»")
    html = render("{% figure 'bridge' %}{% figure_storyboard 'bridge' %}")
    assert html.count("«Bridge»") > 2
    assert html.count("from knees to shoulders.»") == 2


# --- The look that a person chose ------------------------------------------------------------------------------------

TAGS = [
    "{% figure 'bridge' %}",
    "{% figure_still 'bridge' 'lift' %}",
    "{% figure_icon 'bridge' %}",
    "{% figure_storyboard 'bridge' %}",
]


def asked(look: object, cookie: bool = True) -> HttpRequest:
    """Return the request of somebody whose session holds ``look``."""
    request = RequestFactory().get("/")
    request.session = {"look": look}  # type: ignore[assignment]
    if cookie:
        request.COOKIES[settings.SESSION_COOKIE_NAME] = "x"
    return request


def shown_to(request: HttpRequest, tags: str, **context: object) -> str:
    return Template("{% load figures %}" + tags).render(RequestContext(request, context))


@pytest.mark.parametrize("tag", TAGS)
def test_a_person_sees_the_look_that_they_chose(tag: str) -> None:
    html = shown_to(asked("c"), tag)
    assert "fx-c" in html
    assert "fx-b" not in html


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize(
    "request_",
    [asked(""), asked("z"), asked(None), asked("c", cookie=False)],
    ids=["as-drawn", "z", "none", "stranger"],
)
def test_without_a_choice_the_figures_take_turns(tag: str, request_: HttpRequest) -> None:
    assert shown_to(request_, tag) == render(tag)


@pytest.mark.parametrize("tag", TAGS)
def test_the_choice_reaches_what_is_included_alone(tag: str) -> None:
    inner = Template("{% load figures %}" + tag)
    assert "fx-c" in shown_to(asked("c"), "{% include inner only %}", inner=inner)


def test_a_tag_that_names_a_look_shows_that_look() -> None:
    assert "fx-a" in shown_to(asked("c"), "{% figure_icon 'bridge' look='a' %}")


def test_a_request_without_sessions_is_a_strangers() -> None:
    request = asked("c")
    del request.session
    assert "fx-b" in shown_to(request, TAGS[0])


def test_there_are_as_many_looks_to_choose_as_are_drawn() -> None:
    assert Look.values == ["", *LOOKS]
