//! Finds the reply on a Modbus TCP connection, by its transaction id (Modbus Messaging on TCP/IP V1.0b, section 3.1.3).

use std::io;

use tracing::trace;

use super::frame::{Expected, MAX_PDU, Misfit};
use super::trace::{Answered, FRAMES};

/// Transaction id, protocol id and length.
const PREFIX: usize = 6;

/// The prefix and the unit id.
const HEADER: usize = 7;

/// The port Modbus TCP is served on unless somebody says otherwise.
#[cfg(any(feature = "tcp", test))]
pub(crate) const DEFAULT_PORT: u16 = 502;

/// The bytes after the prefix: unit id and the shortest PDU (an exception), unit id and the longest.
const LENGTHS: std::ops::RangeInclusive<usize> = 3..=MAX_PDU + 1;

/// The first bytes of every Modbus TCP frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Prefix {
    pub(crate) id: [u8; 2],
    pub(crate) protocol: u16,
    pub(crate) length: usize,
}

impl Prefix {
    /// None while bytes are missing.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        let [id_high, id_low, protocol_high, protocol_low, length_high, length_low] = *bytes.first_chunk::<PREFIX>()?;
        Some(Self {
            id: [id_high, id_low],
            protocol: u16::from_be_bytes([protocol_high, protocol_low]),
            length: usize::from(u16::from_be_bytes([length_high, length_low])),
        })
    }

    /// The length of the whole frame, if there can be such a frame.
    pub(crate) fn frame_length(&self) -> Option<usize> {
        (self.protocol == 0 && LENGTHS.contains(&self.length)).then(|| self.length.saturating_add(PREFIX))
    }
}

/// Unit id and PDU of a whole frame.
pub(crate) fn open_tcp(frame: &[u8]) -> Option<(u8, &[u8])> {
    let ([.., unit], pdu) = frame.split_first_chunk::<HEADER>()?;
    Some((*unit, pdu))
}

/// The frames of a TCP connection, for one request at a time.
#[derive(Debug)]
pub(crate) struct TcpFraming {
    /// Counted here and not by tokio-modbus: its counter begins again with every context.
    last_id: u16,
    pending: Option<Pending>,
    /// Requests that were given up and whose replies may still come.
    owed: u32,
}

#[derive(Debug)]
struct Pending {
    id: [u8; 2],
    client_id: [u8; 2],
    unit: u8,
    expected: Expected,
}

impl TcpFraming {
    pub(crate) const fn new() -> Self {
        Self { last_id: 0, pending: None, owed: 0 }
    }

    /// Takes a request as tokio-modbus framed it; what it returns is to be sent.
    pub(crate) fn begin(&mut self, adu: &[u8]) -> io::Result<Vec<u8>> {
        let (header, pdu) = adu.split_first_chunk::<HEADER>().ok_or(io::ErrorKind::InvalidInput)?;
        let expected = Expected::of(pdu).ok_or(io::ErrorKind::InvalidInput)?;
        let [client_high, client_low, rest @ .., unit] = *header;
        self.last_id = self.last_id.wrapping_add(1);
        let id = self.last_id.to_be_bytes();
        self.pending = Some(Pending { id, client_id: [client_high, client_low], unit, expected });
        Ok([&id[..], &rest, &[unit], pdu].concat())
    }

    /// Forgets the request. Its reply may still come, and is then known by its id.
    pub(crate) fn abandon(&mut self) {
        if self.pending.take().is_some() {
            self.owed = self.owed.saturating_add(1);
        }
    }

    /// Whether bytes that are no whole frame can be the beginning of a late reply. If not, what follows them is out of
    /// step.
    ///
    /// # Errors
    ///
    /// [`Misfit`] inside of the error, if they cannot.
    pub(crate) fn check_rest(&self, received: &[u8]) -> io::Result<()> {
        if received.is_empty() || self.owed > 0 {
            return Ok(());
        }
        Err(misfit("nothing between a reply and the next request".to_owned(), format!("{} bytes", received.len())))
    }

    /// Takes the reply out of what was received, if it is complete.
    ///
    /// # Errors
    ///
    /// [`Misfit`] inside of the error: where frames begin is no longer known, or the unit answered something else. The
    /// connection is of no more use then.
    pub(crate) fn next_reply(&mut self, received: &mut Vec<u8>) -> io::Result<Option<Vec<u8>>> {
        while let Some(prefix) = Prefix::of(received) {
            let Some(length) = prefix.frame_length() else {
                return Err(misfit(
                    format!("a header with protocol 0 and a length of {} to {}", LENGTHS.start(), LENGTHS.end()),
                    format!("protocol {} and a length of {}", prefix.protocol, prefix.length),
                ));
            };
            if received.len() < length {
                return Ok(None);
            }
            let frame: Vec<u8> = received.drain(..length).collect();
            let Some(pending) = self.pending.take_if(|pending| pending.id == prefix.id) else {
                self.owed = self.owed.saturating_sub(1);
                let id = u16::from_be_bytes(prefix.id);
                trace!(target: FRAMES, id, reply = %Answered(open_tcp(&frame)), "dropped: it answers something else");
                continue;
            };
            return pending.deliver(frame).map(Some);
        }
        Ok(None)
    }
}

impl Pending {
    /// The reply under the id by which tokio-modbus knows the request.
    fn deliver(&self, mut frame: Vec<u8>) -> io::Result<Vec<u8>> {
        if let Some((header, pdu)) = frame.split_first_chunk_mut::<HEADER>() {
            let [high, low, .., unit] = header;
            if *unit != self.unit {
                return Err(misfit(format!("unit {}", self.unit), format!("unit {unit}")));
            }
            self.expected.check(pdu).map_err(|misfit| io::Error::new(io::ErrorKind::InvalidData, misfit))?;
            [*high, *low] = self.client_id;
        }
        Ok(frame)
    }
}

fn misfit(expected: String, got: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, Misfit { expected, got })
}

/// A host and a port out of `host`, `host:port`, `::1` or `[::1]:port`.
///
/// # Errors
///
/// What is wrong with it.
#[cfg(any(feature = "tcp", test))]
pub(crate) fn host_and_port(endpoint: &str) -> Result<(String, u16), String> {
    let (host, port) = if let Some(bracketed) = endpoint.strip_prefix('[') {
        let (host, rest) = bracketed.split_once(']').ok_or("the bracket is not closed")?;
        match rest.strip_prefix(':') {
            Some(port) => (host, Some(port)),
            None if rest.is_empty() => (host, None),
            None => return Err(format!("“{rest}” after the bracket is no port")),
        }
    } else {
        match endpoint.split_once(':') {
            // More than one colon: an IPv6 address without brackets has no room for a port.
            Some((_, rest)) if rest.contains(':') => (endpoint, None),
            Some((host, port)) => (host, Some(port)),
            None => (endpoint, None),
        }
    };
    if host.is_empty() {
        return Err("it names no host".to_owned());
    }
    let port = match port {
        None => DEFAULT_PORT,
        Some(port) => port.parse().map_err(|_| format!("“{port}” is not a port (1 to 65535)"))?,
    };
    Ok((host.to_owned(), port))
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "an overflow fails the test")]
mod tests {
    use super::*;

    fn adu(id: u16, unit: u8, pdu: &[u8]) -> Vec<u8> {
        let length = u16::try_from(pdu.len() + 1).unwrap();
        [&id.to_be_bytes()[..], &[0, 0], &length.to_be_bytes(), &[unit], pdu].concat()
    }

    const READ: &[u8] = &[3, 0, 100, 0, 2];
    const REPLY: &[u8] = &[3, 4, 0x11, 0x22, 0x33, 0x44];

    #[test]
    fn the_id_on_the_wire_is_counted_here() {
        let mut framing = TcpFraming::new();
        for wire in 1..=3 {
            assert_eq!(framing.begin(&adu(0, 1, READ)).unwrap(), adu(wire, 1, READ));
            let mut received = adu(wire, 1, REPLY);
            assert_eq!(framing.next_reply(&mut received).unwrap(), Some(adu(0, 1, REPLY)));
            assert!(received.is_empty());
        }
    }

    #[test]
    fn a_late_reply_is_dropped_and_the_right_one_found_behind_it() {
        let mut framing = TcpFraming::new();
        framing.begin(&adu(0, 1, READ)).unwrap();
        framing.abandon();
        framing.begin(&adu(0, 1, READ)).unwrap();
        let mut received = [adu(1, 1, &[3, 4, 9, 9, 9, 9]), adu(2, 1, REPLY)].concat();
        assert_eq!(framing.next_reply(&mut received).unwrap(), Some(adu(0, 1, REPLY)));
    }

    #[test]
    fn impossible_headers_are_refused_as_soon_as_they_are_there() {
        for (protocol, length) in [(0_u16, 65535_u16), (0, 255), (0, 2), (0, 0), (1, 6)] {
            let mut framing = TcpFraming::new();
            framing.begin(&adu(0, 1, READ)).unwrap();
            let mut received = [&1_u16.to_be_bytes()[..], &protocol.to_be_bytes(), &length.to_be_bytes()].concat();
            assert!(framing.next_reply(&mut received).is_err(), "{protocol} {length}");
        }
    }

    #[test]
    fn the_right_id_with_the_wrong_unit_or_content_is_a_misfit() {
        for reply in [adu(1, 2, REPLY), adu(1, 1, &[3, 2, 1, 2]), adu(1, 1, &[4, 4, 1, 2, 3, 4])] {
            let mut framing = TcpFraming::new();
            framing.begin(&adu(0, 1, READ)).unwrap();
            assert!(framing.next_reply(&mut reply.clone()).is_err(), "{reply:?}");
        }
    }

    #[test]
    fn endpoints() {
        let ok = |text: &str| host_and_port(text).unwrap();
        assert_eq!(ok("192.168.1.40"), ("192.168.1.40".into(), 502));
        assert_eq!(ok("pump.local:1502"), ("pump.local".into(), 1502));
        assert_eq!(ok("::1"), ("::1".into(), 502));
        assert_eq!(ok("[fe80::1]:5020"), ("fe80::1".into(), 5020));
        assert_eq!(ok("[::1]"), ("::1".into(), 502));
        for bad in ["", ":502", "host:", "host:http", "host:70000", "[::1", "[::1]502", "[]:1"] {
            assert!(host_and_port(bad).is_err(), "{bad}");
        }
    }
}
