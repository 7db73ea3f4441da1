//! `read --watch`: readings again and again, in place where that is a terminal.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::io::{self, IsTerminal as _};
use std::time::Duration;

use anstream::{AutoStream, ColorChoice};
use modbus_bindgen::diagnostic::{inert_json, inert_lines};
use modbus_bindgen_runtime::Unit;
use tokio::time::{MissedTickBehavior, interval};

use super::args::ReadFormat;
use super::fit;
use super::image::PointReading;
use super::read::{Reading, cell, unprintable};
use super::show;
use crate::failure::Failure;
use crate::output;

/// So wide a terminal has room for the last values.
const WIDE: usize = 100;

/// How many of the last values are shown.
const REMEMBERED: usize = 20;

/// Reads until nobody reads what is printed. A device that is away for a while may come back.
pub(super) async fn watch(reading: &Reading, unit: &Unit, period: Duration) -> Result<(), Failure> {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut screen = Screen::new(reading.selected.len());
    let mut is_first = true;
    loop {
        ticks.tick().await;
        let values = match reading.read(unit, is_first && !screen.is_terminal).await {
            Ok(values) => Ok(values),
            Err(Failure::Message(message)) => Err(message),
            Err(other) => return Err(other),
        };
        let text = match (reading.format, values) {
            (ReadFormat::Table, values) if screen.is_terminal => screen.draw(reading, values),
            (_, Err(message)) => {
                output::say(&format!("{} {message}", show::now()));
                continue;
            }
            (ReadFormat::Table, Ok(values)) => inert_lines(&format!("{}\n{}\n", show::now(), reading.text(&values))),
            (ReadFormat::Json, Ok(values)) => {
                let text = serde_json::to_string(&reading.json(&values)).map_err(unprintable)?;
                format!("{}\n", inert_json(&text))
            }
            (ReadFormat::Csv, Ok(values)) => {
                let header = if is_first { reading.csv_header() } else { String::new() };
                inert_lines(&format!("{header}{}", reading.csv_line(&values)))
            }
        };
        is_first = false;
        if !output::print_while_read(&text)? {
            return Ok(());
        }
    }
}

/// What stands on the terminal.
struct Screen {
    is_terminal: bool,
    has_colours: bool,
    size: Option<(usize, usize)>,
    /// Lines that were drawn.
    drawn: usize,
    last: Vec<PointReading>,
    time: String,
    /// The last numbers of each point.
    numbers: Vec<VecDeque<f64>>,
}

/// A column of `▁▂▃▄▅▆▇█` for each number, between the smallest and the largest of them.
fn sparkline(numbers: &VecDeque<f64>) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let (lowest, highest) = numbers.iter().fold((f64::MAX, f64::MIN), |(low, high), x| (low.min(*x), high.max(*x)));
    let bar = |number: &f64| {
        let share = if highest > lowest { (number - lowest) / (highest - lowest) } else { 0.0 };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 7")]
        let step = (share * 7.0).round() as usize;
        BARS.get(step).copied().unwrap_or(' ')
    };
    numbers.iter().filter(|number| number.is_finite()).map(bar).collect()
}

impl Screen {
    fn new(points: usize) -> Self {
        Self {
            is_terminal: io::stdout().is_terminal(),
            has_colours: AutoStream::choice(&io::stdout()) != ColorChoice::Never,
            size: None,
            drawn: 0,
            last: Vec::new(),
            time: String::new(),
            numbers: vec![VecDeque::new(); points],
        }
    }

    /// What draws the values over those that stand there, in one piece, so that nothing flickers.
    fn draw(&mut self, reading: &Reading, values: Result<Vec<PointReading>, String>) -> String {
        let size = terminal_size::terminal_size_of(io::stdout());
        let (width, height): (usize, usize) =
            size.map_or((80, 24), |(width, height)| (width.0.into(), height.0.into()));
        let (values, failure) = match values {
            Ok(values) => {
                self.time = show::now();
                (values, None)
            }
            // What was read last stays, with the time it was read at.
            Err(message) => (self.last.clone(), Some(message)),
        };
        let changed: Vec<bool> = values
            .iter()
            .enumerate()
            .map(|(at, new)| self.last.get(at).is_some_and(|old| (&old.value, &old.lack) != (&new.value, &new.lack)))
            .collect();
        if failure.is_none() {
            for (numbers, reading) in self.numbers.iter_mut().zip(&values) {
                numbers.extend(reading.value.as_ref().and_then(fit::number));
                while numbers.len() > REMEMBERED {
                    numbers.pop_front();
                }
            }
        }
        let mut lines = self.lines(reading, &values, &changed, width);
        lines.insert(0, (format!("{}  {}", reading.place, self.time), false));
        if let Some(message) = failure {
            lines.insert(1, (message, false));
        }
        // The last line is the cursor's.
        let room = height.saturating_sub(1).max(1);
        if lines.len() > room {
            let hidden = lines.len().saturating_sub(room.saturating_sub(1));
            lines.truncate(room.saturating_sub(1));
            lines.push((format!("… {hidden} more lines; name fewer points, or make the window higher"), false));
        }
        self.last = values;
        self.painted(&lines, (width, height))
    }

    /// Rows with a sign before what changed, and whether it did.
    fn lines(&self, reading: &Reading, values: &[PointReading], changed: &[bool], width: usize) -> Vec<(String, bool)> {
        let rows: Vec<[String; 5]> = reading
            .selected
            .iter()
            .zip(values)
            .zip(&self.numbers)
            .map(|((selected, value), numbers)| {
                let info = selected.info;
                let spark = if width >= WIDE && numbers.len() > 1 { sparkline(numbers) } else { String::new() };
                let label = inert_lines(info.label());
                let value = inert_lines(&cell(info, value));
                [label, value, spark, show::address(info), info.id().to_owned()]
            })
            .collect();
        let mut lines = Vec::new();
        let mut group = None;
        let shown = show::columns_within(&rows, width.saturating_sub(2));
        for ((selected, line), changed) in reading.selected.iter().zip(shown).zip(changed) {
            if group != Some(selected.info.group()) {
                group = Some(selected.info.group());
                if !selected.info.group().is_empty() {
                    lines.push((inert_lines(selected.info.group()), false));
                }
            }
            lines.push((format!("{} {line}", if *changed { '*' } else { ' ' }), *changed));
        }
        lines
    }

    fn painted(&mut self, lines: &[(String, bool)], size: (usize, usize)) -> String {
        // Nothing is shown before all of it is there, where the terminal knows how; no cursor jumps about.
        let mut out = "\x1b[?2026h\x1b[?25l".to_owned();
        if self.size.is_some_and(|before| before != size) {
            // Lines have wrapped in some way that nobody knows.
            out.push_str("\x1b[H\x1b[2J");
        } else if self.drawn > 0 {
            let _ = write!(out, "\x1b[{}A\r", self.drawn);
        }
        for (line, changed) in lines {
            let line = show::cut(line, size.0);
            // Writing to a string cannot fail.
            let _ = match changed {
                true if self.has_colours => write!(out, "\x1b[1m{line}\x1b[0m\x1b[K\r\n"),
                _ => write!(out, "{line}\x1b[K\r\n"),
            };
        }
        out.push_str("\x1b[J\x1b[?2026l");
        self.size = Some(size);
        self.drawn = lines.len();
        out
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        if self.drawn > 0 {
            // The cursor comes back; nobody is left to be told that it did not.
            let _ = output::print("\x1b[?25h");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sparkline_is_between_the_smallest_and_the_largest() {
        assert_eq!(sparkline(&[0.0, 3.5, 7.0].into()), "▁▅█");
        assert_eq!(sparkline(&[5.0, 5.0].into()), "▁▁");
        assert_eq!(sparkline(&VecDeque::new()), "");
    }
}
