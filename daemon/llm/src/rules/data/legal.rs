//! Lawyers, courts, regulators, data subjects, complaints, abuse, threats. Recall before precision.
//! Words that stand in every German footer (Amtsgericht, Registergericht, Geschäftsführer) and in every
//! English disclaimer (confidential, privileged) are left out on purpose.

use super::words::NOT_DE;
use crate::rules::table::{Rule, rule};
use domain::kinds::Intent::LegalOrComplaint as I;

const FOOTER_DE: &str = "datenschutzhinweis*|datenschutzerklaerung|datenschutzbestimmungen|datenschutzinformation*|registergericht|hrb|ustid*|informationen zum datenschutz|ust id*|sitz der gesellschaft";
const FOOTER_EN: &str = "privacy (policy|notice|statement)|intended recipient|in error|registered (office|in)|company (no|number|registration)";

pub(super) const DE: &[Rule] = &[
    rule(I, 92, &["rechtsanwalt*|rechtsanwaelt*|anwalt|anwalts|anwaelte|anwaeltin|anwaltlich*|anwaltskanzlei|kanzlei|rechtsbeistand|rechtsabteilung|rechtsvertret*|justiziar*|jurist*|mandant*"])
        .unless(&[FOOTER_DE]),
    rule(I, 92, &["bevollmaechtigt*|in vollmacht|rechtlich vertreten|vertreten wir|(anzeige|anzeigen) wir an dass|(anzeige|anzeigen) ich an dass"]).unless(&[FOOTER_DE]),
    rule(I, 90, &["rechtsweg|rechtsstreit|klage|klagen|verklag*|prozess|prozessieren|einstweilige*|unterlassungs*|abmahn*|schadenersatz*|schadensersatz*|schmerzensgeld|rechtlich* schritte"])
        .unless(&["keine klagen"]),
    rule(I, 90, &["strafanzeige|anzeige erstatt*|erstatt* (anzeige|strafanzeige)|erstatt* (ich|wir) (anzeige|strafanzeige)|zur anzeige|anzeige (wegen|gegen|bei|laeuft)|anzeige ist raus|polizei*|staatsanwalt*|kripo|(zeige|zeigen) .. sie .. an|anzeigen"])
        .unless(&["klick*|aufklick*|bildschirm"]),
    rule(I, 90, &["gerichtlich*|gerichtstermin|mahnbescheid*|vollstreckungsbescheid*|mahngericht|mahnverfahren|gerichtsvollzieher|(vor|vors|das|beim) gericht"])
        .unless(&["erlaub*|ruecksicht*"]),
    rule(I, 92, &["verbraucherzentrale|verbraucherschutz*|schlichtungsstelle|schlichtung|ombuds*|bafin|aufsichtsbehoerde|bundesnetzagentur|wettbewerbszentrale|handelskammer|datenschutzbeauftragte*|landesdatenschutz*|datenschutzbehoerde*|*behoerde*|ihk beschwer*"])
        .unless(&[FOOTER_DE]),
    rule(I, 92, &["dsgvo|datenschutzgrundverordnung|bdsg|selbstauskunft|auskunftsanspruch|recht auf (auskunft|loeschung|vergessen*)"]).unless(&[FOOTER_DE]),
    rule(I, 90, &["auskunft|loesch*|sperr*|gespeichert*", "daten|personenbezogen*"]).unless(&[FOOTER_DE]),
    rule(I, 88, &["betrug|betrueg*|abzock*|noetigung*|genoetigt|noetigen|erpress*|wucher*|unterschlag*|arglist*|kriminell*|verbrecher*|gauner*|halunken|mafia|drohung*|drohen|belaestig*|stalking|rufmord|bedroh*|rassis*|diskriminier*"]),
    rule(I, 85, &["beschwere|beschweren|beschwerde*|dienstaufsichtsbeschwerde|unverschaemt*|frechheit|ungeheuerlich*|skandal*|schweinerei|sauerei|(unmoeglich|unmoegliche|unmoegliches|unmoeglicher|unmoeglichen) (verhalten|benehmen|ton)"])
        .unless(&[NOT_DE]),
    rule(I, 92, &["arschl*|idiot*|vollidiot*|verpiss*|fick*|wichser*|hurens*|drecks*|dreckig*|schweine|scheiss*|vollpfosten|deppe|deppen|trottel|penner|leck* mich|ihr koennt mich|sie koennen mich mal"]),
    rule(I, 90, &["bereuen|fertigmach*|(pass|passt|passen) auf|(pass|passt|passen) bloss auf|(pass|passt|passen) ja auf|(pass|passt|passen) nur auf|(pass|passt|passen) sie auf|(pass|passt|passen) sie bloss auf|(pass|passt|passen) sie ja auf|(pass|passt|passen) sie nur auf|ich weiss wo|ich weiss wo|wird ihnen leidtun|wird ihnen leid tun|wird ihnen noch leidtun|wird ihnen noch leid tun|wird euch leidtun|wird euch leid tun|wird euch noch leidtun|wird euch noch leid tun|konsequenzen (haben|ziehen)|warne (sie|euch)|letzte warnung|besuch (bekommen|abstatten)|(komm|komme) vorbei und|(komm|komme) persoenlich vorbei und|(komm|komme) ich vorbei und|(komm|komme) ich persoenlich vorbei und|(komm|komme) wir vorbei und|(komm|komme) wir persoenlich vorbei und|fertig mach*|kennenlernen werden|mach* euch fertig|mach* sie fertig|an die presse|oeffentlich machen|in den medien"]),
    rule(I, 88, &["rechtsschutz*|rechtsmittel|rechtsanspruch|rechtswidrig*|gesetzeswidrig*|strafbar*|vertragsbruch|schiedsverfahren|mediation|fristsetzung|haftbar|hoeren von (meinem|unserem)|hoeren noch von (meinem|unserem)"]).unless(&[FOOTER_DE]),
    rule(I, 86, &["lass|lassn|lasse|lassen|gefallen|bieten|hinnehmen|dulde*", "mir|uns", "nicht (bieten|gefallen)|nicht laenger (bieten|gefallen)"]),
    rule(I, 86, &["mitarbeiter*|kolleg*|sachbearbeiter*|dame|herr|frau|sie|ihr", "angeschrien|angebruellt|beleidigt|beschimpft|angelogen|gelogen|unhoeflich|respektlos|pampig|unfreundlich|ausfallend|bedroht|aufgelegt"]),
    rule(I, 84, &["vorgesetzte|vorgesetzter|vorgesetzten|geschaeftsleitung|geschaeftsfuehrung|chef", "ihr|ihre|ihrer|ihren|ihrem|beschwer*|sprechen|melden|wer ist"]).unless(&["(unser*|mein*) (chef|vorgesetzte*|geschaeftsfuehrung|geschaeftsleitung)"]),
    rule(I, 84, &["bewertung*|rezension*|google|trustpilot|presse|zeitung|fernsehen|oeffentlich|anprangern|social media", "schlecht*|negativ*|schreib*|stern*|machen|veroeffentlich*|geh*|wende*|erfahren|posten"]),
    rule(I, 86, &["amtsgericht|landgericht|oberlandesgericht|arbeitsgericht|aktenzeichen|geschaeftszeichen|az", "liegt|beim|az|aktenzeichen|verfahren|klage|antrag|beschluss|verhandlung|termin|eingereicht|entscheid*"]).unless(&[FOOTER_DE, "hra|hrb|handelsregister|(ihr|unser) zeichen"]),
    rule(I, 84, &["fordere|fordern|verlange|verlangen|setze|setzen", "auf|frist|unverzueglich|umgehend|binnen|loesch*|unterlass*|ersatz|entschaedigung", "sie|ihnen|daten|unverzueglich|umgehend|binnen|entschaedigung|unterlass*"]).unless(&["gutschrift|korrektur|rechnung|lieferung|nachbesserung"]),
];

pub(super) const EN: &[Rule] = &[
    rule(I, 92, &["lawyer|lawyers|attorney|attorneys|solicitor|solicitors|barrister|barristers|law firm|legal (counsel|team|department|advis*|advice|action|proceeding|proceedings|representative|right|rights|threat|threats)|(our|my) counsel"])
        .unless(&[FOOTER_EN]),
    rule(I, 90, &["(act|acting|instructed|retained) on behalf of|(act|acting|instructed|retained) for", "client|matter|ltd|limited|claim|debt|inc|llc|gmbh"]),
    rule(I, 92, &["lawsuit|litigation|litigate|sue|suing|sued|injunction|subpoena|bailiff|bailiffs|(in|to|the|county) court|small claims|court (date|order|hearing|claim|case)|statutory demand|cease and desist"])
        .unless(&[FOOTER_EN]),
    rule(I, 92, &["ombudsman|ombudsperson|regulator|fca|ftc|cfpb|bbb|ico|financial conduct authority|trading standards|citizens advice|better business bureau|attorney general|data protection (authority|officer|commissioner)|consumer protection"])
        .unless(&[FOOTER_EN]),
    rule(I, 92, &["gdpr|ccpa|sar|dsar|subject access|data subject|right to (erasure|access)|right to be forgotten|data protection act"]).unless(&[FOOTER_EN]),
    rule(I, 92, &["delete|erase|remove|disclose|provide|all|what|copy of|access to|stop processing", "(personal|my|our) data|data (hold|have|store|keep)|data you (hold|have|store|keep)|information (hold|have|store|keep|holds|stores|keeps)|information you (hold|have|store|keep|holds|stores|keeps)|information your company (hold|have|store|keep|holds|stores|keeps)|information that (hold|have|store|keep|holds|stores|keeps)|information that you (hold|have|store|keep|holds|stores|keeps)|information that your company (hold|have|store|keep|holds|stores|keeps)|about me"])
        .unless(&[FOOTER_EN]),
    rule(I, 90, &["harass*|threaten*|intimidat*|extort*|blackmail*|fraud*|scam*|crook|crooks|criminal|criminals|thieves|ripoff|abusive|defam*|libel*|discriminat*|racis*|con (artist|artists)|rip off"])
        .unless(&[FOOTER_EN, "fraud (team|department|check)"]),
    rule(I, 90, &["police|press charges|(report|reporting) (you|this|your)|(report|reported) to the"]).unless(&[FOOTER_EN, "(report|reporting) you (payment|month)|(report|reporting) this (payment|month)|(report|reporting) your (payment|month)"]),
    rule(I, 88, &["(formal|official|written|serious) complaint|(make|file|filing|lodge|lodging|raise|raising) a complaint|(complaint|complaints) (department|procedure|team)|(complaint|complaints) about (your|how)|(complaint|complaints) about the way|(complain|complaining) (to|about)"]),
    rule(I, 85, &["disgusting|disgraceful|outrageous|appalling|shameful|unacceptable (behavior|behaviour|tone|treatment)|how dare you"]),
    rule(I, 92, &["fuck*|f ing|f king|f ck*|fck*|effing|idiot|idiots|moron|morons|asshole|assholes|arsehole|arseholes|bastard|bastards|scumbag|scumbags|bullshit|shithead|shitheads|piss off|go to hell|screw you|bloody (fool|fools|idiot|idiots)|stupid (people|company|lot)"]),
    rule(I, 92, &["burn|kill|i know where|you'll regret|you'll pay for this|you'll be sorry|you will regret|you will pay for this|you will be sorry|come round and|come over and|come by and|watch your back|sort you out|hurt you|consequences for you|(go|going) to the (press|media|papers)|on social media|bad review"]),
    rule(I, 90, &["advocate|advocates|counsel|legal|legally|arbitrat*|mediation|tribunal|adjudicat*|damages|counterclaim|erasure|(represent|represents|represented|representing) (us|me)|breach of contract|pursuant to|article (15|17)|without prejudice|hereby (give|notify|demand)|statutory (demand|notice|claim)"])
        .unless(&[FOOTER_EN, "goods|legal (entity|name|address|form)|(damage|damages) in transit|(damage|damages) during transit|represents the (invoice|amount|total)|represents a (invoice|amount|total)|represents an (invoice|amount|total)|represents our (invoice|amount|total)|represents your (invoice|amount|total)"]),
    rule(I, 88, &["cops|authorities|watchdog|police|embassy|law enforcement|serious fraud"]).unless(&[FOOTER_EN, "tax authorities"]),
    rule(I, 86, &["review|reviews|trustpilot|twitter|facebook|linkedin|name and shame|the (press|papers|media|news)", "star|negative|bad|terrible|leave|leaving|post|posting|write|everywhere|expect|shame|public|(go|going) to"]).unless(&["reviewed|reviewing|under review|review (the|this|your|our)"]),
    rule(I, 86, &["rude|shouted|yelled|insulted|swore|sworn|lied|lying|liar|liars|aggressive|unprofessional|disrespectful|bullying|bullied|cowboys|clowns|jokers|incompetent|pathetic|shyster|shysters"]),
    rule(I, 84, &["manager|supervisor|boss|ceo|director|someone in charge", "your|complain*|(speak|talk) to|who is", "complain*|demand|want to (speak|talk)|speak to|who is|let me (speak|talk)"]).unless(&["(our|my) (manager|boss|ceo|director|supervisor)"]),
    rule(I, 86, &["consequences|take this further|take it further|take matters further|take action against|(last|final) warning|you have been warned|hold you (liable|responsible|accountable)|see what happens|regret (it|this)"]),
    rule(I, 84, &["complaint|complaints"]).unless(&["(no|without|any|never|zero) (complaint|complaints)|(no|without|any|never|zero) * (complaint|complaints)|not a (complaint|complaints)|not a * (complaint|complaints)"]),
    rule(I, 90, &["instructed|retained|engaged|acting", "by|for|on behalf of", "mr|mrs|ms|client|our|respond|reply|letter|matter|ltd|limited|gmbh|company"]).unless(&["forwarder|carrier|bank|payment|driver|to pay"]),
];
