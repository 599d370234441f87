//! Calls against a scripted server on loopback: every way in which an endpoint can fail or differ.

use crate::server::{Reply, Server, completion, fails, says};
use chrono::NaiveDate;
use domain::facts::{CatalogueEntry, FactKind};
use domain::kinds::Intent;
use domain::letter::Purpose;
use domain::procedure::Tone;
use llm::{
    AnswerFormat, ApiKey, CallOutcome, DraftBrief, DraftFlaw, EndpointConfig, Leak, Llm, LlmError, Malformed,
    ReadBrief,
};
use serde_json::{Value, json};
use std::time::Duration;

const KEY: &str = "sk-very-secret-key";

fn config(url: &str) -> EndpointConfig {
    let mut config = EndpointConfig::new(url, Some(ApiKey::new(KEY).unwrap()), "small-model");
    config.backoff = Duration::from_millis(1);
    config.attempt_timeout = Duration::from_secs(20);
    config
}

fn llm(config: EndpointConfig) -> Llm {
    Llm::endpoint(config, [5; 32]).unwrap()
}

fn draft_brief() -> DraftBrief {
    DraftBrief {
        purpose: Purpose::Friendly,
        tone: Tone::Friendly,
        language: "en".to_owned(),
        catalogue: vec![CatalogueEntry {
            key: "total_due".to_owned(),
            kind: FactKind::Money,
            example: "1.234,50 €".to_owned(),
        }],
        history: vec![],
        customer_words: Some("Erika Mustermann writes".to_owned()),
    }
}

fn read_brief() -> ReadBrief {
    ReadBrief {
        new_text: "We paid on Monday. Regards, Erika Mustermann".to_owned(),
        open_numbers: vec!["RE-1".to_owned()],
        today: NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(),
        zone: chrono_tz::Europe::Berlin,
        offer_pending: false,
    }
}

fn good_draft() -> String {
    draft(&["We still miss {total_due}."])
}

fn draft(paragraphs: &[&str]) -> String {
    json!({ "subject": "Reminder", "paragraphs": paragraphs, "confidence": 80, "reasoning": "fits" })
        .to_string()
}

fn good_reading() -> String {
    json!({
        "readings": [{ "intent": "payment_claimed", "quote": "We paid on Monday.", "confidence": 90 }],
        "sentiment": 10, "suspicious": false,
    })
    .to_string()
}

/// The error of a draft against a server with these replies, and the number of requests made.
async fn draft_error(replies: Vec<Reply>) -> (LlmError, usize) {
    let server = Server::start(replies).await;
    let answer = llm(config(&server.url)).draft(&draft_brief()).await;
    let call = answer.call.unwrap();
    let error = answer.result.unwrap_err();
    let shown = format!("{error} {error:?} {call:?}");
    for secret in [KEY, "Mustermann", "1.234,50"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert_eq!(call.outcome, error.outcome());
    assert_eq!(call.error, Some(error.to_string()));
    (error, server.requests().len())
}

#[tokio::test]
async fn a_good_draft_and_what_was_sent() {
    let server = Server::start(vec![says(&good_draft())]).await;
    let answer = llm(config(&format!("{}/", server.url))).draft(&draft_brief()).await;
    let draft = answer.result.unwrap();
    assert_eq!(draft.draft.paragraphs, ["We still miss {total_due}."]);
    let call = answer.call.unwrap();
    assert_eq!((call.input_tokens, call.output_tokens, call.attempts), (Some(100), Some(20), 1));
    assert_eq!((call.outcome, call.error, call.model.as_str()), (CallOutcome::Ok, None, "small-model"));
    assert!(call.prompt_version.starts_with("draft@"));

    let request = server.requests().remove(0);
    let head = request.head.to_lowercase();
    assert!(head.starts_with("post /v1/chat/completions http/1.1"), "{head}");
    assert_eq!(head.matches(&format!("authorization: bearer {KEY}")).count(), 1);
    assert!(!head.contains("openai-organization") && head.contains("user-agent: dunningd/"));
    let body = &request.body;
    assert_eq!(body["model"], "small-model");
    assert_eq!(body["stream"], false);
    assert_eq!(body["response_format"]["json_schema"]["strict"], true);
    assert!(!body.to_string().contains("1.234,50"), "values stay at home");
}

#[tokio::test]
async fn readings_are_read() {
    let server = Server::start(vec![says(&good_reading())]).await;
    let answer = llm(config(&server.url)).read(&read_brief()).await;
    let readings = answer.result.unwrap();
    assert_eq!(readings.readings[0].intent, Intent::PaymentClaimed);
    assert!(answer.call.unwrap().prompt_version.starts_with("read@"));
}

#[tokio::test]
async fn without_a_key_none_is_sent() {
    let server = Server::start(vec![says(&good_draft())]).await;
    let mut config = config(&server.url);
    config.key = None;
    assert!(llm(config).draft(&draft_brief()).await.result.is_ok());
    assert!(!server.requests()[0].head.to_lowercase().contains("authorization"));
}

#[tokio::test]
async fn a_query_of_the_base_url_is_kept() {
    let server = Server::start(vec![says(&good_draft())]).await;
    assert!(llm(config(&format!("{}?api-version=7", server.url))).draft(&draft_brief()).await.result.is_ok());
    assert!(server.requests()[0].head.starts_with("POST /v1/chat/completions?api-version=7 "));
}

#[tokio::test]
async fn fenced_json_is_read() {
    let fenced = format!("```json\n{}\n```", good_draft());
    let server = Server::start(vec![says(&fenced)]).await;
    assert!(llm(config(&server.url)).draft(&draft_brief()).await.result.is_ok());
}

#[tokio::test]
async fn a_bad_answer_is_asked_for_once_more() {
    let server = Server::start(vec![says("no json"), says(&good_draft())]).await;
    let answer = llm(config(&server.url)).draft(&draft_brief()).await;
    assert!(answer.result.is_ok());
    let call = answer.call.unwrap();
    assert_eq!((call.attempts, call.input_tokens), (2, Some(200)));
    let again = server.requests()[1].body["messages"][1]["content"].as_str().unwrap().to_owned();
    assert!(again.contains("A first answer was refused"));
    assert!(!again.contains("no json"), "the bad answer itself is not repeated");
}

#[tokio::test]
async fn bad_answers_are_named() {
    let twice = |text: &str| vec![says(text), says(text)];
    let extra = json!({ "subject": "s", "paragraphs": ["p"], "confidence": 1, "reasoning": "", "to": "x" });
    for (text, wanted) in [
        ("nothing".to_owned(), "Json"),
        (extra.to_string(), "Shape"),
        (r#"{"subject":"s"}"#.to_owned(), "Shape"),
    ] {
        let (error, requests) = draft_error(twice(&text)).await;
        let LlmError::Malformed(kind) = error else { panic!("{error:?}") };
        assert!(format!("{kind:?}").starts_with(wanted), "{kind:?}");
        assert!(matches!(kind, Malformed::Json { .. } | Malformed::Shape { .. }));
        assert_eq!(requests, 2);
    }
    for (paragraph, flaw) in [
        ("Please pay 500 euros.", DraftFlaw::Digit { paragraph: 1 }),
        ("Please pay {discounted_total}.", DraftFlaw::Placeholder { paragraph: 1 }),
        ("This concerns Nachbar Bau GmbH.", DraftFlaw::Name { paragraph: 1 }),
        ("Pay at https://pay.example", DraftFlaw::Link { paragraph: 1 }),
    ] {
        assert_eq!(draft_error(twice(&draft(&[paragraph]))).await.0, LlmError::Draft(flaw));
    }
}

fn with(change: impl Fn(&mut Value)) -> Reply {
    let mut body = completion(&good_draft());
    change(&mut body);
    Reply::Http(200, vec![], body.to_string())
}

#[tokio::test]
async fn ends_that_are_no_answers() {
    let cut = with(|b| b["choices"][0]["finish_reason"] = json!("length"));
    assert_eq!(draft_error(vec![cut]).await, (LlmError::Truncated, 1));
    let refused = with(|b| b["choices"][0]["message"]["refusal"] = json!("I cannot"));
    assert_eq!(draft_error(vec![refused]).await, (LlmError::Refused, 1));
    let filtered = with(|b| b["choices"][0]["finish_reason"] = json!("content_filter"));
    assert_eq!(draft_error(vec![filtered]).await, (LlmError::Filtered, 1));
    let none = || with(|b| b["choices"] = json!([]));
    assert_eq!(draft_error(vec![none(), none()]).await, (LlmError::Empty, 2));
    let blank = || with(|b| b["choices"][0]["message"]["content"] = json!(null));
    assert_eq!(draft_error(vec![blank(), blank()]).await, (LlmError::Empty, 2));
    let tool = with(|b| b["choices"][0]["finish_reason"] = json!("tool_calls"));
    assert_eq!(draft_error(vec![tool]).await, (LlmError::Protocol, 1));
}

#[tokio::test]
async fn content_in_parts_is_joined() {
    let text = good_draft();
    let (a, b) = text.split_at(10);
    let parts = json!([{ "type": "text", "text": a }, { "type": "text", "text": b }]);
    let server =
        Server::start(vec![with(|body| body["choices"][0]["message"]["content"] = parts.clone())]).await;
    assert!(llm(config(&server.url)).draft(&draft_brief()).await.result.is_ok());
}

#[tokio::test]
async fn a_canary_in_the_answer_is_suspicious() {
    fn leak(body: &Value) -> String {
        let system = body["messages"][0]["content"].as_str().unwrap();
        let at = system.find(" is a secret mark").unwrap();
        let canary = system[..at].rsplit(char::is_whitespace).next().unwrap();
        json!({ "subject": "s", "paragraphs": ["p"], "confidence": 9, "reasoning": canary }).to_string()
    }
    let (error, requests) = draft_error(vec![Reply::By(leak), says(&good_draft())]).await;
    assert_eq!((error, requests), (LlmError::Suspicious(Leak::Canary), 1));
}

#[tokio::test]
async fn formats_fall_back_and_are_remembered() {
    // llama.cpp sends an integer code, which the client library cannot read.
    let integer = r#"{"error":{"code":400,"message":"response_format type not supported","type":"x"}}"#;
    let server = Server::start(vec![
        fails(400, integer),
        fails(400, "Bad Request"),
        says(&good_draft()),
        says(&good_draft()),
        says(&good_draft()),
    ])
    .await;
    let llm = llm(config(&server.url));
    let answer = llm.draft(&draft_brief()).await;
    assert!(answer.result.is_ok());
    assert_eq!(answer.call.unwrap().attempts, 3);
    assert!(llm.draft(&draft_brief()).await.result.is_ok());
    let formats: Vec<Value> =
        server.requests().iter().map(|r| r.body["response_format"]["type"].clone()).collect();
    assert_eq!(formats, [json!("json_schema"), json!("json_object"), Value::Null, Value::Null]);
    let told =
        server.requests()[2].body["messages"][0]["content"].as_str().unwrap().contains("\"paragraphs\"");
    assert!(told, "without a format the schema stands in the prompt");
    // A probe starts from the top again.
    let Err(error) = llm.probe().await.result else { panic!("a draft is no answer to the probe") };
    assert!(matches!(error, LlmError::Malformed(_) | LlmError::Server { .. }));
    assert_eq!(server.requests()[4].body["response_format"]["type"], "json_schema");
}

#[tokio::test]
async fn a_proven_format_is_not_given_up_for_an_unrelated_error() {
    let server =
        Server::start(vec![says(&good_draft()), fails(400, r#"{"error":{"message":"bad day","code":"x"}}"#)])
            .await;
    let llm = llm(config(&server.url));
    assert!(llm.draft(&draft_brief()).await.result.is_ok());
    assert_eq!(llm.draft(&draft_brief()).await.result.unwrap_err(), LlmError::Rejected { status: 400 });
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn token_limit_and_temperature_adapt() {
    let tokens = r#"{"error":{"message":"Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."}}"#;
    let temperature = r#"{"error":{"message":"Unsupported value: 'temperature' does not support 0"}}"#;
    let server = Server::start(vec![fails(400, tokens), fails(400, temperature), says(&good_draft())]).await;
    assert!(llm(config(&server.url)).draft(&draft_brief()).await.result.is_ok());
    let last = server.requests().pop().unwrap().body;
    assert!(
        last["max_completion_tokens"].is_u64()
            && last["max_tokens"].is_null()
            && last["temperature"].is_null()
    );
    assert_eq!(last["response_format"]["type"], "json_schema");
}

#[tokio::test]
async fn rate_limits_wait_as_told_or_give_up() {
    let limited =
        |seconds: &str| Reply::Http(429, vec![("Retry-After", seconds.to_owned())], "{}".to_owned());
    let server = Server::start(vec![limited("0"), says(&good_draft())]).await;
    let answer = llm(config(&server.url)).draft(&draft_brief()).await;
    assert!(answer.result.is_ok());
    assert_eq!(answer.call.unwrap().attempts, 2);

    let (error, requests) = draft_error(vec![limited("3600")]).await;
    assert_eq!(error, LlmError::RateLimited { retry_after: Some(Duration::from_secs(3600)) });
    assert_eq!(
        (error.retry_after(), error.is_transient(), requests),
        (Some(Duration::from_secs(3600)), true, 1)
    );

    let quota = fails(429, r#"{"error":{"code":"insufficient_quota","message":"pay us"}}"#);
    assert_eq!(draft_error(vec![quota]).await, (LlmError::Quota, 1));
}

#[tokio::test]
async fn refusals_of_the_server() {
    assert_eq!(draft_error(vec![fails(401, "{}")]).await, (LlmError::Unauthorized { status: 401 }, 1));
    assert_eq!(
        draft_error(vec![fails(500, "a"), fails(502, "b"), fails(503, "c")]).await.0,
        LlmError::Server { status: 503 }
    );
    let context = r#"{"error":{"code":400,"message":"the request exceeds the available context size"}}"#;
    assert_eq!(draft_error(vec![fails(400, context)]).await, (LlmError::TooLong, 1));
    let hidden = fails(200, r#"{"error":{"code":401,"message":"no"}}"#);
    assert_eq!(draft_error(vec![hidden]).await, (LlmError::Unauthorized { status: 401 }, 1));
    let moved = Reply::Http(302, vec![("Location", "http://127.0.0.1:1/".to_owned())], String::new());
    assert_eq!(draft_error(vec![moved]).await, (LlmError::Rejected { status: 302 }, 1));
    let page = || fails(200, "<html>Erika Mustermann</html>");
    assert_eq!(draft_error(vec![page(), page(), page()]).await, (LlmError::Protocol, 3));
    assert_eq!(draft_error(vec![Reply::HangUp, Reply::HangUp, Reply::HangUp]).await.1, 3);
}

#[tokio::test]
async fn an_answer_without_end_is_cut() {
    let server = Server::start(vec![Reply::Flood(64 << 20)]).await;
    let mut config = config(&server.url);
    config.max_response_bytes = 100_000;
    let answer = llm(config).draft(&draft_brief()).await;
    assert_eq!(answer.result.unwrap_err(), LlmError::TooLarge { limit: 100_000 });
}

#[tokio::test]
async fn silence_times_out() {
    let server = Server::start(vec![Reply::Silence, Reply::Silence]).await;
    let mut config = config(&server.url);
    (config.attempt_timeout, config.max_attempts) = (Duration::from_millis(40), 2);
    let answer = llm(config.clone()).draft(&draft_brief()).await;
    assert_eq!(answer.result.unwrap_err(), LlmError::Timeout);
    assert_eq!(answer.call.unwrap().attempts, 2);

    // The whole call is bounded too, whatever an attempt may take.
    let server = Server::start(vec![Reply::Silence]).await;
    (config.base_url, config.total_timeout) = (server.url.clone(), Duration::from_millis(40));
    config.attempt_timeout = Duration::from_secs(600);
    let answer = llm(config).draft(&draft_brief()).await;
    assert_eq!(answer.result.unwrap_err(), LlmError::Timeout);
    assert_eq!(answer.call.unwrap().outcome, CallOutcome::Timeout);
}

#[tokio::test]
async fn nobody_listens() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    drop(listener);
    let answer = llm(config(&url)).draft(&draft_brief()).await;
    let error = answer.result.unwrap_err();
    assert_eq!((&error, error.is_transient()), (&LlmError::Unreachable, true));
    assert_eq!(answer.call.unwrap().attempts, 3);
}

#[tokio::test]
async fn requests_queue_at_the_cap() {
    let server = Server::start(vec![Reply::Silence, says(&good_draft())]).await;
    let mut config = config(&server.url);
    (config.max_concurrent, config.max_attempts) = (1, 1);
    config.attempt_timeout = Duration::from_millis(700);
    let (llm, brief, order) = (llm(config), draft_brief(), std::sync::Mutex::new(Vec::new()));
    let call = |name| {
        let (llm, brief, order) = (&llm, &brief, &order);
        async move {
            let result = llm.draft(brief).await.result;
            order.lock().unwrap().push(name);
            result
        }
    };
    let (first, second) = tokio::join!(call("first"), call("second"));
    // Side by side, the second would have its answer long before the first gives up.
    assert_eq!((first.unwrap_err(), second.is_ok()), (LlmError::Timeout, true));
    assert_eq!(*order.lock().unwrap(), ["first", "second"]);
}

#[tokio::test]
async fn a_probe_says_what_works() {
    let server = Server::start(vec![fails(400, "json_schema unknown"), says(r#"{"ok": true}"#)]).await;
    let probe = llm(config(&server.url)).probe().await;
    assert_eq!(probe.result.unwrap(), AnswerFormat::JsonObject);
    assert!(probe.plain_text);
    assert_eq!(probe.call.unwrap().prompt_version.split('@').next(), Some("probe"));
}

#[tokio::test]
async fn a_model_that_is_off_asks_nothing() {
    let answer = Llm::Off.draft(&draft_brief()).await;
    assert_eq!(answer.result.unwrap_err(), LlmError::Off);
    assert!(answer.call.is_none());
    let last = DraftBrief { purpose: Purpose::Final, ..draft_brief() };
    let server = Server::start(vec![]).await;
    let answer = llm(config(&server.url)).draft(&last).await;
    assert_eq!(answer.result.unwrap_err(), LlmError::TemplateOnly);
    assert!(answer.call.is_none() && server.requests().is_empty());
}
