use super::*;
use proptest::prelude::*;

fn keys() -> TokenKeys {
    TokenKeys::new(vec![(3, vec![7; 32]), (1, vec![9; 40])]).unwrap()
}

fn id(n: u128) -> OutreachId {
    OutreachId::from_uuid(Uuid::from_u128(n))
}

#[test]
fn a_message_id_is_deterministic_signed_and_bound_to_its_domain() {
    let one = keys().message_id(id(42), "Example.test").unwrap();
    assert_eq!(one, keys().message_id(id(42), "example.test").unwrap());
    assert_eq!(keys().own_message_id(&one), Some(id(42)));
    assert_eq!(keys().own_message_id(&one.replace("example", "evil")), None);
    assert_eq!(keys().own_message_id("<m-fail1@peer.test>"), None);
    assert_eq!(keys().message_id(id(1), "a b"), Err(TokenError::Domain));
    assert_eq!(keys().message_id(id(1), "x>\r\nBcc: a"), Err(TokenError::Domain));
    assert!(one.len() < 80);
}

#[test]
fn a_token_survives_case_folding_and_display_names() {
    let base: Address = "replies@example.test".parse().unwrap();
    let address = keys().address(TokenKind::Reply, id(7), &base).unwrap();
    assert!(address.local().len() <= 64);
    assert_eq!(address.local(), address.local().to_lowercase());
    for form in [
        address.as_str().to_owned(),
        address.as_str().to_uppercase(),
        format!("\"Buchhaltung\" <{address}>"),
        format!("<{address}>"),
    ] {
        assert_eq!(keys().read(&form), Some((TokenKind::Reply, id(7))), "{form}");
    }
}

#[test]
fn a_mark_of_one_purpose_is_none_of_another() {
    let base: Address = "b@example.test".parse().unwrap();
    let bounce = keys().address(TokenKind::Bounce, id(7), &base).unwrap();
    assert_eq!(keys().read(bounce.as_str()), Some((TokenKind::Bounce, id(7))));
    let forged = bounce.as_str().replacen("+b", "+r", 1);
    assert_eq!(keys().read(&forged), None);
    let message_id = keys().message_id(id(7), "example.test").unwrap();
    let as_token = format!("b+{}", message_id.trim_matches(['<', '>']));
    assert_eq!(keys().read(&as_token), None);
}

#[test]
fn old_keys_still_verify_and_unknown_keys_do_not() {
    let base: Address = "r@x.test".parse().unwrap();
    let old = TokenKeys::new(vec![(1, vec![9; 40])]).unwrap();
    let address = old.address(TokenKind::Reply, id(5), &base).unwrap();
    assert_eq!(keys().read(address.as_str()), Some((TokenKind::Reply, id(5))));
    let other = TokenKeys::new(vec![(1, vec![8; 40])]).unwrap();
    assert_eq!(other.read(address.as_str()), None);
    let renumbered = TokenKeys::new(vec![(2, vec![9; 40])]).unwrap();
    assert_eq!(renumbered.read(address.as_str()), None);
}

#[test]
fn a_base_address_without_room_is_refused() {
    let tight: Address = format!("{}@x.test", "a".repeat(19)).parse().unwrap();
    assert_eq!(keys().address(TokenKind::Reply, id(1), &tight).unwrap().local().len(), 64);
    let full: Address = format!("{}@x.test", "a".repeat(20)).parse().unwrap();
    assert_eq!(keys().address(TokenKind::Reply, id(1), &full), Err(TokenError::BaseTooLong { max: 19 }));
}

#[test]
fn bad_key_rings_are_refused() {
    assert_eq!(TokenKeys::new(vec![]).unwrap_err(), TokenError::NoKey);
    assert_eq!(TokenKeys::new(vec![(1, vec![0; 31])]).unwrap_err(), TokenError::ShortKey(1));
    assert_eq!(TokenKeys::new(vec![(32, vec![0; 32])]).unwrap_err(), TokenError::KeyId(32));
    assert_eq!(TokenKeys::new(vec![(1, vec![0; 32]), (1, vec![1; 32])]).unwrap_err(), TokenError::KeyId(1));
    assert!(!format!("{:?}", keys()).contains('7'), "no key octet in Debug");
}

proptest! {
    #[test]
    fn any_change_of_one_character_breaks_a_token(n in any::<u128>(), at in 0usize..44, by in 1u8..36) {
        let base: Address = "r@x.test".parse().unwrap();
        let address = keys().address(TokenKind::Reply, id(n), &base).unwrap();
        let alphabet = b"abcdefghijklmnopqrstuvwxyz0123456789";
        let mut bytes = address.as_str().as_bytes().to_vec();
        let here = alphabet.iter().position(|c| *c == bytes[2 + at]).unwrap();
        bytes[2 + at] = alphabet[(here + usize::from(by)) % alphabet.len()];
        prop_assert_eq!(keys().read(std::str::from_utf8(&bytes).unwrap()), None);
    }

    #[test]
    fn reading_never_panics(text in ".{0,120}") {
        let _ = keys().read(&text);
        let _ = keys().own_message_id(&text);
    }
}
