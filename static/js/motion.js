// How the player's figure and breathing circle move: times and sizes, without a page. Rests are those of figures.js.

/** Return the pose for a segment: the side's own ("pull-left") where the figure has it. Empty where the segment has none. */
export function poseFor(segment, poses) {
  const own = `${segment.pose}-${segment.side}`;
  if (poses.includes(own)) return own;
  return poses.includes(segment.pose) ? segment.pose : "";
}

/** Whether the drawing is to be mirrored: it shows one side, and the segment is for the other. */
export function mirrored(segment, poses, drawn) {
  if (segment.side !== "left" && segment.side !== "right") return false;
  const sided = poses.some((pose) => pose.endsWith("-left") || pose.endsWith("-right"));
  return !sided && segment.side !== drawn;
}

/**
 * Return the stretch [from, to] of a drawing's loop, in seconds, that leads from one pose to another by the shortest way, which may be
 * backward and through poses between. For a pose that is held both are the same; null for a pose that the drawing does not have.
 */
export function stretch(rests, from, to) {
  const places = (pose) => rests.flatMap((rest, index) => (rest.pose === pose ? [index] : []));
  const held = (rest) => [(rest.start + rest.end) / 2, (rest.start + rest.end) / 2];
  const ends = places(to);
  if (!ends.length) return null;
  const pairs = places(from).flatMap((a) => ends.map((b) => [a, b]));
  if (!pairs.length || from === to) return held(rests[ends[0]]);
  const [a, b] = pairs.sort((one, other) => Math.abs(one[0] - one[1]) - Math.abs(other[0] - other[1]))[0];
  return a < b ? [rests[a].end, rests[b].start] : [rests[a].start, rests[b].end];
}

/** Speed up gently and slow down gently: 0 to 1 for 0 to 1. */
export function eased(t) {
  const within = Math.min(Math.max(t, 0), 1);
  return within * within * (3 - 2 * within);
}

/** Return the breath at a time of a segment: {size: 0 to 1, way: "in" or "out", number from 0}, or null where nothing is breathed. */
export function breath(segment, elapsed) {
  const whole = segment.seconds * 1000;
  if (segment.breaths) {
    const one = whole / segment.breaths;
    const within = (elapsed % one) / one;
    const number = Math.min(Math.floor(elapsed / one), segment.breaths - 1);
    return { size: eased(within < 0.5 ? within * 2 : 2 - within * 2), way: within < 0.5 ? "in" : "out", number };
  }
  // A phase of breathing without a number is half a breath, the one in; the movement that follows is the other half.
  return segment.kind === "breathe" ? { size: eased(elapsed / whole), way: "in", number: 0 } : null;
}
