//! Decoding a snapshot allocates nothing. Alone in its binary: the allocator that counts is for all threads.
#![cfg(feature = "simulator")]

use modbus_bindgen_runtime::{
    BitRange, Bus, DeviceInfo, Kind, LinkInfo, Point, PointInfo, PointSpec, RawType, Scale, Simulator, Snapshot, Table,
};
use tokio::io::duplex;

fn sum(points: &[Point<f64>], snapshot: &Snapshot) -> f64 {
    points.iter().filter_map(|point| snapshot.get(*point)).sum()
}

#[tokio::test]
async fn decoding_262_points_allocates_nothing() {
    let spec = PointSpec { raw: RawType::I16, kind: Kind::Scaled, scale: Scale::new(1, 0, 100), ..PointSpec::DEFAULT };
    // In turn: as it is, with swapped bytes, as a part, scaled by register 1000, both low word first.
    let specs = [
        spec,
        PointSpec { byte_swapped: true, ..spec },
        PointSpec { bits: Some(BitRange::new(1, 15)), ..spec },
        PointSpec { scale: Scale::ONE, scale_register: Some(1000), ..spec },
        PointSpec { raw: RawType::I32, byte_swapped: true, ..spec },
        PointSpec { raw: RawType::Bcd, ..spec },
        PointSpec { raw: RawType::SignMagnitude, ..spec },
        PointSpec { raw: RawType::Modulo10000, ..spec },
    ];
    let info = |(address, spec): (u16, &PointSpec)| {
        let (first, second) = (address * 2, address * 2 + 1);
        let is_pair = !matches!(spec.raw, RawType::I16);
        PointInfo::new(*spec).with_words(if is_pair { vec![second, first] } else { vec![first] }).leak()
    };
    let infos: &'static [&'static PointInfo] = (0..262).zip(specs.iter().cycle()).map(info).collect::<Vec<_>>().leak();
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
    simulator.set_raw(Table::HoldingRegister, 1000, &[0xFFFE]);
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
