// Links to points, language, colours, copying, details.

// The row that a link means: by identifier, by table and address (#holding-117), or as manuals print it (#40118).
const tableOfWord = {coil: "c", discrete: "d", input: "i", holding: "h"};
function rowOf(hash) {
  let id = hash.slice(1);
  try {
    id = decodeURIComponent(id);
  } catch {
    // A percent sign that is none of an encoding stands for itself.
  }
  const element = document.getElementById(id);
  if (element) return element.closest("tr[data-t]");
  const named = /^(coil|discrete|input|holding)-(\d+|0x[0-9a-f]+)$/i.exec(id);
  const classic = /^([0134])(\d{4,5})$/.exec(id);
  if (!named && !classic) return null;
  const table = named ? tableOfWord[named[1].toLowerCase()] : classicTables[classic[1]];
  const address = named ? Number(named[2]) : Number(classic[2]) - 1;
  return rows.find((row) => row.dataset.t === table && row.dataset.w.split(" ").includes(String(address))) ?? null;
}

let target = null;
function follow() {
  target?.classList.remove("target");
  target = location.hash.length > 1 ? rowOf(location.hash) : null;
  if (!target) return;
  if (target.hidden) clear();
  target.classList.add("target");
  const details = target.lastElementChild.firstElementChild;
  details.open = true;
  target.scrollIntoView({block: "start"});
  details.firstElementChild.focus({preventScroll: true});
}
addEventListener("hashchange", follow);

// The bar above the tables takes as much room as its filters need.
const bar = $("bar");
const measureBar = () => document.documentElement.style.setProperty("--bar", bar.offsetHeight + "px");
new ResizeObserver(measureBar).observe(bar);
measureBar();

const languages = Array.from(document.querySelectorAll("[data-language]"));
for (const button of languages) {
  button.addEventListener("click", () => {
    document.documentElement.dataset.lang = button.dataset.language;
    for (const other of languages) other.setAttribute("aria-pressed", other === button);
    remember("language", button.dataset.language);
  });
}

// A page opened from a file may have no storage; it then opens as it was written.
function remember(key, value) {
  try {
    localStorage.setItem("modbus-bindgen-" + key, value);
  } catch {
    // Nothing is lost but the choice.
  }
}
function remembered(key) {
  try {
    return localStorage.getItem("modbus-bindgen-" + key);
  } catch {
    return null;
  }
}

const systemDark = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (document.documentElement.dataset.theme ?? (systemDark.matches ? "dark" : "light")) === "dark";
const showTheme = () => $("theme").setAttribute("aria-pressed", isDark());
$("theme").addEventListener("click", () => {
  document.documentElement.dataset.theme = isDark() ? "light" : "dark";
  remember("theme", document.documentElement.dataset.theme);
  showTheme();
});
systemDark.addEventListener("change", showTheme);
if (["light", "dark"].includes(remembered("theme"))) document.documentElement.dataset.theme = remembered("theme");
showTheme();
languages.find((button) => button.dataset.language === remembered("language"))?.click();

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

function button(text, label, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  if (label) made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  return made;
}

// Buttons are made when details open for the first time: a page of thousands of points has few of them open.
function furnish(details) {
  if (details.dataset.furnished) return;
  details.dataset.furnished = "1";
  for (const line of details.querySelectorAll("dd.y")) {
    const name = line.previousElementSibling.textContent;
    const code = line.querySelector("code").textContent;
    const made = button("Copy", "Copy " + name, async () => {
      made.textContent = (await copy(code)) ? "Copied" : "Not copied";
      setTimeout(() => { made.textContent = "Copy"; }, 1500);
    });
    line.append(made);
  }
  const row = details.closest("tr");
  const line = document.createElement("dd");
  line.append(button("Decode words…", null, () => openDecoder(row.id)));
  const title = document.createElement("dt");
  title.textContent = "Value";
  details.querySelector("dl").append(title, line);
}
document.addEventListener("toggle", (event) => {
  if (event.target.matches?.("section details") && event.target.open) furnish(event.target);
}, true);

// A click anywhere on a row opens it, unless something in it was meant or text is being selected.
$("registers").addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-t]");
  if (!row || event.target.closest("a, button, summary, .d") || String(getSelection()) !== "") return;
  const details = row.lastElementChild.firstElementChild;
  details.open = !details.open;
});
