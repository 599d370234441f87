//! How to reach a mail server.
//!
//! Why: a wrong setting must be refused by name when the daemon starts, not when the first letter
//! is due. Guarantees: no password is sent over an unencrypted connection to another host; a
//! password is never shown.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio_rustls::TlsConnector;

/// A password. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Wraps a password.
    #[must_use]
    pub const fn new(secret: String) -> Self {
        Self(secret)
    }

    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Deadlines, one per phase.
///
/// The defaults are shorter than the minimum waits RFC 5321 4.5.3.2 recommends to relays on the
/// open Internet: we submit to a known server, and everything before the body is tried again. `body`
/// and `accept` together must stay well below the time after which an unfinished transmission is
/// called in doubt (15 minutes).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Name lookup, and TCP to each of the host's addresses (at most four are tried).
    pub connect: Duration,
    /// The TLS handshake.
    pub tls: Duration,
    /// The greeting.
    pub greeting: Duration,
    /// Each of EHLO, STARTTLS, AUTH, MAIL, RCPT.
    pub command: Duration,
    /// DATA until 354.
    pub data: Duration,
    /// Writing the whole body.
    pub body: Duration,
    /// The answer to the final dot.
    pub accept: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            connect: seconds(20),
            tls: seconds(20),
            greeting: seconds(60),
            command: seconds(60),
            data: seconds(60),
            body: seconds(180),
            accept: seconds(300),
        }
    }
}

/// What the URL of a mail server does not say.
#[derive(Debug, Clone)]
pub struct SmtpSettings {
    /// User for AUTH; takes precedence over the URL's.
    pub user: Option<String>,
    /// Password for AUTH; takes precedence over the URL's.
    pub password: Option<Password>,
    /// Host name given in EHLO.
    pub hello: String,
    /// Certificates (PEM) to trust instead of the public ones, for a relay with a private CA.
    pub ca_pem: Option<Vec<u8>>,
    /// Deadlines.
    pub timeouts: Timeouts,
}

impl Default for SmtpSettings {
    fn default() -> Self {
        Self {
            user: None,
            password: None,
            hello: "localhost".to_owned(),
            ca_pem: None,
            timeouts: Timeouts::default(),
        }
    }
}

/// Why a mailer cannot be made from its settings.
#[derive(Debug, thiserror::Error)]
pub enum MailerError {
    /// Not a URL of a known form; the text says what is wrong, without the URL.
    #[error("the mail URL cannot be used: {0}")]
    Url(&'static str),
    /// A user without a password or the other way round.
    #[error("the mail server needs both a user and a password, or neither")]
    HalfCredentials,
    /// AUTH over an unencrypted connection to another host.
    #[error("a password is only sent over TLS: use smtps:// or smtp+starttls://")]
    PasswordWithoutTls,
    /// `hello` is not a host name.
    #[error("the name for EHLO is not a host name")]
    Hello,
    /// No certificate in the PEM text.
    #[error("the CA file holds no usable certificate")]
    Ca,
    /// TLS cannot be set up.
    #[error("TLS cannot be set up")]
    Tls(#[source] rustls::Error),
}

/// When TLS begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Security {
    /// Never.
    Plain,
    /// With the connection.
    Implicit,
    /// After STARTTLS, without which nothing is sent.
    StartTls,
}

/// A parsed URL.
pub(super) struct Target {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub user: Option<String>,
    pub password: Option<Password>,
}

pub(super) fn parse_url(text: &str) -> Result<Target, MailerError> {
    let url = url::Url::parse(text).map_err(|_| MailerError::Url("not a URL"))?;
    let (security, port) = match url.scheme() {
        "smtp" => (Security::Plain, 25),
        "smtps" => (Security::Implicit, 465),
        "smtp+starttls" => (Security::StartTls, 587),
        _ => return Err(MailerError::Url("use smtp://, smtps://, smtp+starttls:// or maildir:")),
    };
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Err(MailerError::Url("nothing may follow the host and port"));
    }
    let host = url.host_str().filter(|h| !h.is_empty()).ok_or(MailerError::Url("no host"))?;
    let decode = |part: &str| percent_decode(part).ok_or(MailerError::Url("bad percent-encoding"));
    Ok(Target {
        host: host.trim_matches(['[', ']']).to_owned(),
        port: url.port().unwrap_or(port),
        security,
        user: Some(url.username()).filter(|u| !u.is_empty()).map(decode).transpose()?,
        password: url.password().map(decode).transpose()?.map(Password),
    })
}

fn percent_decode(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let mut nibble = || char::from(bytes.next()?).to_digit(16);
            let (high, low) = (nibble()?, nibble()?);
            out.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            out.push(byte);
        }
    }
    String::from_utf8(out).ok()
}

/// Whether a password may go to this host in the clear: only to ourselves.
pub(super) fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

pub(super) fn tls(ca_pem: Option<&[u8]>) -> Result<TlsConnector, MailerError> {
    let mut roots = rustls::RootCertStore::empty();
    match ca_pem {
        None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Some(pem) => {
            for certificate in CertificateDer::pem_slice_iter(pem) {
                let certificate = certificate.map_err(|_| MailerError::Ca)?;
                roots.add(certificate).map_err(|_| MailerError::Ca)?;
            }
        }
    }
    if roots.is_empty() {
        return Err(MailerError::Ca);
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(MailerError::Tls)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}
