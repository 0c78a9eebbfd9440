//! Tokens, cookies, the answer to the sender, and logs.

use super::{Choice, Field, Kind, Needs, Section};

const COOKIES_SET: Needs = Needs::new(
    "optimistic",
    &["false"],
    "Off because the optimistic answer is on: the sender has its answer before cookies can be set.",
);

const ONLY_NORTH_AMERICA: Needs = Needs::new(
    "region",
    &["na"],
    "Off because of the region. Amazon uses these tokens in the Americas, Japan and Australia.",
);

pub(super) const MEASUREMENT: Section = Section {
    anchor: "measurement",
    label: "Measurement tokens",
    lead: "Connect a click on an Amazon ad with a later purchase.",
    fields: &[
        Field::new(
            "measurement.set_cookie",
            "measurement.cookie",
            "Token cookie",
            Kind::Switch,
            "Keeps the token of an ad click in the cookie amznAref for 30 days.",
        )
        .needs(&[ONLY_NORTH_AMERICA, COOKIES_SET]),
        Field::new(
            "measurement.source",
            "measurement.source",
            "Where tokens are looked for",
            Kind::Choice(&[
                Choice::new("page", "In the page’s address", "The page on which the event happened."),
                Choice::new(
                    "template",
                    "As Stape’s template does",
                    "Also in the address of the page before. For imported tags.",
                ),
            ]),
            "Amazon’s ads add aref to the address of the page they lead to.",
        )
        .advanced()
        .needs(&[ONLY_NORTH_AMERICA]),
        Field::new(
            "measurement.pruning",
            "measurement.pruning",
            "Outdated tokens",
            Kind::Choice(&[
                Choice::new(
                    "north_america",
                    "Removed by tags for North America",
                    "They alone use the cookie.",
                ),
                Choice::new(
                    "template",
                    "Removed by every tag",
                    "As Stape’s template does. Two tags may undo each other’s cookie. For imported tags.",
                ),
            ]),
            "Which tags take them out of the cookie.",
        )
        .advanced(),
    ],
};

pub(super) const COOKIES: Section = Section {
    anchor: "cookies",
    label: "Cookies and sync",
    lead: "Cookies on your site, and Amazon’s own.",
    fields: &[
        Field::new(
            "cookies.domain",
            "cookies.domain",
            "Cookie domain",
            Kind::Text,
            "Where the tag’s cookies count.",
        )
        .like("example.com")
        .unset("the site’s own domain")
        .needs(&[COOKIES_SET]),
        Field::new(
            "cookies.http_only",
            "cookies.http-only",
            "Protection of cookies from scripts",
            Kind::Switch,
            "Scripts on the page cannot read the tag’s cookies (HttpOnly).",
        )
        .needs(&[COOKIES_SET]),
        Field::new(
            "cookie_sync",
            "cookies.sync",
            "Cookie sync",
            Kind::Choice(&[
                Choice::new(
                    "auto",
                    "By the browser, else by Sidetag",
                    "The browser follows where the sender can tell it to.",
                ),
                Choice::new("browser", "By the browser", "The browser then has Amazon’s cookie."),
                Choice::new("server", "By Sidetag", "The event counts, and no browser gets a cookie."),
                Choice::new(
                    "off",
                    "By nobody",
                    "Amazon does not say whether it counts an event whose redirect nobody follows.",
                ),
            ]),
            "Who follows when Amazon answers with a redirect for its own cookie.",
        ),
    ],
};

pub(super) const DELIVERY: Section = Section {
    anchor: "delivery",
    label: "Delivery",
    lead: "When the sender of an event is answered.",
    fields: &[Field::new(
        "optimistic",
        "delivery.optimistic",
        "Optimistic answer",
        Kind::Switch,
        "Answers the sender before Amazon has answered. The tag can then set no cookies, and the browser cannot follow Amazon’s redirect.",
    )],
};

const TABLE: &[Needs] = &[Needs::new("logs.bigquery", &[], "Off because the BigQuery log is off.")];

pub(super) const LOGGING: Section = Section {
    anchor: "logging",
    label: "Logging",
    lead: "What is logged outside Sidetag. The live page does not depend on it.",
    fields: &[
        Field::new(
            "logs.console",
            "logging.server",
            "Server log",
            Kind::Choice(&[
                Choice::new("never", "Never", "Nothing is written."),
                Choice::new("preview", "In previews", "Only events of a preview session are written."),
                Choice::new("always", "Always", "Every event is written."),
            ]),
            "Writes requests and replies to the server’s own log.",
        ),
        Field::new(
            "logs.bigquery",
            "logging.bigquery",
            "BigQuery log",
            Kind::Part,
            "Writes one row for each request and reply to a table.",
        )
        .unset("off"),
        Field::new(
            "logs.bigquery.project",
            "logging.project",
            "BigQuery project",
            Kind::Text,
            "The project’s ID in the Google Cloud console.",
        )
        .like("shop-analytics")
        .unset("the credentials’ own")
        .needs(TABLE),
        Field::new(
            "logs.bigquery.dataset",
            "logging.dataset",
            "BigQuery dataset",
            Kind::Text,
            "Its name, without the project.",
        )
        .like("amazon_ads")
        .needs(TABLE),
        Field::new("logs.bigquery.table", "logging.table", "BigQuery table", Kind::Text, "Its name alone.")
            .like("requests")
            .needs(TABLE),
        Field::new(
            "logs.full",
            "logging.full",
            "Personal values in logs",
            Kind::Switch,
            "Writes match IDs, tokens, hashes and IP addresses in full instead of masked.",
        )
        .advanced(),
    ],
};
