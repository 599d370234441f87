//! Pausing and resuming the chase by hand: dunning blocks of the reason `manual`.

use super::{One, find};
use crate::cli::output::Output;
use crate::cli::shared::{ACTOR, now, tidy, wake};
use anyhow::{Context, Result, bail};
use chrono::NaiveDate;
use clap::Args;
use domain::calendar::business_date;
use domain::ids::BlockId;
use domain::kinds::BlockReason;
use domain::reason::Reason;
use serde_json::json;
use store::Db;
use store::ledger::blocks::{Block, NewBlock, block_lift, block_set, blocks};
use store::ledger::companies::company;
use store::ledger::customers::customer;
use store::ledger::invoices::{invoice, invoice_by_number};

/// `dunningd customer pause`.
#[derive(Args)]
pub struct Pause {
    #[command(flatten)]
    one: One,
    /// Why, for the people who find it paused.
    #[arg(long, value_name = "TEXT")]
    note: String,
    /// Day from which the chase goes on; without it, until somebody resumes it.
    #[arg(long, value_name = "DATE")]
    until: Option<NaiveDate>,
    /// Only this invoice, by number.
    #[arg(long, value_name = "NUMBER")]
    invoice: Option<String>,
}

/// Sets a block.
pub async fn pause(options: &Pause, db: &Db, out: &Output) -> Result<()> {
    let now = now();
    let mut tx = db.tenant(options.one.tenant.id(db).await?, &ACTOR).await?;
    let id = find(&mut tx, &options.one.customer).await?;
    let today = business_date(now, company(&mut tx).await?.fields.zone);
    if options.until.is_some_and(|until| until <= today) {
        bail!("--until must be a day after today ({today})");
    }
    let invoice = match &options.invoice {
        None => None,
        Some(number) => {
            let found = invoice_by_number(&mut tx, number).await?;
            Some(found.with_context(|| format!("there is no invoice {}", tidy(number, 60)))?)
        }
    };
    let block = NewBlock {
        customer: Some(id),
        invoice,
        reason: BlockReason::Manual,
        note: options.note.clone(),
        until: options.until,
        inbound: None,
        source: None,
    };
    let block = block_set(&mut tx, &block, now).await?;
    let name = customer(&mut tx, id).await?.fields.name;
    tx.commit().await?;
    wake(db).await;
    out.value(&json!({ "block": block, "customer": id, "invoice": invoice, "until": options.until }), |_| {
        let what =
            options.invoice.as_deref().map(|n| format!(", invoice {},", tidy(n, 60))).unwrap_or_default();
        let end = match options.until {
            Some(day) => format!("until {day}"),
            None => "until `dunningd customer resume`".to_owned(),
        };
        format!("{}{what} is not chased {end}.", tidy(&name, 80))
    })
}

/// Lifts one block, or every pause that a person set; 3 when something still stands.
pub async fn resume(one: &One, only: Option<BlockId>, db: &Db, out: &Output) -> Result<u8> {
    let now = now();
    let mut tx = db.tenant(one.tenant.id(db).await?, &ACTOR).await?;
    let id = find(&mut tx, &one.customer).await?;
    let standing = blocks(&mut tx, Some(id), true).await?;
    let meant = |b: &&Block| match only {
        Some(block) => b.id == block,
        None => b.reason == BlockReason::Manual && b.customer == Some(id),
    };
    let (lift, stay): (Vec<&Block>, Vec<&Block>) = standing.iter().partition(meant);
    if let (Some(block), true) = (only, lift.is_empty()) {
        bail!("no block {block} stands over this customer; see `dunningd customer show`");
    }
    if lift.iter().any(|b| b.customer.is_none()) {
        bail!("that block is the whole company's; use `dunningd company start`");
    }
    for block in &lift {
        block_lift(&mut tx, block.id, now).await?;
    }
    let mut lines = Vec::new();
    for block in &stay {
        let number = match block.invoice {
            Some(id) => Some(invoice(&mut tx, id).await?.number),
            None => None,
        };
        lines.push(sentence(block, number.as_deref()));
    }
    let name = customer(&mut tx, id).await?.fields.name;
    tx.commit().await?;
    wake(db).await;
    let lifted: Vec<BlockId> = lift.iter().map(|b| b.id).collect();
    out.value(&json!({ "customer": id, "lifted": lifted, "standing": stay }), |_| {
        let name = tidy(&name, 80);
        let head = match (lifted.is_empty(), lines.is_empty()) {
            (true, true) => return format!("{name} was not paused."),
            (true, false) => format!("No person paused {name}, but it is not chased all the same:"),
            (false, true) => return format!("{name} is chased again; every letter is checked first."),
            (false, false) => {
                format!("The pause of {name} is lifted; something else still stands in the way:")
            }
        };
        format!("{head}\n{}", lines.join("\n"))
    })?;
    Ok(if stay.is_empty() { 0 } else { 3 })
}

/// One standing block for people.
pub fn sentence(block: &Block, invoice: Option<&str>) -> String {
    let scope = match (block.customer, invoice) {
        (None, _) => "whole company: ".to_owned(),
        (Some(_), Some(number)) => format!("invoice {}: ", tidy(number, 60)),
        (Some(_), None) => String::new(),
    };
    let until = block.until.map(|day| format!(", until {day}")).unwrap_or_default();
    let note = if block.note.trim().is_empty() {
        String::new()
    } else {
        format!(" “{}”", tidy(&block.note, 120))
    };
    format!("  {scope}{}{until}{note} (block {})", Reason::Blocked(block.reason), block.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use domain::ids::CustomerId;

    #[test]
    fn a_block_says_scope_reason_end_note_and_id() {
        let mut block = Block {
            id: BlockId::new(),
            customer: Some(CustomerId::new()),
            invoice: None,
            reason: BlockReason::Manual,
            note: "talks\u{1b}[2J".to_owned(),
            until: NaiveDate::from_ymd_opt(2026, 7, 15),
            created_by: "system:cli".to_owned(),
            created_at: DateTime::UNIX_EPOCH,
            lifted_at: None,
            lifted_by: None,
        };
        let id = block.id;
        assert_eq!(
            sentence(&block, None),
            format!("  a person paused the chase, until 2026-07-15 “talks [2J” (block {id})")
        );
        block.customer = None;
        block.reason = BlockReason::KillSwitch;
        (block.note, block.until) = (String::new(), None);
        let said = sentence(&block, None);
        assert!(said.starts_with("  whole company: sending is stopped"), "{said}");
    }
}
