use super::super::fold::fold;
use super::*;

fn finds(pattern: &str, text: &str) -> bool {
    let mut lexicon = Lexicon::default();
    lexicon.add(pattern, 7).unwrap();
    let folded = fold(text);
    let mut found = false;
    lexicon.scan(&words(&folded), |id| {
        assert_eq!(id, 7);
        found = true;
    });
    found
}

#[test]
fn the_language() {
    for (pattern, yes, no) in [
        ("bezahlt|gezahlt", "Gezahlt!", "bezahlte"),
        ("ueberweis*", "Überweisung", "wir ueber weisen"),
        ("*behoerde", "die Datenschutzbehörde", "Behörden"),
        ("*zahl*", "Vorauszahlungen", "Zahn"),
        ("in (two|three) parts", "pay in three parts", "in two equal parts"),
        ("pay (it|them)? back", "pay it back", "pay us back"),
        ("=stop now? please?", "Stop, please", "stop it please"),
        ("steht .. aus", "steht immer noch aus", "steht da nun wirklich sehr lange aus"),
        ("no *", "no money", "no"),
        ("only #", "only 12.", "only twelve"),
        ("=please stop|=stop", "Please stop!", "please stop by"),
        ("^zahle", "Zahle morgen", "ich zahle"),
        ("<iban>", "auf DE02 1203 0000 0000 2020 51 bitte", "am 1203 0000 0000 2020"),
        ("<iban>", "GB33BUKB20201555555555", "INV33"),
        ("<address>", "an (lenz@firma.example).", "@firma"),
        ("email|emails", "E-Mails", "e mails"),
        ("we", "we'll pay", "well"),
        ("can", "can we", "can't"),
        ("can't", "we can\u{2019}t", "cant"),
        ("*'ll", "I'll", "all"),
        ("# %", "10% off", "10 off"),
        ("# eur", "200EUR", "EUR 200"),
        ("ust idnr", "USt-IdNr.", "ustidnr"),
    ] {
        assert!(finds(pattern, yes), "{pattern} in {yes:?}");
        assert!(!finds(pattern, no), "{pattern} in {no:?}");
    }
}

#[test]
fn malformed_patterns_are_refused() {
    for bad in
        ["", "a||b", "a  b", "(a|b", "Ä", "a.b", ".. a", "a ..", "**", "x (a b)", "[ab]", "a?", "?", r"\bfoo"]
    {
        assert!(Lexicon::default().add(bad, 0).is_err(), "{bad:?}");
    }
}

proptest::proptest! {
    #[test]
    fn any_text_has_words(text in "\\PC{0,200}") {
        let folded = fold(&text);
        for word in words(&folded) {
            proptest::prop_assert!(!word.text.is_empty() && !word.text.contains(' '));
        }
    }
}
