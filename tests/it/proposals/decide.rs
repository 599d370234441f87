//! Editing, rejecting, approving: versions, learning events, two people at once.

use super::*;
use domain::ids::UserId;
use domain::kinds::ActionStatus;
use store::proposals::{
    Edit, proposal, proposal_account, proposal_approval_add, proposal_edit, proposal_lock,
    proposal_mark_approved, proposal_mark_cancelled, proposal_mark_executed, proposal_reject,
};
use store::snapshot::account_lock;
use store::{Actor, ErrorKind, StoreError};

fn edit(subject: &str, body: &str) -> Edit {
    Edit {
        subject: subject.to_owned(),
        body_text: body.to_owned(),
        body_html: None,
        grounding: certificate(),
    }
}

fn kind<T: std::fmt::Debug>(outcome: Result<T, StoreError>) -> ErrorKind {
    outcome.unwrap_err().kind()
}

async fn person(company: &Company, name: &str) -> UserId {
    UserId::from_uuid(company.user(name, "controller").await.unwrap())
}

async fn one(world: &World, sql: &'static str) -> String {
    sqlx::query_scalar(sql).fetch_one(&world.admin).await.unwrap()
}

#[tokio::test]
async fn an_edit_keeps_the_agents_draft_and_is_learned_from() {
    let (world, company, _, proposed) = waiting().await;
    let ada = person(&company, "ada").await;
    let mut tx = world.db.tenant(company.id, &Actor::User(ada)).await.unwrap();
    let version = proposal(&mut tx, proposed.action).await.unwrap().line.version;
    let second =
        proposal_edit(&mut tx, proposed.action, &edit("Erinnerung", "Liebe Frau Eins"), version, world.now())
            .await
            .unwrap();
    assert!(matches!(
        proposal_edit(&mut tx, proposed.action, &edit("x", "y"), version, world.now()).await,
        Err(StoreError::Version { expected, actual }) if expected == version && actual == second
    ));
    proposal_edit(&mut tx, proposed.action, &edit("Erinnerung 2", "Liebe Frau Eins!"), second, world.now())
        .await
        .unwrap();
    let letter = proposal(&mut tx, proposed.action).await.unwrap().letter.unwrap();
    assert_eq!((letter.subject.as_str(), letter.body_text.as_str()), ("Erinnerung 2", "Liebe Frau Eins!"));
    assert_eq!(letter.grounding, certificate());
    let original = letter.original.unwrap();
    assert_eq!(
        (&original["subject"], &original["body_text"]),
        (&json!("Mahnung"), &json!("Guten Tag")),
        "the first draft"
    );
    assert_eq!(original["drafted_by"], "template:friendly@1");
    tx.commit().await.unwrap();
    assert_eq!(
        one(
            &world,
            "SELECT message_type || ' ' || content || ' ' || split_part(responsible, ':', 1) FROM ai_messages"
        )
        .await,
        "human_written Liebe Frau Eins! user"
    );
    let learned = "SELECT string_agg((original_value ->> 'subject') || '>' || (outcome_value ->> 'subject'), ' ' ORDER BY id)
                     FROM ai_learning_events WHERE event_type = 'user_edit' AND learning_signal = 'neutral'";
    assert_eq!(one(&world, learned).await, "Mahnung>Erinnerung Erinnerung>Erinnerung 2");
    assert_eq!(
        world.count("SELECT count(*) FROM chase_events WHERE kind = 'proposal_edited'").await.unwrap(),
        2
    );
}

#[tokio::test]
async fn an_edit_that_cannot_be_is_refused() {
    let (world, company, _, proposed) = waiting().await;
    for bad in [
        edit("", "text"),
        edit("two\nlines", "text"),
        edit("s\u{0}", "t"),
        edit("s", " "),
        edit(&"x".repeat(501), "t"),
        edit("s", &"x".repeat(20_001)),
    ] {
        let mut tx = world.tx(&company).await.unwrap();
        assert_eq!(
            kind(proposal_edit(&mut tx, proposed.action, &bad, 1, world.now()).await),
            ErrorKind::Invalid
        );
    }
    let mut tx = world.tx(&company).await.unwrap();
    assert_eq!(
        kind(proposal_edit(&mut tx, ActionId::new(), &edit("s", "t"), 1, world.now()).await),
        ErrorKind::NotFound
    );
    tx.rollback().await.unwrap();
    // The dispatcher or a stale check was faster.
    world.run("UPDATE outreaches SET state = 'stale'").await.unwrap();
    let mut tx = world.tx(&company).await.unwrap();
    assert_eq!(
        kind(proposal_edit(&mut tx, proposed.action, &edit("s", "t"), 1, world.now()).await),
        ErrorKind::Conflict
    );
}

#[tokio::test]
async fn a_rejection_withdraws_the_letter_and_rests_the_account() {
    let (world, company, _, proposed) = waiting().await;
    let ada = person(&company, "ada").await;
    let until = world.now() + TimeDelta::days(7);
    let mut tx = world.db.tenant(company.id, &Actor::User(ada)).await.unwrap();
    assert_eq!(
        kind(proposal_reject(&mut tx, proposed.action, ada, "  ", until, 1, world.now()).await),
        ErrorKind::Invalid
    );
    assert!(matches!(
        proposal_reject(&mut tx, proposed.action, ada, "no", until, 2, world.now()).await,
        Err(StoreError::Version { expected: 2, actual: 1 })
    ));
    proposal_reject(&mut tx, proposed.action, ada, "they called,\r\nwill pay", until, 1, world.now())
        .await
        .unwrap();
    let full = proposal(&mut tx, proposed.action).await.unwrap();
    assert_eq!(
        (full.status, full.decided_by, full.decided_at),
        (ActionStatus::Rejected, Some(ada), Some(world.now()))
    );
    assert_eq!(full.notes.as_deref(), Some("they called,\nwill pay"));
    assert_eq!(
        kind(
            proposal_reject(&mut tx, proposed.action, ada, "again", until, full.line.version, world.now())
                .await
        ),
        ErrorKind::Conflict
    );
    tx.commit().await.unwrap();
    assert_eq!(one(&world, "SELECT o.state || ' ' || m.delivery_status FROM outreaches o JOIN ai_messages m ON m.outreach_id = o.id").await, "cancelled cancelled");
    let rests = "SELECT count(*) FROM ai_conversations WHERE hold_reason = 'rejected' AND next_action_at = '2026-03-09 09:00Z'";
    assert_eq!(world.count(rests).await.unwrap(), 1);
    assert_eq!(
        one(&world, "SELECT event_type || ' ' || learning_signal FROM ai_learning_events").await,
        "user_override negative"
    );
}

#[tokio::test]
async fn four_eyes_count_different_people() {
    let (world, company, _, proposed) = waiting().await;
    let ada = person(&company, "ada").await;
    let bob = person(&company, "bob").await;
    let mut tx = world.tx(&company).await.unwrap();
    assert_eq!(proposal_approval_add(&mut tx, proposed.action, ada, world.now()).await.unwrap(), 1);
    assert_eq!(proposal_approval_add(&mut tx, proposed.action, ada, world.now()).await.unwrap(), 1);
    assert_eq!(proposal_approval_add(&mut tx, proposed.action, bob, world.now()).await.unwrap(), 2);
    assert_eq!(proposal_lock(&mut tx, proposed.action).await.unwrap().approvals.len(), 2);
    tx.commit().await.unwrap();
    // A user of another company is nobody here.
    let other = world.company("other").await.unwrap();
    let eve = person(&other, "eve").await;
    let mut tx = world.tx(&company).await.unwrap();
    assert!(proposal_approval_add(&mut tx, proposed.action, eve, world.now()).await.is_err());
    let mut tx = world.tx(&other).await.unwrap();
    assert!(proposal_approval_add(&mut tx, proposed.action, eve, world.now()).await.is_err());
}

#[tokio::test]
async fn an_approval_is_marked_once() {
    let (world, company, _, proposed) = waiting().await;
    let ada = person(&company, "ada").await;
    let mut tx = world.tx(&company).await.unwrap();
    let (customer, currency) = proposal_account(&mut tx, proposed.action).await.unwrap();
    account_lock(&mut tx, customer, currency).await.unwrap();
    let locked = proposal_lock(&mut tx, proposed.action).await.unwrap();
    locked.pending(locked.version).unwrap();
    assert!(matches!(locked.pending(locked.version + 1), Err(StoreError::Version { .. })));
    proposal_mark_approved(&mut tx, proposed.action, ada, Some("ok"), world.now()).await.unwrap();
    assert_eq!(
        kind(proposal_mark_approved(&mut tx, proposed.action, ada, None, world.now()).await),
        ErrorKind::Conflict
    );
    assert_eq!(
        kind(proposal_lock(&mut tx, proposed.action).await.unwrap().pending(locked.version + 1)),
        ErrorKind::Conflict
    );
    assert!(
        !proposal_mark_cancelled(&mut tx, proposed.action, "stale", world.now()).await.unwrap(),
        "decided stays decided"
    );
    proposal_mark_executed(&mut tx, proposed.action, world.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        one(&world, "SELECT status || ' ' || learning_signal FROM ai_actions, ai_learning_events").await,
        "executed positive"
    );
    let mut tx = world.tx(&company).await.unwrap();
    assert_eq!(
        kind(proposal_mark_executed(&mut tx, ActionId::new(), world.now()).await),
        ErrorKind::Conflict
    );
}

#[tokio::test]
async fn approving_an_edited_draft_praises_nobody() {
    let (world, company, _, proposed) = waiting().await;
    let ada = person(&company, "ada").await;
    let mut tx = world.tx(&company).await.unwrap();
    proposal_edit(&mut tx, proposed.action, &edit("s", "t"), 1, world.now()).await.unwrap();
    proposal_mark_approved(&mut tx, proposed.action, ada, None, world.now()).await.unwrap();
    tx.commit().await.unwrap();
    let learned =
        "SELECT string_agg(event_type || ':' || learning_signal, ' ' ORDER BY id) FROM ai_learning_events";
    assert_eq!(one(&world, learned).await, "user_edit:neutral user_override:neutral");
}

#[tokio::test]
async fn what_events_overtook_is_withdrawn() {
    let (world, company, _, proposed) = waiting().await;
    let mut tx = world.tx(&company).await.unwrap();
    assert!(proposal_mark_cancelled(&mut tx, proposed.action, "stale", world.now()).await.unwrap());
    tx.commit().await.unwrap();
    let state = "SELECT a.status || ' ' || o.state || ' ' || m.delivery_status FROM ai_actions a
                   JOIN outreaches o ON o.id = a.outreach_id JOIN ai_messages m ON m.outreach_id = o.id";
    assert_eq!(one(&world, state).await, "cancelled cancelled cancelled");
}

/// Two people press the button on the same version: one decides, the other is told.
#[tokio::test]
async fn two_people_decide_once() {
    let (world, company, _, proposed) = waiting().await;
    let ada = person(&company, "ada").await;
    let bob = person(&company, "bob").await;
    let until = world.now() + TimeDelta::days(1);
    let reject = |user: UserId| {
        let (world, company, id) = (world.clone(), company.clone(), proposed.action);
        async move {
            let mut tx = world.db.tenant(company.id, &Actor::User(user)).await?;
            proposal_reject(&mut tx, id, user, "no", until, 1, world.now()).await?;
            tx.commit().await
        }
    };
    let (one, two) = tokio::join!(reject(ada), reject(bob));
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    let loser = one.err().or(two.err()).unwrap();
    assert!(matches!(loser, StoreError::Version { expected: 1, actual: 2 }), "{loser:?}");
    assert_eq!(world.count("SELECT count(*) FROM ai_learning_events").await.unwrap(), 1);
}

#[tokio::test]
async fn another_tenants_proposal_cannot_be_touched() {
    let (world, _, _, proposed) = waiting().await;
    let other = world.company("other").await.unwrap();
    let eve = person(&other, "eve").await;
    let mut tx = world.tx(&other).await.unwrap();
    let now = world.now();
    let missing = [
        kind(proposal_account(&mut tx, proposed.action).await),
        kind(proposal_lock(&mut tx, proposed.action).await),
        kind(proposal_edit(&mut tx, proposed.action, &edit("s", "t"), 1, now).await),
        kind(proposal_reject(&mut tx, proposed.action, eve, "no", now, 1, now).await),
        kind(proposal_mark_cancelled(&mut tx, proposed.action, "stale", now).await),
    ];
    assert_eq!(missing, [ErrorKind::NotFound; 5]);
    assert_eq!(
        kind(proposal_mark_approved(&mut tx, proposed.action, eve, None, now).await),
        ErrorKind::Conflict
    );
    assert_eq!(kind(proposal_mark_executed(&mut tx, proposed.action, now).await), ErrorKind::Conflict);
    tx.commit().await.unwrap();
    assert_eq!(one(&world, "SELECT status || ' ' || version FROM ai_actions").await, "pending_approval 1");
}
