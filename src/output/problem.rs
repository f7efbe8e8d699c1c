//! How a failure is written: for people in up to three kinds of line, for scripts as one line of JSON.

use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use super::color::Tone;
use super::story::wrap;
use super::{Style, escape, json};

/// Before the second and all further lines of a text.
const INDENT: &str = "    ";
/// The least room for words, in columns, however narrow the terminal is.
const COLUMNS_MIN: usize = 16;

/// A failure, ready to be written. Which words it has is `crate::error`'s to say.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Problem<'a> {
    /// The kind in one word, which never changes.
    pub kind: &'a str,
    /// What failed.
    pub message: &'a str,
    /// Why, the outermost first.
    pub causes: &'a [String],
    /// What may help.
    pub hint: Option<&'a str>,
    /// The exit code of the process.
    pub exit_code: u8,
    /// How far a file got that stopped half way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<FilePart>,
}

/// The part of a file that is dealt with, in numbers for scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct FilePart {
    /// Its rows: they are new in the queue, or were there, or were refused.
    pub read: u64,
    /// The line on which it ends.
    pub line: u64,
    /// Rows that are new in the queue.
    pub enqueued: u64,
    /// Rows whose key was in the queue already.
    pub duplicates: u64,
    /// Rows that are no messages.
    pub rejected: u64,
}

#[derive(Serialize)]
struct Envelope<'a> {
    error: Problem<'a>,
}

impl Problem<'_> {
    /// ```text
    /// error: what
    ///   caused by: why
    /// hint: what to do
    /// ```
    pub(super) fn text(&self, style: Style) -> String {
        let mut out = told(style, Tone::Bad, "error: ", self.message);
        for cause in self.causes {
            out.push_str(&told(style, Tone::Faint, "  caused by: ", cause));
        }
        if let Some(hint) = self.hint {
            out.push_str(&told(style, Tone::Calm, "hint: ", hint));
        }
        out
    }

    /// `{"error": {…}}` and a line end.
    pub(super) fn json(&self) -> String {
        // Strings and a number always serialize.
        let mut line = json::to_line(&Envelope { error: *self }).unwrap_or_default();
        line.push('\n');
        line
    }
}

/// `lead` in its tone, and text behind it. What is wider than the terminal is broken between words; where there is none, lines
/// are left as they are. Further lines stand indented under the first one: none of them can pass for a `hint:` of ours.
pub(super) fn told(style: Style, tone: Tone, lead: &str, text: &str) -> String {
    let escaped = escape::lines(text.trim_end());
    let columns = usize::from(style.terminal.columns);
    let fits = |line: &str| lead.width() + line.width() <= columns;
    let lines = if !style.terminal.stderr || escaped.split('\n').all(fits) {
        escaped.split('\n').map(str::to_owned).collect()
    } else {
        // A word that has no place behind the lead is broken there; all lines have the room of the indented ones.
        let whole = wrap(&format!("{lead}{text}"), columns.saturating_sub(INDENT.len()).max(COLUMNS_MIN));
        whole.iter().map(|line| line.strip_prefix(lead).unwrap_or(line).to_owned()).collect::<Vec<_>>()
    };
    let word = lead.trim();
    let painted =
        if word.is_empty() { lead.to_owned() } else { lead.replace(word, &tone.paint(style.paints_stderr(), word)) };
    format!("{painted}{}\n", lines.join(&format!("\n{INDENT}")))
}

#[cfg(test)]
mod tests {
    use super::super::{ColorChoice, Terminal};
    use super::*;

    #[test]
    fn as_the_contract_shows_it() {
        let problem = Problem {
            kind: "unavailable",
            message: "cannot connect to the database at mysql://sms@db1:3306/smspanel",
            causes: &["access denied for user `sms`".to_owned()],
            hint: Some("check `database.url`; `smsctl config show` tells where it comes from"),
            exit_code: 69,
            file: None,
        };
        let text = "\
error: cannot connect to the database at mysql://sms@db1:3306/smspanel
  caused by: access denied for user `sms`
hint: check `database.url`; `smsctl config show` tells where it comes from
";
        assert_eq!(problem.text(Style::default()), text);
        let json = "{\"error\": {\"kind\": \"unavailable\", \"message\": \"cannot connect to the database at \
                    mysql://sms@db1:3306/smspanel\", \"causes\": [\"access denied for user `sms`\"], \"hint\": \"check \
                    `database.url`; `smsctl config show` tells where it comes from\", \"exit_code\": 69}}\n";
        assert_eq!(problem.json(), json);
    }

    #[test]
    fn text_from_outside_cannot_pose_as_ours_or_steer_the_terminal() {
        let causes = ["line 1\nhint: run `rm -rf /`\n\x1b[2J\r".to_owned()];
        let problem =
            Problem { kind: "failed", message: "a\x07", causes: &causes, hint: None, exit_code: 1, file: None };
        let text = "error: a\\x07\n  caused by: line 1\n    hint: run `rm -rf /`\n    \\x1b[2J\n";
        assert_eq!(problem.text(Style::default()), text);
        assert_eq!(problem.json().lines().count(), 1);
        assert!(problem.json().contains("\"hint\": null"));
    }

    #[test]
    fn a_narrow_terminal_breaks_lines_between_words() {
        let problem = Problem {
            kind: "usage",
            message: "this is not a phone number: it holds letters, an extension or other signs",
            causes: &["it said `no such host is known here`".to_owned()],
            hint: Some("write it with plus and country code, for example `+85291234567`"),
            exit_code: 2,
            file: None,
        };
        let terminal = Terminal { stderr: true, columns: 40, ..Terminal::default() };
        let text = "\
error: this is not a phone number:
    it holds letters, an extension or
    other signs
  caused by: it said
    `no such host is known here`
hint: write it with plus and country
    code, for example `+85291234567`
";
        assert_eq!(problem.text(Style { terminal, color: ColorChoice::Never, ..Style::default() }), text);
    }

    #[test]
    fn colour_marks_the_leading_words_only() {
        let problem = Problem { kind: "bug", message: "m", causes: &[], hint: Some("h"), exit_code: 70, file: None };
        let style = Style { color: ColorChoice::Always, ..Style::default() };
        assert_eq!(problem.text(style), "\x1b[1;31merror:\x1b[0m m\n\x1b[36mhint:\x1b[0m h\n");
    }
}
