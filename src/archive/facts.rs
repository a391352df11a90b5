//! What the layers of a wrapper tell, put together without inventing or losing anything.

use super::moment::Moment;
use super::snapshot::Snapshot;
use super::url;
use crate::model::{Archive, Removed, Status};

/// What one layer tells, or all layers read so far.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// The domain that the corpus filed the policy under.
    pub domain: Option<String>,
    /// The service that the corpus filed the policy under.
    pub service: Option<String>,
    /// The capture time.
    pub captured: Option<Moment>,
    /// The address of the snapshot.
    pub snapshot_url: Option<String>,
    /// The address of the page.
    pub original_url: Option<String>,
    /// The replay flag of the snapshot's address.
    pub replay_flag: Option<String>,
    /// When the page was fetched from its archive.
    pub retrieved: Option<Moment>,
    /// When a browser or tool saved the page: the capture time if no archive tells one.
    pub saved: Option<Moment>,
    /// The archive's collection.
    pub collection: Option<String>,
    /// The HTTP status of the page.
    pub http_status: Option<u16>,
    /// Where the capture redirects to.
    pub redirect_target: Option<String>,
    /// What the layer says of the page, if that is no policy.
    pub status: Option<Status>,
    /// What does not fit together.
    pub warnings: Vec<String>,
}

impl Facts {
    /// Reads all that the address of a snapshot tells.
    pub(super) fn from_snapshot(snapshot_url: &str, snapshot: Snapshot<'_>) -> Self {
        let mut facts = Self {
            captured: Moment::from_digits(snapshot.timestamp),
            snapshot_url: Some(snapshot_url.to_owned()),
            original_url: url::original(snapshot.original),
            replay_flag: snapshot.flag.map(ToOwned::to_owned),
            ..Self::default()
        };
        // Archives take as little as `2` for "the latest": that is no time, but no fault either.
        if facts.captured.is_none() && snapshot.timestamp.len() >= 4 {
            facts.warnings.push(format!("the snapshot's timestamp `{}` is no time", snapshot.timestamp));
        }
        if facts.original_url.is_none() {
            facts.warnings.push(format!("the snapshot's original address `{}` is malformed", snapshot.original));
        }
        facts
    }

    /// Reads all that the address of a page tells, which may be that of a snapshot.
    pub(super) fn from_address(address: &str) -> Self {
        if let Some(snapshot) = Snapshot::parse(address) {
            return Self::from_snapshot(address, snapshot);
        }
        let original_url = url::original(address);
        let warning = original_url.is_none().then(|| format!("the address of the page, `{address}`, is malformed"));
        Self { original_url, warnings: warning.into_iter().collect(), ..Self::default() }
    }

    /// Adds a time that a layer tells beside its own: the better known one counts if they agree, else the layer's own.
    pub(super) fn add_time(&mut self, other: Option<Moment>) {
        let own = self.captured.take();
        self.captured = match (own, other) {
            (Some(own), Some(other)) if own.agrees_with(&other) => {
                Some(if other.is_finer_than(&own) { other } else { own })
            }
            (Some(own), Some(other)) => {
                self.warnings.push(format!("the capture time is told twice: took `{own}`, not `{other}`"));
                Some(own)
            }
            (own, other) => own.or(other),
        };
    }

    /// Adds the facts of the next layer inwards. It knows the snapshot best, the outer ones where they filed it.
    pub(super) fn add_inner(&mut self, inner: Self) {
        let outer = std::mem::replace(self, inner);
        let own_warnings = std::mem::replace(&mut self.warnings, outer.warnings);
        self.warnings.extend(own_warnings);
        self.add_time(outer.captured);
        if let (Some(own), Some(other)) = (&self.original_url, &outer.original_url)
            && own != other
        {
            self.warnings.push(format!("the original address is told twice: took `{own}`, not `{other}`"));
        }
        if self.snapshot_url.is_none() {
            self.snapshot_url = outer.snapshot_url;
            self.replay_flag = outer.replay_flag;
        }
        self.original_url = self.original_url.take().or(outer.original_url);
        self.domain = outer.domain.or(self.domain.take());
        self.service = outer.service.or(self.service.take());
        // Who fetched the page last fetched it with all that lies within.
        if let (Some(other), Some(taken)) = (&self.retrieved, &outer.retrieved)
            && !taken.agrees_with(other)
        {
            self.warnings.push(format!("the time of retrieval is told twice: took `{taken}`, not `{other}`"));
        }
        self.retrieved = outer.retrieved.or(self.retrieved.take());
        self.saved = outer.saved.or(self.saved.take());
        self.collection = self.collection.take().or(outer.collection);
        self.http_status = self.http_status.or(outer.http_status);
        self.redirect_target = self.redirect_target.take().or(outer.redirect_target);
        self.status = self.status.or(outer.status);
    }

    /// Makes the record's part, and the warnings.
    pub(super) fn into_archive(mut self, wrapper: Option<String>, removed: Vec<Removed>) -> (Archive, Vec<String>) {
        // Domains are parked, redirected and taken over: the page may be another site's. Which of the two is wrong is
        // not ours to say.
        if let (Some(domain), Some(host)) = (&self.domain, self.original_url.as_deref().and_then(url::host))
            && !without_www(domain).eq_ignore_ascii_case(without_www(host))
        {
            self.warnings.push(format!("the archive filed this under `{domain}`, but the page stood at `{host}`"));
        }
        let retrieved = self.retrieved.as_ref().or(self.saved.as_ref());
        let captured = self.captured.as_ref().or(self.saved.as_ref());
        let archive = Archive {
            wrapper,
            domain: self.domain,
            service: self.service,
            captured_at: captured.map(ToString::to_string),
            capture_precision: captured.map(|moment| moment.precision().to_owned()),
            snapshot_url: self.snapshot_url,
            original_url: self.original_url,
            replay_flag: self.replay_flag,
            retrieved_at: retrieved.map(ToString::to_string),
            collection: self.collection,
            http_status: self.http_status,
            redirect_target: self.redirect_target,
            removed,
        };
        (archive, self.warnings)
    }
}

/// Cuts the `www.` off a host: with and without it, a site is nearly always the same.
fn without_www(host: &str) -> &str {
    url::strip_prefix_ignoring_case(host, "www.").unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weighs_two_times() {
        for (own, other, taken, warns) in [
            ("20120309071502", "20120309", "2012-03-09T07:15:02Z", false),
            ("20120309", "20120309071502", "2012-03-09T07:15:02Z", false),
            ("20120309071502", "20120310", "2012-03-09T07:15:02Z", true),
            ("", "20120310", "2012-03-10", false),
            ("2012", "", "2012", false),
        ] {
            let mut facts = Facts { captured: Moment::from_digits(own), ..Facts::default() };
            facts.add_time(Moment::from_digits(other));
            assert_eq!(facts.captured.map(|moment| moment.to_string()).as_deref(), Some(taken), "{own} {other}");
            assert_eq!(!facts.warnings.is_empty(), warns, "{own} {other}");
        }
    }

    #[test]
    fn warns_when_the_page_stood_elsewhere() {
        for (domain, url, warns) in [
            ("Pellow.example", "http://www.pellow.example/privacy", false),
            ("www.pellow.example", "https://pellow.example:8080", false),
            ("pellow.example", "http://legal.pellow.example/", true),
            ("pellow.example", "http://parking.example/pellow.example", true),
        ] {
            let facts =
                Facts { domain: Some(domain.to_owned()), original_url: Some(url.to_owned()), ..Facts::default() };
            let (archive, warnings) = facts.into_archive(None, Vec::new());
            assert_eq!(!warnings.is_empty(), warns, "{url}");
            assert_eq!((archive.domain.as_deref(), archive.original_url.as_deref()), (Some(domain), Some(url)));
        }
    }

    #[test]
    fn never_invents_a_time_or_an_address() {
        for (written, original, warning) in [
            (
                "20121309071502/http://a.example/",
                Some("http://a.example/"),
                "the snapshot's timestamp `20121309071502` is no time",
            ),
            (
                "2012/http://https//a.example/",
                None,
                "the snapshot's original address `http://https//a.example/` is malformed",
            ),
        ] {
            let url = format!("https://web.archive.org/web/{written}");
            let facts = Facts::from_snapshot(&url, Snapshot::parse(&url).expect("it is a snapshot's address"));
            assert_eq!(facts.original_url.as_deref(), original);
            assert_eq!(facts.snapshot_url.as_ref(), Some(&url));
            assert_eq!(facts.warnings, [warning]);
        }
    }
}
