//! What is true of a point, known before any of our code has read the table, and what its words mean by that.

use serde_json::{Value, json};

/// Words by table (0 coils, 1 discrete inputs, 2 input registers, 3 holding registers) and address.
pub type Image = std::collections::BTreeMap<(u8, u16), u16>;

#[derive(Debug, Clone)]
pub struct Fact {
    pub table: u8,
    /// Most significant first; of texts and bytes in their order.
    pub words: Vec<u16>,
    pub byte_swapped: bool,
    pub bits: Option<(u8, u8)>,
    pub reads: bool,
    pub writes: bool,
    pub raw: Raw,
    pub meaning: Meaning,
    pub not_available: Option<i128>,
    pub limits: Option<(i128, i128)>,
    pub scale_register: Option<u16>,
    /// What the vendor calls it.
    pub printed: String,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Raw {
    Unsigned,
    Signed,
    Float,
    Bcd,
    Text,
    Bytes,
}

#[derive(Debug, Clone)]
pub enum Meaning {
    Truth,
    /// value = (raw × mul + add) / div
    Number {
        mul: i128,
        add: i128,
        div: i128,
    },
    /// The codes, with labels.
    Enum(Vec<(i64, String)>),
    Flags,
    /// Codes among numbers, and how numbers are scaled.
    Special {
        codes: Vec<i64>,
        mul: i128,
        div: i128,
    },
    Text,
    Bytes,
}

impl Fact {
    fn bytes(&self, image: &Image) -> Vec<u8> {
        let word = |address: &u16| image[&(self.table, *address)];
        let word = |address| if self.byte_swapped { word(address).swap_bytes() } else { word(address) };
        self.words.iter().flat_map(|address| word(address).to_be_bytes()).collect()
    }

    /// The raw value; `None` where it is none (BCD).
    fn raw(&self, image: &Image) -> Option<i128> {
        let bytes = self.bytes(image);
        let mut all = bytes.iter().fold(0_i128, |all, byte| all * 256 + i128::from(*byte));
        let mut width = u32::try_from(bytes.len()).unwrap() * 8;
        if let Some((low, high)) = self.bits {
            width = u32::from(high - low) + 1;
            all = (all >> low) % (1 << width);
        }
        match self.raw {
            Raw::Signed if all >= 1 << (width - 1) => Some(all - (1 << width)),
            Raw::Bcd => {
                let digits = format!("{all:x}");
                digits.bytes().all(|digit| digit.is_ascii_digit()).then(|| digits.parse().unwrap())
            }
            _ => Some(all),
        }
    }

    /// What it should be read as, and whether that can be written back; `None` where nobody promises either.
    pub fn expected(&self, image: &Image) -> (Value, Option<bool>) {
        const NOTHING: (Value, Option<bool>) = (Value::Null, Some(false));
        match &self.meaning {
            Meaning::Text => {
                let bytes = self.bytes(image);
                let text = String::from_utf8(bytes).unwrap();
                return (json!({ "text": text.trim_end_matches(['\0', ' ']) }), Some(true));
            }
            Meaning::Bytes => return (json!({ "bytes": self.bytes(image) }), Some(true)),
            _ => {}
        }
        let Some(raw) = self.raw(image).filter(|raw| Some(*raw) != self.not_available) else { return NOTHING };
        match &self.meaning {
            Meaning::Truth => (json!({ "truth": raw != 0 }), Some(true)),
            Meaning::Enum(codes) => {
                let label = codes.iter().find(|(code, _)| i128::from(*code) == raw).map(|(_, label)| label);
                (json!({ "code": raw.to_string(), "label": label }), Some(label.is_some()))
            }
            Meaning::Flags => (json!({ "flags": raw.to_string() }), Some(true)),
            Meaning::Special { codes, .. } if codes.iter().any(|code| i128::from(*code) == raw) => {
                (json!({ "special": raw.to_string() }), Some(true))
            }
            Meaning::Special { mul, div, .. } => self.number(raw, (*mul, 0, *div), None),
            Meaning::Number { mul, add, div } => {
                let exponent = match self.scale_register {
                    // Its own point is a signed word.
                    Some(register) => match image[&(self.table, register)].cast_signed() {
                        power @ -10..=10 => Some(i32::from(power)),
                        _ => return NOTHING,
                    },
                    None => None,
                };
                self.number(raw, (*mul, *add, *div), exponent)
            }
            Meaning::Text | Meaning::Bytes => unreachable!("returned above"),
        }
    }

    fn number(&self, raw: i128, (mul, add, div): (i128, i128, i128), exponent: Option<i32>) -> (Value, Option<bool>) {
        if self.raw == Raw::Float {
            let value = match self.words.len() {
                2 => f64::from(f32::from_bits(u32::try_from(raw).unwrap())),
                _ => f64::from_bits(u64::try_from(raw).unwrap()),
            };
            // Negative zero is written as it is, infinity is not.
            return if value.is_nan() {
                (Value::Null, Some(false))
            } else {
                (json!({ "number": format!("{value:?}") }), Some(value.is_finite()))
            };
        }
        if exponent.is_none() && (mul, add, div) == (1, 0, 1) {
            return (json!({ "integer": raw.to_string() }), Some(self.allows(raw, 1)));
        }
        let numerator = raw * mul + add;
        let power = 10_i128.pow(exponent.unwrap_or_default().unsigned_abs());
        let (numerator, divisor) =
            if exponent.unwrap_or_default() < 0 { (numerator, div * power) } else { (numerator * power, div) };
        // Beyond 2^53 neighbours share their nearest f64.
        let is_exact = numerator.unsigned_abs() < 1 << 50;
        (json!({ "number": decimal(numerator, divisor) }), is_exact.then(|| self.allows(numerator, divisor)))
    }

    /// Whether a value lies within the limits.
    fn allows(&self, numerator: i128, divisor: i128) -> bool {
        self.limits.is_none_or(|(min, max)| (min * divisor..=max * divisor).contains(&numerator))
    }
}

/// A fraction in decimal digits, more than an `f64` can tell apart.
fn decimal(numerator: i128, divisor: i128) -> String {
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
