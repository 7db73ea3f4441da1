//! Events of a connection, for programs that show or log them.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

/// The most events kept for a slow listener; the oldest are dropped first.
const BACKLOG: usize = 64;

/// Something that happened to a bus.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Event {
    /// The connection was made, or made again.
    Connected,
    /// The connection was lost. It is made again, unless the bus was given a stream that cannot be.
    Lost {
        /// Why.
        reason: Arc<io::Error>,
    },
    /// An attempt to connect failed.
    Unreachable {
        /// Why.
        reason: Arc<io::Error>,
        /// When the next attempt is made.
        retry_in: Duration,
    },
    /// A unit was silent twice in a row. While requests to others wait, it is asked less often.
    UnitSilent {
        /// The unit id.
        unit: u8,
    },
    /// A unit that was silent answered.
    UnitBack {
        /// The unit id.
        unit: u8,
    },
    /// More replies came than were asked for, on a line where replies do not say which request they answer: since the
    /// line was last idle, values may have been those of the previous request. From now on they are right again.
    RepliesShifted {
        /// How many requests were answered in that time.
        requests: u32,
        /// How long it was.
        within: Duration,
    },
    /// The bus was closed. Nothing follows.
    Closed,
}

impl Event {
    const fn is_of_connection(&self) -> bool {
        !matches!(self, Self::UnitSilent { .. } | Self::UnitBack { .. } | Self::RepliesShifted { .. })
    }
}

/// The events of a bus, beginning with the current state of its connection.
#[derive(Debug)]
pub struct Events {
    first: Option<Event>,
    rest: broadcast::Receiver<Event>,
    over: bool,
}

impl Events {
    /// The next event; `None` after [`Event::Closed`]. The future may be dropped at any time without losing an event.
    ///
    /// A listener that calls this too rarely misses the oldest events, never the newest.
    pub async fn next(&mut self) -> Option<Event> {
        while !self.over {
            let event = match self.first.take() {
                Some(event) => event,
                None => match self.rest.recv().await {
                    Ok(event) => event,
                    Err(RecvError::Lagged(_)) => continue,
                    Err(RecvError::Closed) => Event::Closed,
                },
            };
            self.over = matches!(event, Event::Closed);
            return Some(event);
        }
        None
    }
}

/// Tells everybody who listens.
#[derive(Debug)]
pub(super) struct Announcer {
    listeners: broadcast::Sender<Event>,
    /// What was last said about the connection.
    connection: Mutex<Option<Event>>,
    /// How often it was made.
    connections: AtomicU64,
    /// How often units came back.
    returns: Mutex<HashMap<u8, u64>>,
}

impl Default for Announcer {
    fn default() -> Self {
        Self {
            listeners: broadcast::Sender::new(BACKLOG),
            connection: Mutex::new(None),
            connections: AtomicU64::new(0),
            returns: Mutex::new(HashMap::new()),
        }
    }
}

impl Announcer {
    pub(super) fn announce(&self, event: Event) {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(event, Event::Connected) {
            self.connections.fetch_add(1, Ordering::AcqRel);
        }
        if let Event::UnitBack { unit } = event {
            let mut returns = self.returns.lock().unwrap_or_else(PoisonError::into_inner);
            let times = returns.entry(unit).or_default();
            *times = times.saturating_add(1);
        }
        if event.is_of_connection() {
            *connection = Some(event.clone());
        }
        // Nobody has to listen.
        let _ = self.listeners.send(event);
    }

    /// How often the connection was made, and the unit came back on it.
    pub(super) fn connections(&self, unit: u8) -> u64 {
        let returns = self.returns.lock().unwrap_or_else(PoisonError::into_inner);
        let times = returns.get(&unit).copied().unwrap_or_default();
        self.connections.load(Ordering::Acquire).saturating_add(times)
    }

    pub(super) fn events(&self) -> Events {
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        Events { first: connection.clone(), rest: self.listeners.subscribe(), over: false }
    }
}
