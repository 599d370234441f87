use super::*;
use crate::intake::mime::walk;

fn chosen(raw: &str) -> Body {
    choose(&walk(raw.as_bytes()).unwrap().leaves)
}

#[test]
fn soft_breaks_are_joined_within_one_quote_depth() {
    assert_eq!(
        unflow("a \nb\n c\n> q \n> r\n>> s \n> t\n-- \nSig\n", false),
        "a b\nc\n> q r\n>> s \n> t\n-- \nSig\n"
    );
    assert_eq!(unflow("ab \ncd\n", true), "abcd\n");
    assert_eq!(unflow(" >not a quote\n", false), ">not a quote\n");
    assert_eq!(unflow("ends soft ", false), "ends soft ");
}

#[test]
fn of_alternatives_the_plain_one_is_taken_if_it_says_anything() {
    let mail = |plain: &str| {
        format!(
            "Content-Type: multipart/alternative; boundary=b\n\n--b\n\n{plain}\n--b\nContent-Type: text/html\n\n<p>html</p>\n--b--\n"
        )
    };
    let plain = chosen(&mail("plain"));
    assert_eq!((plain.text.as_str(), plain.source), ("plain\n", TextSource::Plain));
    let html = chosen(&mail(" \n "));
    assert_eq!((html.text.as_str(), html.source), ("html\n", TextSource::Html));
}

#[test]
fn text_around_a_file_is_joined_and_named_texts_are_files() {
    let raw = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nabove\n--b\nContent-Type: image/png; name=a.png\n\nxyz\n--b\n\nbelow\n--b\nContent-Type: text/plain; name=\"../dir/notes.txt\"\n\nfile\n--b\nContent-Type: text/html\nContent-Disposition: attachment\n\nfile\n--b--\n";
    let tree = walk(raw.as_bytes()).unwrap();
    let body = choose(&tree.leaves);
    assert_eq!(body.text, "above\n\nbelow\n");
    let files = attachments(&tree.leaves, &body);
    let names: Vec<_> =
        files.iter().map(|f| (f.name.as_deref(), f.mime.as_str(), f.size, f.inline)).collect();
    assert_eq!(
        names,
        [
            (Some("a.png"), "image/png", 3, true),
            (Some("notes.txt"), "text/plain", 4, true),
            (None, "text/html", 4, false)
        ]
    );
}

#[test]
fn a_picture_inside_an_alternative_does_not_hide_the_text() {
    let raw = "Content-Type: multipart/alternative; boundary=b\n\n--b\n\nplain\n--b\nContent-Type: multipart/related; boundary=c\n\n--c\nContent-Type: text/html\n\n<p>html</p>\n--c\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\nAAAA\n--c--\n--b--\n";
    let tree = walk(raw.as_bytes()).unwrap();
    let body = choose(&tree.leaves);
    assert_eq!(body.text, "plain\n");
    let files = attachments(&tree.leaves, &body);
    assert_eq!((files.len(), files[0].mime.as_str(), files[0].size), (1, "image/png", 3));
}
