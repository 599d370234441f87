//! A letter: by the model where it may write and what it writes is proven, else by the template.
//!
//! Guarantees: what leaves this module is rendered from the snapshot and grounded, or carries the
//! findings that keep it from being sent; a model's draft with any finding is thrown away, never mended
//! (I4, I10, I16).

use crate::app::{App, Reference};
use crate::work::claims;
use crate::work::judge::{self, Judged};
use anyhow::{Context, Result};
use chrono::NaiveDate;
use domain::action::{Action, PlanTerms};
use domain::facts::{Facts, LetterContext};
use domain::grounding::{Finding, Parts, Severity, ground};
use domain::ids::{InvoiceId, OutreachId};
use domain::kinds::{OutreachKind, OutreachState};
use domain::letter::{Draft, Letter, Purpose, render};
use domain::locale::{self, Chosen};
use domain::procedure::Tone;
use domain::snapshot::{ContactFacts, OpenItem, PromiseFacts, Snapshot};
use domain::step::{Notice, anchor};
use domain::templates;
use llm::{CallRecord, DraftBrief, HistoryFact};
use policies::{Grounding, StepFacts, TextSource, Verdict};
use store::TenantTx;
use store::settle::{Event, NewOutreach, Unit};

/// Tokens reserved for a draft; corrected to what the endpoint reports.
const DRAFT_TOKENS: u64 = 3_000;

/// What is to be written.
#[derive(Clone)]
pub struct Ask {
    /// What for.
    pub purpose: Purpose,
    /// Dunning level of a notice.
    pub level: Option<u16>,
    /// The date it asks for.
    pub pay_by: Option<NaiveDate>,
    /// What it lists.
    pub items: Vec<InvoiceId>,
    /// The promise it is about.
    pub promise: Option<PromiseFacts>,
    /// The plan it offers or confirms.
    pub plan: Option<PlanTerms>,
    /// Interest and flat sum.
    pub claims: Option<domain::facts::ClaimsFacts>,
    /// Subject of the mail it answers.
    pub answered_subject: Option<String>,
}

impl Ask {
    /// A letter for a purpose, listing nothing yet.
    #[must_use]
    pub fn of(purpose: Purpose) -> Self {
        Self {
            purpose,
            level: None,
            pay_by: None,
            items: Vec::new(),
            promise: None,
            plan: None,
            claims: None,
            answered_subject: None,
        }
    }

    /// A dunning notice with the claims that settings and law allow.
    pub fn notice(notice: &Notice, snapshot: &Snapshot, reference: &Reference) -> Result<Self> {
        let items: Vec<InvoiceId> = notice.items.iter().map(|l| l.invoice).collect();
        let listed = listed(snapshot, &items);
        let refs: Vec<&OpenItem> = listed.iter().collect();
        Ok(Self {
            level: Some(notice.level),
            pay_by: Some(notice.pay_by),
            claims: claims::claims(snapshot, &refs, notice.level, reference)?,
            items,
            ..Self::of(notice.tone.into())
        })
    }

    fn context(&self, snapshot: &Snapshot, ai_written: bool) -> LetterContext {
        LetterContext {
            level: self.level.unwrap_or(0),
            pay_by: self.pay_by,
            items: listed(snapshot, &self.items),
            promise: self.promise.clone(),
            plan: self.plan.clone(),
            claims: self.claims.clone(),
            recipient: addressee(snapshot),
            ai_written,
            answered_subject: self.answered_subject.clone(),
            ..LetterContext::new(self.purpose, snapshot.today)
        }
    }
}

/// Whom to greet: a contact with a name of its own. A mailbox that bears the customer's name is nobody.
fn addressee(snapshot: &Snapshot) -> Option<ContactFacts> {
    let first = snapshot.recipients().first().map(|c| (*c).clone())?;
    (!first.name.trim().is_empty() && first.name != snapshot.customer.name).then_some(first)
}

fn listed(snapshot: &Snapshot, ids: &[InvoiceId]) -> Vec<OpenItem> {
    snapshot.items.iter().filter(|i| ids.contains(&i.invoice)).cloned().collect()
}

/// A letter with how it came about.
pub struct Drafted {
    /// What it was made from; needed again at the send.
    pub context: LetterContext,
    /// The text.
    pub letter: Letter,
    /// `template:…` or `model:…`.
    pub drafted_by: String,
    /// How sure its writer is; 1 for a template.
    pub confidence: f64,
    /// For the reviewer.
    pub reasoning: String,
    /// What keeps it from being sent; empty when proven.
    pub findings: Vec<Finding>,
    /// The model call, whether its draft was used or not.
    pub call: Option<CallRecord>,
    /// Why the model's draft was not used.
    pub fell_back: Option<&'static str>,
}

/// The company's own template for a purpose in the language of the letter, if it has one.
pub async fn own_template_in(
    tx: &mut TenantTx,
    snapshot: &Snapshot,
    purpose: Purpose,
) -> Result<Option<Draft>> {
    let language = locale::choose(snapshot.language()).language.tag();
    let own = store::templates::template_find(tx, purpose.as_str(), language).await?;
    Ok(own.map(|t| Draft::from_text(&t.subject, &t.body)))
}

/// The same in a transaction of its own.
pub async fn own_template(app: &App, snapshot: &Snapshot, purpose: Purpose) -> Result<Option<Draft>> {
    let mut tx = app.db.tenant_read(snapshot.company.id).await?;
    let own = own_template_in(&mut tx, snapshot, purpose).await?;
    tx.rollback().await?;
    Ok(own)
}

/// Writes a letter.
pub async fn write(app: &App, snapshot: &Snapshot, ask: &Ask, own: Option<&Draft>) -> Result<Drafted> {
    let mut call = None;
    let mut fell_back = None;
    if app.llm.is_on() && ask.purpose.model_may_write() && snapshot.company.settings.model.drafts {
        match by_model(app, snapshot, ask).await? {
            Ok(drafted) => return Ok(drafted),
            Err(failed) => (call, fell_back) = (failed.call, Some(failed.why)),
        }
    }
    Ok(Drafted { call, fell_back, ..by_template(snapshot, ask, own)? })
}

fn by_template(snapshot: &Snapshot, ask: &Ask, own: Option<&Draft>) -> Result<Drafted> {
    let context = ask.context(snapshot, false);
    let facts = Facts::build(snapshot, &context)?;
    let chosen = locale::choose(snapshot.language());
    let shipped = templates::shipped(chosen.language, ask.purpose);
    // A company's own template that lacks a fact today (no promise, no plan) gives way to the shipped one.
    let rendered = own.and_then(|own| render(own, &facts, chosen).ok());
    let (letter, drafted_by) = match rendered {
        Some(letter) => (letter, format!("template:own:{}", ask.purpose.as_str())),
        None => (render(&shipped.draft(&facts), &facts, chosen)?, format!("template:{}", shipped.id())),
    };
    let findings = findings(&letter, &facts, chosen);
    let reasoning = format!("Written from the template “{}”.", ask.purpose.as_str());
    Ok(Drafted {
        context,
        letter,
        drafted_by,
        confidence: 1.0,
        reasoning,
        findings,
        call: None,
        fell_back: None,
    })
}

struct Failed {
    call: Option<CallRecord>,
    why: &'static str,
}

async fn by_model(app: &App, snapshot: &Snapshot, ask: &Ask) -> Result<Result<Drafted, Failed>> {
    let context = ask.context(snapshot, true);
    let facts = Facts::build(snapshot, &context)?;
    let chosen = locale::choose(snapshot.language());
    let brief = brief(snapshot, ask, &facts, chosen);
    if !crate::work::budget::reserve(app, snapshot, DRAFT_TOKENS).await? {
        return Ok(Err(Failed { call: None, why: "budget" }));
    }
    let answer = app.llm.draft(&brief).await;
    crate::work::budget::record(app, snapshot, DRAFT_TOKENS, answer.call.as_ref()).await?;
    let failed = |why| Ok(Err(Failed { call: answer.call.clone(), why }));
    let Ok(model) = answer.result else { return failed("model") };
    let Ok(letter) = render(&model.draft, &facts, chosen) else { return failed("placeholder") };
    if !findings(&letter, &facts, chosen).is_empty() {
        return failed("ungrounded");
    }
    if crate::work::budget::names_another_customer(app, snapshot, &letter).await? {
        return failed("foreign_name");
    }
    let model_name = answer.call.as_ref().map_or("", |c| c.model.as_str());
    Ok(Ok(Drafted {
        context,
        letter,
        drafted_by: format!("model:{model_name}"),
        confidence: model.confidence,
        reasoning: model.reasoning,
        findings: Vec::new(),
        call: answer.call,
        fell_back: None,
    }))
}

fn findings(letter: &Letter, facts: &Facts, chosen: Chosen) -> Vec<Finding> {
    let parts = Parts { subject: &letter.subject, body: &letter.body };
    ground(parts, facts, chosen.language).err().unwrap_or_default()
}

fn brief(snapshot: &Snapshot, ask: &Ask, facts: &Facts, chosen: Chosen) -> DraftBrief {
    let mut history = vec![match snapshot.account.level {
        0 => HistoryFact::FirstContact,
        1 => HistoryFact::OneNotice,
        _ => HistoryFact::SeveralNotices,
    }];
    history.push(if ask.items.len() == 1 { HistoryFact::OneInvoice } else { HistoryFact::SeveralInvoices });
    let listed = listed(snapshot, &ask.items);
    if listed.iter().any(|i| i.paid.is_positive()) {
        history.push(HistoryFact::PartPaid);
    }
    if listed.iter().any(|i| i.credited.is_positive()) {
        history.push(HistoryFact::Credited);
    }
    if ask.promise.is_some() && ask.purpose == Purpose::BrokenPromise {
        history.push(HistoryFact::PromiseBroken);
    }
    if ask.claims.is_some() {
        history.push(HistoryFact::ClaimsAdded);
    }
    history.push(if snapshot.last_reply_at.is_some() { HistoryFact::Answered } else { HistoryFact::Silent });
    DraftBrief {
        purpose: ask.purpose,
        tone: tone(ask.purpose),
        language: chosen.language.tag().to_owned(),
        catalogue: facts.catalogue(chosen.language),
        history,
        customer_words: None,
    }
}

impl Drafted {
    /// What the policies must know about the text.
    #[must_use]
    pub fn facts(&self, step: StepFacts) -> StepFacts {
        let hard = self.findings.iter().any(|f| f.severity == Severity::Hard);
        StepFacts {
            confidence: self.confidence.min(step.confidence),
            grounding: match (self.findings.is_empty(), hard) {
                (true, _) => Grounding::Certified,
                (false, true) => Grounding::Hard,
                (false, false) => Grounding::Wording,
            },
            text: if self.drafted_by.starts_with("model:") {
                TextSource::Model
            } else {
                TextSource::Template
            },
            ..step
        }
    }

    /// What a person should know about how the text came about.
    #[must_use]
    pub fn events(&self, snapshot: &Snapshot) -> Vec<Event> {
        let fell_back = self.fell_back.map(|why| {
            Event::new("model_draft_discarded", snapshot.as_of).customer(snapshot.customer.id).reason(why)
        });
        fell_back.into_iter().collect()
    }

    /// The outreach row, without what only its kind knows (level, promise, plan, listed items).
    pub fn outreach(
        &self,
        app: &App,
        snapshot: &Snapshot,
        kind: OutreachKind,
        judged: &Judged,
    ) -> Result<NewOutreach> {
        let id = OutreachId::new();
        let company = &snapshot.company;
        let (_, domain) = company.email.rsplit_once('@').context("the company has no sender address")?;
        let now = snapshot.as_of;
        let acts = judged.decision.verdict == Verdict::Act;
        Ok(NewOutreach {
            id,
            customer: snapshot.customer.id,
            currency: snapshot.account.currency,
            conversation: judge::carrier(snapshot).context("the account has no open conversation")?,
            kind,
            cycle: anchor(snapshot).cycle,
            level: None,
            reply_to_inbound: None,
            promise: None,
            plan: None,
            state: if acts { OutreachState::Queued } else { OutreachState::Proposed },
            language: self.letter.language.clone(),
            subject: self.letter.subject.clone(),
            body_text: self.letter.body.clone(),
            body_html: None,
            recipients: snapshot.recipients().iter().map(|c| c.email.clone()).collect(),
            cc: Vec::new(),
            sender: company.email.clone(),
            reply_to: company.email.clone(),
            message_id_header: app.keys.message_id(id, domain)?,
            in_reply_to: None,
            references: Vec::new(),
            date_header: now,
            snapshot: serde_json::to_value(&self.context)?,
            grounding: serde_json::to_value(&self.letter.certificate)?,
            drafted_by: self.drafted_by.clone(),
            responsible: judged.responsible(),
            disclosure_version: self.letter.disclosure.clone(),
            send_after: acts.then(|| judge::send_after(snapshot, now)),
            items: Vec::new(),
            at: now,
            model_call: None,
            prompt_version: self.call.as_ref().map(|c| c.prompt_version.clone()),
        })
    }
}

/// How firmly a letter speaks; answers are friendly.
const fn tone(purpose: Purpose) -> Tone {
    match purpose {
        Purpose::Courtesy => Tone::Courtesy,
        Purpose::Firm | Purpose::BrokenPromise => Tone::Firm,
        Purpose::Final => Tone::Final,
        Purpose::Friendly
        | Purpose::PlanOffer
        | Purpose::PromiseConfirmation
        | Purpose::DisputeAck
        | Purpose::PaymentClaimAck
        | Purpose::AskForDate
        | Purpose::DocumentCopy
        | Purpose::AnswerBalance
        | Purpose::PlanAccepted
        | Purpose::GenericAck => Tone::Friendly,
    }
}

/// Gives a letter, and the action that sends it, the id of the row it is drafted anew in.
pub fn take_slot(app: &App, snapshot: &Snapshot, unit: &mut Unit, id: OutreachId) -> Result<()> {
    let (_, domain) = snapshot.company.email.rsplit_once('@').context("the company has no sender address")?;
    if let Some(letter) = &mut unit.outreach {
        letter.id = id;
        letter.message_id_header = app.keys.message_id(id, domain)?;
    }
    for action in &mut unit.actions {
        if let Action::SendMessage { outreach } = &mut action.action {
            *outreach = id;
            action.outreach = Some(id);
        }
    }
    Ok(())
}
