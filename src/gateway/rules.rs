//! Reply rules: which answer means what. Rules are data; the first that fits decides.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use regex::Regex;

use super::GatewayError;
use super::answer::{Answer, Given};
use super::patterns::compiled;
use super::wording::Subject;
use crate::queue::{ErrorType, LaneNotice, Reply};

/// The longest pause that an answer can ask for: a gateway that says "tomorrow" is asked again in an hour.
pub const PAUSE_MAX: Duration = Duration::from_secs(3600);
/// The shortest pause, which is also the pause after a 429 that names none: limits are counted per second.
const PAUSE_MIN: Duration = Duration::from_secs(1);

/// What an answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The gateway has the message.
    Accepted,
    /// It will never take it.
    Rejected,
    /// It did not take it, and may later.
    Deferred,
    /// It asks for patience: the lane rests, the message loses no attempt.
    Throttled,
    /// It refused our credentials: the lane rests, the message loses no attempt.
    Credentials,
    /// The account is out of credit: the lane rests, the message loses no attempt.
    Credit,
    /// `base_url` leads to no gateway: the lane rests, the message loses no attempt.
    Misdirected,
    /// The person does not want messages.
    OptedOut,
    /// Nobody knows whether it took the message.
    Unknown,
}

impl Verdict {
    /// The word in settings and in `gateway show`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Verdict::Accepted => "success",
            Verdict::Rejected => "rejected",
            Verdict::Deferred => "deferred",
            Verdict::Throttled => "throttled",
            Verdict::Credentials => "credentials",
            Verdict::Credit => "credit",
            Verdict::Misdirected => "misdirected",
            Verdict::OptedOut => "opted_out",
            Verdict::Unknown => "unknown",
        }
    }
}

/// The keys of `[gateways.NAME.rules]`, in the order in which they are tried: where two patterns of an operator fit one answer,
/// the one that promises least wins, and success comes last.
const OPERATOR_ORDER: [Verdict; 8] = [
    Verdict::Unknown,
    Verdict::OptedOut,
    Verdict::Rejected,
    Verdict::Credentials,
    Verdict::Credit,
    Verdict::Throttled,
    Verdict::Deferred,
    Verdict::Accepted,
];

/// What a rule asks of the body.
#[derive(Clone, Copy, Debug)]
pub enum BodyIs {
    /// Anything.
    Any,
    /// Fits the pattern (case does not matter).
    Like(&'static str),
    /// Is no text.
    Unreadable,
    /// Speaks of this, and of no success beside it.
    SpeakingOf(Subject),
    /// Begins with an angle bracket.
    Page,
}

/// A rule of a built-in profile.
#[derive(Clone, Copy, Debug)]
pub struct BuiltInRule {
    /// Such as `2xx` or `502,504`.
    pub statuses: &'static str,
    /// What the answer's body has to be.
    pub body: BodyIs,
    /// What such an answer means.
    pub verdict: Verdict,
}

/// A set of HTTP statuses, such as `2xx,404`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Statuses(Vec<RangeInclusive<u16>>);

impl Statuses {
    /// `None` if `text` is no list of statuses.
    fn parse(text: &str) -> Option<Statuses> {
        text.split(',').map(Statuses::range).collect::<Option<Vec<_>>>().map(Statuses)
    }

    fn range(word: &str) -> Option<RangeInclusive<u16>> {
        let hundreds = word.chars().next().and_then(|c| c.to_digit(10)).filter(|digit| (1..=5).contains(digit))?;
        let first = u16::try_from(hundreds).ok()? * 100;
        match word.get(1..)? {
            "xx" => Some(first..=first + 99),
            rest if rest.len() == 2 && rest.bytes().all(|byte| byte.is_ascii_digit()) => {
                word.parse().ok().map(|status| status..=status)
            }
            _ => None,
        }
    }

    fn hold(&self, status: u16) -> bool {
        self.0.iter().any(|range| range.contains(&status))
    }
}

#[derive(Clone, Debug)]
enum Condition {
    Any,
    Like(Arc<Regex>),
    Unreadable,
    SpeakingOf(Subject),
    Page,
}

#[derive(Clone, Debug)]
struct Rule {
    /// As it was written, for `gateway show`.
    statuses_text: String,
    statuses: Statuses,
    condition: Condition,
    verdict: Verdict,
    by_operator: bool,
}

impl Rule {
    fn fits(&self, answer: &Answer) -> bool {
        self.statuses.hold(answer.status)
            && match &self.condition {
                Condition::Any => true,
                Condition::Like(pattern) => pattern.is_match(&answer.body),
                Condition::Unreadable => !answer.readable,
                Condition::SpeakingOf(subject) => answer.subject() == Some(*subject),
                Condition::Page => answer.is_page(),
            }
    }
}

/// A rule as `gateway show` prints it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct RuleLine {
    /// Statuses, such as `2xx`.
    pub statuses: String,
    /// What the body must be.
    pub body: String,
    /// What the answer then means.
    pub verdict: &'static str,
    /// `profile` or `settings`.
    pub origin: &'static str,
}

/// The rules of one gateway in their order: the operator's, then the profile's. An answer that none fits is unknown.
#[derive(Clone, Debug)]
pub struct Rules {
    rules: Vec<Rule>,
    /// Finds the provider's own id in a body that says success: its first group.
    message_id: Option<Arc<Regex>>,
}

/// The longest id of a provider that is kept, in characters; what is longer is no id.
const MESSAGE_ID_CHARS_MAX: usize = 200;

impl Rules {
    /// Puts the operator's rules before the profile's. An operator's `success` says all that is a success: the profile's own
    /// idea of it is then dropped, and a 2xx that does not fit is unknown.
    ///
    /// A written rule, an operator's or that of a profile's file, is `[STATUSES] [PATTERN]`, for example `2xx ^0:`, `500,503`,
    /// or `invalid number`. Without statuses, `success` asks for 2xx, and the others fit any answer. A pattern is a regular
    /// expression over the body.
    ///
    /// # Errors
    /// Names the key of the rule that cannot be read.
    pub fn new(
        profile: &BTreeMap<String, String>,
        built_in: &[&[BuiltInRule]],
        operator: &BTreeMap<String, String>,
    ) -> Result<Rules, GatewayError> {
        let own = written_rules(operator, true)?;
        let says_success = own.iter().any(|rule| rule.verdict == Verdict::Accepted);
        let mut rules = written_rules(profile, false)?;
        for rule in built_in.iter().copied().flatten() {
            rules.push(built_in_rule(rule)?);
        }
        rules.retain(|rule| !(says_success && rule.verdict == Verdict::Accepted));
        rules.splice(0..0, own);
        Ok(Rules { rules, message_id: None })
    }

    /// The same rules, with a pattern that finds the provider's own id in the body of a success.
    pub fn with_message_id(self, message_id: Option<Arc<Regex>>) -> Rules {
        Rules { message_id, ..self }
    }

    /// What `answer` means.
    pub fn verdict(&self, answer: &Answer) -> Verdict {
        self.rules.iter().find(|rule| rule.fits(answer)).map_or(Verdict::Unknown, |rule| rule.verdict)
    }

    /// The rules in words, in their order.
    pub fn lines(&self) -> Vec<RuleLine> {
        self.rules
            .iter()
            .map(|rule| RuleLine {
                statuses: rule.statuses_text.clone(),
                body: match &rule.condition {
                    Condition::Any => "any".to_owned(),
                    Condition::Like(pattern) => format!("like `{}`", pattern.as_str()),
                    Condition::Unreadable => "no text".to_owned(),
                    Condition::SpeakingOf(subject) => format!("speaks of {}", subject.as_str()),
                    Condition::Page => "a page".to_owned(),
                },
                verdict: rule.verdict.as_str(),
                origin: if rule.by_operator { "settings" } else { "profile" },
            })
            .collect()
    }

    fn message_id(&self, answer: &Answer) -> Option<String> {
        let id = self.message_id.as_ref()?.captures(&answer.body)?.get(1)?.as_str();
        let is_id = !id.is_empty() && !id.contains(char::is_control) && id.chars().count() <= MESSAGE_ID_CHARS_MAX;
        is_id.then(|| id.to_owned())
    }

    /// The reply that `answer` amounts to; nothing of what the gateway was `given` stands in its words.
    pub fn reply(&self, answer: &Answer, given: &Given<'_>) -> Reply {
        let verdict = self.verdict(answer);
        if verdict == Verdict::Accepted && !answer.whole {
            // What was not read may take back what was.
            let words = format!("the gateway answered {} at greater length than is read", answer.status);
            return Reply::unknown(&words);
        }
        if verdict == Verdict::Accepted {
            return Reply::accepted(self.message_id(answer));
        }
        let said = format!("the gateway answered {}{}", answer.status, answer.excerpt(given));
        match verdict {
            Verdict::Accepted => Reply::accepted(None),
            Verdict::Rejected => Reply::rejected(ErrorType::Rejected, &said),
            Verdict::OptedOut => Reply::rejected(ErrorType::OptedOut, &said),
            // Whatever became of this one, no other need follow it into the same trouble.
            Verdict::Unknown => resting(Reply::unknown(&said), answer.retry_after),
            Verdict::Deferred => resting(Reply::deferred(ErrorType::Unavailable, &said), answer.retry_after),
            Verdict::Throttled => {
                let reply = Reply::deferred(ErrorType::Throttled, &said);
                resting(reply, answer.retry_after.or(Some(PAUSE_MIN)))
            }
            Verdict::Credentials => {
                Reply::deferred(ErrorType::Credentials, &said).with_lane(LaneNotice::BadCredentials)
            }
            Verdict::Credit => Reply::deferred(ErrorType::Credit, &said).with_lane(LaneNotice::OutOfCredit),
            Verdict::Misdirected => {
                Reply::deferred(ErrorType::Unavailable, &format!("{said}; `base_url` leads to no gateway"))
                    .with_lane(LaneNotice::Misdirected)
            }
        }
    }
}

/// Rules as they are written in settings and in the files of profiles, in the order in which they are tried.
fn written_rules(written: &BTreeMap<String, String>, by_operator: bool) -> Result<Vec<Rule>, GatewayError> {
    if let Some(key) = written.keys().find(|key| !OPERATOR_ORDER.iter().any(|verdict| verdict.as_str() == **key)) {
        let known = OPERATOR_ORDER.map(|verdict| format!("`{}`", verdict.as_str())).join(", ");
        return Err(wrong(key, &format!("no such rule; there are {known}")));
    }
    let rules = OPERATOR_ORDER.iter().filter_map(|verdict| written.get(verdict.as_str()).map(|text| (verdict, text)));
    rules.map(|(verdict, text)| Ok(Rule { by_operator, ..written_rule(*verdict, text)? })).collect()
}

fn built_in_rule(rule: &BuiltInRule) -> Result<Rule, GatewayError> {
    let key = rule.verdict.as_str();
    let condition = match rule.body {
        BodyIs::Any => Condition::Any,
        BodyIs::Like(pattern) => Condition::Like(compile(key, pattern)?),
        BodyIs::Unreadable => Condition::Unreadable,
        BodyIs::SpeakingOf(subject) => Condition::SpeakingOf(subject),
        BodyIs::Page => Condition::Page,
    };
    let statuses = Statuses::parse(rule.statuses).ok_or_else(|| wrong(key, "no list of statuses"))?;
    let statuses_text = rule.statuses.to_owned();
    Ok(Rule { statuses_text, statuses, condition, verdict: rule.verdict, by_operator: false })
}

fn written_rule(verdict: Verdict, text: &str) -> Result<Rule, GatewayError> {
    let key = verdict.as_str();
    let text = text.trim();
    if text.is_empty() {
        return Err(wrong(key, "empty; write statuses, a pattern, or both"));
    }
    let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    if let Some(status) = first.split(',').find(|word| looks_like_status(word) && Statuses::range(word).is_none()) {
        let reason = format!(
            "`{status}` is no HTTP status: they are 100 to 599, and `4xx` is all from 400; a body that holds it is `[{}]{}`",
            &status[..1],
            &status[1..]
        );
        return Err(wrong(key, &reason));
    }
    let any = if verdict == Verdict::Accepted { "2xx" } else { "1xx,2xx,3xx,4xx,5xx" };
    let (statuses_text, pattern) =
        if Statuses::parse(first).is_some() { (first, rest.trim_start()) } else { (any, text) };
    let statuses = Statuses::parse(statuses_text).ok_or_else(|| wrong(key, "no list of statuses"))?;
    let condition = if pattern.is_empty() { Condition::Any } else { Condition::Like(compile(key, pattern)?) };
    Ok(Rule { statuses_text: statuses_text.to_owned(), statuses, condition, verdict, by_operator: true })
}

/// A digit, and two more or two `x`: nobody means a pattern by it.
fn looks_like_status(word: &str) -> bool {
    let (class, rest) = word.split_at_checked(1).unwrap_or_default();
    word.len() == 3
        && class.bytes().all(|byte| byte.is_ascii_digit())
        && rest.bytes().all(|byte| byte.is_ascii_digit() || byte.eq_ignore_ascii_case(&b'x'))
}

fn compile(key: &str, pattern: &str) -> Result<Arc<Regex>, GatewayError> {
    compiled(pattern, true).map_err(|error| {
        // The crate draws an arrow over several lines; its last line says what is wrong.
        let reason = error.to_string();
        wrong(key, reason.lines().last().unwrap_or("no regular expression").trim_start_matches("error: "))
    })
}

fn wrong(key: &str, reason: &str) -> GatewayError {
    GatewayError::Setting { key: format!("rules.{key}"), reason: reason.to_owned() }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The lane rests for this long, if a time is named.
fn resting(reply: Reply, pause: Option<Duration>) -> Reply {
    match pause {
        Some(pause) => reply.with_lane(LaneNotice::ThrottledFor(pause.clamp(PAUSE_MIN, PAUSE_MAX))),
        None => reply,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::Outcome;

    fn operator(rules: &[(&str, &str)]) -> BTreeMap<String, String> {
        rules.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect()
    }

    const PLAIN: [BuiltInRule; 2] = [
        BuiltInRule { statuses: "2xx", body: BodyIs::Any, verdict: Verdict::Accepted },
        BuiltInRule { statuses: "429,503", body: BodyIs::Any, verdict: Verdict::Throttled },
    ];

    #[test]
    fn gateways_with_the_same_rules_hold_the_same_patterns() {
        let patterns = || {
            let rules = Rules::new(&operator(&[("rejected", "no such number")]), &[], &operator(&[("success", "^OK")]));
            let conditions = rules.unwrap().rules.into_iter().map(|rule| rule.condition);
            conditions
                .filter_map(|condition| if let Condition::Like(it) = condition { Some(it) } else { None })
                .collect()
        };
        let (one, two): (Vec<_>, Vec<_>) = (patterns(), patterns());
        assert_eq!((one.len(), two.len()), (2, 2));
        assert!(one.iter().zip(&two).all(|(one, two)| Arc::ptr_eq(one, two)));
    }

    #[track_caller]
    fn verdict(rules: &[(&str, &str)], status: u16, body: &str) -> Verdict {
        let rules = Rules::new(&BTreeMap::new(), &[&PLAIN], &operator(rules)).expect("the rules can be read");
        rules.verdict(&Answer::new(status, body.as_bytes(), None))
    }

    #[test]
    fn what_no_rule_fits_is_unknown() {
        assert_eq!(verdict(&[], 418, ""), Verdict::Unknown);
    }

    #[test]
    fn the_operators_rules_go_before_the_profiles() {
        assert_eq!(verdict(&[("rejected", "invalid number")], 200, "Invalid Number!"), Verdict::Rejected);
        assert_eq!(verdict(&[("rejected", "503")], 503, ""), Verdict::Rejected);
        assert_eq!(verdict(&[("rejected", "503 no route")], 503, "busy"), Verdict::Throttled);
        assert_eq!(verdict(&[("deferred", "500,502 ^busy")], 502, "busy"), Verdict::Deferred);
    }

    #[test]
    fn an_operators_success_is_all_of_it() {
        let rules = [("success", r"202 ^(0:|3:|Sent\.)")];
        assert_eq!(verdict(&rules, 202, "0: Accepted for delivery"), Verdict::Accepted);
        assert_eq!(verdict(&rules, 202, "what?"), Verdict::Unknown);
        assert_eq!(verdict(&rules, 200, "0: Accepted for delivery"), Verdict::Unknown);
        assert_eq!(verdict(&[("success", "ok")], 500, "ok"), Verdict::Unknown, "success without statuses asks for 2xx");
    }

    #[test]
    fn of_two_rules_that_fit_the_one_that_promises_less_wins() {
        let rules = [("success", "ok"), ("rejected", "invalid")];
        assert_eq!(verdict(&rules, 200, "ok, but invalid"), Verdict::Rejected);
    }

    #[test]
    fn a_rule_that_cannot_be_read_is_named() {
        for (rules, key) in [
            ([("rejected", "(")], "rules.rejected"),
            ([("sucess", "ok")], "rules.sucess"),
            ([("deferred", " ")], "rules.deferred"),
            ([("rejected", "999")], "rules.rejected"),
            ([("rejected", "404,6xx")], "rules.rejected"),
            ([("rejected", "4x4 no route")], "rules.rejected"),
            ([("rejected", "000")], "rules.rejected"),
        ] {
            let error = Rules::new(&BTreeMap::new(), &[&PLAIN], &operator(&rules)).expect_err("the rule is wrong");
            assert!(error.to_string().starts_with(&format!("`{key}`: ")), "{error}");
        }
    }

    #[test]
    fn a_number_that_is_meant_for_the_body_is_a_pattern() {
        assert_eq!(verdict(&[("rejected", "[9]99")], 200, "999"), Verdict::Rejected);
        assert_eq!(verdict(&[("rejected", "17")], 200, "error 17"), Verdict::Rejected);
        assert_eq!(verdict(&[("rejected", "200 999")], 200, "999"), Verdict::Rejected);
    }

    #[test]
    fn a_pause_is_bounded() {
        let rules = Rules::new(&BTreeMap::new(), &[&PLAIN], &BTreeMap::new()).expect("the rules can be read");
        for (asked, pause) in [(None, 1), (Some(0), 1), (Some(7), 7), (Some(90_000), 3600)] {
            let answer = Answer::new(429, b"", asked.map(Duration::from_secs));
            let reply = rules.reply(&answer, &Given::default());
            assert_eq!(reply.outcome, Outcome::Deferred);
            assert_eq!(reply.lane, Some(LaneNotice::ThrottledFor(Duration::from_secs(pause))), "asked for {asked:?}");
        }
    }

    #[test]
    fn a_pause_holds_whatever_became_of_the_message() {
        let own = operator(&[("deferred", "408")]);
        let rules = Rules::new(&BTreeMap::new(), &[&PLAIN], &own).expect("the rules can be read");
        for (status, outcome) in [(502, Outcome::Unknown), (408, Outcome::Deferred)] {
            for asked in [None, Some(Duration::from_secs(30))] {
                let reply = rules.reply(&Answer::new(status, b"", asked), &Given::default());
                assert_eq!((reply.outcome, reply.lane), (outcome, asked.map(LaneNotice::ThrottledFor)), "{status}");
            }
        }
    }

    #[test]
    fn statuses_are_classes_and_numbers() {
        let statuses = Statuses::parse("2xx,404").expect("a list");
        assert!(statuses.hold(200) && statuses.hold(299) && statuses.hold(404));
        assert!(!statuses.hold(300) && !statuses.hold(403));
        for text in ["", "2x", "600", "0xx", "20", "2xx,", "abc", "é00"] {
            assert_eq!(Statuses::parse(text), None, "{text:?}");
        }
    }
}
