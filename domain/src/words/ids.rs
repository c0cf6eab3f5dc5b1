//! Typed identifiers. Each is a database key; on the wire they are strings (JavaScript loses numbers above 2^53).

macro_rules! id {
    ($(#[$meta:meta] $name:ident),+ $(,)?) => {$(
        #[$meta]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
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
}
