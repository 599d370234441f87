//! "Stop writing to us." Recall before precision.

use crate::rules::table::{Rule, rule};
use domain::kinds::Intent::StopContact as I;

/// How a newsletter ends; it is not the customer who asks.
const FOOTER: &str = r"\b(to unsubscribe|unsubscribe (here|link)|click (here )?to unsubscribe|if you (no longer )?wish to (unsubscribe|receive)|um sich abzumelden|newsletter abmelden|hier abmelden|abmelden klicken)\b";

const MAIL_DE: &str = r"\b(e-?mails?|mails?|nachrichten|erinnerungen|zahlungserinnerungen|mahnungen|schreiben|kontaktaufnahmen?|werbung|anrufe|briefe|post|spam|kontakt\w*|schickerei)\b";
const MAIL_EN: &str = r"\b(e-?mails?|messages?|reminders?|letters?|calls?|texts?|contact\w*|notices?|spam|correspondence|communications?)\b";

pub(super) const DE: &[Rule] = &[
    rule(I, 92, &[r"\b(hoer\w*)\b", r"\bauf\b", r"\b(mail\w*|e-mail\w*|schreib\w*|schick\w*|send\w*|kontakt\w*|anruf\w*|anzuruf\w*|belaestig\w*|nerv\w*|endlich|damit|mahn\w*|erinner\w*)\b"]),
    rule(I, 90, &[r"\bhoer(t|en)? (sie )?(endlich )?(damit )?auf\b"]),
    rule(I, 92, &[r"\b(keine|keinerlei|keinen|kein)\b", r"\b(weiteren?|weiterer|weiteres|mehr|kuenftig|zukuenftig|in zukunft)\b", MAIL_DE])
        .unless(&[r"\b(haben wir|habe ich|erhalten haben|bekommen haben|koennen wir|wurde|wurden|liegen)\b"]),
    rule(I, 92, &[r"\blass\w*\b", r"\b(in ruhe|in frieden)\b"]),
    rule(I, 90, &[r"\bruhe (haben|geben)\b|\bgeben sie (endlich )?ruhe\b"]),
    rule(I, 92, &[r"\b(verteiler\w*|mailingliste|mailing-liste|e-mail-liste|adressliste|versandliste|adressdatenbank)\b", r"\b(nehm\w*|streich\w*|loesch\w*|entfern\w*|raus|austrag\w*|runter|will|moecht\w*)\b"]),
    rule(I, 90, &[r"\b(streich\w*|loesch\w*|entfern\w*|nehm\w*|trag\w*)\b", r"\b(mich|uns|meine|unsere|diese)\b", r"\b(liste|datenbank|system|kartei|e-?mail-?adresse|mailadresse|adresse)\b", r"\b(aus|von|meine|unsere|diese)\b"])
        .unless(&[r"\brechnungsadresse\b|\brechnung\b"]),
    rule(I, 90, &[r"^\W*(bitte )?(abmelden|abmeldung|austragen|abbestellen|stopp?)\W*$|\b(abbestell\w*|abbestellung)\b"]).unless(&[FOOTER]),
    rule(I, 92, &[r"\b(nicht|nie|niemals|nichts)\b", r"\b(mehr|wieder|weiter|laenger)\b", r"\b(kontaktier\w*|anschreib\w*|anzuschreiben|schreib\w*|mailen|schick\w*|zuschick\w*|send\w*|zusend\w*|anruf\w*|anzurufen|belaestig\w*|hoeren|melden sie sich|mahn\w*|angeschrieben|kontaktiert)\b"])
        .unless(&[r"\b(zahl\w*|koennen (wir|ich)|rechnung\w* nicht mehr|nicht mehr (bei|im|in|da)\b)"]),
    rule(I, 92, &[r"\b(untersag\w*|verbiet\w*|verbitte\w*|unterlass\w*|widersprech\w*|widerspruch|widerruf\w*)\b", r"\b(kontakt\w*|mail\w*|e-mail\w*|anruf\w*|schreib\w*|nutzung|verarbeitung|werbung|weitere\w*|einwilligung|zusendung)\b"]),
    rule(I, 90, &[r"\b(stopp?en|stoppt|stop)\b", r"\b(mails?|e-mails?|nachrichten|mahnungen|erinnerungen|spam|das|damit|sofort|endlich)\b"])
        .unless(&[r"\b(lieferung|produktion|auftrag|bestellung|zahlung)\b"]),
    rule(I, 85, &[r"\b(genug|schluss|satt|nerv\w*|belaestigung)\b", r"\b(mails?|e-mails?|mahnungen|erinnerungen|ihnen|ihre[nr]?|davon)\b", r"\b(von|mit)\b"]),
    rule(I, 90, &[r"\b(absehen|abzusehen|verzichten|abstand|unterbleib\w*|einstell\w*|einzustellen|ausbleiben)\b", MAIL_DE]).unless(&[r"\b(betrieb|zahlung|lieferung|leistung)\b"]),
    rule(I, 88, &[r"\b(reicht|genug|schluss|satt|nervt|nerven|nervig|laestig)\b", r"\b(mail\w*|e-mail\w*|jetzt|mal|endlich|taeglich|jeden|staendig|dauernd|mahn\w*|erinner\w*|damit)\b"]).unless(&[r"\b(reicht (das|es|ihnen)|geld|betrag|guthaben|kopie|lieferung)\b"]),
    rule(I, 88, &[r"\b(adresse|e-?mail|mailadresse|mich|uns|kontakt\w*|daten)\b", r"\b(aus|von)\b", r"\b(system|verteiler|liste|kartei|datenbank|erinnerungen|mahnlauf|mahnwesen)\b", r"\b(nehm\w*|loesch\w*|entfern\w*|raus\w*|streich\w*|austrag\w*)\b"]),
    rule(I, 88, &[r"\bunterlass(en|t)? (sie|ihr|es|das|dies)\b|\bunterlassen sie\b"]),
    rule(I, 88, &[r"\b(will|wollen|moecht\w*|wuensch\w*)\b", r"\b(kein\w*|nichts|nicht|nie)\b", r"\b(mehr|weiteren?|wieder)\b", r"\b(ihnen|post|mails?|nachrichten|briefe?|hoeren|kontakt\w*|anrufe?|mahnungen|erinnerungen|werbung)\b"]).unless(&[r"\b(kunde|vertrag|ware|zusammenarbeit\w*|zahlen)\b"]),
];

pub(super) const EN: &[Rule] = &[
    rule(
        I,
        93,
        &[
            r"\b(stop|quit|cease)\b",
            r"\b(emailing|mailing|e-mailing|writing|contacting|messaging|calling|texting|sending|spamming|harassing|bothering|pestering|chasing|bombarding|nagging)\b",
        ],
    ),
    rule(I, 92, &[r"\b(stop|quit|cease|no more|enough of|end)\b", MAIL_EN])
        .unless(&[r"\b(stop by|stop payment|stopped|stop the (delivery|order|shipment)|bus stop)\b", FOOTER]),
    rule(I, 93, &[r"\b(unsubscribe|opt(ing)?[- ]out|opt me out)\b"]).unless(&[FOOTER]),
    rule(
        I,
        92,
        &[
            r"\b(remove|take|delete|strike|drop|get)\b",
            r"\b(me|us|this address|my address|our address|my email|our email|my name)\b",
            r"\b(off|from|out of)\b",
            r"\b(list|lists|database|mailing|distribution|system|records)\b",
        ],
    ),
    rule(
        I,
        93,
        &[
            r"\b(do not|don'?t|never|please do not|not to|mustn'?t)\b",
            r"\b(contact|email|e-mail|mail|write|call|message|text|phone|ring|send|bother)\b",
            r"\b(me|us|again|any ?more|any further|any longer|this address|here)\b",
        ],
    )
    .unless(&[
        r"\b(did not|didn'?t|could not|couldn'?t) send\b",
        r"\bdon'?t (have|know|see|think|want to pay)\b",
    ]),
    rule(I, 92, &[r"\b(leave|let)\b", r"\b(me|us) (alone|be|in peace)\b"]),
    rule(
        I,
        90,
        &[
            r"\b(do not|don'?t|no longer|never)\b",
            r"\b(want|wish|need|care|like)\b",
            r"\b(receive|get|hear|getting|receiving|see)\b",
            r"\b(more|any|these|those|your|again|further|from you)\b",
        ],
    )
    .unless(&[r"\b(fees?|charges?|penalt\w*|interest|goods)\b"]),
    rule(
        I,
        90,
        &[r"\b(sick|tired|fed up|had enough|enough)\b", r"\b(of|with)\b", r"\b(your|these|those|you)\b"],
    ),
    rule(
        I,
        90,
        &[r"\b(withdraw|revoke|object)\w*\b", r"\b(consent|permission|processing|marketing|use of my)\b"],
    ),
    rule(I, 88, &[r"^\W*(please )?stop( it| this| now)?\W*$"]),
    rule(
        I,
        90,
        &[
            r"^\W*(please |pls |plz |just |can you |would you )*stop( it| this| that| now| pls| plz| please| already| asap)*\W*$",
        ],
    ),
    rule(
        I,
        88,
        &[
            r"\b(enough|no more|stop|tired|leave)\b",
            r"\b(already|with the|e-?mails?|reminders?|messages|alone|spam|bother\w*)\b",
        ],
    )
    .unless(&[
        r"\b(enough (money|cash|stock|time)|stop(ped)? (payment|working|by)|money|goods|left the)\b",
        FOOTER,
    ]),
    rule(
        I,
        90,
        &[
            r"\b(take|remove|delete|drop|leave|get)\b",
            r"\b(address|e-?mail|me|us|her|him|them|name|number)\b",
            r"\b(out of|off|from)\b",
            r"\b(your (reminders?|system|list|e-?mails?|database|records|messages|files))\b",
        ],
    ),
    rule(
        I,
        88,
        &[
            r"\b(asked|told|begged|requested)\b",
            r"\b(you|several times|repeatedly|twice|times|again)\b",
            r"\b(not to|to stop|stop)\b",
        ],
    ),
    rule(
        I,
        86,
        &[
            r"\b(communicat\w*|correspondence|contact|contacting|reminders?|messages)\b",
            r"\b(cease|end|refrain|discontinue|desist|halt|immediately stop)\b",
        ],
    ),
    rule(
        I,
        90,
        &[
            r"\b(no longer|do not|don'?t|not)\b",
            r"\b(wish|want|like|care|agree|consent)\b",
            r"\b(be|being|to) (contacted|e-?mailed|called|written to|messaged|bothered|chased|contact(ing)? (me|us))\b",
        ],
    ),
    rule(
        I,
        90,
        &[
            r"\b(refrain|desist|abstain|hold off)\b",
            r"\b(from|sending|contact\w*|writing|further|e-?mail\w*|notices?|messag\w*)\b",
        ],
    )
    .unless(&[r"\bpayment\b"]),
];
