//! For operators: alive, ready, figures.

use crate::State;
use axum::Json;
use axum::extract::State as Extract;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::fmt::Write as _;
use store::Actor;

/// `GET /healthz`: the process answers.
pub async fn health() -> Response {
    Json(json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") })).into_response()
}

/// `GET /readyz`: the parts answer too; 503 with what is wrong otherwise.
pub async fn ready(Extract(state): Extract<State>) -> Response {
    let wrong = state.daemon.not_ready().await;
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!({ "ready": wrong.is_empty(), "wrong": wrong }))).into_response()
}

/// `GET /metrics`: Prometheus text; sums over all companies, no names.
pub async fn metrics(Extract(state): Extract<State>) -> Response {
    let mut text = String::from("# TYPE dunningd_up gauge\ndunningd_up 1\n");
    let gauges = async {
        let mut tx = state.db.system(&Actor::System("metrics")).await?;
        let gauges = store::metrics::gauges(&mut tx, (state.now)()).await?;
        tx.rollback().await?;
        Ok::<_, store::StoreError>(gauges)
    };
    match gauges.await {
        Ok(gauges) => {
            let mut last = String::new();
            for gauge in gauges {
                if gauge.name != last {
                    let _ = writeln!(text, "# TYPE dunningd_{} gauge", gauge.name);
                    last.clone_from(&gauge.name);
                }
                let label =
                    gauge.label.map(|l| format!("{{kind=\"{}\"}}", l.replace(['"', '\\', '\n'], "_")));
                let _ =
                    writeln!(text, "dunningd_{}{} {}", gauge.name, label.unwrap_or_default(), gauge.value);
            }
        }
        Err(_) => text.push_str("# TYPE dunningd_database_up gauge\ndunningd_database_up 0\n"),
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}
