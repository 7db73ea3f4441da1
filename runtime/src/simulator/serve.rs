//! Requests in, answers out.

use std::io;
#[cfg(feature = "tcp")]
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
#[cfg(feature = "tcp")]
use tokio::net::TcpListener;
#[cfg(feature = "tcp")]
use tokio::task::JoinSet;
use tokio::time::timeout;
#[cfg(feature = "tcp")]
use tracing::debug;

use super::Simulator;
use crate::transport::BROADCAST;
use crate::transport::frame::{open_rtu, seal_rtu};
use crate::transport::tcp::Prefix;

/// The pause after a connection could not be accepted, for want of file handles most likely.
#[cfg(feature = "tcp")]
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);

/// The longest serial frame (Modbus over Serial Line V1.02, section 2.5.1.1).
const MAX_RTU_FRAME: usize = 256;

#[cfg(feature = "tcp")]
pub(super) async fn tcp(simulator: &Simulator, listener: TcpListener) {
    let mut clients = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((connection, client)) => {
                let simulator = simulator.clone();
                clients.spawn(async move {
                    // Answers are small, and the client waits for each.
                    let served = match connection.set_nodelay(true) {
                        Ok(()) => stream(&simulator, connection).await,
                        Err(error) => Err(error),
                    };
                    if let Err(error) = served {
                        debug!(%client, %error, "a client's connection ended");
                    }
                });
            }
            Err(error) => {
                debug!(%error, "cannot accept a connection");
                tokio::time::sleep(ACCEPT_AGAIN).await;
            }
        }
        while clients.try_join_next().is_some() {}
    }
}

pub(super) async fn stream(simulator: &Simulator, mut stream: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<()> {
    let mut received = Vec::new();
    while read_more(simulator, &mut stream, &mut received).await? > 0 {
        while let Some(prefix) = Prefix::of(&received) {
            let length = prefix
                .request_length()
                .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "what came in is not Modbus TCP"))?;
            if received.len() < length {
                break;
            }
            let frame: Vec<u8> = received.drain(..length).collect();
            if let Some(([header @ .., unit], pdu)) = frame.split_first_chunk::<7>() {
                let answer = simulator.answer(*unit, simulator.device().link.unit_id, pdu);
                // The unit id counts.
                let length = u16::try_from(answer.len().saturating_add(1)).unwrap_or(u16::MAX).to_be_bytes();
                let [id_high, id_low, ..] = *header;
                stream.write_all(&[&[id_high, id_low, 0, 0][..], &length, &[*unit], &answer].concat()).await?;
            }
        }
        stream.flush().await?;
    }
    Ok(())
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
                    simulator.answer(id, unit, pdu);
                }
            } else if to == unit || others.contains(&to) {
                let answer = simulator.answer(to, unit, pdu);
                stream.write_all(&seal_rtu(to, &answer)).await?;
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
