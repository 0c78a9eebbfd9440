//! Synthetic traffic for `serve --demo`: a shop's visitors and its order system, sent through the path of
//! production to the built-in stand-in for Amazon.

use std::sync::Arc;

use form_urlencoded::Serializer;
use serde_json::json;
use tag::clients::Request;
use tag::config::consent::Country;
use tag::config::trigger::{Condition, Operator};
use tag::config::{Consent, EventName, Matching, Region, TagConfig, Trigger, Unmapped};
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::ids::Ids;
use crate::ingest::Ingest;
use crate::ingest::take::Purpose;
use crate::mock_amazon::{Answer, Kind, MockAmazon};
use crate::published::Published;
use crate::store::rows::{Publishing, Source, SourceKind, TagRecord};
use crate::store::{Result, Store};

const SHOP: &str = "Demo shop";
const ORDERS: &str = "Demo order system";

/// The ids of the demo's sources.
#[derive(Clone, Debug)]
pub struct Demo {
    shop: String,
    orders: String,
}

impl Demo {
    /// Makes sources and published tags when there are no sources yet. `None`: there are, and none of them is
    /// the demo's, so that no made-up event gets among somebody's own.
    pub async fn prepare(
        store: &dyn Store,
        published: &Published,
        clock: &dyn Clock,
        ids: &dyn Ids,
    ) -> Result<Option<Self>> {
        if store.sources().await?.is_empty() {
            let maker = Maker { store, ids, now: clock.now_ms() };
            let shop = maker.source(SHOP, SourceKind::Website, &["https://www.shop.example"]).await?;
            let orders = maker.source(ORDERS, SourceKind::Server, &[]).await?;
            maker.tag("Full funnel", funnel(&shop)).await?;
            maker.tag("Large orders", large_orders(&shop)).await?;
            maker.tag("EU purchases", purchases(&orders)).await?;
            published.reload().await?;
        }
        let sources = store.sources().await?;
        let named =
            |name: &str| sources.iter().find(|source| source.name == name).map(|source| source.id.clone());
        Ok(named(SHOP).zip(named(ORDERS)).map(|(shop, orders)| Self { shop, orders }))
    }

    /// Sends an event or two a second until `stop`, with the mishaps that real life has.
    pub async fn run(self, ingest: Arc<Ingest>, mock: Arc<MockAmazon>, stop: CancellationToken) {
        loop {
            if let Some(mishap) = mishap(ingest.ids.fraction()) {
                mock.answer(mishap);
            }
            self.visit(&ingest).await;
            let pause = 500.0 + 700.0 * ingest.ids.fraction();
            if stop.run_until_cancelled(ingest.clock.sleep(pause as i64)).await.is_none() {
                return;
            }
        }
    }

    async fn visit(&self, ingest: &Ingest) {
        let visit = Visit::draw(&*ingest.ids, ingest.clock.now_ms());
        send(ingest, &self.shop, visit.hit()).await;
        if visit.name == "purchase" {
            send(ingest, &self.orders, visit.order()).await;
        }
    }
}

async fn send(ingest: &Ingest, source_id: &str, request: Request) {
    let snapshot = ingest.published.snapshot();
    let Some(source) = snapshot.source(source_id) else { return };
    match ingest.take(&snapshot, source, request, Purpose::Production).await {
        // As long as a browser would, so that cookies and pixels have somebody to go to.
        Ok(mut taken) => ingest.wait(&mut taken).await,
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "a demo event was not taken");
        }
    }
}

/// What Amazon answers instead of "ok", now and then.
fn mishap(draw: f64) -> Option<Answer> {
    match (draw * 100.0) as u32 {
        0..5 => Some(Answer::status(503)),
        5..8 => Some(Answer::status(400)),
        8..12 => Some(Answer::new(Kind::Redirect)),
        12..14 => Some(Answer::status(429).retry_after("5")),
        14 => Some(Answer::new(Kind::Reset)),
        15 => Some(Answer::status(500).to_envelope()),
        16 => Some(Answer::token("AMZN-NoCookieConsent")),
        _ => None,
    }
}

struct Maker<'a> {
    store: &'a dyn Store,
    ids: &'a dyn Ids,
    now: i64,
}

impl Maker<'_> {
    async fn source(&self, name: &str, kind: SourceKind, origins: &[&str]) -> Result<String> {
        let source = Source {
            id: self.ids.id(self.now),
            name: name.to_owned(),
            kind,
            write_key: format!("demo_{}", self.ids.secret(24)),
            origins: origins.iter().map(|origin| (*origin).to_owned()).collect(),
            old_key: None,
            created_at: self.now,
            revision: 1,
        };
        self.store.create_source(&source).await?;
        Ok(source.id)
    }

    async fn tag(&self, name: &str, config: TagConfig) -> Result<()> {
        let tag = TagRecord {
            id: self.ids.id(self.now),
            name: name.to_owned(),
            draft: config,
            revision: 1,
            created_at: self.now,
            edited_at: self.now,
            edited_by: "Demo".into(),
            live: None,
            paused: None,
        };
        self.store.create_tag(&tag).await?;
        let publishing = Publishing {
            tag_id: &tag.id,
            revision: tag.revision,
            live: None,
            version_id: &self.ids.id(self.now),
            note: "",
            by: "Demo",
            now: self.now,
        };
        self.store.publish(publishing).await?;
        Ok(())
    }
}

fn funnel(shop: &str) -> TagConfig {
    TagConfig {
        tag_ids: vec!["0f6a3c1e-52d4-4b8e-9a57-3d1c8e7b2f60".into()],
        region: Region::Na,
        event_name: EventName::Inherit { unmapped: Unmapped::Skip },
        consent: in_the_visitors_country(),
        sources: vec![shop.to_owned()],
        ..TagConfig::default()
    }
}

fn large_orders(shop: &str) -> TagConfig {
    let condition = |field: &str, operator, value: &str| Condition {
        field: field.into(),
        operator,
        value: value.into(),
        not: false,
        ignore_case: false,
    };
    let group = vec![
        condition("event_name", Operator::Equals, "purchase"),
        condition("value", Operator::GreaterOrEqual, "40"),
    ];
    TagConfig {
        tag_ids: vec!["0f6a3c1e-52d4-4b8e-9a57-3d1c8e7b2f60".into()],
        trigger: Trigger::Conditions { any: vec![group], except: vec![] },
        event_name: EventName::Custom { name: "LargeOrder".into() },
        consent: in_the_visitors_country(),
        optimistic: true,
        sources: vec![shop.to_owned()],
        ..TagConfig::default()
    }
}

/// As the proxy before the shop states it.
fn in_the_visitors_country() -> Consent {
    let country = Country { header: Some(COUNTRY_HEADER.into()), ..Country::default() };
    Consent { country, ..Consent::default() }
}

const COUNTRY_HEADER: &str = "cf-ipcountry";

fn purchases(orders: &str) -> TagConfig {
    TagConfig {
        tag_ids: vec!["b7d2e9f4-8c13-4e6a-b0f5-61a9d4c3e728".into()],
        region: Region::Eu,
        event_name: EventName::Standard { name: "Off-AmazonPurchases".into() },
        matching: Matching { enabled: true, ..Matching::default() },
        sources: vec![orders.to_owned()],
        ..TagConfig::default()
    }
}

/// Events with how often each happens, in percent.
const EVENTS: [(&str, u32); 9] = [
    ("page_view", 46),
    ("scroll", 12),
    ("view_item", 12),
    ("add_to_cart", 10),
    ("begin_checkout", 6),
    ("purchase", 6),
    ("search", 4),
    ("sign_up", 2),
    ("generate_lead", 2),
];

/// Path, title and price.
const PRODUCTS: [(&str, &str, f64); 6] = [
    ("blue-mug", "Blue mug", 12.5),
    ("green-tea", "Green tea, 100 g", 7.9),
    ("stoneware-plate", "Stoneware plate", 18.0),
    ("linen-napkin", "Linen napkin", 9.25),
    ("oak-board", "Oak chopping board", 34.0),
    ("enamel-pot", "Enamel pot, 2 l", 42.9),
];

/// One thing a made-up visitor does.
struct Visit {
    name: &'static str,
    product: (&'static str, &'static str, f64),
    quantity: u32,
    visitor: u32,
    order: String,
    /// Came by an ad.
    clicked: bool,
    consented: bool,
    at: i64,
}

impl Visit {
    fn draw(ids: &dyn Ids, at: i64) -> Self {
        let mut percent = (ids.fraction() * 100.0) as u32;
        let reached = |(_, share): &&(&str, u32)| {
            let reached = percent < *share;
            percent = percent.saturating_sub(*share);
            reached
        };
        let name = EVENTS.iter().find(reached).map_or("page_view", |(name, _)| *name);
        let product = PRODUCTS[(ids.fraction() * PRODUCTS.len() as f64) as usize];
        let visitor = (ids.fraction() * 9000.0) as u32 + 1000;
        let quantity = (ids.fraction() * 3.0) as u32 + 1;
        let clicked = ids.fraction() < 0.15;
        let consented = ids.fraction() < 0.9;
        let order = format!("D-{}", at % 10_000_000);
        Self { name, product, quantity, visitor, order, clicked, consented, at }
    }

    /// In whole cents, as a shop reckons.
    fn value(&self) -> f64 {
        (self.product.2 * f64::from(self.quantity) * 100.0).round() / 100.0
    }

    /// Amazon's ads append their measurement token.
    fn page(&self) -> String {
        let page = format!("https://www.shop.example/p/{}", self.product.0);
        if self.clicked { format!("{page}?aref=demo{:06}", self.visitor) } else { page }
    }

    /// As gtag.js sends it.
    fn hit(&self) -> Request {
        let (path, title, price) = self.product;
        let mut query = Serializer::new(String::new());
        query
            .append_pair("v", "2")
            .append_pair("tid", "G-DEMO12345")
            .append_pair("richsstsse", "")
            .append_pair("cid", &format!("{}.1780012345", self.visitor))
            .append_pair("ul", "en-gb")
            .append_pair("sr", "1920x1080")
            .append_pair("en", self.name)
            .append_pair("dl", &self.page())
            .append_pair("gcs", if self.consented { "G111" } else { "G100" })
            .append_pair("dt", &format!("{title} – Demo shop"));
        if matches!(self.name, "view_item" | "add_to_cart" | "begin_checkout" | "purchase") {
            query
                .append_pair("cu", "EUR")
                .append_pair("epn.value", &format!("{:.2}", self.value()))
                .append_pair(
                    "pr1",
                    &format!("id{path}~nm{title}~brAcme~caKitchen~pr{price}~qt{}", self.quantity),
                );
        }
        match self.name {
            "purchase" => query.append_pair("ep.transaction_id", &self.order),
            "search" => query.append_pair("ep.search_term", title),
            _ => &mut query,
        };
        Request {
            method: "GET".into(),
            path: "/g/collect".into(),
            query: query.finish(),
            headers: headers("www.shop.example"),
            received_at_ms: self.at,
            ..Request::default()
        }
    }

    /// The same purchase as the order system reports it.
    fn order(&self) -> Request {
        let (path, title, price) = self.product;
        let consent = if self.consented { "GRANTED" } else { "DENIED" };
        let event = json!({
            "event_name": "purchase",
            "transaction_id": self.order,
            "value": self.value(),
            "currency": "EUR",
            "items": [{ "item_id": path, "item_name": title, "price": price, "quantity": self.quantity }],
            "user_data": { "email_address": format!("visitor{}@shop.example", self.visitor) },
            "event_location": { "country": "DE" },
            "amazon_consent": { "ad_storage": consent, "user_data": consent },
        });
        Request {
            method: "POST".into(),
            path: "/events".into(),
            headers: headers("orders.shop.example"),
            body: event.to_string().into_bytes(),
            received_at_ms: self.at,
            ..Request::default()
        }
    }
}

fn headers(host: &str) -> Vec<(String, String)> {
    let agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36";
    let headers = [("host", host), ("user-agent", agent), (COUNTRY_HEADER, "US")];
    headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::SeededIds;

    #[test]
    fn every_kind_of_event_and_mishap_comes_up() {
        let ids = SeededIds::new(1);
        let drawn: Vec<_> = (0..20_000).map(|_| Visit::draw(&ids, 0).name).collect();
        for (name, percent) in EVENTS {
            let count = drawn.iter().filter(|drawn| **drawn == name).count();
            assert!(count.abs_diff(percent as usize * 200) < 300, "{name}: {count}");
        }
        assert_eq!(EVENTS.iter().map(|(_, percent)| percent).sum::<u32>(), 100);
        let mishaps = (0..100).filter_map(|percent| mishap(f64::from(percent) / 100.0)).count();
        assert_eq!(mishaps, 17);
    }
}
