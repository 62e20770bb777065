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
    /// One client from inside: a producer's pipeline, a consumer's poll loop.
    Clients,
    /// One group: its members, what they own, how it came to that.
    Groups,
    /// What became of every record.
    Ledger,
    /// What was compared with Apache Kafka, replayed in this tab.
    Verify,
}

impl Room {
    /// All rooms, in the order of the page's head.
    pub const ALL: [Self; 7] = [
        Self::Store,
        Self::Keys,
        Self::Bytes,
        Self::Clients,
        Self::Groups,
        Self::Ledger,
        Self::Verify,
    ];

    /// Whether the world's clock runs in it. In the others the world stands still.
    #[must_use]
    pub fn is_live(self) -> bool {
        matches!(self, Self::Store | Self::Clients | Self::Groups | Self::Ledger)
    }

    /// As the address writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Store => "store",
            Self::Keys => "keys",
            Self::Bytes => "bytes",
            Self::Clients => "clients",
            Self::Groups => "groups",
            Self::Ledger => "ledger",
            Self::Verify => "verify",
        }
    }

    /// From its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|room| room.name() == name)
    }
}
