//! The HTML form of a letter, made from its text.
//!
//! Why: a checked text and a separately written HTML part could say different things. Here the
//! HTML is nothing but the text, escaped, with its line breaks and runs of spaces kept in a way
//! that even mail programs without `white-space: pre-wrap` show.
//!
//! What it does not do: no links, pictures, styles from outside or tracking.

/// A complete HTML document saying what `text` says. Paragraphs are divided at empty lines.
#[must_use]
pub fn html_from_text(text: &str, language: Option<&str>) -> String {
    let mut out = String::with_capacity(text.len() * 5 / 4 + 256);
    out.push_str("<!DOCTYPE html>\n<html");
    if let Some(language) = language {
        out.push_str(" lang=\"");
        escape(language, &mut out);
        out.push('"');
    }
    out.push_str("><head><meta charset=\"utf-8\"></head>\n");
    out.push_str("<body style=\"font-family:sans-serif;font-size:11pt\">\n");
    let mut open = false;
    for line in text.replace("\r\n", "\n").lines() {
        if line.trim().is_empty() {
            out.push_str(if open { "</p>\n" } else { "" });
            open = false;
            continue;
        }
        out.push_str(if open { "<br>\n" } else { "<p>" });
        open = true;
        escape(line.trim_end(), &mut out);
    }
    out.push_str(if open { "</p>\n" } else { "" });
    out.push_str("</body></html>\n");
    out
}

/// Escapes markup; every space that would be swallowed (leading, or after another) becomes
/// `&nbsp;`, a tab four of them.
fn escape(line: &str, out: &mut String) {
    let mut after_space = true;
    for c in line.chars() {
        let space = c == ' ';
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' => out.push_str("&nbsp;&nbsp;&nbsp;&nbsp;"),
            ' ' if after_space => out.push_str("&nbsp;"),
            c => out.push(c),
        }
        after_space = space;
    }
}
