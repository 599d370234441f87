//! The text a person sees in an HTML part.
//!
//! Why: many replies have no plain part, and what was quoted is only visible in the markup.
//! Guarantees: one pass, no tree, no recursion, every search remembers that it failed; block
//! elements become lines, `blockquote` becomes `> ` in front of its lines, so that history is told
//! from new text the same way as in plain mail; text hidden by `hidden`, `display:none`,
//! `visibility:hidden`, `font-size:0` or `mso-hide` is left out and reported.
//!
//! What it does not do: style sheets are not read (a class can hide text unnoticed), links and
//! pictures are dropped, tables become lines.

use mail_parser::decoders::html::add_html_token;

/// Octets of markup that are read.
pub(super) const MAX_HTML: usize = 4 * 1024 * 1024;
/// Open elements that are remembered, and how far an end tag looks back.
const MAX_OPEN: usize = 500;
const LOOK_BACK: usize = 50;
/// Quote marks in front of a line.
const MAX_QUOTE: usize = 10;

const BREAKING: [&str; 30] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "li",
    "main",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "tr",
    "ul",
    "title",
];
const SILENT: [&str; 5] = ["script", "style", "title", "template", "svg"];
const VOID: [&str; 10] = ["br", "hr", "img", "input", "meta", "link", "col", "area", "wbr", "base"];

/// Text of an HTML part.
pub(super) struct Seen {
    pub text: String,
    /// Whether hidden text was left out.
    pub hidden: bool,
}

struct Element {
    name: String,
    hides: bool,
    quotes: bool,
    pre: bool,
}

#[derive(Default)]
struct Writer {
    out: String,
    open: Vec<Element>,
    hiding: usize,
    quoting: usize,
    pre: usize,
    /// A space is due before the next word.
    space: bool,
    /// Nothing was written on this line yet.
    fresh: bool,
    found_hidden: bool,
}

/// Searches that found nothing, from where they need not be tried again.
#[derive(Default)]
struct Fruitless {
    tag_end: bool,
    comment_end: bool,
    silent: [bool; SILENT.len()],
}

pub(super) fn to_text(html: &str, max: usize) -> Seen {
    let html = crate::text::head(html, MAX_HTML);
    let mut writer = Writer { fresh: true, ..Writer::default() };
    let mut fruitless = Fruitless::default();
    let mut rest = html;
    while !rest.is_empty() && writer.out.len() < max {
        let text_end = rest.find('<').unwrap_or(rest.len());
        let (text, tail) = rest.split_at(text_end);
        writer.text(text);
        rest = markup(tail, &mut writer, &mut fruitless);
    }
    let text = crate::text::head(&writer.out, max).trim_end().replace('\0', "");
    Seen { text, hidden: writer.found_hidden }
}

/// Handles what begins with `<`; gives what follows it.
fn markup<'a>(rest: &'a str, writer: &mut Writer, fruitless: &mut Fruitless) -> &'a str {
    let Some(after) = rest.strip_prefix('<') else { return rest };
    if let Some(comment) = after.strip_prefix("!--").filter(|_| !fruitless.comment_end) {
        match comment.find("-->") {
            Some(end) => return comment.get(end + 3..).unwrap_or_default(),
            None => fruitless.comment_end = true,
        }
    }
    let is_tag = after.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
    let end = if is_tag && !fruitless.tag_end { tag_end(after) } else { None };
    let Some(end) = end else {
        fruitless.tag_end |= is_tag;
        writer.text("<");
        return after;
    };
    let (inside, mut next) = (after.get(..end).unwrap_or_default(), after.get(end + 1..).unwrap_or_default());
    let closing = inside.starts_with('/');
    let name_end = |text: &str| text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len());
    let inside = inside.trim_start_matches('/');
    let name = inside.get(..name_end(inside)).unwrap_or_default().to_ascii_lowercase();
    if closing {
        writer.end(&name);
        return next;
    }
    if let Some(silent) = SILENT.iter().position(|s| *s == name) {
        let known = fruitless.silent.get(silent).copied().unwrap_or(true);
        match (!known).then(|| find_end_tag(next, &name)).flatten() {
            Some(after) => next = after,
            None => fruitless.silent.iter_mut().skip(silent).take(1).for_each(|f| *f = true),
        }
        return next;
    }
    writer.start(&name, inside);
    next
}

/// The `>` that ends a tag, quoted attribute values skipped; if a quote never ends, the first `>`.
fn tag_end(text: &str) -> Option<usize> {
    let (mut quote, mut last, mut first) = (None, 0u8, None);
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') if last == b'=' => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            (Some(_), b'>') if first.is_none() => first = Some(at),
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            last = byte;
        }
    }
    first
}

/// What follows `</name…>`.
fn find_end_tag<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = text;
    loop {
        rest = rest.get(rest.find("</")? + 2..)?;
        if rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)) {
            return rest.get(rest.find('>')? + 1..);
        }
    }
}

impl Writer {
    fn start(&mut self, name: &str, tag: &str) {
        match name {
            "br" => return self.newline(),
            "hr" => {
                self.break_line();
                self.word("________________________________");
                return self.break_line();
            }
            "td" | "th" => self.space = true,
            "p" => {
                self.end_within("p", 3);
                self.break_line();
                if !self.out.is_empty() && !self.out.ends_with("\n\n") {
                    self.newline();
                }
            }
            _ if BREAKING.contains(&name) => self.break_line(),
            _ => {}
        }
        if VOID.contains(&name) || self.open.len() >= MAX_OPEN {
            return;
        }
        let element = Element {
            name: name.to_owned(),
            hides: hides(tag),
            quotes: name == "blockquote",
            pre: name == "pre",
        };
        self.hiding += usize::from(element.hides);
        self.quoting += usize::from(element.quotes);
        self.pre += usize::from(element.pre);
        self.open.push(element);
        if name == "li" {
            self.word("-");
            self.space = true;
        }
    }

    fn end(&mut self, name: &str) {
        self.end_within(name, LOOK_BACK);
        if BREAKING.contains(&name) {
            self.break_line();
        }
    }

    /// Closes the innermost element of that name, and what is open inside it.
    fn end_within(&mut self, name: &str, depth: usize) {
        let Some(back) = self.open.iter().rev().take(depth).position(|e| e.name == name) else { return };
        let quoting = self.quoting;
        for element in self.open.drain(self.open.len() - back - 1..) {
            self.hiding -= usize::from(element.hides);
            self.quoting -= usize::from(element.quotes);
            self.pre -= usize::from(element.pre);
        }
        if self.quoting < quoting && !self.fresh {
            self.newline();
        }
    }

    fn text(&mut self, text: &str) {
        if self.hiding > 0 {
            // Space characters and invisible fillers hide nothing.
            let filler = |c: char| {
                c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{ad}' | '\u{34f}' | '\u{feff}')
            };
            let plain =
                text.replace("&nbsp;", "").replace("&zwnj;", "").replace("&#847;", "").replace("&shy;", "");
            self.found_hidden |= !plain.chars().all(filler);
            return;
        }
        if self.pre > 0 {
            for (number, line) in text.split('\n').enumerate() {
                if number > 0 {
                    self.newline();
                }
                if !line.is_empty() {
                    self.words(line, true);
                }
            }
        } else {
            self.words(text, false);
        }
    }

    fn words(&mut self, text: &str, keep: bool) {
        let is_space = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}');
        if keep {
            return self.word(text);
        }
        for (number, word) in text.split(is_space).enumerate() {
            self.space |= number > 0;
            if !word.is_empty() {
                self.word(word);
            }
        }
    }

    /// Text without a space to collapse, entities decoded.
    fn word(&mut self, word: &str) {
        if self.fresh {
            for _ in 0..self.quoting.min(MAX_QUOTE) {
                self.out.push_str("> ");
            }
        } else if self.space {
            self.out.push(' ');
        }
        (self.fresh, self.space) = (false, false);
        let mut rest = word;
        while let Some(at) = rest.find('&') {
            let (before, entity) = rest.split_at(at);
            self.out.push_str(before);
            let end =
                entity.bytes().take(34).position(|b| b == b';').filter(|end| entity.is_char_boundary(*end));
            let token = end.and_then(|end| entity.get(..=end)).filter(|t| t.is_ascii());
            match token {
                Some("&nbsp;" | "&#160;") => self.out.push(' '),
                Some(token) => add_html_token(&mut self.out, token.as_bytes(), false),
                None => self.out.push('&'),
            }
            rest = entity.get(token.map_or(1, str::len)..).unwrap_or_default();
        }
        self.out.push_str(rest);
    }

    fn newline(&mut self) {
        if self.hiding == 0 {
            if self.fresh && self.quoting > 0 {
                self.out.push_str(&"> ".repeat(self.quoting.min(MAX_QUOTE)));
            }
            self.out.push('\n');
        }
        (self.fresh, self.space) = (true, false);
    }

    fn break_line(&mut self) {
        if !self.fresh {
            self.newline();
        }
        self.space = false;
    }
}

/// Whether an element's own attributes hide it. Only the first 2 KiB of a tag are looked at.
fn hides(tag: &str) -> bool {
    let tag = crate::text::head(tag, 2048);
    if !tag.contains(['=', ' ']) {
        return false;
    }
    let squeezed: String =
        tag.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
    let style = [
        "display:none",
        "visibility:hidden",
        "mso-hide:all",
        "font-size:0;",
        "font-size:0px",
        "font-size:0\"",
    ];
    style.iter().any(|s| squeezed.contains(s))
        || tag
            .split_ascii_whitespace()
            .skip(1)
            .any(|word| word.trim_end_matches('/').eq_ignore_ascii_case("hidden"))
}

#[cfg(test)]
mod tests;
