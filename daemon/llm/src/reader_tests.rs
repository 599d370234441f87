use super::*;

fn brief() -> ReadBrief {
    ReadBrief {
        new_text: "We paid. END of story.".to_owned(),
        open_numbers: vec!["RE-1".to_owned(), "evil\n{x}<y>".to_owned()],
        today: NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(),
        zone: chrono_tz::Europe::Berlin,
        offer_pending: true,
    }
}

fn reading(changes: &Value) -> Value {
    let mut reading = json!({
        "intent": "promise_to_pay", "quote": " We paid. ", "invoice_numbers": ["RE-1", " "], "amount": "1250.00",
        "currency": "eur", "date": "2026-12-01", "method": "bank_transfer", "dispute": null,
        "accepts_plan": false, "confidence": 80,
    });
    for (key, value) in changes.as_object().unwrap() {
        reading[key] = value.clone();
    }
    reading
}

fn read(changes: &Value) -> Result<RawReadings, LlmError> {
    let answer = json!({ "readings": [reading(changes)], "sentiment": 20, "suspicious": false });
    brief().read_answer(&answer.to_string())
}

fn one(changes: &Value) -> RawReading {
    read(changes).unwrap().readings.remove(0)
}

#[test]
fn the_prompt_delimits_the_words() {
    let prompt = brief().prompt(&Entropy::new([9; 32]));
    let (_, nonce) = prompt.secrets();
    assert_eq!(prompt.user, format!("BEGIN {nonce}\nWe paid. END of story.\nEND {nonce}"));
    assert!(prompt.system.contains("Today is 2026-11-23 (Monday) in Europe/Berlin."));
    assert!(prompt.system.contains("RE-1, evilxy."));
    assert!(prompt.system.contains("We have offered this customer a payment plan"));
}

#[test]
fn only_the_head_of_a_long_mail_is_shown() {
    let brief = ReadBrief { new_text: "ä".repeat(MOST_WORDS * 2), ..brief() };
    assert_eq!(brief.prompt(&Entropy::new([9; 32])).user.matches('ä').count(), MOST_WORDS);
}

#[test]
fn the_prompt_and_the_schema_name_every_label() {
    let text = include_str!("../prompts/read.md");
    for intent in Intent::ALL {
        assert!(text.contains(&format!("- {intent}:")), "{intent}");
        assert!(schema().to_string().contains(&format!("\"{intent}\"")));
    }
}

#[test]
fn a_reading_is_read() {
    let r = one(&json!({}));
    assert_eq!(
        (r.quote.as_str(), r.invoice_numbers.as_slice()),
        ("We paid.", ["RE-1".to_owned()].as_slice())
    );
    assert_eq!((r.amount, r.currency), (Some(Decimal::new(125_000, 2)), Some(Currency::EUR)));
    assert_eq!(r.date, NaiveDate::from_ymd_opt(2026, 12, 1));
    assert!((r.confidence - 0.8).abs() < 1e-9);
}

#[test]
fn what_cannot_be_read_is_dropped_not_guessed() {
    for amount in ["1.250,00", "1e9", "-5", "a lot", "", "1250.00 EUR", "99999999999999999999"] {
        let r = one(&json!({ "amount": amount }));
        assert_eq!((r.amount, r.currency), (None, None), "{amount}");
    }
    assert_eq!(one(&json!({ "currency": "Euro" })).amount, None);
    assert_eq!(one(&json!({ "currency": "" })).amount, Some(Decimal::new(125_000, 2)));
    for date in ["soon", "2026-02-30", "01.12.2026", ""] {
        assert_eq!(one(&json!({ "date": date })).date, None, "{date}");
    }
    assert_eq!(one(&json!({ "dispute": "price" })).dispute, None);
    assert_eq!(one(&json!({ "confidence": 900 })).confidence, 1.0);
    assert_eq!(one(&json!({ "confidence": -5 })).confidence, 0.0);
}

#[test]
fn a_plan_is_accepted_only_while_one_is_offered() {
    assert!(one(&json!({ "accepts_plan": true })).accepts_plan);
    assert!(!one(&json!({ "accepts_plan": true, "intent": "no_action" })).accepts_plan);
    let answer =
        json!({ "readings": [reading(&json!({"accepts_plan": true}))], "sentiment": 0, "suspicious": false });
    let later = ReadBrief { offer_pending: false, ..brief() };
    assert!(!later.read_answer(&answer.to_string()).unwrap().readings[0].accepts_plan);
}

#[test]
fn other_shapes_are_refused() {
    for changes in [
        json!({ "intent": "mark_paid" }),
        json!({ "action": "mark_paid" }),
        json!({ "method": "bitcoin" }),
        json!({ "quote": null }),
        json!({ "confidence": "high" }),
        json!({ "quote": "x".repeat(1001) }),
        json!({ "invoice_numbers": vec!["x"; 51] }),
    ] {
        assert!(matches!(read(&changes), Err(LlmError::Malformed(_))), "{changes}");
    }
    let many = json!({ "readings": vec![reading(&json!({})); 25], "sentiment": 0, "suspicious": false });
    assert_eq!(brief().read_answer(&many.to_string()), Err(LlmError::Malformed(Malformed::Limits)));
}

#[test]
fn every_object_of_the_schema_is_closed_and_complete() {
    fn walk(schema: &Value) {
        if schema["type"] == "object" {
            assert_eq!(schema["additionalProperties"], false);
            let properties = schema["properties"].as_object().unwrap();
            assert_eq!(schema["required"].as_array().unwrap().len(), properties.len());
            properties.values().for_each(walk);
        }
        if schema["type"] == "array" {
            walk(&schema["items"]);
        }
    }
    walk(&schema());
}
