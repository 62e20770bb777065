//! The assignors on the small examples of section 11.4, made by Kafka's classes.

use super::*;
