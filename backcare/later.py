"""Addresses that are loaded when they are asked for."""

from django.urls.resolvers import URLResolver


class LaterResolver(URLResolver):
    """A URLconf in a namespace that is imported for the first request beneath it.

    The API's library would take a tenth of the memory of a worker that only serves people.
    """

    def _populate(self) -> None:
        """Gather no names for the first link on a page: Django looks those of a namespace up by themselves."""
