"""Each figure shows what its exercise says: hands, sides, lines. And no hand, joint or heel is where it cannot be."""

from dataclasses import replace

import pytest

from exercises.figures import catalogue, lint
from exercises.figures.body import LOOKS
from exercises.figures.film import timeline
from exercises.figures.geometry import Vec, angle_between, length, sub
from exercises.figures.pose import Touch
from exercises.figures.rig import Skeleton, solve

EXERCISES = (
    "pelvic-tilt-bridge",
    "hamstring-stretch",
    "piriformis-stretch",
    "hip-flexor-stretch",
    "locust-pose",
    "superman",
    "knee-to-chest",
    "lower-back-rotation",
    "lower-back-flexibility",
    "bridge",
    "cat-stretch",
)
every_figure = pytest.mark.parametrize("name", catalogue.names())
LEVEL = 12  # degrees


def skeleton(name: str, pose: str) -> Skeleton:
    return solve(catalogue.figure(name).poses[pose].pose)


def bend(a: Vec, b: Vec, c: Vec) -> float:
    """Return the angle at b, in degrees; 180 is straight."""
    return angle_between(sub(a, b), sub(c, b))


def test_every_exercise_has_its_figure() -> None:
    assert set(catalogue.names()) == set(EXERCISES)


@every_figure
def test_a_figure_has_no_fault(name: str) -> None:
    assert lint.faults(catalogue.figure(name)) == []


@every_figure
def test_every_pose_is_in_the_movement(name: str) -> None:
    assert {mark.pose for mark in timeline(catalogue.figure(name))} == set(catalogue.poses(name))


def test_an_unknown_figure_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        catalogue.figure("headstand")


@pytest.mark.parametrize("name", ["bridge", "pelvic-tilt-bridge"])
def test_the_bridge_is_one_straight_line_from_shoulders_to_knees(name: str) -> None:
    lifted = skeleton(name, "lift")
    hips, _ = lifted.pelvis
    knees = lifted.legs["R"].knee
    shoulder = lifted.arms["R"].shoulder
    assert bend((shoulder[0], shoulder[1], 0), hips, (knees[0], knees[1], 0)) > 180 - LEVEL


@pytest.mark.parametrize("name", ["pelvic-tilt-bridge", "bridge"])
def test_the_bridge_keeps_palms_down_on_the_floor(name: str) -> None:
    for pose in ("start", "lift"):
        for arm in skeleton(name, pose).arms.values():
            assert arm.hand[1][1] < -0.9
            assert arm.wrist[1] < 4


def test_the_pelvic_tilt_bridge_begins_with_hips_and_knees_bent() -> None:
    for leg in skeleton("pelvic-tilt-bridge", "start").legs.values():
        assert 70 < bend(leg.hip, leg.knee, leg.ankle) < 110


@pytest.mark.parametrize("pose", ["raise", "pull"])
def test_both_hands_hold_behind_one_leg_in_the_hamstring_stretch(pose: str) -> None:
    arms = catalogue.figure("hamstring-stretch").poses[pose].pose.arms
    for arm in arms.values():
        assert isinstance(arm.goal, Touch)
        assert arm.goal.segment == "thighR"
        assert arm.goal.place[1] < 0


def test_both_hips_stay_on_the_floor_in_the_hamstring_stretch() -> None:
    rest = skeleton("hamstring-stretch", "start").pelvis[0]
    assert skeleton("hamstring-stretch", "pull").pelvis[0] == pytest.approx(rest)


def test_the_piriformis_stretch_stops_with_the_foot_on_the_other_knee() -> None:
    assert catalogue.poses("piriformis-stretch") == ("start", "cross")
    crossed = skeleton("piriformis-stretch", "cross")
    assert length(sub(crossed.legs["R"].ankle, crossed.legs["L"].knee)) < 15
    assert crossed.legs["L"].ankle[1] < 8


def test_the_hip_flexor_stretch_kneels_on_the_right_with_both_hands_on_the_left_thigh() -> None:
    for pose in ("start", "press"):
        drawn = skeleton("hip-flexor-stretch", pose)
        assert drawn.legs["R"].knee[1] < 8 < drawn.legs["L"].knee[1]
        assert drawn.legs["L"].ankle[0] > drawn.legs["R"].knee[0]
        for arm in catalogue.figure("hip-flexor-stretch").poses[pose].pose.arms.values():
            assert isinstance(arm.goal, Touch)
            assert arm.goal.segment == "thighL"


def test_a_figure_works_on_the_side_that_it_says() -> None:
    assert {name for name in catalogue.names() if catalogue.side(name) == "left"} == {"hip-flexor-stretch"}
    assert catalogue.side("an-editors-own") == "right"


def test_the_hips_go_forward_and_the_chin_stays_level_in_the_hip_flexor_stretch() -> None:
    start, press = skeleton("hip-flexor-stretch", "start"), skeleton("hip-flexor-stretch", "press")
    assert press.pelvis[0][0] > start.pelvis[0][0] + 8
    assert angle_between(press.head_frame[0], (1, 0, 0)) < LEVEL


def test_the_locust_lifts_head_and_chest_with_the_arms_at_the_sides() -> None:
    start, lift = skeleton("locust-pose", "start"), skeleton("locust-pose", "lift")
    assert lift.head[1] > start.head[1] + 10
    assert lift.legs["R"].ankle == pytest.approx(start.legs["R"].ankle, abs=1)
    for arm in lift.arms.values():
        assert arm.wrist[0] < arm.shoulder[0] - 40


def test_superman_lifts_straight_arms_and_legs_a_little() -> None:
    start, lift = skeleton("superman", "start"), skeleton("superman", "lift")
    for side in ("R", "L"):
        assert 5 < lift.legs[side].ankle[1] - start.legs[side].ankle[1] < 25
        assert 5 < lift.arms[side].wrist[1] - start.arms[side].wrist[1] < 25
        arm, leg = lift.arms[side], lift.legs[side]
        assert bend(arm.shoulder, arm.elbow, arm.wrist) > 158
        assert bend(leg.hip, leg.knee, leg.ankle) > 170


def test_the_knees_come_to_the_chest_one_the_other_then_both() -> None:
    assert catalogue.figure("knee-to-chest").loop == ("start", "pull", "start", "pull-left", "start", "both")
    bent = {
        pose: {
            side: angle_between(leg.thigh[1], leg.shank[1]) > 110
            for side, leg in skeleton("knee-to-chest", pose).legs.items()
        }
        for pose in ("pull", "pull-left", "both")
    }
    assert bent == {
        "pull": {"R": True, "L": False},
        "pull-left": {"R": False, "L": True},
        "both": {"R": True, "L": True},
    }


def test_the_knees_roll_to_both_sides_while_the_shoulders_stay() -> None:
    rest = skeleton("lower-back-rotation", "start")
    right, left = skeleton("lower-back-rotation", "roll"), skeleton("lower-back-rotation", "roll-left")
    for rolled, sign in ((right, 1), (left, -1)):
        assert all(leg.knee[2] * sign > 15 for leg in rolled.legs.values())
        for side in ("R", "L"):
            assert rolled.arms[side].shoulder == pytest.approx(rest.arms[side].shoulder, abs=0.5)


def test_the_low_back_rises_and_flattens() -> None:
    heights = {pose: skeleton("lower-back-flexibility", pose).at(16)[0][1] for pose in ("arch", "start", "flatten")}
    assert heights["arch"] > heights["start"] > heights["flatten"]


def test_the_cat_drops_head_and_tailbone_as_it_rounds_and_lifts_them_as_it_sags() -> None:
    start, rounded, sagged = (skeleton("cat-stretch", pose) for pose in ("start", "round", "sag"))
    assert rounded.head[1] < start.head[1] < sagged.head[1]
    tails = [drawn.at(-10)[0][1] - drawn.pelvis[0][1] for drawn in (rounded, start, sagged)]
    assert tails == sorted(tails)
    backs = [drawn.at(24)[0][1] for drawn in (sagged, start, rounded)]
    assert backs == sorted(backs)


def test_the_cat_stands_on_hands_under_shoulders_and_knees_under_hips() -> None:
    start = skeleton("cat-stretch", "start")
    for side in ("R", "L"):
        assert abs(start.arms[side].wrist[0] - start.arms[side].shoulder[0]) < 6
        assert abs(start.legs[side].knee[0] - start.legs[side].hip[0]) < 6


def test_lint_finds_a_sunken_body_and_a_missed_target() -> None:
    figure = catalogue.figure("bridge")
    key = figure.poses["start"]
    sunken = replace(key, pose=replace(key.pose, trunk=replace(key.pose.trunk, at=(-40.0, 5.0, 0.0))))
    found = {fault.what for fault in lint.faults(replace(figure, poses={**figure.poses, "start": sunken}))}
    assert {"misses legR", "top sinks"} <= found


def test_lint_finds_a_joint_bent_too_far() -> None:
    figure = catalogue.figure("bridge")
    key = figure.poses["start"]
    arched = replace(key, pose=replace(key.pose, trunk=replace(key.pose.trunk, lumbar=-70.0)))
    assert "lumbar" in {fault.what for fault in lint.faults(replace(figure, poses={**figure.poses, "start": arched}))}


def test_lint_finds_a_face_behind_an_arm() -> None:
    low = replace(catalogue.figure("superman"), view={"shift": 0.26, "rise": 0.1})
    assert {f"mouth of {look} is hidden" for look in LOOKS} <= {fault.what for fault in lint.faults(low)}


@pytest.mark.parametrize(("point", "inside"), [((1.0, 1.0), True), ((3.0, 1.0), False), ((-1.0, 1.0), False)])
def test_a_point_is_covered_by_the_shape_around_it(point: tuple[float, float], inside: bool) -> None:
    assert lint.covered(point, [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)]) is inside
