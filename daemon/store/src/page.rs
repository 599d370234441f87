//! Keyset pages: how long lists are read piece by piece.
//!
//! Why: an offset grows slower with every page and skips or repeats rows when the list moves. A cursor
//! names the last row seen by the columns the list is ordered by. Guarantees: the cursor is opaque,
//! safe in a URL and bound to one list; a broken one is refused as invalid, never guessed at. Does not:
//! promise a stable snapshot across pages.

use crate::error::StoreError;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::fmt::Write as _;

/// Most rows of one page.
pub const MAX_LIMIT: u16 = 200;

/// Longest cursor that is looked at, in bytes.
const MAX_CURSOR: usize = 2048;

/// One piece of a list.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Page<T> {
    /// The rows, in the order of the list.
    pub rows: Vec<T>,
    /// Where the next page starts; `None`: this was the last one.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// A page out of `limit + 1` fetched rows: the surplus row only tells that there is more.
    pub(crate) fn of<K: Serialize>(
        list: &str,
        mut rows: Vec<T>,
        limit: i64,
        key: impl Fn(&T) -> K,
    ) -> Result<Self, StoreError> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = match rows.last() {
            Some(last) if more => Some(encode(list, &key(last))?),
            _ => None,
        };
        Ok(Self { rows, next })
    }

    /// The same page of other rows.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { rows: self.rows.into_iter().map(f).collect(), next: self.next }
    }
}

/// The number of rows to give: at least one, at most [`MAX_LIMIT`].
#[must_use]
pub(crate) fn clamp(limit: u16) -> i64 {
    i64::from(limit.clamp(1, MAX_LIMIT))
}

/// Writes a cursor of the named list.
pub(crate) fn encode<K: Serialize>(list: &str, key: &K) -> Result<String, StoreError> {
    let json = serde_json::to_vec(&(list, key)).map_err(|_| StoreError::corrupt("a page cursor"))?;
    Ok(json.iter().fold(String::with_capacity(json.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

/// Reads a cursor of the named list; `None` stays `None`.
pub(crate) fn decode<K: DeserializeOwned>(list: &str, cursor: Option<&str>) -> Result<Option<K>, StoreError> {
    let Some(text) = cursor else { return Ok(None) };
    let broken = || StoreError::invalid("the cursor is not one of this list");
    if text.is_empty() || text.len() > MAX_CURSOR || !text.is_ascii() || text.len() % 2 != 0 {
        return Err(broken());
    }
    let bytes = (0..text.len())
        .step_by(2)
        .map(|i| text.get(i..i + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()))
        .collect::<Option<Vec<u8>>>()
        .ok_or_else(broken)?;
    let (name, key): (String, K) = serde_json::from_slice(&bytes).map_err(|_| broken())?;
    if name == list { Ok(Some(key)) } else { Err(broken()) }
}

#[cfg(test)]
mod tests;
