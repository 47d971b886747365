"""The content as JSON, read-only and public."""

from ninja import Router

router = Router(tags=["content"])
