// How figure and breathing circle move.
import assert from "node:assert/strict";
import test from "node:test";
import { breath, eased, mirrored, poseFor, stretch } from "../../static/js/motion.js";

const LOOP = [
  { pose: "start", start: 0, end: 1 },
  { pose: "raise", start: 3, end: 4 },
  { pose: "pull", start: 6, end: 7 },
  { pose: "raise", start: 9, end: 10 },
  { pose: "start", start: 12, end: 12 },
];

test("a movement follows the loop from one pose to the next", () => {
  assert.deepEqual(stretch(LOOP, "start", "raise"), [1, 3]);
  assert.deepEqual(stretch(LOOP, "raise", "pull"), [4, 6]);
});

test("a movement that the loop does not have leads through the poses between", () => {
  const [from, to] = stretch(LOOP, "pull", "start");
  assert.ok([[6, 1], [7, 12]].some((way) => way[0] === from && way[1] === to));
});

test("a pose that is held stands still", () => {
  assert.deepEqual(stretch(LOOP, "pull", "pull"), [6.5, 6.5]);
});

test("a pose that the drawing does not have is no movement, and one that came from nowhere is shown at once", () => {
  assert.equal(stretch(LOOP, "start", "jump"), null);
  assert.deepEqual(stretch(LOOP, "jump", "pull"), [6.5, 6.5]);
});

test("each side has its own pose where the figure has one", () => {
  const poses = ["start", "pull", "pull-left", "both"];
  assert.equal(poseFor({ pose: "pull", side: "left" }, poses), "pull-left");
  assert.equal(poseFor({ pose: "pull", side: "right" }, poses), "pull");
  assert.equal(poseFor({ pose: "both", side: "both" }, poses), "both");
  assert.equal(poseFor({ pose: "", side: "left" }, poses), "");
});

test("a figure that draws one side is mirrored for the other", () => {
  assert.equal(mirrored({ side: "left" }, ["start", "pull"], "right"), true);
  assert.equal(mirrored({ side: "right" }, ["start", "pull"], "right"), false);
  assert.equal(mirrored({ side: "right" }, ["start", "press"], "left"), true);
  assert.equal(mirrored({ side: "left" }, ["start", "pull", "pull-left"], "right"), false);
  assert.equal(mirrored({ side: "" }, ["start", "pull"], "right"), false);
});

test("a breath grows for one half and shrinks for the other, as often as there are breaths", () => {
  const segment = { kind: "hold", seconds: 15, breaths: 3 };
  const at = (ms) => breath(segment, ms);
  assert.deepEqual(at(0), { size: 0, way: "in", number: 0 });
  assert.deepEqual(at(2500), { size: 1, way: "out", number: 0 });
  assert.deepEqual(at(5000), { size: 0, way: "in", number: 1 });
  assert.equal(at(14999).number, 2);
  assert.ok(at(1250).size === 0.5 && at(3750).size === 0.5);
});

test("a phase of breathing without a number is one breath in", () => {
  assert.deepEqual(breath({ kind: "breathe", seconds: 4, breaths: null }, 4000), { size: 1, way: "in", number: 0 });
});

test("nothing is breathed in an ordinary movement", () => {
  assert.equal(breath({ kind: "move", seconds: 3, breaths: null }, 1000), null);
});

test("movements start and stop gently", () => {
  assert.deepEqual([eased(-1), eased(0), eased(0.5), eased(1), eased(2)], [0, 0, 0.5, 1, 1]);
});
