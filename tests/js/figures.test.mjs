// Seeking a figure's timeline: the player moves a figure in time with its phases.
import assert from "node:assert/strict";
import test from "node:test";

globalThis.document = { querySelectorAll: () => [] };
const { duration, marks, seek, seekBetween } = await import("../../static/js/figures.js");

/** A drawing that rests in start (0 to 1 s), lift (3 to 4 s) and start again at 6 s. */
function drawing() {
  return {
    dataset: { duration: "6", marks: "start:0:1 lift:3:4 start:6:6" },
    time: null,
    paused: false,
    pauseAnimations() {
      this.paused = true;
    },
    setCurrentTime(seconds) {
      this.time = seconds;
    },
  };
}

function timeAfter(...journey) {
  const svg = drawing();
  assert.equal(seekBetween(svg, ...journey), true);
  return svg.time;
}

test("marks are read in seconds", () => {
  assert.deepEqual(marks(drawing())[1], { pose: "lift", start: 3, end: 4 });
  assert.equal(duration(drawing()), 6);
});

test("a drawing without marks has none", () => {
  assert.deepEqual(marks({ dataset: {} }), []);
});

test("seeking stops the drawing at a fraction of its loop", () => {
  const svg = drawing();
  seek(svg, 0.5);
  assert.deepEqual([svg.time, svg.paused], [3, true]);
});

test("the end of the loop is not its beginning", () => {
  const svg = drawing();
  seek(svg, 1);
  assert.ok(svg.time > 5.99 && svg.time < 6);
});

test("between two poses the drawing is part of the way", () => {
  assert.equal(timeAfter("start", "lift", 0.5), 2);
});

test("the way there begins and ends in the poses", () => {
  assert.equal(timeAfter("start", "lift", 0), 1);
  assert.equal(timeAfter("start", "lift", 1), 3);
});

test("the way back shows the same positions in reverse", () => {
  assert.equal(timeAfter("lift", "start", 0.25), timeAfter("start", "lift", 0.75));
});

test("a fraction outside the way stays at its ends", () => {
  assert.equal(timeAfter("start", "lift", -1), timeAfter("start", "lift", 0));
  assert.equal(timeAfter("start", "lift", 2), timeAfter("start", "lift", 1));
});

test("from a pose to itself the drawing rests in it", () => {
  assert.equal(timeAfter("lift", "lift"), 3.5);
});

test("a pose that the figure does not have is told, and nothing moves", () => {
  const svg = drawing();
  assert.equal(seekBetween(svg, "start", "fall"), false);
  assert.equal(svg.time, null);
});
