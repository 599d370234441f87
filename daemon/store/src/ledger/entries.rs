//! Lines of the timeline for changes made by people, imports and adapters.

use crate::error::Result;
use crate::settle::{Event, event_insert};
use crate::tenancy::TenantTx;
use serde_json::{Value, json};

/// Writes an event with its particulars; who did it is added.
pub(crate) async fn note(tx: &mut TenantTx, event: Event, detail: Value) -> Result<()> {
    let by = Value::String(tx.actor().to_string());
    let detail = match detail {
        Value::Object(mut map) => {
            map.insert("by".to_owned(), by);
            Value::Object(map)
        }
        Value::Null => json!({ "by": by }),
        other => json!({ "by": by, "detail": other }),
    };
    event_insert(tx, event.detail(detail)).await
}
