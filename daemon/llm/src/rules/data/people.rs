//! Whom to write to, and questions.

use crate::rules::table::{Rule, rule};
use domain::kinds::Intent::{ContactChange as P, Question as Q};

const ADDRESS: &str = r"\b[a-z0-9._%+-]+ ?(@|\(at\)|\[at\]) ?[a-z0-9-]+(\.[a-z0-9-]+)+";

pub(super) const DE: &[Rule] = &[
    rule(P, 90, &[r"\b(nicht|nicht mehr)\b", r"\b(zustaendig|arbeitet|arbeite|beschaeftigt|taetig|bei uns|im unternehmen|im haus|in der firma|in der abteilung|verantwortlich|ansprechpartner\w*)\b"])
        .unless(&[r"\b(bestellt|kunde|eingegangen|gefunden|vorliegen|vor)\b"]),
    rule(P, 88, &[r"\b(verlassen|ausgeschieden|ausscheid\w*|ruhestand|in rente|rente gegangen|gewechselt)\b", r"\b(unternehmen|firma|haus|ausgeschieden|frau|herr|kolleg\w*|ruhestand|ich|abteilung)\b"])
        .unless(&[r"\b(konto|bank|bankverbindung|ware|lager)\b"]),
    rule(P, 88, &[r"\b(wenden sie sich|wenden sich|kontaktieren sie|schreiben sie|richten sie|melden sie sich|ansprechpartner\w*|ansprechperson|zustaendig (ist|sind|waere)|nachfolger\w*|meine nachfolge|sachbearbeiter\w*)\b"])
        .unless(&[r"\b(nie wieder|nicht mehr|nicht wieder|auf,|insolvenzverwalter)\b"]),
    rule(P, 86, &[ADDRESS, r"\b(an|unter|adresse|kuenftig|zukuenftig|ab sofort|bitte|senden|schicken|wenden|richten|statt|stattdessen)\b"]),
    rule(P, 84, &[r"\b(kuenftig|zukuenftig|in zukunft|ab sofort|von nun an|ab jetzt)\b", r"\b(rechnung\w*|mahnung\w*|e-?mails?|mails?|post|schreiben|anfragen|korrespondenz)\b", r"\b(an|ueber)\b"])
        .unless(&[r"\b(iban|konto|bank|hausbank|bankverbindung|portal|xrechnung)\b"]),
    rule(P, 86, &[r"\b(leite|leiten|weiterleit\w*|weitergeleitet|weitergegeben|gebe|geben)\b", r"\b(weiter|weitergeleitet|weitergegeben)\b", r"\b(an|unsere\w*|buchhaltung|kolleg\w*|zentrale|abteilung|zustaendige\w*|ihre (nachricht|mail|e-mail|anfrage))\b"])
        .unless(&[r"\b(nicht|wird nicht|nicht automatisch)\b"]),
    rule(P, 86, &[r"\b(falsche[rn]?|verkehrte[rn]?|bei mir falsch|hier falsch|bin nicht der richtige|bin nicht die richtige|an den falschen|an die falsche)\b", r"\b(ansprechpartner\w*|person|adresse|abteilung|stelle|bei mir|hier|richtige|empfaenger|postfach|an den falschen|an die falsche)\b"])
        .unless(&[r"\b(rechnungsadresse|lieferadresse|rechnung|firma)\b"]),
    rule(P, 80, &[r"\b(macht|bearbeitet|uebernimmt|betreut|regelt|kuemmert sich|erledigt)\b", r"\b(zentrale|kollege|kollegin|frau|herr|buchhaltung|steuerberater\w*|hausverwaltung|muttergesellschaft|verwaltung|dienstleister)\b"])
        .unless_sentence(&[r"\b(zahlung|ueberweis\w*|zahlen|begleichen|geld)\b"]),
    rule(Q, 78, &[r"\b(wie hoch|wieviel|wie viel|welche[rsnm]?|wofuer|wozu|worum|bis wann|wann|ab wann|warum|wieso|weshalb|wie (kommt|setzt|berechnet|lautet|lange|kann|koennen|soll\w*)|was (genau )?(ist|sind|steckt|bedeutet|beinhaltet|kostet|passiert|muss|schulden|mit)|an wen|wohin|auf welche\w*|inwiefern|wer)\b"])
        .asked(),
    rule(Q, 74, &[r"\b(kann|koennen|koennten|darf|duerfen|akzeptieren|nehmen|gibt es|geht|ist|sind|haben|besteht|waere|muss|muessen|gilt|enthaelt|stimmt)\b", r"\b(paypal|kreditkarte|bar|lastschrift|enthalten|drin|beruecksichtigt|inklusive|skonto|mahngebuehr\w*|zinsen|gebuehr\w*|faellig|offen|saldo|stand|zahlungsziel|betrag|rechnung\w*|frist)\b"])
        .asked().unless(&[r"\b(raten\w*|schick\w*|send\w*|kopie)\b"]),
    rule(Q, 72, &[r"\b(sagen|teilen|mitteilen|wissen|bescheid|erklaeren|erlaeutern|auskunft geben|nennen|frage\w*|rueckfrage\w*|interessier\w*|unklar|verstehe\w*)\b", r"\b(wie hoch|bis wann|wann|wie viel|wieviel|welche\w*|wofuer|woraus|warum|was|rechnung\w*|betrag|position\w*|zusammensetz\w*|saldo|zahlungsziel)\b"])
        .unless(&[r"\b(daten|dsgvo)\b"]),
    rule(Q, 66, &[r"\b(bis wann|wie lange|bis zu welchem|an welche\w*|auf welche\w*)\b"]),
    rule(P, 84, &[r"\b(zustaendig|verantwortlich)\b", r"\b(ist|sind|waere|fuer|jetzt|nun|inzwischen|mittlerweile)\b"]).unless(&[r"\b(bin|wir sind|insolvenz\w*|gericht\w*)\b"]).told(),
    rule(P, 84, &[r"\b(vorgaenger\w*|nachfolger\w*|kuenftig an mich|jetzt an mich|meine kollegin|mein kollege|neue[rn]? ansprechpartner\w*)\b"]).unless(&[r"\b(gesagt|behauptet|hat das|uebersehen|krank|urlaub)\b"]),
    rule(Q, 55, &[r"[a-z]"]).asked(),
    rule(P, 84, &[r"\b(umgezogen|umzug|verzogen|neue (anschrift|adresse|telefonnummer|e-mail-adresse|mailadresse)|adresse hat sich geaendert|anschrift hat sich geaendert)\b"]).unless(&[r"\b(verzogen sich|tuer|fenster|holz|rechnungsadresse)\b"]),
];

pub(super) const EN: &[Rule] = &[
    rule(P, 90, &[r"\b(no longer|not any ?more|left|leaving|not)\b", r"\b(with the company|work (here|for|at)|works (here|for|at)|work with|employed|responsible|in charge|the (right|correct) (person|contact|department|address|mailbox|inbox)|with us|at the company|my (department|responsibility|area|job)|handle|deal with|deals with|for invoices)\b"])
        .unless(&[r"\b(pay|goods|delivery|software|machine|customer|bank)\b"]),
    rule(P, 88, &[r"\b(left|leaving|leave|joined|moved|retired|retiring|resigned|moving on)\b", r"\b(the (company|firm|business|organi[sz]ation)|department|team|role|position|another|retired|resigned|retirement)\b"])
        .unless(&[r"\b(annual leave|parental leave|maternity leave|money left|left over|moved (address|offices))\b"]),
    rule(P, 88, &[r"\b(contact|e-?mail|write to|reach|speak (to|with)|get in touch with|send|direct|address|copy|cc|refer)\b", ADDRESS]).unless(&[r"\bunsubscribe\b"]),
    rule(P, 86, &[r"\b(please|kindly|should|could you|can you)\b", r"\b(contact|write to|speak to|speak with|get in touch with|reach out to|direct (this|your|all|any)|send (all|any|future|your)|address (all|any|future|your)|use)\b", r"\b(colleague|team|department|accounts|finance|mr|mrs|ms|head office|accountant|ap|bookkeeper|reminders|invoices|correspondence|instead|future|e-?mails?)\b"])
        .unless(&[r"\b(solicitors?|lawyers?|attorney|do not|don'?t|liquidator|administrator|bank|portal|urgent (matters?|cases?)|stop|never)\b"]),
    rule(P, 88, &[r"\b(wrong|incorrect|right|correct|best|new|different|proper|main)\b", r"\b(person|contact|department|inbox|mailbox|e-?mail( address)?|recipient|team|point of contact|address for)\b"])
        .unless(&[r"\b(billing address|iban|bank|spam|account|accounts? details|suspicious|claim\w*)\b"]),
    rule(P, 86, &[r"\b(taking over|takes over|took over|will handle|is handling|handles|deals with|is dealing with|your (new )?contact|replaced by|my (successor|replacement)|looks after|in charge of|responsible for)\b"])
        .unless(&[r"\b(not responsible|liquidator|no one|nobody|payment|receiver)\b"]),
    rule(P, 86, &[r"\b(forward\w*|pass(ed|ing)?|redirect\w*)\b", r"\b(to|onto|on to)\b", r"\b(our|the|my|colleague|accounts|accounting|finance|team|department|head office|ap)\b"])
        .unless(&[r"\b(to me|looking forward|pdf|bank|lawyer\w*|solicitor\w*|attorney)\b"]),
    rule(Q, 78, &[r"\b(what|which|when|where|why|how|who|whose)\b"]).asked()
        .unless(&[r"\bhow dare\b|\bwhen can (you|we)\b|\bwhat the\b"]),
    rule(Q, 74, &[r"\b(is|are|do|does|did|can|could|may|have|has|will|would|was)\b", r"\b(card|cards|paypal|included?|fees?|interest|terms?|due|balance|total|credit note|statement|discount|reference|vat|deadline|currency|owe|invoice|correct|payable|direct debit)\b"])
        .asked().unless(&[r"\b(send|resend|copy|pdf|instal\w*|instead|bank|account number|correct it|amend|reissue)\b"]),
    rule(Q, 72, &[r"\b(tell|let me know|let us know|clarify|explain|advise|confirm|wonder\w*|question|query|not sure|unclear|understand)\b", r"\b(what|which|when|why|how|whether|if|total|balance|terms|due|amount|invoice|charge)\b"])
        .unless(&[r"\b(receipt|received|bank|account|iban|mistake|payment (has|was|arrived))\b"]),
    rule(P, 84, &[r"\b(loop in|copy in|cc|try|ask|contact|speak to|talk to|go through)\b", r"\b(accounts|accounting|accountant|finance|bookkeeper|head office|ap|payables|colleague|treasury)\b"]).unless(&[r"\b(asked|ask for|solicitor|not)\b"]),
    rule(P, 80, &[r"\b(only|just)\b", r"\b(do|work (in|on|at)|handle|run|am|i'?m)\b", r"\b(reception|sales|support|warehouse|receptionist|front desk|marketing|hr|engineering|temp)\b"]).unless(&[r"\b(delivered|received|[0-9]+)\b"]),
    rule(P, 84, &[r"\b(moved|relocated|new|changed)\b", r"\b(offices?|premises|address|phone number|e-?mail address|location)\b", r"\b(our|my|we|to|is|have|has|note)\b"]).unless(&[r"\b(billing|invoice|bank|delivered|wrong|goods|delivery)\b"]),
];
