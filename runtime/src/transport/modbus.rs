//! The one module that names tokio-modbus: requests go out through its `Client::call`.

use std::borrow::Cow;
use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tokio_modbus::client::{Client as _, Context, rtu, tcp};
use tokio_modbus::slave::SlaveContext as _;
use tokio_modbus::{Error, Request as WireRequest, Response, Slave};

use super::filter::{Filter, Framing, Line, Sent, Stream};
use super::frame::Misfit;
use crate::bus::transaction::{Reply, Request};
use crate::error::{Exception, ExceptionCode, TransactionError};
use crate::point::table::Table;

/// An open connection.
pub(crate) struct Link {
    filter: Filter,
    serial: bool,
    /// Kept from one request to the next as long as nothing went wrong; after that, nothing is assumed of it.
    context: Option<Context>,
}

impl Link {
    pub(crate) fn new(stream: Box<dyn Stream>, framing: Framing) -> Self {
        let serial = matches!(framing, Framing::Rtu(_));
        Self { filter: Filter::new(Line::new(stream, framing)), serial, context: None }
    }

    /// Sends one request and waits for its reply, for as long as that takes. What comes sooner than `least_time` after the
    /// request is not its reply.
    ///
    /// May be dropped at any time if [`Link::abandon`] is called before the next request.
    pub(crate) async fn call(
        &mut self,
        unit: u8,
        request: &Request,
        least_time: Option<Duration>,
    ) -> Result<Reply, TransactionError> {
        self.filter.line().expect_no_sooner(least_time);
        let mut context = self.context.take().unwrap_or_else(|| {
            if self.serial {
                rtu::attach_slave(self.filter.clone(), Slave(unit))
            } else {
                tcp::attach_slave(self.filter.clone(), Slave(unit))
            }
        });
        context.set_slave(Slave(unit));
        let result = context.call(wire_request(request)).await;
        if result.is_ok() {
            self.context = Some(context);
        }
        match result {
            Ok(Ok(response)) => reply(request, response),
            Ok(Err(code)) => Err(TransactionError::Exception(Exception {
                function: request.function(),
                code: ExceptionCode::from(u8::from(code)),
            })),
            // The filter lets nothing of the kind pass.
            Err(Error::Protocol(error)) => Err(TransactionError::Malformed {
                expected: format!("a reply to function {}", request.function()),
                got: error.to_string(),
                help: None,
            }),
            Err(Error::Transport(error)) => Err(self.failure(error)),
        }
    }

    /// Gives up the request whose [`Link::call`] was dropped or failed.
    pub(crate) fn abandon(&mut self) {
        self.context = None;
        self.filter.line().abandon();
    }

    /// How much of the request has left.
    pub(crate) fn sent(&self) -> Sent {
        self.filter.line().sent()
    }

    /// When the first bytes since the request arrived.
    pub(crate) fn heard_at(&self) -> Option<Instant> {
        self.filter.line().heard_at()
    }

    /// Whether it is no longer known where frames begin, so that the connection is of no more use.
    pub(crate) fn is_out_of_step(&self) -> bool {
        self.filter.line().is_out_of_step()
    }

    /// Whether a reply was dropped since the request that came sooner than it could.
    pub(crate) fn was_early(&self) -> bool {
        self.filter.line().was_early()
    }

    /// The transaction id of a reply that came since the request and answers nothing that was asked.
    pub(crate) fn foreign_id(&self) -> Option<u16> {
        self.filter.line().foreign_id()
    }

    /// The unit whose reply came after its request had been given up, said once.
    pub(crate) fn take_late_unit(&mut self) -> Option<u8> {
        self.filter.line().take_late_unit()
    }

    /// Whether a frame arrived that would have answered the last request once more, said once.
    pub(crate) fn take_surplus(&mut self) -> bool {
        self.filter.line().take_surplus()
    }

    /// Whether a reply has begun to arrive, and not ended.
    pub(crate) fn is_inside_reply(&self) -> bool {
        self.filter.line().is_inside_reply()
    }

    /// Discards whatever arrives. Ends when the stream does, and says why, or with nothing when a reply came after its request
    /// had been given up.
    pub(crate) async fn discard(&mut self) -> Option<io::Error> {
        poll_fn(|cx| self.filter.line().poll_discard(cx)).await
    }

    /// Ends the stream in good order.
    pub(crate) async fn close(&mut self) -> io::Result<()> {
        poll_fn(|cx| self.filter.line().poll_close(cx)).await
    }

    fn failure(&self, error: io::Error) -> TransactionError {
        let sent = self.filter.line().sent() != Sent::Nothing;
        match error.get_ref().and_then(|inner| inner.downcast_ref::<Misfit>()) {
            Some(Misfit { expected, got, help, .. }) if sent => {
                TransactionError::Malformed { expected: expected.clone(), got: got.clone(), help: *help }
            }
            _ => TransactionError::Transport { source: Arc::new(error), sent },
        }
    }
}

fn wire_request(request: &Request) -> WireRequest<'_> {
    match request {
        Request::Read { table: Table::Coil, address, count } => WireRequest::ReadCoils(*address, *count),
        Request::Read { table: Table::DiscreteInput, address, count } => {
            WireRequest::ReadDiscreteInputs(*address, *count)
        }
        Request::Read { table: Table::InputRegister, address, count } => {
            WireRequest::ReadInputRegisters(*address, *count)
        }
        Request::Read { table: Table::HoldingRegister, address, count } => {
            WireRequest::ReadHoldingRegisters(*address, *count)
        }
        Request::WriteCoil { address, value } => WireRequest::WriteSingleCoil(*address, *value),
        Request::WriteRegister { address, value } => WireRequest::WriteSingleRegister(*address, *value),
        Request::WriteCoils { address, values } => WireRequest::WriteMultipleCoils(*address, Cow::Borrowed(values)),
        Request::WriteRegisters { address, values } => {
            WireRequest::WriteMultipleRegisters(*address, Cow::Borrowed(values))
        }
    }
}

/// The reply, if it fits. The filter looked at the bytes; this looks at what tokio-modbus made of them.
fn reply(request: &Request, response: Response) -> Result<Reply, TransactionError> {
    match (request, response) {
        (Request::Read { table: Table::Coil, count, .. }, Response::ReadCoils(bits))
        | (Request::Read { table: Table::DiscreteInput, count, .. }, Response::ReadDiscreteInputs(bits))
            if bits.len() == usize::from(*count).next_multiple_of(8) =>
        {
            let mut bits = bits;
            bits.truncate(usize::from(*count));
            Ok(Reply::Bits(bits))
        }
        (Request::Read { table: Table::InputRegister, count, .. }, Response::ReadInputRegisters(words))
        | (Request::Read { table: Table::HoldingRegister, count, .. }, Response::ReadHoldingRegisters(words))
            if words.len() == usize::from(*count) =>
        {
            Ok(Reply::Words(words))
        }
        (Request::WriteCoil { address, value }, Response::WriteSingleCoil(at, to))
            if (*address, *value) == (at, to) =>
        {
            Ok(Reply::Written)
        }
        (Request::WriteRegister { address, value }, Response::WriteSingleRegister(at, to))
            if (*address, *value) == (at, to) =>
        {
            Ok(Reply::Written)
        }
        (Request::WriteCoils { .. }, Response::WriteMultipleCoils(at, count))
        | (Request::WriteRegisters { .. }, Response::WriteMultipleRegisters(at, count))
            if (request.address(), request.count()) == (at, count) =>
        {
            Ok(Reply::Written)
        }
        (_, response) => Err(TransactionError::Malformed {
            expected: format!("a reply to {request:?}"),
            got: format!("{response:?}"),
            help: None,
        }),
    }
}
