//! Finds the reply on a serial line, where nothing but length and CRC marks a frame.
//!
//! Silence between frames is not used: USB adapters add milliseconds of their own. Instead every offset of what was
//! received is tried as the beginning of a frame, so that noise before a frame costs nothing but itself.

use std::io;

use tracing::trace;

use super::frame::{Expected, Length, Misfit, open_rtu, rtu_reply_length, seal_rtu};
use super::trace::{Answered, FRAMES, Hex};

/// The unit id that every unit obeys and none answers (Modbus over Serial Line V1.02, section 2.2).
pub(crate) const BROADCAST: u8 = 0;

/// Whether the adapter sends back what it transmits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LocalEcho {
    /// No request that tells has been answered yet.
    Unknown,
    /// Requests came back without an echo.
    Absent,
    /// An echo was seen, or the user said so. It stays so until the line is opened again: mistaking a reply for an
    /// echo costs a timeout, the opposite costs a wrong answer.
    Present,
}

/// The frames of a serial line, for one request at a time.
#[derive(Debug)]
pub(crate) struct RtuFraming {
    echo: LocalEcho,
    pending: Option<Pending>,
    /// The request that was answered last.
    answered: Option<Pending>,
    /// Whether a frame came after that which would have answered it once more.
    has_surplus: bool,
}

/// What was found in what was received.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Reply(Vec<u8>),
    /// What would be the reply, if it had not come too early for that.
    Early,
    /// Nothing, or nothing yet.
    Nothing,
}

#[derive(Debug)]
struct Pending {
    request: Vec<u8>,
    unit: u8,
    expected: Expected,
    echo_removed: bool,
}

/// What the bytes at one offset are.
#[derive(Debug, PartialEq, Eq)]
enum Piece {
    /// A frame of this length that answers the request.
    Reply(usize),
    /// A frame from the right unit with the right function that does not answer the request.
    Misfit(Misfit),
    /// The request itself.
    Echo(usize),
    /// A good frame of this length that somebody else sent.
    Foreign(usize),
    /// What may become a frame when more arrives.
    Beginning,
    Noise,
}

impl RtuFraming {
    pub(crate) const fn new(local_echo: bool) -> Self {
        let echo = if local_echo { LocalEcho::Present } else { LocalEcho::Unknown };
        Self { echo, pending: None, answered: None, has_surplus: false }
    }

    /// Takes a request as tokio-modbus framed it; what it returns is to be sent.
    pub(crate) fn begin(&mut self, adu: &[u8]) -> io::Result<Vec<u8>> {
        let (unit, pdu) = open_rtu(adu).ok_or(io::ErrorKind::InvalidInput)?;
        let expected = Expected::of(pdu).ok_or(io::ErrorKind::InvalidInput)?;
        let request = adu.to_vec();
        self.answered = None;
        self.has_surplus = false;
        self.pending = Some(Pending { request: request.clone(), unit, expected, echo_removed: false });
        Ok(request)
    }

    /// The reply to a broadcast, which has to be made up because nobody sends one.
    pub(crate) fn broadcast_reply(&mut self) -> Option<Vec<u8>> {
        let pending = self.pending.take_if(|pending| pending.unit == BROADCAST)?;
        Some(seal_rtu(BROADCAST, &pending.expected.confirmation()?))
    }

    /// Forgets the request, and what came in for it.
    pub(crate) fn abandon(&mut self, received: &mut Vec<u8>) {
        self.pending = None;
        received.clear();
    }

    /// Whether a frame came after the last reply that would have answered its request once more, said once.
    pub(crate) const fn take_surplus(&mut self) -> bool {
        core::mem::replace(&mut self.has_surplus, false)
    }

    /// Takes the reply out of what was received, if it is complete; `is_early` says that it cannot be one yet. While nothing
    /// is asked, only looks for a second reply.
    ///
    /// # Errors
    ///
    /// [`Misfit`] inside of the error: the unit answered something else.
    pub(crate) fn next_reply(&mut self, received: &mut Vec<u8>, is_early: bool) -> io::Result<Next> {
        let Some(pending) = &mut self.pending else {
            self.look_for_surplus(received);
            return Ok(Next::Nothing);
        };
        let mut early = Next::Nothing;
        let mut offset = 0_usize;
        let mut keep_from = None;
        while let Some(bytes) = received.get(offset..).filter(|bytes| !bytes.is_empty()) {
            match pending.piece(bytes, self.echo) {
                Piece::Reply(length) if is_early => {
                    let reply = bytes.get(..length).and_then(open_rtu);
                    trace!(target: FRAMES, reply = %Answered(reply), "dropped: it came before the request can have left");
                    early = Next::Early;
                    offset = offset.saturating_add(length);
                }
                Piece::Reply(length) => {
                    let reply = bytes.get(..length).unwrap_or_default().to_vec();
                    if offset > 0 {
                        let skipped = received.get(..offset).unwrap_or_default();
                        trace!(target: FRAMES, bytes = %Hex(skipped), "skipped before the reply");
                    }
                    if self.echo == LocalEcho::Unknown && !pending.echo_removed && pending.echo_tells() {
                        self.echo = LocalEcho::Absent;
                    }
                    self.answered = self.pending.take();
                    received.clear();
                    return Ok(Next::Reply(reply));
                }
                Piece::Misfit(misfit) => {
                    self.abandon(received);
                    return Err(io::Error::new(io::ErrorKind::InvalidData, misfit));
                }
                Piece::Echo(length) => {
                    pending.echo_removed = true;
                    if pending.echo_tells() {
                        self.echo = LocalEcho::Present;
                    }
                    // Nothing that arrived before the request came back can answer it.
                    received.drain(..offset.saturating_add(length));
                    offset = 0;
                    keep_from = None;
                }
                Piece::Foreign(length) => {
                    let reply = bytes.get(..length).and_then(open_rtu);
                    trace!(target: FRAMES, reply = %Answered(reply), "dropped: it answers something else");
                    offset = offset.saturating_add(length);
                }
                Piece::Beginning => {
                    keep_from.get_or_insert(offset);
                    offset = offset.saturating_add(1);
                }
                Piece::Noise => offset = offset.saturating_add(1),
            }
        }
        // A frame has at most 256 bytes, so that what is kept is bounded.
        received.drain(..keep_from.unwrap_or(received.len()));
        Ok(early)
    }

    /// Discards what was received while nothing is asked, except for the beginning of a frame.
    fn look_for_surplus(&mut self, received: &mut Vec<u8>) {
        let Some(answered) = &self.answered else { return received.clear() };
        let mut keep_from = None;
        for offset in 0..received.len() {
            match answered.frame(received.get(offset..).unwrap_or_default()) {
                Piece::Reply(_) => self.has_surplus = true,
                Piece::Beginning => {
                    keep_from.get_or_insert(offset);
                }
                Piece::Misfit(_) | Piece::Echo(_) | Piece::Foreign(_) | Piece::Noise => {}
            }
        }
        received.drain(..keep_from.filter(|_| !self.has_surplus).unwrap_or(received.len()));
    }
}

impl Pending {
    /// Whether the request coming back can only be an echo.
    ///
    /// The replies to functions 5 and 6 repeat the request. The request for data can be its own reply, or begin it, if
    /// the high byte of its address equals the byte count of the reply.
    fn echo_tells(&self) -> bool {
        !self.expected.repeats_request() && self.expected.data_bytes() != self.request.get(2).copied()
    }

    fn is_echo(&self, echo: LocalEcho) -> bool {
        !self.echo_removed
            && match echo {
                LocalEcho::Present => true,
                // A device that answers a request for data with the request is less likely than an adapter that
                // echoes, and taking the one for the other costs a timeout instead of wrong values.
                LocalEcho::Unknown => !self.expected.repeats_request(),
                LocalEcho::Absent => self.echo_tells(),
            }
    }

    fn piece(&self, bytes: &[u8], echo: LocalEcho) -> Piece {
        if self.is_echo(echo) {
            if bytes.starts_with(&self.request) {
                return Piece::Echo(self.request.len());
            }
            if self.request.starts_with(bytes) {
                // The confirmation of functions 15 and 16 begins like its request.
                return match self.frame(bytes) {
                    Piece::Noise => Piece::Beginning,
                    _ if echo == LocalEcho::Present => Piece::Beginning,
                    piece => piece,
                };
            }
        }
        self.frame(bytes)
    }

    fn frame(&self, bytes: &[u8]) -> Piece {
        let length = match rtu_reply_length(bytes) {
            Length::Bytes(length) => length,
            Length::Unclear => return Piece::Beginning,
            Length::NoFrame => return Piece::Noise,
        };
        let Some(frame) = bytes.get(..length) else {
            return Piece::Beginning;
        };
        match open_rtu(frame) {
            Some((unit, pdu @ [function, ..])) if unit == self.unit && self.expected.is_function(*function) => {
                self.expected.check(pdu).map_or_else(Piece::Misfit, |()| Piece::Reply(length))
            }
            Some(_) => Piece::Foreign(length),
            None => Piece::Noise,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const READ: &[u8] = &[3, 0, 100, 0, 2];
    const REPLY: &[u8] = &[3, 4, 0x11, 0x22, 0x33, 0x44];

    fn asked(framing: &mut RtuFraming, pdu: &[u8]) -> Vec<u8> {
        framing.begin(&seal_rtu(1, pdu)).unwrap()
    }

    /// Feeds byte by byte, and returns the first reply or misfit.
    fn feed(framing: &mut RtuFraming, bytes: &[u8]) -> Option<Result<Vec<u8>, String>> {
        let mut received = Vec::new();
        bytes.iter().find_map(|byte| {
            received.push(*byte);
            match framing.next_reply(&mut received, false) {
                Ok(Next::Reply(reply)) => Some(Ok(reply)),
                Ok(Next::Early | Next::Nothing) => None,
                Err(error) => Some(Err(error.to_string())),
            }
        })
    }

    #[test]
    fn noise_other_units_and_other_functions_are_skipped() {
        let good = seal_rtu(1, REPLY);
        for before in [
            vec![],
            vec![0],
            vec![1, 3],
            vec![1, 3, 4],
            vec![1, 3, 4, 0, 0, 0, 0],
            vec![0xFF; 300],
            vec![1; 40],
            seal_rtu(2, REPLY),
            seal_rtu(1, &[4, 4, 0, 0, 0, 0]),
            seal_rtu(1, &[0x84, 2]),
            seal_rtu(1, &[6, 0, 1, 0, 1]),
        ] {
            let mut framing = RtuFraming::new(false);
            asked(&mut framing, READ);
            assert_eq!(feed(&mut framing, &[before, good.clone()].concat()), Some(Ok(good.clone())));
        }
    }

    #[test]
    fn a_short_reply_and_a_wrong_confirmation_are_misfits() {
        let mut framing = RtuFraming::new(false);
        asked(&mut framing, READ);
        assert!(matches!(feed(&mut framing, &seal_rtu(1, &[3, 2, 1, 2])), Some(Err(_))));
        asked(&mut framing, &[6, 0, 1, 0, 7]);
        assert!(matches!(feed(&mut framing, &seal_rtu(1, &[6, 0, 1, 0, 8])), Some(Err(_))));
        asked(&mut framing, &[16, 0, 1, 0, 1, 2, 0, 7]);
        assert!(matches!(feed(&mut framing, &seal_rtu(1, &[16, 0, 2, 0, 1])), Some(Err(_))));
    }

    #[test]
    fn an_exception_is_a_reply() {
        let mut framing = RtuFraming::new(false);
        asked(&mut framing, READ);
        let exception = seal_rtu(1, &[0x83, 2]);
        assert_eq!(feed(&mut framing, &exception), Some(Ok(exception)));
    }

    #[test]
    fn a_corrupted_or_truncated_reply_is_nothing() {
        let mut framing = RtuFraming::new(false);
        asked(&mut framing, READ);
        let mut bad = seal_rtu(1, REPLY);
        bad[4] ^= 0x10;
        assert_eq!(feed(&mut framing, &bad), None);
        assert_eq!(feed(&mut framing, &seal_rtu(1, REPLY)[..8]), None);
    }

    #[test]
    fn an_echo_is_learned_from_a_read_and_then_removed_from_writes() {
        let mut framing = RtuFraming::new(false);
        let request = asked(&mut framing, READ);
        let reply = seal_rtu(1, REPLY);
        assert_eq!(feed(&mut framing, &[request, reply.clone()].concat()), Some(Ok(reply)));
        assert_eq!(framing.echo, LocalEcho::Present);

        let write = asked(&mut framing, &[6, 0, 1, 0, 7]);
        assert_eq!(feed(&mut framing, &write), None, "the echo alone confirms nothing");
        let write = asked(&mut framing, &[6, 0, 1, 0, 7]);
        assert_eq!(feed(&mut framing, &[write.clone(), write.clone()].concat()), Some(Ok(write)));
    }

    #[test]
    fn an_echo_is_learned_from_a_write_of_several() {
        for local_echo in [false, true] {
            let mut framing = RtuFraming::new(local_echo);
            let request = asked(&mut framing, &[16, 0, 1, 0, 2, 4, 0, 7, 0, 8]);
            let reply = seal_rtu(1, &[16, 0, 1, 0, 2]);
            assert_eq!(feed(&mut framing, &[request, reply.clone()].concat()), Some(Ok(reply)));
            assert_eq!(framing.echo, LocalEcho::Present);
        }
    }

    #[test]
    fn a_request_that_could_be_its_own_reply_teaches_nothing() {
        // 24 coils from address 0x0300: three bytes of data, and the request reads as exactly that.
        let pdu = &[1, 3, 0, 0, 24];
        let mut framing = RtuFraming::new(false);
        let request = asked(&mut framing, pdu);
        let other = seal_rtu(1, &[1, 3, 9, 9, 9]);
        assert_eq!(feed(&mut framing, &[request, other.clone()].concat()), Some(Ok(other)));
        assert_eq!(framing.echo, LocalEcho::Unknown);

        asked(&mut framing, READ);
        assert!(feed(&mut framing, &seal_rtu(1, REPLY)).is_some());
        assert_eq!(framing.echo, LocalEcho::Absent);
        let request = asked(&mut framing, pdu);
        assert_eq!(feed(&mut framing, &request.clone()), Some(Ok(request)), "the line is known not to echo");
    }

    #[test]
    fn a_configured_echo_is_removed_and_its_absence_does_no_harm_to_reads() {
        let mut framing = RtuFraming::new(true);
        asked(&mut framing, READ);
        let reply = seal_rtu(1, REPLY);
        assert_eq!(feed(&mut framing, &reply), Some(Ok(reply)));
    }

    #[test]
    fn a_reply_that_comes_too_early_is_dropped_and_the_next_one_taken() {
        let mut framing = RtuFraming::new(false);
        asked(&mut framing, READ);
        let mut received = seal_rtu(1, &[3, 4, 9, 9, 9, 9]);
        assert_eq!(framing.next_reply(&mut received, true).unwrap(), Next::Early);
        assert!(received.is_empty());
        let reply = seal_rtu(1, REPLY);
        assert_eq!(feed(&mut framing, &reply), Some(Ok(reply)));
    }

    #[test]
    fn a_second_reply_is_noticed_while_nothing_is_asked() {
        let mut framing = RtuFraming::new(false);
        let reply = seal_rtu(1, REPLY);
        for (frame, is_surplus) in [
            (reply.clone(), true),
            (seal_rtu(1, &[3, 4, 9, 9, 9, 9]), true),
            (seal_rtu(2, REPLY), false),
            (seal_rtu(1, &[3, 2, 9, 9]), false),
            (seal_rtu(1, &[4, 4, 9, 9, 9, 9]), false),
            (vec![0xFF; 300], false),
        ] {
            asked(&mut framing, READ);
            assert!(feed(&mut framing, &reply).is_some());
            assert_eq!(feed(&mut framing, &[&[0xA5][..], &frame].concat()), None);
            assert_eq!((framing.take_surplus(), framing.take_surplus()), (is_surplus, false), "{frame:?}");
        }
        // After a request that was given up, a late reply is what is waited for.
        asked(&mut framing, READ);
        framing.abandon(&mut Vec::new());
        assert_eq!(feed(&mut framing, &reply), None);
        assert!(!framing.take_surplus());
    }

    #[test]
    fn only_a_broadcast_is_answered_here() {
        let mut framing = RtuFraming::new(false);
        framing.begin(&seal_rtu(BROADCAST, &[6, 0, 1, 0, 7])).unwrap();
        assert_eq!(framing.broadcast_reply(), Some(seal_rtu(BROADCAST, &[6, 0, 1, 0, 7])));
        asked(&mut framing, &[6, 0, 1, 0, 7]);
        assert_eq!(framing.broadcast_reply(), None);
    }

    proptest! {
        #[test]
        fn noise_never_hides_a_reply_nor_grows_the_buffer(noise in prop::collection::vec(any::<u8>(), 0..600), echo: bool) {
            let mut framing = RtuFraming::new(false);
            let request = asked(&mut framing, READ);
            let reply = seal_rtu(1, REPLY);
            let line = [&noise[..], if echo { &request } else { &[] }, &reply].concat();
            // One time in 65,536 the end of the noise and the beginning of the rest are a frame, of another unit or function.
            let is_frame = |bytes: &[u8]| match rtu_reply_length(bytes) {
                Length::Bytes(length) => bytes.get(..length).is_some_and(|frame| open_rtu(frame).is_some()),
                Length::Unclear | Length::NoFrame => false,
            };
            prop_assume!(!(0..noise.len()).any(|start| is_frame(&line[start..])));
            let mut received = Vec::new();
            let mut found = Next::Nothing;
            for byte in line {
                received.push(byte);
                found = framing.next_reply(&mut received, false).unwrap();
                prop_assert!(received.len() <= 260);
            }
            prop_assert_eq!(found, Next::Reply(reply));
        }
    }
}
