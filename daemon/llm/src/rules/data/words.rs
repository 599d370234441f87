//! Words that many rules share.

/// Negation.
pub const NOT_DE: &str =
    "nicht|nichts|kein|keine|keinen|keinem|keiner|keines|keinerlei|nie|niemals|weder|nirgends";
/// Negation.
pub const NOT_EN: &str =
    "not|no *|never|none|nothing|neither|nor|cannot|*n't|dont|cant|wont|didnt|isnt|doesnt|havent";

/// Participles of paying.
pub const PAID_DE: &str =
    "bezahlt|gezahlt|eingezahlt|ueberwiesen|beglichen|ausgeglichen|angewiesen|abgebucht|eingezogen";
/// Past of paying.
pub const PAID_EN: &str = "paid|settled|transferred|wired|remitted|cleared|mailed a (check|cheque)|sent (payment|money|funds|check|cheque)|sent the (payment|money|funds|check|cheque)";

/// Auxiliaries of the past.
pub const HAVE_DE: &str = "habe|haben|hat|hatte|hatten|wurde|wurden|worden|ist|sind|war|waren";

/// To pay, present and infinitive.
pub const PAY_DE: &str = "zahl|zahle|zahlen|bezahl|bezahle|bezahlen|ueberweise|ueberweisen|begleiche|begleichen|ausgleichen|anweisen|nachzahlen|einzahlen|abzahlen|abbezahlen";

/// The speaker.
pub const WE_DE: &str = "ich|wir";

/// The payment as a noun.
pub const PAYMENT_DE: &str = "zahlung|zahlungen|ueberweisung|bezahlung|geld|betrag|gesamtbetrag|restbetrag|rest|summe|ausgleich|anweisung|rechnung|rechnungen";

/// A condition: what follows it is no promise and no claim.
pub const IF_DE: &str = "wenn|sobald|falls|sofern|bevor|ehe|solange|vorausgesetzt|andernfalls|ansonsten|erst (nach|wenn|dann)|bis zur klaerung|unter der bedingung";
/// A condition.
pub const IF_EN: &str = "if|once|unless|until|provided|before|otherwise|as soon as|as long as|only after|on condition|(when|after) you";

/// Something was forgotten or still lies ahead.
pub const YET_DE: &str = "noch (nicht|nichts|kein*|offen)";

/// The invoice.
pub const INVOICE_DE: &str = "rechnung|rechnungen|faktura|rg|rechnungsnummer";
/// The invoice.
pub const INVOICE_EN: &str = "invoice|invoices|bill|bills";

/// Words of instalments in time.
pub const MONTHLY: &str = "monatlich*|wochentlich|monthly|weekly|(im|jeden) monat|pro (monat|woche)|(a|per) (month|week)|(each|every) month";

/// An IBAN, with or without blanks.
pub const IBAN: &str = "<iban>";

/// Nouns of bank details.
pub const BANK_DE: &str =
    "iban|bic|bankverbindung*|kontoverbindung*|bankdaten|kontodaten|kontoangaben|kontonummer*|bankkonto";
/// Nouns of bank details.
pub const BANK_EN: &str = "iban|bic|swift|beneficiary|sort code|routing number|bank (detail|details|info|information|instruction|instructions|coordinates|number|numbers|account|accounts)|(account|banking|wire|payment|remittance) (detail|details|info|information|instruction|instructions|coordinates|number|numbers)";
