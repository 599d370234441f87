//! The one table of languages that are compiled in.

use crate::letter::Purpose;

/// The files of one language.
pub(crate) struct Source {
    /// BCP 47 primary tag; also the folder's name.
    pub(crate) tag: &'static str,
    /// `data/languages/<tag>.toml`.
    pub(crate) language: &'static str,
    /// `data/letters/<tag>/<purpose>.toml`, one for each purpose.
    pub(crate) letters: &'static [(Purpose, &'static str)],
}

macro_rules! letters {
    ($tag:literal: $($purpose:ident = $file:literal),+ $(,)?) => {
        &[$((
            Purpose::$purpose,
            include_str!(concat!("../../data/letters/", $tag, "/", $file, ".toml")),
        )),+]
    };
}

macro_rules! languages {
    ($($tag:literal),+ $(,)?) => {
        &[$(Source {
            tag: $tag,
            language: include_str!(concat!("../../data/languages/", $tag, ".toml")),
            letters: letters!($tag:
                Courtesy = "courtesy",
                Friendly = "friendly",
                Firm = "firm",
                Final = "final",
                BrokenPromise = "broken_promise",
                PlanOffer = "plan_offer",
                PromiseConfirmation = "promise_confirmation",
                DisputeAck = "dispute_ack",
                PaymentClaimAck = "payment_claim_ack",
                AskForDate = "ask_for_date",
                DocumentCopy = "document_copy",
                AnswerBalance = "answer_balance",
                PlanAccepted = "plan_accepted",
                GenericAck = "generic_ack",
            ),
        }),+]
    };
}

/// A further language is one more tag here, and its files.
pub(crate) const SHIPPED: &[Source] = languages!["de", "en"];
