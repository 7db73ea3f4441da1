//! What `verify` found, for people, for the vendor, and for programs.

use std::fmt::Write as _;

use modbus_bindgen_runtime::{DeviceImage, DeviceInfo, ImageCell, Table};
use serde_json::{Value, json};

use super::super::show::{table_key, wrapped};
use super::finding::{Certainty, Finding, manifest};
use super::learn::Learnt;
use crate::output;

/// All that was found.
pub(super) struct Report {
    pub(super) device: &'static DeviceInfo,
    /// Where the device is, or the file it was recorded in.
    pub(super) endpoint: String,
    pub(super) time: String,
    pub(super) points: usize,
    pub(super) readings: usize,
    /// Certain ones first.
    pub(super) findings: Vec<Finding>,
    pub(super) learnt: Learnt,
    /// What a scan asked, in no table.
    pub(super) scanned: Option<DeviceImage>,
    pub(super) probed: usize,
}

fn counted(count: usize, noun: &str) -> String {
    crate::input::counted(count, noun)
}

impl Report {
    pub(super) fn count(&self, certainty: Certainty) -> usize {
        self.findings.iter().filter(|finding| finding.certainty == certainty).count()
    }

    fn of(&self, certainty: Certainty) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |finding| finding.certainty == certainty)
    }

    fn proposed(&self) -> String {
        let proposals = self.findings.iter().filter_map(|finding| finding.proposal.clone());
        manifest(&proposals.chain(self.learnt.proposals.iter().cloned()).collect::<Vec<_>>())
    }

    /// What answered and is in no table: address and word.
    fn unlisted(&self) -> Vec<(Table, u16, u16)> {
        let answered =
            self.scanned.iter().flat_map(DeviceImage::iter).filter_map(|(_, table, address, cell)| match cell {
                ImageCell::Word(word) => Some((table, address, *word)),
                _ => None,
            });
        answered.collect()
    }

    fn summary(&self) -> String {
        format!(
            "{}, {}: {} certain, {} suspected",
            counted(self.points, "point"),
            counted(self.readings, "reading"),
            self.count(Certainty::Certain),
            self.count(Certainty::Suspected)
        )
    }

    fn learnt(&self) -> Vec<String> {
        let mut said = Vec::new();
        match (self.learnt.largest, self.learnt.refused) {
            (Some(most), Some(refused)) => {
                said.push(format!("largest request answered: {most} registers; {refused} were not answered"));
            }
            (Some(most), None) => {
                said.push(format!("largest request tried: {most} registers, answered"));
            }
            _ => {}
        }
        if let Some(time) = self.learnt.round_trip {
            said.push(format!("from request to reply: {time:.1?} for one register"));
        }
        if self.probed > 0 {
            let asked = counted(self.probed, "address");
            said.push(format!(
                "{} beside the table asked, to see whether points are one register off",
                asked.replace("addresss", "addresses")
            ));
        }
        said
    }

    pub(super) fn text(&self) -> String {
        let mut out = format!("{} at {}\n{}\n", self.device.name, self.endpoint, self.summary());
        for (certainty, title) in [(Certainty::Certain, "Certain"), (Certainty::Suspected, "Suspected")] {
            if self.count(certainty) > 0 {
                let _ = writeln!(out, "\n{title}");
            }
            for finding in self.of(certainty) {
                let line = format!("  {:<22} {}", finding.kind.replace('_', " "), finding.why);
                let _ = writeln!(out, "{}", wrapped(&line, 25, output::room()));
            }
        }
        if self.findings.is_empty() {
            out.push_str("\nThe device fits its table.\n");
        }
        let learnt = self.learnt();
        if !learnt.is_empty() {
            let _ = writeln!(out, "\nLearnt\n  {}", learnt.join("\n  "));
        }
        if self.scanned.is_some() {
            let unlisted = self.unlisted();
            let _ = writeln!(out, "\nIn no table: {} of {} asked answer", unlisted.len(), self.asked());
            for (table, address, word) in unlisted {
                let _ = writeln!(out, "  {table} {address}: {word}");
            }
        }
        let proposed = self.proposed();
        if !proposed.is_empty() {
            let _ = writeln!(out, "\nFor the manifest, if it is so:\n\n{proposed}");
        }
        out
    }

    fn asked(&self) -> usize {
        self.scanned.iter().flat_map(DeviceImage::iter).count()
    }

    pub(super) fn markdown(&self) -> String {
        let escaped = |text: &str| text.replace('|', "\\|").replace('<', "&lt;");
        let mut out = format!("# {} against its register table\n\n", escaped(self.device.name));
        if !self.device.document.is_empty() {
            let _ = writeln!(out, "Document: {}.", escaped(self.device.document));
        }
        let _ = writeln!(out, "Device at `{}`, {}. {}.", self.endpoint, self.time, self.summary());
        for (certainty, title) in [(Certainty::Certain, "Certain"), (Certainty::Suspected, "Suspected")] {
            if self.count(certainty) > 0 {
                let _ = writeln!(out, "\n## {title}\n\n| what | where and why |\n|---|---|");
            }
            for finding in self.of(certainty) {
                let _ = writeln!(out, "| {} | {} |", finding.kind.replace('_', " "), escaped(&finding.why));
            }
        }
        if self.findings.is_empty() {
            out.push_str("\nThe device fits its table.\n");
        }
        let learnt = self.learnt();
        if !learnt.is_empty() {
            let _ = writeln!(out, "\n## Learnt\n\n* {}", learnt.join("\n* "));
        }
        if self.scanned.is_some() {
            let unlisted = self.unlisted();
            let _ = writeln!(out, "\n## In no table\n\n{} of {} addresses asked answer.", unlisted.len(), self.asked());
            if !unlisted.is_empty() {
                out.push_str("\n| address | raw |\n|---|---|\n");
            }
            for (table, address, word) in unlisted {
                let _ = writeln!(out, "| {table} {address} | {word} |");
            }
        }
        let proposed = self.proposed();
        if !proposed.is_empty() {
            let _ = writeln!(out, "\n## For the manifest, if it is so\n\n```toml\n{proposed}\n```");
        }
        out
    }

    pub(super) fn json(&self) -> Value {
        let findings: Vec<Value> = self.findings.iter().map(finding).collect();
        let unlisted = self.unlisted();
        let unlisted: Vec<Value> = unlisted
            .iter()
            .map(|(table, address, word)| json!({"table": table_key(*table), "address": address, "raw": word}))
            .collect();
        let time = self.learnt.round_trip.map(|time| time.as_secs_f64() * 1000.0);
        json!({
            "format": 1,
            "device": self.device.name,
            "endpoint": self.endpoint,
            "time": self.time,
            "points": self.points,
            "readings": self.readings,
            "certain": self.count(Certainty::Certain),
            "suspected": self.count(Certainty::Suspected),
            "findings": findings,
            "learnt": {
                "largest_request": self.learnt.largest,
                "refused_request": self.learnt.refused,
                "round_trip_ms": time,
            },
            "unlisted": unlisted,
            "manifest": self.proposed(),
        })
    }
}

fn finding(finding: &Finding) -> Value {
    let first = finding.points.first();
    json!({
        "certainty": match finding.certainty {
            Certainty::Certain => "certain",
            Certainty::Suspected => "suspected",
        },
        "kind": finding.kind,
        "ids": finding.points.iter().map(|info| info.id()).collect::<Vec<_>>(),
        "table": first.map(|info| table_key(info.table())),
        "address": first.map(|info| info.address()),
        "unit_id": first.and_then(|info| info.unit_id()),
        "raw": finding.raw,
        "why": finding.why,
    })
}
