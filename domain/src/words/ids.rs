//! Typed identifiers. Each is a database key; on the wire they are strings (JavaScript loses numbers above 2^53).
//!
//! Whatever crosses the store's boundary names its key by one of these; rows hold the bare number, as their columns do.

macro_rules! id {
    ($(#[$meta:meta] $name:ident),+ $(,)?) => {$(
        #[$meta]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
        }
        impl From<i64> for $name {
            fn from(key: i64) -> Self { Self(key) }
        }
        impl From<$name> for i64 {
            fn from(id: $name) -> Self { id.0 }
        }
        impl $name {
            /// The bare keys of these, as a statement takes them.
            pub fn keys<'a>(ids: impl IntoIterator<Item = &'a Self>) -> Vec<i64> {
                ids.into_iter().map(|id| id.0).collect()
            }
        }
    )+};
}

id! {
    /// A person's account: resident or staff.
    AccountId,
    /// A node of the area tree.
    AreaId,
    /// A handler unit (承办单位).
    UnitId,
    /// A volunteer team (队伍).
    TeamId,
    /// A service item (服务事项).
    ServiceItemId,
    /// An order (订单).
    OrderId,
    /// An uploaded photo.
    FileId,
    /// A scope: people who are told together, in one log.
    ScopeId,
    /// A session: one log-in.
    SessionId,
    /// A role held by a person.
    BindingId,
    /// A push that was made.
    PushId,
}
