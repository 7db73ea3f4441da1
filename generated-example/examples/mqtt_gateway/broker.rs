//! The connection to the broker.

use std::time::Duration;

use rumqttc::{AsyncClient, Event, LastWill, MqttOptions, Packet, QoS};
use tokio::sync::mpsc;

/// What comes from the broker.
#[derive(Debug)]
pub(crate) enum Message {
    /// The broker is there, for the first time or again: it may have forgotten everything.
    Connected,
    /// Somebody wants a value to be written.
    Set {
        /// The point's identifier.
        id: String,
        /// The value, as people write it.
        value: String,
    },
}

/// What comes from the broker, in order.
pub(crate) type Messages = mpsc::Receiver<Message>;

/// So many messages wait for a broker that is slow. A whole device fits, with its discovery.
const OUTGOING: usize = 4096;
const PAUSE: Duration = Duration::from_secs(1);

/// Connects in the background, again whenever the connection was lost.
///
/// # Errors
///
/// If the broker's address is none.
pub(crate) fn connect(broker: &str, client_id: &str, prefix: &str) -> Result<(AsyncClient, Messages), String> {
    let (host, port) = match broker.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().map_err(|_| format!("`{port}` is no port"))?),
        None => (broker, 1883),
    };
    let mut options = MqttOptions::new(client_id, host, port);
    options.set_keep_alive(Duration::from_secs(10));
    // The broker says so when this program is gone without a word.
    options.set_last_will(LastWill::new(format!("{prefix}/available"), "offline", QoS::AtLeastOnce, true));
    let (client, mut events) = AsyncClient::new(options, OUTGOING);
    let (sender, messages) = mpsc::channel(64);
    let (subscriber, set) = (client.clone(), format!("{prefix}/set/"));
    tokio::spawn(async move {
        loop {
            let message = match events.poll().await {
                Ok(Event::Incoming(Packet::ConnAck(_))) => {
                    // Fails only where thousands of messages wait, and those come first anyway.
                    let _ = subscriber.try_subscribe(format!("{set}#"), QoS::AtLeastOnce);
                    Message::Connected
                }
                Ok(Event::Incoming(Packet::Publish(published))) => {
                    let Some(id) = published.topic.strip_prefix(&set) else { continue };
                    let value = String::from_utf8_lossy(&published.payload).into_owned();
                    Message::Set { id: id.to_owned(), value }
                }
                Ok(_) => continue,
                Err(error) => {
                    eprintln!("broker: {error}");
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            };
            // A value that cannot wait is not written minutes later.
            if let Err(mpsc::error::TrySendError::Closed(_)) = sender.try_send(message) {
                return;
            }
        }
    });
    Ok((client, messages))
}

/// Leaves without the last will.
pub(crate) async fn say_goodbye(client: &AsyncClient, prefix: &str) {
    // A broker that is away is told nothing.
    let _ = client.try_publish(format!("{prefix}/available"), QoS::AtLeastOnce, true, "offline");
    tokio::time::sleep(Duration::from_millis(200)).await;
    let _ = client.try_disconnect();
    tokio::time::sleep(Duration::from_millis(50)).await;
}
