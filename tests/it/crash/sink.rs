//! A mail server that remembers what it accepted.
//!
//! It belongs to the test process, which nobody kills: what it has seen, it has seen.

use anyhow::Result;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// Message-IDs of the letters accepted, in order, repeats included.
#[derive(Clone, Default)]
pub struct Sink(Arc<Mutex<Vec<String>>>);

impl Sink {
    /// Listens on a free port of the loopback; the URL to send to.
    pub async fn start() -> Result<(Self, String)> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("smtp://{}", listener.local_addr()?);
        let sink = Self::default();
        let server = sink.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let sink = server.clone();
                // A client that is killed in the middle ends its connection, nothing else.
                tokio::spawn(async move { sink.serve(stream).await.ok() });
            }
        });
        Ok((sink, url))
    }

    /// What was accepted so far.
    pub fn accepted(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn serve(&self, stream: TcpStream) -> Result<()> {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).split(b'\n');
        write.write_all(b"220 sink\r\n").await?;
        while let Some(line) = lines.next_segment().await? {
            let command = String::from_utf8_lossy(&line).trim().to_ascii_uppercase();
            let answer: &[u8] = match command.get(..4) {
                Some("EHLO" | "HELO") => b"250-sink\r\n250 8BITMIME\r\n",
                Some("DATA") => {
                    write.write_all(b"354 go ahead\r\n").await?;
                    let mut id = None;
                    loop {
                        // The end of the connection before the final dot: not accepted.
                        let Some(line) = lines.next_segment().await? else { return Ok(()) };
                        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
                        if line == "." {
                            break;
                        }
                        if let Some(found) = line.strip_prefix("Message-ID:") {
                            id.get_or_insert(found.trim().to_owned());
                        }
                    }
                    let id = id.unwrap_or_else(|| "without a Message-ID".to_owned());
                    // Accepted is accepted, also when nobody is left to hear the 250.
                    self.0.lock().unwrap_or_else(PoisonError::into_inner).push(id);
                    b"250 accepted\r\n"
                }
                Some("QUIT") => {
                    write.write_all(b"221 bye\r\n").await?;
                    return Ok(());
                }
                _ => b"250 fine\r\n",
            };
            write.write_all(answer).await?;
        }
        Ok(())
    }
}
