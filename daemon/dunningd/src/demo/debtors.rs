//! The simulated debtors: who answers what, and when the money comes.
//!
//! They know only what a real debtor knows: the letters in their mailbox.

use chrono::{DateTime, TimeDelta, Utc};
use mail::Incoming;

/// How a debtor behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Habit {
    /// Pays some days after the first letter.
    Pays,
    /// Promises a date and keeps it.
    KeepsPromise,
    /// Promises a date, breaks it, and pays after the next letter.
    BreaksPromise,
    /// Disputes one of two invoices.
    Disputes,
    /// Asks for a copy, then pays.
    AsksForCopy,
    /// Out of office, then pays.
    OutOfOffice,
    /// The address is dead; the second one pays.
    Bounces,
    /// Says that it has paid; the bank shows it days later.
    ClaimsPaid,
    /// Asks to pay to, and be paid from, other accounts.
    ChangesBank,
    /// Never answers.
    Silent,
    /// Asks for instalments and accepts the offer.
    WantsPlan,
    /// Pays a part.
    PaysPart,
    /// Reports hardship.
    Hardship,
    /// Pays on the due date, after the courtesy notice.
    OnTime,
}

/// Customer number, mailbox, habit.
pub const DEBTORS: &[(&str, &str, Habit)] = &[
    ("D-101", "rechnungen@nordlicht.example", Habit::Pays),
    ("D-102", "buchhaltung@brandt-soehne.example", Habit::KeepsPromise),
    ("D-103", "post@morgenrot.example", Habit::BreaksPromise),
    ("D-104", "kreditoren@hafenlogistik.example", Habit::Disputes),
    ("D-105", "compta@lavigne.example", Habit::AsksForCopy),
    ("D-106", "ap@tulip.example", Habit::OutOfOffice),
    ("D-107", "rechnung@alpenblick.example", Habit::Bounces),
    ("D-107", "empfang@alpenblick.example", Habit::Pays),
    ("D-108", "zahlungen@schmidt-metallbau.example", Habit::ClaimsPaid),
    ("D-109", "payables@goldengate.example", Habit::ChangesBank),
    ("D-110", "einkauf@stiller.example", Habit::Silent),
    ("D-111", "buero@weber-elektro.example", Habit::WantsPlan),
    ("D-112", "accounts@oxbridge.example", Habit::PaysPart),
    ("D-113", "petra.sommer@mail.example", Habit::Hardship),
    ("D-114", "verwaltung@kranich-verlag.example", Habit::OnTime),
];

/// What a debtor does about a letter, some days after it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reaction {
    /// Answers with this text.
    Answer(&'static str),
    /// A machine answers.
    AutoReply(&'static str),
    /// The mail comes back.
    Bounce,
    /// Pays everything listed in the letter.
    PayAll,
    /// Pays one invoice by number.
    Pay(&'static str),
    /// Pays part of an invoice: number and amount.
    PayPart(&'static str, &'static str),
    /// Money arrives that names the invoice, but is not booked by anybody.
    Receipt(&'static str),
}

/// Reactions to the `nth` letter (from 1), each with its delay in days.
#[must_use]
pub fn reactions(habit: Habit, nth: usize) -> Vec<(i64, Reaction)> {
    use Reaction::{Answer, AutoReply, Bounce, Pay, PayAll, PayPart, Receipt};
    match (habit, nth) {
        (Habit::Pays | Habit::OnTime, 1) => vec![(3, PayAll)],
        (Habit::KeepsPromise, 1) => vec![
            (
                1,
                Answer(
                    "Guten Tag,\n\nentschuldigen Sie die Verspätung. Wir überweisen den Betrag am 12.06.2026.\n\nMit freundlichen Grüßen\nJana Brandt",
                ),
            ),
            (9, Pay("RE-2026-0398")),
        ],
        (Habit::BreaksPromise, 1) => {
            vec![(
                1,
                Answer(
                    "Hallo,\n\nwir zahlen die Rechnung bis zum 10.06.2026.\n\nViele Grüße\nCafé Morgenrot",
                ),
            )]
        }
        // The second letter confirms the promise; the third cites that it was broken.
        (Habit::BreaksPromise, 3) => vec![(2, PayAll)],
        (Habit::Disputes, 1) => vec![
            (
                1,
                Answer(
                    "Sehr geehrte Damen und Herren,\n\ndie Rechnung RE-2026-0377 erkennen wir nicht an: Die Palette kam beschädigt an, wir haben reklamiert.\n\nHafenlogistik Nord AG",
                ),
            ),
            (6, Pay("RE-2026-0402")),
        ],
        (Habit::AsksForCopy, 1) => vec![
            (
                1,
                Answer(
                    "Hello,\n\ncould you please send us a copy of the invoice? We cannot find it.\n\nKind regards\nMaison Lavigne",
                ),
            ),
            (6, PayAll),
        ],
        (Habit::OutOfOffice, 1) => vec![
            (
                0,
                AutoReply(
                    "I am out of the office until 15 June 2026 and will answer your message after my return.",
                ),
            ),
            (15, PayAll),
        ],
        (Habit::Bounces, _) => vec![(0, Bounce)],
        (Habit::ClaimsPaid, 1) => vec![
            (1, Answer("Guten Tag,\n\ndie Rechnung haben wir bereits bezahlt.\n\nSchmidt Metallbau GmbH")),
            (4, Receipt("RE-2026-0407")),
        ],
        (Habit::ChangesBank, 1) => vec![(
            1,
            Answer(
                "Hello,\n\nwe received a message that your bank details have changed. Please confirm the new account GB33BUKB20201555555555 before we pay.\n\nGolden Gate Supplies",
            ),
        )],
        (Habit::WantsPlan, 1) => vec![(
            1,
            Answer(
                "Guten Tag,\n\nwir können den Betrag gerade nicht auf einmal zahlen. Können wir in Raten zahlen?\n\nWeber Elektro",
            ),
        )],
        (Habit::WantsPlan, 2) => {
            vec![(
                1,
                Answer(
                    "Guten Tag,\n\nvielen Dank, wir sind mit der Ratenzahlung einverstanden.\n\nWeber Elektro",
                ),
            )]
        }
        (Habit::PaysPart, 1) => vec![(3, PayPart("RE-2026-0410", "500.00"))],
        (Habit::Hardship, 1) => vec![(
            2,
            Answer(
                "Guten Tag,\n\nich habe meine Arbeit verloren und kann die Rechnung zurzeit nicht bezahlen. Ich habe eine Schuldnerberatung aufgesucht.\n\nPetra Sommer",
            ),
        )],
        _ => Vec::new(),
    }
}

/// A reaction that waits for its day.
#[derive(Clone, Debug)]
pub struct Pending {
    /// When.
    pub at: DateTime<Utc>,
    /// From which mailbox.
    pub mailbox: &'static str,
    /// What.
    pub reaction: Reaction,
    /// Message-ID, reply address and subject of the letter.
    pub letter: Letter,
}

/// What a debtor sees of a letter.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Its Message-ID.
    pub message_id: String,
    /// Where an answer goes.
    pub reply_to: String,
    /// Envelope sender: where a bounce goes.
    pub bounce_to: String,
    /// Its subject.
    pub subject: String,
    /// Its text, quoted in the answer.
    pub text: String,
    /// Invoice numbers in it.
    pub text_numbers: Vec<String>,
}

impl Letter {
    /// Reads a letter as a mail program would.
    #[must_use]
    pub fn of(mail: &Incoming, bounce_to: String) -> Self {
        let text_numbers = mail
            .text
            .split_whitespace()
            .filter(|w| w.starts_with("RE-"))
            .map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()).to_owned())
            .collect();
        Self {
            message_id: mail.message_id.clone().unwrap_or_default(),
            reply_to: mail
                .reply_to
                .first()
                .or(mail.from.as_ref())
                .map(|p| p.email.clone())
                .unwrap_or_default(),
            bounce_to,
            subject: mail.subject.clone(),
            text: mail.text.clone(),
            text_numbers,
        }
    }
}

/// The raw mail of a reaction, as the debtor's mail server would hand it over; `None` for payments.
#[must_use]
pub fn raw_mail(pending: &Pending) -> Option<String> {
    let Pending { at, mailbox, letter, .. } = pending;
    let id = format!("<{}.{}@debtor.example>", at.timestamp(), mailbox.replace('@', "."));
    let date = at.to_rfc2822();
    let quoted: String = letter.text.lines().map(|l| format!("> {l}\n")).collect();
    let head = |from: &str, to: &str, subject: &str| {
        format!(
            "From: {from}\nTo: {to}\nSubject: {subject}\nDate: {date}\nMessage-ID: {id}\nIn-Reply-To: {0}\nReferences: {0}\nMIME-Version: 1.0\n",
            letter.message_id
        )
    };
    let plain = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n";
    let re = format!("Re: {}", letter.subject.replace(['\r', '\n'], " "));
    let text = match &pending.reaction {
        Reaction::Answer(text) => {
            let intro = (*at - TimeDelta::days(1)).format("%d.%m.%Y");
            format!(
                "{}{plain}\n{text}\n\nAm {intro} schrieb {}:\n{quoted}",
                head(mailbox, &letter.reply_to, &re),
                letter.reply_to
            )
        }
        Reaction::AutoReply(text) => {
            let head = head(mailbox, &letter.bounce_to, "Automatic reply: out of office");
            format!("{head}Auto-Submitted: auto-replied\n{plain}\n{text}\n")
        }
        Reaction::Bounce => bounce(mailbox, letter, &date, &id),
        Reaction::PayAll | Reaction::Pay(_) | Reaction::PayPart(..) | Reaction::Receipt(_) => return None,
    };
    Some(text.replace('\n', "\r\n"))
}

fn bounce(mailbox: &str, letter: &Letter, date: &str, id: &str) -> String {
    format!(
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: {to}\nSubject: Undelivered Mail Returned to Sender\n\
         Date: {date}\nMessage-ID: {id}\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b1\"\n\n\
         --b1\nContent-Type: text/plain\n\nYour message could not be delivered.\n\n\
         --b1\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n\
         Final-Recipient: rfc822; {mailbox}\nAction: failed\nStatus: 5.1.1\n\
         Diagnostic-Code: smtp; 550 5.1.1 user unknown\n\n\
         --b1\nContent-Type: text/rfc822-headers\n\nMessage-ID: {original}\nTo: {mailbox}\n\n--b1--\n",
        to = letter.bounce_to,
        original = letter.message_id,
    )
}
