//! Which column of a file means what.

use std::collections::BTreeSet;

use super::{IntakeError, Template};

/// What a column can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The recipient.
    To,
    /// The text.
    Text,
    /// Who the message says that it comes from.
    Sender,
    /// The key that lets a message in once.
    Key,
    /// When it is due.
    At,
    /// 0 to 9, or a word.
    Priority,
    /// How long after it is due it may be sent.
    ExpiresIn,
    /// The way out.
    Lane,
}

impl Field {
    /// How many there are.
    pub const COUNT: usize = 8;
    /// All of them, each at its index.
    pub const ALL: [Field; Field::COUNT] =
        [Field::To, Field::Text, Field::Sender, Field::Key, Field::At, Field::Priority, Field::ExpiresIn, Field::Lane];

    /// Its place in a row.
    pub const fn index(self) -> usize {
        self as usize
    }

    /// Its name, and the names that mean the same.
    pub(super) const fn names(self) -> &'static [&'static str] {
        match self {
            Field::To => &["to", "recipient", "phone", "mobile"],
            Field::Text => &["text", "message", "content"],
            Field::Sender => &["sender"],
            Field::Key => &["key"],
            Field::At => &["at"],
            Field::Priority => &["priority"],
            Field::ExpiresIn => &["expires_in"],
            Field::Lane => &["lane"],
        }
    }

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        self.names()[0]
    }

    /// The field that one of the names means, in any case of letters.
    pub fn parse(name: &str) -> Option<Field> {
        let name = name.trim();
        Field::ALL.into_iter().find(|field| field.names().iter().any(|known| known.eq_ignore_ascii_case(name)))
    }
}

/// The known names of columns, and those that `--map` gives.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    mapped: Vec<(Field, String)>,
    /// What the template asks for.
    variables: BTreeSet<String>,
}

impl Columns {
    /// `mapped`: fields whose columns bear other names; such a field has that column only.
    pub fn new(mapped: Vec<(Field, String)>) -> Columns {
        Columns { mapped, variables: BTreeSet::new() }
    }

    /// Beside a text for every row, whose variables are columns.
    pub fn filling(self, template: Option<&Template>) -> Columns {
        Columns { variables: template.map(Template::variables).unwrap_or_default(), ..self }
    }

    /// Whether a column means nothing, and no template uses it.
    pub fn is_unknown(&self, name: &str) -> bool {
        self.field(name).is_none() && !self.variables.contains(name)
    }

    /// What the column `name` means, if anything.
    pub fn field(&self, name: &str) -> Option<Field> {
        if let Some((field, _)) = self.mapped.iter().find(|(_, column)| column == name.trim()) {
            return Some(*field);
        }
        Field::parse(name).filter(|field| self.mapped.iter().all(|(mapped, _)| mapped != field))
    }

    /// The place of each field in a header.
    ///
    /// # Errors
    /// A mapped column or `to` is missing; a field has two columns.
    pub fn places<'h>(
        &self,
        header: impl Iterator<Item = &'h str> + Clone,
    ) -> Result<[Option<usize>; Field::COUNT], IntakeError> {
        let mut places = [None; Field::COUNT];
        for (at, name) in header.clone().enumerate() {
            let Some(field) = self.field(name) else { continue };
            if places[field.index()].replace(at).is_some() {
                return Err(IntakeError::TwoColumns(field));
            }
        }
        if let Some((_, column)) = self.mapped.iter().find(|(field, _)| places[field.index()].is_none()) {
            return Err(IntakeError::MapMissing { column: column.clone() });
        }
        if places[Field::To.index()].is_none() {
            return Err(IntakeError::NoColumn(Field::To));
        }
        Ok(places)
    }
}

/// Reads `FIELD=COLUMN`, as `--map` takes it.
///
/// # Errors
/// In words, for the usage error.
pub fn parse_mapping(word: &str) -> Result<(Field, String), String> {
    let fields = || Field::ALL.map(Field::as_str).join("`, `");
    let Some((field, column)) = word.split_once('=') else {
        return Err("write it as `FIELD=COLUMN`, for example `to=Handynummer`".to_owned());
    };
    let field = Field::parse(field).ok_or_else(|| format!("the fields are `{}`", fields()))?;
    match column.trim() {
        "" => Err("the name of the column is empty".to_owned()),
        column => Ok((field, column.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_stands_at_its_index() {
        for (at, field) in Field::ALL.into_iter().enumerate() {
            assert_eq!(field.index(), at);
            assert_eq!(Field::parse(field.as_str()), Some(field));
        }
    }

    #[test]
    fn names_in_any_case_and_other_names() {
        let columns = Columns::default();
        assert_eq!(columns.field(" Phone "), Some(Field::To));
        assert_eq!(columns.field("MESSAGE"), Some(Field::Text));
        assert_eq!(columns.field("name"), None);
    }

    #[test]
    fn a_mapped_field_has_its_column_only() {
        let columns = Columns::new(vec![parse_mapping("to=Handynummer").expect("a mapping")]);
        assert_eq!(columns.field("Handynummer"), Some(Field::To));
        assert_eq!(columns.field("phone"), None);
        assert!(columns.places(["phone", "Handynummer"].into_iter()).is_ok());
        assert!(matches!(columns.places(["phone"].into_iter()), Err(IntakeError::MapMissing { .. })));
    }

    #[test]
    fn headers_that_lack_or_double_something() {
        let places = |header: &[&'static str]| Columns::default().places(header.iter().copied());
        assert!(matches!(places(&["text"]), Err(IntakeError::NoColumn(Field::To))));
        assert!(matches!(places(&["to", "phone"]), Err(IntakeError::TwoColumns(Field::To))));
        assert_eq!(places(&["x", "text", "to"]).expect("places")[..2], [Some(2), Some(1)]);
    }

    #[test]
    fn mappings_that_are_none() {
        for word in ["", "to", "to=", "x=y", "=y"] {
            assert!(parse_mapping(word).is_err(), "{word:?}");
        }
    }
}
