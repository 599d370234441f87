//! What a company keeps beside its ledger: policies, templates, budgets, the trail, the desk.

use chrono::{NaiveDate, TimeDelta};
use domain::calendar::{Day, Place};
use domain::interest::{HalfYear, Series};
use domain::kinds::{InboundState, LearningSignal, OutreachState};
use serde_json::json;
use store::audit::{AuditFilter, audit_list};
use store::desk::{inbound_done, inbound_get, inbound_list, inbound_raw, outreach_list};
use store::learning::{learning_processed, learning_unprocessed};
use store::metrics::{Gauge, company_gauges, gauges};
use store::model_calls::{NewModelCall, budget_reserve, budget_settle, model_call_insert};
use store::policy_versions::{
    PolicyState, decisions_recent, policies, policy_activate, policy_active, policy_add, policy_dry_run_set,
    policy_retire,
};
use store::reference::{holidays, rate_table};
use store::templates::{template_delete, template_find, template_put, templates};
use store::{Actor, ErrorKind, StoreError, SystemTx};
use tests::{Company, World};

fn kind<T: std::fmt::Debug>(outcome: Result<T, StoreError>) -> ErrorKind {
    outcome.unwrap_err().kind()
}

async fn acme() -> (World, Company) {
    let world = World::new().await.unwrap();
    let company = world.company("acme").await.unwrap();
    (world, company)
}

async fn system(world: &World) -> SystemTx {
    world.db.system(&Actor::System("test")).await.unwrap()
}

#[tokio::test]
async fn one_version_of_the_rules_is_in_force_and_only_after_a_trial() {
    let (world, company) = acme().await;
    let mut tx = world.tx(&company).await.unwrap();
    assert!(policy_active(&mut tx).await.unwrap().is_none());
    let one = policy_add(&mut tx, "permit();", &[1; 32], world.now()).await.unwrap();
    let two = policy_add(&mut tx, "forbid();", &[2; 32], world.now()).await.unwrap();
    assert_eq!((one.version, two.version, one.created_by.as_str()), (1, 2, "system:test"));
    assert_eq!(kind(policy_activate(&mut tx, one.id, world.now()).await), ErrorKind::Conflict);
    for version in [&one, &two] {
        policy_dry_run_set(&mut tx, version.id, &json!({ "changed": 14 })).await.unwrap();
        policy_activate(&mut tx, version.id, world.now()).await.unwrap();
    }
    policy_activate(&mut tx, two.id, world.now()).await.unwrap();
    let active = policy_active(&mut tx).await.unwrap().unwrap();
    assert_eq!((active.version, active.source.as_str()), (2, "forbid();"));
    assert_eq!(
        kind(policy_dry_run_set(&mut tx, two.id, &json!({})).await),
        ErrorKind::NotFound,
        "no draft any more"
    );
    let states: Vec<_> = policies(&mut tx).await.unwrap().iter().map(|p| p.state).collect();
    assert_eq!(states, [PolicyState::Active, PolicyState::Retired]);
    policy_activate(&mut tx, one.id, world.now()).await.unwrap();
    assert_eq!(policy_active(&mut tx).await.unwrap().unwrap().version, 1, "back to an older one");
    assert!(policy_retire(&mut tx).await.unwrap());
    assert!(!policy_retire(&mut tx).await.unwrap());
    for bad in ["a\0b".to_owned(), "x".repeat(300_000)] {
        assert_eq!(kind(policy_add(&mut tx, &bad, &[0; 32], world.now()).await), ErrorKind::Invalid);
    }
    tx.commit().await.unwrap();
    let other = world.company("other").await.unwrap();
    let mut tx = world.tx(&other).await.unwrap();
    assert!(policies(&mut tx).await.unwrap().is_empty());
    assert_eq!(kind(policy_activate(&mut tx, one.id, world.now()).await), ErrorKind::NotFound);
    assert!(decisions_recent(&mut tx, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn parallel_versions_get_numbers_of_their_own() {
    let (world, company) = acme().await;
    let add = || {
        let (world, company) = (world.clone(), company.clone());
        async move {
            let mut tx = world.tx(&company).await.unwrap();
            let version = policy_add(&mut tx, "permit();", &[1; 32], world.now()).await.unwrap().version;
            tx.commit().await.unwrap();
            version
        }
    };
    let (a, b, c) = tokio::join!(add(), add(), add());
    let mut versions = [a, b, c];
    versions.sort_unstable();
    assert_eq!(versions, [1, 2, 3]);
}

#[tokio::test]
async fn templates_are_kept_per_purpose_and_language() {
    let (world, company) = acme().await;
    let mut tx = world.tx(&company).await.unwrap();
    let first =
        template_put(&mut tx, "friendly", "de", "Erinnerung", "Absatz 1\n\nAbsatz 2", None).await.unwrap();
    let second = template_put(&mut tx, "friendly", "de", "Erinnerung", "Neu", Some(first)).await.unwrap();
    assert!(matches!(
        template_put(&mut tx, "friendly", "de", "x", "y", Some(first)).await,
        Err(StoreError::Version { expected, actual }) if expected == first && actual == second
    ));
    template_put(&mut tx, "promise_confirmation", "en", "Thank you", "We noted it.", None).await.unwrap();
    assert_eq!(templates(&mut tx).await.unwrap().len(), 2);
    assert_eq!(template_find(&mut tx, "friendly", "de").await.unwrap().unwrap().body, "Neu");
    assert!(template_find(&mut tx, "friendly", "en").await.unwrap().is_none());
    assert_eq!(kind(template_put(&mut tx, "friendly", "en", "x", "y", Some(1)).await), ErrorKind::NotFound);
    template_delete(&mut tx, "friendly", "de").await.unwrap();
    assert_eq!(kind(template_delete(&mut tx, "friendly", "de").await), ErrorKind::NotFound);
    tx.commit().await.unwrap();
    for (purpose, language, subject, body) in [
        ("nonsense", "de", "s", "b"),
        ("friendly", "Deutsch", "s", "b"),
        ("friendly", "de", "s\nBcc: x@y.de", "b"),
        ("friendly", "de", "s", "b\u{0}"),
    ] {
        let mut tx = world.tx(&company).await.unwrap();
        assert_eq!(
            kind(template_put(&mut tx, purpose, language, subject, body, None).await),
            ErrorKind::Invalid,
            "{purpose}"
        );
    }
    let mut tx = world.tx(&company).await.unwrap();
    assert_eq!(
        kind(template_put(&mut tx, "promise_confirmation", "en", "s", "b", None).await),
        ErrorKind::Conflict
    );
}

#[tokio::test]
async fn parallel_calls_of_the_model_stay_within_the_budget() {
    let (world, company) = acme().await;
    let day = world.today();
    let reserve = |tokens: u64| {
        let (world, company) = (world.clone(), company.clone());
        async move {
            let mut tx = world.tx(&company).await.unwrap();
            let got = budget_reserve(&mut tx, day, tokens, 1_000).await.unwrap();
            tx.commit().await.unwrap();
            got
        }
    };
    let (a, b, c, d) = tokio::join!(reserve(400), reserve(400), reserve(400), reserve(400));
    assert_eq!([a, b, c, d].iter().filter(|got| **got).count(), 2);
    assert!(!reserve(1_001).await, "never more than the whole");
    assert!(!reserve(u64::MAX).await);
    let mut tx = world.tx(&company).await.unwrap();
    budget_settle(&mut tx, day, 400, 100).await.unwrap();
    tx.commit().await.unwrap();
    assert!(reserve(500).await, "what was not used is there again");
    assert!(!reserve(1).await);
    let mut tx = world.tx(&company).await.unwrap();
    assert!(budget_reserve(&mut tx, day + TimeDelta::days(1), 1_000, 1_000).await.unwrap(), "a new day");
    let call = NewModelCall {
        purpose: "draft".to_owned(),
        model: "test".to_owned(),
        prompt_version: "1".to_owned(),
        input_tokens: u32::MAX,
        output_tokens: 5,
        cost: Some((1_200, domain::money::Currency::USD)),
        latency_ms: 10,
        outcome: "ok".to_owned(),
        error: Some("x\0".repeat(2_000)),
    };
    model_call_insert(&mut tx, &call, world.now()).await.unwrap();
    model_call_insert(&mut tx, &NewModelCall { cost: None, error: None, ..call }, world.now()).await.unwrap();
}

#[tokio::test]
async fn the_trail_is_read_back_by_row_actor_and_time() {
    let (world, company) = acme().await;
    let mut tx = world.tx(&company).await.unwrap();
    for n in 0..5 {
        template_put(&mut tx, "friendly", "de", &format!("s{n}"), "b", (n > 0).then_some(n)).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut tx = world.tx(&company).await.unwrap();
    let table = AuditFilter { table: Some("email_templates".to_owned()), ..AuditFilter::default() };
    let first = audit_list(&mut tx, &table, None, 3).await.unwrap();
    let second = audit_list(&mut tx, &table, first.next.as_deref(), 3).await.unwrap();
    assert_eq!((first.rows.len(), second.rows.len(), second.next), (3, 2, None));
    assert_eq!(first.rows[0].new.as_ref().unwrap()["subject"], "s4", "newest first");
    assert_eq!(first.rows[0].old.as_ref().unwrap()["subject"], "s3");
    assert_eq!((second.rows[1].action.as_str(), second.rows[1].actor.as_str()), ("INSERT", "system:test"));
    let record = AuditFilter {
        record: Some(first.rows[0].record),
        actor: Some("user:x".to_owned()),
        ..AuditFilter::default()
    };
    assert!(audit_list(&mut tx, &record, None, 10).await.unwrap().rows.is_empty());
    let at = first.rows[0].at;
    let now = AuditFilter {
        from: Some(at - TimeDelta::minutes(5)),
        to: Some(at + TimeDelta::minutes(5)),
        ..table.clone()
    };
    assert_eq!(audit_list(&mut tx, &now, None, 10).await.unwrap().rows.len(), 5);
    let past = AuditFilter { to: Some(at - TimeDelta::minutes(5)), ..table.clone() };
    assert!(audit_list(&mut tx, &past, None, 10).await.unwrap().rows.is_empty());
    let other = world.company("other").await.unwrap();
    let mut tx = world.tx(&other).await.unwrap();
    assert!(audit_list(&mut tx, &table, None, 10).await.unwrap().rows.is_empty());
}

#[tokio::test]
async fn gauges_of_all_name_nobody_and_those_of_one_count_only_it() {
    let world = World::new().await.unwrap();
    for slug in ["alpha", "beta"] {
        let company = world.company(slug).await.unwrap();
        let debtor = company.customer("Eins").await.unwrap();
        let open = company.invoice(&debtor, "100", 10).await.unwrap();
        company.conversation(&open).await.unwrap();
    }
    world.run("UPDATE ai_conversations SET hold_reason = 'dispute'").await.unwrap();
    let value = |all: &[Gauge], name: &str, label: Option<&str>| {
        all.iter().find(|g| g.name == name && g.label.as_deref() == label).map(|g| g.value)
    };
    let all = gauges(&mut system(&world).await, world.now()).await.unwrap();
    assert_eq!(value(&all, "companies", None), Some(2.0));
    assert_eq!(value(&all, "conversations_due", None), Some(2.0));
    let text = format!("{all:?}");
    assert!(!text.contains("alpha") && !text.contains("Eins"), "{text}");
    let company = world.company("three").await.unwrap();
    let debtor = company.customer("Eins").await.unwrap();
    let open = company.invoice(&debtor, "100", 10).await.unwrap();
    company.conversation(&open).await.unwrap();
    let mut tx = world.tx(&company).await.unwrap();
    let mine = company_gauges(&mut tx, world.now() + TimeDelta::hours(1)).await.unwrap();
    assert_eq!(value(&mine, "conversations", Some("active")), Some(1.0));
    assert_eq!(value(&mine, "held", Some("dispute")), None);
    assert_eq!(value(&mine, "ledger_age_seconds", None), Some(3_600.0));
}

#[tokio::test]
async fn rates_and_holidays_come_back_as_the_domain_knows_them() {
    let world = World::new().await.unwrap();
    let mut tx = system(&world).await;
    let rates = rate_table(&mut tx).await.unwrap();
    let half = HalfYear::of("2025-03-01".parse().unwrap());
    assert!(rates.get(Series::DeBasiszinssatz, half).is_some());
    assert!(rates.ignored().is_empty(), "{:?}", rates.ignored());
    let days = holidays(&mut tx).await.unwrap();
    let berlin = Place::new("DE", Some("BE")).unwrap();
    let unity: NaiveDate = "2026-10-03".parse().unwrap();
    assert!(matches!(days.day(&berlin, unity), Day::Weekend | Day::Holiday(_)));
    let christmas: NaiveDate = "2026-12-25".parse().unwrap();
    assert!(matches!(days.day(&berlin, christmas), Day::Holiday(_)));
    // A row that cannot be read is told, never left out.
    world.run("INSERT INTO reference_rates VALUES ('moon_rate', '2026-01-01', 1, 'x', 'x')").await.unwrap();
    assert_eq!(kind(rate_table(&mut tx).await), ErrorKind::Corrupt);
}

#[tokio::test]
async fn learning_events_are_handed_out_until_they_are_learned_from() {
    let (world, company) = acme().await;
    world
        .run(
            "INSERT INTO ai_learning_events (company_id, event_type, outcome_value, learning_signal)
             SELECT id, 'user_edit', '{\"n\": 1}', 'neutral' FROM companies, generate_series(1, 3)",
        )
        .await
        .unwrap();
    let mut tx = world.tx(&company).await.unwrap();
    let events = learning_unprocessed(&mut tx, 2).await.unwrap();
    assert_eq!((events.len(), events[0].signal), (2, LearningSignal::Neutral));
    let ids: Vec<_> = events.iter().map(|e| e.id).collect();
    assert_eq!(learning_processed(&mut tx, &ids).await.unwrap(), 2);
    assert_eq!(learning_processed(&mut tx, &ids).await.unwrap(), 0);
    assert_eq!(learning_unprocessed(&mut tx, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn mail_nobody_could_place_waits_for_a_person() {
    let (world, company) = acme().await;
    world
        .run(
            "INSERT INTO inbound_mails (company_id, received_at, route, raw, raw_sha256, size, state, state_reason, from_email,
                next_attempt_at)
             SELECT id, now(), 'http', convert_to('mail ' || n, 'UTF8'), sha256(convert_to('mail ' || n, 'UTF8')), 6,
                    'unmatched', 'nobody', 'x@y.example', now() FROM companies, generate_series(1, 2) n",
        )
        .await
        .unwrap();
    let mut tx = world.tx(&company).await.unwrap();
    let waiting = inbound_list(&mut tx, Some(InboundState::Unmatched), None, 1).await.unwrap();
    let rest =
        inbound_list(&mut tx, Some(InboundState::Unmatched), waiting.next.as_deref(), 1).await.unwrap();
    assert_eq!((waiting.rows.len(), rest.rows.len(), rest.next), (1, 1, None));
    let id = waiting.rows[0].id;
    assert!(inbound_raw(&mut tx, id).await.unwrap().starts_with(b"mail "));
    inbound_done(&mut tx, id, "spam", world.now()).await.unwrap();
    assert_eq!(kind(inbound_done(&mut tx, id, "again", world.now()).await), ErrorKind::Conflict);
    assert_eq!(inbound_get(&mut tx, id).await.unwrap().line.state, InboundState::Processed);
    assert!(outreach_list(&mut tx, OutreachState::InDoubt, None, 10).await.unwrap().rows.is_empty());
    tx.commit().await.unwrap();
    let other = world.company("other").await.unwrap();
    let mut tx = world.tx(&other).await.unwrap();
    assert_eq!(kind(inbound_get(&mut tx, id).await), ErrorKind::NotFound);
    assert_eq!(kind(inbound_raw(&mut tx, id).await), ErrorKind::NotFound);
    assert_eq!(kind(inbound_done(&mut tx, id, "", world.now()).await), ErrorKind::NotFound);
    assert!(inbound_list(&mut tx, Some(InboundState::Unmatched), None, 10).await.unwrap().rows.is_empty());
}
