//! The rules, in groups by intent.
//!
//! Why: a person who knows how customers write should be able to read and extend them. Each file holds
//! the German rules first, then the English ones; the language of the patterns is that of `lexicon`, for
//! folded text (lower case, ae oe ue ss for umlauts). Several patterns of one rule may match in any
//! order, so that "haben wir überwiesen" and "überwiesen haben wir" are one rule.

mod bank;
mod denial;
mod dispute;
mod hardship;
mod legal;
mod machine;
mod paid;
mod paper;
mod people;
mod plan;
mod promise;
mod stop;
mod words;

use super::table::Rule;

/// All groups; the dangerous five first.
pub(super) const GROUPS: &[&[Rule]] = &[
    bank::DE,
    bank::EN,
    legal::DE,
    legal::EN,
    stop::DE,
    stop::EN,
    hardship::DE,
    hardship::EN,
    dispute::DE,
    dispute::EN,
    denial::DE,
    denial::EN,
    plan::DE,
    plan::EN,
    promise::DE,
    promise::EN,
    paid::DE,
    paid::EN,
    paper::DE,
    paper::EN,
    people::DE,
    people::EN,
    machine::DE,
    machine::EN,
];
