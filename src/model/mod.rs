//! The values every stage speaks: ids, versions, severities, evidence,
//! disclosure, findings, and the orders of versions. Nothing here touches the outside.

mod commit_id;
mod credit;
mod disclosure;
mod evidence;
mod feed_files;
mod finding;
mod fix_role;
mod id;
pub mod order;
pub mod osv;
mod package;
mod page;
pub mod purl;
mod remote;
mod severity;
mod sha256;
mod stable_hash;
mod tag;
mod text;
mod timestamp;
mod version;
pub(crate) mod yaml;
mod yaml_time;

pub use commit_id::{CommitId, CommitPrefix, NotACommitId};
pub(crate) use credit::credited_names;
pub use credit::{Credit, CreditType, thanks};
pub use disclosure::Disclosure;
pub use evidence::{Confidence, Evidence, EvidenceKind, Weight};
pub use feed_files::{DERIVED_FILES, INDEX_FILE};
pub use finding::{Finding, FindingCode, Level};
pub use fix_role::FixRole;
pub use id::{AdvisoryId, IdScheme, NotAnAdvisoryId};
pub use package::{PackageName, Published};
pub use page::Page;
pub use remote::{NotARemote, Remote};
pub(crate) use severity::level_of_vector;
pub use severity::{Severity, SeverityLevel};
pub use sha256::Sha256;
pub(crate) use stable_hash::fingerprint;
pub use tag::TagName;
pub use text::{Line, breaks_a_line, guarded, line, line_of, line_of_path};
pub use timestamp::Timestamp;
pub(crate) use version::compare_naturally;
pub use version::{NotAVersion, Version};
