//! Statements that nobody may make. The facts: RE-2026/0815 1.190,00 EUR due 05.10.2026; RE-2026/0816
//! 1.234,50 EUR of 2.000,00 due 10.10.2026; 4711 89,25 EUR due 20.10.2026; total 2.513,75, interest
//! 13,03, flat sum 40,00, payable 2.566,78 EUR by 26.11.2026; level 3; contact Erika Weber.

use super::{each, findings, findings_in};
use crate::grounding::{
    Category, FindingKind as K,
    Severity::{Hard, Wording},
};

#[test]
fn amounts_that_are_not_on_the_account() {
    each(
        K::Amount,
        Hard,
        &[
            ("de", "Bitte zahlen Sie 1.191,00 EUR."),
            ("de", "Bitte zahlen Sie 1.109,00 EUR."),
            ("de", "Bitte zahlen Sie 2.567 Euro."),
            ("de", "Bitte zahlen Sie € 512."),
            ("de", "Bitte zahlen Sie 512€ an."),
            ("de", "Bitte zahlen Sie 512,- EUR."),
            ("de", "Bitte zahlen Sie EUR 512,--."),
            ("de", "Bitte zahlen Sie 2,5 Tsd. EUR."),
            ("de", "Das sind 3 Mio. Euro."),
            ("de", "Es fehlen 50 Cent."),
            ("de", "Offen sind -2.566,78 EUR."),
            ("en", "Please pay EUR 2,566.87."),
            ("en", "Please pay €512 now."),
            ("en", "Please pay EUR 5k."),
            ("en", "Please pay 512 euros."),
            ("en", "Please pay EUR -2,566.78."),
            ("en", "Please pay EUR 2 million."),
        ],
    );
}

#[test]
fn amounts_written_as_another_language_does() {
    each(
        K::Amount,
        Hard,
        &[
            ("de", "Bitte zahlen Sie 2,566.78 EUR."),
            ("de", "Bitte zahlen Sie 2'566,78 EUR."),
            ("en", "Please pay EUR 2.566,78."),
            ("en", "Please pay EUR 25,66.78."),
        ],
    );
}

#[test]
fn a_known_number_in_another_currency() {
    each(
        K::Currency,
        Hard,
        &[
            ("de", "Bitte zahlen Sie 2.566,78 USD."),
            ("de", "Bitte zahlen Sie 2.566,78 $."),
            ("de", "Bitte zahlen Sie 2.566,78 Dollar."),
            ("de", "Bitte zahlen Sie 2.566,78 CHF."),
            ("en", "Please pay USD 2,566.78."),
            ("en", "Please pay £2,566.78."),
            ("en", "Please pay US$ 2,566.78."),
            ("en", "Please pay A$2,566.78."),
            ("en", "Please pay ₤2,566.78."),
            ("en", "Please pay EUR 2,566.78 USD."),
            ("en", "All amounts are in USD."),
            ("en", "We also accept $."),
            ("de", "Sie können auch in Dollar zahlen."),
        ],
    );
}

#[test]
fn a_known_number_without_a_currency() {
    each(
        K::Number,
        Hard,
        &[
            ("de", "Bitte zahlen Sie 2.566,78."),
            ("en", "Please pay 2,566.78 at once."),
            ("en", "Please pay 2,566.78 ∈."),
        ],
    );
}

#[test]
fn amounts_in_words() {
    each(
        K::Amount,
        Hard,
        &[
            ("de", "Bitte zahlen Sie zweitausend Euro."),
            ("de", "Bitte zahlen Sie zweitausendfünfhundertsechsundsechzig Euro."),
            ("de", "Bitte zahlen Sie Euro fünfhundert."),
            ("de", "Es fehlt nur ein Euro."),
            ("en", "Please pay five hundred euros."),
            ("en", "Please pay two thousand EUR."),
            ("en", "Only one euro is missing."),
        ],
    );
}

#[test]
fn dates() {
    each(
        K::Date,
        Hard,
        &[
            ("de", "Bitte zahlen Sie bis zum 27.11.2026."),
            ("de", "Bitte zahlen Sie bis zum 26.12.2026."),
            ("de", "Bitte zahlen Sie bis zum 26.11.2027."),
            ("de", "Bitte zahlen Sie bis zum 27.11."),
            ("de", "Bitte zahlen Sie bis zum 3. Dezember 2026."),
            ("de", "Bitte zahlen Sie bis Ende Dezember."),
            ("de", "Bitte zahlen Sie bis Ende November."),
            ("en", "Please pay by the twelfth of November."),
            ("de", "Bitte zahlen Sie bis zum 2026-11-27."),
            ("de", "Bitte zahlen Sie bis zum 31.02.2026."),
            ("de", "Bitte zahlen Sie bis zum 26.11.62."),
            ("en", "Please pay by 27 November 2026."),
            ("en", "Please pay by November 27th, 2026."),
            ("en", "Please pay by Dec 3."),
            ("en", "Please pay by the end of March."),
            ("en", "Please pay by 27/11/2026."),
            ("en", "It was due on 10/05/2026."),
        ],
    );
}

#[test]
fn a_month_alone_is_left_to_a_person() {
    each(
        K::Date,
        Wording,
        &[("de", "Die Rechnungen aus Oktober sind offen."), ("en", "Your October invoices are open.")],
    );
}

#[test]
fn invoice_numbers() {
    each(
        K::InvoiceNumber,
        Hard,
        &[
            ("de", "Rechnung RE-2026/0817 ist offen."),
            ("de", "Rechnung RE-2026/08155 ist offen."),
            ("de", "Rechnung RE-2026/0815-1 ist offen."),
            ("de", "Rechnung XRE-2026/0815 ist offen."),
            ("de", "Rechnung re-2026/0815 ist offen."),
            ("de", "Rechnung 4712 ist offen."),
            ("de", "Rechnung 47 11 ist offen."),
            ("de", "Rechnung Nr. 3 ist offen."),
            ("de", "Rechnung A4 ist offen."),
            ("en", "Invoice 4712 is open."),
            ("en", "Invoice no. 4712 is open."),
            ("en", "Invoice RE-2026_0815 is open."),
        ],
    );
}

#[test]
fn numbers_of_other_things() {
    each(
        K::Number,
        Hard,
        &[
            ("de", "Das ist unsere 2. Mahnung."),
            ("de", "Offen sind 4 Rechnungen."),
            ("en", "This is our 2nd reminder."),
            ("en", "There are 4 invoices."),
            ("en", "See item 17 of the contract."),
        ],
    );
    each(
        K::Number,
        Wording,
        &[
            ("de", "Das ist unsere zweite Mahnung."),
            ("de", "Offen sind vier Rechnungen."),
            ("de", "Wir haben siebenundzwanzig Briefe geschrieben."),
            ("en", "This is our second reminder."),
            ("en", "There are four invoices."),
        ],
    );
}

#[test]
fn bank_details() {
    each(
        K::Iban,
        Hard,
        &[
            ("de", "Zahlen Sie an DE02 1203 0000 0000 2020 51."),
            ("de", "Zahlen Sie an DE02120300000000202051."),
            ("de", "Zahlen Sie an de02 1203 0000 0000 2020 51."),
            ("de", "Zahlen Sie an DE89 3704 0044 0532 0130 01."),
            ("en", "Pay to GB29 NWBK 6016 1331 9268 19."),
            ("en", "Pay to GB29NWBK60161331926819 please."),
        ],
    );
    each(K::Bic, Hard, &[("de", "Die BIC: BYLADEM1001."), ("en", "Our SWIFT: BYLADEMM.")]);
    each(
        K::Wording(Category::BankChange),
        Hard,
        &[
            ("de", "Unsere neue Bankverbindung teilen wir gesondert mit."),
            ("de", "Unsere Bankverbindung hat sich geändert."),
            ("de", "Zahlen Sie gern per PayPal."),
            ("en", "Our bank details have changed."),
            ("en", "Please use our new bank account."),
            ("en", "You can pay by gift card."),
        ],
    );
}

#[test]
fn addresses_links_and_telephones() {
    each(
        K::Email,
        Hard,
        &[
            ("de", "Schreiben Sie an chef@muster.example."),
            ("de", "Schreiben Sie an xrechnung@muster.example."),
            ("de", "Schreiben Sie an rechnung@muster.example.evil.com."),
            ("en", "Write to Rechnung+x@muster.example."),
        ],
    );
    each(
        K::Link,
        Hard,
        &[
            ("de", "Zahlen Sie unter https://pay.example/abc."),
            ("de", "Zahlen Sie unter www.muster.example"),
            ("de", "Zahlen Sie unter muster-zahlung.de/123."),
            ("en", "Pay at http://127.0.0.1:8080/."),
            ("en", "Pay at pay.muster.com please."),
        ],
    );
    each(
        K::Phone,
        Hard,
        &[
            ("de", "Rufen Sie an: +49 30 1234567."),
            ("de", "Rufen Sie an: 0171/2345678."),
            ("de", "Rufen Sie an: (030) 123 45-67."),
            ("en", "Call +1 (555) 010-9999."),
        ],
    );
}

#[test]
fn names() {
    each(
        K::Name,
        Hard,
        &[
            ("de", "Sehr geehrte Frau Schulze,\nbitte zahlen Sie."),
            ("de", "Guten Tag Max Schulze,\nbitte zahlen Sie."),
            ("de", "Liebe Anna,\nbitte zahlen Sie."),
            ("de", "Herr Schulze hat uns geschrieben."),
            ("de", "Wir haben mit Dr. Krause gesprochen."),
            ("de", "Die Fremde Bau GmbH hat bezahlt."),
            ("de", "Die Beispiel Holding AG & Co. KG hat bezahlt."),
            ("de", "Der Verein Muster e.V. hat bezahlt."),
            ("de", "Bitte zahlen Sie.\n\nMit freundlichen Grüßen\nHans Schulze"),
            ("en", "Dear Mr Smith,\nplease pay."),
            ("en", "Hi John,\nplease pay."),
            ("en", "Dear John Weber,\nplease pay."),
            ("en", "Mrs Smith told us so."),
            ("en", "Acme Trading Ltd has paid."),
            ("en", "Please pay.\n\nKind regards,\nJane Doe"),
        ],
    );
}

#[test]
fn characters_that_deceive() {
    each(
        K::Number,
        Hard,
        &[
            ("de", "Bitte zahlen Sie ５００ EUR."),
            ("de", "Bitte zahlen Sie ٥٠٠ EUR."),
            ("en", "Please pay 𝟝𝟘𝟘 EUR."),
            ("en", "Please pay ½ of it."),
            ("en", "See ②."),
        ],
    );
    each(
        K::Character,
        Hard,
        &[
            ("en", "Please pay EUR 2,5\u{200d}66.78."),
            ("en", "Please pay EUR 2,5\u{200b}66.78."),
            ("en", "Please pay EUR\u{202e} 2,566.78."),
            ("en", "Please pay EUR 2,566.7\u{336}8."),
            ("en", "Pleаse pay."), // Cyrillic а
            ("en", "Please pay\u{ad}."),
            ("en", "Please pay Є."),
            ("en", "Please\u{0} pay."),
        ],
    );
    each(K::Character, Wording, &[("en", "Please pay 🙂."), ("en", "Please pay ∈.")]);
}

#[test]
fn values_of_another_invoice() {
    each(
        K::Mismatch,
        Hard,
        &[
            ("de", "Auf Rechnung RE-2026/0815 sind noch 1.234,50 EUR offen."),
            ("de", "Rechnung 4711 war am 10.10.2026 fällig."),
            ("de", "Bitte zahlen Sie zuerst 89,25 EUR."),
            ("en", "On invoice RE-2026/0816 you still owe EUR 89.25."),
        ],
    );
}

#[test]
fn the_subject_is_checked_too() {
    let found = findings_in("de", "Letzte Frist: 512 EUR", "Bitte zahlen Sie.");
    assert!(
        found.iter().any(|f| f.kind == K::Amount && f.part == crate::grounding::Part::Subject),
        "{found:#?}"
    );
}

#[test]
fn a_finding_names_the_words_and_their_place() {
    let found = findings("de", "Bitte zahlen Sie 777,00 EUR.");
    let [finding] = found.as_slice() else { panic!("{found:#?}") };
    assert_eq!(finding.literal, "777,00 EUR");
    assert!(!finding.message.contains("777"));
}
