// The player's clock, on the same cases as exercises/timing.py (tests/exercises/test_timelines.py reads the same file).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import {
  LONGEST_STEP, advance, back, begin, canDoLess, counted, oneLess, pause, performed, programme, restore, resume, skip, stop, view,
} from "../../static/js/timer.js";

const cases = JSON.parse(readFileSync(new URL("../cases/timelines.json", import.meta.url), "utf8"));
const PLAIN = "each repetition has every phase";
const SIDES = "left, then right, then both together";
const BREATHS = "a hold counted in breaths";
const SETS = "three sets with rests";

function exercise(name, lead = []) {
  const found = cases.timelines.find((one) => one.name === name);
  return { slug: name, sets: found.dose.sets, reps: found.reps ?? found.dose.reps, lead, segments: found.segments };
}

/** Play to a time in small steps, as a page does. */
function play(plan, state, ms, step = 90) {
  let now = state;
  for (let passed = 0; passed < ms; passed += step) now = advance(plan, now, Math.min(step, ms - passed));
  return now;
}

const alone = (name) => programme([exercise(name)]);

for (const one of cases.timelines) {
  test(`the clock walks through: ${one.name}`, () => {
    const plan = alone(one.name);
    for (const { at, segment, kind, remaining, left, ended = "", done } of one.walk) {
      const state = play(plan, begin(plan), at);
      assert.equal(state.ended, ended);
      assert.equal(counted(plan, state)[one.name] ?? 0, done, `done after ${at} ms`);
      if (ended) continue;
      const shown = view(plan, state);
      assert.deepEqual([state.segment, shown.segment.kind, shown.remaining, shown.left], [segment, kind, remaining, left]);
    }
  });
}

for (const { name, exercises, seconds } of cases.sessions) {
  test(`a session lasts as long as the server says: ${name}`, () => {
    const plan = programme(exercises.map((one) => exercise(one, cases.lead_in.next)));
    assert.equal(view(plan, begin(plan)).left, seconds * 1000);
    assert.equal(play(plan, begin(plan), seconds * 1000 - 1, 997).ended, "");
    assert.equal(play(plan, begin(plan), seconds * 1000, 997).ended, "finished");
  });
}

test("the second side is never shorter than the first", () => {
  const length = (side) =>
    exercise(SIDES).segments.filter((one) => one.side === side && one.kind !== "rest").reduce((sum, one) => sum + one.seconds, 0);
  assert.equal(length("left"), length("right"));
});

test("one step may end several segments", () => {
  const plan = alone(PLAIN);
  assert.deepEqual(advance(plan, begin(plan), 5000), play(plan, begin(plan), 5000));
});

test("a clock that stood still or a device that slept is no playing time: it waits", () => {
  const plan = alone(PLAIN);
  const state = play(plan, begin(plan), 1000);
  const woken = advance(plan, state, LONGEST_STEP + 1);
  assert.deepEqual(woken, pause(state));
  assert.deepEqual(advance(plan, woken, 1000), woken);
  assert.equal(view(plan, advance(plan, resume(woken), 1000)).remaining, 1000);
});

test("a clock that runs backwards changes nothing", () => {
  const plan = alone(PLAIN);
  assert.deepEqual(advance(plan, begin(plan), -50), begin(plan));
});

test("a state is never changed in place", () => {
  const plan = alone(PLAIN);
  const state = Object.freeze(begin(plan));
  Object.freeze(state.done);
  Object.freeze(state.reps);
  assert.doesNotThrow(() => [play(plan, state, 9000), oneLess(plan, state), skip(plan, state), back(plan, state), stop(state)]);
});

test("back returns to the beginning of the repetition, and soon after to the one before", () => {
  const plan = alone(PLAIN);
  const second = play(plan, begin(plan), 8000 + 4000);
  const once = back(plan, second);
  assert.deepEqual([once.segment, once.elapsed], [3, 0]);
  assert.deepEqual([back(plan, once).segment, back(plan, back(plan, once)).segment], [0, 0]);
});

test("back at the beginning of an exercise returns to the end of the one before", () => {
  const plan = programme([exercise(PLAIN, cases.lead_in.next), exercise(SIDES, cases.lead_in.next)]);
  const state = play(plan, begin(plan), 5000 + 16000 + 1000);
  assert.equal(state.exercise, 1);
  const earlier = back(plan, state);
  assert.deepEqual([earlier.exercise, view(plan, earlier).segment.rep, earlier.elapsed], [0, 2, 0]);
});

test("a repetition done again counts once", () => {
  const plan = alone(PLAIN);
  const again = play(plan, back(plan, back(plan, play(plan, begin(plan), 8500))), 8000);
  assert.equal(counted(plan, again)[PLAIN], 1);
});

test("skipping a wait starts what it was for", () => {
  const plan = programme([exercise(PLAIN, cases.lead_in.next), exercise(SIDES, cases.lead_in.next)]);
  assert.equal(view(plan, skip(plan, begin(plan))).segment.cue, "Lift.");
  const change = skip(plan, skip(plan, begin(plan)));
  assert.deepEqual([change.exercise, view(plan, change).segment.kind], [1, "change"]);
  assert.equal(view(plan, skip(plan, change)).segment.cue, "Pull.");
  const rest = play(plan, skip(plan, change), 16000);
  assert.deepEqual([view(plan, rest).segment.kind, view(plan, skip(plan, rest)).segment.side], ["rest", "right"]);
});

test("what is skipped does not count, and skipping the last exercise ends it", () => {
  const plan = alone(PLAIN);
  const state = skip(plan, play(plan, begin(plan), 8500));
  assert.equal(state.ended, "finished");
  assert.deepEqual(counted(plan, state), { [PLAIN]: 1 });
});

test("the side that got fewer repetitions counts, and whoever did any did one", () => {
  const plan = alone(SIDES);
  const done = (ms) => counted(plan, play(plan, begin(plan), ms))[SIDES];
  // Left 0, 1 and 2; right 1 and 2; both together 1 and 2.
  assert.deepEqual([done(7999), done(8000), done(16000), done(29000), done(37000), done(51000), done(60000)], [0, 1, 1, 1, 2, 2, 2]);
});

test("sides that were not done alike are told as they were", () => {
  const plan = alone(SIDES);
  const told = (state) => performed(plan, state).map(({ done, reps, sides }) => ({ done, reps, sides }))[0];
  const uneven = play(plan, begin(plan), 29000);
  assert.deepEqual(told(uneven), { done: 1, reps: 2, sides: { left: 2, right: 1, both: 0 } });
  assert.deepEqual(told(skip(plan, oneLess(plan, uneven))), { done: 1, reps: 1, sides: { left: 2, right: 1, both: 0 } });
  assert.deepEqual(told(play(plan, begin(plan), 37000)), { done: 2, reps: 2, sides: null });
});

test("a set begun counts for its share, and at least one", () => {
  const plan = alone(SETS);
  const done = (ms) => counted(plan, play(plan, begin(plan), ms))[SETS];
  assert.deepEqual([done(4999), done(5000), done(45000), done(90000)], [0, 1, 1, 2]);
});

test("one less shortens every side that is still to come", () => {
  const plan = alone(SIDES);
  const state = oneLess(plan, begin(plan));
  assert.equal(view(plan, state).left, (8 + 5 + 8 + 5 + 9) * 1000);
  const end = play(plan, state, view(plan, state).left);
  assert.deepEqual([end.ended, counted(plan, end)[SIDES]], ["finished", 1]);
});

test("one less during the last repetition ends that repetition", () => {
  const plan = alone(SIDES);
  const state = oneLess(plan, play(plan, begin(plan), 9000));
  assert.deepEqual([view(plan, state).segment.kind, view(plan, state).segment.side, state.elapsed], ["rest", "right", 0]);
});

test("one less leaves at least one repetition, and the other exercises as they are", () => {
  const plan = programme([exercise(PLAIN), exercise(BREATHS)]);
  const state = oneLess(plan, begin(plan));
  assert.deepEqual([canDoLess(begin(plan)), canDoLess(state), state.reps], [true, false, [1, 3]]);
  assert.deepEqual(oneLess(plan, state), state);
});

test("one less applies to every set to come", () => {
  const plan = alone(SETS);
  assert.equal(view(plan, oneLess(plan, begin(plan))).left, (3 * 5 + 2 * 30) * 1000);
});

test("an ended session stays ended", () => {
  const plan = alone(PLAIN);
  const state = stop(play(plan, begin(plan), 9000), "hurts");
  for (const after of [advance(plan, state, 100), resume(state), skip(plan, state), oneLess(plan, state), back(plan, state)]) {
    assert.deepEqual(after, state);
  }
  assert.deepEqual([view(plan, state).left, counted(plan, state)[PLAIN]], [0, 1]);
});

test("a state survives JSON and waits to be taken up again", () => {
  const plan = alone(SIDES);
  const state = play(plan, begin(plan), 38500);
  assert.deepEqual(restore(plan, JSON.parse(JSON.stringify(state))), pause(state));
});

test("a state that does not fit the programme is refused", () => {
  const plan = alone(PLAIN);
  const good = begin(plan);
  const bad = [
    null, 7, "x", {}, [], { ...good, exercise: 1 }, { ...good, segment: 99 }, { ...good, segment: 0.5 }, { ...good, elapsed: -1 },
    { ...good, elapsed: null }, { ...good, ended: "later" }, { ...good, reps: [3] }, { ...good, reps: [0] }, { ...good, reps: [] },
    { ...good, done: [["9::9"]] }, { ...good, done: [[7]] }, { ...good, done: {} }, { ...good, done: [[]].concat([[]]) },
  ];
  for (const data of bad) assert.equal(restore(plan, data), null, JSON.stringify(data));
});

test("nothing to do is finished at once", () => {
  const plan = programme([exercise("nothing left of the day")]);
  assert.deepEqual([begin(plan).ended, counted(plan, begin(plan))], ["finished", {}]);
});
