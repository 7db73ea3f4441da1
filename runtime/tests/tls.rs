//! Modbus over TLS (Modbus/TCP Security, V21: TLS 1.2 or later, both sides with certificates), as a user builds it:
//! tokio-rustls makes the streams, the bus makes them again when they are lost.
#![cfg(feature = "simulator")]
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use modbus_bindgen_runtime::{Bus, ConnectError, DeviceInfo, Event, LinkInfo, Simulator, Table};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// The name the server's certificate is for.
const SERVER: &str = "pump.example";

static DEVICE: DeviceInfo =
    DeviceInfo { name: "a pump", manufacturer: "", document: "", link: LinkInfo::DEFAULT, reserved: &[], points: &[] };

/// Signs certificates.
struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key.
type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    fn identity(&self, name: &str, purpose: ExtendedKeyUsagePurpose) -> Identity {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.extended_key_usages = vec![purpose];
        let certificate = params.signed_by(&key, &self.0).unwrap();
        (vec![certificate.der().clone()], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
    }

    fn roots(&self) -> Arc<RootCertStore> {
        let mut roots = RootCertStore::empty();
        roots.add(self.0.der().clone()).unwrap();
        Arc::new(roots)
    }

    /// A server that lets in who has a certificate of this authority.
    fn server(&self) -> TlsAcceptor {
        let provider = Arc::new(default_provider());
        let (chain, key) = self.identity(SERVER, ExtendedKeyUsagePurpose::ServerAuth);
        let clients = WebPkiClientVerifier::builder_with_provider(self.roots(), Arc::clone(&provider)).build().unwrap();
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        Arc::new(config.with_client_cert_verifier(clients).with_single_cert(chain, key).unwrap()).into()
    }

    fn client(&self, identity: Option<Identity>) -> TlsConnector {
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider()));
        let config = config.with_safe_default_protocol_versions().unwrap().with_root_certificates(self.roots());
        let config = match identity {
            Some((chain, key)) => config.with_client_auth_cert(chain, key).unwrap(),
            None => config.with_no_client_auth(),
        };
        Arc::new(config).into()
    }
}

/// Serves the simulator over TLS. The first connection ends when the receiver is told.
async fn serve(simulator: Simulator, acceptor: TlsAcceptor, end_first: oneshot::Receiver<()>) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut end_first = Some(end_first);
        let mut connections = JoinSet::new();
        while let Ok((connection, _)) = listener.accept().await {
            let (simulator, acceptor, end) = (simulator.clone(), acceptor.clone(), end_first.take());
            connections.spawn(async move {
                let Ok(stream) = acceptor.accept(connection).await else { return };
                tokio::select! {
                    _ = simulator.serve_stream(stream) => {}
                    Ok(()) = async { match end { Some(end) => end.await, None => std::future::pending().await } } => {}
                }
            });
        }
    });
    address
}

async fn bus(address: SocketAddr, tls: TlsConnector) -> Result<Bus, ConnectError> {
    let open = move || {
        let tls = tls.clone();
        async move {
            let stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            tls.connect(ServerName::try_from(SERVER).map_err(std::io::Error::other)?, stream).await
        }
    };
    Bus::builder().response_timeout(Duration::from_secs(5)).tcp_with(SERVER, open).await
}

#[tokio::test]
async fn reads_and_writes_over_tls_and_connects_again() {
    let authority = Authority::new();
    let simulator = Simulator::new(&DEVICE);
    simulator.set_raw(Table::HoldingRegister, 100, &[213, 214]);
    let (end, ended) = oneshot::channel();
    let address = serve(simulator.clone(), authority.server(), ended).await;

    let identity = authority.identity("gateway.example", ExtendedKeyUsagePurpose::ClientAuth);
    let bus = bus(address, authority.client(Some(identity))).await.unwrap();
    let mut events = bus.events();
    let unit = bus.unit(1);
    assert_eq!(unit.read_holding(100, 2).await.unwrap(), [213, 214]);
    unit.write_register(100, 220).await.unwrap();
    assert_eq!(simulator.raw(Table::HoldingRegister, 100, 1), Some(vec![220]));

    end.send(()).unwrap();
    assert!(matches!(events.next().await, Some(Event::Connected)));
    // The end of the connection is noticed by the next request.
    assert_eq!(unit.read_holding(100, 2).await.unwrap(), [220, 214]);
    assert!(matches!(events.next().await, Some(Event::Lost { .. })));
    assert!(matches!(events.next().await, Some(Event::Connected)));
    bus.close().await;
}

#[tokio::test]
async fn a_client_without_a_certificate_is_not_let_in() {
    let authority = Authority::new();
    let (_end, ended) = oneshot::channel();
    let address = serve(Simulator::new(&DEVICE), authority.server(), ended).await;
    let stranger = Authority::new().identity("gateway.example", ExtendedKeyUsagePurpose::ClientAuth);
    for identity in [None, Some(stranger)] {
        // With TLS 1.3 the client learns of the refusal only after its handshake.
        match bus(address, authority.client(identity)).await {
            Ok(bus) => assert!(bus.unit(1).read_holding(100, 2).await.is_err()),
            Err(error) => assert!(matches!(error, ConnectError::Io { .. }), "{error}"),
        }
    }
}

#[tokio::test]
async fn a_server_of_another_authority_is_not_trusted() {
    let (_end, ended) = oneshot::channel();
    let address = serve(Simulator::new(&DEVICE), Authority::new().server(), ended).await;
    let error = bus(address, Authority::new().client(None)).await.unwrap_err();
    assert!(error.to_string().starts_with("cannot connect to pump.example: invalid peer certificate"), "{error}");
}
