//! Amounts, dates, percentages and lists as a language writes them.

use super::{Language, Placement};
use crate::money::Money;
use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use std::fmt::Write as _;

impl Language {
    /// An amount with its currency code: `1.234,50 EUR`, `EUR 1,234.50`; as many decimals as the
    /// currency has.
    #[must_use]
    pub fn money(&self, money: Money) -> String {
        let (number, code) = (self.number(money.amount()), money.currency());
        match self.format.currency {
            Placement::Before => format!("{code} {number}"),
            Placement::After => format!("{number} {code}"),
        }
    }

    /// A number with its decimals as they are, thousands grouped.
    #[must_use]
    pub fn number(&self, number: Decimal) -> String {
        let plain = number.abs().to_string();
        let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
        let mut out = String::with_capacity(plain.len() + 8);
        if number.is_sign_negative() && !number.is_zero() {
            out.push('-');
        }
        for (n, digit) in whole.chars().enumerate() {
            if n > 0 && (whole.len() - n) % 3 == 0 {
                out.push(self.format.group);
            }
            out.push(digit);
        }
        if !fraction.is_empty() {
            out.push(self.format.decimal);
            out.push_str(fraction);
        }
        out
    }

    /// A percentage, without superfluous zeros: `10,27 %`, `10.27%`.
    #[must_use]
    pub fn percent(&self, percent: Decimal) -> String {
        self.format.percent.replace("{n}", &self.number(percent.normalize()))
    }

    /// A date in a sentence: `12.12.2026`, `12 December 2026`.
    #[must_use]
    pub fn date(&self, date: NaiveDate) -> String {
        self.dated(&self.format.date, date)
    }

    /// A date in a table: `12.12.2026`, `12 Dec 2026`.
    #[must_use]
    pub fn date_short(&self, date: NaiveDate) -> String {
        self.dated(&self.format.date_short, date)
    }

    fn dated(&self, pattern: &str, date: NaiveDate) -> String {
        let month = |names: &[String; 12]| names.get(date.month0() as usize).cloned().unwrap_or_default();
        let mut out = String::with_capacity(20);
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let (token, after) = after.split_once('}').unwrap_or((after, ""));
            let _infallible = match token {
                "d" => write!(out, "{}", date.day()),
                "dd" => write!(out, "{:02}", date.day()),
                "mm" => write!(out, "{:02}", date.month()),
                "month" => write!(out, "{}", month(&self.format.months)),
                "mon" => write!(out, "{}", month(&self.format.months_short)),
                _ => write!(out, "{}", date.year()),
            };
            rest = after;
        }
        out.push_str(rest);
        out
    }

    /// `a`, `a und b`, `a, b und c`.
    #[must_use]
    pub fn list<S: AsRef<str>>(&self, parts: &[S]) -> String {
        let mut out = String::new();
        for (n, part) in parts.iter().enumerate() {
            if n > 0 {
                let last = n + 1 == parts.len();
                out.push_str(if last { " " } else { ", " });
                if last {
                    out.push_str(&self.format.and);
                    out.push(' ');
                }
            }
            out.push_str(part.as_ref());
        }
        out
    }
}
