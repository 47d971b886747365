"""What a page says of a person, rendered once for as long as nothing changes that it depends on."""

from collections.abc import Callable, Hashable

from django.core.cache import caches
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from tracking.models import Profile


def kept(profile: Profile, page: str, given: tuple[Hashable, ...], render: Callable[[], SafeString]) -> SafeString:
    """Return what ``render`` makes of ``page``, once for each edition of the person's records and all else it shows.

    That is the content, the language and what is ``given``, such as the day; messages, tokens and who is signed in
    stay outside of it. A person's own copy is that person's alone, and the last one only. The profile has to be read
    before the records are: a write that comes in between makes a copy of an edition that is over.
    """
    if profile._state.adding:  # somebody without a stored profile is in an edition of their own each time
        return render()
    cache, key = caches["kept"], f"{profile.owner_id}:{page}"
    state = (profile.edition, profile.revision, get_language(), *given)
    found: tuple[object, SafeString] | None = cache.get(key)
    if found is not None and found[0] == state:
        return found[1]
    body = render()
    cache.set(key, (state, body))
    return body
