//! Header fields of a message or of a part.
//!
//! Why: fields come repeated, folded, encoded and broken. Guarantees: every instance of a field is
//! seen (a mail may carry two Auto-Submitted); values are one line without control characters and
//! bounded in length; numbers of addresses and Message-IDs are bounded.

use super::Person;
use crate::address::email_norm;
use crate::text::{line, pattern};
use chrono::{DateTime, Utc};
use mail_parser::{Address, ContentType, Header, HeaderValue, MessageParser};
use regex::Regex;
use std::sync::LazyLock;

/// Characters of a field that are kept.
const MAX_VALUE: usize = 1000;
/// Instances of one field, addresses, or Message-IDs that are kept.
const MAX_MANY: usize = 200;

static PARSER: LazyLock<MessageParser> = LazyLock::new(MessageParser::default);
static MESSAGE_ID: LazyLock<Regex> = LazyLock::new(|| pattern(r"<[^<>\s]{1,250}@[^<>\s]{1,250}>"));
static ADDRESS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"[^\s<>()\[\],;:"@]{1,64}@[^\s<>()\[\],;:"@]{1,255}"#));

#[derive(Debug, Default)]
pub(super) struct Fields<'a> {
    block: &'a [u8],
    headers: Vec<Header<'a>>,
}

impl<'a> Fields<'a> {
    /// `block` ends with a line feed or is empty.
    pub fn parse(block: &'a [u8]) -> Self {
        let message = PARSER.parse_headers(block).unwrap_or_default();
        let headers = message.parts.into_iter().next().map(|part| part.headers).unwrap_or_default();
        Self { block, headers }
    }

    pub fn is_empty(&self) -> bool {
        self.headers.is_empty()
    }

    fn named(&self, name: &str) -> impl Iterator<Item = &Header<'a>> {
        self.headers.iter().filter(move |h| h.name().eq_ignore_ascii_case(name)).take(MAX_MANY)
    }

    fn value(&self, name: &str) -> Option<&HeaderValue<'a>> {
        self.named(name).next().map(|h| &h.value)
    }

    /// The octets of a field after its colon, as text.
    fn raw(&self, header: &Header<'_>) -> String {
        let range = header.offset_start as usize..header.offset_end as usize;
        String::from_utf8_lossy(self.block.get(range).unwrap_or_default()).into_owned()
    }

    /// Every instance, unfolded but not decoded.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.named(name).map(|h| line(&self.raw(h), MAX_VALUE)).collect()
    }

    pub fn first(&self, name: &str) -> Option<String> {
        self.named(name).next().map(|h| line(&self.raw(h), MAX_VALUE))
    }

    pub fn has(&self, name: &str) -> bool {
        self.named(name).next().is_some()
    }

    /// An unstructured field with its encoded words decoded.
    pub fn text(&self, name: &str) -> Option<String> {
        self.value(name)?.as_text().map(|text| line(text, MAX_VALUE))
    }

    /// Message-IDs of all instances, with angle brackets, without repeats, the last one first.
    pub fn ids_backwards(&self, name: &str) -> Vec<String> {
        let raw: Vec<String> = self.named(name).map(|header| self.raw(header)).collect();
        let raw = raw.join(" ");
        let found: Vec<&str> = MESSAGE_ID.find_iter(&raw).map(|m| m.as_str()).collect();
        let mut ids: Vec<String> = Vec::new();
        for id in found.into_iter().rev() {
            if ids.len() < MAX_MANY && !ids.iter().any(|known| known == id) {
                ids.push(id.to_owned());
            }
        }
        ids
    }

    /// The same in the order of the header.
    pub fn ids(&self, name: &str) -> Vec<String> {
        let mut ids = self.ids_backwards(name);
        ids.reverse();
        ids
    }

    /// Every address of every instance, in any shape, normalised.
    pub fn addresses(&self, name: &str) -> Vec<String> {
        let mut found = Vec::new();
        for header in self.named(name) {
            let raw = self.raw(header);
            found.extend(ADDRESS.find_iter(&raw).take(MAX_MANY).filter_map(|m| email_norm(m.as_str())));
        }
        found.truncate(MAX_MANY);
        found
    }

    /// Addresses with their names.
    pub fn people(&self, name: &str) -> Vec<Person> {
        let mut people = Vec::new();
        for address in self.named(name).filter_map(|h| h.value.as_address()) {
            let list: Box<dyn Iterator<Item = _>> = match address {
                Address::List(list) => Box::new(list.iter()),
                Address::Group(groups) => Box::new(groups.iter().flat_map(|g| &g.addresses)),
            };
            for entry in list.take(MAX_MANY) {
                if let Some(email) = entry.address.as_deref().and_then(email_norm) {
                    let name = entry.name.as_deref().map(|n| line(n, 200)).filter(|n| !n.is_empty());
                    people.push(Person { name, email });
                }
            }
        }
        people.truncate(MAX_MANY);
        people
    }

    pub fn date(&self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(
            self.value("Date")?.as_datetime().filter(|d| d.is_valid())?.to_timestamp(),
            0,
        )
    }

    fn content_type(&self) -> Option<&ContentType<'a>> {
        self.value("Content-Type")?.as_content_type()
    }

    /// `type/subtype` in lower case.
    pub fn media_type(&self) -> Option<String> {
        let kind = self.content_type()?;
        Some(line(&format!("{}/{}", kind.ctype(), kind.subtype()?), 100).to_ascii_lowercase())
    }

    pub fn type_parameter(&self, name: &str) -> Option<String> {
        self.content_type()?.attribute(name).map(|value| line(value, 200))
    }

    /// The boundary exactly as it will appear, or nothing usable.
    pub fn multipart_boundary(&self) -> Option<String> {
        let boundary = self.content_type()?.attribute("boundary")?.trim_end();
        (!boundary.is_empty() && boundary.len() <= 250).then(|| boundary.to_owned())
    }

    pub fn report_type(&self) -> Option<String> {
        (self.media_type()? == "multipart/report")
            .then(|| self.type_parameter("report-type").unwrap_or_default().to_ascii_lowercase())
    }

    fn disposition(&self) -> Option<&ContentType<'a>> {
        self.value("Content-Disposition")?.as_content_type()
    }

    pub fn is_attachment(&self) -> bool {
        self.disposition().is_some_and(ContentType::is_attachment)
    }

    /// The name a sender gave a file, without directories. For showing, never for opening.
    pub fn file_name(&self) -> Option<String> {
        let name = self.disposition().and_then(|d| d.attribute("filename"));
        let name = line(name.or_else(|| self.content_type()?.attribute("name"))?, 200);
        let base = name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
        (!base.is_empty()).then_some(base)
    }
}
