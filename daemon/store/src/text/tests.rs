use super::*;

#[test]
fn names_of_every_script_pass_and_are_trimmed() {
    for name in [
        "Müller & Söhne GmbH",
        "株式会社名前",
        "O'Brien \"Ltd\"",
        "فروشگاه‌ها",
        "=cmd|' /C calc'!A0",
        "a; DROP TABLE x",
    ] {
        assert_eq!(line(&format!("  {name}\n"), NAME), Ok(name));
    }
}

#[test]
fn what_does_not_show_is_refused() {
    let hidden = [
        '\0',
        '\u{1}',
        '\u{7}',
        '\u{1b}',
        '\r',
        '\n',
        '\t',
        '\u{7f}',
        '\u{85}',
        '\u{200b}',
        '\u{2028}',
        '\u{202e}',
        '\u{2066}',
        '\u{feff}',
        '\u{e0041}',
    ];
    for c in hidden {
        assert_eq!(line(&format!("a{c}b"), NAME), Err(Flaw::Control(u32::from(c))), "U+{:04X}", u32::from(c));
    }
    assert_eq!(lines("a\nb\tc", NOTE), Ok("a\nb\tc"));
    assert_eq!(lines("a\r\nb", NOTE), Err(Flaw::Control(0xd)));
    assert_eq!(lines("a\0b", NOTE), Err(Flaw::Control(0)));
}

#[test]
fn the_limit_counts_characters_and_nothing_is_cut() {
    assert!(line(&"ß".repeat(255), NAME).is_ok());
    assert_eq!(line(&"ß".repeat(256), NAME), Err(Flaw::TooLong(255)));
    assert_eq!(line(&"x".repeat(50_000_000), NAME), Err(Flaw::TooLong(255)));
    assert_eq!(line(" \t ", NAME), Err(Flaw::Empty));
    assert_eq!(optional(Some("  "), NAME), Ok(None));
    assert_eq!(optional(Some("a\u{0}"), NAME), Err(Flaw::Control(0)));
    assert_eq!(optional_lines(None, NAME), Ok(None));
    assert_eq!(optional_lines(Some("a\r\nb\r\n"), NAME), Ok(Some("a\nb".into())), "line ends of Windows");
    assert_eq!(optional_lines(Some("a\rb"), NAME), Err(Flaw::Control(0xd)));
}

#[test]
fn addresses() {
    for good in [
        "a@b.de",
        "o'brien@example.ie",
        "müller@müller.de",
        "first.last+tag@sub.example.co.uk",
        "x@xn--e1afmkfd.xn--p1ai",
        " info@example.com ",
    ] {
        assert_eq!(email(good), Ok(good.trim()), "{good}");
    }
    let long = format!("{}@example.com", "x".repeat(65));
    let longer = format!("a@{}.com", "x.".repeat(130));
    for bad in [
        "a",
        "@b.de",
        "a@",
        "a@b",
        "a@..com",
        "a@b..de",
        "a@-b.de",
        "a@b-.de",
        ".a@b.de",
        "a.@b.de",
        "a..b@c.de",
        "a b@c.de",
        "A <a@b.de>",
        "a@b.de,c@d.de",
        "\"a b\"@c.de",
        "a@b.de\nBcc: x@y.de",
        "a@b.de\0",
        "a@[127.0.0.1]",
        "a@127.0.0.1",
        "a\u{202e}@b.de",
        &long,
        &longer,
    ] {
        assert_eq!(email(bad), Err(Flaw::Email), "{bad:?}");
    }
    assert_eq!(email(""), Err(Flaw::Empty));
    assert_eq!(email_norm(" Max@MÜLLER.de"), "max@müller.de");
}

#[test]
fn codes() {
    assert_eq!(country("DE"), Ok("DE"));
    assert_eq!(country("de"), Err(Flaw::Country));
    assert_eq!(region("BY"), Ok("BY"));
    assert_eq!(region("DE-BY"), Err(Flaw::Region));
    assert_eq!(language("de"), Ok("de"));
    assert_eq!(language("de-AT"), Err(Flaw::Language));
    assert_eq!(iban("DE89 3704 0044 0532 0130 00").as_deref(), Ok("DE89370400440532013000"));
    assert_eq!(iban("GB82WEST12345698765432").as_deref(), Ok("GB82WEST12345698765432"));
    assert_eq!(iban("DE89370400440532013001"), Err(Flaw::Iban));
    assert_eq!(iban("de89370400440532013000"), Err(Flaw::Iban));
    assert_eq!(iban(""), Err(Flaw::Iban));
    assert_eq!(bic("COBADEFFXXX"), Ok("COBADEFFXXX"));
    assert_eq!(bic("COBADEF"), Err(Flaw::Bic));
    assert_eq!(slug("acme-2"), Ok("acme-2"));
    for bad in ["a", "Acme", "2acme", "acme-", "a b", "a/b", "ä-b", ""] {
        assert_eq!(slug(bad), Err(Flaw::Slug), "{bad}");
    }
    assert_eq!(url("https://example.com/a?b=c"), Ok("https://example.com/a?b=c"));
    assert_eq!(url("javascript:alert(1)"), Err(Flaw::Url));
    assert_eq!(url("file:///etc/passwd"), Err(Flaw::Url));
}

#[test]
fn a_flaw_never_repeats_the_text() {
    let flaw = email("secret person <x@y>").unwrap_err();
    assert!(!flaw.to_string().contains("secret"));
    assert!(flaw.on("e-mail").to_string().contains("e-mail is not an e-mail address"));
}
