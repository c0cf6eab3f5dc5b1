-- Who dispatches where, whatever the number of other roles: which areas nobody oversees is asked of these.
CREATE INDEX role_binding_role ON role_binding (role, area_id);
-- What lies in the inbox of an area that nobody oversees. A claim changes none of it.
CREATE INDEX orders_inbox ON orders (inbox_id);
