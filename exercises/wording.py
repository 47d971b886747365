"""The sentences behind the codes that doses, packs and their merging return."""

from django.utils.translation import gettext as _

from exercises.reader import Problem


def dose_fault(code: str) -> str:
    """Return what an editor reads about a fault of doses.faults."""
    return {
        "missing": _("Needed here."),
        "zero": _("Must be at least 1."),
        "too_much": _("More than a dose can be."),
        "max_below_min": _("The larger number must not be below the smaller one."),
        "hold_incomplete": _("A hold needs its unit, from and to; or leave all three empty."),
        "goal_below_start": _("The goal must not be below the start."),
        "progression_incomplete": _("A progression needs start, goal and step; or leave all three empty."),
        "beyond_source": _("The source does not go this far. Stay within its numbers, or state the reason below."),
        "outside_reps": _("The progression must stay within the repetitions, from and to."),
    }[code]


def phase_fault(code: str) -> str:
    """Return what an editor reads about a misfit of a phase (see pack.misfits)."""
    return {
        "no_phase": _("Needs at least one phase that is shown."),
        "length_twice": _("Give seconds or breaths, not both."),
        "length_missing": _("Say how long it takes, in seconds or breaths. Only a hold may take its dose's."),
        "hold_missing": _("Say how long it takes: the dose has no hold to take it from."),
    }[code]


def last_sign(kind: str) -> str:
    """Return why a sign of an emergency, or an urgent one, cannot be hidden."""
    if kind == "urgent":
        return _("The last urgent sign that is shown: add another first.")
    return _("The last sign of an emergency that is shown: add another first.")


def sign_stays() -> str:
    """Return why a sign cannot become a piece of advice."""
    return _("A sign of something serious stays one. Retire it, and add the advice as a note of its own.")


def problem(found: Problem) -> str:
    """Return one line about a problem of a pack: where it is, and what is wrong there."""
    place = f"{found.file}: {found.path}" if found.path else found.file
    return f"{place}: {_problem(found)}"


def _problem(found: Problem) -> str:
    for words in (dose_fault, phase_fault):
        try:
            return words(found.code)
        except KeyError:
            continue
    return {
        "not_found": _("There is no such file."),
        "not_yaml": _("Not valid YAML: %(detail)s."),
        "not_mapping": _("Expected keys with values, found %(detail)s."),
        "key_not_text": _("A key must be text, found %(detail)s. Put it in quotes."),
        "unknown_key": _("Nothing of this name is known here."),
        "duplicate_key": _("This key stands here twice (line %(detail)s)."),
        "empty": _("Must not be empty."),
        "not_text": _("Expected text, found %(detail)s."),
        "too_long": _("Longer than %(detail)s characters."),
        "not_whole": _("Expected a whole number, found %(detail)s."),
        "out_of_range": _("Must lie within %(detail)s."),
        "not_flag": _("Expected true or false, found %(detail)s."),
        "not_option": _("Must be one of: %(detail)s."),
        "not_pair": _("Expected [from, to], found %(detail)s."),
        "not_list": _("Expected a list, found %(detail)s."),
        "not_slug": _("Expected lower-case letters, digits and hyphens, at most 50; found %(detail)s."),
        "unknown_reference": _("Refers to %(detail)s, which the pack does not have."),
        "duplicate": _("Names %(detail)s twice."),
        "order_taken": _("%(detail)s already stands in this place."),
        "itself": _("Cannot be a variation of itself."),
        "claim_incomplete": _("Give both numbers of minutes, or neither."),
        "unknown_figure": _("There is no figure called %(detail)s."),
        "unknown_pose": _("The figure has no position called %(detail)s."),
        "unknown_version": _("This program reads packs of version %(detail)s."),
        "no_emergency": _("Needs at least one note of the kind emergency."),
    }[found.code] % {"detail": found.detail}
