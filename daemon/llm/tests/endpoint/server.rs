//! A model's endpoint on loopback: minimal HTTP/1.1, one scripted reply per request.

use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What the server does with one request.
pub enum Reply {
    /// Status, extra headers, body.
    Http(u16, Vec<(&'static str, String)>, String),
    /// A completion whose text depends on the request's body.
    By(fn(&Value) -> String),
    /// Keeps the connection open and says nothing.
    Silence,
    /// Announces and sends this many octets.
    Flood(usize),
    /// Closes at once.
    HangUp,
}

/// A request as it came in.
#[derive(Clone, Debug)]
pub struct Request {
    /// Head, lines ended by CRLF.
    pub head: String,
    /// JSON body.
    pub body: Value,
}

/// The running server; stops with the test's runtime.
pub struct Server {
    /// `http://127.0.0.1:port/v1`.
    pub url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Answers in this order; afterwards 500.
    pub async fn start(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        let replies = Arc::new(Mutex::new(VecDeque::from(replies)));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&replies), Arc::clone(&seen)));
            }
        });
        Self { url, requests }
    }

    /// Everything received so far.
    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TcpStream, replies: Arc<Mutex<VecDeque<Reply>>>, seen: Arc<Mutex<Vec<Request>>>) {
    let Some(request) = receive(&mut stream).await else { return };
    let body = request.body.clone();
    seen.lock().unwrap().push(request);
    let reply = replies.lock().unwrap().pop_front();
    let (status, headers, text) = match reply {
        Some(Reply::Http(status, headers, text)) => (status, headers, text),
        Some(Reply::By(say)) => (200, vec![], completion(&say(&body)).to_string()),
        Some(Reply::Silence) => {
            let mut rest = [0; 16];
            // Ends when the client gives up.
            let _ = stream.read(&mut rest).await;
            return;
        }
        Some(Reply::Flood(octets)) => {
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {octets}\r\n\r\n");
            let _ = stream.write_all(head.as_bytes()).await;
            let block = vec![b' '; 8192];
            for _ in 0..octets / block.len() {
                if stream.write_all(&block).await.is_err() {
                    return;
                }
            }
            return;
        }
        Some(Reply::HangUp) => return,
        None => (500, vec![], "the script is over".to_owned()),
    };
    let mut head = format!("HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {}\r\n", text.len());
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    let _ = stream.write_all(format!("{head}\r\n{text}").as_bytes()).await;
    let _ = stream.shutdown().await;
}

async fn receive(stream: &mut TcpStream) -> Option<Request> {
    let mut data = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let read = stream.read(&mut buffer).await.ok().filter(|n| *n > 0)?;
        data.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&data);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().unwrap())
        });
        if body.len() >= length.unwrap_or(0) {
            return Some(Request { head: head.to_owned(), body: serde_json::from_str(body).unwrap() });
        }
    }
}

/// A chat completion with this text.
pub fn completion(text: &str) -> Value {
    json!({
        "id": "c-1", "object": "chat.completion", "created": 1, "model": "m", "system_fingerprint": null,
        "choices": [{ "index": 0, "finish_reason": "stop", "message": { "role": "assistant", "content": text } }],
        "usage": { "prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120 },
    })
}

/// 200 with a completion.
pub fn says(text: &str) -> Reply {
    Reply::Http(200, vec![], completion(text).to_string())
}

/// An error status with a body.
pub fn fails(status: u16, body: &str) -> Reply {
    Reply::Http(status, vec![], body.to_owned())
}
