// Keys and type-ahead of the officers' pages; everything works without them.
"use strict";

const typing = (target) => target.closest("textarea, select, input:not([type=radio], [type=checkbox])") || target.isContentEditable;

// Only what goes with the chosen decision is shown.
const form = document.querySelector("form[data-decide]");
const chosen = () => form?.querySelector("input[name=action]:checked")?.value ?? "";
const adapt = () => {
  for (const part of form.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(chosen());
};
const first = { accept: "#reason_code", correct: "#find-category", none: "#reason_code", needs_information: "#question" };
if (form) {
  adapt();
  form.addEventListener("change", (event) => event.target.name === "action" && adapt());
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("button[name=then][value=next]"));
    }
  });
}

// Type to find a category; Enter picks the first one found.
const find = document.getElementById("find-category");
if (find) {
  find.closest("[hidden]").hidden = false;
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const items = [...form.querySelectorAll(".category-list li")];
  const words = (item) => plain(`${item.textContent} ${item.querySelector("label").dataset.find}`);
  const narrow = () => {
    const wanted = plain(find.value).split(/\s+/).filter(Boolean);
    for (const item of items) item.hidden = !wanted.every((word) => words(item).includes(word));
    for (const list of form.querySelectorAll(".category-list ul")) {
      list.hidden = !list.querySelector("li:not([hidden])");
      list.previousElementSibling.hidden = list.hidden;
    }
    const status = document.getElementById("find-status");
    status.textContent = find.value ? `${status.dataset.words} ${items.filter((item) => !item.hidden).length}` : "";
  };
  find.addEventListener("input", narrow);
  find.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const hit = items.find((item) => !item.hidden);
    if (!hit || !find.value.trim()) return;
    const box = hit.querySelector("input");
    box.checked = !box.checked;
    document.getElementById("find-status").textContent = `${hit.textContent.trim()} ${box.checked ? "✓" : "✗"}`;
    find.value = "";
    for (const item of items) item.hidden = false;
    for (const part of form.querySelectorAll(".category-list ul, .category-list .family")) part.hidden = false;
    hit.scrollIntoView({ block: "nearest" });
  });
}

// The line of a list that the keys j and k move along.
const rows = [...document.querySelectorAll("tr[data-row]")];
let line = -1;
const go = (step) => {
  rows[line]?.classList.remove("here");
  line = Math.min(Math.max(line + step, 0), rows.length - 1);
  rows[line].classList.add("here");
  rows[line].querySelector("[data-open]").focus();
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const key = event.key.toLowerCase();
  if (rows.length && (key === "j" || key === "k")) {
    event.preventDefault();
    go(key === "j" ? 1 : -1);
    return;
  }
  if (rows[line] && key === "o") {
    rows[line].querySelector("[data-open]").click();
    return;
  }
  const target = /^[a-z]$/.test(key) && document.querySelector(`[data-key=${key}]`);
  if (!target) return;
  event.preventDefault();
  if (target.type === "radio") {
    target.checked = true;
    adapt();
    form.querySelector(first[target.value])?.focus();
  } else target.click();
});
