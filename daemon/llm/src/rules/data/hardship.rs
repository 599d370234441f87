//! Insolvency and hardship: everything automatic stops. Recall before precision.

use super::words::{NOT_DE, NOT_EN, PAY_DE};
use crate::rules::table::{Rule, rule};
use domain::kinds::Intent::HardshipInsolvency as I;

/// A deferral ("not before the 15th"), or something else than money that hinders payment.
const OTHER_CAUSE_DE: &str = "frueher|eher|ohne|bevor|solange|rechnungskopie|bestellnummer|portal|system*|kollege|kollegin|zuordnen|finden|nachvollziehen|freigabe|paypal|kreditkarte|vor (dem|ende|mitte|anfang)|auf einmal";
const OTHER_CAUSE_EN: &str = "before|sooner|earlier|until|without|unless|portal|emailed|find|locate|trace|in full|in one go|all at once|the whole lot|purchase order|po number|by (card|paypal|cheque|check)|vendor form";
/// Somebody else is ill or broke.
const COLLEAGUE_DE: &str = "kolleg*|buchhalt*|mitarbeiter*|sachbearbeiter*|vertretung|sekretaerin";
const COLLEAGUE_EN: &str =
    "colleague|bookkeeper|accountant|assistant|coworker|our ap|co worker|member of staff";

pub(super) const DE: &[Rule] = &[
    rule(I, 93, &["insolven*|zahlungsunfaehig*|bankrott*|konkurs*|pleite|glaeubigerschutz|glaeubigerversammlung|insolvenzverwalt*|eigenverwaltung|schutzschirm*|ueberschuld*|privatinsolvenz|forderungsanmeldung|verbraucherinsolvenz"]),
    rule(I, 92, &["schuldnerberat*|schuldenberat*|schuldenbereinig*|schuldenregulier*|pfaendung*|gepfaendet*|pfaendet|pfaendungsschutz*|zwangsvollstreck*|vermoegensauskunft|eidesstattlich*|offenbarungseid|p konto"]),
    rule(I, 88, &["i l|liquidator*|liquidier*|abwickl*|abgewickelt|sanierungsverfahren|restrukturierung*|zerschlagung|in liquidation|i l"]),
    rule(I, 85, &["betrieb|firma|geschaeft|laden|unternehmen|gewerbe|praxis|restaurant|taetigkeit|werkstatt|geschaeftsbetrieb", "einstell*|eingestellt|schliessen|geschlossen|aufgeb*|aufgegeben|abgemeldet|dichtmachen|zumachen|aufgeloest|dicht machen"])
        .unless(&["betriebsferien|urlaub|feiertag*|weihnacht*|vorueber*|heute|konto|am wochenende"]),
    rule(I, 88, &["arbeitslos*|buergergeld|hartz|sozialhilfe|grundsicherung|jobcenter|arbeitsamt|kurzarbeit|erwerbsunfaehig*|arbeitsunfaehig*|berufsunfaehig*|erwerbsminderung*|obdachlos*|alleinerziehend*|existenzminimum|existenznot|existenzangst"]),
    rule(I, 85, &["krank|krankheit|erkrankt*|erkrankung|krankenhaus|klinik|krebs|schlaganfall|herzinfarkt|unfall|pflegefall|gestorben|verstorben*|todesfall|trauerfall|tod|scheidung|trennung|schwer krank"])
        .unless(&[COLLEAGUE_DE]),
    rule(I, 88, &["job|arbeit|arbeitsplatz|stelle|auftraege|hauptkunden|einkommen|groessten kunden", "verloren|weggebrochen|weggefallen|gestrichen|weg|gekuendigt worden"]),
    rule(I, 88, &["kein|keine|keinen|keinerlei|ohne|null|fehlt|fehlen", "geld|mittel|liquiditaet|einnahmen|einkommen|ruecklagen|reserven|job|arbeit|verdienst|umsatz|umsaetze|lohn|gehalt"])
        .unless(&["eingegangen|von (uns|mir)|(sehen|bekommen|erhalten|haben) sie|kein problem"]),
    rule(I, 88, &["kann|koennen|koennte|konnte|konnten|vermag|schaff*", NOT_DE, PAY_DE]).unless(&[OTHER_CAUSE_DE]).told(),
    rule(I, 88, &["kann|koennen|koennte|konnte", NOT_DE, "leisten|aufbringen|stemmen|schultern|auftreiben|zusammenbekommen|bedienen"]),
    rule(I, 88, &["nicht|kaum|nicht mehr", "liquide|fluessig|solvent|zahlungsfaehig|in der lage"]).unless(&[OTHER_CAUSE_DE]),
    rule(I, 88, &["illiquid*|klamm|ruin*|existenz*|blank|knapp bei kasse|wasser bis zum hals|am (limit|boden|existenzminimum)|vor dem aus|dem aus|nichts zu holen|(kasse|konto) leer|(kasse|konto) ist leer|leere kasse*"]).unless(&["blanko"]),
    rule(I, 88, &["finanziell*|wirtschaftlich*|liquiditaets*|zahlungs", "schwierig*|engpass*|engpaess*|problem*|not|notlage|lage|krise|situation|angespannt*|eng|schlecht*|limit|nicht|belast*|ueberfordert"])
        .unless(&["(keine|ohne) (probleme|schwierigkeiten)|(keine|ohne) finanziellen (probleme|schwierigkeiten)|(keine|ohne) wirtschaftlichen (probleme|schwierigkeiten)"]),
    rule(I, 88, &["zahlungsschwierigkeit*|zahlungsengpass*|liquiditaetsengpass*|liquiditaetsproblem*|geldnot|geldsorgen|finanznot|zahlungsprobleme"]),
    rule(I, 85, &["wovon|woher|weiss nicht wie|weiss nicht wie", "bezahlen|zahlen|nehmen|leben|aufbringen|soll"]),
    rule(I, 80, &["kredit*|bank", "gekuendigt|gesperrt|abgelehnt|dreht|zugedreht"]).unless(&["lastschrift*|ueberweisung"]),
    rule(I, 90, &["verfahren .. eroeffnet|verfahrenseroeffnung|zur tabelle|treuhaender*|sachwalter*|glaeubiger*|masseunzulaenglich*|massearm*|restschuldbefreiung|ueber das vermoegen"]),
    rule(I, 88, &["mir|ich|uns|mein*", "gekuendigt worden|wurde .. gekuendigt|entlassen|arbeitslosengeld|krankengeld|kuendigung erhalten|gefeuert|buergergeld|wohngeld"]).unless(&["vertrag|abo|konto|versicherung|wartung|mietvertrag"]),
    rule(I, 86, &["rentner*|rente|student*|azubi|auszubildende*|mindestlohn|schwerbehindert*|behindert*|pflegebeduerftig*|witwe*|burnout|depression*|chemo*|reha|intensivstation|hospiz|dialyse|burn out"]).unless(&[COLLEAGUE_DE, "rentabel|abonnement"]),
    rule(I, 88, &["hochwasser|ueberschwemmung|flut|brand|feuer|abgebrannt|einbruch|erdbeben|sturmschaden|corona|krieg", "verloren|zerstoert|abgebrannt|vernichtet|versicherung|alles|schliessen|betroffen|existenz*"]),
    rule(I, 88, &["nicht|nichts|nix|kaum|kein*|gar nichts", "uebrig|kleingeld|finanziell|finanzielle|finanziellen|liquide|zur verfuegung|auf dem konto|(geld|mehr) da|zu holen|zum leben"]).unless(&["unterlagen|telefonisch|ansprechpartner|rechnung (steht|liegt)", "eingegangen|gutgeschrieben|verbucht|angekommen"]),
    rule(I, 84, &["weiss|weiss ich", "nicht weiter|(nicht|weder) ein noch aus|nicht wie es weitergeh*|nicht mehr weiter|nicht mehr ein noch aus|nicht mehr wie es weitergeh*"]),
    rule(I, 86, &["umsatz|umsaetze|geschaeft|auftraege|auftragslage|einnahmen|nachfrage", "eingebrochen|einbruch|weggebrochen|katastroph*|miserabel|stillstand|null|schlecht*|ausgeblieben|zusammengebrochen|flaute"]),
    rule(I, 86, &["schulden|verschuldet|ueberschuldet|dispo|ueberzogen|kreditrahmen|mahnbescheide|gerichtsvollzieher", "hoch|viele|hohe|voll|ausgeschoepft|ueberzogen|habe|haben|stecke|bin|sind|steht|am"]).unless(&["schulden ihnen|schulden wir ihnen|ihnen schulden|ihnen noch schulden", "(frist|preis) ueberzogen"]).told(),
    rule(I, 84, &["personal|mitarbeiter|leute|belegschaft", "entlassen|entlassung*|kuendigen muessen|nicht mehr bezahlen"]),
    rule(I, 84, &["ebbe|durststrecke|flaute|(klamm|klamme) kasse|engen gurt|miese* lage|(harte|schwere*) zeit*|schwierige* (zeit*|lage|situation|phase)"]).unless(&["ebbe und flut"]),
    rule(I, 84, &["dicht|dichtgemacht|zugemacht|zu", "kiosk|laden|geschaeft|lokal|gaststaette|restaurant|praxis|salon|werkstatt|betrieb|firma|cafe|hotel", "ist|haben|habe|mussten|dauerhaft|endgueltig"]).unless(&["heute|montag|montags|sonntag|sonntags|bis|feiertag*|urlaub|rechnung|zu (hoch|spaet|teuer|ihrer)"]),
];

pub(super) const EN: &[Rule] = &[
    rule(I, 93, &["insolven*|bankrupt*|receivership|receiver|receivers|liquidat*|administrator|administrators|iva|cva|chapter (7|11|13)|(winding|wind|wound) up|(in|into) administration|voluntary arrangement|debt relief order|creditors' meeting|proof of debt"])
        .unless(&["(system|office|contract|contracts|database|site|account) (administrator|administrators)", "(receiver|receivers) of this"]),
    rule(I, 88, &["stepchange|garnish*|seized|repossess*|foreclos*|evict*|debt (advice|advis*|counsel*|management|charity|collector)|breathing space"]),
    rule(I, 90, &["broke|penniless|destitute|skint|folded|collapsed|(going|gone|went) (under|bust)|(ceased|ceasing) trading|out of business|(closing|closed|shut|shutting) down|shut our doors"])
        .unless(&["server|website|broke (down|into|after|when)|(factory|plant) for|shut down for"]),
    rule(I, 88, &["lost|losing|redundan*|unemployed|furlough*|laid off|made redundant|out of work", "job|work|income|position|unemployed|redundan*|contract|customer|customers|client|furlough*|laid off"]),
    rule(I, 90, &["unemployed|redundan*|jobseeker*|welfare|homeless|universal credit|food bank|on benefits|disability (benefit|benefits|allowance)|social security|single (mother|father|parent)"]),
    rule(I, 85, &["hospital|hospitalised|hospitalized|cancer|stroke|surgery|terminally|illness|died|death|bereave*|divorce|accident|funeral|seriously ill|passed away|sick leave|been (ill|sick)|been very (ill|sick)"])
        .unless(&[COLLEAGUE_EN, "printer|machine|laptop|engine|pump|battery|device|phone|server|boiler|hospital (ward|trust|department|management)"]),
    rule(I, 90, &["cant|can't|cannot|couldnt|couldn't|(can|could) not|(unable|impossible|struggl*) to|not able to|no way we can|no way i can", "pay|afford|settle|cover|meet|make (payment|payments)|make the (payment|payments)|make this (payment|payments)|make any (payment|payments)"])
        .unless(&[OTHER_CAUSE_EN, "(say|tell|predict|see) when"]),
    rule(I, 88, &["no|little|without|zero|insufficient|not enough|(lack|short) of", "money|cash|funds|income|revenue|liquidity|savings|means|work"])
        .unless(&["no money (owed|due)|no money is owed|no further|you (will|wont|won't)"]),
    rule(I, 88, &["cashflow|financial*|money|liquidity|funding|finances|cash flow", "problem*|difficult*|trouble*|terrible|tight|bad|issue|issues|crisis|hardship|struggl*|distress*|strain*|dire|awful|squeez*|poor|pressure"]),
    rule(I, 88, &["financial (hardship|difficult*|distress)|hard times|on the brink|make ends meet|nothing left|barely surviv*|fighting for survival|hit hard|hit very hard|hit us hard|hit us very hard"]),
    rule(I, 82, &["cash|money|things|budget", "very|really|extremely|so|too|pretty", "tight|short|bad|difficult|hard"]),
    rule(I, 80, &["bank|lender|creditor|creditors|investor|investors", "pulled|froze|frozen|withdrew|called in|cut off", NOT_EN]),
    rule(I, 90, &["(shut|shutting) up shop|(close|closed|closing) our doors|(close|closed|closing) its doors|(close|closed) the doors|closing the (doors|business)|let staff go|let team go|let people go|let employees go|let * staff go|let * team go|let * people go|let * employees go|let our staff go|let our team go|let our people go|let our employees go|let our * staff go|let our * team go|let our * people go|let our * employees go|let my staff go|let my team go|let my people go|let my employees go|let my * staff go|let my * team go|let my * people go|let my * employees go|let the staff go|let the team go|let the people go|let the employees go|let the * staff go|let the * team go|let the * people go|let the * employees go|let all staff go|let all team go|let all people go|let all employees go|let all * staff go|let all * team go|let all * people go|let all * employees go|let all our staff go|let all our team go|let all our people go|let all our employees go|let all our * staff go|let all our * team go|let all our * people go|let all our * employees go|let all my staff go|let all my team go|let all my people go|let all my employees go|let all my * staff go|let all my * team go|let all my * people go|let all my * employees go|let all the staff go|let all the team go|let all the people go|let all the employees go|let all the * staff go|let all the * team go|let all the * people go|let all the * employees go|laying off|(make|meet) payroll|(cease|ceased) operations|no longer trading"]),
    rule(I, 88, &["chemo*|treatment|dialysis|hospice|disabled|disability|pension|pensions|pensioner|pensioners|widow|widower|carer|student|breakdown|depression|intensive care|sick pay|zero hours|minimum wage|mental health", "i|my|im|i'm|me|we|our"]).unless(&[COLLEAGUE_EN, "(machine|car|vehicle|server) breakdown|breakdown of (the|this|your)|tax treatment", "water treatment"]),
    rule(I, 88, &["havent|haven't|not|hasnt|hasn't|have not|unable to", "(work|worked|working) since|(work|worked|working) for (months|weeks)|(work|worked|working) for a year|(work|worked|working) all year|(work|worked|working) this year"]),
    rule(I, 88, &["dont|don't|havent|haven't|(do|have|did) not|simply do not|just (dont|don't)", "have it|have the (money|cash|funds|means)|have that kind of money|have any money|have got it|have got the money|have got any money"]).unless(&["invoice|copy|document|goods|delivery|on file"]),
    rule(I, 88, &["desperate|dire|drowning|struggling|barely|hardly|devastated|ruined|crippl*|on our knees|going through hell|rock bottom|wiped out"]).unless(&["machine|software|print*|works|legible|readable|visible"]),
    rule(I, 86, &["flood*|fire|burglary|earthquake|hurricane|pandemic|covid|war|(burned|burnt) down", "lost|destroyed|closed|insurance|everything|ruined|affected|wiped|damaged our"]).unless(&["your|goods|delivery|shipment"]),
    rule(I, 86, &["overdrawn|overdraft|debts|evict*|heating|bailiff|bailiffs|maxed out|in debt|(cant|can't) even|rent or|feed my|food on|payday loan"]).unless(&["(your|the) (debt|debts)", "heating (system|installation|engineer|bill)"]),
    rule(I, 86, &["only|literally|just|less than", "#", "in my (account|bank)|in our (account|bank)|to my name|left (in|until|till|for)|to live on"]),
    rule(I, 86, &["estate|probate|executor|deceased|late (husband|wife|father|mother|partner)"]).unless(&["(real|industrial) estate|estate (agent|agents|management)"]),
    rule(I, 84, &["customer|client|debtor|customers|clients", "defaulted|collapsed|stopped paying|not paying us|went bust|owes us|gone under"]),
    rule(I, 86, &["restructur*|creditor|creditors|moratorium|standstill|administration|winding down", "creditor|creditors|payment|payments|frozen|freeze|debt|debts|business|company|plan|process|court|all"]).unless(&["(creditor|creditors) (ledger|department|team|account)|(account|accounts) (payable|creditor|creditors)|administration (fee|office|charge|department|team)|business administration"]),
    rule(I, 84, &["never|impossible|no way", "find|raise|scrape|come up with|get hold of", "money|cash|amount|funds|sum"]),
    rule(I, 84, &["tough|hard|difficult|rough|lean|challenging|bad", "time|times|patch|period|situation|month|months|year|spot|place|circumstances"]).unless(&["bad time to|hard copy|had a hard time (finding|reading|opening)|had a difficult time (finding|reading|opening)"]),
];
