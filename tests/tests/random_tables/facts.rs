//! What is true of a point, known before any of our code has read the table, and what its words mean by that.

use serde_json::{Value, json};

use modbus_bindgen::ratio::Ratio;

use super::random::Random;

/// Words by unit id (none is the device's own), table (0 coils, 1 discrete inputs, 2 input registers, 3 holding
/// registers) and address.
pub type Image = std::collections::BTreeMap<(Option<u8>, u8, u16), u16>;

/// A fraction; what it is divided by is positive.
#[derive(Debug, Clone, Copy)]
pub struct Exact(pub i128, pub i128);

impl Exact {
    fn is_below(self, other: Self) -> bool {
        self.0 * other.1 < other.0 * self.1
    }

    fn minus(self, other: Self) -> Self {
        Self(self.0 * other.1 - other.0 * self.1, self.1 * other.1)
    }
}

#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Fact {
    pub table: u8,
    /// Unit id it answers at, where that is not the device's.
    pub unit: Option<u8>,
    /// Models that have it; all where there are none.
    pub variants: Vec<String>,
    /// Most significant first; of texts and bytes in their order.
    pub words: Vec<u16>,
    pub byte_swapped: bool,
    pub bits: Option<(u8, u8)>,
    pub reads: bool,
    pub writes: bool,
    pub raw: Raw,
    pub meaning: Meaning,
    pub not_available: Vec<i128>,
    /// In the unit: lowest, highest, step.
    pub limits: [Option<Exact>; 3],
    /// The same in raw values, where a table prints those.
    pub raw_limits: [Option<i128>; 3],
    /// Registers with a lowest, a highest raw value and a step.
    pub held: [Option<u16>; 3],
    /// The register and the bit of it that say whether the device has the point.
    pub visible: Option<(u16, u8)>,
    pub scale_register: Option<u16>,
    pub command: Option<Command>,
    pub side_effect: bool,
    pub optional: bool,
    pub keep_alive: Option<u32>,
    pub default: Option<String>,
    pub group: Option<String>,
    /// Whether it is found in an array, not in a group.
    pub in_array: bool,
    /// Its name in the second language, where it has one that needs no reading.
    pub translated: Option<String>,
    /// What the vendor calls it.
    pub printed: String,
}

/// What a command is given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Command {
    Trigger(u16),
    Parameter,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Raw {
    Unsigned,
    Signed,
    Float,
    Bcd,
    SignMagnitude,
    Modulo10000,
    SignedModulo10000,
    Text,
    Bytes,
}

/// How characters lie in registers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Packing {
    HighFirst,
    LowFirst,
    One,
}

/// Codes or bits, with labels.
pub type Codes = Vec<(i64, String)>;

#[derive(Debug, Clone)]
pub enum Meaning {
    Truth,
    /// value = (raw × mul + add) / div
    Number {
        mul: i128,
        add: i128,
        div: i128,
    },
    Enum(Codes),
    /// Which codes hold while a register of the same table lies within a range.
    Conditional(u16, Vec<(u16, u16, Codes)>),
    Flags(Codes),
    /// Codes among numbers, and how numbers are scaled.
    Special {
        codes: Vec<i64>,
        mul: i128,
        div: i128,
    },
    /// Whether letters are those of ISO 8859-1.
    Text(Packing, bool),
    Bytes,
}

impl Fact {
    pub fn new(table: usize, words: Vec<u16>, raw: Raw, meaning: Meaning) -> Self {
        Self {
            table: u8::try_from(table).unwrap(),
            unit: None,
            variants: Vec::new(),
            words,
            byte_swapped: false,
            bits: None,
            reads: true,
            writes: false,
            raw,
            meaning,
            not_available: Vec::new(),
            limits: [None; 3],
            raw_limits: [None; 3],
            held: [None; 3],
            visible: None,
            scale_register: None,
            command: None,
            side_effect: false,
            optional: false,
            keep_alive: None,
            default: None,
            group: None,
            in_array: false,
            translated: None,
            printed: String::new(),
        }
    }

    pub fn lowest(&self) -> u16 {
        *self.words.iter().min().unwrap()
    }

    /// The same, so many addresses further on.
    pub fn moved(&self, by: u16) -> Self {
        let mut moved = self.clone();
        let registers = moved.held.iter_mut().flatten().chain(moved.visible.as_mut().map(|(register, _)| register));
        for address in moved.words.iter_mut().chain(registers).chain(&mut moved.scale_register) {
            *address += by;
        }
        moved
    }

    /// The same in another element of an array.
    pub fn element(&self, by: u16) -> Self {
        Self { in_array: true, ..self.moved(by) }
    }

    /// Registers of its table that say something about it.
    pub fn beside(&self) -> Vec<u16> {
        let when = if let Meaning::Conditional(register, _) = self.meaning { Some(register) } else { None };
        let visible = self.visible.map(|(register, _)| register);
        self.held
            .into_iter()
            .flatten()
            .flat_map(|first| self.held_words(first))
            .chain(visible)
            .chain(self.scale_register)
            .chain(when)
            .collect()
    }

    /// The words of a limit that begins with this one, most significant first.
    pub fn held_words(&self, first: u16) -> Vec<u16> {
        self.words.iter().map(|word| first + (word - self.lowest())).collect()
    }

    pub fn key(&self, address: u16) -> (Option<u8>, u8, u16) {
        (self.unit, self.table, address)
    }

    /// What a number is that the table prints among raw ones, as the model says it.
    pub fn printed_raw(&self, raw: usize) -> String {
        let raw = i64::try_from(raw).unwrap();
        let (mul, add, div) = match self.meaning {
            Meaning::Number { mul, add, div } => (mul, add, div),
            Meaning::Special { mul, div, .. } => (mul, 0, div),
            _ => (1, 0, 1),
        };
        let [mul, add, div] = [mul, add, div].map(|number| i64::try_from(number).unwrap());
        Ratio::new(raw * mul + add, div).unwrap().to_string()
    }

    fn width(&self) -> u32 {
        match self.bits {
            Some((low, high)) => u32::from(high - low) + 1,
            None => u32::try_from(self.words.len()).unwrap() * 16,
        }
    }

    fn bytes(&self, image: &Image) -> Vec<u8> {
        let word = |address: &u16| image[&self.key(*address)];
        let word = |address| if self.byte_swapped { word(address).swap_bytes() } else { word(address) };
        self.words.iter().flat_map(|address| word(address).to_be_bytes()).collect()
    }

    /// What bits mean; `None` where they are none (BCD, modulo 10000).
    fn of_bits(&self, all: i128, width: u32) -> Option<i128> {
        match self.raw {
            Raw::Signed if all >= 1 << (width - 1) => Some(all - (1 << width)),
            Raw::Bcd => {
                let digits = format!("{all:x}");
                digits.bytes().all(|digit| digit.is_ascii_digit()).then(|| digits.parse().unwrap())
            }
            Raw::SignMagnitude if all >= 1 << (width - 1) => Some((1 << (width - 1)) - all),
            Raw::Modulo10000 | Raw::SignedModulo10000 => {
                let is_signed = self.raw == Raw::SignedModulo10000;
                let word = |place: u32| (all >> (16 * place)) % 0x1_0000;
                let part = |word| if is_signed && word > 0x7FFF { word - 0x1_0000 } else { word };
                let parts: Vec<i128> = (0..width / 16).map(word).map(part).collect();
                let is_mixed = parts.iter().any(|part| *part < 0) && parts.iter().any(|part| *part > 0);
                let is_value = parts.iter().all(|part| part.abs() < 10_000) && !is_mixed;
                is_value.then(|| parts.iter().rev().fold(0, |sum, part| sum * 10_000 + part))
            }
            _ => Some(all),
        }
    }

    /// The raw value; `None` where it is none.
    fn raw(&self, image: &Image) -> Option<i128> {
        let bytes = self.bytes(image);
        let mut all = bytes.iter().fold(0_i128, |all, byte| all * 256 + i128::from(*byte));
        if let Some((low, _)) = self.bits {
            all = (all >> low) % (1 << self.width());
        }
        self.of_bits(all, self.width())
    }

    /// The words that hold a raw value, which fits; with what else is in them.
    fn encoded(&self, raw: i128, image: &Image) -> Vec<(Option<u8>, u8, u16, u16)> {
        let pattern = match self.raw {
            Raw::Bcd => i128::from_str_radix(&raw.to_string(), 16).unwrap(),
            Raw::SignMagnitude if raw < 0 => (1 << (self.width() - 1)) - raw,
            Raw::Modulo10000 | Raw::SignedModulo10000 => (0..self.width() / 16)
                .map(|place| (raw / 10_000_i128.pow(place) % 10_000).rem_euclid(0x1_0000) << (16 * place))
                .sum(),
            _ => raw.rem_euclid(1 << self.width()),
        };
        let (pattern, mask) = match self.bits {
            Some((low, _)) => (pattern << low, ((1_i128 << self.width()) - 1) << low),
            None => (pattern, (1_i128 << self.width()) - 1),
        };
        let places = self.words.iter().rev().zip((0..).step_by(16));
        let word = |(address, shift): (&u16, u32)| {
            let part = |bits: i128| u16::try_from((bits >> shift) & 0xFFFF).unwrap();
            let (own, mask) = (part(pattern), part(mask));
            let swapped = |word: u16| if self.byte_swapped { word.swap_bytes() } else { word };
            let before = swapped(image[&self.key(*address)]);
            (self.unit, self.table, *address, swapped(before & !mask | own))
        };
        places.map(word).collect()
    }

    fn raw_range(&self) -> (i128, i128) {
        match self.raw {
            Raw::Signed => (-(1 << (self.width() - 1)), (1 << (self.width() - 1)) - 1),
            Raw::Bcd => (0, 10_i128.pow(self.width() / 4) - 1),
            Raw::SignMagnitude => (1 - (1 << (self.width() - 1)), (1 << (self.width() - 1)) - 1),
            Raw::Modulo10000 => (0, 10_000_i128.pow(self.width() / 16) - 1),
            Raw::SignedModulo10000 => {
                let largest = 10_000_i128.pow(self.width() / 16) - 1;
                (-largest, largest)
            }
            _ => (0, (1 << self.width()) - 1),
        }
    }

    fn is_visible(&self, image: &Image) -> bool {
        self.visible.is_none_or(|(register, bit)| image[&self.key(register)] >> bit & 1 == 1)
    }

    /// The codes that hold.
    fn codes(&self, image: &Image) -> &[(i64, String)] {
        match &self.meaning {
            Meaning::Enum(codes) => codes,
            Meaning::Conditional(when, cases) => {
                let product = image[&self.key(*when)];
                let case = cases.iter().find(|(min, max, _)| (*min..=*max).contains(&product));
                case.map_or(&[], |(.., codes)| codes)
            }
            _ => &[],
        }
    }

    /// What it should be read as, and whether that can be written back; `None` where nobody promises either.
    pub fn expected(&self, image: &Image) -> (Value, Option<bool>) {
        const NOTHING: (Value, Option<bool>) = (Value::Null, Some(false));
        if !self.is_visible(image) {
            return NOTHING;
        }
        match &self.meaning {
            Meaning::Text(packing, _) => {
                let bytes = self.bytes(image);
                let pairs = bytes.as_chunks::<2>().0.iter();
                let text: String = match packing {
                    Packing::HighFirst => pairs.flatten().map(|byte| char::from(*byte)).collect(),
                    Packing::LowFirst => pairs.flat_map(|[high, low]| [*low, *high]).map(char::from).collect(),
                    Packing::One => pairs.map(|[_, low]| char::from(*low)).collect(),
                };
                return (
                    json!({ "text": text.split('\0').next().unwrap_or_default().trim_end_matches(' ') }),
                    Some(true),
                );
            }
            Meaning::Bytes => return (json!({ "bytes": self.bytes(image) }), Some(true)),
            _ => {}
        }
        let Some(raw) = self.raw(image).filter(|raw| !self.not_available.contains(raw)) else { return NOTHING };
        match &self.meaning {
            Meaning::Truth => (json!({ "truth": raw != 0 }), Some(true)),
            Meaning::Enum(_) | Meaning::Conditional(..) => {
                let listed = self.codes(image).iter().find(|(code, _)| i128::from(*code) == raw);
                let label = listed.map(|(_, label)| label);
                (json!({ "code": raw.to_string(), "label": label }), Some(label.is_some()))
            }
            Meaning::Flags(bits) => {
                let set = (0..i64::from(self.width())).filter(|bit| raw >> bit & 1 == 1);
                let label = |bit| bits.iter().find(|(listed, _)| *listed == bit).map(|(_, label)| label.clone());
                let names: Vec<String> = set.map(|bit| label(bit).unwrap_or(format!("bit {bit}"))).collect();
                (json!({ "flags": raw.to_string(), "names": names }), Some(true))
            }
            Meaning::Special { codes, .. } if codes.iter().any(|code| i128::from(*code) == raw) => {
                (json!({ "special": raw.to_string() }), Some(true))
            }
            Meaning::Special { .. } | Meaning::Number { .. } if self.raw == Raw::Float => self.float(raw),
            Meaning::Special { .. } | Meaning::Number { .. } => {
                let Some((value, is_whole)) = self.value(Exact(raw, 1), image) else { return NOTHING };
                let shown = match is_whole {
                    true => json!({ "integer": raw.to_string() }),
                    false => json!({ "number": decimal(value) }),
                };
                // Beyond 2^53 neighbours share their nearest f64.
                let is_exact = is_whole || value.0.unsigned_abs() < 1 << 50;
                (shown, is_exact.then(|| self.allows(raw, value, image)))
            }
            Meaning::Text(..) | Meaning::Bytes => unreachable!("returned above"),
        }
    }

    fn float(&self, raw: i128) -> (Value, Option<bool>) {
        let value = match self.words.len() {
            2 => f64::from(f32::from_bits(u32::try_from(raw).unwrap())),
            _ => f64::from_bits(u64::try_from(raw).unwrap()),
        };
        // Negative zero is written as it is, infinity is not.
        match value.is_nan() {
            true => (Value::Null, Some(false)),
            false => (json!({ "number": format!("{value:?}") }), Some(value.is_finite())),
        }
    }

    /// What a raw value is in the unit, and whether it is an integer; `None` where the register that scales it holds no
    /// power of ten.
    fn value(&self, raw: Exact, image: &Image) -> Option<(Exact, bool)> {
        let (mul, add, div) = match self.meaning {
            Meaning::Number { mul, add, div } => (mul, add, div),
            Meaning::Special { mul, div, .. } => (mul, 0, div),
            _ => (1, 0, 1),
        };
        let power = match self.scale_register {
            // Its own point is a signed word.
            Some(register) => match image[&self.key(register)].cast_signed() {
                power @ -10..=10 => Some(i32::from(power)),
                _ => return None,
            },
            None => None,
        };
        let tens = 10_i128.pow(power.unwrap_or_default().unsigned_abs());
        let (numerator, divisor) = (raw.0 * mul + add * raw.1, div * raw.1);
        let value = match power {
            Some(..0) => Exact(numerator, divisor * tens),
            _ => Exact(numerator * tens, divisor),
        };
        Some((value, power.is_none() && (mul, add, div) == (1, 0, 1)))
    }

    /// Whether a value may be written, the table's limits and the device's being what they are.
    fn allows(&self, raw: i128, value: Exact, image: &Image) -> bool {
        let [min, max, step] = self.raw_limits;
        if min.is_some_and(|min| raw < min) || max.is_some_and(|max| max < raw) {
            return false;
        }
        if step.is_some_and(|step| (raw - min.unwrap_or(0)) % step != 0) {
            return false;
        }
        let [min, max, step] = self.limits;
        if min.is_some_and(|min| value.is_below(min)) || max.is_some_and(|max| max.is_below(value)) {
            return false;
        }
        // Steps of thirds, and steps from a third on, are not checked: no decimal says them.
        let is_decimal = |exact: Exact| (exact.0 * 10_i128.pow(18)) % exact.1 == 0;
        if let Some(step) = step.filter(|step| is_decimal(*step) && min.is_none_or(is_decimal)) {
            let Exact(beyond, divisor) = value.minus(min.unwrap_or(Exact(0, 1)));
            if beyond * step.1 % (divisor * step.0) != 0 {
                return false;
            }
        }
        let [min, max, step] = self.held.map(|register| self.held_raw(register, image));
        let falls = matches!(self.meaning, Meaning::Number { mul: ..0, .. });
        let is_below = |one: i128, other: i128| if falls { one > other } else { one < other };
        // A device may count from either end where the value falls.
        let is_off = |step: i128| {
            let is_off = |from: Option<i128>| (raw - from.unwrap_or(raw)) % step != 0;
            step > 0 && is_off(min) && (!falls || is_off(max))
        };
        let is_outside = min.is_some_and(|min| is_below(raw, min)) || max.is_some_and(|max| is_below(max, raw));
        !is_outside && !step.is_some_and(is_off)
    }

    /// What a register with a limit holds: as the point itself is read.
    fn held_raw(&self, register: Option<u16>, image: &Image) -> Option<i128> {
        let words = self.held_words(register?);
        let all = words.iter().fold(0_i128, |all, address| {
            let word = image[&self.key(*address)];
            all << 16 | i128::from(if self.byte_swapped { word.swap_bytes() } else { word })
        });
        let width = u32::try_from(words.len()).unwrap() * 16;
        self.of_bits(all, width).filter(|raw| !self.not_available.contains(raw))
    }

    /// Something that could be written, and the words that are there afterwards; nothing where it is refused.
    pub fn attempt(&self, image: &Image, random: &mut Random) -> Option<(Value, Value)> {
        let is_visible = self.is_visible(image);
        let written = |value: Value, raw: i128, is_allowed: bool| {
            let is_allowed = is_allowed && is_visible && !self.not_available.contains(&raw);
            (value, if is_allowed { json!(self.encoded(raw, image)) } else { Value::Null })
        };
        if let Some(Command::Trigger(trigger)) = self.command {
            return Some(written(json!({ "integer": trigger.to_string() }), trigger.into(), true));
        }
        match &self.meaning {
            Meaning::Truth => {
                let truth = random.percent(50);
                Some(written(json!({ "truth": truth }), truth.into(), true))
            }
            Meaning::Enum(_) | Meaning::Conditional(..) => {
                let code = match self.codes(image) {
                    codes if random.percent(60) && !codes.is_empty() => codes[random.below(codes.len())].0,
                    _ => i64::try_from(random.below(40)).unwrap(),
                };
                let is_listed = self.codes(image).iter().any(|(listed, _)| *listed == code);
                Some(written(json!({ "code": code }), code.into(), is_listed))
            }
            Meaning::Flags(_) => {
                let bits = i128::from(random.next()) % (1 << self.width().min(63));
                Some(written(json!({ "flags": u64::try_from(bits).unwrap() }), bits, true))
            }
            Meaning::Text(packing, _) => {
                let room = if *packing == Packing::One { self.words.len() } else { self.words.len() * 2 };
                Some((json!({ "text": "a".repeat(room + 1) }), Value::Null))
            }
            Meaning::Bytes => None,
            _ if self.raw == Raw::Float => None,
            Meaning::Number { .. } | Meaning::Special { .. } => {
                let raw = self.candidate(image, random);
                // Now and then between two raw values.
                let between = random.percent(15);
                let exact = if between { Exact(raw * 2 + 1, 2) } else { Exact(raw, 1) };
                let Some((value, is_whole)) = self.value(exact, image) else {
                    return Some((json!({ "number": "1" }), Value::Null));
                };
                if value.0.unsigned_abs() >= 1 << 50 || is_whole && between {
                    return None;
                }
                let (lowest, highest) = self.raw_range();
                let is_code = matches!(&self.meaning, Meaning::Special { codes, .. } if codes.iter().any(|code| i128::from(*code) == raw));
                let fits = !between && (lowest..=highest).contains(&raw) && !is_code && self.allows(raw, value, image);
                let shown = match is_whole {
                    true => json!({ "integer": raw.to_string() }),
                    false => json!({ "number": decimal(value) }),
                };
                Some(written(shown, raw, fits))
            }
        }
    }

    /// A raw value at an end of what is allowed, or any.
    fn candidate(&self, image: &Image, random: &mut Random) -> i128 {
        let (lowest, highest) = self.raw_range();
        let near = i128::try_from(random.below(3)).unwrap() - 1;
        let of_limit = |limit: Exact| {
            let (Exact(zero, _), _) = self.value(Exact(0, 1), image).unwrap_or((Exact(0, 1), true));
            let (Exact(one, divisor), _) = self.value(Exact(1, 1), image).unwrap_or((Exact(1, 1), true));
            (limit.0 * divisor - zero * limit.1) / ((one - zero) * limit.1)
        };
        let ends: Vec<i128> = self.limits[..2]
            .iter()
            .flatten()
            .map(|limit| of_limit(*limit))
            .chain(self.raw_limits[..2].iter().flatten().copied())
            .chain(self.held[..2].iter().filter_map(|register| self.held_raw(*register, image)))
            .chain(self.not_available.iter().copied())
            .collect();
        let within = || match *ends {
            [one, other, ..] if one.abs_diff(other) > 1 => {
                Some((one.min(other), i128::try_from(one.abs_diff(other)).unwrap()))
            }
            _ => None,
        };
        match random.below(5) {
            0 => random.pick(&[lowest, highest, lowest - 1, highest + 1]),
            1 | 2 if !ends.is_empty() => random.pick(&ends) + near,
            3 if within().is_some() => {
                let (from, width) = within().unwrap();
                from + i128::from(random.next()) % width
            }
            _ => lowest + i128::from(random.next()) % (highest - lowest + 1),
        }
    }
}

/// A fraction in decimal digits, more than an `f64` can tell apart.
fn decimal(Exact(numerator, divisor): Exact) -> String {
    let sign = if numerator < 0 { "-" } else { "" };
    let (mut rest, divisor) = (numerator.unsigned_abs(), divisor.unsigned_abs());
    let mut text = format!("{sign}{}.", rest / divisor);
    rest %= divisor;
    for _ in 0..60 {
        rest *= 10;
        text.push(char::from(b'0' + u8::try_from(rest / divisor).unwrap()));
        rest %= divisor;
    }
    // What is left decides between two that are equally near.
    text.push(if rest == 0 { '0' } else { '1' });
    text
}
