//! From the device to the broker and back.

use std::collections::BTreeMap;
use std::time::Duration;

use modbus_bindgen_runtime::{AnyValue, Assignment, DeviceInfo, PointInfo, Role, Snapshot, Unit};
use rumqttc::{AsyncClient, QoS};
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

use super::broker::{Incoming, Set};
use super::discovery;

/// One device behind a broker.
pub(crate) struct Gateway {
    device: &'static DeviceInfo,
    client: AsyncClient,
    prefix: String,
    is_broker_there: watch::Receiver<bool>,
    /// What is known of the device, by topic: what a broker that is there was told.
    known: BTreeMap<String, String>,
}

impl Gateway {
    pub(crate) fn new(
        device: &'static DeviceInfo,
        client: AsyncClient,
        is_broker_there: watch::Receiver<bool>,
        prefix: &str,
    ) -> Self {
        Self { device, client, is_broker_there, prefix: prefix.to_owned(), known: BTreeMap::new() }
    }

    /// Reads the device every so often and writes what the broker brings, until nothing more can come from there.
    pub(crate) async fn run(&mut self, unit: &Unit, incoming: &mut Incoming, every: Duration) {
        let mut ticks = tokio::time::interval(every);
        // A reading that took long is not made up for.
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        loop {
            tokio::select! {
                _ = ticks.tick() => self.read(unit).await,
                changed = incoming.is_there.changed() => match changed {
                    Ok(()) => self.introduce(),
                    Err(_) => return,
                },
                Some(Set { id, value }) = incoming.values.recv() => self.write(unit, &id, &value).await,
            }
        }
    }

    /// Tells a broker that may know nothing everything that is known.
    fn introduce(&mut self) {
        for (topic, payload) in discovery::configurations(self.device, &self.prefix) {
            self.send(&topic, payload);
        }
        for (topic, payload) in std::mem::take(&mut self.known) {
            self.publish(topic, payload);
        }
    }

    async fn read(&mut self, unit: &Unit) {
        let points: Vec<&'static PointInfo> =
            self.device.points().filter(|point| point.role() == Role::Value).collect();
        match unit.read_points(points).await {
            Ok(snapshot) => {
                self.publish_values(&snapshot);
                self.publish(format!("{}/available", self.prefix), "online".to_owned());
            }
            Err(error) => {
                eprintln!("device: {error}");
                self.publish(format!("{}/available", self.prefix), "offline".to_owned());
            }
        }
    }

    fn publish_values(&mut self, snapshot: &Snapshot) {
        for point in snapshot.points() {
            let value = snapshot.value(point).map(|value| value.to_string()).unwrap_or_default();
            self.publish(format!("{}/state/{}", self.prefix, point.id()), value);
        }
    }

    /// Writes one value, and publishes what the device holds afterwards.
    async fn write(&mut self, unit: &Unit, id: &str, value: &str) {
        match self.try_write(unit, id, value).await {
            Ok(()) => self.read(unit).await,
            Err(error) => {
                eprintln!("{id} = {value}: {error}");
                // Not retained: it is about one message.
                let topic = format!("{}/error/{id}", self.prefix);
                let _ = self.client.try_publish(topic, QoS::AtLeastOnce, false, error);
            }
        }
    }

    async fn try_write(&self, unit: &Unit, id: &str, value: &str) -> Result<(), String> {
        let point = self.device.points().find(|point| point.id() == id).ok_or("the device has no such point")?;
        let assignment = match point.role() {
            Role::Command => Assignment::trigger(point),
            Role::Value => Assignment::any(point, AnyValue::parse(point, value).map_err(|error| error.to_string())?),
        };
        // Limits, access and what the device says about the point are checked before anything is sent.
        unit.write([assignment]).await.map_err(|error| error.to_string())
    }

    /// Publishes what is news. A broker that is away is told when it is back.
    fn publish(&mut self, topic: String, payload: String) {
        // What did not fit is news again with the next reading.
        if self.known.get(&topic) != Some(&payload) && self.send(&topic, payload.clone()) {
            self.known.insert(topic, payload);
        }
    }

    /// Whether the broker has it, or will be told when it is back.
    fn send(&self, topic: &str, payload: String) -> bool {
        !*self.is_broker_there.borrow() || self.client.try_publish(topic, QoS::AtLeastOnce, true, payload).is_ok()
    }
}
