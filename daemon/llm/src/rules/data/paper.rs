//! Documents asked for, and invoices that need a formal change.

use super::words::{INVOICE_DE, INVOICE_EN};
use crate::rules::table::{Rule, rule};
use domain::kinds::Intent::{DocumentRequest as D, InvoiceCorrection as C};

const SEND_DE: &str = "send*|schick*|zusend*|zuschick*|zugeschickt|zugesandt|zukommen|uebermittel*|uebersend*|mailen|nachreich*|bereitstell*|benoetig*|brauch*|braeucht*|haett*|erbitt*|bitte|fehlt|fehlen|vorlegen|vorlage|bekommen|koennt*|anforder*|weiterleit*|bereit stellen|bitte um|kann ich|(geben|stellen) sie";
const SENT_DE: &str = "anbei|angehaengt|beigefuegt|zahlungsbeleg|ueberweisungsbeleg|im anhang";
/// The invoice as a thing to be changed, not to be copied.
const CHANGED_DE: &str = "korrigiert*|berichtigt*|geaendert*|umgeschrieben*|korrektur*|ergaenz*|kostenstelle|bestellnummer|portal|xrechnung|ausstell*|neue rechnung";
const DOC_DE: &str = "rechnungskopie*|kopie|kopien|duplikat|zweitschrift|kontoauszug|kontoauszuege|saldenliste|saldenbestaetigung|aufstellung|uebersicht|forderungsaufstellung|auszug|lieferschein*|lieferbeleg*|lieferbestaetigung|abliefernachweis*|zustellnachweis|leistungsnachweis*|leistungsverzeichnis|stundenzettel|stundennachweis*|arbeitsnachweis*|regiebericht*|aufmass|auftragsbestaetigung*|freistellungsbescheinigung|unbedenklichkeitsbescheinigung|unterlagen|nachweis|nachweise|belege|vertragskopie|pdf|einzelnachweis*|originalrechnung*|op liste|offene posten liste";

const SEND_EN: &str = "send|resend|forward|email|provide|share|supply|attach|get|have|need|needs|require|request|requesting|give|please|obtain|missing|like|re send|(copy|issue) me|let me have";
const SENT_EN: &str =
    "attached|enclosed|remittance|corrected|amended|revised|please find|(ive|i've|weve|we've) sent";
const DOC_EN: &str = "copy|copies|duplicate|statement|breakdown|pod|timesheet|timesheets|w9|w8*|certificate|signed|documentation|backup|pdf|paperwork|account summary|summary of (open|outstanding)|summary of the (open|outstanding)|list of (open|outstanding|all)|proof of delivery|delivery (note|slip|receipt|confirmation)|packing (slip|list)|time (sheet|sheets)|w (9|8*)|tax (form|certificate)|order confirmation|supporting (document|documents|documentation)|original (invoice|invoices)|contract copy";

pub(super) const DE: &[Rule] = &[
    rule(D, 86, &[SEND_DE, DOC_DE]).unless(&[SENT_DE, "korrigiert*|berichtigt*", "pdf (koennen|kann|akzeptier*|nicht)"]),
    rule(D, 86, &["rechnung|rechnungen|mahnung|gutschrift|angebot|vertrag", "send*|schick*|zusend*|zuschick*|zukommen|mailen|uebermittel*|weiterleit*|haben koennen|bekommen|kann ich .. haben|per mail", "nochmal*|erneut|wieder|digital|elektronisch|die|mir|uns|noch (mal*|einmal)|als pdf|per mail", "bitte|koenn*|kann|moecht*|waere|sie|gern*|braeucht*"])
        .unless(&[SENT_DE, CHANGED_DE, "kuenftig|zukuenftig|bezahlt|ueberwiesen|keine|dann|in zukunft|ab sofort|haben wir|habe ich"]),
    rule(D, 84, &[INVOICE_DE, "nicht|nie|niemals|keine|verloren|geloescht|verlegt|verschwunden", "vor|vorliegen*|vorlag|erhalten|bekommen|finden|auffindbar|gefunden|gesehen|angekommen|eingegangen|zugegangen|da|verloren|geloescht|verlegt|verschwunden|hinterlegt"])
        .unless(&[CHANGED_DE, "ware|lieferung|zahlung|geld|bestellnummer"]),
    rule(D, 80, &["liegt|liegen", "nicht|keine", "vor", "uns|mir|sie|hier|rechnung*"]).unless(&["bestellung|auftrag|insolvenz|gutschrift"]),
    rule(D, 80, &["als pdf|in kopie"]).unless(&["koennen|akzeptier*|verarbeiten", SENT_DE]),
    rule(C, 90, &["rechnung*", "korrig*|korrektur*|berichtig*|umschreib*|umgeschrieben|umzuschreiben|abgeaendert*|abaendern|geaendert*|aendern|anpassen|angepasst*|ergaenz*|neuausstellung|neu (ausstell*|ausgestellt|erstell*)|neue rechnung"])
        .unless(&["iban|bankverbindung|konto"]),
    rule(C, 88, &["rechnung*", "stell*|ausstell*|ausgestellt|adressier*|lauten|laufen|schreiben", "auf|an|aus", "gmbh|ag|kg|holding|gesellschaft|firma|namen|adresse|anschrift|tochter*|niederlassung|muss|bitte|soll*|falsch*"])
        .unless(&["doppelt|zweimal"]),
    rule(C, 88, &["rechnungsadresse|rechnungsanschrift|rechnungsempfaenger*|firmierung|umfirmier*|firmenname*|adresszeile"]),
    rule(C, 88, &["bestellnummer|bestellnr|auftragsnummer|kostenstelle|projektnummer|kommission|lieferantennummer|leitweg*|kreditorennummer|vertragsnummer|bestellreferenz|bestell nr|po (nummer|nr)", "fehl*|falsch*|ergaenz*|angeb*|angegeben|anbringen|ohne|benoetig*|brauch*|nachtragen|aufnehmen|vermerk*|drauf|muss|bitte|eintragen"]),
    rule(C, 88, &["ustid*|umsatzsteuerid*|umsatzsteueridentifikations*|steuernummer|leistungsdatum|leistungszeitraum|lieferdatum|rechnungsdatum|pflichtangab*|ust (id*|idnr)|umsatzsteuer id*", "fehl*|falsch*|berichtig*|ergaenz*|korrig*|nicht|ohne|aendern"]),
    rule(C, 86, &["xrechnung|zugferd|erechnung*|peppol|edi|lieferantenportal|portal|ariba|coupa|rechnungsportal", "einreich*|hochlad*|einstell*|uebermittel*|senden|stell*|nur|bitte|akzeptier*|ueber|muss|muessen|benoetig*|erforderlich"])
        .unless(&["kundenportal|login|passwort"]),
    rule(C, 82, &["falsch*", "adressiert|ausgestellt|adresse|anschrift|empfaenger|firmierung|name|rechnungsdatum|gesellschaft"]).unless(&["bei mir falsch"]),
    rule(C, 86, &["rechnung*", "an|auf", "tochter*|muttergesellschaft|holding|filiale|zentrale|gesellschaft|uid|mandant|gmbh|unsere * (firma|niederlassung)", "muss|sollte|bitte|gehen|gehoert|lauten|stellen|ausstell*|richtig"]).unless(&["ansprechpartner|doppelt"]),
    rule(C, 86, &["schreibfehler|tippfehler|zahlendreher|buchstabendreher|vertippt|falsch geschrieben"]).unless(&["iban|konto"]),
    rule(C, 86, &["abgelehnt|zurueckgewiesen|nicht (buchen|verbuchen|verarbeiten|freigeben|zuordnen)", "bestellnummer|sap|nummer|referenz|kostenstelle|automatisch|formell*|angabe|angaben"]),
    rule(D, 80, &["nix|nichts|keine|nie|nicht", "bekommen|erhalten|gekriegt|gesehen|angekommen"]).unless_sentence(&["ware|lieferung|geld|zahlung|leistung|paket|gutschrift|antwort|teile|stueck"]).unless(&["ware|lieferung|geld|zahlung|leistung|paket|gutschrift|antwort|geliefert|weitere|weiteren|mail|mails|mehr|einkommen"]),
];

pub(super) const EN: &[Rule] = &[
    rule(D, 88, &[SEND_EN, DOC_EN]).unless(&[SENT_EN, "gdpr|personal data|data you hold|hold about me", "billing address|duplicate of"]),
    rule(D, 86, &[INVOICE_EN, "resend|send|forward|provide|share|re send|email (me|us|it|the|over|a)", "again|please|copy|me|us|over|pdf|original|it|(could|can) you"])
        .unless(&[SENT_EN, "reissue|correct|amend|update|entity|portal|address|future|upload|emailed|process|found|ignore|po number|from now on|all invoices to|all future invoices to|(reminder|reminders) to"]),
    rule(D, 84, &["not|*n't|never|cannot|lost|missing|deleted|misplaced|unable to", "got|get|receive|received|find|locate|located|see|seen|have|hold|lost|missing|deleted|misplaced|on file", INVOICE_EN])
        .unless(&["goods|delivery|shipment|vat|corrected|pay|money|cash|customer|approved|paid|agree|po number"]),
    rule(D, 82, &["please|kindly|(can|could) you", "resend|re send|send it (again|over|through|across)|send this (again|over|through|across)|send that (again|over|through|across)|send them (again|over|through|across)|forward (it|this|that|them)"])
        .unless(&["correct*|amend*|update|updated"]),
    rule(C, 90, &[INVOICE_EN, "reissue*|correct|corrected|correction|amend|amended|amendment|revise|revised|rectif*|fix|adjust|adjusted|replacement|change|changed|modify|update|rebill|re (issue*|bill)"])
        .unless(&["bank|iban|records|account details|amount is correct|amount is not correct|(is|isnt|isn't) correct|is not correct"]),
    rule(C, 88, &[INVOICE_EN, "addressed|issued|billed|billing|name|made out|in the name of", "to|name|entity|subsidiary|company|ltd|gmbh|inc|llc|holding|parent|should|must|need|needs"])
        .unless(&["not addressed to us"]),
    rule(C, 88, &["(billing|invoice|our|company) (address|name|entity|details)", "wrong|incorrect|outdated|old|chang*|moved|update*|correct|new|different|out of date"])
        .unless(&["bank|sender|email address"]),
    rule(C, 88, &["p o|po|(po|order|vendor|supplier|reference) number|purchase order|cost (centre|center)|project (code|number)|vat (id|number|no|reg*)|tax id|gl code", "missing|add|include|quote|show|state|wrong|incorrect|need*|require*|with|without|must|put|lack|lacks|absent|not on"])
        .unless(&["copy|copies|proof of delivery"]),
    rule(C, 88, &["ariba|coupa|tungsten|basware|jaggaer|peppol|einvoic*|portal|edi|(supplier|vendor|our) portal", "upload|submit|send|through|via|use|must|need|only|process|accept|enter"]).unless(&["paid|payment|login|password|log in"]),
    rule(C, 82, &["correct|amend|update|fix|change|reissue", "it|this|that|resend|and (send|resend)|and re send|re send", "please|need|(can|could) you"])
        .unless(&["records|record|ledger|bank|iban|system|fault|machine|problem|account details"]),
    rule(C, 86, &["misspel*|typo|spelling|spelt|mis spel*|should read|needs to (read|say)|must (read|show)"]).unless(&["iban|account number"]),
    rule(C, 84, &["put|add|include|quote|need|needs|missing|without|show", "(job|project|po|order|site|customer|contract|internal|supplier|vendor) (reference|ref|number|code|no|id)|(our|a|the) job (reference|ref|number|code|no|id)|(our|a|the) project (reference|ref|number|code|no|id)|(our|a|the) po (reference|ref|number|code|no|id)|(our|a|the) order (reference|ref|number|code|no|id)|(our|a|the) site (reference|ref|number|code|no|id)|(our|a|the) customer (reference|ref|number|code|no|id)|(our|a|the) contract (reference|ref|number|code|no|id)|(our|a|the) internal (reference|ref|number|code|no|id)|(our|a|the) supplier (reference|ref|number|code|no|id)|(our|a|the) vendor (reference|ref|number|code|no|id)"]).unless(&["delivery|goods|ticket"]),
    rule(D, 82, &["no|not|*n't", "record|trace|sight|copy|sign", "of|have|find|see"]).unless(&["goods|delivery|order|you|contract|payment|shipment|parcel"]),
    rule(D, 82, &["send|sending|share|forward|forwarding|mind|provide|email", "it|this|that|them|soa|statement|updated", "over|across|through|please|mind|again|soa|statement"]).unless(&[SENT_EN, "back|money|payment|correct*|amend*|ref|reference|number|refrain|stop|not|further|get it over|no more"]),
];
