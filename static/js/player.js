// The guided player: starts, pauses and ends a practice, and joins the clock (timer.js), the screen (stage.js) and the cues (cues.js).

import { Before } from "./before.js";
import { Awake, Cues, Tones, Vibration, Voice } from "./cues.js";
import { showEnd } from "./end.js";
import { breath } from "./motion.js";
import { Stage, fill } from "./stage.js";
import { advance, back, begin, oneLess, pause, programme, restore, resume, skip, stop, view } from "./timer.js";

const KEPT_FOR = 3 * 60 * 60 * 1000; // a practice left alone for three hours is over
const COUNTDOWN = 3; // seconds that are ticked before something begins or ends
const LONG_HOLD = 10; // seconds from which a hold's end is counted down
const LEAD_INS = ["change", "ready"];

const data = JSON.parse(document.getElementById("practice").textContent);
const { words } = data;
const page = document.querySelector("[data-player]");
const dialog = document.getElementById("stage");
const clock = window.backcareClock ?? { now: () => performance.now(), frame: (call) => requestAnimationFrame(call) };
const stage = new Stage(dialog, words, window.matchMedia("(prefers-reduced-motion: reduce)"));
const awake = new Awake({ api: navigator.wakeLock });
const cues = new Cues({
  voice: new Voice({ synth: window.speechSynthesis, Utterance: window.SpeechSynthesisUtterance, lang: document.documentElement.lang }),
  tones: new Tones({ Context: window.AudioContext ?? window.webkitAudioContext }),
  vibration: new Vibration({ navigator }),
  storage: storage("localStorage"),
});
const kept = storage("sessionStorage");
const entrance = new Before(page, data, { length, start });
const key = `practice:${data.owner}:${location.pathname}${location.search}`;

let plan = [];
let state = null;
let pain = null; // 0 to 10, or null: not given
let last = 0; // when the clock was last looked at
let running = false;
let tick = ""; // what was last counted down
let waited = 0; // milliseconds for which the voice has held up a start

// --- Starting ---------------------------------------------------------------------------------------------------------

function start(score) {
  pain = score;
  plan = compose(entrance.chosen);
  state = begin(plan);
  open();
  enter();
  run();
}

/** The programme of the chosen exercises; the first one is introduced while one gets ready. */
function compose(chosen) {
  return programme(chosen).map((exercise, index) => ({
    ...exercise,
    segments: exercise.segments.map((segment) => (index === 0 && segment.kind === "ready" ? { ...segment, say: exercise.intro } : segment)),
  }));
}

function open() {
  goingOn(false);
  if (!dialog.open) dialog.showModal();
  dialog.querySelector('[data-do="pause"]').focus();
  cues.tones.unlock();
  awake.hold();
}

/** Take up what was being done before a reload; its clock waits. */
function takeUp() {
  const found = recall();
  if (!found) return;
  ({ plan, state, pain } = found);
  if (state.ended) {
    close();
    return;
  }
  stage.show(plan, state);
  stage.playingIs(false);
  open();
}

// --- Playing ----------------------------------------------------------------------------------------------------------

function run() {
  cues.tones.unlock();
  state = resume(state);
  stage.playingIs(true);
  last = clock.now();
  if (!running) clock.frame(frame);
  running = true;
}

function frame() {
  running = false;
  if (!state?.playing) return;
  const now = clock.now();
  const step = now - last;
  last = now;
  const before = state;
  state = advance(plan, state, step - held(step));
  if (state.ended) {
    end(state.ended);
    return;
  }
  if (!state.playing) {
    hold();
    return;
  }
  if (before.exercise !== state.exercise || before.segment !== state.segment) enter(before.exercise !== state.exercise);
  countDown();
  stage.show(plan, state);
  running = true;
  clock.frame(frame);
}

/** Milliseconds of a step that do not count: an exercise starts when its introduction has been said, if that takes a little longer. */
function held(step) {
  const { segment, remaining } = view(plan, state);
  if (!LEAD_INS.includes(segment.kind) || !cues.voice.busy || waited > 15000) return 0;
  const over = Math.max(step - Math.max(remaining - COUNTDOWN * 1000, 0), 0);
  if (segment.kind === "change" || over === 0) return 0;
  waited += over;
  return Math.min(over, step);
}

/** A segment begins: say it, sound it, keep it. */
function enter(changed = false) {
  const { segment } = view(plan, state);
  tick = "";
  if (!LEAD_INS.includes(segment.kind)) waited = 0;
  if (changed) cues.play("done");
  cues.play(toneOf(segment), segment.say);
  if (segment.say) dialog.querySelector("[data-live]").textContent = segment.say;
  stage.show(plan, state);
  keep();
}

function toneOf(segment) {
  if (segment.breaths || segment.kind === "breathe") return "in";
  if (segment.kind === "rest") return segment.side ? "side" : "rest";
  return segment.kind === "change" ? "rest" : segment.kind;
}

/** The last seconds of a wait or a long hold, and each breath: for those who only listen. */
function countDown() {
  const { segment, elapsed, remaining } = view(plan, state);
  const breathing = segment.breaths ? breath(segment, elapsed) : null;
  const seconds = Math.ceil(remaining / 1000);
  const now = breathing ? `${breathing.number} ${breathing.way}` : String(seconds);
  if (now === tick) return;
  const first = tick === "";
  tick = now;
  if (breathing) {
    if (!first) cues.tones.play(breathing.way);
    const more = segment.breaths - breathing.number;
    if (!first && breathing.way === "in") cues.voice.say(more === 1 ? words.lastBreath : fill(words.moreBreaths, { n: more }));
    return;
  }
  const counts = LEAD_INS.includes(segment.kind) || segment.kind === "rest" || (segment.kind === "hold" && segment.seconds >= LONG_HOLD);
  if (counts && segment.kind !== "change" && seconds <= COUNTDOWN) cues.tones.play("tick");
  if (segment.kind === "hold" && segment.seconds >= 2 * LONG_HOLD && seconds === LONG_HOLD) {
    cues.voice.say(fill(words.moreSeconds, { n: seconds }));
  }
}

/** Pause: by the person, or because nobody is there. */
function hold() {
  state = pause(state);
  cues.voice.hush();
  stage.show(plan, state);
  stage.playingIs(false);
  keep();
}

function toggle() {
  if (state.playing) {
    hold();
    return;
  }
  run();
  enter(); // said again, because the pause came in between
}

/** Jump by one of the clock's own moves. */
function jump(move) {
  const playing = state.playing;
  const exercise = state.exercise;
  cues.voice.hush();
  state = move(plan, state);
  if (state.ended) {
    end(state.ended);
    return;
  }
  if (playing) enter(state.exercise > exercise);
  tick = playing ? tick : "";
  stage.show(plan, state);
  keep();
}

function less() {
  const before = state;
  state = oneLess(plan, state);
  if (state === before) return;
  if (state.playing && state.segment !== before.segment) enter();
  cues.voice.say(fill(words.oneLess, { n: state.reps[state.exercise] }));
  stage.show(plan, state);
  keep();
}

// --- Ending -----------------------------------------------------------------------------------------------------------

function end(reason) {
  state = reason === state.ended ? state : stop(state, reason);
  keep();
  cues.voice.hush();
  cues.play("end", words[reason]);
  close();
}

function close() {
  if (dialog.open) dialog.close();
  awake.release();
  showEnd(page, data, { plan, state, pain });
}

// --- Keeping ----------------------------------------------------------------------------------------------------------

function storage(name) {
  try {
    return window[name];
  } catch {
    return null; // forbidden: the player works, and forgets
  }
}

/** What a kept state must have been played on. */
function shape() {
  return JSON.stringify(data.exercises.map(({ slug, sets, reps, segments }) => [slug, sets, reps, segments.map((one) => one.seconds)]));
}

function keep() {
  try {
    kept?.setItem(key, JSON.stringify({ at: Date.now(), shape: shape(), chosen: plan.map((one) => one.slug), pain, state }));
  } catch {
    // a full storage: a reload then starts anew
  }
}

function recall() {
  try {
    const found = JSON.parse(kept?.getItem(key) ?? "null");
    if (!found || found.shape !== shape() || Date.now() - found.at > KEPT_FOR) return null;
    const composed = compose(data.exercises.filter((exercise) => found.chosen.includes(exercise.slug)));
    const restored = restore(composed, found.state);
    const score = Number.isInteger(found.pain) && found.pain >= 0 && found.pain <= 10 ? found.pain : null;
    return restored && { plan: composed, state: restored, pain: score };
  } catch {
    return null; // not ours, or of an older version
  }
}

function forget() {
  kept?.removeItem(key);
}

// --- Listening --------------------------------------------------------------------------------------------------------

const actions = {
  pause: toggle,
  back: () => jump(back),
  skip: () => jump(skip),
  less,
  hurts: () => end("hurts"),
  stop: () => end("stopped"),
  leave,
};

/** Out of the full screen, to come back later. */
function leave() {
  if (state.playing) hold();
  dialog.close();
}

function goOn() {
  open();
  toggle();
}

function anew() {
  forget();
  location.reload();
}

/** The screen was left, by whatever way: offer to go on. */
function left() {
  awake.release();
  if (!state || state.ended) return;
  if (state.playing) hold();
  goingOn(true);
  page.querySelector("[data-go-on]").focus();
}

/** Show "Go on where you were" in place of every other way to start, or not. */
function goingOn(offered) {
  page.querySelector("[data-going-on]").hidden = !offered;
  page.toggleAttribute("data-begun", offered);
}

dialog.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (!button) return;
  actions[button.dataset.do]();
  // After a tap the space bar belongs to the pause again; who walks by Tab stays where they are.
  if (event.detail > 0 && dialog.open) dialog.querySelector('[data-do="pause"]').focus();
});
dialog.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const free = !event.target.closest("button, input, a, summary");
  if (event.key === " " && free) toggle();
  else if (event.key === "ArrowLeft") jump(back);
  else if (event.key === "ArrowRight") jump(skip);
  else if (event.key === "Escape") (state.playing ? hold : leave)();
  else return;
  event.preventDefault();
});
dialog.addEventListener("cancel", (event) => {
  event.preventDefault();
  if (state.playing) hold();
});
dialog.addEventListener("close", left);
document.addEventListener("visibilitychange", () => {
  if (!dialog.open) return;
  if (document.visibilityState === "visible") awake.hold();
  else if (state.playing) hold();
});
window.addEventListener("pagehide", () => {
  cues.voice.hush();
  if (state && dialog.open) keep();
});

page.addEventListener("click", (event) => {
  if (event.target.closest("[data-go-on]")) goOn();
  else if (event.target.closest("[data-anew]")) anew();
  else if (event.target.closest("[data-log], [data-next]")) forget();
});
for (const box of document.querySelectorAll("[data-cue]")) {
  box.closest("label").hidden = !cues[box.dataset.cue].available;
  box.checked = cues[box.dataset.cue].on;
  box.addEventListener("change", () => {
    cues.switch(box.dataset.cue, box.checked);
    for (const other of document.querySelectorAll(`[data-cue="${box.dataset.cue}"]`)) other.checked = box.checked;
  });
}

function length(chosen) {
  const composed = compose(chosen);
  return composed.length ? view(composed, begin(composed)).left : 0;
}

takeUp();
