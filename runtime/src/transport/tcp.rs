//! Finds the reply on a Modbus TCP connection, by its transaction id (Modbus Messaging on TCP/IP V1.0b, section 3.1.3).

use std::collections::VecDeque;
use std::io;

use tracing::trace;

use super::frame::{Expected, MAX_PDU, Misfit};
use super::trace::{Answered, FRAMES};
use crate::device::UnitIds;

/// Transaction id, protocol id and length.
const PREFIX: usize = 6;

/// The prefix and the unit id.
const HEADER: usize = 7;

/// The port Modbus TCP is served on unless somebody says otherwise.
#[cfg(any(feature = "tcp", test))]
pub(crate) const DEFAULT_PORT: u16 = 502;

/// The bytes after the prefix: unit id and the shortest PDU (an exception), unit id and the longest.
const LENGTHS: std::ops::RangeInclusive<usize> = 3..=MAX_PDU + 1;

/// Late replies are known for so many requests.
const MOST_ABANDONED: usize = 64;

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

    /// The length of a whole frame that asks something, if there can be such a frame.
    #[cfg(feature = "simulator")]
    pub(crate) fn request_length(&self) -> Option<usize> {
        // A function that the other side does not have may need nothing but its code.
        (self.protocol == 0 && (2..=MAX_PDU.saturating_add(1)).contains(&self.length))
            .then(|| self.length.saturating_add(PREFIX))
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

/// How far a device may differ from what the protocol says of headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TcpRules {
    /// Unit ids that may stand in a reply besides the one that was asked.
    pub(crate) accepted_units: UnitIds,
    /// Whether replies are accepted under any transaction id.
    pub(crate) ignores_ids: bool,
}

impl TcpRules {
    /// As the protocol says.
    #[cfg(any(test, feature = "fuzzing"))]
    pub(crate) const STRICT: Self = Self { accepted_units: UnitIds::NONE, ignores_ids: false };
}

/// The frames of a TCP connection, for one request at a time.
#[derive(Debug)]
pub(crate) struct TcpFraming {
    rules: TcpRules,
    /// Counted here and not by tokio-modbus: its counter begins again with every context. Always odd, so that a device
    /// that answers under the id before or after the right one is never taken to answer the request before or after.
    last_id: u16,
    pending: Option<Pending>,
    /// Requests that were given up and whose replies may still come: transaction and unit.
    abandoned: VecDeque<([u8; 2], u8)>,
    /// The first frame belongs to an earlier request: a part of it had arrived before this one was sent.
    skips_first: bool,
    /// The id of a reply that came for the pending request and answers no request that was made.
    foreign_id: Option<u16>,
    /// The unit of an abandoned request whose reply came after all.
    late_unit: Option<u8>,
    /// Where ids are ignored: the request that was answered last, and whether a frame came after that which would have
    /// answered it once more.
    answered: Option<Pending>,
    has_surplus: bool,
}

#[derive(Debug)]
struct Pending {
    id: [u8; 2],
    client_id: [u8; 2],
    unit: u8,
    expected: Expected,
}

impl TcpFraming {
    pub(crate) const fn new(rules: TcpRules) -> Self {
        Self {
            rules,
            last_id: u16::MAX,
            pending: None,
            abandoned: VecDeque::new(),
            skips_first: false,
            foreign_id: None,
            late_unit: None,
            answered: None,
            has_surplus: false,
        }
    }

    /// Takes a request as tokio-modbus framed it; what it returns is to be sent.
    pub(crate) fn begin(&mut self, adu: &[u8]) -> io::Result<Vec<u8>> {
        let (header, pdu) = adu.split_first_chunk::<HEADER>().ok_or(io::ErrorKind::InvalidInput)?;
        let expected = Expected::of(pdu).ok_or(io::ErrorKind::InvalidInput)?;
        let [client_high, client_low, rest @ .., unit] = *header;
        self.last_id = self.last_id.wrapping_add(2);
        let id = self.last_id.to_be_bytes();
        self.pending = Some(Pending { id, client_id: [client_high, client_low], unit, expected });
        self.foreign_id = None;
        self.answered = None;
        self.has_surplus = false;
        Ok([&id[..], &rest, &[unit], pdu].concat())
    }

    /// Forgets the request. Its reply may still come, and is then known by its id.
    pub(crate) fn abandon(&mut self) {
        if let Some(pending) = self.pending.take() {
            if self.abandoned.len() >= MOST_ABANDONED {
                self.abandoned.pop_front();
            }
            self.abandoned.push_back((pending.id, pending.unit));
        }
    }

    /// Under which id a reply came that nobody asked for, since the last request.
    pub(crate) const fn foreign_id(&self) -> Option<u16> {
        self.foreign_id
    }

    /// The unit whose reply came after its request had been given up, said once.
    pub(crate) const fn take_late_unit(&mut self) -> Option<u8> {
        self.late_unit.take()
    }

    pub(crate) const fn has_late_unit(&self) -> bool {
        self.late_unit.is_some()
    }

    /// Whether a frame came after the last reply that would have answered its request once more, said once. Only where ids
    /// are ignored.
    pub(crate) const fn take_surplus(&mut self) -> bool {
        std::mem::replace(&mut self.has_surplus, false)
    }

    /// Drops all complete frames: none of them can answer the request that is sent next.
    pub(crate) fn discard_complete(&mut self, received: &mut Vec<u8>) -> io::Result<()> {
        let pending = self.pending.take();
        let discarded = self.next_reply(received).map(|_| ());
        self.pending = pending;
        discarded
    }

    /// Looks at the bytes that are there before a request is sent and are no whole frame: they can be the beginning of a
    /// late reply. If not, what follows them is out of step.
    ///
    /// # Errors
    ///
    /// [`Misfit`] inside of the error, if they cannot.
    pub(crate) fn check_rest(&mut self, received: &[u8]) -> io::Result<()> {
        if received.is_empty() {
            return Ok(());
        }
        if self.abandoned.is_empty() {
            let got = format!("{} bytes", received.len());
            return Err(out_of_step("nothing between a reply and the next request".to_owned(), got));
        }
        self.skips_first = self.rules.ignores_ids;
        Ok(())
    }

    /// Takes the reply out of what was received, if it is complete.
    ///
    /// # Errors
    ///
    /// [`Misfit`] inside of the error: where frames begin is no longer known, or the unit answered something else.
    pub(crate) fn next_reply(&mut self, received: &mut Vec<u8>) -> io::Result<Option<Vec<u8>>> {
        while let Some(prefix) = Prefix::of(received) {
            let Some(length) = prefix.frame_length() else {
                return Err(out_of_step(
                    format!("a header with protocol 0 and a length of {} to {}", LENGTHS.start(), LENGTHS.end()),
                    format!("protocol {} and a length of {}", prefix.protocol, prefix.length),
                ));
            };
            if received.len() < length {
                return Ok(None);
            }
            let frame: Vec<u8> = received.drain(..length).collect();
            let is_skipped = std::mem::take(&mut self.skips_first);
            let rules = self.rules;
            let Some(pending) = self.pending.take_if(|pending| !is_skipped && pending.is_answered(&frame, rules))
            else {
                self.drop_frame(prefix.id, &frame);
                continue;
            };
            let delivered = pending.deliver(frame, rules).map(Some);
            self.answered = rules.ignores_ids.then_some(pending);
            return delivered;
        }
        Ok(None)
    }

    /// Whether all that was received is a reply that fits, whose header announces one more byte. Some devices count one too
    /// many and send no more.
    pub(crate) fn is_one_short(&self, received: &[u8]) -> bool {
        let (Some(pending), Some(prefix)) = (&self.pending, Prefix::of(received)) else { return false };
        let announced = prefix.frame_length().and_then(|length| length.checked_sub(1));
        let fits = |(unit, pdu)| self.rules.accepts(pending.unit, unit) && pending.expected.check(pdu).is_ok();
        announced == Some(received.len())
            && !self.skips_first
            && pending.is_answered(received, self.rules)
            && open_tcp(received).is_some_and(fits)
    }

    /// Takes the reply of which [`is_one_short`](Self::is_one_short) is true.
    pub(crate) fn take_one_short(&mut self, received: &mut Vec<u8>) -> io::Result<Option<Vec<u8>>> {
        let mut frame = std::mem::take(received);
        if let (Some(length), [_, _, _, _, high, low, ..]) = (frame.len().checked_sub(PREFIX), frame.as_mut_slice()) {
            [*high, *low] = u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes();
        }
        self.pending.take().map(|pending| pending.deliver(frame, self.rules)).transpose()
    }

    /// A frame that does not answer the pending request.
    fn drop_frame(&mut self, id: [u8; 2], frame: &[u8]) {
        let position = self.abandoned.iter().position(|(abandoned, _)| *abandoned == id);
        let number = u16::from_be_bytes(id);
        match position.and_then(|position| self.abandoned.remove(position)) {
            // That a gateway got no answer is no sign of the unit.
            Some(_) if is_of_gateway(frame) => {}
            Some((_, unit)) => self.late_unit = Some(unit),
            None if self.pending.is_some() => self.foreign_id = Some(number),
            None => {
                let answered = self.answered.as_ref();
                self.has_surplus |= answered.is_some_and(|answered| answered.is_answered(frame, self.rules));
            }
        }
        trace!(target: FRAMES, id = number, reply = %Answered(open_tcp(frame)), "dropped: it answers something else");
    }
}

/// Whether a gateway says with this that it did not reach the unit: exceptions 10 and 11.
fn is_of_gateway(frame: &[u8]) -> bool {
    matches!(open_tcp(frame), Some((_, [0x80..=0xFF, 10 | 11])))
}

impl TcpRules {
    fn accepts(&self, asked: u8, unit: u8) -> bool {
        unit == asked || self.accepted_units.contains(unit)
    }
}

impl Pending {
    /// Whether a frame is for this request, whatever it says. Where ids mean nothing, unit and function tell, as on a
    /// serial line.
    fn is_answered(&self, frame: &[u8], rules: TcpRules) -> bool {
        if !rules.ignores_ids {
            return frame.starts_with(&self.id);
        }
        let is_ours = |(unit, pdu): (u8, &[u8])| {
            let function = pdu.first().is_some_and(|function| self.expected.is_function(*function));
            function && rules.accepts(self.unit, unit)
        };
        open_tcp(frame).is_some_and(is_ours)
    }

    /// The reply under the ids by which tokio-modbus knows the request.
    fn deliver(&self, mut frame: Vec<u8>, rules: TcpRules) -> io::Result<Vec<u8>> {
        if let Some((header, pdu)) = frame.split_first_chunk_mut::<HEADER>() {
            let [high, low, .., unit] = header;
            if !rules.accepts(self.unit, *unit) {
                let (expected, got) = (format!("unit {}", self.unit), format!("unit {unit}"));
                let misfit = Misfit { help: Some(OTHER_UNIT), ..Misfit::new(expected, got) };
                return Err(io::Error::new(io::ErrorKind::InvalidData, misfit));
            }
            self.expected.check(pdu).map_err(|misfit| io::Error::new(io::ErrorKind::InvalidData, misfit))?;
            [*high, *low] = self.client_id;
            *unit = self.unit;
        }
        Ok(frame)
    }
}

/// For an error about a unit that answers as another one.
const OTHER_UNIT: &str = "if the device always answers as this unit, allow it with `accept_unit_ids`";

/// Where the next frame begins is not known.
fn out_of_step(expected: String, got: String) -> io::Error {
    let misfit = Misfit { out_of_step: true, ..Misfit::new(expected, got) };
    io::Error::new(io::ErrorKind::InvalidData, misfit)
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

    fn strict() -> TcpFraming {
        TcpFraming::new(TcpRules::STRICT)
    }

    #[test]
    fn the_id_on_the_wire_is_counted_here_and_never_next_to_the_one_before() {
        let mut framing = strict();
        for wire in [1, 3, 5] {
            assert_eq!(framing.begin(&adu(0, 1, READ)).unwrap(), adu(wire, 1, READ));
            let mut received = [adu(wire - 1, 1, REPLY), adu(wire + 1, 1, REPLY)].concat();
            assert_eq!(framing.next_reply(&mut received).unwrap(), None);
            assert_eq!(framing.foreign_id(), Some(wire + 1));
            let mut received = adu(wire, 1, REPLY);
            assert_eq!(framing.next_reply(&mut received).unwrap(), Some(adu(0, 1, REPLY)));
            assert!(received.is_empty());
        }
        framing.last_id = u16::MAX;
        assert_eq!(framing.begin(&adu(0, 1, READ)).unwrap(), adu(1, 1, READ));
    }

    #[test]
    fn a_late_reply_is_dropped_and_the_right_one_found_behind_it() {
        let mut framing = strict();
        framing.begin(&adu(0, 7, READ)).unwrap();
        framing.abandon();
        framing.begin(&adu(0, 1, READ)).unwrap();
        let mut received = [adu(1, 7, &[3, 4, 9, 9, 9, 9]), adu(3, 1, REPLY)].concat();
        assert_eq!(framing.next_reply(&mut received).unwrap(), Some(adu(0, 1, REPLY)));
        assert_eq!((framing.take_late_unit(), framing.foreign_id()), (Some(7), None));
        // A gateway that says late that it got no answer says nothing of the unit.
        framing.begin(&adu(0, 7, READ)).unwrap();
        framing.abandon();
        framing.begin(&adu(0, 1, READ)).unwrap();
        let mut received = [adu(5, 7, &[0x83, 11]), adu(7, 1, REPLY)].concat();
        assert_eq!(framing.next_reply(&mut received).unwrap(), Some(adu(0, 1, REPLY)));
        assert_eq!(framing.take_late_unit(), None);
    }

    fn misfit_in(error: &io::Error) -> &Misfit {
        error.get_ref().unwrap().downcast_ref().unwrap()
    }

    #[test]
    fn impossible_headers_are_refused_as_soon_as_they_are_there() {
        for (protocol, length) in [(0_u16, 65535_u16), (0, 255), (0, 2), (0, 0), (1, 6)] {
            let mut framing = strict();
            framing.begin(&adu(0, 1, READ)).unwrap();
            let mut received = [&1_u16.to_be_bytes()[..], &protocol.to_be_bytes(), &length.to_be_bytes()].concat();
            let error = framing.next_reply(&mut received).unwrap_err();
            assert!(misfit_in(&error).out_of_step, "{protocol} {length}");
        }
    }

    #[test]
    fn the_right_id_with_the_wrong_unit_or_content_is_a_misfit_in_step() {
        for (reply, has_help) in
            [(adu(1, 2, REPLY), true), (adu(1, 1, &[3, 2, 1, 2]), false), (adu(1, 1, &[4, 4, 1, 2, 3, 4]), false)]
        {
            let mut framing = strict();
            framing.begin(&adu(0, 1, READ)).unwrap();
            let mut received = [&reply[..], &adu(3, 1, REPLY)].concat();
            let error = framing.next_reply(&mut received).unwrap_err();
            assert_eq!((misfit_in(&error).out_of_step, misfit_in(&error).help.is_some()), (false, has_help));
            framing.begin(&adu(0, 1, READ)).unwrap();
            assert_eq!(framing.next_reply(&mut received).unwrap(), Some(adu(0, 1, REPLY)));
        }
    }

    #[test]
    fn a_reply_as_an_accepted_unit_is_handed_on_as_the_one_that_was_asked() {
        let accepted_units = UnitIds::of(&[0, 255]);
        for (unit, is_accepted) in [(0, true), (255, true), (7, true), (8, false)] {
            let mut framing = TcpFraming::new(TcpRules { accepted_units, ..TcpRules::STRICT });
            framing.begin(&adu(0, 7, READ)).unwrap();
            let reply = framing.next_reply(&mut adu(1, unit, REPLY));
            assert_eq!(reply.ok(), is_accepted.then(|| Some(adu(0, 7, REPLY))), "{unit}");
        }
    }

    #[test]
    fn where_ids_are_ignored_unit_and_function_tell() {
        let mut framing = TcpFraming::new(TcpRules { ignores_ids: true, ..TcpRules::STRICT });
        framing.begin(&adu(0, 1, READ)).unwrap();
        let mut received = [adu(9, 2, REPLY), adu(0, 1, &[4, 2, 1, 2]), adu(0, 1, REPLY)].concat();
        assert_eq!(framing.next_reply(&mut received).unwrap(), Some(adu(0, 1, REPLY)));
        // The rest of a reply that began before the request does not answer it.
        framing.begin(&adu(0, 1, READ)).unwrap();
        framing.abandon();
        let (first, rest) = REPLY.split_at(3);
        let mut received = adu(0, 1, REPLY);
        received.truncate(HEADER + first.len());
        framing.begin(&adu(0, 1, READ)).unwrap();
        framing.check_rest(&received).unwrap();
        received.extend_from_slice(rest);
        assert_eq!(framing.next_reply(&mut received).unwrap(), None);
        received.extend(adu(0, 1, REPLY));
        assert_eq!(framing.next_reply(&mut received).unwrap(), Some(adu(0, 1, REPLY)));
    }

    #[test]
    fn a_reply_whose_length_counts_a_byte_too_many() {
        let short = |unit, pdu: &[u8]| {
            let mut frame = adu(1, unit, pdu);
            frame[5] += 1;
            frame
        };
        for (pdu, fits) in [(&[0x83, 2][..], true), (REPLY, true), (&[3, 2, 1, 2], false), (&[0x83], false)] {
            let mut framing = strict();
            framing.begin(&adu(0, 1, READ)).unwrap();
            let mut received = short(1, pdu);
            assert_eq!(framing.next_reply(&mut received).unwrap(), None);
            assert_eq!(framing.is_one_short(&received), fits, "{pdu:?}");
            assert!(!framing.is_one_short(&short(2, pdu)) && !framing.is_one_short(&adu(1, 1, pdu)));
            if fits {
                assert_eq!(framing.take_one_short(&mut received).unwrap(), Some(adu(0, 1, pdu)));
            }
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
