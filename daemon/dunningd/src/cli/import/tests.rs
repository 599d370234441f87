//! Several files as one batch: kinds, places of errors, the report.

use super::*;
use store::import::RowError;

fn options(files: &[(&str, &str)], kind: Option<&str>) -> (Options, tempdir::Dir) {
    let dir = tempdir::Dir::new();
    let files = files.iter().map(|(name, text)| dir.write(name, text)).collect();
    let tenant = Tenant { company: None };
    (Options { tenant, files, kind: kind.map(str::to_owned), dry_run: false }, dir)
}

/// A folder that ends with the test.
mod tempdir {
    use std::path::PathBuf;

    pub struct Dir(PathBuf);

    impl Dir {
        pub fn new() -> Self {
            let dir = std::env::temp_dir().join(format!("dunningd-import-{}", uuid::Uuid::now_v7().simple()));
            std::fs::create_dir_all(&dir).unwrap();
            Self(dir)
        }

        pub fn write(&self, name: &str, text: &str) -> PathBuf {
            let path = self.0.join(name);
            std::fs::write(&path, text).unwrap();
            path
        }
    }

    impl Drop for Dir {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }
}

const CUSTOMERS: &str = "number,name\nD-1,Nord\nD-2,Süd\n";
const INVOICES: &str = "customer,number,amount,invoice_date\nD-1,R-1,10,2026-05-01\n";

#[test]
fn all_files_become_one_batch_and_keep_their_places() {
    let (options, _dir) = options(&[("customers.csv", CUSTOMERS), ("invoices.csv", INVOICES)], None);
    let places = Places::of(&options.files);
    let batch = read(&options, &places).unwrap().unwrap();
    assert_eq!((batch.customers.len(), batch.invoices.len()), (2, 1));
    assert_eq!(batch.customers[1].line, 3);
    let line = batch.invoices[0].line;
    assert_ne!(line, 2, "shifted");
    let error = |line, reason: &str| RowError {
        line,
        entity: Entity::Invoice,
        column: "number".to_owned(),
        reason: reason.to_owned(),
    };
    let fault = places.fault(error(line, "differs from line 2, which has the same number"));
    assert!(fault.file.ends_with("invoices.csv"));
    assert_eq!(fault.line, 2);
    assert!(
        fault.reason.starts_with("differs from line 2 of ") && fault.reason.contains("customers.csv, which")
    );
    let same = places.fault(error(line, &format!("differs from line {line}, which has the same number")));
    assert_eq!(same.reason, "differs from line 2, which has the same number");
    let text = "on line five";
    assert_eq!(places.fault(error(line, text)).reason, text);
}

#[test]
fn wrong_cells_of_every_file_are_reported_together() {
    let bad = "customer,number,amount,invoice_date\n,R-1,x,2026-05-01\n";
    let json = r#"{"payments": [{"invoice": "R-1", "amount": "1", "paid_on": "soon"}]}"#;
    let (options, _dir) = options(&[("invoices.csv", bad), ("more.json", json)], None);
    let faults = read(&options, &Places::of(&options.files)).unwrap().unwrap_err();
    let lines: Vec<String> = faults.iter().map(Fault::line).collect();
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(lines[0].contains("invoices.csv:2: amount is \"x\""), "{}", lines[0]);
    assert!(lines[2].contains("more.json: payment 1: paid_on is \"soon\""), "{}", lines[2]);
}

#[test]
fn a_file_says_what_it_holds_or_is_asked() {
    let kind = |name: &str, kind| file_kind(Path::new(name), kind);
    assert_eq!(kind("credit-notes-06.CSV", None).unwrap(), Some(Entity::CreditNote));
    assert_eq!(kind("a.json", None).unwrap(), None);
    assert_eq!(kind("export.csv", Some("payments")).unwrap(), Some(Entity::Payment));
    assert!(kind("export.csv", None).unwrap_err().to_string().contains("--kind"));
    assert!(kind("ledger.xlsx", None).unwrap_err().to_string().contains("only .csv and .json"));
}

#[test]
fn a_broken_file_stops_everything_and_is_named() {
    let (options, _dir) = options(&[("customers.csv", CUSTOMERS), ("x.json", "{")], None);
    let said = read(&options, &Places::of(&options.files)).unwrap_err().to_string();
    assert!(
        said.contains("x.json: not valid JSON: line 1") && said.ends_with("nothing was imported"),
        "{said}"
    );
}

#[test]
fn the_report_leaves_out_what_did_not_occur() {
    let report = ImportReport {
        invoices: Tally { inserted: 2, updated: 1, unchanged: 0 },
        woken: 1,
        ..ImportReport::default()
    };
    let text = table(&report);
    assert_eq!(text.lines().count(), 3, "{text}");
    assert!(
        text.contains("invoices  2    1        0")
            && text.ends_with("1 conversation will be looked at again because the ledger moved.")
    );
    assert_eq!(table(&ImportReport::default()), "The files hold no rows.");
}

/// The columns the help names, by kind.
fn columns_in_help() -> Vec<(Entity, Vec<String>)> {
    let help = include_str!("help.txt");
    let mut kinds: Vec<(Entity, Vec<String>)> = Vec::new();
    let table = help.lines().skip_while(|l| !l.starts_with("Columns")).skip(1).take_while(|l| !l.is_empty());
    for line in table {
        let (name, columns) = line.split_at(16);
        if let Some(entity) = kind_of(name.trim()).filter(|_| !name.trim().is_empty()) {
            kinds.push((entity, Vec::new()));
        }
        let words = columns
            .split([',', ' '])
            .map(|w| w.trim_end_matches('*'))
            .filter(|w| !w.is_empty() && *w != "or");
        kinds.last_mut().unwrap().1.extend(words.map(str::to_owned));
    }
    kinds
}

#[test]
fn the_help_names_columns_that_there_are_and_all_that_are_required() {
    let kinds = columns_in_help();
    assert_eq!(kinds.len(), KINDS.len());
    for (entity, columns) in kinds {
        assert!(columns.len() >= 7, "{columns:?}");
        let file = format!("{}\n{}\n", columns.join(","), vec!["x"; columns.len()].join(","));
        // An x is wrong in most cells, but a column that is none, or one that is missing, says so.
        if let Err(FileError::Rows(errors)) = csv(file.as_bytes(), entity) {
            let odd =
                errors.iter().filter(|e| e.reason.contains("not a column") || e.reason.contains("missing"));
            assert_eq!(odd.count(), 0, "{errors:?}");
        }
    }
}
