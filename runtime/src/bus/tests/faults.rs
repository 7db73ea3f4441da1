//! Every way a reply can be wrong, for every function, on both framings.

use super::*;
use Step::{HangUp, Send, Wait};

/// The functions, each with what it must bring.
pub(super) fn requests() -> Vec<(Request, Reply)> {
    let bits = |address: u16, count: u16| Reply::Bits((0..count).map(|n| (address + n) % 2 == 1).collect());
    let table = |table, address, count| Request::Read { table, address, count };
    vec![
        (table(Table::Coil, 19, 11), bits(19, 11)),
        (table(Table::DiscreteInput, 20, 3), bits(20, 3)),
        (read(100, 4), words(100, 4, 0)),
        (table(Table::InputRegister, 300, 1), words(300, 1, 0)),
        (Request::WriteCoil { address: 5, value: true }, Reply::Written),
        (write(116, 2130), Reply::Written),
        (Request::WriteCoils { address: 7, values: Arc::new([true, false, true]) }, Reply::Written),
        (write_many(200, &[1, 2, 3]), Reply::Written),
    ]
}

pub(super) fn pdu_of(request: &Request) -> Vec<u8> {
    let mut pdu = vec![request.function()];
    pdu.extend(request.address().to_be_bytes());
    match request {
        Request::Read { count, .. } => pdu.extend(count.to_be_bytes()),
        Request::WriteCoil { value, .. } => pdu.extend([if *value { 0xFF } else { 0 }, 0]),
        Request::WriteRegister { value, .. } => pdu.extend(value.to_be_bytes()),
        Request::WriteCoils { .. } | Request::WriteRegisters { .. } => pdu.extend(request.count().to_be_bytes()),
    }
    pdu
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wire {
    Rtu,
    Tcp,
}

impl Wire {
    pub(super) const BOTH: [Self; 2] = [Self::Rtu, Self::Tcp];

    pub(super) fn timing(self) -> Timing {
        match self {
            Self::Rtu => Timing::Rtu(LINE),
            Self::Tcp => Timing::Tcp,
        }
    }

    pub(super) fn seal(self, id: u16, unit: u8, pdu: &[u8]) -> Vec<u8> {
        match self {
            Self::Rtu => seal_rtu(unit, pdu),
            Self::Tcp => {
                let length = u16::try_from(pdu.len() + 1).unwrap();
                [&id.to_be_bytes()[..], &[0, 0], &length.to_be_bytes(), &[unit], pdu].concat()
            }
        }
    }

    pub(super) fn peer<S>(self, stream: S) -> Peer<S> {
        match self {
            Self::Rtu => Peer::Rtu(RtuPeer(stream)),
            Self::Tcp => Peer::Tcp(TcpPeer(stream)),
        }
    }
}

pub(super) enum Peer<S> {
    Rtu(RtuPeer<S>),
    Tcp(TcpPeer<S>),
}

impl<S: AsyncRead + AsyncWrite + Unpin> Peer<S> {
    /// Transaction id (0 on a serial line), unit and PDU.
    pub(super) async fn request(&mut self) -> Option<(u16, u8, Vec<u8>)> {
        match self {
            Self::Tcp(peer) => peer.request().await,
            Self::Rtu(peer) => {
                let frame = peer.request().await?;
                let (unit, pdu) = open_rtu(&frame).unwrap();
                Some((0, unit, pdu.to_vec()))
            }
        }
    }

    /// The bus may have given the connection up.
    pub(super) async fn send(&mut self, bytes: &[u8]) {
        let stream = match self {
            Self::Rtu(peer) => &mut peer.0,
            Self::Tcp(peer) => &mut peer.0,
        };
        let _ = stream.write_all(bytes).await;
    }

    pub(super) async fn serve(&mut self, wire: Wire) {
        while let Some((id, unit, pdu)) = self.request().await {
            self.send(&wire.seal(id, unit, &correct(&pdu, 0))).await;
        }
    }
}

#[derive(Debug, Clone)]
pub(super) enum Step {
    Send(Vec<u8>),
    Wait(u64),
    HangUp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expect {
    /// What was asked for.
    Value,
    Failure,
    Exception(u8),
}

#[derive(Debug)]
pub(super) struct Fault {
    pub(super) name: String,
    pub(super) steps: Vec<Step>,
    pub(super) expect: Expect,
}

struct Catalogue {
    wire: Wire,
    id: u16,
    unit: u8,
    pdu: Vec<u8>,
    good: Vec<u8>,
    faults: Vec<Fault>,
}

/// Bytes that are no frame, from a single one to more than a frame can have.
fn noises() -> Vec<Vec<u8>> {
    let long = |count: u32| (0..count).map(|n| u8::try_from(n * 73 % 251).unwrap() | 0x11).collect();
    vec![vec![0xFF], vec![0; 3], vec![1, 3], vec![1, 3, 4, 0], vec![1; 9], long(40), long(300)]
}

/// Everything a peer can do instead of answering this request with this id.
pub(super) fn faults(wire: Wire, id: u16, unit: u8, pdu: &[u8]) -> Vec<Fault> {
    let good = correct(pdu, 0);
    let mut catalogue = Catalogue { wire, id, unit, pdu: pdu.to_vec(), good, faults: Vec::new() };
    catalogue.timing();
    catalogue.exceptions();
    catalogue.misfits();
    catalogue.strangers();
    catalogue.noise();
    match wire {
        Wire::Rtu => catalogue.serial(),
        Wire::Tcp => catalogue.network(),
    }
    catalogue.faults
}

impl Catalogue {
    fn add(&mut self, name: impl Into<String>, expect: Expect, steps: Vec<Step>) {
        self.faults.push(Fault { name: name.into(), steps, expect });
    }

    pub(super) fn send(&mut self, name: impl Into<String>, expect: Expect, bytes: Vec<u8>) {
        self.add(name, expect, vec![Send(bytes)]);
    }

    pub(super) fn seal(&self, pdu: &[u8]) -> Vec<u8> {
        self.wire.seal(self.id, self.unit, pdu)
    }

    fn sealed(&self) -> Vec<u8> {
        self.seal(&self.good)
    }

    fn is_read(&self) -> bool {
        self.pdu[0] <= 4
    }

    /// Late, slow, cut, doubled, missing.
    pub(super) fn timing(&mut self) {
        let sealed = self.sealed();
        self.send("as it should be", Expect::Value, sealed.clone());
        self.add("byte by byte", Expect::Value, sealed.iter().flat_map(|byte| [Send(vec![*byte]), Wait(2)]).collect());
        for delay in [1, 500, 950] {
            self.add(format!("after {delay} ms"), Expect::Value, vec![Wait(delay), Send(sealed.clone())]);
        }
        for delay in [1100, 1500, 1900] {
            self.add(format!("after {delay} ms"), Expect::Failure, vec![Wait(delay), Send(sealed.clone())]);
        }
        self.send("twice", Expect::Value, sealed.repeat(2));
        self.send("three times", Expect::Value, sealed.repeat(3));
        for count in 0..sealed.len() {
            let part = sealed[..count].to_vec();
            self.send(format!("cut after {count} bytes"), Expect::Failure, part.clone());
            self.add(format!("ended after {count} bytes"), Expect::Failure, vec![Send(part), HangUp]);
        }
        let (first, second) = sealed.split_at(sealed.len() / 2);
        let halves = |pause| vec![Send(first.to_vec()), Wait(pause), Send(second.to_vec())];
        self.add("in two pieces", Expect::Value, halves(300));
        self.add("the second half too late", Expect::Failure, halves(1500));
        self.add("and the end", Expect::Value, vec![Send(sealed), HangUp]);
    }

    fn exceptions(&mut self) {
        let function = self.pdu[0] | 0x80;
        for code in (0..=12).chain([0x7F, 0x80, 0xFF]) {
            self.send(format!("exception {code}"), Expect::Exception(code), self.seal(&[function, code]));
        }
        // The device, or a gateway for it, failed, and the reply comes after all.
        for (code, delay) in [(4, 120), (10, 120), (11, 120), (4, 900), (11, 900)] {
            let steps = vec![Send(self.seal(&[function, code])), Wait(delay), Send(self.sealed())];
            self.add(format!("exception {code}, and the reply {delay} ms later"), Expect::Exception(code), steps);
        }
        let exception = self.seal(&[function, 2]);
        for count in 1..exception.len() {
            self.send(format!("exception cut after {count}"), Expect::Failure, exception[..count].to_vec());
        }
        self.send("exception with a byte too many", Expect::Failure, self.seal(&[function, 2, 0]));
        self.send("exception without a code", Expect::Failure, self.seal(&[function]));
        self.send("exception to another function", Expect::Failure, self.seal(&[function ^ 7, 2]));
        let exception = self.wire.seal(self.id, self.unit + 1, &[function, 2]);
        self.send("exception from another unit", Expect::Failure, exception);
    }

    /// Frames in good order whose content does not answer the request.
    fn misfits(&mut self) {
        let good = self.good.clone();
        self.send("another unit", Expect::Failure, self.wire.seal(self.id, self.unit + 1, &good));
        self.send("unit 0", Expect::Failure, self.wire.seal(self.id, 0, &good));
        let asked = self.pdu[0];
        for function in [1, 2, 3, 4, 5, 6, 15, 16, 0x2B].into_iter().filter(|function| *function != asked) {
            let other = [&[function], &good[1..]].concat();
            self.send(format!("as function {function}"), Expect::Failure, self.seal(&other));
        }
        if self.is_read() {
            let data = &good[2..];
            let with = |count: usize, data: &[u8]| [&[good[0], u8::try_from(count).unwrap()], data].concat();
            for less in 1..=data.len() {
                let rest = &data[less..];
                self.send(format!("{less} bytes less"), Expect::Failure, self.seal(&with(rest.len(), rest)));
                self.send(format!("{less} bytes fewer than said"), Expect::Failure, self.seal(&with(data.len(), rest)));
            }
            for more in [1, 2, 100] {
                let longer = [data, &vec![0xAA; more]].concat();
                self.send(format!("{more} bytes more"), Expect::Failure, self.seal(&with(longer.len(), &longer)));
            }
        } else {
            for field in 1..5 {
                let mut other = good.clone();
                other[field] ^= 0x10;
                self.send(format!("confirms other than asked, byte {field}"), Expect::Failure, self.seal(&other));
            }
            self.send("a short confirmation", Expect::Failure, self.seal(&good[..4]));
        }
    }

    /// Frames nobody asked for, before, instead of and after the reply.
    fn strangers(&mut self) {
        let sealed = self.sealed();
        let wire = self.wire;
        let another_unit = wire.seal(self.id ^ 0x55, self.unit + 1, &self.good);
        let another_function = wire.seal(self.id ^ 0x55, self.unit, &[if self.pdu[0] == 4 { 3 } else { 4 }, 2, 7, 7]);
        let another_refused = wire.seal(self.id ^ 0x55, self.unit + 1, &[self.pdu[0] | 0x80, 2]);
        let named = [
            ("a reply of another unit", another_unit),
            ("a reply to another function", another_function),
            ("an exception of another unit", another_refused),
        ];
        for (name, stranger) in named {
            self.send(format!("{name} before"), Expect::Value, [stranger.clone(), sealed.clone()].concat());
            let steps = vec![Send(stranger.clone()), Wait(100), Send(sealed.clone())];
            self.add(format!("{name} long before"), Expect::Value, steps);
            self.send(
                format!("{name} five times before"),
                Expect::Value,
                [stranger.repeat(5), sealed.clone()].concat(),
            );
            self.send(format!("{name} after"), Expect::Value, [sealed.clone(), stranger.clone()].concat());
            self.send(format!("{name} instead"), Expect::Failure, stranger);
        }
    }

    fn noise(&mut self) {
        let sealed = self.sealed();
        // On TCP nothing tells where the next frame begins once something was between two.
        let before = if self.wire == Wire::Rtu { Expect::Value } else { Expect::Failure };
        for noise in noises() {
            let name = format!("{} bytes of noise", noise.len());
            self.send(format!("{name} before"), before, [&noise[..], &sealed].concat());
            self.send(format!("{name} after"), Expect::Value, [&sealed[..], &noise].concat());
            self.send(format!("{name} instead"), Expect::Failure, noise.clone());
            let (first, second) = sealed.split_at(sealed.len() / 2);
            self.send(format!("{name} inside"), Expect::Failure, [first, &noise, second].concat());
        }
    }

    fn serial(&mut self) {
        let sealed = self.sealed();
        for byte in 0..sealed.len() {
            for bit in [0, 3, 7] {
                let mut flipped = sealed.clone();
                flipped[byte] ^= 1 << bit;
                self.send(format!("bit {bit} of byte {byte} fell over"), Expect::Failure, flipped);
            }
        }
        let mut swapped = sealed.clone();
        let end = swapped.len();
        swapped.swap(end - 1, end - 2);
        self.send("the CRC the wrong way round", Expect::Failure, swapped);
        let mut request = pdu_with_values(&self.pdu);
        request = seal_rtu(self.unit, &request);
        self.send("an echo and the reply", Expect::Value, [request.clone(), sealed].concat());
        if !matches!(self.pdu[0], 5 | 6) {
            self.send("only an echo", Expect::Failure, request);
        }
    }

    fn network(&mut self) {
        let sealed = self.sealed();
        // Data that fell over is a matter of TCP's own checksum; everything before it is known.
        let known = if self.is_read() { 9 } else { sealed.len() };
        for byte in 0..known {
            for bit in [0, 3, 7] {
                let mut flipped = sealed.clone();
                flipped[byte] ^= 1 << bit;
                // A length that counts one byte too many is known of real devices.
                let is_one_more = byte == 5 && flipped[5] == sealed[5] + 1;
                let expect = if is_one_more { Expect::Value } else { Expect::Failure };
                self.send(format!("bit {bit} of byte {byte} fell over"), expect, flipped);
            }
        }
        let mut one_more = sealed.clone();
        one_more[5] += 1;
        self.send("a length that counts a byte too many", Expect::Value, one_more);
        let mut exception = self.seal(&[self.pdu[0] | 0x80, 2]);
        exception[5] += 1;
        self.send("an exception whose length counts a byte too many", Expect::Exception(2), exception);
        for length in [0, 1, 2, 255, 256, 0x7FFF, 0xFFFF_u16] {
            let mut frame = sealed.clone();
            frame[4..6].copy_from_slice(&length.to_be_bytes());
            self.send(format!("a length of {length}"), Expect::Failure, frame);
        }
        for other in [self.id - 1, self.id + 1, 0xFFFF] {
            let frame = self.wire.seal(other, self.unit, &self.good);
            self.send(format!("transaction {other} instead"), Expect::Failure, frame.clone());
            self.send(format!("transaction {other} before"), Expect::Value, [frame, sealed.clone()].concat());
        }
        let later = vec![Send(sealed.clone()), Wait(20), Send(sealed)];
        self.add("twice with a pause", Expect::Value, later);
    }
}

/// The whole PDU of a request of [`requests`], out of its first five bytes.
fn pdu_with_values(pdu: &[u8]) -> Vec<u8> {
    let values: &[u8] = match pdu[0] {
        15 => &[1, 0b101],
        16 => &[6, 0, 1, 0, 2, 0, 3],
        _ => &[],
    };
    [pdu, values].concat()
}

/// Does this to the next request. Whether the connection goes on.
pub(super) async fn spoil<S: AsyncRead + AsyncWrite + Unpin>(wire: Wire, peer: &mut Peer<S>, fault: usize) -> bool {
    let (id, unit, pdu) = peer.request().await.unwrap();
    for step in faults(wire, id, unit, &pdu[..5]).swap_remove(fault).steps {
        match step {
            Send(bytes) => peer.send(&bytes).await,
            Wait(milliseconds) => sleep(ms(milliseconds)).await,
            HangUp => return false,
        }
    }
    true
}
