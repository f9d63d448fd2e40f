//! Projects of Maven and their parents.

use crate::inventory::parsed::TreeFile;

pub(super) fn resolve(files: &mut [TreeFile]) {
    let _ = files;
}
