//! Which lane serves a row of the queue, and where its message stands when another program wrote the row.
//!
//! A row that smsctl enqueued names its lane in `task_func`. A row of another program names a function of its own there; the
//! settings (`[tasks."PATTERN"]`) route it to a lane and say where in `args` and `kwargs` recipient and text stand.

use std::collections::BTreeSet;
use std::fmt;

use globset::{GlobBuilder, GlobMatcher};
use serde_json::Value;

use super::{Lane, Message};

/// Where a value stands in a row: `args.1`, `kwargs.text`, `kwargs.message.to`. The first word is the column; a number
/// counts from 0 in a list, any word is a key in an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    column: Column,
    steps: Vec<String>,
}

/// A column that holds JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Args,
    Kwargs,
}

/// A place that cannot be one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the words of each stand in its attribute")]
pub enum PlaceError {
    #[error("it must begin with `args.` or `kwargs.`")]
    Column,
    #[error("it has an empty step")]
    EmptyStep,
}

/// Where the message of a foreign row stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessagePlaces {
    /// Where the recipient stands.
    pub to: Place,
    /// Where the text stands.
    pub text: Place,
    /// `None`: rows name no sender.
    pub sender: Option<Place>,
}

/// `[tasks."PATTERN"]`: rows that another program enqueues.
#[derive(Clone, Debug)]
pub struct TaskRoute {
    pattern: Pattern,
    /// The lane that serves them.
    pub lane: Lane,
    /// Where the message stands; `None` for a command, which reads `args` and `kwargs` itself.
    pub message: Option<MessagePlaces>,
}

/// A glob over `task_func`: `*` is any text, `?` one character, `[ab]` one of them, `{x,y}` either; case matters.
#[derive(Clone, Debug)]
pub struct Pattern {
    matcher: GlobMatcher,
}

/// A pattern that is no glob.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is not a pattern: {reason}")]
pub struct PatternError {
    /// What the pattern lacks.
    pub reason: String,
}

/// A foreign row that does not hold the message that its route promises. Says where, never what.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the words of each stand in its attribute")]
pub enum ExtractError {
    #[error("`{column}` is not JSON: {reason}")]
    NotJson { column: &'static str, reason: String },
    #[error("there is nothing at `{place}`")]
    Missing { place: String },
    #[error("`{place}` holds {found}, not text")]
    NotText { place: String, found: &'static str },
    #[error("`{place}` is empty")]
    Empty { place: String },
}

/// What serves a row.
#[derive(Clone, Copy, Debug)]
pub struct Served<'a> {
    /// The lane that serves it.
    pub lane: &'a Lane,
    /// Where the message stands; `None` if the row names the lane itself and smsctl's own columns hold the message.
    pub route: Option<&'a TaskRoute>,
}

/// All lanes and routes of the settings.
#[derive(Clone, Debug, Default)]
pub struct Routes {
    lanes: BTreeSet<Lane>,
    routes: Vec<TaskRoute>,
}

impl Place {
    /// Reads `args.1` and the like.
    ///
    /// # Errors
    /// It names no column, or a step is empty.
    pub fn parse(text: &str) -> Result<Place, PlaceError> {
        let (column, path) = text.split_once('.').ok_or(PlaceError::Column)?;
        let column = match column {
            "args" => Column::Args,
            "kwargs" => Column::Kwargs,
            _ => return Err(PlaceError::Column),
        };
        let steps: Vec<String> = path.split('.').map(str::to_owned).collect();
        if steps.iter().any(String::is_empty) {
            return Err(PlaceError::EmptyStep);
        }
        Ok(Place { column, steps })
    }

    /// What stands there; `None` where the path leads nowhere or to `null`.
    fn find<'a>(&self, row: &'a ForeignRow) -> Option<&'a Value> {
        let mut value = match self.column {
            Column::Args => &row.args,
            Column::Kwargs => &row.kwargs,
        };
        for step in &self.steps {
            value = match value {
                Value::Array(list) => list.get(step.parse::<usize>().ok()?)?,
                Value::Object(map) => map.get(step)?,
                _ => return None,
            };
        }
        (!value.is_null()).then_some(value)
    }

    /// The text there: a string, or a whole number as it is written, since programs store phone numbers as either.
    fn text(&self, row: &ForeignRow) -> Result<Option<String>, ExtractError> {
        let Some(value) = self.find(row) else { return Ok(None) };
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) if number.is_u64() || number.is_i64() => number.to_string(),
            other => return Err(ExtractError::NotText { place: self.to_string(), found: kind_of(other) }),
        };
        if text.is_empty() {
            return Err(ExtractError::Empty { place: self.to_string() });
        }
        Ok(Some(text))
    }

    fn required_text(&self, row: &ForeignRow) -> Result<String, ExtractError> {
        self.text(row)?.ok_or_else(|| ExtractError::Missing { place: self.to_string() })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.column.name())?;
        self.steps.iter().try_for_each(|step| write!(f, ".{step}"))
    }
}

impl Column {
    const fn name(self) -> &'static str {
        match self {
            Column::Args => "args",
            Column::Kwargs => "kwargs",
        }
    }
}

/// The two JSON columns of a row, read.
struct ForeignRow {
    args: Value,
    kwargs: Value,
}

impl ForeignRow {
    fn read(args: Option<&str>, kwargs: Option<&str>) -> Result<ForeignRow, ExtractError> {
        Ok(ForeignRow { args: read_json(Column::Args, args)?, kwargs: read_json(Column::Kwargs, kwargs)? })
    }
}

fn read_json(column: Column, text: Option<&str>) -> Result<Value, ExtractError> {
    let Some(text) = text else { return Ok(Value::Null) };
    serde_json::from_str(text)
        .map_err(|error| ExtractError::NotJson { column: column.name(), reason: error.to_string() })
}

const fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a fraction",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

impl MessagePlaces {
    /// The message of a row with these JSON texts.
    ///
    /// # Errors
    /// A column is no JSON, or a place holds no text.
    pub fn extract(&self, args: Option<&str>, kwargs: Option<&str>) -> Result<Message, ExtractError> {
        let row = ForeignRow::read(args, kwargs)?;
        let sender = match &self.sender {
            Some(place) => place.text(&row)?,
            None => None,
        };
        Ok(Message { recipient: self.to.required_text(&row)?, text: self.text.required_text(&row)?, sender })
    }
}

impl Pattern {
    /// Reads a glob.
    ///
    /// # Errors
    /// A bracket or brace is not closed, or the pattern is empty.
    pub fn parse(text: &str) -> Result<Pattern, PatternError> {
        if text.is_empty() {
            return Err(PatternError { reason: "it is empty".to_owned() });
        }
        // Names of functions know no path separator: `*` matches `/` like any other character.
        let glob = GlobBuilder::new(text)
            .literal_separator(false)
            .build()
            .map_err(|error| PatternError { reason: error.kind().to_string() })?;
        Ok(Pattern { matcher: glob.compile_matcher() })
    }

    /// Whether the whole of `task_func` is such a text.
    pub fn matches(&self, task_func: &str) -> bool {
        self.matcher.is_match(task_func)
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        self.matcher.glob().glob()
    }
}

impl TaskRoute {
    /// Rows that `pattern` fits take `lane`.
    pub fn new(pattern: Pattern, lane: Lane, message: Option<MessagePlaces>) -> TaskRoute {
        TaskRoute { pattern, lane, message }
    }
}

impl Routes {
    /// `routes` in the order of the settings.
    pub fn new(lanes: impl IntoIterator<Item = Lane>, routes: Vec<TaskRoute>) -> Routes {
        Routes { lanes: lanes.into_iter().collect(), routes }
    }

    /// The configured lanes, in the order of their names.
    pub fn lanes(&self) -> impl Iterator<Item = &Lane> {
        self.lanes.iter()
    }

    /// What serves a row with this `task_func`; `None`: nothing, it waits.
    ///
    /// The name of a lane is that lane and never meets a pattern: otherwise `"*"` would swallow smsctl's own tasks while their
    /// lane is out of the settings. Among the patterns the first that matches decides, even if its lane is not configured.
    pub fn lane_of(&self, task_func: &str) -> Option<Served<'_>> {
        if let Some(lane) = Lane::in_row(task_func) {
            return self.lanes.get(&lane).map(|lane| Served { lane, route: None });
        }
        let route = self.routes.iter().find(|route| route.pattern.matches(task_func))?;
        self.lanes.get(&route.lane).map(|lane| Served { lane, route: Some(route) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str) -> Place {
        Place::parse(text).unwrap()
    }

    fn places(to: &str, text: &str, sender: Option<&str>) -> MessagePlaces {
        MessagePlaces { to: place(to), text: place(text), sender: sender.map(place) }
    }

    fn route(pattern: &str, lane: &str) -> TaskRoute {
        let lane = Lane::parse(lane).unwrap();
        TaskRoute::new(Pattern::parse(pattern).unwrap(), lane, Some(places("args.0", "args.1", None)))
    }

    fn routes(lanes: &[&str], routes: &[(&str, &str)]) -> Routes {
        let lanes = lanes.iter().map(|lane| Lane::parse(lane).unwrap());
        Routes::new(lanes, routes.iter().map(|(pattern, lane)| route(pattern, lane)).collect())
    }

    fn served(routes: &Routes, task_func: &str) -> Option<(String, Option<String>)> {
        let served = routes.lane_of(task_func)?;
        Some((served.lane.to_string(), served.route.map(|route| route.pattern.matcher.glob().glob().to_owned())))
    }

    #[test]
    fn places_read_back_as_written() {
        for text in ["args.1", "kwargs.text", "kwargs.message.to", "args.0.phones.2"] {
            assert_eq!(place(text).to_string(), text);
        }
    }

    #[test]
    fn places_need_a_column_and_full_steps() {
        for text in ["", "args", "1", "arg.1", "kwargs", "text.kwargs", "Args.1"] {
            assert_eq!(Place::parse(text), Err(PlaceError::Column), "{text}");
        }
        for text in ["args.", "kwargs..to", "kwargs.to.", "args.1."] {
            assert_eq!(Place::parse(text), Err(PlaceError::EmptyStep), "{text}");
        }
    }

    #[test]
    fn a_message_is_found_by_position_by_name_and_in_depth() {
        let args = Some(r#"[7, "+85291234567"]"#);
        let kwargs = Some(r#"{"text": "héllo \u0000 {{x}}", "m": {"to": [85298765432], "from": "ACME"}}"#);
        let plain = places("args.1", "kwargs.text", None).extract(args, kwargs).unwrap();
        assert_eq!((plain.recipient.as_str(), plain.text.as_str()), ("+85291234567", "héllo \0 {{x}}"));
        assert_eq!(plain.sender, None);
        let deep = places("kwargs.m.to.0", "kwargs.text", Some("kwargs.m.from")).extract(args, kwargs).unwrap();
        assert_eq!((deep.recipient.as_str(), deep.sender.as_deref()), ("85298765432", Some("ACME")));
    }

    #[test]
    fn a_sender_that_is_not_named_is_the_gateways_own() {
        let places = places("args.0", "args.1", Some("kwargs.sender"));
        for kwargs in [None, Some("{}"), Some("null"), Some(r#"{"sender": null}"#)] {
            assert_eq!(places.extract(Some(r#"["1", "x"]"#), kwargs).unwrap().sender, None, "{kwargs:?}");
        }
    }

    #[test]
    fn a_row_without_the_message_says_where_and_never_what() {
        let places = places("args.0", "kwargs.text", None);
        let error = |args, kwargs| places.extract(args, kwargs).unwrap_err().to_string();
        assert_eq!(error(None, Some(r#"{"text": "x"}"#)), "there is nothing at `args.0`");
        assert_eq!(error(Some("[]"), Some(r#"{"text": "x"}"#)), "there is nothing at `args.0`");
        assert_eq!(error(Some(r#"["1"]"#), None), "there is nothing at `kwargs.text`");
        assert_eq!(error(Some(r#"["1"]"#), Some(r#"{"text": ""}"#)), "`kwargs.text` is empty");
        assert_eq!(error(Some(r#"["1"]"#), Some(r#"{"text": ["secret"]}"#)), "`kwargs.text` holds a list, not text");
        assert_eq!(error(Some("[1.5]"), Some(r#"{"text": "x"}"#)), "`args.0` holds a fraction, not text");
        assert_eq!(error(Some("[true]"), Some(r#"{"text": "x"}"#)), "`args.0` holds a boolean, not text");
        assert_eq!(error(Some(r#""91234567""#), Some(r#"{"text": "x"}"#)), "there is nothing at `args.0`");
        let broken = error(Some("['91234567']"), None);
        assert!(broken.starts_with("`args` is not JSON: ") && !broken.contains("91234567"), "{broken}");
    }

    #[test]
    fn the_first_pattern_that_matches_decides() {
        let routes = routes(
            &["gateway:default", "command:report"],
            &[("app.sms.*", "gateway:default"), ("app.*", "command:report"), ("app.sms.late", "command:report")],
        );
        assert_eq!(served(&routes, "app.sms.late"), Some(("gateway:default".to_owned(), Some("app.sms.*".to_owned()))));
        assert_eq!(served(&routes, "app.other"), Some(("command:report".to_owned(), Some("app.*".to_owned()))));
        assert_eq!(served(&routes, "APP.other"), None);
        assert_eq!(served(&routes, ""), None);
    }

    #[test]
    fn a_lanes_own_name_never_meets_a_pattern() {
        let routes = routes(&["gateway:default"], &[("*", "gateway:default")]);
        assert_eq!(served(&routes, "gateway:default"), Some(("gateway:default".to_owned(), None)));
        assert_eq!(served(&routes, "gateway:gone"), None);
        assert_eq!(served(&routes, "command:report"), None);
        let foreign = Some(("gateway:default".to_owned(), Some("*".to_owned())));
        assert_eq!(served(&routes, "module:function"), foreign);
        assert_eq!(served(&routes, "default"), foreign);
    }

    #[test]
    fn a_route_to_a_lane_that_is_not_configured_serves_nothing() {
        let routes = routes(&["gateway:default"], &[("app.*", "gateway:other"), ("*", "gateway:default")]);
        assert_eq!(served(&routes, "app.x"), None);
    }

    #[test]
    fn patterns_are_globs() {
        let matches = |pattern: &str, word: &str| Pattern::parse(pattern).unwrap().matches(word);
        assert!(matches("smspanel.*.process_single_sms_task", "smspanel.a.b.process_single_sms_task"));
        assert!(matches("a.{b,c}.?", "a.c.d"));
        assert!(matches("a*", "a/b\\c\nd"));
        assert!(!matches("a.b", "a.b.c"));
        for bad in ["", "a[", "{a", "a\\"] {
            assert!(Pattern::parse(bad).is_err(), "{bad}");
        }
    }
}
