//! What lies outside: the mail server, the model's endpoint, the address of the admin interface.

use super::{Check, chain};
use crate::app;
use crate::cli::shared::tidy;
use crate::config::{Config, MailConfig, ModelConfig};
use llm::{AnswerFormat, CallOutcome, LlmError};
use mail::{Mailer, Phase, SendError};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// Longest wait for a mail server.
const PATIENCE: Duration = Duration::from_secs(30);

/// Mail, model, admin address.
pub async fn checks(config: Option<&Config>) -> Vec<Check> {
    match config {
        Some(c) => vec![mail_server(&c.mail).await, model(c.model.as_ref()).await, admin(c.admin).await],
        None => {
            ["mail", "model", "admin"].map(|n| Check::skipped(n, "the configuration cannot be read")).to_vec()
        }
    }
}

async fn mail_server(config: &MailConfig) -> Check {
    const NAME: &str = "mail";
    let mailer = match app::mailer(config) {
        Ok(Some(mailer)) => mailer,
        Ok(None) => {
            return Check::warn(
                NAME,
                "`mail.url` is not set: nothing is sent, proposals are made and wait",
                "set `mail.url`, for example smtps://mail.example.com or maildir:///var/lib/dunningd/mail",
            );
        }
        Err(error) => {
            return Check::fail(NAME, tidy(&format!("{error:#}"), 300), "correct the settings of [mail]");
        }
    };
    let (place, plain) = place(config.url.as_deref().unwrap_or_default());
    match timeout(PATIENCE, mailer.probe()).await {
        Ok(Ok(())) if plain => Check::warn(
            NAME,
            format!("{place} answers, but letters travel unencrypted"),
            "use smtps:// or smtp+starttls:// unless the relay stands on the same machine",
        ),
        Ok(Ok(())) => Check::ok(
            NAME,
            format!(
                "{place} {}",
                if matches!(mailer, Mailer::Maildir(_)) { "can be written" } else { "answers" }
            ),
        ),
        Ok(Err(error)) => Check::fail(NAME, format!("{place}: {}", chain(&error)), what_to_do(&error)),
        Err(_) => Check::fail(
            NAME,
            format!("{place} did not answer within {} s", PATIENCE.as_secs()),
            "check host, port and firewall",
        ),
    }
}

/// Scheme, host and path of a mail URL, without user and password; and whether it is unencrypted and
/// not on this machine.
pub(super) fn place(url: &str) -> (String, bool) {
    let Some((scheme, rest)) = url.split_once(':') else { return ("the mail server".to_owned(), false) };
    let rest = rest.trim_start_matches('/');
    if scheme == "maildir" {
        return (format!("folder /{}", tidy(rest, 200)), false);
    }
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let host = host.split('/').next().unwrap_or(host);
    let bare = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or(v6),
        None => host.split(':').next().unwrap_or(host),
    };
    let local = bare == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    (format!("{scheme}://{}", tidy(host, 200)), scheme == "smtp" && !local)
}

const fn what_to_do(error: &SendError) -> &'static str {
    match error.refusal().phase {
        Phase::Connect => "check host and port of `mail.url`, and the firewall",
        Phase::Tls => {
            "check the name in `mail.url` against the server's certificate, or use smtp+starttls:// on port 587"
        }
        Phase::Greeting | Phase::Ehlo => "check `mail.hello` and whether this machine may use that server",
        Phase::Auth => "check `mail.user` and `mail.password`",
        Phase::Folder => "check that dunningd may write that folder and that the disk is not full",
        Phase::Mail | Phase::Rcpt | Phase::Data | Phase::Body => "ask the server's operator",
    }
}

async fn model(config: Option<&ModelConfig>) -> Check {
    const NAME: &str = "model";
    let Some(settings) = config else {
        return Check::ok(NAME, "none: letters are written from templates, answers read by rules");
    };
    let llm = match app::model(config) {
        Ok(llm) => llm,
        Err(error) => {
            return Check::fail(NAME, tidy(&format!("{error:#}"), 300), "correct the settings of [model]");
        }
    };
    let name = tidy(&settings.name, 80);
    let probe = match timeout(settings.timeout + Duration::from_secs(5), llm.probe()).await {
        Ok(probe) => probe,
        Err(_) => return broken(&LlmError::Timeout, &name),
    };
    match probe.result {
        Ok(format) => {
            let how = match format {
                AnswerFormat::JsonSchema => "keeps to a JSON schema",
                AnswerFormat::JsonObject => "answers in JSON",
                AnswerFormat::PromptOnly => "answers in JSON when asked to in words",
            };
            let took = probe.call.map(|c| format!(", {} ms", c.latency.as_millis())).unwrap_or_default();
            let found = format!("{name} {how}{took}");
            let (_, remote) = place(&settings.base_url.replacen("http:", "smtp:", 1));
            if probe.plain_text && remote {
                let advice = "use https:// in `model.base_url`: letters and answers travel in it";
                return Check::warn(NAME, format!("{found}, over an unencrypted connection"), advice);
            }
            Check::ok(NAME, found)
        }
        Err(error) => broken(&error, &name),
    }
}

fn broken(error: &LlmError, name: &str) -> Check {
    let what = match error.outcome() {
        CallOutcome::Unreachable => "check `model.base_url` and the firewall",
        CallOutcome::Timeout => "check the endpoint, or give `model.timeout_seconds` more",
        CallOutcome::RateLimited => "check the quota of the key",
        CallOutcome::Rejected => "check `model.key` and `model.name`",
        CallOutcome::ServerError => {
            "check that `model.base_url` ends before /chat/completions and speaks the OpenAI protocol"
        }
        CallOutcome::Truncated | CallOutcome::Refused | CallOutcome::Invalid | CallOutcome::Suspicious => {
            "choose a model that follows instructions and answers in JSON"
        }
        CallOutcome::Ok | CallOutcome::NotCalled => "set `model.base_url` and `model.name`",
    };
    let advice = format!("{what}; until then templates and rules work alone");
    Check::fail("model", format!("{name}: {}", chain(error)), advice)
}

async fn admin(address: Option<SocketAddr>) -> Check {
    const NAME: &str = "admin";
    let Some(address) = address else { return Check::ok(NAME, "none: `admin.listen` is empty") };
    let second = Duration::from_secs(2);
    let found = match timeout(second, TcpStream::connect(address)).await {
        Ok(Ok(stream)) => match timeout(second, healthy(stream)).await {
            Ok(Ok(true)) => format!("a daemon answers at {address}"),
            Ok(_) | Err(_) => {
                return Check::fail(
                    NAME,
                    format!("another program answers at {address}"),
                    "choose another `admin.listen`",
                );
            }
        },
        Ok(Err(_)) | Err(_) => match TcpListener::bind(address).await {
            Ok(_) => format!("{address} is free"),
            Err(error) => {
                let advice = "set `admin.listen` to an address of this machine";
                return Check::fail(NAME, format!("cannot listen on {address}: {error}"), advice);
            }
        },
    };
    if address.ip().is_loopback() {
        return Check::ok(NAME, found);
    }
    Check::warn(
        NAME,
        format!("{found}; it can be reached from other machines, unencrypted"),
        "listen on 127.0.0.1 behind a proxy that speaks TLS",
    )
}

/// Whether a dunningd is at the other end.
async fn healthy(mut stream: TcpStream) -> std::io::Result<bool> {
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await?;
    let mut answer = Vec::new();
    stream.take(4096).read_to_end(&mut answer).await?;
    let text = String::from_utf8_lossy(&answer);
    Ok(text.starts_with("HTTP/1.1 200") && text.contains("\"status\":\"ok\""))
}
