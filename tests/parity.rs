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
const STORE: [u64; 3] = [0x38f0_e544_604b_eb7b, 0x59e5_8266_aab3_e036, 0x7103_8367_3d80_2c54];

/// Seeds 1 to 20 of random worlds after 1000 steps.
const RANDOM: [u64; 20] = [
    0x7839_d4b4_6f98_064f,
    0x3bc7_e18d_a672_e486,
    0x12b4_d9b8_f6ff_0337,
    0x3aeb_e0e5_16f9_b3bb,
    0x95c7_58c7_80b7_6833,
    0xe913_248d_a33f_0bfd,
    0xc506_30c5_9411_c351,
    0x53ac_795d_8865_1dc6,
    0xc8b6_c536_5010_6ab2,
    0x573b_6fdd_2c15_4c0e,
    0xb40f_eab8_03ee_52ce,
    0x4283_5f4f_15ac_6640,
    0x69c0_b97d_31da_012d,
    0xae02_ebc7_7c70_27a2,
    0x3293_1347_0d6c_1b02,
    0x2455_f064_8045_1941,
    0xfd6c_8ba7_d4fd_70d7,
    0x1694_fe05_8098_b104,
    0xd676_2fed_1c31_70aa,
    0x7d8f_b9da_eadb_0660,
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
