use super::*;
use crate::Address;
use chrono::{TimeZone, Utc};
use mail_parser::{MessageParser, MimeHeaders};
use proptest::prelude::*;

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

fn letter() -> Outgoing {
    Outgoing {
        from: Mailbox::new("Muster GmbH · Buchhaltung", address("billing@muster.test")),
        envelope_from: Some(address("bounces+b1@muster.test")),
        to: vec![Mailbox::new("Jörg Käufer", address("ap@debtor.test"))],
        cc: vec![],
        reply_to: Some(Mailbox::bare(address("replies+r1@muster.test"))),
        subject: "Zahlungserinnerung 2026-17 über 1.190,00 €".to_owned(),
        text: "Guten Tag,\n\n  offen: 1.190,00 € <RE-17>\n.\n--\nGruß\n".to_owned(),
        html: true,
        message_id: "<m1.abc@muster.test>".to_owned(),
        date: Utc.with_ymd_and_hms(2026, 11, 22, 9, 30, 5).unwrap(),
        in_reply_to: Some("<q1@debtor.test>".to_owned()),
        references: vec!["<q0@debtor.test>".to_owned(), "<q1@debtor.test>".to_owned()],
        language: Some("de".to_owned()),
        automatic: true,
        ai_generated: Some("drafted by software, checked against the ledger".to_owned()),
        attachments: vec![],
    }
}

fn text(composed: &Composed) -> String {
    String::from_utf8(composed.bytes.clone()).unwrap()
}

fn header_names(composed: &Composed) -> Vec<String> {
    let parsed = MessageParser::default().parse(&composed.bytes).unwrap();
    parsed.headers().iter().map(|h| h.name().to_owned()).collect()
}

#[test]
fn writes_the_whole_letter() {
    let composed = compose(&letter()).unwrap();
    let parsed = MessageParser::default().parse(&composed.bytes).unwrap();
    assert_eq!(parsed.subject().unwrap(), letter().subject);
    assert_eq!(parsed.from().unwrap().first().unwrap().name().unwrap(), "Muster GmbH · Buchhaltung");
    assert_eq!(parsed.to().unwrap().first().unwrap().name().unwrap(), "Jörg Käufer");
    assert_eq!(parsed.message_id().unwrap(), "m1.abc@muster.test");
    assert_eq!(parsed.date().unwrap().to_rfc3339(), "2026-11-22T09:30:05Z");
    assert_eq!(parsed.body_text(0).unwrap().replace("\r\n", "\n"), letter().text);
    assert!(parsed.body_html(0).unwrap().contains("&nbsp;&nbsp;offen: 1.190,00 € &lt;RE-17&gt;"));
    let raw = text(&composed);
    for line in [
        "Auto-Submitted: auto-generated\r\n",
        "X-Auto-Response-Suppress: All\r\n",
        "X-AI-Generated: drafted by software, checked against the ledger\r\n",
        "In-Reply-To: <q1@debtor.test>\r\n",
        "References: <q0@debtor.test> <q1@debtor.test>\r\n",
        "Content-Language: de\r\n",
        "MIME-Version: 1.0\r\n",
    ] {
        assert!(raw.contains(line), "{line:?} in\n{raw}");
    }
    assert_eq!(composed.envelope.from.as_ref().unwrap().as_str(), "bounces+b1@muster.test");
    assert!(!raw.contains("bounces+b1"), "the envelope sender is not a header field");
}

#[test]
fn the_same_letter_is_the_same_bytes_and_another_is_not() {
    let mut with_file = letter();
    with_file.attachments = vec![Attachment {
        name: "Rechnung 17.pdf".to_owned(),
        mime: "application/pdf".to_owned(),
        bytes: (0..=255).cycle().take(5000).collect(),
    }];
    for letter in [letter(), with_file] {
        let once = compose(&letter).unwrap();
        assert_eq!(once, compose(&letter.clone()).unwrap());
        let other = Outgoing { message_id: "<m2.abc@muster.test>".to_owned(), ..letter };
        assert_ne!(once.bytes, compose(&other).unwrap().bytes);
    }
}

#[test]
fn an_attachment_arrives_as_it_was() {
    let mut letter = letter();
    let bytes: Vec<u8> = (0..=255).rev().cycle().take(3000).collect();
    letter.attachments = vec![
        Attachment {
            name: "../Rechnung Nr. 17 für Käufer.pdf".to_owned(),
            mime: "application/pdf".to_owned(),
            bytes: bytes.clone(),
        },
        Attachment {
            name: "\r\n".to_owned(),
            mime: "text/csv; charset=utf-8".to_owned(),
            bytes: b"a\nb".to_vec(),
        },
    ];
    let composed = compose(&letter).unwrap();
    let parsed = MessageParser::default().parse(&composed.bytes).unwrap();
    let files: Vec<_> = parsed.attachments().collect();
    assert_eq!(files.len(), 2);
    assert_eq!(files[0].contents(), bytes);
    assert_eq!(files[0].attachment_name().unwrap(), ".._Rechnung Nr. 17 für Käufer.pdf");
    assert_eq!(files[1].contents(), b"a\nb");
    assert_eq!(files[1].attachment_name().unwrap(), "attachment");
    assert_eq!(parsed.body_text(0).unwrap().replace("\r\n", "\n"), letter.text);
}

#[test]
fn text_alone_is_a_single_part() {
    let composed = compose(&Outgoing { html: false, ..letter() }).unwrap();
    assert!(text(&composed).contains("Content-Type: text/plain; charset=utf-8\r\n"));
    assert!(!text(&composed).contains("multipart"));
}

#[test]
fn long_lines_are_encoded_not_cut() {
    let mut letter = letter();
    letter.text = format!("{} {}\n{}\n", "ä".repeat(2000), "x".repeat(5000), "wort ".repeat(900).trim_end());
    letter.subject = format!("{} {}", "S".repeat(1500), "ß".repeat(400));
    letter.to = (0..MAX_RECIPIENTS)
        .map(|i| Mailbox::new(&"Ä, \"b\" ".repeat(30), address(&format!("a{i}@debtor.test"))))
        .collect();
    letter.references = (0..60).map(|i| format!("<{}{i}@debtor.test>", "r".repeat(200))).collect();
    let composed = compose(&letter).unwrap();
    assert!(text(&composed).split("\r\n").all(|line| line.len() <= 998));
    let parsed = MessageParser::default().parse(&composed.bytes).unwrap();
    assert_eq!(parsed.body_text(0).unwrap().replace("\r\n", "\n"), letter.text);
    assert_eq!(parsed.references().as_text_list().unwrap().len(), 20);
    assert_eq!(composed.envelope.to.len(), MAX_RECIPIENTS);
    let subject = parsed.subject().unwrap().replace(' ', "");
    assert_eq!(subject, letter.subject.replace(' ', ""), "only spaces are added");
}

#[test]
fn recipients_are_named_once_in_the_envelope() {
    let mut letter = letter();
    letter.cc = vec![
        Mailbox::bare(address("AP@debtor.test")),
        Mailbox::bare(address("boss@debtor.test")),
        Mailbox::bare(address("boss@debtor.test")),
    ];
    let to: Vec<_> = compose(&letter).unwrap().envelope.to.iter().map(|a| a.as_str().to_owned()).collect();
    assert_eq!(to, ["ap@debtor.test", "boss@debtor.test"]);
}

#[test]
fn what_cannot_be_sent_is_refused_by_name() {
    let refused = |change: fn(&mut Outgoing)| {
        let mut letter = letter();
        change(&mut letter);
        compose(&letter).unwrap_err()
    };
    assert!(matches!(refused(|l| l.to.clear()), ComposeError::NoRecipient));
    assert!(matches!(refused(|l| l.message_id = "m1@x".into()), ComposeError::MessageId));
    assert!(matches!(refused(|l| l.message_id = "<a@b>\r\nBcc: <c@d>".into()), ComposeError::MessageId));
    assert!(matches!(refused(|l| l.language = Some("de\r\nBcc: a@b".into())), ComposeError::Language));
    assert!(matches!(refused(|l| l.text = "x".repeat(MAX_TEXT + 1)), ComposeError::Text));
    assert!(matches!(refused(|l| l.date = chrono::DateTime::<Utc>::MAX_UTC), ComposeError::Date));
    assert!(matches!(refused(|l| l.date = chrono::DateTime::<Utc>::MIN_UTC), ComposeError::Date));
    for mime in ["", "pdf", "multipart/mixed", "Message/rfc822", "application/pdf\r\nX: y"] {
        let file = Attachment { name: "a".into(), mime: mime.into(), bytes: vec![1] };
        let error = compose(&Outgoing { attachments: vec![file], ..letter() }).unwrap_err();
        assert!(matches!(error, ComposeError::MediaType(0)), "{mime:?} {error:?}");
    }
    let huge =
        Attachment { name: "a".into(), mime: "application/pdf".into(), bytes: vec![0; MAX_ATTACHED + 1] };
    let error = compose(&Outgoing { attachments: vec![huge], ..letter() }).unwrap_err();
    assert!(matches!(error, ComposeError::Attachments));
    let many = (0..=MAX_RECIPIENTS).map(|i| Mailbox::bare(address(&format!("a{i}@b.test")))).collect();
    assert!(matches!(compose(&Outgoing { to: many, ..letter() }), Err(ComposeError::TooManyRecipients)));
}

#[test]
fn threading_taken_from_a_hostile_mail_is_dropped_when_malformed() {
    let mut hostile = letter();
    hostile.in_reply_to = Some("<a@b>\r\nBcc: victim@x.test".to_owned());
    hostile.references = vec!["<a b@c>".to_owned(), "<ok@c>".to_owned(), "x\r\nSubject: y".to_owned()];
    let composed = compose(&hostile).unwrap();
    assert!(!header_names(&composed).iter().any(|n| n == "Bcc" || n == "In-Reply-To"));
    assert!(text(&composed).contains("References: <ok@c>\r\n"));
}

proptest! {
    #[test]
    fn no_value_can_add_a_header_or_change_the_text(
        subject in "(\\PC|[\r\n\t\0]){0,80}",
        name in "(\\PC|[\r\n\",;<>@()]){0,60}",
        file in "(\\PC|[\r\n\";=%']){0,60}",
        note in "(\\PC|[\r\n:]){0,60}",
        body in "(\\PC|[\r\n\t.\0]){0,300}",
    ) {
        let plain = header_names(&compose(&Outgoing {
            attachments: vec![Attachment { name: "a".into(), mime: "text/plain".into(), bytes: vec![] }],
            ..letter()
        }).unwrap());
        let hostile = Outgoing {
            subject,
            from: Mailbox::new(&name, address("billing@muster.test")),
            to: vec![Mailbox::new(&name, address("ap@debtor.test"))],
            ai_generated: Some(note),
            text: body.clone(),
            attachments: vec![Attachment { name: file, mime: "text/plain".into(), bytes: vec![] }],
            ..letter()
        };
        let composed = compose(&hostile).unwrap();
        prop_assert_eq!(header_names(&composed), plain);
        let raw = text(&composed);
        prop_assert!(raw.is_ascii() && raw.ends_with("\r\n"));
        prop_assert!(raw.split("\r\n").all(|line| line.len() <= 998 && !line.contains(['\r', '\n', '\0'])));
        let parsed = MessageParser::default().parse(&composed.bytes).unwrap();
        prop_assert_eq!(parsed.attachments().count(), 1);
        let arrived = parsed.body_text(0).unwrap().replace("\r\n", "\n");
        let sent = clean_text(&body);
        prop_assert_eq!(arrived.trim_end(), sent.trim_end());
        let shown: Vec<_> = parsed.to().unwrap().iter().filter_map(|a| a.address()).collect();
        prop_assert_eq!(shown, ["ap@debtor.test"]);
    }
}
