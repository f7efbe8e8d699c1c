//! A bar chart of counts, one bar a line, for terminals of any width.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::escape;

/// One bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// What it counts.
    pub label: String,
    /// How many.
    pub value: u64,
}

/// Eighths of a block, from one to eight.
const BLOCKS: [char; 8] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];
/// The shortest room for bars, in columns.
const BAR_COLUMNS_MIN: usize = 4;

/// The chart in at most `columns` columns; the longest bar fills its room, and any value above 0 shows something. `ascii`
/// draws with `#`. Empty for no bars.
pub(super) fn render(bars: &[Bar], columns: usize, ascii: bool) -> String {
    let labels: Vec<_> = bars.iter().map(|bar| escape::line(&bar.label)).collect();
    let values: Vec<_> = bars.iter().map(|bar| bar.value.to_string()).collect();
    let values_width = values.iter().map(String::len).max().unwrap_or(0);
    // A label takes what the value and the shortest bar leave, and at most half of the width: a lane or an hour
    // fits into that of 40 columns.
    let room = columns.saturating_sub(values_width + BAR_COLUMNS_MIN + 4);
    let longest_label = labels.iter().map(|label| label.width()).max().unwrap_or(0);
    let labels_width = longest_label.min(room.min(columns / 2).max(1));
    let bar_columns = columns.saturating_sub(labels_width + values_width + 4).max(BAR_COLUMNS_MIN);
    let most = bars.iter().map(|bar| bar.value).max().unwrap_or(0);

    let mut out = String::new();
    for ((bar, label), value) in bars.iter().zip(&labels).zip(&values) {
        let label = fit(label, labels_width);
        let drawn = draw(bar.value, most, bar_columns, ascii);
        out.push_str(&label);
        out.push_str(&" ".repeat(labels_width.saturating_sub(label.width())));
        out.push_str(format!("  {value:>values_width$}  {drawn}").trim_end());
        out.push('\n');
    }
    out
}

/// A bar of `value` where `most` fills `columns`.
fn draw(value: u64, most: u64, columns: usize, ascii: bool) -> String {
    if value == 0 || most == 0 {
        return String::new();
    }
    let steps = if ascii { 1 } else { BLOCKS.len() };
    let room = u128::try_from(columns * steps).unwrap_or(u128::MAX);
    let filled = (u128::from(value).saturating_mul(room) / u128::from(most)).max(1);
    let filled = usize::try_from(filled).unwrap_or(columns * steps);
    if ascii {
        return "#".repeat(filled);
    }
    let mut bar = "█".repeat(filled / steps);
    if let Some(eighths) = (filled % steps).checked_sub(1) {
        bar.push(BLOCKS[eighths]);
    }
    bar
}

/// `text` in at most `columns` columns, with `…` where something was cut off.
pub(super) fn fit(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > columns {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bars(values: &[(&str, u64)]) -> Vec<Bar> {
        values.iter().map(|&(label, value)| Bar { label: label.to_owned(), value }).collect()
    }

    #[test]
    fn the_longest_bar_fills_the_width_and_the_smallest_still_shows() {
        let chart = render(&bars(&[("completed", 1000), ("failed", 1), ("held", 0), ("pending", 500)]), 40, false);
        let expected = "\
completed  1000  ███████████████████████
failed        1  ▏
held          0
pending     500  ███████████▌
";
        assert_eq!(chart, expected);
    }

    #[test]
    fn every_line_fits_whatever_the_labels_and_values_are() {
        let awkward = bars(&[("gateway:日本語の長い名前です", u64::MAX), ("a\x1b[2J\tb", 1), ("", 12)]);
        for columns in [20, 40, 80, 200] {
            for ascii in [false, true] {
                for line in render(&awkward, columns, ascii).lines() {
                    let least = 20 + BAR_COLUMNS_MIN + 4 + 1;
                    assert!(line.width() <= columns.max(least), "{columns}: {line}");
                    assert!(!line.contains(escape::is_unsafe), "{line:?}");
                }
            }
        }
    }

    #[test]
    fn ascii_where_the_terminal_is_dumb() {
        assert_eq!(render(&bars(&[("a", 2), ("b", 1)]), 20, true), "a  2  ##############\nb  1  #######\n");
    }

    #[test]
    fn nothing_to_draw_is_nothing() {
        assert_eq!(render(&[], 80, false), "");
        assert_eq!(render(&bars(&[("a", 0)]), 80, false), "a  0\n");
    }

    #[test]
    fn fit_counts_columns_not_characters() {
        assert_eq!(fit("日本語", 6), "日本語");
        assert_eq!(fit("日本語", 5), "日本…");
        assert_eq!(fit("日本語", 4), "日…");
    }
}
