"""Uploaded pictures: what is accepted, how it is encoded anew, and the form field for it."""

from __future__ import annotations

import io
import re
import struct
from typing import TYPE_CHECKING, Any, BinaryIO

from django import forms
from django.contrib.admin.widgets import AdminFileWidget
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from exercises.illustrations import Picture

if TYPE_CHECKING:
    from PIL import Image

ACCEPTED = ("PNG", "JPEG", "WEBP")
MOST_BYTES = 5 * 1024 * 1024  # of an upload
MOST_PIXELS = 25_000_000  # of an upload: what phones make; more is a mistake, or meant to fill the memory
MOST_SIDE = 10_000  # pixels: scaling a very long and thin picture takes more memory than the picture
MOST_SCANS = 100  # of a JPEG: cameras and editors make ten; 42 bytes are one more, and each goes over all pixels
LONGEST_SIDE = 1600  # pixels, as kept: twice the widest column that shows one
QUALITY = 82
TOO_MANY = _("The picture has more than 25 million pixels, or a side of more than 10,000. Make it smaller.")
# What Pillow raises on a file that is none of the accepted, breaks off or contradicts itself.
UNREADABLE = (ArithmeticError, EOFError, LookupError, OSError, SyntaxError, TypeError, ValueError, struct.error)
SCAN = b"\xff\xda"  # what begins one; among its data, 0xff is followed by zero
NAME = re.compile(r"[0-9a-f]{64}-[1-9][0-9]{0,3}x[1-9][0-9]{0,3}")


def read(upload: BinaryIO, size: int) -> Picture:
    """Return the unsaved picture of an uploaded file of ``size`` bytes, encoded anew as WebP.

    Its type is told by its content, never by its name. Raises ValidationError, with the reason, for anything but one
    still PNG, JPEG or WebP image.
    """
    from PIL import Image  # a library that workers without an editor do without

    if size > MOST_BYTES:
        raise ValidationError(_("The picture is larger than 5 MB. Make it smaller and choose it again."), "large")
    upload.seek(0)
    data = upload.read()
    try:
        with Image.open(io.BytesIO(data), formats=ACCEPTED) as image:
            if image.width * image.height > MOST_PIXELS or max(image.size) > MOST_SIDE:
                raise ValidationError(TOO_MANY, "pixels")
            if image.format in ACCEPTED and getattr(image, "is_animated", False):  # a phone's JPEG may hold two views
                raise ValidationError(_("The picture moves. Choose a still one."), "animated")
            if image.format not in ("PNG", "WEBP") and data.count(SCAN) > MOST_SCANS:
                raise ValidationError(_("The picture is built up in too many steps. Save it as a plain JPEG."), "scans")
            plain = flat(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValidationError(TOO_MANY, "pixels") from error
    except UNREADABLE as error:
        raise ValidationError(_("This is no whole PNG, JPEG or WebP picture. Choose another file."), "type") from error
    encoded = io.BytesIO()
    plain.save(encoded, "WEBP", quality=QUALITY, method=6)
    return Picture.of(encoded.getvalue(), plain.width, plain.height)


def flat(image: Image.Image) -> Image.Image:
    """Return an image upright, within LONGEST_SIDE, on white, and without anything that the file said besides.

    White, because a drawing on a clear ground would be lost in the dark theme.
    """
    from PIL import Image, ImageOps

    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a large JPEG is decoded to what is needed of it
    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith("I"):  # grey in 16 bits, which a conversion would cut off and not scale down
        upright = upright.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")
    if upright.mode in ("L", "RGB", "CMYK") and "transparency" not in upright.info:  # no clear ground to be smeared
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    upright = upright.convert("RGBA")
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    plain = Image.new("RGB", upright.size, "white")
    plain.paste(upright, mask=upright)
    return plain


class PictureInput(AdminFileWidget):
    """Shows the picture that there is. A browser sends a file once, so one that was read is named in a hidden field."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        chosen = super().value_from_datadict(data, files, name)
        return data.get(kept_name(name)) if chosen is None else chosen

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        shown = hidden = SafeString("")
        if isinstance(value, Picture):
            shown = format_html('<img class="picture-now" src="{}" alt="">', value.url)
            hidden = format_html('<input type="hidden" name="{}" value="{}">', kept_name(name), value.name)
        return format_html("{}<div>{}</div>{}", shown, super().render(name, value, attrs, renderer), hidden)


class PictureField(forms.FileField):
    """An upload, cleaned to a Picture: a new one, the one that there is, or None."""

    widget = PictureInput

    def clean(self, data: Any, initial: Any = None) -> Picture | None:
        if isinstance(data, str):
            return known(data) or initial
        if not data:
            return None if data is False else initial
        return read(super().clean(data, initial), data.size)

    def bound_data(self, data: Any, initial: Any) -> Any:
        return (known(data) if isinstance(data, str) else None) or initial

    def has_changed(self, initial: Any, data: Any) -> bool:
        if isinstance(data, str):
            return data != getattr(initial, "name", "")
        return data is not None


def kept_name(name: str) -> str:
    return f"{name}-kept"


def known(name: str) -> Picture | None:
    """Return the picture of that name without its bytes, if it is stored."""
    found = Picture.objects.filter(pk=name).defer("content") if NAME.fullmatch(name) else Picture.objects.none()
    return found.first()
