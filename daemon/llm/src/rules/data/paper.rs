//! Documents asked for, and invoices that need a formal change.

use super::words::{INVOICE_DE, INVOICE_EN};
use crate::rules::table::{Rule, rule};
use domain::kinds::Intent::{DocumentRequest as D, InvoiceCorrection as C};

const SEND_DE: &str = r"\b(send\w*|schick\w*|zusend\w*|zuschick\w*|zugeschickt|zugesandt|zukommen|uebermittel\w*|uebersend\w*|mailen|nachreich\w*|bereitstell\w*|bereit stellen|benoetig\w*|brauch\w*|braeucht\w*|haett\w*|erbitt\w*|bitte um|bitte|fehlt|fehlen|vorlegen|vorlage|bekommen|koennt\w*|kann ich|geben sie|stellen sie|anforder\w*|weiterleit\w*)\b";
const SENT_DE: &str = r"\b(anbei|angehaengt|im anhang|beigefuegt|zahlungsbeleg|ueberweisungsbeleg)\b";
/// The invoice as a thing to be changed, not to be copied.
const CHANGED_DE: &str = r"\b(korrigiert\w*|berichtigt\w*|geaendert\w*|neue rechnung|umgeschrieben\w*|korrektur\w*|ergaenz\w*|kostenstelle|bestellnummer|portal|xrechnung|e-rechnung|ausstell\w*)\b";
const DOC_DE: &str = r"\b(rechnungskopie\w*|kopie|kopien|duplikat|zweitschrift|kontoauszug|kontoauszuege|saldenliste|saldenbestaetigung|op-liste|offene-posten-liste|aufstellung|uebersicht|forderungsaufstellung|auszug|lieferschein\w*|lieferbeleg\w*|lieferbestaetigung|lieferscheinkopie|abliefernachweis\w*|zustellnachweis|leistungsnachweis\w*|leistungsverzeichnis|stundenzettel|stundennachweis\w*|arbeitsnachweis\w*|regiebericht\w*|aufmass|auftragsbestaetigung\w*|freistellungsbescheinigung|unbedenklichkeitsbescheinigung|unterlagen|nachweis|nachweise|belege|vertragskopie|pdf|einzelnachweis\w*|originalrechnung\w*)\b";

const SEND_EN: &str = r"\b(send|re-?send|forward|e-?mail|provide|share|supply|attach|get|have|need|needs|require|request|requesting|give|copy me|please|let me have|obtain|missing|like|issue me)\b";
const SENT_EN: &str =
    r"\b(attached|enclosed|remittance|please find|i'?ve sent|we'?ve sent|corrected|amended|revised)\b";
const DOC_EN: &str = r"\b(cop(y|ies)|duplicate|statement|account summary|summary of (the )?(open|outstanding)|list of (open|outstanding|all)|breakdown|proof of delivery|pod|delivery (note|slip|receipt|confirmation)|packing (slip|list)|time ?sheets?|w-?9|w-?8\w*|tax (form|certificate)|certificate|order confirmation|signed|supporting (documents?|documentation)|documentation|backup|pdf|paperwork|original invoices?|contract copy)\b";

pub(super) const DE: &[Rule] = &[
    rule(D, 86, &[SEND_DE, DOC_DE]).unless(&[SENT_DE, r"\b(korrigiert\w*|berichtigt\w*)\b", r"\bpdf (koennen|kann|akzeptier\w*|nicht)\b"]),
    rule(D, 86, &[r"\b(rechnung|rechnungen|mahnung|gutschrift|angebot|vertrag)\b", r"\b(send\w*|schick\w*|zusend\w*|zuschick\w*|zukommen|mailen|uebermittel\w*|weiterleit\w*|haben koennen|bekommen|kann ich .* haben|per mail)\b", r"\b(noch ?mal\w*|noch einmal|erneut|nochmals|wieder|als pdf|per mail|per e-mail|digital|elektronisch|die|mir|uns)\b", r"\b(bitte|koenn\w*|kann|moecht\w*|waere|sie|gern\w*|braeucht\w*)\b"])
        .unless(&[SENT_DE, CHANGED_DE, r"\b(kuenftig|zukuenftig|in zukunft|ab sofort|haben wir|habe ich|bezahlt|ueberwiesen|keine|dann)\b"]),
    rule(D, 84, &[INVOICE_DE, r"\b(nicht|nie|niemals|keine|verloren|geloescht|verlegt|verschwunden)\b", r"\b(vor|vorliegen\w*|vorlag|erhalten|bekommen|finden|auffindbar|gefunden|gesehen|angekommen|eingegangen|zugegangen|da|verloren|geloescht|verlegt|verschwunden|hinterlegt)\b"])
        .unless(&[CHANGED_DE, r"\b(ware|lieferung|zahlung|geld|bestellnummer)\b"]),
    rule(D, 80, &[r"\b(liegt|liegen)\b", r"\b(nicht|keine)\b", r"\bvor\b", r"\b(uns|mir|sie|hier|rechnung\w*)\b"]).unless(&[r"\b(bestellung|auftrag|insolvenz|gutschrift)\b"]),
    rule(D, 80, &[r"\bals pdf\b|\bin kopie\b"]).unless(&[r"\b(koennen|akzeptier\w*|verarbeiten)\b", SENT_DE]),
    rule(C, 90, &[r"\brechnung\w*\b", r"\b(korrig\w*|korrektur\w*|berichtig\w*|umschreib\w*|umgeschrieben|umzuschreiben|abgeaendert\w*|abaendern|geaendert\w*|aendern|anpassen|angepasst\w*|ergaenz\w*|neu ausstell\w*|neu ausgestellt|neu erstell\w*|neue rechnung|neuausstellung)\b"])
        .unless(&[r"\b(iban|bankverbindung|konto)\b"]),
    rule(C, 88, &[r"\brechnung\w*\b", r"\b(stell\w*|ausstell\w*|ausgestellt|adressier\w*|lauten|laufen|schreiben)\b", r"\b(auf|an|aus)\b", r"\b(gmbh|ag|kg|holding|gesellschaft|firma|namen|adresse|anschrift|tochter\w*|niederlassung|muss|bitte|soll\w*|falsch\w*)\b"])
        .unless(&[r"\b(doppelt|zweimal)\b"]),
    rule(C, 88, &[r"\b(rechnungsadresse|rechnungsanschrift|rechnungsempfaenger\w*|firmierung|umfirmier\w*|umfirmierung|firmenname\w*|adresszeile)\b"]),
    rule(C, 88, &[r"\b(bestellnummer|bestell-nr|bestellnr|auftragsnummer|po-nummer|po nummer|po-nr|kostenstelle|projektnummer|kommission|lieferantennummer|leitweg\w*|kreditorennummer|vertragsnummer|bestellreferenz)\b", r"\b(fehl\w*|falsch\w*|ergaenz\w*|angeb\w*|angegeben|anbringen|ohne|benoetig\w*|brauch\w*|nachtragen|aufnehmen|vermerk\w*|drauf|muss|bitte|eintragen)\b"]),
    rule(C, 88, &[r"\b(ust-?id\w*|ust-?idnr|umsatzsteuer-?id\w*|umsatzsteueridentifikations\w*|steuernummer|leistungsdatum|leistungszeitraum|lieferdatum|rechnungsdatum|pflichtangab\w*|pflichtangaben)\b", r"\b(fehl\w*|falsch\w*|berichtig\w*|ergaenz\w*|korrig\w*|nicht|ohne|aendern)\b"]),
    rule(C, 86, &[r"\b(x-?rechnung|zugferd|e-?rechnung\w*|peppol|edi|lieferantenportal|portal|ariba|coupa|rechnungsportal)\b", r"\b(einreich\w*|hochlad\w*|einstell\w*|uebermittel\w*|senden|stell\w*|nur|bitte|akzeptier\w*|ueber|muss|muessen|benoetig\w*|erforderlich)\b"])
        .unless(&[r"\b(kundenportal|login|passwort)\b"]),
    rule(C, 82, &[r"\bfalsch\w*\b", r"\b(adressiert|ausgestellt|adresse|anschrift|empfaenger|firmierung|name|rechnungsdatum|gesellschaft)\b"]).unless(&[r"\bbei mir falsch\b"]),
    rule(C, 86, &[r"\brechnung\w*\b", r"\b(an|auf)\b", r"\b(tochter\w*|muttergesellschaft|holding|filiale|zentrale|gesellschaft|uid|mandant|gmbh|unsere \w+ (firma|niederlassung))\b", r"\b(muss|sollte|bitte|gehen|gehoert|lauten|stellen|ausstell\w*|richtig)\b"]).unless(&[r"\b(ansprechpartner|doppelt)\b"]),
    rule(C, 86, &[r"\b(falsch geschrieben|schreibfehler|tippfehler|zahlendreher|buchstabendreher|vertippt)\b"]).unless(&[r"\b(iban|konto)\b"]),
    rule(C, 86, &[r"\b(abgelehnt|zurueckgewiesen|nicht (buchen|verbuchen|verarbeiten|freigeben|zuordnen))\b", r"\b(bestellnummer|sap|nummer|referenz|kostenstelle|automatisch|formell\w*|angaben?)\b"]),
    rule(D, 80, &[r"\b(nix|nichts|keine|nie|nicht)\b", r"\b(bekommen|erhalten|gekriegt|gesehen|angekommen)\b"]).unless_sentence(&[r"\b(ware|lieferung|geld|zahlung|leistung|paket|gutschrift|antwort|teile|stueck)\b"]).unless(&[r"\b(ware|lieferung|geld|zahlung|leistung|paket|gutschrift|antwort|geliefert|weiteren?|mails?|mehr|einkommen)\b"]),
];

pub(super) const EN: &[Rule] = &[
    rule(D, 88, &[SEND_EN, DOC_EN]).unless(&[SENT_EN, r"\b(personal data|data you hold|hold about me|gdpr)\b", r"\b(billing address|duplicate of)\b"]),
    rule(D, 86, &[INVOICE_EN, r"\b(re-?send|send|forward|e-?mail (me|us|it|the|over|a)|provide|share)\b", r"\b(again|please|copy|me|us|over|pdf|could you|can you|original|it)\b"])
        .unless(&[SENT_EN, r"\b(reissue|correct|amend|update|entity|po number|portal|address|future|from now on|all (future )?invoices to|reminders? to|upload|e-?mailed|process|found|ignore)\b"]),
    rule(D, 84, &[r"\b(not|\w+n't|never|cannot|lost|missing|deleted|misplaced|unable to)\b", r"\b(got|get|received?|find|located?|see|seen|have|hold|on file|lost|missing|deleted|misplaced)\b", INVOICE_EN])
        .unless(&[r"\b(goods|delivery|shipment|po number|vat|corrected|pay|money|cash|customer|approved|paid|agree)\b"]),
    rule(D, 82, &[r"\b(please|kindly|can you|could you)\b", r"\b(re-?send|send (it|this|that|them) (again|over|through|across)|forward (it|this|that|them))\b"])
        .unless(&[r"\b(correct\w*|amend\w*|updated?)\b"]),
    rule(C, 90, &[INVOICE_EN, r"\b(reissue\w*|re-issue\w*|correct(ed|ion)?|amend(ed|ment)?|revise[d]?|rectif\w*|fix|adjust(ed)?|replacement|change[d]?|modify|update|re-?bill)\b"])
        .unless(&[r"\b(bank|account details|iban|records|amount is (not )?correct|is correct|is not correct|isn'?t correct)\b"]),
    rule(C, 88, &[INVOICE_EN, r"\b(addressed|made out|issued|billed|in the name of|billing|name)\b", r"\b(to|name|entity|subsidiary|company|ltd|gmbh|inc|llc|holding|parent|should|must|needs?)\b"])
        .unless(&[r"\bnot addressed to us\b"]),
    rule(C, 88, &[r"\b(billing|invoice|our|company) (address|name|entity|details)\b", r"\b(wrong|incorrect|out of date|outdated|old|chang\w*|moved|update\w*|correct|new|different)\b"])
        .unless(&[r"\b(e-?mail address|bank|sender)\b"]),
    rule(C, 88, &[r"\b(po number|purchase order|p\.o\.|po|order number|cost cent(re|er)|project (code|number)|vat (id|number|no|reg\w*)|tax id|vendor number|supplier number|reference number|gl code)\b", r"\b(missing|add|include|quote|show|state|wrong|incorrect|need\w*|require\w*|with|without|must|put|lacks?|absent|not on)\b"])
        .unless(&[r"\bproof of delivery\b|\bcop(y|ies)\b"]),
    rule(C, 88, &[r"\b(ariba|coupa|tungsten|basware|jaggaer|peppol|e-?invoic\w*|supplier portal|vendor portal|our portal|portal|edi)\b", r"\b(upload|submit|send|through|via|use|must|need|only|process|accept|enter)\b"]).unless(&[r"\b(paid|payment|log ?in|password)\b"]),
    rule(C, 82, &[r"\b(correct|amend|update|fix|change|reissue)\b", r"\b(it|this|that|and (re-?)?send|re-?send)\b", r"\b(please|can you|could you|need)\b"])
        .unless(&[r"\b(records|record|ledger|bank|iban|account details|system|fault|machine|problem)\b"]),
    rule(C, 86, &[r"\b(mis-?spel\w*|typo|spelling|spelt|should read|needs to read|needs to say|must read|must show)\b"]).unless(&[r"\b(iban|account number)\b"]),
    rule(C, 84, &[r"\b(put|add|include|quote|need|needs|missing|without|show)\b", r"\b(our |a |the )?(job|project|po|order|site|customer|contract|internal|supplier|vendor) (reference|ref|number|code|no|id)\b"]).unless(&[r"\b(delivery|goods|ticket)\b"]),
    rule(D, 82, &[r"\b(no|not|\w+n't)\b", r"\b(record|trace|sight|copy|sign)\b", r"\b(of|have|find|see)\b"]).unless(&[r"\b(goods|delivery|order|you|contract|payment|shipment|parcel)\b"]),
    rule(D, 82, &[r"\b(send(ing)?|share|forward(ing)?|mind|provide|e-?mail)\b", r"\b(it|this|that|them|soa|statement|updated)\b", r"\b(over|across|through|please|mind|again|soa|statement)\b"]).unless(&[SENT_EN, r"\b(back|money|payment|correct\w*|amend\w*|ref|reference|number|get it over|refrain|stop|not|further|no more)\b"]),
];
