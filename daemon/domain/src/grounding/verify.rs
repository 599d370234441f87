//! The proof once more, immediately before the send, against the ledger as it is then.

use super::{Certificate, Finding, Parts, digest, ground_accepting};
use crate::facts::{Facts, FactsError, LetterContext};
use crate::locale::Language;
use crate::snapshot::Snapshot;

/// Why a text that was proven once is so no longer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum VerifyError {
    /// It is not the text that was proven.
    #[error("the text is not the one that was proven")]
    Text,
    /// The ledger moved: there are no facts for this letter any more.
    #[error("the ledger moved since the letter was written")]
    Facts(#[from] FactsError),
    /// The text states what is no longer so.
    #[error("the text states something that is no longer proven ({} findings)", .0.len())]
    Findings(Vec<Finding>),
    /// A literal is proven, but by another fact than before.
    #[error("a statement of the text means something else now")]
    Meaning,
}

impl VerifyError {
    /// The letter may be written anew; the text itself was not tampered with.
    #[must_use]
    pub const fn is_stale(&self) -> bool {
        match self {
            Self::Text => false,
            Self::Facts(_) | Self::Findings(_) | Self::Meaning => true,
        }
    }
}

/// Proves the stored text again: same words, the values of `snapshot`, every literal resolved to the
/// same fact as before. The new certificate bears the new snapshot's version.
///
/// # Errors
/// The text or the ledger changed; see [`VerifyError`].
pub fn verify(
    parts: Parts<'_>,
    certificate: &Certificate,
    context: &LetterContext,
    snapshot: &Snapshot,
    language: &Language,
) -> Result<Certificate, VerifyError> {
    if digest(parts) != certificate.text_sha256 || certificate.language != language.tag() {
        return Err(VerifyError::Text);
    }
    let facts = Facts::build(snapshot, &context.refreshed(snapshot)?)?;
    let fresh =
        ground_accepting(parts, &facts, language, &certificate.accepted).map_err(VerifyError::Findings)?;
    if fresh.entries != certificate.entries && fresh.checker == certificate.checker {
        return Err(VerifyError::Meaning);
    }
    Ok(fresh)
}
