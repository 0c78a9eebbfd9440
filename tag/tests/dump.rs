#![allow(clippy::unwrap_used, dead_code)]
mod support;
use support::replay::{replay, Difference};
use support::sites::PublicSuffixes;
use support::vector::Vector;
#[test]
fn dump() {
    let text = std::fs::read_to_string("tests/vectors/public.jsonl").unwrap();
    for line in text.lines() {
        let v: Vector = serde_json::from_str(line).unwrap();
        if v.errors().is_empty() { continue; }
        let r = replay(&v, &PublicSuffixes);
        println!("## {} {:?} stopped={:?}", v.name, v.quirks, r.stopped);
        let raw: serde_json::Value = serde_json::from_str(line).unwrap();
        let cut = |s: String| -> String { s.chars().take(1500).collect() };
        println!(" TAG {}", cut(raw["input"]["tag"].to_string()));
        println!(" EVENT {}", cut(raw["input"]["event"].to_string()));
        println!(" COOKIES {} HEADERS {}", cut(raw["input"]["cookies"].to_string()), cut(raw["input"]["headers"].to_string()));
        println!(" ENV {}", cut(raw["input"]["upstream"]["envelope"].to_string()));
        for Difference { what, theirs, ours } in r.differences(&v) {
            if what == "console" || what == "BigQuery" { println!("  {what} differs"); continue; }
            println!("  {what}\n    theirs {}\n    ours   {}", cut(theirs.to_string()), cut(ours.to_string()));
        }
        for s in &r.trace.steps {
            let f = |f: &Vec<tag::trace::Fact>| f.iter().map(|f| format!("{}={}", f.name, f.value.chars().take(80).collect::<String>())).collect::<Vec<_>>().join(" ");
            println!("  - {}: {} | {} -> {} | {:?} {:?}", s.id.label(), s.summary.chars().take(300).collect::<String>(), f(&s.inputs), f(&s.outputs), s.reason.map(|r| r.code()), s.notes.iter().map(|n| format!("{}({})", n.reason.code(), n.subject.chars().take(60).collect::<String>())).collect::<Vec<_>>());
        }
    }
}
