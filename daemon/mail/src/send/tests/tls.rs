//! TLS, STARTTLS and AUTH against a server with a certificate of the fixtures' CA.

use super::server::{Step, converse, listen};
use super::*;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;

const CA: &[u8] = include_bytes!("../../../fixtures/tls/ca.pem");
const CERTIFICATE: &[u8] = include_bytes!("../../../fixtures/tls/server.pem");
const KEY: &[u8] = include_bytes!("../../../fixtures/tls/server.key");

fn acceptor() -> TlsAcceptor {
    let chain = vec![CertificateDer::from_pem_slice(CERTIFICATE).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(KEY).unwrap();
    let config =
        rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

fn trusting() -> SmtpSettings {
    SmtpSettings { ca_pem: Some(CA.to_vec()), ..settings() }
}

fn session(auth: &'static str, login: Vec<Step>) -> Vec<Step> {
    let start = vec![Hear("EHLO"), Say(auth)];
    let rest = [Hear("MAIL"), Say("250 ok"), Hear("RCPT"), Say("250 ok"), Hear("DATA"), Say("354 go")];
    let end = [HearBody, Say("250 done"), Hear("QUIT")];
    and(and(and(start, login), rest), end)
}

async fn send(scheme: &str, settings: SmtpSettings, plain: Vec<Step>, secured: Vec<Step>) -> (Fate, bool) {
    let (listener, port) = listen().await;
    let mailer = Mailer::from_url(&format!("{scheme}://localhost:{port}"), settings).unwrap();
    let client = async {
        match mailer.open(&envelope(1), BODY.len()).await {
            Ok(ready) => Fate::Opened(ready.transmit(BODY).await),
            Err(error) => Fate::Stopped(error),
        }
    };
    let server = async {
        let (stream, _) = listener.accept().await.unwrap();
        let (stream, _) = converse(stream, plain).await;
        match acceptor().accept(stream).await {
            Ok(stream) => converse(stream, secured).await.1.body.is_some(),
            Err(_) => false,
        }
    };
    tokio::join!(client, server)
}

fn user(name: &str) -> SmtpSettings {
    SmtpSettings {
        user: Some(name.to_owned()),
        password: Some(Password::new("pass".to_owned())),
        ..trusting()
    }
}

#[tokio::test]
async fn implicit_tls_with_auth_plain() {
    // "\0name\0pass"
    let login = vec![Hear("AUTH PLAIN AG5hbWUAcGFzcw=="), Say("235 welcome")];
    let steps = and(vec![Say("220 x")], session("250-x\r\n250 AUTH LOGIN PLAIN", login));
    let (fate, arrived) = send("smtps", user("name"), vec![], steps).await;
    assert!(matches!(fate, Fate::Opened(Outcome::Accepted(_))) && arrived);
}

#[tokio::test]
async fn starttls_with_auth_login() {
    let plain =
        vec![Say("220 x"), Hear("EHLO"), Say("250-x\r\n250 STARTTLS"), Hear("STARTTLS"), Say("220 go")];
    let login = vec![
        Hear("AUTH LOGIN"),
        Say("334 VXNlcm5hbWU6"),
        Hear("bmFtZQ=="),
        Say("334 UGFzc3dvcmQ6"),
        Hear("cGFzcw=="),
        Say("235 welcome"),
    ];
    let (fate, arrived) =
        send("smtp+starttls", user("name"), plain, session("250-x\r\n250 AUTH LOGIN", login)).await;
    assert!(matches!(fate, Fate::Opened(Outcome::Accepted(_))) && arrived);
}

#[tokio::test]
async fn a_refused_password_defers_and_a_missing_mechanism_too() {
    for (offer, login) in [
        ("250-x\r\n250 AUTH PLAIN", vec![Hear("AUTH PLAIN"), Say("535 5.7.8 no")]),
        ("250-x\r\n250 AUTH PLAIN", vec![Hear("AUTH PLAIN"), Say("334 "), Hear("")]),
        ("250 x", vec![]),
    ] {
        let steps = and(vec![Say("220 x"), Hear("EHLO"), Say(offer)], login);
        let (fate, arrived) = send("smtps", user("name"), vec![], steps).await;
        let Fate::Stopped(error) = fate else { panic!("opened") };
        assert!(matches!(&error, SendError::Deferred(r) if r.phase == Phase::Auth), "{error}");
        assert!(!arrived);
    }
}

#[tokio::test]
async fn without_starttls_or_trust_nothing_is_said() {
    let plain = vec![Say("220 x"), Hear("EHLO"), Say("250 x"), Close];
    let (fate, _) = send("smtp+starttls", trusting(), plain, vec![]).await;
    assert!(
        matches!(fate, Fate::Stopped(SendError::Deferred(r)) if r.phase == Phase::Tls && r.why.contains("STARTTLS"))
    );

    let public_roots = SmtpSettings { ca_pem: None, ..trusting() };
    let (fate, _) = send("smtps", public_roots, vec![], vec![Say("220 x")]).await;
    assert!(
        matches!(fate, Fate::Stopped(SendError::Deferred(r)) if r.phase == Phase::Tls && r.why.contains("certificate"))
    );
}

#[tokio::test]
async fn a_reply_slipped_in_before_tls_is_not_believed() {
    let plain = vec![
        Say("220 x"),
        Hear("EHLO"),
        Say("250-x\r\n250 STARTTLS"),
        Hear("STARTTLS"),
        Say("220 go\r\n250-x\r\n250 AUTH PLAIN"),
        Close,
    ];
    let (fate, _) = send("smtp+starttls", trusting(), plain, vec![]).await;
    assert!(
        matches!(fate, Fate::Stopped(SendError::Deferred(r)) if r.phase == Phase::Tls && r.why.contains("out of turn"))
    );
}
