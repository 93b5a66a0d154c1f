// Saves clicks; every page works without it.
"use strict";

// Times in the zone of the reader. The ISO form stays in the title.
for (const time of document.querySelectorAll("time[data-local]")) {
  const moment = new Date(time.dateTime);
  time.textContent = new Intl.DateTimeFormat(document.documentElement.lang === "fr" ? "fr" : "en-GB", {
    dateStyle: "medium",
    timeStyle: "short",
  }).format(moment);
}

// An open menu closes with Escape or a click elsewhere.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// A file that is chosen or dropped is read at once.
for (const input of document.querySelectorAll("input[type=file][data-read]")) {
  const read = () => input.files.length && input.form.requestSubmit(document.getElementById(input.dataset.read));
  input.addEventListener("change", read);
  const zone = input.closest("[data-drop]");
  if (!zone) continue;
  for (const name of ["dragenter", "dragover"]) {
    zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.add("over");
    });
  }
  for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    input.files = event.dataTransfer.files;
    read();
  });
}

// A wrong field comes into view and takes the focus.
const wrong = document.querySelector("[aria-invalid=true]");
if (wrong) wrong.focus();

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  else if (event.target.method === "post" && !event.submitter?.dataset.again) {
    event.target.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-busy", "true");
  }
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) {
    delete form.dataset.sent;
    for (const busy of form.querySelectorAll("[aria-busy]")) busy.removeAttribute("aria-busy");
  }
});
