//! Colours, few and by meaning. Whether there are any is decided in one place, `Style::paints`.

/// What a coloured word means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    /// It is done.
    Good,
    /// It failed.
    Bad,
    /// It needs somebody's eyes.
    Caution,
    /// It is under way, or only informs.
    Calm,
    /// Of less weight.
    Faint,
    /// A heading.
    Strong,
}

impl Tone {
    /// The tone of a word in a column of states; `None` for a word that needs none.
    pub(super) fn of_state(word: &str) -> Option<Tone> {
        match word {
            "completed" | "accepted" | "retried" | "ok" => Some(Tone::Good),
            "failed" | "rejected" | "dead" => Some(Tone::Bad),
            "unknown" | "deferred" | "held" | "paused" | "open" => Some(Tone::Caution),
            "processing" | "live" => Some(Tone::Calm),
            "cancelled" | "abandoned" | "ended" => Some(Tone::Faint),
            _ => None,
        }
    }

    /// Select Graphic Rendition of ECMA-48.
    fn code(self) -> &'static str {
        match self {
            Tone::Good => "32",
            Tone::Bad => "1;31",
            Tone::Caution => "33",
            Tone::Calm => "36",
            Tone::Faint => "2",
            Tone::Strong => "1",
        }
    }

    /// `text` in this tone, if `paints`.
    pub(super) fn paint(self, paints: bool, text: &str) -> String {
        if paints { format!("\x1b[{}m{text}\x1b[0m", self.code()) } else { text.to_owned() }
    }
}
