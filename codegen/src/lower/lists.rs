//! The list of values or of bits that a register prints, and what it makes of the register.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Register;
use super::forms::Form;
use super::{label, points};
use crate::cells::lists::{self, List, Style};
use crate::cells::reading::Reading;
use crate::columns::Meaning;
use crate::diagnostic::{Diagnostic, Place, said};
use crate::manifest::{CodedValue, InDescription, Manifest};
use crate::model::{Limit, Limits, RawType, Source, Translations, ValueForm};
use crate::ratio::Ratio;
use crate::spelling::normalised;

/// A list with its place and its labels in further languages.
#[derive(Default)]
pub(super) struct Listed {
    /// The text before it.
    pub(super) before: String,
    /// Code or bit number with its label, in printed order; none where it is in doubt.
    pub(super) entries: Vec<(i64, String)>,
    pub(super) doubt: Option<Doubt>,
    pub(super) translations: BTreeMap<i64, Translations>,
    pub(super) place: Place,
    pub(super) source: Option<Source>,
    pub(super) footnote: Option<String>,
    pub(super) inline: bool,
    /// Whether its bits are numbered already, whatever numbering the document has.
    pub(super) are_masks: bool,
    /// Whether it is what a register prints itself, not a footnote or the manifest.
    pub(super) own: bool,
}

/// Why a list is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Doubt {
    /// This part of it is not understood.
    Rest(String),
    /// What is not clear, to follow the name of the list.
    Why(String),
    /// This code lies outside the limits beside it.
    Limits(i64),
}

impl Doubt {
    /// What is said of a list.
    pub(super) fn of(&self, list: &str) -> String {
        match self {
            Self::Rest(rest) => format!("“{rest}” in {list} was not understood"),
            Self::Why(why) => format!("the text of {list} {why}"),
            Self::Limits(code) => format!("the code {code} of {list} is outside the limits"),
        }
    }
}

impl Listed {
    /// What a text lists, if it lists what is asked for.
    pub(super) fn of(reading: Option<Reading<List>>, bits: bool) -> Self {
        let doubt = match reading {
            Some(Reading::Value(list)) if list.is_bits == bits => {
                let List { before, entries, are_masks, .. } = list;
                return Self { before, entries, are_masks, ..Self::default() };
            }
            Some(Reading::Value(_)) | None => None,
            Some(Reading::Ambiguous { why, .. }) => Some(Doubt::Why(why)),
            Some(Reading::Unreadable { rest, .. }) => Some(Doubt::Rest(rest)),
        };
        Self { doubt, ..Self::default() }
    }

    pub(super) fn from_manifest(values: &[(i64, CodedValue)], place: &Place) -> Self {
        Self {
            entries: values.iter().map(|(code, value)| (*code, value.label.clone())).collect(),
            translations: values.iter().map(|(code, value)| (*code, value.translations.clone())).collect(),
            place: place.clone(),
            ..Self::default()
        }
    }

    /// Whether there is one, read or in doubt.
    fn is_there(&self) -> bool {
        !self.entries.is_empty() || self.doubt.is_some()
    }
}

impl Register {
    /// The default that stands behind a list in its column.
    pub(super) fn default_of_list(&self) -> Option<i64> {
        let list = (!self.values.is_empty()).then(|| lists::read(&self.values, Style::Values)).flatten()?;
        list.value()?.default
    }
}

/// Which register lists what.
pub(super) struct Lists<'a> {
    manifest: &'a Manifest,
    /// The columns in which lists of bits say that they are: `Bit 3`.
    marked: BTreeSet<Column>,
    /// What each text says, in columns and in descriptions: registers share them, and each is asked for again.
    read: RefCell<HashMap<(Style, String), Read>>,
}

/// What a text says; nothing where it is no list.
type Read = Option<Reading<List>>;
/// A column of a sheet.
type Column = (String, Option<String>, usize);

fn column(source: &Source) -> Column {
    (source.origin.file.clone(), source.origin.sheet.clone(), source.column)
}

/// Where the first row of a register has a cell with a meaning.
fn source(register: &Register, meaning: Meaning) -> Option<Source> {
    register.facts.iter().find_map(|fact| Some(fact.row.source(fact.row.filled(meaning)?)))
}

impl<'a> Lists<'a> {
    pub(super) fn new(registers: &[&Register], manifest: &'a Manifest) -> Self {
        let mut lists = Self { manifest, marked: BTreeSet::new(), read: RefCell::default() };
        for register in registers {
            for (meaning, text) in [(Meaning::Bits, &register.bits), (register.values_from, &register.values)] {
                let is_marked = |list: &List| list.is_bits;
                if !text.is_empty()
                    && lists.read(text, Style::Bits).and_then(Reading::value).as_ref().is_some_and(is_marked)
                {
                    lists.marked.extend(source(register, meaning).as_ref().map(column));
                }
            }
        }
        lists
    }

    fn read(&self, text: &str, style: Style) -> Read {
        let key = (style, text.to_owned());
        if let Some(known) = self.read.borrow().get(&key) {
            return known.clone();
        }
        let reading = lists::read(text, style);
        self.read.borrow_mut().insert(key, reading.clone());
        reading
    }

    /// Whether the other cells of a register's column say `Bit` where they mean bits.
    fn is_marked(&self, register: &Register, meaning: Meaning) -> bool {
        source(register, meaning).is_some_and(|source| self.marked.contains(&column(&source)))
    }

    /// The list of values a register prints: in a column for them, or in its description.
    pub(super) fn list(&self, register: &Register, form: ValueForm) -> Listed {
        if let Some(first) = register.listed.first() {
            let mut listed = Listed {
                entries: rows(register),
                place: Place::from(first.source.clone()).holds(&first.label),
                source: Some(first.source.clone()),
                own: true,
                ..Listed::default()
            };
            as_signed(raw(register, form), &mut listed);
            return listed;
        }
        let bits = form == ValueForm::Flags;
        let own = [(Meaning::Bits, &register.bits), (register.values_from, &register.values)];
        let own = own.into_iter().filter(|(_, text)| !text.is_empty());
        let own = if bits {
            own.min_by_key(|(of, _)| *of != Meaning::Bits)
        } else {
            own.max_by_key(|(of, _)| *of != Meaning::Bits)
        };
        let (meaning, mut listed) = match own {
            Some((meaning, text)) => (meaning, self.in_column(register, meaning, text, bits)),
            None => {
                let described = Listed::of(self.read(label::list(&register.description), Style::Prose), bits);
                let remarked = if described.is_there() { None } else { self.remarked(register, bits) };
                remarked.map_or((Meaning::Description, described), |remarked| (Meaning::Remark, remarked))
            }
        };
        if meaning == Meaning::Description {
            for (language, text) in self.manifest.languages.iter().skip(1).zip(&register.translations) {
                for (code, label) in Listed::of(self.read(label::list(text), Style::Prose), bits).entries {
                    listed.translations.entry(code).or_default().push((language.clone(), label));
                }
            }
        }
        if bits && !listed.are_masks {
            number(register, &mut listed);
        }
        if !bits {
            as_signed(raw(register, form), &mut listed);
        }
        listed.place = register.places(meaning).into_iter().next().unwrap_or_default();
        listed.source = source(register, meaning);
        listed.inline = meaning == Meaning::Description;
        listed.own = true;
        listed
    }

    /// The list in a remark about a register that has it nowhere else: its type has one, or nothing says that it is a
    /// quantity. Most remarks are none.
    fn remarked(&self, register: &Register, bits: bool) -> Option<Listed> {
        let has_list = match register.form() {
            Some(Form::Enum { .. } | Form::Flags { .. }) => true,
            None | Some(Form::Number { .. }) => is_unscaled(register) && !has_own(register) && register.width == 1,
            _ => false,
        };
        let remark = register.facts.iter().find_map(|fact| fact.row.filled(Meaning::Remark)).filter(|_| has_list)?;
        let style = if bits { Style::Bits } else { Style::Prose };
        let list = self.read(&remark.text, style).and_then(Reading::value)?;
        let is_limited = || !bits && is_limited(register, &list.entries) && names_most(register, &list.entries);
        let is_list = list.is_bits == bits && list.entries.len() > 1 && (is_bare(register) || is_limited());
        is_list.then(|| Listed::of(Some(Reading::Value(list)), bits))
    }

    /// What a column for lists says: of values, of bits that are said to be some, or of bits without the word.
    fn in_column(&self, register: &Register, meaning: Meaning, text: &str, bits: bool) -> Listed {
        let reading = self.read(text, if bits { Style::Bits } else { Style::Values });
        let Some(Reading::Value(list)) = &reading else { return Listed::of(reading, bits) };
        let is_bits = list.is_bits;
        let doubt = |why: &str| Listed { doubt: Some(Doubt::Why(why.to_owned())), ..Listed::default() };
        match (bits, is_bits) {
            (true, false) if self.is_marked(register, meaning) => {
                doubt("has numbers that may be codes: other cells of the column say “Bit” where they mean bits")
            }
            (false, true) => doubt("numbers bits, but its type has values"),
            _ => Listed::of(reading, is_bits),
        }
    }

    /// As what a register lists its values, if it does.
    pub(super) fn form(&self, register: &Register) -> Option<ValueForm> {
        let rows = !register.listed.is_empty();
        let is_bits = matches!(register.form(), Some(Form::BitSet { .. } | Form::Flags { .. }));
        if rows && (is_bits || register.listed.iter().any(|listed| listed.is_bit)) {
            return Some(ValueForm::Flags);
        }
        let own = has_own(register);
        let is_below =
            || self.manifest.lists.in_description == InDescription::Below && register.description.contains('\n');
        match register.form() {
            // One whose type says its size, and whose values are listed nowhere, is a number.
            Some(Form::Enum { bits: Some(_) }) => {
                let listed = self.list(register, ValueForm::Enum);
                // `Slave 2: Relay mode` is a name.
                let is_list = own && listed.is_there() || rows || listed.entries.len() > 1 || listed.doubt.is_some();
                (is_list || is_below() && listed.is_there()).then_some(ValueForm::Enum)
            }
            Some(Form::Enum { bits: None }) => Some(ValueForm::Enum),
            // Bits that are listed nowhere have no names.
            Some(Form::Flags { .. }) => {
                let listed = self.list(register, ValueForm::Flags);
                (!listed.entries.is_empty() || own && listed.doubt.is_some()).then_some(ValueForm::Flags)
            }
            // What is no list is not used, which a warning says: `write 1`.
            Some(Form::Bool) => {
                let listed = self.list(register, ValueForm::Enum);
                (own && (listed.is_there() || listed.doubt.is_some())).then_some(ValueForm::Enum)
            }
            // Beside a unit they are special values of a number.
            Some(form) if rows && form.is_integer() => {
                Some(if is_bare(register) { ValueForm::Enum } else { ValueForm::Special })
            }
            Some(form) if form.is_integer() => self.of_number(register),
            None if rows => Some(ValueForm::Enum),
            None if !register.values.is_empty() => match self.lists_bits(&register.values) {
                true => Some(ValueForm::Flags),
                // What is no list is not used, which a warning says.
                false => self.list(register, ValueForm::Enum).is_there().then_some(ValueForm::Enum),
            },
            None if !register.bits.is_empty() => Some(ValueForm::Flags),
            None if is_below() || self.is_described(register) => Some(ValueForm::Enum),
            None => self.form_of_remark(register),
            _ => None,
        }
    }

    /// What a remark lists about a number of which nothing says that it is a quantity: `0: Off, 1: On`.
    fn form_of_remark(&self, register: &Register) -> Option<ValueForm> {
        let has = |bits| self.remarked(register, bits).is_some();
        if has(false) {
            return Some(ValueForm::Enum);
        }
        has(true).then_some(ValueForm::Flags)
    }

    /// Whether a text in a column for values lists bits, as far as it is read.
    fn lists_bits(&self, values: &str) -> bool {
        match self.read(values, Style::Values) {
            Some(Reading::Value(list)) => list.is_bits,
            Some(_) => lists::names_bits(values),
            None => false,
        }
    }

    /// What a list beside the type of a number makes of it: a number with special values where it has a unit, a scale or
    /// limits, one of the values where it has none.
    fn of_number(&self, register: &Register) -> Option<ValueForm> {
        if !register.values.is_empty() {
            if self.lists_bits(&register.values) {
                return Some(ValueForm::Flags);
            }
            let listed = self.list(register, ValueForm::Enum);
            // A range, or the one value there is, `[0, 100]`: no list, which a warning says.
            if !listed.is_there() {
                return None;
            }
            let is_long = listed.entries.len() > 1 || listed.doubt.is_some();
            let is_listed = register.values_from == Meaning::Unit
                || is_long && (is_bare(register) || is_limited(register, &listed.entries));
            // `630 = 06:30` is an example of a value, and no name of one.
            let is_named = listed.entries.iter().any(|(_, label)| label.contains(char::is_alphabetic));
            return match is_listed {
                true => Some(ValueForm::Enum),
                false => (is_named || listed.doubt.is_some()).then_some(ValueForm::Special),
            };
        }
        if !register.bits.is_empty() {
            let is_bits = |list: &List| list.is_bits;
            let bare =
                self.read(&register.bits, Style::Values).and_then(Reading::value).is_some_and(|list| !is_bits(&list));
            let is_enum = bare && self.is_marked(register, Meaning::Bits);
            return Some(if is_enum { ValueForm::Enum } else { ValueForm::Flags });
        }
        if self.is_described(register) {
            return Some(ValueForm::Enum);
        }
        self.form_of_remark(register)
    }

    /// Whether a description lists two values or more, or one in a line of its own, of what would be a bare number
    /// otherwise.
    fn is_described(&self, register: &Register) -> bool {
        if self.manifest.lists.in_description == InDescription::Never || !is_unscaled(register) {
            return false;
        }
        let listed = self.list(register, ValueForm::Enum);
        let is_long = listed.entries.len() > 1 || listed.doubt.is_some() || below(register) && listed.is_there();
        let fits = || is_limited(register, &listed.entries) || outside(register, &listed.entries).is_some();
        is_long && (register.limits.is_none() || listed.doubt.is_some() || fits())
    }
}

/// Numbers bits as printed in the cells of a register from 0 on, the least significant one first.
fn number(register: &Register, listed: &mut Listed) {
    let numbering = register.facts.first().map(|fact| fact.bit_numbering).unwrap_or_default();
    let size = register.width.saturating_mul(16);
    let numbered = |code: i64| numbering.bit(code, size);
    if let Some(code) = listed.entries.iter().map(|(code, _)| *code).find(|code| numbered(*code).is_none()) {
        listed.entries.clear();
        listed.doubt = Some(Doubt::Why(format!("has bit {code}, but {}", numbering.says())));
        return;
    }
    for (code, _) in &mut listed.entries {
        *code = numbered(*code).unwrap_or(*code);
    }
    let translations = std::mem::take(&mut listed.translations);
    listed.translations =
        translations.into_iter().filter_map(|(code, labels)| Some((numbered(code)?, labels))).collect();
}

/// Reads the codes of a signed register that only its bits can hold as those: `0x8000` of 16 bits is -32768.
fn as_signed(raw: RawType, listed: &mut Listed) {
    let (_, highest) = raw.range();
    let RawType::Integer { bits, signed: true } = raw else { return };
    let Some(span) = 1i64.checked_shl(u32::from(bits)).filter(|span| *span > 0) else { return };
    for (code, _) in &mut listed.entries {
        if i128::from(*code) > highest && *code < span {
            *code = code.saturating_sub(span);
        }
    }
}

/// What the rows beneath a register list. A range that is labelled with its unit is the number itself: `45..65=Hz`.
fn rows(register: &Register) -> Vec<(i64, String)> {
    let entries = register.listed.iter().map(|listed| (listed.code, normalised(&listed.label)));
    entries.filter(|(_, label)| register.unit.is_empty() || *label != register.unit).collect()
}

/// Whether the list of a description stands below its name.
fn below(register: &Register) -> bool {
    register.description.contains('\n') && label::list(&register.description) != register.description
}

/// Says that the list in a column of values or of bits gives the register no type.
pub(super) fn not_used(register: &Register, meaning: Meaning) -> Diagnostic {
    let what = if meaning == Meaning::Bits { "bits" } else { "values" };
    let message = said!("the {what} of {register} are not used", what, register = register.name());
    register.places(meaning).into_iter().fold(Diagnostic::warning("W0513", message), Diagnostic::at)
}

/// Whether a column lists the values or the bits of a register.
pub(super) fn has_own(register: &Register) -> bool {
    !register.values.is_empty() || !register.bits.is_empty()
}

/// Whether nothing says that it is a quantity but limits.
fn is_unscaled(register: &Register) -> bool {
    (register.scale, register.offset) == (Ratio::ONE, Ratio::ZERO) && register.unit.is_empty()
}

/// Whether nothing says that it is a quantity; steps of one do not.
fn is_bare(register: &Register) -> bool {
    let is_limited = |limits: &Limits| limits.min.is_some() || limits.max.is_some() || has_steps(limits);
    is_unscaled(register) && !register.limits.as_ref().is_some_and(is_limited)
}

/// Whether values are counted in steps other than one.
fn has_steps(limits: &Limits) -> bool {
    limits.step.is_some_and(|step| step != Limit::Value(Ratio::ONE))
}

/// Whether a list names at least half of the values between the limits: `0 = off, 100 = open` names two of 101.
fn names_most(register: &Register, entries: &[(i64, String)]) -> bool {
    let limit = |limit: Option<Limit>| limit.and_then(Limit::value).filter(|limit| limit.denominator() == 1);
    let ends = register.limits.as_ref().and_then(|limits| Some((limit(limits.min)?, limit(limits.max)?)));
    let named = i128::try_from(entries.len()).unwrap_or(i128::MAX);
    ends.is_some_and(|(min, max)| {
        let span = i128::from(max.numerator()).saturating_sub(i128::from(min.numerator())).saturating_add(1);
        named.saturating_mul(2) >= span
    })
}

/// Whether the limits beside a list are those of the list: all codes lie within them, or they are a range of nothing.
fn is_limited(register: &Register, entries: &[(i64, String)]) -> bool {
    let limit = |limit: Option<Limit>| limit.and_then(Limit::value);
    let Some(limits) = register.limits.as_ref().filter(|limits| !has_steps(limits)) else { return false };
    let (Some(min), Some(max)) = (limit(limits.min), limit(limits.max)) else { return false };
    let is_within = |code: i64| Ratio::new(code, 1).is_some_and(|code| (min..=max).contains(&code));
    let all_within = !entries.is_empty() && entries.iter().all(|(code, _)| is_within(*code));
    is_unscaled(register) && (min == max || all_within)
}

/// A code of a list that lies outside the limits beside it, where others lie within them.
pub(super) fn outside(register: &Register, entries: &[(i64, String)]) -> Option<i64> {
    let limit = |limit: Option<Limit>| limit.and_then(Limit::value);
    let limits = register.limits.as_ref().filter(|_| is_unscaled(register) && entries.len() > 1)?;
    let (min, max) = (limit(limits.min)?, limit(limits.max)?);
    let is_outside = |code: &i64| Ratio::new(*code, 1).is_none_or(|code| !(min..=max).contains(&code));
    let mut codes = entries.iter().map(|(code, _)| *code);
    let has_others = codes.clone().any(|code| !is_outside(&code));
    codes.find(is_outside).filter(|_| min < max && has_others)
}

/// Whether a type says that a register holds a number, or bits that need no names.
pub(super) fn is_number(register: &Register) -> bool {
    match register.form() {
        Some(Form::Enum { bits }) => bits.is_some(),
        Some(Form::Flags { .. }) => true,
        form => form.is_some_and(Form::is_integer),
    }
}

/// A list as it can be read.
pub(super) fn example(form: ValueForm) -> &'static str {
    if form == ValueForm::Flags { "Bit 0: …, Bit 1: …" } else { "0: …, 1: …" }
}

/// Codes are as signed as the table states; bits are not, and where nothing is stated neither are codes, whatever a rule
/// says of numbers.
pub(super) fn raw(register: &Register, form: ValueForm) -> RawType {
    if register.table.is_bit() {
        return RawType::Bool;
    }
    let signed = form != ValueForm::Flags && stated_sign(register).unwrap_or(false);
    RawType::Integer { bits: points::bits(register), signed }
}

/// What the table, or an override of it, says of the sign.
pub(super) fn stated_sign(register: &Register) -> Option<bool> {
    let by_type = register.form().and_then(Form::signed);
    let by_column = register.signed.as_ref().filter(|(_, reason)| reason.is_none()).map(|(signed, _)| *signed);
    by_type.or(by_column)
}
