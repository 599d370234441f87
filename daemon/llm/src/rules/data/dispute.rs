//! The claim or its amount is contested, with the reason where one is given. Recall before precision.

use super::words::{HAVE_DE, NOT_DE, NOT_EN, PAID_DE, PAY_DE, WE_DE, YET_DE};
use crate::rules::table::{Rule, dispute, rule};
use domain::kinds::DisputeReason::{
    Duplicate, NotReceived, Other, Price, PurchaseOrder, Quality, Quantity, Tax,
};
use domain::kinds::Intent::Dispute as I;

const GOODS_DE: &str = r"\b(ware|waren|lieferung\w*|teillieferung|leistung\w*|dienstleistung\w*|artikel\w*|material\w*|bestellung|paket\w*|palette\w*|geraet\w*|sendung\w*|teile|ersatzteil\w*|arbeit|arbeiten|montage|maschine\w*|produkt\w*|reparatur|installation|beratung|werk|software|lizenz\w*|nichts)\b";
const GOODS_EN: &str = r"\b(goods|deliver(y|ies)|shipments?|items?|products?|orders?|parcels?|packages?|pallets?|parts?|material|services?|work|units?|equipment|machine|software|licen[cs]es?|boxes|cartons?|training)\b";
/// Nothing to complain about.
const FINE_DE: &str = r"\b(kein|keine|keinen|keinerlei|ohne) (\w+ )?(mangel|maengel|reklamation\w*|beanstandung\w*|beschwerde\w*|probleme?|einwaende)\b";
const FINE_EN: &str = r"\b(no|not any|without( any)?|never (had )?any) (\w+ )?(complaints?|problems?|issues?|defects?|disputes?|objections?)\b";
/// Something else stands in the way of paying now.
const LATER_DE: &str = r"\b(noch nicht|frueher|vor dem|vor ende|vor mitte|eher|auf einmal|momentan|zurzeit|derzeit|gerade|aktuell|leider|wovon|woher|weiss nicht|kann|koennen|koennte|konnte|konnten|muss|muessen|brauche|brauchen|mit paypal|haette|nicht gesehen)\b";
const DELIVERED_DE: &str = r"\b(erhalten|bekommen|gekriegt|geliefert|angekommen|eingetroffen|eingegangen|erbracht|ausgefuehrt|durchgefuehrt|fertiggestellt|fertig|gekommen|gesehen|ausgeliefert|abgeschlossen|beendet|vollstaendig)\b";

pub(super) const DE: &[Rule] = &[
    dispute(Quality, 90, &[r"\b(defekt\w*|kaputt\w*|beschaedig\w*|zerbroch\w*|zerkratzt\w*|mangel|maengel\w*|mangelhaft\w*|bemaengel\w*|schadhaft\w*|schaden|schaeden|unbrauchbar\w*|undicht\w*|minderwertig\w*|verschimmelt\w*|verdorben\w*|verrostet|pfusch\w*|gepfuscht|stuemper\w*|schlamp\w*|fehlerhaft\w*|nachbesser\w*|nacherfuell\w*|gewaehrleistung\w*|reklam\w*|beanstand\w*|ruege\w*|minderung|tropft|leckt|wackelt|abgebrochen|geplatzt|verfaerbt)\b"])
        .unless(&[FINE_DE, r"\bfehlerhafte? (rechnung|adresse|anschrift|iban|bankverbindung)\b"]),
    dispute(Quality, 85, &[r"\b(funktioniert|funktionieren|laeuft|laufen|geht|schliesst|passt|passen|haelt|startet|heizt|druckt)\b", r"\b(nicht|nie|kaum|schlecht|falsch)\b", r"\b(maschine\w*|geraet\w*|anlage\w*|software|programm|heizung|drucker|tuer\w*|fenster|teile?|die|das|der|es|ware|system|app|website|pumpe)\b"])
        .unless(&[r"\b(konto|iban|bankverbindung|zahlung|ueberweisung|lastschrift|auf einmal|nicht alles|geht (leider )?(erst|nicht (so|frueher|vor|eher|heute|mehr heute))|geht .{0,12}raus)\b", r"\bpasst (uns|mir|so)\b"]),
    dispute(Quality, 88, &[r"\b(nicht|un|keineswegs|wenig|gar nicht)\b|\bunzufrieden\b", r"\b(zufrieden|unzufrieden|einwandfrei|ordnungsgemaess|fachgerecht|vertragsgemaess|sachgemaess)\b"]),
    dispute(Quality, 85, &[r"\b(schlecht\w*|miserabl\w*|mies\w*|mangelnde|falsche[nrs]?|verkehrte[nrs]?)\b", r"\b(qualitaet|arbeit|leistung|ware|artikel|lieferung|material|groesse|farbe|modell|teile|ausfuehrung|montage|beratung)\b"]),
    dispute(Quality, 85, &[r"\b(zurueckgeschickt|zurueckgesendet|zurueckgesandt|zurueckgegeben|retour\w*|ruecksendung|rueckgabe|umtausch\w*|rueckabwickl\w*)\b"])
        .unless(&[r"\b(lastschrift|bank|zahlung|ueberweisung)\b"]),
    dispute(NotReceived, 90, &[GOODS_DE, NOT_DE, DELIVERED_DE]).unless(&[PAID_DE, FINE_DE, r"\b(rechnung|mahnung|kopie|rechnungen|lieferschein|unterlagen|e-?mail|zahlung)\b"]),
    dispute(NotReceived, 90, &[r"\b(nie|nicht|niemals|nur teilweise|nur zum teil|unvollstaendig)\b", r"\b(geliefert|ausgeliefert|erbracht|durchgefuehrt|ausgefuehrt|fertiggestellt|stattgefunden|installiert|montiert)\b"]),
    dispute(NotReceived, 88, &[r"\b(warte|warten|wartet)\b", r"\b(auf|seit|noch|immer)\b", r"\b(ware|lieferung\w*|leistung\w*|artikel\w*|material\w*|bestellung|paket\w*|geraet\w*|teile|ersatz\w*|montage|maschine\w*|reparatur|austausch|nachlieferung|techniker|monteur|nachbesserung|haelfte|rest der)\b"]),
    dispute(NotReceived, 85, &[r"\b(fehlt|fehlen|ausstehend\w*|steht .* aus|offen)\b", r"\b(lieferung|ware|teile|teillieferung|haelfte der|palette\w*|paket\w*|leistung|arbeiten|positionen)\b"])
        .unless(&[r"\b(rechnung|bestellnummer|betrag|kopie)\b"]),
    dispute(NotReceived, 85, &[PAY_DE, NOT_DE, r"\b(bevor|ohne|solange|ehe|erst)\b", GOODS_DE]),
    dispute(Quantity, 90, &[r"\b(nur|lediglich|bloss|statt|anstatt|anstelle)\b", r"\b[0-9]+\b", r"\b(statt|anstatt|von|stueck|geliefert|bestellt|stunden|meter|kartons?|paletten|erhalten|bekommen|gebraucht)\b", r"\b(statt|anstatt|nur [0-9]+|lediglich [0-9]+|bloss [0-9]+)\b"])
        .unless(&[r"\b(euro|eur|prozent|ust|mwst)\b", r"\b(ueberweis\w*|zahl\w*|monat\w*)\b"]),
    dispute(Quantity, 88, &[r"\b(zu wenig|zu viel geliefert|fehlmenge\w*|mindermenge|unvollstaendig\w*|falsche menge|menge (stimmt|ist|weicht)|stueckzahl|zu viele? (stunden|stueck)|stunden .*(nicht|zu viel))\b"]),
    dispute(Price, 90, &[r"\b(preis\w*|betrag|summe|rechnungsbetrag|gesamtbetrag|kosten|stundensatz|konditionen|tarif|berechnung|abrechnung|rechnung)\b", r"\b(stimmt (so )?nicht|stimmen (so )?nicht|falsch\w*|zu hoch\w*|ueberhoeht\w*|ueberteuert|abweich\w*|weicht|nicht (korrekt|richtig|nachvollziehbar|vereinbart|plausibel|in ordnung|wie vereinbart)|unverstaendlich|verrechnet|inkorrekt|unstimmig\w*)\b"])
        .unless(&[r"\b(adresse|anschrift|adressiert|empfaenger|ausgestellt|bestellnummer|ust-?id\w*|firmierung|konto|iban|bankverbindung)\b", r"\brechnung ist falsch bei\b"]),
    dispute(Price, 88, &[r"\b(zu teuer|zu hoch|ueberhoeht\w*|ueberteuert\w*|zu viel (berechnet|verlangt|abgerechnet)|falsch (berechnet|abgerechnet)|mehr (berechnet|abgerechnet) als|preiserhoehung|wuchersumme)\b"])
        .unless(&[r"\braten?\b|\bmonat"]),
    dispute(Price, 88, &[r"\b(vereinbart\w*|abgemacht|abgesprochen|angeboten|angebot\w*|zugesagt\w*|ausgemacht|kostenvoranschlag)\b", r"\b(statt|aber|nur|anders|nicht|fehlt|abweich\w*|war|waren|lautete|stand|preis\w*|rabatt|skonto|festpreis|pauschal\w*)\b"])
        .unless(&[r"\b(wie (vereinbart|besprochen|abgesprochen|zugesagt))\b", r"\b(newsletter|shop|jetzt|neuen?)\b", r"\b(rate|raten|ratenzahlung|zahlungsplan)\b"]),
    dispute(Price, 85, &[r"\b(rabatt|skonto|nachlass|bonus|sonderpreis|preisnachlass)\b", r"\b(fehlt|fehlen|nicht|vergessen|abziehen|abgezogen|beruecksichtig\w*|zugesagt\w*|vereinbart\w*|ohne)\b"]),
    dispute(Duplicate, 90, &[r"\b(doppelt\w*|zweimal|zwei mal|2x|mehrfach|nochmals?|noch ?mal)\b", r"\b(berechnet|abgerechnet|gestellt|in rechnung|fakturiert|verbucht|verlangt|rechnung|berechnung)\b"])
        .unless(&[r"\b(schick\w*|send\w*|zusend\w*|zuschick\w*|zukommen|mail\w*|bezahlt|ueberwiesen|ueberwies\w*)\b"]),
    dispute(Duplicate, 85, &[r"\b(doppelberechnung|doppelrechnung|duplikat der|identisch mit|dieselbe rechnung|dieselbe leistung|gleiche rechnung|gleiche leistung|schon einmal (berechnet|abgerechnet))\b"]),
    dispute(PurchaseOrder, 85, &[r"\b(kein|keine|keinen|ohne|fehlt|fehlende[rn]?)\b", r"\b(bestellung|bestellnummer|auftragsnummer|po|po-nummer|freigabe|beauftragung|auftrag)\b", r"\b(vor|dazu|hierzu|dafuer|finden|zuordnen|freigeben|gibt|vorhanden|liegt|existiert|buchen|verarbeiten|zugrunde)\b"]),
    dispute(Tax, 88, &[r"\b(mehrwertsteuer|umsatzsteuer|mwst|ust|vorsteuer|steuersatz|reverse[ -]charge|innergemeinschaftlich\w*|kleinunternehmer\w*)\b", r"\b(falsch\w*|warum|wieso|weshalb|nicht|zu unrecht|reverse[ -]charge|steuerfrei|unzulaessig|abziehen|ohne|drauf|gilt|statt)\b"])
        .unless(&[r"\bust-?id"]),
    dispute(Other, 90, &[r"\b(widersprech\w*|widerspruch|bestreit\w*|bestritten|einspruch|einwand|einwaende|strittig\w*|streitig\w*|anfecht\w*|unberechtigt\w*|ungerechtfertigt\w*|unbegruendet\w*|zu unrecht|haltlos\w*|unrechtmaessig\w*)\b"])
        .unless(&[FINE_DE, r"\b(nutzung|verarbeitung|werbung|daten|e-mail-adresse|mailadresse|zusendung|einwilligung|reklamation)\b"]),
    dispute(Other, 88, &[r"\b(nicht|keineswegs|in keiner weise|nie)\b", r"\b(einverstanden|akzeptier\w*|anerkenn\w*|erkennen|hinnehmen|bereit)\b"]),
    dispute(Other, 88, &[r"\b(weise|weisen|weist)\b", r"\bzurueck\b", r"\b(forderung\w*|rechnung\w*|mahnung\w*|anspruch|ansprueche|die|diese|das|sie)\b"]),
    dispute(Other, 88, &[PAY_DE, r"\b(nicht|nichts|nie|niemals|keinen|kein)\b", r"\b(ich|wir|das|die|diese[ns]?|den|keinen (cent|euro|pfennig))\b"]).unless(&[LATER_DE]).told(),
    dispute(Other, 86, &[r"\b(behalte\w*|halte\w*|einbehalt\w*|zurueckhalt\w*|zurueckbehalt\w*|verweiger\w*|stopp\w*|sperr\w*)\b", r"\b(geld|betrag|zahlung\w*|rechnung|rest|ein|haelfte|ausgleich)\b"])
        .unless(&[r"\b(e-?mails?|mahnungen|nachrichten|konto|erhalten|anteil|auf dem laufenden|lieferung|bestellung)\b"]),
    dispute(Other, 88, &[r"\b(keinen (cent|euro|pfennig|grund)|kein(en)? geld (von (uns|mir)|sehen|bekommen)|keine veranlassung|nichts (von (uns|mir) )?(bekommen|sehen)|passiert (da )?(auch )?nichts)\b"]),
    rule(I, 80, &[r"\b(solange|bis zur klaerung|vor klaerung|bis das|bevor (das|der|die))\b", r"\b(nicht|kein\w*|nichts|keine zahlung|behoben|geklaert|repariert|geliefert)\b", r"\b(zahl\w*|bezahl\w*|geld|betrag|ueberweis\w*|passiert|rechnung|nichts)\b"]),
    rule(I, 80, &[r"\b(klaer\w*|klaerung|klaerungsbedarf|unstimmigkeit\w*|differenz\w*|diskrepanz\w*)\b", r"\b(rechnung|betrag|position\w*|lieferung|ware|forderung|bis|erst|reklamation|abrechnung)\b"])
        .unless(&[YET_DE, r"\b(intern|kollege|kollegin|zustaendigkeit)\b"]),
    rule(I, 78, &[WE_DE, HAVE_DE, r"\b(reklamiert|beanstandet|moniert|bemaengelt|geruegt|widersprochen)\b"]),
    dispute(Quality, 86, &[r"\b(nehm\w*|nimmt|abnahme|annahme|angenommen)\b", r"\b(nicht|verweiger\w*)\b", r"\b(ab|abnahme|so|annahme|ware|leistung|verweiger\w*)\b"]).unless(&[r"\b(angebot|plan|raten\w*|stellung|telefon|anruf)\b"]),
    dispute(Quality, 86, &[r"\b(anders|nicht wie|nicht das|etwas anderes|was anderes|falsches)\b", r"\b(als|bestellt\w*|besprochen\w*|beschrieben|muster|vereinbart\w*|angeboten\w*|erwartet|geliefert|gewuenscht)\b"]),
    dispute(NotReceived, 86, &[r"\b(fehlend\w*|fehlt|fehlen|vermiss\w*|verschwunden|abhanden|verloren gegangen)\b", r"\b(karton\w*|teil|teile|stueck|palette\w*|paket\w*|artikel|position\w*|lieferung\w*|ware|wareneingang|ersatzteil\w*|schrauben|geraet\w*|haelfte)\b"]).unless(&[r"\b(rechnung|bestellnummer|nummer)\b"]),
    dispute(NotReceived, 86, &[r"\b(niemand|keiner|kein (monteur|techniker|mitarbeiter|handwerker|mensch))\b", r"\b(war|kam|gekommen|erschienen|da|aufgetaucht|gemeldet|vor ort)\b"]),
    dispute(Other, 86, &[r"\b(sehe|seh|sehen)\b", r"\b(nicht ein|gar nicht ein|ueberhaupt nicht ein|keinen grund|keine veranlassung)\b"]),
    dispute(Other, 84, &[r"\b(warum|wieso|weshalb|wofuer|mit welchem recht)\b", r"\b(rechnung|mahnung|zahlen|bezahlen|berechnet|berechnen|kosten|gebuehr\w*|abgerechnet|verlangen)\b", r"\b(bekomme|erhalte|kriege|soll|sollen|muss|berechnet|berechnen|verlangen|jetzt|ploetzlich|ueberhaupt|denn|auch noch)\b"]).asked().unless(&[r"\bwie\b"]),
    dispute(Other, 84, &[r"\b(kann (doch )?nicht (sein|stimmen)|nicht ihr ernst|schlechter witz|ein witz|hinten und vorne|voellig (falsch|unverstaendlich|ueberzogen)|nicht akzeptabel|unakzeptabel|inakzeptabel|nicht hinnehmbar|nicht rechtens|laecherlich)\b"]),
    dispute(Price, 86, &[r"\b(kulanz\w*|garantie\w*|gratis|kostenlos\w*|umsonst|kostenfrei|inklusive|im preis enthalten|ohne berechnung)\b", r"\b(gesagt|zugesagt|versprochen|hiess|handelt|hat|hatte|sollte|wurde|war|laut|lief|reparatur)\b"]).unless(&[r"\b(jetzt|newsletter|angebot\w*)\b"]),
    dispute(Price, 84, &[r"\b(nicht|nie|ohne)\b", r"\b(abgesprochen|besprochen|vereinbart|freigegeben|genehmigt|angekuendigt|unsere zustimmung|unser einverstaendnis|ruecksprache|autorisiert)\b"]).unless(&[r"\b(zahlung|rechnung) (ist|wurde)? ?(noch )?nicht freigegeben\b", r"\bnoch nicht freigegeben\b"]),
    dispute(Quality, 86, &[r"\b(kratzer\w*|dellen?|beulen?|risse?|rissig\w*|flecken|fleckig\w*|schimmel\w*|stinkt|riecht|ausgelaufen|verzogen|schief|krumm|locker|verbogen|verstopft|ausgefallen|ausfall|ausfaelle|absturz|abstuerze|stuerzt|stoerung\w*|fehlermeldung\w*|verfault|faul|verschmutzt|verdreckt|unsauber|dreckig|gebraucht|unfertig|unvollendet|stillstand|steht still|brummt|knackt|haelt nicht|undichtigkeit|garantiefall|kam leer|leere[nrs]? (paket|karton))\b"])
        .unless(&[FINE_DE, r"\b(gebraucht wird|stunden gebraucht|stromausfall|zahlungsausfall|forderungsausfall|ausfall (unserer|der) (it|buchhaltung|edv))\b", r"\b(konto|iban|buchungssystem|e-mail-server)\b"]),
    dispute(Quality, 84, &[r"\b(verspaetet\w*|verspaetung|zu spaet|lieferverzug|verzoegert\w*|wochen spaeter|nicht rechtzeitig|nicht termingerecht)\b", r"\b(lieferung|geliefert|liefer\w*|ware|fertig|montage|arbeiten|leistung|projekt|kamen?|bekommen|erhalten)\b"])
        .unless(&[r"\b(zahlung|ueberweisung|rueckmeldung|antwort|entschuldig\w*)\b"]),
    dispute(Price, 86, &[r"\b(ziehen|ziehe|gezogen|kuerz\w*|gekuerzt|abzug|abzuege|abziehen|einbehalt\w*|minder\w*)\b", r"\b(ab|betrag|rechnung|prozent|%|rechnungsbetrag|lieferung|um|von|wegen|fuer)\b|[0-9] ?%"]).unless(&[r"\b(skonto gezogen|raten?|anteil|steuer)\b", r"\b(umgezogen|zustaendigkeit)\b"]),
    dispute(Quality, 84, &[r"\b(service|support|hotline|kundendienst|techniker|ansprechpartner|niemand)\b", r"\b(meldet|melden|reagiert|reagieren|antwortet|erreichbar|erreichen|kuemmert|hilft|geholfen|zurueckgerufen)\b", r"\b(nicht|niemand|nie|keiner|kein\w*)\b"]),
    dispute(Price, 84, &[r"\b(angebot|kostenvoranschlag|auftragsbestaetigung|vertrag|bestellung|preisliste|vereinbarung)\b", r"[0-9]", r"\b(lag|steht|stand|waren|war|lautet|lautete|ueber|netto|brutto|hiess|bei|von)\b", r"\b(nicht|aber|statt|sondern|jetzt|nun|berechnet|rechnung)\b"]),
    dispute(Other, 84, &[r"\b(nur|lediglich|bloss|ausschliesslich)\b", r"\b(bestellt|beauftragt|gebucht|vereinbart|angefragt|in auftrag gegeben|genutzt)\b"]).unless(&[r"\b(bezahlt|zahlen)\b"]),
];

const PAY_FOR_EN: &str = r"\b(pay|paying|paid|settle|see a (cent|penny|dime)|send (you )?(any )?money)\b";

pub(super) const EN: &[Rule] = &[
    dispute(Quality, 90, &[r"\b(damaged|broken|defective|faulty|defects?|cracked|scratched|leak(s|ing|ed)?|rotten|mouldy|moldy|rusty|unusable|substandard|sub-standard|shoddy|botched|malfunction\w*|stopped working|broke(n)? down|fell apart|flaw\w*|poor (quality|workmanship|work|job)|bad quality|not fit for purpose|unsatisf\w*|dissatisfied|below standard|died after|dead on arrival|doa)\b"])
        .unless(&[FINE_EN]),
    dispute(Quality, 88, &[r"\b(does ?n'?t|did ?n'?t|do ?n'?t|is ?n'?t|was ?n'?t|not|never|won'?t|stopped)\b", r"\b(work|works|working|worked|function\w*|fit|start|run|running|properly|up to (standard|scratch)|as (described|agreed|specified|promised)|happy with|satisfied|acceptable|finished|completed|fixed|repaired)\b", r"\b(machine|printer|software|system|it|they|work|job|goods|product|items?|unit|device|app|website|service|one|quality|parts?|we|i|this|that|cables?|installation|roof)\b"])
        .unless(&[FINE_EN, r"\b(link|portal|payment|transfer|card|account|bank|attachment|longer|plan|for (us|me)|time|date|since|staff|fit to work|at work|e-?mail|contact|write|invoice (is not|isn'?t) (finished|completed))\b"]),
    dispute(Quality, 88, &[r"\bwrong\b", r"\b(size|length|colou?r|model|item|items|goods|product|products|part|parts|type|material|spec\w*|version|article|order)\b"]),
    dispute(Quality, 85, &[r"\b(sent|send|sending|returned|return|returning|shipped)\b", r"\b(back|return\w*)\b", r"\b(goods|items?|products?|it|them|those|order|parts?|one|units?|these)\b"])
        .unless(&[r"\b(transfer|payment|direct debit|e-?mail|invoice back|signed|form|get back|call)\b"]),
    dispute(NotReceived, 90, &[GOODS_EN, NOT_EN, r"\b(received?|arrived?|delivered|shipped|got|get|come|came|turned up|turn up|show(ed|n)? up|rendered|performed|provided|carried out|started|finished|completed|done|seen)\b"])
        .unless(&[FINE_EN, r"\b(invoice|reminder|statement|copy|bill|purchase order|order number)\b"]),
    dispute(NotReceived, 88, &[r"\b(still )?(waiting|wait) (for|on)\b", r"\b(goods|deliver(y|ies)|shipments?|items?|products?|orders?|parcels?|parts?|material|work|units?|equipment|machine|software|replacements?|repairs?|engineer|technician|refund|rest of)\b"]).unless(&[r"\b(approval|sign-?off)\b"]),
    dispute(NotReceived, 88, &[r"\b(missing|undelivered|outstanding|incomplete|lost in transit|short)\b", GOODS_EN]).unless(&[r"\b(invoice|purchase order|order number|po)\b"]),
    dispute(NotReceived, 88, &[r"\b(nothing|none of (it|them)|half of|some of|part of|most of)\b", r"\b(never|not|\w+n't|dont|cant|wont|didnt|isnt|doesnt|nothing|none)\b", r"\b(received|arrived|delivered|turned up|came|done|finished|showed up)\b"]),
    dispute(Quantity, 90, &[r"\b(only|just|instead of|not)\b", r"\b[0-9]+\b", r"\b(delivered|received|arrived|worked|supplied|ordered|shipped|hours?|pieces?|units?|boxes|pallets|licen[cs]es|seats|users)\b", r"\b(only|just|instead of|but)\b"])
        .unless(&[r"\b(a month|per month|monthly|instal\w*|days?)\b"]),
    dispute(Quantity, 86, &[r"\b(short[- ]shipped|shortage|short delivery|too few|too many|wrong (quantity|number|amount of)|incomplete (delivery|order)|overbilled hours|extra hours)\b"]),
    dispute(Price, 90, &[r"\b(prices?|amount|total|figure|rate|charges?|invoice|bill|fee|sum|calculation|balance|cost)\b", r"\b(wrong|incorrect|too (high|much)|inaccurate|excessive|overstated|inflated|not (right|correct|what|as|the)|doesn'?t (match|add up|look right|tally|agree)|does not (match|add up|tally|agree)|higher than|more than (agreed|quoted)|isn'?t (right|correct|what)|mistake|errors?|disagree\w*|discrepanc\w*)\b"])
        .unless(&[r"\b(address\w*|entity|person|company|po number|vat (id|number)|account|iban|bank|we were wrong|my mistake|our mistake|our error|my error|wrong (inbox|department|e-?mail))\b"]),
    dispute(Price, 88, &[r"\b(overcharg\w*|over-charg\w*|overbill\w*|overpric\w*|too expensive|rip-?off|price (increase|hike)|mis-?quot\w*|double the price)\b"]),
    dispute(Price, 88, &[r"\b(quote\w*|agreed|estimate\w*|offer|contract|promised|proposal|fixed price)\b", r"\b(was|were|said|for|at|not|instead|different|lower|only|price|rate|discount|stated|less)\b", r"[0-9]|\b(price|rate|discount|different|lower|less)\b"])
        .unless(&[r"\b(as agreed|we agreed (to|on) (a )?(plan|instal\w*)|instal\w*|payment plan|free quote)\b"]),
    dispute(Price, 85, &[r"\b(discount|rebate|credit)\b", r"\b(missing|not (applied|included|deducted|reflected)|forgot\w*|\w+n't|dont|cant|wont|didnt|isnt|doesnt (applied|included|deducted|been applied|reflected)|without|should have been)\b"]),
    dispute(Duplicate, 90, &[r"\b(duplicate\w*|billed twice|charged twice|invoiced twice|double[- ](billed|billing|charged|invoiced|charge)|twice|same invoice|already (been )?(billed|invoiced|charged)|two invoices for)\b"])
        .unless(&[r"\b(paid (it |this )?twice|send|resend|a duplicate (copy|of the invoice))\b"]),
    dispute(PurchaseOrder, 86, &[r"\b(no|without|missing|lacks?|valid|needs? a|wrong|not)\b", r"\b(purchase order|po|p\.o\.|po number|order number|work order)\b", r"\b(approv\w*|process\w*|pay|this|it|raised|exist\w*|match\w*|for|book|release|no)\b"])
        .unless(&[r"\bplease (reissue|add|include|re-?send)\b"]),
    dispute(Tax, 88, &[r"\b(vat|sales tax|gst|tax rate|tax|reverse charge)\b", r"\b(wrong|incorrect|should(\w+n't|dont|cant|wont|didnt|isnt|doesnt| not)|not (be )?(charged|applicable|due)|exempt|reverse charge|why|zero[- ]rated|twice|outside)\b"])
        .unless(&[r"\bvat (id|number|no)\b"]),
    dispute(Other, 92, &[r"\b(dispute|disputing|disputed|contest|contesting|contested|object to|objection|challenge|reject this|reject the|refute|disagree\w*)\b"])
        .unless(&[FINE_EN, r"\b(processing|marketing|consent|undisputed|not disput\w*|\w+n't|dont|cant|wont|didnt|isnt|doesnt disput\w*)\b"]),
    dispute(Other, 88, &[r"\b(do not|don'?t|did not|didn'?t|never|not|cannot|can'?t|won'?t)\b", r"\b(agree|accept|acknowledge|recogni[sz]e|approve)\b", r"\b(with|this|the|these|that|to|line|charge|invoice|claim|amount|it)\b"])
        .unless(&[r"\b(cards?|paypal|e-?mailed|po box|agreed)\b", r"\brecogni[sz]e (you|your company|the sender)\b"]),
    dispute(Other, 90, &[r"\b(not|\w+n't|dont|cant|wont|didnt|isnt|doesnt|never|won'?t|refuse\w*|no way|no intention|not going)\b", PAY_FOR_EN, r"\b(will not|won'?t|not going to|are not|aren'?t|'re not|'m not|refuse\w*|never|not be|no intention|no way|not pay(ing)?)\b"])
        .unless(&[r"\b(have|has|had|haven'?t|hasn'?t|not (yet )?paid|until (the )?[0-9]+|before (the )?[0-9]+|able to|yet|know|sure|hesitate|say|tell)\b"]),
    dispute(Other, 88, &[r"\b(withh(o|e)ld\w*|holding (back|off)|hold (back|payment)|put .* on hold|stopped payment|stop(ping)? payment|suspend\w*)\b", r"\b(payments?|money|invoice|funds|it|this|amount|balance)\b"]),
    dispute(Other, 88, &[r"\b(not see|won'?t see|not getting|won'?t get|not (a|one)|\w+n't|dont|cant|wont|didnt|isnt|doesnt get)\b", r"\b(cent|penny|dime|money|anything)\b"]),
    dispute(Other, 82, &[r"\buntil\b|\bbefore\b|\bunless\b", r"\b(fixed|repaired|resolved|sorted|replaced|delivered|finished|corrected|stops|works|working)\b", r"\b(pay|paying|paid|payment|cent|penny|money|nothing|not|won'?t)\b"]),
    rule(I, 80, &[r"\b(query|queries|discrepanc\w*|under review|investigat\w*|looking into)\b", r"\b(invoice|charge|amount|delivery|line|quantity|price|order)\b"])
        .asked(),
    rule(I, 80, &[r"\b(discrepanc\w*|in dispute|under dispute|in query|on hold pending)\b"]),
    dispute(Quality, 88, &[r"\b(rejected|refused|reject|non-?conform\w*|out of spec\w*|failed (inspection|qc|testing)|returned to you|poor|terrible|awful|shocking|dreadful|a (complete |total )?(joke|mess|disaster|shambles))\b", r"\b(goods|material\w*|delivery|batch|items?|parts?|work|job|service|installation|cleaning|quality|product\w*|qc|repair\w*|units?|consignment|training|support)\b"]).unless(&[r"\b(payment|transfer|wire|card|cash ?-?flow|bank)\b"]),
    dispute(Quality, 86, &[r"\b(not|\w+n't|never|left)\b", r"\b(as (ordered|agreed|described|promised|specified|quoted)|what (we|i) (ordered|asked for|wanted|agreed)|unfinished|half[- ]?(done|finished)|half the|undone|unhung|incomplete)\b"]),
    dispute(NotReceived, 88, &[r"\b(not|\w+n't|never|no sign of)\b", r"\b(got|received|had|seen)\b", r"\b(it|them|anything|the (lot|rest|balance of)|any of)\b"]).unless(&[r"\b(paid|invoice|reminder|e-?mail|statement|job|money|bill|reply|answer)\b"]),
    dispute(NotReceived, 88, &[r"\b(lost|missing|stuck|stolen|still (in|at|on|with)|wrong (address|warehouse|site|location|branch)|went missing|gone missing|held (up )?(at|in|by))\b", r"\b(transit|customs|carrier|courier|driver|delivered|delivery|tracking|warehouse|half|goods|shipment|parcel|pallets?|it|port|depot)\b"]).unless(&[r"\b(invoice|mail|post|approval|payment|cheque)\b"]),
    dispute(Price, 86, &[r"\b(per|under|according to|as per|in) (our|the|your) (contract|agreement|quote|quotation|purchase order|po|price list|estimate|sow)\b", r"[0-9]|\b(rate|price|shows?|states?|says?|should|included|different|free)\b"]).unless(&[r"\b(payment terms|net [0-9]+)\b"]),
    dispute(Price, 86, &[r"\b(should ?n'?t|should not|not) (be )?(there|on (here|this|the)|charged|billed|invoiced|included|listed)\b|\bnever agreed\b|\bdid ?n'?t agree\b|\bnot agreed\b|\bnot authori[sz]ed\b|\bunauthori[sz]ed\b|\bdid not authori[sz]e\b|\bwithout (our|my) (approval|consent|authori\w*)\b"]).unless(&[r"\bmailing list\b"]),
    dispute(Quantity, 86, &[r"\b(invoiced|billed|charged|billing|charging)\b", r"\b(us |me )?for [0-9]+\b", r"\b(but|only|just|have|whereas|yet)\b"]),
    dispute(Other, 88, &[r"\b(not|\w+n't) (be )?(liable|responsible|obliged|obligated|going to pay|willing to pay|prepared to pay|required to pay)\b"]).unless(&[r"\bnot responsible for (invoices|payments|accounts|this any ?more)\b"]),
    dispute(Other, 84, &[r"\b(when|once|after|until|till)\b", r"\b(job|work|it|this|that|everything|matter|issue|problem|machine|goods|rest)\b", r"\b(is|are|gets?|has been|been) (properly )?(done|finished|fixed|sorted|resolved|cleared up|completed|delivered|replaced|repaired|put right)\b"]),
    dispute(Other, 84, &[r"\b(holding|hold|parked|parking|blocked|blocking|on hold|freez\w*|frozen)\b", r"\b(the|this|your|that)? ?(invoices?|payments?|bill)\b"]).unless(&[r"\b(bank holiday|public holiday|account (is|was) (blocked|frozen)|hold the line)\b"]),
    dispute(Quality, 86, &[r"\b(scratch(es|ed)?|dents?|dented|stains?|stained|mould|mold|smells?|crash(es|ed|ing)?|outages?|downtime|glitch\w*|bugs|buggy|cut(s|ting)? out|drop(s|ping)? out|useless|no help|unhelpful|unusable|dirty|filthy|bent|warped|torn|expired|used (goods|item)|second[- ]hand|under warranty|warranty claim|warranty)\b"])
        .unless(&[FINE_EN, r"\b(mail|e-?mail|bank|our (system|server|office)|expired (card|po|link)|car crash|payment|stained glass)\b"]),
    dispute(Quality, 84, &[r"\b(late|delayed|delay|behind schedule|overran|missed (the )?(deadline|date)|weeks? late|days? late)\b", r"\b(deliver\w*|goods|order|shipment|arriv\w*|install\w*|project|job|work|parts?|wrong|came|colou?r)\b"]).unless(&[r"\b(payment|paying|pay|reply|invoice|sorry|apolog\w*|late fee)\b"]),
    dispute(Price, 86, &[r"\b(extra|additional|unexplained|hidden|unexpected|unknown|surprise|strange)\b", r"\b(charges?|fees?|costs?|surcharges?|items?|lines?|amounts?)\b"]).unless(&[r"\b(no extra|late fee|bank charges?|transfer fees?|at no)\b"]),
    dispute(Price, 84, &[r"\b(deduct\w*|deduction|short[- ]pay\w*|take(n)? (it|them|this|that|these) off|took .* off|knock off|reduce|reduction|credit us|adjust)\b", r"\b(invoice|bill|amount|total|it|them|these|payment|price|for|charge)\b"]).unless(&[r"\b(mailing list|tax deduct\w*|day off|list|reminders)\b"]),
    dispute(Price, 84, &[r"\b(told|promised|assured|said|informed|understood|led to believe)\b", r"\b(free|no charge|included|covered|complimentary|discount|cheaper|less|warranty|waived|would be|wouldn'?t)\b", r"\b(free|charge[ds]?|included|covered|cost|price|discount|warranty|pay|fee)\b"]).unless(&[r"\b(feel free|toll[- ]free)\b"]),
    dispute(Quantity, 84, &[r"\b(invoice|invoiced|billed?|charged?|includes?|shows?|lists?|states?|claims?)\b", r"\b([0-9]+|one|two|three|four|five|six|seven|eight|ten|twelve|twenty)\b", r"\b(but|only|although|whereas|yet)\b", r"\b(only|actually|just|got|had|received|here for|were|was)\b"]).unless(&[r"\b(paid|pay)\b", r"\bonly \w+ (unpaid|open|invoice)\b"]),
    dispute(Other, 84, &[r"\b(not happy|unhappy|not satisfied|reluctant|refuse|why should (i|we))\b", r"\b(pay\w*|invoice|bill|charge[ds]?|amount|price|with)\b"]),
    dispute(Other, 82, &[r"\b(nobody|no one|cannot|can'?t|unable to|doesn'?t|does not)\b", r"\b(explain|match|reconcile|tally|verify|add up|justif\w*|make sense)\b"]).unless(&[r"\b(log ?in|portal)\b"]),
    dispute(NotReceived, 86, &[r"\b(never|not|\w+n't)\b", r"\b(delivered|supplied|shipped|installed|completed|performed|carried out|handed over|turned up|signed off|fixed|repaired)\b"]).unless(&[r"\b(e-?mail|message|payment|invoice|notice|reminder|mail|po|portal|sick)\b"]),
    dispute(Other, 84, &[r"\bonly (\w+ )?(ordered|asked for|booked|requested|agreed|signed up|needed|used)\b"]).unless(&[r"\bpaid\b"]),
    dispute(Price, 86, &[r"\b(should|supposed to|ought to) (be|have been|read)\b", r"[0-9]", r"\b(not|instead|rather than|but)\b"]).unless(&[r"\b(address|po number|iban|account|payment should|paid)\b"]),
];
