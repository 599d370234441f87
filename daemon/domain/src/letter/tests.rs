//! The letters as they are sent, one snapshot for each language, purpose and number of invoices.

use super::testkit::{claims, context, ledger, letter};
use super::*;
use crate::locale::all;

fn shown(letter: &Letter) -> String {
    format!("Subject: {}\n\n{}", letter.subject, letter.body)
}

#[test]
fn every_shipped_letter_renders_and_is_proven() {
    let snapshot = ledger();
    for language in all() {
        for purpose in Purpose::ALL.iter().copied() {
            for (count, name) in [(1, "one"), (3, "many")] {
                let mut context = context(&snapshot, purpose, &snapshot.items[..count]);
                context.copies = count > 1;
                let letter = letter(&snapshot, &context, language.tag());
                insta::assert_snapshot!(format!("{}_{purpose}_{name}", language.tag()), shown(&letter));
            }
        }
    }
}

#[test]
fn claims_disclosure_and_letterhead() {
    let snapshot = ledger();
    for language in all() {
        let mut context = context(&snapshot, Purpose::Firm, &snapshot.items);
        context.claims = Some(claims(&snapshot.items));
        context.ai_written = true;
        context.letterhead = vec![
            "Muster & Söhne GmbH · Hafenstr. 12 · 20457 Hamburg".to_owned(),
            "Amtsgericht Hamburg HRB 12345 · Geschäftsführer: Karl Muster".to_owned(),
        ];
        let letter = letter(&snapshot, &context, language.tag());
        insta::assert_snapshot!(format!("{}_firm_claims", language.tag()), shown(&letter));
        assert!(letter.disclosure.is_some());
    }
}

fn draft(subject: &str, paragraphs: &[&str]) -> Draft {
    Draft { subject: subject.to_owned(), paragraphs: paragraphs.iter().map(|p| (*p).to_owned()).collect() }
}

fn rendered(purpose: Purpose, draft: &Draft) -> Result<Letter, RenderError> {
    let snapshot = ledger();
    let context = context(&snapshot, purpose, &snapshot.items);
    render(draft, &Facts::build(&snapshot, &context).unwrap(), crate::locale::choose("de"))
}

#[test]
fn a_draft_that_cannot_be_filled_is_refused() {
    let unknown = |name: &str| Err(RenderError::Unknown(name.to_owned()));
    for (subject, text, error) in [
        ("x", "{discount}", unknown("discount")),
        ("x", "{Erika Weber}", unknown("…")),
        ("x", "{}", unknown("")),
        ("x", "{invoice:4.number}", Err(RenderError::Unavailable("invoice:4.number".to_owned()))),
        ("x", "{promise_date}", Err(RenderError::Unavailable("promise_date".to_owned()))),
        ("x", "{plan}", Err(RenderError::Unavailable("plan".to_owned()))),
        ("x", "Hier: {items}", Err(RenderError::Inline(Block::Items))),
        ("x", "{total_due", Err(RenderError::Brace)),
        ("x", "total_due}", Err(RenderError::Brace)),
        ("x", "{{total_due}}", unknown("…")),
        (" ", "x", Err(RenderError::Empty("subject"))),
        ("x", " ", Err(RenderError::Empty("text"))),
    ] {
        assert_eq!(rendered(Purpose::Firm, &draft(subject, &[text])), error, "{text}");
    }
    let twice = draft("x", &["a", "{items}", "{items}"]);
    assert_eq!(rendered(Purpose::Firm, &twice), Err(RenderError::Unavailable("items".to_owned())));
    let long = draft("x", &["a"; 21]);
    assert_eq!(rendered(Purpose::Firm, &long), Err(RenderError::TooLong("text")));
    let long = draft(&"ab ".repeat(100), &["a"]);
    assert_eq!(rendered(Purpose::Firm, &long), Err(RenderError::TooLong("subject")));
}

#[test]
fn what_a_draft_does_not_place_is_placed() {
    let letter = rendered(Purpose::PlanOffer, &draft("x", &["Zuerst.", "Mitte.", "Zuletzt."])).unwrap();
    let at = |text: &str| letter.body.find(text).unwrap_or_else(|| panic!("{text}: {}", letter.body));
    let order =
        ["Guten Tag", "Zuerst.", "Rechnung  ", "Die Raten", "Mitte.", "IBAN", "Zuletzt.", "Mit freundlichen"];
    assert!(order.windows(2).all(|w| at(w[0]) < at(w[1])), "{}", letter.body);
    let short = rendered(Purpose::Firm, &draft("x", &["Nur das."])).unwrap();
    assert!(short.body.find("Nur das.") < short.body.find("IBAN"));
}

#[test]
fn a_models_own_greeting_and_closing_are_dropped() {
    let tidied = draft(
        "x",
        &["Sehr geehrte Frau Schulze,", "Bitte zahlen Sie.", "Mit freundlichen Grüßen\nIhr KI-Team"],
    );
    assert_eq!(tidied.tidied().paragraphs, ["Bitte zahlen Sie."]);
    let tidied = draft("x", &["Dear all,", "Please pay.", "Kind regards,\nJane"]);
    assert_eq!(tidied.tidied().paragraphs, ["Please pay."]);
    let kept = draft("x", &["Guten Tag, bitte zahlen Sie.", "Freundliche Grüße sind uns wichtig."]);
    assert_eq!(kept.clone().tidied(), kept);
}

#[test]
fn a_value_is_never_read_as_a_placeholder_or_as_lines() {
    let mut snapshot = ledger();
    snapshot.contacts[0].name = "{total_due}\r\n\r\nSumme: 1,00 EUR {items}".to_owned();
    snapshot.customer.name = "\"A\" {iban} \u{202e}GmbH".to_owned();
    let context = context(&snapshot, Purpose::Firm, &snapshot.items);
    let letter = letter(&snapshot, &context, "de");
    assert!(letter.body.starts_with("Guten Tag {total_due} Summe: 1,00 EUR {items},\n"), "{}", letter.body);
    assert!(letter.body.contains("Rechnungsempfänger: \"A\" {iban} GmbH\n"));
}

#[test]
fn an_answer_keeps_a_subject_that_states_nothing_unproven() {
    let snapshot = ledger();
    let mut context = context(&snapshot, Purpose::GenericAck, &snapshot.items);
    for (asked, subject) in [
        ("Frage zur Zahlung", "Re: Frage zur Zahlung"),
        ("AW: Re: WG: Mahnung: Rechnung 4711", "Re: Mahnung: Rechnung 4711"),
        ("Mahnung über 2.513,75 EUR", "Re: Mahnung über 2.513,75 EUR"),
        ("Ihr Rabatt von 50 %", "Ihre Nachricht"),
        ("Rechnung 4712", "Ihre Nachricht"),
        ("Neue Bankverbindung DE02120300000000202051", "Ihre Nachricht"),
        ("x\r\nBcc: evil@example.com", "Ihre Nachricht"),
        ("Re: ", "Ihre Nachricht"),
        ("", "Ihre Nachricht"),
    ] {
        context.answered_subject = Some(asked.to_owned());
        assert_eq!(letter(&snapshot, &context, "de").subject, subject, "{asked}");
    }
    context.answered_subject = Some("wort ".repeat(60));
    assert_eq!(letter(&snapshot, &context, "de").subject, "Ihre Nachricht");
}

#[test]
fn without_contact_bank_or_sender_the_letter_still_reads_well() {
    let mut snapshot = ledger();
    snapshot.contacts[0].name = "info@beispiel.example".to_owned();
    snapshot.company.iban = None;
    snapshot.company.bic = None;
    snapshot.company.sender_name = String::new();
    let context = context(&snapshot, Purpose::Friendly, &snapshot.items[..1]);
    let letter = letter(&snapshot, &context, "fr");
    assert!(letter.fell_back && letter.language == "en");
    insta::assert_snapshot!("en_friendly_bare", shown(&letter));
}

#[test]
fn purposes_are_stored_under_their_names() {
    for purpose in Purpose::ALL.iter().copied() {
        assert_eq!(purpose.as_str().parse::<Purpose>(), Ok(purpose));
        assert_eq!(serde_json::to_value(purpose).unwrap(), purpose.as_str());
        assert!(purpose.as_str().len() <= 20, "email_templates.template_type is varchar(20)");
    }
    assert!("nonsense".parse::<Purpose>().unwrap_err().to_string().contains("courtesy"));
    assert!(!Purpose::Final.model_may_write() && Purpose::Firm.model_may_write());
}
