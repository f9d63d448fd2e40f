//! Maven's order, as `ComparableVersion` of Maven 3.9 and 4 sorts.
//!
//! The "Version Order Specification" of maven.apache.org/pom.html differs from it
//! for words before numbers (`1.0.0-rc.2` and `1.0.0rc1`), and Maven resolves by
//! its code. That code compares pairs, and has circles: `1.Final` is `1`, which
//! comes before `1.Final-redhat`, which comes before `1.Final`. Here, whether a
//! version comes before or after the one that ends where the two part decides
//! first, so that there is one order; without a circle it is Maven's.

use super::number::{Number, split_digits};

/// The steps of a version, up to the last that says anything.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Maven(Vec<Step>);

/// An item, and whether a version with it and what follows comes before or after
/// the one that ends in front of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Before(Item),
    End,
    After(Item),
}

/// Ordered as items of the same place are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Item {
    /// A qualifier, and the number that belongs to it: `rc-1` is `rc1`.
    Word(Qualifier, Option<Number>),
    /// What follows is a list within the list.
    List,
    Number(Number),
}

/// A qualifier. Of the known ones the order is Maven's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Qualifier {
    Alpha,
    Beta,
    Milestone,
    Candidate,
    Snapshot,
    Release,
    ServicePack,
    Other(String),
}

impl Maven {
    pub(super) fn read(text: &str) -> Option<Self> {
        let sound = !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control());
        sound.then(|| {
            let mut lists = lists(&text.to_lowercase());
            normalize(&mut lists);
            Self(steps(lists))
        })
    }
}

/// The items of a version: lists of which each is the last item of the one before.
fn lists(text: &str) -> Vec<Vec<Item>> {
    let mut lists = vec![Vec::new()];
    let mut rest = text;
    loop {
        let digits = split_digits(rest).0;
        let word = rest.find(|c: char| c.is_ascii_digit() || c == '.' || c == '-').unwrap_or(rest.len());
        let (item, after) = if !digits.is_empty() {
            (Item::Number(Number::of(digits)), rest.get(digits.len()..).unwrap_or_default())
        } else if word > 0 {
            let (word, after) = rest.split_at(word);
            // A number right behind a word or one dash is the word's.
            let own = split_digits(after.strip_prefix('-').unwrap_or(after)).0;
            let dash = after.starts_with('-') && !own.is_empty();
            let number = (!own.is_empty()).then(|| Number::of(own));
            let after = after.get(own.len() + usize::from(dash)..).unwrap_or_default();
            // So is a word at the end in a list of its own: 1.0.RC1 is 1.0-RC1.
            if number.is_some() || after.is_empty() {
                deepen(&mut lists);
            }
            (Item::Word(qualifier(word, number.is_some()), number), after)
        } else {
            // Nothing between two separators is 0.
            (Item::Number(Number::ZERO), rest)
        };
        if let Some(list) = lists.last_mut() {
            list.push(item);
        }
        rest = match after.strip_prefix('.') {
            Some(after) => after,
            None => {
                // From digits to letters is a dash.
                deepen(&mut lists);
                after.strip_prefix('-').unwrap_or(after)
            }
        };
        if rest.is_empty() {
            return lists;
        }
    }
}

/// Begins a list in the last one, unless that is empty.
fn deepen(lists: &mut Vec<Vec<Item>>) {
    if lists.last().is_some_and(|list| !list.is_empty()) {
        lists.push(Vec::new());
    }
}

fn qualifier(word: &str, has_number: bool) -> Qualifier {
    match word {
        "alpha" => Qualifier::Alpha,
        "beta" => Qualifier::Beta,
        "milestone" => Qualifier::Milestone,
        // Only with a number: `1-a1` is an alpha, `1-a` is not.
        "a" if has_number => Qualifier::Alpha,
        "b" if has_number => Qualifier::Beta,
        "m" if has_number => Qualifier::Milestone,
        "rc" | "cr" => Qualifier::Candidate,
        "snapshot" => Qualifier::Snapshot,
        "final" | "ga" | "release" => Qualifier::Release,
        "sp" => Qualifier::ServicePack,
        word => Qualifier::Other(word.to_owned()),
    }
}

/// Takes zeros off at the end of each list, and before words: `1.0.0-foo` is `1-foo`.
fn normalize(lists: &mut Vec<Vec<Item>>) {
    let zero = Item::Number(Number::ZERO);
    let is_word = |item: &Item| matches!(item, Item::Word(..));
    // What the first item of the list within is, if there is one.
    let mut within: Option<bool> = None;
    for list in lists.iter_mut().rev() {
        let mut kept: Vec<Item> = Vec::new();
        for item in std::mem::take(list).into_iter().rev() {
            let drops = match kept.last() {
                // A number behind a word that stands in this list is the list's.
                Some(next) => matches!(next, Item::Word(_, None)),
                None => within.unwrap_or(true),
            };
            if item != zero || !drops {
                kept.push(item);
            }
        }
        kept.reverse();
        within = match kept.first() {
            Some(first) => Some(is_word(first)),
            // A list that has a list alone begins with no word.
            None => within.map(|_| false),
        };
        *list = kept;
    }
    while lists.last().is_some_and(Vec::is_empty) {
        lists.pop();
    }
}

fn steps(lists: Vec<Vec<Item>>) -> Vec<Step> {
    let mut items: Vec<Item> = Vec::new();
    for (depth, list) in lists.into_iter().enumerate() {
        items.extend((depth > 0).then_some(Item::List));
        items.extend(list);
    }
    let mut steps = vec![Step::End];
    let mut step: Option<fn(Item) -> Step> = None;
    for item in items.into_iter().rev() {
        step = match &item {
            Item::Word(qualifier, _) if *qualifier < Qualifier::Release => Some(Step::Before),
            Item::Word(Qualifier::Release, _) | Item::List => step,
            Item::Number(number) if *number == Number::ZERO => step,
            _ => Some(Step::After),
        };
        match step {
            Some(step) => steps.push(step(item)),
            // What says nothing up to the end: `1.Final` is `1`.
            None => steps.truncate(1),
        }
    }
    steps.reverse();
    steps
}

#[cfg(test)]
mod tests {
    use super::super::Order;
    use super::super::tests::{ascending, equal, no_place};

    #[test]
    fn versions_are_ordered_as_the_specification_of_maven_says() {
        ascending(
            Order::Maven,
            &[
                "1-alpha",
                "1-alpha2",
                "1-alpha10",
                "1-beta-1",
                "1-milestone-2",
                "1-cr2",
                "1-SNAPSHOT",
                "1",
                "1-sp",
                "1-foo2",
                "1-foo10",
                "1-x",
                "1-1",
                "1.1",
                "1.2-alpha-6",
                "1.2",
                "1.10",
            ],
        );
    }

    #[test]
    fn pre_releases_come_first_whether_a_dot_or_a_dash_stands_before_them() {
        ascending(
            Order::Maven,
            &["4.1.0.Alpha1", "4.1.0.Beta8", "4.1.0.CR1", "4.1.0.CR7", "4.1.0.Final", "4.1.1.Final"],
        );
        ascending(Order::Maven, &["2.0.0.M1", "2.0.0-M2", "2.0.0.RC1", "2.0.0.SNAPSHOT", "2.0.0"]);
        ascending(Order::Maven, &["31.0-alpha", "31.0", "31.0-android", "31.0-jre", "31.0.1-jre"]);
        ascending(Order::Maven, &["1-0.alpha", "1", "1.0.1"]);
    }

    #[test]
    fn a_release_with_a_word_of_its_builder_comes_after_it_and_before_its_service_packs() {
        // MNG-7714, and RESTEasy's 3.0.19.
        ascending(Order::Maven, &["1.0", "1.0.final-redhat", "1.0-sp1-redhat", "1.0-sp-1-redhat-1", "1.0.1"]);
        ascending(Order::Maven, &["3.0.19.CR1", "3.0.19.Final", "3.0.19.Final-redhat-1", "3.0.19.SP5-redhat-1"]);
        equal(Order::Maven, &["4.0.16", "4.0.16.Final", "4.0.16-ga", "4.0.16.RELEASE", "4.0.16-GA1"]);
    }

    #[test]
    fn numbers_belong_to_the_word_before_them() {
        // MNG-7644 and MNG-7559.
        ascending(Order::Maven, &["1.0.0.RC1", "1.0.0-RC2", "1.0.0.RC3", "1.0.0"]);
        ascending(Order::Maven, &["3.2.0-rc.1", "3.2.0rc2", "3.2.0"]);
        ascending(Order::Maven, &["2.0", "2.0.a", "2-1", "2.0-1", "2.0.2", "2.1.0", "2.1-a", "2.1-1", "2.1.0.1"]);
        ascending(Order::Maven, &["1-alpha2snapshot", "1-alpha2", "1-alpha-123", "1-beta-2"]);
        equal(Order::Maven, &["1-x1", "1.x-1", "1x-01"]);
    }

    #[test]
    fn zeros_before_words_say_nothing_and_those_before_numbers_do() {
        equal(Order::Maven, &["1-x", "1.0-x", "1.0.0x", "1.0.x"]);
        // MNG-6964.
        ascending(Order::Maven, &["1-0.alpha", "1-0.beta", "1", "1-1", "1.0-1", "1.0.1"]);
    }

    #[test]
    fn the_order_has_no_circles() {
        // Maven's own has one for each pair of neighbours with the version between them.
        ascending(Order::Maven, &["1-alpha", "1", "1.foo.1", "1-foo"]);
        ascending(Order::Maven, &["4.0.16.Final", "4.0.16.Final-jason1"]);
    }

    #[test]
    fn what_says_nothing_counts_for_nothing() {
        equal(
            Order::Maven,
            &["1", "1.0", "1.0.0", "1-0", "1.0-0", "1-ga", "1.final", "1-FINAL", "1.0.0.RELEASE", "1.", "1-"],
        );
        equal(Order::Maven, &["1.0.0-foo.0.0", "1-foo", "1.foo", "1foo"]);
        equal(Order::Maven, &["1-a1", "1-alpha-1", "1.0alpha1", "1.alpha1"]);
        equal(Order::Maven, &["1.0.RC2", "1.0-cr2", "1-rc-2"]);
        no_place(Order::Maven, &["", "1.0 ", "[1.0,2.0)\n"]);
    }
}
