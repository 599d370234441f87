//! Companies, people, tokens and rules.

use super::{Shell, name};
use anyhow::Result;
use domain::ids::ActionId;
use domain::kinds::ActionType;
use domain::money::Currency;
use policies::Facts;
use serde_json::json;
use store::identity::api_token_lookup;
use store::settle::{NewDecision, decision_insert};
use store::{Actor, SystemTx};

#[tokio::test]
async fn a_company_is_set_up_changed_stopped_and_started() -> Result<()> {
    let shell = Shell::acme().await?;
    let shown = shell.run(&["company", "show", "acme", "--json"])?.ended(0).json();
    assert_eq!(shown["zone"], "Europe/Berlin");
    assert_eq!((&shown["stopped"], &shown["procedure"][1]["tone"]), (&json!(false), &json!("friendly")));
    // Whatever is wrong is refused with its name, and nothing of the rest happens.
    let settings = shell.file("s.json", r#"{"contact": {"cap_messages": 5}}"#)?;
    let bad = shell.file(
        "bad.json",
        r#"[{"days_after_due": 9, "tone": "firm"}, {"days_after_due": 3, "tone": "firm"}]"#,
    )?;
    let refused = shell
        .run(&["company", "set", "acme", "--settings", name(&settings), "--procedure", name(&bad)])?
        .ended(1);
    assert!(refused.err.contains("level 2: days_after_due (3)"), "{}", refused.err);
    let iban = shell.run(&["company", "set", "acme", "--terms", "14", "--iban", "DE00"])?.ended(1);
    assert!(iban.err.contains("iban is not an IBAN"), "{}", iban.err);
    let same = shell.run(&["company", "show", "acme", "--json"])?.ended(0).json();
    assert_eq!(same, shown);
    // What is right is told leaf by leaf.
    let good = shell.file("p.json", r#"[{"days_after_due": 9, "tone": "firm"}]"#)?;
    let set = [
        "company",
        "set",
        "acme",
        "--terms",
        "14",
        "--settings",
        name(&settings),
        "--procedure",
        name(&good),
    ];
    let changed = shell.run(&[&set[..], &["--json"]].concat())?.ended(0).json();
    let keys: Vec<&str> =
        changed["changed"].as_array().unwrap().iter().filter_map(|c| c["key"].as_str()).collect();
    assert!(
        keys.contains(&"default_payment_terms") && keys.contains(&"settings.contact.cap_messages"),
        "{keys:?}"
    );
    assert!(keys.contains(&"procedure.2.tone"), "{keys:?}");
    assert!(shell.run(&set)?.ended(0).out.contains("everything is as given"));
    shell.run(&["company", "set", "acme"])?.ended(1);
    // The kill switch.
    let blocks = "SELECT count(*) FROM dunning_blocks WHERE reason = 'kill_switch' AND lifted_at IS NULL AND note = 'why'";
    shell.run(&["company", "stop", "acme", "--note", "why"])?.ended(0);
    assert_eq!(shell.world.count(blocks).await?, 1);
    shell.run(&["company", "stop", "acme", "--note", "again"])?.ended(0);
    assert_eq!(shell.world.count(blocks).await?, 1, "stopped once");
    assert!(shell.run(&["company", "show"])?.ended(0).out.contains("STOPPED"));
    shell.run(&["company", "start", "acme"])?.ended(0);
    assert_eq!(shell.world.count(blocks).await?, 0);
    // A second one: the short name is taken, and from now on one must say whom one means.
    let second = ["--name", "B", "--email", "b@b.example"];
    shell.run(&[&["company", "add", "acme"][..], &second].concat())?.ended(1);
    shell.run(&[&["company", "add", "bolt", "--country", "GB"][..], &second].concat())?.ended(0);
    let which = shell.run(&["customer", "list"])?.ended(1);
    assert!(which.err.contains("name one with --company: acme, bolt"), "{}", which.err);
    let slip = shell.run(&["customer", "list", "--company", "bold"])?.ended(1);
    assert!(slip.err.contains("did you mean `bolt`?"), "{}", slip.err);
    shell.world.finish().await
}

#[tokio::test]
async fn passwords_and_tokens_are_shown_once_and_kept_as_hashes() -> Result<()> {
    let shell = Shell::acme().await?;
    let add = |email, role| ["user", "add", "--email", email, "--name", "N", "--role", role];
    let given = "correct horse battery";
    let bo = shell.feed(
        &[&add("bo@acme.example", "admin")[..], &["--password-stdin"]].concat(),
        &format!("{given}\n"),
    )?;
    let bo = bo.ended(0);
    assert!(!bo.out.contains(given) && !bo.err.contains(given));
    let made = shell.run(&[&add("cy@acme.example", "viewer")[..], &["--json"]].concat())?.ended(0).json();
    let made = made["password"].as_str().unwrap().to_owned();
    let hash = async |email: &str| -> Result<String> {
        let sql = "SELECT password_hash FROM users WHERE email = $1";
        Ok(sqlx::query_scalar(sql).bind(email).fetch_one(&shell.world.admin).await?)
    };
    assert!(admin::password::verify(given, &hash("bo@acme.example").await?));
    assert!(admin::password::verify(&made, &hash("cy@acme.example").await?));
    for (input, why) in [("", "empty"), ("short\n", "10 to 256")] {
        let args = [&add("x@acme.example", "viewer")[..], &["--password-stdin"]].concat();
        let refused = shell.feed(&args, input)?.ended(1);
        assert!(refused.err.contains(why), "{}", refused.err);
    }
    shell.run(&add("bo@acme.example", "viewer"))?.ended(1);
    // Another password, another role, off and on.
    shell.feed(&["user", "password", "cy@acme.example", "--password-stdin"], "another password\n")?.ended(0);
    assert!(!admin::password::verify(&made, &hash("cy@acme.example").await?));
    let last = shell.run(&["user", "disable", "bo@acme.example"])?.ended(1);
    assert!(last.err.contains("last admin"), "{}", last.err);
    shell.run(&["user", "role", "cy@acme.example", "admin"])?.ended(0);
    shell.run(&["user", "disable", "bo@acme.example"])?.ended(0);
    assert!(
        shell
            .run(&["user", "token", "create", "bo@acme.example", "--name", "t"])?
            .ended(1)
            .err
            .contains("is off")
    );
    shell.run(&["user", "enable", "bo@acme.example"])?.ended(0);
    // A token works by its hash, does what its scopes say, and ends.
    let create = ["user", "token", "create", "bo@acme.example", "--name", "report", "--json"];
    let token = shell.run(&[&create[..], &["--scopes", "read,decide,read"]].concat())?.ended(0).json();
    let secret = token["token"].as_str().unwrap();
    let lookup =
        async |tx: &mut SystemTx| api_token_lookup(tx, &admin::auth::digest(secret), shell.world.now()).await;
    let mut tx = shell.world.db.system(&Actor::System("test")).await?;
    assert_eq!(lookup(&mut tx).await?.unwrap().scopes, ["decide", "read"]);
    let list = shell.run(&["user", "token", "list"])?.ended(0).out;
    assert!(list.contains("report") && !list.contains(secret), "{list}");
    shell.run(&["user", "token", "revoke", token["id"].as_str().unwrap()])?.ended(0);
    assert!(lookup(&mut tx).await?.is_none());
    tx.rollback().await?;
    assert!(
        shell
            .run(&[&create[..], &["--scopes", "everything"]].concat())?
            .ended(2)
            .err
            .contains("possible values")
    );
    // None of it lies anywhere in plain text.
    for text in [given, made.as_str(), secret] {
        let sql = "SELECT count(*) FROM (SELECT to_jsonb(u)::text AS t FROM users u UNION ALL SELECT to_jsonb(k)::text
                   FROM api_tokens k UNION ALL SELECT to_jsonb(a)::text FROM audit_logs a) x WHERE position($1 IN t) > 0";
        let found: i64 = sqlx::query_scalar(sql).bind(text).fetch_one(&shell.world.admin).await?;
        assert_eq!(found, 0);
    }
    shell.world.finish().await
}

const RULE: &str = r#"@id("large_accounts") @reason("large_account") @text("Large accounts are for a person.")
forbid (principal, action == Action::"alone", resource in Step::"claim") when { context.total > 200000 };
"#;

#[tokio::test]
async fn rules_are_checked_tried_on_past_decisions_and_put_in_force() -> Result<()> {
    let shell = Shell::new().await?;
    let acme = shell.world.company("acme").await?;
    let rules = shell.file("rules.cedar", RULE)?;
    let wrong = shell.file("wrong.cedar", &RULE.replace("context.total", "context.totl"))?;
    shell.run(&["policy", "check", name(&rules)])?.ended(0);
    let found = shell.run(&["policy", "check", name(&wrong), "--json"])?.ended(3).json();
    assert_eq!((&found["ok"], &found["findings"][0]["line"]), (&json!(false), &json!(2)));
    shell.run(&["policy", "add", name(&wrong)])?.ended(3);
    assert_eq!(shell.world.count("SELECT count(*) FROM policy_versions").await?, 0);
    // Three past decisions: an action about a large account, a look at a small one, and one that this
    // program cannot read.
    let nord = acme.customer("Nord").await?;
    let conversation = acme.conversation(&acme.invoice(&nord, "3000", 9).await?).await?;
    let mut tx = shell.world.tx(&acme).await?;
    let case = |total: &str| {
        let facts = json!({ "total": { "amount": total, "currency": "EUR" } });
        let case = json!({ "name": "x", "facts": facts, "expect": { "verdict": "act", "reasons": [] } });
        let mut file = policies::CaseFile::parse(&json!({ "cases": [case] }).to_string()).unwrap();
        match file.cases.remove(0).subject {
            policies::Subject::Agent(facts) => serde_json::to_value::<Facts>(*facts).unwrap(),
            policies::Subject::Person(_) => panic!("facts of the agent"),
        }
    };
    let action = ActionId::new();
    sqlx::query(
        "INSERT INTO ai_actions (company_id, id, conversation_id, customer_id, currency, action_type, status, verdict,
                reasons, ai_confidence, ai_reasoning, payload, policy_version, facts, account_version)
         VALUES ($1, $2, $3, $4, 'EUR', 'send_message', 'cancelled', 'act', '{full_autonomy}', 1, '', '{}', 'test', $5, 1)",
    )
    .bind(acme.id.uuid())
    .bind(action.uuid())
    .bind(conversation.uuid())
    .bind(nord.id.uuid())
    .bind(case("3000.00"))
    .execute(&shell.world.admin)
    .await?;
    let unreadable = json!({ "of another": "version" });
    for (facts, action) in [(case("3000.00"), Some(action)), (case("100.00"), None), (unreadable, None)] {
        let decision = NewDecision {
            customer: nord.id,
            currency: Currency::EUR,
            conversation: None,
            outreach: None,
            action,
            action_type: ActionType::SendMessage,
            verdict: "act",
            reasons: vec!["full_autonomy".to_owned()],
            policy_version: "test".to_owned(),
            facts,
            at: shell.world.now(),
        };
        decision_insert(&mut tx, decision).await?;
    }
    tx.commit().await?;
    shell.run(&["policy", "add", name(&rules)])?.ended(0);
    let untried = shell.run(&["policy", "activate", "1"])?.ended(1);
    assert!(untried.err.contains("policy dry-run 1"), "{}", untried.err);
    let trial = shell.run(&["policy", "dry-run", "1", "--json"])?.ended(0).json();
    assert_eq!((&trial["decisions"], &trial["unreadable"]), (&json!(2), &json!(1)));
    assert_eq!(trial["verdicts"], json!({ "act -> propose": 1 }));
    let state = async || -> Result<String> {
        let sql = "SELECT string_agg(version || ' ' || state || ' ' || (dry_run IS NOT NULL), ', ' ORDER BY version)
                     FROM policy_versions";
        Ok(sqlx::query_scalar(sql).fetch_one(&shell.world.admin).await?)
    };
    assert_eq!(state().await?, "1 draft true");
    shell.run(&["policy", "activate", "1"])?.ended(0);
    // The next version is tried and activated in one go.
    shell.run(&["policy", "add", name(&rules)])?.ended(0);
    let both = shell.run(&["policy", "activate", "2", "--yes"])?.ended(0);
    assert!(both.out.contains("Nothing would have changed in 2 past decisions"), "{}", both.out);
    assert_eq!(state().await?, "1 retired true, 2 active true");
    assert_eq!(shell.run(&["policy", "show", "1"])?.ended(0).out, RULE);
    shell.run(&["policy", "retire"])?.ended(0);
    assert_eq!(state().await?, "1 retired true, 2 retired true");
    shell.world.finish().await
}

#[tokio::test]
async fn cases_and_facts_need_no_database() -> Result<()> {
    let mut shell = Shell::new().await?;
    shell.set("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none");
    let rules = shell.file("rules.cedar", RULE)?;
    let cases = shell.file(
        "cases.json",
        r#"{"cases": [{"name": "large", "facts": {"total": {"amount": "3000", "currency": "EUR"}},
            "expect": {"verdict": "propose", "reasons": ["large_account"]}}]}"#,
    )?;
    let all =
        shell.run(&["policy", "test", "--rules", name(&rules), name(&cases), "--json"])?.ended(0).json();
    assert_eq!(all["files"].as_array().unwrap().last().unwrap()["passed"], 1);
    let without = shell.run(&["policy", "test", name(&cases)])?.ended(3);
    assert!(without.out.contains("got      act"), "{}", without.out);
    let facts = r#"{"action": "send_message", "open_dispute": true}"#;
    let said = shell.feed(&["policy", "explain", "-", "--fill", "--json"], facts)?.ended(0).json();
    assert_eq!(said["decision"]["verdict"], "hold");
    let bare = shell.feed(&["policy", "explain", "-", "--json"], facts)?.ended(0).json();
    assert_eq!(bare["decision"]["verdict"], "refuse", "what is not known is read as the worst");
    assert!(
        shell.feed(&["policy", "explain", "-"], "{\"acton\": 1}")?.ended(1).err.contains("unknown field")
    );
    shell.world.finish().await
}
