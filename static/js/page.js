/* What every page may have: the device's time zone told to the server, what needs a script shown, menus that close. */

const YEAR = 365 * 24 * 60 * 60; // seconds
const zone = deviceZone();

if (zone) {
  if ("private" in document.body.dataset) rememberZone(zone);
  for (const field of document.querySelectorAll("[data-zone], input[type=hidden][name=zone]")) offerZone(field, zone);
}
for (const part of document.querySelectorAll("[data-with]")) {
  part.hidden = part.dataset.with === "passkeys" && !("PublicKeyCredential" in window);
}
for (const menu of document.querySelectorAll("details.menu")) closeWhenLeft(menu);
document.querySelector(".errors")?.focus();

/** The IANA name of the device's zone, such as "Europe/Zurich", or "" where the browser does not say. */
function deviceZone() {
  try {
    const name = new Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
    return /^[\w+/-]+$/.test(name) ? name : ""; // as it stands, a name needs no encoding in a cookie
  } catch {
    return "";
  }
}

/** A traveller's sessions belong to the local day: the server reads this cookie when one is entered. */
function rememberZone(name) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `zone=${name}; path=/; max-age=${YEAR}; SameSite=Lax${secure}`;
}

/** A hidden field follows the device. A visible one is filled in only where the page asks for a guess: a choice stays. */
function offerZone(field, name) {
  if (field.type !== "hidden" && !field.closest("[data-guess]")) return;
  if (field instanceof HTMLSelectElement && ![...field.options].some((option) => option.value === name)) {
    field.add(new Option(name.replaceAll("_", " "), name));
  }
  field.value = name;
}

function closeWhenLeft(menu) {
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
}
