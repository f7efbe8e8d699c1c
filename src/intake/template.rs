//! `--text "Hello {{ name }}"`: one text for many rows, each with its own words in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use csv::ByteRecord;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, Error, UndefinedBehavior, Value};

use super::{Fault, Row};

/// Steps that filling in one row may take: enough for any text, and an end for a template that has none of its own.
const FUEL: u64 = 100_000;
/// What marks a template.
const MARKS: [&str; 3] = ["{{", "{%", "{#"];

/// Why a text is no template.
#[derive(Debug, thiserror::Error)]
#[error("the text is not a template that can be filled in")]
pub struct TemplateError(#[source] pub Error);

/// A text for every row. Its `Debug` does not tell it.
#[derive(Clone)]
pub enum Template {
    /// Sent as it is, byte for byte.
    Plain(String),
    /// Filled in with the columns of each row.
    Filled(Box<Environment<'static>>),
}

/// The columns of a row, by their own names.
#[derive(Default)]
pub enum Variables<'a> {
    /// There are none.
    #[default]
    None,
    /// The cells of a row, each under the name of its column.
    Cells {
        /// The names.
        header: &'a ByteRecord,
        /// The cells.
        record: &'a ByteRecord,
    },
    /// The keys of an object.
    Object(serde_json::Map<String, serde_json::Value>),
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Template").finish_non_exhaustive()
    }
}

impl Template {
    /// Reads a template: Jinja's `{{ name }}`, filters and conditions, nothing escaped, every variable must be there.
    ///
    /// # Errors
    /// Says where its syntax is wrong.
    pub fn parse(text: String) -> Result<Template, TemplateError> {
        if !MARKS.iter().any(|mark| text.contains(mark)) {
            return Ok(Template::Plain(text));
        }
        let syntax = SyntaxConfig::builder().keep_trailing_newline(true).build().map_err(TemplateError)?;
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_syntax(syntax);
        environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        environment.set_fuel(Some(FUEL));
        environment.add_template_owned("text", text).map_err(TemplateError)?;
        Ok(Template::Filled(Box::new(environment)))
    }

    /// The first variable that no column of `header` can fill.
    pub fn missing(&self, header: &ByteRecord) -> Option<String> {
        let Template::Filled(environment) = self else { return None };
        let is_there = |name: &str| {
            header.iter().any(|column| column == name.as_bytes())
                || environment.globals().any(|(global, _)| global == name)
        };
        self.variables().into_iter().find(|name| !is_there(name))
    }

    /// What it asks for by name.
    pub fn variables(&self) -> BTreeSet<String> {
        let Template::Filled(environment) = self else { return BTreeSet::new() };
        let template = environment.get_template("text").ok();
        template.map(|template| template.undeclared_variables(false).into_iter().collect()).unwrap_or_default()
    }

    /// The text of one row.
    ///
    /// # Errors
    /// A variable is missing, or the template asks for what cannot be done with one.
    pub fn fill(&self, row: &Row<'_>) -> Result<String, Fault> {
        match self {
            Template::Plain(text) => Ok(text.clone()),
            Template::Filled(environment) => {
                let template = environment.get_template("text").map_err(|error| unfilled(&error))?;
                template.render(row.variables.value()).map_err(|error| unfilled(&error))
            }
        }
    }
}

impl Variables<'_> {
    /// Cells that are not UTF-8 are left out: a template that needs one does not find it.
    fn value(&self) -> Value {
        match self {
            Variables::None => Value::UNDEFINED,
            Variables::Cells { header, record } => {
                let text = |bytes| std::str::from_utf8(bytes).ok();
                let pairs = header.iter().zip(record.iter());
                let pairs = pairs.filter_map(|(name, cell)| Some((text(name)?.to_owned(), Value::from(text(cell)?))));
                Value::from(pairs.collect::<BTreeMap<String, Value>>())
            }
            Variables::Object(object) => Value::from(Serde(object)),
        }
    }
}

/// The kind of error alone: its details may hold what stands in the row.
fn unfilled(error: &Error) -> Fault {
    Fault::Template { reason: error.kind().to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(text: &str, cells: &[(&str, &str)]) -> Result<String, Fault> {
        let header = ByteRecord::from(cells.iter().map(|(name, _)| *name).collect::<Vec<_>>());
        let record = ByteRecord::from(cells.iter().map(|(_, cell)| *cell).collect::<Vec<_>>());
        let row = Row { variables: Variables::Cells { header: &header, record: &record }, ..Row::default() };
        Template::parse(text.to_owned()).expect("a template").fill(&row)
    }

    #[test]
    fn columns_fill_a_template_unescaped() {
        let cells = [("name", "<Ann> & \"Bob\" {{x}}"), ("sum", "12")];
        assert_eq!(fill("Hi {{ name }}!\n", &cells).as_deref(), Ok("Hi <Ann> & \"Bob\" {{x}}!\n"));
        assert_eq!(fill("{% if sum == '12' %}{{ sum|upper }}{% endif %}", &cells).as_deref(), Ok("12"));
        assert_eq!(fill("no marks } {", &cells).as_deref(), Ok("no marks } {"));
    }

    #[test]
    fn keys_of_an_object_fill_it_too() {
        let object = serde_json::json!({"name": "Ann", "order": {"id": 7}});
        let Some(object) = object.as_object() else { panic!("an object") };
        let row = Row { variables: Variables::Object(object.clone()), ..Row::default() };
        let template = Template::parse("{{ name }}: {{ order.id }}".to_owned()).expect("a template");
        assert_eq!(template.fill(&row).as_deref(), Ok("Ann: 7"));
    }

    #[test]
    fn what_is_missing_is_found_before_the_rows() {
        let template = |text: &str| Template::parse(text.to_owned()).expect("a template");
        let header = ByteRecord::from(vec!["to", "name"]);
        assert_eq!(template("{{ name }} {{ surname }}").missing(&header).as_deref(), Some("surname"));
        assert_eq!(template("{% for i in range(3) %}{{ i }}{{ name }}{% endfor %}").missing(&header), None);
        assert_eq!(template("plain").missing(&header), None);
        let undefined = Fault::Template { reason: "undefined value".to_owned() };
        assert_eq!(fill("{{ surname }}", &[("name", "Ann")]), Err(undefined));
    }

    #[test]
    fn templates_that_are_none_or_have_no_end() {
        for text in ["{{ name", "{% if %}", "{{ name | nofilter }}{{"] {
            assert!(Template::parse(text.to_owned()).is_err(), "{text:?}");
        }
        let endless = "{% for i in range(10000) %}{% for j in range(10000) %}x{% endfor %}{% endfor %}";
        let empty = Fault::Template { reason: "engine ran out of fuel".to_owned() };
        assert_eq!(fill(endless, &[]), Err(empty));
    }
}
