//! The parts of a request that change: text with `{{ name }}` in it.

use crate::gateway::Delivery;
use crate::gateway::settings::Settings;
use crate::queue::{ErrorType, Message, Reply, TaskId};

/// Digits in a phone number, at most (ITU-T E.164).
const NUMBER_DIGITS_MAX: usize = 15;

/// Where a part of a text comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// It stands in the profile.
    Literal(String),
    /// The recipient: digits, with a plus before them if it has one.
    Recipient,
    /// The recipient: digits alone.
    RecipientDigits,
    /// The sender that the message names, or else the value `sender` of the settings.
    Sender,
    /// The text of the message.
    Text,
    /// The id of the task, the same in every attempt.
    Task,
    /// A value of the settings, by its key.
    Value(String),
}

/// A text with gaps, which a message and the settings fill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template(Vec<Part>);

/// What fills the gaps: a message that was found to be one, and the settings of its gateway.
pub(super) struct Filling<'a> {
    settings: &'a Settings,
    message: &'a Message,
    task: TaskId,
    digits: String,
    international: bool,
}

impl Template {
    /// Reads `text`: `{{ recipient }}`, `{{ recipient_digits }}`, `{{ sender }}`, `{{ text }}`, `{{ task }}`, and any other word
    /// for a value of the settings.
    ///
    /// # Errors
    /// A gap is not closed, or holds no word.
    pub(super) fn parse(text: &str) -> Result<Template, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, from)) = rest.split_once("{{") {
            let (name, after) = from.split_once("}}").ok_or("`{{` is opened and never closed with `}}`")?;
            if !before.is_empty() {
                parts.push(Part::Literal(before.to_owned()));
            }
            parts.push(gap(name.trim())?);
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Literal(rest.to_owned()));
        }
        Ok(Template(parts))
    }

    /// The value `key` of the settings.
    pub(super) fn value(key: &str) -> Template {
        Template(vec![Part::Value(key.to_owned())])
    }

    /// The digits of the recipient.
    pub(super) fn recipient_digits() -> Template {
        Template(vec![Part::RecipientDigits])
    }

    /// The sender.
    pub(super) fn sender() -> Template {
        Template(vec![Part::Sender])
    }

    /// The text of the message.
    pub(super) fn text() -> Template {
        Template(vec![Part::Text])
    }

    /// The keys of the settings that it needs.
    pub(super) fn needs(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Value(key) => Some(key.as_str()),
            Part::Sender => Some("sender"),
            _ => None,
        })
    }

    /// Whether the text of the message stands in it.
    pub(super) fn holds_text(&self) -> bool {
        self.0.contains(&Part::Text)
    }

    /// Whether the recipient stands in it.
    pub(super) fn holds_recipient(&self) -> bool {
        self.0.contains(&Part::Recipient) || self.0.contains(&Part::RecipientDigits)
    }

    /// Whether it depends on the message at all.
    pub(super) fn holds_message(&self) -> bool {
        self.0.iter().any(|part| !matches!(part, Part::Literal(_) | Part::Value(_)))
    }

    /// The whole text for one message.
    pub(super) fn fill(&self, filling: &Filling<'_>) -> String {
        let mut text = String::new();
        for part in &self.0 {
            match part {
                Part::Literal(literal) => text.push_str(literal),
                Part::Recipient if filling.international => {
                    text.push('+');
                    text.push_str(&filling.digits);
                }
                Part::Recipient | Part::RecipientDigits => text.push_str(&filling.digits),
                Part::Sender => text.push_str(filling.sender()),
                Part::Text => text.push_str(&filling.message.text),
                Part::Task => text.push_str(&filling.task.to_string()),
                Part::Value(key) => text.push_str(setting(filling.settings, key)),
            }
        }
        text
    }

    /// The whole text where no message has a part in it.
    pub(super) fn fill_from(&self, settings: &Settings) -> String {
        let words = self.0.iter().map(|part| match part {
            Part::Literal(literal) => literal,
            Part::Value(key) => setting(settings, key),
            _ => "",
        });
        words.collect()
    }
}

impl<'a> Filling<'a> {
    /// Looks whether `message` can be sent at all: rows of other programs may hold anything.
    ///
    /// # Errors
    /// The reply says what is wrong with it.
    pub(super) fn new(
        settings: &'a Settings,
        delivery: &Delivery<'_>,
        message: &'a Message,
    ) -> Result<Filling<'a>, Reply> {
        let digits = recipient_digits(&message.recipient)?;
        if message.text.is_empty() {
            return Err(Reply::rejected(ErrorType::Invalid, "the text is empty"));
        }
        let international = message.recipient.trim_start().starts_with('+');
        Ok(Filling { settings, message, task: delivery.task, digits, international })
    }

    fn sender(&self) -> &str {
        let own = self.message.sender.as_deref().filter(|sender| !sender.is_empty());
        own.unwrap_or_else(|| setting(self.settings, "sender"))
    }
}

fn setting<'a>(settings: &'a Settings, key: &str) -> &'a str {
    settings.values.get(key).map_or("", String::as_str)
}

fn gap(name: &str) -> Result<Part, String> {
    match name {
        "recipient" => Ok(Part::Recipient),
        "recipient_digits" => Ok(Part::RecipientDigits),
        "sender" => Ok(Part::Sender),
        "text" => Ok(Part::Text),
        "task" => Ok(Part::Task),
        _ if !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')) => {
            Ok(Part::Value(name.to_owned()))
        }
        _ => Err(format!("`{{{{ {name} }}}}` holds no word: letters, digits, `-` and `_` make one")),
    }
}

/// The digits of a number. Rows of other programs may hold spaces, dashes, dots and brackets; anything else is no number.
fn recipient_digits(recipient: &str) -> Result<String, Reply> {
    let invalid = |reason| Err(Reply::rejected(ErrorType::Invalid, reason));
    let number = recipient.trim();
    let number = number.strip_prefix('+').unwrap_or(number);
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    if number.chars().any(|c| !(c.is_ascii_digit() || matches!(c, ' ' | '-' | '.' | '(' | ')'))) {
        return invalid("the recipient is no phone number: it holds more than digits");
    }
    match digits.len() {
        0 => invalid("the recipient is empty"),
        1..=NUMBER_DIGITS_MAX => Ok(digits),
        _ => invalid("the recipient is no phone number: it has more than 15 digits"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_words_in_two_braces() {
        let template = Template::parse("{{text}}, {{  user_1 }}{}").expect("a template");
        let wanted = [
            Part::Text,
            Part::Literal(", ".to_owned()),
            Part::Value("user_1".to_owned()),
            Part::Literal("{}".to_owned()),
        ];
        assert_eq!(template.0, wanted);
        assert_eq!(Template::parse("").expect("a template").0, []);
        for (text, reason) in [("{{ text", "never closed"), ("{{}}", "no word"), ("{{ a b }}", "no word")] {
            let error = Template::parse(text).expect_err(text);
            assert!(error.contains(reason), "{text}: {error}");
        }
    }
}
