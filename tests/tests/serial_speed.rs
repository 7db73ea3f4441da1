//! A whole snapshot over a serial line that is as slow as a real one: what is sent equals the plan, and the silence
//! between frames is kept. `benches/serial_speed.rs` reports the time.

mod paced;

use std::time::Instant;

use modbus_bindgen_runtime::Table;

use self::paced::{Paced, optimum, t35};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_snapshot_takes_what_its_plan_says() {
    let line = Paced::new();
    let plan = optimum();
    let begun = Instant::now();
    let readings = line.pump.read_all().await.unwrap();
    let took = begun.elapsed();
    assert_eq!(readings.absent().iter().count(), 0);
    let traffic = line.end().await;

    let planned: Vec<(u8, u16, u16)> = plan
        .requests()
        .iter()
        .map(|request| {
            let function = match request.table() {
                Table::Coil => 1,
                Table::DiscreteInput => 2,
                Table::HoldingRegister => 3,
                Table::InputRegister => 4,
            };
            (function, request.address(), request.count())
        })
        .collect();
    assert_eq!(traffic.requests, planned);
    assert_eq!(traffic.bytes, plan.bytes());
    let silence = traffic.silence.unwrap();
    assert!(silence >= t35(), "{silence:?} between frames, at least {:?}", t35());
    println!(
        "{} requests, {} bytes in {took:.3?}; planned {:.3?} ({:+.1} %); silence {silence:.3?} or more, {:.3?} on average, t3.5 {:.3?}",
        planned.len(),
        traffic.bytes,
        plan.expected_time(),
        100.0 * (took.as_secs_f64() / plan.expected_time().as_secs_f64() - 1.0),
        traffic.silent / u32::try_from(planned.len() - 1).unwrap(),
        t35(),
    );
    // A line faster than it can be would prove nothing.
    assert!(took > plan.expected_time().mul_f64(0.97), "{took:?}");
}
