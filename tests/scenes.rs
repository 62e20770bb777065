//! The picture as data: the same world gives the same scene, nothing overlaps, nothing is left out.
//!
//! Golden files hold scenes as text; `UPDATE_GOLDEN=1` accepts what changed.

use std::rc::Rc;

use brokerscope::protocol::{Subject, Topic};
use brokerscope::scene::{
    Area, Cache, DisplayList, Encoder, Label, Layer, NARROW, Role, Scene, View, compose, to_svg,
    to_text,
};
use brokerscope::sim::{Action, History, Scenario};
use brokerscope::words::{Lang, StageWords, words};

/// The stage's widths on a desk, a small laptop and a phone.
const WIDTHS: [f32; 4] = [1028.0, 968.0, 728.0, 354.0];

fn history(name: &str, seed: u64) -> History {
    let scenario = Scenario::built_in(name, seed).expect("a built-in scenario");
    History::new(Rc::new(scenario), seed, false).expect("it can begin")
}

fn stage_words(lang: Lang) -> &'static dyn StageWords {
    words(lang)
}

fn still(history: &History, width: f32, lang: Lang, cache: &mut Cache) -> Scene {
    let view = View::still(history.world(), width, 5_000.0);
    compose(history.world(), history.recent(), &view, stage_words(lang), cache)
}

/// A scene while time runs, `part` of a millisecond after the world's clock.
fn running(history: &History, width: f32, lang: Lang, cache: &mut Cache, part: f64) -> Scene {
    let world = history.world();
    let now_ms = world.now_ms() as f64 + part;
    let view = View { now_ms, step_progress: None, ..View::still(world, width, 5_000.0) };
    compose(world, history.recent(), &view, stage_words(lang), cache)
}

/// Words that stand still: those on moving things may pass over others.
fn standing(list: &DisplayList) -> Vec<(&Label, Area)> {
    let still = |label: &&Label| matches!(label.layer, Layer::Text | Layer::CardText);
    list.labels().iter().filter(still).map(|label| (label, list.area(label))).collect()
}

fn assert_words_are_apart(scene: &Scene, width: f32, what: &str) {
    let words = standing(&scene.list);
    for (nth, (label, area)) in words.iter().enumerate() {
        let text = scene.list.text(label);
        assert!(label.style.size >= 11, "{what}: {text:?} is smaller than 11 px");
        assert!(
            area.x >= -0.5 && area.x + area.w <= width + 0.5,
            "{what}: {text:?} is cut off at {area:?}"
        );
        assert!(area.y + area.h <= scene.height, "{what}: {text:?} is below the stage");
        for (other, other_area) in &words[nth + 1..] {
            assert!(
                !area.overlaps(other_area),
                "{what}: {text:?} {area:?} over {:?} {other_area:?}",
                scene.list.text(other)
            );
        }
    }
}

#[test]
fn no_words_overlap_or_are_cut_off_in_the_store() {
    for lang in Lang::ALL {
        for width in WIDTHS {
            let mut history = history("store", 1);
            let start_ms = history.world().start_ms();
            let mut cache = Cache::default();
            for at_ms in (0..3_400).step_by(17) {
                history.advance_to(start_ms + at_ms);
                let what = format!("{} {width} px, {at_ms} ms", lang.code());
                let scene = running(&history, width, lang, &mut cache, 0.5);
                assert_words_are_apart(&scene, width, &what);
            }
        }
    }
}

#[test]
fn no_words_overlap_while_things_go_wrong() {
    let json = [
        r#"{"crash":{"node":"c1"}}"#,
        r#"{"hang":{"consumer":"c2","hanging":true}}"#,
        r#"{"crash":{"node":"till-1"}}"#,
        r#"{"close":{"client":"till-2"}}"#,
        r#"{"crash":{"node":"broker-1"}}"#,
        r#"{"restart":{"node":"broker-1"}}"#,
        r#"{"restart":{"node":"c1"}}"#,
        r#"{"send":{"producer":"crm","topic":"transactions","records":[{"key":"zoe","value":"1"},{"value":"2"},{"key":"주문-1","value":null},{"key":"a\u0000b<","value":"4"}]}}"#,
    ];
    for width in WIDTHS {
        let mut history = history("store", 7);
        let mut at_ms = history.world().start_ms() + 500;
        let mut cache = Cache::default();
        for action in json {
            history.advance_to(at_ms);
            let action: Action = serde_json::from_str(action).unwrap();
            history.act(action.clone()).unwrap_or_else(|refused| panic!("{action:?}: {refused}"));
            for _ in 0..12 {
                at_ms += 23;
                history.advance_to(at_ms);
                for lang in Lang::ALL {
                    let what = format!("{} {width} px after {action:?}", lang.code());
                    let scene = running(&history, width, lang, &mut cache, 0.0);
                    assert_words_are_apart(&scene, width, &what);
                }
            }
        }
    }
}

#[test]
fn a_scene_is_the_same_after_going_back_and_with_a_new_cache() {
    let mut history = history("store", 3);
    let index = 700;
    while history.world().event_index() < index {
        history.step();
    }
    let mut cache = Cache::default();
    let before = still(&history, 1028.0, Lang::En, &mut cache);
    for target in [index + 400, index / 2, index] {
        history.seek(target);
        still(&history, 1028.0, Lang::En, &mut cache);
    }
    assert_eq!(before.list, still(&history, 1028.0, Lang::En, &mut cache).list, "old cache");
    let fresh = still(&history, 1028.0, Lang::En, &mut Cache::default());
    assert!(before == fresh, "new cache");
}

#[test]
fn without_recent_events_the_still_picture_is_the_same() {
    let mut history = history("store", 1);
    history.advance_to(history.world().start_ms() + 900);
    history.step();
    let with = still(&history, 1028.0, Lang::En, &mut Cache::default());
    let view = View::still(history.world(), 1028.0, 5_000.0);
    let nothing = std::iter::empty();
    let words = stage_words(Lang::En);
    let without = compose(history.world(), nothing, &view, words, &mut Cache::default());
    let tiles = |scene: &Scene| scene.hits.records().map(|(_, o)| o).collect::<Vec<_>>();
    assert_eq!(tiles(&with), tiles(&without));
    assert_eq!(with.tree, without.tree);
}

#[test]
fn every_record_of_the_log_has_a_tile_where_there_is_room() {
    let mut history = history("store", 1);
    let start_ms = history.world().start_ms();
    let mut cache = Cache::default();
    for at_ms in (0..2_400).step_by(60) {
        history.advance_to(start_ms + at_ms);
        // Wide enough for every segment to be open.
        let scene = still(&history, 20_000.0, Lang::En, &mut cache);
        for log in history.world().broker().logs().logs() {
            if log.partition().topic.as_str() == Topic::CONSUMER_OFFSETS {
                continue;
            }
            let count: usize = log.batches().map(|(_, batch)| batch.record_count() as usize).sum();
            let tiles = scene.hits.records().filter(|(p, _)| *p == log.partition()).count();
            assert_eq!(tiles, count, "{} at {at_ms} ms", log.partition());
        }
    }
}

#[test]
fn every_thing_in_the_tree_has_a_place_and_a_name() {
    for width in [1028.0, 354.0] {
        let mut history = history("store", 1);
        history.advance_to(history.world().start_ms() + 740);
        let scene = still(&history, width, Lang::Ko, &mut Cache::default());
        assert!(scene.tree.len() > 40, "{}", scene.tree.len());
        for node in &scene.tree {
            assert!(!node.label.is_empty(), "{node:?}");
            let placed = scene.hits.area_of(&node.subject).is_some();
            // Records that wait and do not fit into their box are told, not shown.
            let hidden = matches!(node.subject, Subject::Unsent(..));
            assert!(placed || hidden, "{width}: {node:?}");
        }
    }
}

#[test]
fn a_record_under_the_pointer_is_found() {
    let mut history = history("store", 1);
    history.advance_to(history.world().start_ms() + 740);
    let scene = still(&history, 1028.0, Lang::En, &mut Cache::default());
    let mut checked = 0;
    for node in &scene.tree {
        if let Subject::Record(..) = &node.subject {
            let area = scene.hits.area_of(&node.subject).expect("a record has a place");
            let (x, y) = area.centre();
            let found = scene.hit(x, y);
            // Something in flight may lie above it.
            let above = matches!(found, Some(Subject::Message(_)));
            assert!(above || found.as_ref() == Some(&node.subject), "{node:?}: {found:?}");
            checked += 1;
        }
    }
    assert!(checked > 30, "{checked}");
}

#[test]
fn random_worlds_can_be_drawn() {
    for seed in 0..60 {
        let mut history = history("random", seed);
        let start_ms = history.world().start_ms();
        let mut cache = Cache::default();
        for round in 1..=8u64 {
            history.advance_to(start_ms + round * 333);
            for width in [1028.0, 354.0] {
                for lang in Lang::ALL {
                    let scene = running(&history, width, lang, &mut cache, 0.3);
                    let what = format!("seed {seed}, round {round}, {width} px, {}", lang.code());
                    assert_words_are_apart(&scene, width, &what);
                    for shape in scene.list.shapes() {
                        let finite = shape.numbers().iter().all(|number| number.is_finite());
                        assert!(finite, "seed {seed}: {shape:?}");
                    }
                    Encoder::new().encode(&scene.list);
                }
            }
        }
    }
}

#[test]
fn reduced_motion_shows_the_same_things() {
    let mut history = history("store", 1);
    history.advance_to(history.world().start_ms() + 725);
    let world = history.world();
    let view =
        View { reduced_motion: true, step_progress: None, ..View::still(world, 1028.0, 700.0) };
    let words = stage_words(Lang::En);
    let still = compose(world, history.recent(), &view, words, &mut Cache::default());
    let later = View { now_ms: view.now_ms + 0.7, ..view };
    let later = compose(world, history.recent(), &later, words, &mut Cache::default());
    let moved = |a: &Scene, b: &Scene| {
        a.list.shapes().iter().filter(|shape| !b.list.shapes().contains(shape)).count()
    };
    assert_eq!(moved(&still, &later), 0, "nothing moves between two steps");
}

#[test]
fn golden_scenes_are_as_they_were() {
    let cases = [
        ("store-540", 540, 1028.0, Lang::En),
        ("store-725", 725, 1028.0, Lang::En),
        ("store-770-phone", 770, 354.0, Lang::Ko),
    ];
    for (name, at_ms, width, lang) in cases {
        let mut history = history("store", 1);
        history.advance_to(history.world().start_ms() + at_ms);
        let scene = still(&history, width, lang, &mut Cache::default());
        let mut text = to_text(&scene.list);
        for node in &scene.tree {
            text += &format!("{}{}\n", "  ".repeat(node.level as usize), node.label);
        }
        let path = format!("tests/golden/scene-{name}.txt");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::create_dir_all("tests/golden").unwrap();
            std::fs::write(&path, text).unwrap();
            continue;
        }
        let golden = std::fs::read_to_string(&path).unwrap_or_default();
        let first = golden.lines().zip(text.lines()).find(|(a, b)| a != b);
        assert!(golden == text, "{name}: accept with UPDATE_GOLDEN=1; first difference {first:?}");
    }
}

#[test]
fn an_svg_is_well_formed_enough() {
    let mut history = history("store", 1);
    history.advance_to(history.world().start_ms() + 725);
    let scene = still(&history, NARROW, Lang::En, &mut Cache::default());
    let svg = to_svg(&scene.list, NARROW, scene.height, "stage");
    let count = |what: &str| svg.matches(what).count();
    assert_eq!(count("<g "), count("</g>"));
    assert_eq!(count("<text "), count("</text>"));
    assert!(!svg.contains("NaN"));
}

/// sRGB to relative luminance, as WCAG 2 has it.
fn luminance(hex: &str) -> f64 {
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

fn contrast(a: &str, b: &str) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn colours_have_the_contrast_that_people_need() {
    let css = std::fs::read_to_string("styles/tokens.css").unwrap();
    let themes: Vec<&str> = css.split("data-theme=\"dark\"").collect();
    assert_eq!(themes.len(), 2, "a light and a dark theme");
    for (theme, block) in ["light", "dark"].into_iter().zip(themes) {
        let block = block.split('}').next().unwrap();
        let value = |role: Role| {
            let declared = format!("{}: #", role.property());
            let at = block.find(&declared).unwrap_or_else(|| panic!("{theme}: {role:?}"));
            let from = at + declared.len() - 1;
            &block[from..from + 7]
        };
        let mut pairs = Vec::new();
        let grounds = [Role::Paper, Role::Panel, Role::Glass, Role::GlassActive];
        let texts = [Role::Ink, Role::Ink2, Role::Ink3, Role::Accent, Role::Good, Role::Warn];
        for ground in grounds {
            pairs.extend(texts.map(|text| (text, ground, 4.5)));
        }
        for key in 0..8 {
            pairs.push((Role::Key(key), Role::KeySoft(key), 4.5));
            pairs.extend(grounds.map(|ground| (Role::Key(key), ground, 4.5)));
        }
        for (front, back, least) in pairs {
            let ratio = contrast(value(front), value(back));
            assert!(ratio >= least, "{theme}: {front:?} on {back:?} is {ratio:.2}");
        }
    }
}
