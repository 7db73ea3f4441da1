// What words mean. Words come as they were read: lowest address first.

// Most significant word first, bytes in the order of the protocol; `reverse`: low word first; `swap`: low byte first.
function combine(words, reverse, swap) {
  const ordered = words.map((word) => swap ? ((word & 255) << 8) | (word >> 8) : word);
  if (reverse) ordered.reverse();
  return ordered.reduce((sum, word) => (sum << 16n) | BigInt(word), 0n);
}

function floatOf(raw, bits) {
  const view = new DataView(new ArrayBuffer(8));
  if (bits === 64) {
    view.setBigUint64(0, raw);
    return view.getFloat64(0);
  }
  view.setUint32(0, Number(raw));
  const single = view.getFloat32(0);
  // The shortest number that is this one with 24 bits.
  for (let digits = 1; digits < 9; digits += 1) {
    const short = Number(single.toPrecision(digits));
    if (Math.fround(short) === single) return short;
  }
  return Number(single.toPrecision(9));
}

// With a power of ten where digits alone would be long and say little.
function plain(number) {
  const size = Math.abs(number);
  return size !== 0 && (size >= 1e12 || size < 1e-6) && Number.isFinite(number) ? number.toExponential() : String(number);
}

// Decimal digits of four bits each; null where one is above nine.
function bcdOf(raw) {
  const digits = raw.toString(16);
  return /^\d+$/.test(digits) ? BigInt(digits) : null;
}

// The highest bit is the sign, the others are the magnitude.
function signMagnitudeOf(raw, width) {
  const magnitude = BigInt.asUintN(width - 1, raw);
  return magnitude === raw ? raw : -magnitude;
}

// Words of 0 to 9999, or with a sign; null where one is beyond, or the signs differ.
function modulo10000Of(raw, width, signed) {
  const parts = [];
  for (let low = 0; low < width; low += 16) {
    const word = BigInt.asUintN(16, raw >> BigInt(low));
    parts.unshift(signed ? BigInt.asIntN(16, word) : word);
  }
  if (parts.some((part) => part > 9999n || part < -9999n)) return null;
  if (parts.some((part) => part < 0n) && parts.some((part) => part > 0n)) return null;
  return parts.reduce((sum, part) => sum * 10000n + part, 0n);
}

// A fraction as a decimal number: exactly where it has an end, otherwise the nearest number of 64 bits.
function decimal(numerator, denominator) {
  const negative = numerator < 0n !== denominator < 0n && numerator !== 0n;
  const abs = (value) => value < 0n ? -value : value;
  let rest = abs(numerator);
  const divisor = abs(denominator);
  const whole = rest / divisor;
  rest %= divisor;
  let digits = "";
  while (rest !== 0n && digits.length < 24) {
    rest *= 10n;
    digits += String(rest / divisor);
    rest %= divisor;
  }
  if (rest !== 0n) return String(Number(numerator) / Number(denominator));
  return (negative ? "-" : "") + whole + (digits ? "." + digits : "");
}

// value = raw × scale + offset, each a numerator and a denominator.
function scaled(raw, scale, offset) {
  return decimal(raw * scale[0] * offset[1] + offset[0] * scale[1], scale[1] * offset[1]);
}

function textOf(words, encoding, packing) {
  const bytes = words.flatMap((word) => {
    const [high, low] = [word >> 8, word & 255];
    return packing === "1" ? [low] : packing === "2l" ? [low, high] : [high, low];
  });
  const end = bytes.indexOf(0);
  const used = end < 0 ? bytes : bytes.slice(0, end);
  const text = encoding === "utf-8"
    ? new TextDecoder().decode(new Uint8Array(used))
    : used.map((byte) => String.fromCharCode(byte)).join("");
  return text.replace(/ +$/, "");
}

const fraction = (text, otherwise) => (text ?? otherwise).split("/").map(BigInt);

// What the script has to know of a point, from the attributes of its row.
function specOf(data) {
  return {
    raw: data.r ?? "bool",
    words: data.w.split(" ").map(Number),
    scale: fraction(data.s, "1/1"),
    offset: fraction(data.o, "0/1"),
    isScaled: data.s !== undefined || data.o !== undefined,
    isBool: data.k !== undefined,
    scaleRegister: data.z,
    swap: data.x !== undefined,
    bits: data.b?.split(" ").map(Number),
    missing: (data.n ?? "").split(" ").filter(Boolean).map(BigInt),
    encoding: data.e,
    packing: data.p,
    unit: data.u ?? "",
  };
}

// The words of a point in its own order, most significant first.
function inOrder(words, spec) {
  const sorted = spec.words.slice().sort((a, b) => a - b);
  return spec.words.map((address) => words[sorted.indexOf(address)]);
}

// {value, raw}: the value as people read it, without its label; the raw value where there is one number.
function decode(words, spec, reverse = null, swap = null) {
  if (spec.raw === "bool") return {raw: BigInt(words[0] & 1), value: (words[0] & 1) === 1 ? "on" : "off"};
  if (spec.raw === "text") return {raw: null, value: textOf(inOrder(words, spec), spec.encoding, spec.packing)};
  const swapped = swap ?? spec.swap;
  if (spec.raw === "bytes") {
    return {raw: null, value: "0x" + combine(words, false, swapped).toString(16).toUpperCase().padStart(words.length * 4, "0")};
  }
  const whole = reverse === null ? combine(inOrder(words, spec), false, swapped) : combine(words, reverse, swapped);
  const bits = words.length * 16;
  const kind = spec.raw[0];
  const width = spec.bits ? spec.bits[1] - spec.bits[0] + 1 : bits;
  let raw = spec.bits ? BigInt.asUintN(width, whole >> BigInt(spec.bits[0])) : whole;
  if (kind === "i") {
    raw = BigInt.asIntN(width, raw);
  } else if (kind === "s") {
    raw = signMagnitudeOf(raw, width);
  } else if (kind === "d") {
    raw = bcdOf(raw);
    if (raw === null) return {raw: null, value: "no value", why: "a digit is above nine"};
  } else if (kind === "m" || kind === "n") {
    raw = modulo10000Of(raw, width, kind === "n");
    if (raw === null) return {raw: null, value: "no value", why: "a word is no part of a number modulo 10000"};
  }
  if (spec.missing.includes(raw)) return {raw, value: "no value", why: "the raw value says so"};
  if (spec.isBool) return {raw, value: raw === 0n ? "off" : "on"};
  const unit = spec.unit ? " " + spec.unit : "";
  if (kind === "f") {
    const number = floatOf(raw, bits);
    if (!spec.isScaled) return {raw, value: plain(number) + unit};
    const times = (part) => Number(part[0]) / Number(part[1]);
    const product = number * times(spec.scale) + times(spec.offset);
    return {raw, value: plain(Number(product.toPrecision(bits === 32 ? 8 : 15))) + unit};
  }
  return {raw, value: scaled(raw, spec.scale, spec.offset) + unit};
}

// Words in any way people paste them: decimal or hexadecimal with 0x, between blanks, commas or brackets.
function parseWords(text) {
  const parts = text.replace(/[[\](){}"'_]/g, "").split(/[\s,;]+/).filter(Boolean);
  if (parts.length > 64) return {error: "more than 64 words"};
  const words = [];
  for (const part of parts) {
    const word = /^0x[0-9a-f]{1,4}$/i.test(part) || /^\d{1,5}$/.test(part) ? Number(part)
      : /^-\d{1,5}$/.test(part) && Number(part) >= -32768 ? Number(part) + 65536 : NaN;
    if (!(word >= 0 && word <= 65535)) return {error: "“" + part + "” is no word of 16 bits"};
    words.push(word);
  }
  return {words};
}
