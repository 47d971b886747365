// The page before a practice: what is ticked, how long it takes, and what comes in between a score and the start.

import { fill } from "./stage.js";

export class Before {
  /** `length` gives the milliseconds of a list of exercises, `start` begins with a score or null. */
  constructor(page, data, { length, start }) {
    Object.assign(this, { page, data, length, start, score: null });
    this.part = (name) => page.querySelector(`[data-${name}]`);
    this.boxes = [...page.querySelectorAll("[data-exercise]")];
    page.addEventListener("click", (event) => this.pressed(event.target.closest("button")));
    for (const box of this.boxes) box.addEventListener("change", () => this.show());
    for (const part of document.querySelectorAll("[data-scripted]")) {
      part.hidden = false;
      part.removeAttribute("data-scripted"); // from here on, hidden means hidden
    }
    this.show();
    this.recall();
  }

  /** Take a score over from the page on which the short form was chosen. It came behind the #; the history need not keep it. */
  recall() {
    const given = new URLSearchParams(location.hash.slice(1)).get("pain_before");
    if (given === null) return;
    history.replaceState(history.state, "", location.pathname + location.search);
    const button = [...this.page.querySelectorAll("[data-start]")].find((one) => one.dataset.start === given && given !== "");
    if (!button) return;
    this.score = Number(given);
    this.part("known-score").textContent = fill(this.data.words.painNow, { n: this.score });
    this.instead("known");
  }

  /** The exercises that are ticked. */
  get chosen() {
    return this.data.exercises.filter(({ slug }) => this.boxes.some((box) => box.checked && box.value === slug));
  }

  pressed(button) {
    if (!button) return;
    if ("start" in button.dataset) this.ask(button.dataset.start === "" ? null : Number(button.dataset.start));
    else if ("startAnyway" in button.dataset && this.ticked()) this.start(this.score);
    else if ("otherScore" in button.dataset) this.again();
    else if ("anyway" in button.dataset) this.include();
  }

  /** Start, unless nothing is ticked or the score is one that we stop at first. */
  ask(score) {
    this.score = score;
    if (!this.ticked()) return;
    if (score !== null && score >= this.data.highPain) {
      for (const link of this.page.querySelectorAll("[data-short]")) link.hash = `pain_before=${score}`;
      this.instead("high");
    } else {
      this.start(score);
    }
  }

  /** Whether anything is ticked; says so where nothing is. */
  ticked() {
    if (this.chosen.length) return true;
    this.part("choose").hidden = false;
    this.part("choose").scrollIntoView({ block: "center" });
    return false;
  }

  /** Put "high" (That is a lot) or "known" (a score that was given before) in the place of the scores. */
  instead(name) {
    this.part("begin").hidden = true;
    this.part(name).hidden = false;
    this.part(name).querySelector("h2").focus();
  }

  /** Put the scores back. */
  again() {
    for (const name of ["high", "known"]) this.part(name).hidden = true;
    this.part("begin").hidden = false;
    this.page.querySelector(`[data-start="${this.score}"]`).focus();
  }

  /** One exercise that is better left out: do it all the same. */
  include() {
    for (const box of this.boxes) box.checked = true;
    this.show();
    this.part("start").focus();
  }

  /** Show how many are ticked, how long they take and what is left out. */
  show() {
    const { words, counts, exercises } = this.data;
    const { chosen } = this;
    const out = exercises.filter((one) => one.segments.length && !chosen.includes(one)).map((one) => one.name);
    const ms = this.length(chosen);
    this.part("count").textContent = counts[chosen.length];
    this.part("length").textContent = fill(words.about, { n: Math.max(Math.round(ms / 60000), ms ? 1 : 0) });
    this.part("sum").hidden = !ms;
    this.part("out").textContent = fill(words.leftOut, { names: out.join(", ") });
    this.part("out").hidden = !out.length;
    if (chosen.length) this.part("choose").hidden = true;
    const gate = this.part("gate"); // before a single exercise that is better left out
    if (!gate) return;
    gate.hidden = chosen.length > 0;
    this.part("facts").hidden = !gate.hidden;
    this.part("out").hidden = true;
    this.part("begin").hidden = !gate.hidden;
    this.part("high").hidden = true;
  }
}
