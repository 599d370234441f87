//! "We have paid", or a proof of it.

use super::words::{HAVE_DE, IF_DE, IF_EN, NOT_DE, NOT_EN, PAID_DE, PAID_EN, YET_DE};
use crate::rules::table::{Rule, rule};
use domain::kinds::Intent::PaymentClaimed as I;

const AHEAD_DE: &str = r"\b(werde|werden|wird|wuerde|wuerden|soll|sollen|sollte|muss|muessen|kann|koennen|koennte|haette|haetten|zu viel|erst|demnaechst)\b";
const AHEAD_EN: &str = r"\b(will|'ll|be|to be|going to|shall|would|could|should|must|until|once|need|needs|want|expect|get|gets|getting|thought|scheduled|supposed)\b";
const ASKS_DE: &str = r"\b(bitte (senden|schicken)|senden sie|schicken sie|benoetig\w*|brauch\w*|fehlt)\b";

pub(super) const DE: &[Rule] = &[
    rule(I, 88, &[PAID_DE, HAVE_DE]).unless(&[NOT_DE, AHEAD_DE, YET_DE, r"\b(haben sie|sie haben|kunde)\b"]).unless_sentence(&[r"\b(noch nicht|sobald|falls|nicht|nie)\b"]).told(),
    rule(I, 88, &[PAID_DE, HAVE_DE]).unless(&[NOT_DE, AHEAD_DE, YET_DE, IF_DE, r"\b(haben sie|sie haben|kunde)\b"]).told(),
    rule(I, 80, &[PAID_DE, r"\b(bereits|schon|laengst|gestern|vorgestern|heute|letzte|letzten|letzter|vergangene\w*|soeben|eben|gerade|vorhin|fristgerecht|vollstaendig|komplett|seit|am|vor)\b"])
        .unless(&[NOT_DE, AHEAD_DE, YET_DE, IF_DE, r"\b(haben sie)\b"]).told(),
    rule(I, 85, &[r"\b(zahlung|ueberweisung|geld|betrag|zahlungsanweisung|zahlungsauftrag)\b", r"\b(ist|sind|ging|wurde|haben|habe|gingen)\b", r"\b(raus|rausgegangen|unterwegs|veranlasst|getaetigt|erfolgt|ausgefuehrt|abgegangen|angewiesen|geleistet|abgeschickt|weg|auf dem weg|vorgenommen|beauftragt|gebucht|durch|abgebucht|auf den weg gebracht)\b"])
        .unless(&[NOT_DE, AHEAD_DE, YET_DE, IF_DE]).told(),
    rule(I, 88, &[r"\b(zahlungsbeleg\w*|ueberweisungsbeleg\w*|zahlungsnachweis\w*|zahlungsavis\w*|ueberweisungstraeger|ueberweisungsbestaetigung|zahlungsbestaetigung|einzahlungsbeleg|buchungsbeleg|avis)\b"]).unless(&[ASKS_DE, NOT_DE]),
    rule(I, 85, &[r"\b(ueberschnitten|ueberschneid\w*|gekreuzt|gegenstandslos)\b", r"\b(zahlung|ueberweisung|mahnung|erinnerung|schreiben|mail|bezahlt)\b"]),
    rule(I, 82, &[r"\b(lastschrift|sepa|abgebucht|eingezogen|bankeinzug|konto)\b", r"\b(abgebucht|eingezogen|belastet|abgegangen|eingeloest)\b"]).unless(&[NOT_DE, AHEAD_DE]).told(),
    rule(I, 80, &[r"\b(zahlung|ueberweisung|geld|betrag)\b", r"\b(unsere|meine|die|unser|das|der|von uns)\b", r"\b(erhalten|eingegangen|angekommen|bekommen|da|verbucht|gebucht|gefunden|zugeordnet|finden|eingang)\b"])
        .unless(&[r"\b(konto falsch|nicht moeglich)\b"]).asked(),
    rule(I, 80, &[r"\b(unsere|meine|unserer|meiner) (zahlung|ueberweisung|anweisung) (vom|ueber|am)\b"]).unless(&[NOT_DE]),
    rule(I, 80, &[r"\b(muesste|muss|sollte|duerfte|muessten)\b", r"\b(bei ihnen|auf ihrem konto|ihrem konto|eingegangen|angekommen|verbucht|gutgeschrieben)\b", r"\b(sein|eingegangen|angekommen|da|haben|verbucht)\b"]).unless(&[NOT_DE]),
    rule(I, 75, &[r"\b(bitte )?(pruefen|kontrollieren|checken|schauen)\b", r"\b(zahlungseingang|zahlungseingaenge|kontoeingang|kontoeingaenge|geldeingang|ihr konto|ihre konten)\b"]).unless(&[NOT_DE]),
    rule(I, 82, &[r"\b(hab|habe|haben|ist|sind|wurde)\b", r"\b(erledigt|veranlasst|abgegangen|gegangen|rausgegangen|abgeschickt|angestossen|getaetigt|durchgefuehrt|ausgeloest)\b", r"\b(online-?banking|banking|bank|konto|kontoauszug|zahlung|ueberweisung|betrag|geld|an sie|ihnen|gestern|heute|eben|gerade|schon|bereits)\b"]).unless(&[NOT_DE, AHEAD_DE, YET_DE, IF_DE, r"\b(reparatur|wartung|lieferung|auftrag|arbeit\w*|aufmass)\b"]).told(),
    rule(I, 80, &[r"\b(laut|lt\.?|gemaess) (unserem |meinem |unserer |der )?(kontoauszug|buchhaltung|bank|buchung\w*|unterlagen|system)\b", r"\b(gegangen|abgegangen|raus|bezahlt|ueberwiesen|ausgeglichen|beglichen|weg|gebucht|erledigt|am [0-9]+)\b"]).unless(&[NOT_DE]),
];

pub(super) const EN: &[Rule] = &[
    rule(I, 88, &[PAID_EN, r"\b(have|has|had|'ve|i'?ve|we'?ve|was|were|is|been|already|just|this morning|yesterday|last|on|today|ago|in full|via|by|earlier|the|we|i|it|this|all|both|long)\b"])
        .unless(&[NOT_EN, AHEAD_EN, r"\b(have you|you'?ve|customer|client|all paid up to|paid twice|paid for (goods|that))\b"]).unless_sentence(&[r"\b(hadn'?t|has ?n'?t|haven'?t|not yet|unless)\b"]).told(),
    rule(I, 86, &[r"\b(payments?|transfer|wire|remittance|money|funds|che(ck|que)|bacs|ach|cash)\b", r"\b(was|were|has|have|went|left|been|got)\b", r"\b(made|sent|executed|processed|released|initiated|out|completed|issued|done|posted|submitted|mailed|dispatched|cleared|debited|through|remitted|credited|handed)\b"])
        .unless(&[NOT_EN, AHEAD_EN, r"\b(returned|bounced|rejected|came back|by now)\b"]).unless_sentence(&[IF_EN]).told(),
    rule(I, 88, &[r"\b(remittance( advice)?|proof of payment|payment (confirmation|receipt|advice|slip)|swift copy|transfer (receipt|confirmation)|bank (receipt|confirmation))\b", r"\b(attach\w*|enclosed|find|see|here|below|with|for|sending|sent|forward\w*|copy)\b"])
        .unless(&[r"\b(please send|can you send|could you send|need|remittance (details|address|information))\b", NOT_EN]),
    rule(I, 86, &[r"\b(i|we|i'?ve|we'?ve)\b", r"\b(made|sent|initiated|posted|mailed|completed|processed|executed|issued|submitted|put through|authori[sz]ed)\b", r"\b(payments?|transfer|money|funds|che(ck|que)|wire|it|bank transfer|full amount)\b"])
        .unless(&[NOT_EN, AHEAD_EN, r"\b(back|complaint|goods|wrong|you (an?|the) (e-?mail|message|letter))\b"]).unless_sentence(&[IF_EN]).told(),
    rule(I, 82, &[r"\b(che(ck|que)|payment|money|it)\b", r"\b(in the (post|mail)|on (its|the) way|crossed|already out|gone out|been taken|taken from (our|my))\b"]).unless(&[NOT_EN]).told(),
    rule(I, 82, &[r"\b(our|my|the|your)\b", r"\b(payment|transfer|money|cheque|check|funds)\b", r"\b(arrive[ds]?|received?|come in|came in|landed|got|get|cleared|reached|show(n|ing)? up|credited|posted|found|allocated)\b"])
        .unless(&[r"\b(will|plan|instal\w*|can we|could we)\b"]).asked(),
    rule(I, 80, &[r"\bconfirm\b|\backnowledge\b", r"\b(receipt|received|receiving|arrival)\b", r"\b(payment|transfer|money|funds|remittance)\b"]).unless(&[NOT_EN]),
    rule(I, 80, &[r"\b(our|my) (payment|transfer|remittance|wire) (of|from|on|dated|for|made|sent)\b"]).unless(&[NOT_EN, AHEAD_EN]),
    rule(I, 78, &[r"\b(you should|should) (already )?(have|see|be)\b", r"\b(it|payment|money|received|account)\b", r"\b(by now|already|in your account|received)\b"]).unless(&[NOT_EN]),
    rule(I, 78, &[r"\b(cross(ed)?|overlap\w*)\b", r"\b(payment|reminder|e-?mails?|post|mail|letters?)\b"]).unless(&[r"\bred cross\b"]),
    rule(I, 75, &[r"\b(direct debit|debit)\b", r"\b(taken|collected|went out|debited|cleared|charged)\b"]).unless(&[NOT_EN, AHEAD_EN]).told(),
    rule(I, 82, &[r"\baccording to (our|my)\b", r"\b(paid|cleared|settled|closed|sent|records|ledger|bank)\b", r"\b(paid|cleared|settled|sent|closed|transferred)\b"]).unless(&[NOT_EN]),
    rule(I, 84, &[r"\b(payment|funds|money|amount|transfer)\b", r"\b(already|left|has|have|was|were|been|stands)\b", r"\b(released|left (our|my|the)|remitted|credited|cleared|gone|deposited|effected|disbursed|out of our account)\b"]).unless(&[NOT_EN, AHEAD_EN, r"\b(rejected|returned|bounced|dispute)\b"]).told(),
    rule(I, 82, &[r"\b(proof|receipt|screenshot|confirmation|slip|utr|transaction (id|number|reference)|swift)\b", r"\b(attached|enclosed|see|below|here|find|dated|vide|is|no)\b"]).unless(&[NOT_EN, r"\b(proof of delivery|goods|order confirmation|please send|delivery)\b"]).told(),
    rule(I, 80, &[r"\b(done and dusted|all (sorted|settled|paid up|done)|been (sorted|taken care of|dealt with|handled|settled))\b"]).unless(&[NOT_EN, AHEAD_EN, r"\b(complaint|fault|repair|machine|once|when)\b"]).told(),
    rule(I, 70, &[r"\b(sure|certain|believe|think|thought|positive|convinced|pretty)\b", r"\b(we|i)( have|'ve)?( already| just)? (paid|settled|transferred|sent)\b"]).unless(&[NOT_EN, r"\b(complaint|goods|back|thought)\b"]),
];
