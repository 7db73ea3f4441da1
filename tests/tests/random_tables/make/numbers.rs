//! Numbers: integers of every size, order and scale, with limits and values that are none; floats, BCD and other encodings.

use super::super::device::{Entry, Row};
use super::super::facts::{Exact, Fact, Meaning, Raw};
use super::super::texts;
use super::{Line, Maker};

/// A number as a cell holds it.
fn printed(Exact(numerator, divisor): Exact) -> String {
    let whole = numerator / divisor;
    match divisor {
        1 => whole.to_string(),
        _ => format!("{whole}.{:01}", (numerator - whole * divisor) * 10 / divisor),
    }
}

impl Maker {
    pub(super) fn number(&mut self, sheet: usize) -> (Row, Fact) {
        let (word, signed, count, raw) = self.random.pick(&[
            ("uint16", "", 1, Raw::Unsigned),
            ("int16", "", 1, Raw::Signed),
            ("INT16", "", 1, Raw::Signed),
            ("", "1", 1, Raw::Signed),
            ("", "no", 1, Raw::Unsigned),
            ("uint32", "", 2, Raw::Unsigned),
            ("int32", "", 2, Raw::Signed),
            ("uint48", "", 3, Raw::Unsigned),
            ("int48", "", 3, Raw::Signed),
            ("uint64", "", 4, Raw::Unsigned),
            ("int64", "", 4, Raw::Signed),
        ]);
        let (words, order, swapped) = self.ordered(sheet, count);
        let mut row =
            Row::from([("type", word.to_owned()), ("order", order.to_owned()), ("signed", signed.to_owned())]);
        row.insert("unit", texts::unit(&mut self.random).to_owned());
        let (mul, add, div) = self.scale(&mut row);
        let mut fact = self.fact(sheet, words, raw, Meaning::Number { mul, add, div });
        fact.byte_swapped = swapped;
        self.none(&mut row, &mut fact);
        if self.random.percent(35) && fact.writes {
            self.limits(&mut row, &mut fact, (mul, add, div));
        }
        (row, fact)
    }

    /// A scale, in one of the ways to state it: value = (raw × mul + add) / div.
    fn scale(&mut self, row: &mut Row) -> (i128, i128, i128) {
        let (key, cell, mul, add, div) = self.random.pick(&[
            ("divisor", "", 1, 0, 1),
            ("divisor", "", 1, 0, 1),
            ("divisor", "1", 1, 0, 1),
            ("divisor", "10", 1, 0, 10),
            ("divisor", "100", 1, 0, 100),
            ("divisor", "1000", 1, 0, 1000),
            ("divisor", "0.1", 10, 0, 1),
            ("factor", "0.1", 1, 0, 10),
            ("factor", "0.01", 1, 0, 100),
            ("factor", "0.05", 1, 0, 20),
            ("factor", "1/3", 1, 0, 3),
            ("factor", "2", 2, 0, 1),
            ("factor", "60", 60, 0, 1),
            ("factor", "-1", -1, 0, 1),
            ("factor", "-0.1", -1, 0, 10),
            ("factor", "0.0009765625", 1, 0, 1024),
            ("exponent", "-2", 1, 0, 100),
            ("exponent", "3", 1000, 0, 1),
            ("decimals", "1", 1, 0, 10),
            ("format", "FIX2", 1, 0, 100),
            ("format", "TEMP", 1, 0, 10),
            ("formula", "x / 50", 1, 0, 50),
            ("formula", "(x - 400) * 0.1", 1, -400, 10),
            ("formula", "0.5 * x + 7", 1, 14, 2),
            ("unit", "0.1 °C", 1, 0, 10),
            ("unit", "0.01 m³/h", 1, 0, 100),
            ("unit", "bar/100", 1, 0, 100),
        ]);
        row.insert(key, cell.to_owned());
        if key != "formula" && self.random.percent(15) {
            let offset = self.random.pick(&[-40_i128, -273, 20, 100]);
            row.insert("offset", offset.to_string());
            return (mul, offset * if self.after { div } else { mul }, div);
        }
        (mul, add, div)
    }

    /// A range that packs the scale, the unit and the default.
    pub(super) fn packed(&mut self, sheet: usize) -> (Row, Fact) {
        let (words, order, swapped) = self.ordered(sheet, 1);
        let mut row = Row::from([("type", "uint16".to_owned()), ("order", order.to_owned())]);
        let mut fact = self.fact(sheet, words, Raw::Unsigned, Meaning::Number { mul: 1, add: 0, div: 100 });
        fact.byte_swapped = swapped;
        self.preset(&mut fact);
        // In the unit whatever printed limits are otherwise.
        fact.limits = [Some(Exact(0, 1)), Some(Exact(250, 100)), None];
        fact.default = Some("0.7".to_owned());
        row.insert("range", "0~2.50;Unit:0.01,default:0.7".to_owned());
        (row, fact)
    }

    /// Raw values that are none.
    pub(super) fn none(&mut self, row: &mut Row, fact: &mut Fact) {
        let (signed, count) = (fact.raw == Raw::Signed, fact.words.len());
        if self.random.percent(25) {
            let (cell, none) = match (signed, count) {
                (true, 1) => self.random.pick(&[("-32768", -32_768), ("0x8000", -32_768), ("32767", 32_767)]),
                (true, 2) => self.random.pick(&[("-2147483648", -2_147_483_648), ("0x80000000", -2_147_483_648)]),
                (false, 1) => self.random.pick(&[("65535", 65_535), ("FFFFh", 65_535), ("65535, 65534", 65_535)]),
                (false, 2) => self.random.pick(&[("4294967295", 4_294_967_295), ("0xFFFFFFFF", 4_294_967_295)]),
                _ => ("20000", 20_000),
            };
            row.insert("not_available", cell.to_owned());
            fact.not_available = vec![none];
            if cell.contains(", ") {
                fact.not_available.push(65_534);
            }
        } else {
            self.preset(fact);
        }
    }

    /// What the `SunSpec` Device Information Model Specification says of values that are not implemented.
    pub(super) fn preset(&self, fact: &mut Fact) {
        if !self.sunspec || fact.bits.is_some() || fact.table < 2 {
            return;
        }
        let bits = u32::try_from(fact.words.len()).unwrap() * 16;
        let (highest, half) = ((1 << bits) - 1, 1 << (bits - 1));
        fact.not_available = match (&fact.meaning, fact.raw) {
            (Meaning::Flags(_), _) => vec![highest, half],
            (_, Raw::Unsigned) => vec![highest],
            (_, Raw::Signed) => vec![-half],
            (_, Raw::Float) if bits == 32 => vec![i128::from(f32::NAN.to_bits())],
            (_, Raw::Float) => vec![i128::from(f64::NAN.to_bits())],
            _ => Vec::new(),
        };
    }

    pub(super) fn limits(&mut self, row: &mut Row, fact: &mut Fact, (mul, add, div): (i128, i128, i128)) {
        let (min, max) = self.random.pick(&[(0, 100), (-50, 50), (1, 20_000), (-1_000_000, 1_000_000), (5, 30)]);
        // A number without a sign is never below zero.
        let raw_is_value = self.raw_limits || add >= 0 && mul > 0;
        let min = if fact.raw == Raw::Unsigned && raw_is_value { min.max(0) } else { min };
        let steps = if self.raw_limits {
            [5, 2, 7].map(|step| Exact(step, 1))
        } else {
            [Exact(5, 1), Exact(1, 2), Exact(1, 10)]
        };
        let ends = self.random.pick(&[(true, true), (true, true), (true, true), (true, false), (false, true)]);
        let steps = match self.raw_limits {
            // Where raw steps are counted from has to be known, and a third is no decimal.
            true if ends != (true, true) && (mul < 0 || add != 0) || div == 3 => None,
            _ => self.random.percent(40).then_some(steps),
        };
        let step = steps.map(|steps| self.random.pick(&steps));
        let is_limit = |has: bool, end: i128| has.then_some(Exact(end, 1));
        let [min, max] = [is_limit(ends.0, min), is_limit(ends.1, max)];
        let packed = self.random.percent(25) && ends == (true, true);
        if packed {
            let between = self.random.pick(&[" to ", "…", " - ", "~"]);
            row.insert("range", format!("{}{between}{}", printed(min.unwrap()), printed(max.unwrap())));
        }
        for (key, limit) in [("min", min), ("max", max), ("step", step)] {
            if let Some(limit) = limit.filter(|_| !packed || key == "step") {
                row.insert(key, printed(limit));
            }
        }
        if !self.raw_limits {
            fact.limits = [min, max, step];
            return;
        }
        fact.raw_limits = [min, max, step].map(|limit| limit.map(|Exact(raw, _)| raw));
    }

    pub(super) fn float(&mut self, sheet: usize) -> (Row, Fact) {
        let (word, count) = self.random.pick(&[("float32", 2), ("float64", 4), ("FLOAT", 2), ("double", 4)]);
        let (words, order, swapped) = self.ordered(sheet, count);
        let mut row = Row::from([("type", word.to_owned()), ("order", order.to_owned()), ("count", count.to_string())]);
        let mut fact = self.fact(sheet, words, Raw::Float, Meaning::Number { mul: 1, add: 0, div: 1 });
        fact.byte_swapped = swapped;
        if self.random.percent(20) {
            row.insert("not_available", "NaN".to_owned());
            let nan = if count == 2 { i128::from(f32::NAN.to_bits()) } else { i128::from(f64::NAN.to_bits()) };
            fact.not_available = vec![nan];
        } else {
            self.preset(&mut fact);
        }
        (row, fact)
    }

    pub(super) fn encoded(&mut self, sheet: usize) -> (Row, Fact) {
        let (word, count, raw) = self.random.pick(&[
            ("bcd16", 1, Raw::Bcd),
            ("bcd32", 2, Raw::Bcd),
            ("sign-magnitude", 1, Raw::SignMagnitude),
            ("INT32 (sign + magnitude)", 2, Raw::SignMagnitude),
            ("int48, bit 47 = sign", 3, Raw::SignMagnitude),
            ("UINT32-M10K", 2, Raw::Modulo10000),
            ("INT32 (modulo 10000)", 2, Raw::SignedModulo10000),
            ("uint64 mod10k", 4, Raw::Modulo10000),
        ]);
        let (words, order, swapped) = self.ordered(sheet, count);
        let (divisor, div) = self.random.pick(&[("", 1), ("10", 10)]);
        let row = Row::from([("type", word.to_owned()), ("order", order.to_owned()), ("divisor", divisor.to_owned())]);
        let mut fact = self.fact(sheet, words, raw, Meaning::Number { mul: 1, add: 0, div });
        fact.byte_swapped = swapped;
        (row, fact)
    }

    /// High and low word in a row each, in either order.
    pub(super) fn pair(&mut self, sheet: usize) {
        let mut words = self.addresses(sheet, 2);
        let low_first = self.random.percent(50);
        let (signed, raw) = self.random.pick(&[("1", Raw::Signed), ("0", Raw::Unsigned)]);
        let (high, low) = self.pair;
        let marks = if low_first { [low, high] } else { [high, low] };
        let mut rows = [Row::from([("signed", signed.to_owned())]), Row::from([("signed", signed.to_owned())])];
        let mut scale = Row::new();
        scale.insert("unit", texts::unit(&mut self.random).to_owned());
        let (mul, add, div) = self.scale(&mut scale);
        let addresses = words.clone();
        if low_first {
            words.reverse();
        }
        let mut fact = self.fact(sheet, words, raw, Meaning::Number { mul, add, div });
        // The marks say which word is which, and nothing of their bytes.
        (fact.printed, fact.byte_swapped) = (self.plain_name(), self.order.1);
        // What one half leaves blank, the other one says.
        let saying = self.random.below(2);
        self.none(&mut rows[saying], &mut fact);
        if self.random.percent(30) {
            rows[1 - saying].remove("signed");
        }
        let mut lines: Vec<Line> = Vec::new();
        for (place, (mut row, mark)) in rows.into_iter().zip(marks).enumerate() {
            row.extend(scale.clone());
            row.insert("description", format!("{} {mark}", fact.printed));
            row.insert("sv", format!("{} {mark}", fact.printed));
            row.insert("address", self.shown(sheet, addresses[place]).to_string());
            lines.push((row, Vec::new()));
        }
        if self.device.is_bilingual {
            fact.translated = Some(fact.printed.clone());
        }
        let access = match (fact.reads, fact.writes) {
            (true, true) => "R/W",
            (true, false) => "R",
            _ => "W",
        };
        for (row, _) in &mut lines {
            row.insert("access", access.to_owned());
        }
        lines[0].1.push(fact);
        self.push(Entry { sheet, ..Entry::default() }, lines);
    }
}
