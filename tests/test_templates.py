"""What holds for every template: nothing inline, partials that declare their input, words that can be translated."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

ROOT = settings.BASE_DIR / "templates"
ALL = sorted(ROOT.rglob("*.html"))
PARTIALS = [path for path in ALL if path.name.startswith("_")]
STANDALONE = {"base.html", "500.html", "503.html"}  # the frame itself, and the pages for when nothing else works
# Called by a library with its own context, or included under a name that the library gives.
PIECES = (
    "backcare/",
    "allauth/elements/",
    "account/snippets/",
    "mfa/webauthn/snippets/",
    "admin/",
)
PAGES = [
    path
    for path in ALL
    if path not in PARTIALS and path.name not in STANDALONE and not path.relative_to(ROOT).as_posix().startswith(PIECES)
]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def markup(path: Path) -> str:
    """Return a template without its comments."""
    return re.sub(r"\{#.*?#\}|\{% comment.*?endcomment %\}|<!--.*?-->", "", path.read_text(), flags=re.S)


@pytest.mark.parametrize("path", ALL, ids=name)
def test_template_compiles(path: Path) -> None:
    get_template(name(path))


@pytest.mark.parametrize("path", ALL, ids=name)
def test_template_holds_no_inline_style_or_script(path: Path) -> None:
    text = markup(path)
    assert not re.search(r"<style\b", text, re.I)
    assert not re.search(r"\sstyle\s*=", text, re.I)
    assert not re.search(r"<[^>]*\son[a-z]+\s*=", text, re.I)
    assert not re.search(r"(href|src|action)\s*=\s*[\"']?javascript:", text, re.I)
    for tag in re.findall(r"<script\b[^>]*>", text, re.I):
        assert "src=" in tag or 'type="application/json"' in tag, tag


@pytest.mark.parametrize("path", ALL, ids=name)
def test_template_loads_nothing_from_elsewhere(path: Path) -> None:
    loading = re.findall(
        r"<(?:script|link|img|iframe|source)\b[^>]*(?:src|href)=[\"'](?:https?:)?//[^>]*>", markup(path)
    )
    assert loading == []


@pytest.mark.parametrize("path", PARTIALS, ids=name)
def test_partial_declares_its_input_in_its_first_line(path: Path) -> None:
    first = path.read_text().splitlines()[0]
    assert first.startswith("{#"), first
    assert "#}" in first, first


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_page_extends_a_frame(path: Path) -> None:
    assert re.search(r"\{% extends ", path.read_text())


@pytest.mark.parametrize("path", ALL, ids=name)
def test_words_go_through_translation(path: Path) -> None:
    """Text between tags is a variable, a translation or punctuation; BackCare is a name."""
    text = re.sub(r"\{% block main_class %\}.*?\{% endblock %\}", "", markup(path))
    text = re.sub(r"\{% blocktrans.*?endblocktrans(late)? %\}", "", text, flags=re.S)
    text = re.sub(r"<(script|style|svg|code)\b.*?</\1>", "", text, flags=re.S)
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.S)
    text = re.sub(r"<[^>]*>", "\n", text)
    words = [found for found in re.findall(r"[^\W\d_]{2,}", text) if found not in {"BackCare", "nbsp"}]
    assert words == []


def test_error_page_needs_no_context_and_no_database() -> None:
    html = get_template("500.html").render({})
    assert "broke on our side" in html
    assert "{{" not in ROOT.joinpath("500.html").read_text()
