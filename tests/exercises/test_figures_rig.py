"""The figures' geometry and skeleton: lengths are kept, targets are reached or approached."""

from itertools import pairwise
from math import isclose

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from exercises.figures import catalogue
from exercises.figures.geometry import (
    REST,
    Vec,
    across,
    add,
    along,
    angle_between,
    dot,
    inside,
    length,
    lerp,
    rotate,
    rotate_frame,
    scale,
    slerp,
    sub,
    unit,
    vec,
)
from exercises.figures.pose import Between, Pose, Reach, merge, mirror, read_pose, spread
from exercises.figures.rig import FOREARM, SHANK, THIGH, UPPER_ARM, curve, solve, tween, two_bone

number = st.floats(-200, 200, allow_nan=False)
vector = st.tuples(number, number, number)
direction = vector.filter(lambda v: length(v) > 1).map(unit)
angle = st.floats(-360, 360)


def figure_pose(name: str, pose: str) -> Pose:
    return catalogue.figure(name).poses[pose].pose


@given(vector, direction, angle)
def test_rotation_keeps_length(v: Vec, axis: Vec, degrees: float) -> None:
    assert isclose(length(rotate(v, axis, degrees)), length(v), abs_tol=1e-6)


@given(vector, direction, angle)
def test_rotation_back_returns(v: Vec, axis: Vec, degrees: float) -> None:
    assert rotate(rotate(v, axis, degrees), axis, -degrees) == pytest.approx(v, abs=1e-6)


def test_a_quarter_turn_about_z_takes_x_to_y() -> None:
    assert rotate((1, 0, 0), (0, 0, 1), 90) == pytest.approx((0, 1, 0))


@given(direction, angle, direction, angle)
def test_turned_frame_stays_orthogonal(first: Vec, one: float, second: Vec, two: float) -> None:
    frame = rotate_frame(rotate_frame(REST, first, one), second, two)
    assert all(isclose(length(axis), 1, abs_tol=1e-9) for axis in frame)
    assert [dot(frame[0], frame[1]), dot(frame[1], frame[2]), dot(frame[2], frame[0])] == pytest.approx([0, 0, 0])


@given(direction, angle, vector)
def test_along_undoes_inside(axis: Vec, degrees: float, p: Vec) -> None:
    frame = rotate_frame(REST, axis, degrees)
    assert along(frame, inside(frame, p)) == pytest.approx(p, abs=1e-6)


@given(vector, direction)
def test_across_is_perpendicular(v: Vec, axis: Vec) -> None:
    assert dot(across(v, axis), axis) == pytest.approx(0, abs=1e-6)


@given(direction, direction, st.floats(0, 1))
def test_slerp_stays_a_direction_between(a: Vec, b: Vec, t: float) -> None:
    assume(angle_between(a, b) < 179)
    middle = slerp(a, b, t)
    assert length(middle) == pytest.approx(1)
    assert angle_between(a, middle) <= angle_between(a, b) + 0.01


def test_unit_of_nothing_still_is_a_direction() -> None:
    assert length(unit((0, 0, 0))) == 1


def test_a_vector_has_three_numbers() -> None:
    with pytest.raises(ValueError, match="unpack"):
        vec([1, 2])


@given(vector, vector, direction)
def test_two_bones_keep_their_lengths(start: Vec, target: Vec, pole: Vec) -> None:
    middle, end, _ = two_bone(start, target, THIGH, SHANK, pole)
    assert length(sub(middle, start)) == pytest.approx(THIGH, abs=1e-6)
    assert length(sub(end, middle)) == pytest.approx(SHANK, abs=1e-6)


@given(direction, st.floats(8, 54), direction)
def test_two_bones_reach_what_is_in_reach(way: Vec, distance: float, pole: Vec) -> None:
    target = scale(way, distance)
    _, end, miss = two_bone((0, 0, 0), target, UPPER_ARM, FOREARM, pole)
    assert end == pytest.approx(target, abs=1e-6)
    assert miss == pytest.approx(0, abs=1e-6)


@given(direction, st.floats(60, 300), direction)
def test_two_bones_stretch_toward_what_is_too_far(way: Vec, distance: float, pole: Vec) -> None:
    _, end, miss = two_bone((0, 0, 0), scale(way, distance), UPPER_ARM, FOREARM, pole)
    assert angle_between(end, way) < 0.1
    assert miss == pytest.approx(distance - (UPPER_ARM + FOREARM), abs=0.1)


def test_middle_joint_lies_toward_the_pole() -> None:
    middle, _, _ = two_bone((0, 0, 0), (60, 0, 0), THIGH, SHANK, (0, 1, 0))
    assert middle[1] > 0


def test_spine_keeps_its_length_however_bent() -> None:
    trunk = figure_pose("cat-stretch", "round").trunk
    spine = curve(trunk)
    steps = [length(sub(b.point, a.point)) for a, b in pairwise(spine)]
    assert steps == pytest.approx([1] * len(steps))


@pytest.mark.parametrize("name", catalogue.names())
def test_limbs_keep_their_lengths_in_every_pose(name: str) -> None:
    for key in catalogue.figure(name).poses.values():
        skeleton = solve(key.pose)
        for leg in skeleton.legs.values():
            assert length(sub(leg.knee, leg.hip)) == pytest.approx(THIGH, abs=0.01)
            assert length(sub(leg.ankle, leg.knee)) == pytest.approx(SHANK, abs=0.01)
        for arm in skeleton.arms.values():
            assert length(sub(arm.elbow, arm.shoulder)) == pytest.approx(UPPER_ARM, abs=0.01)
            assert length(sub(arm.wrist, arm.elbow)) == pytest.approx(FOREARM, abs=0.01)


def test_lying_at_rest_is_the_same_on_both_sides() -> None:
    skeleton = solve(figure_pose("bridge", "start"))
    for of_right, of_left in ((skeleton.legs["R"], skeleton.legs["L"]),):
        x, y, z = of_left.knee
        assert of_right.knee == pytest.approx((x, y, -z))
    x, y, z = skeleton.arms["L"].wrist
    assert skeleton.arms["R"].wrist == pytest.approx((x, y, -z))


def test_a_movement_starts_and_ends_in_its_poses() -> None:
    a, b = figure_pose("bridge", "start"), figure_pose("bridge", "lift")
    assert (tween(a, b, 0), tween(a, b, 1)) == (a, b)


def test_feet_stay_where_they_stand_while_the_hips_rise() -> None:
    a, b = figure_pose("bridge", "start"), figure_pose("bridge", "lift")
    for t in (0.25, 0.5, 0.75):
        assert solve(tween(a, b, t)).legs["R"].ankle == pytest.approx(solve(a).legs["R"].ankle)


def test_limbs_with_goals_of_different_kinds_turn_bone_by_bone() -> None:
    a, b = figure_pose("knee-to-chest", "start"), figure_pose("knee-to-chest", "pull")
    middle = tween(a, b, 0.5)
    assert isinstance(middle.legs["R"].goal, Between)
    assert isinstance(middle.legs["L"].goal, Reach)


def test_clasping_hands_follow_the_shin() -> None:
    skeleton = solve(figure_pose("knee-to-chest", "pull"))
    leg = skeleton.legs["R"]
    near_knee = lerp(leg.knee, leg.ankle, 0.16)
    for arm in skeleton.arms.values():
        assert length(sub(arm.wrist, near_knee)) < 8


def test_a_new_goal_replaces_the_old_one() -> None:
    base = {"legR": {"sole": [53, 9], "pole": [0, 1, 0]}}
    assert merge(base, {"legR": {"angles": [90, 0, 0]}}) == {"legR": {"angles": [90, 0, 0]}}
    assert merge(base, {"legR": {"pole": [0, 1, 1]}}) == {"legR": {"sole": [53, 9], "pole": [0, 1, 1]}}


def test_both_limbs_are_spread_to_mirrored_sides() -> None:
    assert spread({"arms": {"reach": [1, 2, 3]}}) == {"armR": {"reach": [1, 2, 3]}, "armL": {"reach": [1, 2, -3]}}


def test_mirroring_twice_changes_nothing() -> None:
    limb = {"touch": {"on": "shinL", "place": [0.2, 0.6, 0.8]}, "pole": [0, 1, 2], "curl": 40}
    assert mirror(mirror(limb)) == limb


def test_a_pose_without_a_limb_is_refused() -> None:
    with pytest.raises(KeyError):
        read_pose({"at": [0, 0, 0]})


def test_an_arm_cannot_kneel() -> None:
    pose = read_pose(
        {
            "at": [0, 50, 0],
            "legs": {"sole": [10, 9], "pole": [1, 0, 0]},
            "arms": {"kneel": [0, 0, 9], "shank": [1, 0, 0]},
        }
    )
    with pytest.raises(ValueError, match="kneel"):
        solve(pose)


def test_adding_vectors_adds_their_coordinates() -> None:
    assert add((1, 2, 3), (4, 5, 6), (7, 8, 9)) == (12, 15, 18)
