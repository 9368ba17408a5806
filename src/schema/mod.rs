//! Every type that passes from one step of the pipeline to the next, and nothing else.

mod article;
mod claim;
mod document;
mod language;
mod ledger;
mod record;
mod span;
mod stance;

pub use article::{Article, DateOrigin, DatePrecision, Origin, PublicationDate};
pub use claim::{Claim, Holder, Presence, Speech};
pub use document::{Block, BlockKind, Document, Field, Sentence};
pub use language::Language;
pub use ledger::{LedgerEntry, Rejection, Repair, Status};
pub use record::{ArticleText, SentenceText, StanceRecord};
pub use span::{OffsetMap, Span};
pub use stance::{Label, Probabilities, Stance};
