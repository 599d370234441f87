//! Countries and regions, as codes.
//!
//! Why: a holiday or a law is looked up by country, and a misspelt country must be refused where it
//! comes in, not turned into "no holidays, no law". Guarantees: the shape of the code. Does not:
//! know whether a country of that code exists, or whether it has that region.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// An ISO 3166-1 alpha-2 code: two capital letters. The United Kingdom is `GB`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country([u8; 2]);

/// The part of an ISO 3166-2 code after the country: one to three capital letters or digits, such
/// as `BY` of `DE-BY`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Region(String);

/// Why a code was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// Not two capital letters.
    #[error("{0:?} is not a country code (two capital letters, ISO 3166-1)")]
    Country(String),
    /// Not one to three capital letters or digits.
    #[error("{0:?} is not a region code (what follows the country in ISO 3166-2, such as BY of DE-BY)")]
    Region(String),
    /// A region of another country.
    #[error("region {region:?} does not lie in {country}")]
    Elsewhere {
        /// The country.
        country: Country,
        /// The region as given.
        region: String,
    },
}

impl Country {
    /// The code.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XX")
    }
}

impl Region {
    /// The code.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.0
    }
}

/// What a refused text may show of itself: it comes from outside.
fn excerpt(text: &str) -> String {
    text.chars().take(16).collect()
}

impl FromStr for Country {
    type Err = PlaceError;

    fn from_str(s: &str) -> Result<Self, PlaceError> {
        match <[u8; 2]>::try_from(s.as_bytes()) {
            Ok(code) if code.iter().all(u8::is_ascii_uppercase) => Ok(Self(code)),
            _ => Err(PlaceError::Country(excerpt(s))),
        }
    }
}

impl FromStr for Region {
    type Err = PlaceError;

    fn from_str(s: &str) -> Result<Self, PlaceError> {
        let fits =
            (1..=3).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        if fits { Ok(Self(s.to_owned())) } else { Err(PlaceError::Region(excerpt(s))) }
    }
}

impl TryFrom<String> for Country {
    type Error = PlaceError;

    fn try_from(s: String) -> Result<Self, PlaceError> {
        s.parse()
    }
}

impl TryFrom<String> for Region {
    type Error = PlaceError;

    fn try_from(s: String) -> Result<Self, PlaceError> {
        s.parse()
    }
}

impl From<Country> for String {
    fn from(c: Country) -> Self {
        c.code().to_owned()
    }
}

impl From<Region> for String {
    fn from(r: Region) -> Self {
        r.0
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where somebody is, as far as holidays are concerned.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Place {
    /// Country.
    pub country: Country,
    /// Region, where known.
    pub region: Option<Region>,
}

impl Place {
    /// From texts of the ledger: `("DE", Some("BY"))` and `("DE", Some("DE-BY"))` are the same;
    /// an empty region is none.
    ///
    /// # Errors
    /// A code of the wrong shape, or a region that names another country.
    pub fn new(country: &str, region: Option<&str>) -> Result<Self, PlaceError> {
        let country: Country = country.parse()?;
        let region = match region.map(str::trim).filter(|r| !r.is_empty()) {
            None => None,
            Some(text) => Some(match text.split_once('-') {
                None => text.parse()?,
                Some((of, region)) if of == country.code() => region.parse()?,
                Some(_) => return Err(PlaceError::Elsewhere { country, region: excerpt(text) }),
            }),
        };
        Ok(Self { country, region })
    }

    /// The region holidays are looked up for. Where it is unknown, the most populous one stands in
    /// for countries whose nation-wide list alone would be misleading: Easter Monday is a holiday
    /// in most of the United Kingdom and of Switzerland, and nation-wide in neither.
    pub(crate) fn holiday_region(&self) -> Option<&str> {
        match (&self.region, self.country.code()) {
            (Some(region), _) => Some(region.code()),
            (None, "GB") => Some("ENG"),
            (None, "CH") => Some("ZH"),
            (None, _) => None,
        }
    }
}

#[cfg(test)]
mod tests;
