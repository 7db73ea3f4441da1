//! A device made of points, and a unit that talks to a simulator of it.

use modbus_bindgen_runtime::{Bus, DeviceInfo, LinkInfo, PointInfo, Simulator, Unit};

/// A device with these points.
pub(crate) fn device(points: Vec<&'static PointInfo>, link: LinkInfo) -> &'static DeviceInfo {
    Box::leak(Box::new(DeviceInfo {
        name: "Device",
        manufacturer: "",
        document: "",
        link,
        reserved: &[],
        points: vec![&*points.leak()].leak(),
    }))
}

/// A simulator of a device with these points, and its unit 1.
pub(crate) fn serve(points: Vec<&'static PointInfo>, link: LinkInfo) -> (Simulator, Unit) {
    let device = device(points, link);
    let simulator = Simulator::new(device);
    let (ours, theirs) = tokio::io::duplex(4096);
    tokio::spawn({
        let simulator = simulator.clone();
        async move { simulator.serve_stream(theirs).await }
    });
    (simulator, Bus::builder().stream_tcp(ours).unit(1).with_device(device))
}
