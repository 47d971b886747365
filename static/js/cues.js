// What the player says, sounds and shakes, and what keeps the screen awake. Each takes the browser's own object, or none where there is
// none, so that it can be tried without one. Nothing here may stop the player: what a device refuses stays silent.

const LONGEST_SPEECH = 15; // seconds; some browsers never say that they have finished
const START_OF_SPEECH = 1.5; // seconds; a device without a voice never begins

/** Speaks one line after the other; a line that waits gives way to a newer one. */
export class Voice {
  constructor({ synth, Utterance, lang = "", now = () => performance.now() }) {
    Object.assign(this, { synth, Utterance, lang, now, on: true, current: null, waiting: "" });
  }

  get available() {
    return Boolean(this.synth && this.Utterance);
  }

  /** Whether a line is being spoken or waits. */
  get busy() {
    if (!this.current) return false;
    const seconds = (this.now() - this.since) / 1000;
    return seconds < (this.began ? LONGEST_SPEECH : START_OF_SPEECH);
  }

  say(text) {
    if (!this.available || !this.on || !text) return;
    if (this.busy) this.waiting = text;
    else this.speak(text);
  }

  hush() {
    this.current = null;
    this.waiting = "";
    if (this.available) this.synth.cancel();
  }

  speak(text) {
    const line = new this.Utterance(text);
    line.lang = this.lang;
    line.onstart = () => {
      this.began = true;
    };
    line.onend = line.onerror = () => {
      if (this.current !== line) return;
      const following = this.waiting;
      this.current = null;
      this.waiting = "";
      if (following) this.speak(following);
    };
    Object.assign(this, { current: line, began: false, since: this.now() });
    this.synth.speak(line);
  }
}

// Each tone: notes of [hertz at its start, hertz at its end, seconds after the start, seconds long, loudness].
const TONES = {
  move: [[523, 523, 0, 0.14, 0.5]],
  hold: [[392, 392, 0, 0.3, 0.5]],
  tick: [[784, 784, 0, 0.07, 0.3]],
  ready: [[440, 440, 0, 0.14, 0.4]],
  rest: [[349, 349, 0, 0.2, 0.4], [294, 294, 0.22, 0.3, 0.4]],
  side: [[440, 440, 0, 0.14, 0.5], [587, 587, 0.18, 0.22, 0.5]],
  in: [[262, 392, 0, 1.6, 0.3]],
  out: [[392, 262, 0, 1.6, 0.3]],
  done: [[523, 523, 0, 0.16, 0.5], [659, 659, 0.18, 0.3, 0.5]],
  end: [[523, 523, 0, 0.18, 0.5], [659, 659, 0.2, 0.18, 0.5], [784, 784, 0.4, 0.5, 0.5]],
};

export class Tones {
  constructor({ Context }) {
    Object.assign(this, { Context, on: true, context: null });
  }

  get available() {
    return Boolean(this.Context);
  }

  /** Browsers let a page sound only once it has been touched: call this from a tap. */
  unlock() {
    if (!this.available || !this.on) return;
    this.context ??= new this.Context();
    if (this.context.state === "suspended") this.context.resume()?.catch?.(() => {});
  }

  play(name) {
    if (!this.context || !this.on) return;
    for (const note of TONES[name] ?? []) this.note(...note);
  }

  note(from, to, after, long, loud) {
    const { context } = this;
    const [start, end] = [context.currentTime + after, context.currentTime + after + long];
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    oscillator.frequency.setValueAtTime(from, start);
    oscillator.frequency.linearRampToValueAtTime(to, end);
    gain.gain.setValueAtTime(0.0001, start); // soft edges: a sudden start or end clicks
    gain.gain.linearRampToValueAtTime(loud, start + Math.min(0.03, long / 3));
    gain.gain.linearRampToValueAtTime(0.0001, end);
    oscillator.connect(gain);
    gain.connect(context.destination);
    oscillator.start(start);
    oscillator.stop(end + 0.05);
  }
}

const PATTERNS = {
  move: [60], hold: [160], ready: [40], rest: [60, 80, 60], side: [120, 80, 120], done: [200], end: [200, 100, 200, 100, 300],
};

export class Vibration {
  constructor({ navigator }) {
    Object.assign(this, { navigator, on: true });
  }

  get available() {
    return typeof this.navigator?.vibrate === "function";
  }

  play(name) {
    if (this.available && this.on && PATTERNS[name]) this.navigator.vibrate(PATTERNS[name]);
  }
}

/** Keeps the screen on. The system takes that back whenever the page is hidden, so it is asked again when the page returns. */
export class Awake {
  constructor({ api }) {
    Object.assign(this, { api, lock: null, wanted: false });
  }

  async hold() {
    this.wanted = true;
    try {
      const lock = await this.api?.request("screen");
      if (this.wanted) this.lock = lock ?? null;
      else await lock?.release();
    } catch {
      this.lock = null; // a low battery, or a page that is not in view
    }
  }

  async release() {
    this.wanted = false;
    const { lock } = this;
    this.lock = null;
    await lock?.release();
  }
}

/** All cues together, and the switches that a person has set, kept on the device. */
export class Cues {
  constructor({ voice, tones, vibration, storage, key = "cues" }) {
    Object.assign(this, { voice, tones, vibration, storage, key });
    const kept = this.read();
    for (const name of Cues.names) this[name].on = kept[name] ?? true;
  }

  static names = ["voice", "tones", "vibration"];

  /** A tone and its vibration, and perhaps a line. */
  play(name, line = "") {
    this.tones.play(name);
    this.vibration.play(name);
    this.voice.say(line);
  }

  switch(name, on) {
    this[name].on = on;
    if (name === "voice" && !on) this.voice.hush();
    if (name === "tones") this.tones.unlock();
    try {
      this.storage?.setItem(this.key, JSON.stringify(Object.fromEntries(Cues.names.map((one) => [one, this[one].on]))));
    } catch {
      // a full or forbidden storage: the switch holds for this page
    }
  }

  read() {
    try {
      return Object(JSON.parse(this.storage?.getItem(this.key) ?? "{}"));
    } catch {
      return {};
    }
  }
}
