//! `docs/reasons.md` is made from the code, so that no reason is undocumented. After a change, run
//! `UPDATE_DOCS=1 cargo test -p tag --test reasons`.

use std::path::Path;

use tag::reason::Reason;

#[test]
fn every_reason_is_documented() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reasons.md");
    let expected = document();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&file, &expected).unwrap();
    }
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        found == expected,
        "docs/reasons.md is out of date: UPDATE_DOCS=1 cargo test -p tag --test reasons"
    );
}

fn document() -> String {
    let head = "# Reasons\n\nEvery reason an event can end or wait with. Codes are stable: they are stored, shown and \
                filtered by.\n\n| code | what happened | what to do |\n| --- | --- | --- |\n";
    let row = |reason: Reason| {
        let remedy = reason.remedy().unwrap_or("Nothing.");
        format!("| `{}` | {}. | {remedy} |\n", reason.code(), reason.text())
    };
    head.to_owned() + &Reason::ALL.iter().copied().map(row).collect::<String>()
}

#[test]
fn codes_are_unique_and_are_what_is_stored() {
    let mut codes: Vec<_> = Reason::ALL.iter().map(|reason| reason.code()).collect();
    for reason in Reason::ALL {
        assert_eq!(serde_json::to_value(reason).unwrap(), reason.code());
    }
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), Reason::ALL.len());
}
