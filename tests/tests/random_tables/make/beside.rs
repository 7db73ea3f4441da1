//! Points about which other registers say something: their scale, their limits, which of their lists holds; and commands.

use std::fmt::Write as _;

use super::super::device::{Entry, Row, quoted};
use super::super::facts::{Command, Exact, Fact, Meaning, Raw};
use super::Maker;

const PLAIN: Meaning = Meaning::Number { mul: 1, add: 0, div: 1 };

impl Maker {
    pub(super) fn scaled_by_register(&mut self, sheet: usize) {
        let place = self.addresses(sheet, 1);
        let register = place[0];
        let mut power = self.fact(sheet, place, Raw::Signed, PLAIN);
        (power.reads, power.writes, power.byte_swapped) = (true, false, self.order.1);
        // Beyond a base, a small number is the power itself.
        let by_name = self.random.percent(40) || self.is_taken_for_a_power(sheet, register);
        if by_name {
            power.printed = self.plain_name();
        }
        let named = if by_name { power.printed.clone() } else { self.shown(sheet, register).to_string() };
        self.preset(&mut power);
        let mut lines = vec![(Row::from([("type", "int16".to_owned())]), vec![power])];
        for _ in 0..=self.random.below(2) {
            let (word, raw) = self.random.pick(&[("uint16", Raw::Unsigned), ("int16", Raw::Signed)]);
            let (words, order, swapped) = self.ordered(sheet, 1);
            let mut fact = self.fact(sheet, words, raw, PLAIN);
            (fact.scale_register, fact.byte_swapped) = (Some(register), swapped);
            fact.reads = true;
            self.preset(&mut fact);
            let row =
                Row::from([("type", word.to_owned()), ("scale_register", named.clone()), ("order", order.to_owned())]);
            lines.push((row, vec![fact]));
        }
        self.push(Entry { sheet, ..Entry::default() }, lines);
    }

    pub(super) fn is_taken_for_a_power(&self, sheet: usize, register: u16) -> bool {
        self.device.sheets[sheet].base > 0 && self.shown(sheet, register) <= 10
    }

    /// A value whose limits the device holds, in registers that are points of their own or not.
    pub(super) fn held_limits(&mut self, sheet: usize) {
        let (word, raw, width) = self.random.pick(&[
            ("uint16", Raw::Unsigned, 1),
            ("int16", Raw::Signed, 1),
            ("int16", Raw::Signed, 1),
            ("uint32", Raw::Unsigned, 2),
            ("int32", Raw::Signed, 2),
            ("int64", Raw::Signed, 4),
        ]);
        let (words, order, swapped) = self.ordered(sheet, width);
        let is_low_first = words.first() > words.last();
        let (divisor, mul, div) = self.random.pick(&[("", 1, 1), ("10", 1, 10), ("-10", -1, 10), ("-1", -1, 1)]);
        let mut fact = self.fact(sheet, words, raw, Meaning::Number { mul, add: 0, div });
        (fact.byte_swapped, fact.writes) = (swapped, true);
        self.none_of(&mut fact);
        let mut row =
            Row::from([("type", word.to_owned()), ("order", order.to_owned()), ("divisor", divisor.to_owned())]);
        if let [none, ..] = *fact.not_available {
            row.insert("not_available", none.to_string());
        }
        let are_points = self.random.percent(40);
        let mut others = Vec::new();
        for (place, key) in ["min_register", "max_register", "step_register"].into_iter().enumerate() {
            let is_step = place == 2;
            if self.random.percent(35) {
                // The table prints it, or there is none; a step is counted from a lowest value of its own kind.
                if self.random.percent(60) && !is_step {
                    self.printed_end(&mut row, &mut fact, place);
                }
                continue;
            }
            let mut held = self.addresses(sheet, width);
            row.insert(key, self.shown(sheet, held[0]).to_string());
            // Where limits are raw, the lowest raw value of a scale that falls is the highest value.
            let place = if self.raw_limits && mul < 0 { [1, 0, 2][place] } else { place };
            fact.held[place] = Some(held[0]);
            if is_low_first {
                held.reverse();
            }
            if are_points {
                let mut limit = self.fact(sheet, held, raw, Meaning::Number { mul, add: 0, div });
                (limit.byte_swapped, limit.reads) = (swapped, true);
                self.preset(&mut limit);
                let row = Row::from([
                    ("type", word.to_owned()),
                    ("order", order.to_owned()),
                    ("divisor", divisor.to_owned()),
                ]);
                others.push((row, vec![limit]));
            }
        }
        let mut lines = vec![(row, vec![fact])];
        lines.append(&mut others);
        self.push(Entry { sheet, ..Entry::default() }, lines);
    }

    /// One end that the table prints, beside what the device holds.
    fn printed_end(&mut self, row: &mut Row, fact: &mut Fact, place: usize) {
        let falls = matches!(fact.meaning, Meaning::Number { mul: ..0, .. });
        // What may be below zero is so where the value falls.
        let (low, high) = if falls && !self.raw_limits { (-150, -3) } else { (3, 150) };
        let end = [low, high][place];
        row.insert(["min", "max"][place], end.to_string());
        match self.raw_limits {
            true => fact.raw_limits[place] = Some(end),
            false => fact.limits[place] = Some(Exact(end, 1)),
        }
    }

    fn none_of(&mut self, fact: &mut Fact) {
        self.preset(fact);
        if fact.not_available.is_empty() && self.random.percent(25) {
            fact.not_available = vec![20_000];
        }
    }

    /// A register whose codes mean what another register says.
    pub(super) fn values_if(&mut self) {
        let when = self.addresses(3, 1);
        let register = when[0];
        let mut product = self.fact(3, when, Raw::Unsigned, PLAIN);
        (product.reads, product.byte_swapped) = (true, self.order.1);
        self.preset(&mut product);
        let mut cases = Vec::new();
        let number = self.number;
        let words = self.addresses(3, 1);
        let mut fact = self.fact(3, words, Raw::Unsigned, Meaning::Truth);
        (fact.printed, fact.reads, fact.byte_swapped) = (self.plain_name(), true, self.order.1);
        let mut manifest = format!(
            "[[values_if]]\nname = \"Depends{number}\"\nregisters = \"{}\"\nwhen = \"holding {register}\"\nexpect = [{}]\nreason = \"By product.\"\n",
            self.selector(3, &fact),
            quoted(&fact.printed)
        );
        for (place, name) in ["Old", "New", "Later"].into_iter().enumerate().take(2 + self.random.below(2)) {
            let min = u16::try_from(place * 1000).unwrap();
            let max = min + u16::try_from(self.random.below(1000)).unwrap();
            let labels = ["Off", "On", "Auto", "Party", "Defrost"];
            let codes: Vec<(i64, String)> = (0..2 + self.random.below(3))
                .map(|code| (i64::try_from(code).unwrap(), labels[(code + place) % 5].to_owned()))
                .collect();
            let _ = writeln!(
                manifest,
                "\n[[values_if.case]]\nname = \"{name}\"\nlabel = \"{name} */ one\"\nmin = {min}\nmax = {max}\nvalues = {{ {} }}",
                codes.iter().map(|(code, label)| format!("{code} = \"{label}\"")).collect::<Vec<_>>().join(", ")
            );
            cases.push((min, max, codes));
        }
        fact.meaning = Meaning::Conditional(register, cases);
        self.preset(&mut fact);
        let lines = vec![
            (Row::from([("type", "uint16".to_owned())]), vec![product]),
            (Row::from([("signed", "0".to_owned())]), vec![fact]),
        ];
        self.push(Entry { sheet: 3, manifest, ..Entry::default() }, lines);
    }

    /// A command, with a value that survives by it.
    pub(super) fn command(&mut self) {
        let words = self.addresses(3, 1);
        let mut command = self.fact(3, words, Raw::Unsigned, PLAIN);
        (command.reads, command.writes, command.byte_swapped) = (false, true, self.order.1);
        command.printed = self.plain_name();
        let id = format!("do_it_{}", self.number);
        let trigger = self.random.word().max(1);
        let given = match (self.sunspec, self.random.percent(60)) {
            // The highest value would be none.
            (true, _) => Command::Trigger(1),
            (false, true) => Command::Trigger(trigger),
            (false, false) => Command::Parameter,
        };
        command.command = Some(given);
        let corrected = |field: &str, value: &str| {
            format!(
                "[[override]]\nregisters = \"{}\"\nfield = \"{field}\"\nexpect = [{}]\nvalue = {value}\nreason = \"Known.\"\n",
                self.selector(3, &command),
                quoted(&command.printed)
            )
        };
        let says = match given {
            Command::Trigger(trigger) => format!("trigger = {trigger}\n"),
            Command::Parameter => "parameter = true\n".to_owned(),
        };
        let manifest = corrected("role", "\"command\"") + &says + &corrected("id", &quoted(&id));
        self.preset(&mut command);
        let mut lines = vec![(Row::from([("type", "uint16".to_owned())]), vec![command.clone()])];
        if given != Command::Parameter {
            let (mut row, fact) = self.number(3);
            row.insert("persistent", id);
            lines.push((row, vec![fact]));
        }
        self.push(Entry { sheet: 3, manifest, ..Entry::default() }, lines);
    }
}
