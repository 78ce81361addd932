//! Bar charts as SVG that a page can hold: coloured by its stylesheet, named for screen readers.

use std::ops::Range;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Colours that stand for a role. The stylesheet replaces each by the colour of the theme.
mod role {
    use plotters::style::RGBColor;

    pub(super) const LABEL: RGBColor = RGBColor(1, 1, 1);
    pub(super) const LINE: RGBColor = RGBColor(2, 2, 2);
    pub(super) const SERIES: [RGBColor; 4] = [
        RGBColor(3, 3, 1),
        RGBColor(3, 3, 2),
        RGBColor(3, 3, 3),
        RGBColor(3, 3, 4),
    ];
}

/// What a chart shows: bars named by category, each made of one part per series.
#[derive(Debug, Clone)]
pub(super) struct Bars<'a> {
    /// Names the chart on its page; must be unique there.
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    /// What the chart says, in one sentence.
    pub(super) summary: &'a str,
    pub(super) categories: Vec<String>,
    /// One list per series, as long as `categories`; at most four.
    pub(super) series: Vec<Vec<u64>>,
}

const WIDTH: u32 = 400;
const FONT: u32 = 16;
const ROW_HEIGHT: u32 = 34;
const NAME_WIDTH: u32 = 166;
/// Names under the columns of a chart: more would touch each other.
const COLUMN_NAMES: usize = 4;

impl Bars<'_> {
    /// Bars from left to right, one row per category: for long names.
    pub(super) fn rows(&self) -> String {
        let count = position(self.categories.len());
        let height = count.saturating_mul(ROW_HEIGHT).saturating_add(36);
        let drawn = draw((WIDTH, height), |area| {
            let mut chart = ChartBuilder::on(area)
                .margin_right(44)
                .margin_top(4)
                .x_label_area_size(28)
                .y_label_area_size(NAME_WIDTH)
                .build_cartesian_2d(0..self.limit(), f64::from(count)..0.0)?;
            chart
                .configure_mesh()
                .disable_y_mesh()
                .x_labels(5)
                .y_labels(0)
                .label_style(label())
                .axis_style(role::LINE)
                .bold_line_style(role::LINE)
                .light_line_style(TRANSPARENT)
                .draw()?;
            for (series, row, part) in self.parts() {
                let (top, bottom) = (f64::from(row) + 0.2, f64::from(row) + 0.8);
                let ends = [(part.start, top), (part.end, bottom)];
                let colour = role::SERIES[series].filled();
                chart.draw_series([Rectangle::new(ends, colour)])?;
            }
            for (row, name, total) in self.bars() {
                let middle = f64::from(row) + 0.5;
                let before = label().pos(Pos::new(HPos::Right, VPos::Center));
                let after = label().pos(Pos::new(HPos::Left, VPos::Center));
                let name = Text::new(name.to_owned(), (-8, 0), before);
                let total_text = Text::new(total.to_string(), (6, 0), after);
                chart.draw_series([EmptyElement::at((0, middle)) + name])?;
                chart.draw_series([EmptyElement::at((total, middle)) + total_text])?;
            }
            Ok(())
        });
        self.named(drawn)
    }

    /// Bars from the ground up, one column per category in order: for time.
    pub(super) fn columns(&self) -> String {
        let count = self.categories.len();
        let drawn = draw((WIDTH, 220), |area| {
            let mut chart = ChartBuilder::on(area)
                .margin_right(24)
                .margin_top(10)
                .x_label_area_size(28)
                .y_label_area_size(46)
                .build_cartesian_2d(0.0..f64::from(position(count)), 0..self.limit())?;
            chart
                .configure_mesh()
                .disable_x_mesh()
                .x_labels(0)
                .y_labels(5)
                .label_style(label())
                .axis_style(role::LINE)
                .bold_line_style(role::LINE)
                .light_line_style(TRANSPARENT)
                .draw()?;
            for (series, column, part) in self.parts() {
                let (left, right) = (f64::from(column) + 0.1, f64::from(column) + 0.9);
                let ends = [(left, part.start), (right, part.end)];
                let colour = role::SERIES[series].filled();
                chart.draw_series([Rectangle::new(ends, colour)])?;
            }
            let step = count.div_ceil(COLUMN_NAMES).max(1);
            for (column, name, _) in self.bars().step_by(step) {
                let middle = (f64::from(column) + 0.5, 0);
                let below = label().pos(Pos::new(HPos::Center, VPos::Top));
                let name = Text::new(name.to_owned(), (0, 8), below);
                chart.draw_series([EmptyElement::at(middle) + name])?;
            }
            Ok(())
        });
        self.named(drawn)
    }

    /// The parts of all bars: series, place of the bar and the stretch of the axis it covers.
    fn parts(&self) -> impl Iterator<Item = (usize, u32, Range<u64>)> {
        (0..self.categories.len()).flat_map(move |category| {
            let mut start = 0_u64;
            let series = self.series.iter().take(role::SERIES.len()).enumerate();
            series.filter_map(move |(number, values)| {
                let value = values.get(category).copied().unwrap_or(0);
                let part = start..start.saturating_add(value);
                start = part.end;
                (value > 0).then_some((number, position(category), part))
            })
        })
    }

    /// Place, name and length of every bar.
    fn bars(&self) -> impl Iterator<Item = (u32, &str, u64)> {
        let names = self.categories.iter().enumerate();
        names.map(|(category, name)| {
            let values = self.series.iter().filter_map(|values| values.get(category));
            (position(category), name.as_str(), values.sum())
        })
    }

    /// A bit more than the longest bar.
    fn limit(&self) -> u64 {
        let longest = self.bars().map(|(_, _, total)| total).max().unwrap_or(0);
        longest + longest / 20 + 1
    }

    /// Gives the drawing a name and a description; a drawing that failed leaves its table alone.
    fn named(&self, drawn: Option<String>) -> String {
        let Some(drawn) = drawn else {
            return String::new();
        };
        let Some((_, inside)) = drawn.split_once('>') else {
            return String::new();
        };
        let (_, size) = drawn.split_once("viewBox=\"").unwrap_or_default();
        let size = size.split('"').next().unwrap_or_default();
        let Self {
            id, title, summary, ..
        } = self;
        let (title, summary) = (escaped(title), escaped(summary));
        format!(
            "<svg class=\"chart\" viewBox=\"{size}\" role=\"img\" aria-labelledby=\"{id}-title {id}-text\" \
             xmlns=\"http://www.w3.org/2000/svg\"><title id=\"{id}-title\">{title}</title>\
             <desc id=\"{id}-text\">{summary}</desc>{inside}"
        )
    }
}

type Failure = Box<dyn std::error::Error>;
type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

fn draw(size: (u32, u32), paint: impl FnOnce(&Area<'_>) -> Result<(), Failure>) -> Option<String> {
    let mut svg = String::new();
    let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
    let painted = paint(&area).and_then(|()| Ok(area.present()?));
    drop(area);
    painted.ok().map(|()| svg)
}

fn label() -> TextStyle<'static> {
    ("sans-serif", FONT).into_font().color(&role::LABEL)
}

fn position(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bars() -> Bars<'static> {
        Bars {
            id: "by-method",
            title: "Payments by method",
            summary: "alipay 3 of 4 <succeeded> & one not",
            categories: vec!["alipay".into(), "<b>&".into()],
            series: vec![vec![3, 0], vec![1, 2]],
        }
    }

    #[test]
    fn a_chart_has_a_name_and_a_description() {
        for svg in [bars().rows(), bars().columns()] {
            assert!(
                svg.starts_with("<svg class=\"chart\" viewBox=\"0 0 400 "),
                "{svg}"
            );
            assert!(svg.contains("aria-labelledby=\"by-method-title by-method-text\""));
            assert!(svg.contains("<title id=\"by-method-title\">Payments by method</title>"));
            assert!(svg.contains("4 &lt;succeeded> &amp; one not</desc>"));
            assert!(svg.trim_end().ends_with("</svg>"));
        }
    }

    #[test]
    fn names_cannot_break_out_of_the_drawing() {
        let svg = bars().rows();
        assert!(!svg.contains("<b>"), "{svg}");
        assert!(svg.contains("&lt;b&gt;&amp;"), "{svg}");
    }

    #[test]
    fn every_part_that_is_not_empty_is_one_rectangle_in_its_colour() {
        for svg in [bars().rows(), bars().columns()] {
            assert_eq!(svg.matches("fill=\"#030301\"").count(), 1, "{svg}");
            assert_eq!(svg.matches("fill=\"#030302\"").count(), 2, "{svg}");
        }
    }

    #[test]
    fn bars_are_as_long_as_their_values() {
        let svg = bars().rows();
        let widths: Vec<i64> = svg
            .lines()
            .filter(|line| line.contains("fill=\"#03030"))
            .map(|line| {
                let (_, width) = line.split_once(" width=\"").unwrap();
                width.split('"').next().unwrap().parse().unwrap()
            })
            .collect();
        let [three, one, two] = widths[..] else {
            panic!("{widths:?}");
        };
        assert!(
            (three - 3 * one).abs() <= 2 && (two - 2 * one).abs() <= 2,
            "{widths:?}"
        );
    }

    #[test]
    fn nothing_to_show_is_no_error() {
        let empty = Bars {
            categories: Vec::new(),
            series: Vec::new(),
            ..bars()
        };
        assert!(empty.rows().ends_with("</svg>\n"));
        assert!(empty.columns().ends_with("</svg>\n"));
    }
}
