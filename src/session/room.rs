//! The rooms of the page: each shows the same world in its own way.

/// A room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Room {
    /// The stage: what happens now.
    #[default]
    Store,
    /// Where keys go, and why.
    Keys,
    /// The bytes of files, and how an offset or a time is found among them.
    Bytes,
    /// What was compared with Apache Kafka, replayed in this tab.
    Verify,
}

impl Room {
    /// All rooms, in the order of the page's head.
    pub const ALL: [Self; 4] = [Self::Store, Self::Keys, Self::Bytes, Self::Verify];

    /// As the address writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Store => "store",
            Self::Keys => "keys",
            Self::Bytes => "bytes",
            Self::Verify => "verify",
        }
    }

    /// From its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|room| room.name() == name)
    }
}
