//! The shipped letters as data, and the check of a company's own.

use super::*;
use crate::letter::render;
use crate::letter::testkit::{context, ledger};
use crate::locale::{all, choose};

#[test]
fn every_language_has_every_letter() {
    for source in SHIPPED {
        let purposes: Vec<Purpose> = source.letters.iter().map(|(p, _)| *p).collect();
        assert_eq!(purposes, Purpose::ALL);
    }
    for language in all() {
        for purpose in Purpose::ALL.iter().copied() {
            let template = shipped(language, purpose);
            assert_eq!(template.purpose(), purpose);
            assert!(template.id().starts_with(&format!("{}/{purpose}@", language.tag())));
        }
    }
}

#[test]
fn a_shipped_letter_holds_no_digit_and_only_known_placeholders() {
    for (language, source) in all().iter().zip(SHIPPED) {
        for (purpose, text) in source.letters {
            let file = parse(text);
            let mut texts = vec![&file.subject];
            texts.extend(file.paragraphs.iter().map(|p| &p.text));
            for text in texts.iter().flat_map(|t| [t.choose(false), t.choose(true)]) {
                assert!(!text.chars().any(|c| c.is_ascii_digit()), "{} {purpose}: {text}", language.tag());
                for name in placeholders(text).unwrap() {
                    assert!(is_known(name) || Block::named(name).is_some(), "{purpose}: {name}");
                }
            }
            for block in purpose.blocks() {
                let wanted = format!("{{{}}}", block.as_str());
                assert!(texts.iter().any(|t| t.choose(true) == wanted), "{purpose}: {wanted}");
            }
        }
    }
}

#[test]
fn a_demand_names_amount_and_date_and_says_so() {
    for language in all() {
        for purpose in Purpose::ALL.iter().copied() {
            let file = &shipped(language, purpose).file;
            let demands = matches!(
                purpose,
                Purpose::Friendly | Purpose::Firm | Purpose::Final | Purpose::BrokenPromise
            );
            assert_eq!(file.demand, demands, "{purpose}");
            for many in [false, true] {
                let whole: String = file.paragraphs.iter().map(|p| p.text.choose(many)).collect();
                if demands {
                    assert!(whole.contains("{amount_payable}") && whole.contains("{pay_by}"), "{purpose}");
                }
            }
        }
    }
}

#[test]
fn a_companys_own_template() {
    let check = |purpose, subject: &str, body: &str| check_company_template(purpose, subject, body);
    let draft = check(
        Purpose::Firm,
        "Mahnung {invoice_numbers}",
        "Bitte zahlen Sie {amount_payable}\r\nbis {pay_by}.\r\n\r\n\r\n{items}\r\n\r\n{payment}\r\n",
    )
    .unwrap();
    assert_eq!(
        draft.paragraphs,
        ["Bitte zahlen Sie {amount_payable}\nbis {pay_by}.", "{items}", "{payment}"]
    );
    let snapshot = ledger();
    let context = context(&snapshot, Purpose::Firm, &snapshot.items);
    let facts = Facts::build(&snapshot, &context).unwrap();
    let letter = render(&draft, &facts, choose("de")).unwrap();
    assert!(letter.body.contains("Bitte zahlen Sie 2.513,75 EUR\nbis 26.11.2026.\n"));

    let ok = "{amount_payable} {pay_by}";
    assert_eq!(check(Purpose::Firm, "", ok), Err(TemplateError::Empty));
    assert_eq!(check(Purpose::Firm, "x", " \n\n "), Err(TemplateError::Empty));
    assert_eq!(check(Purpose::Firm, "{x}", ok), Err(TemplateError::Unknown("x".to_owned())));
    assert_eq!(
        check(Purpose::Firm, "{invoice:0.number}", ok),
        Err(TemplateError::Unknown("invoice:0.number".to_owned()))
    );
    assert_eq!(check(Purpose::Firm, "a { b", ok), Err(TemplateError::Brace));
    assert_eq!(check(Purpose::Firm, "a } b", ok), Err(TemplateError::Brace));
    assert_eq!(check(Purpose::Firm, "x", &format!("{ok} {{items}}")), Err(TemplateError::Block("items")));
    assert_eq!(check(Purpose::Firm, "{items}", ok), Err(TemplateError::Block("items")));
    assert_eq!(check(Purpose::DisputeAck, "x", "{payment}"), Err(TemplateError::Block("payment")));
    assert_eq!(
        check(Purpose::Firm, "x", "{amount_payable}"),
        Err(TemplateError::Needs { purpose: Purpose::Firm, placeholder: "pay_by" })
    );
    assert_eq!(
        check(Purpose::PlanOffer, "x", "{pay_by}"),
        Err(TemplateError::Needs { purpose: Purpose::PlanOffer, placeholder: "plan_total" })
    );
    assert_eq!(check(Purpose::Firm, "x", &"y".repeat(20_001)), Err(TemplateError::TooLong));
    assert!(check(Purpose::GenericAck, "Danke", "Wir melden uns.").is_ok());
}
