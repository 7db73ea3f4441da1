//! How many registers a value takes: as many as its type says, which is compared with what the row counts and with where
//! the next row begins.

mod neighbours;

use self::neighbours::{drop_continued, report_orders, report_overlaps};
use std::collections::BTreeSet;

use super::bit_numbers;
use super::contradicting_bits;
use super::facts::Fact;
use super::forms::{Form, TypeWord};
use super::spaced_ints;
use super::{Register, pairs};
use crate::columns::Meaning;
use crate::diagnostic::Entry;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, said};
use crate::manifest::{Manifest, TextSize};
use crate::model::Table;

/// Gives every register the width of its value, and what follows from it: how many values a range has, the bits of a
/// byte, the size of a text, and the order of the words.
pub(super) fn settle(registers: &mut Vec<Register>, manifest: &Manifest, diagnostics: &mut Diagnostics) {
    let sizes = TextSizes::new(registers, manifest);
    for register in registers.iter_mut() {
        let device = manifest.conventions.order;
        register.stated_order = register.order.or(register.ruled_order);
        register.order = register.order.or(register.ruled_order).or(register.sheet_order).or(device);
        if pairs::is_half(register, manifest) {
            continue;
        }
        if register.table.is_bit() {
            continue;
        }
        match width(register, &sizes, diagnostics) {
            Some((count, width)) => (register.count, register.width) = (count, width),
            // It has been reported, and nothing follows from it.
            None => (register.count, register.width, register.misread) = (1, 1, true),
        }
        if register.bit_range.is_none() {
            let is_bool = register.form() == Some(Form::Bool);
            register.bit_range = register.type_word.and_then(|word| word.byte).or(is_bool.then_some((0, 0)));
        }
        report_bits(register, diagnostics);
        bit_numbers::report_wide(register, diagnostics);
    }
    drop_continued(registers, diagnostics);
    contradicting_bits::report(registers, diagnostics);
    contradicting_bits::report_bytes(registers, diagnostics);
    contradicting_bits::report_coils(registers, diagnostics);
    report_c_types(registers, diagnostics);
    spaced_ints::report(registers, diagnostics);
    report_overlaps(registers, diagnostics);
    report_orders(registers, manifest, diagnostics);
}

/// Reports bits that the value does not have: such a point could never be read.
fn report_bits(register: &Register, diagnostics: &mut Diagnostics) {
    let Some((_, high)) = register.bit_range.filter(|_| !register.misread) else { return };
    let size = register.width.saturating_mul(16);
    let form = match register.form() {
        Some(Form::Text { .. }) => Some("a text"),
        Some(Form::Bytes { .. } | Form::Address { .. }) => Some("bytes"),
        Some(Form::Float { .. }) => Some("a float"),
        Some(Form::Modulo10000 { .. }) => Some("a number modulo 10000"),
        _ => None,
    };
    if form.is_none() && u16::from(high) < size {
        return;
    }
    let message = match form {
        Some(form) => said!("{register} is {form}, but its row names bits of it", register = register.name(), form),
        None => {
            said!("{register} has {size} bits, but its row names bit {high}", register = register.name(), size, high)
        }
    };
    let cells = match register.filled(Meaning::Bit) {
        cells if cells.is_empty() => register.places(Meaning::Address),
        cells => cells,
    };
    let types = form.map(|_| register.filled(Meaning::Type)).unwrap_or_default();
    let error = cells.into_iter().chain(types).fold(Diagnostic::in_cell("E0468", message), Diagnostic::at);
    diagnostics.push(match form {
        Some(_) => error.expected("the type of an integer, or no bits").help("an override of `type` corrects the type"),
        None => {
            error.expected(format!("bits from 0 to {}, or the type of a longer value", size.saturating_sub(1))).help(
                "bits are counted from 0, the least significant one: bit 16 of a document that counts from 1 is bit 15",
            )
        }
    });
}

/// Reports `int` without a size where the table has `short`, too: as in C, the longer of the two.
fn report_c_types(registers: &[Register], diagnostics: &mut Diagnostics) {
    let says = |register: &Register, wanted: &str| {
        register.type_text.split(|sign: char| !sign.is_alphanumeric()).any(|word| word.eq_ignore_ascii_case(wanted))
    };
    if !registers.iter().any(|register| says(register, "short")) {
        return;
    }
    let is_open = |register: &&Register| {
        matches!(register.form(), Some(Form::Number { bits: None, .. }))
            && (says(register, "int") || says(register, "uint"))
            && register.facts.iter().all(|fact| fact.count.is_none())
    };
    for register in registers.iter().filter(is_open) {
        // Merged, since one word stands in many rows.
        let error = Diagnostic::error("E0466", "the size of int is not stated, but the table also has short");
        diagnostics.merge(
            register
                .places(Meaning::Type)
                .into_iter()
                .fold(error, Diagnostic::at)
                .expected("a type with its size, such as int32, or a column with the number of registers")
                .help("it is int32 where the next row begins two registers later, otherwise int16")
                .manifest(Entry::table(["types"]).one_of("int", ["int32", "int16"])),
        );
    }
}

/// How many registers the rows say there are, and how many each value takes; `None` where that is reported.
fn width(register: &mut Register, sizes: &TextSizes, diagnostics: &mut Diagnostics) -> Option<(u16, u16)> {
    let counted = counted(register, diagnostics)?;
    let Some(word) = register.type_word else { return Some(untyped(register, counted, diagnostics)) };
    match word.form {
        Form::Text { size } => return text(register, size, counted, sizes, diagnostics),
        Form::Bytes { bytes } => return self::bytes(register, bytes, counted, diagnostics),
        Form::Address { bytes } => {
            let is_hardware = register.type_text.to_lowercase().contains("mac");
            let bytes = bytes.or(Some(if is_hardware { 6 } else { 4 }).filter(|_| counted.is_none()));
            return self::bytes(register, bytes, counted, diagnostics);
        }
        Form::Reserved | Form::Group => return Some((counted.unwrap_or(register.count), 1)),
        _ => {}
    }
    let bits = bits(register, word, counted, diagnostics)?;
    let width = u16::from(bits.div_ceil(16));
    let Some(counted) = counted else { return Some((width, width)) };
    if counted.checked_rem(width) == Some(0) {
        return Some((counted, width));
    }
    let places = [Meaning::Type, counting(register)].into_iter().flat_map(|meaning| register.places(meaning));
    let message = said!(
        "{register} has a type of {bits} bits, but its row counts {counted}",
        register = register.name(),
        bits,
        counted = registers(counted)
    );
    diagnostics.push(
        places
            .fold(Diagnostic::in_cell("E0450", message), Diagnostic::at)
            .expected(format!("a count of {width}, or a type of {} bits", counted.saturating_mul(16)))
            .help("if the type is wrong and not the count, correct it with an override of `type`"),
    );
    None
}

/// `1 register`, `2 registers`.
fn registers(count: u16) -> String {
    format!("{count} {}", if count == 1 { "register" } else { "registers" })
}

/// The column that says how many registers a row is about.
pub(super) fn counting(register: &Register) -> Meaning {
    let filled = |meaning| register.facts.iter().any(|fact| fact.row.filled(meaning).is_some());
    let columns = [Meaning::Count, Meaning::LastAddress, Meaning::SizeInBits, Meaning::SizeInBytes];
    columns.into_iter().find(|meaning| filled(*meaning)).unwrap_or(Meaning::Address)
}

/// Whether the address itself is a range, whose registers are values each.
fn is_range(register: &Register) -> bool {
    counting(register) == Meaning::Address
}

/// How many registers the row counts, if it does: in a column for registers, in one for the size, or by a range.
#[expect(
    clippy::option_option,
    reason = "none where the columns contradict each other, some none where there are none"
)]
fn counted(register: &Register, diagnostics: &mut Diagnostics) -> Option<Option<u16>> {
    let counted = register.facts.iter().any(|fact| fact.count.is_some()).then_some(register.count);
    let Some(size) = register.size_in_bits else { return Some(counted) };
    let sized = u16::try_from(size.div_ceil(16)).unwrap_or(u16::MAX);
    match counted {
        Some(counted) if counted != sized => {
            let columns = [counting(register), Meaning::SizeInBits, Meaning::SizeInBytes];
            let mut places: Vec<Place> = columns.into_iter().flat_map(|meaning| register.filled(meaning)).collect();
            places.dedup();
            let message = said!(
                "{register} has {size} bits, but its row counts {counted}",
                register = register.name(),
                size,
                counted = registers(counted)
            );
            diagnostics.push(
                places
                    .into_iter()
                    .fold(Diagnostic::in_cell("E0450", message), Diagnostic::at)
                    .expected(format!("{} for {size} bits", registers(sized))),
            );
            None
        }
        _ => Some(Some(sized)),
    }
}

/// A row without a type: a range is a value for each register, and so is what an array names. What else counts two or
/// four registers is likely to be one number, which nobody says.
fn untyped(register: &Register, counted: Option<u16>, diagnostics: &mut Diagnostics) -> (u16, u16) {
    let count = counted.unwrap_or(1);
    let sized = register.size_in_bits.filter(|size| [32, 48, 64].contains(size));
    if let Some(size) = sized.and_then(|size| u16::try_from(size.div_ceil(16)).ok()) {
        return (size, size);
    }
    if matches!(count, 2 | 4) && counting(register) == Meaning::Count && !register.misread {
        // Merged, since a column of counts is there for the whole table.
        diagnostics.merge(
            register
                .places(Meaning::Count)
                .into_iter()
                .fold(
                    Diagnostic::warning(
                        "W0451",
                        said!("{count} registers without a type were taken as an array of them", count),
                    ),
                    Diagnostic::at,
                )
                .expected(format!(
                    "a type: uint{0}, int{0} or float{0} for one number, uint16 for {count}",
                    count.saturating_mul(16)
                ))
                .help("name the column of types in [columns], or give a type by an override of `type`"),
        );
    }
    (count, 1)
}

/// The size of one value in bits, out of its type, the column for sizes, or the number of its registers.
fn bits(register: &Register, word: TypeWord, counted: Option<u16>, diagnostics: &mut Diagnostics) -> Option<u8> {
    if let Some(bits) = word.form.bits() {
        // A bit or a byte has a register of its own where it is said to have 16 bits.
        let fits = |size: u32| size == u32::from(bits) || bits < 16 && size == 16;
        let several = |size: u32| size > bits.into() && bits >= 16 && size.checked_rem(bits.into()) == Some(0);
        if let Some(size) = register.size_in_bits.filter(|size| !fits(*size) && !several(*size)) {
            let message = said!(
                "{register} has a type of {bits} bits, but its size is {size}",
                register = register.name(),
                bits,
                size
            );
            let places = [Meaning::Type, Meaning::SizeInBits, Meaning::SizeInBytes];
            let places = places.into_iter().flat_map(|meaning| register.filled(meaning));
            diagnostics.push(
                places
                    .fold(Diagnostic::in_cell("E0450", message), Diagnostic::at)
                    .expected("the same size in both columns"),
            );
            return None;
        }
        if bits < 16 && counted.is_some_and(|count| count > 1) {
            return unclear(register, counted, "uint16, or a row for each of them", diagnostics);
        }
        return Some(bits.max(16));
    }
    let is_list = matches!(word.form, Form::Enum { .. } | Form::Flags { .. } | Form::BitSet { .. });
    if is_list && is_range(register) {
        return Some(16);
    }
    let allowed: &[u8] = match word.form {
        Form::Float { .. } => &[32, 64],
        Form::Modulo10000 { .. } => &[32, 48, 64],
        Form::Number { .. } | Form::Bcd { .. } | Form::SignMagnitude { .. } => &[16, 32, 48, 64],
        _ => &[16, 32, 64],
    };
    let assumed = match word.form {
        Form::Float { .. } | Form::Accumulator { .. } => 32,
        _ => 16,
    };
    let sized = register.size_in_bits.map(|size| u8::try_from(size).unwrap_or(u8::MAX));
    let counted_bits = counted.map(|count| u8::try_from(count.saturating_mul(16)).unwrap_or(u8::MAX));
    match sized.filter(|size| *size >= 16).or(counted_bits) {
        // One register modulo 10000 would be a plain number.
        None if matches!(word.form, Form::Modulo10000 { .. }) => {
            unclear(register, counted, "a type with its size: uint32 modulo 10000, int64 modulo 10000", diagnostics)
        }
        None => Some(assumed),
        Some(bits) if allowed.contains(&bits) => Some(bits),
        // An enum, or bits, for each of many registers.
        Some(_) if is_list => Some(16),
        Some(_) => unclear(register, counted, "a type with its size: uint16, int32, float64", diagnostics),
    }
}

fn unclear(register: &Register, counted: Option<u16>, expected: &str, diagnostics: &mut Diagnostics) -> Option<u8> {
    let count = counted.unwrap_or(register.count);
    let message = said!(
        "the size of each value of {register} in {count} is not stated",
        register = register.name(),
        count = registers(count)
    );
    let places = [Meaning::Type, counting(register)].into_iter().flat_map(|meaning| register.places(meaning));
    diagnostics.push(
        places
            .fold(Diagnostic::error("E0520", message), Diagnostic::at)
            .expected(expected)
            .help("define the word in [types] with a size")
            .manifest(Entry::table(["types"]).open(&register.type_text)),
    );
    None
}

/// What the sizes of texts count, where their rows do not count the registers.
struct TextSizes {
    stated: Option<TextSize>,
    /// What the rows that follow texts let no doubt of.
    shown: Option<TextSize>,
    /// First addresses of all rows.
    starts: BTreeSet<(Table, u16)>,
}

impl TextSizes {
    fn new(registers: &[Register], manifest: &Manifest) -> Self {
        let starts = registers.iter().map(|register| (register.table, register.address)).collect();
        let mut sizes = Self { stated: manifest.conventions.text_size, shown: None, starts };
        let shown: BTreeSet<TextSize> = registers.iter().filter_map(|register| sizes.shows(register)).collect();
        sizes.shown = shown.first().copied().filter(|_| shown.len() == 1);
        sizes
    }

    /// What the rows say of this text's size: the one that follows, or the range that counts characters.
    fn shows(&self, register: &Register) -> Option<TextSize> {
        let Some(Form::Text { size: Some(size) }) = register.form() else { return None };
        if size < 2 || register.facts.iter().any(|fact| fact.count.is_some()) {
            return None;
        }
        if let Some(characters) = register.facts.iter().find_map(printed_characters) {
            if characters == size {
                return Some(TextSize::Characters);
            }
            return (characters == size.saturating_mul(2)).then_some(TextSize::Registers);
        }
        let next = self.starts.range((register.table, register.address.checked_add(1)?)..).next()?;
        let room = next.1.checked_sub(register.address).filter(|_| next.0 == register.table)?;
        if room == size {
            Some(TextSize::Registers)
        } else {
            (room < size && room >= size.div_ceil(2)).then_some(TextSize::Characters)
        }
    }
}

/// `12 characters`, `Max 14 characters`.
fn printed_characters(fact: &Fact) -> Option<u16> {
    let text = fact.row.filled(Meaning::Range)?.text.to_lowercase();
    let before = text.strip_suffix("characters").or_else(|| text.strip_suffix("chars"))?.trim_end();
    before.rsplit(' ').next()?.parse().ok()
}

fn text(
    register: &mut Register,
    size: Option<u16>,
    counted: Option<u16>,
    sizes: &TextSizes,
    diagnostics: &mut Diagnostics,
) -> Option<(u16, u16)> {
    if let Some(counted) = counted {
        let in_registers = sizes.stated == Some(TextSize::Registers) && size == Some(counted);
        register.characters = size.filter(|_| !in_registers);
        return Some((counted, counted));
    }
    let Some(size) = size.filter(|size| *size > 0) else {
        diagnostics.push(
            register
                .places(Meaning::Type)
                .into_iter()
                .fold(
                    Diagnostic::error(
                        "E0521",
                        said!("nothing says how long the text of {register} is", register = register.name()),
                    ),
                    Diagnostic::at,
                )
                .expected("string[8], or a column with the number of registers: `count` in [columns]"),
        );
        return None;
    };
    let counts = sizes.stated.or_else(|| sizes.shows(register)).or(sizes.shown);
    let counts = counts.or((size == 1).then_some(TextSize::Characters));
    match counts {
        Some(TextSize::Registers) => Some((size, size)),
        Some(TextSize::Characters) => {
            register.characters = Some(size);
            let registers = size.div_ceil(2);
            Some((registers, registers))
        }
        None => {
            // Merged, since a vendor means the same everywhere.
            diagnostics.merge(
                register
                    .places(Meaning::Type)
                    .into_iter()
                    .fold(
                        Diagnostic::error(
                            "E0522",
                            "nothing says whether the sizes of texts count characters or registers",
                        ),
                        Diagnostic::at,
                    )
                    .expected("text_size = \"characters\" or \"registers\" in [device]")
                    .help("a register holds two characters; the address of the row that follows a text often tells")
                    .manifest(Entry::table(["device"]).one_of("text_size", ["characters", "registers"])),
            );
            None
        }
    }
}

fn bytes(
    register: &Register,
    bytes: Option<u16>,
    counted: Option<u16>,
    diagnostics: &mut Diagnostics,
) -> Option<(u16, u16)> {
    let needed = bytes.map_or(1, |bytes| bytes.div_ceil(2).max(1));
    match counted {
        Some(counted) if bytes.is_some() && counted != needed => {
            let places = [Meaning::Type, counting(register)].into_iter().flat_map(|meaning| register.places(meaning));
            let message = said!(
                "{register} has {bytes} bytes, but its row counts {counted}",
                register = register.name(),
                bytes = bytes.unwrap_or_default(),
                counted = registers(counted)
            );
            diagnostics.push(
                places
                    .fold(Diagnostic::in_cell("E0450", message), Diagnostic::at)
                    .expected(format!("a count of {needed}")),
            );
            None
        }
        Some(counted) => Some((counted, counted)),
        None => Some((needed, needed)),
    }
}
