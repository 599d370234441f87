//! To whom a mail belongs: our own token or Message-ID first, then what it says and who says it.

use anyhow::Result;
use domain::ids::{ConversationId, CustomerId, OutreachId};
use domain::money::Currency;
use mail::{Incoming, TokenKeys};
use store::TenantTx;
use store::inbound::{MatchFacts, MatchKeys};

/// The account a mail belongs to.
pub struct Match {
    /// The customer.
    pub customer: CustomerId,
    /// The currency of the account.
    pub currency: Currency,
    /// The letter it answers.
    pub outreach: Option<OutreachId>,
    /// Its conversation.
    pub conversation: Option<ConversationId>,
    /// The sender is a contact of that customer.
    pub sender_known: bool,
    /// Our token or Message-ID proves the thread; otherwise the match is a guess that may stop the chase
    /// but decides nothing by itself.
    pub threaded: bool,
}

/// Most words of a mail that are looked up as invoice numbers.
const MOST_NUMBERS: usize = 50;

/// Finds the account, or none: then a person looks.
pub async fn find(tx: &mut TenantTx, mail: &Incoming, keys: &TokenKeys) -> Result<Option<Match>> {
    let text = format!("{} {}", mail.subject, mail.extract.new_text);
    let lookup = MatchKeys {
        from_email: mail.from.as_ref().map(|p| p.email.clone()),
        message_ids: mail.thread_ids().map(str::to_owned).collect(),
        outreach_ids: super::outreach_ids(mail, keys),
        invoice_numbers: numberish(&text),
    };
    Ok(choose(&store::inbound::inbound_candidates(tx, &lookup).await?))
}

/// Words that could be invoice numbers: at least three characters, one of them a digit.
fn numberish(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let words =
        text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '"' | '<' | '>'));
    for word in words {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        let plausible = (3..=40).contains(&word.len()) && word.contains(|c: char| c.is_ascii_digit());
        if plausible && !found.iter().any(|f| f == word) {
            found.push(word.to_owned());
        }
        if found.len() == MOST_NUMBERS {
            break;
        }
    }
    found
}

fn choose(facts: &MatchFacts) -> Option<Match> {
    let knows = |customer| facts.by_sender.iter().any(|c| c.customer == customer);
    if let Some(thread) = facts.by_message.first() {
        return Some(Match {
            customer: thread.customer,
            currency: thread.currency,
            outreach: Some(thread.outreach),
            conversation: Some(thread.conversation),
            sender_known: knows(thread.customer),
            threaded: true,
        });
    }
    if let Some(named) = facts.by_number.iter().find(|i| knows(i.customer)) {
        return Some(Match {
            customer: named.customer,
            currency: named.currency,
            outreach: None,
            conversation: named.conversation,
            sender_known: true,
            threaded: false,
        });
    }
    // A known sender of exactly one customer, with exactly one account.
    match facts.by_sender.as_slice() {
        [only] => match only.currencies.as_slice() {
            [currency] => Some(Match {
                customer: only.customer,
                currency: *currency,
                outreach: None,
                conversation: None,
                sender_known: true,
                threaded: false,
            }),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::numberish;

    #[test]
    fn candidates_are_words_with_a_digit_and_bounded() {
        assert_eq!(numberish("zu RE-2026/0815, (4711) und a1 danke."), ["RE-2026/0815", "4711"]);
        let many: String = (0..200).map(|n| format!("R-{n:03} ")).collect();
        assert_eq!(numberish(&many).len(), 50);
    }
}
