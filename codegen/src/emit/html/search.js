"use strict";
// Search and filters. Rows stand in the page; they are only shown and hidden here.
const $ = (id) => document.getElementById("page-" + id);
const rows = Array.from(document.querySelectorAll("tr[data-t]"));
const tableWords = {c: "coil", d: "discrete input", i: "input register", h: "holding register"};
const classicTables = {0: "c", 1: "d", 3: "i", 4: "h"};

const fold = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");

// What a row is found by. `names` stands in the row itself, `more` in its details, which open on a match.
let entries = null;
let addresses = null;
function index() {
  if (entries) return;
  addresses = new Set();
  entries = rows.map((row) => {
    const prose = row.lastElementChild.firstElementChild.lastElementChild.firstElementChild;
    const full = prose.firstElementChild;
    const hasFull = full !== null && full.className === "n";
    const name = hasFull ? full.textContent : row.querySelector("th").textContent;
    const words = row.dataset.w.split(" ").map(Number);
    for (const word of words) addresses.add(word);
    return {
      row,
      names: fold(name + " " + row.id + " " + row.id.replaceAll("_", " ") + " " + tableWords[row.dataset.t]),
      more: fold(prose.textContent),
      words,
      table: row.dataset.t,
      shown: true,
    };
  });
}

// An address is exact where a point has it, and otherwise what addresses begin with: people are still typing.
function term(text) {
  const hex = /^(?:0x([0-9a-f]{1,4})|([0-9a-f]{1,4})h)$/.exec(text);
  const decimal = /^\d{1,6}$/.test(text);
  if (!hex && !decimal) return {text};
  // With zeros before it, a number is as manuals print coils and no address of the protocol.
  const address = hex ? parseInt(hex[1] ?? hex[2], 16) : /^0\d{4,5}$/.test(text) ? NaN : Number(text);
  const classic = decimal && /^[0134]\d{4,5}$/.test(text)
    ? {table: classicTables[text[0]], address: Number(text.slice(1)) - 1} : null;
  const whole = new RegExp("(?<![\\p{L}\\d])" + text + "(?![\\p{L}\\d])", "u");
  const exact = addresses.has(address) || (classic !== null && addresses.has(classic.address));
  return {text, address, classic, whole, prefix: !hex && !exact ? text : null};
}

// 0: no match; 1: in the row; 2: in its details.
function match(entry, wanted) {
  if (wanted.address === undefined) {
    if (entry.names.includes(wanted.text)) return 1;
    return entry.more.includes(wanted.text) ? 2 : 0;
  }
  if (entry.words.includes(wanted.address)) return 1;
  const classic = wanted.classic;
  if (classic && entry.table === classic.table && entry.words.includes(classic.address)) return 1;
  if (wanted.prefix !== null && entry.words.some((word) => String(word).startsWith(wanted.prefix))) return 1;
  if (wanted.whole.test(entry.names)) return 1;
  return wanted.whole.test(entry.more) ? 2 : 0;
}

const filters = Array.from(document.querySelectorAll("select[data-filter]"));
const tests = {
  table: (row, value) => row.dataset.t === value,
  access: (row, value) => value === "ro" ? row.dataset.a === "r" : row.dataset.a.includes(value),
  group: (row, value) => row.closest("section").dataset.g === value,
  unit: (row, value) => row.dataset.u === value,
  "unit-id": (row, value) => (row.dataset.i ?? document.body.dataset.unit) === value,
  variant: (row, value) => row.dataset.v === undefined || row.dataset.v.split(" ").includes(value),
  changed: (row) => row.dataset.c !== undefined,
};

const blocks = Array.from(document.querySelectorAll("main tbody, main section"));
const opened = new Set();
let waiting = [];
let task = 0;
const later = window.requestIdleCallback ?? ((work) => setTimeout(work, 30));

// Details open a few at a time, so that typing stays smooth where a word stands in thousands of them.
function openSome() {
  for (const row of waiting.splice(0, 48)) {
    const details = row.lastElementChild.firstElementChild;
    if (!details.open) {
      details.open = true;
      opened.add(row);
    }
  }
  task = waiting.length > 0 ? later(openSome) : 0;
}

function search() {
  index();
  const wanted = fold($("search").value).split(/\s+/).filter(Boolean).map(term);
  const chosen = filters.filter((select) => select.value !== "");
  const reveal = new Set();
  const filled = new Set();
  let count = 0;
  for (const entry of entries) {
    let shown = chosen.every((select) => tests[select.dataset.filter](entry.row, select.value));
    let inside = false;
    for (const one of wanted) {
      if (!shown) break;
      const found = match(entry, one);
      shown = found > 0;
      inside ||= found === 2;
    }
    if (shown !== entry.shown) {
      entry.shown = shown;
      entry.row.hidden = !shown;
    }
    if (!shown) continue;
    count += 1;
    filled.add(entry.row.parentNode);
    if (inside) reveal.add(entry.row);
  }
  for (const row of opened) {
    if (!reveal.has(row)) {
      row.lastElementChild.firstElementChild.open = false;
      opened.delete(row);
    }
  }
  waiting = Array.from(reveal);
  if (task === 0 && waiting.length > 0) task = later(openSome);
  for (const body of Array.from(filled)) filled.add(body.closest("section"));
  for (const block of blocks) {
    const empty = !filled.has(block);
    if (block.hidden !== empty) block.hidden = empty;
  }
  const all = entries.length;
  $("count").textContent = count === all ? all + " points" : count + " of " + all + " points";
  $("none").hidden = count > 0;
  $("clear").hidden = wanted.length === 0 && chosen.length === 0;
  $("more").textContent = chosen.length === 0 ? "Filter" : "Filter (" + chosen.length + ")";
}

function clear() {
  $("search").value = "";
  for (const select of filters) select.value = "";
  search();
}

// What is left starts below the bar, wherever on the page it was asked for.
function toFirst() {
  requestAnimationFrame(() => {
    const top = $("registers").getBoundingClientRect().top - $("bar").offsetHeight;
    if (top < 0) scrollBy(0, top);
  });
}
function searchAnew() {
  search();
  toFirst();
}
$("search").addEventListener("input", searchAnew);
for (const select of filters) select.addEventListener("change", searchAnew);
for (const button of [$("clear"), $("none").querySelector("button")]) {
  button.addEventListener("click", () => {
    clear();
    $("search").focus();
  });
}
$("more").addEventListener("click", () => {
  const open = $("filters").classList.toggle("open");
  $("more").setAttribute("aria-expanded", open);
});
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey && !$("decoder").open) {
    event.preventDefault();
    $("search").focus();
    $("search").select();
  } else if (event.key === "Escape" && event.target === $("search") && $("search").value !== "") {
    event.preventDefault();
    clear();
  }
});
$("count").textContent = rows.length + " points";
later(index);
