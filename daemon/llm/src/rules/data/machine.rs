//! Machines that write back, and mail that asks for nothing. Machine mail is mostly recognised by its
//! headers before anybody reads the text; these rules catch what slipped through.

use super::words::NOT_DE;
use crate::rules::table::{Rule, rule};
use domain::kinds::Intent::{AutoReply as A, DeliveryFailure as F, NoAction as N};

const PAST_DE: &str = r"\b(war|waren|gewesen|deshalb|daher|deswegen|wegen|nach meinem|nach unserem|zurueck aus|komme gerade|hatte)\b";
const PAST_EN: &str = r"\b(was|were|have been|had been|just (got |came )?back|sorry|apologies|because|after my|due to|when i was)\b";

pub(super) const DE: &[Rule] = &[
    rule(A, 90, &[r"\b(abwesenheitsnotiz|abwesenheitsnachricht|abwesenheitsmeldung|abwesenheitsassistent|automatische\w* (antwort|eingangsbestaetigung|e-?mail|nachricht|benachrichtigung)|automatisch (generiert\w*|erzeugt\w*|erstellt\w*|versendet\w*|verschickt\w*))\b"]),
    rule(A, 88, &[r"\b(bin|sind|befinde|befinden|ist)\b", r"\b(nicht im (buero|haus|dienst)|ausser haus|ausserhalb des bueros|im urlaub|in urlaub|in elternzeit|im mutterschutz|auf dienstreise|in betriebsferien|abwesend|nicht erreichbar|nicht am (arbeitsplatz|platz)|in kur|im krankenstand|auf geschaeftsreise|elternzeit|urlaub)\b"])
        .unless(&[PAST_DE, r"\b(zustaendige|kollegin ist|buchhalterin ist|buchhalter ist|chef ist)\b"]),
    rule(A, 86, &[r"\b(wieder|ab dem|ab)\b", r"\b(erreichbar|im buero|fuer sie da|zurueck|im dienst)\b"]).unless(&[r"\b(zahl\w*|ueberweis\w*|lastschrift|geld|war)\b"]),
    rule(A, 86, &[r"\b(ticketnummer|ticket-nr|ticket-id|ticketsystem|vorgangsnummer|fallnummer|anfragenummer|eingangsbestaetigung|ticketnummer|bearbeitungsnummer)\b"]).unless(&[r"\b(bahn|flug|konzert)\w*"]),
    rule(A, 84, &[r"\b(ihre|ihrer|deine) (anfrage|nachricht|e-?mail|mail|mitteilung|anliegen)\b", r"\b(ist bei uns eingegangen|haben wir erhalten|wird (schnellst\w*|umgehend|schnell|bald|zeitnah)?\w* ?(bearbeitet|beantwortet)|wird nicht (weitergeleitet|gelesen|bearbeitet)|werden nicht (weitergeleitet|gelesen))\b"]),
    rule(A, 84, &[r"\bin (dringenden|eiligen) (faellen|angelegenheiten)\b|\bdringende[nr]? (faelle|angelegenheiten|anfragen)\b"]),
    rule(F, 92, &[r"\b(unzustellbar\w*|nicht zugestellt|zustellung fehlgeschlagen|zustellfehler|konnte nicht zugestellt|konnten nicht zugestellt|postfach (ist )?voll|empfaenger wurde nicht gefunden|empfaenger unbekannt|adresse existiert nicht|postfach existiert nicht|mailbox unbekannt)\b"])
        .unless(&[r"\b(ware|paket|lieferung|sendung|brief)\b"]),
    rule(N, 86, &[r"\b(danke\w*|vielen dank|besten dank|herzlichen dank|dankeschoen|lieben dank|alles klar|ok|okay|zur kenntnis genommen|verstanden|prima|super|perfekt|in ordnung|passt|gut|schoen\w*|erhalten|angekommen|notiert|vermerkt|gerne|kein problem)\b"])
        .alone().told().unless(&[NOT_DE]),
    rule(N, 80, &[
        r"\b(newsletter|sonderangebot\w*|rabattaktion|gutscheincode|entdecken sie|angebote?|webinar|leads|suchmaschinenoptimierung|seo|shop|black friday|aktion|kollektion|sortiment|katalog|messestand)\b",
        r"\b(jetzt|neue[nrs]?|gratis|kostenlos\w*|rabatt|prozent|%|sichern|entdecken|anmelden|zugreifen|nur heute|exklusiv\w*|unverbindlich|unsere[nr]?|steiger\w*|mehr kunden)\b|[0-9] ?%",
    ]).alone().unless(&[r"\b(rechnung|angebot war|laut angebot|vereinbart)\b"]),
    rule(N, 70, &[r"\b(frohe|schoene|gesegnete|guten rutsch|alles gute|herzlichen glueckwunsch)\b"]).alone(),
];

pub(super) const EN: &[Rule] = &[
    rule(A, 90, &[r"\b(auto(matic|mated)?[- ]?(reply|response|acknowledg\w*)|autoreply|autoresponder|automatically generated|automated (message|e-?mail|notification)|do not reply to this)\b"]),
    rule(A, 88, &[r"\b(i am|i'?m|we are|we'?re|am|is|currently|will be)\b", r"\b(out of (the )?office|ooo|on (annual|parental|maternity|paternity|sick|medical|family|bereavement) leave|on leave|on vacation|on holiday|on holidays|away from (my desk|the office)|travelling|limited access to|no access to (my )?e-?mail|sabbatical|out on leave)\b"])
        .unless(&[PAST_EN]),
    rule(A, 86, &[r"\b(back|return\w*|returning)\b", r"\b(in the office|to the office|on|office)\b", r"\b(leave|vacation|holiday|office|away|ooo)\b"]).unless(&[PAST_EN, r"\b(goods|items?|money|payment)\b"]),
    rule(A, 86, &[r"\b(ticket|case|request|reference) ?(number|no|id|#|\(#)|\bticket\b|\b(has been|have been|was) (received|logged|opened|created|registered|assigned)\b", r"\b(your|a|ticket|thank you for (contacting|your)|request|enquiry|inquiry|case)\b", r"\b(received|created|opened|logged|registered|assigned|get back|respond|contacting|ticket)\b"])
        .unless(&[r"\b(payment|invoice|goods|money|delivery|shipment|raised|nobody|no one|missing|(my|our) ticket)\b"]),
    rule(A, 82, &[r"\b(for|in) (urgent|immediate|any urgent) (matters?|cases?|assistance|enquiries|requests?|issues?)\b"]),
    rule(F, 92, &[r"\b(undeliverable|undelivered mail|could ?n'?t be delivered|could not be delivered|was not delivered|delivery (has )?failed|delivery (status|failure) notification|delivery to the following|mailbox (is )?full|quota exceeded|user unknown|unknown user|no such (user|mailbox|recipient)|address (rejected|not found|does not exist)|recipient (rejected|not found|address rejected)|mail delivery (failed|subsystem)|address you entered could ?n'?t be found|permanent (fatal )?errors?|message blocked|returned mail)\b"])
        .unless(&[r"\b(goods|parcel|package|pallet|shipment|driver|courier)\b"]),
    rule(F, 90, &[r"\b5[0-9][0-9] 5\.[0-9]\.[0-9]+\b"]),
    rule(N, 86, &[r"\b(thanks?|thank you|thx|cheers|noted|got it|ok|okay|understood|received|great|perfect|much appreciated|appreciate|will do|all good|no problem|sounds good|fine|sure|copy that|have a (nice|good|great|lovely))\b"])
        .alone().told().unless(&[r"\b(not|never|no longer|\w+n't)\b"]),
    rule(N, 80, &[
        r"\b(seo|leads|free quote|newsletter|webinar|limited[- ]time|special offer|click here|grow your business|boost your|marketing packages?|guest post|backlinks?|web design|app development|book a (demo|call)|our (new )?(range|collection|products)|black friday|discount code|subscribe)\b",
        r"\b(your|our|free|now|today|get|new|off|offer|reply|packages?|services?|exclusive|only|demo|business|website)\b",
    ]).alone().unless(&[r"\b(invoice|paid|unsubscribe me)\b"]),
    rule(N, 70, &[r"\b(merry christmas|happy new year|season'?s greetings|happy holidays|congratulations|best wishes)\b"]).alone(),
    rule(A, 86, &[r"\b(away|off|out)\b", r"\b(until|till|back on|returning|from)\b", r"\b(not|won'?t|unable|limited|no)\b", r"\b(checking|check|read|reading|access|respond|reply|monitor\w*)\b"]).unless(&[PAST_EN]),
    rule(A, 86, &[r"\b(sent automatically|this is an automatic|auto-?generated)\b"]),
];
