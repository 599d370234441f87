//! From a decided letter to the bytes that leave.
//!
//! Guarantees: the same row gives the same bytes, so that a letter deferred by the server goes out
//! unchanged; sender and reply address belong to the tenant (I5).

use crate::app::App;
use anyhow::{Context, Result};
use domain::facts::LetterContext;
use domain::letter::Purpose;
use domain::locale;
use domain::snapshot::Snapshot;
use domain::statement::statement;
use mail::{Address, Attachment, Composed, Mailbox, Outgoing, TokenKind, compose as mime};
use store::dispatch::ToSend;

/// Renders the MIME message of a letter.
pub fn compose(app: &App, letter: &ToSend, context: &LetterContext, snapshot: &Snapshot) -> Result<Composed> {
    let sender: Address = letter.sender.parse().context("the company's sender address")?;
    let mailbox = |email: &String| -> Result<Mailbox> { Ok(Mailbox::bare(email.parse()?)) };
    let token = |kind| app.plus_addresses.then(|| app.keys.address(kind, letter.id, &sender)).transpose();
    let reply_to = token(TokenKind::Reply)?.unwrap_or_else(|| sender.clone());
    let by_model = letter.drafted_by.starts_with("model:");
    let reviewed = if letter.approved_by.is_some() { "yes" } else { "no" };
    let outgoing = Outgoing {
        from: Mailbox::new(&snapshot.company.sender_name, sender.clone()),
        envelope_from: Some(token(TokenKind::Bounce)?.unwrap_or(sender)),
        to: letter.recipients.iter().map(mailbox).collect::<Result<_>>()?,
        cc: letter.cc.iter().map(mailbox).collect::<Result<_>>()?,
        reply_to: Some(Mailbox::bare(reply_to)),
        subject: letter.subject.clone(),
        text: letter.body_text.clone(),
        html: true,
        message_id: letter.message_id_header.clone(),
        date: letter.date_header,
        in_reply_to: letter.in_reply_to.clone(),
        references: letter.references.clone(),
        language: Some(letter.language.clone()),
        automatic: true,
        ai_generated: by_model.then(|| format!("yes; reviewed={reviewed}")),
        attachments: attachments(letter, context, snapshot)?,
    };
    Ok(mime(&outgoing)?)
}

/// The statement of account, where one was asked for.
fn attachments(letter: &ToSend, context: &LetterContext, snapshot: &Snapshot) -> Result<Vec<Attachment>> {
    if context.purpose != Purpose::DocumentCopy {
        return Ok(Vec::new());
    }
    let statement = statement(snapshot, locale::choose(&letter.language).language)?;
    let name = format!("statement-{}.csv", snapshot.account.currency);
    Ok(vec![Attachment {
        name,
        mime: "text/csv; charset=utf-8".to_owned(),
        bytes: statement.csv.into_bytes(),
    }])
}
