//! Sending what writes, in the order and under the checks that the device needs.

use core::future::Future;
use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::operation::{Operation, Run, operations, stages};
use super::{Assignment, Checks};
use crate::bus::transaction::Request;
use crate::device::{LinkInfo, WriteFunctions};
use crate::error::{
    ExceptionCode, InvalidRequest, InvalidValue, ReadErrorKind, Target, TransactionError, WaitReason, WriteError,
};
use crate::plan::Span;
use crate::point::PointInfo;
use crate::point::condition::AvailableIf;
use crate::point::context::Context;
use crate::point::table::Table;
use crate::unit::Unit;
use crate::unit::held::{Freshness, deciding, limiting, scaling};
use crate::unit::memory::Held;
use crate::unit::read::deadline;

impl Unit {
    pub(super) fn link(&self) -> &'static LinkInfo {
        self.device().map_or(&LinkInfo::DEFAULT, |device| &device.link)
    }

    /// The request for a run, by one of these functions.
    pub(super) fn write_request(&self, run: &Run, functions: WriteFunctions) -> Result<Request, InvalidRequest> {
        let address = self.wire_address(run.address, run.count())?;
        let single = functions.single();
        Ok(match (run.table.is_bit(), run.words.as_slice()) {
            (true, [value]) if single => Request::WriteCoil { address, value: *value != 0 },
            (true, values) => Request::WriteCoils { address, values: values.iter().map(|value| *value != 0).collect() },
            (false, [value]) if single => Request::WriteRegister { address, value: *value },
            (false, values) => Request::WriteRegisters { address, values: values.into() },
        })
    }

    /// What is found wrong with assignments without asking the device.
    pub(super) fn check_requests(&self, assignments: &[Assignment]) -> Result<(), WriteError> {
        for Operation { run, target, functions, .. } in operations(assignments, &[], self)? {
            let reason = |reason| WriteError::Invalid { target, reason: InvalidValue::Request(reason) };
            self.write_request(&run, functions).map_err(reason)?;
        }
        Ok(())
    }

    pub(super) async fn send_write(
        &self,
        request: Request,
        target: Target,
        deadline: Option<Instant>,
    ) -> Result<(), WriteError> {
        let begun = Instant::now();
        let mut turns = Vec::new();
        for memory in self.bus().memories_of(self.id()) {
            let turn = within(deadline, memory.writing().read_owned()).await;
            turns.push(turn.ok_or_else(|| no_turn(target, begun))?);
        }
        self.send_in_turn(request, target, deadline).await
    }

    /// Writes while nobody else writes what this may undo.
    async fn send_in_turn(
        &self,
        request: Request,
        target: Target,
        deadline: Option<Instant>,
    ) -> Result<(), WriteError> {
        // Also where it fails, or the caller goes away meanwhile: it may have been written.
        let _written = Written { unit: self, table: request.table(), first: request.address(), count: request.count() };
        match self.transact(request, deadline).await {
            Ok(_) => Ok(()),
            Err(cause) => {
                if cause.exception().is_some_and(|exception| exception.code == ExceptionCode::IllegalDataValue) {
                    // The limits may have changed.
                    self.memory().forget_held();
                }
                Err(WriteError::from_transaction(target, cause))
            }
        }
    }

    /// Sends one request. Where bits of its words are to stay as they are, they are read before, and nobody else on this bus
    /// writes to the unit meanwhile.
    async fn send_operation(&self, operation: &Operation, deadline: Option<Instant>) -> Result<(), WriteError> {
        let Operation { run, target, attempts, functions, .. } = operation;
        let invalid = |reason| WriteError::Invalid { target: *target, reason: InvalidValue::Request(reason) };
        if run.masks.is_none() {
            return self.send_write(self.write_request(run, *functions).map_err(invalid)?, *target, deadline).await;
        }
        let begun = Instant::now();
        let turn = within(deadline, self.memory().writing().write_owned()).await;
        let _turn = turn.ok_or_else(|| no_turn(*target, begun))?;
        let read = self.read_span(run.span(), *attempts, deadline).await;
        let read = read.map_err(|kind| WriteError::before_sending(*target, kind))?;
        let request = self.write_request(&run.over(&read), *functions).map_err(invalid)?;
        self.send_in_turn(request, *target, deadline).await
    }

    /// What other registers say about these assignments, all of this unit; and with the checks, whether the device has the
    /// points, what it allows, and which codes hold.
    async fn ask_about(
        &self,
        assignments: &[&Assignment],
        checks: Checks,
        deadline: Option<Instant>,
    ) -> Result<Vec<Context>, WriteError> {
        let about = |(span, kind): (Span, ReadErrorKind)| {
            let of = |info: &PointInfo| {
                let bit = info.available_if().map(AvailableIf::key);
                let said = limiting(info).chain(deciding(info)).chain(scaling(info));
                bit.into_iter().chain(said).any(|key| key == (span.table, span.first))
            };
            let named = assignments.iter().find(|assignment| of(assignment.info)).or(assignments.first());
            let addresses = Target::addresses(span.table, span.first, span.count()).at_unit(self.other_id());
            WriteError::before_sending(named.map_or(addresses, |assignment| assignment.target()), kind)
        };
        let invalid = |assignment: &Assignment, reason| WriteError::Invalid { target: assignment.target(), reason };
        if checks == Checks::WithDevice {
            let bits = assignments.iter().filter_map(|assignment| assignment.info.available_if()).map(AvailableIf::key);
            let bits: BTreeSet<_> = bits.collect();
            let known = self.learnt().0.held;
            let mut shown = self.held(bits.clone(), Freshness::Known, deadline).await.map_err(about)?;
            if assignments.iter().any(|assignment| known.hides(assignment.info)) {
                // It may have been fitted since.
                shown = self.held(bits, Freshness::Asked, deadline).await.map_err(about)?;
            }
            if let Some(hidden) = assignments.iter().find(|assignment| shown.hides(assignment.info)) {
                return Err(invalid(hidden, InvalidValue::NotVisible));
            }
        }
        let registers = assignments.iter().filter_map(|assignment| assignment.scaling()).collect();
        let scales = self.held(registers, Freshness::Asked, deadline).await.map_err(about)?;
        let mut contexts = Vec::new();
        for assignment in assignments {
            if let Some(Err(exception)) = assignment.scaling().and_then(|key| scales.get(key)) {
                let cause = TransactionError::Exception(exception);
                return Err(WriteError::NotSent { target: assignment.target(), cause });
            }
            let context = Context::of(assignment.info, |key| scales.word(key));
            assignment.words(Some(context)).map_err(|reason| invalid(assignment, reason))?;
            contexts.push(context);
        }
        if checks == Checks::WithDevice {
            let said = |assignment: &&Assignment| limiting(assignment.info).chain(deciding(assignment.info));
            let registers: BTreeSet<_> = assignments.iter().flat_map(said).collect();
            let known = self.learnt().0.held;
            let is_known = registers.iter().any(|key| known.get(*key).is_some());
            let mut held = self.held(registers.clone(), Freshness::Known, deadline).await.map_err(about)?;
            let check = |held: &Held| {
                let mut checked = assignments.iter().zip(&contexts);
                checked.try_for_each(|(assignment, context)| {
                    assignment.check(held, *context).map_err(|reason| invalid(assignment, reason))
                })
            };
            if is_known && check(&held).is_err() {
                // The device may have changed them since.
                held = self.held(registers, Freshness::Asked, deadline).await.map_err(about)?;
            }
            check(&held)?;
        }
        Ok(contexts)
    }

    /// [`Unit::ask_about`], by the units that the points are at.
    async fn contexts(
        &self,
        assignments: &[Assignment],
        checks: Checks,
        deadline: Option<Instant>,
    ) -> Result<Vec<Context>, WriteError> {
        let mut contexts = vec![Context::NONE; assignments.len()];
        let ids: BTreeSet<u8> = assignments.iter().map(|assignment| self.id_of(assignment.info)).collect();
        for id in ids {
            let is_there = |assignment: &Assignment| self.id_of(assignment.info) == id;
            let of_unit: Vec<&Assignment> = assignments.iter().filter(|assignment| is_there(assignment)).collect();
            let mut known = self.with_id(id).ask_about(&of_unit, checks, deadline).await?.into_iter();
            let places = contexts.iter_mut().zip(assignments).filter(|(_, assignment)| is_there(assignment));
            for (place, _) in places {
                *place = known.next().unwrap_or_default();
            }
        }
        Ok(contexts)
    }

    /// Assignments in order; on failure with the number of those that were done.
    pub(super) async fn write_all(
        &self,
        assignments: &[Assignment],
        checks: Checks,
        timeout: Option<Duration>,
    ) -> Result<(), (usize, WriteError)> {
        let deadline = deadline(timeout);
        self.check_requests(assignments).map_err(|error| (0, error))?;
        let mut before = 0_usize;
        for stage in stages(self, assignments) {
            let contexts = self.contexts(stage, checks, deadline).await.map_err(|error| (before, error))?;
            let mut done = before;
            for operation in operations(stage, &contexts, self).map_err(|error| (before, error))? {
                match self.with_id(operation.unit_id).send_operation(&operation, deadline).await {
                    Ok(()) => done = before.saturating_add(operation.done_after),
                    Err(error) if operation.continues => return Err((done, half_written(error))),
                    Err(error) => return Err((done, error)),
                }
            }
            before = before.saturating_add(stage.len());
        }
        Ok(())
    }
}

/// What comes in time.
async fn within<F: Future>(deadline: Option<Instant>, waited_for: F) -> Option<F::Output> {
    match deadline {
        Some(deadline) => timeout_at(deadline, waited_for).await.ok(),
        None => Some(waited_for.await),
    }
}

/// Others wrote for as long as this was allowed to take.
fn no_turn(target: Target, begun: Instant) -> WriteError {
    WriteError::NotSent {
        target,
        cause: TransactionError::Queue { after: begun.elapsed(), reason: WaitReason::OtherRequests },
    }
}

/// What is known of registers that are being written to is forgotten when this is dropped.
struct Written<'a> {
    unit: &'a Unit,
    table: Table,
    first: u16,
    count: u16,
}

impl Drop for Written<'_> {
    fn drop(&mut self) {
        for memory in self.unit.bus().memories_of(self.unit.id()) {
            memory.wrote(self.table, self.first, self.count);
        }
    }
}

/// The words before were written, so the device neither kept what it had nor has what it should.
fn half_written(error: WriteError) -> WriteError {
    match error {
        WriteError::NotSent { target, cause } => WriteError::OutcomeUnknown { target, cause },
        WriteError::Refused { target, exception } => {
            WriteError::OutcomeUnknown { target, cause: TransactionError::Exception(exception) }
        }
        error => error,
    }
}
