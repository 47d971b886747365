"""Static files: compressed on their way where nobody has compressed them before."""

import gzip
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, RequestFactory
from pytest_django import Settings

from backcare.middleware import StaticFilesMiddleware

CSS, FONT = "/static/css/app.css", "/static/fonts/atkinson-hyperlegible-next-latin-wght-normal.woff2"


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_text_is_compressed_on_its_way(client: Client) -> None:
    plain, packed = client.get(CSS), client.get(CSS, headers={"accept-encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    sent, whole = body(packed), body(plain)
    assert gzip.decompress(sent) == whole
    assert len(sent) * 3 < len(whole)
    assert "Content-Length" not in packed.headers


@pytest.mark.parametrize("path", [CSS, FONT])
def test_file_that_has_not_changed_is_not_sent_again(client: Client, path: str) -> None:
    first = client.get(path, headers={"accept-encoding": "gzip"})
    kept = {"if-modified-since": first.headers["Last-Modified"], "accept-encoding": "gzip"}
    if "ETag" in first.headers:
        kept["if-none-match"] = first.headers["ETag"]
    body(first)
    assert client.get(path, headers=kept).status_code == 304


def test_font_goes_out_as_it_is(client: Client) -> None:
    response = client.get(FONT, headers={"accept-encoding": "gzip"})
    assert "Content-Encoding" not in response.headers
    assert len(body(response)) == int(response.headers["Content-Length"])


def test_part_of_a_file_is_not_compressed(client: Client) -> None:
    response = client.get(CSS, headers={"accept-encoding": "gzip", "range": "bytes=0-9"})
    assert (response.status_code, len(body(response))) == (206, 10)


def test_what_collectstatic_has_compressed_goes_out_as_it_lies(settings: Settings, tmp_path: Path, db: None) -> None:
    (tmp_path / "one.css").write_text("p { margin: 0 }" * 50)
    packed = gzip.compress(b"packed before")
    (tmp_path / "one.css.gz").write_bytes(packed)
    settings.STATIC_ROOT, settings.WHITENOISE_USE_FINDERS = tmp_path, False
    middleware = StaticFilesMiddleware(lambda request: None)
    response = middleware(RequestFactory().get("/static/one.css", headers={"accept-encoding": "gzip"}))
    assert body(response) == packed
    response.close()
    assert "ETag" in response.headers
