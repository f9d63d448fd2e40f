//! The values every stage speaks: ids, versions, severities, evidence,
//! disclosure, findings, and the orders of versions. Nothing here touches the outside.

mod commit_id;
mod credit;
mod disclosure;
mod evidence;
mod few;
mod finding;
mod fix_role;
mod id;
pub mod order;
pub mod osv;
mod package;
pub mod purl;
mod remote;
mod severity;
mod sha256;
mod tag;
mod text;
mod timestamp;
mod version;
pub(crate) mod yaml;
mod yaml_time;

pub use commit_id::{CommitId, CommitPrefix, NotACommitId};
pub use credit::{Credit, CreditType, credited_names, thanks};
pub use disclosure::Disclosure;
pub use evidence::{Confidence, Evidence, EvidenceKind, Weight};
pub(crate) use few::{few, few_lines};
pub use finding::{Finding, FindingCode, Level};
pub use fix_role::FixRole;
pub use id::{AdvisoryId, IdScheme, NotAnAdvisoryId};
pub use package::{PackageName, Published};
pub use remote::{NotARemote, Remote};
pub use severity::{Severity, SeverityLevel, level_of_vector};
pub use sha256::Sha256;
pub use tag::TagName;
pub use text::{Line, breaks_a_line, guarded, is_invisible, line, line_of, line_of_path};
pub use timestamp::Timestamp;
pub(crate) use version::compare_naturally;
pub use version::{NotAVersion, Version};
