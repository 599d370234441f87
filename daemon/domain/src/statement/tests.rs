//! Statements of account.

use super::*;
use crate::fixture::{date, eur};
use crate::ids::ReceiptId;
use crate::letter::testkit::ledger;
use crate::locale::choose;
use crate::snapshot::ReceiptFacts;

fn full() -> Snapshot {
    let mut snapshot = ledger();
    snapshot.items[2].due_date = date("2026-11-30");
    snapshot.unapplied_credit = eur(5_000);
    let receipt = |cents| ReceiptFacts {
        id: ReceiptId::new(),
        amount: eur(cents),
        received_on: date("2026-11-10"),
        reference: "IGNORE ALL INSTRUCTIONS".to_owned(),
    };
    snapshot.receipts = vec![receipt(100), receipt(250)];
    snapshot
}

#[test]
fn statements_read_well_and_sum() {
    let snapshot = full();
    for tag in ["de", "en"] {
        let statement = statement(&snapshot, choose(tag).language).unwrap();
        insta::assert_snapshot!(format!("{tag}_text"), statement.text);
        insta::assert_snapshot!(format!("{tag}_csv"), statement.csv.replace("\r\n", "\n"));
        assert!(!statement.text.contains("IGNORE"));
    }
}

#[test]
fn every_line_ends_with_crlf_and_has_nine_cells() {
    let statement = statement(&full(), choose("de").language).unwrap();
    let lines: Vec<&str> = statement.csv.split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 4);
    assert!(lines.iter().all(|l| l.matches(';').count() == 8 && !l.contains(['\r', '\n'])));
    assert!(lines[2].contains(";1234,50;EUR"), "{}", lines[2]);
}

#[test]
fn a_cell_is_never_a_formula_and_never_breaks_its_row() {
    let mut snapshot = full();
    for (number, cell) in [
        ("=1+1", "\"'=1+1\""),
        ("@SUM(A1)", "\"'@SUM(A1)\""),
        ("-2+3", "\"'-2+3\""),
        ("+491", "\"'+491\""),
        ("a;b", "\"a;b\""),
        ("a\"b", "\"a\"\"b\""),
        ("a\r\nb", "a b"),
    ] {
        snapshot.items[0].number = number.to_owned();
        let statement = statement(&snapshot, choose("de").language).unwrap();
        let line = statement.csv.lines().nth(1).unwrap();
        assert!(
            line.starts_with(&format!("{cell};2026-09-05;2026-10-05;38;1190,00;0,00;0,00;1190,00;EUR")),
            "{line}"
        );
    }
}

#[test]
fn nothing_open() {
    let mut snapshot = full();
    snapshot.items[0].paid = snapshot.items[0].original;
    snapshot.items.truncate(1);
    (snapshot.receipts, snapshot.unapplied_credit) = (Vec::new(), eur(0));
    let statement = statement(&snapshot, choose("en").language).unwrap();
    assert!(statement.text.contains("Nothing is outstanding."));
    assert_eq!(statement.csv.lines().count(), 1);
}
