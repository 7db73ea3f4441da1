//! Registers in which a device says something about its other registers. They are read once for each connection, and after
//! they were written. What is read of them for another reason is taken over.

use std::collections::BTreeSet;

use tokio::time::Instant;

use crate::error::ReadErrorKind;
use crate::plan::{Plan, Span};
use crate::point::PointInfo;
use crate::point::table::Table;
use crate::unit::Unit;
use crate::unit::blocks::is_lasting;
use crate::unit::memory::{Held, Moment};

/// Whether what was read before on this connection will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Freshness {
    Known,
    /// Only that the device refused it.
    RefusalsKnown,
    Asked,
}

/// The registers that decide which of the point's lists of codes holds.
pub(crate) fn deciding(info: &PointInfo) -> impl Iterator<Item = (Table, u16)> + use<> {
    info.values_if().iter().map(crate::ValuesIf::key)
}

/// The register that says how the point is scaled.
pub(crate) fn scaling(info: &PointInfo) -> Option<(Table, u16)> {
    Some((info.table(), info.scale_register()?))
}

/// The registers that hold the point's limits.
pub(crate) fn limiting(info: &PointInfo) -> impl Iterator<Item = (Table, u16)> + '_ {
    let limits = info.limit_registers().into_iter().flat_map(crate::LimitRegisters::addresses);
    limits.flat_map(|first| info.words_from(first)).map(|address| (info.table(), address))
}

impl Unit {
    /// What these registers hold. What fails is the whole, with the addresses that were asked for; a register that the
    /// device refuses is no failure.
    pub(crate) async fn held(
        &self,
        registers: BTreeSet<(Table, u16)>,
        freshness: Freshness,
        deadline: Option<Instant>,
    ) -> Result<Held, (Span, ReadErrorKind)> {
        let mut held = Held::default().of(self.variant());
        if registers.is_empty() {
            return Ok(held);
        }
        let before = self.memory().moment(self.bus().connections(self.id()));
        let (mut learnt, mut refused_before) = self.learnt_on(before.connection);
        let mut missing = Vec::new();
        for key in registers {
            let known = learnt.held.get(key).filter(|word| match freshness {
                Freshness::Known => true,
                Freshness::RefusalsKnown => word.is_err(),
                Freshness::Asked => false,
            });
            match known {
                Some(word) => held.insert(key, word),
                None => missing.push(Span::at(key)),
            }
        }
        if missing.is_empty() {
            return Ok(held);
        }
        if freshness == Freshness::Asked {
            learnt.refused.retain(|hole| !missing.contains(hole));
            refused_before.retain(|(hole, _)| !missing.contains(hole));
        }
        let refused_before = refused_before.into_iter().filter_map(|(hole, exception)| Some((hole, exception?)));
        let plan = Plan::with_learnt(missing.clone(), self.device(), self.cost(), &learnt);
        let result = self.read_plan(&plan, deadline).await?;
        if !result.failed.is_empty() {
            return match result.failure() {
                Some(failure) => Err(failure),
                None => Ok(held),
            };
        }
        let refused: Vec<_> = result.refused.into_iter().chain(refused_before).collect();
        let mut on_the_wire = Held::default();
        for span in missing {
            let refusal = refused.iter().find(|(hole, _)| span.contains(*hole)).map(|(_, exception)| Err(*exception));
            let Some(word) = result.image.word(span.table, span.first).map(Ok).or(refusal) else { continue };
            held.insert((span.table, span.first), word);
            match word {
                Ok(_) => self.accept(span),
                // It may do better the next time.
                Err(exception) if !is_lasting(exception.code) => continue,
                Err(_) => {}
            }
            if let Ok(address) = self.wire_address(span.first, 1) {
                on_the_wire.insert((span.table, address), word);
            }
        }
        // Where there was no connection before, there was one only since. Where it was made anew meanwhile, nobody knows
        // what was read before that.
        let after = self.bus().connections(self.id());
        let connection = if (before.connection, after) == (0, 1) { after } else { before.connection };
        self.memory().hold(Moment { connection, ..before }, &on_the_wire);
        Ok(held)
    }
}
