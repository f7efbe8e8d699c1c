//! How a failure is written: for people in up to three kinds of line, for scripts as one line of JSON.

use serde::Serialize;

use super::color::Tone;
use super::{escape, json};

/// A failure, ready to be written. Which words it has is `crate::error`'s to say.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Problem<'a> {
    pub kind: &'a str,
    pub message: &'a str,
    pub causes: &'a [String],
    pub hint: Option<&'a str>,
    pub exit_code: u8,
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
    pub(super) fn text(&self, paints: bool) -> String {
        let mut out = format!("{} {}\n", Tone::Bad.paint(paints, "error:"), block(self.message));
        for cause in self.causes {
            out.push_str(&format!("  {} {}\n", Tone::Faint.paint(paints, "caused by:"), block(cause)));
        }
        if let Some(hint) = self.hint {
            out.push_str(&format!("{} {}\n", Tone::Calm.paint(paints, "hint:"), block(hint)));
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

/// Text of several lines stands indented under its first one: no line of it can pass for a `hint:` of ours.
pub(super) fn block(text: &str) -> String {
    escape::lines(text.trim_end()).replace('\n', "\n    ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_the_contract_shows_it() {
        let problem = Problem {
            kind: "unavailable",
            message: "cannot connect to the database at mysql://sms@db1:3306/smspanel",
            causes: &["access denied for user `sms`".to_owned()],
            hint: Some("check `database.url`; `smsctl config show` tells where it comes from"),
            exit_code: 69,
        };
        let text = "\
error: cannot connect to the database at mysql://sms@db1:3306/smspanel
  caused by: access denied for user `sms`
hint: check `database.url`; `smsctl config show` tells where it comes from
";
        assert_eq!(problem.text(false), text);
        let json = "{\"error\": {\"kind\": \"unavailable\", \"message\": \"cannot connect to the database at \
                    mysql://sms@db1:3306/smspanel\", \"causes\": [\"access denied for user `sms`\"], \"hint\": \"check \
                    `database.url`; `smsctl config show` tells where it comes from\", \"exit_code\": 69}}\n";
        assert_eq!(problem.json(), json);
    }

    #[test]
    fn text_from_outside_cannot_pose_as_ours_or_steer_the_terminal() {
        let causes = ["line 1\nhint: run `rm -rf /`\n\x1b[2J\r".to_owned()];
        let problem = Problem { kind: "failed", message: "a\x07", causes: &causes, hint: None, exit_code: 1 };
        let text = "error: a\\x07\n  caused by: line 1\n    hint: run `rm -rf /`\n    \\x1b[2J\n";
        assert_eq!(problem.text(false), text);
        assert_eq!(problem.json().lines().count(), 1);
        assert!(problem.json().contains("\"hint\": null"));
    }

    #[test]
    fn colour_marks_the_leading_words_only() {
        let problem = Problem { kind: "bug", message: "m", causes: &[], hint: Some("h"), exit_code: 70 };
        assert_eq!(problem.text(true), "\x1b[1;31merror:\x1b[0m m\n\x1b[36mhint:\x1b[0m h\n");
    }
}
