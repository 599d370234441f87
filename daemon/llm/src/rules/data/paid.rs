//! "We have paid", or a proof of it.

use super::words::{HAVE_DE, IF_DE, IF_EN, NOT_DE, NOT_EN, PAID_DE, PAID_EN, YET_DE};
use crate::rules::table::{Rule, rule};
use domain::kinds::Intent::PaymentClaimed as I;

const AHEAD_DE: &str = "werde|werden|wird|wuerde|wuerden|soll|sollen|sollte|muss|muessen|kann|koennen|koennte|haette|haetten|erst|demnaechst|zu viel";
const AHEAD_EN: &str = "will|*'ll|be|shall|would|could|should|must|until|once|need|needs|want|expect|get|gets|getting|thought|scheduled|supposed|to be|going to";
const ASKS_DE: &str = "benoetig*|brauch*|fehlt|bitte (senden|schicken)|(senden|schicken) sie";

pub(super) const DE: &[Rule] = &[
    rule(I, 88, &[PAID_DE, HAVE_DE]).unless(&[NOT_DE, AHEAD_DE, YET_DE, "kunde|haben sie|sie haben"]).unless_sentence(&["sobald|falls|nicht|nie|noch nicht"]).told(),
    rule(I, 88, &[PAID_DE, HAVE_DE]).unless(&[NOT_DE, AHEAD_DE, YET_DE, IF_DE, "kunde|haben sie|sie haben"]).told(),
    rule(I, 80, &[PAID_DE, "bereits|schon|laengst|gestern|vorgestern|heute|letzte|letzten|letzter|vergangene*|soeben|eben|gerade|vorhin|fristgerecht|vollstaendig|komplett|seit|am|vor"])
        .unless(&[NOT_DE, AHEAD_DE, YET_DE, IF_DE, "haben sie"]).told(),
    rule(I, 85, &["zahlung|ueberweisung|geld|betrag|zahlungsanweisung|zahlungsauftrag", "ist|sind|ging|wurde|haben|habe|gingen", "raus|rausgegangen|unterwegs|veranlasst|getaetigt|erfolgt|ausgefuehrt|abgegangen|angewiesen|geleistet|abgeschickt|weg|vorgenommen|beauftragt|gebucht|durch|abgebucht|auf dem weg|auf den weg gebracht"])
        .unless(&[NOT_DE, AHEAD_DE, YET_DE, IF_DE]).told(),
    rule(I, 88, &["zahlungsbeleg*|ueberweisungsbeleg*|zahlungsnachweis*|zahlungsavis*|ueberweisungstraeger|ueberweisungsbestaetigung|zahlungsbestaetigung|einzahlungsbeleg|buchungsbeleg|avis"]).unless(&[ASKS_DE, NOT_DE]),
    rule(I, 85, &["ueberschnitten|ueberschneid*|gekreuzt|gegenstandslos", "zahlung|ueberweisung|mahnung|erinnerung|schreiben|mail|bezahlt"]),
    rule(I, 82, &["lastschrift|sepa|abgebucht|eingezogen|bankeinzug|konto", "abgebucht|eingezogen|belastet|abgegangen|eingeloest"]).unless(&[NOT_DE, AHEAD_DE]).told(),
    rule(I, 80, &["zahlung|ueberweisung|geld|betrag", "unsere|meine|die|unser|das|der|von uns", "erhalten|eingegangen|angekommen|bekommen|da|verbucht|gebucht|gefunden|zugeordnet|finden|eingang"])
        .unless(&["konto falsch|nicht moeglich"]).asked(),
    rule(I, 80, &["(unsere|meine|unserer|meiner) zahlung (vom|ueber|am)|(unsere|meine|unserer|meiner) ueberweisung (vom|ueber|am)|(unsere|meine|unserer|meiner) anweisung (vom|ueber|am)"]).unless(&[NOT_DE]),
    rule(I, 80, &["muesste|muss|sollte|duerfte|muessten", "eingegangen|angekommen|verbucht|gutgeschrieben|bei ihnen|auf ihrem konto|ihrem konto", "sein|eingegangen|angekommen|da|haben|verbucht"]).unless(&[NOT_DE]),
    rule(I, 75, &["pruefen|kontrollieren|checken|schauen|bitte (pruefen|kontrollieren|checken|schauen)", "zahlungseingang|zahlungseingaenge|kontoeingang|kontoeingaenge|geldeingang|ihr konto|ihre konten"]).unless(&[NOT_DE]),
    rule(I, 82, &["hab|habe|haben|ist|sind|wurde", "erledigt|veranlasst|abgegangen|gegangen|rausgegangen|abgeschickt|angestossen|getaetigt|durchgefuehrt|ausgeloest", "onlinebanking|banking|bank|konto|kontoauszug|zahlung|ueberweisung|betrag|geld|ihnen|gestern|heute|eben|gerade|schon|bereits|online banking|an sie"]).unless(&[NOT_DE, AHEAD_DE, YET_DE, IF_DE, "reparatur|wartung|lieferung|auftrag|arbeit*|aufmass"]).told(),
    rule(I, 80, &["(laut|lt|lt|gemaess) (kontoauszug|buchhaltung|bank|buchung*|unterlagen|system)|(laut|lt|lt|gemaess) unserem (kontoauszug|buchhaltung|bank|buchung*|unterlagen|system)|(laut|lt|lt|gemaess) meinem (kontoauszug|buchhaltung|bank|buchung*|unterlagen|system)|(laut|lt|lt|gemaess) unserer (kontoauszug|buchhaltung|bank|buchung*|unterlagen|system)|(laut|lt|lt|gemaess) der (kontoauszug|buchhaltung|bank|buchung*|unterlagen|system)", "gegangen|abgegangen|raus|bezahlt|ueberwiesen|ausgeglichen|beglichen|weg|gebucht|erledigt|am #"]).unless(&[NOT_DE]),
];

pub(super) const EN: &[Rule] = &[
    rule(I, 88, &[PAID_EN, "have|has|had|*'ve|ive|i've|weve|we've|was|were|is|been|already|just|yesterday|last|on|today|ago|via|by|earlier|the|we|i|it|this|all|both|long|this morning|in full"])
        .unless(&[NOT_EN, AHEAD_EN, "youve|you've|customer|client|have you|all paid up to|paid twice|paid for (goods|that)"]).unless_sentence(&["hadnt|hadn't|hasnt|hasn't|havent|haven't|unless|not yet"]).told(),
    rule(I, 86, &["payment|payments|transfer|wire|remittance|money|funds|check|cheque|bacs|ach|cash", "was|were|has|have|went|left|been|got", "made|sent|executed|processed|released|initiated|out|completed|issued|done|posted|submitted|mailed|dispatched|cleared|debited|through|remitted|credited|handed"])
        .unless(&[NOT_EN, AHEAD_EN, "returned|bounced|rejected|came back|by now"]).unless_sentence(&[IF_EN]).told(),
    rule(I, 88, &["remittance|remittance advice|proof of payment|payment (confirmation|receipt|advice|slip)|swift copy|(transfer|bank) (receipt|confirmation)", "attach*|enclosed|find|see|here|below|with|for|sending|sent|forward*|copy"])
        .unless(&["need|please send|(can|could) you send|remittance (details|address|information)", NOT_EN]),
    rule(I, 86, &["i|we|ive|i've|weve|we've", "made|sent|initiated|posted|mailed|completed|processed|executed|issued|submitted|authorised|authorized|put through", "payment|payments|transfer|money|funds|check|cheque|wire|it|bank transfer|full amount"])
        .unless(&[NOT_EN, AHEAD_EN, "back|complaint|goods|wrong|you a (email|message|letter)|you an (email|message|letter)|you the (email|message|letter)"]).unless_sentence(&[IF_EN]).told(),
    rule(I, 82, &["check|cheque|payment|money|it", "crossed|in the (post|mail)|on its way|on the way|(already|gone) out|been taken|taken from (our|my)"]).unless(&[NOT_EN]).told(),
    rule(I, 82, &["our|my|the|your", "payment|transfer|money|cheque|check|funds", "arrive|arrived|arrives|receive|received|landed|got|get|cleared|reached|credited|posted|found|allocated|(come|came) in|(show|shown|showing) up"])
        .unless(&["will|plan|instal*|(can|could) we"]).asked(),
    rule(I, 80, &["confirm|acknowledge", "receipt|received|receiving|arrival", "payment|transfer|money|funds|remittance"]).unless(&[NOT_EN]),
    rule(I, 80, &["(our|my) payment (of|from|on|dated|for|made|sent)|(our|my) transfer (of|from|on|dated|for|made|sent)|(our|my) remittance (of|from|on|dated|for|made|sent)|(our|my) wire (of|from|on|dated|for|made|sent)"]).unless(&[NOT_EN, AHEAD_EN]),
    rule(I, 78, &["you should (have|see|be)|you should already (have|see|be)|should (have|see|be)|should already (have|see|be)", "it|payment|money|received|account", "already|received|by now|in your account"]).unless(&[NOT_EN]),
    rule(I, 78, &["cross|crossed|overlap*", "payment|reminder|email|emails|post|mail|letter|letters"]).unless(&["red cross"]),
    rule(I, 75, &["debit|direct debit", "taken|collected|debited|cleared|charged|went out"]).unless(&[NOT_EN, AHEAD_EN]).told(),
    rule(I, 82, &["according to (our|my)", "paid|cleared|settled|closed|sent|records|ledger|bank", "paid|cleared|settled|sent|closed|transferred"]).unless(&[NOT_EN]),
    rule(I, 84, &["payment|funds|money|amount|transfer", "already|left|has|have|was|were|been|stands", "released|remitted|credited|cleared|gone|deposited|effected|disbursed|left (our|my|the)|out of our account"]).unless(&[NOT_EN, AHEAD_EN, "rejected|returned|bounced|dispute"]).told(),
    rule(I, 82, &["proof|receipt|screenshot|confirmation|slip|utr|swift|transaction (id|number|reference)", "attached|enclosed|see|below|here|find|dated|vide|is|no"]).unless(&[NOT_EN, "goods|delivery|proof of delivery|order confirmation|please send"]).told(),
    rule(I, 80, &["done and dusted|all (sorted|settled|done)|all paid up|been (sorted|handled|settled)|been taken care of|been dealt with"]).unless(&[NOT_EN, AHEAD_EN, "complaint|fault|repair|machine|once|when"]).told(),
    rule(I, 70, &["sure|certain|believe|think|thought|positive|convinced|pretty", "(we|we've|i|i've) (paid|settled|transferred|sent)|(we|we've|i|i've) already (paid|settled|transferred|sent)|(we|we've|i|i've) just (paid|settled|transferred|sent)|(we|i) have (paid|settled|transferred|sent)|(we|i) have already (paid|settled|transferred|sent)|(we|i) have just (paid|settled|transferred|sent)"]).unless(&[NOT_EN, "complaint|goods|back|thought"]),
];
