//! The same seed gives the same digest natively, in Node and in the browser.
//!
//! A digest that changes is a run that changes: accept it with the change that explains it. The failure's
//! message holds the new digests.

use std::rc::Rc;

use brokerscope::sim::{Scenario, World};

fn world(name: &str, seed: u64) -> World {
    let scenario = Rc::new(Scenario::built_in(name, seed).expect("it is built in"));
    World::new(scenario, seed, &mut Vec::new()).expect("built-in worlds are possible")
}

/// Seeds 1 to 3 of the store after a minute of model time.
const STORE: [u64; 3] = [0xa426_e541_983a_1889, 0x0774_cf9e_cfc4_65e3, 0x9015_4926_6d36_f71d];

/// Seeds 1 to 20 of random worlds after 1000 steps.
const RANDOM: [u64; 20] = [
    0x9e66_5528_be83_1466,
    0x9737_fcfc_1d0b_6a2c,
    0xa6de_abeb_93db_18d9,
    0x7e02_7c00_7f66_f2ff,
    0x5c84_252f_b4f3_6ecf,
    0x63cd_8940_bd31_182e,
    0xdd4d_10f1_315a_ea44,
    0xf3f2_2651_769a_ac33,
    0x1d46_c7af_2904_fba8,
    0x64c6_c4c8_e562_5291,
    0xb751_6cad_9328_24e3,
    0x137b_dfba_63f8_6779,
    0x6fd6_1930_ceef_fc92,
    0x5ad7_c48a_2b0c_b57c,
    0xd80f_c4c5_977f_6cf8,
    0x1957_933e_e7d7_0de9,
    0x7f97_987f_3ba5_9d06,
    0xc76d_d21d_003a_908e,
    0x4d01_3ef8_b514_d745,
    0xe6ef_3339_3329_cb2a,
];

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn the_store_comes_to_the_same_state_everywhere() {
    let digests = [1, 2, 3].map(|seed| {
        let mut world = world("store", seed);
        world.advance_to(world.start_ms() + 60_000, &mut Vec::new());
        world.digest()
    });
    assert_eq!(digests, STORE, "{digests:#018x?}");
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn random_worlds_come_to_the_same_state_everywhere() {
    let digests: Vec<u64> = (1..=20)
        .map(|seed| {
            let mut world = world("random", seed);
            let mut events = Vec::new();
            while world.event_index() < 1000 {
                events.clear();
                assert!(world.step(&mut events), "seed {seed}: nothing is due any more");
            }
            world.digest()
        })
        .collect();
    assert_eq!(digests, RANDOM, "{digests:#018x?}");
}
