//! Currencies as a text names them: code, symbol or word.

use super::scan::Scan;
use crate::money::Currency;

/// ISO 4217 codes of circulating currencies, in order.
const CODES: &[&str] = &[
    "AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BHD", "BIF",
    "BMD", "BND", "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CLP", "CNY", "COP",
    "CRC", "CUP", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP",
    "GEL", "GHS", "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IQD",
    "IRR", "ISK", "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT", "LAK",
    "LBP", "LKR", "LRD", "LSL", "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR",
    "MWK", "MXN", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP",
    "PKR", "PLN", "PYG", "QAR", "RON", "RSD", "RUB", "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP",
    "SLE", "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL", "THB", "TJS", "TMT", "TND", "TOP", "TRY", "TTD",
    "TWD", "TZS", "UAH", "UGX", "USD", "UYU", "UZS", "VED", "VES", "VND", "VUV", "WST", "XAF", "XCD", "XCG",
    "XOF", "XPF", "YER", "ZAR", "ZMW", "ZWG",
];

/// Codes that are also words in capitals; without a number beside them they are no currency.
const WORDS: &[&str] = &["ALL", "BAM", "COP", "CUP", "GEL", "MAD", "MOP", "PEN", "SOS", "TOP", "TRY"];

/// Symbols; `$` alone is the US dollar.
const SYMBOLS: &[(char, &[&str])] = &[
    ('$', &["USD"]),
    ('＄', &["USD"]),
    ('£', &["GBP"]),
    ('￡', &["GBP"]),
    ('¥', &["JPY", "CNY"]),
    ('￥', &["JPY", "CNY"]),
    ('€', &["EUR"]),
    ('₹', &["INR"]),
    ('₺', &["TRY"]),
    ('₽', &["RUB"]),
    ('₩', &["KRW"]),
    ('₪', &["ILS"]),
    ('฿', &["THB"]),
    ('₫', &["VND"]),
    ('₴', &["UAH"]),
    ('₦', &["NGN"]),
    ('₱', &["PHP"]),
    ('₸', &["KZT"]),
    ('₾', &["GEL"]),
    ('₵', &["GHS"]),
    ('₡', &["CRC"]),
    ('₲', &["PYG"]),
];

/// Letters before a dollar sign.
const DOLLARS: &[(&[u8], &str)] = &[
    (b"us", "USD"),
    (b"a", "AUD"),
    (b"au", "AUD"),
    (b"c", "CAD"),
    (b"ca", "CAD"),
    (b"hk", "HKD"),
    (b"nz", "NZD"),
    (b"s", "SGD"),
    (b"sg", "SGD"),
    (b"r", "BRL"),
    (b"nt", "TWD"),
];

/// A currency in a text.
pub(super) struct Named {
    pub(super) end: usize,
    /// What it may be; empty when we do not know the sign.
    pub(super) currencies: Vec<Currency>,
    /// It may also be a word.
    pub(super) doubtful: bool,
    /// A hundredth of it, or a multiple.
    pub(super) scaled: bool,
}

/// Any character of the category of currency signs.
pub(super) const fn is_sign(c: char) -> bool {
    matches!(c, '$' | '¢'..='¥' | '֏' | '؋' | '৲' | '৳' | '૱' | '௹' | '฿' | '៛' | '\u{20a0}'..='\u{20cf}'
        | '﷼' | '﹩' | '＄' | '￠' | '￡' | '￥' | '￦')
}

fn codes(codes: &[&str]) -> Vec<Currency> {
    codes.iter().filter_map(|c| c.parse().ok()).collect()
}

impl Scan<'_> {
    /// The currency that is named at a place.
    pub(super) fn currency(&self, i: usize) -> Option<Named> {
        let view = &self.view;
        let c = view.at(i);
        let named = |end, currencies| Some(Named { end, currencies, doubtful: false, scaled: false });
        if is_sign(c) {
            let known = SYMBOLS.iter().find(|(s, _)| *s == c).map_or(&[] as &[&str], |(_, k)| k);
            return named(i + 1, codes(known));
        }
        if !c.is_alphabetic() || view.before(i).is_alphabetic() {
            return None;
        }
        let mut end = i + 1;
        while view.at(end).is_alphabetic() {
            end += 1;
        }
        if matches!(view.at(end), '$' | '＄') {
            let known = DOLLARS.iter().find(|(prefix, _)| *prefix == view.fold_of(i, end));
            return known.and_then(|(_, code)| named(end + 1, codes(&[code])));
        }
        let code = view.slice(i, end);
        if code.len() == 3
            && let Ok(currency) = code.parse::<Currency>()
            && (CODES.binary_search(&code).is_ok() || currency == self.facts.currency())
        {
            let doubtful = WORDS.contains(&code) && currency != self.facts.currency();
            return Some(Named { end, currencies: vec![currency], doubtful, scaled: false });
        }
        let word = self.lexicon.word(view.fold_of(i, end))?;
        if word.currencies.is_empty() && !word.scales {
            return None;
        }
        let (currencies, scaled) = (word.currencies.to_vec(), word.scales);
        Some(Named { end, currencies, doubtful: false, scaled })
    }
}
