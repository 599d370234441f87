//! Lawyers, courts, regulators, data subjects, complaints, abuse, threats. Recall before precision.
//! Words that stand in every German footer (Amtsgericht, Registergericht, Geschäftsführer) and in every
//! English disclaimer (confidential, privileged) are left out on purpose.

use super::words::NOT_DE;
use crate::rules::table::{Rule, rule};
use domain::kinds::Intent::LegalOrComplaint as I;

const FOOTER_DE: &str = r"\b(datenschutzhinweis\w*|datenschutzerklaerung|informationen zum datenschutz|datenschutzbestimmungen|datenschutzinformation\w*|registergericht|hrb|ust-?id\w*|sitz der gesellschaft)\b";
const FOOTER_EN: &str = r"\b(privacy (policy|notice|statement)|intended recipient|in error|registered (office|in)|company (no|number|registration))\b";

pub(super) const DE: &[Rule] = &[
    rule(I, 92, &[r"\b(rechtsanwalt\w*|rechtsanwaelt\w*|anwalt|anwalts|anwaelte|anwaeltin|anwaltlich\w*|anwaltskanzlei|kanzlei|rechtsbeistand|rechtsabteilung|rechtsvertret\w*|justiziar\w*|jurist\w*|mandant\w*)\b"])
        .unless(&[FOOTER_DE]),
    rule(I, 92, &[r"\b(in vollmacht|bevollmaechtigt\w*|rechtlich vertreten|vertreten wir|anzeigen? (wir|ich) an, dass)\b"]).unless(&[FOOTER_DE]),
    rule(I, 90, &[r"\b(rechtlich\w* schritte|rechtsweg|rechtsstreit|klage|klagen|verklag\w*|prozess(ieren)?|einstweilige\w*|unterlassungs\w*|abmahn\w*|schadens?ersatz\w*|schmerzensgeld)\b"])
        .unless(&[r"\bkeine klagen\b"]),
    rule(I, 90, &[r"\b(strafanzeige|anzeige erstatt\w*|erstatt\w* (ich |wir )?(straf)?anzeige|zur anzeige|anzeige (wegen|gegen|bei|laeuft|ist raus)|polizei|polizeilich\w*|staatsanwalt\w*|kripo)\b|\bzeige(n)? (ich |wir )?sie\b.*\ban\b|\banzeigen\b"])
        .unless(&[r"\b(auf)?klick\w*|\bbildschirm\b"]),
    rule(I, 90, &[r"\b(vor gericht|vors gericht|das gericht|beim gericht|gerichtlich\w*|gerichtstermin|mahnbescheid\w*|vollstreckungsbescheid\w*|mahngericht|mahnverfahren|gerichtsvollzieher)\b"])
        .unless(&[r"\b(erlaub|ruecksicht)\w*"]),
    rule(I, 92, &[r"\b(verbraucherzentrale|verbraucherschutz\w*|schlichtungsstelle|schlichtung|ombuds\w*|bafin|aufsichtsbehoerde|bundesnetzagentur|wettbewerbszentrale|handelskammer|ihk beschwer\w*|datenschutzbeauftragte\w*|landesdatenschutz\w*|datenschutzbehoerde\w*|\w+behoerde\w*)\b"])
        .unless(&[FOOTER_DE]),
    rule(I, 92, &[r"\b(dsgvo|datenschutzgrundverordnung|bdsg|selbstauskunft|auskunftsanspruch|recht auf (auskunft|loeschung|vergessen\w*))\b"]).unless(&[FOOTER_DE]),
    rule(I, 90, &[r"\b(auskunft|loesch\w*|sperr\w*|gespeichert\w*)\b", r"\b(daten|personenbezogen\w*)\b"]).unless(&[FOOTER_DE]),
    rule(I, 88, &[r"\b(betrug|betrueg\w*|abzock\w*|noetigung\w*|genoetigt|noetigen|erpress\w*|wucher\w*|unterschlag\w*|arglist\w*|kriminell\w*|verbrecher\w*|gauner\w*|halunken|mafia|drohung\w*|drohen|belaestig\w*|stalking|rufmord|bedroh\w*|rassis\w*|diskriminier\w*)\b"]),
    rule(I, 85, &[r"\b(beschwere|beschweren|beschwerde\w*|dienstaufsichtsbeschwerde|unverschaemt\w*|frechheit|unmoeglich(e[srn]?)? (verhalten|benehmen|ton)|ungeheuerlich\w*|skandal\w*|schweinerei|sauerei)\b"])
        .unless(&[NOT_DE]),
    rule(I, 92, &[r"\b(arschl\w*|idiot\w*|vollidiot\w*|verpiss\w*|fick\w*|wichser\w*|hurens\w*|drecks\w*|dreckig\w*|schweine|scheiss\w*|vollpfosten|deppen?|trottel|penner|leck\w* mich|ihr koennt mich|sie koennen mich mal)\b"]),
    rule(I, 90, &[r"\b(pass(t|en)? (sie )?(bloss |ja |nur )?auf\b|ich weiss,? wo|wird (ihnen|euch) (noch )?leid ?tun|bereuen|konsequenzen (haben|ziehen)|warne (sie|euch)|letzte warnung|besuch (bekommen|abstatten)|komme? (ich |wir )?(persoenlich )?vorbei und|fertig ?mach\w*|kennenlernen werden|mach\w* (euch|sie) fertig|an die presse|oeffentlich machen|in den medien)"]),
    rule(I, 88, &[r"\b(rechtsschutz\w*|hoeren (noch )?von (meinem|unserem)|rechtsmittel|rechtsanspruch|rechtswidrig\w*|gesetzeswidrig\w*|strafbar\w*|vertragsbruch|schiedsverfahren|mediation|fristsetzung|haftbar)\b"]).unless(&[FOOTER_DE]),
    rule(I, 86, &[r"\b(lasse?n?|gefallen|bieten|hinnehmen|dulde\w*)\b", r"\b(mir|uns)\b", r"\b(nicht (laenger )?(bieten|gefallen)|nicht gefallen|nicht bieten)\b"]),
    rule(I, 86, &[r"\b(mitarbeiter\w*|kolleg\w*|sachbearbeiter\w*|dame|herr|frau|sie|ihr)\b", r"\b(angeschrien|angebruellt|beleidigt|beschimpft|angelogen|gelogen|unhoeflich|respektlos|pampig|unfreundlich|ausfallend|bedroht|aufgelegt)\b"]),
    rule(I, 84, &[r"\b(vorgesetzte[rn]?|geschaeftsleitung|geschaeftsfuehrung|chef)\b", r"\b(ihr|ihre[rnm]?|ihren|beschwer\w*|sprechen|melden|wer ist)\b"]).unless(&[r"\b(unser\w*|mein\w*) (chef|vorgesetzte\w*|geschaeftsfuehrung|geschaeftsleitung)\b"]),
    rule(I, 84, &[r"\b(bewertung\w*|rezension\w*|google|trustpilot|presse|zeitung|fernsehen|social media|oeffentlich|anprangern)\b", r"\b(schlecht\w*|negativ\w*|schreib\w*|stern\w*|machen|veroeffentlich\w*|geh\w*|wende\w*|erfahren|posten)\b"]),
    rule(I, 86, &[r"\b(amtsgericht|landgericht|oberlandesgericht|arbeitsgericht|aktenzeichen|geschaeftszeichen|az\.)", r"\b(liegt|beim|az|aktenzeichen|verfahren|klage|antrag|beschluss|verhandlung|termin|eingereicht|entscheid\w*)\b"]).unless(&[FOOTER_DE, r"\b(hra|hrb|handelsregister|ihr zeichen|unser zeichen)\b"]),
    rule(I, 84, &[r"\b(fordere|fordern|verlange|verlangen|setze|setzen)\b", r"\b(auf|frist|unverzueglich|umgehend|binnen|loesch\w*|unterlass\w*|ersatz|entschaedigung)\b", r"\b(sie|ihnen|daten|unverzueglich|umgehend|binnen|entschaedigung|unterlass\w*)\b"]).unless(&[r"\b(gutschrift|korrektur|rechnung|lieferung|nachbesserung)\b"]),
];

pub(super) const EN: &[Rule] = &[
    rule(I, 92, &[r"\b(lawyers?|attorneys?|solicitors?|barristers?|law firm|legal (counsel|team|department|advis\w*|advice|action|proceedings?|representative|rights?|threats?)|our counsel|my counsel)\b"])
        .unless(&[FOOTER_EN]),
    rule(I, 90, &[r"\b(act|acting|instructed|retained) (on behalf of|for)\b", r"\b(client|matter|ltd|limited|claim|debt|inc|llc|gmbh)\b"]),
    rule(I, 92, &[r"\b(in court|to court|small claims|the court|county court|court (date|order|hearing|claim|case)|lawsuit|litigation|litigate|sue|suing|sued|injunction|statutory demand|cease and desist|subpoena|bailiffs?)\b"])
        .unless(&[FOOTER_EN]),
    rule(I, 92, &[r"\b(ombudsman|ombudsperson|regulator|fca|ftc|cfpb|financial conduct authority|trading standards|citizens advice|better business bureau|bbb|attorney general|data protection (authority|officer|commissioner)|ico|consumer protection)\b"])
        .unless(&[FOOTER_EN]),
    rule(I, 92, &[r"\b(gdpr|ccpa|subject access|sar|dsar|data subject|right to (erasure|be forgotten|access)|data protection act)\b"]).unless(&[FOOTER_EN]),
    rule(I, 92, &[r"\b(delete|erase|remove|copy of|access to|disclose|stop processing|provide|all|what)\b", r"\b(personal data|my data|our data|data (you )?(hold|have|store|keep)|information (that )?(you |your company )?(hold|have|store|keep|holds|stores|keeps)|about me)\b"])
        .unless(&[FOOTER_EN]),
    rule(I, 90, &[r"\b(harass\w*|threaten\w*|intimidat\w*|extort\w*|blackmail\w*|fraud\w*|scam\w*|crooks?|criminals?|thieves|con artists?|rip-?off|abusive|defam\w*|libel\w*|discriminat\w*|racis\w*)\b"])
        .unless(&[FOOTER_EN, r"\bfraud (team|department|check)\b"]),
    rule(I, 90, &[r"\b(police|press charges|report(ing)? (you|this|your)|report(ed)? to the)\b"]).unless(&[FOOTER_EN, r"\breport(ing)? (you|this|your) (payment|month)\b"]),
    rule(I, 88, &[r"\b(formal|official|written|serious|make a|file a|filing a|lodge a|lodging a|raise a|raising a) complaint\b|\bcomplaints? (department|procedure|team|about (your|the way|how))\b|\bcomplain(ing)? (to|about)\b"]),
    rule(I, 85, &[r"\b(disgusting|disgraceful|outrageous|appalling|shameful|unacceptable (behaviou?r|tone|treatment)|how dare you)\b"]),
    rule(I, 92, &[r"\bf[u*][c*]?[k*]+\w*|\b(idiots?|morons?|assholes?|arseholes?|bastards?|scumbags?|bullshit|shitheads?|piss off|go to hell|screw you|bloody (fools?|idiots?)|stupid (people|company|lot))\b"]),
    rule(I, 92, &[r"\b(i know where|you('ll| will) (regret|pay for this|be sorry)|come (round|over|by) and|watch your back|sort you out|burn|hurt you|kill|consequences for you|go(ing)? to the (press|media|papers)|on social media|bad review)\b"]),
    rule(I, 90, &[r"\b(advocates?|counsel|represent(s|ed|ing)? (us|me)|legal|legally|arbitrat\w*|mediation|tribunal|adjudicat\w*|breach of contract|damages|counterclaim|pursuant to|article 1[57]|without prejudice|hereby (give|notify|demand)|erasure|statutory (demand|notice|claim))\b"])
        .unless(&[FOOTER_EN, r"\b(legal (entity|name|address|form)|damages? (in|during) transit|goods|represents (the|a|an|our|your) (invoice|amount|total))\b"]),
    rule(I, 88, &[r"\b(cops|authorities|watchdog|police|law enforcement|embassy|serious fraud)\b"]).unless(&[FOOTER_EN, r"\btax authorities\b"]),
    rule(I, 86, &[r"\b(reviews?|trustpilot|twitter|facebook|linkedin|name and shame|the (press|papers|media|news))\b", r"\b(star|negative|bad|terrible|leave|leaving|post|posting|write|everywhere|go(ing)? to|expect|shame|public)\b"]).unless(&[r"\b(under review|review (the|this|your|our)|reviewed|reviewing)\b"]),
    rule(I, 86, &[r"\b(rude|shouted|yelled|insulted|swore|sworn|lied|lying|liars?|aggressive|unprofessional|disrespectful|bullying|bullied|cowboys|clowns|jokers|incompetent|pathetic|shysters?)\b"]),
    rule(I, 84, &[r"\b(manager|supervisor|boss|someone in charge|ceo|director)\b", r"\b(your|complain\w*|speak to|talk to|who is)\b", r"\b(complain\w*|demand|want to (speak|talk)|speak to|who is|let me (speak|talk))\b"]).unless(&[r"\b(our|my) (manager|boss|ceo|director|supervisor)\b"]),
    rule(I, 86, &[r"\b(take (this|it|matters) further|take action against|consequences|last warning|final warning|you have been warned|hold you (liable|responsible|accountable)|see what happens|regret (it|this))\b"]),
    rule(I, 84, &[r"\bcomplaints?\b"]).unless(&[r"\b(no|not a|without|any|never|zero) (\w+ )?complaints?\b"]),
    rule(I, 90, &[r"\b(instructed|retained|engaged|acting)\b", r"\b(by|for|on behalf of)\b", r"\b(mr|mrs|ms|client|our|respond|reply|letter|matter|ltd|limited|gmbh|company)\b"]).unless(&[r"\b(forwarder|carrier|bank|to pay|payment|driver)\b"]),
];
