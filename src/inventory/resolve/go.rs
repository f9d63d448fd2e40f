//! Go modules of one workspace.

use crate::inventory::parsed::TreeFile;

pub(super) fn resolve(files: &mut [TreeFile]) {
    let _ = files;
}
