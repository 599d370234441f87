//! "Nothing is owed": not ours, never ordered, cancelled, credited, waived, time-barred.

use super::words::{NOT_DE, NOT_EN};
use crate::rules::table::{Rule, rule};
use domain::kinds::Intent::DebtDenied as I;

const ASKS_DE: &str = r"\b(bitte|schick\w*|send\w*|erwart\w*|benoetig\w*|brauch\w*|verlang\w*|fordern|moecht\w*|stellen sie|erstellen|dann)\b";
const ASKS_EN: &str = r"\b(please|send|issue|expect|need|require|want|request|then|if)\b";

pub(super) const DE: &[Rule] = &[
    rule(I, 90, &[r"\b(nie|niemals|nichts|nicht|weder)\b", r"\b(bestellt|beauftragt|gekauft|abgeschlossen|in auftrag gegeben|geordert|unterschrieben|gebucht|bezogen|in anspruch genommen)\b"])
        .unless(&[r"\b(bestellte[nrs]?|ware|artikel|menge|wie bestellt)\b"]),
    rule(I, 88, &[r"\b(kein|keine|keinen|keinerlei)\b", r"\b(auftrag|vertrag|vertraege|vertragsverhaeltnis|bestellung|geschaeftsbeziehung|kunde|kundin|kunden|leistung (in anspruch|bezogen)|geschaefte?)\b", r"\b(erteilt|mit ihnen|mit ihrer|abgeschlossen|bei ihnen|ihnen|besteht|bestand|gegeben|von ihnen|gemacht|ihr)\b"]),
    rule(I, 88, &[NOT_DE, r"\b(betrifft|betreffen|unsere rechnung|meine rechnung|unsere bestellung|fuer uns|an uns gerichtet|gehoert|kennen|kenne|bekannt|zustaendig fuer diese forderung)\b", r"\b(uns|mich|unsere|meine|sie|ihre firma|ihr unternehmen|ihnen|firma|lieferant\w*|rechnung|forderung|wir|ich)\b"])
        .unless(&[r"\b(preis\w*|betrag|grund|person|herrn?|frau|ansprechpartner|kontodaten|iban|rechnungsnummer bekannt)\b"]),
    rule(I, 88, &[r"\b(falsche[rsn]?|falscher|verwechsl\w*|verwechselt|irrtum|irrtuemlich|versehentlich)\b", r"\b(firma|empfaenger|unternehmen|adressat|kunde\w*|verwechsl\w*|verwechselt|an uns|uns|schuldner)\b"])
        .unless(&[r"\b(bezahlt|ueberwiesen|adresse|anschrift|uebersehen|vergessen)\b"]),
    rule(I, 88, &[r"\b(gutschrift|gutschriften|gutgeschrieben|stornorechnung)\b", r"\b(erhalten|erteilt|bekommen|vom|liegt|verrechnet|haben sie|ausgestellt|zugesagt|ausgeglichen|wurde|bereits|schon|abgezogen|aus)\b"])
        .unless(&[ASKS_DE]).told(),
    rule(I, 90, &[r"\b(storniert\w*|storno|stornierung|stornieren|rueckgaengig|widerrufen|annulliert\w*|abbestellt)\b"]).unless(&[ASKS_DE]).told(),
    rule(I, 86, &[r"\b(vertrag|vertrages|abo|abonnement|mitgliedschaft|auftrag|dienst|service|wartung|vertraege)\b", r"\b(gekuendigt|kuendigung|beendet|ausgelaufen|abgelaufen|widerrufen|aufgehoben)\b"]),
    rule(I, 90, &[r"\b(erlassen|ausgebucht|verjaehr\w*|niedergeschlagen|abgeschrieben|verzichtet|kulanz\w*|gegenstandslos|verwirkt|erloschen)\b"])
        .unless(&[ASKS_DE, r"\b(bescheid|konto|koennen sie)\b"]).told(),
    rule(I, 90, &[r"\b(schulde|schulden|schuldet|schuldig|verpflichtet)\b", NOT_DE]).told(),
    rule(I, 88, &[r"\b(kein|keine|keinerlei|nichts|nicht)\b", r"\b(forderung\w*|verbindlichkeit\w*|zahlungspflicht|zahlungsverpflichtung|zahlungsanspruch|anspruch|offenen posten|offene posten|offene rechnung|offenen rechnungen|rueckstand|rueckstaende|mehr offen)\b", r"\b(besteht|bestehen|gegen uns|gegenueber|haben|gibt|existiert|offen|mehr|ersichtlich|berechtigt\w*)\b"])
        .unless(&[r"\b(ueberblick|uebersicht|erhalten|forderungsausfall)\b"]),
    rule(I, 85, &[r"\b(verrechnet|aufgerechnet|aufrechnung|gegengerechnet|verrechnung|gegenforderung\w*)\b"]).unless(&[ASKS_DE]),
    rule(I, 85, &[r"\b(nie|niemals|nicht|keine|kein)\b", r"\b(ihr kunde|ihre kundin|kunde (bei|von) ihnen|geschaefte gemacht|zusammengearbeitet|gearbeitet mit|vertragspartner)\b"]),
    rule(I, 86, &[r"\b(nicht mehr|seit|laengst)\b", r"\b(mieter\w*|eigentuemer\w*|mitglied|kunde bei|kundin bei|inhaber\w*|paechter\w*|gesellschafter\w*|vertragspartner\w*)\b", r"\b(nicht mehr|kein\w*|verkauft|ausgezogen|ausgetreten)\b"]),
    rule(I, 86, &[r"\b(wer sind sie|was soll das|keine ahnung (worum|was|wofuer)|nie (von ihnen )?gehoert|sagt mir nichts|unbekannt)\b"]).unless(&[r"\b(postfach|empfaenger|adresse|kontoverbindung) (ist )?unbekannt\b"]),
    rule(I, 86, &[r"\b(rechnung|forderung|betrag|mahnung)\b", r"\b(aufheben|aufgehoben|zurueckziehen|zurueckgezogen|zurueckgenommen|erledigt|hinfaellig|gegenstandslos|gestrichen|ausgeglichen durch)\b", r"\b(wollten|haben sie|hatten sie|zugesagt|wurde|ist|sei|laut)\b"]).unless(&[ASKS_DE, r"\b(bezahlt|ueberwiesen|wird)\b"]),
];

pub(super) const EN: &[Rule] = &[
    rule(I, 90, &[NOT_EN, r"\b(ordered|order(ed)? (this|anything|from)|signed up|signed (a|any)|bought|purchased|commissioned|requested (this|any)|subscribed|used (your|this|the) service|agreed to (this|any|buy)|done business|did business|dealt with|a customer|your customer|a client|heard of)\b"])
        .unless(&[r"\b(what we ordered|not what|as ordered|items? ordered|we ordered)\b"]),
    rule(I, 90, &[r"\b(not|\w+n't|dont|cant|wont|didnt|isnt|doesnt|never)\b", r"\b(our|ours|my|mine|for us|addressed to us|belong\w*|relate\w* to us|concern us|us)\b", r"\b(invoice|bill|debt|order|account|charge|ours|mine|belong\w*|relate\w*|purchase|concern)\b"])
        .unless(&[r"\b(pay|received|receive|paid|address|entity|po|purchase order|send|got|get|find|my (job|department|responsibility|area)|approved|approve|in our (system|inbox)|on our (side|file)|have|contact)\b"]),
    rule(I, 90, &[NOT_EN, r"\b(owe|owed|owing|liable|obligat\w*|indebted)\b"]).unless(&[r"\b(how much|what)\b"]),
    rule(I, 90, &[r"\bow(e|ed|ing)\b.*\bnothing\b|\bnothing (is |was )?(owed|owing|due|outstanding|to pay)\b|\bno (debt|outstanding|balance|amount) (is |was )?(owed|owing|due|outstanding|with you)\b|\bowe (you )?(nothing|zero)\b"]),
    rule(I, 88, &[r"\b(wrong|mistaken|different|another)\b", r"\b(company|firm|business|customer|identity|debtor|party|people|recipient)\b"])
        .unless(&[r"\b(address|invoice is|billing|department|inbox|mailbox|delivered)\b|@"]),
    rule(I, 88, &[r"\b(credited|credit note|credit memo|cn)\b", r"\b(you|received|issued|already|was|were|have|has|gave|got|us|against|from|in|cancels|full)\b"])
        .unless(&[ASKS_EN]).told(),
    rule(I, 88, &[r"\b(cancell?ed|cancellation|voided|rescinded|terminated|withdrawn|revoked)\b"])
        .unless(&[ASKS_EN, r"\b(direct debit|payment run|meeting|flight|card|cheque|check)\b"]).told(),
    rule(I, 90, &[r"\b(written off|write (this|it|that|the \w+|them) off|write off|wrote (it|this) off|waived?|forgave|forgiven|let us off|let me off|goodwill|free of charge|complimentary|no charge|at no cost)\b"])
        .unless(&[r"\b(if you|please|would you|could you|can you|fees?|interest|only)\b"]).told(),
    rule(I, 92, &[r"\b(time-?barred|time barred|statute[- ]barred|statute of limitations|limitation period|expired claim|prescribed)\b"]),
    rule(I, 85, &[r"\b(offset|set off|set-off|netted|contra)\b"]).unless(&[ASKS_EN]),
    rule(I, 85, &[r"\b(sent|issued|addressed)\b", r"\b(to us|here)\b", r"\b(in error|by mistake|mistakenly)\b"]),
    rule(I, 88, &[r"\b(zero|nil|no|0) (open |outstanding )?(balance|amount|invoices?|items?)\b", r"\b(show|shows|have|with you|our|account|records|ledger|system|see)\b"]).unless(&[r"\b(received|no invoice)\b"]),
    rule(I, 86, &[r"\b(no idea (what|who|why)|never heard|who are you|do ?n'?t (know|recogni[sz]e) (you|this|your|what)|not familiar with|what is this about|what'?s this about|don'?t know what this)\b"]).unless(&[r"\bno idea (what|why) (happened|went)\b"]),
    rule(I, 86, &[r"\b(sold|closed|transferred|moved out|no longer (own|owns|a (customer|member|tenant|client)|trading|with you)|left (the )?(flat|house|property|premises))\b", r"\b(branch|business|company|property|flat|house|shop|site|customer|member|tenant|client|own|premises|division)\b"]).unless(&[r"\b(account|bank|you sold|sold us|sold me|ticket)\b"]),
];
