/* allauth's own script talks to the device; this says so on the page when the device does not go along. */

document.addEventListener("allauth.error", (event) => {
  const message = document.querySelector("[data-passkey-error]");
  if (!message) return;
  event.preventDefault(); // said here instead of on the console
  message.hidden = false;
});
