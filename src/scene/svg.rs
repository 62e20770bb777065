//! The display list as SVG, with the colours left to custom properties: for pages without a canvas.

use std::fmt::Write;

use crate::scene::list::{Anchor, Dash, DisplayList, Form, Label, Layer, Shape};
use crate::scene::measure::Font;
use crate::scene::role::Role;

/// Writes the list as one `<svg>` element of this size. `title` is its name for those who do not see it.
#[must_use]
pub fn to_svg(list: &DisplayList, width: f32, height: f32, title: &str) -> String {
    let mut out = String::new();
    let (w, h) = (number(width), number(height));
    write!(
        out,
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-label=""#
    )
    .expect("a string takes everything");
    escape(&mut out, title);
    out.push_str("\">\n");
    let mut shapes = list.shapes();
    let mut labels = list.labels();
    for layer in Layer::ALL {
        let end = shapes.partition_point(|shape| shape.layer() <= layer);
        for group in shapes[..end].chunk_by(|a, b| a.key() == b.key()) {
            write_group(&mut out, group);
        }
        shapes = &shapes[end..];
        let end = labels.partition_point(|label| label.layer <= layer);
        for group in labels[..end].chunk_by(|a, b| a.style == b.style) {
            write_labels(&mut out, list, group);
        }
        labels = &labels[end..];
    }
    out.push_str("</svg>\n");
    out
}

fn write_group(out: &mut String, group: &[Shape]) {
    let (form, paint) = (group[0].form(), group[0].paint());
    out.push_str("<path d=\"");
    for shape in group {
        write_path(out, form, shape.numbers());
    }
    out.push('"');
    colour(out, "fill", paint.fill);
    if let Some(role) = paint.stroke {
        colour(out, "stroke", Some(role));
        write!(out, " stroke-width=\"{}\"", number(paint.width()))
            .expect("a string takes everything");
        if paint.dash != Dash::Solid {
            let lengths: Vec<String> = paint.dash.pattern().iter().map(|n| number(*n)).collect();
            write!(out, " stroke-dasharray=\"{}\"", lengths.join(" "))
                .expect("a string takes everything");
        }
        if paint.dash == Dash::Dots {
            out.push_str(" stroke-linecap=\"round\"");
        }
    }
    if paint.alpha != 0 {
        write!(out, " opacity=\"{}\"", number(paint.opacity())).expect("a string takes everything");
    }
    out.push_str("/>\n");
}

fn write_path(out: &mut String, form: Form, n: &[f32]) {
    let mut put = |command: &str, numbers: &[f32]| {
        out.push_str(command);
        for (at, value) in numbers.iter().enumerate() {
            if at > 0 {
                out.push(' ');
            }
            out.push_str(&number(*value));
        }
    };
    match form {
        Form::Rect => {
            put("M", &n[..2]);
            put("h", &n[2..3]);
            put("v", &n[3..4]);
            put("h", &[-n[2]]);
            put("z", &[]);
        }
        Form::Round => {
            let (w, h, r) = (n[2] - 2.0 * n[4], n[3] - 2.0 * n[4], n[4]);
            put("M", &[n[0] + r, n[1]]);
            put("h", &[w]);
            put("a", &[r, r, 0.0, 0.0, 1.0, r, r]);
            put("v", &[h]);
            put("a", &[r, r, 0.0, 0.0, 1.0, -r, r]);
            put("h", &[-w]);
            put("a", &[r, r, 0.0, 0.0, 1.0, -r, -r]);
            put("v", &[-h]);
            put("a", &[r, r, 0.0, 0.0, 1.0, r, -r]);
            put("z", &[]);
        }
        Form::Line => {
            put("M", &n[..2]);
            put("L", &n[2..4]);
        }
        Form::Curve => {
            put("M", &n[..2]);
            put("C", &n[2..8]);
        }
        Form::Triangle => {
            put("M", &n[..2]);
            put("L", &n[2..6]);
            put("z", &[]);
        }
        Form::Diamond => {
            put("M", &[n[0], n[1] - n[2]]);
            put("l", &[n[2], n[2], -n[2], n[2], -n[2], -n[2]]);
            put("z", &[]);
        }
    }
}

fn write_labels(out: &mut String, list: &DisplayList, group: &[Label]) {
    let style = group[0].style;
    let class = match style.font {
        Font::Sans => "sans",
        Font::Mono => "mono",
    };
    write!(out, "<g class=\"{class}\" font-size=\"{}\"", style.size)
        .expect("a string takes everything");
    if style.bold {
        out.push_str(" font-weight=\"600\"");
    }
    match style.anchor {
        Anchor::Start => {}
        Anchor::Middle => out.push_str(" text-anchor=\"middle\""),
        Anchor::End => out.push_str(" text-anchor=\"end\""),
    }
    colour(out, "fill", Some(style.role));
    if style.alpha != 0 {
        write!(out, " opacity=\"{}\"", number(f32::from(style.alpha) / 15.0))
            .expect("a string takes everything");
    }
    out.push('>');
    for label in group {
        write!(out, "<text x=\"{}\" y=\"{}\">", number(label.x), number(label.y))
            .expect("a string takes everything");
        escape(out, list.text(label));
        out.push_str("</text>");
    }
    out.push_str("</g>\n");
}

fn colour(out: &mut String, attribute: &str, role: Option<Role>) {
    match role {
        None => write!(out, " {attribute}=\"none\""),
        Some(role) => write!(out, " {attribute}=\"var({})\"", role.property()),
    }
    .expect("a string takes everything");
}

/// At most one decimal.
fn number(value: f32) -> String {
    let tenths = (value * 10.0).round() as i64;
    let (sign, tenths) = (if tenths < 0 { "-" } else { "" }, tenths.abs());
    if tenths % 10 == 0 {
        format!("{sign}{}", tenths / 10)
    } else {
        format!("{sign}{}.{}", tenths / 10, tenths % 10)
    }
}

fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // XML has no other control characters.
            '\u{0}'..='\u{1f}' | '\u{7f}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::list::{Area, Paint, Type};

    #[test]
    fn words_are_escaped_and_colours_are_properties() {
        let mut list = DisplayList::default();
        list.label(Layer::Text, 1.25, 2.0, Type::sans(12, Role::Ink), "a<b & \"c\"");
        list.round(Layer::Box, Area::new(0.0, 0.0, 10.0, 10.0), 2.0, Paint::fill(Role::Glass));
        list.sort();
        let svg = to_svg(&list, 20.0, 10.0, "<stage>");
        assert!(svg.contains("a&lt;b &amp; &quot;c&quot;"), "{svg}");
        assert!(svg.contains("aria-label=\"&lt;stage&gt;\""), "{svg}");
        assert!(svg.contains("fill=\"var(--glass)\""), "{svg}");
        assert!(svg.find("<path") < svg.find("<text"), "boxes lie below words: {svg}");
    }

    #[test]
    fn numbers_have_at_most_one_decimal() {
        for (value, expected) in [(1.0, "1"), (-0.04, "0"), (-2.54, "-2.5"), (0.06, "0.1")] {
            assert_eq!(number(value), expected, "{value}");
        }
    }
}
