//! The picture as data: a function of the world, of what happened lately, and of the picture's clock.
//!
//! [`compose`] reads the world and changes nothing. With no recent events it draws a correct still
//! picture; events only say what is still on its way. Nothing here knows a browser.

mod compacted;
mod encode;
mod flight;
mod frame;
mod group;
mod hits;
mod keys;
mod lane;
mod list;
mod log;
mod measure;
mod offsets;
mod producers;
mod role;
mod stage;
mod still;
mod svg;
mod text;
mod tiles;
mod timeline;
mod tree;

use crate::protocol::{Bytes, Subject};
use crate::sim::{Event, World};
use crate::words::StageWords;

pub use encode::{Encoder, WORDS};
pub use hits::Hits;
pub use list::{Anchor, Area, Dash, DisplayList, Form, Label, Layer, Paint, Shape, Type};
pub use measure::{Font, fitted, width};
pub use role::{KEY_COLOURS, Role};
pub use still::still;
pub use svg::to_svg;
pub use text::to_text;
pub use tiles::Cache;
pub use tree::TreeNode;

/// Narrower stages than this are one column.
pub const NARROW: f32 = 720.0;

/// From where, when and how the world is looked at.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The stage's width in CSS pixels.
    pub width: f32,
    /// How much of its height is in view.
    pub height: f32,
    /// How far it is scrolled: what lies above is not drawn, coordinates count from here.
    pub scroll: f32,
    /// The picture's clock: the world's, or up to the next step after it.
    pub now_ms: f64,
    /// `None` while time runs. Paused, how far the transitions of the last step are; 1 once they are over.
    pub step_progress: Option<f32>,
    /// How much model time a transition takes at the present pace (700 ms of wall time).
    pub span_ms: f64,
    /// Nothing moves: every state at once.
    pub reduced_motion: bool,
    /// What the inspector shows.
    pub selected: Option<&'a Subject>,
    /// Where the keyboard is.
    pub focused: Option<&'a Subject>,
    /// All records of this key light up.
    pub highlighted_key: Option<&'a Bytes>,
    /// Whether the tree is wanted as well.
    pub with_tree: bool,
    /// The most detail that there may be: a slow machine asks for less.
    pub most_detail: Detail,
}

impl<'a> View<'a> {
    /// A still look at a world as it is now.
    #[must_use]
    pub fn still(world: &World, width: f32, height: f32) -> Self {
        Self {
            width,
            height,
            scroll: 0.0,
            now_ms: world.now_ms() as f64,
            step_progress: Some(1.0),
            span_ms: 14.0,
            reduced_motion: false,
            selected: None,
            focused: None,
            highlighted_key: None,
            with_tree: true,
            most_detail: Detail::Full,
        }
    }
}

/// How finely records are drawn; there are too many for more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Detail {
    /// Sharp rectangles.
    Plain,
    /// Round corners.
    Rounded,
    /// Round corners, letters, trails.
    Full,
}

impl Detail {
    /// What so many records can have within a frame's time.
    #[must_use]
    pub fn for_count(records: usize) -> Self {
        match records {
            0..=600 => Self::Full,
            601..=2_500 => Self::Rounded,
            _ => Self::Plain,
        }
    }
}

/// A composed picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// What to paint.
    pub list: DisplayList,
    /// What lies where.
    pub hits: Hits,
    /// The same in words, in reading order; empty unless wanted.
    pub tree: Vec<TreeNode>,
    /// The stage's whole height.
    pub height: f32,
    /// Whether something moves by itself, so that the next frame differs.
    pub moving: bool,
}

impl Scene {
    /// What lies under a point.
    #[must_use]
    pub fn hit(&self, x: f32, y: f32) -> Option<Subject> {
        self.hits.hit(x, y)
    }
}

/// Draws the world.
///
/// `recent` holds what happened lately, oldest first. `cache` saves decoding records again.
pub fn compose<'a>(
    world: &'a World,
    recent: impl DoubleEndedIterator<Item = &'a Event>,
    view: &View<'_>,
    words: &dyn StageWords,
    cache: &mut Cache,
) -> Scene {
    stage::compose(world, recent, view, words, cache)
}

/// The number of a key's colour, from 1, for words around the stage.
#[must_use]
pub fn key_colour(world: &World, key: &[u8]) -> u8 {
    keys::key_colour(world, key)
}
