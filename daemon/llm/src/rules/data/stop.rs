//! "Stop writing to us." Recall before precision.

use crate::rules::table::{Rule, rule};
use domain::kinds::Intent::StopContact as I;

/// How a newsletter ends; it is not the customer who asks.
const FOOTER: &str = "to unsubscribe|unsubscribe (here|link)|click to unsubscribe|click here to unsubscribe|if you wish to (unsubscribe|receive)|if you no longer wish to (unsubscribe|receive)|um sich abzumelden|(newsletter|hier) abmelden|abmelden klicken";

const MAIL_DE: &str = "email|emails|mail|mails|nachrichten|erinnerungen|zahlungserinnerungen|mahnungen|schreiben|werbung|anrufe|briefe|post|spam|kontakt*|schickerei";
const MAIL_EN: &str = "email|emails|message|messages|reminder|reminders|letter|letters|call|calls|text|texts|contact*|notice|notices|spam|correspondence|communication|communications";

pub(super) const DE: &[Rule] = &[
    rule(I, 92, &["hoer*", "auf", "mail*|schreib*|schick*|send*|kontakt*|anruf*|anzuruf*|belaestig*|nerv*|endlich|damit|mahn*|erinner*"]),
    rule(I, 90, &["(hoer|hoert|hoeren) auf|(hoer|hoert|hoeren) damit auf|(hoer|hoert|hoeren) endlich auf|(hoer|hoert|hoeren) endlich damit auf|(hoer|hoert|hoeren) sie auf|(hoer|hoert|hoeren) sie damit auf|(hoer|hoert|hoeren) sie endlich auf|(hoer|hoert|hoeren) sie endlich damit auf"]),
    rule(I, 92, &["keine|keinerlei|keinen|kein", "weitere|weiteren|weiterer|weiteres|mehr|kuenftig|zukuenftig|in zukunft", MAIL_DE])
        .unless(&["wurde|wurden|liegen|(haben|koennen) wir|habe ich|(erhalten|bekommen) haben"]),
    rule(I, 92, &["lass*", "in (ruhe|frieden)"]),
    rule(I, 90, &["ruhe (haben|geben)|geben sie ruhe|geben sie endlich ruhe"]),
    rule(I, 92, &["verteiler*|mailingliste|adressliste|versandliste|adressdatenbank|mailing liste", "nehm*|streich*|loesch*|entfern*|raus|austrag*|runter|will|moecht*"]),
    rule(I, 90, &["streich*|loesch*|entfern*|nehm*|trag*", "mich|uns|meine|unsere|diese", "liste|datenbank|system|kartei|emailadresse|mailadresse|adresse|email adresse", "aus|von|meine|unsere|diese"])
        .unless(&["rechnungsadresse|rechnung"]),
    rule(I, 90, &["=abmelden|=abmeldung|=austragen|=abbestellen|=stop|=stopp|abbestell*|=bitte (abmelden|abmeldung|austragen|abbestellen|stop|stopp)"]).unless(&[FOOTER]),
    rule(I, 92, &["nicht|nie|niemals|nichts", "mehr|wieder|weiter|laenger", "kontaktier*|anschreib*|anzuschreiben|schreib*|mailen|schick*|zuschick*|send*|zusend*|anruf*|anzurufen|belaestig*|hoeren|mahn*|angeschrieben|melden sie sich"])
        .unless(&["zahl*|koennen (wir|ich)|rechnung* nicht mehr|nicht mehr (bei|im|in|da)"]),
    rule(I, 92, &["untersag*|verbiet*|verbitte*|unterlass*|widersprech*|widerspruch|widerruf*", "kontakt*|mail*|anruf*|schreib*|nutzung|verarbeitung|werbung|weitere*|einwilligung|zusendung"]),
    rule(I, 90, &["stopen|stoppen|stoppt|stop", "mail|mails|nachrichten|mahnungen|erinnerungen|spam|das|damit|sofort|endlich"])
        .unless(&["lieferung|produktion|auftrag|bestellung|zahlung"]),
    rule(I, 85, &["genug|schluss|satt|nerv*|belaestigung", "mail|mails|mahnungen|erinnerungen|ihnen|ihre|ihren|ihrer|davon", "von|mit"]),
    rule(I, 90, &["absehen|abzusehen|verzichten|abstand|unterbleib*|einstell*|einzustellen|ausbleiben", MAIL_DE]).unless(&["betrieb|zahlung|lieferung|leistung"]),
    rule(I, 88, &["reicht|genug|schluss|satt|nervt|nerven|nervig|laestig", "mail*|jetzt|mal|endlich|taeglich|jeden|staendig|dauernd|mahn*|erinner*|damit"]).unless(&["geld|betrag|guthaben|kopie|lieferung|reicht (das|es|ihnen)"]),
    rule(I, 88, &["adresse|email|mailadresse|mich|uns|kontakt*|daten", "aus|von", "system|verteiler|liste|kartei|datenbank|erinnerungen|mahnlauf|mahnwesen", "nehm*|loesch*|entfern*|raus*|streich*|austrag*"]),
    rule(I, 88, &["(unterlass|unterlassen|unterlasst) (sie|ihr|es|das|dies)"]),
    rule(I, 88, &["will|wollen|moecht*|wuensch*", "kein*|nichts|nicht|nie", "mehr|weitere|weiteren|wieder", "ihnen|post|mail|mails|nachrichten|brief|briefe|hoeren|kontakt*|anruf|anrufe|mahnungen|erinnerungen|werbung"]).unless(&["kunde|vertrag|ware|zusammenarbeit*|zahlen"]),
];

pub(super) const EN: &[Rule] = &[
    rule(
        I,
        93,
        &[
            "stop|quit|cease",
            "emailing|mailing|writing|contacting|messaging|calling|texting|sending|spamming|harassing|bothering|pestering|chasing|bombarding|nagging",
        ],
    ),
    rule(I, 92, &["stop|quit|cease|end|no more|enough of", MAIL_EN])
        .unless(&["stopped|stop (by|payment)|stop the (delivery|order|shipment)|bus stop", FOOTER]),
    rule(I, 93, &["unsubscribe|(opt|opting) out|opt me out"]).unless(&[FOOTER]),
    rule(
        I,
        92,
        &[
            "remove|take|delete|strike|drop|get",
            "me|us|this address|my (address|email|name)|our (address|email)",
            "off|from|out of",
            "list|lists|database|mailing|distribution|system|records",
        ],
    ),
    rule(
        I,
        93,
        &[
            "dont|don't|never|mustnt|mustn't|do not|please do not|not to",
            "contact|email|mail|write|call|message|text|phone|ring|send|bother",
            "me|us|again|anymore|here|any (more|further|longer)|this address",
        ],
    )
    .unless(&[
        "(did|could) not send|(didnt|didn't|couldnt|couldn't) send",
        "(dont|don't) (have|know|see|think)|(dont|don't) want to pay",
    ]),
    rule(I, 92, &["leave|let", "(me|us) (alone|be)|(me|us) in peace"]),
    rule(
        I,
        90,
        &[
            "dont|don't|never|do not|no longer",
            "want|wish|need|care|like",
            "receive|get|hear|getting|receiving|see",
            "more|any|these|those|your|again|further|from you",
        ],
    )
    .unless(&["fee|fees|charge|charges|penalt*|interest|goods"]),
    rule(I, 90, &["sick|tired|enough|fed up|had enough", "of|with", "your|these|those|you"]),
    rule(I, 90, &["withdraw*|revoke*|object*", "consent|permission|processing|marketing|use of my"]),
    rule(I, 88, &["=stop|=stop (it|this|now)|=please stop|=please stop (it|this|now)"]),
    rule(
        I,
        90,
        &[
            "=stop|=stop (it|this|that|now|pls|plz|please|already|asap)|=(please|pls|plz|just) stop|=(please|pls|plz|just) stop (it|this|that|now|pls|plz|please|already|asap)|=(can|would) you stop|=(can|would) you stop (it|this|that|now|pls|plz|please|already|asap)",
        ],
    ),
    rule(
        I,
        88,
        &[
            "enough|stop|tired|leave|no more",
            "already|email|emails|reminder|reminders|messages|alone|spam|bother*|with the",
        ],
    )
    .unless(&[
        "money|goods|enough (money|cash|stock|time)|(stop|stopped) (payment|working|by)|left the",
        FOOTER,
    ]),
    rule(
        I,
        90,
        &[
            "take|remove|delete|drop|leave|get",
            "address|email|me|us|her|him|them|name|number",
            "off|from|out of",
            "your (reminder|reminders|system|list|email|emails|database|records|messages|files)",
        ],
    ),
    rule(
        I,
        88,
        &[
            "asked|told|begged|requested",
            "you|repeatedly|twice|times|again|several times",
            "stop|not to|to stop",
        ],
    ),
    rule(
        I,
        86,
        &[
            "communicat*|correspondence|contact|contacting|reminder|reminders|messages",
            "cease|end|refrain|discontinue|desist|halt|immediately stop",
        ],
    ),
    rule(
        I,
        90,
        &[
            "dont|don't|not|no longer|do not",
            "wish|want|like|care|agree|consent",
            "(be|being|to) (contacted|emailed|called|messaged|bothered|chased)|(be|being|to) written to|(be|being|to) contact (me|us)|(be|being|to) contacting (me|us)",
        ],
    ),
    rule(
        I,
        90,
        &[
            "refrain|desist|abstain|hold off",
            "from|sending|contact*|writing|further|email*|notice|notices|messag*",
        ],
    )
    .unless(&["payment"]),
];
