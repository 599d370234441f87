//! Instalments, a split, a later date.

use super::words::{MONTHLY, NOT_DE, PAY_DE};
use crate::rules::table::{Rule, rule};
use domain::kinds::Intent::PaymentPlanRequest as I;

/// A plan that runs already.
const RUNNING_DE: &str =
    r"\b(erste|zweite|dritte|vierte|naechste|letzte|faellige) rate\b|\brate (vom|fuer|im)\b";
const RUNNING_EN: &str = r"\b(first|second|third|next|last|final|this month's) instal\w*\b";

pub(super) const DE: &[Rule] = &[
    rule(I, 88, &[r"\b(raten|rate|ratenzahlung\w*|ratenweise|ratenvereinbarung|ratenplan|teilzahlung\w*|teilbetrag|teilbetraeg\w*|abschlag|abschlaege|abstottern|abzustottern|monatsrate\w*|zahlungsplan\w*|zahlungsvereinbarung\w*|tilgungsplan|tilgung\w*)\b"])
        .unless(&[RUNNING_DE]),
    rule(I, 88, &[r"\b(stundung|stunden sie|gestundet|stunden|zahlungsaufschub|aufschub|fristverlaengerung|zahlungserleichterung\w*|zahlungspause|zahlungsziel|zahlungsfrist|frist)\b", r"\b(stundung|gestundet|aufschub|zahlungsaufschub|fristverlaengerung|zahlungserleichterung\w*|zahlungspause|verlaenger\w*|erweiter\w*|laenger\w*|verschieb\w*|hinausschieb\w*|um \d+)\b"]),
    rule(I, 84, &[MONTHLY, r"\b(zahl\w*|bezahl\w*|ueberweis\w*|leisten|schaff\w*|abzahl\w*|abbezahl\w*|aufbringen|eur|euro|moeglich|anbieten|drin)\b"])
        .unless(&[r"\b(miete|abo|newsletter|rechnen|ab)\b"]),
    rule(I, 82, &[r"\bnicht alles\b|\bauf einmal\b|\bin (einer|einem) (summe|rutsch|betrag)\b", NOT_DE]),
    rule(I, 84, &[r"\bin (zwei|drei|vier|fuenf|sechs|zehn|zwoelf|mehreren|kleinen|kleineren|[0-9]+) (teil\w*|rat\w*|schritt\w*|monat\w*|betraeg\w*|haelften|tranchen|etappen|zahlungen)\b"]),
    rule(I, 84, &[r"\b[0-9]+ ?x ?[0-9]+\b|\b[0-9]+ (mal|monatsraten|zahlungen) (zu|a|ueber|von)?\b", r"\b(eur|euro|zahl\w*|ab|monat\w*|raten|vorschlag\w*)\b"]),
    rule(I, 80, &[r"\b(haelfte|die eine haelfte|einen teil|teil davon|anzahlung)\b", r"\b(rest|andere|zweite|spaeter|dann)\b", r"\b(zahl\w*|ueberweis\w*|begleich\w*|jetzt|sofort|heute)\b"])
        .unless(&[r"\b(ware|lieferung|defekt\w*)\b"]),
    rule(I, 78, &[r"\b(mehr zeit|etwas zeit|laenger zeit|laengere frist|laengeres|aufschub|spaeter|entgegenkommen|entgegen kommen|kulanz)\b", r"\b(zahl\w*|bezahl\w*|ueberweis\w*|brauch\w*|gib\w*|geben|moegl\w*|koennt\w*|bitte\w*|rechnung)\b"])
        .unless(&[r"\b(spaetestens|rabatt|nachlass)\b"]),
    rule(I, 70, &[r"\b(kann|koennen|koennte|koennten)\b", r"\bnicht\b", r"\b(frueher|eher|vor dem|vor ende|vor mitte|vor anfang|vor januar|vor februar)\b", PAY_DE]),
    rule(I, 80, &[r"\b(zeit|aufschub|frist|luft|geduld|spielraum)\b", r"\b(bis|noch|etwas|mehr|bisschen|paar)\b", r"\b(brauch\w*|braeucht\w*|geben|haben|bitte\w*|koennt\w*|moecht\w*|gewaehr\w*|geht)\b"]).unless(&[r"\b(zur zeit|in der zeit|rechtzeitig|pruefen|klaeren)\b"]),
    rule(I, 78, &[r"\b(einigen|verstaendig\w*|entgegenkommen|loesung finden)\b", r"\b(auf|zahlung\w*|betrag|monat\w*|eur|euro|raten?)\b"]).unless(&[r"\b(gericht|anwalt)\b"]),
];

pub(super) const EN: &[Rule] = &[
    rule(I, 90, &[r"\b(instal?lments?|payment plan|repayment plan|payment arrangement|payment agreement|pay (it )?off (over|in|gradually)|pay over time|staged payments?|part[- ]payments?|partial payments?|deferred? payment|payment deferral|payment holiday|payment schedule)\b"])
        .unless(&[RUNNING_EN]),
    rule(I, 88, &[r"\b(split|spread|stagger|divide|break up|stretch)\b", r"\b(payments?|bill|invoice|cost|amount|balance|it|this|total|up)\b", r"\b(over|into|across|in|up|between)\b"]),
    rule(I, 86, &[MONTHLY, r"\b(pay|payments?|afford|manage|offer|accept|send|do|gbp|eur|usd|\$|[0-9]+)\b", r"[0-9]|\bpayments?\b"])
        .unless(&[r"\b(invoices? (are|is) (paid|processed)|payment run|subscription|fee|leads|seo|visitors|users)\b"]),
    rule(I, 86, &[r"\b(extension|extend|extended|more time|extra time|additional time|defer\w*|postpone\w*|later date|longer (terms?|period)|grace period|delay (the )?payment|push (back|out))\b"])
        .unless(&[r"\b(extension [0-9]+|ext\.?|tel)\b"]),
    rule(I, 84, &[r"\b(half|part|some|portion|third|deposit)\b", r"\b(now|today|upfront|immediately|this (week|month)|first)\b", r"\b(half|rest|remaining|remainder|balance|later|next|other)\b"])
        .unless(&[r"\b(goods|delivery|shipment|items?)\b"]),
    rule(I, 84, &[r"\b(in|over|across) (two|three|four|five|six|ten|twelve|several|a few|a couple of|the next|[0-9]+) (parts?|payments?|months?|weeks?|stages?|chunks?|tranches?|goes|quarters?|quarter)\b", r"\b(pay|split|spread|settle|clear|bill|payments?|cost|it)\b"])
        .unless(&[r"\b(will be paid|due|delivery)\b"]),
    rule(I, 70, &[r"\b(can'?t|cannot|can not|unable to|not able to|could not|couldn'?t)\b", r"\b(pay|settle|transfer|make)\b", r"\b(before|until|sooner|earlier|the whole|in full|all at once|in one go)\b"])
        .unless(&[r"\b(say|tell) when\b"]),
    rule(I, 82, &[r"\b(another|extra|few more|couple (of )?more|additional|give us|give me|allow us|a bit|little)\b", r"\b([0-9]+ |a few |two |three |couple of )?(more )?(days|weeks|month|months|longer|time)\b", r"\b(can|could|would|please|need|give|allow|possible|ask|may|request)\b"]).unless(&[r"\b(delivery|deliver|repair|warranty|goods|hours)\b"]),
    rule(I, 82, &[r"\b(tranches?|equal (parts|payments|amounts)|chunks|bit by bit|in stages|portions|piecemeal|over the (next|coming) (few )?(weeks|months))\b"]),
    rule(I, 82, &[r"\b(smaller|small|regular|several|separate|weekly|fortnightly|quarterly)\b", r"\b(amounts?|payments?|sums?|chunks?|parts?|bits)\b"]).unless(&[r"\b(small amount|order|deliver\w*|invoice for|only a small)\b", r"\b(paid|sent)\b"]),
    rule(I, 80, &[r"\b(give|allow|let|grant|have|wait)\b", r"\b(me|us|we|i)\b", r"\b(until|till) (the )?(end|middle|mid|beginning|start|january|february|march|april|may|june|july|august|september|october|november|december|next month|spring|summer)\b"]).unless(&[r"\bwe have until\b"]),
];
