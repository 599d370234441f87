use super::*;
use proptest::prelude::*;

fn text(html: &str) -> String {
    to_text(html, 100_000).text
}

#[test]
fn blocks_become_lines_and_spaces_collapse() {
    assert_eq!(text("<p>a  b\n c</p><p>d</p>"), "a b c\n\nd");
    assert_eq!(text("<div>a</div><div><br></div><div>b</div>"), "a\n\nb");
    assert_eq!(text("a<br>b<br/>c"), "a\nb\nc");
    assert_eq!(text("<ul><li>x</li><li>y</li></ul>z"), "- x\n- y\nz");
    assert_eq!(text("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>"), "1 2\n3");
    assert_eq!(text("<pre>a  b\n c</pre>"), "a  b\n c");
    assert_eq!(text("<b>bo</b>ld and <i>it</i>, <a href=\"x>y\">link</a>."), "bold and it, link.");
    assert_eq!(text("a<hr>b"), "a\n________________________________\nb");
}

#[test]
fn entities_are_decoded_and_broken_ones_kept() {
    assert_eq!(text("&lt;a&gt; &amp; &euro;&#8364;&#x20AC; &auml;&nbsp;x"), "<a> & €€€ ä x");
    assert_eq!(
        text("R&D &; &#; &unknown; &#xFFFFFFFF; 5 < 6 & 7"),
        "R&D &; &#; &unknown; \u{fffd} 5 < 6 & 7"
    );
}

#[test]
fn quotes_are_marked_as_in_plain_mail() {
    let html = "<div>new</div><div class=\"gmail_quote\">On Monday X wrote:<br><blockquote>old<br><br>older<blockquote>oldest</blockquote></blockquote></div><p>tail</p>";
    assert_eq!(text(html), "new\nOn Monday X wrote:\n> old\n> \n> older\n> > oldest\n\ntail");
}

#[test]
fn hidden_text_is_left_out_and_reported() {
    for hidden in [
        "<div style=\"display: none\">secret</div>",
        "<span style='font-size:0px'>secret</span>",
        "<p style=\"VISIBILITY:hidden;color:red\">secret</p>",
        "<div hidden>secret</div>",
        "<div style=\"mso-hide:all\"><b>se</b>cret</div>",
    ] {
        let seen = to_text(&format!("a {hidden}<i>b</i>"), 1000);
        assert!(!seen.text.contains("cret") && seen.text.contains('b'), "{hidden}: {}", seen.text);
        assert!(seen.hidden, "{hidden}");
    }
    let filler = to_text("<div style=\"display:none\">&nbsp;&zwnj; \u{200b}</div>x", 1000);
    assert!(!filler.hidden && filler.text == "x");
    assert!(!to_text("<p style=\"font-size:0.9em\">x</p>", 1000).hidden);
}

#[test]
fn code_and_comments_are_no_text_but_an_unclosed_one_swallows_nothing() {
    assert_eq!(
        text("a<style>p{}</style>b<script>x<y</SCRIPT >c<!-- d --><!--[if mso]>e<![endif]-->f"),
        "abcf"
    );
    assert_eq!(text("a<style>b"), "ab");
    assert_eq!(text("a<!-- b"), "a<!-- b");
    assert_eq!(text("a <b c=\"d> e"), "a e");
    assert_eq!(text("a < b > c <"), "a < b > c <");
}

proptest! {
    #[test]
    fn never_panics_and_stays_bounded(pieces in proptest::collection::vec(
        prop_oneof![
            "\\PC{0,8}", Just("<p>".to_owned()), Just("</p>".to_owned()), Just("<blockquote>".to_owned()), Just("</blockquote".to_owned()),
            Just("<div style='display:none".to_owned()), Just("'>".to_owned()), Just("<!--".to_owned()), Just("-->".to_owned()),
            Just("<style>".to_owned()), Just("</style>".to_owned()), Just("&#x".to_owned()), Just("&auml;".to_owned()), Just("<pre>\n\n".to_owned()),
            Just("<li>".to_owned()), Just("\n".to_owned()),
        ], 0..60)
    ) {
        let html = pieces.concat();
        let seen = to_text(&html, 200);
        prop_assert!(seen.text.len() <= 200 && !seen.text.contains('\0'));
    }

    #[test]
    fn what_we_write_as_html_reads_back_as_the_text(lines in proptest::collection::vec("[ -~äöüß€]{0,60}", 0..12)) {
        let text = lines.join("\n");
        let seen = to_text(&crate::html_from_text(&text, Some("de")), 100_000);
        let words = |t: &str| t.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        prop_assert_eq!(words(&seen.text), words(&text));
        prop_assert!(!seen.hidden);
        let shape = |t: &str| t.lines().map(str::trim).filter(|l| !l.is_empty()).map(|l| words(l).join(" ")).collect::<Vec<_>>();
        prop_assert_eq!(shape(&seen.text), shape(&text));
    }
}
