//! The built-in profile `hkt`, and what HTTP statuses mean where a profile does not say more.

use std::collections::BTreeMap;

use super::template::Template;
use super::{Content, Method, Parameter, Profile};
use crate::gateway::rules::{BodyIs, BuiltInRule, Verdict};
use crate::gateway::wording::Subject;

const fn rule(statuses: &'static str, body: BodyIs, verdict: Verdict) -> BuiltInRule {
    BuiltInRule { statuses, body, verdict }
}

/// What a status says by itself (RFC 9110), read as carefully as the promise of the queue asks for:
///
/// * 301, 307 and 308 say that nothing was done here, 404, 405 and 410 that there is no gateway (a servlet container answers
///   so while it deploys): the URL is wrong, no message is. 302 and 303 may lead to the page that confirms: unknown.
/// * 408 says that the request did not arrive whole, 425 and 503 that it was not processed: deferred.
/// * 502 and 504 come from a proxy that does not know, and a 500 may come after the deed: unknown.
pub(super) const STATUSES: &[BuiltInRule] = &[
    rule("301,307,308", BodyIs::Any, Verdict::Misdirected),
    rule("401,403,407", BodyIs::Any, Verdict::Credentials),
    rule("402", BodyIs::Any, Verdict::Credit),
    rule("404,405,410", BodyIs::Any, Verdict::Misdirected),
    rule("408,425,503", BodyIs::Any, Verdict::Deferred),
    rule("429", BodyIs::Any, Verdict::Throttled),
    rule("4xx", BodyIs::Any, Verdict::Rejected),
    rule("1xx,3xx,5xx", BodyIs::Any, Verdict::Unknown),
];

/// What a 2xx of HKT, the 1010 gateway of Hong Kong, says. No public document describes its answers: a client of it takes any
/// 2xx for success, and that client's stand-in answers with the texts `200 OK` and `401 Unauthorized`. So:
///
/// * A 2xx is a success if it is empty, or a plain text that speaks of no error.
/// * A 2xx whose text is a status line of its own means what that line says. The reason must stand there too:
///   `402 messages left` is no refusal, and a wrong "try again" would send twice.
/// * A short 2xx that says plainly why nothing was taken (`Out of credit`, `Login required`, `queue is full`, `Blacklisted`), and
///   speaks of no success, means that: what stands in the way is the lane's or the person's matter.
/// * Any other 2xx that speaks of an error is **unknown**, not rejected: a gateway can fail after the message went on its way.
///   So is a 2xx that is no text, and a page that says more than `200 OK` (a login, a maintenance notice): pages say a lot.
///   An operator who knows a text of theirs says so in `[gateways.NAME.rules]`.
const SUCCESSES: &[BuiltInRule] = &[
    rule("2xx", BodyIs::Unreadable, Verdict::Unknown),
    rule("2xx", BodyIs::Like(r"^(<[^>]*>|\W)*20[0-2]\W+(ok|created|accepted)\b(<[^>]*>|\W)*$"), Verdict::Accepted),
    rule("2xx", BodyIs::Like(r"^\W*(401\W+)?unauthori[sz]ed\b"), Verdict::Credentials),
    rule("2xx", BodyIs::Like(r"^\W*403\W+forbidden\b"), Verdict::Credentials),
    rule("2xx", BodyIs::Like(r"^\W*402\W+payment required\b"), Verdict::Credit),
    rule("2xx", BodyIs::Like(r"^\W*429\W+too many requests\b"), Verdict::Throttled),
    rule("2xx", BodyIs::Like(r"^\W*503\W+service unavailable\b"), Verdict::Deferred),
    rule("2xx", BodyIs::Like(r"^\W*400\W+bad request\b"), Verdict::Rejected),
    rule("2xx", BodyIs::Page, Verdict::Unknown),
    rule("2xx", BodyIs::SpeakingOf(Subject::Credit), Verdict::Credit),
    rule("2xx", BodyIs::SpeakingOf(Subject::Credentials), Verdict::Credentials),
    rule("2xx", BodyIs::SpeakingOf(Subject::Patience), Verdict::Throttled),
    rule("2xx", BodyIs::SpeakingOf(Subject::OptOut), Verdict::OptedOut),
    rule("2xx", BodyIs::SpeakingOf(Subject::Blacklist), Verdict::Rejected),
    rule("2xx", BodyIs::SpeakingOf(Subject::Error), Verdict::Unknown),
    rule("2xx", BodyIs::Any, Verdict::Accepted),
];

/// The profile `hkt`: a form by POST.
pub(super) fn profile() -> Profile {
    let parameter = |name: &str, template| (name.to_owned(), Parameter::Text(template));
    Profile {
        name: "hkt".to_owned(),
        method: Method::Post,
        content: Content::Form,
        headers: Vec::new(),
        parameters: vec![
            parameter("application", Template::value("application_id")),
            parameter("mrt", Template::recipient_digits()),
            parameter("sender", Template::sender()),
            parameter("msg_utf8", Template::text()),
        ],
        rules: BTreeMap::new(),
        built_in: &[SUCCESSES, STATUSES],
        message_id: None,
    }
}
