//! The octets of an SMTP connection, with deadlines and bounds.
//!
//! Why: what a letter's fate rests on (which reply answers which command, when the body began)
//! must not be blurred by buffering. Guarantees: every read and write ends by its deadline; a reply
//! has at most 100 lines of 2,000 octets; octets that came before they were asked for are noticed
//! ([`Wire::is_quiet`]) instead of being taken for the next reply.

use super::Reply;
use rustls::pki_types::ServerName;
use std::io;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

const MAX_LINE: usize = 2000;
const MAX_LINES: usize = 100;
const MAX_TEXT: usize = 512;
/// Addresses of one host that are tried.
const MAX_ADDRESSES: usize = 4;

trait Io: AsyncRead + AsyncWrite + Unpin + Send + Sync {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + Sync> Io for T {}

/// What can go wrong on the wire. Shown to the operator; holds no payload.
#[derive(Debug, thiserror::Error)]
pub(super) enum WireError {
    #[error("no answer within {} ms", .0.as_millis())]
    Timeout(Duration),
    #[error("the server closed the connection")]
    Closed,
    #[error("{0}")]
    Io(io::Error),
    #[error("the server's reply is not SMTP")]
    NotSmtp,
    #[error("the server spoke out of turn")]
    OutOfTurn,
}

impl From<io::Error> for WireError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Closed,
            _ => Self::Io(error),
        }
    }
}

/// A reply with its lines, for EHLO.
pub(super) struct Lines {
    pub code: u16,
    pub lines: Vec<String>,
}

impl Lines {
    pub fn into_reply(self) -> Reply {
        let printable = |c: char| if c.is_control() { ' ' } else { c };
        let text = self.lines.join(" ").chars().map(printable).take(MAX_TEXT).collect();
        Reply { code: self.code, text }
    }
}

pub(super) struct Wire {
    stream: Box<dyn Io>,
    held: Vec<u8>,
}

impl std::fmt::Debug for Wire {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Wire({} octets unread)", self.held.len())
    }
}

impl Wire {
    /// TCP to the first of the host's addresses that answers.
    pub async fn connect(host: &str, port: u16, limit: Duration) -> Result<Self, WireError> {
        let found = timeout(limit, lookup_host((host, port))).await;
        let addresses = found.map_err(|_| WireError::Timeout(limit))??;
        let mut last = WireError::Io(io::Error::new(io::ErrorKind::NotFound, "the host has no address"));
        for address in addresses.take(MAX_ADDRESSES) {
            match timeout(limit, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => {
                    stream.set_nodelay(true)?;
                    return Ok(Self { stream: Box::new(stream), held: Vec::new() });
                }
                Ok(Err(error)) => last = error.into(),
                Err(_) => last = WireError::Timeout(limit),
            }
        }
        Err(last)
    }

    /// The TLS handshake. Octets that came before it were sent by whoever sits on the line.
    pub async fn secure(self, tls: &TlsConnector, host: &str, limit: Duration) -> Result<Self, WireError> {
        if !self.is_quiet() {
            return Err(WireError::OutOfTurn);
        }
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "the host name is not valid in TLS"))?;
        let stream = timeout(limit, tls.connect(name, self.stream)).await;
        let stream = stream.map_err(|_| WireError::Timeout(limit))??;
        Ok(Self { stream: Box::new(stream), held: Vec::new() })
    }

    /// Whether nothing was read that nobody asked for.
    pub fn is_quiet(&self) -> bool {
        self.held.is_empty()
    }

    /// A command and its reply.
    pub async fn command(&mut self, line: &str, limit: Duration) -> Result<Lines, WireError> {
        if !self.is_quiet() {
            return Err(WireError::OutOfTurn);
        }
        self.write(line.as_bytes(), limit).await?;
        self.reply(limit).await
    }

    /// All of `bytes`, by the deadline.
    pub async fn write(&mut self, bytes: &[u8], limit: Duration) -> Result<(), WireError> {
        let stream = &mut self.stream;
        let writing = async move {
            stream.write_all(bytes).await?;
            stream.flush().await
        };
        timeout(limit, writing).await.map_err(|_| WireError::Timeout(limit))?.map_err(WireError::from)
    }

    /// The next reply, all its lines, by the deadline.
    pub async fn reply(&mut self, limit: Duration) -> Result<Lines, WireError> {
        timeout(limit, self.read_reply()).await.map_err(|_| WireError::Timeout(limit))?
    }

    async fn read_reply(&mut self) -> Result<Lines, WireError> {
        let mut lines = Vec::new();
        loop {
            let line = self.read_line().await?;
            let (code, rest) = line.split_at_checked(3).ok_or(WireError::NotSmtp)?;
            let digits = code.bytes().all(|b| b.is_ascii_digit());
            let code = code.parse::<u16>().ok().filter(|c| digits && (200..600).contains(c));
            let code = code.ok_or(WireError::NotSmtp)?;
            let more = match rest.chars().next() {
                None | Some(' ') => false,
                Some('-') => true,
                Some(_) => return Err(WireError::NotSmtp),
            };
            lines.push(rest.get(1..).unwrap_or_default().trim().to_owned());
            if !more {
                return Ok(Lines { code, lines });
            }
            if lines.len() >= MAX_LINES {
                return Err(WireError::NotSmtp);
            }
        }
    }

    /// One line without its end; what follows stays held.
    async fn read_line(&mut self) -> Result<String, WireError> {
        loop {
            if let Some(end) = self.held.iter().position(|b| *b == b'\n') {
                let line: Vec<u8> = self.held.drain(..=end).collect();
                return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
            if self.held.len() > MAX_LINE {
                return Err(WireError::NotSmtp);
            }
            let mut chunk = [0; 1024];
            let read = self.stream.read(&mut chunk).await?;
            if read == 0 {
                return Err(WireError::Closed);
            }
            self.held.extend(chunk.iter().take(read));
        }
    }
}
