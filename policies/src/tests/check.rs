//! Findings in rule text: what, where, and that hostile text cannot do harm.

use super::*;
use proptest::prelude::*;

const HEAD: &str = "@id(\"a\")\n@reason(\"b\")\n@text(\"C.\")\n";

fn first(source: &str) -> Diagnostic {
    let found = check(source).unwrap();
    assert!(PolicySet::with_company(source, 1).is_err(), "{source}");
    found.into_iter().next().unwrap_or_else(|| panic!("nothing found in {source}"))
}

fn rule(condition: &str) -> String {
    format!("{HEAD}forbid (principal, action == Action::\"alone\", resource)\nwhen {{ {condition} }};\n")
}

#[test]
fn a_good_rule_draws_nothing() {
    assert_eq!(check(&rule("context.total > 100000")).unwrap(), []);
    assert_eq!(check("").unwrap(), []);
    assert_eq!(check("// nothing yet\n").unwrap(), []);
}

#[test]
fn the_place_is_named() {
    let missing_semicolon = format!("// ü\n{HEAD}forbid (principal, action, resource)");
    let found = first(&missing_semicolon);
    assert_eq!(found.line, 5, "{found}");
    let typo = first(&rule("context.payed"));
    assert_eq!((typo.line, typo.col), (5, 8), "{typo}");
    assert!(typo.message.contains("payed"), "{typo}");
    assert_eq!(typo.rule.as_deref(), Some("company.a"));
    let after_umlaut = first(&rule("context.debtor == Debtor::\"ü\" && context.payed"));
    assert_eq!(after_umlaut.line, 5, "{after_umlaut}");
    assert_eq!(after_umlaut.to_string().split(':').next(), Some("5"));
}

#[test]
fn names_that_do_not_exist_are_refused() {
    for condition in [
        "context.stage == Stage::\"escalatd\"",
        "context.blocks.contains(Block::\"none\")",
        "context.intents.contains(\"dispute\")",
        "context.debtor == \"consumer\"",
        "resource in Step::\"contacts\"",
        "context.missing.contains(Fact::\"payed\")",
        "resource == Foo::\"x\"",
        "context.total > \"100\"",
        "context.total.greaterThan(decimal(\"1.0\"))",
        "principal == Agent::\"root\"",
        "1 + 1 == 3 && context.total",
    ] {
        let found = first(&rule(condition));
        assert_eq!(found.severity, Severity::Error, "{condition}: {found}");
    }
    let action = format!("{HEAD}forbid (principal, action == Action::\"Alone\", resource);");
    first(&action);
    assert!(check(&action).unwrap().iter().any(|d| d.message.contains("Alone")));
    let scope = format!("{HEAD}forbid (principal, action, resource in Step::\"chases\");");
    let found = first(&scope);
    assert!(found.help.contains("dunning_notice"), "{found}");
}

#[test]
fn rules_that_never_match_are_refused() {
    for condition in ["context.paid && !context.paid && false", "false", "resource is Agent"] {
        first(&rule(condition));
    }
    first(&format!("{HEAD}forbid (principal is Role, action == Action::\"alone\", resource);"));
}

#[test]
fn annotations_are_demanded_and_bounded() {
    let body = "forbid (principal, action == Action::\"alone\", resource);";
    for (annotations, word) in [
        ("", "@id"),
        ("@id(\"a\") @text(\"T.\")", "@reason"),
        ("@id(\"a\") @reason(\"b\")", "@text"),
        ("@id(\"A\") @reason(\"b\") @text(\"T.\")", "word"),
        ("@id(\"a b\") @reason(\"b\") @text(\"T.\")", "word"),
        ("@id(\"\") @reason(\"b\") @text(\"T.\")", "word"),
        ("@id(\"a\") @reason(\"<b>\") @text(\"T.\")", "word"),
        ("@id(\"a\") @reason(\"b\") @text(\"two\\nlines\")", "one line"),
        ("@id(\"a\") @reason(\"b\") @text(\" \")", "one line"),
        ("@id(\"a\") @reason(\"b\") @text(\"T.\") @note(\"x\")", "@note"),
        ("@id(\"a\") @reason(\"b\") @text(\"T.\") @facts(\"paid, payed\")", "payed"),
    ] {
        let found = first(&format!("{annotations} {body}"));
        assert!(found.message.contains(word), "{annotations}: {found}");
    }
    let long = "x".repeat(300);
    first(&format!("@id(\"{long}\") @reason(\"b\") @text(\"T.\") {body}"));
    first(&format!("@id(\"a\") @reason(\"b\") @text(\"{long}\") {body}"));
    let twice = format!("{HEAD}{body}\n{HEAD}{body}");
    let found = first(&twice);
    assert!(found.message.contains("second rule") && found.line == 5, "{found}");
}

#[test]
fn all_findings_come_at_once_in_order() {
    let two = format!("{}{}", rule("context.payed"), rule("context.sum > 1").replace("\"a\"", "\"z\""));
    let lines: Vec<usize> = check(&two).unwrap().iter().map(|d| d.line).collect();
    assert_eq!(lines, [5, 10]);
}

#[test]
fn templates_are_refused() {
    let found = first(&format!("{HEAD}forbid (principal == ?principal, action, resource);"));
    assert!(found.message.contains("template"), "{found}");
}

#[test]
fn look_alike_and_invisible_characters_are_refused() {
    first(&rule("context.debtor == Debtor::\"busine\u{0455}s\""));
    first(&format!("{HEAD}forbid (principal, action, resource in Step::\"contact\u{202e}\");"));
    first(&rule("context.total > 1 /* \u{202e} */ && context.раid"));
}

#[test]
fn text_too_large_or_too_deep_is_refused_before_it_is_parsed() {
    let found = first(&" ".repeat(40_000));
    assert!(found.message.contains("bytes"), "{found}");
    let deep = rule(&format!("{}true{}", "(".repeat(10_000), ")".repeat(10_000)));
    assert!(first(&deep).message.contains("nested"));
    for chain in
        ["true && ", "1 + ", "if context.paid then true else ", "context.a.", "true || ", "- ", "!", "[true,"]
    {
        first(&rule(&format!("{}true", chain.repeat(30_000 / chain.len()))));
        // As deep as is let through: the validator must still look at it.
        first(&rule(&format!(
            "{}context.payed",
            chain.repeat(340 / chain.split_whitespace().count().max(2))
        )));
    }
    let hidden = format!("\";{{{{\" == {}true", "\"\\\";\" == ".repeat(300));
    assert!(first(&rule(&hidden)).message.contains("words"));
    let commented = "// ; \" (((((((((((((((((((((((((((((((\n".repeat(200);
    assert_eq!(check(&format!("{commented}{}", rule("context.paid"))).unwrap(), []);
    let many: String = (0..200)
        .map(|i| format!("@id(\"r{i}\")@reason(\"b\")@text(\"T.\")forbid(principal,action,resource);"))
        .collect();
    assert!(first(&many).message.contains("rules"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_text_breaks_the_checker(source in ".{0,200}") {
        for d in check(&source).unwrap() {
            prop_assert!(d.line >= 1 && d.col >= 1 && !d.message.is_empty());
        }
    }

    #[test]
    fn no_broken_rule_breaks_the_checker(cut in 0_usize..400, junk in "[(){}\\[\\];:\"@&|!=<>.a-z\u{e4}\u{1f600} \n]{0,12}") {
        let good = rule("context.total > 1 && [Tone::\"firm\"].contains(context.tone) && !context.paid");
        let at = (0..=cut.min(good.len())).rev().find(|i| good.is_char_boundary(*i)).unwrap();
        let source = format!("{}{junk}{}", &good[..at], &good[at..]);
        let accepted = PolicySet::with_company(&source, 1).is_ok();
        let found = check(&source).unwrap();
        prop_assert_eq!(accepted, found.iter().all(|d| d.severity == Severity::Note), "{:?}", found);
        let lines = source.matches('\n').count() + 1;
        prop_assert!(found.iter().all(|d| d.line <= lines), "{:?}", found);
    }
}
