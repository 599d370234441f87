//! Every outcome of a letter against a scripted server on loopback.

mod server;
mod tls;

use super::*;
use server::{Log, Step, serve};
use std::time::{Duration, Instant};

fn envelope(count: usize) -> Envelope {
    let to = (0..count).map(|i| format!("to{i}@debtor.test").parse().unwrap()).collect();
    Envelope { from: Some("bounces+b1@muster.test".parse().unwrap()), to }
}

/// Deadlines no loaded machine misses; a test about hanging uses [`impatient`] ones.
fn settings() -> SmtpSettings {
    SmtpSettings { hello: "daemon.muster.test".to_owned(), ..SmtpSettings::default() }
}

fn impatient() -> SmtpSettings {
    let brief = Duration::from_millis(200);
    let timeouts =
        Timeouts { greeting: brief, command: brief, data: brief, accept: brief, ..Timeouts::default() };
    SmtpSettings { timeouts, ..settings() }
}

const BODY: &[u8] = b"Subject: x\r\n\r\nHello\r\n.dot\r\n";

use Step::{Close, Hang, Hear, HearBody, HearSome, Say};

/// Up to and including the answer to RCPT.
fn until_rcpt() -> Vec<Step> {
    vec![
        Say("220 mx.test ESMTP"),
        Hear("EHLO daemon.muster.test"),
        Say("250-mx.test\r\n250-SIZE 100000\r\n250 8BITMIME"),
        Hear("MAIL FROM:<bounces+b1@muster.test> SIZE="),
        Say("250 2.1.0 ok"),
        Hear("RCPT TO:<to0@debtor.test>"),
    ]
}

fn until_body() -> Vec<Step> {
    let mut steps = until_rcpt();
    steps.extend([Say("250 ok"), Hear("DATA"), Say("354 go on")]);
    steps
}

fn and(mut steps: Vec<Step>, more: impl IntoIterator<Item = Step>) -> Vec<Step> {
    steps.extend(more);
    steps
}

enum Fate {
    Opened(Outcome),
    Stopped(SendError),
}

/// Runs one letter against the script; gives its fate and what the server saw.
async fn send_with(steps: Vec<Step>, recipients: usize, settings: SmtpSettings) -> (Fate, Log) {
    let (listener, port) = server::listen().await;
    let mailer = Mailer::from_url(&format!("smtp://127.0.0.1:{port}"), settings).unwrap();
    let client = async {
        match mailer.open(&envelope(recipients), BODY.len()).await {
            Ok(ready) => Fate::Opened(ready.transmit(BODY).await),
            Err(error) => Fate::Stopped(error),
        }
    };
    let (fate, log) = tokio::join!(client, serve(listener, steps));
    (fate, log)
}

async fn outcome(steps: Vec<Step>) -> (Outcome, Log) {
    let limits = if steps.iter().any(|s| matches!(s, Hang)) { impatient() } else { settings() };
    match send_with(steps, 1, limits).await {
        (Fate::Opened(outcome), log) => (outcome, log),
        (Fate::Stopped(error), _) => panic!("stopped: {error}"),
    }
}

async fn stopped(steps: Vec<Step>, recipients: usize) -> SendError {
    let limits = if steps.iter().any(|s| matches!(s, Hang | Step::Flood)) { impatient() } else { settings() };
    match send_with(steps, recipients, limits).await {
        (Fate::Stopped(error), log) => {
            assert_eq!(log.body, None, "nothing may have left");
            error
        }
        (Fate::Opened(outcome), _) => panic!("opened: {outcome:?}"),
    }
}

fn deferred_at(error: &SendError, phase: Phase, code: Option<u16>) {
    let SendError::Deferred(refusal) = error else { panic!("not deferred: {error}") };
    assert_eq!((refusal.phase, refusal.reply.as_ref().map(|r| r.code)), (phase, code), "{error}");
}

fn rejected_at(error: &SendError, phase: Phase, code: Option<u16>) {
    let SendError::Rejected(refusal) = error else { panic!("not rejected: {error}") };
    assert_eq!((refusal.phase, refusal.reply.as_ref().map(|r| r.code)), (phase, code), "{error}");
}

#[tokio::test]
async fn sending_may_move_between_threads() {
    fn movable<T: Send>(value: T) -> T {
        value
    }
    let (mailer, memory) = Mailer::memory();
    let to = envelope(1);
    let ready = movable(mailer.open(&to, BODY.len())).await.unwrap();
    assert!(matches!(movable(ready.transmit(BODY)).await, Outcome::Accepted(_)));
    assert_eq!(memory.sent().len(), 1);
}

#[tokio::test]
async fn a_letter_is_taken() {
    let steps = and(until_body(), [HearBody, Say("250-2.0.0 ok\r\n250 queued as 4711"), Hear("QUIT")]);
    let (Fate::Opened(outcome), log) = send_with(steps, 1, settings()).await else { panic!("stopped") };
    let Outcome::Accepted(reply) = outcome else { panic!("{outcome:?}") };
    assert_eq!((reply.code, reply.text.as_str()), (250, "2.0.0 ok queued as 4711"));
    assert_eq!(log.body.unwrap(), b"Subject: x\r\n\r\nHello\r\n..dot\r\n", "stuffed, nothing added");
}

#[tokio::test]
async fn replies_after_the_dot_decide() {
    let (deferred, _) = outcome(and(until_body(), [HearBody, Say("451 4.7.1 later")])).await;
    assert!(matches!(deferred, Outcome::Deferred { reply: Some(r), .. } if r.code == 451));
    let (rejected, _) = outcome(and(until_body(), [HearBody, Say("552 5.2.2 full")])).await;
    assert!(matches!(rejected, Outcome::Rejected(r) if r.code == 552));
    let (odd, _) = outcome(and(until_body(), [HearBody, Say("354 more?")])).await;
    assert!(matches!(odd, Outcome::InDoubt { .. }));
    let (babble, _) = outcome(and(until_body(), [HearBody, Say("fine, thanks")])).await;
    assert!(matches!(babble, Outcome::InDoubt { .. }));
}

#[tokio::test]
async fn silence_after_the_body_began_is_doubt() {
    for end in [
        vec![HearBody, Close],
        vec![HearBody, Hang],
        vec![HearSome(5), Close],
        vec![HearBody, Say("25"), Close],
    ] {
        let (outcome, _) = outcome(and(until_body(), end)).await;
        assert!(matches!(outcome, Outcome::InDoubt { .. }), "{outcome:?}");
    }
}

#[tokio::test]
async fn a_server_that_does_not_serve_is_tried_again() {
    deferred_at(&stopped(vec![Say("421 busy")], 1).await, Phase::Greeting, Some(421));
    deferred_at(&stopped(vec![Say("554 no service")], 1).await, Phase::Greeting, Some(554));
    deferred_at(&stopped(vec![Close], 1).await, Phase::Greeting, None);
    deferred_at(&stopped(vec![Say("hello there")], 1).await, Phase::Greeting, None);
    let ehlo = vec![Say("220 x"), Hear("EHLO"), Say("502 what")];
    deferred_at(&stopped(ehlo, 1).await, Phase::Ehlo, Some(502));
    deferred_at(&stopped(and(until_rcpt(), [Say("421 going down")]), 1).await, Phase::Rcpt, Some(421));
    deferred_at(&stopped(and(until_rcpt(), [Say("530 login first")]), 1).await, Phase::Rcpt, Some(530));
    deferred_at(&stopped(and(until_rcpt(), [Close]), 1).await, Phase::Rcpt, None);
    deferred_at(
        &stopped(and(until_rcpt(), [Say("250 ok"), Hear("DATA"), Close]), 1).await,
        Phase::Data,
        None,
    );
}

#[tokio::test]
async fn a_refused_letter_is_deferred_or_rejected_by_its_code() {
    let mail = |answer| and(until_rcpt()[..4].to_vec(), [Say(answer), Hear("QUIT")]);
    deferred_at(&stopped(mail("451 later"), 1).await, Phase::Mail, Some(451));
    rejected_at(&stopped(mail("550 not you"), 1).await, Phase::Mail, Some(550));
    let rcpt = |answer| and(until_rcpt(), [Say(answer), Hear("QUIT")]);
    deferred_at(&stopped(rcpt("450 greylisted"), 1).await, Phase::Rcpt, Some(450));
    rejected_at(&stopped(rcpt("550 5.1.1 <to0@debtor.test> unknown"), 1).await, Phase::Rcpt, Some(550));
    let data = |answer| and(until_rcpt(), [Say("250 ok"), Hear("DATA"), Say(answer), Hear("QUIT")]);
    rejected_at(&stopped(data("554 no valid recipients"), 1).await, Phase::Data, Some(554));
    deferred_at(&stopped(data("250 ok?"), 1).await, Phase::Data, Some(250));
}

#[tokio::test]
async fn one_refused_recipient_stops_the_letter_and_is_named() {
    let steps = and(
        until_rcpt(),
        [
            Say("450 later"),
            Hear("RCPT TO:<to1@debtor.test>"),
            Say("250 ok"),
            Hear("RCPT TO:<to2@debtor.test>"),
            Say("550 unknown"),
            Hear("QUIT"),
        ],
    );
    let error = stopped(steps, 3).await;
    rejected_at(&error, Phase::Rcpt, Some(550));
    let refused: Vec<_> = error.refusal().refused.iter().map(|r| (r.index, r.reply.code)).collect();
    assert_eq!(refused, [(0, 450), (2, 550)]);
}

#[tokio::test]
async fn a_letter_over_the_announced_size_is_not_begun() {
    let mut steps = until_rcpt()[..3].to_vec();
    steps[2] = Say("250-mx.test\r\n250 SIZE 10");
    steps.push(Hear("QUIT"));
    rejected_at(&stopped(steps, 1).await, Phase::Mail, None);
}

#[tokio::test]
async fn a_hanging_server_is_left_in_every_phase() {
    let began = Instant::now();
    let full = and(until_rcpt(), [Say("250 ok"), Hear("DATA")]);
    for (say, phase) in
        [(0, Phase::Greeting), (2, Phase::Ehlo), (4, Phase::Mail), (6, Phase::Rcpt), (8, Phase::Data)]
    {
        let steps = and(full[..say].to_vec(), [Hang]);
        deferred_at(&stopped(steps, 1).await, phase, None);
    }
    let flood = vec![Step::Flood];
    deferred_at(&stopped(flood, 1).await, Phase::Greeting, None);
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_reply_slipped_in_early_is_not_believed() {
    // The answer to the body, sent together with 354.
    let steps = and(until_rcpt(), [Say("250 ok"), Hear("DATA"), Say("354 go on\r\n250 accepted")]);
    deferred_at(&stopped(steps, 1).await, Phase::Data, None);
    let steps = and(until_rcpt()[..4].to_vec(), [Say("250 ok\r\n250 ok\r\n354 go")]);
    deferred_at(&stopped(steps, 1).await, Phase::Rcpt, None);
}

#[tokio::test]
async fn an_abandoned_letter_never_arrives() {
    let (listener, port) = server::listen().await;
    let mailer = Mailer::from_url(&format!("smtp://127.0.0.1:{port}"), settings()).unwrap();
    let client = async {
        mailer.open(&envelope(1), BODY.len()).await.unwrap().abandon();
    };
    let ((), log) = tokio::join!(client, serve(listener, and(until_body(), [HearBody])));
    assert_eq!(log.body, None);
    assert!(log.hung_up, "the connection is closed");
}

#[tokio::test]
async fn a_closed_port_is_deferred() {
    let (listener, port) = server::listen().await;
    drop(listener);
    let mailer = Mailer::from_url(&format!("smtp://127.0.0.1:{port}"), settings()).unwrap();
    let error = mailer.open(&envelope(1), 1).await.unwrap_err();
    deferred_at(&error, Phase::Connect, None);
    assert!(error.to_string().contains("refused"), "{error}");
}

#[tokio::test]
async fn the_memory_mailer_follows_its_script() {
    let (mailer, memory) = Mailer::memory();
    for step in [
        Script::Accept,
        Script::OpenDeferred(451),
        Script::OpenRejected(550),
        Script::Reject(552),
        Script::Defer(450),
        Script::InDoubt { delivered: true },
        Script::InDoubt { delivered: false },
    ] {
        memory.script(step);
    }
    let mut fates = Vec::new();
    for _ in 0..8 {
        fates.push(match mailer.open(&envelope(1), 1).await {
            Ok(ready) => format!("{:?}", ready.transmit(BODY).await).chars().take(8).collect(),
            Err(SendError::Deferred(_)) => "deferred".to_owned(),
            Err(SendError::Rejected(_)) => "rejected".to_owned(),
        });
    }
    assert_eq!(
        fates,
        ["Accepted", "deferred", "rejected", "Rejected", "Deferred", "InDoubt ", "InDoubt ", "Accepted"]
    );
    assert_eq!(memory.sent().len(), 3);
    assert_eq!(memory.sent()[0].bytes, BODY);
}

#[test]
fn unusable_settings_are_refused_by_name() {
    let refused = |url: &str, settings| Mailer::from_url(url, settings).unwrap_err();
    let user = || SmtpSettings { user: Some("u".into()), ..settings() };
    let both = || SmtpSettings { password: Some(Password::new("p".into())), ..user() };
    assert!(matches!(refused("smtp://mx.test", user()), MailerError::HalfCredentials));
    assert!(matches!(refused("smtp://mx.test", both()), MailerError::PasswordWithoutTls));
    assert!(matches!(refused("smtp://u:p@mx.test", settings()), MailerError::PasswordWithoutTls));
    assert!(Mailer::from_url("smtp://u%40x:p%25@127.0.0.1:2525", settings()).is_ok());
    assert!(Mailer::from_url("smtp+starttls://u:p@mx.test", settings()).is_ok());
    assert!(Mailer::from_url("smtps://mx.test:4650/", both()).is_ok());
    let bad_hello = SmtpSettings { hello: "a b\r\nMAIL".into(), ..settings() };
    assert!(matches!(refused("smtp://mx.test", bad_hello), MailerError::Hello));
    let bad_ca = SmtpSettings { ca_pem: Some(b"nothing".to_vec()), ..settings() };
    assert!(matches!(refused("smtps://mx.test", bad_ca), MailerError::Ca));
    for url in [
        "",
        "mx.test",
        "http://mx.test",
        "smtp://",
        "smtp://mx.test/path",
        "smtp://mx.test?x=1",
        "maildir:",
        "smtp://u:%zz@localhost",
    ] {
        let error = refused(url, settings());
        assert!(matches!(error, MailerError::Url(_)), "{url:?} {error:?}");
    }
}

#[test]
fn nothing_shown_holds_an_address_or_a_secret() {
    let reply = Reply { code: 550, text: "<secret@debtor.test> unknown".into() };
    let refused = vec![Refused { index: 0, reply: reply.clone() }];
    let refusal = Refusal {
        phase: Phase::Rcpt,
        why: "1 of 1 recipients refused".into(),
        reply: Some(reply.clone()),
        refused,
    };
    let error = SendError::Rejected(refusal);
    let mailer = Mailer::from_url("smtps://secret:secret@mx.test", settings()).unwrap();
    let shown = format!("{error} {error:?} {:?} {mailer:?} {:?}", Outcome::Accepted(reply), both_secret());
    assert!(!shown.contains("secret"), "{shown}");
    assert!(shown.contains("rejected at rcpt: 1 of 1 recipients refused (550)"));
}

fn both_secret() -> SmtpSettings {
    SmtpSettings { password: Some(Password::new("secret".into())), ..settings() }
}
