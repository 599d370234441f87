//! Proposals: actions that wait for a person.
//!
//! Why: whoever decides must see everything the decision rests on, and two people must not decide the
//! same thing twice. Guarantees: a change under an outdated version is refused; a decided proposal is
//! not decided again; the agent's draft is kept beside what a person made of it; edits and rejections are
//! written as learning events. Does not: check a text or the ledger, authorise, or carry out an action
//! ([`crate::settle::action_execute`]).
//!
//! Lock order: the account ([`crate::snapshot::account_lock`]) before the proposal.

mod decide;
mod detail;
mod list;

pub use decide::{
    Edit, LockedProposal, proposal_account, proposal_approval_add, proposal_edit, proposal_lock,
    proposal_mark_approved, proposal_mark_cancelled, proposal_mark_executed, proposal_reject,
};
pub use detail::{Approval, InboundView, LetterDraft, ListedItem, Proposal, ThreadMessage, proposal};
pub use list::{ProposalFilter, ProposalLine, ProposalSort, proposals, proposals_count};
