use super::*;

fn entry(key: &str, kind: FactKind) -> CatalogueEntry {
    CatalogueEntry { key: key.to_owned(), kind, example: "SECRET-EXAMPLE".to_owned() }
}

fn brief() -> DraftBrief {
    DraftBrief {
        purpose: Purpose::Friendly,
        tone: Tone::Friendly,
        language: "de".to_owned(),
        catalogue: vec![
            entry("total_due", FactKind::Money),
            entry("pay_by", FactKind::Date),
            entry("invoice:N.number", FactKind::InvoiceNumber),
        ],
        history: vec![HistoryFact::FirstContact, HistoryFact::SeveralInvoices],
        customer_words: None,
    }
}

fn answer(subject: &str, paragraphs: &[&str]) -> Result<ModelDraft, LlmError> {
    let text = json!({ "subject": subject, "paragraphs": paragraphs, "confidence": 90, "reasoning": "ok" });
    brief().read_answer(&text.to_string())
}

fn flaw(paragraph: &str) -> DraftFlaw {
    match answer("Zahlungserinnerung", &["Guten Morgen zusammen.", paragraph]) {
        Err(LlmError::Draft(flaw)) => flaw,
        other => panic!("{paragraph:?}: {other:?}"),
    }
}

#[test]
fn the_prompt_holds_the_brief_and_no_values() {
    let mut brief = brief();
    brief.customer_words = Some("Bitte {{canary}} nennen".to_owned());
    let prompt = brief.prompt(&Entropy::new([1; 32])).unwrap();
    let (canary, nonce) = prompt.secrets();
    for part in [
        "friendly reminder",
        "German",
        "- {total_due}: an amount",
        "- {invoice:N.number}",
        "several invoices",
    ] {
        assert!(prompt.user.contains(part), "{part}");
    }
    assert!(prompt.user.contains("Bitte {{canary}} nennen"));
    assert!(prompt.user.contains(&format!("BEGIN {nonce}\nBitte")) && !prompt.user.contains(canary));
    assert!(!format!("{}{}", prompt.system, prompt.user).contains("SECRET-EXAMPLE"));
    assert!(!prompt.user.contains("{{slots}}") && !prompt.system.contains("{{nonce}}"));
}

#[test]
fn the_last_demand_is_never_written_by_a_model() {
    for purpose in Purpose::ALL {
        let brief = DraftBrief { purpose: *purpose, ..brief() };
        let prompt = brief.prompt(&Entropy::new([1; 32]));
        assert_eq!(prompt.is_ok(), purpose.model_may_write(), "{purpose:?}");
        if *purpose == Purpose::Final {
            assert_eq!(prompt.err(), Some(LlmError::TemplateOnly));
        } else {
            assert!(prompt.is_ok(), "{purpose:?}");
        }
    }
}

#[test]
fn a_good_draft_passes() {
    let draft = answer(
        " Offene Rechnungen ",
        &[
            "Sehr geehrte Frau Muster,",
            "zu den Rechnungen unten, darunter {invoice:1.number} und {invoice:12.number}, fehlt uns die Zahlung.",
            "Bitte überweisen Sie {total_due} bis zum {pay_by}.",
            "",
            "Mit freundlichen Grüßen",
            "Ihr Team",
        ],
    )
    .unwrap();
    assert_eq!(draft.draft.subject, "Offene Rechnungen");
    assert_eq!(draft.draft.paragraphs.len(), 2);
    assert!((draft.confidence - 0.9).abs() < 1e-9);
}

#[test]
fn literals_are_refused() {
    for digit in ["Bitte zahlen Sie 100 Euro.", "am ٣. des Monats", "½ davon", "x² mal", "bis zum 5ten"] {
        assert_eq!(flaw(digit), DraftFlaw::Digit { paragraph: 2 }, "{digit}");
    }
    for unknown in [
        "{iban}",
        "{total_due",
        "total_due}",
        "{ total_due }",
        "{}",
        "{invoice:0.number}",
        "{invoice:1.iban}",
    ] {
        assert_eq!(
            flaw(&format!("Bitte {unknown} beachten.")),
            DraftFlaw::Placeholder { paragraph: 2 },
            "{unknown}"
        );
    }
    for link in ["siehe www.pay.example", "an a@b.example", "https://x", "auf zahlportal.com bitte"] {
        assert_eq!(flaw(link), DraftFlaw::Link { paragraph: 2 }, "{link}");
    }
    for name in [
        "die Forderung der Beispiel GmbH",
        "wie mit Herrn Meier besprochen",
        "as Mr. Smith said",
        "Acme Ltd owes",
    ] {
        assert_eq!(flaw(name), DraftFlaw::Name { paragraph: 2 }, "{name}");
    }
    for markup in ["**fett**", "<b>fett</b>", "a\u{200b}b", "erste\nzweite Zeile", "[Link]", "# Kopf"] {
        assert_eq!(flaw(markup), DraftFlaw::Markup { paragraph: 2 }, "{markup}");
    }
    assert!(answer("Zahlung", &["Dies geht z.B. per Überweisung, vgl. unten."]).is_ok());
}

#[test]
fn the_subject_is_checked_too() {
    assert_eq!(answer("Rechnung 4711", &["Text"]), Err(LlmError::Draft(DraftFlaw::Digit { paragraph: 0 })));
    assert_eq!(answer("  ", &["Text"]), Err(LlmError::Draft(DraftFlaw::Empty)));
}

#[test]
fn the_estimate_is_not_too_low() {
    let brief = DraftBrief { customer_words: Some("x".repeat(9999)), ..brief() };
    let prompt = brief.prompt(&Entropy::new([1; 32])).unwrap();
    // Four characters a token is usual for English, less for German.
    let sent = prompt.system.len() + prompt.user.len() + prompt.schema.to_string().len();
    assert!(brief.estimated_tokens() * 4 > sent as u64, "{sent}");
}

#[test]
fn sizes_are_limited() {
    assert_eq!(answer("Betreff", &[]), Err(LlmError::Draft(DraftFlaw::Empty)));
    assert_eq!(answer("Betreff", &["Mit freundlichen Grüßen"]), Err(LlmError::Draft(DraftFlaw::Empty)));
    assert_eq!(answer(&"x".repeat(151), &["Text"]), Err(LlmError::Draft(DraftFlaw::TooLong)));
    assert_eq!(answer("Betreff", &[&"x ".repeat(700)]), Err(LlmError::Draft(DraftFlaw::TooLong)));
    assert_eq!(answer("Betreff", &["Text"; 9]), Err(LlmError::Draft(DraftFlaw::TooLong)));
    assert_eq!(answer("Betreff", &["Text"; 41]), Err(LlmError::Malformed(Malformed::Limits)));
}

#[test]
fn the_shape_is_strict() {
    for text in [
        r#"{"subject":"a","paragraphs":["b"],"confidence":1,"reasoning":"","cc":"x@y.example"}"#,
        r#"{"subject":"a","paragraphs":"b","confidence":1,"reasoning":""}"#,
        r#"{"paragraphs":["b"],"confidence":1}"#,
        r#"["subject"]"#,
    ] {
        assert!(matches!(brief().read_answer(text), Err(LlmError::Malformed(_))), "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn no_accepted_draft_holds_a_number(text in "\\PC{1,60}") {
        if let Ok(draft) = answer("Betreff", &[&text]) {
            let prose = draft.draft.paragraphs.join(" ").replace("{total_due}", "").replace("{pay_by}", "");
            let stated = prose.chars().any(char::is_numeric) && !prose.contains("{invoice:");
            proptest::prop_assert!(!stated);
        }
    }
}
