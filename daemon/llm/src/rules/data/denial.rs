//! "Nothing is owed": not ours, never ordered, cancelled, credited, waived, time-barred.

use super::words::{NOT_DE, NOT_EN};
use crate::rules::table::{Rule, rule};
use domain::kinds::Intent::DebtDenied as I;

const ASKS_DE: &str =
    "bitte|schick*|send*|erwart*|benoetig*|brauch*|verlang*|fordern|moecht*|erstellen|dann|stellen sie";
const ASKS_EN: &str = "please|send|issue|expect|need|require|want|request|then|if";

pub(super) const DE: &[Rule] = &[
    rule(I, 90, &["nie|niemals|nichts|nicht|weder", "bestellt|beauftragt|gekauft|abgeschlossen|geordert|unterschrieben|gebucht|bezogen|in auftrag gegeben|in anspruch genommen"])
        .unless(&["bestellte|bestellten|bestellter|bestelltes|ware|artikel|menge|wie bestellt"]),
    rule(I, 88, &["kein|keine|keinen|keinerlei", "auftrag|vertrag|vertraege|vertragsverhaeltnis|bestellung|geschaeftsbeziehung|kunde|kundin|kunden|geschaeft|geschaefte|leistung in anspruch|leistung bezogen", "erteilt|abgeschlossen|ihnen|besteht|bestand|gegeben|gemacht|ihr|mit (ihnen|ihrer)|(bei|von) ihnen"]),
    rule(I, 88, &[NOT_DE, "betrifft|betreffen|gehoert|kennen|kenne|bekannt|unsere (rechnung|bestellung)|meine rechnung|fuer uns|an uns gerichtet|zustaendig fuer diese forderung", "uns|mich|unsere|meine|sie|ihnen|firma|lieferant*|rechnung|forderung|wir|ich|ihre firma|ihr unternehmen"])
        .unless(&["preis*|betrag|grund|person|herr|herrn|frau|ansprechpartner|kontodaten|iban|rechnungsnummer bekannt"]),
    rule(I, 88, &["falsche|falscher|falsches|falschen|verwechsl*|verwechselt|irrtum|irrtuemlich|versehentlich", "firma|empfaenger|unternehmen|adressat|kunde*|verwechsl*|verwechselt|uns|schuldner|an uns"])
        .unless(&["bezahlt|ueberwiesen|adresse|anschrift|uebersehen|vergessen"]),
    rule(I, 88, &["gutschrift|gutschriften|gutgeschrieben|stornorechnung", "erhalten|erteilt|bekommen|vom|liegt|verrechnet|ausgestellt|zugesagt|ausgeglichen|wurde|bereits|schon|abgezogen|aus|haben sie"])
        .unless(&[ASKS_DE]).told(),
    rule(I, 90, &["storniert*|storno|stornierung|stornieren|rueckgaengig|widerrufen|annulliert*|abbestellt"]).unless(&[ASKS_DE]).told(),
    rule(I, 86, &["vertrag|vertrages|abo|abonnement|mitgliedschaft|auftrag|dienst|service|wartung|vertraege", "gekuendigt|kuendigung|beendet|ausgelaufen|abgelaufen|widerrufen|aufgehoben"]),
    rule(I, 90, &["erlassen|ausgebucht|verjaehr*|niedergeschlagen|abgeschrieben|verzichtet|kulanz*|gegenstandslos|verwirkt|erloschen"])
        .unless(&[ASKS_DE, "bescheid|konto|koennen sie"]).told(),
    rule(I, 90, &["schulde|schulden|schuldet|schuldig|verpflichtet", NOT_DE]).told(),
    rule(I, 88, &["kein|keine|keinerlei|nichts|nicht", "forderung*|verbindlichkeit*|zahlungspflicht|zahlungsverpflichtung|zahlungsanspruch|anspruch|rueckstand|rueckstaende|offenen (posten|rechnungen)|offene (posten|rechnung)|mehr offen", "besteht|bestehen|gegenueber|haben|gibt|existiert|offen|mehr|ersichtlich|berechtigt*|gegen uns"])
        .unless(&["ueberblick|uebersicht|erhalten|forderungsausfall"]),
    rule(I, 85, &["verrechnet|aufgerechnet|aufrechnung|gegengerechnet|verrechnung|gegenforderung*"]).unless(&[ASKS_DE]),
    rule(I, 85, &["nie|niemals|nicht|keine|kein", "zusammengearbeitet|vertragspartner|ihr kunde|ihre kundin|kunde bei ihnen|kunde von ihnen|geschaefte gemacht|gearbeitet mit"]),
    rule(I, 86, &["seit|laengst|nicht mehr", "mieter*|eigentuemer*|mitglied|inhaber*|paechter*|gesellschafter*|vertragspartner*|(kunde|kundin) bei", "kein*|verkauft|ausgezogen|ausgetreten|nicht mehr"]),
    rule(I, 86, &["unbekannt|wer sind sie|was soll das|keine ahnung (worum|was|wofuer)|nie gehoert|nie von ihnen gehoert|sagt mir nichts"]).unless(&["(postfach|empfaenger|adresse|kontoverbindung) unbekannt|(postfach|empfaenger|adresse|kontoverbindung) ist unbekannt"]),
    rule(I, 86, &["rechnung|forderung|betrag|mahnung", "aufheben|aufgehoben|zurueckziehen|zurueckgezogen|zurueckgenommen|erledigt|hinfaellig|gegenstandslos|gestrichen|ausgeglichen durch", "wollten|zugesagt|wurde|ist|sei|laut|(haben|hatten) sie"]).unless(&[ASKS_DE, "bezahlt|ueberwiesen|wird"]),
];

pub(super) const EN: &[Rule] = &[
    rule(I, 90, &[NOT_EN, "ordered|bought|purchased|commissioned|subscribed|(order|ordered) (this|anything|from)|signed (up|a|any)|requested (this|any)|used your service|used this service|used the service|agreed to (this|any|buy)|(done|did) business|dealt with|a (customer|client)|your customer|heard of"])
        .unless(&["what we ordered|not what|(as|item|items|we) ordered"]),
    rule(I, 90, &["not|*n't|dont|cant|wont|didnt|isnt|doesnt|never", "our|ours|my|mine|belong*|us|(for|concern) us|(addressed|relate*) to us", "invoice|bill|debt|order|account|charge|ours|mine|belong*|relate*|purchase|concern"])
        .unless(&["pay|received|receive|paid|address|entity|po|send|got|get|find|approved|approve|have|contact|purchase order|my (job|department|responsibility|area)|in our (system|inbox)|on our (side|file)"]),
    rule(I, 90, &[NOT_EN, "owe|owed|owing|liable|obligat*|indebted"]).unless(&["what|how much"]),
    rule(I, 90, &["(owe|owed|owing) .. nothing|nothing (owed|owing|due|outstanding)|nothing (is|was) (owed|owing|due|outstanding)|nothing to pay|no (debt|balance|amount) (owed|owing|due|outstanding)|no (debt|balance|amount) (is|was) (owed|owing|due|outstanding)|owe (nothing|zero)|owe you (nothing|zero)"]),
    rule(I, 88, &["wrong|mistaken|different|another", "company|firm|business|customer|identity|debtor|party|people|recipient"])
        .unless(&["address|billing|department|inbox|mailbox|delivered|<address>|invoice is"]),
    rule(I, 88, &["credited|cn|credit (note|memo)", "you|received|issued|already|was|were|have|has|gave|got|us|against|from|in|cancels|full"])
        .unless(&[ASKS_EN]).told(),
    rule(I, 88, &["canceled|cancelled|cancellation|voided|rescinded|terminated|withdrawn|revoked"])
        .unless(&[ASKS_EN, "meeting|flight|card|cheque|check|direct debit|payment run"]).told(),
    rule(I, 90, &["waive|waived|forgave|forgiven|goodwill|complimentary|(written|write) off|(write|wrote) this off|(write|wrote) it off|write that off|write the * off|write them off|let us off|let me off|free of charge|no charge|at no cost"])
        .unless(&["please|fee|fees|interest|only|(if|would|could|can) you"]).told(),
    rule(I, 92, &["timebarred|prescribed|(time|statute) barred|statute of limitations|limitation period|expired claim"]),
    rule(I, 85, &["offset|netted|contra|set off"]).unless(&[ASKS_EN]),
    rule(I, 85, &["sent|issued|addressed", "here|to us", "mistakenly|in error|by mistake"]),
    rule(I, 88, &["(zero|nil|no|0) (balance|amount|invoice|invoices|item|items)|(zero|nil|no|0) open (balance|amount|invoice|invoices|item|items)|(zero|nil|no|0) outstanding (balance|amount|invoice|invoices|item|items)", "show|shows|have|our|account|records|ledger|system|see|with you"]).unless(&["received|no invoice"]),
    rule(I, 86, &["no idea (what|who|why)|never heard|who are you|(dont|don't) know (you|this|your|what)|(dont|don't) recognise (you|this|your|what)|(dont|don't) recognize (you|this|your|what)|not familiar with|what is this about|(whats|what's) this about|(dont|don't) know what this"]).unless(&["no idea what (happened|went)|no idea why (happened|went)"]),
    rule(I, 86, &["sold|closed|transferred|moved out|no longer (own|owns|trading)|no longer a (customer|member|tenant|client)|no longer with you|left (flat|house|property|premises)|left the (flat|house|property|premises)", "branch|business|company|property|flat|house|shop|site|customer|member|tenant|client|own|premises|division"]).unless(&["account|bank|ticket|you sold|sold (us|me)"]),
];
