//! Which parts are the text, and what files there are.
//!
//! Why: a mail says the same in several forms, or says one thing in several parts (text, file,
//! text). Guarantees: of alternatives the plain one is taken if it says anything, otherwise the
//! HTML; parts that follow one another are joined; the text is bounded by [`MAX_BODY`].

use super::AttachmentInfo;
use super::html;
use super::mime::Leaf;

/// Octets of text that are kept.
pub const MAX_BODY: usize = 1024 * 1024;

/// Where the text came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextSource {
    /// There is none.
    None,
    /// text/plain.
    Plain,
    /// text/html, converted.
    Html,
    /// Some of each.
    Both,
}

pub(super) struct Body {
    pub text: String,
    pub source: TextSource,
    pub hidden: bool,
    /// Indices of the leaves that are text, whether taken or not.
    texts: Vec<usize>,
}

pub(super) fn choose(leaves: &[Leaf<'_>]) -> Body {
    let mut body = Body { text: String::new(), source: TextSource::None, hidden: false, texts: Vec::new() };
    let mut index = 0;
    while let Some(leaf) = leaves.get(index) {
        let group = leaf.alternative;
        let last =
            leaves.iter().skip(index).take_while(|l| group.is_some() && l.alternative == group).count();
        let range = index..index + last.max(1);
        index = range.end;
        let texts: Vec<usize> =
            range.filter(|i| leaves.get(*i).is_some_and(|l| is_text(l, &body.texts))).collect();
        body.texts.extend(&texts);
        let chosen =
            |kind: &'static str| texts.iter().filter_map(|i| leaves.get(*i)).filter(move |l| l.kind == kind);
        let left = MAX_BODY.saturating_sub(body.text.len());
        let plain: Vec<String> =
            chosen("text/plain").map(|l| plain_text(l, left)).filter(|t| !t.trim().is_empty()).collect();
        if plain.is_empty() || group.is_none() {
            for leaf in chosen("text/html") {
                let seen = html::to_text(&leaf.text(html::MAX_HTML), MAX_BODY);
                body.hidden |= seen.hidden;
                body.add(&seen.text, TextSource::Html);
            }
        }
        for text in plain {
            body.add(&text, TextSource::Plain);
        }
    }
    body
}

impl Body {
    fn add(&mut self, text: &str, source: TextSource) {
        if text.trim().is_empty() {
            return;
        }
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        let left = MAX_BODY.saturating_sub(self.text.len() + 1);
        self.text.push_str(crate::text::head(text, left).trim_end());
        self.text.push('\n');
        self.source = match self.source {
            TextSource::None => source,
            known if known == source => known,
            TextSource::Plain | TextSource::Html | TextSource::Both => TextSource::Both,
        };
    }
}

/// Text to be read: not a file, or the first text of all even if it bears a name.
fn is_text(leaf: &Leaf<'_>, before: &[usize]) -> bool {
    matches!(leaf.kind.as_str(), "text/plain" | "text/html")
        && !leaf.attachment
        && (leaf.name.is_none() || before.is_empty())
}

fn plain_text(leaf: &Leaf<'_>, max: usize) -> String {
    // Encoded text takes up to three octets for one.
    let text = leaf.text(max.saturating_mul(3));
    match leaf.flowed {
        Some(delete_space) => unflow(&text, delete_space),
        None => text,
    }
}

/// Joins soft line breaks (RFC 3676 4): a line ending with a space goes on in the next one of the
/// same quote depth; the signature mark `-- ` does not. Removes the stuffed space.
fn unflow(text: &str, delete_space: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut flowing: Option<usize> = None;
    for line in text.lines() {
        let depth = line.bytes().take_while(|b| *b == b'>').count();
        let content = line.get(depth..).unwrap_or_default();
        let content = content.strip_prefix(' ').unwrap_or(content);
        let signature = content == "-- ";
        if flowing != Some(depth) || signature {
            if flowing.is_some() {
                out.push('\n');
            }
            out.extend(std::iter::repeat_n('>', depth));
            out.push_str(if depth > 0 { " " } else { "" });
        }
        let soft = content.ends_with(' ') && !signature;
        let shown = if soft && delete_space { content.strip_suffix(' ').unwrap_or(content) } else { content };
        out.push_str(shown);
        flowing = if soft {
            Some(depth)
        } else {
            out.push('\n');
            None
        };
    }
    out
}

/// Every leaf that is not text.
pub(super) fn attachments(leaves: &[Leaf<'_>], body: &Body) -> Vec<AttachmentInfo> {
    let files = leaves.iter().enumerate().filter(|(index, _)| !body.texts.contains(index));
    files
        .map(|(_, leaf)| AttachmentInfo {
            name: leaf.name.clone(),
            mime: leaf.kind.clone(),
            size: leaf.size(),
            inline: !leaf.attachment,
        })
        .collect()
}

#[cfg(test)]
mod tests;
