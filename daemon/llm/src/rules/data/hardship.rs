//! Insolvency and hardship: everything automatic stops. Recall before precision.

use super::words::{NOT_DE, NOT_EN, PAY_DE};
use crate::rules::table::{Rule, rule};
use domain::kinds::Intent::HardshipInsolvency as I;

/// A deferral ("not before the 15th"), or something else than money that hinders payment.
const OTHER_CAUSE_DE: &str = r"\b(vor dem|vor ende|vor mitte|vor anfang|frueher|eher|auf einmal|ohne|bevor|solange|rechnungskopie|bestellnummer|portal|system\w*|kollege|kollegin|zuordnen|finden|nachvollziehen|freigabe|paypal|kreditkarte)\b";
const OTHER_CAUSE_EN: &str = r"\b(before|sooner|earlier|until|without|in full|in one go|all at once|the whole lot|unless|portal|purchase order|po number|emailed|find|locate|trace|by (card|paypal|cheque|check)|vendor form)\b";
/// Somebody else is ill or broke.
const COLLEAGUE_DE: &str =
    r"\b(kolleg\w*|buchhalt\w*|mitarbeiter\w*|sachbearbeiter\w*|vertretung|sekretaerin)\b";
const COLLEAGUE_EN: &str =
    r"\b(colleague|bookkeeper|accountant|our ap|assistant|co-?worker|member of staff)\b";

pub(super) const DE: &[Rule] = &[
    rule(I, 93, &[r"\b(insolven\w*|zahlungsunfaehig\w*|bankrott\w*|konkurs\w*|pleite|glaeubigerschutz|glaeubigerversammlung|insolvenzverwalt\w*|eigenverwaltung|schutzschirm\w*|ueberschuld\w*|privatinsolvenz|insolvenztabelle|forderungsanmeldung|verbraucherinsolvenz)\b"]),
    rule(I, 92, &[r"\b(schuldnerberat\w*|schuldenberat\w*|schuldenbereinig\w*|schuldenregulier\w*|pfaendung\w*|gepfaendet\w*|pfaendet|p-konto|pfaendungsschutz\w*|zwangsvollstreck\w*|vermoegensauskunft|eidesstattlich\w*|offenbarungseid)\b"]),
    rule(I, 88, &[r"\b(in liquidation|i\. ?l\.|liquidator\w*|liquidier\w*|abwickl\w*|abgewickelt|sanierungsverfahren|restrukturierung\w*|zerschlagung)\b"]),
    rule(I, 85, &[r"\b(betrieb|firma|geschaeft|laden|unternehmen|gewerbe|praxis|restaurant|taetigkeit|werkstatt|geschaeftsbetrieb)\b", r"\b(einstell\w*|eingestellt|schliessen|geschlossen|aufgeb\w*|aufgegeben|abgemeldet|dichtmachen|dicht machen|zumachen|aufgeloest)\b"])
        .unless(&[r"\b(betriebsferien|urlaub|feiertag\w*|weihnacht\w*|vorueber\w*|heute|am wochenende|konto)\b"]),
    rule(I, 88, &[r"\b(arbeitslos\w*|buergergeld|hartz|sozialhilfe|grundsicherung|jobcenter|arbeitsamt|kurzarbeit|erwerbsunfaehig\w*|arbeitsunfaehig\w*|berufsunfaehig\w*|erwerbsminderung\w*|obdachlos\w*|alleinerziehend\w*|existenzminimum|existenznot|existenzangst)\b"]),
    rule(I, 85, &[r"\b(krank|schwer krank|krankheit|erkrankt\w*|erkrankung|krankenhaus|klinik|krebs|schlaganfall|herzinfarkt|unfall|pflegefall|gestorben|verstorben\w*|todesfall|trauerfall|tod|scheidung|trennung)\b"])
        .unless(&[COLLEAGUE_DE]),
    rule(I, 88, &[r"\b(job|arbeit|arbeitsplatz|stelle|auftraege|hauptkunden|groessten kunden|einkommen)\b", r"\b(verloren|weggebrochen|weggefallen|gekuendigt worden|gestrichen|weg)\b"]),
    rule(I, 88, &[r"\b(kein|keine|keinen|keinerlei|ohne|null|fehlt|fehlen)\b", r"\b(geld|mittel|liquiditaet|einnahmen|einkommen|ruecklagen|reserven|job|arbeit|verdienst|umsatz|umsaetze|lohn|gehalt)\b"])
        .unless(&[r"\b(von uns|von mir|sehen sie|bekommen sie|erhalten sie|haben sie|eingegangen|kein problem)\b"]),
    rule(I, 88, &[r"\b(kann|koennen|koennte|konnten?|vermag|schaff\w*)\b", NOT_DE, PAY_DE]).unless(&[OTHER_CAUSE_DE]).told(),
    rule(I, 88, &[r"\b(kann|koennen|koennte|konnte)\b", NOT_DE, r"\b(leisten|aufbringen|stemmen|schultern|auftreiben|zusammenbekommen|bedienen)\b"]),
    rule(I, 88, &[r"\b(nicht|nicht mehr|kaum)\b", r"\b(liquide|fluessig|solvent|zahlungsfaehig|in der lage)\b"]).unless(&[OTHER_CAUSE_DE]),
    rule(I, 88, &[r"\b(illiquid\w*|knapp bei kasse|klamm|wasser bis zum hals|am limit|am boden|ruin\w*|vor dem aus|dem aus|nichts zu holen|existenz\w*|am existenzminimum|kasse (ist )?leer|konto (ist )?leer|leere kasse\w*|blank)\b"]).unless(&[r"\bblanko\b"]),
    rule(I, 88, &[r"\b(finanziell\w*|wirtschaftlich\w*|liquiditaets\w*|zahlungs)\b", r"\b(schwierig\w*|engpass\w*|engpaess\w*|problem\w*|not|notlage|lage|krise|situation|angespannt\w*|eng|schlecht\w*|limit|nicht|belast\w*|ueberfordert)\b"])
        .unless(&[r"\b(keine|ohne) (finanziellen |wirtschaftlichen )?(probleme|schwierigkeiten)\b"]),
    rule(I, 88, &[r"\b(zahlungsschwierigkeit\w*|zahlungsengpass\w*|liquiditaetsengpass\w*|liquiditaetsproblem\w*|geldnot|geldsorgen|finanznot|zahlungsprobleme)\b"]),
    rule(I, 85, &[r"\b(wovon|woher|weiss nicht,? wie)\b", r"\b(bezahlen|zahlen|nehmen|leben|aufbringen|soll)\b"]),
    rule(I, 80, &[r"\bkredit\w*\b|\bbank\b", r"\b(gekuendigt|gesperrt|abgelehnt|dreht|zugedreht)\b"]).unless(&[r"\blastschrift\w*\b|\bueberweisung\b"]),
    rule(I, 90, &[r"\b(verfahren (wurde )?eroeffnet|verfahrenseroeffnung|zur tabelle|treuhaender\w*|sachwalter\w*|glaeubiger\w*|masseunzulaenglich\w*|massearm\w*|restschuldbefreiung)\b|\b(vermoegen|verfahren)\b.*\beroeffnet\b"]),
    rule(I, 88, &[r"\b(mir|ich|uns|mein\w*)\b", r"\b(gekuendigt worden|wurde .*gekuendigt|entlassen|arbeitslosengeld|krankengeld|kuendigung erhalten|gefeuert|buergergeld|wohngeld)\b"]).unless(&[r"\b(vertrag|abo|konto|versicherung|wartung|mietvertrag)\b"]),
    rule(I, 86, &[r"\b(rentner\w*|rente|student\w*|azubi|auszubildende\w*|mindestlohn|schwerbehindert\w*|behindert\w*|pflegebeduerftig\w*|witwe\w*|burn-?out|depression\w*|chemo\w*|reha|intensivstation|hospiz|dialyse)\b"]).unless(&[COLLEAGUE_DE, r"\b(rentabel|abonnement)\b"]),
    rule(I, 88, &[r"\b(hochwasser|ueberschwemmung|flut|brand|feuer|abgebrannt|einbruch|erdbeben|sturmschaden|corona|krieg)\b", r"\b(verloren|zerstoert|abgebrannt|vernichtet|versicherung|alles|schliessen|betroffen|existenz\w*)\b"]),
    rule(I, 88, &[r"\b(nicht|nichts|gar nichts|nix|kaum|kein\w*)\b", r"\b(zur verfuegung|uebrig|auf dem konto|kleingeld|finanziell|finanziellen?|liquide|geld da|mehr da|zu holen|zum leben)\b"]).unless(&[r"\b(unterlagen|telefonisch|ansprechpartner|rechnung (steht|liegt))\b", r"\b(eingegangen|gutgeschrieben|verbucht|angekommen)\b"]),
    rule(I, 84, &[r"\b(weiss|weiss ich)\b", r"\b(nicht (mehr )?(weiter|ein noch aus|wie es weitergeh\w*)|weder ein noch aus)\b"]),
    rule(I, 86, &[r"\b(umsatz|umsaetze|geschaeft|auftraege|auftragslage|einnahmen|nachfrage)\b", r"\b(eingebrochen|einbruch|weggebrochen|katastroph\w*|miserabel|stillstand|null|schlecht\w*|ausgeblieben|zusammengebrochen|flaute)\b"]),
    rule(I, 86, &[r"\b(schulden|verschuldet|ueberschuldet|dispo|ueberzogen|kreditrahmen|mahnbescheide|gerichtsvollzieher)\b", r"\b(hoch|viele|hohe|voll|ausgeschoepft|ueberzogen|habe|haben|stecke|bin|sind|steht|am)\b"]).unless(&[r"\b(schulden (ihnen|wir ihnen)|ihnen (noch )?schulden)\b", r"\b(frist|preis) ueberzogen\b"]).told(),
    rule(I, 84, &[r"\b(personal|mitarbeiter|leute|belegschaft)\b", r"\b(entlassen|entlassung\w*|kuendigen muessen|nicht mehr bezahlen)\b"]),
    rule(I, 84, &[r"\b(ebbe|durststrecke|flaute|klamme? kasse|engen gurt|miese\w* lage|harte zeit\w*|schwere\w* zeit\w*|schwierige\w* (zeit\w*|lage|situation|phase))\b"]).unless(&[r"\b(ebbe und flut)\b"]),
    rule(I, 84, &[r"\b(dicht|dichtgemacht|zugemacht|zu)\b", r"\b(kiosk|laden|geschaeft|lokal|gaststaette|restaurant|praxis|salon|werkstatt|betrieb|firma|cafe|hotel)\b", r"\b(ist|haben|habe|mussten|dauerhaft|endgueltig)\b"]).unless(&[r"\b(heute|montags?|sonntags?|bis|feiertag\w*|urlaub|rechnung|zu (hoch|spaet|teuer|ihrer))\b"]),
];

pub(super) const EN: &[Rule] = &[
    rule(I, 93, &[r"\b(insolven\w*|bankrupt\w*|chapter (7|11|13)|receivership|receivers?|liquidat\w*|winding[- ]up|wind up|wound up|in administration|into administration|administrators?|voluntary arrangement|iva|cva|debt relief order|creditors' meeting|proof of debt)\b"])
        .unless(&[r"\b(system|office|contracts?|database|site|account) administrators?\b", r"\breceivers? of this\b"]),
    rule(I, 88, &[r"\b(debt (advice|advis\w*|counsel\w*|management|charity|collector)|stepchange|breathing space|garnish\w*|seized|repossess\w*|foreclos\w*|evict\w*)\b"]),
    rule(I, 90, &[r"\b(broke|penniless|destitute|skint|going under|gone under|went under|went bust|gone bust|going bust|ceased trading|ceasing trading|out of business|folded|collapsed|closing down|closed down|shut(ting)? down|shut our doors)\b"])
        .unless(&[r"\b(broke (down|into|after|when)|server|website|factory for|plant for|shut down for)\b"]),
    rule(I, 88, &[r"\b(lost|losing|laid off|made redundant|redundan\w*|unemployed|out of work|furlough\w*)\b", r"\b(job|work|income|position|unemployed|redundan\w*|laid off|contract|customers?|client|furlough\w*)\b"]),
    rule(I, 90, &[r"\b(unemployed|redundan\w*|universal credit|food bank|on benefits|disability (benefits?|allowance)|jobseeker\w*|welfare|social security|single (mother|father|parent)|homeless)\b"]),
    rule(I, 85, &[r"\b(hospital|hospitali[sz]ed|cancer|stroke|surgery|seriously ill|terminally|illness|passed away|died|death|bereave\w*|divorce|accident|funeral|sick leave|been (very )?(ill|sick))\b"])
        .unless(&[COLLEAGUE_EN, r"\b(printer|machine|laptop|engine|pump|battery|device|phone|server|boiler|hospital (ward|trust|department|management))\b"]),
    rule(I, 90, &[r"\b(can'?t|cannot|can not|unable to|not able to|couldn'?t|could not|no way (we|i) can|impossible to|struggl\w* to)\b", r"\b(pay|afford|settle|make (the |this |any )?payments?|cover|meet)\b"])
        .unless(&[OTHER_CAUSE_EN, r"\b(say|tell|predict|see) when\b"]),
    rule(I, 88, &[r"\b(no|little|not enough|without|zero|insufficient|lack of|short of)\b", r"\b(money|cash|funds|income|revenue|liquidity|savings|means|work)\b"])
        .unless(&[r"\b(no money (owed|due|is owed)|no further|you (will|won'?t))\b"]),
    rule(I, 88, &[r"\b(cash ?-?flow|financial\w*|money|liquidity|funding|finances)\b", r"\b(problem\w*|difficult\w*|trouble\w*|terrible|tight|bad|issues?|crisis|hardship|struggl\w*|distress\w*|strain\w*|dire|awful|squeez\w*|poor|pressure)\b"]),
    rule(I, 88, &[r"\bfinancial (hardship|difficult\w*|distress)|hard times|on the brink|make ends meet|nothing left|barely surviv\w*|fighting for survival|hit (us )?(very )?hard\b"]),
    rule(I, 82, &[r"\b(cash|money|things|budget)\b", r"\b(very|really|extremely|so|too|pretty)\b", r"\b(tight|short|bad|difficult|hard)\b"]),
    rule(I, 80, &[r"\b(bank|lender|creditors?|investors?)\b", r"\b(pulled|froze|frozen|called in|withdrew|cut off)\b", NOT_EN]),
    rule(I, 90, &[r"\b(shut(ting)? up shop|clos(e|ed|ing) (our|its|the) doors|closing the business|let (all )?(our |my |the )?(\w+ )?(staff|team|people|employees) go|laying off|make payroll|meet payroll|cease(d)? operations|no longer trading)\b"]),
    rule(I, 88, &[r"\b(chemo\w*|treatment|dialysis|intensive care|hospice|disabled|disability|pension(er)?s?|widow(er)?|carer|sick pay|student|zero[- ]hours|minimum wage|mental health|breakdown|depression)\b", r"\b(i|my|i'?m|me|we|our)\b"]).unless(&[COLLEAGUE_EN, r"\b(machine|car|vehicle|server) breakdown|breakdown of (the|this|your)|tax treatment\b", r"\bwater treatment\b"]),
    rule(I, 88, &[r"\b(have ?n'?t|have not|not|has ?n'?t|unable to)\b", r"\bwork(ed|ing)? (since|for (months|weeks|a year)|all year|this year)\b"]),
    rule(I, 88, &[r"\b(do not|don'?t|simply do not|just don'?t|haven'?t|have not|did not)\b", r"\bhave (it|the (money|cash|funds|means)|that kind of money|any money|got (it|the money|any money))\b"]).unless(&[r"\b(invoice|copy|document|goods|delivery|on file)\b"]),
    rule(I, 88, &[r"\b(desperate|dire|drowning|struggling|barely|hardly|on our knees|going through hell|rock bottom|devastated|ruined|wiped out|crippl\w*)\b"]).unless(&[r"\b(machine|software|print\w*|works|legible|readable|visible)\b"]),
    rule(I, 86, &[r"\b(flood\w*|fire|burn(ed|t) down|burglary|earthquake|hurricane|pandemic|covid|war)\b", r"\b(lost|destroyed|closed|insurance|everything|ruined|affected|damaged our|wiped)\b"]).unless(&[r"\b(your|goods|delivery|shipment)\b"]),
    rule(I, 86, &[r"\b(maxed out|overdrawn|overdraft|in debt|debts|evict\w*|can'?t even|rent or|feed my|food on|heating|payday loan|bailiffs?)\b"]).unless(&[r"\b(your|the) debts?\b", r"\bheating (system|installation|engineer|bill)\b"]),
    rule(I, 86, &[r"\b(only|literally|just|less than)\b", r"\b[0-9]+\b", r"\b(in (my|our) (account|bank)|to my name|left (in|until|till|for)|to live on)\b"]),
    rule(I, 86, &[r"\b(estate|probate|executor|deceased|late (husband|wife|father|mother|partner))\b"]).unless(&[r"\b(real estate|estate agents?|estate management|industrial estate)\b"]),
    rule(I, 84, &[r"\b(customer|client|debtor|customers|clients)\b", r"\b(stopped paying|not paying us|went bust|owes us|defaulted|gone under|collapsed)\b"]),
    rule(I, 86, &[r"\b(restructur\w*|creditors?|moratorium|standstill|winding down|administration)\b", r"\b(creditors?|payments?|frozen|freeze|debts?|business|company|plan|process|court|all)\b"]).unless(&[r"\b(creditors? (ledger|department|team|account)|accounts? (payable|creditors?)|administration (fee|office|charge|department|team)|business administration)\b"]),
    rule(I, 84, &[r"\b(no way|never|impossible)\b", r"\b(find|raise|come up with|get hold of|scrape)\b", r"\b(money|cash|amount|funds|sum)\b"]),
    rule(I, 84, &[r"\b(tough|hard|difficult|rough|lean|challenging|bad)\b", r"\b(times?|patch|period|situation|months?|year|spot|place|circumstances)\b"]).unless(&[r"\b(bad time to|hard copy|had a (hard|difficult) time (finding|reading|opening))\b"]),
];
