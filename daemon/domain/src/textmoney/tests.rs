use super::*;
use proptest::prelude::*;

fn found(text: &str) -> Vec<(String, Option<String>, String)> {
    find_amounts(text)
        .into_iter()
        .map(|f| (f.amount.to_string(), f.currency.map(|c| c.to_string()), text[f.span].to_owned()))
        .collect()
}

fn one(text: &str) -> (String, Option<String>) {
    let all = found(text);
    assert_eq!(all.len(), 1, "{text:?}: {all:?}");
    (all[0].0.clone(), all[0].1.clone())
}

#[test]
fn reads_the_ways_people_write_money() {
    for (text, amount, currency) in [
        ("1.234,56 €", "1234.56", Some("EUR")),
        ("€ 1,234.56", "1234.56", Some("EUR")),
        ("€40", "40", Some("EUR")),
        ("EUR 40,-", "40", Some("EUR")),
        ("EUR 40,--", "40", Some("EUR")),
        ("CHF 40.–", "40", Some("CHF")),
        ("CHF 1'234.50", "1234.50", Some("CHF")),
        ("1’234.50 Franken", "1234.50", Some("CHF")),
        ("1 234,56 EUR", "1234.56", Some("EUR")),
        ("1\u{a0}234,56\u{a0}€", "1234.56", Some("EUR")),
        ("12.345.678,90 Euro", "12345678.90", Some("EUR")),
        ("$1,000", "1000", Some("USD")),
        ("US$ 99.95", "99.95", Some("USD")),
        ("£250.00", "250.00", Some("GBP")),
        ("250 pounds", "250", Some("GBP")),
        ("SEK 500", "500", Some("SEK")),
        ("1.234 €", "1234", Some("EUR")),
        ("1,5 €", "1.5", Some("EUR")),
        ("0,99€", "0.99", Some("EUR")),
        ("Betrag: EUR: 17,20.", "17.20", Some("EUR")),
        ("wir zahlen 1.190,00 am Freitag", "1190.00", None),
        ("we pay 1,190.00 today", "1190.00", None),
        ("offen sind 45,50", "45.50", None),
        ("only 119.50 is due", "119.50", None),
        ("40,- bleiben offen", "40", None),
        ("(1.190,00 EUR)", "1190.00", Some("EUR")),
        ("eur 12", "12", Some("EUR")),
    ] {
        assert_eq!(one(text), (amount.to_owned(), currency.map(str::to_owned)), "{text:?}");
    }
}

#[test]
fn finds_several_with_their_places() {
    let all =
        found("Von 1.190,00 EUR zahlen wir € 500 sofort und 690,00 € bis 12.12.2026 (RE 2026-17, 3 Stück).");
    assert_eq!(
        all.iter().map(|(a, _, s)| (a.as_str(), s.as_str())).collect::<Vec<_>>(),
        [("1190.00", "1.190,00 EUR"), ("500", "€ 500"), ("690.00", "690,00 €")]
    );
}

#[test]
fn leaves_alone_what_is_no_amount() {
    for text in [
        "am 12.12. oder 12.12",
        "12.12.2026",
        "um 10.30 Uhr",
        "Rechnung 2026-0017",
        "Rechnung 4711 vom 3.5.",
        "5,25 % Zinsen",
        "5,25% Zinsen",
        "1,5 Mio. EUR",
        "EUR 1,5 Mio.",
        "10k EUR",
        "TEUR 10",
        "10 TEUR",
        "1234,567 EUR",
        "12.345.6789 EUR",
        "EUR 12.12.2026",
        "IBAN DE02 1203 0000 0000 2020 51",
        "Tel. 030 123 456",
        "v1.2.3",
        "0.123 EUR",
        "we try 3 times",
        "1.234.56 EUR",
        "",
    ] {
        assert_eq!(found(text), [], "{text:?}");
    }
}

#[test]
fn a_number_too_long_for_a_ledger_is_not_read() {
    assert_eq!(found(&format!("EUR {}", "9".repeat(40))), []);
}

proptest! {
    #[test]
    fn never_panics_and_spans_fit(text in "(\\PC|[€£$.,' -]|[0-9]|EUR){0,200}") {
        let all = find_amounts(&text);
        for pair in all.windows(2) {
            prop_assert!(pair[0].span.end <= pair[1].span.start);
        }
        for f in all {
            prop_assert!(text.get(f.span.clone()).is_some());
            prop_assert!(!f.amount.is_sign_negative());
        }
    }

    #[test]
    fn reads_back_both_writings(cents in 0u64..100_000_000_000) {
        let (whole, rest) = (cents / 100, cents % 100);
        let digits = whole.to_string();
        let mut grouped = String::new();
        for (i, c) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i) % 3 == 0 {
                grouped.push('.');
            }
            grouped.push(c);
        }
        let expected = Decimal::new(i64::try_from(cents).unwrap(), 2);
        let german = format!("{grouped},{rest:02} €");
        let english = format!("€{}.{rest:02}", grouped.replace('.', ","));
        for text in [german, english] {
            let all = find_amounts(&text);
            prop_assert_eq!(all.len(), 1);
            prop_assert_eq!(all[0].amount, expected);
            prop_assert_eq!(all[0].span.clone(), 0..text.len());
        }
    }
}
