//! Requirements and the files that they include.

use crate::inventory::parsed::TreeFile;

pub(super) fn resolve(files: &mut [TreeFile]) {
    let _ = files;
}
