//! The display list as lines of text: what golden files hold.

use std::fmt::Write;

use crate::scene::list::{DisplayList, Layer};

/// One line for each group of shapes and for each label, in the order of painting.
#[must_use]
pub fn to_text(list: &DisplayList) -> String {
    let mut out = String::new();
    let mut shapes = list.shapes();
    let mut labels = list.labels();
    for layer in Layer::ALL {
        let end = shapes.partition_point(|shape| shape.layer() <= layer);
        for group in shapes[..end].chunk_by(|a, b| a.key() == b.key()) {
            let (form, paint) = (group[0].form(), group[0].paint());
            write!(out, "{layer:?} {form:?}").expect("a string takes everything");
            if let Some(role) = paint.fill {
                write!(out, " fill {role:?}").expect("a string takes everything");
            }
            if let Some(role) = paint.stroke {
                write!(out, " stroke {role:?} {:.1} {:?}", paint.width(), paint.dash)
                    .expect("a string takes everything");
            }
            if paint.alpha != 0 {
                write!(out, " alpha {}", paint.alpha).expect("a string takes everything");
            }
            for shape in group {
                let numbers: Vec<String> =
                    shape.numbers().iter().map(|n| format!("{n:.0}")).collect();
                write!(out, " ({})", numbers.join(" ")).expect("a string takes everything");
            }
            out.push('\n');
        }
        shapes = &shapes[end..];
        let end = labels.partition_point(|label| label.layer <= layer);
        for label in &labels[..end] {
            let (x, y) = (label.x, label.y);
            writeln!(out, "{layer:?} {x:.0} {y:.0} {:?}", list.text(label))
                .expect("a string takes everything");
        }
        labels = &labels[end..];
    }
    out
}
