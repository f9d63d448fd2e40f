//! What holds for every order.

use std::cmp::Ordering;

use proptest::prelude::*;

use super::{Key, LONGEST, Order};

const ALL: [Order; 15] = [
    Order::Semver,
    Order::Loose,
    Order::Go,
    Order::Pub,
    Order::NuGet,
    Order::Pep440,
    Order::RubyGems,
    Order::Maven,
    Order::Packagist,
    Order::Debian,
    Order::Opam,
    Order::Apk,
    Order::Rpm,
    Order::Haskell,
    Order::R,
];

fn place(order: Order, text: &str) -> Key {
    order.key(text).unwrap_or_else(|| panic!("{order:?} has no place for {text:?}"))
}

/// Holds each of a list against each of the others, both ways.
pub(super) fn ascending(order: Order, list: &[&str]) {
    for (index, lesser) in list.iter().enumerate() {
        for greater in &list[index + 1..] {
            let (a, b) = (place(order, lesser), place(order, greater));
            assert_eq!((a.cmp(&b), b.cmp(&a)), (Ordering::Less, Ordering::Greater), "{order:?}: {lesser} < {greater}");
        }
    }
}

pub(super) fn equal(order: Order, list: &[&str]) {
    for one in list {
        for other in list {
            assert_eq!(place(order, one), place(order, other), "{order:?}: {one} = {other}");
        }
    }
}

pub(super) fn no_place(order: Order, list: &[&str]) {
    for text in list {
        assert_eq!(order.key(text), None, "{order:?}: {text:?}");
    }
}

#[test]
fn every_ecosystem_has_the_order_of_its_own_tool() {
    for (ecosystem, order) in [
        ("Go", Order::Go),
        ("crates.io", Order::Loose),
        ("GitHub Actions", Order::Loose),
        ("Ubuntu", Order::Debian),
        ("Wolfi", Order::Apk),
        ("Rocky Linux", Order::Rpm),
        ("CRAN", Order::R),
        ("Julia", Order::Pub),
        ("opam", Order::Opam),
        ("CleanStart", Order::Apk),
        ("Docker Hardened Images", Order::Loose),
    ] {
        assert_eq!(Order::of_ecosystem(ecosystem), Some(order), "{ecosystem}");
        assert_eq!(Order::of_range("ECOSYSTEM", ecosystem), Some(order), "{ecosystem}");
        assert_eq!(Order::of_range("SEMVER", ecosystem), Some(Order::Semver), "{ecosystem}");
        assert_eq!(Order::of_range("GIT", ecosystem), None, "{ecosystem}");
    }
    for ecosystem in ["", "go", "Debian:12", "ConanCenter", "Linux", "OSS-Fuzz"] {
        assert_eq!(Order::of_ecosystem(ecosystem), None, "{ecosystem}");
    }
}

#[test]
fn nothing_comes_before_0_and_what_is_too_long_has_no_place() {
    for order in ALL {
        for text in ["0.0.0", "0.0.0-0", "0~", "0.0_alpha", "0.dev0", "0.a", "00-alpha"] {
            if let Some(key) = order.key(text) {
                assert!(place(order, "0") < key, "{order:?}: {text}");
            }
        }
        let digits = LONGEST - "1.0.".len();
        assert!(order == Order::Pep440 || order.key(&format!("1.0.{}", "9".repeat(digits))).is_some(), "{order:?}");
        assert!(order.key(&format!("1.0.{}", "9".repeat(digits + 1))).is_none(), "{order:?}");
    }
}

/// Texts of which most are versions of some order.
fn version() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "0",
        "00",
        "1",
        "01",
        "2",
        "10",
        "20240102",
        "99999999999999999999999",
        ".",
        ".",
        ".",
        "-",
        "-",
        "_",
        "+",
        "~",
        "^",
        ":",
        "a",
        "b",
        "m",
        "p",
        "r",
        "x",
        "v",
        "rc",
        "alpha",
        "beta",
        "dev",
        "post",
        "SNAPSHOT",
        "final",
        "ga",
        "sp",
        "jre",
        "-r1",
        "_p1",
        "_git",
        "~ab",
        "@dev",
        "é",
    ]);
    let pieces = prop::collection::vec(piece, 0..9).prop_map(|pieces| pieces.concat());
    let plain = "[0-2]{1,2}(\\.[01]{1,2}){0,3}";
    let suffixed = "[01](\\.[0-2]){0,3}([-._~+^]?(alpha|beta|rc|a|p|dev|x|r|post|ga|sp|cvs|el)?[.-]?[0-2]?){0,3}";
    prop_oneof![pieces, plain, suffixed]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn every_order_is_total(a in version(), b in version(), c in version()) {
        for order in ALL {
            let keys: Vec<Key> = [&a, &b, &c].iter().filter_map(|text| order.key(text)).collect();
            for x in &keys {
                for y in &keys {
                    prop_assert_eq!(x.cmp(y), y.cmp(x).reverse(), "{:?}: {} {} {}", order, a, b, c);
                    prop_assert_eq!(x.cmp(y).is_eq(), x == y, "{:?}: {} {} {}", order, a, b, c);
                    for z in &keys {
                        prop_assert!(!(x <= y && y <= z) || x <= z, "{:?}: {} {} {}", order, a, b, c);
                    }
                }
            }
        }
    }

    #[test]
    fn zeros_before_a_number_make_no_difference(a in "[1-9]{1,3}", b in "[1-9]{1,2}", zeros in "0{1,30}") {
        for order in ALL {
            // The strict reading has none of them, and to Composer it is a date.
            let refused = matches!(order, Order::Semver | Order::Packagist);
            let padded = format!("{zeros}{a}.{b}");
            prop_assert!(refused || order.key(&padded) == order.key(&format!("{a}.{b}")), "{order:?} {padded}");
        }
    }

    #[test]
    fn zeros_behind_a_version_make_no_difference_where_the_ecosystem_says_so(a in 1..30u8, b in 0..30u8) {
        for order in [Order::Loose, Order::Go, Order::Pub, Order::NuGet, Order::Pep440, Order::RubyGems, Order::Maven, Order::Packagist] {
            prop_assert_eq!(order.key(&format!("{a}.{b}")), order.key(&format!("{a}.{b}.0")), "{:?}", order);
        }
    }

    #[test]
    fn any_text_is_read(text in any::<String>(), tail in version()) {
        for order in ALL {
            let _ = order.key(&text);
            let _ = order.key(&format!("1{text}{tail}"));
        }
    }
}
