//! Who may do what: users, sessions, tokens, rate limits, idempotency keys.

use chrono::TimeDelta;
use domain::ids::UserId;
use domain::kinds::UserRole;
use serde_json::json;
use std::net::IpAddr;
use store::identity::{
    Idempotency, LockRule, NewApiToken, NewSession, NewUser, TokenId, api_token_create, api_token_lookup,
    api_token_revoke, api_token_touch, api_tokens, idempotency_begin, idempotency_finish, idempotency_purge,
    login_failed, login_lookup, login_succeeded, rate_limit_hit, rate_limits_purge, session_create,
    session_lookup, session_revoke, session_touch, sessions_purge, sessions_revoke_all, user, user_by_email,
    user_create, user_disable, user_enable, user_password_set, user_role_set, users,
};
use store::{Actor, ErrorKind, StoreError, SystemTx};
use tests::{Company, World};

const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA";

fn new_user(email: &str, role: UserRole) -> NewUser {
    NewUser {
        email: email.to_owned(),
        name: "Ada".to_owned(),
        role,
        password_hash: HASH.to_owned(),
        zone: None,
    }
}

fn kind<T: std::fmt::Debug>(outcome: Result<T, StoreError>) -> ErrorKind {
    outcome.unwrap_err().kind()
}

async fn system(world: &World) -> SystemTx {
    world.db.system(&Actor::System("test")).await.unwrap()
}

async fn add(world: &World, company: &Company, email: &str, role: UserRole) -> UserId {
    let mut tx = world.tx(company).await.unwrap();
    let id = user_create(&mut tx, &new_user(email, role)).await.unwrap();
    tx.commit().await.unwrap();
    id
}

fn session(user: UserId, secret: u8, world: &World) -> NewSession {
    NewSession {
        user,
        token_hash: [secret; 32],
        csrf_hash: [secret + 1; 32],
        expires_at: world.now() + TimeDelta::hours(8),
        ip: Some("2001:db8::1".parse::<IpAddr>().unwrap()),
        user_agent: Some(format!("Browser\u{0}{}", "x".repeat(1_000))),
    }
}

#[tokio::test]
async fn users_are_added_once_and_never_with_a_plain_password() {
    let world = World::new().await.unwrap();
    let company = world.company("acme").await.unwrap();
    let id = add(&world, &company, "Ada@Acme.example", UserRole::Admin).await;
    let mut tx = world.tx(&company).await.unwrap();
    assert_eq!(user_by_email(&mut tx, " ada@acme.EXAMPLE ").await.unwrap().unwrap().id, id);
    assert_eq!(users(&mut tx).await.unwrap().len(), 1);
    assert_eq!(
        kind(user_create(&mut tx, &new_user("ada@ACME.example", UserRole::Viewer)).await),
        ErrorKind::Conflict
    );
    for bad in [
        NewUser { password_hash: "hunter2".to_owned(), ..new_user("b@acme.example", UserRole::Viewer) },
        NewUser { email: "no address".to_owned(), ..new_user("", UserRole::Viewer) },
        NewUser { name: "A\u{0}".to_owned(), ..new_user("b@acme.example", UserRole::Viewer) },
    ] {
        let mut tx = world.tx(&company).await.unwrap();
        assert_eq!(kind(user_create(&mut tx, &bad).await), ErrorKind::Invalid, "{bad:?}");
    }
    let leaked =
        "SELECT count(*) FROM audit_logs WHERE (old_values::text || new_values::text) LIKE '%argon2%'
                   OR new_values::text LIKE '%argon2%'";
    assert_eq!(world.count(leaked).await.unwrap(), 0, "no hash in the audit trail");
}

#[tokio::test]
async fn the_last_admin_stays() {
    let world = World::new().await.unwrap();
    let company = world.company("acme").await.unwrap();
    let ada = add(&world, &company, "ada@acme.example", UserRole::Admin).await;
    let bob = add(&world, &company, "bob@acme.example", UserRole::Controller).await;
    let mut tx = world.tx(&company).await.unwrap();
    let version = user(&mut tx, ada).await.unwrap().version;
    assert_eq!(kind(user_disable(&mut tx, ada, world.now()).await), ErrorKind::Conflict);
    assert_eq!(kind(user_role_set(&mut tx, ada, UserRole::Viewer, version).await), ErrorKind::Conflict);
    let second = user_role_set(&mut tx, bob, UserRole::Admin, 1).await.unwrap();
    assert!(matches!(
        user_role_set(&mut tx, bob, UserRole::Admin, 1).await,
        Err(StoreError::Version { expected: 1, actual }) if actual == second
    ));
    user_role_set(&mut tx, ada, UserRole::Viewer, version).await.unwrap();
    assert_eq!(kind(user_disable(&mut tx, bob, world.now()).await), ErrorKind::Conflict);
    tx.commit().await.unwrap();

    // Two admins take each other's rights at the same moment: one of them remains.
    let mut tx = world.tx(&company).await.unwrap();
    let version = user(&mut tx, ada).await.unwrap().version;
    user_role_set(&mut tx, ada, UserRole::Admin, version).await.unwrap();
    tx.commit().await.unwrap();
    let off = |id: UserId| {
        let (world, company) = (world.clone(), company.clone());
        async move {
            let mut tx = world.tx(&company).await.unwrap();
            user_disable(&mut tx, id, world.now()).await?;
            tx.commit().await
        }
    };
    let (one, two) = tokio::join!(off(ada), off(bob));
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    assert_eq!(world.count("SELECT count(*) FROM users WHERE disabled_at IS NULL").await.unwrap(), 1);
}

#[tokio::test]
async fn failures_lock_an_account_and_parallel_guesses_count() {
    let world = World::new().await.unwrap();
    let company = world.company("acme").await.unwrap();
    let ada = add(&world, &company, "ada@acme.example", UserRole::Admin).await;
    let rule = LockRule { attempts: 5, minutes: 15 };
    let guess = || {
        let (world, company) = (world.clone(), company.clone());
        async move {
            let mut tx = world.tx(&company).await.unwrap();
            let locked = login_failed(&mut tx, ada, rule, world.now()).await.unwrap();
            tx.commit().await.unwrap();
            locked
        }
    };
    let (a, b, c, d) = tokio::join!(guess(), guess(), guess(), guess());
    assert_eq!([a, b, c, d], [None; 4]);
    let until = guess().await.unwrap();
    assert_eq!(until, world.now() + TimeDelta::minutes(15));
    let mut sys = system(&world).await;
    assert_eq!(login_lookup(&mut sys, "ada@acme.example", None).await.unwrap()[0].locked_until, Some(until));
    // Guessing on does not lengthen the lock; after it, the count starts anew.
    world.clock.advance(TimeDelta::minutes(10));
    assert_eq!(guess().await, Some(until));
    world.clock.advance(TimeDelta::minutes(10));
    assert_eq!(guess().await, None);
    let mut tx = world.tx(&company).await.unwrap();
    login_succeeded(&mut tx, ada, world.now()).await.unwrap();
    let read = user(&mut tx, ada).await.unwrap();
    assert_eq!((read.last_login_at, read.locked_until, read.version), (Some(world.now()), None, 1));
    assert_eq!(kind(login_failed(&mut tx, UserId::new(), rule, world.now()).await), ErrorKind::NotFound);
}

#[tokio::test]
async fn one_address_may_work_for_two_companies() {
    let world = World::new().await.unwrap();
    let one = world.company("one").await.unwrap();
    let two = world.company("two").await.unwrap();
    let first = add(&world, &one, "ada@example.org", UserRole::Admin).await;
    let second = add(&world, &two, "Ada@example.org", UserRole::Viewer).await;
    let mut sys = system(&world).await;
    let all = login_lookup(&mut sys, "ADA@example.org", None).await.unwrap();
    assert_eq!(all.len(), 2);
    let only = login_lookup(&mut sys, "ada@example.org", Some("two")).await.unwrap();
    assert_eq!((only[0].company, only[0].user, only[0].password_hash.as_str()), (two.id, second, HASH));
    assert!(!format!("{:?}", only[0]).contains("argon2"));
    assert!(login_lookup(&mut sys, "ada@example.org' OR '1'='1", None).await.unwrap().is_empty());
    assert!(login_lookup(&mut sys, "nobody@example.org", None).await.unwrap().is_empty());
    // Nobody else's users by id.
    let mut tx = world.tx(&two).await.unwrap();
    assert_eq!(kind(user(&mut tx, first).await), ErrorKind::NotFound);
    assert_eq!(kind(user_disable(&mut tx, first, world.now()).await), ErrorKind::NotFound);
    assert_eq!(kind(user_password_set(&mut tx, first, HASH, world.now()).await), ErrorKind::NotFound);
    assert_eq!(kind(user_role_set(&mut tx, first, UserRole::Viewer, 1).await), ErrorKind::NotFound);
    assert_eq!(sessions_revoke_all(&mut tx, first, world.now()).await.unwrap(), 0);
    tx.rollback().await.unwrap();
    let mut tx = world.tx(&two).await.unwrap();
    assert!(
        session_create(&mut tx, &session(first, 1, &world), world.now()).await.is_err(),
        "no session for a stranger"
    );
    // A disabled account is not offered at sign-in.
    let mut tx = world.tx(&one).await.unwrap();
    let other = user_create(&mut tx, &new_user("other@example.org", UserRole::Admin)).await.unwrap();
    user_disable(&mut tx, other, world.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert!(login_lookup(&mut sys, "other@example.org", None).await.unwrap().is_empty());
    let mut tx = world.tx(&one).await.unwrap();
    user_enable(&mut tx, other).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(login_lookup(&mut system(&world).await, "other@example.org", None).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_session_ends_by_time_revocation_password_and_disabling() {
    let world = World::new().await.unwrap();
    let company = world.company("acme").await.unwrap();
    let ada = add(&world, &company, "ada@acme.example", UserRole::Controller).await;
    add(&world, &company, "root@acme.example", UserRole::Admin).await;
    let open = |secret: u8| {
        let (world, company) = (world.clone(), company.clone());
        async move {
            let mut tx = world.tx(&company).await.unwrap();
            let id = session_create(&mut tx, &session(ada, secret, &world), world.now()).await.unwrap();
            tx.commit().await.unwrap();
            id
        }
    };
    let who = |secret: u8, ahead: i64| {
        let world = world.clone();
        async move {
            let at = world.now() + TimeDelta::hours(ahead);
            session_lookup(&mut system(&world).await, &[secret; 32], at).await.unwrap()
        }
    };
    let first = open(1).await;
    let found = who(1, 0).await.unwrap();
    assert_eq!(
        (found.company, found.user, found.role, found.session),
        (company.id, ada, UserRole::Controller, first)
    );
    assert_eq!(found.csrf_hash, [2; 32]);
    assert!(who(9, 0).await.is_none(), "an unknown secret");
    assert!(who(1, 9).await.is_none(), "its time is over");
    assert_eq!(world.count("SELECT count(*) FROM sessions WHERE length(user_agent) = 500").await.unwrap(), 1);

    let mut tx = world.tx(&company).await.unwrap();
    session_touch(&mut tx, first, world.now() + TimeDelta::hours(1)).await.unwrap();
    session_revoke(&mut tx, first, world.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert!(who(1, 0).await.is_none());

    open(3).await;
    open(4).await;
    let mut tx = world.tx(&company).await.unwrap();
    user_password_set(&mut tx, ada, HASH, world.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert!(who(3, 0).await.is_none() && who(4, 0).await.is_none(), "a new password signs out everywhere");

    open(5).await;
    let mut tx = world.tx(&company).await.unwrap();
    user_disable(&mut tx, ada, world.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert!(who(5, 0).await.is_none());
    let mut tx = world.tx(&company).await.unwrap();
    user_enable(&mut tx, ada).await.unwrap();
    assert_eq!(sessions_purge(&mut tx, world.now() + TimeDelta::days(1)).await.unwrap(), 4);
    tx.commit().await.unwrap();
    assert!(who(5, 0).await.is_none(), "enabling does not bring sessions back");
}

#[tokio::test]
async fn api_tokens_act_within_their_scope_and_time() {
    let world = World::new().await.unwrap();
    let company = world.company("acme").await.unwrap();
    let other = world.company("other").await.unwrap();
    let ada = add(&world, &company, "ada@acme.example", UserRole::Controller).await;
    let new = NewApiToken {
        user: ada,
        name: "ERP".to_owned(),
        token_hash: [7; 32],
        scopes: vec!["read".to_owned(), "decide".to_owned()],
        expires_at: Some(world.now() + TimeDelta::days(30)),
    };
    let mut tx = world.tx(&company).await.unwrap();
    for bad in [
        NewApiToken { name: " ".to_owned(), ..new.clone() },
        NewApiToken { scopes: vec!["Read All".to_owned()], ..new.clone() },
        NewApiToken { scopes: vec!["x".to_owned(); 33], ..new.clone() },
    ] {
        assert_eq!(kind(api_token_create(&mut tx, &bad).await), ErrorKind::Invalid);
    }
    assert_eq!(
        kind(api_token_create(&mut tx, &NewApiToken { user: UserId::new(), ..new.clone() }).await),
        ErrorKind::NotFound
    );
    let id = api_token_create(&mut tx, &new).await.unwrap();
    api_token_touch(&mut tx, id, world.now()).await.unwrap();
    assert_eq!(api_tokens(&mut tx).await.unwrap()[0].last_used_at, Some(world.now()));
    tx.commit().await.unwrap();
    let mut sys = system(&world).await;
    let found = api_token_lookup(&mut sys, &[7; 32], world.now()).await.unwrap().unwrap();
    assert_eq!(
        (found.company, found.user, found.token, found.role),
        (company.id, ada, id, UserRole::Controller)
    );
    assert_eq!(found.scopes, new.scopes);
    assert!(api_token_lookup(&mut sys, &[7; 32], world.now() + TimeDelta::days(31)).await.unwrap().is_none());
    assert!(api_token_lookup(&mut sys, &[8; 32], world.now()).await.unwrap().is_none());
    let mut tx = world.tx(&other).await.unwrap();
    assert_eq!(kind(api_token_revoke(&mut tx, id, world.now()).await), ErrorKind::NotFound);
    assert!(api_tokens(&mut tx).await.unwrap().is_empty());
    let mut tx = world.tx(&company).await.unwrap();
    api_token_revoke(&mut tx, id, world.now()).await.unwrap();
    assert_eq!(
        kind(api_token_revoke(&mut tx, TokenId::from_uuid(uuid::Uuid::now_v7()), world.now()).await),
        ErrorKind::NotFound
    );
    tx.commit().await.unwrap();
    assert!(api_token_lookup(&mut sys, &[7; 32], world.now()).await.unwrap().is_none());
}

#[tokio::test]
async fn requests_are_counted_per_company_endpoint_and_window() {
    let world = World::new().await.unwrap();
    let company = world.company("acme").await.unwrap();
    let other = world.company("other").await.unwrap();
    let minute = TimeDelta::minutes(1);
    let hit = |company: &Company, endpoint: &'static str| {
        let (world, company) = (world.clone(), company.clone());
        async move {
            let mut tx = world.tx(&company).await.unwrap();
            let limit = rate_limit_hit(&mut tx, endpoint, minute, 3, world.now()).await.unwrap();
            tx.commit().await.unwrap();
            limit
        }
    };
    let (a, b, c, d) = tokio::join!(
        hit(&company, "login"),
        hit(&company, "login"),
        hit(&company, "login"),
        hit(&company, "login")
    );
    let mut counts = [a, b, c, d].map(|l| l.count);
    counts.sort_unstable();
    assert_eq!(counts, [1, 2, 3, 4], "none is lost");
    assert_eq!([a, b, c, d].iter().filter(|l| !l.allowed).count(), 1);
    assert_eq!(a.resets_at, "2026-03-02T09:01:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap());
    assert_eq!(hit(&company, "other").await.count, 1);
    assert_eq!(hit(&other, "login").await.count, 1);
    world.clock.advance(minute);
    assert_eq!(hit(&company, "login").await.count, 1);
    let mut tx = world.tx(&company).await.unwrap();
    assert_eq!(
        kind(rate_limit_hit(&mut tx, "x", TimeDelta::zero(), 1, world.now()).await),
        ErrorKind::Invalid
    );
    assert_eq!(rate_limits_purge(&mut tx, world.now() + TimeDelta::seconds(1)).await.unwrap(), 2);
}

#[tokio::test]
async fn a_repeated_write_gets_the_first_answer() {
    let world = World::new().await.unwrap();
    let company = world.company("acme").await.unwrap();
    let ada = add(&world, &company, "ada@acme.example", UserRole::Admin).await;
    let bob = add(&world, &company, "bob@acme.example", UserRole::Admin).await;
    let mut tx = world.tx(&company).await.unwrap();
    assert_eq!(idempotency_begin(&mut tx, ada, "key-1", &[1; 32]).await.unwrap(), Idempotency::Fresh);
    tx.rollback().await.unwrap();
    // Rolled back: the key is free again.
    let mut tx = world.tx(&company).await.unwrap();
    assert_eq!(idempotency_begin(&mut tx, ada, "key-1", &[1; 32]).await.unwrap(), Idempotency::Fresh);
    idempotency_finish(&mut tx, ada, "key-1", 201, &json!({"id": 7})).await.unwrap();
    assert_eq!(kind(idempotency_finish(&mut tx, ada, "key-1", 500, &json!(null)).await), ErrorKind::NotFound);
    tx.commit().await.unwrap();
    let mut tx = world.tx(&company).await.unwrap();
    let replay = Idempotency::Replay { status: 201, response: json!({"id": 7}) };
    assert_eq!(idempotency_begin(&mut tx, ada, "key-1", &[1; 32]).await.unwrap(), replay);
    assert_eq!(idempotency_begin(&mut tx, ada, "key-1", &[2; 32]).await.unwrap(), Idempotency::Mismatch);
    assert_eq!(
        idempotency_begin(&mut tx, bob, "key-1", &[1; 32]).await.unwrap(),
        Idempotency::Fresh,
        "another user's key"
    );
    for bad in ["", "a\nb", &"x".repeat(201)] {
        assert_eq!(kind(idempotency_begin(&mut tx, ada, bad, &[1; 32]).await), ErrorKind::Invalid);
    }
    tx.rollback().await.unwrap();

    // Two at once: the second waits for the first and gets its answer.
    let mut first = world.tx(&company).await.unwrap();
    idempotency_begin(&mut first, ada, "key-2", &[1; 32]).await.unwrap();
    let second = {
        let (world, company) = (world.clone(), company.clone());
        tokio::spawn(async move {
            let mut tx = world.tx(&company).await.unwrap();
            idempotency_begin(&mut tx, ada, "key-2", &[1; 32]).await.unwrap()
        })
    };
    idempotency_finish(&mut first, ada, "key-2", 200, &json!("done")).await.unwrap();
    first.commit().await.unwrap();
    assert_eq!(second.await.unwrap(), Idempotency::Replay { status: 200, response: json!("done") });
    let mut tx = world.tx(&company).await.unwrap();
    assert_eq!(idempotency_purge(&mut tx, "2100-01-01T00:00:00Z".parse().unwrap()).await.unwrap(), 2);
}
