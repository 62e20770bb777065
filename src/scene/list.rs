//! The display list: what to paint, as plain data, without a word on how.
//!
//! Shapes carry one packed key: layer, primitive and paint. Sorting by it groups them as a canvas
//! wants them: one path for each paint of a layer. Words are kept apart, in one arena.

use crate::protocol::sort_by_key;
use crate::scene::measure::{self, Font};
use crate::scene::role::Role;

/// What lies above what. Within a layer, things of one paint are painted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Layer {
    /// Rules, wires, bands.
    Ground,
    /// Segments, nodes.
    Box,
    /// Meters and marks within boxes.
    Mark,
    /// Records at rest.
    Tile,
    /// What stands on a record: letter, bar, pattern.
    Letter,
    /// Words.
    Text,
    /// Glasses around what moves.
    FlightBack,
    /// Records on their way.
    Flight,
    /// What stands on them.
    FlightLetter,
    /// Cards that explain what moves.
    Card,
    /// Their words.
    CardText,
    /// Rings around what is selected, focused or of the same key.
    Ring,
}

impl Layer {
    /// All layers from the lowest up.
    pub const ALL: [Self; 12] = [
        Self::Ground,
        Self::Box,
        Self::Mark,
        Self::Tile,
        Self::Letter,
        Self::Text,
        Self::FlightBack,
        Self::Flight,
        Self::FlightLetter,
        Self::Card,
        Self::CardText,
        Self::Ring,
    ];
}

/// How a line is broken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Dash {
    /// Not at all.
    #[default]
    Solid,
    /// Round dots: something travels here.
    Dots,
    /// Short dashes: superseded.
    Short,
    /// Long dashes: not settled.
    Long,
}

impl Dash {
    /// Lengths of strokes and gaps.
    #[must_use]
    pub fn pattern(self) -> &'static [f32] {
        match self {
            Self::Solid => &[],
            Self::Dots => &[0.1, 5.0],
            Self::Short => &[2.0, 2.5],
            Self::Long => &[4.0, 3.0],
        }
    }
}

/// Fill and outline of a shape.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Paint {
    /// Colour of its body.
    pub fill: Option<Role>,
    /// Colour of its outline.
    pub stroke: Option<Role>,
    /// The outline's width in fifths of a pixel.
    pub fifths: u8,
    /// How the outline is broken.
    pub dash: Dash,
    /// Opacity in fifteenths; 0 stands for opaque, as what cannot be seen is not in the list.
    pub alpha: u8,
}

impl Paint {
    /// A body without outline.
    #[must_use]
    pub fn fill(role: Role) -> Self {
        Self { fill: Some(role), ..Self::default() }
    }

    /// An outline without body.
    #[must_use]
    pub fn stroke(role: Role, width: f32) -> Self {
        Self { stroke: Some(role), fifths: fifths(width), ..Self::default() }
    }

    /// With an outline.
    #[must_use]
    pub fn edged(self, role: Role, width: f32) -> Self {
        Self { stroke: Some(role), fifths: fifths(width), ..self }
    }

    /// With a broken outline.
    #[must_use]
    pub fn dashed(self, dash: Dash) -> Self {
        Self { dash, ..self }
    }

    /// With an opacity from 0 to 1, rounded to fifteenths and never quite 0.
    #[must_use]
    pub fn faded(self, opacity: f32) -> Self {
        Self { alpha: alpha(opacity), ..self }
    }

    /// The outline's width in pixels.
    #[must_use]
    pub fn width(self) -> f32 {
        f32::from(self.fifths) / 5.0
    }

    /// From 0 to 1.
    #[must_use]
    pub fn opacity(self) -> f32 {
        if self.alpha == 0 { 1.0 } else { f32::from(self.alpha) / 15.0 }
    }

    fn bits(self) -> u32 {
        const NONE: u32 = 31;
        let role = |role: Option<Role>| role.map_or(NONE, Role::number);
        role(self.fill)
            | role(self.stroke) << 5
            | u32::from(self.fifths.min(15)) << 10
            | (self.dash as u32) << 14
            | u32::from(self.alpha) << 16
    }

    fn from_bits(bits: u32) -> Self {
        let dashes = [Dash::Solid, Dash::Dots, Dash::Short, Dash::Long];
        Self {
            fill: Role::from_number(bits & 31),
            stroke: Role::from_number(bits >> 5 & 31),
            fifths: (bits >> 10 & 15) as u8,
            dash: dashes[(bits >> 14 & 3) as usize],
            alpha: (bits >> 16 & 15) as u8,
        }
    }
}

fn fifths(width: f32) -> u8 {
    (width * 5.0 + 0.5) as u8
}

fn alpha(opacity: f32) -> u8 {
    match (opacity * 15.0 + 0.5) as u8 {
        0 => 1,
        15.. => 0,
        between => between,
    }
}

/// The kinds of shapes; their numbers are in the binary form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Form {
    /// x, y, width, height.
    Rect,
    /// x, y, width, height, radius.
    Round,
    /// x and y of both ends.
    Line,
    /// x and y of four points of a cubic curve.
    Curve,
    /// x and y of three points.
    Triangle,
    /// x, y of the centre and radius.
    Diamond,
}

impl Form {
    const ALL: [Self; 6] =
        [Self::Rect, Self::Round, Self::Line, Self::Curve, Self::Triangle, Self::Diamond];

    /// How many numbers describe one.
    #[must_use]
    pub fn numbers(self) -> usize {
        match self {
            Self::Rect | Self::Line => 4,
            Self::Round => 5,
            Self::Curve => 8,
            Self::Triangle => 6,
            Self::Diamond => 3,
        }
    }
}

/// One shape.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    key: u32,
    numbers: [f32; 8],
}

impl Shape {
    /// Where in the pile it lies.
    #[must_use]
    pub fn layer(&self) -> Layer {
        Layer::ALL[(self.key >> 23) as usize]
    }

    /// What it is.
    #[must_use]
    pub fn form(&self) -> Form {
        Form::ALL[(self.key >> 20 & 7) as usize]
    }

    /// How it is painted.
    #[must_use]
    pub fn paint(&self) -> Paint {
        Paint::from_bits(self.key & 0xf_ffff)
    }

    /// Its numbers, as [`Form`] says.
    #[must_use]
    pub fn numbers(&self) -> &[f32] {
        &self.numbers[..self.form().numbers()]
    }

    pub(super) fn key(&self) -> u32 {
        self.key
    }
}

/// Where a label stands against its point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Anchor {
    /// To the right of it.
    #[default]
    Start,
    /// Around it.
    Middle,
    /// To the left of it.
    End,
}

/// How words look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Type {
    /// Sans or monospace.
    pub font: Font,
    /// Pixels, at least 11.
    pub size: u8,
    /// Semi-bold.
    pub bold: bool,
    /// Colour.
    pub role: Role,
    /// Where it stands.
    pub anchor: Anchor,
    /// As in [`Paint`].
    pub alpha: u8,
}

impl Type {
    /// Sans words.
    #[must_use]
    pub fn sans(size: u8, role: Role) -> Self {
        Self { font: Font::Sans, size, bold: false, role, anchor: Anchor::Start, alpha: 0 }
    }

    /// Monospace: offsets, bytes, names of files.
    #[must_use]
    pub fn mono(role: Role) -> Self {
        Self { font: Font::Mono, ..Self::sans(11, role) }
    }

    /// Semi-bold.
    #[must_use]
    pub fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    /// Ends at its point.
    #[must_use]
    pub fn end(self) -> Self {
        Self { anchor: Anchor::End, ..self }
    }

    /// Stands around its point.
    #[must_use]
    pub fn middle(self) -> Self {
        Self { anchor: Anchor::Middle, ..self }
    }

    /// With an opacity from 0 to 1.
    #[must_use]
    pub fn faded(self, opacity: f32) -> Self {
        Self { alpha: alpha(opacity), ..self }
    }

    /// How wide `text` is in it.
    #[must_use]
    pub fn width_of(self, text: &str) -> f32 {
        measure::width(text, self.font, f32::from(self.size), self.bold)
    }

    pub(super) fn bits(self) -> u32 {
        self.role.number()
            | (self.font as u32) << 5
            | u32::from(self.bold) << 6
            | u32::from(self.size.min(31)) << 7
            | (self.anchor as u32) << 12
            | u32::from(self.alpha) << 14
    }
}

/// Words at a place: `x` as the anchor says, `y` the baseline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Label {
    /// Where in the pile it lies.
    pub layer: Layer,
    /// How it looks.
    pub style: Type,
    /// Its point.
    pub x: f32,
    /// Its baseline.
    pub y: f32,
    start: u32,
    end: u32,
}

/// Left, top, width, height.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Area {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width.
    pub w: f32,
    /// Height.
    pub h: f32,
}

impl Area {
    /// An area.
    #[must_use]
    pub fn new(x: f32, y: f32, w: f32, h: f32) -> Self {
        Self { x, y, w, h }
    }

    /// Whether a point lies in it.
    #[must_use]
    pub fn contains(&self, x: f32, y: f32) -> bool {
        x >= self.x && x < self.x + self.w && y >= self.y && y < self.y + self.h
    }

    /// Whether two areas share more than an edge.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        const SLACK: f32 = 0.5;
        self.x + SLACK < other.x + other.w
            && other.x + SLACK < self.x + self.w
            && self.y + SLACK < other.y + other.h
            && other.y + SLACK < self.y + self.h
    }

    /// Grown on all sides.
    #[must_use]
    pub fn grown(&self, by: f32) -> Self {
        Self::new(self.x - by, self.y - by, self.w + 2.0 * by, self.h + 2.0 * by)
    }

    /// The middle.
    #[must_use]
    pub fn centre(&self) -> (f32, f32) {
        (self.x + self.w / 2.0, self.y + self.h / 2.0)
    }
}

/// What to paint.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DisplayList {
    shapes: Vec<Shape>,
    labels: Vec<Label>,
    words: String,
}

impl DisplayList {
    /// The shapes; once [sorted](Self::sort), by layer, primitive and paint.
    #[must_use]
    pub fn shapes(&self) -> &[Shape] {
        &self.shapes
    }

    /// The labels; once sorted, by layer and look.
    #[must_use]
    pub fn labels(&self) -> &[Label] {
        &self.labels
    }

    /// What a label says.
    #[must_use]
    pub fn text(&self, label: &Label) -> &str {
        &self.words[label.start as usize..label.end as usize]
    }

    /// Where a label's letters are.
    #[must_use]
    pub fn area(&self, label: &Label) -> Area {
        let size = f32::from(label.style.size);
        let w = label.style.width_of(self.text(label));
        let x = match label.style.anchor {
            Anchor::Start => label.x,
            Anchor::Middle => label.x - w / 2.0,
            Anchor::End => label.x - w,
        };
        Area::new(x, label.y - size * 0.8, w, size)
    }

    /// Adds a shape.
    pub fn shape(&mut self, layer: Layer, form: Form, numbers: &[f32], paint: Paint) {
        let mut all = [0.0; 8];
        all[..numbers.len()].copy_from_slice(numbers);
        let key = (layer as u32) << 23 | (form as u32) << 20 | paint.bits();
        self.shapes.push(Shape { key, numbers: all });
    }

    /// Adds a rectangle with sharp corners.
    pub fn rect(&mut self, layer: Layer, area: Area, paint: Paint) {
        self.shape(layer, Form::Rect, &[area.x, area.y, area.w, area.h], paint);
    }

    /// Adds a rectangle with round corners.
    pub fn round(&mut self, layer: Layer, area: Area, radius: f32, paint: Paint) {
        let radius = radius.min(area.w / 2.0).min(area.h / 2.0).max(0.0);
        self.shape(layer, Form::Round, &[area.x, area.y, area.w, area.h, radius], paint);
    }

    /// Adds a straight line.
    pub fn line(&mut self, layer: Layer, from: (f32, f32), to: (f32, f32), paint: Paint) {
        self.shape(layer, Form::Line, &[from.0, from.1, to.0, to.1], paint);
    }

    /// Adds words. Nothing is added for empty ones.
    pub fn label(&mut self, layer: Layer, x: f32, y: f32, style: Type, text: &str) {
        self.label_with(layer, x, y, style, |words| words.push_str(text));
    }

    /// Adds words that `write` appends: no string is allocated for them.
    pub fn label_with(
        &mut self,
        layer: Layer,
        x: f32,
        y: f32,
        style: Type,
        write: impl FnOnce(&mut String),
    ) {
        let start = self.words.len() as u32;
        write(&mut self.words);
        let end = self.words.len() as u32;
        if end > start {
            self.labels.push(Label { layer, style, x, y, start, end });
        }
    }

    /// Groups everything as a canvas wants it. Things of one paint keep their order.
    pub fn sort(&mut self) {
        self.shapes.sort_by_key(|shape| shape.key);
        sort_by_key(&mut self.labels, |label| (label.layer, label.style.bits()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paint_survives_its_packing() {
        for fill in [None, Some(Role::Paper), Some(Role::KeySoft(7))] {
            for (width, dash, opacity) in
                [(1.0, Dash::Solid, 1.0), (1.6, Dash::Dots, 0.4), (2.0, Dash::Long, 0.0)]
            {
                let paint = Paint { fill, ..Paint::stroke(Role::Key(3), width) };
                let paint = paint.dashed(dash).faded(opacity);
                assert_eq!(Paint::from_bits(paint.bits()), paint, "{paint:?}");
                assert!((paint.width() - width).abs() < 0.1, "{paint:?}");
                assert!(paint.opacity() > 0.0, "{paint:?}");
            }
        }
    }

    #[test]
    fn shapes_are_sorted_by_layer_before_anything_else() {
        let mut list = DisplayList::default();
        let area = Area::new(0.0, 0.0, 1.0, 1.0);
        list.rect(Layer::Ring, area, Paint::fill(Role::Paper));
        list.round(Layer::Ground, area, 1.0, Paint::fill(Role::KeySoft(7)));
        list.rect(Layer::Tile, area, Paint::fill(Role::Ink));
        list.sort();
        let layers: Vec<_> = list.shapes().iter().map(Shape::layer).collect();
        assert_eq!(layers, [Layer::Ground, Layer::Tile, Layer::Ring]);
    }
}
