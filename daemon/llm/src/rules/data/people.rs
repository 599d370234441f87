//! Whom to write to, and questions.

use crate::rules::table::{Rule, rule};
use domain::kinds::Intent::{ContactChange as P, Question as Q};

const ADDRESS: &str = "<address>";

pub(super) const DE: &[Rule] = &[
    rule(P, 90, &["nicht|nicht mehr", "zustaendig|arbeitet|arbeite|beschaeftigt|taetig|verantwortlich|ansprechpartner*|bei uns|im (unternehmen|haus)|in der (firma|abteilung)"])
        .unless(&["bestellt|kunde|eingegangen|gefunden|vorliegen|vor"]),
    rule(P, 88, &["verlassen|ausgeschieden|ausscheid*|ruhestand|gewechselt|in rente|rente gegangen", "unternehmen|firma|haus|ausgeschieden|frau|herr|kolleg*|ruhestand|ich|abteilung"])
        .unless(&["konto|bank|bankverbindung|ware|lager"]),
    rule(P, 88, &["ansprechpartner*|ansprechperson|nachfolger*|sachbearbeiter*|(wenden|melden) sie sich|wenden sich|(kontaktieren|schreiben|richten) sie|zustaendig (ist|sind|waere)|meine nachfolge"])
        .unless(&["auf|insolvenzverwalter|nie wieder|nicht (mehr|wieder)"]),
    rule(P, 86, &[ADDRESS, "an|unter|adresse|kuenftig|zukuenftig|bitte|senden|schicken|wenden|richten|statt|stattdessen|ab sofort"]),
    rule(P, 84, &["kuenftig|zukuenftig|in zukunft|ab (sofort|jetzt)|von nun an", "rechnung*|mahnung*|email|emails|mail|mails|post|schreiben|anfragen|korrespondenz", "an|ueber"])
        .unless(&["iban|konto|bank|hausbank|bankverbindung|portal|xrechnung"]),
    rule(P, 86, &["leite|leiten|weiterleit*|weitergeleitet|weitergegeben|gebe|geben", "weiter|weitergeleitet|weitergegeben", "an|unsere*|buchhaltung|kolleg*|zentrale|abteilung|zustaendige*|ihre (nachricht|mail|anfrage)"])
        .unless(&["nicht|wird nicht|nicht automatisch"]),
    rule(P, 86, &["falsche|falscher|falschen|verkehrte|verkehrter|verkehrten|bei mir falsch|hier falsch|bin nicht der richtige|bin nicht die richtige|an den falschen|an die falsche", "ansprechpartner*|person|adresse|abteilung|stelle|hier|richtige|empfaenger|postfach|bei mir|an den falschen|an die falsche"])
        .unless(&["rechnungsadresse|lieferadresse|rechnung|firma"]),
    rule(P, 80, &["macht|bearbeitet|uebernimmt|betreut|regelt|erledigt|kuemmert sich", "zentrale|kollege|kollegin|frau|herr|buchhaltung|steuerberater*|hausverwaltung|muttergesellschaft|verwaltung|dienstleister"])
        .unless_sentence(&["zahlung|ueberweis*|zahlen|begleichen|geld"]),
    rule(Q, 78, &["wieviel|welche|welcher|welches|welchen|welchem|wofuer|wozu|worum|wann|warum|wieso|weshalb|wohin|inwiefern|wer|wie (hoch|viel|kommt|setzt|berechnet|lautet|lange|kann|koennen|soll*)|(bis|ab) wann|was (ist|sind|steckt|bedeutet|beinhaltet|kostet|passiert|muss|schulden|mit)|was genau (ist|sind|steckt|bedeutet|beinhaltet|kostet|passiert|muss|schulden|mit)|an wen|auf welche*"])
        .asked(),
    rule(Q, 74, &["kann|koennen|koennten|darf|duerfen|akzeptieren|nehmen|geht|ist|sind|haben|besteht|waere|muss|muessen|gilt|enthaelt|stimmt|gibt es", "paypal|kreditkarte|bar|lastschrift|enthalten|drin|beruecksichtigt|inklusive|skonto|mahngebuehr*|zinsen|gebuehr*|faellig|offen|saldo|stand|zahlungsziel|betrag|rechnung*|frist"])
        .asked().unless(&["raten*|schick*|send*|kopie"]),
    rule(Q, 72, &["sagen|teilen|mitteilen|wissen|bescheid|erklaeren|erlaeutern|nennen|frage*|rueckfrage*|interessier*|unklar|verstehe*|auskunft geben", "wann|wieviel|welche*|wofuer|woraus|warum|was|rechnung*|betrag|position*|zusammensetz*|saldo|zahlungsziel|wie (hoch|viel)|bis wann"])
        .unless(&["daten|dsgvo"]),
    rule(Q, 66, &["bis wann|wie lange|bis zu welchem|(an|auf) welche*"]),
    rule(P, 84, &["zustaendig|verantwortlich", "ist|sind|waere|fuer|jetzt|nun|inzwischen|mittlerweile"]).unless(&["bin|insolvenz*|gericht*|wir sind"]).told(),
    rule(P, 84, &["vorgaenger*|nachfolger*|(kuenftig|jetzt) an mich|meine kollegin|mein kollege|(neue|neuer|neuen) ansprechpartner*"]).unless(&["gesagt|behauptet|uebersehen|krank|urlaub|hat das"]),
    rule(Q, 55, &[]).asked(),
    rule(P, 84, &["umgezogen|umzug|verzogen|neue (anschrift|adresse|telefonnummer|mailadresse)|(adresse|anschrift) hat sich geaendert"]).unless(&["tuer|fenster|holz|rechnungsadresse|verzogen sich"]),
];

pub(super) const EN: &[Rule] = &[
    rule(P, 90, &["left|leaving|not|no longer|not anymore|not any more", "employed|responsible|handle|(with|at) the company|work (here|for|at|with)|works (here|for|at)|in charge|the right (person|contact|department|address|mailbox|inbox)|the correct (person|contact|department|address|mailbox|inbox)|with us|my (department|responsibility|area|job)|(deal|deals) with|for invoices"])
        .unless(&["pay|goods|delivery|software|machine|customer|bank"]),
    rule(P, 88, &["left|leaving|leave|joined|moved|retired|retiring|resigned|moving on", "department|team|role|position|another|retired|resigned|retirement|the (company|firm|business|organisation|organization)"])
        .unless(&["(annual|parental|maternity) leave|money left|left over|moved (address|offices)"]),
    rule(P, 88, &["contact|email|reach|send|direct|address|copy|cc|refer|write to|speak (to|with)|get in touch with", ADDRESS]).unless(&["unsubscribe"]),
    rule(P, 86, &["please|kindly|should|(could|can) you", "contact|use|write to|speak (to|with)|get in touch with|reach out to|direct (this|your|all|any)|(send|address) (all|any|future|your)", "colleague|team|department|accounts|finance|mr|mrs|ms|accountant|ap|bookkeeper|reminders|invoices|correspondence|instead|future|email|emails|head office"])
        .unless(&["solicitor|solicitors|lawyer|lawyers|attorney|dont|don't|liquidator|administrator|bank|portal|stop|never|do not|urgent (matter|matters|case|cases)"]),
    rule(P, 88, &["wrong|incorrect|right|correct|best|new|different|proper|main", "person|contact|department|inbox|mailbox|email|recipient|team|email address|point of contact|address for"])
        .unless(&["iban|bank|spam|account|suspicious|claim*|billing address|(account|accounts) details"]),
    rule(P, 86, &["handles|(taking|takes|took) over|will handle|is handling|deals with|is dealing with|your contact|your new contact|replaced by|my (successor|replacement)|looks after|in charge of|responsible for"])
        .unless(&["liquidator|nobody|payment|receiver|not responsible|no one"]),
    rule(P, 86, &["forward*|pass|passed|passing|redirect*", "to|onto|on to", "our|the|my|colleague|accounts|accounting|finance|team|department|ap|head office"])
        .unless(&["pdf|bank|lawyer*|solicitor*|attorney|to me|looking forward"]),
    rule(Q, 78, &["what|which|when|where|why|how|who|whose"]).asked()
        .unless(&["how dare|when can (you|we)|what the"]),
    rule(Q, 74, &["is|are|do|does|did|can|could|may|have|has|will|would|was", "card|cards|paypal|include|included|fee|fees|interest|term|terms|due|balance|total|statement|discount|reference|vat|deadline|currency|owe|invoice|correct|payable|credit note|direct debit"])
        .asked().unless(&["send|resend|copy|pdf|instal*|instead|bank|amend|reissue|account number|correct it"]),
    rule(Q, 72, &["tell|clarify|explain|advise|confirm|wonder*|question|query|unclear|understand|let me know|let us know|not sure", "what|which|when|why|how|whether|if|total|balance|terms|due|amount|invoice|charge"])
        .unless(&["receipt|received|bank|account|iban|mistake|payment (has|was|arrived)"]),
    rule(P, 84, &["cc|try|ask|contact|(loop|copy) in|(speak|talk) to|go through", "accounts|accounting|accountant|finance|bookkeeper|ap|payables|colleague|treasury|head office"]).unless(&["asked|solicitor|not|ask for"]),
    rule(P, 80, &["only|just", "do|handle|run|am|im|i'm|work (in|on|at)", "reception|sales|support|warehouse|receptionist|marketing|hr|engineering|temp|front desk"]).unless(&["delivered|received|#"]),
    rule(P, 84, &["moved|relocated|new|changed", "office|offices|premises|address|location|phone number|email address", "our|my|we|to|is|have|has|note"]).unless(&["billing|invoice|bank|delivered|wrong|goods|delivery"]),
];
