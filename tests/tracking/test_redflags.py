"""The red-flag screen's questions in order, what an answer comes to, and what counts as worse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking import redflags
from tracking.redflags import CLEAR, EMERGENCY, URGENT, Sign

NUMB = Sign("numb", EMERGENCY, "Numbness.")
WEAK = Sign("weak", EMERGENCY, "Weakness.")
FEVER = Sign("fever", URGENT, "A fever.")
SIGNS = [NUMB, WEAK, FEVER]

kinds = st.sampled_from([EMERGENCY, URGENT])
lists = st.lists(
    st.builds(Sign, slug=st.text("abcdef", min_size=1, max_size=4), kind=kinds, text=st.text(max_size=9)),
    min_size=1,
    max_size=9,
    unique_by=lambda sign: sign.slug,
)


def test_emergencies_are_asked_first_and_the_rest_keeps_its_order() -> None:
    assert redflags.ordered([FEVER, WEAK, NUMB]) == [WEAK, NUMB, FEVER]


def test_the_next_question_follows_until_there_is_none() -> None:
    assert (redflags.after(SIGNS, "numb"), redflags.after(SIGNS, "fever")) == (WEAK, None)
    with pytest.raises(ValueError, match="gone"):
        redflags.after(SIGNS, "gone")


def test_none_of_these_says_no_to_each() -> None:
    answered = redflags.answers(SIGNS)
    assert answered == {"numb": False, "weak": False, "fever": False}
    assert redflags.outcome(SIGNS, answered) == CLEAR


def test_a_yes_says_no_only_to_what_was_asked_before_it() -> None:
    assert redflags.answers(SIGNS, "weak", each=True) == {"numb": False, "weak": True}
    assert redflags.answers(SIGNS, "weak") == {"weak": True}


@given(lists, st.data())
def test_the_outcome_is_the_gravest_kind_with_a_yes(signs: list[Sign], data: st.DataObject) -> None:
    there = data.draw(st.sets(st.sampled_from(signs)))
    found = redflags.outcome(signs, {sign.slug: sign in there for sign in signs})
    assert (found == CLEAR) == (not there)
    assert (found == EMERGENCY) == any(sign.kind == EMERGENCY for sign in there)


@given(lists, st.data(), st.booleans())
def test_a_yes_is_never_clear(signs: list[Sign], data: st.DataObject, each: bool) -> None:
    sign = data.draw(st.sampled_from(signs))
    assert redflags.outcome(signs, redflags.answers(signs, sign.slug, each=each)) == sign.kind


@given(lists, st.data())
def test_a_changed_list_has_another_fingerprint(signs: list[Sign], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(signs) - 1))
    one = signs[place]
    for other in (Sign(one.slug, one.kind, one.text + "."), Sign(one.slug + "x", one.kind, one.text)):
        assert redflags.fingerprint([*signs[:place], other, *signs[place + 1 :]]) != redflags.fingerprint(signs)
    assert redflags.fingerprint(signs[:-1]) != redflags.fingerprint(signs)


@pytest.mark.parametrize(
    ("pain", "before", "asked"),
    [(7, None, True), (6, None, False), (6, 4, True), (6, 5, False), (2, 0, True), (0, 9, False), (None, 3, False)],
)
def test_a_high_score_or_a_rise_of_two_is_worse(pain: int | None, before: int | None, asked: bool) -> None:
    assert redflags.worse(pain, before, high=7, rise=2) is asked
