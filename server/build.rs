//! Embeds migrations anew when one is added: `sqlx::migrate!` notices only changes to those it knows.

fn main() {
    println!("cargo:rerun-if-changed=../migrations");
}
