//! Machines that write back, and mail that asks for nothing. Machine mail is mostly recognised by its
//! headers before anybody reads the text; these rules catch what slipped through.

use super::words::NOT_DE;
use crate::rules::table::{Rule, rule};
use domain::kinds::Intent::{AutoReply as A, DeliveryFailure as F, NoAction as N};

const PAST_DE: &str =
    "war|waren|gewesen|deshalb|daher|deswegen|wegen|hatte|nach (meinem|unserem)|zurueck aus|komme gerade";
const PAST_EN: &str = "was|were|sorry|apologies|because|(have|had) been|just back|just got back|just came back|after my|due to|when i was";

pub(super) const DE: &[Rule] = &[
    rule(A, 90, &["abwesenheitsnotiz|abwesenheitsnachricht|abwesenheitsmeldung|abwesenheitsassistent|automatische* (antwort|eingangsbestaetigung|email|nachricht|benachrichtigung)|automatisch (generiert*|erzeugt*|erstellt*|versendet*|verschickt*)"]),
    rule(A, 88, &["bin|sind|befinde|befinden|ist", "abwesend|elternzeit|urlaub|nicht im (buero|haus|dienst)|ausser haus|ausserhalb des bueros|im (urlaub|mutterschutz|krankenstand)|in (urlaub|elternzeit|betriebsferien|kur)|auf (dienstreise|geschaeftsreise)|nicht erreichbar|nicht am (arbeitsplatz|platz)"])
        .unless(&[PAST_DE, "zustaendige|(kollegin|buchhalterin|buchhalter|chef) ist"]),
    rule(A, 86, &["wieder|ab|ab dem", "erreichbar|zurueck|im (buero|dienst)|fuer sie da"]).unless(&["zahl*|ueberweis*|lastschrift|geld|war"]),
    rule(A, 86, &["ticketnummer|ticketsystem|vorgangsnummer|fallnummer|anfragenummer|eingangsbestaetigung|bearbeitungsnummer|ticket (nr|id)"]).unless(&["bahn*|flug*|konzert*"]),
    rule(A, 84, &["(ihre|ihrer|deine) (anfrage|nachricht|email|mail|mitteilung|anliegen)", "ist bei uns eingegangen|haben wir erhalten|wird (*bearbeitet|*beantwortet|schnellst**bearbeitet|schnellst**beantwortet|umgehend*bearbeitet|umgehend*beantwortet|schnell*bearbeitet|schnell*beantwortet|bald*bearbeitet|bald*beantwortet|zeitnah*bearbeitet|zeitnah*beantwortet)|wird * (bearbeitet|beantwortet)|wird schnellst** (bearbeitet|beantwortet)|wird umgehend* (bearbeitet|beantwortet)|wird schnell* (bearbeitet|beantwortet)|wird bald* (bearbeitet|beantwortet)|wird zeitnah* (bearbeitet|beantwortet)|wird nicht (weitergeleitet|gelesen|bearbeitet)|werden nicht (weitergeleitet|gelesen)"]),
    rule(A, 84, &["in dringenden (faellen|angelegenheiten)|in eiligen (faellen|angelegenheiten)|(dringende|dringenden|dringender) (faelle|angelegenheiten|anfragen)"]),
    rule(F, 92, &["unzustellbar*|zustellfehler|nicht zugestellt|zustellung fehlgeschlagen|(konnte|konnten) nicht zugestellt|postfach voll|postfach ist voll|empfaenger wurde nicht gefunden|(empfaenger|mailbox) unbekannt|(adresse|postfach) existiert nicht"])
        .unless(&["ware|paket|lieferung|sendung|brief"]),
    rule(N, 86, &["danke*|ok|okay|verstanden|prima|super|perfekt|passt|gut|schoen*|erhalten|angekommen|notiert|vermerkt|gerne|(vielen|besten|herzlichen|lieben) dank|alles klar|zur kenntnis genommen|in ordnung|kein problem"])
        .alone().told().unless(&[NOT_DE]),
    rule(N, 80, &[
        "newsletter|sonderangebot*|rabattaktion|gutscheincode|angebot|angebote|webinar|leads|suchmaschinenoptimierung|seo|shop|aktion|kollektion|sortiment|katalog|messestand|entdecken sie|black friday",
        "jetzt|neue|neuen|neuer|neues|gratis|kostenlos*|rabatt|prozent|%|sichern|entdecken|anmelden|zugreifen|exklusiv*|unverbindlich|unsere|unseren|unserer|steiger*|#%|nur heute|mehr kunden|# %",
    ]).alone().unless(&["rechnung|vereinbart|angebot war|laut angebot"]),
    rule(N, 70, &["frohe|schoene|gesegnete|guten rutsch|alles gute|herzlichen glueckwunsch"]).alone(),
];

pub(super) const EN: &[Rule] = &[
    rule(A, 90, &["autoreply|autoresponse|autoacknowledg*|automaticreply|automaticresponse|automaticacknowledg*|automatedreply|automatedresponse|automatedacknowledg*|autoresponder|(auto|automatic) (reply|response|acknowledg*)|automated (reply|response|acknowledg*|message|email|notification)|automatically generated|do not reply to this"]),
    rule(A, 88, &["im|i'm|we're|am|is|currently|i am|we are|will be", "ooo|travelling|sabbatical|out of office|out of the office|on annual leave|on parental leave|on maternity leave|on paternity leave|on sick leave|on medical leave|on family leave|on bereavement leave|on (leave|vacation|holiday|holidays)|away from my desk|away from the office|limited access to|no access to email|no access to my email|out on leave"])
        .unless(&[PAST_EN]),
    rule(A, 86, &["back|return*", "on|office|(in|to) the office", "leave|vacation|holiday|office|away|ooo"]).unless(&[PAST_EN, "goods|item|items|money|payment"]),
    rule(A, 86, &["ticket|(case|request|reference) (number|no|id)|(has|have) been (received|logged|opened|created|registered|assigned)|was (received|logged|opened|created|registered|assigned)", "your|a|ticket|request|enquiry|inquiry|case|thank you for (contacting|your)", "received|created|opened|logged|registered|assigned|respond|contacting|ticket|get back"])
        .unless(&["payment|invoice|goods|money|delivery|shipment|raised|nobody|missing|no one|(my|our) ticket"]),
    rule(A, 82, &["(for|in) urgent (matter|matters|case|cases|assistance|enquiries|request|requests|issue|issues)|(for|in) immediate (matter|matters|case|cases|assistance|enquiries|request|requests|issue|issues)|(for|in) any urgent (matter|matters|case|cases|assistance|enquiries|request|requests|issue|issues)"]),
    rule(F, 92, &["undeliverable|(undelivered|returned) mail|(couldnt|couldn't) be delivered|could not be delivered|was not delivered|delivery failed|delivery has failed|delivery status notification|delivery failure notification|delivery to the following|mailbox full|mailbox is full|quota exceeded|user unknown|unknown user|no such (user|mailbox|recipient)|(address|recipient) rejected|(address|recipient) not found|address does not exist|recipient address rejected|mail delivery (failed|subsystem)|address you entered couldnt be found|address you entered couldn't be found|permanent (error|errors)|permanent fatal (error|errors)|message blocked"])
        .unless(&["goods|parcel|package|pallet|shipment|driver|courier"]),
    rule(F, 90, &["5## 5.#.#"]),
    rule(N, 86, &["thank|thanks|thx|cheers|noted|ok|okay|understood|received|great|perfect|appreciate|fine|sure|thank you|got it|much appreciated|will do|(all|sounds) good|no problem|copy that|have a (nice|good|great|lovely)"])
        .alone().told().unless(&["not|never|*n't|no longer"]),
    rule(N, 80, &[
        "seo|leads|newsletter|webinar|backlink|backlinks|subscribe|free quote|limited time|special offer|click here|grow your business|boost your|marketing (package|packages)|guest post|web design|app development|book a (demo|call)|our (range|collection|products)|our new (range|collection|products)|black friday|discount code",
        "your|our|free|now|today|get|new|off|offer|reply|package|packages|service|services|exclusive|only|demo|business|website",
    ]).alone().unless(&["invoice|paid|unsubscribe me"]),
    rule(N, 70, &["congratulations|merry christmas|happy new year|(seasons|season's) greetings|happy holidays|best wishes"]).alone(),
    rule(A, 86, &["away|off|out", "until|till|returning|from|back on", "not|wont|won't|unable|limited|no", "checking|check|read|reading|access|respond|reply|monitor*"]).unless(&[PAST_EN]),
    rule(A, 86, &["autogenerated|sent automatically|this is an automatic|auto generated"]),
];
