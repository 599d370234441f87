//! Instalments, a split, a later date.

use super::words::{MONTHLY, NOT_DE, PAY_DE};
use crate::rules::table::{Rule, rule};
use domain::kinds::Intent::PaymentPlanRequest as I;

/// A plan that runs already.
const RUNNING_DE: &str = "(erste|zweite|dritte|vierte|naechste|letzte|faellige) rate|rate (vom|fuer|im)";
const RUNNING_EN: &str = "(first|second|third|next|last|final) instal*|this month's instal*";

pub(super) const DE: &[Rule] = &[
    rule(I, 88, &["raten|rate|ratenzahlung*|ratenweise|ratenvereinbarung|ratenplan|teilzahlung*|teilbetrag|teilbetraeg*|abschlag|abschlaege|abstottern|abzustottern|monatsrate*|zahlungsplan*|zahlungsvereinbarung*|tilgung*"])
        .unless(&[RUNNING_DE]),
    rule(I, 88, &["stundung|gestundet|stunden|zahlungsaufschub|aufschub|fristverlaengerung|zahlungserleichterung*|zahlungspause|zahlungsziel|zahlungsfrist|frist|stunden sie", "stundung|gestundet|aufschub|zahlungsaufschub|fristverlaengerung|zahlungserleichterung*|zahlungspause|verlaenger*|erweiter*|laenger*|verschieb*|hinausschieb*|um #"]),
    rule(I, 84, &[MONTHLY, "zahl*|bezahl*|ueberweis*|leisten|schaff*|abzahl*|abbezahl*|aufbringen|eur|euro|moeglich|anbieten|drin"])
        .unless(&["miete|abo|newsletter|rechnen|ab"]),
    rule(I, 82, &["nicht alles|auf einmal|in einer (summe|rutsch|betrag)|in einem (summe|rutsch|betrag)", NOT_DE]),
    rule(I, 84, &["in zwei (teil*|rat*|schritt*|monat*|betraeg*|haelften|tranchen|etappen|zahlungen)|in drei (teil*|rat*|schritt*|monat*|betraeg*|haelften|tranchen|etappen|zahlungen)|in vier (teil*|rat*|schritt*|monat*|betraeg*|haelften|tranchen|etappen|zahlungen)|in fuenf (teil*|rat*|schritt*|monat*|betraeg*|haelften|tranchen|etappen|zahlungen)|in sechs (teil*|rat*|schritt*|monat*|betraeg*|haelften|tranchen|etappen|zahlungen)|in zehn (teil*|rat*|schritt*|monat*|betraeg*|haelften|tranchen|etappen|zahlungen)|in zwoelf (teil*|rat*|schritt*|monat*|betraeg*|haelften|tranchen|etappen|zahlungen)|in mehreren (teil*|rat*|schritt*|monat*|betraeg*|haelften|tranchen|etappen|zahlungen)|in kleinen (teil*|rat*|schritt*|monat*|betraeg*|haelften|tranchen|etappen|zahlungen)|in kleineren (teil*|rat*|schritt*|monat*|betraeg*|haelften|tranchen|etappen|zahlungen)|in # (teil*|rat*|schritt*|monat*|betraeg*|haelften|tranchen|etappen|zahlungen)"]),
    rule(I, 84, &["#x#|#x #|# (x#|mal|monatsraten|zahlungen)|# x #|# mal (zu|a|ueber|von)|# monatsraten (zu|a|ueber|von)|# zahlungen (zu|a|ueber|von)", "eur|euro|zahl*|ab|monat*|raten|vorschlag*"]),
    rule(I, 80, &["haelfte|anzahlung|die eine haelfte|einen teil|teil davon", "rest|andere|zweite|spaeter|dann", "zahl*|ueberweis*|begleich*|jetzt|sofort|heute"])
        .unless(&["ware|lieferung|defekt*"]),
    rule(I, 78, &["laengeres|aufschub|spaeter|entgegenkommen|kulanz|(mehr|etwas|laenger) zeit|laengere frist|entgegen kommen", "zahl*|bezahl*|ueberweis*|brauch*|gib*|geben|moegl*|koennt*|bitte*|rechnung"])
        .unless(&["spaetestens|rabatt|nachlass"]),
    rule(I, 70, &["kann|koennen|koennte|koennten", "nicht", "frueher|eher|vor (dem|ende|mitte|anfang|januar|februar)", PAY_DE]),
    rule(I, 80, &["zeit|aufschub|frist|luft|geduld|spielraum", "bis|noch|etwas|mehr|bisschen|paar", "brauch*|braeucht*|geben|haben|bitte*|koennt*|moecht*|gewaehr*|geht"]).unless(&["rechtzeitig|pruefen|klaeren|zur zeit|in der zeit"]),
    rule(I, 78, &["einigen|verstaendig*|entgegenkommen|loesung finden", "auf|zahlung*|betrag|monat*|eur|euro|rate|raten"]).unless(&["gericht|anwalt"]),
];

pub(super) const EN: &[Rule] = &[
    rule(I, 90, &["instalment|instalments|installment|installments|payment (plan|arrangement|agreement|deferral|holiday|schedule)|repayment plan|pay off (over|in|gradually)|pay it off (over|in|gradually)|pay over time|(staged|part|partial) (payment|payments)|(deferre|deferred) payment"])
        .unless(&[RUNNING_EN]),
    rule(I, 88, &["split|spread|stagger|divide|stretch|break up", "payment|payments|bill|invoice|cost|amount|balance|it|this|total|up", "over|into|across|in|up|between"]),
    rule(I, 86, &[MONTHLY, "pay|payment|payments|afford|manage|offer|accept|send|do|gbp|eur|usd|#", "#|payment|payments"])
        .unless(&["subscription|fee|leads|seo|visitors|users|(invoice|invoices) are (paid|processed)|(invoice|invoices) is (paid|processed)|payment run"]),
    rule(I, 86, &["extension|extend|extended|defer*|postpone*|(more|extra|additional) time|later date|longer (term|terms|period)|grace period|delay payment|delay the payment|push (back|out)"])
        .unless(&["ext|ext|tel|extension #"]),
    rule(I, 84, &["half|part|some|portion|third|deposit", "now|today|upfront|immediately|first|this (week|month)", "half|rest|remaining|remainder|balance|later|next|other"])
        .unless(&["goods|delivery|shipment|item|items"]),
    rule(I, 84, &["(in|over|across) two (part|parts|payment|payments|month|months|week|weeks|stage|stages|chunk|chunks|tranche|tranches|goes|quarter|quarters)|(in|over|across) three (part|parts|payment|payments|month|months|week|weeks|stage|stages|chunk|chunks|tranche|tranches|goes|quarter|quarters)|(in|over|across) four (part|parts|payment|payments|month|months|week|weeks|stage|stages|chunk|chunks|tranche|tranches|goes|quarter|quarters)|(in|over|across) five (part|parts|payment|payments|month|months|week|weeks|stage|stages|chunk|chunks|tranche|tranches|goes|quarter|quarters)|(in|over|across) six (part|parts|payment|payments|month|months|week|weeks|stage|stages|chunk|chunks|tranche|tranches|goes|quarter|quarters)|(in|over|across) ten (part|parts|payment|payments|month|months|week|weeks|stage|stages|chunk|chunks|tranche|tranches|goes|quarter|quarters)|(in|over|across) twelve (part|parts|payment|payments|month|months|week|weeks|stage|stages|chunk|chunks|tranche|tranches|goes|quarter|quarters)|(in|over|across) several (part|parts|payment|payments|month|months|week|weeks|stage|stages|chunk|chunks|tranche|tranches|goes|quarter|quarters)|(in|over|across) a few (part|parts|payment|payments|month|months|week|weeks|stage|stages|chunk|chunks|tranche|tranches|goes|quarter|quarters)|(in|over|across) a couple of (part|parts|payment|payments|month|months|week|weeks|stage|stages|chunk|chunks|tranche|tranches|goes|quarter|quarters)|(in|over|across) the next (part|parts|payment|payments|month|months|week|weeks|stage|stages|chunk|chunks|tranche|tranches|goes|quarter|quarters)|(in|over|across) # (part|parts|payment|payments|month|months|week|weeks|stage|stages|chunk|chunks|tranche|tranches|goes|quarter|quarters)", "pay|split|spread|settle|clear|bill|payment|payments|cost|it"])
        .unless(&["due|delivery|will be paid"]),
    rule(I, 70, &["cant|can't|cannot|couldnt|couldn't|(can|could) not|unable to|not able to", "pay|settle|transfer|make", "before|until|sooner|earlier|the whole|in full|all at once|in one go"])
        .unless(&["(say|tell) when"]),
    rule(I, 82, &["another|extra|additional|little|(few|couple) more|couple of more|give (us|me)|allow us|a bit", "days|weeks|month|months|longer|time|(more|#|two|three) (days|weeks|month|months|longer|time)|(#|two|three) more (days|weeks|month|months|longer|time)|a few (days|weeks|month|months|longer|time)|a few more (days|weeks|month|months|longer|time)|couple of (days|weeks|month|months|longer|time)|couple of more (days|weeks|month|months|longer|time)", "can|could|would|please|need|give|allow|possible|ask|may|request"]).unless(&["delivery|deliver|repair|warranty|goods|hours"]),
    rule(I, 82, &["tranche|tranches|chunks|portions|piecemeal|equal (parts|payments|amounts)|bit by bit|in stages|over the next (weeks|months)|over the next few (weeks|months)|over the coming (weeks|months)|over the coming few (weeks|months)"]),
    rule(I, 82, &["smaller|small|regular|several|separate|weekly|fortnightly|quarterly", "amount|amounts|payment|payments|sum|sums|chunk|chunks|part|parts|bits"]).unless(&["order|deliver*|small amount|invoice for|only a small", "paid|sent"]),
    rule(I, 80, &["give|allow|let|grant|have|wait", "me|us|we|i", "(until|till) (end|middle|mid|beginning|start|january|february|march|april|may|june|july|august|september|october|november|december|spring|summer)|(until|till) next month|(until|till) the (end|middle|mid|beginning|start|january|february|march|april|may|june|july|august|september|october|november|december|spring|summer)|(until|till) the next month"]).unless(&["we have until"]),
];
