//! Words that many rules share.

/// Negation.
pub const NOT_DE: &str =
    r"\b(nicht|nichts|kein|keine|keinen|keinem|keiner|keines|keinerlei|nie|niemals|weder|nirgends)\b";
/// Negation.
pub const NOT_EN: &str = r"\b(not|no [a-z]\w*|never|none|nothing|neither|nor|cannot|(ca|wo|do|does|did|have|has|had|is|are|was|were|would|could|should)n'?t)\b";

/// Participles of paying.
pub const PAID_DE: &str =
    r"\b(bezahlt|gezahlt|eingezahlt|ueberwiesen|beglichen|ausgeglichen|angewiesen|abgebucht|eingezogen)\b";
/// Past of paying.
pub const PAID_EN: &str = r"\b(paid|settled|transferred|wired|remitted|cleared|mailed a che(ck|que)|sent (the )?(payment|money|funds|che(ck|que)))\b";

/// Auxiliaries of the past.
pub const HAVE_DE: &str = r"\b(habe|haben|hat|hatte|hatten|wurde|wurden|worden|ist|sind|war|waren)\b";

/// To pay, present and infinitive.
pub const PAY_DE: &str = r"\b(zahl|zahle|zahlen|bezahl|bezahle|bezahlen|ueberweise|ueberweisen|begleiche|begleichen|ausgleichen|anweisen|nachzahlen|einzahlen|abzahlen|abbezahlen)\b";

/// The speaker.
pub const WE_DE: &str = r"\b(ich|wir)\b";

/// The payment as a noun.
pub const PAYMENT_DE: &str = r"\b(zahlung|zahlungen|ueberweisung|bezahlung|geld|betrag|gesamtbetrag|restbetrag|rest|summe|ausgleich|anweisung|rechnung|rechnungen)\b";

/// A condition: what follows it is no promise and no claim.
pub const IF_DE: &str = r"\b(wenn|sobald|falls|sofern|bevor|ehe|solange|vorausgesetzt|erst nach|erst wenn|erst dann|bis zur klaerung|unter der bedingung|andernfalls|ansonsten)\b";
/// A condition.
pub const IF_EN: &str = r"\b(if|once|unless|until|provided|as soon as|as long as|before|only after|on condition|otherwise|when you|after you)\b";

/// Something was forgotten or still lies ahead.
pub const YET_DE: &str = r"\bnoch (nicht|nichts|kein\w*|offen)\b";

/// The invoice.
pub const INVOICE_DE: &str = r"\b(rechnung|rechnungen|faktura|rg|rechnungsnummer)\b";
/// The invoice.
pub const INVOICE_EN: &str = r"\b(invoices?|bills?)\b";

/// Words of instalments in time.
pub const MONTHLY: &str = r"\b(monatlich\w*|im monat|pro monat|jeden monat|wochentlich|pro woche|a month|per month|each month|every month|monthly|a week|per week|weekly)\b";

/// An IBAN, with or without blanks.
pub const IBAN: &str = r"\b[a-z]{2}[0-9]{2} ?([a-z0-9]{4} ?){2,7}[a-z0-9]{0,4}\b";

/// Nouns of bank details.
pub const BANK_DE: &str = r"\b(iban|bic|bankverbindung\w*|kontoverbindung\w*|bankdaten|kontodaten|kontoangaben|kontonummer\w*|bankkonto)\b";
/// Nouns of bank details.
pub const BANK_EN: &str = r"\b(iban|bic|swift|sort code|routing number|(bank|account|banking|wire|payment|remittance) (details?|info|information|instructions?|coordinates|numbers?)|bank accounts?|beneficiary)\b";
