// Voice, tones, vibration and wake lock, each tried with a stand-in for what the browser has.
import assert from "node:assert/strict";
import test from "node:test";
import { Awake, Cues, Tones, Vibration, Voice } from "../../static/js/cues.js";

class Utterance {
  constructor(text) {
    this.text = text;
  }
}

/** Speech that begins and ends when the test says so. */
function synth() {
  const spoken = [];
  return {
    spoken,
    cancelled: 0,
    speak: (line) => spoken.push(line),
    cancel() {
      this.cancelled += 1;
    },
    texts: () => spoken.map((line) => line.text),
  };
}

function voice() {
  const time = { ms: 0 };
  const speech = synth();
  return { time, speech, voice: new Voice({ synth: speech, Utterance, lang: "en", now: () => time.ms }) };
}

function context() {
  const notes = [];
  class Context {
    state = "suspended";
    currentTime = 2;
    destination = {};
    resume() {
      this.state = "running";
      return Promise.resolve();
    }
    createGain() {
      return { gain: { setValueAtTime() {}, linearRampToValueAtTime() {} }, connect() {} };
    }
    createOscillator() {
      const note = {};
      notes.push(note);
      const frequency = { setValueAtTime: (hertz) => (note.hertz = hertz), linearRampToValueAtTime() {} };
      return { frequency, connect() {}, start: (at) => (note.start = at), stop: (at) => (note.stop = at) };
    }
  }
  return { notes, Context };
}

test("a line waits until the one before has been said", () => {
  const { speech, voice: said } = voice();
  said.say("Lift.");
  said.say("Hold.");
  assert.deepEqual(speech.texts(), ["Lift."]);
  speech.spoken[0].onend();
  assert.deepEqual(speech.texts(), ["Lift.", "Hold."]);
  assert.equal(speech.spoken[0].lang, "en");
});

test("a line that waits gives way to a newer one, so that the voice never lags behind", () => {
  const { speech, voice: said } = voice();
  for (const line of ["Lift.", "Hold.", "Lower."]) said.say(line);
  speech.spoken[0].onend();
  assert.deepEqual(speech.texts(), ["Lift.", "Lower."]);
});

test("a device that never begins or never ends to speak does not stay busy", () => {
  const { time, speech, voice: said } = voice();
  said.say("Lift.");
  assert.equal(said.busy, true);
  time.ms = 1600;
  assert.equal(said.busy, false);
  said.say("Hold.");
  speech.spoken[1].onstart();
  time.ms += 10000;
  assert.equal(said.busy, true);
  time.ms += 10000;
  assert.equal(said.busy, false);
});

test("hushing drops what waits, and a late end of the old line says nothing", () => {
  const { speech, voice: said } = voice();
  said.say("Lift.");
  said.say("Hold.");
  said.hush();
  speech.spoken[0].onend();
  assert.deepEqual([speech.texts(), speech.cancelled, said.busy], [["Lift."], 1, false]);
});

test("a voice that fails goes on with the next line", () => {
  const { speech, voice: said } = voice();
  said.say("Lift.");
  said.say("Hold.");
  speech.spoken[0].onerror();
  assert.deepEqual(speech.texts(), ["Lift.", "Hold."]);
});

test("what is switched off or missing stays silent", () => {
  const { speech, voice: said } = voice();
  said.on = false;
  said.say("Lift.");
  assert.deepEqual(speech.texts(), []);
  const none = new Voice({});
  assert.equal(none.available, false);
  assert.doesNotThrow(() => [none.say("Lift."), none.hush()]);
  const mute = new Tones({});
  assert.equal(mute.available, false);
  assert.doesNotThrow(() => [mute.unlock(), mute.play("hold")]);
  const still = new Vibration({ navigator: {} });
  assert.equal(still.available, false);
  assert.doesNotThrow(() => still.play("hold"));
});

test("tones sound once a touch has unlocked them", () => {
  const { notes, Context } = context();
  const tones = new Tones({ Context });
  tones.play("hold");
  assert.equal(notes.length, 0);
  tones.unlock();
  assert.equal(tones.context.state, "running");
  tones.play("end");
  assert.deepEqual(notes.map((note) => note.hertz), [523, 659, 784]);
  assert.ok(notes.every((note) => note.start >= 2 && note.stop > note.start));
});

test("a hold sounds unlike a movement, and breathing in unlike breathing out", () => {
  const heard = (name) => {
    const { notes, Context } = context();
    const tones = new Tones({ Context });
    tones.unlock();
    tones.play(name);
    return JSON.stringify(notes);
  };
  assert.equal(new Set(["move", "hold", "rest", "side", "in", "out", "tick", "done", "end"].map(heard)).size, 9);
});

test("vibration follows the cue", () => {
  const shaken = [];
  const vibration = new Vibration({ navigator: { vibrate: (pattern) => shaken.push(pattern) } });
  vibration.play("hold");
  vibration.play("tick");
  assert.deepEqual(shaken, [[160]]);
});

test("switches are remembered, and a broken memory is no matter", () => {
  const kept = new Map();
  const storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
  const made = (where) =>
    new Cues({ voice: voice().voice, tones: new Tones(context()), vibration: new Vibration({ navigator: {} }), storage: where });
  const cues = made(storage);
  assert.deepEqual(Cues.names.map((name) => cues[name].on), [true, true, true]);
  cues.switch("voice", false);
  assert.deepEqual(Cues.names.map((name) => made(storage)[name].on), [false, true, true]);
  const broken = { getItem: () => "{", setItem: () => { throw new Error("full"); } };
  assert.doesNotThrow(() => made(broken).switch("tones", false));
  assert.equal(made(null).voice.on, true);
  assert.equal(made({ getItem: () => "null", setItem() {} }).voice.on, true);
});

test("the screen is kept awake until it is let go", async () => {
  const calls = [];
  const awake = new Awake({ api: { request: async () => ({ release: async () => calls.push("released") }) } });
  await awake.hold();
  await awake.release();
  assert.deepEqual(calls, ["released"]);
});

test("a lock that comes after it is no longer wanted is given back", async () => {
  const calls = [];
  let grant;
  const awake = new Awake({ api: { request: () => new Promise((resolve) => { grant = resolve; }) } });
  const asked = awake.hold();
  await awake.release();
  grant({ release: async () => calls.push("released") });
  await asked;
  assert.deepEqual(calls, ["released"]);
});

test("a device that refuses to stay awake does not stop anything", async () => {
  await new Awake({ api: { request: async () => { throw new Error("low battery"); } } }).hold();
  await new Awake({}).hold();
  await new Awake({}).release();
});
