//! Requests in, answers out.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
#[cfg(feature = "tcp")]
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
#[cfg(feature = "tcp")]
use tokio::net::TcpListener;
#[cfg(feature = "tcp")]
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{Instant, sleep, timeout};
#[cfg(feature = "tcp")]
use tracing::debug;

use super::Simulator;
use super::faults::{Fate, corrupt_rtu, misfit};
use crate::transport::BROADCAST;
use crate::transport::frame::{open_rtu, seal_rtu};
use crate::transport::tcp::Prefix;

/// The pause after a connection could not be accepted, for want of file handles most likely.
#[cfg(feature = "tcp")]
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);

/// So many clients are served at once: fewer than the file handles a process usually has (1,024). The next one takes
/// the place of the one that has been quiet longest, as on many devices.
#[cfg(feature = "tcp")]
const MOST_CLIENTS: usize = 960;

/// The longest serial frame (Modbus over Serial Line V1.02, section 2.5.1.1).
const MAX_RTU_FRAME: usize = 256;

#[cfg(feature = "tcp")]
pub(super) async fn tcp(simulator: &Simulator, listener: TcpListener) {
    let mut clients = JoinSet::new();
    let mut known: Vec<Client> = Vec::new();
    let begin = Instant::now();
    loop {
        match listener.accept().await {
            Ok((connection, client)) => {
                make_room(&mut known);
                let simulator = simulator.clone();
                let activity = Activity { begin, last_ms: Arc::default() };
                activity.is_now();
                let last_ms = Arc::clone(&activity.last_ms);
                let task = clients.spawn(async move {
                    // Answers are small, and the client waits for each.
                    let served = match connection.set_nodelay(true) {
                        Ok(()) => requests(&simulator, connection, Some(&activity)).await,
                        Err(error) => Err(error),
                    };
                    if let Err(error) = served {
                        debug!(%client, %error, "a client's connection ended");
                    }
                });
                known.push(Client { task, last_ms });
            }
            Err(error) => {
                debug!(%error, "cannot accept a connection");
                tokio::time::sleep(ACCEPT_AGAIN).await;
            }
        }
        while clients.try_join_next().is_some() {}
    }
}

/// When a client last sent something.
struct Activity {
    begin: Instant,
    last_ms: Arc<AtomicU64>,
}

impl Activity {
    fn is_now(&self) {
        let now = u64::try_from(self.begin.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last_ms.store(now, Ordering::Relaxed);
    }
}

#[cfg(feature = "tcp")]
struct Client {
    task: AbortHandle,
    last_ms: Arc<AtomicU64>,
}

/// Ends the connection that has been quiet longest where there are too many.
#[cfg(feature = "tcp")]
fn make_room(known: &mut Vec<Client>) {
    known.retain(|client| !client.task.is_finished());
    if known.len() < MOST_CLIENTS {
        return;
    }
    let quietest = known.iter().enumerate().min_by_key(|(_, client)| client.last_ms.load(Ordering::Relaxed));
    if let Some((index, _)) = quietest {
        known.swap_remove(index).task.abort();
    }
}

pub(super) async fn stream(simulator: &Simulator, stream: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<()> {
    requests(simulator, stream, None).await
}

async fn requests(
    simulator: &Simulator,
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    activity: Option<&Activity>,
) -> io::Result<()> {
    let mut received = Vec::new();
    while read_more(simulator, &mut stream, &mut received).await? > 0 {
        activity.into_iter().for_each(Activity::is_now);
        while let Some(prefix) = Prefix::of(&received) {
            let length = prefix
                .request_length()
                .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "what came in is not Modbus TCP"))?;
            if received.len() < length {
                break;
            }
            let frame: Vec<u8> = received.drain(..length).collect();
            if let Some(([header @ .., unit], pdu)) = frame.split_first_chunk::<7>()
                && let Some((answer, fate)) = reply(simulator, *unit, simulator.device().link.unit_id, pdu).await
            {
                // The unit id counts.
                let length = u16::try_from(answer.len().saturating_add(1)).unwrap_or(u16::MAX).to_be_bytes();
                let [id_high, id_low, ..] = *header;
                // Nothing on TCP notices other damage.
                let id_high = if fate.is_corrupt { id_high ^ 0x40 } else { id_high };
                stream.write_all(&[&[id_high, id_low, 0, 0][..], &length, &[*unit], &answer].concat()).await?;
            }
        }
        stream.flush().await?;
    }
    Ok(())
}

/// The PDU that answers a request, when it is time for it, and what else is wrong with it.
async fn reply(simulator: &Simulator, unit: u8, home: u8, pdu: &[u8]) -> Option<(Vec<u8>, Fate)> {
    let fate = simulator.fate();
    let answer = simulator.answer(unit, home, pdu, fate.exception)?;
    if !fate.delay.is_zero() {
        sleep(fate.delay).await;
    }
    let answer = if fate.is_misfit { misfit(answer) } else { answer };
    (!fate.is_dropped).then_some((answer, fate))
}

/// Waits for more, for as long as a client may be idle.
async fn read_more(
    simulator: &Simulator,
    stream: &mut (impl AsyncRead + Unpin),
    received: &mut Vec<u8>,
) -> io::Result<usize> {
    let idle = simulator.image().idle;
    match idle {
        None => stream.read_buf(received).await,
        Some(idle) => timeout(idle, stream.read_buf(received)).await.unwrap_or(Ok(0)),
    }
}

pub(super) async fn rtu(
    simulator: &Simulator,
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    unit: u8,
) -> io::Result<()> {
    let mut received = Vec::new();
    while stream.read_buf(&mut received).await? > 0 {
        while let Some(frame) = next_request(&mut received) {
            let Some((to, pdu)) = open_rtu(&frame) else { continue };
            let others = simulator.image().others().clone();
            if to == BROADCAST {
                for id in others.iter().copied().filter(|id| *id != unit).chain([unit]) {
                    simulator.answer(id, unit, pdu, None);
                }
            } else if to == unit || others.contains(&to) {
                let Some((answer, fate)) = reply(simulator, to, unit, pdu).await else { continue };
                let frame = if fate.is_corrupt { corrupt_rtu(to, &answer) } else { seal_rtu(to, &answer) };
                stream.write_all(&frame).await?;
                stream.flush().await?;
            }
        }
    }
    Ok(())
}

/// Takes the first request out of what was received, with whatever noise is before it.
fn next_request(received: &mut Vec<u8>) -> Option<Vec<u8>> {
    let mut keep_from = None;
    for offset in 0..received.len() {
        let bytes = received.get(offset..)?;
        match request_length(bytes) {
            Some(length) => match bytes.get(..length) {
                Some(frame) if open_rtu(frame).is_some() => {
                    let frame = frame.to_vec();
                    received.drain(..offset.saturating_add(length));
                    return Some(frame);
                }
                Some(_) => {}
                None => {
                    keep_from.get_or_insert(offset);
                }
            },
            // A function whose length is not known: a frame if it is all there is.
            None if bytes.len() >= 4 && open_rtu(bytes).is_some() => {
                let frame = bytes.to_vec();
                received.clear();
                return Some(frame);
            }
            None if bytes.len() < MAX_RTU_FRAME => {
                keep_from.get_or_insert(offset);
            }
            None => {}
        }
    }
    received.drain(..keep_from.unwrap_or(received.len()));
    None
}

/// The length of the serial request that begins with `bytes`, if it can be told.
fn request_length(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [_, 1..=6, ..] => Some(8),
        [_, 15 | 16, _, _, _, _, count, ..] => Some(usize::from(*count).saturating_add(9)),
        _ => None,
    }
}
