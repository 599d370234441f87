//! Defaults of a new company, fields that are changed or taken away, and what a change is called.

use super::*;
use clap::Parser;
use serde_json::json;

#[derive(Parser)]
struct Line {
    #[command(subcommand)]
    command: Command,
}

fn parse(args: &[&str]) -> Result<Command, clap::Error> {
    Line::try_parse_from(["company"].iter().chain(args)).map(|l| l.command)
}

fn added(args: &[&str]) -> Result<CompanyFields> {
    let base = ["add", "lindner", "--name", "Lindner", "--email", "a@lindner.example"];
    let Command::Add(add) = parse(&[&base, args].concat()).unwrap() else { panic!("not add") };
    let mut fields = fresh(&add)?;
    add.more.apply(&mut fields)?;
    Ok(fields)
}

#[test]
fn what_is_not_given_follows_from_the_country() {
    let de = added(&[]).unwrap();
    assert_eq!((de.country.as_str(), de.language.as_str(), de.zone.name()), ("DE", "de", "Europe/Berlin"));
    assert_eq!((de.autonomy, de.default_payment_terms), (Autonomy::Supervised, 30));
    let ch = added(&["--country", "CH", "--terms", "10"]).unwrap();
    assert_eq!((ch.default_currency, ch.default_payment_terms), (Currency::CHF, 10));
    let said = added(&["--country", "PL"]).unwrap_err().to_string();
    assert!(said.contains("--zone"), "{said}");
    let pl = added(&["--country", "PL", "--zone", "Europe/Warsaw", "--language", "en", "--currency", "PLN"])
        .unwrap();
    assert_eq!((pl.zone.name(), pl.default_currency.code()), ("Europe/Warsaw", "PLN"));
}

#[test]
fn wrong_words_are_refused_before_anything_happens() {
    for args in
        [["--zone", "Mars/Olympus"], ["--currency", "euro"], ["--autonomy", "total"], ["--terms", "soon"]]
    {
        let base = ["add", "x1", "--name", "X", "--email", "x@x.example"];
        let error = parse(&[&base[..], &args[..]].concat()).err().unwrap();
        assert!(error.to_string().contains(args[0]), "{error}");
    }
    assert!(parse(&["stop", "lindner"]).is_err(), "a stop needs a note");
}

#[test]
fn an_empty_value_takes_a_field_away() {
    let mut fields =
        added(&["--iban", "DE02120300000000202051", "--address-line", "A", "--address-line", "B"]).unwrap();
    assert_eq!(fields.address_lines, ["A", "B"]);
    let Command::Set(set) =
        parse(&["set", "lindner", "--iban", "", "--reply-to", "r@lindner.example"]).unwrap()
    else {
        panic!("not set")
    };
    set.more.apply(&mut fields).unwrap();
    assert_eq!((fields.iban, fields.reply_to.as_deref()), (None, Some("r@lindner.example")));
    assert_eq!(fields.address_lines.len(), 2, "what is not named stays");
}

#[test]
fn changes_name_each_leaf_and_nothing_else() {
    let before = json!({ "contact": { "cap_messages": 3, "cap_days": 14 }, "plans": null, "list": [1, 2] });
    let after = json!({ "contact": { "cap_messages": 5, "cap_days": 14 }, "plans": { "max_total": "9" }, "list": [1] });
    let lines: Vec<String> =
        settings::changes("settings", &before, &after).iter().map(settings::Change::line).collect();
    assert_eq!(
        lines,
        [
            "settings.contact.cap_messages: 3 → 5",
            "settings.list.2: 2 → none",
            "settings.plans.max_total: none → 9"
        ]
    );
    assert!(settings::changes("", &before, &before).is_empty());
}

#[test]
fn a_settings_file_with_a_mistake_names_file_and_key() {
    let path = std::path::Path::new("s.json");
    let said = |v| settings::read(path, &v).unwrap_err().to_string();
    let unknown = said(json!({ "contact": { "cap_mesages": 3 } }));
    assert!(unknown.starts_with("s.json: company settings") && unknown.contains("cap_mesages"), "{unknown}");
    let range = said(json!({ "contact": { "earliest": "18:00:00", "latest": "08:00:00" } }));
    assert!(range.contains("contact.latest"), "{range}");
    assert!(settings::read(path, &json!({})).is_ok());
}

#[test]
fn the_procedure_is_shown_as_a_table() {
    let text = show::levels(&Procedure::default());
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 5);
    assert!(lines[1].starts_with("1") && lines[1].contains("3 days before") && lines[1].contains("courtesy"));
}
