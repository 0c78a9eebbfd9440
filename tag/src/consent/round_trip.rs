//! Strings as consent platforms write them, read again.

use proptest::prelude::*;

use super::bits::Writer;
use super::tcf::{self, Restriction, Tcf};

/// The first and the last of some vendors.
type Range = (u16, u16);

/// A purpose, the type of restriction, and whom it concerns.
type Barred = (u8, u8, Vec<Range>);

/// A TCF string as a consent platform writes it, as far as it concerns Amazon.
#[derive(Clone, Debug)]
struct Written {
    purposes: Vec<bool>,
    vendors: Vec<Range>,
    ranges: bool,
    restrictions: Vec<Barred>,
    disclosed: Option<Vec<Range>>,
}

fn holds(vendors: &[Range]) -> bool {
    vendors.iter().any(|(first, last)| (*first..=*last).contains(&tcf::AMAZON))
}

fn write_ranges(writer: &mut Writer, vendors: &[Range]) {
    writer.number(12, vendors.len() as u64);
    for (first, last) in vendors {
        writer.number(1, u64::from(first != last)).number(16, u64::from(*first));
        if first != last {
            writer.number(16, u64::from(*last));
        }
    }
}

fn write_vendors(writer: &mut Writer, vendors: &[Range], ranges: bool) {
    let max = vendors.iter().map(|(_, last)| *last).max().unwrap_or_default();
    writer.number(16, u64::from(max)).number(1, u64::from(ranges));
    if ranges {
        write_ranges(writer, vendors);
    } else {
        for vendor in 1..=max {
            let on = vendors.iter().any(|(first, last)| (*first..=*last).contains(&vendor));
            writer.number(1, u64::from(on));
        }
    }
}

impl Written {
    fn text(&self) -> String {
        let mut core = Writer::default();
        core.number(6, 2).number(36, 1).number(36, 2).number(54, 3).number(6, 5).number(14, 0);
        for purpose in &self.purposes {
            core.number(1, u64::from(*purpose));
        }
        core.number(24, 0).number(13, 0);
        write_vendors(&mut core, &self.vendors, self.ranges);
        write_vendors(&mut core, &[(1, 9), (793, 793)], !self.ranges);
        core.number(12, self.restrictions.len() as u64);
        for (purpose, kind, vendors) in &self.restrictions {
            core.number(6, u64::from(*purpose)).number(2, u64::from(*kind));
            write_ranges(&mut core, vendors);
        }
        let mut text = core.text();
        if let Some(vendors) = &self.disclosed {
            let mut segment = Writer::default();
            write_vendors(segment.number(3, 1), vendors, self.ranges);
            text = format!("{text}.{}", segment.text());
        }
        text
    }

    fn read(&self) -> Tcf {
        let missing = |purpose: &u8| !self.purposes[usize::from(*purpose) - 1];
        let purposes_missing: Vec<u8> = tcf::PURPOSES.into_iter().filter(missing).collect();
        let restricts = |(purpose, kind, vendors): &&Barred| {
            holds(vendors) && *kind != 1 && tcf::PURPOSES.contains(purpose)
        };
        let restrictions: Vec<Restriction> = self
            .restrictions
            .iter()
            .filter(restricts)
            .map(|(purpose, kind, _)| Restriction { purpose: *purpose, kind: *kind })
            .collect();
        let vendor = holds(&self.vendors);
        let allows = vendor && purposes_missing.is_empty() && restrictions.is_empty();
        Tcf {
            vendor_consent: Some(vendor),
            purposes_missing,
            restrictions,
            policy_version: 5,
            truncated: false,
            allows_amazon: Some(allows),
            vendor_disclosed: self.disclosed.as_deref().map(holds),
        }
    }
}

fn vendors() -> impl Strategy<Value = Vec<Range>> {
    let range = (1..900_u16, 0..80_u16).prop_map(|(first, more)| (first, first + more));
    let near = prop_oneof![range, Just((793, 793)), Just((792, 792)), Just((700, 793))];
    proptest::collection::vec(near, 0..4)
}

fn written() -> impl Strategy<Value = Written> {
    let purposes = prop_oneof![Just(vec![true; 24]), proptest::collection::vec(any::<bool>(), 24)];
    let restrictions = proptest::collection::vec((1..12_u8, 0..3_u8, vendors()), 0..3);
    (purposes, vendors(), any::<bool>(), restrictions, proptest::option::of(vendors())).prop_map(
        |(purposes, vendors, ranges, restrictions, disclosed)| Written {
            purposes,
            vendors,
            ranges,
            restrictions,
            disclosed,
        },
    )
}

proptest! {
    #[test]
    fn what_a_consent_platform_writes_is_read(written in written()) {
        prop_assert_eq!(tcf::decode(&written.text()), Ok(written.read()));
    }

    /// What a cut string says is true of the whole one; only restrictions may have been lost.
    #[test]
    fn a_cut_string_says_nothing_false(written in written(), cut in 0..400_usize) {
        let text = written.text();
        let core = text.split('.').next().unwrap_or_default();
        let Ok(read) = tcf::decode(core.get(..cut).unwrap_or(core)) else { return Ok(()) };
        let whole = written.read();
        if let Some(vendor) = read.vendor_consent {
            prop_assert_eq!(Some(vendor), whole.vendor_consent);
        }
        prop_assert_eq!(&read.purposes_missing, &whole.purposes_missing);
        prop_assert!(whole.restrictions.starts_with(&read.restrictions));
        if read.allows_amazon != whole.allows_amazon {
            prop_assert!(read.truncated);
        }
    }

    /// The crate reads publisher restrictions wrongly, so there are none here.
    #[test]
    fn another_decoder_reads_the_same(mut written in written()) {
        written.restrictions.clear();
        written.disclosed = None;
        let theirs: iab_gpp::sections::tcfeuv2::TcfEuV2 = written.text().parse().unwrap();
        let ours = tcf::decode(&written.text()).unwrap();
        prop_assert_eq!(ours.vendor_consent, Some(theirs.core.vendor_consents.contains(&tcf::AMAZON)));
        let missing: Vec<u8> =
            tcf::PURPOSES.into_iter().filter(|purpose| !theirs.core.purpose_consents.contains(&u16::from(*purpose))).collect();
        prop_assert_eq!(ours.purposes_missing, missing);
    }
}
