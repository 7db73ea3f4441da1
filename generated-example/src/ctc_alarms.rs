//! Alarms and information texts of a CTC heat pump: which are active, what they say, and how they are reset.
//!
//! The document counts references from 0. It has one register that is cleared by being read (65002, “alarm has been
//! manually reset”); nothing here reads it.

use std::error::Error;
use std::fmt;

use modbus_bindgen_runtime::{BitSet, ReadError, Write, WriteError};

use crate::ctc_bms::{CtcBms, HeatPumpNo, points};

/// How many alarms the bit-coded buffer has room for.
const ALARMS: u16 = 800;

/// How many information texts the bit-coded buffer has room for.
const INFOS: u16 = 160;

/// What is written to select information text 0.
const FIRST_INFO: u16 = 10_000;

/// How many are active. The device counts to 255.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Alarms.
    pub alarms: u8,
    /// Information texts.
    pub infos: u8,
}

/// An alarm or information text that a buffer has a bit for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference(Kind, u16);

/// What a reference refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// An alarm.
    Alarm,
    /// An information text.
    Info,
}

impl Reference {
    /// Alarm 0 to 799; `None` for others, of which the device cannot say whether they are active.
    #[must_use]
    pub fn alarm(number: u16) -> Option<Self> {
        (number < ALARMS).then_some(Self(Kind::Alarm, number))
    }

    /// Information text 0 to 159; `None` for others, of which the device cannot say whether they are active.
    #[must_use]
    pub fn info(number: u16) -> Option<Self> {
        (number < INFOS).then_some(Self(Kind::Info, number))
    }

    /// Alarm or information text.
    #[must_use]
    pub fn kind(self) -> Kind {
        self.0
    }

    /// Its number, counted from 0.
    #[must_use]
    pub fn number(self) -> u16 {
        self.1
    }

    /// What is written to select its text: 0 to 799 or 10000 to 10159.
    #[must_use]
    pub fn code(self) -> u16 {
        match self.0 {
            Kind::Alarm => self.1,
            Kind::Info => FIRST_INFO.saturating_add(self.1),
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.0 {
            Kind::Alarm => "alarm",
            Kind::Info => "info",
        };
        write!(f, "{kind} {}", self.1)
    }
}

/// What the device says of an alarm or information text, in the language its display is set to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The heat pump it is about, where it is about one.
    pub heat_pump: Option<HeatPumpNo>,
    /// Its number in the vendor's list, the same in all languages: `E063`.
    pub number: Option<String>,
    /// What it says.
    pub text: String,
}

impl Message {
    /// From what the text buffer holds: `[A1][E063] …`, `A1[E063] …` or `[E063] …`. What is not understood is text.
    #[must_use]
    pub fn parse(buffer: &str) -> Self {
        let buffer = buffer.trim();
        let (heat_pump, rest) = heat_pump(buffer).map_or((None, buffer), |(no, rest)| (Some(no), rest.trim_start()));
        let (number, text) = match bracketed(rest) {
            Some((number, text)) => (Some(number.to_owned()), text.trim_start()),
            None => (None, rest),
        };
        Self { heat_pump, number, text: text.to_owned() }
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(heat_pump) = self.heat_pump {
            write!(f, "{heat_pump} ")?;
        }
        if let Some(number) = &self.number {
            write!(f, "[{number}] ")?;
        }
        f.write_str(&self.text)
    }
}

/// The heat pump at the beginning, in brackets or before one, and what follows.
fn heat_pump(text: &str) -> Option<(HeatPumpNo, &str)> {
    let (name, rest) = match bracketed(text) {
        Some(parts) => parts,
        None => text.split_at_checked(text.find('[')?)?,
    };
    let found = HeatPumpNo::ALL.into_iter().find(|no| no.to_string() == name.trim())?;
    Some((found, rest))
}

/// What stands in brackets at the beginning, and what follows.
fn bracketed(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix('[')?.split_once(']')
}

/// Why the text of a reference is not known.
#[derive(Debug, Clone)]
pub enum MessageError {
    /// It could not be selected.
    Select(WriteError),
    /// It could not be read, or is not a text.
    Read(ReadError),
}

impl fmt::Display for MessageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Select(error) => error.fmt(f),
            Self::Read(error) => error.fmt(f),
        }
    }
}

impl Error for MessageError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Select(error) => Some(error),
            Self::Read(error) => Some(error),
        }
    }
}

/// The alarms and information texts of one device.
///
/// It has one text buffer, and what is selected holds for everybody: one of these for each device.
#[derive(Debug)]
pub struct Alarms {
    ctc: CtcBms,
}

impl Alarms {
    /// Those of this device.
    #[must_use]
    pub fn new(ctc: CtcBms) -> Self {
        Self { ctc }
    }

    /// How many are active: one register, for asking often. The document proposes every five seconds.
    ///
    /// # Errors
    ///
    /// If the device does not answer, or refuses.
    pub async fn counts(&self) -> Result<Counts, ReadError> {
        let [infos, alarms] = self.ctc.sum_of_active_alarms_and_infos().await?.to_be_bytes();
        Ok(Counts { alarms, infos })
    }

    /// Which are active, alarms first.
    ///
    /// # Errors
    ///
    /// If the device does not answer, or refuses.
    pub async fn active(&self) -> Result<Vec<Reference>, ReadError> {
        // The buffers are neighbours: one request.
        let buffers: Vec<_> = points::ALARM_BUFFER.into_iter().chain(points::INFO_BUFFER).collect();
        let words = self.ctc.read(buffers).await?;
        let (alarms, infos) = words.split_at_checked(points::ALARM_BUFFER.len()).unwrap_or_default();
        let alarms = set(alarms).filter_map(Reference::alarm);
        let infos = set(infos).filter_map(Reference::info);
        Ok(alarms.chain(infos).collect())
    }

    /// What the device says of one: the text is selected, then read.
    ///
    /// # Errors
    ///
    /// If the device does not answer, refuses, or holds something that is not a text.
    pub async fn message(&mut self, reference: Reference) -> Result<Message, MessageError> {
        self.ctc.select_text(reference.code()).await.map_err(MessageError::Select)?;
        let buffer = self.ctc.text_buffer().await.map_err(MessageError::Read)?;
        Ok(Message::parse(&buffer))
    }

    /// Resets the alarms. One whose cause is still there comes back.
    pub fn reset(&self) -> Write {
        self.ctc.reset_alarms()
    }
}

/// The numbers of the bits that are set, the lowest bit of the first word is 0.
fn set(words: &[BitSet<u16>]) -> impl Iterator<Item = u16> {
    let bits = words.iter().flat_map(|word| (0..u16::BITS).map(|bit| word.is_set(bit)));
    (0..).zip(bits).filter_map(|(number, is_set)| is_set.then_some(number))
}

#[cfg(test)]
mod tests {
    use modbus_bindgen_runtime::Table;

    use super::*;
    use crate::ctc_bms::DEVICE;
    use crate::simulated::simulated;

    /// What the document prints for 65101 and what follows; after the last blank the buffer is empty.
    const EXAMPLE: [u16; 15] = [
        0x5B45, 0x3036, 0x335D, 0x204B, 0x6F6D, 0x6D75, 0x6E69, 0x6B2E, 0x6665, 0x6C20, 0x7265, 0x6C61, 0x6B6F, 0x7274,
        0x2000,
    ];

    #[tokio::test]
    async fn the_worked_example_of_the_document() {
        let (simulator, unit) = simulated(&DEVICE).await;
        simulator.set_raw(Table::HoldingRegister, 65_001, &[0x0002]);
        simulator.set_raw(Table::HoldingRegister, 65_010, &[0x8000, 0x0001]);
        simulator.set_raw(Table::HoldingRegister, 65_101, &EXAMPLE);
        let mut alarms = Alarms::new(CtcBms::new(unit));

        assert_eq!(alarms.counts().await.unwrap(), Counts { alarms: 2, infos: 0 });
        let active = alarms.active().await.unwrap();
        assert_eq!(active.iter().map(ToString::to_string).collect::<Vec<_>>(), ["alarm 15", "alarm 16"]);
        let message = alarms.message(active[0]).await.unwrap();
        assert_eq!(message.number.as_deref(), Some("E063"));
        assert_eq!(message.text, "Kommunik.fel relakort");
        assert_eq!(message.heat_pump, None);
        assert_eq!(message.to_string(), "[E063] Kommunik.fel relakort");

        // Function, address, count: 65002 is never among them.
        let requests = simulator.requests();
        let requests: Vec<_> =
            requests.iter().map(|request| (request.function, request.address, request.count)).collect();
        assert_eq!(requests, [(3, 65_001, 1), (3, 65_010, 60), (16, 65_100, 1), (3, 65_101, 25)]);
        assert_eq!(simulator.get(points::SELECT_TEXT), Some(15));
    }

    #[tokio::test]
    async fn infos_follow_alarms_and_are_selected_by_ten_thousand_more() {
        let (simulator, unit) = simulated(&DEVICE).await;
        simulator.set_raw(Table::HoldingRegister, 65_001, &[0x0201]);
        simulator.set_raw(Table::HoldingRegister, 65_059, &[0x8000, 0x0001]);
        simulator.set_raw(Table::HoldingRegister, 65_069, &[0x8000]);
        let mut alarms = Alarms::new(CtcBms::new(unit));
        assert_eq!(alarms.counts().await.unwrap(), Counts { alarms: 1, infos: 2 });
        let active = alarms.active().await.unwrap();
        let codes: Vec<u16> = active.iter().map(|reference| reference.code()).collect();
        assert_eq!(codes, [799, 10_000, 10_159]);
        alarms.message(active[2]).await.unwrap();
        assert_eq!(simulator.get(points::SELECT_TEXT), Some(10_159));
    }

    #[tokio::test]
    async fn alarms_are_reset_with_the_documents_word() {
        let (simulator, unit) = simulated(&DEVICE).await;
        Alarms::new(CtcBms::new(unit)).reset().await.unwrap();
        let [request] = simulator.requests()[..] else { panic!("{:?}", simulator.requests()) };
        assert_eq!((request.function, request.address, request.count), (16, 65_001, 1));
        assert_eq!(points::RESET_ALARMS.info().trigger(), 0xAA55);
    }

    #[test]
    fn references_end_with_the_buffers() {
        assert!(Reference::alarm(799).is_some() && Reference::alarm(800).is_none());
        assert_eq!(Reference::info(159).map(Reference::code), Some(10_159));
        assert_eq!(Reference::info(160), None);
    }

    #[test]
    fn texts_as_devices_write_them() {
        let message = |heat_pump, number: Option<&str>, text: &str| Message {
            heat_pump,
            number: number.map(str::to_owned),
            text: text.to_owned(),
        };
        for (buffer, expected) in [
            ("[A1][E063] Kommunik.fel", message(Some(HeatPumpNo::A1), Some("E063"), "Kommunik.fel")),
            ("A10[E063] Kommunik.fel", message(Some(HeatPumpNo::A10), Some("E063"), "Kommunik.fel")),
            ("A2 [E063]Kommunik.fel ", message(Some(HeatPumpNo::A2), Some("E063"), "Kommunik.fel")),
            ("[E063] Fel på givare [B1]", message(None, Some("E063"), "Fel på givare [B1]")),
            ("[A11][E063] x", message(None, Some("A11"), "[E063] x")),
            ("Fel på givare", message(None, None, "Fel på givare")),
            ("[E063", message(None, None, "[E063")),
            ("", message(None, None, "")),
        ] {
            assert_eq!(Message::parse(buffer), expected, "{buffer}");
        }
    }
}
