//! Coils and registers that no table lists.

use std::sync::Arc;

use crate::bus::transaction::Request;
use crate::error::{InvalidRequest, InvalidValue, Target, WriteError};
use crate::point::table::Table;
use crate::unit::Unit;

/// What the caller made himself.
#[derive(Debug, Clone)]
pub(super) enum RawValues {
    Coil(bool),
    Register(u16),
    Coils(Arc<[bool]>),
    Registers(Arc<[u16]>),
}

impl RawValues {
    const fn table(&self) -> Table {
        match self {
            Self::Coil(_) | Self::Coils(_) => Table::Coil,
            Self::Register(_) | Self::Registers(_) => Table::HoldingRegister,
        }
    }

    fn count(&self) -> usize {
        match self {
            Self::Coil(_) | Self::Register(_) => 1,
            Self::Coils(values) => values.len(),
            Self::Registers(values) => values.len(),
        }
    }

    fn request(self, unit: &Unit, address: u16) -> Result<Request, InvalidRequest> {
        let (count, max) = (self.count(), unit.link().max_write(self.table()));
        let words = u16::try_from(count).ok().filter(|count| (1..=max).contains(count));
        let address = unit.wire_address(address, words.ok_or(InvalidRequest::Count { count, max })?)?;
        Ok(match self {
            Self::Coil(value) => Request::WriteCoil { address, value },
            Self::Register(value) => Request::WriteRegister { address, value },
            Self::Coils(values) => Request::WriteCoils { address, values },
            Self::Registers(values) => Request::WriteRegisters { address, values },
        })
    }
}

/// The request that writes raw values, and what it is about.
pub(super) fn raw_request(unit: &Unit, address: u16, values: RawValues) -> Result<(Request, Target), WriteError> {
    let count = u16::try_from(values.count()).unwrap_or(u16::MAX);
    let target = Target::addresses(values.table(), address, count);
    match values.request(unit, address) {
        Ok(request) => Ok((request, target)),
        Err(reason) => Err(WriteError::Invalid { target, reason: InvalidValue::Request(reason) }),
    }
}
