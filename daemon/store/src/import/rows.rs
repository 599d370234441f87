//! What an import is given: typed rows, each with the line it came from.

use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::kinds::{ContactRole, DebtorKind, DueDateBasis, PaymentMethod};
use domain::money::Currency;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A row and where it stands in the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row<T> {
    /// Line of a CSV file, or position (from 1) in its list of a JSON file.
    pub line: u64,
    /// The row.
    pub row: T,
}

/// Everything of one file. Order within a list does not matter; rows may name customers and invoices
/// that stand in the same file or are already on file.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ImportBatch {
    /// Debtors.
    pub customers: Vec<Row<CustomerRow>>,
    /// Their contacts.
    pub contacts: Vec<Row<ContactRow>>,
    /// Invoices.
    pub invoices: Vec<Row<InvoiceRow>>,
    /// Credit notes, with what they are allocated to.
    pub credit_notes: Vec<Row<CreditNoteRow>>,
    /// Payments booked on invoices.
    pub payments: Vec<Row<PaymentRow>>,
    /// Money received that is not booked on an invoice.
    pub receipts: Vec<Row<ReceiptRow>>,
}

/// Which customer a row means: by its number, else by its e-mail address.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct CustomerKey {
    /// Customer number of the accounting system.
    pub number: Option<String>,
    /// E-mail address; used when there is no number, and must then belong to exactly one customer.
    pub email: Option<String>,
}

/// A customer. `None` leaves a value as it is on file (the default on insert); an import never clears
/// a value.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CustomerRow {
    /// Customer number; the key when present.
    pub number: Option<String>,
    /// Name.
    pub name: String,
    /// E-mail address; the key when there is no number, so one of the two must be there.
    pub email: Option<String>,
    /// Person to write to.
    pub contact_person: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Business (default), consumer or public authority.
    pub kind: Option<DebtorKind>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// ISO 3166-2 after the country.
    pub region: Option<String>,
    /// Language of letters.
    pub language: Option<String>,
    /// Zone of contact hours.
    pub zone: Option<Tz>,
    /// Days allowed when an invoice row has neither due date nor terms; 0 to 365.
    pub payment_terms: Option<i32>,
    /// Must not be contacted at all.
    pub do_not_contact: Option<bool>,
    /// Free text; never part of a letter.
    pub notes: Option<String>,
}

/// A contact of a customer; the key is customer and address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ContactRow {
    /// Whose.
    pub customer: CustomerKey,
    /// Person or department.
    pub name: String,
    /// Address.
    pub email: String,
    /// What it is for.
    pub role: ContactRole,
    /// Telephone number.
    pub phone: Option<String>,
    /// Language, when it differs from the customer's.
    pub language: Option<String>,
    /// In use; `None` leaves it as it is (in use on insert).
    pub active: Option<bool>,
}

/// An invoice; the key is its number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InvoiceRow {
    /// The debtor; cannot change later.
    pub customer: CustomerKey,
    /// Number, as the customer knows it.
    pub number: String,
    /// Gross amount, above zero.
    pub amount: Decimal,
    /// `None`: the company's currency. Cannot change later.
    pub currency: Option<Currency>,
    /// Date of the invoice, not in the future.
    pub invoice_date: NaiveDate,
    /// Due date; `None`: invoice date plus terms.
    pub due_date: Option<NaiveDate>,
    /// Terms in days; `None`: the customer's, else the company's.
    pub payment_terms: Option<i32>,
    /// When the customer received it.
    pub received_on: Option<NaiveDate>,
    /// What the due date rests on.
    pub basis: Option<DueDateBasis>,
    /// Order number of the customer.
    pub po_number: Option<String>,
    /// Where the document lies.
    pub file_url: Option<String>,
    /// Cancelled (void) or, with `false`, no longer so. Never guessed from a missing row.
    pub cancelled: Option<bool>,
    /// Written off or, with `false`, no longer so.
    pub written_off: Option<bool>,
}

/// A credit note, and one allocation of it; several rows of one number are several allocations.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CreditNoteRow {
    /// The debtor; cannot change later.
    pub customer: CustomerKey,
    /// Number; the key.
    pub number: String,
    /// Gross amount, above zero.
    pub amount: Decimal,
    /// `None`: the company's currency.
    pub currency: Option<Currency>,
    /// Date, not in the future.
    pub issued_on: NaiveDate,
    /// The invoice it reduces; `None`: not allocated.
    pub invoice: Option<String>,
    /// How much of it goes to that invoice; `None`: all of it.
    pub allocated: Option<Decimal>,
}

/// A payment on an invoice. The key is the reference; without one, equal payments (invoice, date,
/// amount, method) are counted: as many as the file holds end up on file, however often it is imported.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PaymentRow {
    /// Number of the invoice.
    pub invoice: String,
    /// Amount, above zero.
    pub amount: Decimal,
    /// `None`: the invoice's; any other than the invoice's is refused.
    pub currency: Option<Currency>,
    /// Value date, not in the future.
    pub paid_on: NaiveDate,
    /// `None`: bank transfer.
    pub method: Option<PaymentMethod>,
    /// Reference of the bank or the accounting system.
    pub reference: Option<String>,
    /// Free text.
    pub notes: Option<String>,
    /// The payment was returned; needs the reference.
    pub reversed: bool,
}

/// Money received that is not booked on an invoice. Keyed like a payment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReceiptRow {
    /// From whom, when known.
    pub customer: Option<CustomerKey>,
    /// Amount, above zero.
    pub amount: Decimal,
    /// `None`: the company's currency.
    pub currency: Option<Currency>,
    /// Value date, not in the future.
    pub received_on: NaiveDate,
    /// `None`: bank transfer.
    pub method: Option<PaymentMethod>,
    /// Reference of the bank.
    pub reference: Option<String>,
    /// Text of the transfer; hostile.
    pub text: String,
    /// Who paid, as the bank says; hostile.
    pub payer: String,
}

/// The kinds of rows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entity {
    /// A customer.
    Customer,
    /// A contact.
    Contact,
    /// An invoice.
    Invoice,
    /// A credit note.
    CreditNote,
    /// A payment.
    Payment,
    /// A receipt not booked on an invoice.
    Receipt,
}

impl Entity {
    /// The word for people.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Contact => "contact",
            Self::Invoice => "invoice",
            Self::CreditNote => "credit note",
            Self::Payment => "payment",
            Self::Receipt => "receipt",
        }
    }
}

/// What is wrong with one row.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, thiserror::Error)]
#[error("line {line}: {}: {column} {reason}", entity.as_str())]
pub struct RowError {
    /// Line of the file, or position in its list.
    pub line: u64,
    /// What kind of row it is.
    pub entity: Entity,
    /// The field.
    pub column: String,
    /// What is wrong with it. Names numbers of invoices and the like, never names or addresses.
    pub reason: String,
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Every row that is wrong, by line. Nothing was written.
    #[error("{} row(s) cannot be imported", .0.len())]
    Rows(Vec<RowError>),
    /// The database.
    #[error("the import could not be written")]
    Store(#[from] crate::error::StoreError),
}

impl From<sqlx::Error> for ImportError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// What became of the rows of one kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Tally {
    /// New on file.
    pub inserted: u64,
    /// On file with other values.
    pub updated: u64,
    /// On file as given.
    pub unchanged: u64,
}

/// What an import did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct ImportReport {
    /// Customers.
    pub customers: Tally,
    /// Contacts, those made from customers' own addresses included.
    pub contacts: Tally,
    /// Invoices.
    pub invoices: Tally,
    /// Credit notes.
    pub credit_notes: Tally,
    /// Allocations of credit notes.
    pub allocations: Tally,
    /// Payments.
    pub payments: Tally,
    /// Receipts.
    pub receipts: Tally,
    /// Conversations that will be looked at again because their ledger moved.
    pub woken: u64,
}

/// How far an import is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress {
    /// What is being written.
    pub entity: Entity,
    /// Rows done.
    pub done: u64,
    /// Rows in all.
    pub total: u64,
}
