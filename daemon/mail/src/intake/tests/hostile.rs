//! What an attacker sends: bombs, broken MIME, arbitrary octets.

use super::*;
use proptest::prelude::*;
use std::time::{Duration, Instant};

fn reason(raw: &[u8]) -> QuarantineReason {
    read(raw, &Own::default()).unwrap_err().reason
}

/// A debug build on a loaded machine; a release build takes a tenth of it.
const PATIENCE: Duration = Duration::from_secs(20);

fn within(name: &str, raw: &[u8]) -> Result<Incoming, Quarantine> {
    let began = Instant::now();
    let result = read(raw, &Own::default());
    assert!(began.elapsed() < PATIENCE, "{name}: {:?}", began.elapsed());
    result
}

#[test]
fn nested_messages_abort_nothing() {
    let nested = "Content-Type: message/rfc822\n\n".repeat(40_000);
    assert_eq!(reason(nested.as_bytes()), QuarantineReason::TooManyMessages);

    // The same hidden in base64 or spelt so that a scan does not see it, on a worker's small stack.
    let mut hidden =
        String::from("From: a@b.test\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n");
    hidden.push_str(&base64(nested.as_bytes()));
    let spelt = "Content-Type: message (x) / (y) rfc822\n\n".repeat(40_000);
    let parts = format!("From: a@b.test\nContent-Type: multipart/mixed; boundary=b\n\n--b\n{spelt}");
    let thread = std::thread::Builder::new().stack_size(256 * 1024);
    let run = thread.spawn(move || {
        assert_eq!(within("base64", hidden.as_bytes()).unwrap().attachments.len(), 1);
        assert!(within("spelt", spelt.as_bytes()).is_ok());
        assert!(within("parts", parts.as_bytes()).is_ok());
    });
    run.unwrap().join().unwrap();
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for (n, chunk) in bytes.chunks(3).enumerate() {
        let word = chunk.iter().fold(0u32, |w, b| w << 8 | u32::from(*b)) << (8 * (3 - chunk.len()));
        for i in 0..4 {
            let digit = usize::try_from(word >> (18 - 6 * i) & 63).unwrap();
            out.push(if i <= chunk.len() { char::from(DIGITS[digit]) } else { '=' });
        }
        if n % 19 == 18 {
            out.push('\n');
        }
    }
    out
}

#[test]
fn every_limit_has_its_reason() {
    assert_eq!(reason(b""), QuarantineReason::Empty);
    assert_eq!(reason(b"\r\n\r\n"), QuarantineReason::Empty);
    assert_eq!(reason(&vec![b'a'; MAX_SIZE + 1]), QuarantineReason::TooLarge);
    assert_eq!(reason(b"From: a@b\n\n\0"), QuarantineReason::NulBytes);
    assert_eq!(
        reason(format!("X: {}\n\nx", "y".repeat(MAX_HEADER)).as_bytes()),
        QuarantineReason::HeaderTooLarge
    );
    assert_eq!(reason(b"no header at all"), QuarantineReason::Unreadable);
    let boundaries = "Content-Type: multipart/mixed; boundary=x\n".repeat(201);
    assert_eq!(reason(format!("{boundaries}\n").as_bytes()), QuarantineReason::TooManyBoundaries);
    let parts = format!("Content-Type: multipart/mixed; boundary=b\n\n{}", "--b\n\nx\n".repeat(1100));
    assert_eq!(reason(parts.as_bytes()), QuarantineReason::TooManyParts);
    let mut deep = String::new();
    for level in 0..30 {
        deep.push_str(&format!("Content-Type: multipart/mixed; boundary=b{level}x\n\n--b{level}x\n"));
    }
    for level in 0..30 {
        deep.push_str(&format!("--b{level}x--\n"));
    }
    assert_eq!(reason(deep.as_bytes()), QuarantineReason::TooDeep);
}

#[test]
fn bombs_are_over_quickly() {
    let many = |unit: &str, size: usize| unit.repeat(size / unit.len());
    let plain = "From: a@b.test\n\n";
    let html = "From: a@b.test\nContent-Type: text/html\n\n";
    let mixed = "Content-Type: multipart/mixed; boundary=bb\n\n";
    for (name, head, unit, size, tail) in [
        ("fields", "", "X: y\n", 250_000, "\nx"),
        ("addresses", "To: ", "a@b, ", 240_000, "\n\nx"),
        ("comments", "From: ", "(", 250_000, "\n\nx"),
        ("encoded words", "Subject: ", "=?utf-8?q?a?= ", 240_000, "\n\nx"),
        ("references", "References: ", "<a@b> ", 240_000, "\n\nx"),
        ("dashes", mixed, "--\n", 1_000_000, ""),
        ("boundary prefix", mixed, "--bbb\n", 1_000_000, ""),
        ("part headers", mixed, "--bb\nA: b\n", 9_000, ""),
        ("divs", html, "<div>", 600_000, ""),
        ("quotes", html, "<blockquote>x", 600_000, ""),
        ("open tags", html, "<a ", 600_000, ""),
        ("open comments", html, "<!--", 600_000, ""),
        ("open styles", html, "<style>", 600_000, ""),
        ("wrong ends", html, "<style></x ", 600_000, ""),
        ("open attributes", html, "<a b='><a b=\">", 600_000, ""),
        ("entities", html, "&amp", 600_000, ""),
        ("less-thans", html, "<", 600_000, ""),
        ("lines", plain, "a\n", 2_000_000, ""),
        ("quoted lines", plain, "> a\n", 2_000_000, ""),
        ("attributions", plain, "On 3 May 2026 at 10:11, a@b wrote\n", 1_000_000, ""),
        ("one long line", plain, "On wrote: ", 2_000_000, ""),
        ("header blocks", plain, "From: x\nSent: y\n", 1_000_000, ""),
        ("signatures", plain, "--\nx\n> q\n", 1_000_000, ""),
        ("flowed", "Content-Type: text/plain; format=flowed\n\n", "a \n", 1_000_000, ""),
        ("carriage returns", plain, "\r", 2_000_000, "x"),
        ("bounce", "From: mailer-daemon@b\nReturn-Path: <>\n\n", "a@b.test 550 ", 1_000_000, ""),
        ("bounce lines", "From: mailer-daemon@b\nReturn-Path: <>\n\n", "a@b.test 550\n", 1_000_000, ""),
        (
            "status",
            "Content-Type: message/delivery-status\n\n",
            "Final-Recipient: rfc822;a@b\n\n",
            1_000_000,
            "",
        ),
    ] {
        let raw = format!("{head}{}{tail}", many(unit, size));
        if let Ok(mail) = within(name, raw.as_bytes()) {
            assert!(mail.text.len() <= MAX_BODY, "{name}");
            assert!(mail.recipients.len() <= 1200 && mail.references.len() <= 200, "{name}");
        }
    }
}

#[test]
fn line_ends_of_every_kind_are_the_same_mail() {
    let lf = fixture("dsn_failed");
    let text = String::from_utf8(lf.clone()).unwrap();
    let own = Own::default();
    let expected = read(&lf, &own).unwrap();
    for other in
        [text.replace('\n', "\r\n"), text.replace('\n', "\r"), format!("From a@b Sun Nov 22\n{text}\n\n")]
    {
        assert_eq!(read(other.as_bytes(), &own).unwrap(), expected);
        assert_eq!(raw_sha256(other.as_bytes()), raw_sha256(&lf));
    }
    assert_ne!(raw_sha256(text.replacen("gone", "gonf", 1).as_bytes()), raw_sha256(&lf));
}

#[test]
fn broken_mime_still_shows_its_text() {
    let text = |raw: &str| read(raw.as_bytes(), &Own::default()).unwrap().text;
    assert_eq!(text("Content-Type: multipart/mixed; boundary=never\n\nhello\n"), "hello\n");
    assert_eq!(text("Content-Type: multipart/mixed\n\nhello\n"), "hello\n");
    assert_eq!(text("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n"), "hello\n");
    let epilogue =
        "Content-Type: multipart/mixed; boundary=b\n\npreamble\n--b\n\none\n--b\n\ntwo\n--b--\nepilogue\n";
    assert_eq!(text(epilogue), "one\n\ntwo\n");
    assert_eq!(text("Content-Transfer-Encoding: base64\nSubject: x\n\n!!! not base64\n"), "!!! not base64\n");
    assert_eq!(text("Subject: x\nContent-Type: text/plain; charset=nonsense\n\nhello\n"), "hello\n");
    assert_eq!(text("Subject: only a header"), "");
    assert_eq!(text("Subject: x\nContent-Transfer-Encoding: base64\n\naGVsbG8AIQ==\n"), "hello!\n", "no NUL");
    let latin = b"Subject: x\n\nGr\xfc\xdfe\n";
    assert_eq!(read(latin, &Own::default()).unwrap().text, "Grüße\n");
}

const PIECES: [&str; 32] = [
    "Content-Type: multipart/mixed; boundary=b\n",
    "Content-Type: multipart/alternative; boundary=\"c\"\n",
    "Content-Type: message/rfc822\n",
    "Content-Type: text/html; charset=utf-7\n",
    "Content-Type: ;=\"\\\n",
    "Content-Type: message/delivery-status\n",
    "Content-Disposition: attachment; filename*0*=utf-8''%\n",
    "Content-Transfer-Encoding: base64\n",
    "Content-Transfer-Encoding: quoted-printable\n",
    "Final-Recipient: rfc822;a@b\n",
    "Date: Mon, 99 Foo 99999 99:99:99 +9999\n",
    "From: =?x?q?=\n",
    "From: \"a\" <a@b>, (c\n",
    "References: <a@b> <\n",
    "Received: from x by\n",
    "\n",
    "--b\n",
    "--b--\n",
    "--c\n",
    "--c--",
    "=\n=C3=\n",
    "aGk=\n",
    "<div style='display:none'>x</p>",
    "&#x110000;&#0;&nbsp",
    "> > x\n",
    "-- \n",
    "On 1.1.2026 10:11 a@b wrote:\n",
    "\u{e4}\u{1f600}",
    "From: x\nSent: y\nSubject: z\n",
    " ",
    "\t",
    "-----Original Message-----\n",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn arbitrary_octets_never_panic(raw in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read_admitted(&raw, &own());
    }

    #[test]
    fn shuffled_mime_never_panics(order in proptest::collection::vec(0..PIECES.len(), 0..40)) {
        let raw: String = order.into_iter().map(|i| PIECES[i]).collect();
        if let Ok(mail) = read_admitted(raw.as_bytes(), &own()) {
            prop_assert!(!mail.text.contains('\0'));
            let _ = may_answer_automatically(&mail, &own());
        }
    }

    #[test]
    fn cut_or_flipped_fixtures_never_panic(which in 0usize..6, at in 0usize..3000, bit in 0u8..8) {
        let names = ["human_gmail_de", "human_outlook_html", "dsn_failed", "bounce_plain", "mdn_refused", "auto_absence_de"];
        let mut raw = fixture(names[which]);
        let at = at % raw.len();
        let _ = read_admitted(&raw[..at], &own());
        raw[at] ^= 1 << bit;
        let _ = read_admitted(&raw, &own());
    }
}
