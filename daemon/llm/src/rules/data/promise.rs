//! "We will pay", and a yes to the plan we offered.

use super::words::{HAVE_DE, IF_DE, IF_EN, NOT_DE, NOT_EN, PAID_DE, PAY_DE, PAYMENT_DE, WE_DE, YET_DE};
use crate::rules::table::{Rule, rule};
use domain::kinds::Intent::PromiseToPay as I;

/// A wish, a habit, an order or a past: no promise.
const WISH_DE: &str = r"\b(kann|koennen|koennte|koennten|konnte|konnten|moechte|moechten|wuerde|wuerden|sollen|sollte|muss|muessen|bitte|immer|normalerweise|in der regel|stets|haette|wovon|darf|duerfen|zu zahlen|zu bezahlen|in raten|ratenweise|monatlich\w*|doppelten|gerne (schon|den))\b";
const WISH_EN: &str = r"\b(can|could|would|should|must|might|may|can'?t|cannot|couldn'?t|able|please|always|usually|normally|how|where|want|like|supposed|instal\w*|per month|a month|monthly|afford|half|pigs|hell freezes)\b";
const BUT_DE: &str = r"\b(aber|wenn|nur|sofern|allerdings|falls|unter der bedingung|vorausgesetzt|jedoch|statt|hoeher|niedriger|nicht|kein\w*)\b";
const BUT_EN: &str = r"\b(but|if|only|unless|provided|however|except|instead|though|not|\w+n't|dont|cant|wont|didnt|isnt|doesnt|higher|lower|rather|cannot)\b";
const DONE_DE: &str = r"\b(worden|wurde|wurden|hatte|hatten|bereits|schon laengst|laengst)\b";

pub(super) const DE: &[Rule] = &[
    rule(I, 88, &[r"\b(einverstanden|angenommen|akzeptier\w*|zugestimmt|zustimmen|stimme|stimmen|nehmen|nehme|machen wir (es )?(so|das)|so machen wir|passt|in ordnung|geht klar|ist ok|ist okay|gerne|abgemacht|bestaetig\w*|ja)\b", r"\b(einverstanden|an|zu|so|zahlungsplan|plan|raten\w*|angebot|vorschlag|angenommen|abgemacht|ja|passt|geht klar|in ordnung|ok|okay|machen)\b"])
        .accepts().unless(&[NOT_DE]).unless_sentence(&[BUT_DE]).told(),
    rule(I, 84, &[WE_DE, PAY_DE]).unless(&[WISH_DE, NOT_DE, HAVE_DE]).unless_sentence(&[IF_DE]).told(),
    rule(I, 80, &[r"^\W*(ueberweise|zahle|bezahle|begleiche)n?\b"]).unless(&[WISH_DE, NOT_DE, r"\b(sie)\b"]).unless_sentence(&[IF_DE]).told(),
    rule(I, 84, &[WE_DE, r"\b(werde|werden)\b", r"\b(zahlen|bezahlen|ueberweisen|begleichen|anweisen|ausgleichen|veranlassen|erledigen|zahlung|ueberweisung)\b"])
        .unless(&[NOT_DE, r"\b(pruefen|wuerden)\b"]).unless_sentence(&[IF_DE]).told(),
    rule(I, 85, &[r"\b(zahlung|ueberweisung|geld|betrag|summe|ausgleich|rest|restbetrag|anweisung|begleichung)\b", r"\b(erfolgt|folgt|geht|kommt|wird|werden|leiten|leite|veranlass\w*|gehen)\b"])
        .unless(&[NOT_DE, DONE_DE, r"\b(wieso|warum|zurueck|zurueckgewiesen|wofuer|erfolgt ist|erst)\b"]).unless_sentence(&[IF_DE]).told(),
    rule(I, 85, &[r"\b(wird|werden)\b", r"\b(ueberwiesen|bezahlt|beglichen|angewiesen|gezahlt|erledigt|ausgeglichen|eingeplant|freigegeben|veranlasst|ausgefuehrt|eingezogen|gebucht)\b"])
        .unless(&[NOT_DE, r"\b(worden|solange|immer)\b"]).unless_sentence(&[IF_DE]).told(),
    rule(I, 85, &[r"\b(bekommen|erhalten|kriegen|haben)\b", r"\b(sie|ihr)\b", r"\b(geld|zahlung|betrag|summe|ueberweisung)\b"])
        .unless(&[NOT_DE, r"\b(unsere|meine|nie|wir|haben sie (unser|mein|schon|bereits))\b|\bsie haben\b", PAID_DE]).unless_sentence(&[r"\b(wenn|falls|erst wenn|solange)\b"]).told(),
    rule(I, 85, &[r"\b(zahllauf|zahlungslauf|zahlungsdurchlauf|zur zahlung|zahlungsfreigabe|zahlungsvorschlag|terminiert|terminueberweisung|vorgemerkt|dauerauftrag)\b"])
        .unless(&[NOT_DE, r"\b(fehlt|ohne|keine|war|wurde .*vergessen)\b", YET_DE]).unless_sentence(&[IF_DE]).told(),
    rule(I, 75, &[r"\b(kuemmer\w*|erledig\w*|veranlass\w*|sorge|sorgen|hole|holen)\b", r"\b(ich|wir|wird)\b", r"\b(heute|morgen|sofort|umgehend|gleich|darum|das|zahlung|ueberweisung|schnellstmoeglich|nach)\b"])
        .unless(&[NOT_DE, r"\b(bitte|sie (sich|bitte)|reparatur|maengel)\b"]).told(),
    rule(I, 60, &[r"\b(sobald|wenn)\b", r"\b(mein|meine|unser|unsere|das)\b", r"\b(kunde|kunden|kundin|gehalt|lohn|geld|zahlungseingang|auftraggeber|rueckerstattung|kredit)\b"]).told(),
    rule(I, 78, &[PAYMENT_DE, r"\b(morgen|uebermorgen|naechste\w*|ende (des|der)|anfang|bis zum|spaetestens|montag|dienstag|mittwoch|donnerstag|freitag|heute|diese woche)\b", r"\b(zugesagt|versprochen|garantiert|zusage|sicher|geplant|vorgesehen|dran)\b"]).unless(&[NOT_DE]).told(),
    rule(I, 80, &[r"\b(geht|gehen|laeuft|kommt|schick\w*|mach\w*|erledig\w*|folgt)\b", r"\b(raus|rein|lauf|rueber|heute|morgen|montag|dienstag|mittwoch|donnerstag|freitag|naechste woche|ende (der|des)|anfang|am [0-9]+)\b", r"\b(raus|lauf|zahlung|geld|ueberweisung|rueber|betrag|rechnung|erledig\w*)\b"]).unless(&[NOT_DE, DONE_DE, r"\b(ware|lieferung|paket|bitte|gutschrift)\b"]).unless_sentence(&[IF_DE]).told(),
    rule(I, 80, &[r"\b(wird|werden|dann)\b", r"\b(gezahlt|bezahlt|ueberwiesen|beglichen|angewiesen)\b"]).unless(&[NOT_DE, r"\b(wurde|worden)\b"]).unless_sentence(&[r"\b(wenn|sobald|falls|solange)\b"]).told(),
    rule(I, 76, &[r"\b(hole|holen|reiche|reichen)\b", r"\bnach\b"]).unless(&[NOT_DE, r"\b(bitte|sie .* nach)\b"]).told(),
    rule(I, 74, &[r"\b(mache|mach|machen|erledige|erledigen)\b", r"\b(ich|wir)\b", r"\b(heute|morgen|gleich|sofort|abend|montag|dienstag|mittwoch|donnerstag|freitag|wochenende|umgehend|noch)\b"]).unless(&[NOT_DE, r"\b(bitte|sie|reklamation|foto\w*|screenshot)\b"]).unless_sentence(&[IF_DE]).told(),
];

const FUTURE_EN: &str = r"\b(will|'ll|i'?ll|we'?ll|shall|going to|intend to|plan to|planning to|expect to|aim to|about to|promise to|commit to|undertake to|is to be|are to be|due to be|hope to)\b";

pub(super) const EN: &[Rule] = &[
    rule(I, 90, &[r"\b(accept|accepted|agree|agreed|approve|approved|confirm|confirmed|deal|happy|works|sounds good|fine|okay|ok|yes|go ahead|perfect|let'?s do)\b", r"\b(accept|agree|agreed|plan|proposal|offer|terms|that|works|deal|arrangement|instal\w*|schedule|go ahead|sounds good|fine with|it|this)\b"])
        .accepts().unless(&[NOT_EN]).unless_sentence(&[BUT_EN]).told(),
    rule(I, 86, &[FUTURE_EN, r"\b(pay|settle|transfer|wire|remit|send (you )?(the )?(money|payment|funds|it|balance|che(ck|que))|clear|make (the |a )?(payment|transfer)|get (it|this|that|the payment) (over|sorted|paid|out|done|to you)|process|release|arrange (the )?payment|take care of)\b"])
        .unless(&[NOT_EN, WISH_EN, r"\b(you (will|'ll)|yourselves)\b"]).unless_sentence(&[IF_EN]).told(),
    rule(I, 86, &[r"\b(payments?|money|funds|transfer|it|this|invoice|balance|cheque|check|amount|remittance)\b", r"\b(will be|will go|'ll be|'ll go|is going|are going|goes|is scheduled|scheduled|is set|will follow|follows|to follow|will arrive|is due to|going out|will reach|queued|lined up|on its way|in the next|is being|to be (paid|released|made|processed|sent))\b", r"\b(made|paid|out|released|sent|processed|scheduled|payment run|pay run|run|follows?|arrive|reach|settled|today|tomorrow|monday|tuesday|wednesday|thursday|friday|week|month|transferred|on its way|queued|lined up|with you|over|executed|issued|cleared|[0-9]+)\b"])
        .unless(&[NOT_EN, r"\b(delivery|goods|shipment|was|were|(has|have) been (paid|made|sent|released|processed|executed|transferred|settled)|machine|mistake)\b", WISH_EN]).unless_sentence(&[IF_EN]).told(),
    rule(I, 85, &[r"\b(you will|you'll|you should|you can expect|expect)\b", r"\b(have|get|receive|see|expect)\b", r"\b(money|payment|funds|transfer|it|che(ck|que)|amount)\b"])
        .unless(&[NOT_EN]).unless_sentence(&[IF_EN, r"\b(executed|sent|made|paid|yesterday|this morning|transferred|already|went out|processed)\b"]).told(),
    rule(I, 84, &[r"\b(payment|pay|settle|settlement|transfer|money)\b", r"\b(on|by|next|this|tomorrow|today|latest)\b", r"\b(monday|tuesday|wednesday|thursday|friday|tomorrow|today|week|month|january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b"])
        .unless(&[NOT_EN, WISH_EN, r"\b(paid|sent|made|was|were|went|left|last|been|yesterday|morning|received|due|terms)\b", r"\b(your|please)\b"]).unless_sentence(&[IF_EN]).told(),
    rule(I, 80, &[r"\b(next|upcoming|this week'?s|our|friday'?s|scheduled for|in the) (payment|pay|cheque|check) ?run\b|\bpayment run\b"]).unless(&[NOT_EN, r"\b(missed|was|were|last)\b"]).unless_sentence(&[IF_EN]).told(),
    rule(I, 80, &[r"\b(we|i)\b", r"\b(can|could) (settle|pay|bring|drop|hand)\b", r"\b(cash|then|in person|on the day|that day|monday|tuesday|wednesday|thursday|friday|tomorrow|today|next week)\b"])
        .unless(&[NOT_EN, r"\b(half|instal\w*|month\w*|[0-9]+ a)\b"]).told(),
    rule(I, 60, &[r"\b(once|as soon as|when)\b", r"\b(my|our|the)\b", r"\b(customer|client|salary|wages|refund|loan|payday|funding|grant|money)\b", r"\b(pays?|paid|comes?|arrives?|lands?|clears?|in|through)\b"]).told(),
    rule(I, 74, &[r"\b(it'?ll|it will|that will|this will|we'?ll|i'?ll)\b", r"\b(go out|be (done|sorted|paid|with you)|get (it|that|this)|take care|chase|sort|see to)\b"])
        .unless(&[NOT_EN, WISH_EN]).unless_sentence(&[IF_EN]).told(),
    rule(I, 82, &[r"\b(shall|will|'ll|going to)\b", r"\b(be )?(remitting|paying|transferring|wiring|settling|remit|disburse|honou?r|clearing)\b"]).unless(&[NOT_EN, WISH_EN]).unless_sentence(&[IF_EN]).told(),
    rule(I, 80, &[r"\b(in|on|with|into) (the |our |this |next |tomorrow'?s |today'?s |monday'?s |friday'?s )?(\w+'?s? )?(batch|run|cycle|payment run|pay run|cheque run|check run)\b"]).unless(&[NOT_EN, r"\b(goods|production|delivery|bad batch|test|defective)\b"]).told(),
    rule(I, 76, &[r"\b(give me|give us|bear with|allow (us|me)|need)\b", r"\b(till|until|to)\b", r"\b(monday|tuesday|wednesday|thursday|friday|tomorrow|the weekend|month end|end of (the )?(week|month|day))\b"]).unless(&[NOT_EN]).told(),
    rule(I, 78, &[r"\b(by|before|at) (the )?(month[- ]end|end of (the )?(month|week|day)|eom|eod|cob|close of business|week'?s end)\b", r"\b(pay\w*|settle\w*|remit\w*|transfer\w*|sent|send|clear\w*|have it|with you|money|funds)\b"]).unless(&[NOT_EN, r"\b(paid|was|were|please)\b"]).told(),
];
