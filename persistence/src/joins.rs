//! Which tables of different modules stand in one statement: each pair is an arrow between modules, and diesel refuses what
//! is not listed. Those within a module are listed with its schema.

use crate::catalogue::schema::service_item;
use crate::files::schema::file;
use crate::identity::schema::{identity, session};
use crate::news::schema::{scope, scope_member};
use crate::order::schema::{claim, order_event, order_file, order_read, order_ring, order_text, orders};
use crate::organisation::schema::{area, team, unit};
use crate::people::schema::{account, role_binding};
use diesel::allow_tables_to_appear_in_same_query as may_join;

may_join!(account, area);
may_join!(account, claim);
may_join!(account, identity);
may_join!(account, order_text);
may_join!(account, orders);
may_join!(account, service_item);
may_join!(account, session);
may_join!(area, order_ring);
may_join!(area, order_text);
may_join!(area, orders);
may_join!(area, role_binding);
may_join!(area, scope);
may_join!(area, scope_member);
may_join!(area, service_item);
may_join!(claim, scope_member);
may_join!(file, order_file);
may_join!(order_event, service_item);
may_join!(order_read, role_binding);
may_join!(order_ring, role_binding);
may_join!(order_ring, scope);
may_join!(order_ring, scope_member);
may_join!(order_ring, service_item);
may_join!(order_text, service_item);
may_join!(orders, scope);
may_join!(orders, scope_member);
may_join!(orders, service_item);
may_join!(role_binding, scope_member);
may_join!(role_binding, team);
may_join!(role_binding, unit);
may_join!(scope, team);
may_join!(scope, unit);
may_join!(scope_member, service_item);
may_join!(scope_member, team);
may_join!(scope_member, unit);
