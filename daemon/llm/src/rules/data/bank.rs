//! Bank details questioned or changed: the fraud path. Recall before precision.

use super::words::{BANK_DE, BANK_EN, IBAN, PAID_DE};
use crate::rules::table::{Rule, rule};
use domain::kinds::Intent::PaymentInstructionChange as I;

const CHANGE_DE: &str = "geaendert*|aendern|aendert|aenderung*|neue|neuen|neuer|neues|andere|anderen|anderer|anderes|abweich*|weicht|stimmt|stimmen|echt|richtig|korrekt|bestaetig*|aktualisier*|gewechselt|wechseln|umgestellt|verifizier*|pruefen|falsch|existiert|erloschen|aufgeloest|geschlossen|statt|bisher*|frueher*|gueltig|ungueltig|sicher|verdaechtig|wirklich|tatsaechlich|veraltet|falsche|falscher|falschen|falschem|falsches|neuem|anderem|passt|unterschiedlich*|verschieden*|zwei|unbekannt*|ausland*";
const CHANGE_EN: &str = "chang*|new|different|differ|differs|updat*|another|confirm*|verif*|genuine|real|legit*|correct|wrong|right|old|instead|fake|scam|suspicious|switched|moved|amend*|replac*|outdated|valid|trust|no longer|double check";
/// "Konto" alone is an everyday word: only together with a strong one.
const ACCOUNT_DE: &str = "konto|konten";
const MOVED_DE: &str = "neue|neuen|neues|anderes|anderen|geaendert*|gewechselt|aufgeloest|falsche|falsches|auslaendisch*|litauen|ausland|polen|spanien|hongkong|england|echt|bestaetig*|verwenden|benutzen|nutzen|folgende|folgenden|folgendes";
const REFUND_DE: &str = "erstatt*|rueckerstatt*|rueckzahl*|zurueckzahl*|zurueckueberweis*|guthaben|ueberzahl*|auszahl*|zurueck ueberweisen";

pub(super) const DE: &[Rule] = &[
    rule(I, 90, &[BANK_DE, CHANGE_DE]),
    rule(I, 80, &[BANK_DE]).asked().unless(&["welche|welcher|welches|auf welche|wie lautet"]),
    rule(I, 90, &[ACCOUNT_DE, MOVED_DE]),
    rule(I, 85, &["konto in *|konto bei der *|konto bei einer *|konto im *", "zahl*|ueberweis*|verwend*|erstatt*"]).unless(&[PAID_DE]),
    rule(I, 90, &[REFUND_DE, "konto|iban|bankverbindung|kontoverbindung"]),
    rule(I, 85, &["ueberweisung|zahlung", "kam|kommt|ist|wurde", "zurueck|zurueckgekommen|zurueckgebucht|zurueckgewiesen|retourniert"])
        .unless(&["lastschrift"]),
    rule(I, 85, &[IBAN, "bitte|ueberweisen|zahlen|erstatten|stattdessen|kuenftig|ab sofort|nur noch"]).unless(&[PAID_DE]),
    rule(I, 90, &["geschenkkarte*|gutscheinkarte*|guthabenkarte*|gutscheincode*|amazongutschein*|amazon gutschein*"]),
    rule(I, 80, &["phishing*|gefaelscht*|faelschung|betrugsversuch*|gehackt*|kompromittiert*|fakemail|fake mail"]),
    rule(I, 88, &["neue|neuen|neuer|andere|anderen|anderer|unsere|gewechselt|wechsel", "bank|hausbank|bankinstitut|kreditinstitut|sparkasse|volksbank", "ueberweis*|zahl*|daten|neue|neuen|neuer|seit|gewechselt|rueckverguetung|erstatt*|guthaben|kuenftig|ab sofort"])
        .unless(&[PAID_DE, "bankarbeitstag*|kredit|bank arbeitet"]),
    rule(I, 88, &["in (ihrem|eurem|unserem) namen|als (ihr|ihre) (mitarbeiter*|firma)|gibt sich .. aus|ausgegeben|angeblich*", "rechnung*|konto*|mail*|anruf*|zahl*|bank*|verschickt|iban"]),
    rule(I, 85, &["empfaengername|kontoinhaber|empfaenger|name", "passt|stimmt|ueberein*|abweich*", "iban|bank|konto|ueberweisung|nicht"]).unless(&["rechnungsempfaenger|rechnung"]),
];

pub(super) const EN: &[Rule] = &[
    rule(I, 90, &[BANK_EN, CHANGE_EN]),
    rule(I, 85, &["iban|account (number|details)|bank account"]).asked().unless(&["what"]),
    rule(I, 90, &["(new|different|another|other|following|this) account|(new|different|another|other|following|this) bank account|our new account|our new bank account", "pay*|send*|wire*|transfer*|refund*|credit*|remit*|use*|note*|remittance*|fund*|funds*|payment*|deposit*"]),
    rule(I, 90, &["account (in|at|with) *", "pay*|send*|wire*|transfer*|remit*|told*|asked*|refund*|deposit*"]).unless(&["(arrears|credit) with"]),
    rule(I, 85, &["account|iban", "closed|invalid|blocked|frozen|(doesnt|doesn't|didnt|didn't) exist|does not exist|no longer exist"]),
    rule(I, 85, &["transfer|payment|wire|bacs", "bounced|(was|been|got) (returned|rejected)|is rejected|bank (rejected|returned|refused)|(came|sent) back"]).unless(&["direct debit"]),
    rule(I, 85, &[IBAN, "please|pay|send|refund|instead|use|wire|transfer|future|from now on"]),
    rule(I, 90, &["giftcard|giftcards|(gift|itunes|steam|prepaid) (card|cards)|google play (card|cards)|(voucher|vouchers) (code|codes)"]),
    rule(I, 85, &["phishing|spoofed|hacked|compromised|impersonat*|scam|fraudulent (email|mail|invoice|message)"]),
    rule(I, 85, &["chang*|updat*|switch*", "(your|our|their|the) (bank|banks)"]),
    rule(I, 88, &["new|another|different|switched|changed|moved|switching|changing", "bank|banks", "details|below|credit|refund|use|pay|transfer|account|with|to|from now"]).unless(&["bank holiday"]),
    rule(I, 86, &["pretend*|impersonat*|supposedly|purport*|(claim|claims|claimed|claiming) to be|posing as|on your behalf|in your name", "account|bank|details|finance|invoice|invoices|email|emails|payment|you|your"]),
    rule(I, 86, &["barclays|hsbc|lloyds|natwest|santander|revolut|wise|monzo|starling|citi*|chase|commerzbank|postbank|sparkasse|volksbank|unicredit|n26|dkb|ing|wells fargo|deutsche bank", "but|instead|different|was|now|which|statt|bisher|sonst|neuerdings|new|used to|last (month|time|year)"])
        .unless(&["paid|transferred|sent|ueberwiesen|bezahlt|from our"]),
    rule(I, 84, &["refund|reimburse*|overpayment|credit balance|money back", "account|bank|transfer*|wire*|details|sent to|pay it"]),
];
