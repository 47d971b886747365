// The guided player's clock: a state machine over segments, without a page and without a clock of its own.
//
// A programme is a list of exercises: {slug, sets, reps, lead: [segment], segments: [segment]}; a segment is
// {kind, seconds, side, set, rep, breaths, …} as exercises/timing.py makes them. `lead` is what comes before the exercise; its
// "change" segments (getting into another position) are left out for the first. Times are in milliseconds, unless named seconds.
// A state is plain data, never changed in place: it can be kept as JSON and taken up again after a reload.

/** A longer step than this is no playing time: the device slept or the tab was hidden. The clock then waits. */
export const LONGEST_STEP = 5000;
/** "Back" within this time of a beginning goes to the one before. */
const FRESH = 2000;
const WAITS = ["change", "ready", "rest"];

/** Return the exercises with their lead-ins in front, ready to be played. Exercises without segments are left out. */
export function programme(exercises) {
  return exercises
    .filter((exercise) => exercise.segments.length > 0)
    .map((exercise, index) => ({
      ...exercise,
      segments: [...exercise.lead.filter((segment) => index > 0 || segment.kind !== "change"), ...exercise.segments],
    }));
}

/** Return the state in which nothing has been done. */
export function begin(plan) {
  return {
    exercise: 0,
    segment: 0,
    elapsed: 0, // within the segment
    playing: true,
    ended: plan.length ? "" : "finished", // or "stopped" or "hurts"
    reps: plan.map((exercise) => exercise.reps), // to be done a set; "one less" lowers it
    done: plan.map(() => []), // finished repetitions of each exercise, as keys
  };
}

/** Let `ms` pass. Several segments may end within one step. */
export function advance(plan, state, ms) {
  if (!state.playing || state.ended || ms <= 0) return state;
  if (ms > LONGEST_STEP) return pause(state);
  let now = { ...state, elapsed: state.elapsed + ms };
  while (!now.ended && now.elapsed >= length(plan, now)) {
    const rest = now.elapsed - length(plan, now);
    now = { ...next(plan, count(plan, now)), elapsed: rest };
  }
  return now.ended ? { ...now, elapsed: 0 } : now;
}

export function pause(state) {
  return { ...state, playing: false };
}

export function resume(state) {
  return state.ended ? state : { ...state, playing: true };
}

/** End before the end; reason "stopped" or "hurts". */
export function stop(state, reason = "stopped") {
  return { ...state, playing: false, ended: reason };
}

/** Return to the beginning of this repetition or wait or, when it has hardly begun, of the one before. */
export function back(plan, state) {
  if (state.ended) return state;
  const beginnings = starts(plan, state, state.exercise).filter((index) => index <= state.segment);
  const played = state.elapsed + sum(segments(plan, state).slice(beginnings.at(-1), state.segment));
  if (played >= FRESH) return at(state, state.exercise, beginnings.at(-1));
  if (beginnings.length > 1) return at(state, state.exercise, beginnings.at(-2));
  if (state.exercise === 0) return at(state, 0, 0);
  return at(state, state.exercise - 1, starts(plan, state, state.exercise - 1).at(-1));
}

/** Cut a wait short; during an exercise, go on to the next one. What was skipped does not count as done. */
export function skip(plan, state) {
  if (state.ended) return state;
  const { kind } = segments(plan, state)[state.segment];
  if (!WAITS.includes(kind)) return leave(plan, state);
  let now = next(plan, state);
  while (kind !== "rest" && !now.ended && WAITS.includes(segments(plan, now)[now.segment].kind)) now = next(plan, now);
  return now;
}

/** Whether "one less" can still take something away. */
export function canDoLess(state) {
  return !state.ended && state.reps[state.exercise] > 1;
}

/** Drop the last repetition of the current exercise, on every side and in every set that is still to come. */
export function oneLess(plan, state) {
  if (!canDoLess(state)) return state;
  const reps = replaced(state.reps, state.exercise, state.reps[state.exercise] - 1);
  const now = { ...state, reps };
  return live(now, now.exercise, segments(plan, now)[now.segment]) ? now : next(plan, now);
}

/** Return what there is to show. `remaining` and `left` (of the whole programme) are milliseconds. */
export function view(plan, state) {
  const exercise = plan[state.exercise];
  const segment = exercise.segments[state.segment];
  return {
    exercise,
    segment,
    reps: state.reps[state.exercise],
    following: plan[state.exercise + 1] ?? null,
    elapsed: state.elapsed,
    remaining: state.ended ? 0 : segment.seconds * 1000 - state.elapsed,
    left: left(plan, state),
  };
}

/**
 * Return the repetitions done of each exercise, {slug: number}, as the log counts them: repetitions a set, done to their end. Of two sides
 * the one that got fewer counts; what both do together comes on top of them and counts only where there is nothing else. Unfinished sets
 * count for their share. Whoever did anything of an exercise did at least one: a 0 would say that it was left out.
 */
export function counted(plan, state) {
  return Object.fromEntries(performed(plan, state).map(({ exercise, done }) => [exercise.slug, done]));
}

/**
 * Return what to tell the person of each exercise: `done` as the log counts it, `reps` that it was meant to be in the end ("one less"
 * lowers it), and `sides` {left, right, both}: repetitions on each side where the sides were not done alike, else null.
 */
export function performed(plan, state) {
  return plan.map((exercise, index) => {
    const sides = sidesDone(exercise, state.done[index]);
    const single = ["left", "right"].filter((side) => side in sides).map((side) => sides[side]);
    const all = Object.values(sides);
    const whole = Math.floor(Math.min(...(single.length ? single : all)) / exercise.sets);
    const done = Math.max(whole, all.some((number) => number > 0) ? 1 : 0);
    return { exercise, done, reps: state.reps[index], sides: new Set(single).size > 1 ? sides : null };
  });
}

/** Return a state read back from JSON, paused, or null when it does not fit the programme. */
export function restore(plan, data) {
  const fits =
    data !== null && typeof data === "object" &&
    whole(data.exercise, 0, plan.length - 1) &&
    whole(data.segment, 0, plan[data.exercise].segments.length - 1) &&
    Number.isFinite(data.elapsed) && data.elapsed >= 0 &&
    ["", "finished", "stopped", "hurts"].includes(data.ended) &&
    Array.isArray(data.reps) && data.reps.length === plan.length &&
    data.reps.every((reps, index) => whole(reps, 1, plan[index].reps)) &&
    Array.isArray(data.done) && data.done.length === plan.length &&
    data.done.every((keys, index) => Array.isArray(keys) && keys.every((one) => known(plan[index], one)));
  if (!fits) return null;
  const { exercise, segment, elapsed, ended, reps, done } = data;
  return { exercise, segment, elapsed, playing: false, ended, reps, done };
}

const segments = (plan, state) => plan[state.exercise].segments;
const length = (plan, state) => segments(plan, state)[state.segment].seconds * 1000;
const sum = (list) => list.reduce((total, segment) => total + segment.seconds * 1000, 0);
const whole = (number, low, high) => Number.isInteger(number) && number >= low && number <= high;
const key = (segment) => (WAITS.includes(segment.kind) ? "" : `${segment.set}:${segment.side}:${segment.rep}`);
const known = (exercise, one) => one !== "" && exercise.segments.some((segment) => key(segment) === one);
const live = (state, exercise, segment) => WAITS.includes(segment.kind) || segment.rep <= state.reps[exercise];
const replaced = (list, index, value) => list.map((old, place) => (place === index ? value : old));
const at = (state, exercise, segment) => ({ ...state, exercise, segment, elapsed: 0 });

/** The indexes at which a repetition or a wait begins in an exercise, leaving out what "one less" took away. */
function starts(plan, state, exercise) {
  const all = plan[exercise].segments;
  return all.flatMap((segment, index) => {
    const begins = index === 0 || key(segment) === "" || key(segment) !== key(all[index - 1]);
    return begins && live(state, exercise, segment) ? [index] : [];
  });
}

/** Move on to the next segment that is to be done; after the last one the programme is finished. */
function next(plan, state) {
  const wanted = (segment, index) => index > state.segment && live(state, state.exercise, segment);
  const following = segments(plan, state).findIndex(wanted);
  return following < 0 ? leave(plan, state) : at(state, state.exercise, following);
}

function leave(plan, state) {
  if (state.exercise + 1 < plan.length) return at(state, state.exercise + 1, 0);
  return { ...state, elapsed: 0, playing: false, ended: "finished" };
}

/** Note the repetition whose last segment ends here. */
function count(plan, state) {
  const all = segments(plan, state);
  const here = key(all[state.segment]);
  const following = all[state.segment + 1];
  const done = state.done[state.exercise];
  if (here === "" || (following && key(following) === here) || done.includes(here)) return state;
  return { ...state, done: replaced(state.done, state.exercise, [...done, here]) };
}

/** Finished repetitions on each side, of all sets: {left: 2, right: 1, both: 0}, or {"": 5} where there are no sides. */
function sidesDone(exercise, done) {
  const working = exercise.segments.filter((segment) => key(segment) !== "");
  const sides = [...new Set(working.map((segment) => segment.side))];
  return Object.fromEntries(sides.map((side) => [side, done.filter((one) => one.split(":")[1] === side).length]));
}

function left(plan, state) {
  if (state.ended) return 0;
  const ahead = plan.map((exercise, index) =>
    exercise.segments.filter((segment, place) => {
      const passed = index < state.exercise || (index === state.exercise && place < state.segment);
      return !passed && live(state, index, segment);
    }),
  );
  return sum(ahead.flat()) - state.elapsed;
}
