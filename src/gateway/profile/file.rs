//! Profiles of one's own: TOML files, read with the line and column of whatever is wrong in them.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::hkt::STATUSES;
use super::template::Template;
use super::{Content, Method, Parameter, Profile};
use crate::gateway::patterns::compiled;
use crate::gateway::rules::Rules;
use crate::gateway::{GatewayError, system_words};

/// A profile is far smaller than this many bytes; what is larger is none.
const BYTES_MAX: u64 = 64 * 1024;
/// Headers that the client sets itself.
const OWN_HEADERS: [&str; 6] =
    ["content-type", "content-length", "host", "connection", "transfer-encoding", "user-agent"];

type Pair<'a> = (&'a Spanned<std::borrow::Cow<'a, str>>, &'a Spanned<DeValue<'a>>);

/// Reads the profile at `path`.
///
/// # Errors
/// The file cannot be read, or something in it is wrong: where, and what.
pub(super) fn read(path: &Path) -> Result<Profile, GatewayError> {
    let unreadable = |reason: String| GatewayError::Setting { key: "profile".to_owned(), reason };
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(BYTES_MAX + 1).read_to_end(&mut bytes)).map_err(|error| {
        unreadable(format!("the file `{}` cannot be read: {}", path.display(), system_words(&error)))
    })?;
    if bytes.len() as u64 > BYTES_MAX {
        return Err(unreadable(format!("the file `{}` is too large for a profile", path.display())));
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| unreadable(format!("the file `{}` is not valid UTF-8", path.display())))?;
    profile(path, &text)
}

fn profile(path: &Path, text: &str) -> Result<Profile, GatewayError> {
    let document = Document { path, text };
    let table = DeTable::parse(text).map_err(|error| {
        // Without the line that the parser quotes: a secret may stand in it.
        document.wrong(
            &error.span().unwrap_or(text.len()..text.len()),
            &format!("not valid TOML: {}", error.message().trim()),
        )
    })?;
    let mut reader = Reader {
        document,
        profile: Profile {
            name: path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned(),
            method: Method::Post,
            content: Content::Form,
            headers: Vec::new(),
            parameters: Vec::new(),
            rules: BTreeMap::new(),
            built_in: &[STATUSES],
            message_id: None,
        },
    };
    for (key, value) in in_order(table.get_ref()) {
        reader.key(key, value)?;
    }
    reader.finish(in_order(table.get_ref()))
}

/// In the order of the file.
fn in_order<'a>(table: &'a DeTable<'a>) -> Vec<Pair<'a>> {
    let mut pairs: Vec<_> = table.iter().collect();
    pairs.sort_by_key(|(key, _)| key.span().start);
    pairs
}

struct Document<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Document<'_> {
    fn wrong(&self, span: &Range<usize>, reason: &str) -> GatewayError {
        let before = &self.text[..self.text.floor_char_boundary(span.start.min(self.text.len()))];
        GatewayError::Profile {
            path: self.path.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before.rsplit('\n').next().unwrap_or(before).chars().count() + 1,
            reason: reason.to_owned(),
        }
    }

    fn text<'a>(&self, value: &'a Spanned<DeValue<'_>>, what: &str) -> Result<&'a str, GatewayError> {
        value.get_ref().as_str().ok_or_else(|| self.wrong(&value.span(), &format!("{what} must be text in quotes")))
    }

    fn table<'a>(&self, value: &'a Spanned<DeValue<'a>>, what: &str) -> Result<Vec<Pair<'a>>, GatewayError> {
        let table = value.get_ref().as_table();
        table.map(in_order).ok_or_else(|| self.wrong(&value.span(), &format!("`{what}` must be a table: `[{what}]`")))
    }

    fn template(&self, value: &Spanned<DeValue<'_>>, what: &str) -> Result<Template, GatewayError> {
        Template::parse(self.text(value, what)?).map_err(|reason| self.wrong(&value.span(), &reason))
    }

    fn parameter(&self, value: &Spanned<DeValue<'_>>) -> Result<Parameter, GatewayError> {
        Ok(match value.get_ref() {
            DeValue::String(_) => Parameter::Text(self.template(value, "a parameter")?),
            DeValue::Boolean(flag) => Parameter::Literal((*flag).into()),
            DeValue::Integer(number) => {
                let number = i64::from_str_radix(number.as_str(), number.radix());
                Parameter::Literal(number.map_err(|_| self.wrong(&value.span(), "the number is too large"))?.into())
            }
            DeValue::Array(items) => {
                Parameter::List(items.iter().map(|item| self.parameter(item)).collect::<Result<_, _>>()?)
            }
            DeValue::Table(table) => Parameter::Table(
                in_order(table)
                    .into_iter()
                    .map(|(key, value)| Ok((key.get_ref().to_string(), self.parameter(value)?)))
                    .collect::<Result<_, GatewayError>>()?,
            ),
            DeValue::Float(_) | DeValue::Datetime(_) => {
                return Err(self.wrong(&value.span(), "a parameter is text, a whole number, a flag, a list or a table"));
            }
        })
    }
}

struct Reader<'a> {
    document: Document<'a>,
    profile: Profile,
}

impl Reader<'_> {
    fn key(
        &mut self,
        key: &Spanned<std::borrow::Cow<'_, str>>,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<(), GatewayError> {
        let document = &self.document;
        match key.get_ref().as_ref() {
            "method" => {
                self.profile.method = match document.text(value, "`method`")? {
                    "post" => Method::Post,
                    "get" => Method::Get,
                    _ => return Err(document.wrong(&value.span(), "`method` must be `post` or `get`")),
                }
            }
            "content_type" => {
                self.profile.content = match document.text(value, "`content_type`")? {
                    "form" => Content::Form,
                    "json" => Content::Json,
                    _ => return Err(document.wrong(&value.span(), "`content_type` must be `form` or `json`")),
                }
            }
            "message_id" => {
                let pattern = document.text(value, "`message_id`")?;
                let regex =
                    compiled(pattern, false).ok().filter(|regex| regex.captures_len() == 2).ok_or_else(|| {
                        document.wrong(&value.span(), "`message_id` must be a regular expression with one group")
                    })?;
                self.profile.message_id = Some(regex);
            }
            "headers" => self.profile.headers = self.headers(value)?,
            "parameters" => {
                for (name, value) in document.table(value, "parameters")? {
                    self.profile.parameters.push((name.get_ref().to_string(), document.parameter(value)?));
                }
            }
            "rules" => self.profile.rules = self.rules(value)?,
            other => {
                let reason = format!(
                    "`{other}` is no key of a profile: there are `method`, `content_type`, `message_id`, `[headers]`, \
                     `[parameters]` and `[rules]`"
                );
                return Err(document.wrong(&key.span(), &reason));
            }
        }
        Ok(())
    }

    fn headers(&self, value: &Spanned<DeValue<'_>>) -> Result<Vec<(String, Template)>, GatewayError> {
        let document = &self.document;
        let mut headers = Vec::new();
        for (key, value) in document.table(value, "headers")? {
            let name = key.get_ref().to_ascii_lowercase();
            if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
                return Err(document.wrong(&key.span(), "a header's name is letters, digits and `-`"));
            }
            if OWN_HEADERS.contains(&name.as_str()) {
                return Err(document.wrong(&key.span(), &format!("the header `{name}` is not a profile's to set")));
            }
            let template = document.template(value, "a header")?;
            if template.holds_message() {
                return Err(
                    document.wrong(&value.span(), "a header holds values of the settings, no part of a message")
                );
            }
            headers.push((name, template));
        }
        Ok(headers)
    }

    fn rules(&self, value: &Spanned<DeValue<'_>>) -> Result<BTreeMap<String, String>, GatewayError> {
        let mut rules = BTreeMap::new();
        for (key, value) in self.document.table(value, "rules")? {
            let text = self.document.text(value, "a rule")?;
            let rule = BTreeMap::from([(key.get_ref().to_string(), text.to_owned())]);
            if let Err(GatewayError::Setting { reason, .. }) = Rules::new(&rule, &[], &BTreeMap::new()) {
                let what = key.get_ref();
                return Err(self.document.wrong(&value.span(), &format!("`rules.{what}`: {reason}")));
            }
            rules.extend(rule);
        }
        Ok(rules)
    }

    /// Looks whether the parts fit together.
    fn finish(self, pairs: Vec<Pair<'_>>) -> Result<Profile, GatewayError> {
        let Reader { document, profile } = self;
        let place = |name: &str| {
            let pair = pairs.iter().find(|(key, _)| key.get_ref() == name);
            pair.map_or(0..0, |(key, _)| key.span())
        };
        if profile.method == Method::Get && profile.content == Content::Json {
            return Err(document.wrong(&place("content_type"), "a `get` has no body: its parameters are a `form`"));
        }
        let is_flat = |parameter: &Parameter| matches!(parameter, Parameter::Text(_) | Parameter::Literal(_));
        if profile.content == Content::Form
            && let Some((name, _)) = profile.parameters.iter().find(|(_, parameter)| !is_flat(parameter))
        {
            let reason = format!("`{name}`: a form has no lists and no tables; `content_type = \"json\"` has");
            return Err(document.wrong(&place("parameters"), &reason));
        }
        let holds = |what: fn(&Template) -> bool| {
            profile.parameters.iter().flat_map(|(_, parameter)| parameter.templates()).any(what)
        };
        if !holds(Template::holds_text) {
            return Err(document.wrong(&place("parameters"), "no parameter holds `{{ text }}`"));
        }
        if !holds(Template::holds_recipient) {
            let reason = "no parameter holds `{{ recipient }}` or `{{ recipient_digits }}`";
            return Err(document.wrong(&place("parameters"), reason));
        }
        if !profile.rules.contains_key("success") {
            let reason = "no rule says which answer is a success: `[rules]` needs `success`";
            return Err(document.wrong(&place("rules"), reason));
        }
        Ok(profile)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        "[parameters]\nto = \"{{ recipient }}\"\ntext = \"{{ text }}\"\n[rules]\nsuccess = \"202 ^0:\"\n";

    #[track_caller]
    fn wrong(text: &str, line: usize, column: usize, reason: &str) {
        match profile(Path::new("/p/kannel.toml"), text) {
            Err(GatewayError::Profile { line: at, column: in_line, reason: said, .. }) => {
                assert_eq!((at, in_line), (line, column), "{text}: {said}");
                assert!(said.contains(reason), "{text}: {said}");
            }
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn what_is_wrong_has_its_line_and_column() {
        profile(Path::new("kannel.toml"), GOOD).expect("a profile");
        let with = |lines: &str| format!("{lines}\n{GOOD}");
        wrong(&with("metod = \"get\""), 1, 1, "`metod` is no key of a profile");
        wrong(&with("method = \"put\""), 1, 10, "`post` or `get`");
        wrong(&with("\n  method = 1"), 2, 12, "`method` must be text in quotes");
        wrong(&with("content_type = \"xml\""), 1, 16, "`form` or `json`");
        wrong(&with("method = \"get\"\ncontent_type = \"json\""), 2, 1, "has no body");
        wrong(&with("message_id = \"id\""), 1, 14, "with one group");
        wrong(&with("message_id = \"(\""), 1, 14, "with one group");
        wrong(&with("headers = 1"), 1, 11, "`headers` must be a table");
        wrong(&with("headers = { Host = \"x\" }"), 1, 13, "the header `host` is not a profile's to set");
        wrong(&with("headers = { \"a b\" = \"x\" }"), 1, 13, "a header's name");
        wrong(&with("headers = { X-To = \"{{ recipient }}\" }"), 1, 20, "no part of a message");
        wrong(&format!("{GOOD}rejected = \"(\"\n"), 6, 12, "`rules.rejected`: ");
        wrong(&format!("{GOOD}sucess = \"x\"\n"), 6, 10, "no such rule");
        wrong(&GOOD.replace("{{ text", "{{ text }"), 3, 8, "holds no word");
        wrong(&GOOD.replace("text }}", "text"), 3, 8, "never closed");
        wrong(&GOOD.replace("{{ text }}", "x"), 1, 2, "no parameter holds `{{ text }}`");
        wrong(&GOOD.replace("{{ recipient }}", "x"), 1, 2, "no parameter holds `{{ recipient }}`");
        wrong(&GOOD.replace("\"{{ recipient }}\"", "[\"{{ recipient }}\"]"), 1, 2, "`to`: a form has no lists");
        wrong(&GOOD.replace("\"{{ recipient }}\"", "1.5"), 2, 6, "a whole number");
        wrong(&GOOD.replace("success", "rejected"), 4, 2, "`[rules]` needs `success`");
        wrong("method = \"get", 1, 14, "not valid TOML");
        wrong("", 1, 1, "no parameter holds");
    }

    #[test]
    fn a_file_that_is_no_profile_is_named() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("p.toml");
        let told =
            || read(&path).expect_err("no profile").to_string().replace(dir.path().to_str().expect("text"), "DIR");
        assert_eq!(told(), "`profile`: the file `DIR/p.toml` cannot be read: no such file or directory");
        std::fs::write(&path, b"\xff").expect("a file");
        assert_eq!(told(), "`profile`: the file `DIR/p.toml` is not valid UTF-8");
        std::fs::write(&path, " ".repeat(70_000)).expect("a file");
        assert_eq!(told(), "`profile`: the file `DIR/p.toml` is too large for a profile");
    }
}
