"""The template tags of the figures."""

import re

import pytest
from django.template import Context, Template
from django.utils import translation

from exercises.figures import catalogue
from exercises.templatetags import figures


def render(tags: str, **context: object) -> str:
    return Template("{% load figures %}" + tags).render(Context(context))


def test_a_figure_moves_and_has_stills() -> None:
    html = render("{% figure 'bridge' %}")
    assert html.count("<svg") == 1 + len(catalogue.poses("bridge"))
    assert "<animate" in html
    assert 'data-marks="start:' in html


def test_without_script_only_the_stills_show() -> None:
    html = render("{% figure 'bridge' %}")
    assert '<div class="fx-film" hidden>' in html
    assert '<button type="button" class="fx-toggle" hidden>' in html


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


def test_an_editor_can_choose_every_figure() -> None:
    assert [name for name, _ in figures.figure_choices()] == list(catalogue.names())


def test_three_looks_can_be_chosen() -> None:
    assert [look for look, _ in figures.look_choices()] == ["a", "b", "c"]


def test_titles_pass_through_translation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "gettext", lambda message: f"«{message}»")
    with translation.override("en"):
        assert "«Bridge»" in render("{% figure 'bridge' %}")
