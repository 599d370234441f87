//! One letter over SMTP (RFC 5321), in two steps.
//!
//! Why and what holds: see [`crate::send`](super). This file is the conversation itself: greeting,
//! EHLO, STARTTLS (RFC 3207), AUTH PLAIN or LOGIN (RFC 4954), SIZE (RFC 1870), MAIL, RCPT, DATA;
//! and after the caller's commit the body, dot-stuffed, and the final answer.
//!
//! What it does not do: no pipelining, no 8BITMIME or SMTPUTF8 (our messages and addresses are
//! ASCII), no second letter on the same connection.

use super::settings::{self, MailerError, Security, SmtpSettings, Timeouts};
use super::wire::{Lines, Wire, WireError};
use super::{Outcome, Phase, Refusal, Refused, Reply, SendError};
use crate::address::{Address, host_name};
use crate::outgoing::Envelope;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::commands::{Auth, Data, Ehlo, Mail, Quit, Rcpt, Starttls};
use lettre::transport::smtp::extension::{ClientId, MailParameter};
use lettre::transport::smtp::response::Response;
use std::fmt;
use std::time::Duration;
use tokio_rustls::TlsConnector;

/// How long a polite QUIT, or a word of farewell from a server that hung up, may take.
const FAREWELL: Duration = Duration::from_secs(1);
/// Octets written at once.
const CHUNK: usize = 16 * 1024;

/// A mail server and how to talk to it.
#[derive(Clone)]
pub struct Smtp {
    host: String,
    port: u16,
    security: Security,
    credentials: Option<(String, settings::Password)>,
    hello: String,
    timeouts: Timeouts,
    tls: Option<TlsConnector>,
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Smtp({}:{}, {:?})", self.host, self.port, self.security)
    }
}

impl Smtp {
    /// See [`super::Mailer::from_url`].
    ///
    /// # Errors
    ///
    /// [`MailerError`].
    pub fn from_url(url: &str, settings: SmtpSettings) -> Result<Self, MailerError> {
        let target = settings::parse_url(url)?;
        let credentials = match (settings.user.or(target.user), settings.password.or(target.password)) {
            (Some(user), Some(password)) => Some((user, password)),
            (None, None) => None,
            (Some(_), None) | (None, Some(_)) => return Err(MailerError::HalfCredentials),
        };
        let plain = target.security == Security::Plain;
        if plain && credentials.is_some() && !settings::is_loopback(&target.host) {
            return Err(MailerError::PasswordWithoutTls);
        }
        if !host_name(&settings.hello) {
            return Err(MailerError::Hello);
        }
        let tls = if plain { None } else { Some(settings::tls(settings.ca_pem.as_deref())?) };
        Ok(Self {
            host: target.host,
            port: target.port,
            security: target.security,
            credentials,
            hello: settings.hello,
            timeouts: settings.timeouts,
            tls,
        })
    }

    pub(super) async fn open(&self, envelope: &Envelope, size: usize) -> Result<Session, SendError> {
        let (mut wire, features) = self.begin().await?;
        match self.announce(&mut wire, &features, envelope, size).await {
            Ok(()) => Ok(Session { wire, timeouts: self.timeouts }),
            Err(error) => {
                quit(&mut wire).await;
                Err(error)
            }
        }
    }

    pub(super) async fn probe(&self) -> Result<(), SendError> {
        let (mut wire, _) = self.begin().await?;
        quit(&mut wire).await;
        Ok(())
    }

    /// Connected, encrypted as configured, greeted and authenticated. Failures here say nothing
    /// about a letter: all are deferred.
    async fn begin(&self) -> Result<(Wire, Features), SendError> {
        let limit = &self.timeouts;
        let mut wire =
            Wire::connect(&self.host, self.port, limit.connect).await.map_err(broken(Phase::Connect))?;
        if self.security == Security::Implicit {
            wire = self.secure(wire).await?;
        }
        let greeting = wire.reply(limit.greeting).await.map_err(broken(Phase::Greeting))?;
        expect(greeting, Phase::Greeting, 220)?;
        let mut features = self.ehlo(&mut wire).await?;
        if self.security == Security::StartTls {
            if !features.has("STARTTLS") {
                return Err(deferred(Phase::Tls, "the server offers no STARTTLS".to_owned(), None));
            }
            let answer = wire.command(&Starttls.to_string(), limit.command).await;
            expect(answer.map_err(broken(Phase::Tls))?, Phase::Tls, 220)?;
            wire = self.secure(wire).await?;
            features = self.ehlo(&mut wire).await?;
        }
        self.authenticate(&mut wire, &features).await?;
        Ok((wire, features))
    }

    async fn secure(&self, wire: Wire) -> Result<Wire, SendError> {
        match &self.tls {
            Some(tls) => wire.secure(tls, &self.host, self.timeouts.tls).await.map_err(broken(Phase::Tls)),
            None => Err(deferred(Phase::Tls, "TLS is not set up".to_owned(), None)),
        }
    }

    async fn ehlo(&self, wire: &mut Wire) -> Result<Features, SendError> {
        let command = Ehlo::new(ClientId::Domain(self.hello.clone())).to_string();
        let answer = wire.command(&command, self.timeouts.command).await.map_err(broken(Phase::Ehlo))?;
        if answer.code == 250 {
            Ok(Features(answer.lines))
        } else {
            Err(deferred(
                Phase::Ehlo,
                "the server refused the greeting".to_owned(),
                Some(answer.into_reply()),
            ))
        }
    }

    async fn authenticate(&self, wire: &mut Wire, features: &Features) -> Result<(), SendError> {
        let Some((user, password)) = &self.credentials else { return Ok(()) };
        let credentials = Credentials::new(user.clone(), password.expose().to_owned());
        let wrong = |why: &str| deferred(Phase::Auth, why.to_owned(), None);
        let mechanism = [Mechanism::Plain, Mechanism::Login]
            .into_iter()
            .find(|m| features.offers("AUTH", &m.to_string()))
            .ok_or_else(|| wrong("the server offers neither AUTH PLAIN nor LOGIN"))?;
        let first = Auth::new(mechanism, credentials.clone(), None);
        let mut command = first.map_err(|_| wrong("AUTH cannot be written"))?.to_string();
        // LOGIN asks twice; whoever asks more often is not served.
        for _ in 0..3 {
            let limit = self.timeouts.command;
            let answer = wire.command(&command, limit).await.map_err(broken(Phase::Auth))?;
            match answer.code {
                235 => return Ok(()),
                334 => {
                    let challenge = format!("334 {}\r\n", answer.lines.concat());
                    command = challenge
                        .parse::<Response>()
                        .and_then(|r| Auth::new_from_response(mechanism, credentials.clone(), &r))
                        .map_err(|_| wrong("the server's AUTH challenge is not understood"))?
                        .to_string();
                }
                _ => {
                    let why = "the server refused the user or password".to_owned();
                    return Err(deferred(Phase::Auth, why, Some(answer.into_reply())));
                }
            }
        }
        Err(wrong("the server never ends AUTH"))
    }

    /// MAIL, RCPT for every recipient, DATA. Replies here are about the letter.
    async fn announce(
        &self,
        wire: &mut Wire,
        features: &Features,
        envelope: &Envelope,
        size: usize,
    ) -> Result<(), SendError> {
        let limit = self.timeouts.command;
        if features.size_limit().is_some_and(|max| size > max) {
            let why = "the letter is larger than the server takes".to_owned();
            return Err(SendError::Rejected(Refusal {
                phase: Phase::Mail,
                why,
                reply: None,
                refused: vec![],
            }));
        }
        let parameters = if features.has("SIZE") { vec![MailParameter::Size(size)] } else { Vec::new() };
        let sender = envelope.from.as_ref().map(written).transpose()?;
        let answer = wire.command(&Mail::new(sender, parameters).to_string(), limit).await;
        judge(answer.map_err(broken(Phase::Mail))?, Phase::Mail, 250)?;

        let mut refused = Vec::new();
        for (index, recipient) in envelope.to.iter().enumerate() {
            let command = Rcpt::new(written(recipient)?, vec![]).to_string();
            let answer = wire.command(&command, limit).await.map_err(broken(Phase::Rcpt))?;
            match answer.code {
                250..=252 => {}
                // The server is going away or wants a login: not about this recipient.
                421 | 530..=539 => judge(answer, Phase::Rcpt, 250)?,
                _ => refused.push(Refused { index, reply: answer.into_reply() }),
            }
        }
        if let Some(worst) = refused.iter().map(|r| r.reply.clone()).max_by_key(|reply| reply.code / 100) {
            let permanent = worst.code >= 500;
            let why = format!("{} of {} recipients refused", refused.len(), envelope.to.len());
            let refusal = Refusal { phase: Phase::Rcpt, why, reply: Some(worst), refused };
            return Err(if permanent { SendError::Rejected(refusal) } else { SendError::Deferred(refusal) });
        }

        let answer = wire.command(&Data.to_string(), self.timeouts.data).await;
        judge(answer.map_err(broken(Phase::Data))?, Phase::Data, 354)?;
        if wire.is_quiet() { Ok(()) } else { Err(broken(Phase::Data)(WireError::OutOfTurn)) }
    }
}

/// A connection that has seen 354.
#[derive(Debug)]
pub(super) struct Session {
    wire: Wire,
    timeouts: Timeouts,
}

impl Session {
    pub async fn transmit(mut self, bytes: &[u8]) -> Outcome {
        let written = self.write_body(&stuffed(bytes)).await;
        let outcome = match written {
            Ok(()) => self.wire.reply(self.timeouts.accept).await,
            // A server that cuts a body off often says why before it hangs up.
            Err(cut) => self.wire.reply(FAREWELL).await.ok().filter(|r| r.code >= 400).ok_or(cut),
        };
        let outcome = match outcome {
            Ok(answer) => verdict(answer),
            Err(error) => Outcome::InDoubt { why: format!("after the body began: {error}") },
        };
        quit(&mut self.wire).await;
        outcome
    }

    async fn write_body(&mut self, body: &[u8]) -> Result<(), WireError> {
        let limit = self.timeouts.body;
        let wire = &mut self.wire;
        let writing = async move {
            for chunk in body.chunks(CHUNK) {
                wire.write(chunk, limit).await?;
            }
            Ok(())
        };
        tokio::time::timeout(limit, writing).await.map_err(|_| WireError::Timeout(limit))?
    }
}

fn verdict(answer: Lines) -> Outcome {
    let reply = answer.into_reply();
    match reply.code {
        200..=299 => Outcome::Accepted(reply),
        400..=499 => {
            Outcome::Deferred { reply: Some(reply), why: "the server put the letter off".to_owned() }
        }
        500..=599 => Outcome::Rejected(reply),
        code => Outcome::InDoubt { why: format!("the server answered the body with {code}") },
    }
}

/// CRLF line ends, a dot doubled at the start of a line (RFC 5321 4.5.2), the final dot.
fn stuffed(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 64 + 8);
    let mut previous = b'\n';
    let mut line_start = true;
    for byte in bytes {
        match byte {
            b'\n' if previous == b'\r' => {}
            b'\r' | b'\n' => {
                out.extend(b"\r\n");
                line_start = true;
            }
            byte => {
                if line_start && *byte == b'.' {
                    out.push(b'.');
                }
                out.push(*byte);
                line_start = false;
            }
        }
        previous = *byte;
    }
    out.extend(if line_start { &b".\r\n"[..] } else { b"\r\n.\r\n" });
    out
}

/// The lines of the EHLO reply; the first names the server.
struct Features(Vec<String>);

impl Features {
    fn words(&self, keyword: &str) -> Option<impl Iterator<Item = &str>> {
        self.0.iter().skip(1).find_map(|line| {
            let mut words = line.split_ascii_whitespace();
            words.next().is_some_and(|first| first.eq_ignore_ascii_case(keyword)).then_some(words)
        })
    }

    fn has(&self, keyword: &str) -> bool {
        self.words(keyword).is_some()
    }

    fn offers(&self, keyword: &str, value: &str) -> bool {
        self.words(keyword).is_some_and(|mut words| words.any(|w| w.eq_ignore_ascii_case(value)))
    }

    /// `SIZE 0` and a bare `SIZE` set no limit.
    fn size_limit(&self) -> Option<usize> {
        self.words("SIZE")?.next()?.parse().ok().filter(|max| *max > 0)
    }
}

fn written(address: &Address) -> Result<lettre::Address, SendError> {
    lettre::Address::new(address.local(), address.domain()).map_err(|_| {
        let why = "an address cannot be written in a command".to_owned();
        SendError::Rejected(Refusal { phase: Phase::Rcpt, why, reply: None, refused: vec![] })
    })
}

async fn quit(wire: &mut Wire) {
    // Nobody waits for the answer: the letter's fate is known.
    let _ = wire.write(Quit.to_string().as_bytes(), FAREWELL).await;
}

fn deferred(phase: Phase, why: String, reply: Option<Reply>) -> SendError {
    SendError::Deferred(Refusal { phase, why, reply, refused: vec![] })
}

fn broken(phase: Phase) -> impl Fn(WireError) -> SendError {
    move |error| deferred(phase, error.to_string(), None)
}

/// A reply before MAIL: anything unwanted is deferred.
fn expect(answer: Lines, phase: Phase, code: u16) -> Result<(), SendError> {
    if answer.code == code {
        return Ok(());
    }
    Err(deferred(phase, "the server does not serve us".to_owned(), Some(answer.into_reply())))
}

/// A reply about the letter: 5xx rejects, except that 53x asks for a login.
fn judge(answer: Lines, phase: Phase, code: u16) -> Result<(), SendError> {
    if answer.code == code {
        return Ok(());
    }
    let permanent = answer.code >= 500 && !(530..=539).contains(&answer.code);
    let why = "the server refused".to_owned();
    let refusal = Refusal { phase, why, reply: Some(answer.into_reply()), refused: vec![] };
    Err(if permanent { SendError::Rejected(refusal) } else { SendError::Deferred(refusal) })
}
