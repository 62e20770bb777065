//! Colours by what they are for. Their values are the custom properties of `styles/tokens.css`.

/// What a colour is for. Both themes give each a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Role {
    /// The page.
    Paper,
    /// Cards and nodes.
    Panel,
    /// Words that matter.
    Ink,
    /// Words beside them.
    Ink2,
    /// Numbers and small labels.
    Ink3,
    /// Hairlines.
    Line,
    /// Edges of boxes.
    Line2,
    /// A closed segment.
    Glass,
    /// The active segment.
    GlassActive,
    /// What happens now.
    Accent,
    /// What survives.
    Good,
    /// What waits.
    Warn,
    /// Keys, strong: edge and letter of a record.
    Key(u8),
    /// Keys, soft: a record's body.
    KeySoft(u8),
}

/// How many colours keys have. A ninth key gets the first one again, with a pattern.
pub const KEY_COLOURS: u8 = 8;

impl Role {
    /// Every role, in the order of its number.
    pub fn all() -> impl Iterator<Item = Self> {
        let plain = [
            Self::Paper,
            Self::Panel,
            Self::Ink,
            Self::Ink2,
            Self::Ink3,
            Self::Line,
            Self::Line2,
            Self::Glass,
            Self::GlassActive,
            Self::Accent,
            Self::Good,
            Self::Warn,
        ];
        let keys = (0..KEY_COLOURS).map(Self::Key);
        plain.into_iter().chain(keys).chain((0..KEY_COLOURS).map(Self::KeySoft))
    }

    /// Its number, below 32.
    #[must_use]
    pub fn number(self) -> u32 {
        match self {
            Self::Paper => 0,
            Self::Panel => 1,
            Self::Ink => 2,
            Self::Ink2 => 3,
            Self::Ink3 => 4,
            Self::Line => 5,
            Self::Line2 => 6,
            Self::Glass => 7,
            Self::GlassActive => 8,
            Self::Accent => 9,
            Self::Good => 10,
            Self::Warn => 11,
            Self::Key(n) => 12 + u32::from(n % KEY_COLOURS),
            Self::KeySoft(n) => 20 + u32::from(n % KEY_COLOURS),
        }
    }

    /// Its custom property.
    #[must_use]
    pub fn property(self) -> &'static str {
        const NAMES: [&str; 28] = [
            "--paper",
            "--panel",
            "--ink",
            "--ink2",
            "--ink3",
            "--line",
            "--line2",
            "--glass",
            "--glass-active",
            "--accent",
            "--good",
            "--warn",
            "--k1",
            "--k2",
            "--k3",
            "--k4",
            "--k5",
            "--k6",
            "--k7",
            "--k8",
            "--k1s",
            "--k2s",
            "--k3s",
            "--k4s",
            "--k5s",
            "--k6s",
            "--k7s",
            "--k8s",
        ];
        NAMES[self.number() as usize]
    }

    pub(super) fn from_number(number: u32) -> Option<Self> {
        Self::all().nth(number as usize)
    }
}
