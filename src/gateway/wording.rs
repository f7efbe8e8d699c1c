//! What the words of an answer speak of: an error, and if they say it plainly, what stands in the way.
//!
//! It is for gateways whose answers nobody has written down, so it errs to one side. An error that is not seen becomes a
//! message that was never sent and counts as sent; an error that is none becomes an `unknown`, which a person looks at.
//! And what is taken for a plain refusal is sent again, so it has to be one: short, and beside no word of success.

mod phrases;
mod vocabulary;

use serde_json::Value;

use self::phrases::{ERROR_PHRASES, PHRASES};
use self::vocabulary::{
    CODE_NAMES, DENIALS_BEFORE, DOUBTS, ERROR_PARTS, ERROR_PREFIXES, ERROR_STEMS, ERROR_WORDS, HARMLESS_IN_KEYS,
    ID_NAMES, NO_ERROR, NO_RESULT, NOTHINGS, OF_THE_MESSAGE, OURSELVES, RESULT_NAMES, SUCCESS_DEEDS, SUCCESS_DENIALS,
    SUCCESS_FLAGS, SUCCESS_PARTS,
};

/// The longest body that can be a plain refusal, in bytes: what says more may say something else, too.
const REFUSAL_BYTES_MAX: usize = 400;
/// The most words of a name in a text, `error code: 5`; what has more before its colon is a sentence.
const NAME_WORDS_MAX: usize = 4;
/// How many words behind a denial a word of success is still denied: `could not be sent`.
const DENIAL_REACH_WORDS: usize = 3;
/// A number with more digits than this is an id or a time, not a code.
const CODE_DIGITS_MAX: usize = 4;

/// What a body speaks of that says no success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The account has no credit or quota left.
    Credit,
    /// Who we are was not accepted.
    Credentials,
    /// Too much at once, or not at this time.
    Patience,
    /// The person wants no messages.
    OptOut,
    /// The number is on a list of those that get none.
    Blacklist,
    /// Any other error, or one of the above in doubtful company.
    Error,
}

impl Subject {
    /// In the words of `gateway show`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Subject::Credit => "credit used up",
            Subject::Credentials => "credentials refused",
            Subject::Patience => "too much, or not now",
            Subject::OptOut => "an opt-out",
            Subject::Blacklist => "a blacklisted number",
            Subject::Error => "an error",
        }
    }
}

/// What `body` speaks of; `None` if nothing in it speaks against a success. A word of error that is denied in the same breath
/// (`0 errors`, `"error": null`, `blocked: false`) is none.
pub fn subject(body: &str) -> Option<Subject> {
    let body = body.trim().trim_start_matches('\u{feff}');
    let mut signs = Signs::default();
    match serde_json::from_str::<Value>(body) {
        Ok(value @ (Value::Object(_) | Value::Array(_))) => signs.read_json("", &value),
        _ => signs.read_text(body),
    }
    let start = body.trim_start_matches(|c: char| "\"'[( ".contains(c));
    signs.error |= is_negative(start)
        || is_error_code(start)
        || NOTHINGS.contains(&body.trim_matches('"').to_lowercase().as_str());
    signs.subject(body.len() <= REFUSAL_BYTES_MAX)
}

/// What was found in a body.
#[derive(Default)]
struct Signs {
    success: bool,
    error: bool,
    /// Speaks of an error unless something speaks of success.
    hint: bool,
    /// Something that may have happened after the deed.
    doubt: bool,
    /// Whoever is on a list may be we ourselves.
    ourselves: bool,
    /// What is refused may be this message alone.
    of_the_message: bool,
    /// Different ones.
    plain: Vec<Subject>,
}

/// A piece of what was said: `name: value`, or a sentence without a name.
struct Clause<'a> {
    name: &'a str,
    value: &'a str,
    /// Whether an empty value, and the word `no`, deny what the name says: they do between other pairs, not in `ERROR:`.
    denies_by_little: bool,
    /// Whether the name is that of a field, not the beginning of a sentence.
    is_field: bool,
}

impl Signs {
    fn subject(&self, is_short: bool) -> Option<Subject> {
        match self.plain[..] {
            [] if !self.error && (self.success || !self.hint) => None,
            [Subject::Blacklist | Subject::OptOut] if self.ourselves => Some(Subject::Error),
            [Subject::Credentials | Subject::Patience] if self.of_the_message => Some(Subject::Error),
            [plain] if is_short && !self.success && !self.doubt => Some(plain),
            _ => Some(Subject::Error),
        }
    }

    fn read_json(&mut self, name: &str, value: &Value) {
        let text = match value {
            Value::Object(fields) if !fields.is_empty() => {
                return fields.iter().for_each(|(key, value)| self.read_json(&format!("{name} {key}"), value));
            }
            Value::Array(items) if !items.is_empty() => {
                return items.iter().for_each(|item| self.read_json(name, item));
            }
            Value::Object(_) | Value::Array(_) => String::new(),
            Value::Null => "null".to_owned(),
            Value::String(text) => text.clone(),
            scalar @ (Value::Bool(_) | Value::Number(_)) => scalar.to_string(),
        };
        if self.read_clause(&Clause { name, value: &text, denies_by_little: true, is_field: true }) {
            self.read_text(&text);
        }
    }

    fn read_text(&mut self, text: &str) {
        let sentences =
            text.split(|c: char| ",;&|\n\r{}<>!。，；！".contains(c)).flat_map(|part| part.split(". ")).flat_map(pairs);
        let sentences: Vec<&str> = sentences.map(str::trim).filter(|sentence| !sentence.is_empty()).collect();
        for sentence in &sentences {
            let (name, value, sign) = name_and_value(sentence);
            let denies_by_little = sentences.len() > 1 && (sign == '=' || !value.is_empty());
            self.error |= tells_negative_result(sentence);
            if self.read_clause(&Clause { name, value, denies_by_little, is_field: sign == '=' }) {
                self.read_sentence(&words(value), value.len() == sentence.len());
            }
        }
    }

    /// Reads what a name says of its value; whether the value is still to be read by itself.
    fn read_clause(&mut self, clause: &Clause<'_>) -> bool {
        let names = words(clause.name);
        let Some(last) = names.last() else { return true };
        let value = words(clause.value);
        if ID_NAMES.contains(&last.as_str()) {
            self.error |= clause.value.trim() == "-1" || names.iter().any(|word| is_error_word(word));
            return false;
        }
        let is_denied = clause.denies_its_name(&value);
        let is_harmless = |word: &str| clause.is_field && HARMLESS_IN_KEYS.contains(&word);
        let is_error = names.iter().any(|word| is_error_word(word) && !is_harmless(word));
        if is_error && is_denied {
            return false;
        }
        self.error |= is_error;
        if let Some(at) = names.iter().position(|word| is_success_word(word)) {
            let is_none = is_denied && !value.iter().any(|word| is_success_word(word));
            self.read_success(&names[at], is_none || denies_success(&names[..at]));
            // `OK:-1`: the result of what was asked.
            self.error |= is_negative(clause.value.trim());
        }
        if RESULT_NAMES.contains(&last.as_str()) {
            self.read_code(clause.value, CODE_NAMES.contains(&last.as_str()));
        }
        if !clause.is_field {
            self.read_company(&names);
        }
        if !is_denied {
            let all: Vec<String> = names.into_iter().chain(value).collect();
            self.read_phrases(&all);
        }
        true
    }

    fn read_code(&mut self, value: &str, is_code: bool) {
        let value = value.trim().trim_matches(['"', '\'']);
        self.error |= is_negative(value) || is_error_code(value) || NO_RESULT.contains(&value.to_lowercase().as_str());
        let digits = value.strip_prefix(['E', 'e']).unwrap_or(value);
        if is_code && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            self.error |= digits.len() < value.len();
            let is_good = matches!(digits.parse(), Ok(0 | 1 | 200..=299));
            self.hint |= !is_good && digits.len() <= CODE_DIGITS_MAX;
        }
    }

    fn read_sentence(&mut self, words: &[String], is_whole: bool) {
        // `0 failed 1 sent` or `failed 0 sent 1`: to which word a 0 between two belongs.
        let counts_follow = words.first().is_some_and(|word| !is_number(word));
        for (at, word) in words.iter().enumerate() {
            let before = &words[..at];
            let counts_nothing = counts_follow && counts_nothing(&words[at + 1..]);
            let is_taken = counts_follow && is_count_of_another(before);
            if is_error_word(word) {
                let denied = before.last().is_some_and(|before| DENIALS_BEFORE.contains(&before.as_str()));
                self.error |= (!denied || is_taken) && !counts_nothing;
            } else if is_success_word(word) {
                let is_deed = SUCCESS_DEEDS.contains(&word.as_str());
                let is_denied = denies_success(before) && !is_taken;
                self.read_success(word, is_denied || (is_deed && counts_nothing));
            }
        }
        if let [no, what, ..] = words
            && no == "no"
            && is_whole
        {
            self.hint |= !is_error_word(what) && what.chars().all(char::is_alphabetic);
        }
        self.read_phrases(words);
        self.read_company(words);
    }

    fn read_success(&mut self, word: &str, is_denied: bool) {
        if !is_denied {
            self.success = true;
        } else if SUCCESS_FLAGS.contains(&word) {
            self.error = true;
        } else {
            self.hint = true;
        }
    }

    fn read_phrases(&mut self, words: &[String]) {
        let text = format!(" {} ", words.join(" "));
        let says = |phrase: &str| {
            let place = if phrase.is_ascii() { text.find(&format!(" {phrase}")) } else { text.find(phrase) };
            let before = place.map(|at| text[..at].rsplit(' ').next().unwrap_or_default());
            before.is_some_and(|before| !DENIALS_BEFORE.contains(&before))
        };
        for (subject, phrases) in PHRASES {
            if !self.plain.contains(&subject) && phrases.iter().any(|phrase| says(phrase)) {
                self.plain.push(subject);
            }
        }
        self.error |= ERROR_PHRASES.iter().any(|phrase| says(phrase));
        self.doubt |= words.iter().any(|word| DOUBTS.iter().any(|doubt| word.contains(doubt)));
    }

    /// Reads of whom a sentence speaks. Names of fields say nothing of that.
    fn read_company(&mut self, words: &[String]) {
        self.ourselves |= words.iter().any(|word| OURSELVES.contains(&word.as_str()));
        self.of_the_message |= words.iter().any(|word| OF_THE_MESSAGE.contains(&word.as_str()));
    }
}

impl Clause<'_> {
    /// Whether the value says that what its name speaks of is not there.
    fn denies_its_name(&self, value: &[String]) -> bool {
        match value {
            [] => self.denies_by_little,
            [word] => is_zero(word) || NO_ERROR.contains(&word.as_str()) || (word == "no" && self.denies_by_little),
            [no, what] => (no == "no" || is_zero(no)) && is_error_word(what),
            _ => false,
        }
    }
}

/// `error=0 id=7` holds two pairs, `errors: 0 sent: 1` as well: a name begins where a value has ended.
fn pairs(sentence: &str) -> Vec<&str> {
    let mut starts = vec![0];
    let mut at = 0;
    let mut is_after_value = false;
    for token in sentence.split_inclusive(char::is_whitespace) {
        let word = token.trim_end();
        if (is_after_value && !word.is_empty()) || (at > 0 && word.contains('=')) {
            starts.push(at);
        }
        let value = word.rsplit([':', '=']).next().unwrap_or(word);
        let has_name = value.len() < word.len() || sentence[..at].trim_end().ends_with([':', '=']);
        is_after_value = has_name && !value.is_empty() && is_zero(value);
        at += token.len();
    }
    starts.push(sentence.len());
    starts.windows(2).map(|ends| &sentence[ends[0]..ends[1]]).collect()
}

/// `name: value`, `name=value`, and the sign between them; all of a sentence is the value where there is no name. A colon
/// within a time is no sign.
fn name_and_value(sentence: &str) -> (&str, &str, char) {
    let bytes = sentence.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut signs = sentence.char_indices().filter(|(_, c)| [':', '=', '：'].contains(c));
    let sign = signs.find(|(at, c)| *c != ':' || *at == 0 || !(is_digit(at - 1) && is_digit(at + 1)));
    let Some((at, sign)) = sign else { return ("", sentence, ' ') };
    let (name, value) = (&sentence[..at], sentence[at + sign.len_utf8()..].trim());
    let count = words(name).len();
    if (1..=NAME_WORDS_MAX).contains(&count) { (name, value, sign) } else { ("", sentence, ' ') }
}

/// The words of a text in small letters. `errorCode` is two, `can't` is one.
fn words(text: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut was_small = false;
    for c in text.chars() {
        let is_part = c.is_alphanumeric() || c == '\'';
        if !is_part || (was_small && c.is_uppercase()) {
            out.push(String::new());
        }
        if is_part && let Some(word) = out.last_mut() {
            word.extend(c.to_lowercase());
        }
        was_small = c.is_lowercase();
    }
    out.retain(|word| !word.trim_matches('\'').is_empty());
    out
}

/// `-1`, `-104: no route`; not the id `-1-7`.
fn is_negative(text: &str) -> bool {
    let Some(digits) = text.strip_prefix('-') else { return false };
    let rest = digits.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.len() < digits.len() && !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-')
}

/// Whether the text begins with the number of an error: `E-102`, `ORA-00001: …`. A bare number is none: it may be an id.
fn is_error_code(text: &str) -> bool {
    /// `ORA-00001`
    const DIGITS_MAX: usize = 5;
    let word = text.split(|c: char| !c.is_alphanumeric() && !"-_".contains(c)).next().unwrap_or_default();
    let prefix = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = word.len() - prefix.len();
    let prefix = prefix.trim_end_matches(['-', '_']).to_lowercase();
    (1..=DIGITS_MAX).contains(&digits) && ERROR_PREFIXES.contains(&prefix.as_str())
}

fn is_zero(word: &str) -> bool {
    word.bytes().all(|byte| byte == b'0')
}

fn is_error_word(word: &str) -> bool {
    let is_code = word.strip_prefix("err").is_some_and(|code| code.bytes().all(|byte| byte.is_ascii_digit()));
    is_code
        || ERROR_WORDS.contains(&word)
        || ERROR_STEMS.iter().any(|stem| word.starts_with(stem))
        || ERROR_PARTS.iter().any(|part| word.contains(part))
}

fn is_success_word(word: &str) -> bool {
    SUCCESS_FLAGS.contains(&word)
        || SUCCESS_DEEDS.contains(&word)
        || (SUCCESS_PARTS.iter().any(|part| word.contains(part)) && !is_error_word(word))
}

/// Whether the last word is a 0 that counts the word before it, `sent 0 failed 1`.
fn is_count_of_another(before: &[String]) -> bool {
    matches!(before, [.., counted, zero] if is_zero(zero) && (is_success_word(counted) || is_error_word(counted)))
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// `0` behind a word, at the end or before another that is counted: `failed 0`, `failed 0 sent 1`.
fn counts_nothing(after: &[String]) -> bool {
    match after {
        [zero] => is_zero(zero),
        [zero, next, ..] => is_zero(zero) && (is_success_word(next) || is_error_word(next)),
        [] => false,
    }
}

/// `code -5`, without a sign between.
fn tells_negative_result(sentence: &str) -> bool {
    let tokens: Vec<&str> = sentence.split_whitespace().collect();
    let names_result = |token: &str| words(token).last().is_some_and(|word| RESULT_NAMES.contains(&word.as_str()));
    tokens.windows(2).any(|pair| names_result(pair[0]) && is_negative(pair[1]))
}

/// Whether the words before one of success deny it: `could not be sent`, `0 messages sent`; not `0 failed 1 sent`.
fn denies_success(before: &[String]) -> bool {
    let near = before.iter().rev().take(DENIAL_REACH_WORDS);
    let is_other = |word: &str| is_number(word) && !is_zero(word);
    near.take_while(|word| !is_other(word)).any(|word| SUCCESS_DENIALS.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_subject(wanted: Option<Subject>, bodies: &[&str]) {
        let wrong: Vec<_> = bodies.iter().map(|body| (*body, subject(body))).filter(|(_, is)| *is != wanted).collect();
        assert!(wrong.is_empty(), "not {wanted:?}: {wrong:#?}");
    }

    #[test]
    fn an_account_that_is_used_up_is_told() {
        assert_subject(
            Some(Subject::Credit),
            &[
                "Out of credit",
                "ERROR: no credit",
                "No balance",
                "Insufficient balance.",
                "Not enough credits",
                "Quota exceeded",
                "Daily quota exceeded for this account",
                "Message rejected: insufficient funds",
                "could not be sent: out of credits",
                "餘額不足",
                r#"{"status":"error","message":"Insufficient credit"}"#,
                r#"{"code":402,"msg":"Payment required"}"#,
                r#"{"outOfCredit":true}"#,
                "status=-4&reason=out of credit",
            ],
        );
    }

    #[test]
    fn credentials_that_were_refused_are_told() {
        assert_subject(
            Some(Subject::Credentials),
            &[
                "Login required",
                "login failure",
                "Please log in",
                "Access denied",
                "Authentication failed for user app",
                "Error 7: invalid password",
                "Invalid application ID",
                "Account is suspended",
                "IP not allowed",
                r#"{"error":"unauthorized"}"#,
                r#"{"success":false,"error":{"code":3,"text":"Invalid credentials"}}"#,
            ],
        );
    }

    #[test]
    fn a_gateway_that_asks_for_patience_is_told() {
        assert_subject(
            Some(Subject::Patience),
            &[
                "queue is full",
                "Too many requests",
                "Maintenance",
                "System under maintenance, please try again later",
                "Rate limit exceeded",
                "throttled",
                "Server is busy",
                "系統繁忙",
                r#"{"result":"failed","reason":"Too many messages per second"}"#,
                r#"{"throttled":true}"#,
            ],
        );
    }

    #[test]
    fn a_person_who_gets_no_messages_is_told() {
        assert_subject(Some(Subject::Blacklist), &["Blacklisted", "Number is in blacklist", r#"{"blacklisted":true}"#]);
        assert_subject(
            Some(Subject::OptOut),
            &["Recipient has opted out", "The recipient has unsubscribed", "Error: number on do-not-disturb list"],
        );
        assert_subject(Some(Subject::Error), &["Your IP is on our blacklist", "sender blacklisted"]);
    }

    #[test]
    fn an_error_is_seen_in_whatever_words() {
        assert_subject(
            Some(Subject::Error),
            &[
                "ERROR",
                "ERROR:",
                "Error 12: bad destination",
                "java.lang.NullPointerException\n at com.example",
                "message not sent",
                "Failed.",
                "status=REJECTED",
                "無效的號碼",
                "發送不成功",
                "error: 10",
                "No route, request refused",
                "Blocked",
                "Rejected: no",
                "Error - no such number",
                r#"{"error":"none of the numbers is valid"}"#,
                r#"{"error":"0: invalid number"}"#,
                "Failed: no route to destination",
                "No route",
                r#"{"success":false}"#,
                r#"{"ok": 0, "id": 7}"#,
                r#"{"accepted":0}"#,
                "0 messages sent",
                "sent: 0",
                "ERR 101",
                "E-102",
                "E102: no route",
                "\"ORA-00001: unique constraint violated\"",
                "SQLSTATE[HY000] [2002] no route",
                "[E-102] no way",
                "(E102)",
                "E-102.",
                "E-102|x",
                "status: E-102",
                r#"["E-102"]"#,
                r#"{"code":"E-102"}"#,
                r#"{"status":"E-102"}"#,
                r#"{"result":"ORA-00001: x"}"#,
                r#"{"code":"-"}"#,
                "-",
                "ERR101",
                "NOK",
                "-1",
                "-104: ?",
                "\"-1\"",
                "[-3]",
                "-1|85291234567",
                "OK:-1",
                "Sent: -104 no route",
                r#"{"code":-5}"#,
                r#"{"code":"-5"}"#,
                "code=-5",
                "Status: -2",
                "result=-1",
                r#"{"id":-1}"#,
                r#"{"code":500}"#,
                r#"{"code":1001}"#,
                r#"{"code":"E001"}"#,
                r#"{"status":false}"#,
                r#"{"status":"fail","id":"a"}"#,
                r#"{"errors":[{"code":5}]}"#,
                r#"{"errorCode":17,"id":"a"}"#,
                r#"{"rejected":["85291234567"]}"#,
                r#"{"blocked":true}"#,
                "false",
                "null",
                "mrt must be numeric",
                "parameter required",
                "text too long",
                "Request timed out",
                "permission denied for this destination",
                "too many messages to this number",
                "sender not authorized",
                "code -5",
                "accepted 0",
                "N",
                r#"{"result":"N"}"#,
                r#"{"success":"N"}"#,
                r#"{"not_sent":5}"#,
                r#"{"status":"unsent"}"#,
                "message length limit exceeded",
                "sent 0 failed 1",
                "Out%20of%20credit&status=-5",
                "Please try again",
            ],
        );
    }

    #[test]
    fn a_refusal_in_doubtful_company_is_no_plain_one() {
        let long = format!("out of credit {}", "and so on ".repeat(50));
        assert_subject(
            Some(Subject::Error),
            &[
                "Message accepted, you are out of credit now",
                "sent; too many requests, slow down",
                "exception while throttled ",
                "timeout: server is busy",
                "blacklisted, or out of credit",
                r#"{"status":"ok","warning":"quota exceeded"}"#,
                "queued 1, rejected 1: blacklisted",
                &long,
            ],
        );
    }

    #[test]
    fn harmless_words_are_no_errors() {
        assert_subject(
            None,
            &[
                "",
                "200 OK",
                "OK",
                "queued 17",
                "1234567",
                "500",
                "E1029384",
                "MSG-102",
                "e",
                "0",
                "true",
                "Message accepted",
                "notification queued",
                "sent with 0 errors",
                "errors 0",
                "sent 1 failed 0",
                "failed 0 sent 1",
                "error=N&id=7",
                r#"{"id":1,"credits_required":1,"notBefore":"2026-11-24"}"#,
                r#"{"result":"Y"}"#,
                "成功:1,失敗:0",
                "no error",
                "no errors",
                "OK, no errors.",
                "error: 0",
                "Error: none",
                "error: 0, success: 1",
                "errors: 0 sent: 1",
                "error=0&ok=1",
                "error=0 id=7",
                "error=0 accepted",
                "error=&id=7",
                "errorCode=000",
                "errorMessage=Success",
                "accepted: 1, failed: 0",
                "0 failed 1 sent",
                "Sent at 10:00",
                "Message queued at 2026-11-24 00:00:00",
                "402 messages left",
                "OK. Credits left: 12",
                "Message sent. Balance: 12.5 HKD",
                "Sent, remaining quota 98",
                "550e8400-e29b-41d4-a716-446655440000",
                "20261124-000123",
                "id: -8837462",
                "msgid=bad-cafe-0-ko",
                "ID: -1-7",
                "發送成功",
                "{}",
                "[]",
                r#"{"error":null,"id":"7"}"#,
                r#"{"errors":[],"id":"7"}"#,
                r#"{"error":"","id":"7"}"#,
                r#"{"error":{},"id":"7"}"#,
                r#"{"error":{"code":0,"message":"Success"}}"#,
                r#"{"error":false,"message":"queued"}"#,
                r#"{"message":"no errors"}"#,
                r#"{"id":1,"balance":12.5}"#,
                r#"{"id":1,"balance":-3}"#,
                r#"{"id":1,"credit":99}"#,
                r#"{"id":1,"credit":0,"quota":100}"#,
                r#"{"id":1,"blocked":false}"#,
                r#"{"id":1,"blacklisted":"no","throttled":0}"#,
                r#"{"outOfCredit":false,"maintenance":false}"#,
                r#"{"message_id":"a-1-b-2"}"#,
                r#"{"id":-8837462}"#,
                r#"{"code":0}"#,
                r#"{"code":200,"message":"OK"}"#,
                r#"{"code":1000,"message":"success"}"#,
                r#"{"code":"OK"}"#,
                r#"{"status":"0"}"#,
                r#"{"status":"pending"}"#,
                r#"{"queued":1,"sent":0}"#,
                r#"{"success":true,"warnings":[]}"#,
                r#"{"accepted":["85291234567"],"rejected":[]}"#,
                r#"{"jsonrpc":"2.0","result":{"status":"ok"},"error":null}"#,
            ],
        );
    }
}
