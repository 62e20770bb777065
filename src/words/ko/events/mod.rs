//! x
use crate::sim::{Event, World};
use crate::words::{EventWords, Ko, En, Line};
impl EventWords for Ko {
    fn event(&self, world: &World, event: &Event) -> Line { En.event(world, event) }
    fn aside(&self, world: &World, event: &Event) -> Option<Line> { En.aside(world, event) }
}
