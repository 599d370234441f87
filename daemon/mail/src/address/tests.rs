use super::*;

#[test]
fn accepts_ordinary_addresses() {
    for ok in ["a@b.de", "first.last+tag@sub.example.com", "o'neil@x-y.test", "postmaster@localhost"] {
        let address: Address = ok.parse().unwrap();
        assert_eq!(address.as_str(), ok);
        assert_eq!(format!("{}@{}", address.local(), address.domain()), ok);
    }
}

#[test]
fn refuses_what_could_break_a_command_or_a_header() {
    let long_local = format!("{}@b.de", "a".repeat(65));
    let long_all = format!("a@{}.de", "b.".repeat(130));
    for (bad, why) in [
        ("müller@b.de", AddressError::NotAscii),
        ("a@müller.de", AddressError::NotAscii),
        ("", AddressError::Malformed),
        ("a", AddressError::Malformed),
        ("@b.de", AddressError::Malformed),
        ("a@", AddressError::Malformed),
        ("a@b..de", AddressError::Malformed),
        ("a@-b.de", AddressError::Malformed),
        (".a@b.de", AddressError::Malformed),
        ("a..b@b.de", AddressError::Malformed),
        ("a b@b.de", AddressError::Malformed),
        ("a@b.de>\r\nRCPT TO:<x@y.de", AddressError::Malformed),
        ("a\n@b.de", AddressError::Malformed),
        ("\"a b\"@b.de", AddressError::Malformed),
        ("a@[127.0.0.1]", AddressError::Malformed),
        ("a@b.de,c@d.de", AddressError::Malformed),
        (long_local.as_str(), AddressError::TooLong),
        (long_all.as_str(), AddressError::TooLong),
    ] {
        assert_eq!(bad.parse::<Address>(), Err(why), "{bad:?}");
    }
}

#[test]
fn never_shows_itself_in_debug_or_in_an_error() {
    let address: Address = "secret@b.de".parse().unwrap();
    assert!(!format!("{address:?} {:?}", Mailbox::new("secret", address.clone())).contains("secret"));
    assert!(!"secret@@".parse::<Address>().unwrap_err().to_string().contains("secret"));
}

#[test]
fn norm_folds_case_and_brackets_and_refuses_lists() {
    assert_eq!(email_norm(" <Max.Muster@Example.DE> ").as_deref(), Some("max.muster@example.de"));
    assert_eq!(email_norm("\"a b\"@c.de").as_deref(), Some("\"a b\"@c.de"));
    for bad in ["", "nobody", "a@b, c@d", "a@b\r\nBcc: x@y", "@b", "a@", "a@b c"] {
        assert_eq!(email_norm(bad), None, "{bad:?}");
    }
}
