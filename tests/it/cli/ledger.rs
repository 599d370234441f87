//! Customers, imports, and the story of an invoice.

use super::{Shell, name, today};
use anyhow::Result;
use chrono::TimeDelta;
use serde_json::{Value, json};

const CUSTOMERS: &str =
    "number,name,email,country\nD-1,Nord GmbH,ap@nord.example,DE\nD-2,West Ltd,ap@west.example,GB\n";

fn invoices() -> String {
    let day = |n: i64| today() + TimeDelta::days(n);
    format!(
        "customer;number;amount;currency;invoice_date;due_date\nD-1;R-1;1190.00;EUR;{0};{1}\nD-1;R-2;50.00;EUR;{0};{2}\nD-2;R-3;9.99;GBP;{0};{2}\n",
        day(-40),
        day(-10),
        day(60)
    )
}

fn payments() -> String {
    format!("invoice,amount,paid_on,reference\nR-1,190.00,{},B-1\n", today() - TimeDelta::days(5))
}

/// A shell with the ledger above.
async fn filled() -> Result<Shell> {
    let shell = Shell::acme().await?;
    shell.file("customers.csv", CUSTOMERS)?;
    shell.file("invoices-new.csv", &invoices())?;
    shell.file("payments.csv", &payments())?;
    shell.run(&["import", "customers.csv", "invoices-new.csv", "payments.csv"])?.ended(0);
    Ok(shell)
}

#[tokio::test]
async fn several_files_are_imported_together_and_twice_changes_nothing() -> Result<()> {
    let shell = Shell::acme().await?;
    shell.file("customers.csv", CUSTOMERS)?;
    shell.file("invoices-new.csv", &invoices())?;
    shell.file("payments.csv", &payments())?;
    // Invoices before their customers: the files are one batch.
    let files = ["import", "payments.csv", "invoices-new.csv", "customers.csv"];
    let rows = "SELECT (SELECT count(*) FROM customers) + (SELECT count(*) FROM invoices) + (SELECT count(*) FROM payments)
                     + (SELECT count(*) FROM chase_events) + (SELECT count(last_sync_at) FROM companies)";
    let dry = shell.run(&[&files[..], &["--dry-run"]].concat())?.ended(0);
    assert!(dry.out.contains("invoices   3") && dry.out.contains("nothing was written"), "{}", dry.out);
    assert_eq!(shell.world.count(rows).await?, 0);
    let first = shell.run(&[&files[..], &["--json"]].concat())?.ended(0).json();
    assert_eq!((&first["imported"], &first["report"]["invoices"]["inserted"]), (&json!(true), &json!(3)));
    assert_eq!(shell.world.count(rows).await?, 2 + 3 + 1 + 1 + 1);
    let versions = "SELECT sum(version)::int8 FROM (SELECT version FROM customers UNION ALL SELECT version FROM invoices) v";
    let before = shell.world.count(versions).await?;
    let again = shell.run(&[&files[..], &["--json"]].concat())?.ended(0).json();
    for kind in ["customers", "invoices", "payments"] {
        let tally = &again["report"][kind];
        assert_eq!((&tally["inserted"], &tally["updated"]), (&json!(0), &json!(0)), "{kind}");
    }
    assert_eq!(shell.world.count(versions).await?, before);
    shell.world.finish().await
}

#[tokio::test]
async fn one_wrong_row_keeps_everything_out_and_all_wrong_rows_are_named() -> Result<()> {
    let shell = Shell::acme().await?;
    shell.file("customers.csv", CUSTOMERS)?;
    let day = today();
    shell.file(
        "invoices.csv",
        &format!("customer,number,amount,invoice_date\nD-9,R-1,5,{day}\nD-1,R-2,5,{day}\n"),
    )?;
    let more = json!({
        "invoices": [{ "customer": "D-1", "number": "R-2", "amount": "6", "invoice_date": day }],
        "payments": [{ "invoice": "R-404", "amount": "5", "paid_on": day }],
    });
    shell.file("more.json", &more.to_string())?;
    let files = ["import", "customers.csv", "invoices.csv", "more.json"];
    let ran = shell.run(&files)?.ended(3);
    let has = |text: &str| assert!(ran.out.contains(text), "{text:?} not in {}", ran.out);
    has("invoices.csv:2: customer belongs to no customer");
    has("more.json: invoice 1: number differs from line 3 of invoices.csv");
    has("more.json: payment 1: invoice");
    has("3 cells are wrong; nothing was imported.");
    let value = shell.run(&[&files[..], &["--json"]].concat())?.ended(3).json();
    let lines: Vec<(&str, &Value)> = value["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| (e["file"].as_str().unwrap(), &e["line"]))
        .collect();
    assert_eq!(lines, [("invoices.csv", &json!(2)), ("more.json", &json!(1)), ("more.json", &json!(1))]);
    assert_eq!(shell.world.count("SELECT count(*) FROM customers").await?, 0);
    // Cells that cannot be read, and files that are none, end it before the database is asked.
    shell.file("bad.csv", "customer,number,amount,invoice_date\nD-1,R-1,a lot,2026-02-30\n")?;
    let cells = shell.run(&["import", "--kind", "invoices", "bad.csv"])?.ended(3);
    assert!(
        cells.out.contains("bad.csv:2: amount is \"a lot\"") && cells.out.contains("bad.csv:2: invoice_date")
    );
    shell.file("broken.json", "{\"invoices\": [")?;
    let broken = shell.run(&["import", "customers.csv", "broken.json"])?.ended(1);
    assert!(broken.err.contains("broken.json: not valid JSON: line 1"), "{}", broken.err);
    assert!(shell.run(&["import", "bad.csv"])?.ended(1).err.contains("--kind"));
    assert!(
        shell
            .run(&["import", "gone.csv", "--kind", "invoices"])?
            .ended(1)
            .err
            .contains("cannot read gone.csv")
    );
    assert_eq!(shell.world.count("SELECT count(*) FROM customers").await?, 0);
    shell.world.finish().await
}

#[tokio::test]
async fn a_customer_is_found_shown_paused_and_resumed() -> Result<()> {
    let shell = filled().await?;
    shell
        .run(&[
            "customer",
            "contact-add",
            "D-1",
            "--name",
            "Anna",
            "--email",
            "anna@nord.example",
            "--role",
            "escalation",
        ])?
        .ended(0);
    let shown = shell.run(&["customer", "show", "ap@nord.example", "--json"])?.ended(0).json();
    assert_eq!((&shown["number"], shown["contacts"].as_array().unwrap().len()), (&json!("D-1"), 2));
    assert_eq!(shown["owed"][0]["residual"]["amount"], "1000.00");
    let owing = shell.run(&["customer", "list", "--owing", "--json"])?.ended(0).json();
    assert_eq!(owing["customers"].as_array().unwrap().len(), 2);
    assert_eq!(owing["customers"][0]["overdue"], json!([{ "amount": "1000.00", "currency": "EUR" }]));
    assert!(shell.run(&["customer", "show", "Nord"])?.ended(1).err.contains("perhaps Nord GmbH (D-1)"));
    assert!(shell.run(&["customer", "show", "D-7"])?.ended(1).err.contains("did you mean D-"));
    // A pause by hand is lifted by hand; what something else set stays and is named.
    let past = (today() - TimeDelta::days(1)).to_string();
    shell.run(&["customer", "pause", "D-1", "--note", "n", "--until", &past])?.ended(1);
    shell.run(&["customer", "pause", "D-1", "--note", "n", "--invoice", "R-404"])?.ended(1);
    shell
        .run(&[
            "customer",
            "pause",
            "D-1",
            "--note",
            "talks",
            "--until",
            &(today() + TimeDelta::days(9)).to_string(),
        ])?
        .ended(0);
    shell.run(&["customer", "pause", "D-1", "--note", "check", "--invoice", "R-2"])?.ended(0);
    shell.run(&["company", "stop", "acme", "--note", "audit"])?.ended(0);
    let standing = "SELECT count(*) FROM dunning_blocks WHERE lifted_at IS NULL";
    assert_eq!(shell.world.count(standing).await?, 3);
    let resumed = shell.run(&["customer", "resume", "D-1"])?.ended(3);
    assert!(resumed.out.contains("sending is stopped for the whole company"), "{}", resumed.out);
    assert_eq!(shell.world.count(standing).await?, 1);
    let block: uuid::Uuid = sqlx::query_scalar("SELECT id FROM dunning_blocks WHERE lifted_at IS NULL")
        .fetch_one(&shell.world.admin)
        .await?;
    let company = shell.run(&["customer", "resume", "D-1", "--block", &block.to_string()])?.ended(1);
    assert!(company.err.contains("company start"), "{}", company.err);
    shell.run(&["company", "start", "acme"])?.ended(0);
    assert!(shell.run(&["customer", "resume", "D-1"])?.ended(0).out.contains("was not paused"));
    shell.world.finish().await
}

#[tokio::test]
async fn the_story_of_an_invoice_says_what_is_next_and_why_not_now() -> Result<()> {
    let shell = filled().await?;
    let next = |ran: super::Ran| ran.ended(0).json()["next"].clone();
    // What is not due waits, with the day on which the chase begins.
    let later = next(shell.run(&["explain", "R-3", "--json"])?);
    assert_eq!((&later["step"], &later["why"]), (&json!("wait"), &json!("not_due")));
    let begins = (today() + TimeDelta::days(57)).to_string();
    assert!(later["text"].to_string().contains(&begins), "{later}");
    // What is owed together is told together.
    let together = next(shell.run(&["explain", "R-2", "--json"])?)["text"].to_string();
    assert!(
        together.contains(&begins) && together.contains("all 2 invoices this customer owes in EUR"),
        "{together}"
    );
    // What is overdue is not written about while something stands in the way, and that is said.
    shell.run(&["customer", "pause", "D-1", "--note", "talks \u{1b}]0;x"])?.ended(1);
    shell.run(&["customer", "pause", "D-1", "--note", "talks"])?.ended(0);
    let paused = shell.run(&["explain", "R-1"])?.ended(0).out;
    for part in [
        "owed          1000.00 EUR of 1190.00 EUR",
        "10 days overdue",
        "190.00 EUR paid by bank transfer",
        "Held: a person paused the chase.",
        "the chase was paused: a person paused the chase “talks”",
        "What stands in the way",
    ] {
        assert!(paused.contains(part), "{part:?} not in {paused}");
    }
    assert!(!paused.contains('\u{1b}'));
    shell.run(&["customer", "resume", "D-1"])?.ended(0);
    // An old ledger stops everything, with what to do about it.
    shell.world.run("UPDATE companies SET last_sync_at = now() - interval '3 days'").await?;
    let stale = next(shell.run(&["explain", "R-1", "--json"])?);
    assert_eq!(stale["why"], "ledger_stale");
    assert!(stale["text"].to_string().contains("dunningd import"), "{stale}");
    // What is paid is over.
    let rest = format!("invoice,amount,paid_on,reference\nR-1,1000.00,{},B-2\n", today());
    let file = shell.file("payments-2.csv", &rest)?;
    shell.run(&["import", name(&file)])?.ended(0);
    assert_eq!(next(shell.run(&["explain", "R-1", "--json"])?)["step"], "nothing");
    assert!(shell.run(&["explain", "R1"])?.ended(1).err.contains("did you mean R-1?"));
    assert!(shell.run(&["explain", "X-999"])?.ended(1).err.contains("there is no invoice X-999"));
    shell.world.finish().await
}
