//! Files as people really save them, and files that are wrong.

use super::*;

fn errors(result: Result<ImportBatch, FileError>) -> Vec<String> {
    match result {
        Err(FileError::Rows(rows)) => rows.iter().map(ToString::to_string).collect(),
        other => panic!("expected row errors, got {other:?}"),
    }
}

#[test]
fn a_spreadsheet_with_semicolons_and_a_mark_is_read() {
    let file = "\u{feff}Customer;Number;Amount;Currency;Invoice Date;Due Date\nD-1;R-1;1234.50;EUR;2026-05-01;2026-05-31\n";
    let batch = csv(file.as_bytes(), Entity::Invoice).unwrap();
    let row = &batch.invoices[0];
    assert_eq!(
        (row.line, row.row.number.as_str(), row.row.amount.to_string()),
        (2, "R-1", "1234.50".to_owned())
    );
}

#[test]
fn every_wrong_cell_is_reported_with_its_line() {
    let file = "customer,number,amount,invoice_date,colour\n,R-1,12x,2026-02-30,red\nD-1,,5,2026-01-01,\n";
    assert_eq!(
        errors(csv(file.as_bytes(), Entity::Invoice)),
        [
            "line 2: invoice: amount is \"12x\"; expected an amount such as 1234.50",
            "line 2: invoice: colour is not a column of this kind of row",
            "line 2: invoice: customer is missing; give the customer's number or e-mail",
            "line 2: invoice: invoice_date is \"2026-02-30\"; expected a date such as 2026-06-30",
            "line 3: invoice: number is missing",
        ]
    );
}

#[test]
fn broken_files_say_where() {
    let syntax = |r: Result<ImportBatch, FileError>| r.unwrap_err().to_string();
    assert_eq!(syntax(json(b"{\"invoices\": [}")), "not valid JSON: line 1, column 15");
    assert_eq!(syntax(json(b"[]")), "the document must be an object with arrays such as \"invoices\"");
    assert!(syntax(json(b"{\"bills\": []}")).starts_with("unknown key \"bills\""));
    assert_eq!(
        syntax(csv(b"customer,number\na\n", Entity::Invoice)),
        "line 2: 1 columns where the head has 2"
    );
    assert!(syntax(csv(b"customer,number\na,\xff\n", Entity::Invoice)).contains("UTF-8"));
}

#[test]
fn json_rows_are_counted_from_one_and_nested_values_refused() {
    let e = errors(json(
        br#"{"payments":[{"invoice":"R","amount":1,"paid_on":"2026-01-01"},{"invoice":["R"]}, 7]}"#,
    ));
    assert_eq!(
        e,
        [
            "line 2: payment: invoice must be a text, number or truth value",
            "line 3: payment: (row) must be an object"
        ]
    );
}

#[test]
fn the_sample_ledger_of_the_demo_is_valid() {
    let batch = json(include_bytes!("../../demo/ledger.json")).unwrap();
    assert!(batch.customers.len() >= 10 && batch.invoices.len() >= 15);
}

#[test]
fn file_names_announce_their_kind() {
    assert_eq!(kind_of("invoices-2026-06"), Some(Entity::Invoice));
    assert_eq!(kind_of("Credit-Notes"), Some(Entity::CreditNote));
    assert_eq!(kind_of("export"), None);
}
