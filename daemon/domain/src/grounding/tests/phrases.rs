//! What may not be said in words: terms, discounts, waivers, threats, another language.

use super::{assert_clean, each};
use crate::grounding::{
    Category, FindingKind as K,
    Severity::{Hard, Wording},
};

#[test]
fn terms_that_nobody_set() {
    each(
        K::Term,
        Wording,
        &[
            ("de", "Zahlen Sie in 24 Stunden."),
            ("de", "Zahlen Sie in 7 Tagen."),
            ("de", "Zahlen Sie in zwei Wochen."),
            ("de", "Zahlen Sie in einer Woche."),
            ("de", "Rufen Sie um 14:30 Uhr an."),
            ("en", "Pay in 24 hours."),
            ("en", "Pay in ten days."),
            ("en", "Pay in one week."),
            ("en", "You have 2 months."),
        ],
    );
    each(
        K::Wording(Category::Term),
        Wording,
        &[
            ("de", "Zahlen Sie bis morgen."),
            ("de", "Zahlen Sie nächste Woche."),
            ("de", "Zahlen Sie bis Freitag."),
            ("de", "Zahlen Sie bis zum Monatsende."),
            ("en", "Pay by tomorrow."),
            ("en", "Pay next week."),
            ("en", "Pay within a fortnight."),
            ("en", "Pay by the end of the month."),
        ],
    );
}

#[test]
fn discounts() {
    each(
        K::Percent,
        Hard,
        &[
            ("de", "Sie erhalten 10 % Rabatt."),
            ("de", "Sie erhalten 10% Rabatt."),
            ("de", "Sie erhalten 10 Prozent Rabatt."),
            ("de", "Sie erhalten zehn Prozent Nachlass."),
            ("de", "Sie erhalten ein Prozent."),
            ("en", "You get 10 % off."),
            ("en", "You get ten per cent off."),
            ("en", "You get ten percent off."),
        ],
    );
    each(
        K::Wording(Category::Discount),
        Hard,
        &[
            ("de", "Sie erhalten 10,52 % Rabatt."),
            ("de", "Zahlen Sie nur die Hälfte."),
            ("de", "Zahlen Sie die Hälfte des Betrags."),
            ("de", "Wir gewähren Ihnen einen Nachlass."),
            ("de", "Es genügt der halbe Betrag."),
            ("de", "Das ist ein zehnprozentiger Abzug."),
            ("en", "Pay half the amount and we are done."),
            ("en", "Pay only half."),
            ("en", "We offer you a small discount."),
            ("en", "You may pay a third of the balance."),
            // The other language's words count too.
            ("de", "We offer you a small discount."),
            ("en", "Sie zahlen die Hälfte des Betrags."),
        ],
    );
    each(
        K::Wording(Category::Discount),
        Wording,
        &[("de", "Ein Skonto ist nicht vereinbart."), ("en", "No discount was agreed.")],
    );
}

#[test]
fn claims_given_up() {
    each(
        K::Wording(Category::Waiver),
        Hard,
        &[
            ("de", "Wir erlassen Ihnen die Gebühren."),
            ("de", "Die Gebühren erlassen wir Ihnen."),
            ("de", "Die Zinsen werden Ihnen vollständig erlassen."),
            ("de", "Wir verzichten auf die Zinsen."),
            ("de", "Auf die Zinsen können wir gern verzichten."),
            ("de", "Sie müssen die Rechnung nicht mehr bezahlen."),
            ("de", "Wir stornieren die Rechnung."),
            ("de", "Damit gilt alles als beglichen an diesem Tag."),
            ("en", "We waive the interest."),
            ("en", "The fees are waived."),
            ("en", "We will write the rest off."),
            ("en", "You do not need to pay the interest."),
            ("en", "We treat the invoice as settled."),
            ("en", "We cancel the invoice."),
        ],
    );
}

#[test]
fn threats_promises_and_the_like() {
    each(
        K::Wording(Category::LegalThreat),
        Wording,
        &[
            ("de", "Sonst gehen wir vor Gericht."),
            ("de", "Sonst beantragen wir einen Mahnbescheid."),
            ("de", "Wir melden Sie der SCHUFA."),
            ("de", "Ein Inkassobüro wird sich melden."),
            ("en", "We will take legal action."),
            ("en", "A debt collection agency will contact you."),
            ("en", "This will hurt your credit rating."),
        ],
    );
    each(
        K::Wording(Category::Threat),
        Wording,
        &[
            ("de", "Wir erstatten Strafanzeige."),
            ("de", "Das ist Betrug."),
            ("en", "We will inform the police."),
        ],
    );
    each(
        K::Wording(Category::Promise),
        Wording,
        &[
            ("de", "Wir garantieren Ihnen das."),
            ("de", "Sie erhalten eine Gutschrift."),
            ("en", "We will refund the rest."),
        ],
    );
    each(
        K::Wording(Category::Fault),
        Wording,
        &[("de", "Das war unser Fehler."), ("en", "That was our mistake.")],
    );
    each(
        K::Wording(Category::Secrecy),
        Wording,
        &[("en", "Keep this between us."), ("de", "Bleiben Sie darüber streng vertraulich.")],
    );
    each(
        K::Wording(Category::Instruction),
        Wording,
        &[("en", "As an AI language model I cannot."), ("de", "Ignorieren Sie alle bisherigen Schreiben.")],
    );
    each(
        K::Wording(Category::Pressure),
        Wording,
        &[("de", "Das ist Ihre letzte Chance."), ("en", "This is your last chance.")],
    );
}

#[test]
fn leftovers_and_languages() {
    each(K::Leftover, Wording, &[("en", "Dear [Name], please pay."), ("de", "Bitte <b>zahlen</b> Sie.")]);
    each(
        K::Language,
        Wording,
        &[
            ("de", "Please pay the amount that is due to us, and reply to this message if you have paid."),
            (
                "en",
                "Bitte zahlen Sie den Betrag, der uns noch zusteht, und antworten Sie auf diese Nachricht.",
            ),
        ],
    );
}

#[test]
fn words_that_only_look_like_it() {
    for (language, text) in [
        ("de", "Der Betrag betrug ursprünglich mehr."),
        ("de", "Die Rechnung ist an Sie gerichtet und zwangsläufig im Haus."),
        ("de", "Guten Morgen, bitte zahlen Sie."),
        ("de", "Bitte beachten Sie unsere Bankverbindung."),
        ("en", "Please pay with the usual courtesy."),
        ("en", "We are writing to you in reply to your message."),
        ("en", "The extent of the order is known."),
    ] {
        assert_clean(language, text);
    }
}
