//! The opening scene as a picture of its own: what the page shows before it runs.

use std::rc::Rc;

use crate::scene::{Cache, View, compose, to_svg};
use crate::sim::{History, Scenario};
use crate::words::{Lang, StageWords, words};

/// How far into the store the still is taken: enough records to show lanes that have rolled.
const AT_MS: u64 = 1_300;
const SIZE: (f32, f32) = (1028.0, 560.0);

/// The opening scene of the store as one SVG; colours are custom properties of the page.
///
/// # Panics
/// If the built-in store cannot begin, which tests rule out.
#[must_use]
pub fn still(lang: Lang) -> String {
    let scenario = Scenario::built_in("store", 1).expect("the store is built in");
    let mut history = History::new(Rc::new(scenario), 1, false).expect("the store can begin");
    let start_ms = history.world().start_ms();
    history.advance_to(start_ms + AT_MS);
    let world = history.world();
    let view = View { with_tree: false, ..View::still(world, SIZE.0, SIZE.1) };
    let words: &dyn StageWords = words(lang);
    let scene = compose(world, history.recent(), &view, words, &mut Cache::default());
    to_svg(&scene.list, SIZE.0, scene.height, words.stage_title())
}
