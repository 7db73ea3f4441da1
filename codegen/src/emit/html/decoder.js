// The dialog that decodes pasted words.

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

const ORDERS = {
  1: [["AB", false, false], ["BA", false, true]],
  2: [["ABCD", false, false], ["CDAB", true, false], ["BADC", false, true], ["DCBA", true, true]],
  3: [["ABCDEF", false, false], ["EFCDAB", true, false], ["BADCFE", false, true], ["FEDCBA", true, true]],
  4: [["ABCDEFGH", false, false], ["GHEFCDAB", true, false], ["BADCFEHG", false, true], ["HGFEDCBA", true, true]],
};

// The label of a code in the language shown.
function labelsOf(row) {
  const list = row.querySelector("ul.v");
  const shown = (item) => Array.from(item.childNodes)
    .filter((node) => node.nodeName !== "B" && !(node.nodeType === 1 && isOtherLanguage(node)))
    .map((node) => node.textContent).join("").trim();
  const items = list ? Array.from(list.children) : [];
  return {
    kind: list?.dataset.k ?? "",
    byCode: new Map(items.map((item) => [item.firstElementChild.textContent, shown(item)])),
    several: row.querySelectorAll("ul.v").length > 1,
  };
}
function isOtherLanguage(node) {
  const language = document.documentElement.dataset.lang;
  return node.lang !== "" && node.lang !== language && !(node.dataset.l ?? "").split(" ").includes(language);
}

// The value in words: a label, the names of the bits that are set, or the number.
function described(decoded, row) {
  const labels = labelsOf(row);
  if (decoded.raw === null || decoded.why) return decoded.value;
  if (labels.several) return decoded.value + ", one of several lists";
  if (labels.kind === "f") {
    const set = [];
    for (let bit = 0, rest = decoded.raw; rest > 0n; bit += 1, rest >>= 1n) {
      if (rest & 1n) set.push(labels.byCode.get(String(bit)) ?? "bit " + bit);
    }
    return set.length > 0 ? set.join(", ") : "none";
  }
  const label = labels.byCode.get(String(decoded.raw));
  if (label !== undefined) return label;
  return labels.kind === "e" ? "unknown (" + decoded.value + ")" : decoded.value;
}

function nameOf(row) {
  return Array.from(row.querySelector("th").childNodes)
    .filter((node) => !(node.nodeType === 1 && (node.className !== "" || isOtherLanguage(node))))
    .map((node) => node.textContent).join("").trim();
}

function ordersTable(words, row, spec) {
  const table = element("table");
  const head = element("tr");
  const fits = row !== null && words.length === spec.words.length && /^[iufdsmn]/.test(spec.raw);
  const titles = ["Order", "Hexadecimal", "Unsigned", "Signed"];
  if (words.length === 2 || words.length === 4) titles.push("Float");
  if (fits) titles.push("As register");
  for (const title of titles) {
    const cell = element("th", title);
    cell.scope = "col";
    head.append(cell);
  }
  const thead = element("thead");
  thead.append(head);
  const body = element("tbody");
  const bits = words.length * 16;
  const own = fits ? combine(inOrder(words, spec), false, spec.swap) : null;
  for (const [name, reverse, swap] of ORDERS[words.length]) {
    const raw = combine(words, reverse, swap);
    const line = element("tr", undefined, raw === own ? "own" : "");
    const title = element("th", name);
    title.scope = "row";
    const cells = [raw.toString(16).toUpperCase().padStart(bits / 4, "0"), String(raw), String(BigInt.asIntN(bits, raw))];
    if (titles.includes("Float")) cells.push(plain(floatOf(raw, bits)));
    if (fits) cells.push(described(decode(words, spec, reverse, swap), row));
    line.append(title, ...cells.map((cell) => element("td", cell)));
    body.append(line);
  }
  table.append(thead, body);
  const frame = element("div", undefined, "orders");
  frame.tabIndex = 0;
  frame.setAttribute("role", "region");
  frame.setAttribute("aria-label", "The words in every order");
  frame.append(table);
  return frame;
}

function showDecoded() {
  const out = $("decoded");
  out.replaceChildren();
  const {words, error} = parseWords($("words").value);
  const id = $("as").value.trim();
  const found = id === "" ? null : document.getElementById(id);
  const row = found?.matches("tr[data-t]") ? found : null;
  const spec = row ? specOf(row.dataset) : null;
  if (id !== "" && !row) out.append(element("p", "No point has the identifier “" + id + "”."));
  if (error) {
    out.append(element("p", error[0].toUpperCase() + error.slice(1) + "."));
    return;
  }
  if (words.length === 0) return;
  if (row && words.length !== spec.words.length) {
    const count = spec.words.length;
    out.append(element("p", id + " takes " + count + (count === 1 ? " word" : " words") + ", and " + words.length
      + (words.length === 1 ? " is" : " are") + " given."));
  } else if (row) {
    const decoded = decode(words, spec);
    const value = element("p", described(decoded, row), "value");
    const notes = [nameOf(row)];
    if (decoded.raw !== null && spec.raw[0] !== "f") notes.push("raw " + decoded.raw);
    if (decoded.why) notes.push(decoded.why);
    if (spec.scaleRegister) notes.push("times ten to the power that register " + spec.scaleRegister + " holds");
    value.append(element("small", notes.join(" · ")));
    out.append(value);
  }
  if (ORDERS[words.length]) {
    out.append(ordersTable(words, row, spec));
  } else {
    out.append(element("p", "Text: " + textOf(words, "iso-8859-1", "2")));
  }
}

function openDecoder(id) {
  const list = $("ids");
  if (list.childElementCount === 0) {
    list.append(...rows.map((row) => Object.assign(document.createElement("option"), {value: row.id, label: nameOf(row)})));
  }
  if (id !== undefined) $("as").value = id;
  showDecoded();
  $("decoder").showModal();
  $("words").focus();
}

$("decode").addEventListener("click", () => openDecoder());
$("words").addEventListener("input", showDecoded);
$("as").addEventListener("input", showDecoded);
follow();
