// The page after a practice: what was done, and the way to the log. It decides nothing.

import { fill } from "./stage.js";
import { counted, performed } from "./timer.js";

const SIDES = ["left", "right", "both"];

/** Show the end in place of the beginning. `pain` is the score given at the start, or null. */
export function showEnd(page, data, { plan, state, pain }) {
  const close = document.getElementById("end");
  for (const part of page.querySelectorAll("[data-before]")) part.hidden = true;
  for (const part of close.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== state.ended;
  close.querySelector("[data-done]").replaceChildren(...performed(plan, state).map((one) => doneLine(one, data.words)));
  const log = logAddress(page.dataset.log, data, counted(plan, state), pain);
  for (const link of close.querySelectorAll("[data-log]")) link.href = log;
  for (const link of close.querySelectorAll("[data-next]")) link.href = `${link.dataset.next}?next=${encodeURIComponent(log)}`;
  close.hidden = false;
  close.querySelector("h2:not([hidden])").focus();
}

function doneLine(one, words) {
  const line = document.createElement("li");
  const name = document.createElement("span");
  const figures = document.createElement("strong");
  name.textContent = one.exercise.name;
  figures.textContent = amount(one, words);
  line.append(name, " ", figures);
  return line;
}

/** "2 of 3"; where the sides were not done alike, what each one got: "left 2, right 1". */
function amount({ exercise, done, reps, sides }, words) {
  if (!sides) return fill(exercise.sets > 1 ? words.doneSets : words.done, { n: done, total: reps });
  const told = SIDES.filter((side) => sides[side] > 0 || (side !== "both" && side in sides));
  return told.map((side) => fill(words.doneSides[side], { n: sides[side] })).join(", ");
}

/** The log, filled in with what was done; what took no part counts as left out. Pain stays in the part of an address that no server sees. */
function logAddress(log, data, done, pain) {
  const address = new URL(log || "/", location.href);
  for (const slug of [...data.exercises.map((exercise) => exercise.slug), ...data.others]) {
    address.searchParams.set(`done-${slug}`, done[slug] ?? 0);
  }
  return `${address.pathname}${address.search}${pain === null ? "" : `#pain_before=${pain}`}`;
}
