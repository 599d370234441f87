//! Typed identifiers.
//!
//! Why: an invoice id handed to a function that wants a customer id must not compile. Each id is a
//! UUID underneath and is turned into one only in `store`. New ids are UUIDv7, so that a table
//! partitioned by month can be partitioned on the id itself.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id, ordered by the time it was made (UUIDv7).
            #[must_use]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }

            /// Wraps a UUID read from the database or from outside.
            #[must_use]
            pub const fn from_uuid(id: Uuid) -> Self {
                Self(id)
            }

            /// The UUID, for `store`.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(s: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(s).map(Self)
            }
        }
    )+};
}

id! {
    /// A tenant.
    CompanyId,
    /// A person who signs in.
    UserId,
    /// A debtor.
    CustomerId,
    /// A contact person or mailbox of a customer.
    ContactId,
    /// An invoice.
    InvoiceId,
    /// A credit note.
    CreditNoteId,
    /// A payment booked on an invoice.
    PaymentId,
    /// Money received that is not yet booked on an invoice.
    ReceiptId,
    /// The AI conversation about one unpaid invoice.
    ConversationId,
    /// A message in a conversation.
    MessageId,
    /// An action, proposed or executed (`ai_actions`).
    ActionId,
    /// One contact to one customer in one currency.
    OutreachId,
    /// A promise to pay.
    PromiseId,
    /// A dispute.
    DisputeId,
    /// A payment plan.
    PlanId,
    /// A dunning block: no chase while it stands.
    BlockId,
    /// A mail as it came in.
    InboundId,
    /// A version of a company's own policy rules.
    PolicyVersionId,
}
