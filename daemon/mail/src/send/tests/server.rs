//! A server that says and hears what a test tells it to.

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;

#[derive(Debug, Clone, Copy)]
pub enum Step {
    /// A reply, CRLF added.
    Say(&'static str),
    /// A line with this beginning.
    Hear(&'static str),
    /// The body up to the final dot, or the end of the connection.
    HearBody,
    /// So many octets of the body.
    HearSome(usize),
    /// Closes.
    Close,
    /// Says nothing more until the client leaves.
    Hang,
    /// Endless octets without a line end.
    Flood,
}

#[derive(Debug, Default)]
pub struct Log {
    /// What came before the final dot, if the dot came.
    pub body: Option<Vec<u8>>,
    /// Whether the client closed before the script was over.
    pub hung_up: bool,
}

pub async fn listen() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

pub async fn serve(listener: TcpListener, steps: Vec<Step>) -> Log {
    let (stream, _) = listener.accept().await.unwrap();
    converse(stream, steps).await.1
}

/// Follows the script; gives the stream back for an upgrade.
pub async fn converse<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, steps: Vec<Step>) -> (S, Log) {
    let mut log = Log::default();
    for step in steps {
        let went_on = match step {
            Step::Say(text) => stream.write_all(format!("{text}\r\n").as_bytes()).await.is_ok(),
            Step::Hear(start) => {
                let line = until(&mut stream, b"\r\n").await;
                assert!(
                    line.is_none() || line.as_ref().unwrap().starts_with(start.as_bytes()),
                    "{start}: {line:?}"
                );
                line.is_some()
            }
            Step::HearBody => {
                log.body = until(&mut stream, b"\r\n.\r\n").await.map(|mut body| {
                    body.truncate(body.len() - 3);
                    body
                });
                log.body.is_some()
            }
            Step::HearSome(count) => {
                let mut some = vec![0; count];
                stream.read_exact(&mut some).await.is_ok()
            }
            Step::Close => break,
            Step::Hang => {
                while stream.read(&mut [0; 64]).await.is_ok_and(|read| read > 0) {}
                break;
            }
            Step::Flood => {
                while stream.write_all(&[b'2'; 4096]).await.is_ok() {}
                break;
            }
        };
        if !went_on {
            log.hung_up = true;
            break;
        }
    }
    (stream, log)
}

async fn until<S: AsyncRead + Unpin>(stream: &mut S, end: &[u8]) -> Option<Vec<u8>> {
    let mut got = Vec::new();
    while !got.ends_with(end) {
        got.push(stream.read_u8().await.ok()?);
    }
    Some(got)
}
