"""What holds for every template: nothing inline, partials that declare their input, words that can be translated."""

import re
from collections.abc import Callable
from pathlib import Path

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


def refused(paths: list[Path], offences: Callable[[str], list[str]]) -> dict[str, list[str]]:
    """Return what a rule finds in the templates, by their names."""
    found = {name(path): offences(markup(path)) for path in paths}
    return {path: offences for path, offences in found.items() if offences}


def test_templates_compile() -> None:
    assert len([get_template(name(path)) for path in ALL]) > 100


def test_templates_hold_no_inline_style_or_script() -> None:
    def inline(text: str) -> list[str]:
        found = re.findall(r"<style\b|\sstyle\s*=|<[^>]*\son[a-z]+\s*=", text, re.I)
        found += re.findall(r"(?:href|src|action)\s*=\s*[\"']?javascript:", text, re.I)
        scripts = re.findall(r"<script\b[^>]*>", text, re.I)
        return found + [tag for tag in scripts if "src=" not in tag and 'type="application/json"' not in tag]

    assert refused(ALL, inline) == {}


def test_templates_load_nothing_from_elsewhere() -> None:
    elsewhere = re.compile(r"<(?:script|link|img|iframe|source)\b[^>]*(?:src|href)=[\"'](?:https?:)?//[^>]*>")
    assert refused(ALL, elsewhere.findall) == {}


def test_partials_declare_their_input_in_their_first_line() -> None:
    first = {name(path): path.read_text().splitlines()[0] for path in PARTIALS}
    assert [path for path, line in first.items() if not line.startswith("{#") or "#}" not in line] == []


def test_pages_extend_a_frame() -> None:
    assert [name(path) for path in PAGES if "{% extends " not in path.read_text()] == []


def test_words_go_through_translation() -> None:
    """Text between tags is a variable, a translation or punctuation; BackCare is a name."""

    def untranslated(text: str) -> list[str]:
        text = re.sub(r"\{% block main_class %\}.*?\{% endblock %\}", "", text)
        text = re.sub(r"\{% blocktrans.*?endblocktrans(late)? %\}", "", text, flags=re.S)
        text = re.sub(r"<(script|style|svg|code)\b.*?</\1>", "", text, flags=re.S)
        text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.S)
        text = re.sub(r"<[^>]*>", "\n", text)
        return [found for found in re.findall(r"[^\W\d_]{2,}", text) if found not in {"BackCare", "nbsp"}]

    assert refused(ALL, untranslated) == {}


def test_error_page_needs_no_context_and_no_database() -> None:
    html = get_template("500.html").render({})
    assert "broke on our side" in html
    assert "{{" not in ROOT.joinpath("500.html").read_text()
