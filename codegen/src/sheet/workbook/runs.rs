//! Text whose parts are formatted differently: what is struck through, and what is raised or lowered.
//!
//! A reader of cells joins the parts. Struck text is what the vendor deleted, so that `10` and `12` must not become 1012, and
//! a raised digit is a power or a footnote, so that `10` and a raised `-3` must not become 10-3. A lowered one is an index or
//! a base, so that `10` and a lowered `16` must not become 1016.

use super::super::content::Strike;
use super::super::limits::{self, Fault};
use super::xml::Element;

/// What has been seen of a text.
#[derive(Debug, Default, Clone)]
pub(super) struct Runs {
    /// The whole text, with `³` for a raised 3 and `₃` for a lowered one.
    pub(super) text: String,
    /// Whether a part of it is raised or lowered.
    pub(super) has_scripts: bool,
    parts: Parts,
    run: Run,
    within: Within,
}

/// Whether there are parts of each kind.
#[derive(Debug, Default, Clone, Copy)]
struct Parts {
    struck: bool,
    plain: bool,
    /// Formatted as the cell is.
    inherits: bool,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Within {
    #[default]
    Nothing,
    Text,
    /// How the text is pronounced, which is no part of it.
    Pronunciation,
}

/// How the part that is read is formatted.
#[derive(Debug, Default, Clone, Copy)]
struct Run {
    has_format: bool,
    struck: bool,
    script: Option<Script>,
}

/// Where the part stands.
#[derive(Debug, Clone, Copy)]
enum Script {
    Raised,
    Lowered,
}

impl Runs {
    /// Whether there is more to say of the text than the text itself.
    pub(super) fn is_formatted(&self) -> bool {
        self.has_scripts || self.parts.struck
    }

    /// Takes the beginning of an element.
    pub(super) fn open(&mut self, element: &Element<'_>) -> Result<(), Fault> {
        match element.name() {
            "r" => self.run = Run::default(),
            "rPr" => self.run.has_format = true,
            "strike" => self.run.struck = element.is_on("val")?,
            "vertAlign" => {
                self.run.script = match element.attribute("val")?.as_deref() {
                    Some("superscript") => Some(Script::Raised),
                    Some("subscript") => Some(Script::Lowered),
                    _ => None,
                };
            }
            "t" if self.within == Within::Nothing => self.within = Within::Text,
            "rPh" => self.within = Within::Pronunciation,
            _ => {}
        }
        Ok(())
    }

    /// Takes a text.
    pub(super) fn text(&mut self, text: &str) -> Result<(), Fault> {
        if self.within != Within::Text {
            return Ok(());
        }
        if !text.trim().is_empty() {
            match self.run {
                Run { has_format: false, .. } => self.parts.inherits = true,
                Run { struck: true, .. } => self.parts.struck = true,
                _ => self.parts.plain = true,
            }
        }
        let written = match self.run.script {
            Some(Script::Raised) => raised(text),
            Some(Script::Lowered) => lowered(text),
            None => None,
        };
        match written {
            Some(written) => {
                self.text.push_str(&written);
                self.has_scripts = true;
            }
            None => self.text.push_str(text),
        }
        limits::check_text(self.text.len())
    }

    /// Takes the end of an element.
    pub(super) fn close(&mut self, name: &str) {
        match name {
            "t" if self.within == Within::Text => self.within = Within::Nothing,
            "rPh" => self.within = Within::Nothing,
            "r" => self.run = Run::default(),
            _ => {}
        }
    }

    /// How much is struck through, in a cell that is or is not itself.
    pub(super) fn strike(&self, is_cell_struck: bool) -> Option<Strike> {
        let Parts { struck, plain, inherits } = self.parts;
        let (struck, plain) = (struck || inherits && is_cell_struck, plain || inherits && !is_cell_struck);
        struck.then_some(if plain { Strike::Partly } else { Strike::Wholly })
    }
}

/// The text in raised characters, if there are such for all of it.
fn raised(text: &str) -> Option<String> {
    let raised = |character| {
        Some(match character {
            '0' => '⁰',
            '1' => '¹',
            '2' => '²',
            '3' => '³',
            '4'..='9' => char::from_u32(u32::from(character).checked_sub(u32::from('4'))?.checked_add(0x2074)?)?,
            '+' => '⁺',
            '-' | '−' | '–' => '⁻',
            '(' => '⁽',
            ')' => '⁾',
            'o' | 'O' => '°',
            ' ' | '*' => character,
            _ => return None,
        })
    };
    text.chars().map(raised).collect()
}

/// The text in lowered characters, if there are such for all of it.
fn lowered(text: &str) -> Option<String> {
    let lowered = |character| {
        Some(match character {
            '0'..='9' => char::from_u32(u32::from(character).checked_sub(u32::from('0'))?.checked_add(0x2080)?)?,
            '+' => '₊',
            '-' | '−' | '–' => '₋',
            '(' => '₍',
            ')' => '₎',
            ' ' => character,
            _ => return None,
        })
    };
    text.chars().map(lowered).collect()
}
