//! Who reads a sentence, and the names in it that the order doesn't hold.

use crate::people::role::Role;

/// Who reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// Whom it is about, with an account.
    Resident,
    /// The same by telephone, without one.
    Caller,
    /// Whoever follows a fully anonymous order by its code: nobody can call them, and they can do nothing.
    Nameless,
    /// Staff.
    Staff,
}

/// What the sentence needs and the order doesn't hold.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    /// Who reads it.
    pub reader: Reader,
    /// The community that acts: of the inbox, or above it.
    pub community: &'a str,
    /// Whom to ask.
    pub office: Office<'a>,
    /// Who holds it, or whom it is assigned to.
    pub holder: Option<Holder<'a>>,
    /// To whom it is offered, if known.
    pub offered: Option<Offered>,
    /// That it was withdrawn for want of an answer, after so many days.
    pub lapsed: Option<u32>,
}

/// An office (便民服务站) that answers for an area.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Office<'a> {
    /// Its name; the community's where it has none of its own.
    pub name: Option<&'a str>,
    /// Its telephone.
    pub phone: Option<&'a str>,
}

/// Somebody who holds it: a person, or the team or unit it is directed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder<'a> {
    /// The name as the reader may see it; none: only what they are.
    pub name: Option<&'a str>,
    /// What a person is; none when they are it no more.
    pub role: Option<Role>,
}

/// To whom an attempt is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offered {
    /// How many people.
    pub people: i64,
    /// What all of them are; none when they are different things.
    pub role: Option<Role>,
}
