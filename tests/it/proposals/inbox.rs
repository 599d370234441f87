//! Listing, filtering, and one proposal in full.

use super::*;
use domain::kinds::{ActionStatus, ActionType, OutreachState};
use domain::money::{Currency, Money};
use std::time::Instant;
use store::ErrorKind;
use store::proposals::{ProposalFilter, ProposalSort, proposal, proposals, proposals_count};

fn eur(amount: &str) -> Money {
    Money::new(amount.parse().unwrap(), Currency::EUR).unwrap()
}

async fn ids(world: &World, company: &Company, filter: &ProposalFilter, limit: u16) -> Vec<ActionId> {
    let mut tx = world.tx(company).await.unwrap();
    let mut all = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = proposals(&mut tx, filter, cursor.as_deref(), limit).await.unwrap();
        all.extend(page.rows.iter().map(|p| p.id));
        cursor = page.next;
        if cursor.is_none() {
            return all;
        }
    }
}

#[tokio::test]
async fn the_inbox_is_ordered_by_age_value_or_expiry_and_filtered() {
    let world = World::new().await.unwrap();
    let company = world.company("acme").await.unwrap();
    let amounts = ["50", "900", "10", "900", "300"];
    let mut made = Vec::new();
    for (n, amount) in (0..).zip(amounts) {
        let debtor = company.customer(&format!("Kunde {n}")).await.unwrap();
        let invoice = company.invoice(&debtor, amount, 10).await.unwrap();
        let at = world.now() - TimeDelta::hours(n);
        made.push((debtor, propose(&world, &company, &invoice, amount, at).await.action));
    }
    // One without an amount, which lapses first of all.
    world
        .run("UPDATE ai_actions SET amount = NULL, expires_at = '2026-03-01' WHERE amount = 10")
        .await
        .unwrap();
    let all = |sort| ProposalFilter { sort, ..ProposalFilter::default() };
    let order = |which: [usize; 5]| which.map(|n| made[n].1).to_vec();
    for limit in [1, 2, 50] {
        assert_eq!(ids(&world, &company, &all(ProposalSort::Oldest), limit).await, order([4, 3, 2, 1, 0]));
        assert_eq!(ids(&world, &company, &all(ProposalSort::Expiry), limit).await, order([2, 4, 3, 1, 0]));
        let by_value = ids(&world, &company, &all(ProposalSort::Value), limit).await;
        assert_eq!(by_value[2..], order([1, 3, 4, 0, 2])[2..], "no amount comes last");
        assert_eq!(by_value.len(), 5);
    }
    let cases = [
        (ProposalFilter { min_amount: Some(300.into()), ..ProposalFilter::default() }, 3),
        (ProposalFilter { max_amount: Some(50.into()), ..ProposalFilter::default() }, 1),
        (ProposalFilter { customer: Some(made[1].0.id), ..ProposalFilter::default() }, 1),
        (ProposalFilter { kind: Some(ActionType::SendMessage), ..ProposalFilter::default() }, 5),
        (ProposalFilter { kind: Some(ActionType::Escalate), ..ProposalFilter::default() }, 0),
        (ProposalFilter { currency: Some(Currency::CHF), ..ProposalFilter::default() }, 0),
        (ProposalFilter { created_before: Some(world.now()), ..ProposalFilter::default() }, 4),
        (ProposalFilter { created_after: Some(world.now()), ..ProposalFilter::default() }, 1),
        (ProposalFilter { min_confidence: Some(0.71), ..ProposalFilter::default() }, 0),
        (ProposalFilter { max_confidence: Some(0.7), ..ProposalFilter::default() }, 5),
        (ProposalFilter { reason: Some("amount_limit".to_owned()), ..ProposalFilter::default() }, 5),
        (ProposalFilter { reason: Some("' OR true --".to_owned()), ..ProposalFilter::default() }, 0),
    ];
    for (filter, count) in cases {
        assert_eq!(ids(&world, &company, &filter, 2).await.len(), count, "{filter:?}");
    }
    let mut tx = world.tx(&company).await.unwrap();
    assert_eq!(proposals_count(&mut tx).await.unwrap(), 5);
    let page = proposals(&mut tx, &all(ProposalSort::Value), None, 2).await.unwrap();
    let line = &page.rows[0];
    assert_eq!((line.amount, line.invoices, line.dunning_level), (Some(eur("900")), 1, Some(2)));
    assert_eq!(
        (line.reasons.as_slice(), line.subject.as_deref()),
        (&["amount_limit".to_owned()][..], Some("Mahnung"))
    );
    // A cursor belongs to its order.
    let other = proposals(&mut tx, &all(ProposalSort::Oldest), page.next.as_deref(), 2).await;
    assert_eq!(other.unwrap_err().kind(), ErrorKind::Invalid);
}

#[tokio::test]
async fn a_proposal_shows_what_its_decision_rests_on() {
    let (world, company, invoice, proposed) = waiting().await;
    company.pay(&invoice, "40").await.unwrap();
    let mut tx = world.tx(&company).await.unwrap();
    let full = proposal(&mut tx, proposed.action).await.unwrap();
    assert_eq!(full.status, ActionStatus::PendingApproval);
    assert_eq!(full.action, Action::SendMessage { outreach: proposed.outreach });
    let letter = full.letter.unwrap();
    assert_eq!(
        (letter.state, letter.subject.as_str(), letter.body_text.as_str()),
        (OutreachState::Proposed, "Mahnung", "Guten Tag")
    );
    assert!(letter.account_version_now > letter.account_version, "the ledger moved: the page can say so");
    assert_eq!((full.items[0].residual, full.items[0].residual_now), (eur("100"), eur("60")));
    assert_eq!(full.open_items[0].residual, eur("60"));
    assert_eq!(full.thread.len(), 1);
    assert_eq!(full.conversation, proposed.conversation);
    assert!(full.approvals.is_empty() && full.blocks.is_empty() && full.inbound.is_none());
    assert!(serde_json::to_value(&full.line).unwrap()["customer_name"] == "Eins");
}

#[tokio::test]
async fn another_tenants_proposals_are_nowhere() {
    let (world, _, _, proposed) = waiting().await;
    let other = world.company("other").await.unwrap();
    let mut tx = world.tx(&other).await.unwrap();
    assert_eq!(proposal(&mut tx, proposed.action).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(proposals_count(&mut tx).await.unwrap(), 0);
    assert!(proposals(&mut tx, &ProposalFilter::default(), None, 50).await.unwrap().rows.is_empty());
}

/// Ten thousand waiting: a page must come off an index, not out of a sort of everything.
#[tokio::test]
async fn an_inbox_of_ten_thousand_is_quick() {
    let (world, company, _, _) = waiting().await;
    world
        .run(
            "INSERT INTO ai_actions (company_id, conversation_id, customer_id, currency, action_type, status, ai_confidence,
                ai_reasoning, payload, verdict, reasons, policy_version, facts, account_version, expires_at, amount, created_at)
             SELECT company_id, conversation_id, customer_id, currency, 'schedule_follow_up', status, n % 100 / 100.0,
                ai_reasoning, '{\"type\":\"schedule_follow_up\",\"on\":\"2026-03-10\",\"block\":null}', verdict, reasons,
                policy_version, facts, account_version, expires_at, n, created_at + n * interval '1 second'
               FROM ai_actions, generate_series(1, 10000) n;
             ANALYZE ai_actions",
        )
        .await
        .unwrap();
    let mut tx = world.tx(&company).await.unwrap();
    for sort in [ProposalSort::Oldest, ProposalSort::Value, ProposalSort::Expiry] {
        let filter = ProposalFilter { sort, ..ProposalFilter::default() };
        proposals(&mut tx, &filter, None, 50).await.unwrap();
        let start = Instant::now();
        let page = proposals(&mut tx, &filter, None, 50).await.unwrap();
        assert_eq!(page.rows.len(), 50);
        proposals(&mut tx, &filter, page.next.as_deref(), 50).await.unwrap();
        assert!(start.elapsed().as_millis() < 500, "{sort:?}: {:?} for two pages", start.elapsed());
    }
}
