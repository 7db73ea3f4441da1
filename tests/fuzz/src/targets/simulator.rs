//! A simulator whose clients send anything.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use arbitrary::{Arbitrary as _, Unstructured};
use modbus_bindgen_runtime::{Access, DeviceInfo, Kind, LinkInfo, PointInfo, PointSpec, RawType, Simulator, Table};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

static COIL: PointInfo = PointInfo::new(PointSpec {
    id: "coil",
    table: Table::Coil,
    words: &[3],
    access: Access::ReadWrite,
    raw: RawType::Bool,
    kind: Kind::Bool,
    ..PointSpec::DEFAULT
});
static PAIR: PointInfo = PointInfo::new(PointSpec {
    id: "pair",
    words: &[65535, 65534],
    access: Access::ReadWrite,
    raw: RawType::I32,
    ..PointSpec::DEFAULT
});
static READ: PointInfo =
    PointInfo::new(PointSpec { id: "read", table: Table::InputRegister, words: &[0], ..PointSpec::DEFAULT });
static WRITE: PointInfo =
    PointInfo::new(PointSpec { id: "write", words: &[1], access: Access::Write, ..PointSpec::DEFAULT });
static DEVICE: DeviceInfo = DeviceInfo {
    name: "fuzzed",
    manufacturer: "",
    document: "",
    link: LinkInfo::DEFAULT,
    reserved: &[(Table::HoldingRegister, 2, 7)],
    points: &[&[&COIL, &PAIR, &READ, &WRITE]],
};

/// What a client sends, in pieces; what it gets goes nowhere.
struct Client<'a> {
    pieces: Vec<&'a [u8]>,
}

impl AsyncRead for Client<'_> {
    fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, target: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if let Some(piece) = self.pieces.pop() {
            let (now, later) = piece.split_at(piece.len().min(target.remaining()));
            target.put_slice(now);
            if !later.is_empty() {
                self.pieces.push(later);
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Client<'_> {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        assert!(bytes.len() <= 260, "no answer is longer than a frame");
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

pub fn run(bytes: &[u8]) {
    if let Ok((serial, pieces)) = <(bool, Vec<&[u8]>)>::arbitrary_take_rest(Unstructured::new(bytes)) {
        check(serial, pieces);
    }
}

fn check(serial: bool, mut pieces: Vec<&[u8]>) {
    pieces.retain(|piece| !piece.is_empty());
    let simulator = Simulator::new(&DEVICE);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let client = Client { pieces };
    // Both end with the stream; a stream that is no Modbus ends early.
    let _ = runtime.block_on(async {
        if serial { simulator.serve_rtu(client, 1).await } else { simulator.serve_stream(client).await }
    });
    assert!(simulator.raw(Table::InputRegister, 0, 1) == Some(vec![0]), "nobody can write an input register");
}
