//! The connection to the broker.

use std::time::Duration;

use rumqttc::{AsyncClient, Event, LastWill, MqttOptions, Packet, QoS};
use tokio::sync::{mpsc, watch};

/// Somebody wants a value to be written.
#[derive(Debug)]
pub(crate) struct Set {
    /// The point's identifier.
    pub(crate) id: String,
    /// The value, as people write it.
    pub(crate) value: String,
}

/// What comes from the broker.
pub(crate) struct Incoming {
    /// Values to be written, in order.
    pub(crate) values: mpsc::Receiver<Set>,
    /// Whether the broker is there. Each time it comes it may have forgotten everything.
    pub(crate) is_there: watch::Receiver<bool>,
}

/// So many messages wait for a broker that is slow. A whole device fits, with its discovery.
const OUTGOING: usize = 4096;
/// So many values wait for a device that is slow.
const INCOMING: usize = 64;
const PAUSE: Duration = Duration::from_secs(1);

/// Connects in the background, again whenever the connection was lost.
///
/// # Errors
///
/// If the broker's address is none.
pub(crate) fn connect(broker: &str, client_id: &str, prefix: &str) -> Result<(AsyncClient, Incoming), String> {
    let (host, port) = match broker.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().map_err(|_| format!("`{port}` is no port"))?),
        None => (broker, 1883),
    };
    let mut options = MqttOptions::new(client_id, host, port);
    options.set_keep_alive(Duration::from_secs(10));
    // The broker says so when this program is gone without a word.
    options.set_last_will(LastWill::new(format!("{prefix}/available"), "offline", QoS::AtLeastOnce, true));
    let (client, mut events) = AsyncClient::new(options, OUTGOING);
    let (sender, values) = mpsc::channel(INCOMING);
    let (presence, is_there) = watch::channel(false);
    let (subscriber, set) = (client.clone(), format!("{prefix}/set/"));
    tokio::spawn(async move {
        loop {
            match events.poll().await {
                Ok(Event::Incoming(Packet::ConnAck(_))) => {
                    // There is room: nothing is sent to a broker that is away.
                    let _ = subscriber.try_subscribe(format!("{set}#"), QoS::AtLeastOnce);
                    presence.send_replace(true);
                }
                // A retained message is an old one, and would be written again with each connection.
                Ok(Event::Incoming(Packet::Publish(published))) if !published.retain => {
                    let Some(id) = published.topic.strip_prefix(&set) else { continue };
                    let value = String::from_utf8_lossy(&published.payload).into_owned();
                    // A value that cannot wait is not written minutes later.
                    if sender.try_send(Set { id: id.to_owned(), value }).is_err() {
                        eprintln!("{id}: not written, too many values wait for the device");
                    }
                }
                Ok(_) => {}
                Err(error) => {
                    presence.send_replace(false);
                    eprintln!("broker: {error}");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    });
    Ok((client, Incoming { values, is_there }))
}

/// Leaves without the last will.
pub(crate) async fn say_goodbye(client: &AsyncClient, prefix: &str) {
    // A broker that is away is told nothing.
    let _ = client.try_publish(format!("{prefix}/available"), QoS::AtLeastOnce, true, "offline");
    tokio::time::sleep(Duration::from_millis(200)).await;
    let _ = client.try_disconnect();
    tokio::time::sleep(Duration::from_millis(50)).await;
}
