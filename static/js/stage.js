// The player's screen: shows what the clock says. It decides nothing.

import { duration, marks, seek, takeOver } from "./figures.js";
import { breath, eased, mirrored, poseFor, stretch } from "./motion.js";
import { canDoLess, view } from "./timer.js";

const [SMALLEST, LARGEST] = [30, 88]; // radius of the breathing circle, in units of its drawing
const LEAD_INS = ["change", "ready"];
const WAITS = [...LEAD_INS, "rest"];

/** Fill the figures in braces into a translated text: fill("{n} of {total}", {n: 1, total: 3}). */
export function fill(text, figures) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => figures[name] ?? whole);
}

/** Return minutes and seconds: "8:05". */
export function clockTime(ms) {
  const seconds = Math.ceil(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

export class Stage {
  constructor(dialog, words, calm) {
    Object.assign(this, { dialog, words, calm, figure: null, texts: new Map() });
    this.part = (name) => dialog.querySelector(`[data-stage="${name}"]`);
  }

  /** Show a state. Called on each frame, so it touches only what has changed. */
  show(plan, state) {
    const shown = view(plan, state);
    const { exercise, segment } = shown;
    const breathing = breath(segment, shown.elapsed);
    if (this.playing !== exercise) this.stand(exercise);
    this.move(shown);
    this.circle(shown, breathing);
    this.text("name", exercise.name);
    const several = plan.length > 1;
    this.text("count", several ? fill(this.words.exercise, { n: state.exercise + 1, total: plan.length }) : "");
    this.text("left", fill(this.words.timeLeft, { time: clockTime(shown.left) }));
    const number = this.number(shown);
    this.text("side", LEAD_INS.includes(segment.kind) ? exercise.amount : (this.words[segment.side] ?? ""));
    this.text("number", String(number));
    this.text("unit", this.unit(segment, breathing, number));
    this.text("repetition", this.repetition(shown));
    this.text("cue", this.cue(shown));
    const last = several ? this.words.last : "";
    this.text("next", shown.following ? fill(this.words.next, { name: shown.following.name }) : last);
    this.text("skip", WAITS.includes(segment.kind) ? this.words.skipWait : this.words.skip);
    this.dialog.dataset.kind = segment.kind;
    this.part("less").disabled = !canDoLess(state);
  }

  /** Show whether time passes. */
  playingIs(playing) {
    this.text("pause", playing ? this.words.pause : this.words.goOn);
    this.dialog.toggleAttribute("data-paused", !playing);
    this.part("menu").hidden = playing;
    this.part("now").hidden = !playing;
    this.dialog.scrollTo(0, 0); // zoomed in, the menu may be out of sight
  }

  text(name, words) {
    if (this.texts.get(name) === words) return;
    this.texts.set(name, words);
    this.part(name).textContent = words;
  }

  number({ segment, remaining }) {
    const one = segment.breaths ? segment.seconds / segment.breaths : 1;
    return Math.max(Math.ceil(remaining / 1000 / one), 0);
  }

  unit(segment, breathing, number) {
    if (breathing) return breathing.way === "in" ? this.words.breatheIn : this.words.breatheOut;
    if (LEAD_INS.includes(segment.kind)) return this.words.ready;
    return number === 1 ? this.words.second : this.words.seconds;
  }

  repetition({ exercise, segment, reps }) {
    if (WAITS.includes(segment.kind)) return "";
    const rep = reps > 1 ? fill(this.words.repetition, { n: segment.rep, total: reps }) : "";
    const set = exercise.sets > 1 ? fill(this.words.set, { n: segment.set, total: exercise.sets }) : "";
    return [set, rep].filter(Boolean).join(" · ");
  }

  cue({ exercise, segment }) {
    if (LEAD_INS.includes(segment.kind)) return exercise.position;
    if (segment.kind === "rest" && segment.side === "both") return this.words.nowBoth;
    if (segment.kind === "rest" && segment.side) return this.words.changeSides;
    if (segment.kind === "rest") return fill(this.words.rest, { n: segment.set, total: exercise.sets });
    return segment.cue;
  }

  /** Put an exercise's figure in its place. */
  stand(exercise) {
    this.playing = exercise;
    const place = this.part("figure");
    const kept = document.querySelector(`template[data-film="${CSS.escape(exercise.slug)}"]`);
    place.replaceChildren(kept ? kept.content.cloneNode(true) : "");
    const figure = place.querySelector("[data-figure]");
    place.hidden = !figure;
    this.figure = figure && takeOver(figure);
    this.rests = this.figure ? marks(this.figure) : [];
    this.poses = [...new Set(this.rests.map((rest) => rest.pose))];
  }

  /** Move the figure to where the segment is; with reduced motion it changes from pose to pose. */
  move({ exercise, segment, elapsed }) {
    if (!this.figure || !this.rests.length) return;
    this.figure.classList.toggle("fx-flip", mirrored(segment, this.poses, exercise.drawn));
    const t = this.calm.matches ? 1 : eased(elapsed / 1000 / segment.seconds);
    if (segment.kind === "change" && !this.calm.matches) {
      seek(this.figure, ((elapsed / 1000) % duration(this.figure)) / duration(this.figure)); // shows what comes
      return;
    }
    const [from, to] = this.stretchOf(exercise, segment);
    seek(this.figure, (from + (to - from) * (segment.kind === "hold" ? 1 : t)) / duration(this.figure));
  }

  stretchOf(exercise, segment) {
    const first = this.rests[0].pose;
    const index = exercise.segments.indexOf(segment);
    const pose = (one) => (one && poseFor(one, this.poses)) || first;
    const before = exercise.segments[index - 1];
    return stretch(this.rests, pose(before), pose(segment)) ?? [0, 0];
  }

  circle({ segment, elapsed }, breathing) {
    const passed = elapsed / 1000 / segment.seconds;
    this.part("ring").setAttribute("stroke-dashoffset", String(100 * Math.min(passed, 1)));
    const circle = this.part("breath");
    circle.toggleAttribute("hidden", !breathing || this.calm.matches);
    if (breathing && !this.calm.matches) circle.setAttribute("r", String(SMALLEST + (LARGEST - SMALLEST) * breathing.size));
  }
}
