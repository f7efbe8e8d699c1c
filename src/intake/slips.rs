//! Columns that mean nothing and look as if they should. Any other column is a variable of the template: so `expire_in` would
//! pass without a word, and the message would never expire; and `send_at`, and what was meant for later would go out now.

use std::collections::BTreeSet;

use super::Field;

/// The longest name that may be a slip of the finger.
const NAME_CHARS_MAX: usize = 32;
/// So many names are remembered as looked at; a file whose every row has other keys has no more of them.
const NAMES_MAX: usize = 1024;
/// So many slips are told.
const SLIPS_MAX: usize = 16;
/// How alike two names must be (Jaro-Winkler, 0.0..=1.0). With `error::nearest` a file of customers would hear of `land`.
const LIKENESS_MIN: f64 = 0.9;

/// What others call the time of a message.
const TIMES: [&str; 9] =
    ["available_at", "due", "not_before", "schedule", "scheduled", "scheduled_at", "send_at", "send_time", "when"];
/// What others call the time until then.
const WAITS: [&str; 2] = ["delay", "in"];
/// What a row cannot say, and the option that says it.
const OPTIONS: [(&str, &str); 4] = [
    ("batch", "--batch"),
    ("max_retries", "--max-retries"),
    ("max_segments", "--max-segments"),
    ("region", "--region"),
];

/// A column, or a key of a row, that was probably meant to be something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slip {
    /// As it stands in the file.
    pub name: String,
    /// What it should have been.
    pub meant: Meant,
}

/// What a name that means nothing was probably meant to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meant {
    /// What the column of this name says.
    Column(Field, &'static str),
    /// How long the message is to wait. `at` takes points in time only.
    Wait,
    /// What only this option says, for the whole file.
    Option(&'static str),
}

impl Meant {
    /// The column that says it.
    fn field(self) -> Option<Field> {
        match self {
            Meant::Column(field, _) => Some(field),
            Meant::Wait => Some(Field::At),
            Meant::Option(_) => None,
        }
    }

    /// What to write.
    pub const fn as_str(self) -> &'static str {
        match self {
            Meant::Column(_, name) | Meant::Option(name) => name,
            Meant::Wait => Field::At.as_str(),
        }
    }
}

/// The slips of a file so far.
#[derive(Default)]
pub struct Slips {
    settled: BTreeSet<String>,
    found: Vec<Slip>,
    told: usize,
}

impl Slips {
    /// Looks at names that mean nothing, and that no template uses. `has` tells the fields that stand beside them: what is there
    /// was not meant by another name.
    pub(super) fn look<'n>(&mut self, unknown: impl Iterator<Item = &'n str>, has: &[bool; Field::COUNT]) {
        for name in unknown {
            let is_settled = self.settled.contains(name) || self.settled.len() >= NAMES_MAX;
            if is_settled || name.chars().nth(NAME_CHARS_MAX).is_some() {
                continue;
            }
            let meant = meant(name);
            if meant.and_then(Meant::field).is_some_and(|field| has[field.index()]) {
                continue;
            }
            self.settled.insert(name.to_owned());
            if let Some(meant) = meant.filter(|_| self.found.len() < SLIPS_MAX) {
                self.found.push(Slip { name: name.to_owned(), meant });
            }
        }
    }

    /// Those that were found since the last call.
    pub fn take(&mut self) -> &[Slip] {
        let from = std::mem::replace(&mut self.told, self.found.len());
        &self.found[from..]
    }
}

/// What a name says in other programs, or nearly says here.
fn meant(name: &str) -> Option<Meant> {
    let name = name.trim().to_lowercase().replace(['-', ' '], "_");
    let bare = name.replace('_', "");
    let is_name = |known: &str| known.replace('_', "") == bare;
    if TIMES.into_iter().any(is_name) {
        return Some(Meant::Column(Field::At, Field::At.as_str()));
    }
    if WAITS.into_iter().any(is_name) {
        return Some(Meant::Wait);
    }
    if let Some((_, option)) = OPTIONS.into_iter().find(|(known, _)| is_name(known)) {
        return Some(Meant::Option(option));
    }
    nearest(&name).map(|(field, known)| Meant::Column(field, known))
}

/// The field that a name nearly means, and under which name. Whoever slips knows how the word begins: `gender` is no `sender`.
fn nearest(name: &str) -> Option<(Field, &'static str)> {
    let known = Field::ALL.into_iter().flat_map(|field| field.names().iter().map(move |known| (field, *known)));
    known
        .filter(|(_, known)| known.chars().next() == name.chars().next())
        .map(|(field, known)| (strsim::jaro_winkler(name, known), (field, known)))
        .filter(|(likeness, _)| *likeness >= LIKENESS_MIN)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, meant)| meant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_near_and_what_customers_have_is_not() {
        for (name, meant) in [
            ("expire_in", "expires_in"),
            ("Expires-In", "expires_in"),
            ("expiresin", "expires_in"),
            ("expires", "expires_in"),
            ("expires_at", "expires_in"),
            ("prioritty", "priority"),
            ("priorty", "priority"),
            ("prio", "priority"),
            ("sneder", "sender"),
            ("lanes", "lane"),
            ("keys", "key"),
            ("txt", "text"),
            ("mesage", "message"),
        ] {
            assert_eq!(super::meant(name).map(Meant::as_str), Some(meant), "{name}");
        }
        let others = "name surname gender land lang language line date time id amount price product country city contact age \
                      address area account order customer email test title plan keyword project primary";
        for name in others.split(' ') {
            assert_eq!(meant(name), None, "{name}");
        }
    }

    #[test]
    fn what_other_programs_call_it() {
        for (name, what) in [
            ("send_at", Meant::Column(Field::At, "at")),
            ("Scheduled At", Meant::Column(Field::At, "at")),
            ("notBefore", Meant::Column(Field::At, "at")),
            ("In", Meant::Wait),
            ("delay", Meant::Wait),
            ("max-retries", Meant::Option("--max-retries")),
            ("Region", Meant::Option("--region")),
        ] {
            assert_eq!(meant(name), Some(what), "{name}");
        }
    }

    #[test]
    fn a_name_is_told_once_and_not_beside_what_it_means() {
        let mut slips = Slips::default();
        let mut has = [false; Field::COUNT];
        has[Field::Priority.index()] = true;
        for _ in 0..2 {
            slips.look(["expire_in", "prio", "name"].into_iter(), &has);
        }
        let told = |slips: &mut Slips| slips.take().iter().map(|slip| slip.name.clone()).collect::<Vec<_>>();
        assert_eq!(told(&mut slips), ["expire_in"]);
        slips.look(["expire_in", "prio"].into_iter(), &[false; Field::COUNT]);
        assert_eq!(told(&mut slips), ["prio"]);
        assert_eq!(told(&mut slips), Vec::<String>::new());
    }

    #[test]
    fn no_file_makes_it_remember_without_end() {
        let mut slips = Slips::default();
        let names: Vec<String> = (0..10_000).map(|n| format!("priority{n}")).chain(["expires_".repeat(1000)]).collect();
        slips.look(names.iter().map(String::as_str), &[false; Field::COUNT]);
        assert_eq!((slips.settled.len(), slips.take().len()), (NAMES_MAX, SLIPS_MAX));
    }
}
