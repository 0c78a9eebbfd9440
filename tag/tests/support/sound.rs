//! What must hold for every replayed run, also where the template errs.

use serde_json::json;
use tag::trace::Effect;

use super::replay::Replayed;
use super::vector::Vector;

impl Replayed {
    /// That its requests are valid and go to Amazon, that everything in it is explained, and that nobody is named.
    pub(crate) fn assert_sound(&self, vector: &Vector) {
        let name = &vector.name;
        for (url, params) in self.event_requests.iter().zip(&self.params) {
            assert!(url.bytes().all(|byte| (b'!'..=b'~').contains(&byte)), "{name}: {url}");
            let (endpoint, query) = url.split_once('?').unwrap();
            let theirs = [
                "https://s.amazon-adsystem.com/iu3",
                "https://aax-eu.amazon-adsystem.com/s/iu3",
                "https://aax-fe.amazon-adsystem.com/s/iu3",
            ];
            assert!(theirs.contains(&endpoint), "{name}: {endpoint}");
            let sent: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
            let meant: Vec<_> =
                params.iter().map(|param| (param.name.to_string(), param.value.clone())).collect();
            assert_eq!(sent, meant, "{name}: what is sent can be read back");
            let mut names: Vec<&str> = params.iter().map(|param| param.name.as_ref()).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), params.len(), "{name}: a parameter goes out twice in {url}");
            let unknown = params.iter().find(|param| param.origin.trim().is_empty());
            assert_eq!(unknown, None, "{name}: nothing says where it came from");
        }
        for pixel in &self.browser_pixels {
            let hosts = ["s.amazon-adsystem.com", "aax-eu.amazon-adsystem.com", "aax-fe.amazon-adsystem.com"];
            let host = pixel.strip_prefix("https://").and_then(|rest| rest.split(['/', '?']).next());
            assert!(host.is_some_and(|host| hosts.contains(&host)), "{name}: {pixel}");
        }
        let sent = json!([self.event_requests, self.cookies]).to_string();
        assert!(!sent.contains("AMZN-NoCookieConsent"), "{name}: the word for no token went out as one");
        self.assert_hashes(name);
        self.assert_explained(name);
        self.assert_nobody_is_named(vector);
    }

    /// Amazon gets hashes of something and nothing else.
    fn assert_hashes(&self, name: &str) {
        let Some(request) = &self.token_request else { return };
        let records = request["body"]["hashedRecords"].as_array().unwrap();
        assert!((1..=2).contains(&records.len()), "{name}: {records:?}");
        for record in records {
            let hash = record["record"].as_str().unwrap();
            let hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
            assert!(hash.len() == 64 && hash.bytes().all(hex), "{name}: {hash}");
            assert!(!hash.starts_with("e3b0c44298fc1c14"), "{name}: nothing was hashed");
        }
        let ttl = request["body"]["ttl"].as_u64().unwrap();
        assert!((1..=604_800).contains(&ttl), "{name}: {ttl}");
        let lives = self.cookies.iter().map(|cookie| cookie["options"]["max-age"].as_i64().unwrap());
        assert!(lives.into_iter().all(|life| life >= 0), "{name}: {:?}", self.cookies);
    }

    fn assert_explained(&self, name: &str) {
        assert_eq!(self.event_requests.is_empty(), self.stopped.is_some(), "{name}");
        let steps = &self.trace.steps;
        let last = steps.last();
        let explained = self.stopped.is_none_or(|stopped| {
            stopped == "config"
                || last.is_some_and(|step| {
                    step.effect == Effect::Stopped
                        && step.reason.is_some_and(|reason| reason.code() == stopped)
                })
        });
        assert!(explained, "{name}: stopped for {:?}, but the last step is {last:?}", self.stopped);
        if self.stopped != Some("config") {
            assert!(steps.iter().all(|step| !step.summary.trim().is_empty()), "{name}: {steps:?}");
        }
        let stops = steps.iter().filter(|step| step.effect == Effect::Stopped).count();
        assert!(stops == usize::from(self.stopped.is_some_and(|stopped| stopped != "config")), "{name}");
        // What a step says of a cookie is what becomes of it.
        let said = steps.iter().flat_map(|step| &step.outputs).filter(|fact| fact.name == "cookie").count();
        let kept = self.cookies.iter().filter(|cookie| cookie["name"] == "amznAref").count();
        assert_eq!(said, kept, "{name}: the trace and the cookies disagree");
    }

    /// What is stored and shown names nobody. Match ids aside: they are the advertiser's own.
    fn assert_nobody_is_named(&self, vector: &Vector) {
        let shown = serde_json::to_string(&self.trace).unwrap();
        let stored = tag::privacy::redact(&vector.input.event).to_string();
        for person in vector.persons() {
            for text in [&shown, &stored] {
                assert!(!text.contains(&person), "{}: {person} is in {text}", vector.name);
            }
        }
    }
}
