//! Nothing personal and no secret in the logs, at any level, of any crate below (I20).

use crate::server::{Reply, Server, fails, says};
use chrono::NaiveDate;
use llm::{ApiKey, EndpointConfig, Llm, ReadBrief};
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, data: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(data);
        Ok(data.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn logs_hold_no_prompt_no_answer_and_no_key() {
    let sink = Sink::default();
    let writer = sink.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    tracing::info!("the sink works");

    for reply in [
        vec![says("Erika Mustermann"), says("Erika Mustermann")],
        vec![
            fails(400, r#"{"error":{"code":400,"message":"Erika Mustermann"}}"#),
            fails(400, "Erika Mustermann"),
        ],
        vec![fails(500, "Erika Mustermann"), fails(500, "Erika Mustermann")],
        vec![fails(200, "<html>Erika Mustermann"), Reply::HangUp],
        vec![fails(401, "Erika Mustermann sk-very-secret-key")],
    ] {
        let server = Server::start(reply).await;
        let mut config =
            EndpointConfig::new(&server.url, Some(ApiKey::new("sk-very-secret-key").unwrap()), "m");
        (config.backoff, config.max_attempts) = (Duration::from_millis(1), 2);
        let brief = ReadBrief {
            new_text: "Erika Mustermann, erika@home.example, has paid.".to_owned(),
            open_numbers: vec![],
            today: NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(),
            zone: chrono_tz::Europe::Berlin,
            offer_pending: false,
        };
        let answer = Llm::endpoint(config, [5; 32]).unwrap().read(&brief).await;
        assert!(answer.result.is_err());
    }

    let logs = String::from_utf8(sink.0.lock().unwrap().clone()).unwrap();
    assert!(logs.contains("the sink works"));
    for secret in ["Mustermann", "erika@", "sk-very-secret", "secret mark", "BEGIN "] {
        assert!(!logs.contains(secret), "{secret} in the logs");
    }
}
