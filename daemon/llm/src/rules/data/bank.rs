//! Bank details questioned or changed: the fraud path. Recall before precision.

use super::words::{BANK_DE, BANK_EN, IBAN, PAID_DE};
use crate::rules::table::{Rule, rule};
use domain::kinds::Intent::PaymentInstructionChange as I;

const CHANGE_DE: &str = r"\b(geaendert\w*|aendern|aendert|aenderung\w*|neue|neuen|neuer|neues|andere|anderen|anderer|anderes|abweich\w*|weicht|stimmt|stimmen|echt|richtig|korrekt|bestaetig\w*|aktualisier\w*|gewechselt|wechseln|umgestellt|verifizier\w*|pruefen|falsch|existiert|erloschen|aufgeloest|geschlossen|statt|bisher\w*|frueher\w*|gueltig|ungueltig|sicher|verdaechtig|wirklich|tatsaechlich|veraltet|falsche[rnms]?|neuem|anderem|passt|unterschiedlich\w*|verschieden\w*|zwei|unbekannt\w*|ausland\w*)\b";
const CHANGE_EN: &str = r"\b(chang\w*|new|different|differs?|updat\w*|another|confirm\w*|verif\w*|genuine|real|legit\w*|correct|wrong|right|old|instead|fake|scam|suspicious|no longer|switched|moved|amend\w*|replac\w*|double[- ]check|outdated|valid|trust)\b";
/// "Konto" alone is an everyday word: only together with a strong one.
const ACCOUNT_DE: &str = r"\b(konto|konten)\b";
const MOVED_DE: &str = r"\b(neue|neuen|neues|anderes|anderen|geaendert\w*|gewechselt|aufgeloest|falsches?|auslaendisch\w*|litauen|ausland|polen|spanien|hongkong|england|echt|bestaetig\w*|verwenden|benutzen|nutzen|folgende[ns]?)\b";
const REFUND_DE: &str = r"\b(erstatt\w*|rueckerstatt\w*|rueckzahl\w*|zurueckzahl\w*|zurueckueberweis\w*|zurueck ?ueberweisen|guthaben|ueberzahl\w*|auszahl\w*)\b";

pub(super) const DE: &[Rule] = &[
    rule(I, 90, &[BANK_DE, CHANGE_DE]),
    rule(I, 80, &[BANK_DE]).asked().unless(&[r"\b(welche|welcher|welches|auf welche|wie lautet)\b"]),
    rule(I, 90, &[ACCOUNT_DE, MOVED_DE]),
    rule(I, 85, &[r"\bkonto (in|bei der|bei einer|im) \w+", r"\b(zahl\w*|ueberweis\w*|verwend\w*|erstatt\w*)\b"]).unless(&[PAID_DE]),
    rule(I, 90, &[REFUND_DE, r"\b(konto|iban|bankverbindung|kontoverbindung)\b"]),
    rule(I, 85, &[r"\b(ueberweisung|zahlung)\b", r"\b(kam|kommt|ist|wurde)\b", r"\b(zurueck|zurueckgekommen|zurueckgebucht|zurueckgewiesen|retourniert)\b"])
        .unless(&[r"\blastschrift\b"]),
    rule(I, 85, &[IBAN, r"\b(bitte|ueberweisen|zahlen|erstatten|stattdessen|kuenftig|ab sofort|nur noch)\b"]).unless(&[PAID_DE]),
    rule(I, 90, &[r"\b(geschenkkarte\w*|gutscheinkarte\w*|guthabenkarte\w*|gutscheincode\w*|amazon-?gutschein\w*)\b"]),
    rule(I, 80, &[r"\b(phishing\w*|gefaelscht\w*|faelschung|betrugsversuch\w*|gehackt\w*|kompromittiert\w*|fake-?mail)\b"]),
    rule(I, 88, &[r"\b(neue|neuen|neuer|andere|anderen|anderer|unsere|gewechselt|wechsel)\b", r"\b(bank|hausbank|bankinstitut|kreditinstitut|sparkasse|volksbank)\b", r"\b(ueberweis\w*|zahl\w*|daten|neue[nr]?|seit|gewechselt|rueckverguetung|erstatt\w*|guthaben|kuenftig|ab sofort)\b"])
        .unless(&[PAID_DE, r"\b(bank arbeitet|bankarbeitstag\w*|kredit)\b"]),
    rule(I, 88, &[r"\b(in (ihrem|eurem|unserem) namen|als (ihr|ihre) (mitarbeiter\w*|firma)|gibt sich .* aus|ausgegeben|angeblich\w*)\b", r"\b(rechnung\w*|konto\w*|mail\w*|anruf\w*|zahl\w*|bank\w*|verschickt|iban)\b"]),
    rule(I, 85, &[r"\b(empfaengername|kontoinhaber|empfaenger|name)\b", r"\b(passt|stimmt|ueberein\w*|abweich\w*)\b", r"\b(iban|bank|konto|ueberweisung|nicht)\b"]).unless(&[r"\b(rechnungsempfaenger|rechnung)\b"]),
];

pub(super) const EN: &[Rule] = &[
    rule(I, 90, &[BANK_EN, CHANGE_EN]),
    rule(I, 85, &[r"\baccount number\b|\baccount details\b|\bbank account\b|\biban\b"]).asked().unless(&[r"\bwhat\b"]),
    rule(I, 90, &[r"\b(new|different|another|other|following|this|our new) (bank )?account\b", r"\b(pay|send|wire|transfer|refund|credit|remit|use|note|remittance|funds?|payment|deposit)\w*\b"]),
    rule(I, 90, &[r"\baccount (in|at|with) [a-z]+", r"\b(pay|send|wire|transfer|remit|told|asked|refund|deposit)\w*\b"]).unless(&[r"\b(arrears|credit) with\b"]),
    rule(I, 85, &[r"\b(account|iban)\b", r"\b(does ?n'?t|did ?n'?t|does not|no longer) exist\b|\b(closed|invalid|blocked|frozen)\b"]),
    rule(I, 85, &[r"\b(transfer|payment|wire|bacs)\b", r"\b(bounced|was returned|been returned|got returned|(was|been|got|is) rejected|bank (rejected|returned|refused)|came back|sent back)\b"]).unless(&[r"\bdirect debit\b"]),
    rule(I, 85, &[IBAN, r"\b(please|pay|send|refund|instead|use|wire|transfer|future|from now on)\b"]),
    rule(I, 90, &[r"\bgift ?cards?\b|\b(itunes|google play|steam) cards?\b|\bvouchers? codes?\b|\bprepaid cards?\b"]),
    rule(I, 85, &[r"\b(phishing|spoofed|hacked|compromised|impersonat\w*|fraudulent (email|mail|invoice|message)|scam)\b"]),
    rule(I, 85, &[r"\b(chang\w*|updat\w*|switch\w*)\b", r"\b(your|our|their|the) (bank|banks)\b"]),
    rule(I, 88, &[r"\b(new|another|different|switched|changed|moved|switching|changing)\b", r"\b(bank|banks)\b", r"\b(details|below|credit|refund|use|pay|transfer|account|from now|with|to)\b"]).unless(&[r"\bbank holiday\b"]),
    rule(I, 86, &[r"\b(claim(s|ed|ing)? to be|pretend\w*|impersonat\w*|posing as|supposedly|purport\w*|on your behalf|in your name)\b", r"\b(account|bank|details|finance|invoices?|e-?mails?|payment|you|your)\b"]),
    rule(I, 86, &[r"\b(barclays|hsbc|lloyds|natwest|santander|revolut|wise|monzo|starling|citi\w*|chase|wells fargo|commerzbank|deutsche bank|postbank|sparkasse|volksbank|unicredit|n26|dkb|ing)\b", r"\b(but|instead|different|was|used to|last (month|time|year)|now|which|statt|bisher|sonst|neuerdings|new)\b"])
        .unless(&[r"\b(paid|transferred|sent|ueberwiesen|bezahlt|from our)\b"]),
    rule(I, 84, &[r"\b(refund|credit balance|reimburse\w*|overpayment|money back)\b", r"\b(account|bank|sent to|transfer\w*|wire\w*|details|pay it)\b"]),
];
