//! Statements that are true, in the forms that people and models write them.

use super::{assert_clean, firm};
use crate::facts::Facts;
use crate::grounding::{EntryKind, Parts, ground, tidy};
use crate::letter::{Draft, render};
use crate::locale::choose;

#[test]
fn true_values_in_many_forms() {
    for (language, text) in [
        ("de", "Offen sind 2.566,78 EUR."),
        ("de", "Offen sind 2566,78 EUR."),
        ("de", "Offen sind 2.566,78 €."),
        ("de", "Offen sind € 2.566,78."),
        ("de", "Offen sind EUR 2.566,78."),
        ("de", "Offen sind 2.566,78 Euro."),
        ("de", "Die Pauschale beträgt 40 EUR."),
        ("de", "Die Pauschale beträgt 40,- EUR."),
        ("de", "Die Pauschale beträgt 40,-- €."),
        ("de", "Die Pauschale beträgt 40,0 Euro."),
        ("de", "Die Zinsen betragen 10,52 % im Jahr auf Rechnung RE-2026/0815."),
        ("de", "Die Zinsen betragen 10,52 Prozent auf Rechnung RE-2026/0815."),
        ("de", "Zahlbar bis 26.11.2026."),
        ("de", "Zahlbar bis 26. November 2026."),
        ("de", "Zahlbar bis 26. Nov. 2026."),
        ("de", "Zahlbar bis zum 26.11.26."),
        ("de", "Zahlbar bis zum 26.11."),
        ("de", "Zahlbar bis zum 26. November."),
        ("de", "Zahlbar bis 2026-11-26."),
        ("de", "Das ist unsere 3. Mahnung."),
        ("de", "Das ist unsere dritte Mahnung."),
        ("de", "Sie stehen auf Mahnstufe 3."),
        ("de", "Offen sind 3 Rechnungen."),
        ("de", "Offen sind drei Rechnungen."),
        ("de", "Die Rechnungen RE-2026/0815, RE-2026/0816 und 4711 sind offen."),
        ("de", "Die Rechnung Nr. 4711 (fällig am 20.10.2026) über 89,25 EUR ist offen."),
        (
            "de",
            "Rechnung RE-2026/0816: von 2.000,00 EUR sind 500,00 EUR bezahlt und 265,50 EUR gutgeschrieben, es bleiben 1.234,50 EUR.",
        ),
        ("de", "Alle Beträge verstehen sich in EUR."),
        ("de", "Die IBAN ist DE89 3704 0044 0532 0130 00."),
        ("de", "Die IBAN ist DE89370400440532013000."),
        ("de", "Die BIC lautet COBADEFFXXX."),
        ("de", "Schreiben Sie an rechnung@muster.example."),
        ("de", "Frau Weber hat uns geschrieben."),
        ("de", "Petra Klein bearbeitet Ihre Sache bei der Muster & Söhne GmbH."),
        ("de", "Seit 38 Tagen ist Rechnung RE-2026/0815 offen."),
        ("en", "EUR 2,566.78 is outstanding."),
        ("en", "EUR 2566.78 is outstanding."),
        ("en", "€2,566.78 is outstanding."),
        ("en", "2,566.78 euros are outstanding."),
        ("en", "Please pay by 26 November 2026."),
        ("en", "Please pay by 26th November 2026."),
        ("en", "Please pay by the 26th of November, 2026."),
        ("en", "Please pay by November 26, 2026."),
        ("en", "Please pay by Nov 26th."),
        ("en", "Please pay by 26/11/2026."),
        ("en", "This is our third reminder."),
        ("en", "This is our 3rd reminder."),
        ("en", "Invoice 4711 was due on 20 October 2026."),
        ("en", "The rate is 10.52 percent on invoice RE-2026/0815."),
        ("en", "You may of course reply; it may help."),
        ("en", "Ms Weber wrote to us."),
        ("en", "Dear Ms Weber,\nplease pay."),
        ("en", "Dear Sir or Madam,\nplease pay."),
        ("de", "Sehr geehrte Damen und Herren,\nbitte zahlen Sie."),
        ("de", "z. B. per Überweisung; u. a. bei Ihrer Bank, d.h. wie üblich."),
        ("en", "Rather than wait, please pay now: it’s easy – and quick…"),
    ] {
        assert_clean(language, text);
    }
}

#[test]
fn a_line_break_inside_a_value_does_not_hide_it() {
    let (snapshot, context) = firm();
    let facts = Facts::build(&snapshot, &context).unwrap();
    let draft =
        Draft { subject: "{level}".to_owned(), paragraphs: vec!["Bitte zahlen Sie 777,00\nEUR.".to_owned()] };
    assert!(render(&draft, &facts, choose("de")).is_err());
    let draft = Draft {
        subject: "{level}".to_owned(),
        paragraphs: vec!["Bitte zahlen Sie 2.566,78\nEUR an Muster\n& Söhne GmbH.".to_owned()],
    };
    assert!(render(&draft, &facts, choose("de")).is_ok());
}

#[test]
fn the_certificate_names_the_fact_behind_each_literal() {
    let (snapshot, context) = firm();
    let facts = Facts::build(&snapshot, &context).unwrap();
    let text = "{invoice:2.number}: {invoice:2.residual} seit {invoice:2.due_date}, zusammen {amount_payable} bis {pay_by}.";
    let draft = Draft { subject: "{invoice:3.number}".to_owned(), paragraphs: vec![text.to_owned()] };
    let letter = render(&draft, &facts, choose("de")).unwrap();
    for entry in &letter.certificate.entries {
        let text = match entry.part {
            crate::grounding::Part::Subject => &letter.subject,
            crate::grounding::Part::Body => &letter.body,
        };
        assert_eq!(text.get(entry.start..entry.end), Some(entry.literal.as_str()));
        assert!(facts.get(&entry.fact).is_some(), "{entry:?}");
    }
    let keys: Vec<&str> = letter.certificate.entries.iter().map(|e| e.fact.as_str()).collect();
    for wanted in [
        "invoice:3.number",
        "invoice:2.number",
        "invoice:2.residual",
        "invoice:2.due_date",
        "amount_payable",
        "pay_by",
        "contact_name",
        "invoice:2.paid",
        "iban",
        "sender_name",
    ] {
        assert!(keys.contains(&wanted), "{wanted}: {keys:?}");
    }
    assert_eq!(letter.certificate.snapshot_version, 42);
    assert_eq!(letter.certificate.text_sha256.len(), 64);
    let json = serde_json::to_string(&letter).unwrap();
    assert_eq!(serde_json::from_str::<crate::letter::Letter>(&json).unwrap(), letter);
    assert!(letter.certificate.entries.iter().any(|e| e.kind == EntryKind::Money));
}

#[test]
fn text_from_a_browser_is_tidied_before_it_is_proven() {
    let (snapshot, context) = firm();
    let facts = Facts::build(&snapshot, &context).unwrap();
    let draft = Draft { subject: "{level}".to_owned(), paragraphs: vec!["Bitte zahlen Sie.".to_owned()] };
    let letter = render(&draft, &facts, choose("de")).unwrap();
    let browser = letter.body.replace('\n', "  \r\n");
    let german = choose("de").language;
    let parts = |body| Parts { subject: &letter.subject, body };
    assert!(ground(parts(&browser), &facts, german).is_err());
    assert_eq!(tidy(&browser), letter.body);
    assert!(ground(parts(&tidy(&browser)), &facts, german).is_ok());
}

#[test]
fn accents_typed_apart_are_composed() {
    assert_eq!(tidy("Gru\u{308}\u{df}e, cafe\u{301}, A\u{30a}s\n"), "Grüße, café, Ås\n");
    // What composes with nothing stays, and is found.
    assert_eq!(tidy("2\u{336}\n"), "2\u{336}\n");
    assert!(!super::findings("de", "Zahlen Sie die Ha\u{308}lfte.").is_empty());
}

/// Drafts as models write them, with placeholders where they were told to use them.
#[test]
fn what_a_careful_model_writes_passes() {
    for (language, text) in [
        (
            "de",
            "wir hoffen, es geht Ihnen gut. Leider konnten wir zu Rechnung {invoice:1.number} vom {invoice:1.date} über {invoice:1.original} bisher keinen vollständigen Zahlungseingang feststellen. Sie war am {invoice:1.due_date} fällig.",
        ),
        (
            "de",
            "Da die Zahlungsfrist bereits seit {days_overdue} Tagen überschritten ist, bitten wir Sie höflich, den Gesamtbetrag in Höhe von {amount_payable} bis zum {pay_by} zu begleichen.",
        ),
        (
            "de",
            "Auf die Rechnung {invoice:2.number} haben Sie bereits {invoice:2.paid} gezahlt; vielen Dank dafür. Es bleiben {invoice:2.residual}.",
        ),
        (
            "de",
            "Sollten Sie Fragen haben, stehen wir Ihnen gern zur Verfügung. Falls Sie zwischenzeitlich gezahlt haben, betrachten Sie dieses Schreiben bitte als gegenstandslos.",
        ),
        (
            "de",
            "Es handelt sich um die {level}. Mahnung zu {item_count} Rechnungen ({invoice_numbers}). Der älteste Betrag betrug ursprünglich {invoice:1.original} auf {invoice:1.number}.",
        ),
        (
            "de",
            "Bitte verwenden Sie für die Überweisung an {company_name} nur die unten genannte Bankverbindung und geben Sie den Verwendungszweck an.",
        ),
        (
            "en",
            "We hope this message finds you well. According to our records, invoice {invoice:1.number} dated {invoice:1.date} for {invoice:1.original} has not been paid. It was due on {invoice:1.due_date}.",
        ),
        (
            "en",
            "We kindly ask you to arrange payment of the total of {amount_payable} by {pay_by}. The oldest invoice has been overdue for {days_overdue} days.",
        ),
        (
            "en",
            "Thank you for the {invoice:2.paid} already received on invoice {invoice:2.number}; {invoice:2.residual} remains open.",
        ),
        (
            "en",
            "May we ask you to check this with your accounts department? Should there be any difficulty, please let us know, so that we can look for a way forward together.",
        ),
        (
            "en",
            "This is reminder {level} for {item_count} invoices: {invoice_numbers}. The interest of {interest_total} and the compensation of {flat_sum} are included.",
        ),
        (
            "en",
            "Please use only the bank details below and quote the reference so that we can match your payment.",
        ),
    ] {
        assert_clean(language, text);
    }
}

#[test]
fn long_hostile_text_takes_linear_time() {
    let (snapshot, context) = firm();
    let facts = Facts::build(&snapshot, &context).unwrap();
    // Quadratic reading would take minutes.
    for unit in
        ["a.", "0 ", "a@", "1.", "DE00 ", "RE-2026/", "4711, ", "(0", "einund", "x-", "A G ", "12.", "Frau "]
    {
        let text = unit.repeat(100_000 / unit.len());
        let parts = Parts { subject: "x", body: &text };
        let _findings = ground(parts, &facts, choose("de").language);
    }
}
