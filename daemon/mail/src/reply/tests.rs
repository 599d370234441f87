use super::*;
use proptest::prelude::*;

/// Body, new text, and whether the division is doubtful.
fn check(body: &str, new: &str) -> Extract {
    let extract = extract_new_text(body);
    assert_eq!(extract.new_text, new, "of\n{body}\ncut\n{}", extract.cut_text);
    extract
}

fn sure(body: &str, new: &str) {
    assert!(!check(body, new).unsure, "{body}");
}

const NEW: &str = "Wir bestreiten die Forderung.\n\nM. Muster";

/// Every way of marking what is below, in the languages and programs we meet.
#[test]
fn marked_history_is_cut_below_its_attribution() {
    for attribution in [
        "Am 22.11.26 um 10:30 schrieb Muster GmbH:",
        "Am 22.11.2026 um 10:30 schrieb Muster GmbH <billing@muster.test>:",
        "Am So., 22. Nov. 2026 um 10:30 Uhr schrieb Muster GmbH <\nbilling@muster.test>:",
        "Am Sonntag, 22. November 2026 um 10:30:15 MEZ hat Muster GmbH <billing@muster.test> Folgendes\ngeschrieben:",
        "Muster GmbH <billing@muster.test> schrieb am So., 22. Nov. 2026, 10:30:",
        "Muster GmbH schrieb am 22.11.2026 um 10:30:",
        "On Sun, Nov 22, 2026 at 10:30 AM Muster GmbH <billing@muster.test>\nwrote:",
        "On 22 Nov 2026, at 10:30, Muster GmbH <billing@muster.test> wrote:",
        "On 22/11/2026 10:30, Muster GmbH wrote:",
        "Le dim. 22 nov. 2026 à 10:30, Muster GmbH <billing@muster.test> a écrit :",
        "El dom, 22 nov 2026 a las 10:30, Muster GmbH (<billing@muster.test>) escribió:",
        "Il giorno dom 22 nov 2026 alle ore 10:30 Muster GmbH <billing@muster.test> ha scritto:",
        "Op zo 22 nov 2026 om 10:30 schreef Muster GmbH <billing@muster.test>:",
        "niedz., 22 lis 2026 o 10:30 Muster GmbH <billing@muster.test> napisał(a):",
        "Em dom., 22 de nov. de 2026 às 10:30, Muster GmbH <billing@muster.test> escreveu:",
        "Den søn. 22. nov. 2026 kl. 10.30 skrev Muster GmbH <billing@muster.test>:",
        "Den sön 22 nov. 2026 kl 10:30 skrev Muster GmbH <billing@muster.test>:",
        "2026-11-22 10:30 GMT+01:00 Muster GmbH <billing@muster.test>:",
        "---- Muster GmbH schrieb ----",
    ] {
        sure(&format!("{NEW}\n\n{attribution}\n\n> Guten Tag,\n>\n> offen sind 1.190,00 EUR\n"), NEW);
    }
}

#[test]
fn text_above_a_name_is_not_part_of_the_name() {
    for text in ["Meine neue Adresse: neu@debtor.test", "Der Anwalt schrieb uns", "I sent it on Monday"] {
        let below = "Muster GmbH <billing@muster.test> schrieb am So., 22. Nov. 2026, 10:30:\n> alt\n";
        sure(&format!("{text}\n{below}"), text);
        sure(&format!("{text}\n\n{}", below.replace("Nov. ", "Nov.\n")), text);
    }
}

#[test]
fn unmarked_history_is_cut_where_it_is_sure() {
    for start in [
        "Am 22.11.2026 um 10:30 schrieb Muster GmbH <billing@muster.test>:",
        "On Sun, Nov 22, 2026 at 10:30 AM Muster GmbH <billing@muster.test> wrote:",
        "On Sunday, November 22, 2026, 10:30 AM, Muster GmbH <billing@muster.test> wrote:",
        "-----Ursprüngliche Nachricht-----\nVon: Muster GmbH",
        "-----Original Message-----\nFrom: Muster GmbH",
        "-------- Original-Nachricht --------",
        "________________________________\nVon: Muster GmbH <billing@muster.test>\nGesendet: Sonntag, 22. November 2026 10:30\nAn: M. Muster\nBetreff: Mahnung",
        "Von: Muster GmbH <billing@muster.test>\nDatum: 22.11.2026 10:30\nAn: M. Muster",
        "*Von:* Muster GmbH\n*Gesendet:* Sonntag, 22. November 2026 10:30\n*An:* M. Muster; B. Beispiel;\nC. Dritte\n*Betreff:* Mahnung",
        "From: Muster GmbH\n\nSent: Sunday, 22 November 2026 10:30\n\nTo: M. Muster\n\nSubject: Reminder",
        "De : Muster GmbH <billing@muster.test>\nEnvoyé : dimanche 22 novembre 2026 10:30\nÀ : M. Muster\nObjet : Relance",
        "De: Muster GmbH <billing@muster.test>\nEnviado el: domingo, 22 de noviembre de 2026 10:30\nPara: M. Muster\nAsunto: Recordatorio",
        "Da: Muster GmbH\nInviato: domenica 22 novembre 2026 10:30\nA: M. Muster\nOggetto: Sollecito",
        "Van: Muster GmbH\nVerzonden: zondag 22 november 2026 10:30\nAan: M. Muster\nOnderwerp: Herinnering",
        "Od: Muster GmbH\nWysłano: niedziela, 22 listopada 2026 10:30\nDo: M. Muster\nTemat: Przypomnienie",
        "Fra: Muster GmbH\nSendt: 22. november 2026 10:30\nTil: M. Muster\nEmne: Rykker",
        "Från: Muster GmbH\nSkickat: den 22 november 2026 10:30\nTill: M. Muster\nÄmne: Påminnelse",
    ] {
        sure(&format!("{NEW}\n\n{start}\n\nGuten Tag,\n\noffen sind 1.190,00 EUR\n"), NEW);
    }
}

#[test]
fn answers_between_quotes_and_below_them_stay() {
    sure(
        "Am 22.11.26 um 10:30 schrieb A:\n> Wann zahlen Sie?\nAm Freitag.\n> Und den Rest?\nDen bestreiten wir.\n",
        "Am Freitag.\nDen bestreiten wir.",
    );
    sure("> Offen: 100\n\nIst bezahlt.\n", "Ist bezahlt.");
    sure("Hallo,\n\n> eins\n> zwei\n\nbeides falsch.\n", "Hallo,\n\n\nbeides falsch.");
    sure("> a\n> Link (https://muster.test/abc\ndef)\n> b\nnein\n", "nein");
}

/// A lost sentence is worse than a quote too many.
#[test]
fn what_a_person_writes_is_not_taken_for_an_attribution() {
    for text in [
        "Am 22.11.2026 schrieb uns Ihr Kollege Herr Maier:\nDie Rechnung ist storniert.\nWir zahlen also nicht.",
        "Am 3. Mai um 10:30 schrieben Sie:\ndie Ware sei unterwegs. Sie kam nie an.",
        "On Monday you wrote:\nthat the goods were sent. They never came.",
        "On 3 May 2026 at 10:30 your colleague wrote:\nthe invoice is void.",
        "Der Spediteur schrieb am 3.5.2026 um 10:00 Folgendes:\nDie Ware ist verloren.\nWir zahlen nicht.",
        "Am 22.11.2026 um 10:30 Uhr schrieb der Spediteur:\nDie Ware ist verloren.",
        "Unser Anwalt schrieb:\nDie Forderung ist verjährt.",
        "Von: Konto Debtor GmbH\nAn: Muster GmbH\nDatum: 20.11.2026\nBetrag: 1.190,00 EUR\nbitte prüfen",
        "An: Buchhaltung\nBetreff: falsche Rechnung\nWir widersprechen.",
        "To: whom it may concern\nwe dispute this.",
        "Visit us\n>>> >>>  http://www.domain.test <<<\nand see",
        "On time and in full:\nwe have paid.",
        "Date: 20 November\nAmount: 100\nWe paid.",
        "-- Punkt eins: falsch\n-- Punkt zwei: auch falsch",
    ] {
        sure(text, text);
    }
}

#[test]
fn forwarded_mail_is_kept() {
    let forward = "Zur Info\n\n---------- Forwarded message ---------\nVon: Bank <info@bank.test>\nDatum: 20.11.2026 10:00\nBetreff: Überweisung\n\n> Ausgeführt.\nAm 1.1.2026 um 10:00 schrieb X <x@y.test>:\nz";
    let kept = extract_new_text(forward);
    assert!(kept.new_text.contains("Von: Bank") && kept.new_text.ends_with("\nz"), "{}", kept.new_text);
}

#[test]
fn a_doubtful_division_says_so_and_keeps_everything_unmarked() {
    let outlook = "Von: A <a@b.test>\nGesendet: Sonntag, 22. November 2026 10:30\nAn: B\nBetreff: Mahnung\n\nOffen sind 100 EUR.";
    assert!(check(outlook, outlook).unsure, "nothing new above");
    let inside = format!("Meine Antworten stehen unten in rot.\n\n{outlook}\nStimmt nicht!");
    assert!(check(&inside, &inside).unsure, "answers inside");
    let empty = check("> alt\n> älter\n", "");
    assert!(!empty.unsure && empty.cut_text == "> alt\n> älter", "an empty reply is empty");
    sure("", "");
}

#[test]
fn signatures_are_told_from_text() {
    let of = |body: &str| extract_new_text(body).signature;
    assert_eq!(of("Ja.\n\n-- \nA. B.\nFirma").as_deref(), Some("--\nA. B.\nFirma"));
    assert_eq!(
        of("Ja.\n--\nA. B.\n\nAm 22.11.26 um 10:30 schrieb C:\n> alt\n").as_deref(),
        Some("--\nA. B.")
    );
    assert_eq!(
        of("Yes.\n\nSent from my iPhone\n\nOn 22 Nov 2026, at 10:30, C <c@d.test> wrote:\n\n> old\n")
            .as_deref(),
        Some("Sent from my iPhone")
    );
    assert_eq!(of("Ja.\n\nVon meinem iPhone gesendet").as_deref(), Some("Von meinem iPhone gesendet"));
    assert_eq!(of("-- \nnur das"), None, "a signature that leaves no text is text");
    let long = format!(
        "Punkt eins\n--\n{}",
        "Punkt zwei ist ein langer Absatz, der sicher keine Signatur ist. ".repeat(3)
    );
    assert_eq!(of(&long), None);
    let many = format!("Punkt eins\n--\n{}", "Punkt\n".repeat(20));
    assert_eq!(of(&many), None);
    assert_eq!(extract_new_text("Ja.\n\n-- \nA. B.").new_text, "Ja.");
}

#[test]
fn a_text_glued_to_its_attribution_is_kept() {
    sure(
        "ok\nzahlen wir--- On Wed, Nov 18, 2026 at 3:59 PM, me@domain.test wrote:\n> Hi\n",
        "ok\nzahlen wir",
    );
}

#[test]
fn a_mail_beyond_the_limits_is_cut_and_says_so() {
    let long = "Zeile\n".repeat(MAX_LINES + 10);
    let extract = extract_new_text(&long);
    assert!(extract.truncated && extract.unsure);
    assert_eq!(extract.new_text.lines().count(), MAX_LINES);
    assert_eq!(extract.cut_text.trim().lines().count(), 10);
    let wide = "ä".repeat(MAX_TEXT);
    let extract = extract_new_text(&wide);
    assert!(extract.truncated && extract.new_text.len() == MAX_TEXT);
}

const PIECES: [&str; 16] = [
    "> quoted\n",
    ">\n",
    "text\n",
    "\n",
    "On Sun, Nov 22, 2026 at 10:30 AM A B <a@b.test> wrote:\n",
    "On Sun, Nov 22, 2026 at 10:30 AM A B <\n",
    "a@b.test>\n",
    "wrote:\n",
    "Am 22.11.26 um 10:30 schrieb A:\n",
    "From: A <a@b.test>\n",
    "Sent: Sunday 10:30\n",
    "Subject: x\n",
    "-- \n",
    "-----Original Message-----\n",
    "________________\n",
    "Sent from my phone\n",
];

proptest! {
    #[test]
    fn no_line_is_ever_lost(order in proptest::collection::vec(0..PIECES.len(), 0..30)) {
        let body: String = order.into_iter().map(|i| PIECES[i]).collect();
        let extract = extract_new_text(&body);
        let count = |text: &str| text.lines().filter(|l| !l.trim().is_empty()).count();
        prop_assert_eq!(count(&extract.new_text) + count(&extract.cut_text), count(&body));
        for line in extract.new_text.lines().chain(extract.cut_text.lines()) {
            prop_assert!(body.contains(line));
        }
    }

    #[test]
    fn unquoted_text_without_marks_stays_whole(lines in proptest::collection::vec("[A-Za-zäöüß ,.!?0-9]{1,60}", 1..12)) {
        let body = lines.join("\n");
        let extract = extract_new_text(&body);
        let words = |t: &str| t.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let mut kept = words(&extract.new_text);
        kept.extend(words(extract.signature.as_deref().unwrap_or_default()));
        prop_assert_eq!(kept, words(&body));
    }

    #[test]
    fn never_panics(body in "(\\PC|\n|[>:@<]|wrote|schrieb|On |Am ){0,200}") {
        let _ = extract_new_text(&body);
    }
}
