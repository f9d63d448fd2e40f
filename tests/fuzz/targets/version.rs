//! Versions of every ecosystem: three lines are three versions, whose order is one.
#![no_main]

use std::cmp::Ordering;

use libfuzzer_sys::fuzz_target;
use secnotes::model::order::Order;

const ECOSYSTEMS: [&str; 14] = [
    "Go",
    "crates.io",
    "npm",
    "Pub",
    "NuGet",
    "PyPI",
    "RubyGems",
    "Maven",
    "Packagist",
    "Debian",
    "Alpine",
    "Red Hat",
    "Hackage",
    "CRAN",
];

fuzz_target!(|data: &str| {
    for ecosystem in ECOSYSTEMS {
        let Some(order) = Order::of_ecosystem(ecosystem) else { continue };
        let keys: Vec<_> = data.lines().take(3).map(|line| order.key(line)).collect();
        let [Some(a), Some(b), Some(c)] = keys.as_slice() else { continue };
        assert_eq!(a.cmp(b), b.cmp(a).reverse());
        assert_eq!(a.cmp(b) == Ordering::Equal, a == b);
        if a <= b && b <= c {
            assert!(a <= c, "{ecosystem}: {data:?}");
        }
    }
});
