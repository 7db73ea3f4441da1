//! Decoding a snapshot allocates nothing. Alone in its binary: the allocator that counts is for all threads.
#![cfg(feature = "simulator")]

use modbus_bindgen_runtime::{
    Bus, DeviceInfo, Kind, LinkInfo, Point, PointInfo, PointSpec, RawType, Scale, Simulator, Snapshot,
};
use tokio::io::duplex;

fn sum(points: &[Point<f64>], snapshot: &Snapshot) -> f64 {
    points.iter().filter_map(|point| snapshot.get(*point)).sum()
}

#[tokio::test]
async fn decoding_262_points_allocates_nothing() {
    let spec = PointSpec { raw: RawType::I16, kind: Kind::Scaled, scale: Scale::new(1, 0, 100), ..PointSpec::DEFAULT };
    let info = |address| PointInfo::new(spec).with_words(vec![address]).leak();
    let infos: &'static [&'static PointInfo] = (0..262).map(info).collect::<Vec<_>>().leak();
    let device: &'static DeviceInfo = Box::leak(Box::new(DeviceInfo {
        name: "",
        manufacturer: "",
        document: "",
        link: LinkInfo::DEFAULT,
        reserved: &[],
        points: vec![infos].leak(),
    }));
    let simulator = Simulator::new(device);
    let (ours, theirs) = duplex(1024);
    tokio::spawn({
        let simulator = simulator.clone();
        async move { simulator.serve_stream(theirs).await }
    });
    let points: Vec<Point<f64>> = infos.iter().copied().map(Point::new).collect();
    for point in &points {
        simulator.set(*point, 21.37).unwrap();
    }
    let snapshot = Bus::builder().stream_tcp(ours).unit(1).read_points(infos.iter().copied()).await.unwrap();
    let mut total = 0.0;
    let allocated = allocation_counter::measure(|| total = sum(&points, &snapshot));
    assert!((total - 262.0 * 21.37).abs() < 1e-6, "{total}");
    assert_eq!(allocated.count_total, 0);
}
