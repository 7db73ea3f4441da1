//! A hundred thousand transactions with peers that misbehave in a tenth of them: what comes back as `Ok` is right.

use super::*;

/// A xorshift generator: the same run every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn bytes(&mut self, most: u64) -> Vec<u8> {
        (0..self.roll(most)).map(|_| u8::try_from(self.roll(256)).unwrap()).collect()
    }

    fn request(&mut self) -> (Request, Reply) {
        let number = |sides, dice: &mut Self| u16::try_from(dice.roll(sides)).unwrap();
        // A single register's reply of the wrong content could not be told.
        let (address, count) = (number(10_000, self), 2 + number(20, self));
        match self.roll(6) {
            0 => (write(address, count), Reply::Written),
            1 => (write_many(address, &vec![address; usize::from(count)]), Reply::Written),
            2 => {
                let bits = (0..count).map(|n| (address + n) % 2 == 1).collect();
                (Request::Read { table: Table::Coil, address, count }, Reply::Bits(bits))
            }
            _ => (read(address, count), words(address, count, 0)),
        }
    }
}

/// What the peer does instead of answering, or around it: bytes, each after a pause.
fn spoil(dice: &mut Dice, pdu: &[u8], good: &[u8], seal: impl Fn(u8, &[u8]) -> Vec<u8>) -> Vec<(u64, Vec<u8>)> {
    let sealed = seal(1, good);
    let bytes = match dice.roll(16) {
        // Late: within the timeout, after it, within the quarantine.
        0 => return vec![(dice.roll(1900), sealed)],
        1 => Vec::new(),
        2 => sealed[..usize::try_from(dice.roll(sealed.len() as u64)).unwrap()].to_vec(),
        3 => [sealed.clone(), sealed].concat(),
        4 => seal(2, good),
        5 => seal(1, &[&[good[0] ^ 7], &good[1..]].concat()),
        6 => seal(1, &[pdu[0] | 0x80, 1 + u8::try_from(dice.roll(4)).unwrap()]),
        7 => seal(1, &[3, 2, 0xAA, 0xAA]),
        // Confirms a write to another address.
        8 if pdu[0] > 4 => seal(1, &[pdu[0], pdu[1] ^ 1, pdu[2], 0xAA, 0xAA]),
        9 => [seal(2, &[3, 2, 0xAA, 0xAA]), sealed].concat(),
        10 => [seal(1, &[4, 2, 0xAA]), sealed].concat(),
        // Answers another request of the same shape.
        11 => seal(2, &correct(&[&[pdu[0], !pdu[1] & 0x0F], &pdu[2..]].concat(), 0)),
        12 => return vec![(2000, Vec::new())],
        // An exception of the device or of a gateway, and the reply after all.
        13 | 14 => {
            let code = [4, 10, 11][usize::try_from(dice.roll(3)).unwrap()];
            return vec![(0, seal(1, &[pdu[0] | 0x80, code])), (dice.roll(990), sealed)];
        }
        _ => [&sealed[..], &[0; 3]].concat(),
    };
    vec![(0, bytes)]
}

#[tokio::test(start_paused = true)]
async fn a_serial_line_that_misbehaves() {
    let mut right = 0;
    for seed in 1..=25 {
        let (bus, mut peer) = rtu_line();
        tokio::spawn(async move {
            let mut dice = Dice(seed * 7919);
            while let Some(request) = peer.request().await {
                let (_, pdu) = open_rtu(&request).unwrap();
                let good = correct(pdu, 0);
                let steps = match dice.roll(20) {
                    0 => spoil(&mut dice, pdu, &good, seal_rtu),
                    // Noise around a good reply, or a bit that fell over in it.
                    1 if dice.roll(2) == 0 => vec![(0, [dice.bytes(40), seal_rtu(1, &good), dice.bytes(40)].concat())],
                    1 => {
                        let mut frame = seal_rtu(1, &good);
                        let at = usize::try_from(dice.roll(frame.len() as u64)).unwrap();
                        frame[at] ^= 1 << dice.roll(8);
                        vec![(0, frame)]
                    }
                    _ => vec![(0, seal_rtu(1, &good))],
                };
                for (delay, bytes) in steps {
                    sleep(ms(delay)).await;
                    peer.send(&bytes).await;
                }
            }
        });
        right += run(&bus, &mut Dice(seed)).await;
    }
    println!("# 50000 transactions on a serial line, {right} of them answered, none wrongly");
}

#[tokio::test(start_paused = true)]
async fn a_tcp_server_that_misbehaves() {
    let mut right = 0;
    for seed in 1..=25 {
        let (bus, mut accepted) = reconnecting(0, Timing::Tcp);
        tokio::spawn(async move {
            let mut dice = Dice(seed * 7919);
            while let Some(connection) = accepted.recv().await {
                let mut peer = TcpPeer(connection);
                'requests: while let Some((id, _, pdu)) = peer.request().await {
                    let good = correct(&pdu, 0);
                    let seal = |unit: u8, pdu: &[u8]| {
                        let length = u16::try_from(pdu.len() + 1).unwrap();
                        [&id.to_be_bytes()[..], &[0, 0], &length.to_be_bytes(), &[unit], pdu].concat()
                    };
                    let steps = match dice.roll(20) {
                        0 => spoil(&mut dice, &pdu, &good, seal),
                        1 => match dice.roll(4) {
                            // Another transaction's reply first; an impossible length; garbage; the end.
                            0 => {
                                let mut other = seal(1, &correct(&[&pdu[..1], &[0, 1], &pdu[3..]].concat(), 0));
                                other[1] ^= 0x55;
                                vec![(0, [other, seal(1, &good)].concat())]
                            }
                            1 => vec![(0, [&id.to_be_bytes()[..], &[0, 0, 0xFF, 0xFF]].concat())],
                            2 => vec![(0, dice.bytes(40))],
                            _ => break,
                        },
                        _ => vec![(0, seal(1, &good))],
                    };
                    for (delay, bytes) in steps {
                        sleep(ms(delay)).await;
                        // The bus may have given the connection up.
                        if peer.0.write_all(&bytes).await.is_err() {
                            break 'requests;
                        }
                    }
                }
            }
        });
        right += run(&bus, &mut Dice(seed)).await;
    }
    println!("# 50000 transactions over TCP, {right} of them answered, none wrongly");
}

/// 2,000 transactions; how many brought what they should. The others failed.
async fn run(bus: &Bus, dice: &mut Dice) -> u32 {
    let mut right = 0;
    for turn in 0..2000 {
        let (request, expected) = dice.request();
        let what = format!("{request:?}");
        // One caller in twenty goes away, somewhere between at once and after the timeout.
        let patience = (dice.roll(20) == 0).then(|| ms(dice.roll(1500)));
        let limit = patience.unwrap_or(Duration::from_secs(10));
        let Ok(result) = timeout(limit, bus.transact(1, request, None)).await else {
            assert!(patience.is_some(), "no hang");
            continue;
        };
        match result {
            Ok(reply) => {
                assert_eq!(reply, expected, "{what}, turn {turn}");
                right += 1;
            }
            // A new connection that failed is not made again at once.
            Err(TransactionError::Transport { sent: false, .. }) => sleep(ms(1000)).await,
            Err(_) => {}
        }
    }
    assert!(right > 1600, "only {right} of 2000 succeeded");
    right
}
