/* Buttons − and + beside each number of repetitions, and the pain that the player asked for. Without this script the
   fields are plain numbers, and there was no player. */

for (const stepper of document.querySelectorAll(".stepper")) addButtons(stepper);
fillInPain();

/** The player hands the score over behind the #, so that no server's log has it; nor shall the history keep it.
    Where the slot is taken, it goes on to the page that changes what was logged. */
function fillInPain() {
  const score = new URLSearchParams(location.hash.slice(1)).get("pain_before");
  if (score === null) return;
  history.replaceState(history.state, "", location.pathname + location.search);
  const radios = [...document.querySelectorAll("input[type=radio][name=pain_before]")];
  for (const link of document.querySelectorAll("a[data-carry]")) link.hash = `pain_before=${score}`;
  const radio = radios.find((one) => one.value === score);
  if (radio) radio.checked = true;
}

function addButtons(stepper) {
  const input = stepper.querySelector("input");
  const name = document.querySelector(`label[for="${input.id}"]`)?.textContent.trim() ?? "";
  input.before(button("−", `${stepper.dataset.less}: ${name}`, () => step(input, -1)));
  input.after(button("+", `${stepper.dataset.more}: ${name}`, () => step(input, 1)));
}

function button(sign, label, press) {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = sign;
  element.setAttribute("aria-label", label);
  element.addEventListener("click", press);
  return element;
}

/** Change the number by one within its bounds; an empty field counts from 0. */
function step(input, by) {
  const value = (input.valueAsNumber || 0) + by;
  input.value = Math.min(Math.max(value, Number(input.min)), Number(input.max));
  input.dispatchEvent(new Event("change", { bubbles: true }));
}
