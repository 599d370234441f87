//! Taking work: leases on conversations, mails and outgoing messages.
//!
//! Why: several daemons share one database, tenants must not starve one another, and a daemon that
//! dies must leave nothing stuck. Guarantees: only ids cross tenants (definer functions own the
//! look); a lease ends by the database's clock; every claim raises `attempt`, the fence that later
//! writes must name; an account is claimed as a whole. Does not: make duplicates impossible; settling
//! under the fence and the account's lock does.

use crate::db::Db;
use crate::error::{Result, StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{CompanyId, ConversationId, CustomerId, InboundId, OutreachId};
use domain::money::Currency;
use std::collections::BTreeMap;
use std::time::Duration;
use uuid::Uuid;

/// A conversation under lease, with its fence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Held {
    /// Id.
    pub id: ConversationId,
    /// Fence.
    pub attempt: i64,
}

/// All due conversations of one account, leased together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccountClaim {
    /// The tenant.
    pub company: CompanyId,
    /// The debtor.
    pub customer: CustomerId,
    /// The currency.
    pub currency: Currency,
    /// Who claimed.
    pub worker: Uuid,
    /// When the earliest of them became due.
    pub due_at: DateTime<Utc>,
    /// The conversations.
    pub conversations: Vec<Held>,
}

/// A mail to be read, under lease.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InboundClaim {
    /// The tenant.
    pub company: CompanyId,
    /// The mail.
    pub inbound: InboundId,
    /// Fence.
    pub attempt: i64,
}

/// A message to be sent, under lease.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OutreachClaim {
    /// The tenant.
    pub company: CompanyId,
    /// The debtor.
    pub customer: CustomerId,
    /// The currency.
    pub currency: Currency,
    /// The message.
    pub outreach: OutreachId,
    /// Fence.
    pub attempt: i64,
}

/// Tenants asked for at once.
const RING: i32 = 512;
/// Claims served from one look at the tenants: under an old transaction the look itself walks dead index
/// entries, so it must be rare.
const RING_USES: u32 = 16;
/// Claims between two that ignore the watermark. It bounds how long an expired lease or a back-dated
/// row stays unseen while there is no end of other work; with less work every claim is a full one.
const FULL_EVERY: u32 = 64;

/// Takes conversations, in turns among tenants.
///
/// Every claim gives each tenant of the ring an equal share of the batch and fills what is left in the
/// order of due times. Below the watermarks (the earliest due time of the last claim, of all tenants and
/// of each) only dead index entries are expected; skipping them keeps claims cheap while an old
/// transaction holds vacuum back.
#[derive(Debug)]
pub struct Claimer {
    worker: Uuid,
    lease: Duration,
    ring: Vec<Uuid>,
    place: usize,
    uses: u32,
    low: Option<DateTime<Utc>>,
    lows: BTreeMap<Uuid, DateTime<Utc>>,
    since_full: u32,
}

impl Claimer {
    /// `worker` must be fresh for every start of a process: a reused name could take over the leases
    /// of its dead predecessor.
    #[must_use]
    pub const fn new(worker: Uuid, lease: Duration) -> Self {
        Self {
            worker,
            lease,
            ring: Vec::new(),
            place: 0,
            uses: RING_USES,
            low: None,
            lows: BTreeMap::new(),
            since_full: FULL_EVERY,
        }
    }

    /// The worker's id.
    #[must_use]
    pub const fn worker(&self) -> Uuid {
        self.worker
    }

    /// Leases at most `limit` (1 to 1000) due accounts with all their due conversations, in the order
    /// in which they became due.
    pub async fn claim_accounts(
        &mut self,
        db: &Db,
        as_of: DateTime<Utc>,
        limit: usize,
    ) -> Result<Vec<AccountClaim>> {
        let limit = limit.clamp(1, 1000);
        self.refresh_ring(db, as_of).await?;
        let (tenants, share) = self.turn(limit);
        let full = self.since_full >= FULL_EVERY;
        let low = if full { None } else { self.low };
        let lows: Vec<Option<DateTime<Utc>>> =
            tenants.iter().map(|t| if full { None } else { self.lows.get(t).copied() }).collect();
        let rows = sqlx::query!(
            r#"SELECT company_id AS "company!", customer_id AS "customer!", currency AS "currency!",
                      conversation_id AS "conversation!", attempt AS "attempt!", next_action_at AS "due!"
                 FROM claim_conversations($1, $2, $3, $4, $5, $6, $7, $8)"#,
            as_of,
            self.worker,
            self.lease as _,
            i32::try_from(limit).unwrap_or(1000),
            &tenants,
            i32::try_from(share).unwrap_or(1),
            low,
            &lows as _,
        )
        .fetch_all(db.pool())
        .await?;
        let mut accounts: BTreeMap<(Uuid, Uuid, String), AccountClaim> = BTreeMap::new();
        for row in rows {
            let currency: Currency =
                row.currency.parse().map_err(|_| StoreError::corrupt("ai_conversations.currency"))?;
            let held = Held { id: ConversationId::from_uuid(row.conversation), attempt: row.attempt };
            let claim = accounts.entry((row.company, row.customer, row.currency)).or_insert(AccountClaim {
                company: CompanyId::from_uuid(row.company),
                customer: CustomerId::from_uuid(row.customer),
                currency,
                worker: self.worker,
                due_at: row.due,
                conversations: Vec::new(),
            });
            claim.due_at = claim.due_at.min(row.due);
            claim.conversations.push(held);
        }
        let mut claims: Vec<AccountClaim> = accounts.into_values().collect();
        claims.sort_by_key(|c| c.due_at);
        self.remember(&claims, full, limit);
        Ok(claims)
    }

    /// Asks for the due tenants when the last answer is used up.
    async fn refresh_ring(&mut self, db: &Db, as_of: DateTime<Utc>) -> Result<()> {
        if self.uses < RING_USES && !self.ring.is_empty() {
            self.uses += 1;
            return Ok(());
        }
        let tenants =
            sqlx::query_scalar!(r#"SELECT due_tenants($1, $2, $3) AS "id!""#, as_of, None::<Uuid>, RING)
                .fetch_all(db.pool())
                .await?;
        // Go on after the tenant served last, so that nobody is first every time.
        let last = self.place.checked_sub(1).and_then(|i| self.ring.get(i)).copied();
        self.place = last.map_or(0, |last| tenants.partition_point(|t| *t <= last));
        self.ring = tenants;
        self.uses = 1;
        Ok(())
    }

    /// The tenants of this turn and the share of each.
    fn turn(&mut self, limit: usize) -> (Vec<Uuid>, usize) {
        let count = self.ring.len().min(limit);
        if count == 0 {
            return (Vec::new(), 1);
        }
        let tenants: Vec<Uuid> = self.ring.iter().cycle().skip(self.place).take(count).copied().collect();
        self.place = (self.place + count) % self.ring.len();
        // `place` points behind the tenant served last; 0 would forget who that was.
        if self.place == 0 {
            self.place = self.ring.len();
        }
        (tenants, limit.div_ceil(count))
    }

    fn remember(&mut self, claims: &[AccountClaim], full: bool, limit: usize) {
        if full || claims.len() < limit {
            self.lows.clear();
        }
        if claims.len() < limit {
            // Not everything asked for was there: the next claim looks at everything again.
            self.uses = RING_USES;
            self.since_full = FULL_EVERY;
            self.low = None;
            return;
        }
        self.since_full = if full { 1 } else { self.since_full + 1 };
        self.low = claims.iter().map(|c| c.due_at).min();
        // In the order of due times, so the first of each tenant is its earliest.
        for claim in claims.iter().rev() {
            self.lows.insert(claim.company.uuid(), claim.due_at);
        }
    }
}

/// Extends the leases of `held` (company and conversation); returns those still held. The work of the
/// missing ones must stop.
pub async fn heartbeat(
    db: &Db,
    worker: Uuid,
    lease: Duration,
    held: &[(CompanyId, Held)],
) -> Result<Vec<ConversationId>> {
    let companies: Vec<Uuid> = held.iter().map(|(c, _)| c.uuid()).collect();
    let ids: Vec<Uuid> = held.iter().map(|(_, h)| h.id.uuid()).collect();
    let attempts: Vec<i64> = held.iter().map(|(_, h)| h.attempt).collect();
    let alive = sqlx::query_scalar!(
        r#"SELECT heartbeat_conversations($1, $2, $3, $4, $5) AS "id!""#,
        worker,
        &companies,
        &ids,
        &attempts,
        lease as _
    )
    .fetch_all(db.pool())
    .await?;
    Ok(alive.into_iter().map(ConversationId::from_uuid).collect())
}

/// Leases at most `limit` mails, in turns among tenants.
pub async fn claim_inbound(
    db: &Db,
    as_of: DateTime<Utc>,
    worker: Uuid,
    lease: Duration,
    limit: usize,
) -> Result<Vec<InboundClaim>> {
    let rows = sqlx::query!(
        r#"SELECT company_id AS "company!", inbound_id AS "inbound!", attempt AS "attempt!"
             FROM claim_inbound($1, $2, $3, $4)"#,
        worker,
        lease as _,
        i32::try_from(limit).unwrap_or(1000),
        as_of
    )
    .fetch_all(db.pool())
    .await?;
    let claim = |company, inbound, attempt| InboundClaim {
        company: CompanyId::from_uuid(company),
        inbound: InboundId::from_uuid(inbound),
        attempt,
    };
    Ok(rows.into_iter().map(|r| claim(r.company, r.inbound, r.attempt)).collect())
}

/// Leases at most `limit` messages whose time has come, in turns among tenants.
pub async fn claim_outreaches(
    db: &Db,
    as_of: DateTime<Utc>,
    worker: Uuid,
    lease: Duration,
    limit: usize,
) -> Result<Vec<OutreachClaim>> {
    let rows = sqlx::query!(
        r#"SELECT company_id AS "company!", outreach_id AS "outreach!", customer_id AS "customer!",
                  currency AS "currency!", attempt AS "attempt!"
             FROM claim_outreaches($1, $2, $3, $4)"#,
        as_of,
        worker,
        lease as _,
        i32::try_from(limit).unwrap_or(1000)
    )
    .fetch_all(db.pool())
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(OutreachClaim {
                company: CompanyId::from_uuid(r.company),
                customer: CustomerId::from_uuid(r.customer),
                currency: r.currency.parse().map_err(|_| StoreError::corrupt("outreaches.currency"))?,
                outreach: OutreachId::from_uuid(r.outreach),
                attempt: r.attempt,
            })
        })
        .collect()
}

/// What became of a message whose dispatcher died.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lapsed {
    /// The tenant.
    pub company: CompanyId,
    /// The message.
    pub outreach: OutreachId,
    /// It may have left. `false`: nothing had left, it is back in the queue.
    pub in_doubt: bool,
}

/// Takes at most `limit` messages from dispatchers whose lease ended. Those in doubt are to be written
/// into the customer's history by `dispatch::outreach_lapsed`, which the sweep does as well.
pub async fn reap_outreaches(db: &Db, limit: usize) -> Result<Vec<Lapsed>> {
    let rows = sqlx::query!(
        r#"SELECT company_id AS "company!", outreach_id AS "outreach!", new_state AS "state!"
             FROM reap_outreaches($1)"#,
        i32::try_from(limit).unwrap_or(1000)
    )
    .fetch_all(db.pool())
    .await?;
    let lapsed = |company, outreach, state: String| Lapsed {
        company: CompanyId::from_uuid(company),
        outreach: OutreachId::from_uuid(outreach),
        in_doubt: state == "in_doubt",
    };
    Ok(rows.into_iter().map(|r| lapsed(r.company, r.outreach, r.state)).collect())
}

/// When there is next something to do, by kind of work.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct NextWake {
    /// A conversation becomes due.
    pub conversations: Option<DateTime<Utc>>,
    /// A message may leave.
    pub outreaches: Option<DateTime<Utc>>,
    /// A mail is to be read.
    pub inbound: Option<DateTime<Utc>>,
    /// A tenant's business day begins.
    pub sweep: Option<DateTime<Utc>>,
}

impl NextWake {
    /// The earliest of all.
    #[must_use]
    pub fn earliest(&self) -> Option<DateTime<Utc>> {
        [self.conversations, self.outreaches, self.inbound, self.sweep].into_iter().flatten().min()
    }
}

/// Everything an idle daemon needs to know, in one statement. What is leased does not count.
pub async fn next_wake(db: &Db, as_of: DateTime<Utc>) -> Result<NextWake> {
    let row = sqlx::query!(
        "SELECT next_due() AS conversations, next_send_due() AS outreaches, next_inbound_due() AS inbound, \
         next_sweep_due($1) AS sweep",
        as_of
    )
    .fetch_one(db.pool())
    .await?;
    Ok(NextWake {
        conversations: row.conversations,
        outreaches: row.outreaches,
        inbound: row.inbound,
        sweep: row.sweep,
    })
}

/// A tenant whose business day has changed since its last sweep.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SweepDue {
    /// The tenant.
    pub company: CompanyId,
    /// Its business date.
    pub today: NaiveDate,
}

/// At most `limit` tenants to be swept, the one swept longest ago first.
pub async fn sweep_due(db: &Db, as_of: DateTime<Utc>, limit: usize) -> Result<Vec<SweepDue>> {
    let rows = sqlx::query!(
        r#"SELECT company_id AS "company!", today AS "today!" FROM sweep_due($1, $2)"#,
        as_of,
        i32::try_from(limit).unwrap_or(1000)
    )
    .fetch_all(db.pool())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| SweepDue { company: CompanyId::from_uuid(r.company), today: r.today })
        .collect())
}
