//! The fixture mails, what may be answered, and what an attacker sends.

mod hostile;

use super::*;
use crate::address::Address;
use uuid::Uuid;

fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{}/fixtures/mails/{name}.eml", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(path).unwrap()
}

fn parsed(name: &str) -> Incoming {
    read(&fixture(name), &Own::default()).unwrap()
}

fn keys() -> TokenKeys {
    TokenKeys::new(vec![(1, vec![3; 32])]).unwrap()
}

fn own() -> Own {
    Own { addresses: vec!["Billing@muster.test".into(), "replies@muster.test".into()], keys: Some(keys()) }
}

fn outreach() -> OutreachId {
    OutreachId::from_uuid(Uuid::from_u128(77))
}

fn report(name: &str) -> DeliveryReport {
    match parsed(name).class {
        Class::Delivery(report) | Class::Disposition(report) => report,
        class => panic!("{name}: {class:?}"),
    }
}

type Line<'a> = (&'a str, MessageFate, AddressHealth, Option<String>, Option<u16>);

fn summary(report: &DeliveryReport) -> Vec<Line<'_>> {
    let code = |r: &ReportedRecipient| r.code.map(|c| c.to_string());
    report.recipients.iter().map(|r| (r.address.as_str(), r.fate, r.health, code(r), r.smtp_code)).collect()
}

#[test]
fn a_reply_from_gmail_is_read_whole() {
    let mail = parsed("human_gmail_de");
    assert_eq!(mail.class, Class::Human);
    assert_eq!(mail.subject, "Re: Zahlungserinnerung 2026-17 über 1.190,00 €");
    let from = mail.from.clone().unwrap();
    assert_eq!((from.name.as_deref(), from.email.as_str()), (Some("Max Müller"), "max@debtor.test"));
    assert_eq!(mail.recipients, ["replies+token@muster.test", "chef@debtor.test"]);
    assert!(mail.return_path == ReturnPath::Address("max@debtor.test".into()));
    assert_eq!(mail.date.unwrap().to_rfc3339(), "2026-11-23T08:59:30+00:00");
    assert_eq!(mail.thread_ids().collect::<Vec<_>>(), ["<m1.abc@muster.test>", "<m0.abc@muster.test>"]);
    assert_eq!(mail.text_source, TextSource::Plain);
    assert_eq!(
        mail.extract.new_text,
        "Guten Tag,\n\ndie Ware kam beschädigt an. Wir zahlen nicht, bis das geklärt ist.\n\nMit freundlichen Grüßen\nMax Müller"
    );
    assert!(mail.extract.cut_text.contains("> offen sind 1.190,00 €."));
    assert!(!mail.extract.unsure && !mail.hidden_text && mail.attachments.is_empty());
    assert!(mail.auto.may_auto_answer);
}

#[test]
fn an_html_reply_shows_what_a_person_sees() {
    let mail = parsed("human_outlook_html");
    assert_eq!((mail.class.clone(), mail.text_source), (Class::Human, TextSource::Html));
    assert_eq!(
        mail.extract.new_text.split_whitespace().collect::<Vec<_>>().join(" "),
        "Sehr geehrte Damen und Herren, wir überweisen 1.190,00 € am 30.11.2026 – versprochen."
    );
    assert!(mail.hidden_text, "the hidden instruction is reported");
    assert!(!mail.text.contains("Ignore all previous"), "and not read");
    assert!(mail.extract.cut_text.contains("Guten Tag, offen sind 1.190,00 EUR."));
    let file = &mail.attachments[0];
    assert_eq!(
        (file.name.as_deref(), file.mime.as_str(), file.size, file.inline),
        (Some("Überweisung.pdf"), "application/pdf", 9, false)
    );
}

#[test]
fn auto_submitted_no_is_a_person_and_answers_between_quotes_are_kept() {
    let mail = parsed("human_says_not_automatic");
    assert_eq!(mail.class, Class::Human);
    assert_eq!(mail.auto.signs, [AutoSign::AutoSubmittedNo]);
    assert!(mail.auto.may_auto_answer);
    assert_eq!(
        mail.extract.new_text,
        "We have paid this on 20 November, see the remittance below.\n\nWhen exactly? It was the 20th.\nDone."
    );
    assert_eq!(mail.extract.signature.as_deref(), Some("--\nRob Payer\nDebtor Ltd"));
    assert!(mail.extract.cut_text.contains("> Your invoice 2026-18 is overdue."));
}

#[test]
fn machines_are_recognised() {
    let absence = parsed("auto_absence_de");
    assert_eq!(absence.class, Class::AutoReply);
    assert_eq!(absence.extract.new_text, "Ich bin bis einschließlich 04.12.2026 nicht im Büro.");
    assert!(
        absence.auto.signs.contains(&AutoSign::AutoSubmitted)
            && absence.auto.signs.contains(&AutoSign::Suppress)
    );
    assert_eq!(parsed("auto_header_only").class, Class::AutoReply);
    assert_eq!(parsed("list").class, Class::List);
    assert_eq!(parsed("complaint").class, Class::Complaint);
    assert_eq!(parsed("forwarded_bounce_by_person").class, Class::Human);
}

#[test]
fn the_subject_alone_tells_an_absence_note_but_not_an_answer_to_one() {
    let class = |subject: &str| {
        let raw = format!("From: a@debtor.test\nSubject: {subject}\n\nhello\n");
        read(raw.as_bytes(), &Own::default()).unwrap().class
    };
    for subject in [
        "Automatische Antwort: Mahnung",
        "Automatic reply: Reminder",
        "Auto-Reply: x",
        "Autoreply",
        "Auto: x",
        "Abwesenheitsnotiz",
        "Out of Office: back Monday",
        "Out of the office",
        "Réponse automatique : Relance",
        "Respuesta automática: x",
        "Risposta automatica: x",
        "Automatisch antwoord: x",
        "Autosvar: x",
        "=?utf-8?q?Odpowied=C5=BA_automatyczna=3A_x?=",
    ] {
        assert_eq!(class(subject), Class::AutoReply, "{subject}");
    }
    for subject in [
        "AW: Abwesenheitsnotiz",
        "Re: Automatic reply",
        "Automobile GmbH",
        "Auto 4711 bezahlt",
        "Abwesende Ware",
        "Wir sind nicht im Verzug",
        "Antwort",
        "",
    ] {
        assert_eq!(class(subject), Class::Human, "{subject}");
    }
}

#[test]
fn a_standard_report_gives_each_recipient_its_own_fate() {
    let failed = report("dsn_failed");
    assert_eq!(
        summary(&failed),
        [
            ("gone@debtor.test", MessageFate::Failed, AddressHealth::Dead, Some("5.1.1".into()), Some(550)),
            (
                "full@debtor.test",
                MessageFate::Failed,
                AddressHealth::Temporary,
                Some("4.2.2".into()),
                Some(452)
            ),
        ]
    );
    assert_eq!(failed.recipients[0].original.as_deref(), Some("buchhaltung@debtor.test"));
    assert_eq!(
        failed.recipients[0].diagnostic.as_deref(),
        Some("smtp; 550 5.1.1 <gone@debtor.test> unknown")
    );
    assert_eq!((failed.original_message_ids, failed.standard), (vec!["<m1.abc@muster.test>".into()], true));

    let delayed = report("dsn_delayed");
    assert_eq!(
        summary(&delayed),
        [("slow@debtor.test", MessageFate::Delayed, AddressHealth::Temporary, Some("4.4.1".into()), None)]
    );
    assert_eq!(delayed.original_message_ids, ["<m1.abc@muster.test>"]);
}

#[test]
fn other_reports_are_read_as_far_as_they_are_clear() {
    let plain = report("bounce_plain");
    assert_eq!(
        summary(&plain),
        [("nobody@old.test", MessageFate::Failed, AddressHealth::Dead, Some("5.1.1".into()), Some(550))]
    );
    assert_eq!((plain.original_message_ids, plain.standard), (vec!["<m1.abc@muster.test>".into()], false));

    let refused = report("mdn_refused");
    assert_eq!(
        summary(&refused),
        [("strict@debtor.test", MessageFate::Failed, AddressHealth::Untouched, None, None)]
    );
    assert_eq!(parsed("mdn_refused").class.as_str(), "disposition_report");
    assert_eq!(refused.original_message_ids, ["<m1.abc@muster.test>"]);
}

#[test]
fn only_a_person_may_be_answered_by_a_machine() {
    let why = |name: &str| may_answer_automatically(&parsed(name), &own()).unwrap_err();
    assert_eq!(why("dsn_failed"), NoAnswer::Report);
    assert_eq!(why("bounce_plain"), NoAnswer::Report);
    assert_eq!(why("complaint"), NoAnswer::Report);
    assert_eq!(why("auto_absence_de"), NoAnswer::Automatic);
    assert_eq!(why("list"), NoAnswer::List);
    for name in ["human_gmail_de", "human_outlook_html", "human_says_not_automatic"] {
        assert_eq!(may_answer_automatically(&parsed(name), &own()), Ok(()), "{name}");
    }
    let why = |header: &str| {
        let raw = format!("From: a@debtor.test\nTo: replies@muster.test\n{header}\n\nhello\n");
        may_answer_automatically(&read(raw.as_bytes(), &own()).unwrap(), &own())
    };
    assert_eq!(why("Subject: x"), Ok(()));
    assert_eq!(why("Return-Path: <>"), Err(NoAnswer::Automatic));
    assert_eq!(why("Auto-Submitted: no\nReturn-Path: <>"), Err(NoAnswer::AskedNotTo));
    assert_eq!(why("X-Auto-Response-Suppress: OOF"), Err(NoAnswer::AskedNotTo));
    assert_eq!(why("Reply-To: no-reply@debtor.test"), Err(NoAnswer::NobodyThere));
    assert_eq!(why("Reply-To: Replies+x@MUSTER.test"), Err(NoAnswer::ToOurselves));
    let base: Address = "replies@muster.test".parse().unwrap();
    let bounce = keys().address(TokenKind::Bounce, outreach(), &base).unwrap();
    assert_eq!(why(&format!("Delivered-To: {bounce}")), Err(NoAnswer::AtBounceAddress));
    let nobody = read(b"Subject: x\n\nhello\n", &own()).unwrap();
    assert_eq!(may_answer_automatically(&nobody, &own()), Err(NoAnswer::NobodyThere));
}

#[test]
fn our_own_mail_is_ours_by_address_or_by_signature() {
    let class = |raw: &str| read(raw.as_bytes(), &own()).unwrap().class;
    assert_eq!(class("From: Muster <BILLING+x@muster.test>\nSubject: x\n\nhello\n"), Class::Own);
    let id = keys().message_id(outreach(), "muster.test").unwrap();
    assert_eq!(class(&format!("From: relay@other.test\nMessage-ID: {id}\n\nhello\n")), Class::Own);
    assert_eq!(class("From: a@debtor.test\nMessage-ID: <m1.abc@muster.test>\n\nhello\n"), Class::Human);
}

#[test]
fn an_answer_leads_back_to_its_letter() {
    let id = keys().message_id(outreach(), "muster.test").unwrap();
    let base: Address = "replies@muster.test".parse().unwrap();
    let to = keys().address(TokenKind::Reply, outreach(), &base).unwrap();
    let raw = format!(
        "From: a@debtor.test\nTo: \"X\" <{}>\nList-Id: <ap.debtor.test>\nIn-Reply-To: <x@y>\n\t{id}\nReferences: <old@y> <x@y>\n\nhello\n",
        to.as_str().to_uppercase()
    );
    let mail = read(raw.as_bytes(), &own()).unwrap();
    assert_eq!(mail.own_references(&keys()), [outreach()]);
    assert_eq!(mail.tokens(&keys()), [(TokenKind::Reply, outreach())]);
    assert_eq!(mail.class, Class::Human, "an answer to our letter is read even when a list passed it on");
    assert_eq!(mail.thread_ids().collect::<Vec<_>>(), ["<x@y>", id.as_str(), "<old@y>"]);
    assert_eq!(may_answer_automatically(&mail, &own()), Err(NoAnswer::List), "but no machine answers a list");
}

#[test]
fn nothing_printed_for_the_log_holds_an_address_or_a_text() {
    for name in ["human_gmail_de", "dsn_failed", "human_outlook_html"] {
        let mail = parsed(name);
        let shown = format!("{mail:?} {:?} {:?} {:?}", mail.from, mail.class, mail.extract);
        for secret in ["debtor", "Müller", "Erika", "zahlen", "muster.test>,", "unknown"] {
            assert!(!shown.contains(secret) || secret == "muster.test>,", "{secret} in {shown}");
        }
    }
}
