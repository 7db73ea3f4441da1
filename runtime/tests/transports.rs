//! What a bus can run over, on sockets of this machine.
#![cfg(feature = "simulator")]
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use modbus_bindgen_runtime::{Bus, ConnectError, DeviceInfo, LinkInfo, Parity, RtuSettings, Simulator, Table};
use tokio::io::{DuplexStream, duplex};
use tokio::net::TcpListener;

const LINE: RtuSettings = RtuSettings { baud_rate: 19_200, parity: Parity::Even, data_bits: 8, stop_bits: 1 };

static DEVICE: DeviceInfo =
    DeviceInfo { name: "a pump", manufacturer: "", document: "", link: LinkInfo::DEFAULT, reserved: &[], points: &[] };

fn simulator() -> Simulator {
    let simulator = Simulator::new(&DEVICE);
    simulator.set_raw(Table::HoldingRegister, 100, &[213, 214]);
    simulator
}

async fn exercise(bus: &Bus, simulator: &Simulator) {
    let unit = bus.unit(7);
    assert_eq!(unit.read_holding(100, 2).await.unwrap(), [213, 214]);
    unit.write_registers(100, [1, 2]).await.unwrap();
    assert_eq!(simulator.raw(Table::HoldingRegister, 100, 2), Some(vec![1, 2]));
}

/// RTU frames over every TCP connection that is made.
async fn converter(simulator: Simulator) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            let _ = simulator.serve_rtu(connection, 7).await;
        }
    });
    address
}

#[tokio::test]
async fn rtu_over_tcp() {
    let simulator = simulator();
    let bus = Bus::rtu_over_tcp(converter(simulator.clone()).await, LINE).await.unwrap();
    exercise(&bus, &simulator).await;
    let error = Bus::rtu_over_tcp("converter:none", LINE).await.unwrap_err();
    assert!(matches!(error, ConnectError::Settings { .. }), "{error}");
}

#[tokio::test]
async fn a_gateway_is_planned_for_as_the_line_behind_it() {
    let simulator = simulator();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn({
        let simulator = simulator.clone();
        async move { simulator.serve_tcp(listener).await }
    });
    let gateway = Bus::builder().gateway(address, LINE).await.unwrap();
    exercise(&gateway, &simulator).await;
    assert!(gateway.cost().per_register_ns > 1_000_000, "{:?}", gateway.cost());
    let direct = Bus::tcp(address).await.unwrap();
    assert!(direct.cost().per_register_ns < 1_000, "{:?}", direct.cost());
}

#[tokio::test(start_paused = true)]
async fn streams_of_the_users_are_made_again() {
    for serial in [false, true] {
        let simulator = simulator();
        let made = Arc::new(AtomicUsize::new(0));
        let open = {
            let (simulator, made) = (simulator.clone(), Arc::clone(&made));
            move || {
                let (ours, theirs) = duplex(256);
                let (simulator, turn) = (simulator.clone(), made.fetch_add(1, Ordering::Relaxed));
                async move {
                    tokio::spawn(serve(simulator, theirs, serial, turn == 0));
                    Ok(ours)
                }
            }
        };
        let bus = match serial {
            true => Bus::builder().rtu_with("a tunnel", LINE, open).await.unwrap(),
            false => Bus::builder().tcp_with("a tunnel", open).await.unwrap(),
        };
        exercise(&bus, &simulator).await;
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert_eq!(bus.unit(7).read_holding(100, 2).await.unwrap(), [1, 2]);
        assert_eq!(made.load(Ordering::Relaxed), 2);
    }
}

async fn serve(simulator: Simulator, stream: DuplexStream, serial: bool, briefly: bool) {
    let serving = async {
        match serial {
            true => simulator.serve_rtu(stream, 7).await,
            false => simulator.serve_stream(stream).await,
        }
    };
    let limit = Duration::from_secs(if briefly { 30 } else { 3600 });
    let _ = tokio::time::timeout(limit, serving).await;
}
