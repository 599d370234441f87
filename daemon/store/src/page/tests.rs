use super::{Page, clamp, decode, encode};

#[test]
fn a_cursor_comes_back_as_it_was() {
    let key = ("2026-01-05".to_owned(), 17i64, "Größe ~ ' \" \\ 名".to_owned());
    let text = encode("customers", &key).unwrap();
    assert!(text.bytes().all(|b| b.is_ascii_hexdigit()), "safe in a URL: {text}");
    assert_eq!(decode::<(String, i64, String)>("customers", Some(&text)).unwrap(), Some(key));
    assert_eq!(decode::<i64>("customers", None).unwrap(), None);
}

#[test]
fn a_cursor_of_another_list_or_shape_is_refused() {
    let text = encode("customers", &("a", 1)).unwrap();
    assert!(decode::<(String, i64)>("invoices", Some(&text)).is_err());
    assert!(decode::<(i64, i64)>("customers", Some(&text)).is_err());
}

#[test]
fn broken_cursors_are_refused() {
    let long = "0".repeat(5000);
    for text in ["", "0", "zz", "5b", "+1-1", "é0", "5b22", "' or 1=1 --", long.as_str()] {
        assert!(decode::<i64>("customers", Some(text)).is_err(), "{text}");
    }
}

#[test]
fn the_surplus_row_makes_the_cursor() {
    let page = Page::of("n", vec![1, 2, 3], 2, |n| *n).unwrap();
    assert_eq!(page.rows, [1, 2]);
    assert_eq!(decode::<i32>("n", page.next.as_deref()).unwrap(), Some(2));
    let last = Page::of("n", vec![1, 2], 2, |n| *n).unwrap();
    assert_eq!(last.next, None);
    assert_eq!(Page::<i32>::of("n", vec![], 2, |n| *n).unwrap().next, None);
}

#[test]
fn limits_are_kept_within_bounds() {
    assert_eq!(clamp(0), 1);
    assert_eq!(clamp(50), 50);
    assert_eq!(clamp(u16::MAX), 200);
}
