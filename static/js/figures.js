// The exercises' figures: pause and play, rest when out of sight, stills where motion is not wanted.
// A drawing's timeline is SMIL; data-marks on its <svg> lists the rests of the loop as "pose:start:end …" in seconds.

/** The rests of a drawing's loop: [{pose, start, end}], in seconds. */
export function marks(svg) {
  return (svg.dataset.marks ?? "").split(" ").filter(Boolean).map((mark) => {
    const [pose, start, end] = mark.split(":");
    return { pose, start: Number(start), end: Number(end) };
  });
}

/** Seconds of one turn of a drawing's loop. */
export function duration(svg) {
  return Number(svg.dataset.duration ?? 0);
}

/** A drawing with the insets in it: in Chromium each of them keeps a clock of its own. */
function clocks(svg) {
  return [svg, ...(svg.querySelectorAll?.("svg") ?? [])];
}

/** Stop a drawing at a fraction (0 to 1) of its loop. */
export function seek(svg, fraction) {
  const seconds = Math.min(Math.max(fraction, 0), 0.9999) * duration(svg);
  for (const clock of clocks(svg)) {
    clock.pauseAnimations();
    clock.setCurrentTime(seconds);
  }
}

/**
 * Stop a drawing part of the way (t from 0 to 1) between two poses, or at a pose when both are the same.
 * Poses that do not follow each other in the loop change at once. Returns false for a pose that the figure does not have.
 */
export function seekBetween(svg, from, to, t = 1) {
  const rests = marks(svg);
  const at = (seconds) => {
    seek(svg, seconds / duration(svg));
    return true;
  };
  for (let i = 0; from !== to && i + 1 < rests.length; i += 1) {
    const [a, b] = [rests[i], rests[i + 1]];
    const share = a.pose === from && b.pose === to ? t : a.pose === to && b.pose === from ? 1 - t : null;
    if (share !== null) return at(a.end + Math.min(Math.max(share, 0), 1) * (b.start - a.end));
  }
  const rest = rests.find((mark) => mark.pose === to);
  return rest ? at((rest.start + rest.end) / 2) : false;
}

/** Make a figure ([data-figure]) live: its moving drawing, its button. Returns a function that stops it for good. */
export function attach(figure) {
  const film = figure.querySelector(".fx-film");
  if (!film) return () => {}; // a picture
  const svg = film.querySelector("svg");
  const button = figure.querySelector(".fx-toggle");
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  let wanted = !calm.matches;
  let seen = false;

  const show = () => {
    if (wanted) figure.classList.add("fx-live");
    else if (calm.matches) figure.classList.remove("fx-live");
    figure.classList.toggle("fx-playing", wanted);
    for (const clock of clocks(svg)) {
      if (wanted && seen) clock.unpauseAnimations();
      else clock.pauseAnimations();
    }
  };
  const watch = new IntersectionObserver((entries) => {
    seen = entries.at(-1).isIntersecting;
    show();
  });
  const toggle = () => {
    wanted = !wanted;
    show();
  };
  const motion = () => {
    wanted = !calm.matches;
    show();
  };

  figure.classList.add("fx-ready");
  button.addEventListener("click", toggle);
  calm.addEventListener("change", motion);
  watch.observe(figure);
  show();
  return () => {
    watch.disconnect();
    button.removeEventListener("click", toggle);
    calm.removeEventListener("change", motion);
    button.hidden = true;
    for (const clock of clocks(svg)) clock.pauseAnimations();
  };
}

const attached = new WeakMap();

/** Take a figure over: its own button and clock stop, and the caller seeks it. Returns null for a picture, which has no clock. */
export function takeOver(figure) {
  attached.get(figure)?.();
  const film = figure.querySelector(".fx-film");
  if (!film) return null;
  figure.classList.add("fx-live");
  return film.querySelector("svg");
}

for (const figure of document.querySelectorAll("[data-figure]")) attached.set(figure, attach(figure));
