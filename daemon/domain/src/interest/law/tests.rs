use super::super::tests::{claimed, date, debt, money, parties};
use super::*;

fn law(creditor: &str, debtor: &str, kind: DebtorKind) -> Result<Law, NoClaim> {
    Law::of(&parties(creditor, debtor, kind))
}

fn under(creditor: &str, debtor: &str, governing: &str, kind: DebtorKind) -> Result<Law, NoClaim> {
    let governing_law = Some(governing.parse().unwrap());
    Law::of(&Parties { governing_law, ..parties(creditor, debtor, kind) })
}

#[test]
fn within_one_country_its_own_law_applies() {
    for (country, expected) in [
        ("DE", Law::GermanyBusiness),
        ("AT", Law::AustriaBusiness),
        ("FR", Law::France),
        ("NL", Law::NetherlandsBusiness),
        ("GB", Law::UnitedKingdom),
        ("IT", Law::EuMinimum),
    ] {
        assert_eq!(law(country, country, DebtorKind::Business), Ok(expected));
    }
}

#[test]
fn across_a_border_nothing_is_claimed_unless_the_contract_says_which_law() {
    let refused = law("DE", "AT", DebtorKind::Business).unwrap_err();
    assert_eq!(refused.to_string(), "creditor in DE, debtor in AT: no governing law is on record");
    assert_eq!(under("DE", "AT", "DE", DebtorKind::Business), Ok(Law::GermanyBusiness));
    assert_eq!(under("DE", "AT", "AT", DebtorKind::Business), Ok(Law::AustriaBusiness));
    assert_eq!(under("DE", "US", "US", DebtorKind::Business), Err(NoClaim::Country("US".parse().unwrap())));
}

#[test]
fn consumers_are_charged_only_within_their_own_country() {
    assert_eq!(law("DE", "DE", DebtorKind::Consumer), Ok(Law::GermanyConsumer));
    assert_eq!(law("AT", "AT", DebtorKind::Consumer), Ok(Law::AustriaConsumer));
    assert_eq!(law("NL", "NL", DebtorKind::Consumer), Ok(Law::NetherlandsConsumer));
    for (creditor, debtor) in [("DE", "AT"), ("FR", "FR"), ("GB", "GB"), ("IE", "IE")] {
        assert!(law(creditor, debtor, DebtorKind::Consumer).is_err(), "{creditor} {debtor}");
    }
    // A choice of law does not carry a claim over the border.
    let at = "AT".parse().unwrap();
    assert_eq!(under("DE", "AT", "DE", DebtorKind::Consumer), Err(NoClaim::Consumer(at)));
    assert_eq!(under("DE", "AT", "AT", DebtorKind::Consumer), Err(NoClaim::Consumer(at)));
    assert!(under("DE", "DE", "AT", DebtorKind::Consumer).is_err());
    assert_eq!(under("DE", "DE", "DE", DebtorKind::Consumer), Ok(Law::GermanyConsumer));
}

#[test]
fn no_law_has_a_flat_sum_against_consumers() {
    for law in [Law::GermanyConsumer, Law::AustriaConsumer, Law::NetherlandsConsumer] {
        assert_eq!(law.terms().flat_sum, FlatSum::None);
        assert_eq!(law.flat_sum_citation(), None);
    }
}

#[test]
fn public_authorities() {
    assert_eq!(law("DE", "DE", DebtorKind::PublicAuthority), Ok(Law::GermanyBusiness));
    let fr = "FR".parse().unwrap();
    assert_eq!(law("FR", "FR", DebtorKind::PublicAuthority), Err(NoClaim::PublicAuthority(fr)));
}

#[test]
fn countries_without_rules_here_claim_nothing() {
    // Not in the EU; in the EU with a central bank of their own; in the euro only since 2026.
    for country in ["CH", "US", "PL", "SE", "CZ", "BG"] {
        let refused = law(country, country, DebtorKind::Business);
        assert_eq!(refused, Err(NoClaim::Country(country.parse().unwrap())));
    }
}

#[test]
fn only_the_currency_of_the_law() {
    let claim =
        claimed(&debt(parties("DE", "DE", DebtorKind::Business), "100.00 USD", "2026-05-15"), "2026-08-20");
    assert_eq!(claim.missing, Some(NoClaim::Currency { invoice: Currency::USD, law: Currency::EUR }));
    assert_eq!((claim.total, claim.flat_sum), (money("0.00 USD"), None));
    let claim =
        claimed(&debt(parties("GB", "GB", DebtorKind::Business), "100.00 EUR", "2026-05-15"), "2026-08-20");
    assert!(matches!(claim.missing, Some(NoClaim::Currency { .. })));
}

#[test]
fn contracts_older_than_todays_rules_claim_nothing() {
    let mut debt = debt(parties("DE", "DE", DebtorKind::Business), "100.00 EUR", "2026-05-15");
    debt.contract_on = Some(date("2014-07-28"));
    let claim = claimed(&debt, "2026-08-20");
    assert_eq!((claim.missing, claim.flat_sum), (Some(NoClaim::OldContract), None));
    debt.contract_on = Some(date("2014-07-29"));
    assert!(claimed(&debt, "2026-08-20").missing.is_none());
    debt.contract_on = None;
    debt.start.due_date = date("2014-07-28");
    assert_eq!(claimed(&debt, "2026-08-20").missing, Some(NoClaim::OldContract));
}

#[test]
fn the_table_must_hold_what_the_laws_in_use_refer_to() {
    let parties = [
        parties("DE", "DE", DebtorKind::Business),
        parties("DE", "DE", DebtorKind::Consumer),
        parties("DE", "AT", DebtorKind::Business),
        parties("AT", "AT", DebtorKind::Consumer),
        parties("FR", "FR", DebtorKind::Business),
        parties("CH", "CH", DebtorKind::Business),
    ];
    let needed = series_needed(&parties);
    assert_eq!(needed, BTreeSet::from([Series::EcbMro, Series::DeBasiszinssatz]));
}

#[test]
fn names_are_stable() {
    let claim =
        claimed(&debt(parties("DE", "DE", DebtorKind::Business), "1.00 EUR", "2026-05-15"), "2026-08-20");
    assert_eq!(serde_json::to_value(claim.law).unwrap(), "germany_business");
    assert_eq!(serde_json::to_value(claim.day_count).unwrap(), "act_act");
    assert_eq!(claim.law.unwrap().citation(), "§ 288 Abs. 2 BGB");
    let consumer = serde_json::to_value(NoClaim::Consumer("FR".parse().unwrap())).unwrap();
    assert_eq!(consumer, serde_json::json!({"consumer": "FR"}));
}
