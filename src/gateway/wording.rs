//! What the words of an answer speak of: an error, and if they say it plainly, what stands in the way.
//!
//! It is for gateways whose answers nobody has written down, so it errs to one side. An error that is not seen becomes a
//! message that was never sent and counts as sent; an error that is none becomes an `unknown`, which a person looks at.
//! And what is taken for a plain refusal is sent again, so it has to be one: short, and beside no word of success.

mod phrases;
mod vocabulary;
mod words;

use serde_json::Value;

use self::phrases::{ERROR_PHRASES, PHRASES};
use self::vocabulary::{
    ACCOUNT_NAMES, CODE_NAMES, DENIALS_BEFORE, DOUBTS, HARMLESS_IN_KEYS, HINTS, ID_NAMES, LIMITS, NO_ERROR, NO_RESULT,
    NOTHINGS, OF_THE_MESSAGE, OURSELVES, RESULT_NAMES, SUCCESS_DEEDS, SUCCESS_FLAGS,
};
use self::words::{
    counts_nothing, denies_success, is_bad_code, is_count_of_another, is_error_code, is_error_word, is_negative,
    is_nothing_left, is_number, is_success_word, is_zero, tells_bad_code, tells_negative_result, words,
};

/// The longest body that can be a plain refusal, in bytes: what says more may say something else, too.
const REFUSAL_BYTES_MAX: usize = 400;
/// The most words of a name in a text, `error code: 5`; what has more before its colon is a sentence.
const NAME_WORDS_MAX: usize = 4;

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
    /// How many pieces there are, and whether one says that nothing is left of the account: alone, it says why.
    clauses: usize,
    used_up: bool,
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
        let hint = self.hint || (self.used_up && self.clauses == 1);
        match self.plain[..] {
            [] if !self.error && (self.success || !hint) => None,
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
            self.hint |= tells_bad_code(sentence);
            if self.read_clause(&Clause { name, value, denies_by_little, is_field: sign == '=' }) {
                self.read_sentence(&words(value), value.len() == sentence.len());
            }
        }
    }

    /// Reads what a name says of its value; whether the value is still to be read by itself.
    fn read_clause(&mut self, clause: &Clause<'_>) -> bool {
        let names = words(clause.name);
        self.clauses += 1;
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
            self.hint |= !is_denied && names.iter().any(|word| HINTS.contains(&word.as_str()));
        }
        let is_used_up = ACCOUNT_NAMES.contains(&last.as_str()) && is_nothing_left(clause.value);
        self.used_up |= is_used_up;
        if !is_denied {
            let all: Vec<String> = names.into_iter().chain(value).collect();
            self.read_phrases(&all);
        }
        !is_used_up
    }

    fn read_code(&mut self, value: &str, is_code: bool) {
        let value = value.trim().trim_matches(['"', '\'']);
        self.error |= is_negative(value) || is_error_code(value) || NO_RESULT.contains(&value.to_lowercase().as_str());
        let digits = value.strip_prefix(['E', 'e']).unwrap_or(value);
        if is_code && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            self.error |= digits.len() < value.len();
            self.hint |= is_bad_code(digits);
        }
    }

    fn read_sentence(&mut self, words: &[String], is_whole: bool) {
        // `0 failed 1 sent` or `failed 0 sent 1`: to which word a 0 between two belongs.
        let counts_follow = words.first().is_some_and(|word| !is_number(word));
        for (at, word) in words.iter().enumerate() {
            let before = &words[..at];
            let counts_nothing = counts_follow && counts_nothing(&words[at + 1..]);
            let is_taken = counts_follow && is_count_of_another(before);
            let denied = before.last().is_some_and(|before| DENIALS_BEFORE.contains(&before.as_str()));
            self.hint |= !denied && [HINTS, LIMITS].iter().any(|hints| hints.contains(&word.as_str()));
            if is_error_word(word) {
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
        if (is_after_value && !word.is_empty()) || (at > 0 && word.contains('=') && !word.starts_with('=')) {
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
    fn a_refusal_in_words_that_are_no_errors_by_themselves_is_seen() {
        assert_subject(
            Some(Subject::Error),
            &[
                "Message declined",
                "rate limit",
                "limit reached",
                "credit limit",
                "You are over the limit",
                "Sent, but limit reached",
                "balance: 0",
                "Balance = 0.00",
                "credits: -3",
                r#"{"balance":0}"#,
                "sent 0 messages",
                "Sent 0 of 1 messages",
                "0 of 1 sent",
                "code 403",
                "Status 17: x",
                "Spam detected",
                "message marked as spam",
                "throttle",
                "NG",
                "NG: 12",
                "result=NG",
                "Sorry",
                "Message ignored",
                "warning",
            ],
        );
    }

    #[test]
    fn what_a_program_says_when_it_breaks_is_an_error() {
        assert_subject(
            Some(Subject::Error),
            &[
                "Traceback (most recent call last)",
                "Traceback (most recent call last):\n  File \"/srv/sms.py\", line 7, in <module>",
                "Warning: mysql_connect()",
                "Notice: Use of constant x",
                "Deprecated: Function ereg() is deprecated",
                "Stack trace:\n#0 {main}",
                "Segmentation fault (core dumped)",
                "panic: runtime",
                "goroutine 1 [running]:\npanic",
            ],
        );
    }

    #[test]
    fn an_error_is_seen_in_the_languages_of_gateways() {
        assert_subject(
            Some(Subject::Error),
            &[
                "未授權",
                "未授权",
                "未經授權",
                "未發送",
                "操作過於頻繁",
                "請稍後再試",
                "已欠費",
                "帳號已停用",
                "含敏感詞",
                "内容被拦截",
                "エラー",
                "送信できません",
                "無効な番号",
                "오류",
                "전송 실패",
                "Fehler",
                "Fehler: 12",
                "Nachricht fehlgeschlagen",
                "nicht gesendet",
                "abgelehnt",
                "erreur",
                "Échec de l'envoi",
                "erro",
                "falha no envio",
                "mensaje rechazado",
                "errore",
                "ошибка",
                "Ошибка: 5",
                "не отправлено",
                "lỗi",
                "gagal",
            ],
        );
        assert_subject(
            None,
            &[
                "Nachricht gesendet",
                "0 Fehler",
                "keine Fehler",
                "sans erreur",
                "без ошибок",
                "Fehler: 0",
                "送信しました",
                "отправлено",
            ],
        );
    }

    #[test]
    fn plausible_words_of_success_stay_a_success() {
        assert_subject(
            None,
            &[
                "Success",
                "Message sent",
                "1701|85291234567|7d4a",
                "1701",
                "Message accepted for delivery",
                "0: Accepted for delivery",
                "Your message has been queued",
                "code: 0",
                "code 0",
                "code 200",
                "status=0",
                "status 1",
                "OK, code 17",
                "errors: 0",
                "no error",
                "sent 1 messages",
                "Sent 1 of 1 messages",
                "1 of 1 sent",
                "sent 1 failed 0 messages",
                "failed 0 messages",
                "OK, limit 100",
                "Message sent. Warning: balance is low",
                "Message accepted. Balance: 0",
                "id: 7, balance: 0",
                "balance: 12",
                "error = 0",
                "error = 0 id = 7",
                "Accepted, no warnings",
                "Message to Ms Ng queued",
                "Sent to 1 recipient, rate limit 10 per second",
                r#"{"id":7,"limit":100,"remaining":98}"#,
                r#"{"id":7,"notice":"new prices from May"}"#,
                r#"{"id":7,"spam":false,"limit":0}"#,
                r#"{"id":1,"balance":0}"#,
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
