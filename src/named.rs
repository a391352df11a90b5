//! The macro behind every enumeration whose variants have names outside the program.

/// Defines an enumeration of which each variant has one name, used in records, rules, options and messages alike.
macro_rules! named {
    ($(#[$doc:meta])* pub enum $enum:ident { $($(#[$variant_doc:meta])* $variant:ident = $name:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        pub enum $enum {
            $($(#[$variant_doc])* #[serde(rename = $name)] $variant,)+
        }

        impl $enum {
            /// Every variant, in the order of the enumeration.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$variant),+];

            /// Names the variant as records, rules and options do.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// Finds the variant of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|variant| variant.name() == name)
            }
        }

        impl ::std::fmt::Display for $enum {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}
pub(crate) use named;
